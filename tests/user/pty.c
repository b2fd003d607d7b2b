/*
 * Terminals, driven through a pseudo terminal: what the line discipline
 * makes of each character, raw modes, queues, and what the two sides see of
 * each other.  One process holds both sides, so that the order of everything
 * is known; job control is jobs.c's and ptysh.c's.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	CASE_SIZE	64

static int	master, slave;
static char	path[32];

static void
open_pair(void)
{
	if (openpty(&master, &slave, path, NULL, NULL) == -1)
		err(1, "openpty");
}

static void
close_pair(void)
{
	close(slave);
	close(master);
}

/* What can be read now, with a NUL; "" for nothing, "-" for an error. */
static const char *
get(int fd)
{
	static char buf[2][4096];
	static int which;
	char *p = buf[which ^= 1];
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	n = read(fd, p, sizeof(buf[0]) - 1);
	fcntl(fd, F_SETFL, 0);
	if (n == -1)
		return (errno == EAGAIN ? "" : "-");
	p[n] = '\0';
	return (p);
}

static void
put(int fd, const char *s)
{
	if (write(fd, s, strlen(s)) != (ssize_t)strlen(s))
		warn("write");
}

/* A string with its control characters made visible. */
static const char *
seen(const char *s)
{
	static char buf[2][400];
	static int which;
	char *p = buf[which ^= 1], *start = p;

	for (; *s != '\0' && p < start + sizeof(buf[0]) - 8; s++) {
		if (*s == '\n')
			p += sprintf(p, "\\n");
		else if (*s < ' ' || *s == 0x7f)
			p += sprintf(p, "<%02x>", (unsigned char)*s);
		else
			*p++ = *s;
	}
	*p = '\0';
	return (start);
}

static void
same(const char *got, const char *want, const char *what)
{
	ok(strcmp(got, want) == 0, "%s: got \"%s\", wanted \"%s\"", what,
	    seen(got), seen(want));
}

/* ---------------------------------------------- one case, one terminal */

enum word { I, O, L };

static const struct {
	const char *what;
	enum word word;			/* bits to clear and to set */
	tcflag_t clear, set;
	const char *typed, *read, *shown;
} cases[] = {
	{ "a line", I, 0, 0, "ab\r", "ab\n", "ab\r\n" },
	{ "no line yet", I, 0, 0, "ab", "", "ab" },
	{ "erase", I, 0, 0, "ab\177c\r", "ac\n", "ab\b \bc\r\n" },
	{ "the other erase", I, 0, 0, "ab\bc\r", "ac\n", "ab\b \bc\r\n" },
	{ "erase nothing", I, 0, 0, "\177a\r", "a\n", "a\r\n" },
	{ "erase ^A", I, 0, 0, "\001\177\r", "\n", "^A\b \b\b \b\r\n" },
	{ "erase without ECHOE", L, ECHOE, 0, "a\177\r", "\n", "a^?\r\n" },
	{ "erase a tab", I, 0, 0, "a\t\177\r", "a\n",
	    "a\t\b\b\b\b\b\b\b\r\n" },
	{ "kill", I, 0, 0, "ab\025c\r", "c\n", "ab\b \b\b \bc\r\n" },
	{ "kill with ECHOK", L, ECHOKE, ECHOK, "ab\025c\r", "c\n",
	    "ab^U\r\nc\r\n" },
	{ "word erase", I, 0, 0, "ab cd \027e\r", "ab e\n",
	    "ab cd \b \b\b \b\b \be\r\n" },
	{ "reprint", I, 0, 0, "ab\022c\r", "abc\n", "ab^R\r\nabc\r\n" },
	{ "literal next", I, 0, 0, "\026\003\r", "\003\n", "^\b^C\r\n" },
	{ "literal erase", I, 0, 0, "a\026\177\r", "a\177\n", "a^\b^?\r\n" },
	{ "without IEXTEN", L, IEXTEN, 0, "\026\027\r", "\026\027\n",
	    "^V^W\r\n" },
	{ "end of file behind text", I, 0, 0, "ab\004", "ab", "ab^D\b\b" },
	{ "an ignored interrupt", I, 0, 0, "ab\003c\r", "c\n", "ab^Cc\r\n" },
	{ "NOFLSH", L, 0, NOFLSH, "ab\003c\r", "abc\n", "ab^Cc\r\n" },
	{ "without ISIG", L, ISIG, 0, "\003\032\r", "\003\032\n",
	    "^C^Z\r\n" },
	{ "without ECHO", L, ECHO, 0, "ab\r", "ab\n", "" },
	{ "ECHONL", L, ECHO, ECHONL, "ab\r", "ab\n", "\r\n" },
	{ "without ECHOCTL", L, ECHOCTL, 0, "\001\r", "\001\n",
	    "\001\r\n" },
	{ "without ICRNL", I, ICRNL, 0, "a\rb\n", "a\rb\n", "a^Mb\r\n" },
	{ "IGNCR", I, 0, IGNCR, "a\rb\n", "ab\n", "ab\r\n" },
	{ "INLCR", I, 0, INLCR, "a\nb\r", "a\rb\n", "a^Mb\r\n" },
	{ "ISTRIP", I, 0, ISTRIP, "\341\r", "a\n", "a\r\n" },
	{ "flow", I, 0, 0, "a\023b\r", "ab\n", "ab\r\n" },
	{ "without IXON", I, IXON, 0, "a\023\r", "a\023\n", "a^S\r\n" },
	{ "without ONLCR", O, ONLCR, 0, "a\r", "a\n", "a\n" },
	{ "OXTABS", O, 0, OXTABS, "ab\tc\r", "ab\tc\n", "ab      c\r\n" },
	{ "without OPOST", O, OPOST, OXTABS, "a\t\r", "a\t\n", "a\t\n" },
	{ "raw", L, ICANON, 0, "a\177\004", "a\177\004", "a^?^D" },
};
#define	NCASES		(sizeof(cases) / sizeof(cases[0]))

