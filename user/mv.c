/*
 * mv: rename files.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "paths.h"

static int
move(const char *from, const char *to)
{
	if (rename(from, to) == 0)
		return (0);
	warn("%s to %s", from, to);
	return (1);
}

int
main(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "f")) != -1)
		if (c != 'f')
			goto usage;
	if (argc - optind < 2)
		goto usage;
	return (each_operand(argv + optind, move));
usage:
	fprintf(stderr, "usage: mv [-f] from ... to\n");
	return (2);
}
