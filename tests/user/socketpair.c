/*
 * Socket pairs: streams and datagrams, their ends, and descriptors that are
 * passed through them.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	BIG	50000			/* more than there is room for */

#define FAILS(call, e) ((call) == -1 && errno == (e))

static char	big[BIG], back[BIG];

static void
stream_pair(int *s)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1)
		err(1, "socketpair");
}

static void
dgram_pair(int *s)
{
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == -1)
		err(1, "socketpair");
}

static void
close_pair(int *s)
{
	close(s[0]);
	close(s[1]);
}

static int
events(int fd, int asked)
{
	struct pollfd pfd = { .fd = fd, .events = asked };

	poll(&pfd, 1, 0);
	return (pfd.revents);
}

static void
test_make(void)
{
	int s[2], value = -1, pipes[2];
	socklen_t len = sizeof(value);
	struct stat sb;

	ok(FAILS(socketpair(AF_INET, SOCK_STREAM, 0, s), EAFNOSUPPORT) &&
		FAILS(socketpair(AF_UNIX, SOCK_STREAM, 77, s),
		    EPROTONOSUPPORT) &&
		FAILS(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), EPROTOTYPE) &&
		FAILS(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)16), EFAULT),
	    "what socketpair refuses");
	stream_pair(s);
	pipe(pipes);
	ok(fstat(s[0], &sb) == 0 && S_ISSOCK(sb.st_mode) &&
		FAILS(lseek(s[0], 0, SEEK_SET), ESPIPE) &&
		FAILS(ftruncate(s[0], 0), EINVAL),
	    "a socket is one");
	ok(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, &len) == 0 &&
		value == SOCK_STREAM && len == sizeof(value) &&
		getsockopt(s[0], SOL_SOCKET, SO_ERROR, &value, &len) == 0 &&
		value == 0 &&
		FAILS(getsockopt(s[0], 5, SO_TYPE, &value, &len),
		    ENOPROTOOPT) &&
		FAILS(getsockopt(s[0], SOL_SOCKET, 0x7777, &value, &len),
		    ENOPROTOOPT) &&
		FAILS(getsockopt(s[0], SOL_SOCKET, SO_TYPE, NULL, &len),
		    EFAULT) &&
		FAILS(getsockopt(pipes[0], SOL_SOCKET, SO_TYPE, &value, &len),
		    ENOTSOCK),
	    "getsockopt");
	ok(FAILS(send(pipes[1], "x", 1, 0), ENOTSOCK) &&
		FAILS(recv(pipes[0], back, 1, 0), ENOTSOCK) &&
		FAILS(shutdown(pipes[0], SHUT_RD), ENOTSOCK) &&
		FAILS(send(99, "x", 1, 0), EBADF) &&
		FAILS(shutdown(s[0], 3), EINVAL) &&
		FAILS(send(s[0], "x", 1, MSG_OOB), EOPNOTSUPP) &&
		FAILS(recv(s[0], back, 1, MSG_OOB), EOPNOTSUPP) &&
		FAILS(sendto(s[0], "x", 1, 0, (struct sockaddr *)back, 16),
		    EISCONN) &&
		FAILS(send(s[0], (char *)16, 1, 0), EFAULT) &&
		FAILS(sendmsg(s[0], (struct msghdr *)16, 0), EFAULT) &&
		FAILS(recvmsg(s[0], (struct msghdr *)16, 0), EFAULT),
	    "wrong arguments");
	close_pair(pipes);
	close_pair(s);
}

