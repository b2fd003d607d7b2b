/*
 * rm: remove files, and with -r what is below directories.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int	force, recursive;

static int	remove_any(const char *path);

static int
remove_tree(const char *path)
{
	char child[1024];
	struct dirent *d;
	int failed = 0;
	DIR *dir;

	dir = opendir(path);
	if (dir == NULL) {
		warn("%s", path);
		return (1);
	}
	while ((d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		if (snprintf(child, sizeof(child), "%s/%s", path, d->d_name) >=
		    (int)sizeof(child)) {
			warnx("%s/%s: name too long", path, d->d_name);
			failed = 1;
			continue;
		}
		failed |= remove_any(child);
		rewinddir(dir);
		if (failed)
			break;
	}
	closedir(dir);
	if (!failed && rmdir(path) == -1) {
		warn("%s", path);
		failed = 1;
	}
	return (failed);
}

static int
remove_any(const char *path)
{
	struct stat sb;

	if (lstat(path, &sb) == -1) {
		if (force && errno == ENOENT)
			return (0);
		warn("%s", path);
		return (1);
	}
	if (S_ISDIR(sb.st_mode)) {
		if (recursive)
			return (remove_tree(path));
		warnx("%s: is a directory", path);
		return (1);
	}
	if (unlink(path) == -1) {
		warn("%s", path);
		return (1);
	}
	return (0);
}

/* ".", ".." and "/" as the last part: more than anybody means. */
static bool
is_reserved(const char *path)
{
	const char *end = path + strlen(path), *start;

	while (end > path + 1 && end[-1] == '/')
		end--;
	for (start = end; start > path && start[-1] != '/'; start--)
		;
	return (*path != '\0' && end - start <= 2 &&
	    strncmp(start, "..", end - start) == 0);
}

int
main(int argc, char *argv[])
{
	int c, failed = 0;

	while ((c = getopt(argc, argv, "fRr")) != -1)
		if (c == 'f')
			force = 1;
		else if (c == 'r' || c == 'R')
			recursive = 1;
		else
			goto usage;
	if (optind == argc && !force)
		goto usage;
	for (; optind < argc; optind++)
		if (is_reserved(argv[optind])) {
			warnx("%s: not removed", argv[optind]);
			failed = 1;
		} else
			failed |= remove_any(argv[optind]);
	return (failed);
usage:
	fprintf(stderr, "usage: rm [-fRr] file ...\n");
	return (2);
}
