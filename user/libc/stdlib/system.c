/*
 * Commands.
 */
#include <sys/wait.h>

#include <errno.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * In the child: signals as they were before, then the shell.
 */
static void
run(const char *command, const struct sigaction *intr,
    const struct sigaction *quit, const sigset_t *mask)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };

	(void)sigaction(SIGINT, intr, NULL);
	(void)sigaction(SIGQUIT, quit, NULL);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	(void)execve(_PATH_BSHELL, argv, environ);
	_exit(127);
}

/*
 * system(3): run a command by sh and wait for it, with SIGINT and SIGQUIT
 * ignored and SIGCHLD blocked meanwhile.  Returns its status as wait(2)
 * gives it, or -1 and errno.  Without a command: is there a shell.
 */
int
system(const char *command)
{
	struct sigaction ignore = { .sa_flags = 0 }, intr, quit;
	sigset_t block, mask;
	pid_t pid;
	int error, status = -1;

	if (command == NULL)
		return (access(_PATH_BSHELL, X_OK) == 0);
	ignore.sa_handler = SIG_IGN;
	(void)sigemptyset(&ignore.sa_mask);
	(void)sigaction(SIGINT, &ignore, &intr);
	(void)sigaction(SIGQUIT, &ignore, &quit);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &block, &mask);
	pid = vfork();
	if (pid == 0)
		run(command, &intr, &quit, &mask);
	if (pid != -1)
		while (waitpid(pid, &status, 0) == -1)
			if (errno != EINTR) {
				status = -1;
				break;
			}
	error = errno;
	(void)sigaction(SIGINT, &intr, NULL);
	(void)sigaction(SIGQUIT, &quit, NULL);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	errno = error;
	return (status);
}
