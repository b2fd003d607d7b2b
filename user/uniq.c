/*
 * uniq: of equal neighbouring lines only one.  -c counts them, -d shows only
 * repeated ones, -u only single ones, -i ignores case.
 */
#include <sys/types.h>
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static bool	counts, repeated, single, fold;

/* Without its newline, which the last one may lack; with any other byte. */
struct line {
	char	*text;
	size_t	size;			/* of its memory */
	ssize_t len;
};

static bool
read_line(struct line *line)
{
	line->len = getline(&line->text, &line->size, stdin);
	if (line->len == -1)
		return (false);
	if (line->text[line->len - 1] == '\n')
		line->len--;
	return (true);
}

static bool
same(const struct line *a, const struct line *b)
{
	ssize_t i;

	if (a->len != b->len)
		return (false);
	for (i = 0; fold && i < a->len; i++)
		if (tolower((unsigned char)a->text[i]) !=
		    tolower((unsigned char)b->text[i]))
			return (false);
	return (fold || memcmp(a->text, b->text, a->len) == 0);
}

static void
print(const struct line *line, unsigned long count)
{
	if ((repeated && count == 1) || (single && count > 1))
		return;
	if (counts)
		printf("%7lu ", count);
	fwrite(line->text, 1, line->len, stdout);
	putchar('\n');
}

static void
filter(void)
{
	struct line line = { .text = NULL }, last = { .text = NULL }, swap;
	unsigned long count = 0;

	while (read_line(&line)) {
		if (count > 0 && same(&line, &last)) {
			count++;
			continue;
		}
		if (count > 0)
			print(&last, count);
		count = 1;
		swap = last;
		last = line;
		line = swap;
	}
	if (count > 0)
		print(&last, count);
	if (ferror(stdin))
		err(1, "read");
	free(line.text);
	free(last.text);
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
