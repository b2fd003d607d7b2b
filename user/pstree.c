/*
 * pstree: the family tree of the processes.
 */
#include <sys/types.h>
#include <sys/proc.h>
#include <sys/user.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "args.h"
#include "kinfo.h"
#include "output.h"

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
	pid_t pid = 0;

	if (getopt(argc, argv, "") != -1 || argc - optind > 1) {
		fprintf(stderr, "usage: pstree [pid]\n");
		return (2);
	}
	if (optind < argc)
		pid = number(argv[optind], 10, 0, INT_MAX);
	procs = all_procs(&nprocs);
	if (!exists(pid))
		errx(1, "%d: no such process", (int)pid);
	show(pid, 0);
	return (finish(0, 1));
}
