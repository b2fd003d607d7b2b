/*
 * stress: process creation in all its forms, at random, by several workers
 * at once, for some time.
 *
 *	stress [-f | --fork workers] [-s | --seconds s] [-x | --seed x]
 *
 * Every child ends in a way that its parent expects; a status that is not
 * the expected one, a lost child or a wrong byte of memory is an error.  The
 * same seed makes the same choices in the same order in every worker.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"

#define	MAX_CHILDREN	8		/* of a worker at a time */
#define	PAGES		16

enum action {
	FORK,				/* and exit */
	TOUCH,				/* write to all of the memory */
	VFORK,
	THREAD,				/* rfork with the memory shared */
	NOFILES,			/* rfork with an empty table of files */
	NOWAIT,				/* rfork of a child for init */
	EXEC,
	KILL,				/* by SIGKILL, in its sleep */
	STOP,				/* stop it, go on, and kill it */
	GROUP,				/* a process group of its own */
	ORPHAN,				/* a grandchild for init */
	NACTIONS
};

static const char *const action_names[NACTIONS] = {
	"fork", "touch", "vfork", "thread", "nofiles", "nowait", "exec", "kill",
	"stop", "group", "orphan",
};

/* A child that has not been waited for. */
struct child {
	pid_t	pid;			/* 0: free place */
	bool	killed;			/* by SIGKILL, else it exits */
	int	code;
};

static struct child children[MAX_CHILDREN];
static unsigned	counts[NACTIONS], refused, errors;
static unsigned	rng;
static char	memory[PAGES][4096];

static unsigned
next_random(unsigned below)
{
	rng ^= rng << 13;
	rng ^= rng >> 17;
	rng ^= rng << 5;
	return (rng % below);
}

static void
complain(const char *what, int value)
{
	errors++;
	printf("stress: %s (%#x)\n", what, value);
	fflush(stdout);
}

static void
check_status(const struct child *c, int status)
{
	if (c->killed) {
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			complain("a killed child ended otherwise", status);
	} else if (!WIFEXITED(status) || WEXITSTATUS(status) != c->code)
		complain("a child's status is wrong", status);
}

/* Wait for one child: this one, or whichever ends first. */
static void
collect(int slot)
{
	int status, i;
	pid_t pid;

	pid = waitpid(slot >= 0 ? children[slot].pid : -1, &status, 0);
	if (pid == -1) {
		complain("wait", errno);
		return;
	}
	for (i = 0; i < MAX_CHILDREN; i++)
		if (children[i].pid == pid) {
			check_status(&children[i], status);
			children[i].pid = 0;
			return;
		}
	complain("wait returned a stranger", pid);
}

/* In a child that has its own copy of the memory: is it the parent's? */
static void
child_touch(unsigned char mark, int code)
{
	int i;

	for (i = 0; i < PAGES; i++)
		if ((unsigned char)memory[i][i] != mark)
			_exit(99);
	memset(memory, code, sizeof(memory));
	for (i = 0; i < PAGES; i++)
		if (memory[i][4095] != (char)code)
			_exit(98);
	_exit(code);
}

static int
thread_main(void *arg)
{
	return (*(int *)arg);
}

static pid_t
exec_child(int code)
{
	char command[16];
	char *argv[] = { (char *)"sh", (char *)"-c", command, NULL };
	pid_t pid;

	snprintf(command, sizeof(command), "exit %d", code);
	pid = vfork();
	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(127);
	}
	return (pid);
}

/* What a forked child does.  Statuses from 90 up are complaints. */
static void __attribute__((__noreturn__))
child_main(enum action action, unsigned char mark, int code)
{
	switch (action) {
	case TOUCH:
		child_touch(mark, code);
		break;
	case NOFILES:
		if (fcntl(0, F_GETFD) != -1 || errno != EBADF)
			_exit(97);
		break;
	case KILL:
	case STOP:
		for (;;)
			pause();
	case GROUP:
		if (setpgid(0, 0) == -1 || getpgrp() != getpid())
			_exit(96);
		if (killpg(0, SIGCONT) == -1) /* ignored, but sent */
			_exit(95);
		break;
	case ORPHAN:
		if (fork() == 0)
			usleep(code * 100);
		break;
	default:
		break;
	}
	_exit(code);
}

static pid_t
start(enum action action, int code)
{
	static char stack[16384] __attribute__((__aligned__(16)));
	unsigned char mark = next_random(256);
	pid_t pid;

	memset(memory, mark, sizeof(memory));
	switch (action) {
	case VFORK:
		pid = vfork();
		if (pid == 0)
			_exit(code);
		return (pid);
	case THREAD:
		/* It shares our memory, so it must end before we go on. */
		return (rfork_thread(RFPROC | RFMEM | RFFDG,
		    stack + sizeof(stack), thread_main, &code));
	case NOFILES:
		pid = rfork(RFPROC | RFCFDG);
		break;
	case NOWAIT:
		pid = rfork(RFPROC | RFFDG | RFNOWAIT);
		break;
	case EXEC:
		return (exec_child(code));
	default:
		pid = fork();
		break;
	}
	if (pid == 0)
		child_main(action, mark, code);
	return (pid);
}

