/*
 * Process descriptors: pdfork(2), pdkill(2), pdgetpid(2), and what poll,
 * kevent, fstat, close and wait make of them.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/mman.h>
#include <sys/procdesc.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static volatile int	children_died;

static void
child_died(int sig __unused)
{
	children_died++;
}

static int	back[2] = { -1, -1 };

/*
 * A child that reads until the other end is closed, then says so to back, if
 * that is a pipe, and ends with 3.
 */
static pid_t
reader(int *pd, int flags, int *end)
{
	int ends[2];
	pid_t pid;
	char c;

	pipe(ends);
	pid = pdfork(pd, flags);
	if (pid == -1)
		err(1, "pdfork");
	if (pid == 0) {
		close(ends[1]);
		while (read(ends[0], &c, 1) > 0)
			;
		if (back[1] != -1)
			write(back[1], "x", 1);
		_exit(3);
	}
	close(ends[0]);
	*end = ends[1];
	return (pid);
}

/* Until nobody has that id. */
static void
until_gone(pid_t pid)
{
	while (kill(pid, 0) == 0)
		usleep(1000);
}

static int
hung_up(int pd, int timeout)
{
	struct pollfd p = { .fd = pd, .events = POLLIN };

	return (poll(&p, 1, timeout) == 1 && p.revents == POLLHUP);
}

static void
test_errors(void)
{
	struct stat sb;
	pid_t pid;
	int pd, end;
	char c;

	ok(pdfork(&pd, 4) == -1 && errno == EINVAL, "a flag that is none");
	ok(pdgetpid(63, &pid) == -1 && errno == EBADF && pdkill(63, 0) == -1 &&
		errno == EBADF,
	    "no descriptor");
	ok(pdgetpid(0, &pid) == -1 && errno == EINVAL && pdkill(0, 0) == -1 &&
		errno == EINVAL,
	    "no process descriptor");
	pid = reader(&pd, 0, &end);
	ok(pdkill(pd, 99) == -1 && errno == EINVAL && pdkill(pd, -1) == -1 &&
		errno == EINVAL,
	    "no signal");
	ok(pdgetpid(pd, (pid_t *)8) == -1 && errno == EFAULT, "no address");
	ok(read(pd, &c, 1) == -1 && errno == EOPNOTSUPP &&
		write(pd, &c, 1) == -1 && errno == EOPNOTSUPP &&
		ftruncate(pd, 0) == -1 && errno == EINVAL,
	    "nothing to read or write");
	ok(fstat(pd, &sb) == 0 && (sb.st_mode & S_IRWXU) == S_IRWXU,
	    "fstat: alive");
	close(pd);
	close(end);
	until_gone(pid);

	/* The child is made all the same, and its descriptor open. */
	pd = dup(0);
	close(pd);
	pid = getpid();
	if (pdfork((int *)8, 0) != -1 || errno != EFAULT) {
		if (getpid() != pid)
			_exit(0);
		ok(0, "pdfork: no address");
	} else {
		ok(pdgetpid(pd, &pid) == 0 && pid > 0 && close(pd) == 0,
		    "pdfork: no address for the descriptor");
		until_gone(pid);
	}
}

