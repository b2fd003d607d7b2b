/*
 * basename: the last part of a path, without the suffix if it has it.
 */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

int
main(int argc, char *argv[])
{
	size_t len, suffix;
	char *name;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: basename path [suffix]\n");
		return (2);
	}
	name = basename(argv[1]);
	len = strlen(name);
	suffix = argc == 3 ? strlen(argv[2]) : 0;
	/* A name that is all suffix stays. */
	if (suffix != 0 && suffix < len &&
	    strcmp(name + len - suffix, argv[2]) == 0)
		len -= suffix;
	printf("%.*s\n", (int)len, name);
	return (finish(0, 1));
}
