/*
 * Terminals, by ioctl(2).  Functions return 0 where nothing else is said,
 * or -1: EBADF, ENOTTY, EINVAL and others.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/*
 * tcgetattr(3), tcsetattr(3): the modes; at once (TCSANOW), after the
 * output (TCSADRAIN), or after it and with the input dropped (TCSAFLUSH).
 */
int
tcgetattr(int fd, struct termios *t)
{
	return (ioctl(fd, TIOCGETA, t));
}

int
tcsetattr(int fd, int when, const struct termios *t)
{
	struct termios copy;

	if (when & TCSASOFT) {
		copy = *t;
		copy.c_cflag |= CIGNORE;
		t = &copy;
	}
	switch (when & ~TCSASOFT) {
	case TCSANOW:
		return (ioctl(fd, TIOCSETA, t));
	case TCSADRAIN:
		return (ioctl(fd, TIOCSETAW, t));
	case TCSAFLUSH:
		return (ioctl(fd, TIOCSETAF, t));
	default:
		errno = EINVAL;
		return (-1);
	}
}

/*
 * tcgetpgrp(3), tcsetpgrp(3): the foreground process group.  tcgetsid(3):
 * the session whose controlling terminal it is.
 */
pid_t
tcgetpgrp(int fd)
{
	int pgrp;

	return (ioctl(fd, TIOCGPGRP, &pgrp) == -1 ? -1 : pgrp);
}

int
tcsetpgrp(int fd, pid_t pgrp)
{
	int value = pgrp;

	return (ioctl(fd, TIOCSPGRP, &value));
}

pid_t
tcgetsid(int fd)
{
	int sid;

	return (ioctl(fd, TIOCGSID, &sid) == -1 ? -1 : sid);
}

/*
 * tcdrain(3): wait until the output is written.  tcflush(3): drop input,
 * output or both.  tcflow(3): stop and start output, or send the
 * characters that stop and start input.  tcsendbreak(3): a break of 0.4
 * seconds.
 */
int
tcdrain(int fd)
{
	return (ioctl(fd, TIOCDRAIN));
}

int
tcflush(int fd, int which)
{
	int flags;

	switch (which) {
	case TCIFLUSH:
		flags = FREAD;
		break;
	case TCOFLUSH:
		flags = FWRITE;
		break;
	case TCIOFLUSH:
		flags = FREAD | FWRITE;
		break;
	default:
		errno = EINVAL;
		return (-1);
	}
	return (ioctl(fd, TIOCFLUSH, &flags));
}

int
tcflow(int fd, int action)
{
	struct termios t;
	cc_t c;

	switch (action) {
	case TCOOFF:
		return (ioctl(fd, TIOCSTOP));
	case TCOON:
		return (ioctl(fd, TIOCSTART));
	case TCIOFF:
	case TCION:
		if (tcgetattr(fd, &t) == -1)
			return (-1);
		c = t.c_cc[action == TCIOFF ? VSTOP : VSTART];
		if (c != _POSIX_VDISABLE && write(fd, &c, 1) != 1)
			return (-1);
		return (0);
	default:
		errno = EINVAL;
		return (-1);
	}
}

int
tcsendbreak(int fd, int length)
{
	struct timespec ts = { 0, 400000000 };

	(void)length;
	if (ioctl(fd, TIOCSBRK) == -1)
		return (-1);
	(void)nanosleep(&ts, NULL);
	return (ioctl(fd, TIOCCBRK));
}

/*
 * cfget*speed(3), cfset*speed(3): speeds in bits a second.
 */
speed_t
cfgetispeed(const struct termios *t)
{
	return (t->c_ispeed);
}

speed_t
cfgetospeed(const struct termios *t)
{
	return (t->c_ospeed);
}

int
cfsetispeed(struct termios *t, speed_t speed)
{
	t->c_ispeed = speed;
	return (0);
}

int
cfsetospeed(struct termios *t, speed_t speed)
{
	t->c_ospeed = speed;
	return (0);
}

int
cfsetspeed(struct termios *t, speed_t speed)
{
	t->c_ispeed = t->c_ospeed = speed;
	return (0);
}

/*
 * cfmakeraw(3): modes in which every character is handed on as it is.
 */
void
cfmakeraw(struct termios *t)
{
	t->c_iflag &= ~(IMAXBEL | IXOFF | INPCK | BRKINT | PARMRK | ISTRIP |
	    INLCR | IGNCR | ICRNL | IXON | IGNPAR);
	t->c_iflag |= IGNBRK;
	t->c_oflag &= ~OPOST;
	t->c_lflag &= ~(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG | IEXTEN |
	    NOFLSH | TOSTOP | PENDIN);
	t->c_cflag &= ~(CSIZE | PARENB);
	t->c_cflag |= CS8 | CREAD;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

/*
 * isatty(3): 1 for a terminal, else 0 and errno.
 */
int
isatty(int fd)
{
	struct termios t;

	return (tcgetattr(fd, &t) != -1);
}

/*
 * ttyname_r(3): the path of a terminal, into buf.  Returns 0, EBADF, ENOTTY,
 * ERANGE (too long) or ENOENT (it has no name in /dev).
 */
int
ttyname_r(int fd, char *buf, size_t size)
{
	static const char dev[] = _PATH_DEV;
	struct stat st, other;
	char path[sizeof(dev) + MAXNAMLEN];
	struct dirent *dp;
	DIR *dir;
	int error = ENOENT;

	if (!isatty(fd) || fstat(fd, &st) == -1)
		return (errno);
	if ((dir = opendir(dev)) == NULL)
		return (errno);
	memcpy(path, dev, sizeof(dev));
	while (error == ENOENT && (dp = readdir(dir)) != NULL) {
		(void)strlcpy(path + sizeof(dev) - 1, dp->d_name,
		    sizeof(path) - sizeof(dev) + 1);
		if (stat(path, &other) == 0 && S_ISCHR(other.st_mode) &&
		    other.st_rdev == st.st_rdev)
			error = strlcpy(buf, path, size) < size ? 0 : ERANGE;
	}
	(void)closedir(dir);
	return (error);
}

/*
 * ttyname(3): the path of a terminal, which the next call overwrites, or
 * NULL and errno.
 */
char *
ttyname(int fd)
{
	static char buf[sizeof(_PATH_DEV) + MAXNAMLEN];
	int error = ttyname_r(fd, buf, sizeof(buf));

	if (error == 0)
		return (buf);
	errno = error;
	return (NULL);
}
