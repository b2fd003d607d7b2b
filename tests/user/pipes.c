/*
 * Pipes, select and poll between processes, and signals that end a sleep.
 */
#include <sys/types.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
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

static volatile int	caught;

static void
handler(int sig)
{
	caught = sig;
}

static long
elapsed_ms(const struct timeval *since)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return ((now.tv_sec - since->tv_sec) * 1000 +
	    (now.tv_usec - since->tv_usec) / 1000);
}

/* Many writers of up to PIPE_BUF: no piece is torn. */
static void
test_atomic(void)
{
	enum { WRITERS = 4, ROUNDS = 100 };
	char buf[512];
	int ends[2], good = 0, torn = 0, i, r, w;

	pipe(ends);
	for (w = 0; w < WRITERS; w++) {
		if (fork() == 0) {
			close(ends[0]);
			memset(buf, 'a' + w, sizeof(buf));
			for (r = 0; r < ROUNDS; r++)
				write(ends[1], buf, sizeof(buf));
			_exit(0);
		}
	}
	close(ends[1]);
	for (;;) {
		for (i = 0; i < 512; i += r) {
			r = read(ends[0], buf + i, 512 - i);
			if (r <= 0)
				break;
		}
		if (i < 512)
			break;
		for (i = 1; i < 512 && buf[i] == buf[0]; i++)
			continue;
		if (i == 512)
			good++;
		else
			torn++;
	}
	while (wait(NULL) > 0)
		continue;
	close(ends[0]);
	ok(good == WRITERS * ROUNDS && torn == 0,
	    "writes of PIPE_BUF are "
	    "atomic (%d good, %d torn)",
	    good, torn);
}

static void
test_sigpipe(void)
{
	int ends[2], status;

	pipe(ends);
	close(ends[0]);
	if (fork() == 0) {
		signal(SIGPIPE, SIG_DFL);
		write(ends[1], "x", 1);
		_exit(0);
	}
	wait(&status);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE, "SIGPIPE");
	signal(SIGPIPE, SIG_IGN);
	ok(write(ends[1], "x", 1) == -1 && errno == EPIPE, "EPIPE");
	signal(SIGPIPE, SIG_DFL);
	close(ends[1]);
}

/* A read that a signal ends; with SA_RESTART it goes on. */
static void
test_interrupt(void)
{
	struct sigaction sa;
	int ends[2];
	char c;
	pid_t pid;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sigaction(SIGUSR1, &sa, NULL);
	pipe(ends);
	pid = signal_asleep(SIGUSR1, "piperd");
	ok(read(ends[0], &c, 1) == -1 && errno == EINTR && caught == SIGUSR1,
	    "a signal ends a read");
	waitpid(pid, NULL, 0);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &sa, NULL);
	caught = 0;
	pid = fork();
	if (pid == 0) {
		wait_asleep(getppid(), "piperd");
		kill(getppid(), SIGUSR1);
		wait_asleep(getppid(), "piperd");
		write(ends[1], "z", 1);
		_exit(0);
	}
	ok(read(ends[0], &c, 1) == 1 && c == 'z' && caught == SIGUSR1,
	    "SA_RESTART goes on");
	waitpid(pid, NULL, 0);
	pid = signal_asleep(SIGUSR1, "select");
	ok(poll(NULL, 0, 5000) == -1 && errno == EINTR, "poll ends always");
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static void
test_select(void)
{
	struct timeval tv = { 0, 100000 }, start;
	fd_set in, out;
	int ends[2];
	long ms;

	pipe(ends);
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	gettimeofday(&start, NULL);
	ok(select(ends[0] + 1, &in, NULL, NULL, &tv) == 0 &&
		!FD_ISSET(ends[0], &in),
	    "select: nothing in time");
	ms = elapsed_ms(&start);
	ok(ms >= 99 && ms < 2000, "and it waits so long (%ld ms)", ms);
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(ends[0], &in);
	FD_SET(ends[1], &out);
	ok(select(ends[1] + 1, &in, &out, NULL, NULL) == 1 &&
		FD_ISSET(ends[1], &out) && !FD_ISSET(ends[0], &in),
	    "writable");
	if (fork() == 0) {
		wait_asleep(getppid(), "select");
		write(ends[1], "x", 1);
		_exit(0);
	}
	FD_ZERO(&in);
	FD_SET(ends[0], &in);
	ok(select(ends[0] + 1, &in, NULL, NULL, NULL) == 1 &&
		FD_ISSET(ends[0], &in),
	    "woken by a write");
	wait(NULL);
	close(ends[0]);
	ok(select(ends[0] + 1, &in, NULL, NULL, &tv) == -1 && errno == EBADF,
	    "EBADF");
	ok(select(-1, NULL, NULL, NULL, &tv) == -1 && errno == EINVAL,
	    "a negative number");
	tv.tv_usec = 1000000;
	ok(select(0, NULL, NULL, NULL, &tv) == -1 && errno == EINVAL,
	    "a time that is none");
	close(ends[1]);
}

