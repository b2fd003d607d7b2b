/*
 * touch: make files, or set their times, that of the last read (-a), the
 * last write (-m) or both, to now or to another file's (-r).  -c makes none.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static bool	no_reads, no_writes;	/* which time is left as it is */
static const struct timeval *given;	/* -r: both times */

static int
set_times(const char *path)
{
	struct timeval times[2];
	struct stat sb;

	if (given == NULL && !no_reads && !no_writes)
		return (utimes(path, NULL)); /* who may write it may */
	if (stat(path, &sb) == -1)
		return (-1);
	gettimeofday(&times[0], NULL);
	times[1] = times[0];
	if (given != NULL) {
		times[0] = given[0];
		times[1] = given[1];
	}
	if (no_reads)
		TIMESPEC_TO_TIMEVAL(&times[0], &sb.st_atim);
	if (no_writes)
		TIMESPEC_TO_TIMEVAL(&times[1], &sb.st_mtim);
	return (utimes(path, times));
}

/* Make the file, too, if it is not there and that is wanted. */
static int
touch(const char *path, bool create)
{
	int fd;

	if (set_times(path) == 0)
		return (0);
	if (errno == ENOENT && !create)
		return (0);
	if (errno == ENOENT &&
	    (fd = open(path, O_WRONLY | O_CREAT, 0666)) != -1) {
		close(fd);
		if (set_times(path) == 0)
			return (0);
	}
	warn("%s", path);
	return (1);
}

static void
take_times(const char *path)
{
	static struct timeval times[2];
	struct stat sb;

	if (stat(path, &sb) == -1)
		err(1, "%s", path);
	TIMESPEC_TO_TIMEVAL(&times[0], &sb.st_atim);
	TIMESPEC_TO_TIMEVAL(&times[1], &sb.st_mtim);
	given = times;
}

int
main(int argc, char *argv[])
{
	bool create = true, reads = false, writes = false;
	int c, failed = 0;

	while ((c = getopt(argc, argv, "acmr:")) != -1) {
		if (c == '?')
			goto usage;
		reads |= c == 'a';
		writes |= c == 'm';
		create &= c != 'c';
		if (c == 'r')
			take_times(optarg);
	}
	if (optind == argc)
		goto usage;
	no_reads = writes && !reads;
	no_writes = reads && !writes;
	for (; optind < argc; optind++)
		failed |= touch(argv[optind], create);
	return (failed);
usage:
	fprintf(stderr, "usage: touch [-acm] [-r file] file ...\n");
	return (2);
}
