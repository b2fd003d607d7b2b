/*
 * Run a command and wait for it: see runcmd.h.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "runcmd.h"

void
become_command(char *const argv[])
{
	int status;

	execvp(argv[0], argv);
	status = errno == ENOENT ? 127 : 126;
	warn("%s", argv[0]);
	/* What stdio holds may be the parent's to print. */
	_exit(status);
}

pid_t
start_command(char *const argv[])
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		become_command(argv);
	return (pid);
}

int
wait_command(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	return (status);
}

int
run_command(char *const argv[])
{
	pid_t pid = start_command(argv);
	sig_t interrupt = signal(SIGINT, SIG_IGN);
	sig_t quit = signal(SIGQUIT, SIG_IGN);
	int status = wait_command(pid);

	signal(SIGINT, interrupt);
	signal(SIGQUIT, quit);
	return (status);
}

int
shell_status(int status)
{
	return (WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				      WEXITSTATUS(status));
}
