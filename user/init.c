/*
 * init: process 1.  It keeps a shell on the console and reaps every
 * orphan.  Booted with exec=COMMAND (init -x COMMAND) it runs that command
 * instead and ends the machine with its status.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	SHELL	"/bin/sh"
#define	RC	"/etc/rc"

static char	*environment[] = {
	"PATH=/bin:/sbin:/usr/bin:/usr/tests", "HOME=/root", "USER=root",
	"LOGNAME=root", "SHELL=" SHELL, "TERM=vt100", NULL
};

/*
 * The console as 0, 1 and 2.  Without it there is nobody to tell.
 */
static void
open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd == -1)
		_exit(1);
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
}

/*
 * Start a program in a session of its own, with the console as its
 * terminal.
 */
static pid_t
start(char *const argv[], int leads)
{
	pid_t pid = fork();

	if (pid != 0) {
		if (pid == -1)
			warn("fork");
		return (pid);
	}
	/* What init ignores, others should not. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	if (leads) {
		setsid();
		ioctl(0, TIOCSCTTY, 0);
	}
	execve(SHELL, argv, environment);
	warn("%s", SHELL);
	_exit(errno == ENOENT ? 127 : 126);
}

/*
 * Wait for one process to end, and for all that end before it.
 */
static int
reap(pid_t wanted)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = wait(&status);
		if (pid == wanted)
			return (status);
		if (pid == -1 && errno != EINTR)
			return (-1);
	}
}

/*
 * init -x: the markers around the output are what tools/run looks for.
 */
static void
run_command(char *command)
{
	char *argv[] = { "sh", "-c", command, NULL };
	int code, status;
	pid_t pid;

	printf("tine: exec begin\n");
	fflush(stdout);
	pid = start(argv, 1);
	status = pid == -1 ? W_EXITCODE(126, 0) : reap(pid);
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	printf("tine: exit status %d", code);
	fflush(stdout);
	reboot(RB_POWEROFF);
}

int
main(int argc, char *argv[])
{
	char *rc[] = { "sh", RC, NULL }, *shell[] = { "-sh", NULL };
	pid_t pid;

	if (getpid() != 1)
		errx(1, "is process 1 already");
	open_console();
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (argc == 3 && strcmp(argv[1], "-x") == 0)
		run_command(argv[2]);
	if (access(RC, R_OK) == 0 && (pid = start(rc, 1)) != -1)
		reap(pid);
	for (;;) {
		pid = start(shell, 1);
		if (pid == -1 || WEXITSTATUS(reap(pid)) == 127)
			sleep(1);	/* nothing to be gained by haste */
	}
}
