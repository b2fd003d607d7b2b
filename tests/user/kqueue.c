/*
 * kqueue(2) and kevent(2): each filter, each flag, each error; what happens
 * to queues at fork; and processes followed across fork by NOTE_TRACK.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static const struct timespec now = { 0, 0 };
static int	kq;

static int
change(uintptr_t ident, int filter, int flags, u_int fflags, intptr_t data)
{
	struct kevent kev;

	EV_SET(&kev, ident, filter, flags, fflags, data, (void *)0x1234);
	return (kevent(kq, &kev, 1, NULL, 0, NULL));
}

/* Whether a change is refused with that error. */
static int
refused(int error, uintptr_t ident, int filter, int flags, u_int fflags,
    intptr_t data)
{
	errno = 0;
	return (change(ident, filter, flags, fflags, data) == -1 &&
	    errno == error);
}

/* The next event, if one comes at all: the number of events. */
static int
next(struct kevent *kev)
{
	memset(kev, 0, sizeof(*kev));
	return (kevent(kq, NULL, 0, kev, 1, NULL));
}

/* The same without waiting. */
static int
ready(struct kevent *kev)
{
	memset(kev, 0, sizeof(*kev));
	return (kevent(kq, NULL, 0, kev, 1, &now));
}

static int
is(const struct kevent *kev, uintptr_t ident, int filter, u_int fflags,
    intptr_t data)
{
	return (kev->ident == ident && kev->filter == filter &&
	    kev->fflags == fflags && kev->data == data &&
	    kev->udata == (void *)0x1234);
}

static void
test_errors(void)
{
	struct timespec bad = { 0, 1000000000 }, negative = { -1, 0 };
	struct kevent kev[2];
	int ends[2], other;

	pipe(ends);
	ok(refused(EBADF, 63, EVFILT_READ, EV_ADD, 0, 0), "no descriptor");
	ok(refused(EINVAL, ends[0], 1, EV_ADD, 0, 0) &&
		refused(EINVAL, ends[0], 0, EV_ADD, 0, 0) &&
		refused(EINVAL, ends[0], -99, EV_ADD, 0, 0) &&
		refused(EINVAL, ends[0], EVFILT_AIO, EV_ADD, 0, 0),
	    "no filter");
	ok(refused(ENOENT, ends[0], EVFILT_READ, EV_DELETE, 0, 0) &&
		refused(ENOENT, ends[0], EVFILT_READ, EV_ENABLE, 0, 0),
	    "nothing to delete or to enable");
	ok(refused(EINVAL, kq, EVFILT_READ, EV_ADD, 0, 0),
	    "a queue is not watched");
	ok(refused(EINVAL, ends[0], EVFILT_PROCDESC, EV_ADD, NOTE_EXIT, 0),
	    "a pipe is no process");
	ok(refused(ESRCH, 99998, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0),
	    "no process");
	ok(refused(EINVAL, 0, EVFILT_SIGNAL, EV_ADD, 0, 0) &&
		refused(EINVAL, NSIG, EVFILT_SIGNAL, EV_ADD, 0, 0),
	    "no signal");
	ok(refused(EINVAL, 1, EVFILT_TIMER, EV_ADD, 0, -1) &&
		refused(EINVAL, 1, EVFILT_TIMER, EV_ADD, 0x100, 1),
	    "no time");
	errno = 0;
	ok(kevent(ends[0], NULL, 0, kev, 1, &now) == -1 && errno == EBADF,
	    "no queue");
	ok(kevent(kq, NULL, -1, kev, 1, &now) == -1 && errno == EINVAL &&
		kevent(kq, NULL, 0, kev, -1, &now) == -1 && errno == EINVAL,
	    "negative numbers");
	ok(kevent(kq, NULL, 0, kev, 1, &bad) == -1 && errno == EINVAL &&
		kevent(kq, NULL, 0, kev, 1, &negative) == -1 && errno == EINVAL,
	    "time-outs that are none");
	ok(kevent(kq, (struct kevent *)8, 1, kev, 1, &now) == -1 &&
		errno == EFAULT &&
		kevent(kq, NULL, 0, kev, 1, (struct timespec *)8) == -1 &&
		errno == EFAULT,
	    "addresses that are none");
	ok(change(ends[1], EVFILT_WRITE, EV_ADD, 0, 0) == 0 &&
		kevent(kq, NULL, 0, (struct kevent *)8, 1, NULL) == -1 &&
		errno == EFAULT,
	    "nor for events");
	ok(change(ends[1], EVFILT_WRITE, EV_DELETE, 0, 0) == 0 &&
		ready(kev) == 0,
	    "deleted");
	ok(read(kq, kev, 1) == -1 && errno == EOPNOTSUPP &&
		write(kq, kev, 1) == -1 && errno == EOPNOTSUPP,
	    "a queue is not read");
	other = dup(kq);
	ok(other != -1 && kevent(other, NULL, 0, kev, 1, &now) == 0,
	    "two descriptors of one queue");
	close(other);
	close(ends[0]);
	close(ends[1]);
}

