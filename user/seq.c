/*
 * seq: count from FIRST (1) by STEP (1) to LAST.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "output.h"

int
main(int argc, char *argv[])
{
	long long first = 1, last, n, step = 1;

	/* Not by getopt, to which a negative number would be an option. */
	if (argc > 1 && strcmp(argv[1], "--") == 0) {
		argc--;
		argv++;
	}
	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: seq [first [step]] last\n");
		return (2);
	}
	last = number(argv[argc - 1], 10, LONG_MIN, LONG_MAX);
	if (argc > 2)
		first = number(argv[1], 10, LONG_MIN, LONG_MAX);
	if (argc > 3)
		step = number(argv[2], 10, LONG_MIN, LONG_MAX);
	if (step == 0)
		errx(2, "step is 0");
	for (n = first; step > 0 ? n <= last : n >= last; n += step)
		printf("%lld\n", n);
	return (finish(0, 1));
}
