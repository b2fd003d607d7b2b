/*
 * assert(3).
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What a false assertion calls: say which, and abort.
 */
void
__assert(const char *func, const char *file, int line, const char *expr)
{
	(void)fflush(stdout);
	(void)fprintf(stderr,
	    "Assertion failed: (%s), function %s, file %s, "
	    "line %d.\n",
	    expr, func, file, line);
	abort();
}