static void
test_life(void)
{
	struct stat sb;
	pid_t pid, same = 0;
	int pd, end, status = 0;

	pid = reader(&pd, 0, &end);
	ok(pdgetpid(pd, &same) == 0 && same == pid, "pdgetpid");
	ok(fcntl(pd, F_GETFD) == 0, "stays over exec");
	ok(!hung_up(pd, 0), "alive");
	ok(pdkill(pd, 0) == 0, "pdkill of nothing");
	ok(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD,
	    "wait for any child knows it not");
	ok(waitpid(pid, &status, WNOHANG) == 0, "wait for this one does");
	close(end);
	ok(hung_up(pd, -1), "POLLHUP");
	ok(fstat(pd, &sb) == 0 && (sb.st_mode & S_IRWXU) == 0, "fstat: dead");
	ok(waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD,
	    "nor when it is dead");
	ok(pdkill(pd, SIGTERM) == 0, "a zombie takes signals");
	ok(waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		WEXITSTATUS(status) == 3,
	    "wait by its id");
	ok(pdkill(pd, 0) == -1 && errno == ESRCH, "gone");
	ok(pdgetpid(pd, &same) == 0 && same == pid, "its id is still known");
	ok(hung_up(pd, 0), "and its end");
	ok(children_died == 0, "no SIGCHLD (%d)", children_died);
	close(pd);

	pid = reader(&pd, 0, &end);
	ok(pdkill(pd, SIGTERM) == 0 && hung_up(pd, -1) &&
		waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGTERM,
	    "pdkill");
	close(pd);
	close(end);
}

/* Of another user's a student may know, but not change anything. */
static void
test_user(void)
{
	pid_t pid, user, same;
	int pd, end;

	pid = reader(&pd, 0, &end);
	user = must_fork();
	if (user == 0) {
		if (setuid(100) == -1 || pdgetpid(pd, &same) == -1)
			_exit(2);
		_exit(same == pid && pdkill(pd, SIGTERM) == -1 &&
			    errno == EPERM ?
			0 :
			1);
	}
	ok(ended_well(user), "pdkill: another user's");
	close(end);
	close(pd);
	until_gone(pid);
	children_died = 0;
}

static void
test_close(void)
{
	pid_t pid;
	char c;
	int pd, end, other, status;

	pid = reader(&pd, 0, &end);
	other = dup(pd);
	close(pd);
	ok(!hung_up(other, 0), "not the last descriptor");
	close(other);
	until_gone(pid);
	ok(1, "the last one's close kills");
	close(end);

	pid = reader(&pd, 0, &end);
	close(end);
	hung_up(pd, -1);
	close(pd);
	ok(kill(pid, 0) == -1 && errno == ESRCH,
	    "a zombie is gone with its descriptor");
	ok(children_died == 0, "no SIGCHLD (%d)", children_died);

	pipe(back);
	pid = reader(&pd, PD_DAEMON, &end);
	close(pd);
	ok(waitpid(pid, &status, WNOHANG) == -1 && errno == ECHILD,
	    "PD_DAEMON: no child of ours any more");
	close(end);
	close(back[1]);
	ok(read(back[0], &c, 1) == 1, "but it lives on");
	close(back[0]);
	back[0] = back[1] = -1;
	until_gone(pid);
	ok(1, "and ends");
}

/*
 * A zombie whose last descriptor another process closes is its parent's to
 * wait for, and the parent is told.
 */
static void
test_left_behind(void)
{
	sigset_t block, old;
	int end, go[2], pd, status;
	pid_t other, pid;
	char c;

	pipe(go);
	pid = reader(&pd, 0, &end);
	other = fork();
	if (other == 0) {
		close(go[1]);
		close(end);
		read(go[0], &c, 1);
		close(pd);
		read(go[0], &c, 1);
		_exit(0);
	}
	close(end);
	ok(hung_up(pd, -1) && close(pd) == 0 &&
		waitpid(-1, &status, WNOHANG) == 0,
	    "a zombie with a descriptor elsewhere is not any child");
	children_died = 0;
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &old);
	write(go[1], "x", 1);
	while (children_died == 0)
		sigsuspend(&old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	ok(waitpid(-1, &status, WNOHANG) == pid && WEXITSTATUS(status) == 3,
	    "until that is closed; then its parent is told");
	close(go[1]);
	ok(ended_well(other), "by who goes on");
	close(go[0]);
}

