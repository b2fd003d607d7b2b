/*
 * forkbomb: fork until it fails, in every process there is, for a moment.
 * Run it as a user whose limit keeps it in bounds; it ends by itself.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"

#define	SECONDS	2

int
main(int argc, char **argv)
{
	time_t end = time(NULL) + SECONDS;
	int failures = 0;

	no_arguments(argc, argv);
	/* A group of its own, to be able to end all of it. */
	setpgid(0, 0);
	while (time(NULL) < end) {
		if (fork() != -1)
			continue;
		if (failures++ == 0 && getpid() == getpgrp())
			fprintf(stderr, "forkbomb: fork: %s\n",
			    strerror(errno));
		usleep(10000);
	}
	if (getpid() != getpgrp())
		_exit(0);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	printf("forkbomb: over\n");
	return (0);
}
