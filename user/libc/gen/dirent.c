/*
 * Reading directories.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

#define	BUFFER	4096

struct _dirdesc {
	int	fd;
	long	base;			/* offset of the block in buf */
	size_t	pos;			/* next entry in buf */
	size_t	end;
	char	buf[BUFFER] __attribute__((__aligned__(4)));
};

/*
 * getdirentries(2): read entries of a directory.  *basep is set to the
 * offset at which they were.  Returns the bytes read, 0 at the end, or -1
 * and errno.
 */
int
getdirentries(int fd, char *buf, int size, long *basep)
{
	return (__sys_getdirentries(fd, buf, (u_int)size, basep));
}

/*
 * fdopendir(3): make a stream of a descriptor, which belongs to it from
 * then on.  Returns it, or NULL: ENOTDIR, EBADF, ENOMEM.
 */
DIR *
fdopendir(int fd)
{
	struct stat st;
	DIR *dir;

	if (fstat(fd, &st) == -1)
		return (NULL);
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return (NULL);
	}
	if ((dir = malloc(sizeof(*dir))) == NULL)
		return (NULL);
	dir->fd = fd;
	dir->base = 0;
	dir->pos = dir->end = 0;
	return (dir);
}

/*
 * opendir(3): open a directory.  Returns the stream, or NULL: ENOTDIR,
 * ENOMEM, the errors of open(2).
 */
DIR *
opendir(const char *path)
{
	DIR *dir;
	int error, fd;

	fd = open(path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return (NULL);
	if ((dir = fdopendir(fd)) == NULL) {
		error = errno;
		(void)close(fd);
		errno = error;
	}
	return (dir);
}

/*
 * closedir(3): close it.  Returns 0, or -1 and errno.
 */
int
closedir(DIR *dir)
{
	int fd = dir->fd;

	free(dir);
	return (close(fd));
}

/*
 * dirfd(3): its descriptor.
 */
int
dirfd(DIR *dir)
{
	return (dir->fd);
}

/*
 * readdir(3): the next entry, which is valid until the next call for the
 * same stream.  Returns NULL at the end (errno unchanged) and on errors.
 */
struct dirent *
readdir(DIR *dir)
{
	struct dirent *dp;
	int n;

	for (;;) {
		if (dir->pos >= dir->end) {
			n = getdirentries(dir->fd, dir->buf, BUFFER,
			    &dir->base);
			if (n <= 0)
				return (NULL);
			dir->pos = 0;
			dir->end = (size_t)n;
		}
		dp = (struct dirent *)(void *)(dir->buf + dir->pos);
		if (dp->d_reclen < 8 || (dp->d_reclen & 3) != 0 ||
		    dp->d_reclen > dir->end - dir->pos) {
			errno = EIO;
			return (NULL);
		}
		dir->pos += dp->d_reclen;
		if (dp->d_fileno != 0)
			return (dp);
	}
}

/*
 * readdir_r(3): the next entry is copied to *entry, and *result points to
 * it, or is NULL at the end.  Returns 0 or an error number.
 */
int
readdir_r(DIR *dir, struct dirent *entry, struct dirent **result)
{
	struct dirent *dp;
	int error, saved = errno;

	errno = 0;
	dp = readdir(dir);
	error = errno;
	errno = saved;
	*result = NULL;
	if (dp != NULL) {
		memcpy(entry, dp,
		    dp->d_reclen < sizeof(*entry) ? dp->d_reclen :
						    sizeof(*entry));
		*result = entry;
		return (0);
	}
	return (error);
}

/*
 * Where in a block the entry with that name is; its end if there is none.
 */
static size_t
find_entry(const char *buf, size_t end, const char *name)
{
	const struct dirent *dp;
	size_t pos;

	for (pos = 0; pos < end; pos += dp->d_reclen) {
		dp = (const struct dirent *)(const void *)(buf + pos);
		if (strcmp(dp->d_name, name) == 0)
			break;
	}
	return (pos);
}

/*
 * telldir(3): a position for seekdir, the next entry's offset.  Entries do
 * not say theirs: the block is read again just up to the entry, and then the
 * file's offset is that.  Others may have removed names meanwhile; if the
 * next entry is gone, the one behind it is the next.
 */
long
telldir(DIR *dir)
{
	off_t now = lseek(dir->fd, 0, SEEK_CUR), where = now;
	char again[BUFFER] __attribute__((__aligned__(4)));
	const struct dirent *dp;
	size_t end, i, pos;
	int n;

	(void)lseek(dir->fd, dir->base, SEEK_SET);
	n = getdirentries(dir->fd, again, BUFFER, NULL);
	end = n > 0 ? (size_t)n : 0;
	for (i = dir->pos; i < dir->end && where == now; i += dp->d_reclen) {
		dp = (const struct dirent *)(const void *)(dir->buf + i);
		pos = find_entry(again, end, dp->d_name);
		if (pos == end)
			continue;
		(void)lseek(dir->fd, dir->base, SEEK_SET);
		if (pos > 0)
			(void)getdirentries(dir->fd, again, (int)pos, NULL);
		where = lseek(dir->fd, 0, SEEK_CUR);
	}
	(void)lseek(dir->fd, now, SEEK_SET);
	return ((long)where);
}

/*
 * seekdir(3): go to where telldir was called.
 */
void
seekdir(DIR *dir, long where)
{
	(void)lseek(dir->fd, where, SEEK_SET);
	dir->pos = dir->end = 0;
}

/*
 * rewinddir(3): go to the start.
 */
void
rewinddir(DIR *dir)
{
	seekdir(dir, 0);
}

/*
 * alphasort(3): a comparison for scandir, by name.
 */
int
alphasort(const struct dirent **a, const struct dirent **b)
{
	return (strcmp((*a)->d_name, (*b)->d_name));
}

/* scandir's comparison has arguments of other types than qsort's. */
static int
compare_entries(void *thunk, const void *a, const void *b)
{
	int (**compare)(const struct dirent **, const struct dirent **) = thunk;

	return ((*compare)((const struct dirent **)(uintptr_t)a,
	    (const struct dirent **)(uintptr_t)b));
}

/*
 * scandir(3): the entries for which select (NULL: all) is not zero, sorted
 * by compare (NULL: not sorted), in memory from malloc(3): an array, which
 * *list is set to, of entries.  Returns their number, or -1 and errno.
 */
int
scandir(const char *path, struct dirent ***list,
    int (*wanted)(const struct dirent *),
    int (*compare)(const struct dirent **, const struct dirent **))
{
	struct dirent **entries = NULL, **bigger, *dp, *copy;
	size_t n = 0, room = 0;
	DIR *dir = opendir(path);
	int error, saved = errno;

	if (dir == NULL)
		return (-1);
	/* wanted may leave anything in errno. */
	while (errno = 0, (dp = readdir(dir)) != NULL) {
		if (wanted != NULL && !wanted(dp))
			continue;
		if (n == room) {
			room = room == 0 ? 32 : room * 2;
			bigger = reallocarray(entries, room, sizeof(*entries));
			if (bigger == NULL)
				break;
			entries = bigger;
		}
		if ((copy = malloc(dp->d_reclen)) == NULL)
			break;
		memcpy(copy, dp, dp->d_reclen);
		entries[n++] = copy;
	}
	error = errno;
	(void)closedir(dir);
	errno = error != 0 ? error : saved;
	if (error != 0) {
		while (n > 0)
			free(entries[--n]);
		free(entries);
		return (-1);
	}
	if (compare != NULL && n > 1)
		qsort_r(entries, n, sizeof(*entries), &compare,
		    compare_entries);
	*list = entries;
	return ((int)n);
}
