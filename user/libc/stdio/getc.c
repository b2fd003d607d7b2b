/*
 * Reading streams.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "local.h"

/*
 * fgetc(3): the next character, or EOF (feof and ferror tell why).
 */
int
fgetc(FILE *fp)
{
	if (fp->nunget > 0)
		return (fp->unget[--fp->nunget]);
	if ((fp->flags & F_READING) == 0 || fp->pos == fp->end)
		if (__sfill(fp) != 0)
			return (EOF);
	return (fp->buf[fp->pos++]);
}

/*
 * getc(3), getchar(3), getc_unlocked(3), getchar_unlocked(3): the same;
 * streams have no locks.
 */
int
getc(FILE *fp)
{
	return (fgetc(fp));
}

int
getc_unlocked(FILE *fp)
{
	return (fgetc(fp));
}

int
getchar(void)
{
	return (fgetc(stdin));
}

int
getchar_unlocked(void)
{
	return (fgetc(stdin));
}

/*
 * ungetc(3): let c be the next character to be read.  Up to 8 can be given
 * back in a row.  Returns c, or EOF (c is EOF, there is no room, the
 * stream cannot be read).
 */
int
ungetc(int c, FILE *fp)
{
	if (c == EOF || fp->nunget == NUNGET || __sread_start(fp) != 0)
		return (EOF);
	fp->unget[fp->nunget++] = (unsigned char)c;
	fp->flags &= ~F_EOF;
	return ((unsigned char)c);
}

/*
 * fread(3): read n items of size bytes.  Returns how many whole ones there
 * were; fewer are the end of the file or an error.
 */
size_t
fread(void *__restrict buf, size_t size, size_t n, FILE *__restrict fp)
{
	unsigned char *p = buf;
	size_t left, some, total;

	if (__builtin_mul_overflow(size, n, &total)) {
		errno = EOVERFLOW;
		fp->flags |= F_ERR;
		return (0);
	}
	if (total == 0)
		return (0);
	for (left = total; left > 0; left -= some) {
		if (fp->nunget > 0) {
			*p++ = fp->unget[--fp->nunget];
			some = 1;
			continue;
		}
		if ((fp->flags & F_READING) == 0 || fp->pos == fp->end)
			if (__sfill(fp) != 0)
				break;
		some = fp->end - fp->pos;
		if (some > left)
			some = left;
		memcpy(p, fp->buf + fp->pos, some);
		fp->pos += some;
		p += some;
	}
	return ((total - left) / size);
}

/*
 * Look for c in what is buffered.  Returns the bytes up to and with it (or
 * all of them) and where they are; 0 at the end of the file or on an
 * error.
 */
static size_t
peek(FILE *fp, int c, unsigned char **where, int *found)
{
	unsigned char *p;
	size_t n;

	if (fp->nunget > 0) {
		*where = &fp->unget[fp->nunget - 1];
		*found = **where == (unsigned char)c;
		return (1);
	}
	if ((fp->flags & F_READING) == 0 || fp->pos == fp->end)
		if (__sfill(fp) != 0)
			return (0);
	*where = fp->buf + fp->pos;
	n = fp->end - fp->pos;
	p = memchr(*where, c, n);
	*found = p != NULL;
	return (p != NULL ? (size_t)(p - *where) + 1 : n);
}

/* Whether it was not the end of the file for which peek showed nothing. */
static int
read_failed(FILE *fp)
{
	return ((fp->flags & F_EOF) == 0);
}

/* Take n of the bytes that peek showed. */
static void
take(FILE *fp, size_t n)
{
	if (fp->nunget > 0)
		fp->nunget--;
	else
		fp->pos += n;
}

/*
 * fgets(3): read a line with its newline, at most size - 1 bytes.  Returns
 * buf, or NULL at the end of the file and on errors.
 */
char *
fgets(char *__restrict buf, int size, FILE *__restrict fp)
{
	unsigned char *where;
	size_t len = 0, n;
	int found = 0;

	if (size <= 0) {
		errno = EINVAL;
		return (NULL);
	}
	while (!found && len < (size_t)size - 1) {
		n = peek(fp, '\n', &where, &found);
		if (n == 0) {
			if (len == 0 || read_failed(fp))
				return (NULL);
			break;
		}
		if (n > (size_t)size - 1 - len) {
			n = (size_t)size - 1 - len;
			found = 0;
		}
		memcpy(buf + len, where, n);
		take(fp, n);
		len += n;
	}
	buf[len] = '\0';
	return (buf);
}

/*
 * Make *linep, of *sizep bytes, have room for len and n bytes and a NUL.
 * Returns 0, or -1 (ENOMEM, EOVERFLOW).
 */
static int
make_room(char **linep, size_t *sizep, size_t len, size_t n)
{
	size_t size = *sizep < 64 ? 128 : *sizep * 2;
	char *bigger;

	if (n >= SSIZE_MAX - len) {
		errno = EOVERFLOW;
		return (-1);
	}
	if (len + n + 1 <= *sizep)
		return (0);
	if (size < len + n + 1)
		size = len + n + 1;
	if ((bigger = realloc(*linep, size)) == NULL)
		return (-1);
	*linep = bigger;
	*sizep = size;
	return (0);
}

/*
 * getdelim(3): read up to and with the character delim, into memory from
 * malloc(3) that grows as needed (*linep, of *sizep bytes).  Returns the
 * length, or -1 at the end of the file and on errors (ENOMEM, EOVERFLOW),
 * which ferror tells apart.
 */
ssize_t
getdelim(char **__restrict linep, size_t *__restrict sizep, int delim,
    FILE *__restrict fp)
{
	unsigned char *where;
	size_t len = 0, n;
	int found = 0;

	if (linep == NULL || sizep == NULL) {
		errno = EINVAL;
		return (-1);
	}
	if (*linep == NULL)
		*sizep = 0;
	while (!found && (n = peek(fp, delim, &where, &found)) > 0) {
		if (make_room(linep, sizep, len, n) == -1) {
			fp->flags |= F_ERR;
			return (-1);
		}
		memcpy(*linep + len, where, n);
		take(fp, n);
		len += n;
	}
	if (len == 0 || (!found && read_failed(fp)))
		return (-1);
	(*linep)[len] = '\0';
	return ((ssize_t)len);
}

/*
 * getline(3): getdelim of a line.
 */
ssize_t
getline(char **__restrict linep, size_t *__restrict sizep,
    FILE *__restrict fp)
{
	return (getdelim(linep, sizep, '\n', fp));
}

/*
 * fgetln(3): the next line, in memory of the stream, without a NUL.
 * Returns it and its length, or NULL at the end of the file and on errors.
 */
char *
fgetln(FILE *fp, size_t *lenp)
{
	ssize_t len = getline(&fp->line, &fp->linesize, fp);

	if (len < 0) {
		*lenp = 0;
		return (NULL);
	}
	*lenp = (size_t)len;
	return (fp->line);
}

/*
 * getw(3): read an int as it is in memory; EOF at the end, or on errors.
 */
int
getw(FILE *fp)
{
	int w;

	return (fread(&w, sizeof(w), 1, fp) == 1 ? w : EOF);
}
