/*
 * Arguments of programs, checked.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"

static bool
parse(const char *text, int base, long long least, long long most,
    long long *n)
{
	char *end;

	errno = 0;
	*n = strtoll(text, &end, base);
	return (end != text && *end == '\0' && errno == 0 && *n >= least &&
	    *n <= most);
}

long long
number(const char *text, int base, long long least, long long most)
{
	long long n;

	if (!parse(text, base, least, most, &n))
		errx(2, "%s: not a number from %lld to %lld", text, least,
		    most);
	return (n);
}

mode_t
octal_mode(const char *text)
{
	long long n;

	if (!parse(text, 8, 0, 07777, &n))
		errx(2, "%s: bad mode", text);
	return ((mode_t)n);
}

void
no_arguments(int argc, char **argv)
{
	if (getopt(argc, argv, "") == -1 && optind == argc)
		return;
	fprintf(stderr, "usage: %s\n", getprogname());
	exit(2);
}
