/*
 * Where the shell's text comes from: a stack of strings and descriptors.
 * eval, ., -c and `...` push a source and parse to its end; text that was
 * read ahead in vain is pushed as well, but runs on into what lies below.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

#define	MAX_UNGETC	4

struct source {
	struct source *below;
	struct buf *recorder;		/* of the one below */
	bool	unread;			/* at its end the one below goes on */
	bool	prompts;
	bool	by_bytes;		/* read no more than we need */
	int	fd;			/* or -1: a string */
	char	*data;			/* ours: the string or a buffer */
	const char *p, *end;
	int	line;			/* of the next character */
	bool	eof;
	int	nback;
	char	back[MAX_UNGETC];	/* characters given back */
	char	buffer[512];
};

bool source_first_line;

static struct source *top;
static struct buf *recorder;		/* gets what is read */

/* Text in memory, whose first line has this number. */
struct source *
source_string(const char *s, int line)
{
	struct source *src = xmalloc(sizeof(*src));

	memset(src, 0, sizeof(*src));
	src->fd = -1;
	src->data = xstrdup(s);
	src->p = src->data;
	src->end = src->p + strlen(s);
	src->line = line;
	return (src);
}

/*
 * A descriptor; it is closed with the source if it is one of our private
 * ones.  From our standard input, unless it is a terminal (which gives
 * lines), bytes are read one by one: what lies behind a command is for that
 * command to read.
 */
struct source *
source_fd(int fd, bool prompts)
{
	struct source *src = xmalloc(sizeof(*src));

	memset(src, 0, sizeof(*src));
	src->fd = fd;
	src->prompts = prompts;
	src->by_bytes = fd == STDIN_FILENO && !isatty(fd);
	src->line = 1;
	return (src);
}

void
source_push(struct source *src)
{
	src->below = top;
	src->recorder = recorder;
	recorder = NULL;
	top = src;
}

static void
source_free(struct source *src)
{
	if (src->fd >= FD_PRIVATE)
		close(src->fd);
	free(src->data);
	free(src);
}

/* Drop the top source, and unread text that lies on it. */
void
source_pop(void)
{
	struct source *src;
	bool more = true;

	while (more) {
		src = top;
		more = src->unread;
		if (!more)
			recorder = src->recorder;
		top = src->below;
		source_free(src);
	}
}

/* Give back text; it was read from the top source. */
void
source_unread(const char *s)
{
	struct source *src = source_string(s, source_line());

	src->unread = true;
	src->below = top;
	top = src;
}

/* From now on add to the buffer (NULL: none) what is read.  The last one. */
struct buf *
source_record(struct buf *b)
{
	struct buf *outer = recorder;

	recorder = b;
	return (outer);
}

/* The lines so far are counted where they are read. */
int
source_line(void)
{
	return (top == NULL ? 0 : top->line);
}

/* The end of the file was not meant: a terminal can go on after ^D. */
void
source_reopen(void)
{
	top->eof = false;
}

/* The prompt that is due. */
static const char *
prompt(void)
{
	static char *shown;
	const char *name = source_first_line ? "PS1" : "PS2";

	source_first_line = false;
	free(shown);
	shown = expand_prompt(name);
	fflush(stdout);
	fflush(stderr);
	return (shown);
}

/* Read a line that is edited as it is typed. */
static bool
refill_edited(struct source *src)
{
	int n;

	free(src->data);
	n = edit_line(src->fd, prompt(), &src->data);
	src->p = src->data;
	src->end = src->p + (n > 0 ? n : 0);
	src->eof = n == 0;
	if (n > 0 && sh.opt[O_VERBOSE])
		fwrite(src->data, 1, n, stderr);
	return (n > 0);
}

/* Read more from the descriptor; false at its end and on ^C. */
static bool
refill(struct source *src)
{
	int error;
	ssize_t n;

	if (src->fd < 0 || src->eof)
		return (false);
	if (src->prompts) {
		if (source_first_line && job_controlled())
			jobs_notify();
		if (edit_possible(src->fd))
			return (refill_edited(src));
		fputs(prompt(), stderr);
		fflush(stderr);
	}
	do {
		n = read(src->fd, src->buffer,
		    src->by_bytes ? 1 : sizeof(src->buffer));
		error = n < 0 ? errno : 0;
		traps_run();
	} while (error == EINTR && !sh.interrupted && sh.unwind == U_NONE);
	if (error != 0 && error != EINTR)
		sh_warn("read: %s", strerror(error));
	src->p = src->buffer;
	src->end = src->p + (n > 0 ? n : 0);
	/* A terminal's ^D is not for ever; but one is enough for us. */
	src->eof = n <= 0 && !sh.interrupted;
	if (n > 0 && sh.opt[O_VERBOSE])
		fwrite(src->buffer, 1, n, stderr);
	return (n > 0);
}

/*
 * The next character, or EOF.  NUL bytes mean nothing to a shell and are
 * skipped.
 */
int
source_getc(void)
{
	struct source *src;
	int c;

	for (;;) {
		src = top;
		if (src->nback > 0)
			c = (unsigned char)src->back[--src->nback];
		else if (src->p < src->end)
			c = (unsigned char)*src->p++;
		else if (src->unread) {
			top = src->below;
			source_free(src);
			continue;
		} else if (refill(src))
			continue;
		else
			return (EOF);
		if (c == '\0')
			continue;
		if (c == '\n')
			src->line++;
		if (recorder != NULL)
			buf_addc(recorder, c);
		return (c);
	}
}

/* Give back the character that was read last; EOF is ignored. */
void
source_ungetc(int c)
{
	if (c == EOF || top->nback == MAX_UNGETC)
		return;
	if (c == '\n')
		top->line--;
	top->back[top->nback++] = c;
	if (recorder != NULL)
		recorder->len--;
}

/*
 * Whether nothing but blank space is left of a string: then the command
 * just read is the last one.  A descriptor is not asked, it might block.
 */
bool
source_at_end(void)
{
	const char *p;

	if (top->fd >= 0 || top->unread || top->nback > 0)
		return (false);
	for (p = top->p; p < top->end; p++)
		if (*p != ' ' && *p != '\t' && *p != '\n')
			return (false);
	return (true);
}

/* After a syntax error or ^C at the prompt: forget what was typed. */
void
source_discard_line(void)
{
	while (top->unread) {
		struct source *src = top;

		top = src->below;
		source_free(src);
	}
	top->nback = 0;
	top->p = top->end;
}
