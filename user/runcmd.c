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

int
run_command(char **argv)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		execvp(argv[0], argv);
		warn("%s", argv[0]);
		_exit(errno == ENOENT ? 127 : 126);
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	return (status);
}

int
shell_status(int status)
{
	return (WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				      WEXITSTATUS(status));
}
