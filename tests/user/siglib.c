/*
 * What the C library makes of signals and times: sets, killpg, abort, psignal,
 * alarm, and the clocks of a process.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile int hits;
static sigjmp_buf env;

static void
count(int sig)
{
	(void)sig;
	hits++;
}

static void
jump(int sig)
{
	(void)sig;
	siglongjmp(env, 1);
}

static void
test_sets(void)
{
	sigset_t s;
	int all = 1, sig;

	sigemptyset(&s);
	for (sig = 1; sig < NSIG; sig++)
		all &= !sigismember(&s, sig) && sigaddset(&s, sig) == 0 &&
		    sigismember(&s, sig) == 1 && sigdelset(&s, sig) == 0 &&
		    sigismember(&s, sig) == 0;
	ok(all, "each signal in and out of a set");
	sigfillset(&s);
	for (sig = 1; sig < NSIG; sig++)
		all &= sigismember(&s, sig);
	ok(all, "a full set");
	ok(sigaddset(&s, 0) == -1 && errno == EINVAL &&
		sigdelset(&s, NSIG) == -1 && errno == EINVAL &&
		sigismember(&s, -1) == -1 && errno == EINVAL,
	    "no such signal: EINVAL");
	signal(SIGUSR1, count);
	ok(sigset(SIGUSR1, SIG_HOLD) == count && raise(SIGUSR1) == 0 &&
		hits == 0 && sigset(SIGUSR1, count) == SIG_HOLD && hits == 1,
	    "sigset holds and lets go");
	signal(SIGUSR1, SIG_DFL);
}

/* How a process ends that calls abort(), with SIGABRT prepared by fn. */
static int
aborts(void (*fn)(void))
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0) {
		fn();
		if (sigsetjmp(env, 1) == 0)
			abort();
		_exit(3);
	}
	waitpid(pid, &status, 0);
	return (WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status));
}

static void
as_it_is(void)
{
}

static void
caught(void)
{
	signal(SIGABRT, count);
}

static void
ignored(void)
{
	signal(SIGABRT, SIG_IGN);
}

static void
blocked(void)
{
	sighold(SIGABRT);
}

static void
left(void)
{
	signal(SIGABRT, jump);
	sighold(SIGABRT);
}

static void
test_abort(void)
{
	ok(aborts(as_it_is) == SIGABRT, "abort");
	ok(aborts(caught) == SIGABRT, "though a handler returns");
	ok(aborts(ignored) == SIGABRT, "though it is ignored");
	ok(aborts(blocked) == SIGABRT, "though it is blocked");
	ok(aborts(left) == -3, "a handler that does not return is left by");
}

static void
test_kill(void)
{
	int status;
	pid_t pid;

	ok(killpg(-1, 0) == -1 && errno == ESRCH && killpg(99999, 0) == -1 &&
		errno == ESRCH,
	    "killpg: ESRCH");
	ok(killpg(getpgrp(), NSIG) == -1 && errno == EINVAL, "killpg: EINVAL");
	pid = must_fork();
	if (pid == 0) {
		setpgid(0, 0);
		killpg(0, SIGTERM);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	    "killpg(0) is the own group");
}

static void
test_psignal(void)
{
	char buf[200];
	int fds[2];
	ssize_t n;
	pid_t pid;

	pipe(fds);
	pid = must_fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		psignal(SIGSEGV, "why");
		psignal(SIGTERM, "");
		psignal(99, NULL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	n = read(fds[0], buf, sizeof(buf) - 1);
	buf[n < 0 ? 0 : n] = '\0';
	ok(strcmp(buf,
	       "why: Segmentation fault\nTerminated\nUnknown signal: 99\n") ==
		0,
	    "psignal");
	close(fds[0]);
	close(fds[1]);
}

static void
test_alarm(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 10000 } };
	unsigned first, second;

	signal(SIGALRM, count);
	first = alarm(100);
	second = alarm(200);
	ok(first == 0 && second >= 98 && second <= 100,
	    "alarm tells what was left (%u)", second);
	second = alarm(0);
	ok(second >= 198 && second <= 200 && alarm(0) == 0,
	    "and takes it back");
	hits = 0;
	sighold(SIGALRM);
	setitimer(ITIMER_REAL, &it, NULL);
	ok(sigpause(SIGALRM) == -1 && errno == EINTR && hits == 1,
	    "sigpause waits for it");
	sigrelse(SIGALRM);
	signal(SIGALRM, SIG_DFL);
}

static long
clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (ts.tv_sec * 1000000L + ts.tv_nsec / 1000);
}

/*
 * The clocks of the process, read after one another: each later reading is no
 * less than what it counts was before.
 */
static void
test_clocks(void)
{
	struct rusage ru;
	struct tms tms;
	long cpu, prof, ticks, user, system;
	clock_t begin = times(&tms), end;

	while (clock_us(CLOCK_PROCESS_CPUTIME_ID) < 100000)
		continue;
	cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID);
	prof = clock_us(CLOCK_PROF);
	getrusage(RUSAGE_SELF, &ru);
	user = ru.ru_utime.tv_sec * 1000000L + ru.ru_utime.tv_usec;
	system = ru.ru_stime.tv_sec * 1000000L + ru.ru_stime.tv_usec;
	ok(prof >= cpu - 2 && user + system >= prof - 2,
	    "CLOCK_PROF is all that the process has run");
	ok(clock_us(CLOCK_VIRTUAL) <= clock_us(CLOCK_PROF),
	    "CLOCK_VIRTUAL is a part of it");
	end = times(&tms);
	ticks = (long)(tms.tms_utime + tms.tms_stime);
	ok(ticks >= (user + system) / 1000 * CLK_TCK / 1000 - 2,
	    "times counts it in ticks (%ld)", ticks);
	ok(end >= begin && (long)clock() >= ticks, "and tells the time itself");
}

int
main(void)
{
	test_sets();
	test_abort();
	test_kill();
	test_psignal();
	test_alarm();
	test_clocks();
	return (tap_done());
}
