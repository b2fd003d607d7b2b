/*
 * nice: run a command with another nice value.
 *	nice [-n increment] command [argument ...]
 *
 * The increment is 10 if none is given; root's may be negative.  If the value
 * cannot be changed the command is run all the same.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "runcmd.h"

static int
usage(void)
{
	fprintf(stderr, "usage: nice [-n increment] command [argument ...]\n");
	return (2);
}

int
main(int argc, char *argv[])
{
	int increment = 10;
	int c;

	while ((c = getopt(argc, argv, "+n:")) != -1) {
		if (c != 'n')
			return (usage());
		increment = number(optarg, 10, -100, 100);
	}
	if (optind >= argc)
		return (usage());
	errno = 0;
	if (nice(increment) == -1 && errno != 0)
		warn("nice");
	become_command(argv + optind);
}
