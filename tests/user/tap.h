/*
 * Test programs print TAP: ok() for each thing tested, tap_done() at the
 * end, which prints the plan and gives main()'s value.
 */
#ifndef _TAP_H_
#define	_TAP_H_

#include <sys/wait.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

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

/* fork(2) for who cannot go on without it. */
static __inline pid_t
must_fork(void)
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	return (pid);
}

/* Wait for a child: whether it has ended with status 0. */
static __inline int
ended_well(pid_t pid)
{
	int status;

	return (waitpid(pid, &status, 0) == pid && status == 0);
}

#endif /* !_TAP_H_ */
