/*
 * The position of a stream.
 */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "local.h"

/*
 * ftello(3): the position of the next character, or -1: ESPIPE, EBADF.
 */
off_t
ftello(FILE *fp)
{
	off_t at;

	/* Appended bytes go to the end, wherever the offset is now. */
	if ((fp->flags & (F_WRITING | F_APPEND)) == (F_WRITING | F_APPEND) &&
	    fp->pos > 0) {
		if (__sflush(fp) != 0)
			return (-1);
	}
	if ((at = lseek(fp->fd, 0, SEEK_CUR)) == -1)
		return (-1);
	if (fp->flags & F_READING)
		at -= (off_t)(fp->end - fp->pos) + fp->nunget;
	else if (fp->flags & F_WRITING)
		at += (off_t)fp->pos;
	return (at);
}

/*
 * fseeko(3): go to a position, from the start (SEEK_SET), from here
 * (SEEK_CUR) or from the end (SEEK_END).  Clears the end-of-file mark and
 * forgets what ungetc gave back.  Returns 0, or -1 and errno.
 */
int
fseeko(FILE *fp, off_t offset, int whence)
{
	off_t here;

	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
		errno = EINVAL;
		return (-1);
	}
	if (fp->flags & F_WRITING) {
		if (__sflush(fp) != 0)
			return (-1);
	} else if ((fp->flags & F_READING) && whence == SEEK_CUR) {
		/* The file's offset is ahead of the program's. */
		if ((here = ftello(fp)) == -1)
			return (-1);
		if (__builtin_add_overflow(offset, here, &offset)) {
			errno = EOVERFLOW;
			return (-1);
		}
		whence = SEEK_SET;
	}
	if (lseek(fp->fd, offset, whence) == -1)
		return (-1);
	fp->pos = fp->end = 0;
	fp->nunget = 0;
	fp->flags &= ~(F_EOF | F_READING | F_WRITING);
	return (0);
}

/*
 * fseek(3), ftell(3): with long offsets (EOVERFLOW if one does not fit).
 */
int
fseek(FILE *fp, long offset, int whence)
{
	off_t before;

	if (whence == SEEK_SET)
		return (fseeko(fp, offset, whence));
	if ((before = ftello(fp)) == -1 || fseeko(fp, offset, whence) == -1)
		return (-1);
	if (lseek(fp->fd, 0, SEEK_CUR) > LONG_MAX) {
		(void)fseeko(fp, before, SEEK_SET);
		errno = EOVERFLOW;
		return (-1);
	}
	return (0);
}

long
ftell(FILE *fp)
{
	off_t at = ftello(fp);

	if (at > LONG_MAX) {
		errno = EOVERFLOW;
		return (-1);
	}
	return ((long)at);
}

/*
 * rewind(3): go to the start and clear the error mark.
 */
void
rewind(FILE *fp)
{
	(void)fseeko(fp, 0, SEEK_SET);
	clearerr(fp);
}

/*
 * fgetpos(3), fsetpos(3): remember a position, and go back to it.
 */
int
fgetpos(FILE *__restrict fp, fpos_t *__restrict pos)
{
	*pos = ftello(fp);
	return (*pos == -1 ? -1 : 0);
}

int
fsetpos(FILE *fp, const fpos_t *pos)
{
	return (fseeko(fp, *pos, SEEK_SET));
}
