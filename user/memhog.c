/*
 * memhog: take memory and touch it, a megabyte at a time, until there is no
 * more (or up to a number of megabytes), and say how it ended.
 *
 *	memhog [-s seconds] [megabytes]
 *	memhog -f [megabytes]
 *
 * With -f by children: each writes to all of its parent's megabytes (8),
 * which makes them its own, and stays, until one cannot be made or is
 * killed.  The status is 1 if memory was short.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

#define	MB	(1024 * 1024)
#define	MOST	(UINT_MAX / MB)		/* megabytes with an address */
#define	INHERITED 8			/* megabytes that children write to */

static void
usage(void)
{
	fprintf(stderr,
	    "usage: memhog [-s seconds] [megabytes]\n"
	    "       memhog -f [megabytes]\n");
	exit(2);
}

/* Megabytes that have been touched; NULL if there are not so many. */
static char *
take(unsigned megabytes)
{
	char *p;

	p = mmap(NULL, megabytes * MB, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	if (p == MAP_FAILED)
		return (NULL);
	return (memset(p, 0xa5, megabytes * MB));
}

static int
grow(unsigned limit, int seconds)
{
	unsigned got;

	for (got = 0; limit == 0 || got < limit; got++)
		if (take(1) == NULL) {
			printf("memhog: after %u MB: %s\n", got,
			    strerror(errno));
			return (1);
		}
	printf("memhog: %u MB in use\n", got);
	fflush(stdout);
	sleep(seconds);
	return (0);
}

/* A child that has made the memory its own: its id.  0 if it was killed. */
static pid_t
writer(char *memory, unsigned megabytes)
{
	int ends[2], status;
	pid_t pid;
	char c = 0;

	if (pipe(ends) == -1)
		return (-1);
	pid = fork();
	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		memset(memory, 0x5a, megabytes * MB);
		write(ends[1], &c, 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (pid != -1 && read(ends[0], &c, 1) != 1) {
		waitpid(pid, &status, 0);
		if (WIFSIGNALED(status))
			errno = ENOMEM;
		pid = 0;
	}
	close(ends[0]);
	return (pid);
}

static int
fork_and_write(unsigned megabytes)
{
	unsigned children = 0;
	char *memory;
	pid_t pid;

	memory = take(megabytes);
	if (memory == NULL)
		err(1, "%u MB", megabytes);
	/* A group of their own, to be ended together. */
	setpgid(0, 0);
	signal(SIGTERM, SIG_IGN);
	while ((pid = writer(memory, megabytes)) > 0)
		children++;
	printf("memhog: %u children with %u MB each; the next %s: %s\n",
	    children, megabytes, pid == 0 ? "was killed" : "was not made",
	    strerror(errno));
	fflush(stdout);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	return (1);
}

int
main(int argc, char **argv)
{
	unsigned limit = 0;
	int c, delay = 0;
	bool forks = false;

	while ((c = getopt(argc, argv, "fs:")) != -1)
		switch (c) {
		case 'f':
			forks = true;
			break;
		case 's':
			delay = number(optarg, 10, 0, INT_MAX);
			break;
		default:
			usage();
		}
	if (argc - optind > 1)
		usage();
	if (optind < argc)
		limit = number(argv[optind], 10, 1, MOST);
	if (forks)
		return (finish(fork_and_write(limit ? limit : INHERITED), 1));
	return (finish(grow(limit, delay), 1));
}
