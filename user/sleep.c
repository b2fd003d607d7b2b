/*
 * sleep: do nothing for some seconds, which may have a fraction.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "args.h"

int
main(int argc, char **argv)
{
	struct timespec ts;
	double n;

	if (getopt(argc, argv, "") != -1 || argc - optind != 1) {
		fprintf(stderr, "usage: sleep seconds\n");
		return (2);
	}
	n = seconds(argv[optind]);
	ts.tv_sec = (time_t)n;
	ts.tv_nsec = (long)((n - ts.tv_sec) * 1e9);
	while (nanosleep(&ts, &ts) == -1)
		if (errno != EINTR)
			err(1, "nanosleep");
	return (0);
}
