/*
 * Arguments of programs: times.
 */
#include <err.h>
#include <limits.h>
#include <stdlib.h>

#include "args.h"

double
seconds(const char *text)
{
	double n;
	char *end;

	n = strtod(text, &end);
	if (end == text || *end != '\0' || !(n >= 0))
		errx(2, "%s: not a number of seconds", text);
	return (n > INT_MAX ? INT_MAX : n);
}
