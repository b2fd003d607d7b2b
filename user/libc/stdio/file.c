/*
 * Streams: the list of them, their buffers, reading and writing blocks.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"
#include "local.h"

static FILE std_err = { .fd = STDERR_FILENO,
    .flags = F_WRITE | F_STATIC | F_NOBUF };
static FILE std_out = { .fd = STDOUT_FILENO, .flags = F_WRITE | F_STATIC,
    .next = &std_err };
static FILE std_in = { .fd = STDIN_FILENO, .flags = F_READ | F_STATIC,
    .next = &std_out };

FILE *const __stdinp = &std_in;
FILE *const __stdoutp = &std_out;
FILE *const __stderrp = &std_err;

/* Every stream that was ever made; a closed one is used again. */
FILE *__open_files = &std_in;

/*
 * exit(3) writes what is still buffered.  Input stays as it is: a child
 * that exits must not move the file offset it shares with its parent.
 */
static void
cleanup(void)
{
	FILE *fp;

	for (fp = __open_files; fp != NULL; fp = fp->next)
		if (fp->flags & F_WRITING)
			__sflush(fp);
}

/*
 * A free FILE, or NULL (ENOMEM).
 */
FILE *
__snew(void)
{
	FILE *fp;

	for (fp = __open_files; fp != NULL; fp = fp->next)
		if (fp->fd == -1 && (fp->flags & F_STATIC) == 0)
			break;
	if (fp == NULL) {
		if ((fp = calloc(1, sizeof(*fp))) == NULL)
			return (NULL);
		fp->fd = -1;
		fp->next = __open_files->next;
		__open_files->next = fp;
	}
	return (fp);
}

/*
 * Give a stream's memory back, and make it free for __snew.
 */
void
__srelease(FILE *fp)
{
	FILE *next = fp->next;
	unsigned kept = fp->flags & F_STATIC;

	if (fp->flags & F_MYBUF)
		free(fp->buf);
	free(fp->line);
	memset(fp, 0, sizeof(*fp));
	fp->fd = -1;
	fp->flags = kept;
	fp->next = next;
}

/*
 * Give a stream its buffer, if it has none: by lines for a terminal, else
 * of the size that is good for the file.
 */
static void
make_buffer(FILE *fp)
{
	struct stat st;
	int saved = errno;
	size_t size = BUFSIZ;

	if (fp->buf != NULL)
		return;
	if ((fp->flags & F_NOBUF) == 0) {
		if (fstat(fp->fd, &st) == 0) {
			if (st.st_blksize >= 512 && st.st_blksize <= 65536)
				size = st.st_blksize;
			if (S_ISCHR(st.st_mode) && isatty(fp->fd))
				fp->flags |= F_LINE;
		}
		fp->buf = malloc(size);
	}
	errno = saved;
	if (fp->buf != NULL) {
		fp->size = size;
		fp->flags |= F_MYBUF;
	} else {
		fp->buf = fp->one;
		fp->size = sizeof(fp->one);
		fp->flags |= F_NOBUF;
	}
}

/*
 * Write n bytes to the file.  Returns how many it took; fewer are an
 * error.
 */
static size_t
write_all(FILE *fp, const unsigned char *p, size_t n)
{
	size_t done = 0;
	ssize_t some;

	if (fp->flags & F_APPEND)
		(void)lseek(fp->fd, 0, SEEK_END);
	while (done < n) {
		some = write(fp->fd, p + done, n - done);
		if (some < 0) {
			fp->flags |= F_ERR;
			break;
		}
		done += (size_t)some;
	}
	return (done);
}

/*
 * Write the buffer.  Returns 0, or EOF and errno; what was not written
 * stays in the buffer.
 */
int
__sflush(FILE *fp)
{
	size_t done;

	if ((fp->flags & F_WRITING) == 0 || fp->pos == 0)
		return (0);
	done = write_all(fp, fp->buf, fp->pos);
	if (done < fp->pos) {
		memmove(fp->buf, fp->buf + done, fp->pos - done);
		fp->pos -= done;
		return (EOF);
	}
	fp->pos = 0;
	return (0);
}

/*
 * Drop what is buffered for reading, and move the file's offset back to
 * the next character the program would have read.  Returns the new
 * offset, or -1 (ESPIPE for what cannot seek).
 */
off_t
__sseek_back(FILE *fp)
{
	off_t ahead = (off_t)(fp->end - fp->pos) + fp->nunget;

	fp->pos = fp->end = 0;
	fp->nunget = 0;
	fp->flags &= ~F_READING;
	return (lseek(fp->fd, -ahead, SEEK_CUR));
}

/*
 * Get ready to write.  Returns 0, or EOF: EBADF.
 */
int
__swrite_start(FILE *fp)
{
	if (fp->flags & F_WRITING)
		return (0);
	if ((fp->flags & F_WRITE) == 0) {
		errno = EBADF;
		fp->flags |= F_ERR;
		return (EOF);
	}
	if (fp->flags & F_READING)
		(void)__sseek_back(fp);
	make_buffer(fp);
	fp->pos = 0;
	fp->nunget = 0;
	fp->flags |= F_WRITING;
	fp->flags &= ~F_EOF;
	return (0);
}

/*
 * Get ready to read.  Returns 0, or EOF: EBADF, or the error of a write.
 */
int
__sread_start(FILE *fp)
{
	if (fp->flags & F_READING)
		return (0);
	if ((fp->flags & F_READ) == 0) {
		errno = EBADF;
		fp->flags |= F_ERR;
		return (EOF);
	}
	if (fp->flags & F_WRITING) {
		if (__sflush(fp) != 0)
			return (EOF);
		fp->flags &= ~F_WRITING;
	}
	make_buffer(fp);
	fp->pos = fp->end = 0;
	fp->flags |= F_READING;
	return (0);
}

