/*
 * The printf family to memory.  All functions return the number of
 * characters without the NUL, also if not all of them did fit, or -1 and
 * errno (EINVAL, EOVERFLOW, ENOMEM).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

struct string_sink {
	struct __sink	sink;
	char		*p;
	size_t		left;		/* without the NUL */
};

static void
string_write(struct __sink *sink, const char *s, size_t n)
{
	struct string_sink *ss = (struct string_sink *)sink;

	if (n > ss->left)
		n = ss->left;
	memcpy(ss->p, s, n);
	ss->p += n;
	ss->left -= n;
}

/*
 * vsnprintf(3): print what fits into size bytes, always with a NUL.
 */
int
vsnprintf(char *__restrict buf, size_t size, const char *__restrict fmt,
    va_list ap)
{
	struct string_sink ss = { .sink = { string_write } };
	char none[1];
	int n;

	if (size == 0) {
		buf = none;
		size = 1;
	}
	/* sprintf's size means no limit. */
	if (size > SIZE_MAX - (uintptr_t)buf)
		size = SIZE_MAX - (uintptr_t)buf;
	ss.p = buf;
	ss.left = size - 1;
	n = __format_out(&ss.sink, fmt, ap);
	*ss.p = '\0';
	return (n);
}

int
snprintf(char *__restrict buf, size_t size, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (n);
}

/*
 * vsprintf(3): print; the caller knows that there is room.
 */
int
vsprintf(char *__restrict buf, const char *__restrict fmt, va_list ap)
{
	return (vsnprintf(buf, SIZE_MAX, fmt, ap));
}

int
sprintf(char *__restrict buf, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsprintf(buf, fmt, ap);
	va_end(ap);
	return (n);
}

struct growing_sink {
	struct __sink	sink;
	char		*buf;
	size_t		len;
	size_t		size;
	int		error;
};

static void
growing_write(struct __sink *sink, const char *s, size_t n)
{
	struct growing_sink *gs = (struct growing_sink *)sink;
	char *bigger;
	size_t size;

	if (gs->error)
		return;
	if (n >= gs->size - gs->len) {
		size = gs->size * 2 + n;
		if ((bigger = realloc(gs->buf, size)) == NULL) {
			gs->error = 1;
			return;
		}
		gs->buf = bigger;
		gs->size = size;
	}
	memcpy(gs->buf + gs->len, s, n);
	gs->len += n;
}

/*
 * vasprintf(3): print into memory from malloc(3), which *strp is set to;
 * NULL on failure.
 */
int
vasprintf(char **__restrict strp, const char *__restrict fmt, va_list ap)
{
	struct growing_sink gs = { .sink = { growing_write }, .size = 64 };
	int n = -1;

	*strp = NULL;
	if ((gs.buf = malloc(gs.size)) == NULL)
		return (-1);
	n = __format_out(&gs.sink, fmt, ap);
	if (n < 0 || gs.error) {
		free(gs.buf);
		if (gs.error)
			errno = ENOMEM;
		return (-1);
	}
	gs.buf[gs.len] = '\0';
	*strp = gs.buf;
	return (n);
}

int
asprintf(char **__restrict strp, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(strp, fmt, ap);
	va_end(ap);
	return (n);
}
