/*
 * What becomes of a call that sleeps when a signal with a handler comes:
 * EINTR without SA_RESTART; with it the call goes on, or, for those that
 * docs/abi.md names, is interrupted all the same.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

static int	in[2];			/* a pipe that the call sleeps on */
static int	told[2];		/* a byte for each handler that ran */
static int	pair[2];		/* sockets, the same */
static int	master, slave;		/* of a terminal */
static int	locked[2];		/* files with a lock of this process */

#define	FLOCK_FILE	"/tmp/eintr.flock"
#define	FCNTL_FILE	"/tmp/eintr.fcntl"
#define	FIFO		"/tmp/eintr.fifo"

static void
tell(int sig)
{
	(void)sig;
	write(told[1], "", 1);
}

/* ----------------------------------------- the calls: 0, or their errno */

static int
result(long n)
{
	return (n == -1 ? errno : 0);
}

static int
do_read(void)
{
	char c;

	return (result(read(in[0], &c, 1)));
}

static int
do_readv(void)
{
	char c;
	struct iovec iov = { &c, 1 };

	return (result(readv(in[0], &iov, 1)));
}

static int
do_recv(void)
{
	char c;

	return (result(recv(pair[0], &c, 1, 0)));
}

static int
do_recvmsg(void)
{
	char c;
	struct iovec iov = { &c, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return (result(recvmsg(pair[0], &msg, 0)));
}

static int
do_tty_read(void)
{
	char c;

	return (result(read(slave, &c, 1)));
}

/* Nobody has read what is written to the terminal. */
static int
do_tcdrain(void)
{
	write(slave, "x", 1);
	return (result(tcdrain(slave)));
}

static char	block[512];

/* Write until there is no room. */
static void
fill(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (write(fd, block, sizeof(block)) > 0)
		continue;
	fcntl(fd, F_SETFL, 0);
}

static int
do_write(void)
{
	fill(in[1]);
	return (result(write(in[1], block, sizeof(block))));
}

static int
do_writev(void)
{
	struct iovec iov = { block, sizeof(block) };

	fill(in[1]);
	return (result(writev(in[1], &iov, 1)));
}

static int
do_send(void)
{
	fill(pair[0]);
	return (result(send(pair[0], block, sizeof(block), 0)));
}

static int
do_sendmsg(void)
{
	struct iovec iov = { block, sizeof(block) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	fill(pair[0]);
	return (result(sendmsg(pair[0], &msg, 0)));
}

/* The parent has the locks. */
static int
do_flock(void)
{
	return (result(flock(open(FLOCK_FILE, O_RDWR), LOCK_EX)));
}

static int
do_setlkw(void)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return (result(fcntl(locked[1], F_SETLKW, &fl)));
}

static int
do_open_lock(void)
{
	return (result(open(FLOCK_FILE, O_RDWR | O_EXLOCK)));
}

static int
do_open_fifo(void)
{
	return (result(open(FIFO, O_RDONLY)));
}

static int
do_wait(void)
{
	char c;
	pid_t pid = must_fork();

	if (pid == 0) {
		close(in[1]);
		_exit(read(in[0], &c, 1) == 1 ? 0 : 1);
	}
	if (waitpid(pid, NULL, 0) == pid)
		return (0);
	kill(pid, SIGKILL);
	return (errno);
}

static int
do_nanosleep(void)
{
	struct timespec ts = { 1000, 0 };

	return (result(nanosleep(&ts, NULL)));
}

static int
do_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(in[0], &set);
	return (result(select(in[0] + 1, &set, NULL, NULL, NULL)));
}

static int
do_poll(void)
{
	struct pollfd pfd = { in[0], POLLIN, 0 };

	return (result(poll(&pfd, 1, -1)));
}

static int
do_kevent(void)
{
	struct kevent kev;
	int kq = kqueue();

	EV_SET(&kev, in[0], EVFILT_READ, EV_ADD, 0, 0, NULL);
	return (result(kevent(kq, &kev, 1, &kev, 1, NULL)));
}

static int
do_sigsuspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	return (result(sigsuspend(&set)));
}

static int
do_sigwait(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return (sigwait(&set, &sig));
}

static int
do_sigwaitinfo(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return (result(sigwaitinfo(&set, NULL)));
}