/* Errors and answers in the list of events. */
static void
test_receipt(void)
{
	struct kevent kev[3], out[3];
	int ends[2];

	pipe(ends);
	EV_SET(&kev[0], ends[0], EVFILT_READ, EV_ADD | EV_RECEIPT, 0, 0, NULL);
	EV_SET(&kev[1], 63, EVFILT_READ, EV_ADD, 0, 0, NULL);
	EV_SET(&kev[2], ends[1], EVFILT_WRITE, EV_ADD, 0, 0, NULL);
	ok(kevent(kq, kev, 3, out, 3, NULL) == 2 && out[0].flags == EV_ERROR &&
		out[0].data == 0 && out[0].ident == (uintptr_t)ends[0] &&
		out[1].flags == EV_ERROR && out[1].data == EBADF &&
		out[1].ident == 63,
	    "answers come before events");
	ok(kevent(kq, NULL, 0, out, 3, NULL) == 1 &&
		out[0].ident == (uintptr_t)ends[1],
	    "and the rest was done");
	ok(kevent(kq, &kev[1], 1, NULL, 0, NULL) == -1 && errno == EBADF,
	    "without room an error is the call's");
	close(ends[0]);
	close(ends[1]);
	ok(ready(out) == 0, "closed descriptors are forgotten");
}

static void
test_read(void)
{
	struct kevent kev;
	int ends[2], two[2];
	char buf[100];

	pipe(ends);
	ok(change(ends[0], EVFILT_READ, EV_ADD, 0, 0) == 0 && ready(&kev) == 0,
	    "read: nothing yet");
	write(ends[1], buf, 7);
	ok(ready(&kev) == 1 && is(&kev, ends[0], EVFILT_READ, 0, 7) &&
		kev.flags == 0,
	    "read: what was written");
	write(ends[1], buf, 3);
	ok(ready(&kev) == 1 && kev.data == 10, "read: still there");
	read(ends[0], buf, sizeof(buf));
	ok(ready(&kev) == 0, "read: no longer");
	if (must_fork() == 0)
		_exit(write(ends[1], buf, 5) != 5);
	ok(next(&kev) == 1 && kev.data == 5, "read: woken by a write");
	wait(NULL);
	pipe(two);
	close(two[1]);
	ok(change(two[0], EVFILT_READ, EV_ADD, 0, 0) == 0, "two");
	close(ends[1]);
	ok(ready(&kev) == 1 && kev.ident == (uintptr_t)ends[0] &&
		kev.flags == EV_EOF && kev.data == 5 && ready(&kev) == 1 &&
		kev.ident == (uintptr_t)two[0],
	    "read: the end, and both have their turn");
	/* The same number, another pipe: the old one's news are not its. */
	close(two[0]);
	close(ends[0]);
	pipe(two);
	ok(two[0] == ends[0] && ready(&kev) == 0, "a number used again");
	close(two[0]);
	close(two[1]);
}

static void
test_write(void)
{
	struct kevent kev = { .data = 0 };
	char buf[512] = { 0 };
	int ends[2];

	pipe(ends);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	ok(change(ends[1], EVFILT_WRITE, EV_ADD, 0, 0) == 0 &&
		ready(&kev) == 1 && kev.data > 4096 && kev.flags == 0,
	    "write: there is room (%d)", (int)kev.data);
	while (write(ends[1], buf, sizeof(buf)) == sizeof(buf))
		;
	ok(ready(&kev) == 0, "write: full");
	if (must_fork() == 0)
		_exit(read(ends[0], buf, sizeof(buf)) != sizeof(buf));
	ok(next(&kev) == 1 && kev.ident == (uintptr_t)ends[1],
	    "write: woken by a read");
	wait(NULL);
	close(ends[0]);
	ok(ready(&kev) == 1 && (kev.flags & EV_EOF) != 0,
	    "write: nobody reads");
	close(ends[1]);
}

