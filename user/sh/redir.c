/*
 * Redirections: done in a child for programs, and in the shell itself for
 * builtins, functions and compound commands, where they are undone.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

struct saved_fds {
	struct saved_fds *next;
	int	fd;
	int	copy;			/* where it went, or -1: was closed */
};

/*
 * Move a descriptor up to where commands do not see it.  Returns the new
 * one, or -1 with errno, the old one being closed.
 */
int
fd_private(int fd)
{
	int copy = fcntl(fd, F_DUPFD, FD_PRIVATE);

	if (copy >= 0)
		fcntl(copy, F_SETFD, FD_CLOEXEC);
	close(fd);
	return (copy);
}

/*
 * Remember fd, once, before it changes.  False, with a message, if it can
 * not be kept: then it must stay as it is.
 */
static bool
save_fd(int fd, struct saved_fds **savedp)
{
	struct saved_fds *s;
	int copy;

	for (s = *savedp; s != NULL; s = s->next)
		if (s->fd == fd)
			return (true);
	copy = fcntl(fd, F_DUPFD, FD_PRIVATE);
	if (copy < 0 && errno != EBADF) {
		sh_warn("cannot keep descriptor %d: %s", fd, strerror(errno));
		return (false);
	}
	if (copy >= 0)
		fcntl(copy, F_SETFD, FD_CLOEXEC);
	s = xmalloc(sizeof(*s));
	s->fd = fd;
	s->copy = copy;
	s->next = *savedp;
	*savedp = s;
	return (true);
}

/* Undo what redir_apply() did. */
void
redir_restore(struct saved_fds *s)
{
	struct saved_fds *next;

	for (; s != NULL; s = next) {
		next = s->next;
		if (s->copy >= 0) {
			dup2(s->copy, s->fd);
			close(s->copy);
		} else
			close(s->fd);
		free(s);
	}
}

/* set -C: > must not overwrite a file, but may write to a device. */
static int
open_noclobber(const char *path)
{
	struct stat sb;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd >= 0 || errno != EEXIST)
		return (fd);
	fd = open(path, O_WRONLY);
	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode)) {
		close(fd);
		errno = EEXIST;
		return (-1);
	}
	return (fd);
}

static int
open_file(enum redir_kind kind, const char *path)
{
	switch (kind) {
	case RD_INPUT:
		return (open(path, O_RDONLY));
	case RD_OUTPUT:
		if (sh.opt[O_NOCLOBBER])
			return (open_noclobber(path));
		/* FALLTHROUGH */
	case RD_CLOBBER:
		return (open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666));
	case RD_APPEND:
		return (open(path, O_WRONLY | O_CREAT | O_APPEND, 0666));
	default:
		return (open(path, O_RDWR | O_CREAT, 0666));
	}
}

static void
write_all(int fd, const char *s, size_t len)
{
	ssize_t n;

	for (; len != 0; s += n, len -= n) {
		n = write(fd, s, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return;
	}
}

/*
 * A here-document is read from a pipe.  A text that might not fit into it
 * is written by a child.
 */
static int
open_here(const char *text)
{
	size_t len = strlen(text);
	int ends[2];
	pid_t pid;

	if (pipe(ends) == -1)
		return (-1);
	if (len <= PIPE_BUF) {
		write_all(ends[1], text, len);
	} else {
		pid = fork();
		if (pid == 0) {
			signals_child(true, false);
			close(ends[0]);
			write_all(ends[1], text, len);
			_exit(0);
		}
		if (pid == -1) {
			close(ends[0]);
			ends[0] = -1;
		}
	}
	close(ends[1]);
	return (ends[0]);
}

/* fd becomes the opened one. */
static bool
move_fd(int opened, int fd)
{
	bool good;

	if (opened == fd)
		return (true);
	good = dup2(opened, fd) >= 0;
	close(opened);
	return (good);
}

/* <&word and >&word. */
static bool
redir_dup(int fd, const char *word)
{
	char *end;
	long n;

	if (strcmp(word, "-") == 0) {
		close(fd);
		return (true);
	}
	n = strtol(word, &end, 10);
	/* From FD_PRIVATE up they are ours: files that nobody may disturb. */
	if (*word < '0' || *word > '9' || *end != '\0' || n >= FD_PRIVATE) {
		sh_warn("%s: bad descriptor", word);
		return (false);
	}
	if (n == fd ? fcntl(fd, F_GETFD) >= 0 : dup2((int)n, fd) >= 0)
		return (true);
	sh_warn("%s: %s", word, strerror(errno));
	return (false);
}

static bool
redir_one(const struct redir *r, const char *word, struct saved_fds **saved)
{
	int fd;

	if (saved != NULL && !save_fd(r->fd, saved))
		return (false);
	if (r->kind == RD_DUP)
		return (redir_dup(r->fd, word));
	fd = r->kind == RD_HERE ? open_here(word) : open_file(r->kind, word);
	if (fd < 0 || !move_fd(fd, r->fd)) {
		sh_warn("%s%s: %s",
		    r->kind == RD_HERE ? "here-document" : "cannot open ",
		    r->kind == RD_HERE ? "" : word, strerror(errno));
		return (false);
	}
	return (true);
}

/*
 * The words of the redirections, expanded, in the arena.  NULL after an
 * error, which has been reported.
 */
char **
redir_expand(struct arena *arena, const struct redir *list)
{
	const struct redir *r;
	int count = 0, i = 0;
	char **words;

	for (r = list; r != NULL; r = r->next)
		count++;
	words = arena_alloc(arena, (count + 1) * sizeof(char *));
	for (r = list; r != NULL; r = r->next) {
		words[i] = expand_word(arena, r->target, 0);
		if (words[i++] == NULL)
			return (NULL);
	}
	return (words);
}

/*
 * Carry out the redirections, whose words are expanded.  With saved they
 * can be undone, which the caller does in any case.  Returns 0, or the
 * status of the failure, which has been reported.
 */
int
redir_perform(const struct redir *list, char **words, struct saved_fds **saved)
{
	const struct redir *r;

	for (r = list; r != NULL; r = r->next)
		if (!redir_one(r, *words++, saved))
			return (ST_ERROR);
	return (0);
}

/* Both in one. */
int
redir_apply(const struct redir *list, struct saved_fds **saved)
{
	struct arena *arena;
	char **words;
	int status;

	if (list == NULL)
		return (0);
	arena = arena_new();
	words = redir_expand(arena, list);
	status = words == NULL ? ST_ERROR : redir_perform(list, words, saved);
	arena_drop(arena);
	return (status);
}