static void
test_stream(void)
{
	int i, n, s[2], sum = 0;
	pid_t pid;

	stream_pair(s);
	ok(write(s[0], "abc", 3) == 3 && write(s[1], "xy", 2) == 2 &&
		read(s[1], back, 2) == 2 && memcmp(back, "ab", 2) == 0 &&
		write(s[0], "de", 2) == 2 && read(s[1], back, 10) == 3 &&
		memcmp(back, "cde", 3) == 0 && read(s[0], back, 10) == 2 &&
		memcmp(back, "xy", 2) == 0,
	    "stream: both ways, without borders");
	ok(FAILS(recv(s[0], back, 1, MSG_DONTWAIT), EAGAIN) &&
		send(s[1], "pq", 2, 0) == 2 &&
		recv(s[0], back, 5, MSG_PEEK) == 2 &&
		recv(s[0], back, 1, 0) == 1 && back[0] == 'p',
	    "stream: MSG_DONTWAIT, MSG_PEEK");
	read(s[0], back, 1);
	for (i = 0; i < BIG; i++)
		big[i] = i * 7 + i / 251;
	pid = must_fork();
	if (pid == 0)
		_exit(write(s[0], big, BIG) != BIG);
	close(s[0]);
	while ((n = read(s[1], back + sum, 1 + sum % 3001)) > 0)
		sum += n;
	ok(sum == BIG && memcmp(big, back, BIG) == 0 && n == 0 &&
		ended_well(pid),
	    "stream: more than there is room for, then the end");
	close(s[1]);
	stream_pair(s);
	fcntl(s[0], F_SETFL, O_NONBLOCK);
	for (sum = 0; (n = write(s[0], big, 1000)) > 0; sum += n)
		continue;
	ok(n == -1 && errno == EAGAIN && sum >= 8192 && sum < BIG &&
		events(s[0], POLLOUT) == 0,
	    "stream: full at %d", sum);
	while (read(s[1], back, 4096) == 4096)
		continue;
	ok(events(s[0], POLLOUT) == POLLOUT, "stream: and empty again");
	pid = must_fork();
	if (pid == 0) {
		wait_asleep(getppid(), "sorecv");
		write(s[0], "1", 1);
		wait_asleep(getppid(), "sorecv");
		write(s[0], "23", 2);
		_exit(0);
	}
	ok(recv(s[1], back, 3, MSG_WAITALL) == 3 &&
		memcmp(back, "123", 3) == 0 && ended_well(pid),
	    "stream: MSG_WAITALL");
	close_pair(s);
}

