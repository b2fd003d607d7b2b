/*
 * Opening and closing streams.
 */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "local.h"

/*
 * Read a mode: r, w or a, then any of b + x e.  Returns 0 and the flags of
 * the stream and of open(2), or -1: EINVAL.
 */
int
__smode(const char *mode, unsigned *flags, int *oflags)
{
	switch (*mode++) {
	case 'r':
		*flags = F_READ;
		*oflags = 0;
		break;
	case 'w':
		*flags = F_WRITE;
		*oflags = O_CREAT | O_TRUNC;
		break;
	case 'a':
		*flags = F_WRITE | F_APPEND;
		*oflags = O_CREAT | O_APPEND;
		break;
	default:
		errno = EINVAL;
		return (-1);
	}
	for (; *mode != '\0'; mode++) {
		if (*mode == '+')
			*flags |= F_READ | F_WRITE;
		else if (*mode == 'x')
			*oflags |= O_EXCL;
		else if (*mode == 'e')
			*oflags |= O_CLOEXEC;
	}
	if ((*flags & (F_READ | F_WRITE)) == (F_READ | F_WRITE))
		*oflags |= O_RDWR;
	else
		*oflags |= *flags & F_WRITE ? O_WRONLY : O_RDONLY;
	return (0);
}

/* What is to be appended to begins at its end, also for ftell. */
static void
to_end(int fd, int oflags)
{
	int error = errno;

	if (oflags & O_APPEND)
		(void)lseek(fd, 0, SEEK_END);
	errno = error;
}

/*
 * fopen(3): open a file as a stream.  Returns it, or NULL: EINVAL (mode),
 * ENOMEM, the errors of open(2).
 */
FILE *
fopen(const char *__restrict path, const char *__restrict mode)
{
	FILE *fp;
	unsigned flags;
	int oflags;

	if (__smode(mode, &flags, &oflags) != 0)
		return (NULL);
	if ((fp = __snew()) == NULL)
		return (NULL);
	fp->fd = open(path, oflags, DEFFILEMODE);
	if (fp->fd == -1)
		return (NULL);
	fp->flags |= flags;
	to_end(fp->fd, oflags);
	return (fp);
}

/*
 * fdopen(3): make a stream of a descriptor.  Returns it, or NULL: EINVAL
 * (mode, or one the descriptor was not opened for), EBADF, ENOMEM.
 */
FILE *
fdopen(int fd, const char *mode)
{
	FILE *fp;
	unsigned flags;
	int have, oflags, want;

	if (__smode(mode, &flags, &oflags) != 0)
		return (NULL);
	if ((have = fcntl(fd, F_GETFL)) == -1)
		return (NULL);
	want = oflags & O_ACCMODE;
	if ((have & O_ACCMODE) != O_RDWR && (have & O_ACCMODE) != want) {
		errno = EINVAL;
		return (NULL);
	}
	if ((flags & F_APPEND) && (have & O_APPEND) == 0)
		(void)fcntl(fd, F_SETFL, have | O_APPEND);
	if (oflags & O_CLOEXEC)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	if ((fp = __snew()) == NULL)
		return (NULL);
	fp->fd = fd;
	fp->flags |= flags;
	return (fp);
}

/*
 * fclose(3): flush and close.  Returns 0, or EOF and errno; the stream is
 * closed in any case.
 */
int
fclose(FILE *fp)
{
	int error = 0, result;

	if (fp->fd == -1) {
		errno = EBADF;
		return (EOF);
	}
	if ((result = fflush(fp)) != 0)
		error = errno;
	if (close(fp->fd) != 0) {
		error = errno;
		result = EOF;
	}
	__srelease(fp);
	if (result != 0)
		errno = error;
	return (result);
}

/*
 * Give fp another mode for the file it has, as if it were opened again: it
 * is emptied, or read from the start.  Returns fp, or NULL with fp closed:
 * EBADF, if the descriptor was not opened for that.
 */
static FILE *
change_mode(FILE *fp, unsigned flags, int oflags)
{
	int have = fcntl(fp->fd, F_GETFL);

	if (have == -1 ||
	    ((have & O_ACCMODE) != O_RDWR &&
		(have & O_ACCMODE) != (oflags & O_ACCMODE))) {
		(void)fclose(fp);
		errno = EBADF;
		return (NULL);
	}
	(void)fcntl(fp->fd, F_SETFL, (have & ~O_APPEND) | (oflags & O_APPEND));
	if (oflags & O_CLOEXEC)
		(void)fcntl(fp->fd, F_SETFD, FD_CLOEXEC);
	if (oflags & O_TRUNC)
		(void)ftruncate(fp->fd, 0);
	if ((oflags & O_APPEND) == 0)
		(void)lseek(fp->fd, 0, SEEK_SET);
	fp->flags = (fp->flags & (F_STATIC | F_MYBUF | F_LINE | F_NOBUF)) |
	    flags;
	fp->pos = fp->end = 0;
	fp->nunget = 0;
	return (fp);
}

/*
 * freopen(3): let fp be another file, on the same descriptor where that is
 * possible (so that stdin stays 0).  Without a path the mode is changed.
 * Returns fp, or NULL with fp closed: the errors of fopen, and EBADF, if
 * the mode cannot be changed to that.
 */
FILE *
freopen(const char *__restrict path, const char *__restrict mode,
    FILE *__restrict fp)
{
	unsigned flags;
	int error, fd, oflags, old = fp->fd;

	if (__smode(mode, &flags, &oflags) != 0) {
		error = errno;
		(void)fclose(fp);
		errno = error;
		return (NULL);
	}
	(void)fflush(fp);
	if (path == NULL)
		return (change_mode(fp, flags, oflags));
	fd = open(path, oflags, DEFFILEMODE);
	if (fd == -1 && old != -1 && (errno == EMFILE || errno == ENFILE)) {
		/* There is room where the old one was. */
		(void)close(old);
		fd = open(path, oflags, DEFFILEMODE);
	}
	error = errno;
	if (fd != -1 && old != -1 && fd != old) {
		if (dup2(fd, old) != -1) {
			(void)close(fd);
			fd = old;
			if (oflags & O_CLOEXEC)
				(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		} else
			(void)close(old);
	} else if (fd == -1 && old != -1)
		(void)close(old);
	__srelease(fp);
	if (fd == -1) {
		errno = error;
		return (NULL);
	}
	to_end(fd, oflags);
	fp->fd = fd;
	fp->flags |= flags | (fp == stderr ? F_NOBUF : 0);
	return (fp);
}

/*
 * tmpfile(3): a file for reading and writing that has no name.  Returns
 * the stream, or NULL and errno.
 */
FILE *
tmpfile(void)
{
	char path[] = _PATH_TMP "tmp.XXXXXXXXXX";
	FILE *fp;
	int error, fd;

	if ((fd = mkstemp(path)) == -1)
		return (NULL);
	(void)unlink(path);
	if ((fp = fdopen(fd, "w+")) == NULL) {
		error = errno;
		(void)close(fd);
		errno = error;
	}
	return (fp);
}

/*
 * remove(3): delete a file or an empty directory.  Returns 0, or -1 and
 * errno.
 */
int
remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return (-1);
	return (S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path));
}