/* Each way of a socket has an end of its own. */
static void
test_socket(void)
{
	struct kevent kev;
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	ok(change(s[0], EVFILT_WRITE, EV_ADD, 0, 0) == 0 && ready(&kev) == 1 &&
		kev.flags == 0,
	    "socket: can be written to");
	shutdown(s[1], SHUT_RD);
	ok(ready(&kev) == 1 && (kev.flags & EV_EOF) != 0,
	    "socket: the other side reads no more");
	close(s[0]);
	close(s[1]);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	write(s[1], "abc", 3);
	ok(change(s[0], EVFILT_READ, EV_ADD, 0, 0) == 0 && ready(&kev) == 1 &&
		kev.data == 3 && kev.flags == 0,
	    "socket: can be read");
	shutdown(s[1], SHUT_WR);
	ok(ready(&kev) == 1 && kev.data == 3 && (kev.flags & EV_EOF) != 0,
	    "socket: the other side writes no more");
	close(s[0]);
	close(s[1]);
}

static void
test_file(void)
{
	struct kevent kev;
	int fd;

	fd = open("/tmp/kq", O_RDWR | O_CREAT | O_TRUNC, 0600);
	unlink("/tmp/kq");
	write(fd, "abcdef", 6);
	ok(change(fd, EVFILT_READ, EV_ADD, 0, 0) == 0 && ready(&kev) == 0,
	    "file: at its end");
	lseek(fd, 2, SEEK_SET);
	ok(change(fd, EVFILT_READ, EV_ADD, 0, 0) == 0 && ready(&kev) == 1 &&
		kev.data == 4,
	    "file: up to its end");
	close(fd);
	ok(ready(&kev) == 0, "file: closed");
}

static void
test_flags(void)
{
	struct kevent kev;
	int ends[2];

	pipe(ends);
	write(ends[1], "a", 1);
	ok(change(ends[0], EVFILT_READ, EV_ADD | EV_ONESHOT, 0, 0) == 0 &&
		ready(&kev) == 1 && ready(&kev) == 0 &&
		refused(ENOENT, ends[0], EVFILT_READ, EV_DELETE, 0, 0),
	    "EV_ONESHOT");
	ok(change(ends[0], EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0) == 0 &&
		ready(&kev) == 1 && ready(&kev) == 0,
	    "EV_CLEAR: told once");
	write(ends[1], "b", 1);
	ok(ready(&kev) == 1 && kev.data == 2 && ready(&kev) == 0,
	    "EV_CLEAR: and when there is more");
	ok(change(ends[0], EVFILT_READ, EV_DISABLE, 0, 0) == 0, "EV_DISABLE");
	write(ends[1], "c", 1);
	ok(ready(&kev) == 0 &&
		change(ends[0], EVFILT_READ, EV_ENABLE, 0, 0) == 0 &&
		ready(&kev) == 1 && kev.data == 3,
	    "EV_ENABLE");
	change(ends[0], EVFILT_READ, EV_DELETE, 0, 0);
	ok(change(ends[0], EVFILT_READ, EV_ADD | EV_DISABLE, 0, 0) == 0 &&
		ready(&kev) == 0,
	    "EV_ADD, disabled");
	ok(change(ends[0], EVFILT_READ, EV_ADD, 0, 0) == 0 && ready(&kev) == 1,
	    "EV_ADD enables");
	change(ends[0], EVFILT_READ, EV_DELETE, 0, 0);
	ok(change(ends[0], EVFILT_READ, EV_ADD | EV_DISPATCH, 0, 0) == 0 &&
		ready(&kev) == 1 && ready(&kev) == 0 &&
		change(ends[0], EVFILT_READ, EV_ENABLE, 0, 0) == 0 &&
		ready(&kev) == 1 && ready(&kev) == 0,
	    "EV_DISPATCH");
	close(ends[0]);
	close(ends[1]);
}

