/*
 * pstree: the family tree of the processes.
 */
#include <sys/types.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"

static struct kinfo_proc	*procs;
static size_t			nprocs;

static void
show(pid_t pid, int depth)
{
	size_t i;

	for (i = 0; i < nprocs; i++)
		if (procs[i].ki_pid == pid)
			printf("%*s%d %s%s\n", depth * 4, "", pid,
			    procs[i].ki_comm,
			    procs[i].ki_stat == SZOMB ? " <defunct>" : "");
	for (i = 0; i < nprocs; i++)
		if (procs[i].ki_ppid == pid && procs[i].ki_pid != pid)
			show(procs[i].ki_pid, depth + 1);
}

static int
by_pid(const void *a, const void *b)
{
	const struct kinfo_proc *x = a, *y = b;

	return (x->ki_pid < y->ki_pid ? -1 : x->ki_pid > y->ki_pid);
}

static bool
exists(pid_t pid)
{
	size_t i;

	for (i = 0; i < nprocs; i++)
		if (procs[i].ki_pid == pid)
			return (true);
	return (false);
}

int
main(int argc, char *argv[])
{
	size_t len, room = 32 * sizeof(*procs);
	pid_t pid = 0;

	if (getopt(argc, argv, "") != -1 || argc - optind > 1) {
		fprintf(stderr, "usage: pstree [pid]\n");
		return (2);
	}
	if (optind < argc)
		pid = number(argv[optind], 10, 0, INT_MAX);
	do {
		room *= 2;
		procs = realloc(procs, room);
		if (procs == NULL)
			err(1, NULL);
		len = room;
	} while (sysctlbyname("kern.proc.all", procs, &len, NULL, 0) == -1);
	nprocs = len / sizeof(*procs);
	qsort(procs, nprocs, sizeof(*procs), by_pid);
	if (!exists(pid))
		errx(1, "%d: no such process", (int)pid);
	show(pid, 0);
	return (0);
}
