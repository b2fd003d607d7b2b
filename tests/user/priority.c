/*
 * Who gets the processor: nice values.  (That forking does not launder what a
 * process has used is seen in the kernel: tests/kern/sched_test.c.)
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	MOST	8			/* processors */

/* Milliseconds of processor time of each that computes, for all to see. */
static volatile long *used;
static volatile int *started;

static long
mine(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

/* ------------------------------------------------------------ get and set */

static int
get(int which, int who)
{
	errno = 0;
	return (getpriority(which, who));
}

static int
as_user(void)
{
	pid_t parent = getppid();

	if (setpriority(PRIO_PROCESS, 0, 3) != 0 || setuid(1000) != 0)
		return (1);
	if (setpriority(PRIO_PROCESS, 0, 2) != -1 || errno != EACCES)
		return (2);
	if (nice(-1) != -1 || errno != EPERM || nice(0) != 3)
		return (3);
	if (setpriority(PRIO_PROCESS, parent, 10) != -1 || errno != EPERM)
		return (4);
	if (setpriority(PRIO_PROCESS, 0, 5) != 0 || get(PRIO_USER, 0) != 5)
		return (5);
	if (setpriority(PRIO_USER, 0, 7) != 0 || get(PRIO_USER, 1000) != 7)
		return (6);
	return (nice(100) == PRIO_MAX && get(PRIO_PROCESS, 0) == 20 ? 0 : 7);
}

static int
of_group(void)
{
	pid_t pid;
	int good;

	if (setpgid(0, 0) != 0 || setpriority(PRIO_PGRP, 0, 4) != 0)
		return (1);
	pid = must_fork();
	if (pid == 0)
		for (;;)
			pause();
	good = get(PRIO_PROCESS, pid) == 4 &&
	    setpriority(PRIO_PROCESS, pid, 9) == 0 && get(PRIO_PGRP, 0) == 4 &&
	    get(PRIO_PGRP, getpid()) == 4 &&
	    setpriority(PRIO_PGRP, getpid(), 6) == 0 &&
	    get(PRIO_PROCESS, pid) == 6 && get(PRIO_PROCESS, 0) == 6;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return (good ? 0 : 2);
}

static int
negative(void)
{
	pid_t pid;

	if (setpriority(PRIO_PROCESS, 0, -100) != 0 ||
	    get(PRIO_PROCESS, 0) != PRIO_MIN || errno != 0)
		return (1);
	if (setpriority(PRIO_PROCESS, 0, -1) != 0 ||
	    get(PRIO_PROCESS, 0) != -1 || errno != 0)
		return (2);
	/* exec keeps it. */
	pid = must_fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c",
		    "top -b -n 1 | grep -q ' -1 .* top$'", (char *)NULL);
		_exit(127);
	}
	return (ended_well(pid) ? 0 : 3);
}

static int
child(int (*fn)(void))
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0)
		_exit(fn());
	waitpid(pid, &status, 0);
	return (status);
}

static void
test_values(void)
{
	int status;

	status = child(as_user);
	ok(status == 0, "a user may be nicer only: EACCES, EPERM (%#x)",
	    status);
	status = child(of_group);
	ok(status == 0, "a group; the least of it is told (%#x)", status);
	status = child(negative);
	ok(status == 0, "root may be less nice, and exec keeps it (%#x)",
	    status);
	ok(get(3, 0) == -1 && errno == EINVAL && get(-1, 0) == -1 &&
		errno == EINVAL && setpriority(3, 0, 0) == -1 &&
		errno == EINVAL,
	    "neither process nor group nor user: EINVAL");
	ok(get(PRIO_PROCESS, 99999) == -1 && errno == ESRCH &&
		get(PRIO_PGRP, 99999) == -1 && errno == ESRCH &&
		setpriority(PRIO_USER, 77777, 0) == -1 && errno == ESRCH,
	    "nobody: ESRCH");
}

/* --------------------------------------------------------------- the share */

/* Compute, and say how much, until the parent ends it. */
static void
compute(int slot, int niceness)
{
	setpriority(PRIO_PROCESS, 0, niceness);
	__sync_fetch_and_add(started, 1);
	for (;;)
		used[slot] = mine();
}

/*
 * As many as there are processors compute, and as many more that are nice,
 * until the former have had some time.
 */
static void
test_nice(int ncpu)
{
	pid_t pids[2 * MOST];
	long busy = 0, idle = 0;
	int i, n = 2 * ncpu;

	/* Those who compute must not keep us from ending it. */
	setpriority(PRIO_PROCESS, 0, -20);
	*started = 0;
	for (i = 0; i < n; i++) {
		used[i] = 0;
		pids[i] = must_fork();
		if (pids[i] == 0)
			compute(i, i % 2 ? 20 : 0);
	}
	do {
		usleep(20000);
		for (busy = 0, i = 0; i < n; i += 2)
			busy += used[i];
	} while (busy < 300L * ncpu);
	for (i = 1; i < n; i += 2)
		idle += used[i];
	for (i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	setpriority(PRIO_PROCESS, 0, 0);
	ok(idle < busy / 2, "who is nice gets little: %ld of %ld ms", idle,
	    idle + busy);
}

/* -------------------------------------------------------------- its end */

#define	HOG_TURNS 400000000		/* of each: more than a second */

/*
 * When all are there, compute: so much, not so long, which would go on while
 * the host runs something else.
 */
static void
hog(int all)
{
	volatile int i;

	__sync_fetch_and_add(started, 1);
	while (*started < all)
		sched_yield();
	for (i = 0; i < HOG_TURNS; i++)
		;
	_exit(0);
}

/*
 * Who is killed dies at once, however nice it is and however many others
 * compute: none of these has come to its end then.
 */
static void
test_killed(int ncpu)
{
	int hogs = ncpu + 3, i, running = 0;
	pid_t pids[MOST + 3], nicest;

	setpriority(PRIO_PROCESS, 0, -20);
	*started = 0;
	nicest = must_fork();
	if (nicest == 0)
		compute(0, PRIO_MAX);
	for (i = 0; i < hogs; i++) {
		pids[i] = must_fork();
		if (pids[i] == 0) {
			setpriority(PRIO_PROCESS, 0, 0);
			hog(hogs + 1);
		}
	}
	while (*started < hogs + 1)
		usleep(20000);
	kill(nicest, SIGKILL);
	waitpid(nicest, NULL, 0);
	for (i = 0; i < hogs; i++)
		running += waitpid(pids[i], NULL, WNOHANG) == 0;
	/* Only now: an end takes its time, in which others come to theirs. */
	for (i = 0; i < hogs; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	setpriority(PRIO_PROCESS, 0, 0);
	ok(running == hogs,
	    "who is killed does not wait for its turn (%d of %d)", running,
	    hogs);
}

int
main(void)
{
	int ncpu = (int)sysconf(_SC_NPROCESSORS_ONLN);

	used = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	started = (volatile int *)&used[2 * MOST];
	test_values();
	test_nice(ncpu);
	test_killed(ncpu);
	return (tap_done());
}
