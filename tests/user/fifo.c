/*
 * FIFOs: making them, the rules of open, the end of either side, and what
 * they have in common with files and with pipes.
 */
#include <sys/types.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	FIFO	"/tmp/fifo"
#define	STRANGER 1001

#define FAILS(call, e) ((call) == -1 && errno == (e))

static void
test_make(void)
{
	char name[300];
	struct stat sb;
	mode_t mask = umask(022);
	pid_t pid;

	unlink(FIFO);
	ok(mkfifo(FIFO, 0666) == 0 && stat(FIFO, &sb) == 0 &&
		S_ISFIFO(sb.st_mode) && (sb.st_mode & 07777) == 0644 &&
		sb.st_size == 0,
	    "mkfifo, less the umask");
	umask(mask);
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	ok(FAILS(mkfifo(FIFO, 0666), EEXIST) &&
		FAILS(mkfifo("/none/fifo", 0666), ENOENT) &&
		FAILS(mkfifo(FIFO "/x", 0666), ENOTDIR) &&
		FAILS(mkfifo("/proc/fifo", 0666), EROFS) &&
		FAILS(mkfifo(name, 0666), ENAMETOOLONG) &&
		FAILS(mkfifo((char *)16, 0666), EFAULT) &&
		FAILS(mknod("/tmp/dev", S_IFIFO | 0666, 1), EINVAL) &&
		FAILS(mknod("/tmp/dev", S_IFREG | 0666, 0), EINVAL) &&
		FAILS(mknod("/tmp/dev", S_IFDIR | 0666, 0), EINVAL),
	    "what mkfifo and mknod refuse");
	pid = must_fork();
	if (pid == 0)
		_exit(!(setuid(STRANGER) == 0 &&
		    FAILS(mknod("/tmp/dev", S_IFCHR | 0666, makedev(1, 1)),
			EPERM) &&
		    FAILS(mkfifo("/fifo", 0666), EACCES) &&
		    FAILS(open(FIFO, O_RDWR), EACCES) &&
		    FAILS(open(FIFO, O_WRONLY | O_NONBLOCK), EACCES) &&
		    mknod("/tmp/fifo2", S_IFIFO | 0600, 0) == 0 &&
		    unlink("/tmp/fifo2") == 0));
	ok(ended_well(pid), "what others may");
}

static void
test_nonblock(void)
{
	int rd, wr;
	char c;

	ok(FAILS(open(FIFO, O_WRONLY | O_NONBLOCK), ENXIO),
	    "O_NONBLOCK: a writer needs a reader");
	rd = open(FIFO, O_RDONLY | O_NONBLOCK);
	ok(rd != -1 && read(rd, &c, 1) == 0, "O_NONBLOCK: a reader does not");
	wr = open(FIFO, O_WRONLY | O_NONBLOCK);
	ok(wr != -1 && FAILS(read(rd, &c, 1), EAGAIN) &&
		write(wr, "x", 1) == 1 && read(rd, &c, 1) == 1 && c == 'x',
	    "bytes go through");
	ok(FAILS(read(wr, &c, 1), EBADF) && FAILS(write(rd, "x", 1), EBADF),
	    "each in its direction only");
	close(wr);
	ok(read(rd, &c, 1) == 0, "the end of the file without a writer");
	wr = open(FIFO, O_WRONLY);
	write(wr, "yz", 2);
	ok(read(rd, &c, 1) == 1 && c == 'y', "another writer");
	close(rd);
	signal(SIGPIPE, SIG_IGN);
	ok(FAILS(write(wr, "x", 1), EPIPE), "EPIPE without a reader");
	signal(SIGPIPE, SIG_DFL);
	close(wr);
	rd = open(FIFO, O_RDWR);
	fcntl(rd, F_SETFL, O_NONBLOCK);
	ok(rd != -1 && FAILS(read(rd, &c, 1), EAGAIN),
	    "O_RDWR does not wait; what nobody has read is gone");
	ok(write(rd, "q", 1) == 1 && read(rd, &c, 1) == 1 && c == 'q',
	    "O_RDWR is both sides");
	close(rd);
}

/* A child that opens it so, and says so before and after. */
static pid_t
opener(int flags, int *ends)
{
	pid_t pid;
	char c;
	int fd;

	pipe(ends);
	pid = must_fork();
	if (pid == 0) {
		write(ends[1], "b", 1);
		fd = open(FIFO, flags);
		write(ends[1], fd != -1 ? "o" : "e", 1);
		if (flags == O_RDONLY)
			_exit(!(read(fd, &c, 1) == 1 && c == 'm' &&
			    read(fd, &c, 1) == 0));
		_exit(write(fd, "m", 1) != 1);
	}
	read(ends[0], &c, 1);
	return (pid);
}

static int
waits(int *ends)
{
	struct pollfd pfd = { .fd = ends[0], .events = POLLIN };

	return (poll(&pfd, 1, 20) == 0);
}

