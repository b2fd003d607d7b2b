/*
 * head: the first lines (-n, 10) or bytes (-c) of files.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

/* 1, after a message, if the file cannot be read. */
static int
copy(FILE *f, const char *name, long count, int bytes)
{
	int c;

	while (count > 0 && (c = getc(f)) != EOF) {
		putchar(c);
		if (bytes || c == '\n')
			count--;
	}
	/* The rest is for who reads on from there. */
	fflush(f);
	if (!ferror(f))
		return (0);
	warn("%s", name);
	return (1);
}

int
main(int argc, char **argv)
{
	const char *gap = "";
	int c, bytes = 0, failed = 0, several;
	long count = 10;
	FILE *f;

	if (argc > 1 && argv[1][0] == '-' && argv[1][1] >= '0' &&
	    argv[1][1] <= '9') { /* head -5 */
		count = number(argv[1] + 1, 10, 0, LONG_MAX);
		argc--;
		argv++;
	}
	while ((c = getopt(argc, argv, "n:c:")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: head [-n lines | -c bytes] [file ...]\n");
			return (2);
		}
		bytes = c == 'c';
		count = number(optarg, 10, 0, LONG_MAX);
	}
	if (optind == argc)
		failed = copy(stdin, "stdin", count, bytes);
	several = argc - optind > 1;
	for (c = optind; c < argc; c++) {
		f = strcmp(argv[c], "-") == 0 ? stdin : fopen(argv[c], "r");
		if (f == NULL) {
			warn("%s", argv[c]);
			failed = 1;
			continue;
		}
		if (several)
			printf("%s==> %s <==\n", gap, argv[c]);
		gap = "\n";
		failed |= copy(f, argv[c], count, bytes);
		if (f != stdin)
			fclose(f);
	}
	return (finish(failed, 1));
}