static void
test_cases(void)
{
	char shown[CASE_SIZE];
	const char *text;
	struct termios t;
	tcflag_t *word;
	size_t i;

	for (i = 0; i < NCASES; i++) {
		open_pair();
		tcgetattr(slave, &t);
		word = cases[i].word == I ? &t.c_iflag :
		    cases[i].word == O	  ? &t.c_oflag :
					    &t.c_lflag;
		*word = (*word & ~cases[i].clear) | cases[i].set;
		tcsetattr(slave, TCSANOW, &t);
		put(master, cases[i].typed);
		strlcpy(shown, get(master), sizeof(shown));
		text = get(slave);
		ok(strcmp(text, cases[i].read) == 0 &&
			strcmp(shown, cases[i].shown) == 0,
		    "%s: read \"%s\", shown \"%s\"", cases[i].what, seen(text),
		    seen(shown));
		close_pair();
	}
}

/* ------------------------------------------------------------ input */

static void
test_lines(void)
{
	char c[4];
	int n = 0;

	open_pair();
	put(master, "one\rtwo\r");
	ok(ioctl(slave, FIONREAD, &n) == 0 && n == 8, "FIONREAD: %d", n);
	same(get(slave), "one\n", "one line at a time");
	ok(read(slave, c, 2) == 2 && memcmp(c, "tw", 2) == 0, "a part");
	same(get(slave), "o\n", "and the rest");
	put(master, "\004");
	ok(read(slave, c, 1) == 0, "^D alone is the end of the file");
	put(master, "ab\004");
	ok(read(slave, c, 2) == 2, "^D behind what fits exactly");
	same(get(slave), "", "is no end of the file");
	put(master, "x\r");
	tcflush(slave, TCIFLUSH);
	same(get(slave), "", "TCIFLUSH drops a line");
	put(master, "part");
	same(get(slave), "", "what is edited cannot be read");
	close_pair();
}

static void
set_raw(int min, int tenths)
{
	struct termios t;

	tcgetattr(slave, &t);
	cfmakeraw(&t);
	t.c_cc[VMIN] = min;
	t.c_cc[VTIME] = tenths;
	tcsetattr(slave, TCSANOW, &t);
}

