/*
 * basename: the last part of a path.
 */
#include <libgen.h>
#include <stdio.h>

int
main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: basename path\n");
		return (2);
	}
	puts(basename(argv[1]));
	return (0);
}
