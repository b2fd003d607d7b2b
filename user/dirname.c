/*
 * dirname: the directory part of a path.
 */
#include <libgen.h>
#include <stdio.h>

#include "output.h"

int
main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: dirname path\n");
		return (2);
	}
	puts(dirname(argv[1]));
	return (finish(0, 1));
}