static void
test_raw(void)
{
	struct termios t;
	char c[8];
	pid_t pid;

	open_pair();
	put(master, "abc");
	set_raw(1, 0);
	same(get(slave), "abc", "a part of a line can be read in raw mode");
	get(master);
	put(master, "\003\r\032");
	same(get(slave), "\003\r\032", "raw hands everything on");
	same(get(master), "", "and shows nothing");
	put(slave, "a\n");
	same(get(master), "a\n", "nor changes what is written");
	set_raw(0, 0);
	ok(read(slave, c, 1) == 0, "VMIN 0, VTIME 0: nothing");
	set_raw(0, 1);
	ok(read(slave, c, 1) == 0, "VMIN 0: nothing came in time");
	set_raw(5, 0);
	put(master, "ab");
	ok(read(slave, c, 2) == 2, "VMIN more than is asked for");
	set_raw(3, 0);
	put(master, "ab");
	same(get(slave), "ab", "VMIN does not bind O_NONBLOCK");
	put(master, "ab");
	pid = must_fork();
	if (pid == 0) {
		write(master, "c", 1);
		_exit(0);
	}
	ok(read(slave, c, sizeof(c)) >= 3, "VMIN 3 waits for the third");
	waitpid(pid, NULL, 0);
	set_raw(5, 1);
	put(master, "ab");
	ok(read(slave, c, sizeof(c)) == 2, "VTIME ends VMIN's wait");
	put(master, "xy");
	tcgetattr(slave, &t);
	t.c_lflag |= ICANON;
	tcsetattr(slave, TCSANOW, &t);
	same(get(slave), "xy", "back to lines: what was there is one");
	close_pair();
	open_pair();
	tcgetattr(slave, &t);
	ok((t.c_lflag & ICANON) != 0 && (t.c_oflag & OPOST) != 0,
	    "the next user finds the default modes");
	close_pair();
}

/* More than the queue takes, in both modes. */
static void
test_full(void)
{
	char big[5000];
	struct pollfd pfd;
	ssize_t n, got = 0;
	pid_t pid;

	memset(big, 'x', sizeof(big));
	open_pair();
	fcntl(master, F_SETFL, O_NONBLOCK);
	n = write(master, big, sizeof(big));
	ok(n == sizeof(big), "a line without end is all taken (%zd)", n);
	put(master, "\r");
	n = read(slave, big, sizeof(big));
	ok(n > 255 && n < 5000 && big[n - 1] == '\n',
	    "but not all kept (%zd), and it can be ended", n);
	tcflush(slave, TCIFLUSH);
	set_raw(1, 0);
	while (get(master)[0] != '\0')
		;
	fcntl(master, F_SETFL, O_NONBLOCK);
	n = write(master, big, sizeof(big));
	ok(n > 255 && n < 5000, "raw: only what fits is taken (%zd)", n);
	ok(write(master, big, 1) == -1 && errno == EAGAIN, "then EAGAIN");
	pfd = (struct pollfd){ .fd = master, .events = POLLOUT };
	ok(poll(&pfd, 1, 0) == 0, "and no POLLOUT");
	fcntl(master, F_SETFL, 0);
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		write(master, big, sizeof(big) - n);
		_exit(0);
	}
	wait_asleep(pid, "ptcout");
	while (got < (ssize_t)sizeof(big))
		got += read(slave, big, sizeof(big));
	ok(ended_well(pid), "a writer that waits loses nothing");
	close_pair();
}

/* ----------------------------------------------------------- output */

