/*
 * sigwait(2), sigwaitinfo(2) and sigtimedwait(2): which signals they take,
 * what ends the wait, and what is left behind.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static const struct timespec none = { 0, 0 };
static volatile int hits;
static siginfo_t info;

static void
count(int sig)
{
	(void)sig;
	hits++;
}

static void
handle(int sig, void (*fn)(int), int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = fn;
	sa.sa_flags = flags;
	sigaction(sig, &sa, NULL);
	hits = 0;
}

static sigset_t
these(int a, int b)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, a);
	sigaddset(&s, b);
	return (s);
}

static void
change(int how, int sig)
{
	sigset_t s = these(sig, sig);

	sigprocmask(how, &s, NULL);
}

static int
is_pending(int sig)
{
	sigset_t s;

	sigpending(&s);
	return (sigismember(&s, sig));
}

static void
test_take(void)
{
	struct timespec some = { 0, 30000000 }, a, b;
	sigset_t s = these(SIGUSR1, SIGUSR2), mask;
	int sig = 0;
	long ms;

	handle(SIGUSR1, count, 0);
	change(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	ok(sigwait(&s, &sig) == 0 && sig == SIGUSR1 && hits == 0,
	    "sigwait takes what is pending, and no handler runs");
	ok(!is_pending(SIGUSR1), "then it is not pending");
	ok(sigtimedwait(&s, NULL, &none) == -1 && errno == EAGAIN,
	    "and without time nothing comes");
	raise(SIGUSR1);
	ok(sigtimedwait(&s, &info, &none) == SIGUSR1 &&
		info.si_pid == getpid() && info.si_code == SI_USER,
	    "what is there needs no time");
	clock_gettime(CLOCK_MONOTONIC, &a);
	ok(sigtimedwait(&s, NULL, &some) == -1 && errno == EAGAIN,
	    "with a time the wait ends");
	clock_gettime(CLOCK_MONOTONIC, &b);
	ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
	ok(ms >= 29, "but not before it (%ld ms)", ms);
	change(SIG_BLOCK, SIGUSR2);
	raise(SIGUSR2);
	raise(SIGUSR1);
	ok(sigwaitinfo(&s, NULL) == SIGUSR1 && is_pending(SIGUSR2) &&
		sigwaitinfo(&s, NULL) == SIGUSR2,
	    "one at a time, the lowest first");
	change(SIG_UNBLOCK, SIGUSR2);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	ok(sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGUSR2),
	    "the mask is as before");
	raise(SIGUSR1);
	s = these(SIGUSR2, SIGUSR2);
	ok(sigtimedwait(&s, NULL, &none) == -1 && is_pending(SIGUSR1),
	    "what is not in the set stays");
	change(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 1, "and has its handler");
	signal(SIGUSR1, SIG_DFL);
}

/* Run fn in a child, and wait until it is in sigwait. */
static pid_t
waiter(int (*fn)(void))
{
	pid_t pid = must_fork();

	if (pid == 0)
		_exit(fn());
	wait_asleep(pid, "sigwait");
	return (pid);
}

static int
waits_usr1(void)
{
	sigset_t s = these(SIGUSR1, SIGUSR1);

	handle(SIGUSR1, count, 0);
	return (sigwaitinfo(&s, &info) == SIGUSR1 && hits == 0 &&
		    info.si_pid == getppid() ?
		0 :
		1);
}

static int
waits_ignored(void)
{
	sigset_t s = these(SIGURG, SIGHUP);
	int first, second;

	/* Not blocked, what is left would be dropped at the end of the call. */
	sigprocmask(SIG_BLOCK, &s, NULL);
	signal(SIGHUP, SIG_IGN);
	first = sigwaitinfo(&s, NULL);
	second = sigtimedwait(&s, NULL, &none);
	return ((first == SIGURG || first == SIGHUP) && second == -1 &&
		    !is_pending(SIGURG) && !is_pending(SIGHUP) ?
		0 :
		1);
}

static int
waits_all(void)
{
	sigset_t s;

	sigfillset(&s);
	return (sigwaitinfo(&s, NULL));
}

static int
waits_cont(void)
{
	sigset_t s = these(SIGCONT, SIGCONT);

	return (sigwaitinfo(&s, NULL) == SIGCONT ? 0 : 1);
}

static int
waits_interrupted(void)
{
	sigset_t s = these(SIGUSR1, SIGUSR1);

	handle(SIGUSR2, count, 0);
	if (sigwaitinfo(&s, NULL) != -1 || errno != EINTR || hits != 1)
		return (1);
	if (sigtimedwait(&s, NULL, &none) != -1 || errno != EAGAIN)
		return (2);
	return (0);
}

static int
waits_on(void)
{
	sigset_t s = these(SIGUSR1, SIGUSR1);
	int sig = 0;

	handle(SIGUSR2, count, 0);
	return (sigwait(&s, &sig) == 0 && sig == SIGUSR1 && hits == 1 ? 0 : 1);
}

