/*
 * Process 1.  It runs /etc/rc once, keeps a shell on the console, and reaps
 * every process whose parent has died.
 *
 *	init		rc, then a shell, for ever
 *	init -l		rc, then a login, for ever
 *	init -x CMD	sh -c CMD, then print its status and switch off
 *
 * The lines that "init -x" prints before and behind the output of CMD are
 * what tools/run looks for; the last one is printed behind whatever the
 * command left on its line.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define	RC		"/etc/rc"
#define	SHORT_LIFE	2		/* seconds: a shell that cannot run */

static char *const environment[] = {
	"PATH=/bin:/sbin:/usr/bin:/usr/tests", "HOME=/root", "USER=root",
	"LOGNAME=root", "SHELL=" _PATH_BSHELL, "TERM=vt100", NULL
};

/* What a terminal or a careless kill could send us. */
static const int ignored[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGALRM,
	SIGUSR1, SIGUSR2, SIGPIPE,
};

/*
 * The console as 0, 1 and 2.  It is opened anew after every user: when a
 * session ends, the terminal is taken away from all who had it open.
 */
static void
open_console(void)
{
	int fd;

	for (fd = 0; fd < 3; fd++)
		close(fd);
	fd = open(_PATH_CONSOLE, O_RDWR);
	if (fd == -1)
		return; /* nobody to tell */
	while (fd < 2 && fd >= 0)
		fd = dup(fd);
}

static void
set_signals(void (*handler)(int))
{
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], handler);
}

/* In a new child: a session of its own with the console as its terminal. */
static void
child_main(const char *path, char *const argv[])
{
	/* The last session's user may have had it. */
	(void)chown(_PATH_CONSOLE, 0, 0);
	(void)chmod(_PATH_CONSOLE, 0600);
	if (setsid() == -1)
		warn("setsid");
	open_console();
	if (ioctl(STDIN_FILENO, TIOCSCTTY, 0) == -1)
		warn("TIOCSCTTY");
	set_signals(SIG_DFL);
	if (chdir("/root") == -1 && chdir("/") == -1)
		warn("/");
	execve(path, argv, environment);
	warn("%s", path);
	_exit(127);
}

/* Run the program with these arguments; its pid, or -1. */
static pid_t
spawn(const char *path, char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0)
		child_main(path, argv);
	if (pid == -1)
		warn("fork");
	return (pid);
}

/* Reap whoever ends, until it is this one; its wait status. */
static int
reap_until(pid_t pid)
{
	int status;
	pid_t ended;

	for (;;) {
		ended = wait(&status);
		if (ended == pid)
			return (status);
		if (ended == -1 && errno != EINTR)
			return (W_EXITCODE(127, 0));
	}
}

/* Reap those who have ended, for the room they take in the process table. */
static void
reap_ended(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

/* As $? would show it. */
static int
exit_status(int status)
{
	if (WIFSIGNALED(status))
		return (128 + WTERMSIG(status));
	return (WEXITSTATUS(status));
}

static void __dead2
power_off(void)
{
	reboot(RB_POWEROFF);
	warn("reboot");
	for (;;)
		pause();
}

static void __dead2
run_command(char *command)
{
	char *argv[] = { "sh", "-c", command, NULL };
	int status = W_EXITCODE(127, 0);
	pid_t pid;

	printf("tine: exec begin\n");
	fflush(stdout);
	pid = spawn(_PATH_BSHELL, argv);
	if (pid != -1)
		status = reap_until(pid);
	open_console();
	printf("tine: exit status %d\n", exit_status(status));
	fflush(stdout);
	power_off();
}

static void
run_rc(void)
{
	char *argv[] = { "sh", RC, NULL };
	pid_t pid;

	if (access(RC, R_OK) == -1)
		return;
	pid = spawn(_PATH_BSHELL, argv);
	if (pid != -1)
		reap_until(pid);
	open_console();
}

/* A shell or a login on the console, and another one when it ends. */
static void __dead2
run_shells(bool login)
{
	char *argv[] = { login ? "login" : "-sh", NULL };
	const char *path = login ? _PATH_LOGIN : _PATH_BSHELL;
	time_t started;
	pid_t pid;

	for (;;) {
		started = time(NULL);
		pid = spawn(path, argv);
		if (pid != -1)
			reap_until(pid);
		else
			reap_ended();
		open_console();
		/* Do not fill the console if it dies at once. */
		if (pid == -1 || time(NULL) - started < SHORT_LIFE)
			sleep(1);
	}
}

int
main(int argc, char **argv)
{
	bool command = argc == 3 && strcmp(argv[1], "-x") == 0;
	bool login = argc == 2 && strcmp(argv[1], "-l") == 0;

	if (getpid() != 1)
		errx(1, "already running");
	set_signals(SIG_IGN);
	open_console();
	if (argc > 1 && !command && !login)
		warnx("usage: init [-l | -x command]");
	if (command)
		run_command(argv[2]);
	run_rc();
	run_shells(login);
}