/* Many that are ready, fewer at a time: nobody is left out. */
static void
test_many(void)
{
	enum { PIPES = 25 };
	struct kevent kev[PIPES];
	int ends[PIPES][2], seen[64] = { 0 }, i, n, all = 1;

	for (i = 0; i < PIPES; i++) {
		pipe(ends[i]);
		change(ends[i][0], EVFILT_READ, EV_ADD, 0, 0);
		write(ends[i][1], "x", 1);
	}
	n = kevent(kq, NULL, 0, kev, PIPES, &now);
	for (i = 0; i < n; i++)
		seen[kev[i].ident]++;
	for (i = 0; i < PIPES; i++)
		all &= seen[ends[i][0]] == 1;
	ok(n == PIPES && all, "%d at once, each once", n);
	memset(seen, 0, sizeof(seen));
	for (n = 0; n < 5; n++)
		for (i = kevent(kq, NULL, 0, kev, 5, &now); i-- > 0;)
			seen[kev[i].ident]++;
	for (i = 0; i < PIPES; i++)
		all &= seen[ends[i][0]] == 1;
	ok(all, "five at a time, in turn");
	for (i = 0; i < PIPES; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}

static void
nothing(int sig __unused)
{
}

static void
test_signal(void)
{
	struct kevent kev;
	sigset_t set;

	signal(SIGUSR1, SIG_IGN);
	ok(change(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0) == 0 &&
		change(SIGUSR2, EVFILT_SIGNAL, EV_ADD, 0, 0) == 0 &&
		ready(&kev) == 0,
	    "signal: none yet");
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	ok(ready(&kev) == 1 && is(&kev, SIGUSR1, EVFILT_SIGNAL, 0, 2) &&
		ready(&kev) == 0,
	    "signal: ignored ones count");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR2, nothing);
	kill(getpid(), SIGUSR2);
	ok(ready(&kev) == 1 && is(&kev, SIGUSR2, EVFILT_SIGNAL, 0, 1),
	    "signal: blocked ones too");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	if (must_fork() == 0) {
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	ok(next(&kev) == 1 && is(&kev, SIGUSR1, EVFILT_SIGNAL, 0, 1),
	    "signal: from another");
	wait(NULL);
	signal_asleep(SIGUSR2, "kqread");
	change(SIGUSR2, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	ok(next(&kev) == -1 && errno == EINTR, "a handler ends kevent");
	wait(NULL);
	change(SIGUSR1, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	kill(getpid(), SIGUSR1);
	ok(ready(&kev) == 0, "signal: deleted");
}

static long
elapsed_ms(const struct timespec *since)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((t.tv_sec - since->tv_sec) * 1000 +
	    (t.tv_nsec - since->tv_nsec) / 1000000);
}

static void
test_timer(void)
{
	struct timespec start, short_time = { 0, 30000000 };
	const struct timespec patience = { 20, 0 };
	struct kevent kev;
	intptr_t n;
	long ms;

	clock_gettime(CLOCK_MONOTONIC, &start);
	ok(change(7, EVFILT_TIMER, EV_ADD | EV_ONESHOT, 0, 50) == 0 &&
		next(&kev) == 1 && is(&kev, 7, EVFILT_TIMER, 0, 1),
	    "timer: its time comes");
	ms = elapsed_ms(&start);
	ok(ms >= 50, "timer: not before its time (%ld ms)", ms);
	ok(refused(ENOENT, 7, EVFILT_TIMER, EV_DELETE, 0, 0), "and only once");
	clock_gettime(CLOCK_MONOTONIC, &start);
	change(8, EVFILT_TIMER, EV_ADD, NOTE_USECONDS, 20000);
	for (n = 0; n < 4; n += kev.data)
		if (next(&kev) != 1)
			break;
	ok(n >= 4 && elapsed_ms(&start) >= 80, "timer: again and again");
	ok(refused(EINVAL, 8, EVFILT_TIMER, EV_ADD, 0, -1) &&
		refused(EINVAL, 8, EVFILT_TIMER, EV_ADD, 99, 10) &&
		kevent(kq, NULL, 0, &kev, 1, &patience) == 1 && kev.ident == 8,
	    "timer: goes on as it was if it cannot be set");
	ok(change(8, EVFILT_TIMER, EV_ADD, NOTE_SECONDS, 1000) == 0 &&
		ready(&kev) == 0,
	    "timer: set anew");
	clock_gettime(CLOCK_MONOTONIC, &start);
	ok(kevent(kq, NULL, 0, &kev, 1, &short_time) == 0 &&
		elapsed_ms(&start) >= 30,
	    "a time-out");
	ok(change(9, EVFILT_TIMER, EV_ADD | EV_ONESHOT, NOTE_NSECONDS, 1) ==
		    0 &&
		next(&kev) == 1 && kev.ident == 9,
	    "timer: very soon");
	change(8, EVFILT_TIMER, EV_DELETE, 0, 0);
}

/* A child that does as it is told by what it reads. */
static pid_t
obedient(int *order)
{
	int ends[2];
	pid_t pid;
	char c;

	pipe(ends);
	pid = must_fork();
	if (pid == 0) {
		close(ends[1]);
		while (read(ends[0], &c, 1) == 1) {
			if (c == 'f' && fork() == 0)
				_exit(3);
			if (c == 'w')
				wait(NULL);
			if (c == 'x')
				execl("/bin/true", "true", NULL);
		}
		_exit(5);
	}
	close(ends[0]);
	*order = ends[1];
	return (pid);
}

static void
test_proc(void)
{
	struct kevent kev;
	int execs = 0, order, status;
	pid_t pid;

	pid = obedient(&order);
	ok(change(pid, EVFILT_PROC, EV_ADD, NOTE_EXIT | NOTE_FORK | NOTE_EXEC,
	       0) == 0 &&
		ready(&kev) == 0,
	    "proc: nothing yet");
	write(order, "fw", 2);
	ok(next(&kev) == 1 && is(&kev, pid, EVFILT_PROC, NOTE_FORK, 0),
	    "NOTE_FORK");
	write(order, "x", 1);
	do {
		ok(next(&kev) == 1 && kev.ident == (uintptr_t)pid,
		    "an event (%x)", kev.fflags);
		if (kev.fflags & NOTE_EXEC)
			execs++;
	} while ((kev.fflags & NOTE_EXIT) == 0);
	ok(execs == 1, "NOTE_EXEC");
	ok((kev.flags & (EV_EOF | EV_ONESHOT)) == (EV_EOF | EV_ONESHOT) &&
		kev.data == 0,
	    "NOTE_EXIT");
	ok(waitpid(pid, &status, WNOHANG) == pid && status == 0,
	    "it can be waited for at once");
	ok(refused(ENOENT, pid, EVFILT_PROC, EV_DELETE, 0, 0), "and no more");
	close(order);

	pid = obedient(&order);
	change(pid, EVFILT_PROC, EV_ADD, NOTE_FORK, 0);
	write(order, "f", 1);
	ok(next(&kev) == 1 && kev.fflags == NOTE_FORK, "only what is asked");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(ready(&kev) == 0 &&
		refused(ENOENT, pid, EVFILT_PROC, EV_DELETE, 0, 0),
	    "no word of an end that nobody asked about");
	close(order);
}

/* A zombie's exit is told at once, once, and nothing else of it. */
static void
test_zombie(void)
{
	struct kevent kev;
	pid_t pid;

	pid = must_fork();
	if (pid == 0)
		_exit(7);
	change(pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0);
	ok(next(&kev) == 1 && kev.fflags == NOTE_EXIT && WIFEXITED(kev.data) &&
		WEXITSTATUS(kev.data) == 7,
	    "NOTE_EXIT has the status");
	ok(change(pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0) == 0 &&
		ready(&kev) == 1 && kev.fflags == NOTE_EXIT &&
		(kev.flags & EV_EOF) && WEXITSTATUS(kev.data) == 7,
	    "a zombie's too");
	ok(ready(&kev) == 0, "once");
	ok(refused(ESRCH, pid, EVFILT_PROC, EV_ADD, NOTE_FORK, 0),
	    "but it forks no more");
	waitpid(pid, NULL, 0);
	ok(refused(ESRCH, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0), "gone");
}

/* NOTE_TRACK: the child, its parent's id, its end. */
static void
test_track(void)
{
	struct kevent kev;
	int order, forks = 0, children = 0, exits = 0, wrong = 0;
	pid_t pid, child = 0;

	pid = obedient(&order);
	change(pid, EVFILT_PROC, EV_ADD, NOTE_TRACK | NOTE_FORK | NOTE_EXIT, 0);
	write(order, "fw", 2);
	while (exits < 2) {
		if (next(&kev) != 1 || kev.udata != (void *)0x1234)
			break;
		if (kev.fflags & NOTE_CHILD) {
			children++;
			child = kev.ident;
			wrong += kev.data != pid || kev.fflags != NOTE_CHILD ||
			    (kev.flags & EV_EOF) != 0;
		}
		if (kev.fflags & NOTE_FORK)
			forks += kev.ident == (uintptr_t)pid;
		if (kev.fflags & NOTE_EXIT) {
			exits++;
			if (kev.ident == (uintptr_t)child) {
				wrong += children != 1 ||
				    WEXITSTATUS(kev.data) != 3;
				close(order);
			} else {
				wrong += WEXITSTATUS(kev.data) != 5;
			}
		}
		if (kev.fflags & NOTE_TRACKERR)
			wrong++;
	}
	ok(forks == 1 && children == 1 && exits == 2 && wrong == 0,
	    "NOTE_TRACK: %d forks, %d children, %d exits, %d wrong", forks,
	    children, exits, wrong);
	waitpid(pid, NULL, 0);
	ok(ready(&kev) == 0, "and nothing after that");
}

/* The k-th allocation from now on fails; -1: not this kernel's. */
static int
fail_alloc(unsigned k)
{
	return (sysctlbyname("debug.fail.alloc", NULL, NULL, &k, sizeof(k)));
}

/* Fork with the allocation failing that is read, and tell whether it did. */
static void
poor_forks(int in, int out)
{
	unsigned char k;
	pid_t pid;

	while (read(in, &k, 1) == 1) {
		fail_alloc(k);
		pid = fork();
		if (pid == 0)
			_exit(0);
		fail_alloc(0);
		k = pid != -1;
		if (k)
			waitpid(pid, NULL, 0);
		write(out, &k, 1);
	}
	_exit(0);
}

/*
 * Of the allocations that a fork needs one is that of the child's knote: the
 * fork goes on without, and that is told.  Which one it is depends on what the
 * processor has at hand, so it is looked for until it is met.
 */
static void
test_track_error(void)
{
	int back[2], children = 0, forks = 0, go[2], told = 0, rounds;
	unsigned char did, k;
	struct kevent kev;
	pid_t pid;

	if (fail_alloc(0) == -1) {
		ok(1, "NOTE_TRACKERR # SKIP needs fault injection");
		return;
	}
	pipe(go);
	pipe(back);
	pid = must_fork();
	if (pid == 0) {
		close(go[1]);
		poor_forks(go[0], back[1]);
	}
	change(pid, EVFILT_PROC, EV_ADD, NOTE_TRACK | NOTE_FORK, 0);
	for (rounds = 0; told == 0 && rounds < 50; rounds++)
		for (k = 1; k <= 32; k++) {
			did = 0;
			write(go[1], &k, 1);
			read(back[0], &did, 1);
			forks += did;
			while (ready(&kev) == 1) {
				children += (kev.fflags & NOTE_CHILD) != 0;
				told += (kev.fflags & NOTE_TRACKERR) != 0 &&
				    kev.ident == (uintptr_t)pid;
			}
		}
	ok(told > 0 && children + told == forks,
	    "NOTE_TRACKERR: told %d times, of %d forks %d were seen", told,
	    forks, children);
	close(go[1]);
	waitpid(pid, NULL, 0);
	close(go[0]);
	close(back[0]);
	close(back[1]);
	while (ready(&kev) == 1)
		continue;
}

/* Two forks, whose children do the same, to a depth; all go in a moment. */
static void
bomb(int depth)
{
	int i;

	for (i = 0; i < 2 && depth > 0; i++)
		if (fork() == 0) {
			depth--;
			i = -1;
		}
	while (wait(NULL) > 0)
		;
	_exit(0);
}

static void
test_bomb(void)
{
	enum { DEPTH = 6, ALL = (2 << DEPTH) - 1 };
	struct kevent kev[16];
	int ends[2], exits = 0, children = 0, unknown = 0, i, j, n = 0;
	pid_t pid, known[ALL + 1];
	char c;

	pipe(ends);
	pid = must_fork();
	if (pid == 0) {
		read(ends[0], &c, 1);
		bomb(DEPTH);
	}
	change(pid, EVFILT_PROC, EV_ADD, NOTE_TRACK | NOTE_EXIT, 0);
	write(ends[1], "x", 1);
	known[0] = pid;
	while (exits < ALL && n != -1) {
		n = kevent(kq, NULL, 0, kev, 16, NULL);
		for (i = 0; i < n; i++) {
			if (kev[i].fflags & NOTE_CHILD && children < ALL - 1)
				known[++children] = kev[i].ident;
			if ((kev[i].fflags & NOTE_EXIT) == 0)
				continue;
			exits++;
			for (j = children; j >= 0; j--)
				if (known[j] == (pid_t)kev[i].ident)
					break;
			unknown += j < 0;
		}
	}
	ok(exits == ALL && children == ALL - 1 && unknown == 0,
	    "a bomb: %d children, %d exits, %d of unknown ones", children,
	    exits, unknown);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static u_int
get_number(const char *name)
{
	u_int n = 0;
	size_t len = sizeof(n);

	if (sysctlbyname(name, &n, &len, NULL, 0) == -1)
		warn("%s", name);
	return (n);
}

static void
set_number(const char *name, u_int n)
{
	if (sysctlbyname(name, NULL, NULL, &n, sizeof(n)) == -1)
		warn("%s", name);
}

/* How many knotes there are. */
static int
knotes(void)
{
	static char text[4096];
	size_t len = sizeof(text);
	char *at;

	if (sysctlbyname("kern.leaks", text, &len, NULL, 0) == -1)
		return (-1);
	at = strstr(text, "knotes");
	return (at == NULL ? -1 : atoi(at + strlen("knotes")));
}

/* Who shares a queue, watches his signals and ends leaves nothing there. */
static void
test_sharers(void)
{
	int before = knotes(), i, sig;
	pid_t pid;

	for (i = 0; i < 20; i++) {
		pid = rfork(RFPROC);
		if (pid == 0) {
			for (sig = 1; sig <= 31; sig++)
				change(sig, EVFILT_SIGNAL, EV_ADD, 0, 0);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	change(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0);
	change(SIGUSR1, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	ok(before >= 0 && knotes() == before,
	    "ended sharers leave no knotes (%d, before %d)", knotes(), before);
}

/* The system watches so many things and no more. */
static void
test_limit(void)
{
	u_int most = get_number("kern.kq_maxknotes");
	int errors = 0, go[2];
	struct kevent kev;
	pid_t pid;
	char c;

	pipe(go);
	pid = must_fork();
	if (pid == 0) {
		read(go[0], &c, 1);
		_exit(!ended_well(must_fork()));
	}
	change(pid, EVFILT_PROC, EV_ADD, NOTE_TRACK, 0);
	set_number("kern.kq_maxknotes", knotes());
	ok(refused(ENOMEM, go[0], EVFILT_READ, EV_ADD, 0, 0),
	    "kern.kq_maxknotes");
	write(go[1], "x", 1);
	waitpid(pid, NULL, 0);
	while (ready(&kev) == 1)
		errors += (kev.fflags & NOTE_TRACKERR) != 0;
	ok(errors == 1, "no child is followed then (%d)", errors);
	set_number("kern.kq_maxknotes", most);
	close(go[0]);
	close(go[1]);
}

/* Many timers of no time at all leave others the processor. */
static void
test_many_timers(void)
{
	enum { TIMERS = 2560 };
	struct kevent kev;
	intptr_t least = INTPTR_MAX;
	int i, told = 0;

	for (i = TIMERS - 1; i >= 0; i--)
		change(i, EVFILT_TIMER, EV_ADD | (i == 0 ? 0 : EV_DISABLE),
		    NOTE_USECONDS, 1);
	while (told < 6 && next(&kev) == 1 && kev.ident == 0)
		if (told++ > 0 && kev.data < least)
			least = kev.data;
	/* 20 ticks of 10 ms; one is lost where it is set. */
	ok(told == 6 && least >= 180000,
	    "many short timers: told after %ld periods", (long)least);
	for (i = 0; i < TIMERS; i++)
		change(i, EVFILT_TIMER, EV_DELETE, 0, 0);
}

static void
test_long_changes(void)
{
	enum { CHANGES = 1 << 19 };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction act = { .sa_handler = nothing }, old;
	struct kevent *list = malloc(CHANGES * sizeof(*list));
	int error, i;

	if (list == NULL)
		err(1, NULL);
	for (i = 0; i < CHANGES; i++)
		EV_SET(&list[i], SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0, NULL);
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	error = kevent(kq, list, CHANGES, NULL, 0, NULL) == -1 ? errno : 0;
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	ok(error == EINTR, "a signal ends a long list of changes");
	change(SIGUSR1, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	free(list);
}

/* A process that shares the queue, and watches its own SIGUSR1. */
static pid_t
watch_beside(void)
{
	int ends[2];
	pid_t pid;
	char c;

	pipe(ends);
	pid = rfork(RFPROC);
	if (pid == 0) {
		signal(SIGUSR1, SIG_IGN);
		change(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0);
		write(ends[1], "x", 1);
		for (;;)
			pause();
	}
	read(ends[0], &c, 1);
	close(ends[0]);
	close(ends[1]);
	return (pid);
}

/* A queue is not inherited, but for a shared table. */
static void
test_fork(void)
{
	struct kevent kev;
	int ends[2], fl, status = -1;
	pid_t pid;

	pipe(ends);
	change(ends[0], EVFILT_READ, EV_ADD, 0, 0);
	pid = must_fork();
	if (pid == 0)
		_exit(fcntl(kq, F_GETFD) == -1 && errno == EBADF &&
			    open("/dev/null", O_RDONLY) == kq ?
			0 :
			1);
	ok(ended_well(pid), "a child has no queue");
	write(ends[1], "x", 1);
	ok(ready(&kev) == 1 && kev.ident == (uintptr_t)ends[0],
	    "its end does the queue nothing");
	pid = rfork(RFPROC);
	if (pid == 0) {
		/* Signals are those of who asks. */
		signal(SIGUSR1, SIG_IGN);
		if (ready(&kev) != 1 || kev.ident != (uintptr_t)ends[0] ||
		    change(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0) != 0 ||
		    change(ends[0], EVFILT_READ, EV_DELETE, 0, 0) != 0)
			_exit(1);
		kill(getpid(), SIGUSR1);
		if (ready(&kev) != 1 || kev.ident != SIGUSR1)
			_exit(2);
		kill(getpid(), SIGUSR1);
		_exit(0);
	}
	ok(waitpid(pid, &status, 0) == pid && status == 0,
	    "a sharer of the table shares it (%x)", status);
	ok(ready(&kev) == 1 && kev.ident == SIGUSR1 && ready(&kev) == 0,
	    "the sharer's last signal is told");
	pid = watch_beside();
	ok(change(SIGUSR1, EVFILT_SIGNAL, EV_ADD, 0, 0) == 0, "mine");
	kill(getpid(), SIGUSR1);
	ok(ready(&kev) == 1 && kev.ident == SIGUSR1 && kev.data == 1,
	    "my signals are mine");
	change(SIGUSR1, EVFILT_SIGNAL, EV_DELETE, 0, 0);
	kill(pid, SIGUSR1);
	ok(ready(&kev) == 1 && kev.ident == SIGUSR1, "a sharer's are its own");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	/* A sharer closes what is watched. */
	change(ends[0], EVFILT_READ, EV_ADD, 0, 0);
	pid = rfork(RFPROC);
	if (pid == 0)
		_exit(close(ends[0]));
	ok(ended_well(pid) && ready(&kev) == 0 && write(ends[1], "x", 1) == -1,
	    "a sharer closes what is watched");
	close(ends[1]);

	fl = fcntl(kq, F_GETFD);
	ok(fl == 0, "it stays over exec unless told");
}

static void
test_poll(void)
{
	struct pollfd p = { .fd = kq, .events = POLLIN };
	int ends[2];
	pid_t pid;

	pipe(ends);
	change(ends[0], EVFILT_READ, EV_ADD, 0, 0);
	ok(poll(&p, 1, 0) == 0, "poll: nothing");
	pid = must_fork();
	if (pid == 0)
		_exit(write(ends[1], "x", 1) != 1);
	ok(poll(&p, 1, -1) == 1 && p.revents == POLLIN,
	    "poll: a queue becomes readable");
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

/* A sharer of the descriptors closes a queue that is polled. */
static void
test_close_polled(void)
{
	struct pollfd p = { .fd = kqueue(), .events = POLLIN };
	pid_t pid = rfork(RFPROC);

	if (pid == 0) {
		wait_asleep(getppid(), "select");
		_exit(close(p.fd));
	}
	ok(poll(&p, 1, 10000) == 1 && p.revents == POLLNVAL,
	    "who polls it is told that it is closed");
	waitpid(pid, NULL, 0);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	kq = kqueue();
	if (kq == -1)
		err(1, "kqueue");
	test_errors();
	test_receipt();
	test_read();
	test_write();
	test_socket();
	test_file();
	test_flags();
	test_many();
	test_signal();
	test_timer();
	test_proc();
	test_zombie();
	test_track();
	test_track_error();
	test_bomb();
	test_sharers();
	test_limit();
	test_many_timers();
	test_long_changes();
	test_fork();
	test_poll();
	test_close_polled();
	ok(close(kq) == 0, "closed");
	return (tap_done());
}
