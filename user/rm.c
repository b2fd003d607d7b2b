/*
 * rm: remove files, and with -r what is below directories.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"

static int	force, recursive, failed;

/*
 * What a folder contains goes first.  What cannot be removed stays alone: the
 * rest goes, and its folder tells that it is not empty.
 */
static void
remove_path(const char *path, void *arg __unused)
{
	struct stat sb;
	int error;

	if (lstat(path, &sb) == -1)
		error = -1;
	else if (!S_ISDIR(sb.st_mode))
		error = unlink(path);
	else if (!recursive) {
		errno = EISDIR;
		error = -1;
	} else
		error = each_entry(path, remove_path, NULL) ? rmdir(path) : -1;
	/* Somebody else may remove it between lstat and unlink, too. */
	if (error == -1 && !(force && errno == ENOENT)) {
		warn("%s", path);
		failed = 1;
	}
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
	int c;

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
			remove_path(argv[optind], NULL);
	return (failed);
usage:
	fprintf(stderr, "usage: rm [-fRr] file ...\n");
	return (2);
}
