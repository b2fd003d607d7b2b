/*
 * env: run a command in a changed environment, or show it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "runcmd.h"

extern char **environ;

int
main(int argc, char *argv[])
{
	static char *empty[] = { NULL };
	char **e;
	int c;

	while ((c = getopt(argc, argv, "+iu:")) != -1)
		if (c == 'i')
			environ = empty;
		else if (c == 'u')
			unsetenv(optarg);
		else {
			fprintf(stderr,
			    "usage: env [-i] [-u name] "
			    "[name=value ...] [command [argument ...]]\n");
			return (125);
		}
	for (; optind < argc && strchr(argv[optind], '=') != NULL; optind++)
		putenv(argv[optind]);
	if (optind < argc)
		become_command(argv + optind);
	for (e = environ; *e != NULL; e++)
		puts(*e);
	return (finish(0, 125));
}
