/*
 * Test programs print TAP: ok() for each thing tested, tap_done() at the
 * end, which prints the plan and gives main()'s value.
 */
#ifndef _TAP_H_
#define	_TAP_H_

#include <stdarg.h>
#include <stdio.h>

static int	tap_tests, tap_failures;

static __inline void
ok(int good, const char *fmt, ...)
{
	va_list ap;

	tap_tests++;
	if (!good)
		tap_failures++;
	printf("%sok %d - ", good ? "" : "not ", tap_tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

static __inline int
tap_done(void)
{
	printf("1..%d\n", tap_tests);
	return (tap_failures != 0);
}

#endif /* !_TAP_H_ */
