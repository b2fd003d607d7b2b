/*
 * Job control of the terminal: foreground and background groups, the
 * controlling terminal, and what a child of vfork is spared.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

static int	tty;

/* Run fn in a child in a group of its own; its wait status, stops too. */
static int
background(int (*fn)(void), pid_t *pidp)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		_exit(fn());
	}
	waitpid(pid, &status, WUNTRACED);
	*pidp = pid;
	return (status);
}

static void
finish(pid_t pid)
{
	kill(pid, SIGKILL);
	kill(pid, SIGCONT);
	waitpid(pid, NULL, 0);
}

static int
reads(void)
{
	char c;

	return (read(tty, &c, 1) == -1 ? errno : 0);
}

static int
reads_ignoring(void)
{
	signal(SIGTTIN, SIG_IGN);
	return (reads());
}

static int
writes(void)
{
	return (write(tty, "", 0) == 0 && write(tty, "\r", 1) == 1 ? 0 : 1);
}

static int
sets(void)
{
	struct termios t;

	tcgetattr(tty, &t);
	return (tcsetattr(tty, TCSANOW, &t) == -1 ? errno : 0);
}

static int
drains(void)
{
	return (tcdrain(tty) == -1 ? errno : 0);
}

static int
sets_blocked(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return (sets());
}

static int
vforks(void)
{
	volatile int error = -1;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		error = reads();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return (error);
}

static int
foreign_group(void)
{
	int group = getpid(), error = 0;

	signal(SIGTTOU, SIG_IGN);
	if (tcsetpgrp(tty, 1) == 0 || errno != EPERM)
		error |= 1;
	if (tcsetpgrp(tty, group) != 0 || tcgetpgrp(tty) != group)
		error |= 2;
	if (tcsetpgrp(tty, getpgid(getppid())) != 0)
		error |= 4;
	return (error);
}

static int
new_session(void)
{
	int error = 0;

	if (setsid() == -1)
		error |= 1;
	if (open("/dev/tty", O_RDWR) != -1 || errno != ENXIO)
		error |= 2;
	if (tcgetpgrp(0) != -1 || errno != ENOTTY)
		error |= 4;
	if (tcgetpgrp(tty) != -1 || errno != EIO)
		error |= 16;
	if (ioctl(0, TIOCSCTTY, 0) != -1 || errno != EPERM)
		error |= 8;
	return (error);
}

static void
test_background(void)
{
	struct termios saved, t;
	int status;
	pid_t pid;

	status = background(reads, &pid);
	ok(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN,
	    "a background read stops with SIGTTIN");
	finish(pid);
	status = background(reads_ignoring, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == EIO,
	    "or gives EIO, if that is ignored");
	status = background(writes, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "a background write goes through");
	tcgetattr(tty, &saved);
	t = saved;
	t.c_lflag |= TOSTOP;
	tcsetattr(tty, TCSANOW, &t);
	status = background(writes, &pid);
	ok(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU,
	    "with TOSTOP it stops with SIGTTOU");
	finish(pid);
	tcsetattr(tty, TCSANOW, &saved);
	status = background(sets, &pid);
	ok(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU,
	    "so does a change of modes");
	finish(pid);
	status = background(drains, &pid);
	ok(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTOU,
	    "and a wait for the output");
	finish(pid);
	status = background(sets_blocked, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "but not if the signal is blocked");
	status = background(vforks, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == EIO,
	    "a child of vfork is not stopped");
}

int
main(void)
{
	struct winsize ws;
	int fd, status;
	pid_t pid;

	tty = open("/dev/tty", O_RDWR);
	if (tty == -1) {
		printf("1..0 # SKIP no controlling terminal\n");
		return (0);
	}
	ok(isatty(tty), "isatty");
	ok(tcgetpgrp(tty) == getpgrp(), "we are in the foreground");
	ok(tcgetsid(tty) == getsid(0), "of our session");
	ok(ioctl(tty, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0, "window size");
	ok(lseek(tty, 0, SEEK_CUR) == -1 && errno == ESPIPE, "no offset");
	fd = open("/dev/null", O_RDWR);
	ok(tcgetpgrp(fd) == -1 && errno == ENOTTY, "/dev/null is no tty");
	close(fd);
	test_background();
	status = background(foreign_group, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "groups in the foreground (%#x)", status);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(new_session());
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "a new session has no terminal (%#x)", status);
	ok(tcgetpgrp(tty) == getpgrp(), "and takes ours not away");
	return (tap_done());
}
