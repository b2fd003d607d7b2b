/*
 * Files and directories with a new name.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define	TRIES	1000

/*
 * Put letters in the place of the Xs that come before the last tail bytes.
 * Returns 0, or -1: EINVAL (fewer than six).
 */
static int
fill(char *path, size_t tail)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len = strlen(path), n;
	char *p;

	if (tail > len)
		goto bad;
	for (p = path + len - tail, n = 0; p > path && p[-1] == 'X'; n++)
		p--;
	if (n < 6)
		goto bad;
	for (; n > 0; n--)
		*p++ = letters[arc4random_uniform(sizeof(letters) - 1)];
	return (0);
bad:
	errno = EINVAL;
	return (-1);
}

/*
 * Make a file (or a directory) of a new name in path.  Returns a
 * descriptor (or 0), or -1.
 */
static int
make(char *path, size_t tail, int directory)
{
	char *template = strdup(path);
	int fd = -1, tries;

	if (template == NULL)
		return (-1);
	for (tries = 0; tries < TRIES; tries++) {
		strcpy(path, template);
		if (fill(path, tail) == -1)
			break;
		fd = directory ?
		    mkdir(path, S_IRWXU) :
		    open(path, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
		if (fd != -1 || errno != EEXIST)
			break;
	}
	free(template);
	return (fd);
}

/*
 * mkstemp(3): make a file whose name is path with its final Xs (six or
 * more) replaced.  Returns a descriptor for reading and writing, or -1:
 * EINVAL (too few Xs), the errors of open(2).
 */
int
mkstemp(char *path)
{
	return (make(path, 0, 0));
}

/*
 * mkstemps(3): mkstemp with a suffix of the given length behind the Xs.
 */
int
mkstemps(char *path, int suffix)
{
	return (make(path, (size_t)suffix, 0));
}

/*
 * mkdtemp(3): make a directory, as mkstemp does a file.  Returns path, or
 * NULL and errno.
 */
char *
mkdtemp(char *path)
{
	return (make(path, 0, 1) == -1 ? NULL : path);
}
