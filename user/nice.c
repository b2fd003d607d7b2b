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

static int
usage(void)
{
	fprintf(stderr, "usage: nice [-n increment] command [argument ...]\n");
	return (2);
}

int
main(int argc, char *argv[])
{
	long increment = 10;
	char *end;
	int c;

	while ((c = getopt(argc, argv, "+n:")) != -1) {
		if (c != 'n')
			return (usage());
		increment = strtol(optarg, &end, 10);
		if (*end != '\0' || end == optarg || increment < -100 ||
		    increment > 100)
			errx(2, "%s is no increment", optarg);
	}
	if (optind >= argc)
		return (usage());
	errno = 0;
	if (nice((int)increment) == -1 && errno != 0)
		warn("nice");
	execvp(argv[optind], argv + optind);
	warn("%s", argv[optind]);
	return (errno == ENOENT ? 127 : 126);
}
