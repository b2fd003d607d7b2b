/*
 * lockstat: which locks of the kernel are waited for, and held long, by the
 * place where they are taken.
 *
 *	lockstat [-s wait|hold|count] [-n lines] command [argument ...]
 *		what happens while the command runs, in all of the kernel
 *	lockstat -r
 *		gather from now on, from zero ("sysctl debug.lockstat=0" ends)
 *	lockstat [-s wait|hold|count] [-n lines]
 *		what has been gathered so far
 *
 * Times are in microseconds.
 */
#include <sys/types.h>
#include <sys/lock.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"
#include "runcmd.h"

static void
usage(void)
{
	fprintf(stderr,
	    "usage: lockstat [-n lines] [-s order] "
	    "[command [argument ...]]\n"
	    "       lockstat -r\n");
	exit(2);
}

/* Set a sysctl of the kernel's; its value before. */
static int
set(const char *name, int value)
{
	size_t len = sizeof(value);
	int before = 0;

	if (sysctlbyname(name, &before, &len, &value, sizeof(value)) == -1)
		err(1, "%s", name);
	return (before);
}

static void
start(void)
{
	set("debug.lockstat", 0);
	set("debug.lockstat_reset", 1);
	set("debug.lockstat", 1);
}

/* All there is; how many. */
static size_t
get_stats(struct lockstat **stats)
{
	size_t len = 0;

	/* More places may come up between the two calls. */
	do {
		if (sysctlbyname("debug.lockstat_data", NULL, &len, NULL, 0) ==
		    -1)
			err(1, "debug.lockstat_data");
		len += 32 * sizeof(**stats);
		*stats = realloc(*stats, len);
		if (*stats == NULL)
			err(1, NULL);
		if (sysctlbyname("debug.lockstat_data", *stats, &len, NULL,
			0) == 0)
			return (len / sizeof(**stats));
	} while (errno == ENOMEM);
	err(1, "debug.lockstat_data");
}

/* What "-s" asks to be sorted by. */
static u_int64_t
wait_of(const struct lockstat *ls)
{
	return (ls->ls_wait);
}

static u_int64_t
hold_of(const struct lockstat *ls)
{
	return (ls->ls_hold);
}

static u_int64_t
count_of(const struct lockstat *ls)
{
	return (ls->ls_count);
}

static u_int64_t (*key)(const struct lockstat *) = wait_of;

static void
choose_key(const char *name)
{
	if (strcmp(name, "wait") == 0)
		key = wait_of;
	else if (strcmp(name, "hold") == 0)
		key = hold_of;
	else if (strcmp(name, "count") == 0)
		key = count_of;
	else
		usage();
}

/* The largest first; of equals the more frequent one. */
static int
compare(const void *a, const void *b)
{
	u_int64_t ka = key(a), kb = key(b);

	if (ka == kb) {
		ka = count_of(a);
		kb = count_of(b);
	}
	return (ka < kb ? 1 : ka > kb ? -1 : 0);
}

static double
us(u_int64_t ns)
{
	return ((double)ns / 1000);
}

static void
print_one(const struct lockstat *ls)
{
	static const char *const kinds[] = { "?", "mtx", "sx", "spin" };
	const char *kind = ls->ls_class <= LC_SPIN ? kinds[ls->ls_class] : "?";

	printf("%8u %7u %10.1f %9.1f %11.1f %9.1f %-4s %s at %s:%u\n",
	    ls->ls_count, ls->ls_contended, us(ls->ls_wait), us(ls->ls_maxwait),
	    us(ls->ls_hold), us(ls->ls_maxhold), ls->ls_shared ? "sx-r" : kind,
	    ls->ls_name, ls->ls_file, ls->ls_line);
}

static void
print_stats(size_t lines)
{
	struct lockstat *stats = NULL;
	size_t i, len, n = get_stats(&stats);
	u_int lost = 0;

	qsort(stats, n, sizeof(*stats), compare);
	printf("%8s %7s %10s %9s %11s %9s %-4s %s\n", "COUNT", "WAITED", "WAIT",
	    "LONGEST", "HELD", "LONGEST", "KIND", "LOCK");
	for (i = 0; i < n && i < lines; i++)
		print_one(&stats[i]);
	len = sizeof(lost);
	if (sysctlbyname("debug.lockstat_lost", &lost, &len, NULL, 0) == 0 &&
	    lost > 0)
		printf("%8u not counted: the kernel's table is full\n", lost);
	free(stats);
}

int
main(int argc, char **argv)
{
	int c, restart = 0, status = 0;
	long lines = 20;

	while ((c = getopt(argc, argv, "+n:rs:")) != -1)
		switch (c) {
		case 'n':
			lines = number(optarg, 10, 0, LONG_MAX);
			break;
		case 'r':
			restart = 1;
			break;
		case 's':
			choose_key(optarg);
			break;
		default:
			usage();
		}
	if (restart && optind < argc)
		usage();
	if (restart || optind < argc)
		start();
	if (optind < argc) {
		status = run_command(argv + optind);
		if (WIFSIGNALED(status))
			warnx("killed by signal %d", WTERMSIG(status));
		status = shell_status(status);
		set("debug.lockstat", 0);
	}
	if (!restart)
		print_stats(lines);
	return (finish(status, 1));
}
