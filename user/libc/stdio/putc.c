/*
 * Writing streams.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "local.h"

/*
 * fputc(3): write a character.  Returns it, or EOF and errno.
 */
int
fputc(int c, FILE *fp)
{
	unsigned char u = (unsigned char)c;

	/* The usual case: there is room, and nothing to be written yet. */
	if ((fp->flags & (F_WRITING | F_NOBUF | F_LINE)) == F_WRITING &&
	    fp->pos > 0 && fp->pos < fp->size) {
		fp->buf[fp->pos++] = u;
		return (u);
	}
	return (__swrite(fp, &u, 1) == 1 ? u : EOF);
}

/*
 * putc(3), putchar(3), putc_unlocked(3), putchar_unlocked(3): the same;
 * streams have no locks.
 */
int
putc(int c, FILE *fp)
{
	return (fputc(c, fp));
}

int
putc_unlocked(int c, FILE *fp)
{
	return (fputc(c, fp));
}

int
putchar(int c)
{
	return (fputc(c, stdout));
}

int
putchar_unlocked(int c)
{
	return (fputc(c, stdout));
}

/*
 * fputs(3): write a string.  Returns 0, or EOF and errno.
 */
int
fputs(const char *__restrict s, FILE *__restrict fp)
{
	size_t len = strlen(s);

	return (__swrite(fp, s, len) == len ? 0 : EOF);
}

/*
 * puts(3): write a string and a newline to standard output.  Returns a
 * number of zero or more, or EOF and errno.
 */
int
puts(const char *s)
{
	if (fputs(s, stdout) != 0 || fputc('\n', stdout) == EOF)
		return (EOF);
	return ('\n');
}

/*
 * fwrite(3): write n items of size bytes.  Returns how many whole ones
 * were written; fewer are an error.
 */
size_t
fwrite(const void *__restrict buf, size_t size, size_t n,
    FILE *__restrict fp)
{
	size_t total;

	if (__builtin_mul_overflow(size, n, &total)) {
		errno = EOVERFLOW;
		fp->flags |= F_ERR;
		return (0);
	}
	if (total == 0)
		return (0);
	return (__swrite(fp, buf, total) / size);
}

/*
 * putw(3): write an int as it is in memory.  Returns 0, or EOF and errno.
 */
int
putw(int w, FILE *fp)
{
	return (fwrite(&w, sizeof(w), 1, fp) == 1 ? 0 : EOF);
}

/*
 * perror(3): write a message and the text of errno to standard error.
 */
void
perror(const char *msg)
{
	const char *text = strerror(errno);

	(void)fflush(stderr);
	if (msg != NULL && *msg != '\0')
		dprintf(fileno(stderr), "%s: %s\n", msg, text);
	else
		dprintf(fileno(stderr), "%s\n", text);
}