/*
 * Read the next block, once the buffer is empty.  Who reads from a
 * terminal wants to see first what was printed, so that line buffered
 * output is written.  The end of the file stays until clearerr(3).
 * Returns 0, or EOF at the end of the file or with errno.
 */
int
__sfill(FILE *fp)
{
	FILE *other;
	ssize_t n;

	if ((fp->flags & F_EOF) || __sread_start(fp) != 0)
		return (EOF);
	if (fp->flags & (F_LINE | F_NOBUF))
		for (other = __open_files; other != NULL; other = other->next)
			if ((other->flags & (F_WRITING | F_LINE)) ==
			    (F_WRITING | F_LINE))
				__sflush(other);
	fp->pos = fp->end = 0;
	n = read(fp->fd, fp->buf, fp->size);
	if (n <= 0) {
		fp->flags |= n == 0 ? F_EOF : F_ERR;
		return (EOF);
	}
	fp->end = (size_t)n;
	return (0);
}

/*
 * Write n bytes through the buffer.  Returns how many were taken; fewer
 * are an error.
 */
size_t
__swrite(FILE *fp, const void *data, size_t n)
{
	const unsigned char *p = data, *nl;
	size_t done = 0, got, some;

	if (n == 0 || __swrite_start(fp) != 0)
		return (0);
	__stdio_cleanup = cleanup;
	if (fp->flags & F_NOBUF)
		return (write_all(fp, p, n));
	while (done < n) {
		if (fp->pos == fp->size && __sflush(fp) != 0)
			return (done);
		some = n - done;
		if (fp->pos == 0 && some >= fp->size) {
			/* Whole blocks need not be copied. */
			some -= some % fp->size;
			got = write_all(fp, p + done, some);
			done += got;
			if (got < some)
				return (done);
			continue;
		}
		if (some > fp->size - fp->pos)
			some = fp->size - fp->pos;
		memcpy(fp->buf + fp->pos, p + done, some);
		fp->pos += some;
		done += some;
	}
	if (fp->flags & F_LINE) {
		nl = memrchr(p, '\n', n);
		if (nl != NULL && __sflush(fp) != 0)
			return (0);
	}
	return (done);
}

static int
flush(FILE *fp)
{
	int saved = errno;

	if ((fp->flags & F_READING) == 0)
		return (__sflush(fp));
	/* A pipe or a terminal keeps its characters. */
	if (lseek(fp->fd, 0, SEEK_CUR) != -1)
		(void)__sseek_back(fp);
	errno = saved;
	return (0);
}

/*
 * fflush(3): write what is buffered, or, for a stream that is read, let
 * the file's offset be where the program is.  NULL means all streams that
 * are written.  Returns 0, or EOF and errno.
 */
int
fflush(FILE *fp)
{
	int result = 0;

	if (fp != NULL)
		return (flush(fp));
	for (fp = __open_files; fp != NULL; fp = fp->next)
		if (__sflush(fp) != 0)
			result = EOF;
	return (result);
}

/*
 * fpurge(3): forget what is buffered, in either direction.  Returns 0, or
 * EOF: EBADF.
 */
int
fpurge(FILE *fp)
{
	if (fp->fd == -1) {
		errno = EBADF;
		return (EOF);
	}
	fp->pos = fp->end = 0;
	fp->nunget = 0;
	return (0);
}

/*
 * setvbuf(3): how to buffer; to be called before the first read or write.
 * buf is NULL, or size bytes to be used; with a size of 0 it is not.
 * Returns 0, or EOF.
 */
int
setvbuf(FILE *__restrict fp, char *__restrict buf, int mode, size_t size)
{
	int result;

	if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
		errno = EINVAL;
		return (EOF);
	}
	result = flush(fp);
	if (fp->flags & F_MYBUF)
		free(fp->buf);
	fp->flags &= ~(F_MYBUF | F_LINE | F_NOBUF | F_READING | F_WRITING);
	fp->buf = NULL;
	fp->pos = fp->end = fp->size = 0;
	fp->nunget = 0;
	if (mode == _IONBF) {
		fp->flags |= F_NOBUF;
		return (result);
	}
	if (mode == _IOLBF)
		fp->flags |= F_LINE;
	if (size == 0) {
		buf = NULL;
		size = BUFSIZ;
	}
	if (buf != NULL) {
		fp->buf = (unsigned char *)buf;
		fp->size = size;
		return (result);
	}
	if ((fp->buf = malloc(size)) == NULL)
		return (EOF);
	fp->size = size;
	fp->flags |= F_MYBUF;
	return (result);
}

/*
 * setbuf(3), setbuffer(3), setlinebuf(3): short forms of setvbuf.
 */
void
setbuffer(FILE *fp, char *buf, int size)
{
	(void)setvbuf(fp, buf, buf != NULL ? _IOFBF : _IONBF, (size_t)size);
}

void
setbuf(FILE *__restrict fp, char *__restrict buf)
{
	setbuffer(fp, buf, BUFSIZ);
}

int
setlinebuf(FILE *fp)
{
	return (setvbuf(fp, NULL, _IOLBF, 0));
}

/*
 * feof(3), ferror(3), clearerr(3), fileno(3): the state of a stream.
 */
int
feof(FILE *fp)
{
	return ((fp->flags & F_EOF) != 0);
}

int
ferror(FILE *fp)
{
	return ((fp->flags & F_ERR) != 0);
}

void
clearerr(FILE *fp)
{
	fp->flags &= ~(F_EOF | F_ERR);
}

int
fileno(FILE *fp)
{
	if (fp->fd == -1)
		errno = EBADF;
	return (fp->fd);
}
