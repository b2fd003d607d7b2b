/*
 * A program of POSIX and nothing else, to be compiled by anybody's compiler:
 * what it prints has to be the same on every system.  tests/tools/cc.py
 * compares Tine with the host.
 *
 *	posix [-v] [-n children] [word ...]
 */
#define	_XOPEN_SOURCE 700
#include <sys/types.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sigjmp_buf place;
static volatile sig_atomic_t caught, last;
static int verbose;

static void
die(const char *what)
{
	fprintf(stderr, "posix: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
on_signal(int sig)
{
	caught++;
	last = sig;
}

static void
on_jump(int sig)
{
	siglongjmp(place, sig);
}

static void
handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sa.sa_flags = flags;
	sigemptyset(&sa.sa_mask);
	if (sigaction(sig, &sa, NULL) == -1)
		die("sigaction");
}

/* By names: the numbers are the system's own. */
static const char *
name(int sig)
{
	return (sig == SIGALRM ? "SIGALRM" :
		sig == SIGUSR1 ? "SIGUSR1" :
		sig == SIGTERM ? "SIGTERM" :
		sig == SIGSTOP ? "SIGSTOP" :
		sig == SIGCHLD ? "SIGCHLD" :
				 "another signal");
}

static void
print_status(const char *who, int status)
{
	if (WIFEXITED(status))
		printf("%s: exit %d\n", who, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("%s: killed by %s\n", who, name(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		printf("%s: stopped by %s\n", who, name(WSTOPSIG(status)));
}

/* fork, wait: children in order, their exit statuses. */
static void
test_fork(int children)
{
	int i, status;
	pid_t pid;

	for (i = 0; i < children; i++) {
		fflush(stdout);
		pid = fork();
		if (pid == -1)
			die("fork");
		if (pid == 0)
			_exit(i);
		if (waitpid(pid, &status, 0) != pid)
			die("waitpid");
		print_status("child", status);
	}
	printf("no child left: %d\n", wait(NULL) == -1 && errno == ECHILD);
}

/* setpgid: a child in a group of its own, stopped, continued, ended. */
static void
test_groups(void)
{
	int ends[2], status;
	pid_t pid;
	char c = 0;

	if (pipe(ends) == -1)
		die("pipe");
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0) {
		if (setpgid(0, 0) == -1 || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ends[0], &c, 1) != 1)
		die("read");
	printf("its own group: %d, not ours: %d\n", getpgid(pid) == pid,
	    getpgrp() != pid);
	kill(-pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	print_status("group", status);
	kill(-pid, SIGTERM);
	kill(-pid, SIGCONT);
	waitpid(-pid, &status, 0);
	print_status("group", status);
	printf("no such group: %d\n", kill(-pid, 0) == -1 && errno == ESRCH);
	close(ends[0]);
	close(ends[1]);
}

/* sigaction, blocked and pending signals, SA_RESETHAND, SA_RESTART. */
static void
test_signals(void)
{
	sigset_t old, pending, set;
	struct sigaction sa;

	handle(SIGUSR1, on_signal, SA_RESETHAND);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	raise(SIGUSR1);
	sigpending(&pending);
	printf("blocked: %d caught, pending %d\n", (int)caught,
	    sigismember(&pending, SIGUSR1));
	sigprocmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGUSR1, NULL, &sa);
	printf("let through: %d caught, %s, handler reset %d\n", (int)caught,
	    name(last), sa.sa_handler == SIG_DFL);
}

/* alarm: ends a read, without SA_RESTART; and by siglongjmp another. */
static void
test_alarm(void)
{
	int ends[2], sig;
	sigset_t set;
	char c;

	if (pipe(ends) == -1)
		die("pipe");
	handle(SIGALRM, on_signal, 0);
	alarm(1);
	printf("read: %d\n", read(ends[0], &c, 1) == -1 && errno == EINTR);
	printf("alarm: %s, %u left\n", name(last), alarm(0));
	handle(SIGALRM, on_jump, SA_RESTART);
	sig = sigsetjmp(place, 1);
	if (sig == 0) {
		alarm(1);
		if (read(ends[0], &c, 1) != -2)
			printf("read came back\n");
	}
	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("jumped: %s, blocked %d\n", name(sig),
	    sigismember(&set, SIGALRM));
	close(ends[0]);
	close(ends[1]);
}

/* select: time-out, a child that writes, the end of the file. */
static void
test_select(void)
{
	struct timeval tv = { 0, 10000 };
	int ends[2], n;
	char buf[16];
	fd_set set;
	pid_t pid;

	if (pipe(ends) == -1)
		die("pipe");
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	n = select(ends[0] + 1, &set, NULL, NULL, &tv);
	printf("select: %d\n", n);
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0)
		_exit(write(ends[1], "hello", 5) != 5);
	close(ends[1]);
	do {
		FD_ZERO(&set);
		FD_SET(ends[0], &set);
		n = select(ends[0] + 1, &set, NULL, NULL, NULL);
		if (n != 1 || !FD_ISSET(ends[0], &set))
			die("select");
		n = read(ends[0], buf, sizeof(buf));
		printf("ready: %.*s (%d)\n", n > 0 ? n : 0, buf, n);
	} while (n > 0);
	close(ends[0]);
	waitpid(pid, NULL, 0);
}

/* What of files a child shares with its parent: the offset. */
static void
test_files(void)
{
	char path[] = "/tmp/posixXXXXXX", text[3] = "";
	int fd = mkstemp(path);
	struct stat sb;
	pid_t pid;

	if (fd == -1)
		die("mkstemp");
	unlink(path);
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0)
		_exit(write(fd, "abc", 3) != 3);
	waitpid(pid, NULL, 0);
	if (write(fd, "de", 2) != 2 || pread(fd, text, 2, 2) != 2 ||
	    fstat(fd, &sb) == -1)
		die("the file");
	printf("file: %s at 2 of %d, mode %o\n", text, (int)sb.st_size,
	    (unsigned)sb.st_mode & 0777);
	close(fd);
}

int
main(int argc, char *argv[])
{
	int c, children = 2;

	opterr = 0;
	while ((c = getopt(argc, argv, ":n:v")) != -1)
		switch (c) {
		case 'n':
			children = atoi(optarg);
			break;
		case 'v':
			verbose = 1;
			break;
		case ':':
			printf("-%c wants a value\n", optopt);
			return (2);
		default:
			printf("no option -%c\n", optopt);
			return (2);
		}
	if (verbose)
		for (c = optind; c < argc; c++)
			printf("word %d: %s\n", c - optind, argv[c]);
	test_fork(children);
	test_groups();
	test_signals();
	test_alarm();
	test_select();
	test_files();
	return (3);
}
