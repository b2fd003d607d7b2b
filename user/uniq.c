/*
 * uniq: of equal neighbouring lines only one.  -c counts them, -d shows only
 * repeated ones, -u only single ones, -i ignores case.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "output.h"

static bool	counts, repeated, single, fold;

static void
print(const char *line, unsigned long count)
{
	if ((repeated && count == 1) || (single && count > 1))
		return;
	if (counts)
		printf("%7lu ", count);
	fputs(line, stdout);
}

static void
filter(void)
{
	char *line = NULL, *last = NULL, *swap;
	size_t size = 0, last_size = 0, swap_size;
	unsigned long count = 0;

	while (getline(&line, &size, stdin) != -1) {
		if (count > 0 &&
		    (fold ? strcasecmp(line, last) : strcmp(line, last)) == 0) {
			count++;
			continue;
		}
		if (count > 0)
			print(last, count);
		count = 1;
		swap = last;
		last = line;
		line = swap;
		swap_size = last_size;
		last_size = size;
		size = swap_size;
	}
	if (count > 0)
		print(last, count);
	if (ferror(stdin))
		err(1, "read");
	free(line);
	free(last);
}

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: uniq [-cdiu] [input [output]]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "cdiu")) != -1)
		switch (c) {
		case 'c':
			counts = true;
			break;
		case 'd':
			repeated = true;
			break;
		case 'u':
			single = true;
			break;
		case 'i':
			fold = true;
			break;
		default:
			usage();
		}
	if (argc - optind > 2)
		usage();
	if (optind < argc && strcmp(argv[optind], "-") != 0 &&
	    freopen(argv[optind], "r", stdin) == NULL)
		err(1, "%s", argv[optind]);
	if (optind + 1 < argc && freopen(argv[optind + 1], "w", stdout) == NULL)
		err(1, "%s", argv[optind + 1]);
	filter();
	return (finish(0, 1));
}
