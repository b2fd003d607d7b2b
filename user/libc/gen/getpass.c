/*
 * Asking for a password.
 */
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define	_PASSWORD_LEN	128

/* A line, without its end; what is too long is dropped. */
static void
read_line(int fd, char *buf, size_t size)
{
	size_t n = 0;
	char c;

	while (read(fd, &c, 1) == 1 && c != '\n')
		if (n < size - 1)
			buf[n++] = c;
	buf[n] = '\0';
}

/*
 * getpass(3): print the prompt and read a line from the controlling
 * terminal, without echo; or from the standard input if there is none.
 * Returns a string that the next call overwrites.
 */
char *
getpass(const char *prompt)
{
	static char buf[_PASSWORD_LEN + 1];
	int tty = open(_PATH_TTY, O_RDWR | O_CLOEXEC);
	int in = tty == -1 ? STDIN_FILENO : tty;
	int out = tty == -1 ? STDERR_FILENO : tty;
	struct termios saved, term;
	sigset_t old, set;
	int echo;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, &old);
	echo = tcgetattr(in, &term) == 0 && (term.c_lflag & ECHO) != 0;
	saved = term;
	term.c_lflag &= ~ECHO;
	if (echo)
		tcsetattr(in, TCSAFLUSH, &term);
	(void)write(out, prompt, strlen(prompt));
	read_line(in, buf, sizeof(buf));
	(void)write(out, "\n", 1);
	if (echo)
		tcsetattr(in, TCSAFLUSH, &saved);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (tty != -1)
		close(tty);
	return (buf);
}
