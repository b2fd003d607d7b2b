/*
 * Who has sent a signal and why, as a handler with SA_SIGINFO is told and who
 * waits by sigwaitinfo(2).
 */
#include <sys/types.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile int hits;
static siginfo_t info;

static void
take(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)uc;
	info = *si;
	hits++;
}

static void
set(int sig, void (*fn)(int, siginfo_t *, void *), int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	memset(&info, 0xff, sizeof(info));
	hits = 0;
	sa.sa_sigaction = fn;
	sa.sa_flags = flags | SA_SIGINFO | SA_RESTART;
	sigaction(sig, &sa, NULL);
}

static sigset_t
only(int sig)
{
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, sig);
	return (s);
}

static void
change(int how, int sig)
{
	sigset_t s = only(sig);

	sigprocmask(how, &s, NULL);
}

/* A child that sends the parent a signal, and has ended; its pid. */
static pid_t
sender(int sig, uid_t uid)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		/* Root inside, so that it may: the real one is told. */
		if (uid != 0)
			setreuid(uid, 0);
		_exit(kill(getppid(), sig) == 0 ? 0 : 1);
	}
	return (ended_well(pid) ? pid : -1);
}

static int
from(pid_t pid, uid_t uid, int sig)
{
	return (info.si_signo == sig && info.si_code == SI_USER &&
	    info.si_pid == pid && info.si_uid == uid && info.si_status == 0 &&
	    info.si_errno == 0 && info.si_addr == NULL);
}

static int
from_kernel(int sig)
{
	return (info.si_signo == sig && info.si_code == SI_KERNEL &&
	    info.si_pid == 0 && info.si_uid == 0);
}

static volatile int second;

static void
plain(int sig, int code)
{
	(void)sig;
	second = code;
}

static void
test_sender(void)
{
	struct sigaction sa;
	pid_t pid, first;

	set(SIGUSR1, take, 0);
	ok(raise(SIGUSR1) == 0 && hits == 1 && from(getpid(), 0, SIGUSR1),
	    "a signal to oneself");
	pid = sender(SIGUSR1, 0);
	ok(hits == 2 && from(pid, 0, SIGUSR1), "one from a child");
	pid = sender(SIGUSR1, 1234);
	ok(hits == 3 && from(pid, 1234, SIGUSR1), "with its real user");
	ok(killpg(0, 0) == 0 && kill(0, 0) == 0, "signal 0 tells nothing");

	change(SIG_BLOCK, SIGUSR1);
	first = sender(SIGUSR1, 5);
	pid = sender(SIGUSR1, 6);
	change(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 4 && from(first, 5, SIGUSR1),
	    "while one is pending, the next one is none");

	/* The first is taken back; nothing may be left of its sender. */
	change(SIG_BLOCK, SIGUSR1);
	(void)sender(SIGUSR1, 7);
	signal(SIGUSR1, SIG_IGN);
	set(SIGUSR1, take, 0);
	pid = sender(SIGUSR1, 8);
	change(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 1 && from(pid, 8, SIGUSR1),
	    "ignoring a signal takes its sender back, too");

	/* A handler of the old kind has the code as its second argument. */
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = (void (*)(int, siginfo_t *, void *))(void *)plain;
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	ok(second == SI_USER, "without SA_SIGINFO the code comes second");
	signal(SIGUSR1, SIG_DFL);
}

/* Several at once: each has its own sender. */
static void
test_several(void)
{
	static const int sigs[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGTERM };
	pid_t pids[4];
	int all = 1;
	unsigned i;

	for (i = 0; i < 4; i++) {
		change(SIG_BLOCK, sigs[i]);
		set(sigs[i], take, 0);
		pids[i] = sender(sigs[i], 100 + i);
	}
	for (i = 0; i < 4; i++) {
		change(SIG_UNBLOCK, sigs[i]);
		all &= from(pids[i], 100 + i, sigs[i]);
		signal(sigs[i], SIG_DFL);
	}
	ok(all && hits == 4, "four at once have four senders");
	pids[0] = must_fork();
	if (pids[0] == 0) {
		set(SIGHUP, take, 0);
		change(SIG_BLOCK, SIGHUP);
		_exit(raise(SIGHUP));
	}
	ok(ended_well(pids[0]), "a process may end while one is pending");
}

static void
test_group(void)
{
	int good = 0, i, status;
	pid_t parent = getpid(), pids[3];

	for (i = 0; i < 3; i++) {
		change(SIG_BLOCK, SIGUSR1);
		pids[i] = must_fork();
		if (pids[i] == 0) {
			sigset_t s = only(SIGUSR1);

			_exit(sigwaitinfo(&s, &info) == SIGUSR1 &&
				    from(parent, 0, SIGUSR1) ?
				0 :
				1);
		}
		setpgid(pids[i], pids[0]);
	}
	killpg(pids[0], SIGUSR1);
	for (i = 0; i < 3; i++) {
		waitpid(pids[i], &status, 0);
		good += status == 0;
	}
	change(SIG_UNBLOCK, SIGUSR1);
	ok(good == 3, "all of a group are told");
}

