/*
 * mkfifo: make FIFOs, with the mode that -m gives in octal.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: mkfifo [-m mode] file ...\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	mode_t mode = 0666;
	int c, status = 0;

	while ((c = getopt(argc, argv, "m:")) != -1) {
		if (c != 'm')
			usage();
		mode = octal_mode(optarg);
		umask(0);
	}
	if (optind == argc)
		usage();
	for (; optind < argc; optind++)
		if (mkfifo(argv[optind], mode) == -1) {
			warn("%s", argv[optind]);
			status = 1;
		}
	return (status);
}
