/*
 * touch: make files, or set their times to now.
 */
#include <sys/types.h>
#include <sys/time.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int c, create = 1, failed = 0, fd;

	while ((c = getopt(argc, argv, "c")) != -1)
		if (c == 'c')
			create = 0;
		else
			goto usage;
	if (optind == argc)
		goto usage;
	for (; optind < argc; optind++) {
		if (utimes(argv[optind], NULL) == 0)
			continue;
		if (errno == ENOENT && !create)
			continue;
		fd = errno == ENOENT ?
		    open(argv[optind], O_WRONLY | O_CREAT, 0666) :
		    -1;
		if (fd == -1) {
			warn("%s", argv[optind]);
			failed = 1;
		} else
			close(fd);
	}
	return (failed);
usage:
	fprintf(stderr, "usage: touch [-c] file ...\n");
	return (2);
}