static void
test_exec(void)
{
	pid_t pid;
	int pd, end;

	pid = reader(&pd, PD_CLOEXEC, &end);
	ok(fcntl(pd, F_GETFD) == FD_CLOEXEC, "PD_CLOEXEC");
	/* The parent's exec is what closes it. */
	close(pd);
	close(end);
	until_gone(pid);
	pid = must_fork();
	if (pid == 0) {
		pid_t inner = reader(&pd, PD_CLOEXEC, &end);
		char cmd[80];

		fcntl(end, F_SETFD, 0);
		snprintf(cmd, sizeof(cmd),
		    "while kill -0 %d 2>/dev/null; do :; done; exit 9",
		    (int)inner);
		execl("/bin/sh", "sh", "-c", cmd, NULL);
		_exit(1);
	}
	waitpid(pid, &pd, 0);
	ok(WIFEXITED(pd) && WEXITSTATUS(pd) == 9, "exec closes it");
}

/* The parent ends: what it held goes with it. */
static void
test_parent_ends(void)
{
	int ends[2], pd, end;
	pid_t pid, inner;

	pipe(ends);
	pid = must_fork();
	if (pid == 0) {
		inner = reader(&pd, 0, &end);
		write(ends[1], &inner, sizeof(inner));
		_exit(0);
	}
	read(ends[0], &inner, sizeof(inner));
	ok(ended_well(pid), "a parent ends");
	until_gone(inner);
	ok(1, "and its child with it");
	close(ends[0]);
	close(ends[1]);
}

/* Who is no parent has the descriptor until something comes from go. */
static pid_t
hold(int pd, int end, int go)
{
	pid_t pid = must_fork();
	char c;

	if (pid == 0) {
		close(end);
		read(go, &c, 1);
		_exit(close(pd));
	}
	return (pid);
}

/* Who is no parent closes the last descriptor. */
static void
test_other_closes(void)
{
	pid_t pid, holder;
	int pd, end, go[2], status;

	children_died = 0;
	pid = reader(&pd, 0, &end);
	pipe(go);
	holder = hold(pd, end, go[0]);
	close(pd);
	ok(waitpid(pid, &status, WNOHANG) == 0, "another holds it");
	write(go[1], "x", 1);
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGKILL,
	    "and kills it by closing it");
	waitpid(holder, NULL, 0);
	close(end);

	/* The same with a child that is a zombie by then. */
	pid = reader(&pd, 0, &end);
	holder = hold(pd, end, go[0]);
	close(end);
	hung_up(pd, -1);
	close(pd);
	ok(waitpid(pid, &status, WNOHANG | WUNTRACED) == pid ||
		kill(pid, 0) == 0,
	    "a zombie");
	write(go[1], "x", 1);
	waitpid(holder, NULL, 0);
	while (wait(NULL) > 0)
		;
	ok(kill(pid, 0) == -1 && errno == ESRCH, "is reaped");
	close(go[0]);
	close(go[1]);
}

/* The same, but the parent does not want to know of its children's ends. */
static void
test_other_closes_ignored(void)
{
	int pd, end, go[2];
	pid_t pid, holder;

	pipe(go);
	pid = reader(&pd, 0, &end);
	holder = hold(pd, end, go[0]);
	close(end);
	hung_up(pd, -1);
	close(pd);
	signal(SIGCHLD, SIG_IGN);
	write(go[1], "x", 1);
	until_gone(pid);
	until_gone(holder);
	ok(1, "a zombie of who ignores SIGCHLD is init's");
	signal(SIGCHLD, child_died);
	close(go[0]);
	close(go[1]);
}

#define	RACES	300

/*
 * A zombie of who ignores SIGCHLD is waited for by its parent while the last
 * descriptor is closed elsewhere: it goes to the one or to init, and once.
 */
