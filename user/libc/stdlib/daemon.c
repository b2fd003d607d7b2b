/*
 * Leaving the terminal.
 */
#include <fcntl.h>
#include <paths.h>
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
	int fd;

	switch (fork()) {
	case -1:
		return (-1);
	case 0:
		break;
	default:
		_exit(0);
	}
	if (setsid() == -1)
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
