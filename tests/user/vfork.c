/*
 * vfork(2): the child runs on the parent's memory while the parent waits
 * for its exec or exit, whoever the child's parent is by then.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static volatile int	value;
static int		*shared;

static void
test_memory(void)
{
	int fd, status;
	pid_t pid;

	value = 1;
	fd = open("/dev/null", O_RDONLY);
	pid = vfork();
	if (pid == 0) {
		value = 2;
		close(fd);
		_exit(5);
	}
	ok(value == 2, "the child writes to the parent's memory");
	ok(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 5,
	    "its exit status arrives");
	ok(fcntl(fd, F_GETFD) == 0, "its close does not");
	close(fd);
}

static void
test_exec(void)
{
	char *argv[] = { "false", NULL }, *none[] = { NULL };
	int status;
	pid_t pid;

	value = 0;
	pid = vfork();
	if (pid == 0) {
		execve("/nonexistent", argv, none);
		value = errno;
		execve("/bin/false", argv, none);
		_exit(99);
	}
	ok(value == ENOENT, "a failed exec keeps the parent waiting");
	ok(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 1,
	    "a good one lets it go on");
}

static void
test_killed(void)
{
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGKILL,
	    "a killed child lets the parent go on");
}

static void
test_nocldwait(void)
{
	pid_t other, pid;

	/* With another child, nobody wakes the parent for its own sake. */
	other = fork();
	if (other == 0)
		for (;;)
			pause();
	signal(SIGCHLD, SIG_IGN);
	pid = vfork();
	if (pid == 0)
		_exit(0);
	ok(pid > 0, "with SIGCHLD ignored the parent goes on too");
	errno = 0;
	ok(waitpid(pid, NULL, 0) == -1 && errno == ECHILD,
	    "and there is nothing to wait for");
	signal(SIGCHLD, SIG_DFL);
	kill(other, SIGKILL);
	ok(waitpid(other, NULL, 0) == other, "the other child");
}

static void
test_parent_killed(void)
{
	int status;
	pid_t pid;

	*shared = 0;
	pid = fork();
	if (pid == 0) {
		if (vfork() == 0) {
			*shared = getpid();
			pause();
			_exit(0);
		}
		_exit(7);
	}
	while (*shared == 0)
		usleep(1000);
	kill(pid, SIGTERM);
	usleep(20000);
	ok(waitpid(pid, &status, WNOHANG) == 0,
	    "the waiting parent keeps SIGTERM pending");
	kill(pid, SIGKILL);
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status),
	    "SIGKILL ends it at once");
	ok(kill(*shared, 0) == 0, "the child lives on");
	kill(*shared, SIGKILL);
}

static void
test_stop(void)
{
	int status;
	pid_t pid;

	pid = vfork();
	if (pid == 0) {
		raise(SIGTSTP);
		raise(SIGTTIN);
		raise(SIGTTOU);
		_exit(6);
	}
	ok(waitpid(pid, &status, WUNTRACED) == pid && WIFEXITED(status) &&
		WEXITSTATUS(status) == 6,
	    "stop signals do not stop the child");
}

static void
caught(int sig)
{
	value = sig;
}

/* Runs on a stack of its own, since the child of rfork shares the parent's. */
static int
spawned(void *arg)
{
	struct sigaction sa;

	if (sigaction(SIGUSR2, NULL, &sa) == -1 || sa.sa_handler != SIG_DFL)
		return (2);
	if (sigaction(SIGUSR1, NULL, &sa) == -1 || sa.sa_handler != SIG_IGN)
		return (3);
	*(volatile int *)arg = 1;
	return (4);
}

static void
test_spawn_flag(void)
{
	static char stack[16384];
	volatile int ran = 0;
	struct sigaction sa;
	int status;
	pid_t pid;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, caught);
	pid = rfork_thread((int)RFSPAWN, stack + sizeof(stack), spawned,
	    (void *)(uintptr_t)&ran);
	ok(ran == 1, "RFSPAWN: the parent waits, memory is shared");
	ok(pid > 0 && waitpid(pid, &status, 0) == pid &&
		WEXITSTATUS(status) == 4,
	    "RFSPAWN: caught signals are reset, ignored ones stay");
	ok(sigaction(SIGUSR2, NULL, &sa) == 0 && sa.sa_handler == caught,
	    "the parent keeps its handler");
	errno = 0;
	ok(rfork((int)(RFSPAWN | RFPROC)) == -1 && errno == EINVAL,
	    "RFSPAWN stands alone");
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
}

int
main(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	if (shared == MAP_FAILED)
		return (1);
	test_memory();
	test_exec();
	test_killed();
	test_nocldwait();
	test_parent_killed();
	test_stop();
	test_spawn_flag();
	return (tap_done());
}
