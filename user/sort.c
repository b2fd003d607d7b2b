/*
 * sort: lines of the files, or of standard input, in order.
 *
 *	-k KEY by parts of lines, more than one: see sort_key.c
 *	-n numbers  -r backwards  -f ignore case  -b ignore leading blanks
 *	-d letters, digits and blanks only  -i printing characters only
 *	-t C fields end at C  -u one of each  -s leave equal ones as they are
 *	-c, -C check only, with or without a word  -m the files are in order
 *	-o FILE write there
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "sort.h"

static bool	opt[128];
static unsigned	flags;			/* of all keys without their own */
static const char *output;

static struct line *lines;
static size_t	count, room;

static void
add_line(const char *s, size_t len)
{
	if (count == room) {
		room = room == 0 ? 256 : room * 2;
		lines = reallocarray(lines, room, sizeof(*lines));
		if (lines == NULL)
			err(2, NULL);
	}
	lines[count] = (struct line){ .text = s, .len = len, .number = count };
	count++;
}

static void
read_lines(FILE *f, const char *name)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) != -1) {
		add_line(line, line[n - 1] == '\n' ? n - 1 : n);
		line = NULL;
		size = 0;
	}
	free(line);
	if (ferror(f))
		err(2, "%s", name);
}

static void
read_file(const char *name)
{
	FILE *f;

	if (strcmp(name, "-") == 0) {
		read_lines(stdin, "stdin");
		return;
	}
	f = fopen(name, "r");
	if (f == NULL)
		err(2, "%s", name);
	read_lines(f, name);
	fclose(f);
}

/*
 * Where all keys are equal the whole lines decide, but for -u and -s; and at
 * last the order in which they came, since qsort(3) does not keep it.
 */
static int
compare(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	int order = keys_compare(a, b);

	if (order == 0 && !opt['u'] && !opt['s']) {
		order = memcmp(a->text, b->text,
		    a->len < b->len ? a->len : b->len);
		if (order == 0)
			order = (a->len > b->len) - (a->len < b->len);
		if (opt['r'])
			order = -order;
	}
	if (order == 0)
		order = (a->number > b->number) - (a->number < b->number);
	return (order);
}

static bool
is_one_more(size_t i)
{
	return (i > 0 && keys_compare(&lines[i - 1], &lines[i]) == 0);
}

static int
check_order(void)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (compare(&lines[i - 1], &lines[i]) < 0 &&
		    !(opt['u'] && is_one_more(i)))
			continue;
		if (!opt['C'])
			warnx("not in order: %.*s", (int)lines[i].len,
			    lines[i].text);
		return (1);
	}
	return (0);
}

static void
write_lines(void)
{
	size_t i;

	if (output != NULL && freopen(output, "w", stdout) == NULL)
		err(2, "%s", output);
	for (i = 0; i < count; i++) {
		if (opt['u'] && is_one_more(i))
			continue;
		fwrite(lines[i].text, 1, lines[i].len, stdout);
		putchar('\n');
	}
}

static void
parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "Cbcdfik:mno:rst:u")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: sort [-Cbcdfimnrsu] [-k key] ... "
			    "[-o file] [-t char] [file ...]\n");
			exit(2);
		}
		opt[c] = true;
		flags |= key_flag(c);
		if (c == 'k')
			key_add(optarg);
		if (c == 'o')
			output = optarg;
		if (c == 't') {
			if (strlen(optarg) != 1)
				errx(2, "%s: not one character", optarg);
			key_separator((unsigned char)optarg[0]);
		}
	}
	keys_complete(flags);
}

int
main(int argc, char **argv)
{
	bool check;

	parse_options(argc, argv);
	check = opt['c'] || opt['C'];
	if (check && argc - optind > 1)
		errx(2, "%s: one file is checked at a time", argv[optind + 1]);
	if (optind == argc)
		read_file("-");
	for (; optind < argc; optind++)
		read_file(argv[optind]);
	if (check)
		return (check_order());
	/* That of -m, too: files that are in order lead to the same. */
	if (count > 1)
		qsort(lines, count, sizeof(*lines), compare);
	write_lines();
	return (finish(0, 2));
}
