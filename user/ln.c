/*
 * ln: make links, hard ones or with -s symbolic ones.  -f removes what has
 * the name already.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "paths.h"

static bool	force, symbolic;

static int
make_link(const char *target, const char *name)
{
	bool known;
	struct stat from, to;

	/* A hard link to a symbolic one is one to what that leads to. */
	known = symbolic ? lstat(target, &from) == 0 : stat(target, &from) == 0;
	if (!symbolic && !known) {
		warn("%s", target);
		return (1);
	}
	/* Known before anything is removed for it. */
	if (!symbolic && S_ISDIR(from.st_mode)) {
		errno = EISDIR;
		warn("%s", target);
		return (1);
	}
	if (force && lstat(name, &to) == 0) {
		/* Both would be gone. */
		if (known && from.st_dev == to.st_dev &&
		    from.st_ino == to.st_ino) {
			warnx("%s and %s are the same file", target, name);
			return (1);
		}
		if (unlink(name) == -1) {
			warn("%s", name);
			return (1);
		}
	}
	if ((symbolic ? symlink : link)(target, name) == -1) {
		warn("%s", name);
		return (1);
	}
	return (0);
}

int
main(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "fs")) != -1) {
		if (c == '?')
			goto usage;
		force |= c == 'f';
		symbolic |= c == 's';
	}
	if (argc - optind < 2)
		goto usage;
	return (each_operand(argv + optind, make_link));
usage:
	fprintf(stderr, "usage: ln [-fs] target ... name\n");
	return (2);
}
