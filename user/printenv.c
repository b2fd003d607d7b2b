/*
 * printenv: show the environment, or one variable of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"

extern char **environ;

int
main(int argc, char *argv[])
{
	const char *value;
	char **e;

	if (getopt(argc, argv, "") != -1 || argc - optind > 1) {
		fprintf(stderr, "usage: printenv [name]\n");
		return (2);
	}
	if (optind < argc) {
		value = getenv(argv[optind]);
		if (value == NULL)
			return (1);
		puts(value);
		return (finish(0, 2));
	}
	for (e = environ; *e != NULL; e++)
		puts(*e);
	return (finish(0, 2));
}
