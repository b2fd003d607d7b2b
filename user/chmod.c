/*
 * chmod: set the permissions of files; see filemode.h for how they are
 * written.  -R goes through directories, and leaves links alone that it
 * meets.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "filemode.h"
#include "paths.h"

static const char *wanted;		/* the mode, as text */
static int	mask;			/* umask's */
static bool	recursive;
static int	failed;

static void
change(const char *path)
{
	struct stat sb;

	if (stat(path, &sb) == -1 ||
	    chmod(path, file_mode(wanted, sb.st_mode, mask)) == -1) {
		warn("%s", path);
		failed = 1;
	}
	if (recursive && !each_below(path, change, false))
		failed = 1;
}

int
main(int argc, char *argv[])
{
	int i = 1;

	/* Not by getopt, to which the mode -w would be an option. */
	if (argc > 1 && strcmp(argv[1], "-R") == 0) {
		recursive = true;
		i++;
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (argc - i < 2) {
		fprintf(stderr, "usage: chmod [-R] mode file ...\n");
		return (2);
	}
	wanted = argv[i++];
	umask(mask = umask(0));
	if (file_mode(wanted, 0, mask) == -1)
		errx(2, "bad mode: %s", wanted);
	for (; i < argc; i++)
		change(argv[i]);
	return (failed);
}
