/*
 * tee: copy the input to the output and to files; with -a at their end, with
 * -i also after an interrupt.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "output.h"

#define	MAXFILES	16

static struct output {
	const char *name;
	int	fd;			/* -1: no more, it has failed */
} outputs[MAXFILES] = { { "stdout", STDOUT_FILENO } };
static int	noutputs = 1;
static int	failed;

static void
add(const char *name, int flags)
{
	int fd;

	if (noutputs == MAXFILES)
		errx(1, "too many files");
	fd = open(name, flags, 0666);
	if (fd == -1) {
		warn("%s", name);
		failed = 1;
	} else {
		outputs[noutputs++] = (struct output){ name, fd };
	}
}

/* Write all of it; if that fails the others go on without this one. */
static void
put(struct output *out, const char *data, ssize_t len)
{
	if (out->fd != -1 && !write_all(out->fd, data, len)) {
		warn("%s", out->name);
		failed = 1;
		out->fd = -1;
	}
}

int
main(int argc, char *argv[])
{
	int c, i;
	int flags = O_WRONLY | O_CREAT | O_TRUNC;
	ssize_t got;
	char buf[4096];

	while ((c = getopt(argc, argv, "ai")) != -1)
		if (c == 'a')
			flags = O_WRONLY | O_CREAT | O_APPEND;
		else if (c == 'i')
			signal(SIGINT, SIG_IGN);
		else {
			fprintf(stderr, "usage: tee [-ai] [file ...]\n");
			return (2);
		}
	for (; optind < argc; optind++)
		add(argv[optind], flags);
	while ((got = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		for (i = 0; i < noutputs; i++)
			put(&outputs[i], buf, got);
	if (got == -1)
		err(1, "read");
	return (failed);
}
