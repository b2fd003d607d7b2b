/*
 * kill [-s name | -name | -number] pid ...; kill -l [status]
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bltin.h"
#include "signames.h"

static int
list_signals(int argc, char **argv)
{
	const char *name;
	int i, status = 0;
	char *end;
	long n;

	if (argc == 2) {
		for (i = 1; i < NSIG; i++)
			if ((name = signal_name(i)) != NULL)
				printf("%2d %s\n", i, name);
		return (0);
	}
	for (i = 2; i < argc; i++) {
		n = strtol(argv[i], &end, 10);
		if (n > 128) /* $? of a command that was killed */
			n -= 128;
		name = *end == '\0' && n < NSIG ? signal_name(n) : NULL;
		if (name != NULL)
			puts(name);
		else if ((n = signal_number(argv[i])) > 0)
			printf("%ld\n", n);
		else {
			fprintf(stderr, "kill: %s: no such signal\n", argv[i]);
			status = 1;
		}
	}
	return (status);
}

static int
send(int sig, const char *s)
{
	char *end;
	long pid;

	pid = strtol(s, &end, 10);
	if (end == s || *end != '\0' || pid > INT_MAX || pid < INT_MIN) {
		fprintf(stderr, "kill: %s: not a process id\n", s);
		return (1);
	}
	if (kill((pid_t)pid, sig) == -1) {
		fprintf(stderr, "kill: %s: %s\n", s, strerror(errno));
		return (1);
	}
	return (0);
}

int
kill_main(int argc, char **argv)
{
	const char *name = NULL;
	int i = 1, sig = SIGTERM, status = 0;

	if (argc > 1 && strcmp(argv[1], "-l") == 0)
		return (list_signals(argc, argv));
	if (argc > 2 && strcmp(argv[1], "-s") == 0) {
		name = argv[2];
		i = 3;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0' &&
	    strcmp(argv[1], "--") != 0) {
		name = argv[1] + 1;
		i = 2;
	}
	if (name != NULL && (sig = signal_number(name)) < 0) {
		fprintf(stderr, "kill: %s: no such signal\n", name);
		return (2);
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i >= argc) {
		fprintf(stderr,
		    "usage: kill [-s signal | -signal] pid ...\n"
		    "       kill -l [signal ...]\n");
		return (2);
	}
	for (; i < argc; i++)
		status |= send(sig, argv[i]);
	return (status);
}