static void
test_kernel(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 10000 } };
	sigset_t s = only(SIGALRM);
	int fds[2], number = 9999;

	change(SIG_BLOCK, SIGALRM);
	setitimer(ITIMER_REAL, &it, NULL);
	ok(sigwaitinfo(&s, &info) == SIGALRM && from_kernel(SIGALRM),
	    "SIGALRM is from the kernel");
	change(SIG_UNBLOCK, SIGALRM);
	set(SIGPIPE, take, 0);
	pipe(fds);
	close(fds[0]);
	ok(write(fds[1], "", 1) == -1 && errno == EPIPE && hits == 1 &&
		from_kernel(SIGPIPE),
	    "so is SIGPIPE");
	close(fds[1]);
	signal(SIGPIPE, SIG_DFL);
	set(SIGSYS, take, 0);
	__asm volatile("int $0x80" : "+a"(number) : : "memory", "cc", "edx");
	ok(number == ENOSYS && hits == 1 && from_kernel(SIGSYS),
	    "and SIGSYS, of a call that is none");
	signal(SIGSYS, SIG_DFL);
}

/* What SIGCHLD tells, taken by sigwait: it would be ignored otherwise. */
static int
child_tells(pid_t pid, int code, int status)
{
	sigset_t s = only(SIGCHLD);

	memset(&info, 0xff, sizeof(info));
	return (sigwaitinfo(&s, &info) == SIGCHLD && info.si_code == code &&
	    info.si_pid == pid && info.si_status == status &&
	    info.si_uid == 77);
}

/* Stop and continue a child, and end it. */
static void
test_job(void)
{
	struct timespec none = { 0, 0 };
	sigset_t s = only(SIGCHLD);
	int status;
	pid_t pid;

	pid = must_fork();
	if (pid == 0) {
		setreuid(77, 0);
		/* In the parent's group SIGTSTP may mean nothing. */
		setpgid(0, 0);
		raise(SIGSTOP);
		for (;;)
			pause();
	}
	ok(child_tells(pid, CLD_STOPPED, SIGSTOP), "stop");
	ok(waitpid(pid, &status, WUNTRACED | WCONTINUED) == pid &&
		WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
	    "wait says so, too");
	kill(pid, SIGCONT);
	ok(child_tells(pid, CLD_CONTINUED, SIGCONT), "continue");
	ok(waitpid(pid, &status, WUNTRACED | WCONTINUED) == pid &&
		WIFCONTINUED(status),
	    "wait says so, too");
	ok(waitpid(pid, &status, WUNTRACED | WCONTINUED | WNOHANG) == 0,
	    "once");
	kill(pid, SIGTSTP);
	ok(waitpid(pid, &status, WUNTRACED) == pid &&
		WSTOPSIG(status) == SIGTSTP &&
		child_tells(pid, CLD_STOPPED, SIGTSTP),
	    "another stop");
	set(SIGCHLD, take, SA_NOCLDSTOP);
	kill(pid, SIGCONT);
	waitpid(pid, &status, WCONTINUED);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	ok(sigtimedwait(&s, &info, &none) == -1 && errno == EAGAIN,
	    "with SA_NOCLDSTOP neither");
	kill(pid, SIGKILL);
	ok(child_tells(pid, CLD_KILLED, SIGKILL), "killed");
	waitpid(pid, NULL, 0);
}

static void
test_child(void)
{
	pid_t pid;

	set(SIGCHLD, take, 0);
	change(SIG_BLOCK, SIGCHLD);
	pid = must_fork();
	if (pid == 0) {
		setreuid(77, 0);
		_exit(0x1234);
	}
	ok(child_tells(pid, CLD_EXITED, 0x34), "SIGCHLD: exit");
	waitpid(pid, NULL, 0);
	test_job();

	/* rfork's own signal at exit tells the same. */
	set(SIGUSR2, take, 0);
	pid = rfork(RFPROC | RFFDG | RFTSIGZMB | RFTSIGFLAGS(SIGUSR2));
	if (pid == 0)
		_exit(3);
	waitpid(pid, NULL, WLINUXCLONE);
	ok(info.si_signo == SIGUSR2 && info.si_code == CLD_EXITED &&
		info.si_pid == pid && info.si_status == 3,
	    "another exit signal than SIGCHLD");
	signal(SIGUSR2, SIG_DFL);
	change(SIG_UNBLOCK, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
}

/* The sender is remembered over exec: pending signals are, so who sent them. */
static int
after_exec(const char *pid)
{
	char buf[16];

	set(SIGUSR1, take, 0);
	change(SIG_UNBLOCK, SIGUSR1);
	snprintf(buf, sizeof(buf), "%d", (int)info.si_pid);
	return (hits == 1 && strcmp(buf, pid) == 0 && info.si_uid == 9 ? 0 : 1);
}

static void
test_exec(const char *self)
{
	char buf[16];
	pid_t pid = must_fork();

	if (pid == 0) {
		change(SIG_BLOCK, SIGUSR1);
		snprintf(buf, sizeof(buf), "%d", (int)sender(SIGUSR1, 9));
		execl(self, self, buf, (char *)NULL);
		_exit(127);
	}
	ok(ended_well(pid), "the sender is remembered over exec");
	change(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	pid = must_fork();
	if (pid == 0) {
		sigset_t s;

		set(SIGUSR1, take, 0);
		sigpending(&s);
		change(SIG_UNBLOCK, SIGUSR1);
		_exit(hits == 0 && !sigismember(&s, SIGUSR1) ? 0 : 1);
	}
	ok(ended_well(pid), "and not over fork, nor is the signal");
	set(SIGUSR1, take, 0);
	change(SIG_UNBLOCK, SIGUSR1);
	ok(hits == 1 && from(getpid(), 0, SIGUSR1), "the parent has it yet");
	signal(SIGUSR1, SIG_DFL);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return (after_exec(argv[1]));
	test_sender();
	test_several();
	test_group();
	test_kernel();
	test_child();
	test_exec(argv[0]);
	return (tap_done());
}
