/*
 * xargs: run a command with words from standard input as arguments.
 *
 *	-n N at most N words a command	-I S  one command a line, S replaced
 *	-0 words end with NUL		-t    show the commands
 *	-r nothing if there are no words
 */
#include <sys/wait.h>
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "runcmd.h"

#define	MAX_ARGS	1024
#define	MAX_BYTES	(ARG_MAX / 2)	/* the environment needs some too */

static FILE	*input;			/* the words: our standard input */
static bool	nul, trace;
static const char *replace;
static int	status;

/*
 * Take our standard input away from the commands, which would read words
 * of ours.
 */
static void
take_input(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd == -1 || (input = fdopen(fd, "r")) == NULL)
		err(1, "stdin");
	if (freopen(_PATH_DEVNULL, "r", stdin) == NULL)
		err(1, "%s", _PATH_DEVNULL);
}

/* Run one command and wait for it; note its failure. */
static void
run(char **argv)
{
	int i, st;

	for (i = 0; trace && argv[i] != NULL; i++)
		fprintf(stderr, "%s%c", argv[i], argv[i + 1] ? ' ' : '\n');
	fflush(stdout);
	st = wait_command(start_command(argv));
	if (WIFSIGNALED(st))
		errx(125, "%s: killed by signal %d", argv[0], WTERMSIG(st));
	if (WEXITSTATUS(st) == 126 || WEXITSTATUS(st) == 127)
		exit(WEXITSTATUS(st));
	if (WEXITSTATUS(st) == 255)
		errx(124, "%s: exited with status 255", argv[0]);
	if (WEXITSTATUS(st) != 0)
		status = 123;
}

static void
add(char *word, size_t *len, int c)
{
	if (*len >= MAX_BYTES - 1)
		errx(1, "word too long");
	word[(*len)++] = c;
}

/* Whether the word, if it has begun, ends here: for -I only with the line. */
static bool
is_between(int c, bool begun)
{
	return (isspace(c) && (replace == NULL || !begun || c == '\n'));
}

/* The next word in malloc'd memory, or NULL.  Quotes work as in sh. */
static char *
next_word(void)
{
	static char word[MAX_BYTES];
	char *copy;
	size_t len = 0;
	int c, quote = 0;
	bool any = false;

	while ((c = getc(input)) != EOF) {
		if (nul) {
			if (c == '\0') {
				any = true;
				break;
			}
		} else if (quote != 0) {
			if (c == quote) {
				quote = 0;
				continue;
			}
		} else if (c == '\'' || c == '"') {
			quote = c;
			any = true;
			continue;
		} else if (c == '\\') {
			c = getc(input);
			if (c == EOF)
				break;
		} else if (is_between(c, any)) {
			if (any)
				break;
			continue;
		}
		any = true;
		add(word, &len, c);
	}
	if (ferror(input))
		err(1, "stdin");
	if (quote != 0)
		errx(1, "unterminated quote");
	word[len] = '\0';
	if (!any)
		return (NULL);
	if ((copy = strdup(word)) == NULL)
		err(1, NULL);
	return (copy);
}

/* The argument with every replace-string replaced; malloc'd. */
static char *
substitute(const char *arg, const char *by)
{
	size_t n = strlen(replace), size = 1;
	const char *p, *hit;
	char *out, *to;

	for (p = arg; (hit = strstr(p, replace)) != NULL; p = hit + n)
		size += hit - p + strlen(by);
	size += strlen(p);
	out = to = malloc(size);
	if (out == NULL)
		err(1, NULL);
	for (p = arg; (hit = strstr(p, replace)) != NULL; p = hit + n) {
		memcpy(to, p, hit - p);
		to += hit - p;
		memcpy(to, by, strlen(by));
		to += strlen(by);
	}
	memcpy(to, p, strlen(p) + 1);
	return (out);
}

static void
run_replaced(int argc, char **argv)
{
	char *args[MAX_ARGS], *line;
	int i;

	while ((line = next_word()) != NULL) {
		for (i = 0; i < argc; i++)
			args[i] = substitute(argv[i], line);
		args[i] = NULL;
		run(args);
		while (i-- > 0)
			free(args[i]);
		free(line);
	}
}

/* What an argument takes of the memory for them. */
static size_t
size_of(const char *word)
{
	return (strlen(word) + 1 + sizeof(char *));
}

static void
run_batches(int argc, char **argv, int limit, bool if_any)
{
	char *args[MAX_ARGS], *word;
	size_t bytes, own = 0;
	bool ran = false;
	int n = argc, i;

	for (i = 0; i < argc; i++)
		own += size_of(argv[i]);
	bytes = own;
	memcpy(args, argv, argc * sizeof(char *));
	for (;;) {
		word = next_word();
		if (n > argc &&
		    (word == NULL || n - argc == limit || n == MAX_ARGS - 1 ||
			bytes + size_of(word) > MAX_BYTES)) {
			args[n] = NULL;
			run(args);
			ran = true;
			for (i = argc; i < n; i++)
				free(args[i]);
			n = argc;
			bytes = own;
		}
		if (word == NULL)
			break;
		args[n++] = word;
		bytes += size_of(word);
	}
	args[argc] = NULL;
	if (!ran && !if_any)
		run(args);
}

int
main(int argc, char **argv)
{
	char *echo[] = { (char *)"echo", NULL };
	bool if_any = false;
	int c, limit = 0;

	while ((c = getopt(argc, argv, "+0I:n:rt")) != -1)
		switch (c) {
		case '0':
			nul = true;
			break;
		case 'I':
			replace = optarg;
			break;
		case 'n':
			limit = number(optarg, 10, 1, INT_MAX);
			break;
		case 'r':
			if_any = true;
			break;
		case 't':
			trace = true;
			break;
		default:
			fprintf(stderr,
			    "usage: xargs [-0rt] [-n number | "
			    "-I s] [command [argument ...]]\n");
			return (1);
		}
	argv += optind;
	argc -= optind;
	if (argc == 0) {
		argv = echo;
		argc = 1;
	}
	if (argc > MAX_ARGS / 2)
		errx(1, "too many arguments");
	if (replace != NULL && *replace == '\0')
		errx(1, "-I needs a string");
	take_input();
	if (replace != NULL)
		run_replaced(argc, argv);
	else
		run_batches(argc, argv, limit, if_any);
	return (status);
}
