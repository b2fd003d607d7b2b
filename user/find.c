/*
 * find: walk through folders and print what an expression holds for.
 *
 * The words behind the paths are the expression: see find_expr.c.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "output.h"
#include "paths.h"

struct settings settings = { .max_depth = INT_MAX };
int	failed;

static struct node *expression;

void *
find_alloc(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		err(1, NULL);
	return (p);
}

static void
complain(const char *path)
{
	warn("%s", path);
	failed = 1;
}

/* Where a walk is. */
struct place {
	int	depth;			/* 0: what was named */
	dev_t	dev;			/* that of what was named */
};

/* One file, and what is below it. */
static void
walk(const char *path, void *arg)
{
	struct place here = *(struct place *)arg, below;
	struct file f = { .path = path };

	if (lstat(path, &f.sb) == -1) {
		/* What has gone since its folder was read is not there. */
		if (here.depth == 0 || errno != ENOENT)
			complain(path);
		return;
	}
	if (here.depth == 0)
		here.dev = f.sb.st_dev;
	below = (struct place){ here.depth + 1, here.dev };
	if (!settings.depth_first)
		all_hold(expression, &f);
	if (S_ISDIR(f.sb.st_mode) && !f.prune &&
	    here.depth < settings.max_depth &&
	    (!settings.one_device || f.sb.st_dev == here.dev) &&
	    !each_entry(path, walk, &below))
		complain(path);
	if (settings.depth_first)
		all_hold(expression, &f);
}

static bool
begins_expression(const char *word)
{
	return (word[0] == '-' || strcmp(word, "!") == 0 ||
	    strcmp(word, "(") == 0);
}

int
main(int argc, char **argv)
{
	struct place start = { 0 };
	int i, paths = 1;

	while (paths < argc && !begins_expression(argv[paths]))
		paths++;
	expression = parse_expression(argv + paths);
	if (paths == 1)
		walk(".", &start);
	for (i = 1; i < paths; i++)
		walk(argv[i], &start);
	run_gathered();
	return (finish(failed, 1));
}