static void
test_dgram(void)
{
	struct iovec iov = { back, 2 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int i, s[2];

	dgram_pair(s);
	ok(write(s[0], "abc", 3) == 3 && write(s[0], "", 0) == 0 &&
		write(s[0], "de", 2) == 2 && read(s[1], back, 10) == 3 &&
		read(s[1], back, 10) == 0 && read(s[1], back, 10) == 2,
	    "datagrams have borders");
	write(s[0], "abc", 3);
	write(s[0], "z", 1);
	ok(recvmsg(s[1], &msg, 0) == 2 && msg.msg_flags == MSG_TRUNC &&
		recvmsg(s[1], &msg, 0) == 1 && msg.msg_flags == 0 &&
		back[0] == 'z',
	    "what does not fit is lost, and said");
	msg = (struct msghdr){ .msg_iov = NULL };
	write(s[0], "abc", 3);
	ok(sendmsg(s[0], &msg, 0) == 0 && recvmsg(s[1], &msg, 0) == 0 &&
		msg.msg_flags == MSG_TRUNC && recvmsg(s[1], &msg, 0) == 0 &&
		msg.msg_flags == 0 &&
		FAILS(recv(s[1], back, 1, MSG_DONTWAIT), EAGAIN),
	    "no iovec: an empty datagram, and none of one");
	ok(FAILS(write(s[0], big, 2049), EMSGSIZE) &&
		write(s[0], big, 2048) == 2048 &&
		read(s[1], back, 4096) == 2048,
	    "EMSGSIZE");
	for (i = 0; write(s[0], big, 1000) == 1000; i++)
		continue;
	ok(errno == ENOBUFS && i > 3, "ENOBUFS");
	close(s[0]);
	for (; i > 0; i--)
		read(s[1], back, 1000);
	ok(FAILS(read(s[1], back, 10), ECONNRESET) &&
		FAILS(write(s[1], "x", 1), ECONNRESET),
	    "ECONNRESET");
	close(s[1]);
}

static void
test_ends(void)
{
	int s[2], status;
	pid_t pid;

	stream_pair(s);
	write(s[0], "x", 1);
	close(s[0]);
	ok(read(s[1], back, 10) == 1 && read(s[1], back, 10) == 0 &&
		(events(s[1], POLLIN) & (POLLIN | POLLHUP)) ==
		    (POLLIN | POLLHUP),
	    "the end comes behind the data");
	pid = must_fork();
	if (pid == 0) {
		signal(SIGPIPE, SIG_DFL);
		send(s[1], "x", 1, MSG_NOSIGNAL);
		send(s[1], "x", 1, 0);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(FAILS(send(s[1], "x", 1, MSG_NOSIGNAL), EPIPE) &&
		WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE,
	    "EPIPE, SIGPIPE, MSG_NOSIGNAL");
	close(s[1]);
	stream_pair(s);
	write(s[0], "x", 1);
	ok(shutdown(s[0], SHUT_WR) == 0 && read(s[1], back, 5) == 1 &&
		read(s[1], back, 5) == 0 &&
		FAILS(send(s[0], "x", 1, MSG_NOSIGNAL), EPIPE) &&
		write(s[1], "y", 1) == 1 && read(s[0], back, 5) == 1,
	    "shutdown of one direction");
	ok(shutdown(s[0], SHUT_RD) == 0 && read(s[0], back, 1) == 0 &&
		FAILS(send(s[1], "x", 1, MSG_NOSIGNAL), EPIPE),
	    "shutdown of the other");
	close_pair(s);
	stream_pair(s);
	pid = must_fork();
	if (pid == 0) {
		close(s[1]);
		_exit(read(s[0], back, 1) != 0);
	}
	wait_asleep(pid, "sorecv");
	close_pair(s);
	ok(ended_well(pid), "a reader that waits sees the end");
	stream_pair(s);
	pid = must_fork();
	if (pid == 0) {
		alarm(5);
		close(s[1]);
		_exit(poll(&(struct pollfd){ .fd = s[0] }, 1, -1) != 1);
	}
	close(s[0]);
	wait_asleep(pid, "select");
	close(s[1]);
	ok(ended_well(pid), "who polls for nothing is told of the end");
}

/*
 * Passing.  Send n descriptors with the text; receive as many as there is
 * room for.
 */
static int
pass(int s, const int *fds, int n, const char *text)
{
	union {
		struct cmsghdr cm;
		char room[CMSG_SPACE(80 * sizeof(int))];
	} control;
	struct iovec iov = { (char *)(uintptr_t)text,
		text != NULL ? strlen(text) : 0 };
	struct msghdr msg = { .msg_iov = text != NULL ? &iov : NULL,
		.msg_iovlen = text != NULL,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	memset(&control, 0, sizeof(control));
	control.cm.cmsg_len = CMSG_LEN(n * sizeof(int));
	control.cm.cmsg_level = SOL_SOCKET;
	control.cm.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.cm), fds, n * sizeof(int));
	return (sendmsg(s, &msg, 0));
}

static int	passed_flags;		/* of the last take() */

/* How many came; -1: recvmsg has failed.  back: the data. */
static int
take(int s, int *fds, int room)
{
	union {
		struct cmsghdr cm;
		char room[CMSG_SPACE(80 * sizeof(int))];
	} control;
	struct iovec iov = { back, 100 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room > 0 ? &control : NULL,
		.msg_controllen = room > 0 ? CMSG_LEN(room * sizeof(int)) : 0 };
	struct cmsghdr *cm;
	int n;

	memset(back, 0, 100);
	if (recvmsg(s, &msg, 0) == -1)
		return (-1);
	passed_flags = msg.msg_flags;
	cm = CMSG_FIRSTHDR(&msg);
	if (cm == NULL)
		return (0);
	if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
		return (-2);
	n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(cm), n * sizeof(int));
	return (n);
}

static void
test_pass(int type)
{
	int empty[4], ends[2], got[4], s[2];
	pid_t pid;
	char c;

	if (type == SOCK_STREAM)
		stream_pair(s);
	else
		dgram_pair(s);
	/* from a child, which ends while it is on its way */
	pid = must_fork();
	if (pid == 0) {
		pipe(ends);
		write(ends[1], "in the pipe", 11);
		_exit(pass(s[0], ends, 1, "here") != 4);
	}
	ok(ended_well(pid) && take(s[1], got, 4) == 1 &&
		strcmp(back, "here") == 0 && passed_flags == 0 &&
		read(got[0], back, 20) == 11 &&
		memcmp(back, "in the pipe", 11) == 0 &&
		read(got[0], back, 20) == 0,
	    "a descriptor of a process that has ended");
	close(got[0]);
	pipe(ends);
	pass(s[0], ends, 2, "two");
	close_pair(ends);
	ok(take(s[1], got, 4) == 2 && write(got[1], "q", 1) == 1 &&
		read(got[0], &c, 1) == 1 && c == 'q' &&
		(fcntl(got[0], F_GETFL) & O_ACCMODE) == O_RDONLY,
	    "two at once, and the same open files");
	ok(type == SOCK_STREAM ||
		(pass(s[0], &got[0], 1, NULL) == 0 &&
		    take(s[1], empty, 4) == 1 && back[0] == '\0' &&
		    close(empty[0]) == 0),
	    "with nothing else");
	/* not wanted: closed */
	pass(s[0], &got[1], 1, "x");
	close(got[1]);
	ok(FAILS(fcntl(got[1], F_GETFD), EBADF) && take(s[1], got, 0) == 0 &&
		passed_flags == MSG_CTRUNC && read(got[0], &c, 1) == 0,
	    "no room for control data: closed");
	close(got[0]);
	pipe(ends);
	pass(s[0], &ends[1], 1, "x");
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	ok(FAILS(read(ends[0], &c, 1), EAGAIN) && read(s[1], back, 10) == 1 &&
		read(ends[0], &c, 1) == 0,
	    "read takes the data and closes the rest");
	close(ends[0]);
	pipe(ends);
	pass(s[0], &ends[1], 1, "x");
	close(ends[1]);
	close(s[1]);
	ok(read(ends[0], &c, 1) == 0,
	    "the receiver's end closes those under way");
	close(ends[0]);
	close(s[0]);
}

