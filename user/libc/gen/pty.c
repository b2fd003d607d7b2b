/*
 * Pseudo terminals: see pty(4).  The controlling side of pair X is
 * /dev/ptypX, the terminal is /dev/ttypX.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char digits[] = "0123456789abcdef";	/* X in the names */

/*
 * posix_openpt(3): the controlling side of a pair that nobody uses.  Flags
 * are O_RDWR and maybe O_NOCTTY and O_CLOEXEC.  Returns a descriptor, or
 * -1: EINVAL (other flags), EAGAIN (all pairs are in use), EMFILE, ENFILE.
 */
int
posix_openpt(int flags)
{
	char path[] = _PATH_DEV "ptypX";
	int fd, i;

	if ((flags & O_ACCMODE) != O_RDWR ||
	    (flags & ~(O_ACCMODE | O_NOCTTY | O_CLOEXEC)) != 0) {
		errno = EINVAL;
		return (-1);
	}
	for (i = 0; digits[i] != '\0'; i++) {
		path[sizeof(path) - 2] = digits[i];
		fd = open(path, flags);
		if (fd != -1 || errno != EIO)
			return (fd);
	}
	errno = EAGAIN;
	return (-1);
}

/* 0 if it is a controlling side; -1 with EBADF, or EINVAL if it is not. */
static int
check_master(int fd)
{
	if (ioctl(fd, TIOCPTMASTER) == 0)
		return (0);
	if (errno != EBADF)
		errno = EINVAL;
	return (-1);
}

/*
 * grantpt(3), unlockpt(3): make the terminal ready to be opened.  It is,
 * and only for the user who opened the controlling side.  0, or -1: EBADF,
 * EINVAL (no controlling side).
 */
int
grantpt(int fd)
{
	return (check_master(fd));
}

int
unlockpt(int fd)
{
	return (check_master(fd));
}

/*
 * ptsname(3): the path of the terminal, which the next call overwrites, or
 * NULL: EBADF, EINVAL (no controlling side).
 */
char *
ptsname(int fd)
{
	static char path[] = _PATH_DEV "ttypX";
	struct stat st;

	if (check_master(fd) == -1 || fstat(fd, &st) == -1)
		return (NULL);
	path[sizeof(path) - 2] = digits[minor(st.st_rdev)];
	return (path);
}

/*
 * openpty(3): both sides of a new pair, the path of the terminal into name
 * (if it is not NULL; there must be room), with these modes and this size
 * if they are not NULL.  0, or -1 as posix_openpt(3) or open(2).
 */
int
openpty(int *master, int *slave, char *name, struct termios *t,
    struct winsize *ws)
{
	const char *path;
	int error, mfd, sfd = -1;

	mfd = posix_openpt(O_RDWR | O_NOCTTY);
	if (mfd == -1)
		return (-1);
	path = ptsname(mfd);
	if (path != NULL)
		sfd = open(path, O_RDWR | O_NOCTTY);
	if (sfd == -1) {
		error = errno;
		close(mfd);
		errno = error;
		return (-1);
	}
	if (name != NULL)
		strcpy(name, path);
	if (t != NULL)
		(void)tcsetattr(sfd, TCSAFLUSH, t);
	if (ws != NULL)
		(void)ioctl(sfd, TIOCSWINSZ, ws);
	*master = mfd;
	*slave = sfd;
	return (0);
}

/*
 * login_tty(3): begin a session with that terminal as the controlling one
 * and as standard input, output and error; the descriptor is closed.  0, or
 * -1 as TIOCSCTTY of ioctl(2).
 */
int
login_tty(int fd)
{
	(void)setsid();
	if (ioctl(fd, TIOCSCTTY, NULL) == -1)
		return (-1);
	(void)dup2(fd, STDIN_FILENO);
	(void)dup2(fd, STDOUT_FILENO);
	(void)dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return (0);
}

/*
 * forkpty(3): openpty(3), fork(2), and login_tty(3) in the child.  The
 * child's pid, with the controlling side in *master; 0 in the child; or -1.
 */
pid_t
forkpty(int *master, char *name, struct termios *t, struct winsize *ws)
{
	int error, mfd, sfd;
	pid_t pid;

	if (openpty(&mfd, &sfd, name, t, ws) == -1)
		return (-1);
	pid = fork();
	if (pid == -1) {
		error = errno;
		close(mfd);
		close(sfd);
		errno = error;
		return (-1);
	}
	if (pid == 0) {
		close(mfd);
		if (login_tty(sfd) == -1)
			_exit(1);
		return (0);
	}
	close(sfd);
	*master = mfd;
	return (pid);
}