static void
test_output(void)
{
	char big[5000];
	struct pollfd pfd;
	ssize_t n, got = 0;
	int queued = 0;
	pid_t pid;

	memset(big, 'x', sizeof(big));
	open_pair();
	put(slave, "hello\n");
	ok(ioctl(slave, TIOCOUTQ, &queued) == 0 && queued == 7, "TIOCOUTQ: %d",
	    queued);
	ok(ioctl(master, FIONREAD, &queued) == 0 && queued == 7, "FIONREAD: %d",
	    queued);
	same(get(master), "hello\r\n", "output");
	put(slave, "lost\n");
	tcflush(slave, TCOFLUSH);
	same(get(master), "", "TCOFLUSH drops output");
	fcntl(slave, F_SETFL, O_NONBLOCK);
	n = write(slave, big, sizeof(big));
	ok(n > 512 && n < 5000, "what fits (%zd)", n);
	ok(write(slave, big, 1) == -1 && errno == EAGAIN, "then EAGAIN");
	pfd = (struct pollfd){ .fd = slave, .events = POLLOUT };
	ok(poll(&pfd, 1, 0) == 0, "and no POLLOUT");
	fcntl(slave, F_SETFL, 0);
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		ok(write(slave, big, sizeof(big) - n) ==
			    (ssize_t)sizeof(big) - n &&
			tcdrain(slave) == 0,
		    "a writer that waits");
		_exit(tap_failures != 0);
	}
	wait_asleep(pid, "ttyout");
	while (got < (ssize_t)sizeof(big))
		got += read(master, big, sizeof(big));
	tap_tests++; /* the child's */
	ok(ended_well(pid) && got == sizeof(big), "loses nothing");
	put(master, "\023");
	fcntl(slave, F_SETFL, O_NONBLOCK);
	ok(write(slave, "x", 1) == -1 && errno == EAGAIN, "^S stops output");
	ok(poll(&pfd, 1, 0) == 0, "also for poll");
	put(master, "\021");
	ok(write(slave, "x", 1) == 1, "^Q lets it go on");
	tcflow(slave, TCOOFF);
	ok(write(slave, "x", 1) == -1 && errno == EAGAIN, "so does TCOOFF");
	tcflow(slave, TCOON);
	ok(write(slave, "x", 1) == 1, "and TCOON");
	close_pair();
}

/* -------------------------------------------------- the two sides */

static void
test_sides(void)
{
	struct pollfd pfd;
	struct stat st;
	char c, *name;
	int fd;

	ok(posix_openpt(O_RDONLY) == -1 && errno == EINVAL, "O_RDONLY");
	ok(grantpt(0) == -1 && errno == EINVAL, "grantpt of something else");
	ok(unlockpt(-1) == -1 && errno == EBADF, "unlockpt of nothing");
	ok(ptsname(-1) == NULL && errno == EBADF, "ptsname of nothing");
	master = posix_openpt(O_RDWR | O_NOCTTY);
	ok(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0,
	    "posix_openpt, grantpt, unlockpt");
	name = ptsname(master);
	ok(name != NULL && strncmp(name, "/dev/ttyp", 9) == 0, "ptsname: %s",
	    name);
	fcntl(master, F_SETFL, O_NONBLOCK);
	ok(read(master, &c, 1) == -1 && errno == EAGAIN,
	    "no output before the terminal is open");
	put(master, "early\r");
	strlcpy(path, name, sizeof(path));
	path[5] = 'p';
	ok(open(path, O_RDWR) == -1 && errno == EIO, "one master at a time");
	slave = open(name, O_RDWR);
	ok(slave != -1 && isatty(slave), "the terminal");
	same(get(slave), "early\n", "has what was typed before");
	ok(ttyname(slave) != NULL && strcmp(ttyname(slave), name) == 0,
	    "ttyname");
	same(get(master), "early\r\n", "and has shown it");
	put(slave, "last");
	close(slave);
	same(get(master), "last", "output outlives the terminal");
	pfd = (struct pollfd){ .fd = master, .events = POLLIN | POLLOUT };
	ok(poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP) != 0,
	    "then the master is hung up (%#x)", pfd.revents);
	ok(read(master, &c, 1) == 0, "reads the end");
	ok(write(master, "x", 1) == -1 && errno == EIO, "and cannot type");
	slave = open(name, O_RDWR);
	put(slave, "again");
	same(get(master), "again", "until the terminal is open again");
	close(master);
	ok(read(slave, &c, 1) == 0, "without a master: the end of the file");
	ok(write(slave, "x", 1) == -1 && errno == EIO, "and EIO");
	pfd = (struct pollfd){ .fd = slave, .events = POLLIN | POLLOUT };
	ok(poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP) != 0,
	    "and POLLHUP (%#x)", pfd.revents);
	ok(open(path, O_RDWR) == -1 && errno == EIO,
	    "an old terminal gets no new master");
	close(slave);
	ok(open(name, O_RDWR) == -1 && errno == EIO,
	    "nor is there a terminal without master");
	fd = open(path, O_RDWR);
	ok(fd != -1 && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode),
	    "when both are closed it begins anew");
	close(fd);
}

