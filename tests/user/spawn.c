/*
 * posix_spawn(3): each file action, each attribute, each error, and that
 * the parent is as it was.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

static const char *self = "/usr/tests/spawn";

/* ------------------------------------------------- what is spawned */

/*
 * spawn WHAT ARG: whether WHAT is so, as the exit status.
 */
static int
spawned(const char *what, const char *arg)
{
	int n = atoi(arg);
	struct stat a, b;
	sigset_t set;

	switch (what[0]) {
	case 'x': /* the status */
		return (n);
	case 'o': /* a descriptor is open */
		return (fcntl(n, F_GETFD) == -1);
	case 'c': /* one is closed */
		return (fcntl(n, F_GETFD) != -1 || errno != EBADF);
	case 's': /* 5 and another are the same file */
		return (fstat(5, &a) == -1 || fstat(n, &b) == -1 ||
		    a.st_ino != b.st_ino);
	case 'm': /* a signal is blocked */
		sigprocmask(SIG_BLOCK, NULL, &set);
		return (sigismember(&set, n) != 1);
	case 'd': /* a signal has its default action */
		return (signal(n, SIG_DFL) != SIG_DFL);
	case 'i': /* a signal is ignored */
		return (signal(n, SIG_DFL) != SIG_IGN);
	case 'g': /* it leads its group */
		return (getpgrp() != getpid());
	case 'G': /* its group */
		return (getpgrp() != n);
	case 'S': /* it leads its session */
		return (getsid(0) != getpid());
	case 'u': /* its effective user */
		return (geteuid() != (uid_t)n);
	default:
		return (99);
	}
}

/* ------------------------------------------------------ who spawns it */

static posix_spawn_file_actions_t fa;
static posix_spawnattr_t at;

/* The status of "spawn WHAT N" with these, or minus the error. */
static int
run(const char *what, int n, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attr)
{
	char number[12],
	    *args[] = { (char *)"spawn", (char *)what, number, NULL };
	int error, status;
	pid_t pid;

	snprintf(number, sizeof(number), "%d", n);
	error = posix_spawn(&pid, self, actions, attr, args, NULL);
	if (error != 0)
		return (-error);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return (-1);
	return (WEXITSTATUS(status));
}

static void
test_actions(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ok(run("x", 7, NULL, NULL) == 7, "a program runs");
	posix_spawn_file_actions_init(&fa);
	ok(run("x", 8, &fa, NULL) == 8, "no actions");
	ok(posix_spawn_file_actions_addopen(&fa, -1, "/", 0, 0) == EBADF &&
		posix_spawn_file_actions_adddup2(&fa, -1, 1) == EBADF &&
		posix_spawn_file_actions_adddup2(&fa, 1, -1) == EBADF &&
		posix_spawn_file_actions_addclose(&fa, -1) == EBADF,
	    "numbers that are none");
	ok(run("c", fd, NULL, NULL) == 0, "close on exec");
	posix_spawn_file_actions_adddup2(&fa, fd, fd);
	ok(run("o", fd, &fa, NULL) == 0, "dup2 to itself keeps it");
	posix_spawn_file_actions_adddup2(&fa, fd, 5);
	ok(run("s", fd, &fa, NULL) == 0, "dup2 to another");
	posix_spawn_file_actions_addclose(&fa, fd);
	ok(run("c", fd, &fa, NULL) == 0, "close");
	posix_spawn_file_actions_addclose(&fa, 60);
	ok(run("o", 5, &fa, NULL) == 0, "close of nothing is no error");
	posix_spawn_file_actions_addopen(&fa, 9, "/etc/passwd", O_RDONLY, 0);
	ok(run("o", 9, &fa, NULL) == 0, "open");
	posix_spawn_file_actions_addopen(&fa, 9, "/tmp/spawn",
	    O_RDWR | O_CREAT | O_EXCL, 0640);
	ok(run("o", 9, &fa, NULL) == 0, "open over another, in order");
	ok(run("o", 9, &fa, NULL) == -EEXIST, "an open that fails");
	unlink("/tmp/spawn");
	posix_spawn_file_actions_adddup2(&fa, 61, 5);
	ok(run("o", 9, &fa, NULL) == -EBADF, "a dup2 that fails");
	unlink("/tmp/spawn");
	ok(posix_spawn_file_actions_destroy(&fa) == 0, "destroyed");
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(5, F_GETFD) == -1 &&
		fcntl(9, F_GETFD) == -1,
	    "the parent's descriptors are as they were");
	close(fd);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, fd, "/dev/null",
	    O_RDONLY | O_CLOEXEC, 0);
	posix_spawn_file_actions_addopen(&fa, 9, "/dev/null",
	    O_RDONLY | O_CLOEXEC, 0);
	ok(run("o", fd, &fa, NULL) == 0 && run("o", 9, &fa, NULL) == 0,
	    "an open is for the program, wherever it was put");
	posix_spawn_file_actions_destroy(&fa);
}

