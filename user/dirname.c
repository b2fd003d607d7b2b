/*
 * dirname: the directory part of a path.
 */
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#include "output.h"

int
main(int argc, char *argv[])
{
	if (getopt(argc, argv, "") != -1 || argc - optind != 1) {
		fprintf(stderr, "usage: dirname path\n");
		return (2);
	}
	puts(dirname(argv[optind]));
	return (finish(0, 1));
}
