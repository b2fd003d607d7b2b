/*
 * hexdump: the bytes of a file as numbers; -C beside their characters,
 * without it as little-endian 16-bit words.  -n N stops after N bytes, -s N
 * skips the first N.  Repeated lines are shown as *, unless there is a -v.
 */
#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

#define	LINE	16

static bool	canonical, verbose;

static void
print_line(unsigned long long offset, const unsigned char *b, size_t n)
{
	size_t i;

	printf(canonical ? "%08llx " : "%07llx", offset);
	for (i = 0; i < LINE && canonical; i++) {
		if (i < n)
			printf("%s%02x", i == 8 ? "  " : " ", b[i]);
		else
			printf("%s  ", i == 8 ? "  " : " ");
	}
	for (i = 0; i < n && !canonical; i += 2)
		printf(" %04x", b[i] | (i + 1 < n ? b[i + 1] << 8 : 0));
	if (canonical) {
		printf("  |");
		for (i = 0; i < n; i++)
			putchar(isprint(b[i]) ? b[i] : '.');
		putchar('|');
	}
	putchar('\n');
}

/* 1, after a message, if the file cannot be read. */
static int
dump(FILE *f, const char *name, unsigned long long skip,
    unsigned long long limit)
{
	unsigned char line[LINE], last[LINE];
	unsigned long long offset = 0;
	bool same = false, any = false;
	size_t n;

	for (; offset < skip && getc(f) != EOF; offset++)
		;
	while (limit > 0 &&
	    (n = fread(line, 1, limit < LINE ? limit : LINE, f)) > 0) {
		if (any && !verbose && n == LINE &&
		    memcmp(line, last, LINE) == 0) {
			if (!same)
				puts("*");
			same = true;
		} else {
			print_line(offset, line, n);
			same = false;
		}
		memcpy(last, line, n);
		any = n == LINE;
		offset += n;
		limit -= n;
	}
	printf(canonical ? "%08llx\n" : "%07llx\n", offset);
	if (!ferror(f))
		return (0);
	warn("%s", name);
	return (1);
}

int
main(int argc, char **argv)
{
	unsigned long long skip = 0, limit = -1ULL;
	int c, failed = 0;
	FILE *f;

	while ((c = getopt(argc, argv, "Cn:s:v")) != -1)
		switch (c) {
		case 'C':
			canonical = true;
			break;
		case 'n':
			limit = number(optarg, 0, 0, LLONG_MAX);
			break;
		case 's':
			skip = number(optarg, 0, 0, LLONG_MAX);
			break;
		case 'v':
			verbose = true;
			break;
		default:
			fprintf(stderr,
			    "usage: hexdump [-Cv] [-n bytes] "
			    "[-s bytes] [file ...]\n");
			return (2);
		}
	if (optind == argc)
		failed = dump(stdin, "stdin", skip, limit);
	for (; optind < argc; optind++) {
		f = fopen(argv[optind], "r");
		if (f == NULL) {
			warn("%s", argv[optind]);
			failed = 1;
			continue;
		}
		failed |= dump(f, argv[optind], skip, limit);
		fclose(f);
	}
	return (finish(failed, 1));
}
