/*
 * Folders and paths: see paths.h.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"

char *
path_in(const char *folder, const char *name)
{
	size_t len = strlen(folder);
	bool joined = len == 0 || folder[len - 1] == '/';
	char *path;

	if (asprintf(&path, "%s%s%s", folder, joined ? "" : "/", name) == -1)
		err(2, NULL);
	return (path);
}

static int
is_entry(const struct dirent *de)
{
	return (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0);
}

bool
each_entry(const char *folder, void (*visit)(const char *, void *), void *arg)
{
	struct dirent **list;
	int count, i;
	char *path;

	count = scandir(folder, &list, is_entry, NULL);
	if (count == -1)
		return (false);
	for (i = 0; i < count; i++) {
		path = path_in(folder, list[i]->d_name);
		free(list[i]);
		visit(path, arg);
		free(path);
	}
	free(list);
	return (true);
}

struct below {
	void	(*visit)(const char *);
	bool	links;
};

static void
visit_below(const char *path, void *arg)
{
	struct below *below = arg;
	struct stat sb;

	if (below->links || lstat(path, &sb) == -1 || !S_ISLNK(sb.st_mode))
		below->visit(path);
}

bool
each_below(const char *path, void (*visit)(const char *), bool links)
{
	struct below below = { visit, links };
	struct stat sb;

	if (lstat(path, &sb) == 0 && !S_ISDIR(sb.st_mode))
		return (true);
	if (each_entry(path, visit_below, &below))
		return (true);
	warn("%s", path);
	return (false);
}

/*
 * What an operand becomes in a folder.  A "..", which would lead out of it,
 * becomes the folder itself.
 */
static char *
path_for(const char *folder, const char *operand)
{
	char *copy = strdup(operand), *name, *path;

	if (copy == NULL)
		err(2, NULL);
	name = basename(copy);
	path = path_in(folder, strcmp(name, "..") == 0 ? "." : name);
	free(copy);
	return (path);
}

int
each_operand(char **operands, int (*act)(const char *, const char *))
{
	int count = 0, failed = 0, i;
	char *last, *path;
	struct stat sb;

	while (operands[count + 1] != NULL)
		count++;
	last = operands[count];
	if (stat(last, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		for (i = 0; i < count; i++) {
			path = path_for(last, operands[i]);
			failed |= act(operands[i], path);
			free(path);
		}
		return (failed);
	}
	if (count > 1)
		errx(1, "%s: not a directory", last);
	return (act(operands[0], last));
}