static void
test_limits(void)
{
	struct winsize ws = { 0 }, got;
	int fds[17], i, n, fd;
	pid_t pid;

	for (n = 0; n < 17; n++) {
		fds[n] = posix_openpt(O_RDWR);
		if (fds[n] == -1)
			break;
	}
	ok(n == 16 && errno == EAGAIN, "%d pairs, then EAGAIN", n);
	for (i = 0; i < n; i++)
		close(fds[i]);
	open_pair();
	ws.ws_row = 5;
	ws.ws_col = 50;
	ok(ioctl(master, TIOCSWINSZ, &ws) == 0 &&
		ioctl(slave, TIOCGWINSZ, &got) == 0 &&
		memcmp(&ws, &got, sizeof(ws)) == 0,
	    "the size of the window");
	ok(ioctl(master, TIOCSCTTY, 0) == -1 && errno == ENOTTY,
	    "a master controls nobody");
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		ok(setuid(1) == 0 && open(path, O_RDWR) == -1 &&
			errno == EACCES,
		    "the terminal is its user's only");
		ok(revoke(path) == -1 && errno == EPERM, "as is its revoke");
		_exit(tap_failures != 0);
	}
	tap_tests += 2;
	ok(ended_well(pid), "the child's tests");
	ioctl(slave, TIOCEXCL);
	fd = open(path, O_RDWR);
	ok(fd != -1, "TIOCEXCL does not bind the superuser");
	close(fd);
	close_pair();
}

/* ---------------------------------------------------------- revoke */

static void
test_revoke(void)
{
	struct pollfd pfd;
	struct termios t;
	int fd;
	char c;
	pid_t pid;

	ok(revoke("/nowhere") == -1 && errno == ENOENT, "revoke: ENOENT");
	ok(revoke("/tmp") == -1 && errno == EINVAL, "EINVAL");
	open_pair();
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		close(master);
		_exit(read(slave, &c, 1) == 0 ? 0 : 1);
	}
	wait_asleep(pid, "ttyin");
	ok(revoke(path) == 0, "revoke");
	ok(ended_well(pid), "a reader wakes up to the end of the file");
	ok(read(slave, &c, 1) == 0, "as every read from now on");
	ok(write(slave, "x", 1) == -1 && errno == EIO, "EIO for writes");
	ok(tcgetattr(slave, &t) == -1 && errno == ENOTTY, "ENOTTY for ioctl");
	pfd = (struct pollfd){ .fd = slave, .events = POLLIN };
	ok(poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP) != 0, "POLLHUP");
	ok(read(master, &c, 1) == 0, "the master reads the end");
	fd = open(path, O_RDWR);
	ok(fd != -1 && write(fd, "new", 3) == 3, "a new open works");
	close(slave);
	same(get(master), "new", "also when the old one is closed");
	close(fd);
	close(master);
}

/* A terminal has been revoked by whatever name it is open. */
static void
test_revoke_alias(void)
{
	static const char alias[] = "/tmp/alias";
	struct stat sb;
	int fd;
	char c;

	open_pair();
	fstat(slave, &sb);
	ok(mknod(alias, S_IFCHR | 0600, sb.st_rdev) == 0 &&
		(fd = open(alias, O_RDWR | O_NOCTTY)) != -1,
	    "a second name of a terminal");
	ok(revoke(path) == 0 && read(fd, &c, 1) == 0 &&
		write(fd, "x", 1) == -1 && errno == EIO,
	    "is revoked by its first");
	ok(close(fd) == 0 && (fd = open(path, O_RDWR | O_NOCTTY)) != -1 &&
		write(fd, "new", 3) == 3,
	    "and closed, when it is open anew already");
	same(get(master), "new", "which goes on");
	close(fd);
	unlink(alias);
	close_pair();
}

/* Pieces that cannot be read: nothing has been written, and it says so. */
static void
test_write_faults(void)
{
	struct iovec iov[2] = { { (char *)(uintptr_t) "abc", 3 },
		{ (void *)8, 3 } };

	open_pair();
	ok(writev(slave, iov, 2) == -1 && errno == EFAULT,
	    "a terminal's writev with a bad pointer: EFAULT");
	same(get(master), "", "and nothing has come");
	ok(writev(master, iov, 2) == -1 && errno == EFAULT,
	    "the same of the master");
	put(master, "\n");
	same(get(slave), "\n", "and nothing has been typed");
	close_pair();
}

