/*
 * memhog: take memory and touch it, a megabyte at a time, until there is no
 * more (or up to a number of megabytes), and say how it ended.
 *
 *	memhog [-s seconds] [megabytes]
 */
#include <sys/mman.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	MB	(1024 * 1024)

int
main(int argc, char **argv)
{
	unsigned got = 0, limit = 0;
	int c, seconds = 0;
	char *p, *end;

	while ((c = getopt(argc, argv, "s:")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: memhog [-s seconds] [megabytes]\n");
			return (2);
		}
		seconds = atoi(optarg);
	}
	if (optind < argc) {
		limit = strtoul(argv[optind], &end, 10);
		if (*end != '\0' || limit == 0)
			errx(2, "%s: not a number of megabytes", argv[optind]);
	}
	while (limit == 0 || got < limit) {
		p = mmap(NULL, MB, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE, -1, 0);
		if (p == MAP_FAILED) {
			printf("memhog: after %u MB: %s\n", got,
			    strerror(errno));
			return (1);
		}
		memset(p, 0xa5, MB);
		got++;
	}
	printf("memhog: %u MB in use\n", got);
	fflush(stdout);
	sleep(seconds);
	return (0);
}
