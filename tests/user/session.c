/*
 * Sessions and their terminals, on pseudo terminals: who gets one and how it
 * is lost, what the keys and the window's size send to whom, and what the
 * end of a session does to its members.
 *
 * The members report through a pipe (up), each event a letter, and wait for
 * a letter from the test on another (down); so nothing depends on time.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

static int	master, up[2], down[2];
static char	path[32];

/* ------------------------------------------- what a session's members do */

static void
say(char c)
{
	write(up[1], &c, 1);
}

static void
wait_down(void)
{
	char c;

	read(down[0], &c, 1);
}

static void
say_signal(int sig)
{
	say(sig == SIGHUP	? 'H' :
		sig == SIGCONT	? 'C' :
		sig == SIGINT	? 'I' :
		sig == SIGQUIT	? 'Q' :
		sig == SIGWINCH ? 'W' :
		sig == SIGINFO	? 'T' :
				  '?');
}

static void
catch(int sig)
{
	struct sigaction act = { .sa_handler = say_signal };

	sigaction(sig, &act, NULL);
}

/* A member in a group of its own, which is in the foreground or not. */
static pid_t
member(bool foreground, void (*fn)(void))
{
	pid_t pid = must_fork();

	if (pid == 0) {
		setpgid(0, 0);
		if (foreground) {
			signal(SIGTTOU, SIG_IGN);
			tcsetpgrp(0, getpid());
			signal(SIGTTOU, SIG_DFL);
		}
		fn();
		_exit(0);
	}
	setpgid(pid, pid);
	return (pid);
}

/* ----------------------------------------------------------- the test's */

/*
 * Begin a session on a new terminal; its leader runs fn.  Not before our own
 * descriptor of the terminal is closed: it may wait for the last close.
 */
static pid_t
session(int (*fn)(void))
{
	int begin[2];
	pid_t pid;
	char c;

	pipe(begin);
	pipe(up);
	pipe(down);
	fflush(stdout);
	pid = forkpty(&master, path, NULL, NULL);
	if (pid == -1)
		err(1, "forkpty");
	if (pid == 0) {
		close(up[0]);
		close(down[1]);
		close(begin[1]);
		read(begin[0], &c, 1);
		close(begin[0]);
		_exit(fn());
	}
	close(begin[0]);
	close(begin[1]);
	close(up[1]);
	close(down[0]);
	return (pid);
}

/* The next letter of a member; 0 if they have all ended. */
static int
heard(void)
{
	char c = 0;

	return (read(up[0], &c, 1) == 1 ? c : 0);
}

static void
type(const char *s)
{
	write(master, s, strlen(s));
}

/* The session's status; nothing is left of it. */
static int
end(pid_t leader)
{
	int status;

	close(down[1]);
	waitpid(leader, &status, 0);
	while (heard() != 0)
		;
	close(up[0]);
	if (master != -1)
		close(master);
	return (status);
}

/* ------------------------------------------ getting and giving it up */

static int
gives_up(void)
{
	int error = 0, fd;

	if (ioctl(0, TIOCSCTTY, 0) != -1 || errno != EPERM)
		error |= 1; /* leads nothing */
	fd = open("/dev/tty", O_RDWR);
	if (fd == -1 || ioctl(fd, TIOCSCTTY, 0) != -1 || errno != EINVAL)
		error |= 2;
	if (ioctl(fd, TIOCNOTTY, 0) == -1)
		error |= 4;
	if (open("/dev/tty", O_RDWR) != -1 || errno != ENXIO)
		error |= 8;
	if (read(fd, &fd, 1) != -1 || errno != EIO)
		error |= 16;
	if (tcgetpgrp(0) != -1 || errno != ENOTTY)
		error |= 32;
	return (error);
}