static void
caught(int sig __unused)
{
}

static void
test_signals(void)
{
	sigset_t set, got;
	short flags;

	posix_spawnattr_init(&at);
	ok(posix_spawnattr_setflags(&at, 0x4000) == EINVAL, "no flag");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	posix_spawnattr_setsigmask(&at, &set);
	ok(posix_spawnattr_getsigmask(&at, &got) == 0 &&
		sigismember(&got, SIGUSR2) == 1,
	    "sigmask is kept");
	ok(run("m", SIGUSR2, NULL, &at) == 1, "nothing without its flag");
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGMASK);
	ok(posix_spawnattr_getflags(&at, &flags) == 0 &&
		flags == POSIX_SPAWN_SETSIGMASK,
	    "flags are kept");
	ok(run("m", SIGUSR2, NULL, &at) == 0, "POSIX_SPAWN_SETSIGMASK");
	sigprocmask(SIG_BLOCK, NULL, &got);
	ok(sigismember(&got, SIGUSR2) == 0, "the parent's mask is as it was");

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, caught);
	ok(run("i", SIGUSR1, NULL, NULL) == 0, "what is ignored stays so");
	ok(run("d", SIGUSR2, NULL, NULL) == 0, "what is caught does not");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	posix_spawnattr_setsigdefault(&at, &set);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF);
	ok(posix_spawnattr_getsigdefault(&at, &got) == 0 &&
		sigismember(&got, SIGUSR1) == 1 &&
		run("d", SIGUSR1, NULL, &at) == 0,
	    "POSIX_SPAWN_SETSIGDEF");
	ok(signal(SIGUSR1, SIG_DFL) == SIG_IGN &&
		signal(SIGUSR2, SIG_DFL) == caught,
	    "the parent's actions are as they were");
	sigfillset(&set);
	posix_spawnattr_setsigdefault(&at, &set);
	ok(run("x", 3, NULL, &at) == 3, "all of them");
	posix_spawnattr_destroy(&at);
}

static void
test_ids(void)
{
	pid_t group, pid;

	posix_spawnattr_init(&at);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP);
	ok(posix_spawnattr_getpgroup(&at, &group) == 0 && group == 0 &&
		run("g", 0, NULL, &at) == 0,
	    "a group of its own");
	pid = must_fork();
	if (pid == 0)
		for (;;)
			pause();
	setpgid(pid, pid);
	posix_spawnattr_setpgroup(&at, pid);
	ok(run("G", pid, NULL, &at) == 0, "another's group");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(run("G", pid, NULL, &at) == -EPERM, "a group that is gone");
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSID);
	ok(run("S", 0, NULL, &at) == 0, "a session of its own");

	pid = must_fork();
	if (pid == 0) {
		if (seteuid(100) == -1)
			_exit(2);
		if (run("u", 100, NULL, NULL) != 0)
			_exit(3);
		posix_spawnattr_setflags(&at, POSIX_SPAWN_RESETIDS);
		_exit(run("u", 0, NULL, &at));
	}
	ok(ended_well(pid), "POSIX_SPAWN_RESETIDS");
	posix_spawnattr_destroy(&at);
}

static void
test_errors(void)
{
	char *args[] = { (char *)"spawn", (char *)"x", (char *)"4", NULL };
	pid_t pid = 17;
	int status;

	ok(posix_spawn(&pid, "/no/such", NULL, NULL, args, environ) == ENOENT &&
		pid == 17,
	    "no program: no id");
	ok(posix_spawn(&pid, "/etc", NULL, NULL, args, environ) == EACCES,
	    "a folder");
	ok(posix_spawn(&pid, "/etc/passwd", NULL, NULL, args, environ) != 0,
	    "not a program");
	ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "no zombies are left");
	setenv("PATH", "/nowhere:/usr/tests", 1);
	ok(posix_spawnp(&pid, "spawn", NULL, NULL, args, environ) == 0 &&
		waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 4,
	    "posix_spawnp");
	ok(posix_spawnp(&pid, "no-such", NULL, NULL, args, environ) == ENOENT,
	    "posix_spawnp of nothing");
	ok(posix_spawn(NULL, self, NULL, NULL, args, environ) == 0 &&
		wait(&status) > 0 && WEXITSTATUS(status) == 4,
	    "nobody asks for the id");
}

/* A queue of events is not in the child's table. */
static void
test_kqueue(void)
{
	int kq = kqueue();

	ok(run("c", kq, NULL, NULL) == 0, "no kqueue in the child");
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addclose(&fa, kq);
	ok(run("c", kq, &fa, NULL) == 0 && fcntl(kq, F_GETFD) == 0,
	    "nor closed with it");
	posix_spawn_file_actions_destroy(&fa);
	close(kq);
}

int
main(int argc, char **argv)
{
	if (argc == 3)
		return (spawned(argv[1], argv[2]));
	test_actions();
	test_signals();
	test_ids();
	test_errors();
	test_kqueue();
	return (tap_done());
}