static int
do_sigtimedwait(void)
{
	struct timespec ts = { 1000, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return (result(sigtimedwait(&set, NULL, &ts)));
}

/* ------------------------------------------------- what ends each of them */

static void
end_input(pid_t pid)
{
	(void)pid;
	write(in[1], "x", 1);
}

static void
end_tty_input(pid_t pid)
{
	(void)pid;
	write(master, "x\n", 2);
}

static void
end_tty_output(pid_t pid)
{
	char buf[16];

	(void)pid;
	read(master, buf, sizeof(buf));
}

static void
end_output(pid_t pid)
{
	char buf[4096];

	(void)pid;
	read(in[0], buf, sizeof(buf));
}

static void
end_recv(pid_t pid)
{
	(void)pid;
	write(pair[1], "x", 1);
}

/* All that there is: a stream wakes who sends when there is room for it. */
static void
end_send(pid_t pid)
{
	(void)pid;
	while (recv(pair[1], block, sizeof(block), MSG_DONTWAIT) > 0)
		continue;
}

/* Lock both files, or unlock them. */
static void
set_locks(int type)
{
	struct flock fl = { .l_type = type, .l_whence = SEEK_SET };

	flock(locked[0], type == F_UNLCK ? LOCK_UN : LOCK_EX);
	fcntl(locked[1], F_SETLK, &fl);
}

static void
end_lock(pid_t pid)
{
	(void)pid;
	set_locks(F_UNLCK);
}

static void
end_signal(pid_t pid)
{
	kill(pid, SIGUSR2);
}

static const struct call {
	const char *name;
	int	(*call)(void);
	const char *wmesg;		/* what it sleeps for */
	void	(*end)(pid_t);		/* NULL: it is never restarted */
	int	never;			/* a handler does not end it at all */
} calls[] = {
	{ "read", do_read, "piperd", end_input, 0 },
	{ "readv", do_readv, "piperd", end_input, 0 },
	{ "write", do_write, "pipewr", end_output, 0 },
	{ "writev", do_writev, "pipewr", end_output, 0 },
	{ "recv", do_recv, "sorecv", end_recv, 0 },
	{ "recvmsg", do_recvmsg, "sorecv", end_recv, 0 },
	{ "send", do_send, "sosend", end_send, 0 },
	{ "sendmsg", do_sendmsg, "sosend", end_send, 0 },
	{ "flock", do_flock, "lockf", end_lock, 0 },
	{ "F_SETLKW", do_setlkw, "lockf", end_lock, 0 },
	{ "open with O_EXLOCK", do_open_lock, "lockf", NULL, 0 },
	{ "open of a FIFO", do_open_fifo, "fifor", NULL, 0 },
	{ "kevent", do_kevent, "kqread", NULL, 0 },
	{ "wait4", do_wait, "wait", end_input, 0 },
	{ "read of a terminal", do_tty_read, "ttyin", end_tty_input, 0 },
	{ "tcdrain", do_tcdrain, "ttydrain", end_tty_output, 0 },
	{ "nanosleep", do_nanosleep, "nanslp", NULL, 0 },
	{ "select", do_select, "select", NULL, 0 },
	{ "poll", do_poll, "select", NULL, 0 },
	{ "sigsuspend", do_sigsuspend, "pause", NULL, 0 },
	{ "sigwaitinfo", do_sigwaitinfo, "sigwait", end_signal, 0 },
	{ "sigtimedwait", do_sigtimedwait, "sigwait", NULL, 0 },
	{ "sigwait", do_sigwait, "sigwait", end_signal, 1 },
};
#define	NCALLS	(sizeof(calls) / sizeof(calls[0]))

/* What the calls need, and what is left of it after one. */
static void
begin(void)
{
	pipe(in);
	socketpair(PF_LOCAL, SOCK_STREAM, 0, pair);
	set_locks(F_WRLCK);
}

static void
finish(void)
{
	close(in[0]);
	close(in[1]);
	close(pair[0]);
	close(pair[1]);
}

/*
 * Make the call in a child, with that flag of SIGUSR1's handler, and send it
 * when the call sleeps.  What the call returned.
 */
static int
interrupted(const struct call *c, int flags, int goes_on)
{
	struct sigaction sa;
	int status;
	char byte;
	pid_t pid;

	begin();
	pid = must_fork();
	if (pid == 0) {
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = tell;
		sa.sa_flags = flags;
		sigaction(SIGUSR1, &sa, NULL);
		_exit(c->call());
	}
	wait_asleep(pid, c->wmesg);
	kill(pid, SIGUSR1);
	read(told[0], &byte, 1);
	if (goes_on && wait_asleep(pid, c->wmesg))
		c->end(pid);
	waitpid(pid, &status, 0);
	finish();
	return (WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* A write that has moved some bytes tells how many, whatever the handler. */
static int
do_write_much(void)
{
	static char buf[1 << 18];
	ssize_t n = write(in[1], buf, sizeof(buf));

	return (n > 0 && n < (ssize_t)sizeof(buf) ? 0 : 1);
}

/* Stopped and continued, it sleeps on: there is no handler. */
static int
stopped(const struct call *c)
{
	int status;
	pid_t pid;

	begin();
	pid = must_fork();
	if (pid == 0)
		_exit(c->call());
	wait_asleep(pid, c->wmesg);
	kill(pid, SIGSTOP);
	wait_asleep(pid, NULL);
	kill(pid, SIGCONT);
	wait_asleep(pid, c->wmesg);
	c->end(pid);
	waitpid(pid, &status, 0);
	finish();
	return (status);
}

static void
test_more(void)
{
	static const struct call much = { "", do_write_much, "pipewr", NULL,
		0 };
	const struct call *c;
	int error;

	error = interrupted(&much, 0, 0);
	ok(error == 0, "a write that has begun ends with what it has written");
	error = interrupted(&much, SA_RESTART, 0);
	ok(error == 0, "with SA_RESTART, too");
	for (error = 0, c = calls; c < calls + NCALLS; c++)
		if (c->end != NULL)
			error |= stopped(c);
	ok(error == 0, "stopped and continued, calls go on");
}

int
main(void)
{
	const struct call *c;
	int error, want;

	pipe(told);
	if (openpty(&master, &slave, NULL, NULL, NULL) == -1)
		err(1, "openpty");
	locked[0] = open(FLOCK_FILE, O_RDWR | O_CREAT, 0600);
	locked[1] = open(FCNTL_FILE, O_RDWR | O_CREAT, 0600);
	mkfifo(FIFO, 0600);
	for (c = calls; c < calls + NCALLS; c++) {
		want = c->never ? 0 : EINTR;
		error = interrupted(c, 0, c->never);
		ok(error == want, "%s without SA_RESTART: %d", c->name, error);
		want = c->end != NULL ? 0 : EINTR;
		error = interrupted(c, SA_RESTART, c->end != NULL);
		ok(error == want, "%s with SA_RESTART: %d", c->name, error);
	}
	test_more();
	unlink(FLOCK_FILE);
	unlink(FCNTL_FILE);
	unlink(FIFO);
	return (tap_done());
}
