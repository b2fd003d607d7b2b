/*
 * Commands.
 */
#include <sys/wait.h>

#include <errno.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* What to run, and how the signals were before. */
struct shell {
	const char	*command;
	struct sigaction intr;
	struct sigaction quit;
	sigset_t	mask;
};

#define	STACK	4096		/* of the child, which does not get far */

/*
 * A signal as exec would leave it: no handler may run in the child, which
 * is in the parent's memory.
 */
static void
restore(int sig, const struct sigaction *before)
{
	struct sigaction sa = { .sa_flags = 0 };

	sa.sa_handler = before->sa_handler == SIG_IGN ? SIG_IGN : SIG_DFL;
	(void)sigaction(sig, &sa, NULL);
}

/*
 * The child, made by rfork(RFSPAWN).
 */
static int
run(void *arg)
{
	const struct shell *sh = arg;
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)sh->command,
		NULL };

	restore(SIGINT, &sh->intr);
	restore(SIGQUIT, &sh->quit);
	(void)sigprocmask(SIG_SETMASK, &sh->mask, NULL);
	(void)execve(_PATH_BSHELL, argv, environ);
	return (127);
}

/*
 * system(3): run a command by sh and wait for it, with SIGINT and SIGQUIT
 * ignored and SIGCHLD blocked meanwhile.  Returns its status as wait(2)
 * gives it, or -1 and errno.  Without a command: is there a shell.
 */
int
system(const char *command)
{
	struct sigaction ignore = { .sa_flags = 0 };
	struct shell sh = { .command = command };
	char stack[STACK];
	sigset_t block;
	pid_t pid;
	int error, status = -1;

	if (command == NULL)
		return (access(_PATH_BSHELL, X_OK) == 0);
	ignore.sa_handler = SIG_IGN;
	(void)sigemptyset(&ignore.sa_mask);
	(void)sigaction(SIGINT, &ignore, &sh.intr);
	(void)sigaction(SIGQUIT, &ignore, &sh.quit);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &block, &sh.mask);
	pid = rfork_thread((int)RFSPAWN, stack + sizeof(stack), run, &sh);
	if (pid != -1)
		while (waitpid(pid, &status, 0) == -1)
			if (errno != EINTR) {
				status = -1;
				break;
			}
	error = errno;
	(void)sigaction(SIGINT, &sh.intr, NULL);
	(void)sigaction(SIGQUIT, &sh.quit, NULL);
	(void)sigprocmask(SIG_SETMASK, &sh.mask, NULL);
	errno = error;
	return (status);
}
