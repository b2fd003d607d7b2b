/*
 * The scheduler of several processors, seen from outside: who runs on
 * another processor is interrupted at once and not at its next tick, one
 * that idles is called at once, more processes than processors take turns
 * and are timed, and the registers of a thread go with it.
 *
 * "At once" is measured: of many rounds at all phases of the clock all but a
 * few must take less than a tenth of a tick; by ticks alone it would be one
 * in ten.  That can be asked only of a machine whose time is counted in
 * instructions (-s, for --icount): else it is the host's load that is seen.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	PAGE	4096
#define	TICK	10000			/* microseconds */
#define	SOON	(TICK / 10)
#define	ROUNDS	50U
#define	MAXCPU	8
#define	PATIENCE 20			/* seconds */

static int	ncpus;
static bool	strict;

/* What all processes of a test know. */
static struct {
	volatile unsigned turn, done;
	volatile unsigned ready;
	volatile bool stop;
} *shared;

static unsigned
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((unsigned)ts.tv_sec * 1000000 + (unsigned)ts.tv_nsec / 1000);
}

/* Where processors take turns this is where one gives way. */
static void
spin(void)
{
	__asm volatile("pause" : : : "memory");
}

static void
spin_us(unsigned us)
{
	unsigned start = now_us();

	while (now_us() - start < us)
		spin();
}

static void
begin(void)
{
	shared->turn = shared->done = shared->ready = 0;
	shared->stop = false;
}

/* Spin until somebody else has come to "done"; how long that took. */
static unsigned
answer_us(unsigned wanted)
{
	unsigned start = now_us();

	while (shared->done != wanted && now_us() - start < PATIENCE * 1000000)
		spin();
	return (now_us() - start);
}

static void
verdict(bool fine, unsigned quick, const char *what)
{
	printf("# %u of %u at once\n", quick, ROUNDS);
	ok(fine && shared->done == ROUNDS &&
		(!strict || quick >= ROUNDS - ROUNDS / 10),
	    "at once: %s", what);
}

/* ---------------------------------------- a signal to who runs elsewhere */

static void
got_signal(int sig)
{
	(void)sig;
	shared->done++;
}