static int
takes_and_loses(void)
{
	int error = 0, fd, status;
	pid_t pid;

	if (tcgetsid(0) != getpid() || tcgetpgrp(0) != getpgrp())
		error |= 1;
	if (ioctl(0, TIOCSCTTY, 0) == -1)
		error |= 2; /* it is ours already */
	fd = open("/dev/tty", O_RDWR);
	if (ioctl(fd, TIOCNOTTY, 0) != -1 || errno != EINVAL)
		error |= 4;
	pid = must_fork();
	if (pid == 0)
		_exit(gives_up());
	waitpid(pid, &status, 0);
	if (status != 0)
		error |= 8;
	/* The last close takes it from the session. */
	close(0);
	close(1);
	close(2);
	if (open("/dev/tty", O_RDWR) != -1 || errno != ENXIO)
		error |= 16;
	if (open(path, O_RDWR) != 0 || ioctl(0, TIOCSCTTY, 0) == -1 ||
	    tcgetsid(0) != getpid())
		error |= 32;
	return (error);
}

static int
just_waits(void)
{
	say('r');
	wait_down();
	return (0);
}

/* A second session cannot have the terminal of the first. */
static void
test_taking(void)
{
	int status;
	pid_t leader, pid;

	leader = session(takes_and_loses);
	status = end(leader);
	ok(status == 0, "getting and losing a terminal (%#x)", status);

	leader = session(just_waits);
	ok(heard() == 'r', "a session");
	pid = must_fork();
	if (pid == 0) {
		setsid();
		_exit(ioctl(open(path, O_RDWR), TIOCSCTTY, 0) == -1 &&
			    errno == EPERM ?
			0 :
			1);
	}
	ok(ended_well(pid), "its terminal is not for another one");
	ok(end(leader) == 0, "its leader's status");
}

/* ---------------------------------------------------------- the keys */

static void
reports(void)
{
	static const int sigs[] = { SIGINT, SIGQUIT, SIGWINCH, SIGINFO,
		SIGCONT };
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		catch (sigs[i]);
	say('r');
	for (;;) /* SIGTERM is its end */
		pause();
}

static int
runs_reporter(void)
{
	int status, error = 0;
	pid_t pid;

	catch (SIGINT);
	catch (SIGWINCH);
	pid = member(true, reports);
	waitpid(pid, &status, WUNTRACED);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTSTP)
		error |= 1;
	kill(pid, SIGCONT);
	wait_down();
	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || WTERMSIG(status) != SIGTERM)
		error |= 2;
	return (error);
}

static void
test_keys(void)
{
	struct winsize ws = { .ws_row = 3, .ws_col = 30 };
	pid_t leader = session(runs_reporter);
	int status;

	ok(heard() == 'r', "a foreground group");
	type("\003");
	ok(heard() == 'I', "^C is SIGINT, to it only");
	type("\034");
	ok(heard() == 'Q', "^\\ is SIGQUIT");
	ioctl(master, TIOCSWINSZ, &ws);
	ok(heard() == 'W', "a change of the window's size is SIGWINCH");
	ioctl(master, TIOCSWINSZ, &ws);
	type("\024");
	ok(heard() == 'T', "the same size is none, and ^T is SIGINFO");
	type("\032");
	ok(heard() == 'C', "^Z stops it, and it is continued");
	status = end(leader);
	ok(status == 0, "its status (%#x)", status);
}

/* -------------------------------------------------------- stopped readers */

static volatile sig_atomic_t asked;

static void
count_ttin(int sig)
{
	asked++;
}

static void
reads_stopped(void)
{
	char c;

	wait_down();
	read(0, &c, 1);
}

/* In the reader's group: how often does SIGTTIN come, while that sleeps? */
static int
counts(void)
{
	struct sigaction act = { .sa_handler = count_ttin };
	pid_t other, pid = member(false, reads_stopped);
	int i, status;

	other = must_fork();
	if (other == 0) {
		setpgid(0, pid);
		sigaction(SIGTTIN, &act, NULL);
		say('r');
		while (asked == 0)
			usleep(10000);
		for (i = 0; i < 30; i++)
			usleep(10000); /* or until there is another */
		say(asked == 1 ? '1' : 'm');
		_exit(0);
	}
	waitpid(pid, &status, WUNTRACED);
	if (waitpid(other, &status, 0) != other)
		status = 1;
	kill(pid, SIGKILL);
	return (status);
}

