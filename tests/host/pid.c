/*
 * The pid allocator, driven with random forks, exits, setpgid and setsid
 * on a small range of ids, and checked after each step against a plain
 * walk over all processes, the way the allocator of 4.4BSD looked for ids.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/pid.h>

#define	NPROC	400
#define	ROUNDS	1000000

static struct { int pid, pgid, sid; bool live; } procs[NPROC];
static int	nlive, tests;
static int	used[3][PID_MAX + 1];	/* how many processes bear the id */
static unsigned	state = 1;

static unsigned
rnd(void)
{
	state = state * 1103515245 + 12345;
	return (state >> 8);
}

static bool
busy(int id)
{
	return (used[0][id] || used[1][id] || used[2][id]);
}

static void
hold(int kind, int id)
{
	if (used[kind][id]++ == 0)
		pid_busy(id, kind);
}

static void
drop(int kind, int id)
{
	if (--used[kind][id] == 0)
		pid_free(id, kind);
}

/* The id that a plain search gives; -1 if there is none. */
static int
expect(int last, bool high)
{
	int id = last + 1, n;

	if (high && id < 10)
		id = 10;
	if (id >= pid_max && (id %= pid_max) < 100)
		id += 100;
	for (n = 0; n <= 2 * pid_max; n++) {
		if (id >= pid_max)
			id = 100;
		if (!busy(id))
			return (id);
		id++;
	}
	return (-1);
}

static void
result(bool ok, const char *name)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++tests, name);
	if (!ok)
		exit(1);
}

static bool
do_fork(int parent, bool high)
{
	int i, pid, want = expect(lastpid, high), last = lastpid;
	int error = pid_alloc(high, &pid);

	if (want == -1)
		return (error == EAGAIN);
	if (error != 0 || pid != want || busy(pid) ||
	    lastpid != (high ? last : pid)) {
		printf("# want %d, got %d (error %d, last %d)\n", want, pid,
		    error, last);
		return (false);
	}
	for (i = 0; procs[i].live; i++)
		;
	used[0][pid]++;
	procs[i].live = true;
	procs[i].pid = pid;
	procs[i].pgid = parent < 0 ? pid : procs[parent].pgid;
	procs[i].sid = parent < 0 ? pid : procs[parent].sid;
	hold(1, procs[i].pgid);
	hold(2, procs[i].sid);
	nlive++;
	return (true);
}

static void
do_exit(int i)
{
	drop(1, procs[i].pgid);
	drop(2, procs[i].sid);
	drop(0, procs[i].pid);
	procs[i].live = false;
	nlive--;
}

static void
do_setpgid(int i, bool session)
{
	int oldg = procs[i].pgid, olds = procs[i].sid;

	hold(1, procs[i].pid);
	procs[i].pgid = procs[i].pid;
	drop(1, oldg);
	if (session) {
		hold(2, procs[i].pid);
		procs[i].sid = procs[i].pid;
		drop(2, olds);
	}
}

static int
anyone(void)
{
	int i;

	do
		i = rnd() % NPROC;
	while (!procs[i].live);
	return (i);
}

static bool
storm(int max)
{
	int n, round;

	for (round = 0; round < ROUNDS; round++) {
		n = rnd() % 16;
		if (nlive == 0 || (n < 8 && nlive < max)) {
			if (!do_fork(nlive ? anyone() : -1, n == 0))
				return (false);
		} else if (n < 13 && nlive > 1)
			do_exit(anyone());
		else
			do_setpgid(anyone(), n == 15);
	}
	while (nlive > 0)
		do_exit(anyone());
	return (true);
}

static void
test_order(void)
{
	int pid;
	bool ok;

	ok = pid_alloc(true, &pid) == 0 && pid == 10 && lastpid == 0;
	result(ok, "a high pid is at least 10 and leaves lastpid");
	ok = pid_alloc(false, &pid) == 0 && pid == 1 && lastpid == 1;
	result(ok, "the first ordinary pid after it is 1");
	lastpid = 9;
	ok = pid_alloc(false, &pid) == 0 && pid == 11;
	result(ok, "a busy id is passed over");
	pid_free(10, PIDK_PROC);
	pid_free(1, PIDK_PROC);
	pid_free(11, PIDK_PROC);
}

static void
test_wrap(void)
{
	int pid;
	bool ok;

	pid_max = PID_MAX;
	lastpid = PID_MAX - 1;
	ok = pid_alloc(false, &pid) == 0 && pid == 100;
	result(ok, "PID_MAX is not given; the next is 100");
	pid_free(pid, PIDK_PROC);
}

static void
test_full(void)
{
	int got = 0, i, last = 0, pid;

	pid_max = 300;
	lastpid = 100;
	while (pid_alloc(false, &pid) == 0 && got < 1000)
		got++;
	result(got == 200, "all 200 ids from 100 up are given, then EAGAIN");
	pid_free(237, PIDK_PROC);
	result(pid_alloc(false, &last) == 0 && last == 237,
	    "the one that became free is found");
	for (i = 100; i < 300; i++)
		pid_free(i, PIDK_PROC);
	result(pid_alloc(false, &pid) == 0, "and all again after that");
	pid_free(pid, PIDK_PROC);
}

static void
test_random(void)
{
	int hits[400] = { 0 }, i, id = 0, pid, seen = 0;
	bool ok = true;

	pid_max = 10000;
	result(pid_clamp_random(-1) == 9900 && pid_clamp_random(0) == 0 &&
		pid_clamp_random(1) == 0 && pid_clamp_random(2) == 100 &&
		pid_clamp_random(99) == 100 && pid_clamp_random(500) == 500 &&
		pid_clamp_random(9901) == 9900,
	    "the clamps of kern.randompid");
	randompid = 400;
	for (i = 0; i < 20000; i++) {
		id = lastpid;
		ok &= pid_alloc(false, &pid) == 0;
		if (pid > id)
			hits[(pid - id - 1) % 400]++;
		pid_free(pid, PIDK_PROC);
	}
	for (i = 0; i < 400; i++)
		seen += hits[i] > 0;
	result(ok && seen > 390, "random steps reach the whole modulus");
	randompid = 0;
}

int
main(void)
{
	test_order();
	test_wrap();
	test_full();
	test_random();
	pid_max = 700;
	lastpid = 0;
	result(storm(100), "a million steps, few processes");
	result(storm(NPROC - 1), "a million steps, nearly every id busy");
	pid_max = 250;
	result(storm(NPROC - 1), "a million steps, ids run out");
	printf("1..%d\n", tests);
	return (0);
}
