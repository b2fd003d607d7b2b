/*
 * The scanf family from memory.
 */
#include <stdarg.h>
#include <stdio.h>

#include "format.h"

struct string_source {
	struct __source	source;
	const char	*p;
};

static int
string_get(struct __source *source)
{
	struct string_source *ss = (struct string_source *)source;

	return (*ss->p != '\0' ? (unsigned char)*ss->p++ : -1);
}

static void
string_unget(struct __source *source, int c)
{
	(void)c;
	((struct string_source *)source)->p--;
}

/*
 * vsscanf(3): scan a string.
 */
int
vsscanf(const char *__restrict s, const char *__restrict fmt, va_list ap)
{
	struct string_source ss = { { string_get, string_unget }, s };

	return (__format_in(&ss.source, fmt, ap));
}

int
sscanf(const char *__restrict s, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsscanf(s, fmt, ap);
	va_end(ap);
	return (n);
}
