/*
 * The scanf family.  All functions return the number of values stored, or
 * EOF if the input ended before the first conversion.
 */
#include <stdarg.h>

#include "format.h"
#include "local.h"

struct file_source {
	struct __source	source;
	FILE		*fp;
};

static int
file_get(struct __source *source)
{
	return (fgetc(((struct file_source *)source)->fp));
}

static void
file_unget(struct __source *source, int c)
{
	(void)ungetc(c, ((struct file_source *)source)->fp);
}

/*
 * vfscanf(3): scan a stream.
 */
int
vfscanf(FILE *__restrict fp, const char *__restrict fmt, va_list ap)
{
	struct file_source fs = { { file_get, file_unget }, fp };

	return (__format_in(&fs.source, fmt, ap));
}

int
vscanf(const char *__restrict fmt, va_list ap)
{
	return (vfscanf(stdin, fmt, ap));
}

int
fscanf(FILE *__restrict fp, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfscanf(fp, fmt, ap);
	va_end(ap);
	return (n);
}

int
scanf(const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfscanf(stdin, fmt, ap);
	va_end(ap);
	return (n);
}
