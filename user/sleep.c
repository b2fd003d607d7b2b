/*
 * sleep: do nothing for some seconds, which may have a fraction.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int
main(int argc, char **argv)
{
	struct timespec ts;
	double seconds;
	char *end;

	if (argc != 2) {
		fprintf(stderr, "usage: sleep seconds\n");
		return (2);
	}
	seconds = strtod(argv[1], &end);
	if (end == argv[1] || *end != '\0' || !(seconds >= 0))
		errx(2, "%s: not a number of seconds", argv[1]);
	if (seconds > 2147483647)
		seconds = 2147483647;
	ts.tv_sec = (time_t)seconds;
	ts.tv_nsec = (long)((seconds - ts.tv_sec) * 1e9);
	while (nanosleep(&ts, &ts) == -1)
		if (errno != EINTR)
			err(1, "nanosleep");
	return (0);
}
