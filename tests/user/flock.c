/*
 * Advisory locks: fcntl's record locks, flock, O_SHLOCK and O_EXLOCK, what
 * fork, exec, close and exit do to them, and circles of waiters.
 */
#include <sys/types.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	FILENAME "/tmp/flock"
#define	FIFONAME "/tmp/flock.fifo"

static int
lock_op(int fd, int cmd, int type, off_t start, off_t len)
{
	struct flock fl = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = start,
		.l_len = len };

	return (fcntl(fd, cmd, &fl));
}

static int
set(int fd, int type, off_t start, off_t len)
{
	return (lock_op(fd, F_SETLK, type, start, len));
}

/*
 * What another process is told is in the way of a lock of the bytes, as
 * text: type, start, length.
 */
static const char *
seen(int fd, int type, off_t start, off_t len)
{
	static char text[64];
	struct flock fl = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = start,
		.l_len = len };
	int ends[2], n;
	pid_t pid;

	pipe(ends);
	pid = must_fork();
	if (pid == 0) {
		if (fcntl(fd, F_GETLK, &fl) == -1)
			n = snprintf(text, sizeof(text), "errno %d", errno);
		else if (fl.l_type == F_UNLCK)
			n = snprintf(text, sizeof(text), "free");
		else
			n = snprintf(text, sizeof(text), "%c %d %d%s",
			    fl.l_type == F_RDLCK ? 'r' : 'w', (int)fl.l_start,
			    (int)fl.l_len, fl.l_pid == getppid() ? "" : " ?");
		write(ends[1], text, n + 1);
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return (text);
}

#define	SEEN(fd, type, start, len, what)				\
	(strcmp(seen((fd), (type), (start), (len)), (what)) == 0)

static void
test_ranges(int fd)
{
	ok(set(fd, F_WRLCK, 10, 10) == 0 &&
		SEEN(fd, F_RDLCK, 0, 0, "w 10 10") &&
		SEEN(fd, F_RDLCK, 0, 10, "free") &&
		SEEN(fd, F_RDLCK, 20, 0, "free") &&
		SEEN(fd, F_RDLCK, 19, 1, "w 10 10"),
	    "a lock covers its bytes");
	ok(set(fd, F_UNLCK, 13, 2) == 0 && SEEN(fd, F_RDLCK, 0, 14, "w 10 3") &&
		SEEN(fd, F_RDLCK, 13, 2, "free") &&
		SEEN(fd, F_RDLCK, 14, 100, "w 15 5"),
	    "a hole makes two of it");
	ok(set(fd, F_WRLCK, 13, 2) == 0 && SEEN(fd, F_RDLCK, 0, 0, "w 10 10"),
	    "neighbours become one");
	ok(set(fd, F_RDLCK, 12, 3) == 0 && SEEN(fd, F_RDLCK, 11, 3, "w 10 2") &&
		SEEN(fd, F_RDLCK, 12, 3, "free") &&
		SEEN(fd, F_WRLCK, 12, 3, "r 12 3"),
	    "a part becomes a shared lock");
	ok(set(fd, F_WRLCK, 5, 0) == 0 && SEEN(fd, F_RDLCK, 0, 0, "w 5 0") &&
		SEEN(fd, F_RDLCK, INT_MAX, 1, "w 5 0"),
	    "length 0 goes to the end");
	ok(set(fd, F_UNLCK, 0, 8) == 0 && SEEN(fd, F_RDLCK, 0, 0, "w 8 0") &&
		set(fd, F_UNLCK, 20, 0) == 0 &&
		SEEN(fd, F_RDLCK, 0, 0, "w 8 12"),
	    "its ends may be given back");
	ok(set(fd, F_RDLCK, 30, -5) == 0 && SEEN(fd, F_WRLCK, 20, 0, "r 25 5"),
	    "a negative length is the bytes before");
	ok(set(fd, F_UNLCK, 0, 0) == 0 && SEEN(fd, F_WRLCK, 0, 0, "free"),
	    "all given back");
}

static void
test_whence(int fd)
{
	struct flock fl = { .l_type = F_WRLCK,
		.l_whence = SEEK_END,
		.l_start = -4,
		.l_len = 2 };
	int good;

	ftruncate(fd, 100);
	good = fcntl(fd, F_SETLK, &fl) == 0 &&
	    SEEN(fd, F_RDLCK, 0, 0, "w 96 2");
	lseek(fd, 40, SEEK_SET);
	fl.l_whence = SEEK_CUR;
	good = good && fcntl(fd, F_SETLK, &fl) == 0 &&
	    SEEN(fd, F_RDLCK, 0, 50, "w 36 2");
	set(fd, F_UNLCK, 0, 0);
	ok(good, "from the end and from the offset");
}