static void
test_signal(void)
{
	unsigned i, quick = 0;
	pid_t pid;

	begin();
	pid = must_fork();
	if (pid == 0) {
		signal(SIGUSR1, got_signal);
		shared->ready = 1;
		for (;;)
			spin();
	}
	while (!shared->ready)
		sched_yield();
	for (i = 1; i <= ROUNDS; i++) {
		spin_us(i * 7919 % TICK);
		kill(pid, SIGUSR1);
		quick += answer_us(i) < SOON;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	verdict(true, quick, "a signal to who runs elsewhere");
}

/* ------------------------------------------ a wakeup, while one is idle */

static void
test_idle(void)
{
	unsigned i, quick = 0;
	int fds[2];
	pid_t pid;
	char c;

	begin();
	if (pipe(fds) == -1)
		err(1, "pipe");
	pid = must_fork();
	if (pid == 0) {
		while (read(fds[0], &c, 1) == 1 && c != 0)
			shared->done++;
		_exit(0);
	}
	for (i = 1; i <= ROUNDS; i++) {
		/* Two ticks: all others are idle, and stopped, by then. */
		spin_us(2 * TICK + i * 7919 % TICK);
		c = 1;
		write(fds[1], &c, 1);
		quick += answer_us(i) < SOON;
	}
	c = 0;
	write(fds[1], &c, 1);
	close(fds[0]);
	close(fds[1]);
	verdict(ended_well(pid), quick, "a wakeup while a processor idles");
}

/* ------------------------------------- a better one than those that run */

/*
 * All processors are busy; one that has slept long has a better claim, and
 * need not wait for the end of anybody's turn.
 */
static void
test_preempt(void)
{
	unsigned i, quick = 0;
	int fds[2], n;
	pid_t pid, busy[MAXCPU];
	char c = 1;

	begin();
	if (pipe(fds) == -1)
		err(1, "pipe");
	for (n = 0; n < ncpus - 1; n++) {
		busy[n] = must_fork();
		if (busy[n] == 0)
			for (;;)
				spin();
	}
	pid = must_fork();
	if (pid == 0) {
		while (read(fds[0], &c, 1) == 1 && c != 0)
			shared->done++;
		_exit(0);
	}
	for (i = 1; i <= ROUNDS; i++) {
		spin_us(TICK + i * 7919 % TICK);
		write(fds[1], &c, 1);
		quick += answer_us(i) < SOON;
	}
	c = 0;
	write(fds[1], &c, 1);
	while (n > 0) {
		kill(busy[--n], SIGKILL);
		waitpid(busy[n], NULL, 0);
	}
	close(fds[0]);
	close(fds[1]);
	verdict(ended_well(pid), quick, "a wakeup while all are busy");
}

/* ----------------------------------------------------------- the clocks */

static volatile sig_atomic_t alarms;

static void
got_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/*
 * Twice as many as there are processors, and none lets go before the clock
 * of its processor has told it three times that it has run for a tick or
 * more: so each has to have its turn, wherever it is.
 */
static void
test_clocks(void)
{
	static const struct itimerval timer = { { 0, TICK }, { 0, TICK } };
	pid_t pids[2 * MAXCPU];
	int fine = 0, i, n = 2 * ncpus;
	volatile int spin;
	time_t end = time(NULL) + PATIENCE;

	begin();
	for (i = 0; i < n; i++) {
		pids[i] = must_fork();
		if (pids[i] != 0)
			continue;
		signal(SIGVTALRM, got_alarm);
		setitimer(ITIMER_VIRTUAL, &timer, NULL);
		/* The timer runs in user mode, so most of the time there. */
		while (alarms < 3 && time(NULL) < end)
			for (spin = 0; spin < 100000; spin++)
				continue;
		__sync_fetch_and_add(&shared->ready, 1);
		while (shared->ready < (unsigned)n && time(NULL) < end)
			continue;
		_exit(shared->ready < (unsigned)n);
	}
	for (i = 0; i < n; i++)
		fine += ended_well(pids[i]);
	ok(fine == n, "each process is timed, and has its turn (%d of %d)",
	    fine, n);
}

/* -------------------------------------------------------- the registers */

/*
 * More processes than processors.  Every other one has numbers of its own in
 * FPU and SSE registers: wherever it is run next they are there.  The rest
 * use none, and so give nobody a reason to save them late.  1 if they are
 * not there.
 */
static int
registers(unsigned me)
{
	double d, wanted;
	unsigned i, x;
	time_t end = time(NULL) + 2;

	if (me % 2 == 0) {
		for (i = 0; i < 20000 && (i % 64 != 0 || time(NULL) <= end);
		     i++)
			sched_yield();
		return (0);
	}
	for (i = 0; i < 20000 && (i % 64 != 0 || time(NULL) <= end); i++) {
		/* New ones each time: those saved before will not do. */
		wanted = me * 1.25 + i;
		x = me + i;
		__asm volatile("fldl %0; movd %1,%%xmm5"
			       :
			       : "m"(wanted), "r"(x));
		sched_yield();
		__asm volatile("fstpl %0; movd %%xmm5,%1" : "=m"(d), "=r"(x));
		if (d != wanted || x != me + i)
			return (1);
	}
	return (0);
}

static void
test_registers(void)
{
	pid_t pids[2 * MAXCPU + 1];
	int fine = 0, i, n = 2 * ncpus + 1;

	for (i = 0; i < n; i++) {
		pids[i] = must_fork();
		if (pids[i] == 0)
			_exit(registers(i + 1));
	}
	for (i = 0; i < n; i++)
		fine += ended_well(pids[i]);
	ok(fine == n, "registers go with their thread (%d of %d)", fine, n);
}

int
main(int argc, char **argv)
{
	size_t size = sizeof(ncpus);

	strict = argc > 1 && strcmp(argv[1], "-s") == 0;
	if (sysctlbyname("hw.ncpu", &ncpus, &size, NULL, 0) == -1)
		err(1, "hw.ncpu");
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	if (!strict) {
		test_clocks();
		test_registers();
	}
	if (ncpus == 1) {
		ok(1, "at once # SKIP needs two processors");
		return (tap_done());
	}
	test_signal();
	test_idle();
	test_preempt();
	return (tap_done());
}
