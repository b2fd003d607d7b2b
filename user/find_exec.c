/*
 * The commands of find: -exec and -ok.
 */
#include <sys/types.h>
#include <err.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "runcmd.h"

#define	MAX_BYTES	(ARG_MAX / 2)	/* the environment needs some too */

struct command {
	char	**words;		/* as it was given, without its end */
	int	nwords;
	char	**argv;			/* as it is run */
	int	argc, room;
	size_t	bytes;			/* of argv */
	struct command *next;		/* of those that gather */
};

static struct command *gathering;

/* One more word; there is always room for a NULL behind it. */
static void
add_word(struct command *c, char *word)
{
	char **argv;

	if (c->argc + 1 >= c->room) {
		c->room = c->room * 2 + 16;
		argv = realloc(c->argv, c->room * sizeof(char *));
		if (argv == NULL)
			err(1, NULL);
		c->argv = argv;
	}
	c->argv[c->argc++] = word;
	c->argv[c->argc] = NULL;
	c->bytes += strlen(word) + 1 + sizeof(char *);
}

/* The command, with the path for each {} if there is one. */
static void
fill_in(struct command *c, const char *path)
{
	int i;

	c->argc = 0;
	c->bytes = 0;
	for (i = 0; i < c->nwords; i++)
		add_word(c,
		    path != NULL && strcmp(c->words[i], "{}") == 0 ?
			(char *)(uintptr_t)path :
			c->words[i]);
}

static int
run(const struct command *c)
{
	fflush(stdout);
	return (wait_command(start_command(c->argv)));
}

static bool
run_one(struct node *n, struct file *f)
{
	fill_in(n->command, f->path);
	return (run(n->command) == 0);
}

static bool
ask_and_run(struct node *n, struct file *f)
{
	struct command *cmd = n->command;
	int i, c, answer;

	fill_in(cmd, f->path);
	fflush(stdout);
	for (i = 0; i < cmd->argc; i++)
		fprintf(stderr, "%s ", cmd->argv[i]);
	fprintf(stderr, "? ");
	answer = c = getchar();
	while (c != '\n' && c != EOF)
		c = getchar();
	return ((answer == 'y' || answer == 'Y') && run(cmd) == 0);
}

/* Run it with the paths that there are, and begin anew. */
static void
run_with_paths(struct command *c)
{
	if (c->argc > c->nwords && run(c) != 0)
		failed = 1;
	while (c->argc > c->nwords)
		free(c->argv[--c->argc]);
	fill_in(c, NULL);
}

static bool
gather(struct node *n, struct file *f)
{
	char *path = strdup(f->path);

	if (path == NULL)
		err(1, NULL);
	if (n->command->bytes + strlen(path) >= MAX_BYTES)
		run_with_paths(n->command);
	add_word(n->command, path);
	return (true);
}

void
run_gathered(void)
{
	struct command *c;

	for (c = gathering; c != NULL; c = c->next)
		run_with_paths(c);
}

char **
parse_command(struct node *n, char **args, bool ask)
{
	struct command *c = n->command = find_alloc(sizeof(*c));
	bool plus = false;

	for (c->words = args; *args != NULL; args++) {
		plus = strcmp(*args, "+") == 0 && args > c->words &&
		    strcmp(args[-1], "{}") == 0 && !ask;
		if (plus || strcmp(*args, ";") == 0)
			break;
	}
	c->nwords = args - c->words - plus;
	if (*args == NULL || c->nwords == 0)
		errx(1, "%s: no command, or no ; behind it",
		    ask ? "-ok" : "-exec");
	n->holds = plus ? gather : ask ? ask_and_run : run_one;
	if (plus) {
		fill_in(c, NULL);
		c->next = gathering;
		gathering = c;
	}
	return (args + 1);
}
