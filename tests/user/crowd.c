/*
 * As many processes as there may be, all asleep at the same time:
 *
 *	crowd [least]
 *
 * fork says EAGAIN when the table is full and ENOMEM when there is no more
 * memory, no sooner than after "least" children; a process beside the crowd
 * lives as usual, and nothing is left of the crowd when it has been killed.
 *
 * The crowd has a leader, which forks and tells by memory that it shares with
 * the test how far it is; it stops itself when it has nothing to do.  When
 * memory is short it may be killed for a page that it writes to.
 */
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	SPARE	20			/* processes for what goes on beside */
#define	MOST_KB	28			/* that a sleeping process may cost */
#define	TABLE_KB 4			/* and more, if no table is shared */

static struct crowd {
	int	wanted;			/* children */
	int	count;			/* that there are */
	int	error;			/* of the fork that failed, or 0 */
	pid_t	middle;			/* one of them */
} *crowd;

static u_int
number(const char *name)
{
	u_int n;
	size_t size = sizeof(n);

	if (sysctlbyname(name, &n, &size, NULL, 0) == -1)
		err(1, "%s", name);
	return (n);
}

static u_int
free_pages(void)
{
	return (number("vm.v_free_count") + number("vm.v_high_free"));
}

static void
lead(void)
{
	pid_t pid;

	/* Its own group, and children that init reaps. */
	if (setpgid(0, 0) == -1)
		_exit(1);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		kill(getpid(), SIGSTOP);
		while (crowd->error == 0 && crowd->count < crowd->wanted) {
			pid = fork();
			if (pid == 0)
				for (;;)
					pause();
			if (pid == -1) {
				crowd->error = errno;
				break;
			}
			if (++crowd->count == crowd->wanted / 2)
				crowd->middle = pid;
		}
	}
}

/* Let the leader go on, up to so many children; whether it lives still. */
static int
grow(pid_t leader, int wanted)
{
	int status;

	crowd->wanted = wanted;
	kill(leader, SIGCONT);
	if (waitpid(leader, &status, WUNTRACED) == -1)
		err(1, "waitpid");
	return (WIFSTOPPED(status));
}

/* What a command prints first, as a number; -1 if it cannot be run. */
static int
first_number(const char *command)
{
	FILE *f = popen(command, "r");
	int n;

	if (f == NULL)
		return (-1);
	if (fscanf(f, "%d", &n) != 1)
		n = -1;
	return (pclose(f) == 0 ? n : -1);
}

/* Until nobody is in the middle of something. */
static int
quiet(void)
{
	return (number("kern.quiet") != 0);
}

/* Others beside a crowd that leaves some room. */
static void
test_beside(void)
{
	char command[40];
	int before = crowd->count;

	ok(first_number("ps -ax | wc -l") > crowd->count, "ps lists them");
	snprintf(command, sizeof(command), "kill -9 %d", crowd->middle);
	ok(kill(crowd->middle, 0) == 0 && system(command) == 0 && quiet() &&
		kill(crowd->middle, 0) == -1 && errno == ESRCH,
	    "kill ends one in the midst of them");
	ok(crowd->count == before, "the leader does not care");
}

int
main(int argc, char **argv)
{
	int least = argc > 1 ? atoi(argv[1]) : 1, alive, status;
	u_int before, cost, procs, most;
	pid_t leader;

	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (crowd == MAP_FAILED)
		err(1, "mmap");
	procs = number("kern.nprocs");
	leader = must_fork();
	if (leader == 0)
		lead();
	/* The pages that are written to from now on are ours then. */
	ok(waitpid(leader, &status, WUNTRACED) == leader && WIFSTOPPED(status),
	    "there is a leader");

	before = free_pages();
	alive = grow(leader, number("kern.maxproc") - procs - SPARE);
	if (alive && crowd->error == 0) {
		cost = (before - free_pages()) * 4 / crowd->count;
		printf("# %d processes of %u KB\n", crowd->count, cost);
		most = MOST_KB + (number("vm.pmap_share") ? 0 : TABLE_KB);
		ok(cost <= most, "each costs at most %u KB", most);
		test_beside();
		alive = grow(leader, INT_MAX);
	}
	printf("# %d processes, then: %s\n", crowd->count,
	    alive ? strerror(crowd->error) : "no page for their leader");
	ok(!alive || crowd->error == EAGAIN || crowd->error == ENOMEM,
	    "fork says that there can be no more");
	ok(crowd->count >= least, "there were %d at least", least);

	ok(kill(-leader, SIGKILL) == 0, "all are killed");
	if (alive)
		waitpid(leader, &status, 0);
	ok(quiet() && number("kern.nprocs") == procs, "nobody is left");
	return (tap_done());
}
