/*
 * cut: parts of each line: characters (-c, -b) or fields (-f), which end at
 * a character (-d, tab).  -s leaves out lines without that character.
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

#define	MAX_RANGES	64

struct range {
	long	first, last;		/* from 1; last may be LAST */
};
#define	LAST		0x7fffffffL

static struct range ranges[MAX_RANGES];
static int	nranges;
static int	delimiter = '\t';
static bool	only_delimited;

/* N, N-M, N- and -M with commas or blanks between. */
static void
parse_ranges(const char *s)
{
	char *end;
	long first, last;

	for (;; s = end + 1) {
		first = *s == '-' ? 1 : strtol(s, &end, 10);
		if (*s == '-')
			end = (char *)s;
		last = first;
		if (*end == '-') {
			s = end + 1;
			last = strtol(s, &end, 10);
			if (end == s)
				last = LAST;
		}
		if (first < 1 || last < first || nranges == MAX_RANGES)
			errx(2, "bad list");
		ranges[nranges++] = (struct range){ first, last };
		if (*end == '\0')
			return;
		if (*end != ',' && !isblank((unsigned char)*end))
			errx(2, "bad list");
	}
}

static bool
wanted(long n)
{
	int i;

	for (i = 0; i < nranges; i++)
		if (n >= ranges[i].first && n <= ranges[i].last)
			return (true);
	return (false);
}

static void
cut_characters(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (wanted(i + 1))
			putchar(line[i]);
	putchar('\n');
}

static void
cut_fields(const char *line, size_t len)
{
	const char *end = line + len, *next;
	bool first = true;
	long n;

	if (memchr(line, delimiter, len) == NULL) {
		if (!only_delimited) {
			fwrite(line, 1, len, stdout);
			putchar('\n');
		}
		return;
	}
	for (n = 1; line <= end; n++, line = next + 1) {
		next = memchr(line, delimiter, end - line);
		if (next == NULL)
			next = end;
		if (!wanted(n))
			continue;
		if (!first)
			putchar(delimiter);
		fwrite(line, 1, next - line, stdout);
		first = false;
	}
	putchar('\n');
}

/* 1, after a message, if the file cannot be read. */
static int
cut(FILE *f, const char *name, bool fields)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	while ((len = getline(&line, &size, f)) != -1) {
		if (len > 0 && line[len - 1] == '\n')
			len--;
		if (fields)
			cut_fields(line, len);
		else
			cut_characters(line, len);
	}
	free(line);
	if (!ferror(f))
		return (0);
	warn("%s", name);
	return (1);
}

int
main(int argc, char **argv)
{
	bool by_fields = false;
	int c, failed = 0, kind = 0;
	FILE *f;

	while ((c = getopt(argc, argv, "b:c:f:d:s")) != -1)
		switch (c) {
		case 'b':
		case 'c':
		case 'f':
			if (kind != 0 && kind != c)
				goto usage;
			kind = c;
			parse_ranges(optarg);
			break;
		case 'd':
			if (strlen(optarg) != 1)
				errx(2, "bad delimiter");
			delimiter = (unsigned char)optarg[0];
			by_fields = true;
			break;
		case 's':
			only_delimited = by_fields = true;
			break;
		default:
			goto usage;
		}
	if (kind == 0 || (by_fields && kind != 'f'))
		goto usage;
	if (optind == argc)
		failed = cut(stdin, "stdin", kind == 'f');
	for (; optind < argc; optind++) {
		f = strcmp(argv[optind], "-") == 0 ? stdin :
						     fopen(argv[optind], "r");
		if (f == NULL) {
			warn("%s", argv[optind]);
			failed = 1;
			continue;
		}
		failed |= cut(f, argv[optind], kind == 'f');
		if (f != stdin)
			fclose(f);
	}
	return (finish(failed, 1));
usage:
	fprintf(stderr,
	    "usage: cut -b list | -c list [file ...]\n"
	    "       cut -f list [-s] [-d char] [file ...]\n");
	return (2);
}