static void
test_pass_order(void)
{
	int fds[2] = { 0, 1 }, got[4], s[2];

	stream_pair(s);
	write(s[0], "ab", 2);
	pass(s[0], fds, 1, "cd");
	write(s[0], "ef", 2);
	pass(s[0], fds, 2, "gh");
	ok(read(s[1], back, 1) == 1 && take(s[1], got, 4) == 0 &&
		strcmp(back, "b") == 0 && take(s[1], got, 4) == 1 &&
		strcmp(back, "cd") == 0,
	    "stream: they come with the first byte sent with them");
	close(got[0]);
	ok(take(s[1], got, 4) == 0 && strcmp(back, "ef") == 0 &&
		take(s[1], got, 4) == 2 && strcmp(back, "gh") == 0,
	    "stream: and with no other");
	close_pair(got);
	close_pair(s);
}

static void
test_pass_errors(void)
{
	int fds[80] = { 0 }, got[4], i, s[2], top;
	struct cmsghdr cm = { sizeof(cm), SOL_SOCKET, 77 };
	struct iovec iov = { "x", 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &cm,
		.msg_controllen = sizeof(cm) };

	stream_pair(s);
	ok(FAILS(sendmsg(s[0], &msg, 0), EINVAL) &&
		(cm.cmsg_type = SCM_RIGHTS, cm.cmsg_len = 99,
		    FAILS(sendmsg(s[0], &msg, 0), EINVAL)) &&
		(cm.cmsg_len = 4, FAILS(sendmsg(s[0], &msg, 0), EINVAL)) &&
		(msg.msg_controllen = 5000,
		    FAILS(sendmsg(s[0], &msg, 0), EINVAL)) &&
		(msg.msg_controllen = sizeof(cm), msg.msg_control = (void *)16,
		    FAILS(sendmsg(s[0], &msg, 0), EFAULT)) &&
		FAILS(pass(s[0], fds, 65, "x"), EINVAL),
	    "control data that make no sense");
	fds[1] = 99;
	ok(FAILS(pass(s[0], fds, 2, "x"), EBADF) &&
		FAILS(recv(s[1], back, 1, MSG_DONTWAIT), EAGAIN),
	    "a descriptor that is none: nothing is sent");
	fds[1] = 0;
	ok(pass(s[0], fds, 64, "x") == 1, "64 are passed");
	/* no room for them: the table is full but for one */
	for (top = s[1]; (i = dup(0)) != -1; top = i)
		continue;
	close(top);
	ok(errno == EMFILE && FAILS(take(s[1], got, 70), EMSGSIZE) &&
		dup(0) == top && FAILS(dup(0), EMFILE),
	    "no descriptors left: EMSGSIZE, and none is used up");
	for (i = s[1] + 1; i <= top; i++)
		close(i);
	close_pair(s);
}

/*
 * Sockets through sockets.  What would be a circle is refused, and all is
 * gone when nobody has it: the leak check says so.
 */
