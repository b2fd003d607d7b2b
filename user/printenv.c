/*
 * printenv: show the environment, or one variable of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"

extern char **environ;

int
main(int argc, char *argv[])
{
	const char *value;
	char **e;

	if (argc > 1) {
		value = getenv(argv[1]);
		if (value == NULL)
			return (1);
		puts(value);
		return (finish(0, 2));
	}
	for (e = environ; *e != NULL; e++)
		puts(*e);
	return (finish(0, 2));
}