/* A FIFO has no offsets, but its vnode has locks. */
static void
test_fifo(void)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_END };
	int fd, good;

	unlink(FIFONAME);
	mkfifo(FIFONAME, 0600);
	fd = open(FIFONAME, O_RDWR);
	good = fcntl(fd, F_SETLK, &fl) == 0 && SEEN(fd, F_RDLCK, 0, 0, "w 0 0");
	fl.l_type = F_RDLCK;
	good = good && fcntl(fd, F_GETLK, &fl) == 0 && fl.l_type == F_UNLCK;
	ok(good, "from the end of a FIFO");
	close(fd);
	unlink(FIFONAME);
}

#define FAILS(call, e) ((call) == -1 && errno == (e))

static void
test_errors(int fd)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = 9 };
	int ro = open(FILENAME, O_RDONLY), wo = open(FILENAME, O_WRONLY);
	int ends[2], proc = open("/proc/self/status", O_RDONLY);

	pipe(ends);
	ok(FAILS(set(ro, F_WRLCK, 0, 1), EBADF) &&
		FAILS(set(wo, F_RDLCK, 0, 1), EBADF) &&
		FAILS(set(99, F_RDLCK, 0, 1), EBADF) &&
		FAILS(set(ends[0], F_RDLCK, 0, 1), EBADF) &&
		FAILS(flock(99, LOCK_SH), EBADF) && FAILS(flock(fd, 0), EBADF),
	    "EBADF");
	ok(FAILS(fcntl(fd, F_SETLK, &fl), EINVAL) &&
		FAILS(set(fd, 77, 0, 1), EINVAL) &&
		FAILS(set(fd, F_WRLCK, -1, 1), EINVAL) &&
		FAILS(set(fd, F_WRLCK, 3, -4), EINVAL) &&
		FAILS(lock_op(fd, F_GETLK, F_UNLCK, 0, 1), EINVAL) &&
		FAILS(set(proc, F_RDLCK, 0, 1), EINVAL),
	    "EINVAL");
	ok(FAILS(set(fd, F_WRLCK, LLONG_MAX, 2), EOVERFLOW) &&
		set(fd, F_WRLCK, LLONG_MAX, 1) == 0,
	    "EOVERFLOW");
	ok(FAILS(flock(ends[0], LOCK_SH), EOPNOTSUPP) &&
		FAILS(flock(proc, LOCK_SH), EOPNOTSUPP) &&
		FAILS(open("/proc/self/status", O_RDONLY | O_SHLOCK),
		    EOPNOTSUPP),
	    "EOPNOTSUPP");
	ok(FAILS(fcntl(fd, F_SETLK, (void *)16), EFAULT), "EFAULT");
	set(fd, F_UNLCK, 0, 0);
	close(ro);
	close(wo);
	close(proc);
	close(ends[0]);
	close(ends[1]);
}

/* Record locks: not the child's; gone with any descriptor of the file. */
static void
test_owner(int fd)
{
	int other, status;
	pid_t pid;

	set(fd, F_WRLCK, 0, 1);
	pid = must_fork();
	if (pid == 0)
		_exit(!(FAILS(set(fd, F_WRLCK, 0, 1), EAGAIN) &&
		    set(fd, F_UNLCK, 0, 0) == 0 &&
		    FAILS(set(fd, F_RDLCK, 0, 1), EAGAIN) &&
		    set(fd, F_WRLCK, 5, 1) == 0 && close(fd) == 0));
	ok(ended_well(pid) && SEEN(fd, F_WRLCK, 0, 0, "w 0 1"),
	    "a child has no record locks, and leaves none");
	other = open(FILENAME, O_RDONLY);
	close(other);
	ok(SEEN(fd, F_WRLCK, 0, 0, "free"),
	    "closing any descriptor gives them back");
	set(fd, F_WRLCK, 0, 1);
	other = open("/etc/passwd", O_RDONLY);
	dup2(other, other + 1);
	close(other);
	close(other + 1);
	other = dup(fd);
	ok(SEEN(fd, F_WRLCK, 0, 0, "w 0 1"), "those of other files stay");
	dup2(STDERR_FILENO, other);
	ok(SEEN(fd, F_WRLCK, 0, 0, "free"), "dup2 closes, too");
	close(other);
	pid = must_fork();
	if (pid == 0) {
		set(fd, F_WRLCK, 7, 1);
		execl("/bin/sh", "sh", "-c", "kill -STOP $$; exit 0",
		    (char *)NULL);
		_exit(1);
	}
	waitpid(pid, &status, WUNTRACED);
	ok(WIFSTOPPED(status) && FAILS(set(fd, F_WRLCK, 7, 1), EAGAIN),
	    "exec keeps record locks");
	kill(pid, SIGCONT);
	ok(ended_well(pid) && set(fd, F_WRLCK, 7, 1) == 0,
	    "exit gives them back");
	set(fd, F_UNLCK, 0, 0);
}