static void
test_poll(void)
{
	struct pollfd p[3];
	pid_t pids[3];
	int ends[2], i;

	pipe(ends);
	p[0].fd = ends[0];
	p[0].events = POLLIN;
	p[1].fd = -5;
	p[1].events = POLLIN;
	p[2].fd = 63;
	p[2].events = POLLOUT;
	ok(poll(p, 3, 0) == 1 && p[0].revents == 0 && p[1].revents == 0 &&
		p[2].revents == POLLNVAL,
	    "poll: POLLNVAL and negative ones");
	/* several processes wait for one pipe: all are woken */
	for (i = 0; i < 3; i++) {
		pids[i] = must_fork();
		if (pids[i] == 0)
			_exit(poll(p, 1, 5000) == 1 && p[0].revents == POLLIN ?
				0 :
				1);
	}
	for (i = 0; i < 3; i++)
		wait_asleep(pids[i], "select");
	write(ends[1], "x", 1);
	for (i = 0; i < 3; i++) {
		int status;

		wait(&status);
		if (status != 0)
			break;
	}
	ok(i == 3, "three that wait for one pipe");
	close(ends[1]);
	ok(poll(p, 1, -1) == 1 && p[0].revents == (POLLIN | POLLHUP),
	    "POLLHUP with data");
	close(ends[0]);
}

static void
test_bulk(void)
{
	static char buf[100000];
	unsigned sum = 0, want = 0;
	int ends[2], n;
	size_t i;

	for (i = 0; i < sizeof(buf); i++)
		want += buf[i] = i * 31 + i / 256;
	pipe(ends);
	if (fork() == 0) {
		close(ends[0]);
		_exit(write(ends[1], buf, sizeof(buf)) == sizeof(buf) ? 0 : 1);
	}
	close(ends[1]);
	memset(buf, 0, sizeof(buf));
	while ((n = read(ends[0], buf, 777)) > 0)
		while (n-- > 0)
			sum += buf[n];
	wait(&n);
	ok(sum == want && n == 0, "100000 bytes through a pipe");
	close(ends[0]);
}

/* A stream of bytes, each a function of its place in it. */
static void
put(char *buf, unsigned at, size_t n)
{
	while (n-- > 0)
		*buf++ = at++ * 37 >> 3;
}

static int
got(const char *buf, unsigned at, size_t n)
{
	char want;

	for (; n-- > 0; at++) {
		put(&want, at, 1);
		if (*buf++ != want)
			return (0);
	}
	return (1);
}

/*
 * Few bytes at a time, of all lengths, so often that they go around the ring
 * at each of its places, into memory whose page is not there yet.
 */
static void
test_short(void)
{
	unsigned in = 0, out = 0, wrong = 0, turn;
	int ends[2], left, n;
	char buf[600], *page;

	pipe(ends);
	for (turn = 0; turn < 3000; turn++) {
		n = 1 + turn * 7 % sizeof(buf);
		put(buf, in, n);
		wrong += write(ends[1], buf, n) != n;
		in += n;
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE, -1, 0);
		while (in - out > (turn % 3) * 600) {
			left = in - out;
			n = 1 + turn * 11 % sizeof(buf);
			wrong += read(ends[0], page, n) !=
			    (n < left ? n : left);
			n = n < left ? n : left;
			wrong += !got(page, out, n);
			out += n;
		}
		munmap(page, 4096);
	}
	ok(wrong == 0, "few bytes at a time around the ring (%u wrong)", wrong);
	close(ends[0]);
	close(ends[1]);
}

/* A pipe takes what it has room for, and that comes out again. */
static void
test_full(void)
{
	char buf[300];
	unsigned in = 0, out = 0;
	int ends[2], n, turns;

	pipe(ends);
	/* So that it is not full just where the ring begins. */
	for (turns = 0; turns < 5; turns++) {
		write(ends[1], buf, sizeof(buf));
		read(ends[0], buf, sizeof(buf));
	}
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	for (turns = 0; turns < 1000; turns++) {
		put(buf, in, sizeof(buf));
		if ((n = write(ends[1], buf, sizeof(buf))) == -1)
			break;
		in += n;
	}
	ok(turns < 1000 && errno == EAGAIN, "a full pipe: EAGAIN");
	while ((n = read(ends[0], buf, 100)) > 0 && got(buf, out, n))
		out += n;
	ok(n == -1 && errno == EAGAIN && out == in,
	    "all that was written comes out (%u of %u)", out, in);
	close(ends[0]);
	close(ends[1]);
}

/* Memory that may not be used: EFAULT, and nothing has gone or come. */
static void
test_nowhere(void)
{
	int ends[2], n = 0;
	char *p;

	pipe(ends);
	p = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE,
	    -1, 0);
	memcpy(p + 4094, "ab", 2);
	mprotect(p + 4096, 4096, PROT_NONE);
	ok(write(ends[1], p + 4094, 4) == -1 && errno == EFAULT &&
		ioctl(ends[0], FIONREAD, &n) == 0 && n == 0,
	    "write from half nowhere: EFAULT, nothing written");
	write(ends[1], "wxyz", 4);
	mprotect(p, 4096, PROT_READ);
	ok(read(ends[0], p, 4) == -1 && errno == EFAULT &&
		ioctl(ends[0], FIONREAD, &n) == 0 && n == 4 && p[0] == 0,
	    "read into what may only be read: EFAULT, nothing lost");
	ok(read(ends[0], (char *)0xbfc00000, 4) == -1 && errno == EFAULT &&
		read(ends[0], (char *)0xc0100000, 4) == -1 && errno == EFAULT &&
		read(ends[0], (char *)0xfffffffe, 4) == -1 && errno == EFAULT &&
		ioctl(ends[0], FIONREAD, &n) == 0 && n == 4,
	    "read into the kernel: EFAULT");
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	test_atomic();
	test_short();
	test_full();
	test_nowhere();
	test_sigpipe();
	test_interrupt();
	test_select();
	test_poll();
	test_bulk();
	return (tap_done());
}