/* Who waits for a lock in open has it open already, and loses that. */
static void
test_revoke_waiting(void)
{
	pid_t pid;
	int fd;
	char c;

	open_pair();
	ok(flock(slave, LOCK_EX) == 0, "a lock on a terminal");
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		close(slave);
		fd = open(path, O_RDWR | O_EXLOCK | O_NOCTTY);
		_exit(fd == -1 || read(fd, &c, 1) != 0 || close(fd) != 0);
	}
	wait_asleep(pid, "lockf");
	ok(revoke(path) == 0 && flock(slave, LOCK_UN) == 0 && ended_well(pid),
	    "revoked before the lock came");
	flock(slave, LOCK_EX);
	pid = must_fork();
	if (pid == 0) {
		close(slave);
		_exit(open(path, O_RDWR | O_EXLOCK | O_NOCTTY) != -1);
	}
	wait_asleep(pid, "lockf");
	revoke(path);
	kill(pid, SIGTERM);
	ok(waitpid(pid, NULL, 0) == pid, "or before a signal did");
	close_pair();
}

/* ------------------------------------------------------ waiting for ends */

/* A child polls for nothing; whether it is told that the other side ends. */
static void
poll_for_end(int fd, int other, const char *what)
{
	struct pollfd pfd = { .fd = fd };
	time_t start = time(NULL);
	pid_t pid;

	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		close(other);
		if (poll(&pfd, 1, 10000) != 1 || pfd.revents != POLLHUP)
			_exit(1);
		/* At once, not when the time was over. */
		_exit(time(NULL) - start >= 10);
	}
	wait_asleep(pid, "select");
	close(other);
	ok(ended_well(pid), "poll for nothing tells %s of the end", what);
	close(fd);
}

static void
test_ends(void)
{
	pid_t pid;

	open_pair();
	poll_for_end(master, slave, "the master");
	open_pair();
	poll_for_end(slave, master, "the terminal");

	open_pair();
	fflush(stdout);
	pid = must_fork();
	if (pid == 0) {
		close(master);
		setsid();
		wait_asleep(getppid(), "wait");
		_exit(ioctl(slave, TIOCSCTTY, 0) == -1 && errno == EIO ? 0 : 1);
	}
	close(master);
	ok(ended_well(pid), "nobody's session gets a terminal without a line");
	close(slave);
}

/* --------------------------------------------------- event queues, signals */

static void
test_events(void)
{
	const struct timespec now = { 0, 0 };
	struct kevent kev;
	int kq = kqueue();

	open_pair();
	EV_SET(&kev, master, EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0, 0);
	kevent(kq, &kev, 1, NULL, 0, NULL);
	put(slave, "a");
	ok(kevent(kq, NULL, 0, &kev, 1, &now) == 1 && kev.data == 1,
	    "an event queue tells the master of output");
	ok(kevent(kq, NULL, 0, &kev, 1, &now) == 0, "once");
	put(slave, "b");
	ok(kevent(kq, NULL, 0, &kev, 1, &now) == 1 && kev.data == 2,
	    "and of more output");
	close(kq);
	close_pair();
}

static void
nothing(int sig)
{
}

/* Input without end is dropped, but others and signals have their turn. */
static void
test_long_write(void)
{
	enum { PIECES = 32, SIZE = 1 << 20 };
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction act = { .sa_handler = nothing }, old;
	char *piece = malloc(SIZE);
	struct iovec iov[PIECES];
	ssize_t n;
	int i;

	memset(piece, 'x', SIZE);
	for (i = 0; i < PIECES; i++)
		iov[i] = (struct iovec){ piece, SIZE };
	open_pair();
	i = alarm(0);
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	n = writev(master, iov, PIECES);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	alarm(i);
	ok(n > 0 && n < (ssize_t)PIECES * SIZE,
	    "a signal ends a long write to the master (%zd)", n);
	free(piece);
	close_pair();
}

int
main(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	alarm(60);
	test_cases();
	test_lines();
	test_raw();
	test_full();
	test_output();
	test_sides();
	test_limits();
	test_revoke();
	test_revoke_alias();
	test_write_faults();
	test_revoke_waiting();
	test_ends();
	test_events();
	test_long_write();
	return (tap_done());
}
