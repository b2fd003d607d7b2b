/*
 * find: walk through folders and print what an expression holds for.
 *
 * The words behind the paths are the expression: see find_expr.c.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"

struct settings settings = { .max_depth = INT_MAX };
int	failed;

static struct node *expression;

static void	walk(const char *, int, dev_t);

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

static void
walk_folder(const char *path, int depth, dev_t dev)
{
	char below[PATH_MAX];
	size_t len = strlen(path);
	struct dirent *de;
	DIR *dir = opendir(path);

	if (dir == NULL) {
		complain(path);
		return;
	}
	while ((de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(below, sizeof(below), "%s%s%s", path,
			len > 0 && path[len - 1] == '/' ? "" : "/",
			de->d_name) >= sizeof(below)) {
			warnx("%s: path too long", path);
			failed = 1;
			continue;
		}
		walk(below, depth + 1, dev);
	}
	closedir(dir);
}

/* One file, and what is below it; dev is that of what was named. */
static void
walk(const char *path, int depth, dev_t dev)
{
	struct file f = { .path = path };

	if (lstat(path, &f.sb) == -1) {
		complain(path);
		return;
	}
	if (depth == 0)
		dev = f.sb.st_dev;
	if (!settings.depth_first)
		all_hold(expression, &f);
	if (S_ISDIR(f.sb.st_mode) && !f.prune && depth < settings.max_depth &&
	    (!settings.one_device || f.sb.st_dev == dev))
		walk_folder(path, depth, dev);
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
	int i, paths = 1;

	while (paths < argc && !begins_expression(argv[paths]))
		paths++;
	expression = parse_expression(argv + paths);
	if (paths == 1)
		walk(".", 0, 0);
	for (i = 1; i < paths; i++)
		walk(argv[i], 0, 0);
	run_gathered();
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "write");
	return (failed);
}
