/*
 * seq: count from FIRST (1) by STEP (1) to LAST.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

static long
number(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (end == s || *end != '\0')
		errx(2, "not a number: %s", s);
	return (n);
}

int
main(int argc, char *argv[])
{
	long first = 1, last, n, step = 1;

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: seq [first [step]] last\n");
		return (2);
	}
	last = number(argv[argc - 1]);
	if (argc > 2)
		first = number(argv[1]);
	if (argc > 3)
		step = number(argv[2]);
	if (step == 0)
		errx(2, "step is 0");
	for (n = first; step > 0 ? n <= last : n >= last; n += step)
		printf("%ld\n", n);
	return (0);
}
