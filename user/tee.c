/*
 * tee: copy the input to the output and to files; with -a at their end, with
 * -i also after an interrupt.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define	MAXFILES	16

int
main(int argc, char *argv[])
{
	int c, failed = 0, fds[MAXFILES], i, n = 0;
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
	fds[n++] = STDOUT_FILENO;
	for (; optind < argc; optind++) {
		if (n == MAXFILES)
			errx(1, "too many files");
		fds[n] = open(argv[optind], flags, 0666);
		if (fds[n] == -1) {
			warn("%s", argv[optind]);
			failed = 1;
		} else
			n++;
	}
	while ((got = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++)
			if (write(fds[i], buf, got) != got)
				err(1, "write");
	if (got == -1)
		err(1, "read");
	return (failed);
}
