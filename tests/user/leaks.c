/*
 * leaks COMMAND [ARGUMENT ...]: run a command, and say what of the kernel
 * it leaves in use that was not in use before: a line "leaks: WHAT was N,
 * is N" for each counter, and a line for each process that is left.  The
 * debug kernel also recounts all its pages.  The status is that of the
 * command, or 1 if that was 0 and something is left over.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leaks.h"
#include "runcmd.h"

#define	MAXPROCS	256

static struct leaks before, after;
static struct kinfo_proc procs[MAXPROCS];
static pid_t	known[MAXPROCS];
static size_t	nknown;

/* Read the list of processes; how many. */
static size_t
read_procs(void)
{
	int mib[3] = { CTL_KERN, KERN_PROC, KERN_PROC_ALL };
	size_t size = sizeof(procs);

	memset(procs, 0, sizeof(procs));
	if (sysctl(mib, 3, procs, &size, NULL, 0) == -1 && errno != ENOMEM)
		err(1, "kern.proc");
	return (size / sizeof(procs[0]));
}

static void
remember_procs(void)
{
	size_t i;

	nknown = read_procs();
	for (i = 0; i < nknown; i++)
		known[i] = procs[i].ki_pid;
}

/* Name the processes that were not there before. */
static void
print_new_procs(void)
{
	size_t i, j, n = read_procs();

	for (i = 0; i < n; i++) {
		for (j = 0; j < nknown && known[j] != procs[i].ki_pid; j++)
			;
		if (j == nknown)
			printf("leaks: pid %d (%s), child of %d, is left\n",
			    (int)procs[i].ki_pid, procs[i].ki_comm,
			    (int)procs[i].ki_ppid);
	}
}

/*
 * Recount all pages; how many faults the kernel has found and printed.
 * The release kernel does not know how.
 */
static int
recount_pages(void)
{
	int faults = 0;
	size_t size = sizeof(faults);

	if (sysctlbyname("debug.vm_recount", &faults, &size, NULL, 0) == -1 &&
	    errno != ENOENT)
		err(1, "debug.vm_recount");
	if (faults != 0)
		printf("leaks: the recount of all pages found %d faults\n",
		    faults);
	return (faults);
}

int
main(int argc, char **argv)
{
	char *const nothing[] = { "/bin/true", NULL };
	int quiet, status, wrong;

	if (argc < 2) {
		fprintf(stderr, "usage: leaks command [argument ...]\n");
		return (2);
	}
	/* Touch all that this program touches later. */
	leaks_take(&after);
	run_command(nothing);
	(void)leaks_compare(&after, &after, "");
	remember_procs();

	leaks_take(&before);
	status = shell_status(run_command(argv + 1));
	quiet = leaks_take(&after);
	wrong = leaks_compare(&before, &after, "leaks: ");
	if (!quiet)
		printf("leaks: there is still somebody at work\n");
	if (wrong > 0)
		print_new_procs();
	wrong += recount_pages() + !quiet;
	return (status != 0 ? status : wrong != 0);
}