static void
test_stopped(void)
{
	pid_t leader = session(counts);

	ok(heard() == 'r', "two in a background group");
	write(down[1], "x", 1);
	ok(heard() == '1', "one reads: it sends SIGTTIN once, and is stopped");
	ok(end(leader) == 0, "the leader's status");
}

/* ------------------------------------------------------ orphaned groups */

static void
reads_orphaned(void)
{
	char c;

	wait_down(); /* until the parent is gone */
	say(read(0, &c, 1) == -1 && errno == EIO ? 'E' : 'e');
	kill(getpid(), SIGTSTP);
	say('t'); /* has not stopped */
}

static int
makes_orphan(void)
{
	pid_t pid = must_fork();
	char c;

	if (pid == 0) {
		member(false, reads_orphaned);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	say('r');
	read(0, &c, 1);
	return (0);
}

static void
test_orphans(void)
{
	pid_t leader = session(makes_orphan);

	ok(heard() == 'r', "an orphaned group");
	write(down[1], "x", 1);
	ok(heard() == 'E', "its read from the background is EIO");
	ok(heard() == 't', "and SIGTSTP does not stop it");
	type("\r");
	ok(end(leader) == 0, "the leader's status");
}

/* ------------------------------------------------- the end of a session */

static sigset_t	hup, none;		/* SIGHUP; no signal */

static void
foreground_reader(void)
{
	char c;

	say('f');
	say(read(0, &c, 1) == 0 ? '0' : '!');
	sigsuspend(&none);
}

static void
stopped_member(void)
{
	catch (SIGCONT);
	sigprocmask(SIG_UNBLOCK, &hup, NULL);
	raise(SIGTSTP);
}

static void
background_member(void)
{
	char c;

	wait_down();
	say(read(0, &c, 1) == 0 ? 'b' : '!');
	say(write(1, "x", 1) == -1 && errno == EIO ? 'w' : '!');
	say(open("/dev/tty", O_RDWR) == -1 && errno == ENXIO ? 'n' : '!');
}

static int
leads(void)
{
	int status;
	pid_t pid;

	sigemptyset(&none);
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, NULL);
	catch (SIGHUP);
	pid = member(false, stopped_member);
	waitpid(pid, &status, WUNTRACED);
	say(WIFSTOPPED(status) ? 's' : '!');
	member(false, background_member);
	member(true, foreground_reader);
	sigsuspend(&none); /* until it is hung up */
	return (0);
}

/* Whether the letters come, in any order. */
static bool
hear_all(const char *letters)
{
	char left[16], *p;
	size_t n = strlen(letters);
	int c;

	strlcpy(left, letters, sizeof(left));
	for (; n > 0; n--) {
		c = heard();
		p = c == 0 ? NULL : strchr(left, c);
		if (p == NULL) {
			printf("# '%c' came, waiting for \"%s\"\n", c, left);
			return (false);
		}
		memmove(p, p + 1, strlen(p));
	}
	return (true);
}

static void
test_end(bool hangup)
{
	const char *how = hangup ? "a hang-up" : "its leader's end";
	pid_t leader = session(leads);
	int fd, status;

	ok(heard() == 's' && heard() == 'f', "a session for %s", how);
	if (hangup) {
		close(master);
		master = -1;
	} else {
		kill(leader, SIGKILL);
	}
	/* H: each of them, the leader too if it could. */
	ok(hear_all(hangup ? "HHHC0" : "HHC0"),
	    "%s: SIGHUP for foreground and stopped members", how);
	ok(waitpid(leader, &status, 0) == leader, "the leader ends");
	write(down[1], "x", 1);
	ok(hear_all("bwn"), "nothing is left of the terminal for the others");
	ok(heard() == 0, "all have ended");
	if (!hangup) {
		fd = open(path, O_RDWR);
		ok(fd != -1 && write(fd, "x", 1) == 1,
		    "the terminal is there for the next");
		close(fd);
		close(master);
	}
	close(up[0]);
	close(down[1]);
}

int
main(void)
{
	alarm(60);
	signal(SIGPIPE, SIG_IGN);
	test_taking();
	test_keys();
	test_stopped();
	test_orphans();
	test_end(false);
	test_end(true);
	return (tap_done());
}