static void
test_close_against_wait(void)
{
	volatile int *go = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	int bad = 0, end, i, pd, *status, waited = 0;
	pid_t holder, pid;

	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < RACES; i++) {
		pid = reader(&pd, 0, &end);
		*go = 0;
		holder = must_fork();
		if (holder == 0) {
			close(end);
			while (*go == 0)
				sched_yield();
			_exit(close(pd));
		}
		close(end);
		hung_up(pd, -1);
		close(pd);
		/* To write there takes a page fault, and so a while. */
		status = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE, -1, 0);
		*go = 1;
		if (waitpid(pid, status, 0) == pid)
			waited++;
		else if (errno != ECHILD)
			bad++;
		munmap(status, 4096);
		until_gone(pid);
		until_gone(holder);
	}
	ok(bad == 0 && waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	    "waited for while it is closed (%d of %d times by its parent)",
	    waited, RACES);
	signal(SIGCHLD, child_died);
	munmap((void *)(uintptr_t)go, 4096);
}

/* A pointer that faults: the child stays, also when it is closed meanwhile. */
static void
test_wait_faults(void)
{
	int end, pd, status;
	pid_t pid;

	pid = reader(&pd, 0, &end);
	close(end);
	hung_up(pd, -1);
	ok(waitpid(pid, (int *)8, 0) == -1 && errno == EFAULT &&
		hung_up(pd, 0) && waitpid(pid, &status, 0) == pid &&
		status == W_EXITCODE(3, 0),
	    "waited for with a bad pointer, and then with a good one");
	close(pd);
}

/* Somebody polls it when its last descriptor is closed. */
static void
test_close_polled(void)
{
	pid_t pid, sharer;
	int pd, end;

	pid = reader(&pd, 0, &end);
	sharer = rfork(RFPROC);
	if (sharer == 0) {
		wait_asleep(getppid(), "select");
		_exit(close(pd));
	}
	ok(!hung_up(pd, 10000) && fcntl(pd, F_GETFD) == -1,
	    "who polls it is told that it is closed");
	waitpid(sharer, NULL, 0);
	waitpid(pid, NULL, 0);
	close(end);
}

static void
test_event(void)
{
	struct kevent kev;
	pid_t pid;
	int pd, end, kq = kqueue();
	const struct timespec now = { 0, 0 };

	pid = reader(&pd, 0, &end);
	EV_SET(&kev, pd, EVFILT_READ, EV_ADD, 0, 0, NULL);
	ok(kevent(kq, &kev, 1, NULL, 0, NULL) == -1 && errno == EINVAL,
	    "EVFILT_READ is not for it");
	EV_SET(&kev, pd, EVFILT_PROCDESC, EV_ADD, NOTE_EXIT, 0, NULL);
	ok(kevent(kq, &kev, 1, NULL, 0, NULL) == 0 &&
		kevent(kq, NULL, 0, &kev, 1, &now) == 0,
	    "EVFILT_PROCDESC: alive");
	close(end);
	ok(kevent(kq, NULL, 0, &kev, 1, NULL) == 1 &&
		kev.ident == (uintptr_t)pd && kev.filter == EVFILT_PROCDESC &&
		kev.fflags == NOTE_EXIT && (kev.flags & EV_EOF) &&
		WIFEXITED(kev.data) && WEXITSTATUS(kev.data) == 3,
	    "EVFILT_PROCDESC: its end and its status");
	EV_SET(&kev, pd, EVFILT_PROCDESC, EV_ADD, NOTE_EXIT, 0, NULL);
	ok(kevent(kq, &kev, 1, &kev, 1, NULL) == 1 && kev.fflags == NOTE_EXIT,
	    "and of a zombie");
	waitpid(pid, NULL, 0);
	close(pd);
	close(kq);
}

int
main(void)
{
	signal(SIGCHLD, child_died);
	test_errors();
	test_life();
	test_user();
	test_close();
	test_left_behind();
	test_exec();
	test_parent_ends();
	test_other_closes();
	test_other_closes_ignored();
	test_close_against_wait();
	test_wait_faults();
	test_close_polled();
	test_event();
	return (tap_done());
}