/* A process that shares the table, or not, and its group, or not. */
static pid_t
sharer(int flags, int fd, int *to, int *from)
{
	pid_t pid = rfork(RFPROC | flags);
	char c;

	if (pid == 0) {
		c = set(fd, F_WRLCK, 0, 1) == 0 ? 'y' : 'n';
		write(from[1], &c, 1);
		read(to[0], &c, 1);
		_exit(0);
	}
	return (pid);
}

/*
 * With RFTHREAD the two are one owner; without, each has locks of his own,
 * but closing the descriptor that they share takes away both's.
 */
static void
test_sharers(int fd)
{
	int to[2], from[2], shared;
	pid_t pid;
	char c;

	pipe(to);
	pipe(from);
	pid = sharer(RFTHREAD, fd, to, from);
	read(from[0], &c, 1);
	ok(c == 'y' && set(fd, F_WRLCK, 0, 1) == 0,
	    "a task group is one owner");
	write(to[1], "x", 1);
	ok(ended_well(pid) && SEEN(fd, F_WRLCK, 0, 0, "w 0 1"),
	    "a member's end leaves the group its locks");
	set(fd, F_UNLCK, 0, 0);
	shared = dup(fd);
	pid = sharer(0, fd, to, from);
	read(from[0], &c, 1);
	ok(c == 'y' && FAILS(set(fd, F_WRLCK, 0, 1), EAGAIN),
	    "who shares the table only is another owner");
	close(shared);
	ok(set(fd, F_WRLCK, 0, 1) == 0, "what is closed was open for both");
	write(to[1], "x", 1);
	ok(ended_well(pid) && SEEN(fd, F_WRLCK, 0, 0, "w 0 1"),
	    "the other's end leaves us ours");
	set(fd, F_UNLCK, 0, 0);
	close(to[0]);
	close(to[1]);
	close(from[0]);
	close(from[1]);
}

/* Whether another open of the file can have a flock. */
static int
can_flock(int op)
{
	int fd = open(FILENAME, O_RDWR), got;

	got = flock(fd, op | LOCK_NB) == 0;
	if (!got && errno != EWOULDBLOCK)
		got = -1;
	close(fd);
	return (got);
}

static void
test_flock(void)
{
	int fd = open(FILENAME, O_RDWR), second;
	pid_t pid;

	ok(flock(fd, LOCK_SH) == 0 && can_flock(LOCK_SH) == 1 &&
		can_flock(LOCK_EX) == 0,
	    "flock: shared");
	ok(flock(fd, LOCK_EX) == 0 && can_flock(LOCK_SH) == 0 &&
		flock(fd, LOCK_UN) == 0 && can_flock(LOCK_EX) == 1,
	    "flock: exclusive, and given back");
	flock(fd, LOCK_EX);
	pid = must_fork();
	if (pid == 0)
		_exit(flock(fd, LOCK_SH) != 0 || flock(fd, LOCK_EX) != 0);
	ok(ended_well(pid) && can_flock(LOCK_SH) == 0,
	    "flock: of the open file, whoever has it");
	second = dup(fd);
	close(fd);
	ok(can_flock(LOCK_SH) == 0, "flock: stays with the last descriptor");
	pid = must_fork();
	if (pid == 0)
		_exit(flock(second, LOCK_UN) != 0);
	ok(ended_well(pid) && can_flock(LOCK_EX) == 1,
	    "flock: a child gives it back for all");
	flock(second, LOCK_EX);
	close(second);
	ok(can_flock(LOCK_EX) == 1, "flock: gone with the last descriptor");
	fd = open(FILENAME, O_RDWR);
	second = open(FILENAME, O_RDWR);
	flock(fd, LOCK_SH);
	flock(second, LOCK_SH);
	ok(FAILS(flock(fd, LOCK_EX | LOCK_NB), EWOULDBLOCK) &&
		close(second) == 0 && can_flock(LOCK_EX) == 0 &&
		fcntl(fd, F_GETFL) == O_RDWR,
	    "flock: what cannot be made exclusive at once stays shared");
	set(fd, F_WRLCK, 0, 1);
	close(fd);
	ok(can_flock(LOCK_EX) == 1, "flock: both kinds on one file go");
}