static void
test_sleep(void)
{
	int status;
	pid_t pid;

	pid = waiter(waits_usr1);
	kill(pid, SIGUSR1);
	ok(ended_well(pid), "a wait ends with the signal, not its handler");
	pid = waiter(waits_ignored);
	/* Both have come when it goes on. */
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGURG);
	kill(pid, SIGHUP);
	kill(pid, SIGCONT);
	ok(ended_well(pid),
	    "what is ignored is waited for, and not left behind");
	pid = waiter(waits_all);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "SIGKILL cannot be waited for");
	pid = waiter(waits_all);
	kill(pid, SIGSTOP);
	ok(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) &&
		WSTOPSIG(status) == SIGSTOP,
	    "nor SIGSTOP");
	kill(pid, SIGTERM);
	ok(waitpid(pid, &status, WNOHANG) == 0, "stopped, it does not go on");
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == SIGTERM,
	    "continued, it takes what has come first");
	pid = waiter(waits_cont);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	kill(pid, SIGCONT);
	ok(ended_well(pid), "SIGCONT continues and can be waited for");
	pid = waiter(waits_interrupted);
	kill(pid, SIGUSR2);
	ok(ended_well(pid), "another signal's handler: EINTR");
	pid = waiter(waits_on);
	kill(pid, SIGUSR2);
	wait_asleep(pid, "sigwait");
	kill(pid, SIGUSR1);
	ok(ended_well(pid), "but sigwait goes on");
}

/* Of two signals that come at once and are ignored, the other is dropped. */
static int
waits_orphaned(void)
{
	sigset_t s = these(SIGHUP, SIGCONT);

	sigprocmask(SIG_BLOCK, &s, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCONT, SIG_IGN);
	return (sigwaitinfo(&s, NULL) == SIGHUP && !is_pending(SIGCONT) &&
		    sigtimedwait(&s, NULL, &none) == -1 ?
		0 :
		1);
}

/*
 * The kernel sends two signals in one step to a group that becomes orphaned
 * and has a stopped member.
 */
static void
leave_orphans(int result)
{
	pid_t waiting = must_fork(), stopped;
	char c;

	if (waiting == 0) {
		c = waits_orphaned();
		write(result, &c, 1);
		_exit(0);
	}
	setpgid(waiting, waiting);
	stopped = must_fork();
	if (stopped == 0)
		for (;;)
			pause();
	setpgid(stopped, waiting);
	kill(stopped, SIGSTOP);
	waitpid(stopped, NULL, WUNTRACED);
	wait_asleep(waiting, "sigwait");
	_exit(0);
}

static void
test_orphans(void)
{
	int result[2];
	char c = 1;

	pipe(result);
	if (must_fork() == 0)
		leave_orphans(result[1]);
	wait(NULL);
	close(result[1]);
	ok(read(result[0], &c, 1) == 1 && c == 0,
	    "of two that come at once, the one that is left is dropped");
	close(result[0]);
}

int	__sys_sigwait(const sigset_t *, int *);

static void
test_errors(void)
{
	void *bad = (void *)0xc0100000;
	struct timespec ts = { 0, 1000000000 };
	sigset_t s = these(SIGUSR1, SIGUSR1);
	int sig;

	ok(sigtimedwait(&s, NULL, &ts) == -1 && errno == EINVAL,
	    "too many nanoseconds: EINVAL");
	ts.tv_nsec = -1;
	ok(sigtimedwait(&s, NULL, &ts) == -1 && errno == EINVAL,
	    "less than none: EINVAL");
	ts.tv_sec = -1;
	ts.tv_nsec = 0;
	ok(sigtimedwait(&s, NULL, &ts) == -1 && errno == EAGAIN,
	    "a time that has passed: EAGAIN");
	ok(sigtimedwait(bad, NULL, &none) == -1 && errno == EFAULT &&
		sigtimedwait(&s, NULL, bad) == -1 && errno == EFAULT &&
		sigwaitinfo(bad, NULL) == -1 && errno == EFAULT,
	    "bad pointers: EFAULT");
	ok(__sys_sigwait(bad, &sig) == EFAULT, "sigwait returns its error");
	change(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	ok(sigtimedwait(&s, bad, &none) == -1 && errno == EFAULT,
	    "no place for what is told: EFAULT");
	raise(SIGUSR1);
	ok(sigwait(&s, bad) == EFAULT, "nor for the signal: EFAULT");
	raise(SIGUSR1);
	ok(sigwaitinfo(&s, bad) == -1 && errno == EFAULT &&
		!is_pending(SIGUSR1),
	    "the signal is taken all the same");
	change(SIG_UNBLOCK, SIGUSR1);
}

int
main(void)
{
	test_take();
	test_sleep();
	test_orphans();
	test_errors();
	return (tap_done());
}
