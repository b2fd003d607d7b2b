/*
 * basename: the last part of a path, without the suffix if it has it.
 */
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

int
main(int argc, char *argv[])
{
	size_t len, suffix;
	char *name;

	if (getopt(argc, argv, "") != -1 || optind == argc ||
	    argc - optind > 2) {
		fprintf(stderr, "usage: basename path [suffix]\n");
		return (2);
	}
	argv += optind;
	name = basename(argv[0]);
	len = strlen(name);
	suffix = argv[1] != NULL ? strlen(argv[1]) : 0;
	/* A name that is all suffix stays. */
	if (suffix != 0 && suffix < len &&
	    strcmp(name + len - suffix, argv[1]) == 0)
		len -= suffix;
	printf("%.*s\n", (int)len, name);
	return (finish(0, 1));
}