static void
test_open(void)
{
	int fd = open(FILENAME, O_RDWR | O_EXLOCK), second;

	ftruncate(fd, 10);
	ok(fd != -1 && can_flock(LOCK_SH) == 0, "O_EXLOCK");
	ok(FAILS(open(FILENAME, O_RDWR | O_SHLOCK | O_NONBLOCK), EWOULDBLOCK) &&
		FAILS(open(FILENAME, O_RDWR | O_TRUNC | O_EXLOCK | O_NONBLOCK),
		    EWOULDBLOCK) &&
		lseek(fd, 0, SEEK_END) == 10,
	    "O_NONBLOCK: EWOULDBLOCK, and not cut off");
	close(fd);
	fd = open(FILENAME, O_RDONLY | O_SHLOCK);
	second = open(FILENAME, O_RDONLY | O_SHLOCK | O_NONBLOCK);
	ok(fd != -1 && second != -1 && can_flock(LOCK_EX) == 0, "O_SHLOCK");
	close(fd);
	close(second);
	fd = open(FILENAME, O_RDWR | O_TRUNC | O_EXLOCK);
	ok(lseek(fd, 0, SEEK_END) == 0, "O_TRUNC with a lock");
	close(fd);
}

static void
nothing(int sig)
{
}

/* Waits that end: by the lock's end, and by a signal. */
static void
test_wait(int fd)
{
	struct sigaction sa;
	pid_t pid;

	set(fd, F_WRLCK, 0, 1);
	pid = must_fork();
	if (pid == 0)
		_exit(lock_op(fd, F_SETLKW, F_WRLCK, 0, 1) != 0);
	ok(wait_asleep(pid, "lockf") && set(fd, F_UNLCK, 0, 0) == 0 &&
		ended_well(pid),
	    "F_SETLKW waits until it is free");
	set(fd, F_WRLCK, 0, 1);
	pid = must_fork();
	if (pid == 0) {
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = nothing;
		sigaction(SIGALRM, &sa, NULL);
		ualarm(20000, 20000);
		_exit(!FAILS(lock_op(fd, F_SETLKW, F_WRLCK, 0, 1), EINTR));
	}
	ok(ended_well(pid), "a signal ends the wait");
	pid = must_fork();
	if (pid == 0) {
		int other = open(FILENAME, O_RDWR);

		_exit(flock(other, LOCK_SH) != 0);
	}
	ok(wait_asleep(pid, "lockf") && set(fd, F_UNLCK, 0, 0) == 0 &&
		ended_well(pid),
	    "flock waits for record locks");
}

/*
 * A circle of n processes, each with byte i and waiting for i + 1: one of
 * them is told, and when it lets go the others get what they wait for.
 */
static void
test_deadlock(int fd, int n)
{
	int begin[2], i, ready[2], status, told = 0, others = 0;
	pid_t pids[8];
	char c;

	pipe(begin);
	pipe(ready);
	for (i = 0; i < n; i++) {
		pids[i] = must_fork();
		if (pids[i] != 0)
			continue;
		set(fd, F_WRLCK, i, 1);
		write(ready[1], "x", 1);
		read(begin[0], &c, 1);
		if (lock_op(fd, F_SETLKW, F_WRLCK, (i + 1) % n, 1) == 0)
			_exit(0);
		_exit(errno == EDEADLK ? 1 : 2);
	}
	for (i = 0; i < n; i++)
		read(ready[0], &c, 1);
	write(begin[1], "xxxxxxxx", n);
	for (i = 0; i < n; i++) {
		waitpid(pids[i], &status, 0);
		told += WIFEXITED(status) && WEXITSTATUS(status) == 1;
		others += status == 0;
	}
	ok(told == 1 && others == n - 1, "EDEADLK in a circle of %d", n);
	for (i = 0; i < 2; i++) {
		close(begin[i]);
		close(ready[i]);
	}
}

