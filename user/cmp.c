/*
 * cmp: where do two files differ?  -s says it by the status only, -l lists
 * all the places.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static FILE *
open_file(const char *name)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");

	if (f == NULL)
		err(2, "%s", name);
	return (f);
}

int
main(int argc, char **argv)
{
	bool silent = false, all = false, differ = false;
	unsigned long long byte = 0, line = 1;
	FILE *f, *g;
	int c, a, b;

	while ((c = getopt(argc, argv, "ls")) != -1) {
		if (c == '?')
			break;
		silent |= c == 's';
		all |= c == 'l';
	}
	if (c == '?' || argc - optind != 2 || (silent && all)) {
		fprintf(stderr, "usage: cmp [-l | -s] file file\n");
		return (2);
	}
	if (strcmp(argv[optind], "-") == 0 &&
	    strcmp(argv[optind + 1], "-") == 0)
		errx(2, "only one file can be standard input");
	f = open_file(argv[optind]);
	g = open_file(argv[optind + 1]);
	for (;;) {
		a = getc(f);
		b = getc(g);
		byte++;
		if (a == EOF || b == EOF)
			break;
		if (a != b) {
			differ = true;
			if (all)
				printf("%6llu %3o %3o\n", byte, a, b);
			else
				break;
		}
		line += a == '\n';
	}
	if (ferror(f) || ferror(g))
		err(2, "read");
	if (a != b && (a == EOF || b == EOF)) {
		if (!silent)
			warnx("EOF on %s",
			    argv[a == EOF ? optind : optind + 1]);
		return (finish(1, 2));
	}
	if (differ && !silent && !all)
		printf("%s %s differ: char %llu, line %llu\n", argv[optind],
		    argv[optind + 1], byte, line);
	return (finish(differ, 2));
}
