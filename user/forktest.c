/*
 * forktest: does fork work?  Data and exit statuses through fork and pipe,
 * a chain of forks, and a full process table.  The output is the same each
 * time: no ids, no times.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"

static volatile int	value;
static volatile char	pages[3 * 4096]; /* the middle is on no other's page */

static void
check(int ok, const char *what)
{
	if (!ok)
		errx(1, "FAILED: %s", what);
	printf("forktest: %s\n", what);
	fflush(stdout);
}

static void
statuses(void)
{
	int i, ok = 1, status;
	pid_t pid;

	for (i = 0; i < 256; i += 15) {
		pid = fork();
		if (pid == 0)
			_exit(i);
		ok &= waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		    WEXITSTATUS(status) == i;
	}
	check(ok, "exit statuses arrive");
}

static void
copies(void)
{
	int status;
	pid_t pid;

	value = 1;
	pid = fork();
	if (pid == 0) {
		value = 2;
		_exit(value);
	}
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 2 &&
		value == 1,
	    "the child's writes are its own");

	/* Also on a page to which the parent does not write meanwhile. */
	pages[4096] = 1;
	pid = fork();
	if (pid == 0) {
		pages[4096] = 2;
		_exit(pages[4096]);
	}
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 2 &&
		pages[4096] == 1,
	    "on pages that only the child writes to");

	/* At once, before another process can have run. */
	pid = fork();
	if (pid == 0)
		_exit(value);
	value = 3;
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 1,
	    "so are the parent's");
}

static void
pipes(void)
{
	char c = 0;
	int ends[2];

	if (pipe(ends) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		write(ends[1], "x", 1);
		_exit(0);
	}
	check(read(ends[0], &c, 1) == 1 && c == 'x' && wait(NULL) > 0,
	    "a byte comes through a pipe");
	close(ends[0]);
	close(ends[1]);
}

static int
chain(int depth)
{
	int status;
	pid_t pid;

	if (depth == 0)
		return (7);
	pid = fork();
	if (pid == 0)
		_exit(chain(depth - 1));
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return (1);
	return (WEXITSTATUS(status));
}

/*
 * Children that wait for a pipe to be closed, as many as there can be.
 */
static void
fill(void)
{
	int ends[2], forked = 0, waited = 0;
	pid_t pid;
	char c;

	if (pipe(ends) == -1)
		err(1, "pipe");
	for (;;) {
		pid = fork();
		if (pid == -1)
			break;
		if (pid == 0) {
			close(ends[1]);
			read(ends[0], &c, 1);
			_exit(0);
		}
		forked++;
	}
	check((errno == EAGAIN || errno == ENOMEM) && forked > 10,
	    "the process table fills up");
	close(ends[1]);
	close(ends[0]);
	while (wait(NULL) > 0)
		waited++;
	check(waited == forked && errno == ECHILD,
	    "every child is waited for once");
	pid = fork();
	if (pid == 0)
		_exit(0);
	check(pid > 0 && waitpid(pid, NULL, 0) == pid,
	    "after that fork works again");
}

int
main(int argc, char **argv)
{
	no_arguments(argc, argv);
	statuses();
	copies();
	pipes();
	check(chain(20) == 7, "a chain of 20 forks");
	fill();
	printf("forktest: OK\n");
	return (0);
}