/* Many take turns at a counter in the file. */
static void
test_turns(int fd, int by_flock)
{
	enum { PROCS = 4, ROUNDS = 50 };
	pid_t pids[PROCS];
	int i, good = 0, n, own, value = 0;

	pwrite(fd, &value, sizeof(value), 0);
	for (i = 0; i < PROCS; i++) {
		pids[i] = must_fork();
		if (pids[i] != 0)
			continue;
		own = open(FILENAME, O_RDWR);
		for (n = 0; n < ROUNDS; n++) {
			if (by_flock)
				flock(own, LOCK_EX);
			else
				lock_op(own, F_SETLKW, F_WRLCK, 0, 4);
			pread(own, &value, sizeof(value), 0);
			if (n % 8 == 0)
				sched_yield();
			value++;
			pwrite(own, &value, sizeof(value), 0);
			if (by_flock)
				flock(own, LOCK_UN);
			else
				set(own, F_UNLCK, 0, 4);
		}
		_exit(0);
	}
	for (i = 0; i < PROCS; i++)
		good += ended_well(pids[i]);
	pread(fd, &value, sizeof(value), 0);
	ok(good == PROCS && value == PROCS * ROUNDS, "%s keeps others out (%d)",
	    by_flock ? "flock" : "F_SETLKW", value);
}

/* A lock on a file that only this process has open, in a peer of the caller. */
static int
own_lock(void)
{
	int fd = open(FILENAME "-own", O_CREAT | O_RDWR, 0644);

	return (fd != -1 && set(fd, F_WRLCK, 0, 0) == 0 ? fd : -1);
}

/*
 * The locks of a task group are its leader's, but a peer may have descriptors
 * of its own.  What is left when nobody has the file open any more is gone.
 */
static void
test_peers(void)
{
	pid_t pid;
	int fd;

	pid = rfork(RFPROC | RFTHREAD | RFFDG);
	if (pid == 0)
		_exit(own_lock() == -1);
	ok(ended_well(pid), "a peer locks a file of its own and ends");
	pid = rfork(RFPROC | RFTHREAD | RFFDG);
	if (pid == 0) {
		fcntl(own_lock(), F_SETFD, FD_CLOEXEC);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	ok(ended_well(pid), "or becomes another program");
	pid = must_fork();
	if (pid == 0)
		_exit(own_lock() == -1 || rfork(RFCFDG) != 0 ||
		    own_lock() != 0);
	ok(ended_well(pid), "a process gives all descriptors up");
	fd = open(FILENAME "-own", O_RDWR);
	ok(SEEN(fd, F_WRLCK, 0, 0, "free"), "no lock is left");
	close(fd);
	unlink(FILENAME "-own");
}

/* Without room for another lock what is held can still be given back. */
static void
test_limit(int fd)
{
	int least, locks, most, n = 0;
	size_t size = sizeof(int);

	if (sysctlbyname("kern.maxlocks", &most, &size, NULL, 0) == -1 ||
	    sysctlbyname("kern.locks", &locks, &size, NULL, 0) == -1)
		err(1, "sysctl");
	least = locks + 4;
	sysctlbyname("kern.maxlocks", NULL, NULL, &least, sizeof(least));
	while (set(fd, F_WRLCK, 10 * n, 5) == 0)
		n++;
	ok(n > 1 && errno == ENOLCK, "no more locks (%d)", n);
	least = 0;
	sysctlbyname("kern.maxlocks", NULL, NULL, &least, sizeof(least));
	ok(set(fd, F_UNLCK, 2, 1) == -1 && errno == ENOLCK,
	    "none for the second half of one");
	ok(set(fd, F_UNLCK, 3, 9) == 0 && SEEN(fd, F_WRLCK, 0, 10, "w 0 3") &&
		SEEN(fd, F_WRLCK, 10, 5, "w 12 3"),
	    "parts are given back");
	ok(set(fd, F_UNLCK, 0, 0) == 0 && SEEN(fd, F_WRLCK, 0, 0, "free"),
	    "and all of them");
	sysctlbyname("kern.maxlocks", NULL, NULL, &most, sizeof(most));
}

int
main(void)
{
	int fd = open(FILENAME, O_CREAT | O_RDWR | O_TRUNC, 0644);

	if (fd == -1)
		err(1, FILENAME);
	test_ranges(fd);
	test_whence(fd);
	test_fifo();
	test_errors(fd);
	test_owner(fd);
	test_sharers(fd);
	test_flock();
	test_open();
	test_wait(fd);
	test_deadlock(fd, 2);
	test_deadlock(fd, 5);
	test_turns(fd, 0);
	test_turns(fd, 1);
	test_peers();
	test_limit(fd);
	close(fd);
	unlink(FILENAME);
	return (tap_done());
}