static void
test_circles(void)
{
	int a[2], b[2], c[2], got[4], kq;

	stream_pair(a);
	stream_pair(b);
	stream_pair(c);
	ok(pass(a[0], &b[0], 1, "x") == 1 && take(a[1], got, 4) == 1 &&
		write(got[0], "q", 1) == 1 && read(b[1], back, 1) == 1,
	    "a socket through a socket");
	close(got[0]);
	ok(FAILS(pass(a[0], &a[1], 1, "x"), ETOOMANYREFS), "not to itself");
	ok(pass(a[0], &b[1], 1, "x") == 1 &&
		FAILS(pass(b[0], &a[1], 1, "x"), ETOOMANYREFS),
	    "not two to each other");
	ok(FAILS(pass(b[0], &c[1], 1, "x"), ETOOMANYREFS) &&
		FAILS(pass(c[0], &a[1], 1, "x"), ETOOMANYREFS),
	    "nor in a chain");
	kq = kqueue();
	ok(FAILS(pass(b[0], &kq, 1, "x"), EOPNOTSUPP) && close(kq) == 0,
	    "a queue of events is not passed");
	ok(take(a[1], got, 4) == 1 && pass(b[0], &a[1], 1, "x") == 1,
	    "when it has arrived, it may");
	close(got[0]);
	close_pair(b);
	close_pair(c);
	/* its own end, to nobody who will read it */
	ok(pass(a[0], &a[0], 1, "x") == 1, "the sender's own end");
	close_pair(a);
}

/* Many processes hand descriptors round while ends close. */
static void
test_race(void)
{
	enum { ROUNDS = 60 };
	int ends[2], got[4], i, s[2], bad = 0;
	pid_t pid;
	char c;

	for (i = 0; i < ROUNDS; i++) {
		stream_pair(s);
		pid = must_fork();
		if (pid == 0) {
			close(s[1]);
			pipe(ends);
			pass(s[0], ends, 2, "x");
			close_pair(ends);
			write(s[0], "y", 1);
			_exit(0);
		}
		close(s[0]);
		if (i % 3 != 0) {
			if (take(s[1], got, 4) == 2) {
				bad += write(got[1], "z", 1) != 1 ||
				    read(got[0], &c, 1) != 1;
				close_pair(got);
			} else {
				bad++;
			}
		}
		close(s[1]);
		waitpid(pid, NULL, 0);
	}
	ok(bad == 0, "passing while ends close");
}

static ssize_t
received(int s, char *first, char *second)
{
	struct iovec iov[2] = { { first, 3 }, { second, 3 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	return (recvmsg(s, &msg, MSG_DONTWAIT));
}

/* Memory that is not there: nothing is sent that was not, nor lost. */
static void
test_faults(int type)
{
	static char there[4];
	char *nowhere = (char *)8;
	struct iovec iov[2] = { { there, 3 }, { nowhere, 3 } };
	const char *what = type == SOCK_STREAM ? "stream" : "datagrams";
	int ends[2], got[4], s[2];

	socketpair(AF_UNIX, type, 0, s);
	ok(FAILS(writev(s[0], iov, 2), EFAULT) &&
		FAILS(recv(s[1], back, 9, MSG_DONTWAIT), EAGAIN),
	    "%s: a piece that is not there is sent with none", what);
	send(s[0], "aaa", 3, 0);
	send(s[0], "bbb", 3, 0);
	if (type == SOCK_STREAM)
		ok(received(s[1], there, nowhere) == 3 &&
			memcmp(there, "aaa", 3) == 0,
		    "%s: what has been received is told", what);
	else
		ok(FAILS(received(s[1], nowhere, there), EFAULT) &&
			received(s[1], there, nowhere) == 3 &&
			memcmp(there, "aaa", 3) == 0,
		    "%s: what could not be received stays", what);
	ok(FAILS(recv(s[1], nowhere, 3, 0), EFAULT) &&
		FAILS(recvfrom(s[1], back, 3, 0, NULL, (socklen_t *)8),
		    EFAULT) &&
		recv(s[1], back, 9, 0) == 3 && memcmp(back, "bbb", 3) == 0,
	    "%s: and what could not be at all", what);
	pipe(ends);
	pass(s[0], ends, 2, "with");
	close_pair(ends);
	ok(FAILS(recv(s[1], nowhere, 9, 0), EFAULT) && take(s[1], got, 2) == 2,
	    "%s: descriptors, too", what);
	close_pair(got);
	close_pair(s);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_make();
	test_stream();
	test_dgram();
	test_ends();
	test_pass(SOCK_STREAM);
	test_pass(SOCK_DGRAM);
	test_pass_order();
	test_pass_errors();
	test_faults(SOCK_STREAM);
	test_faults(SOCK_DGRAM);
	test_circles();
	test_race();
	return (tap_done());
}
