/*
 * Leaving the terminal.
 */
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * daemon(3): go on in the background, in a session of its own; in / unless
 * nochdir is set, with standard input, output and error on /dev/null
 * unless noclose is.  Returns 0, or -1 and errno.
 */
int
daemon(int nochdir, int noclose)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	int fd, left;
	pid_t pid;

	/* The end of a session's leader hangs up those who are still in it. */
	(void)sigaction(SIGHUP, &ignore, &old);
	pid = fork();
	if (pid > 0)
		_exit(0);
	left = pid == 0 && setsid() != -1;
	(void)sigaction(SIGHUP, &old, NULL);
	if (!left)
		return (-1);
	if (!nochdir)
		(void)chdir("/");
	if (!noclose && (fd = open(_PATH_DEVNULL, O_RDWR)) != -1) {
		(void)dup2(fd, STDIN_FILENO);
		(void)dup2(fd, STDOUT_FILENO);
		(void)dup2(fd, STDERR_FILENO);
		if (fd > STDERR_FILENO)
			(void)close(fd);
	}
	return (0);
}