static void
test_block(void)
{
	int ends[2], fd, good;
	pid_t pid;
	char c;

	pid = opener(O_RDONLY, ends);
	good = waits(ends);
	fd = open(FIFO, O_WRONLY);
	good = good && read(ends[0], &c, 1) == 1 && c == 'o';
	write(fd, "m", 1);
	close(fd);
	ok(ended_well(pid) && good, "a reader waits for a writer");
	close(ends[0]);
	close(ends[1]);

	pid = opener(O_WRONLY, ends);
	good = waits(ends);
	fd = open(FIFO, O_RDONLY);
	good = good && read(ends[0], &c, 1) == 1 && c == 'o';
	ok(good && read(fd, &c, 1) == 1 && c == 'm' && read(fd, &c, 1) == 0 &&
		ended_well(pid),
	    "a writer waits for a reader");
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

/* A writer is counted, though it has gone before the reader runs. */
static void
test_short_writer(void)
{
	int ends[2], fd;
	pid_t pid;

	pid = opener(O_RDONLY, ends);
	for (;;) {
		kill(pid, SIGSTOP);
		waitpid(pid, NULL, WUNTRACED);
		fd = open(FIFO, O_WRONLY | O_NONBLOCK);
		if (fd != -1 || errno != ENXIO)
			break;
		kill(pid, SIGCONT);
		sched_yield();
	}
	write(fd, "m", 1);
	close(fd);
	kill(pid, SIGCONT);
	ok(ended_well(pid), "a writer that has gone again lets a reader go on");
	close(ends[0]);
	close(ends[1]);
}

static void
test_killed_opener(void)
{
	pid_t pid;
	int status;

	pid = must_fork();
	if (pid == 0) {
		ualarm(20000, 0);
		open(FIFO, O_RDONLY);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM &&
		FAILS(open(FIFO, O_WRONLY | O_NONBLOCK), ENXIO),
	    "who is killed while he waits is no reader");
}

static int
events(int fd, int asked)
{
	struct pollfd pfd = { .fd = fd, .events = asked };

	poll(&pfd, 1, 0);
	return (pfd.revents);
}

static void
test_poll(void)
{
	int rd = open(FIFO, O_RDONLY | O_NONBLOCK), wr;
	int fresh, empty, full, gone, writer, no_reader;
	char c;

	fresh = events(rd, POLLIN);
	wr = open(FIFO, O_WRONLY);
	empty = events(rd, POLLIN);
	writer = events(wr, POLLOUT);
	write(wr, "x", 1);
	full = events(rd, POLLIN);
	read(rd, &c, 1);
	close(wr);
	gone = events(rd, POLLIN);
	ok(fresh == 0 && empty == 0 && full == POLLIN && writer == POLLOUT &&
		(gone & POLLHUP) != 0,
	    "poll: nothing, nothing, a byte, the end");
	wr = open(FIFO, O_WRONLY);
	close(rd);
	no_reader = events(wr, POLLOUT);
	close(wr);
	ok((no_reader & POLLHUP) != 0, "poll: no reader");
	wr = open(FIFO, O_RDWR);
	empty = events(wr, POLLIN | POLLOUT);
	write(wr, "x", 1);
	full = events(wr, POLLIN | POLLOUT);
	close(wr);
	ok(empty == POLLOUT && full == (POLLIN | POLLOUT), "poll: both sides");
}

/* What it has of a file. */
static void
test_file(void)
{
	int fd = open(FIFO, O_RDWR), other = open(FIFO, O_RDWR);
	struct stat a, b;
	pid_t pid;
	char c;

	ok(fstat(fd, &a) == 0 && stat(FIFO, &b) == 0 && a.st_ino == b.st_ino &&
		a.st_dev == b.st_dev && S_ISFIFO(a.st_mode),
	    "fstat is of the name");
	ok(fchmod(fd, 0600) == 0 && stat(FIFO, &b) == 0 &&
		(b.st_mode & 0777) == 0600,
	    "fchmod");
	ok(FAILS(lseek(fd, 0, SEEK_SET), ESPIPE) &&
		FAILS(pread(fd, &c, 1, 0), ESPIPE) &&
		FAILS(ftruncate(fd, 0), EINVAL),
	    "no offset and no length");
	ok(flock(fd, LOCK_EX) == 0 &&
		FAILS(flock(other, LOCK_SH | LOCK_NB), EWOULDBLOCK) &&
		close(fd) == 0 && flock(other, LOCK_SH | LOCK_NB) == 0,
	    "flock");
	close(other);
	fd = open(FIFO, O_RDONLY | O_NONBLOCK);
	other = open(FIFO, O_WRONLY);
	pid = must_fork();
	if (pid == 0)
		_exit(0);
	ended_well(pid);
	ok(FAILS(read(fd, &c, 1), EAGAIN), "a child's end is not the writer's");
	unlink(FIFO);
	ok(write(other, "x", 1) == 1 && read(fd, &c, 1) == 1 && c == 'x' &&
		FAILS(open(FIFO, O_RDWR), ENOENT),
	    "it works on without a name");
	close(fd);
	close(other);
	mkfifo(FIFO, 0666);
}

/* Two meet at it again and again, and part. */
static void
test_meetings(void)
{
	enum { ROUNDS = 100 };
	int ack[2], fd, good = 0, i;
	pid_t pid;
	char c;

	pipe(ack);
	pid = must_fork();
	if (pid == 0) {
		for (i = 0; i < ROUNDS; i++) {
			fd = open(FIFO, O_WRONLY);
			c = i;
			if (write(fd, &c, 1) != 1 || read(ack[0], &c, 1) != 1)
				_exit(1);
			close(fd);
			read(ack[0], &c, 1);
		}
		_exit(0);
	}
	for (i = 0; i < ROUNDS; i++) {
		fd = open(FIFO, O_RDONLY);
		good += read(fd, &c, 1) == 1 && c == i;
		write(ack[1], "r", 1);
		good += read(fd, &c, 1) == 0;
		close(fd);
		write(ack[1], "c", 1);
	}
	ok(ended_well(pid) && good == 2 * ROUNDS, "meetings");
	close(ack[0]);
	close(ack[1]);
}

int
main(void)
{
	test_make();
	test_nonblock();
	test_block();
	test_short_writer();
	test_killed_opener();
	test_poll();
	test_file();
	test_meetings();
	unlink(FIFO);
	return (tap_done());
}
