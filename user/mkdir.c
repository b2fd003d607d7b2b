/*
 * mkdir: make directories; with -m with this mode, whatever the umask, with
 * -p also those above.
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

#include "args.h"

/* Of -m, or -1. */
static int	wanted = -1;

static int
make(const char *path)
{
	/* No moment with more rights than it is to have. */
	if (mkdir(path, wanted != -1 ? wanted & 0777 : 0777) == -1)
		return (-1);
	return (wanted != -1 ? chmod(path, wanted) : 0);
}

/* Those above path; false, with a message, if one cannot be made. */
static bool
make_above(char *path)
{
	char *s = path + strspn(path, "/");
	bool made = true;

	/* Slashes at the end belong to the last one. */
	while (made && (s = strchr(s, '/')) != NULL &&
	    s[strspn(s, "/")] != '\0') {
		*s = '\0';
		made = mkdir(path, 0777) == 0 || errno == EEXIST;
		if (!made)
			warn("%s", path);
		*s++ = '/';
	}
	return (made);
}

/*
 * Make the directories above path too, and mind none that is there.
 */
static int
make_path(char *path)
{
	mode_t mask = umask(0);
	struct stat sb;
	bool made;

	/* Whatever the umask, what is below them has to be made. */
	umask(mask & ~0300);
	made = make_above(path);
	umask(mask);
	if (!made)
		return (1);
	if (make(path) == -1 &&
	    (errno != EEXIST || stat(path, &sb) == -1 ||
		!S_ISDIR(sb.st_mode))) {
		warn("%s", path);
		return (1);
	}
	return (0);
}

int
main(int argc, char *argv[])
{
	int c, failed = 0, parents = 0;

	while ((c = getopt(argc, argv, "m:p")) != -1)
		if (c == 'p')
			parents = 1;
		else if (c == 'm')
			wanted = octal_mode(optarg);
		else
			goto usage;
	if (optind == argc)
		goto usage;
	for (; optind < argc; optind++)
		if (parents)
			failed |= make_path(argv[optind]);
		else if (make(argv[optind]) == -1) {
			warn("%s", argv[optind]);
			failed = 1;
		}
	return (failed);
usage:
	fprintf(stderr, "usage: mkdir [-p] [-m mode] directory ...\n");
	return (2);
}