/* Stop a child that sleeps, see that it has stopped, and let it go on. */
static void
stop_and_go(pid_t pid)
{
	int status;

	if (kill(pid, SIGSTOP) == -1)
		complain("SIGSTOP", errno);
	else if (waitpid(pid, &status, WUNTRACED) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
		complain("a stopped child's status is wrong", status);
	if (next_random(2) && kill(pid, SIGCONT) == -1)
		complain("SIGCONT", errno);
}

/* What the parent does with a child that has been started. */
static void
follow_up(enum action action, struct child *c)
{
	if (action == STOP)
		stop_and_go(c->pid);
	if (c->killed && kill(c->pid, SIGKILL) == -1)
		complain("kill", errno);
	/* The child may have done it, or have gone. */
	if (action == GROUP && setpgid(c->pid, c->pid) == -1 &&
	    errno != ESRCH && errno != EACCES)
		complain("setpgid", errno);
	if (action == THREAD)
		collect(c - children);
}

static void
one_action(void)
{
	enum action action = next_random(NACTIONS);
	int code = next_random(90), i;
	pid_t pid;

	for (i = 0; i < MAX_CHILDREN && children[i].pid != 0; i++)
		;
	if (i == MAX_CHILDREN || next_random(4) == 0) {
		for (i = 0; i < MAX_CHILDREN; i++)
			if (children[i].pid != 0) {
				collect(next_random(2) ? i : -1);
				return;
			}
	}
	for (i = 0; children[i].pid != 0; i++)
		;
	pid = start(action, code);
	if (pid == -1) {
		if (errno != EAGAIN && errno != ENOMEM)
			complain("fork", errno);
		refused++;
		return;
	}
	counts[action]++;
	if (action == NOWAIT)
		return; /* init's */
	children[i] = (struct child){ pid, action == KILL || action == STOP,
		code };
	follow_up(action, &children[i]);
}

static void
worker(int number, int seconds, unsigned seed)
{
	time_t end = time(NULL) + seconds;
	int i;

	rng = seed * 2654435761U + number * 40503U + 1;
	while (time(NULL) < end && errors == 0)
		one_action();
	for (i = 0; i < MAX_CHILDREN; i++)
		if (children[i].pid != 0)
			collect(i);
	if (waitpid(-1, NULL, 0) != -1 || errno != ECHILD)
		complain("children are left", errno);
	printf("worker %d:", number);
	for (i = 0; i < NACTIONS; i++)
		printf(" %s %u", action_names[i], counts[i]);
	printf(" refused %u errors %u\n", refused, errors);
	fflush(stdout);
	_exit(errors != 0);
}

/*
 * Run the workers.  Every process from here on has the end of a pipe, so that
 * its end of file says that all have gone, those left to init as well.
 */
static int
run(int workers, int seconds, unsigned seed)
{
	int alive[2], i, status, failed = 0;
	pid_t pid;
	char c;

	if (pipe(alive) == -1)
		err(1, "pipe");
	for (i = 0; i < workers; i++) {
		pid = fork();
		if (pid == -1)
			err(1, "fork");
		if (pid == 0)
			worker(i, seconds, seed);
	}
	close(alive[1]);
	for (i = 0; i < workers; i++) {
		if (wait(&status) == -1)
			err(1, "wait");
		failed |= status != 0;
	}
	while (read(alive[0], &c, 1) == -1 && errno == EINTR)
		;
	return (failed);
}

static void __dead2
usage(void)
{
	fprintf(stderr,
	    "usage: stress [-f | --fork workers] "
	    "[-s | --seconds s] [-x | --seed x]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "fork", required_argument, NULL, 'f' },
		{ "seconds", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'x' }, { NULL, 0, NULL, 0 }
	};
	int c, workers = 4, time_limit = 5, failed;
	unsigned seed = 1;

	while ((c = getopt_long(argc, argv, "f:s:x:", options, NULL)) != -1)
		switch (c) {
		case 'f':
			workers = number(optarg, 10, 1, INT_MAX);
			break;
		case 's':
			time_limit = number(optarg, 10, 0, INT_MAX);
			break;
		case 'x':
			seed = number(optarg, 0, 0, UINT_MAX);
			break;
		default:
			usage();
		}
	if (optind != argc)
		usage();
	printf("stress: %d workers, %d seconds, seed %u\n", workers, time_limit,
	    seed);
	fflush(stdout);
	failed = run(workers, time_limit, seed);
	printf("stress: %s\n", failed ? "FAILED" : "OK");
	return (failed);
}
