/*
 * The printf family to streams and descriptors.  All functions return the
 * number of characters, or -1 and errno (EINVAL: a conversion that does
 * not exist; EOVERFLOW; the errors of write(2)).
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "local.h"

struct file_sink {
	struct __sink	sink;
	FILE		*fp;
	int		error;
};

static void
file_write(struct __sink *sink, const char *s, size_t n)
{
	struct file_sink *fs = (struct file_sink *)sink;

	if (!fs->error && __swrite(fs->fp, s, n) != n)
		fs->error = 1;
}

/* Enough for a message: one write(2) instead of many. */
struct fd_sink {
	struct __sink	sink;
	int		fd;
	int		error;
	size_t		pos;
	char		buf[512];
};

static void
fd_flush(struct fd_sink *fs)
{
	size_t done;
	ssize_t n;

	for (done = 0; done < fs->pos && !fs->error; done += (size_t)n) {
		n = write(fs->fd, fs->buf + done, fs->pos - done);
		if (n < 0) {
			fs->error = 1;
			break;
		}
	}
	fs->pos = 0;
}

static void
fd_write(struct __sink *sink, const char *s, size_t n)
{
	struct fd_sink *fs = (struct fd_sink *)sink;
	size_t some;

	for (; n > 0; n -= some, s += some) {
		if (fs->pos == sizeof(fs->buf))
			fd_flush(fs);
		some = sizeof(fs->buf) - fs->pos;
		if (some > n)
			some = n;
		memcpy(fs->buf + fs->pos, s, some);
		fs->pos += some;
	}
}

/*
 * vdprintf(3): print to a descriptor.
 */
int
vdprintf(int fd, const char *__restrict fmt, va_list ap)
{
	struct fd_sink fs = { .sink = { fd_write }, .fd = fd };
	int n = __format_out(&fs.sink, fmt, ap);

	fd_flush(&fs);
	return (fs.error ? -1 : n);
}

int
dprintf(int fd, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vdprintf(fd, fmt, ap);
	va_end(ap);
	return (n);
}

/*
 * vfprintf(3): print to a stream.  An unbuffered one is written in blocks
 * nevertheless.
 */
int
vfprintf(FILE *__restrict fp, const char *__restrict fmt, va_list ap)
{
	struct file_sink fs = { .sink = { file_write }, .fp = fp };
	int n;

	if (__swrite_start(fp) != 0)
		return (-1);
	if (fp->flags & F_NOBUF) {
		if ((n = vdprintf(fp->fd, fmt, ap)) < 0)
			fp->flags |= F_ERR;
		return (n);
	}
	n = __format_out(&fs.sink, fmt, ap);
	return (fs.error ? -1 : n);
}

int
vprintf(const char *__restrict fmt, va_list ap)
{
	return (vfprintf(stdout, fmt, ap));
}

int
fprintf(FILE *__restrict fp, const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(fp, fmt, ap);
	va_end(ap);
	return (n);
}

int
printf(const char *__restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(stdout, fmt, ap);
	va_end(ap);
	return (n);
}
