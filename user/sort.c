/*
 * sort: lines of the files, or of standard input, in order.
 *
 *	-n numbers  -r backwards  -u one of each  -f ignore case
 *	-b ignore leading blanks  -t C fields end at C  -k N[,M] by fields
 *	-o FILE write there  -c check only
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool	numeric, reverse, unique, fold, blanks, check;
static int	separator = -1;		/* -1: runs of blanks */
static int	key_first, key_last;	/* fields from 1; 0: none given */

static char	**lines;
static size_t	count, room;

static void
add_line(char *s)
{
	if (count == room) {
		room = room == 0 ? 256 : room * 2;
		lines = realloc(lines, room * sizeof(*lines));
		if (lines == NULL)
			err(2, NULL);
	}
	lines[count++] = s;
}

static void
read_lines(FILE *f, const char *name)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) != -1) {
		if (n > 0 && line[n - 1] == '\n')
			line[n - 1] = '\0';
		add_line(line);
		line = NULL;
		size = 0;
	}
	free(line);
	if (ferror(f))
		err(2, "%s", name);
}

/* Behind the field that starts at s. */
static const char *
skip_field(const char *s)
{
	if (separator != -1) {
		while (*s != '\0' && *s != separator)
			s++;
		return (s);
	}
	while (isblank((unsigned char)*s))
		s++;
	while (*s != '\0' && !isblank((unsigned char)*s))
		s++;
	return (s);
}

/* The part of the line that is compared. */
static const char *
key(const char *s, size_t *len)
{
	const char *end;
	int i;

	for (i = 1; i < key_first; i++) {
		s = skip_field(s);
		if (separator != -1 && *s != '\0')
			s++;
	}
	end = s;
	if (key_last > 0)
		for (i = key_first; i <= key_last; i++) {
			end = skip_field(end);
			if (separator != -1 && i < key_last && *end != '\0')
				end++;
		}
	else
		end = s + strlen(s);
	if (blanks || numeric)
		while (s < end && isblank((unsigned char)*s))
			s++;
	*len = end - s;
	return (s);
}

static int
compare_text(const char *a, size_t la, const char *b, size_t lb)
{
	size_t n = la < lb ? la : lb;
	int order = fold ? strncasecmp(a, b, n) : memcmp(a, b, n);

	if (order == 0 && la != lb)
		order = la < lb ? -1 : 1;
	return (order);
}

static int
compare_keys(const char *a, const char *b)
{
	size_t la, lb;
	double x, y;

	a = key(a, &la);
	b = key(b, &lb);
	if (!numeric)
		return (compare_text(a, la, b, lb));
	x = la == 0 ? 0 : strtod(a, NULL);
	y = lb == 0 ? 0 : strtod(b, NULL);
	return (x < y ? -1 : x > y);
}

/* Equal keys: the whole lines decide, unless -u asks for one of each. */
static int
compare(const void *pa, const void *pb)
{
	const char *a = *(char *const *)pa, *b = *(char *const *)pb;
	int order = compare_keys(a, b);

	if (order == 0 && !unique)
		order = strcmp(a, b);
	return (reverse ? -order : order);
}

static int
check_order(void)
{
	size_t i;
	int order;

	for (i = 1; i < count; i++) {
		order = compare(&lines[i - 1], &lines[i]);
		if (order > 0 || (unique && order == 0)) {
			warnx("not in order: %s", lines[i]);
			return (1);
		}
	}
	return (0);
}

static void
parse_key(const char *s)
{
	char *end;

	key_first = strtol(s, &end, 10);
	key_last = 0;
	if (*end == ',')
		key_last = strtol(end + 1, &end, 10);
	for (; *end != '\0'; end++)
		switch (*end) {
		case 'n':
			numeric = true;
			break;
		case 'r':
			reverse = true;
			break;
		case 'b':
			blanks = true;
			break;
		case 'f':
			fold = true;
			break;
		default:
			errx(2, "%s: bad key", s);
		}
	if (key_first < 1 || key_last < 0)
		errx(2, "%s: bad key", s);
}

static const char *
parse_options(int argc, char **argv)
{
	const char *output = NULL;
	int c;

	while ((c = getopt(argc, argv, "nrufbck:t:o:")) != -1)
		switch (c) {
		case 'n':
			numeric = true;
			break;
		case 'r':
			reverse = true;
			break;
		case 'u':
			unique = true;
			break;
		case 'f':
			fold = true;
			break;
		case 'b':
			blanks = true;
			break;
		case 'c':
			check = true;
			break;
		case 'k':
			parse_key(optarg);
			break;
		case 't':
			separator = (unsigned char)optarg[0];
			break;
		case 'o':
			output = optarg;
			break;
		default:
			fprintf(stderr,
			    "usage: sort [-bcfnru] [-k field[,field]] "
			    "[-o file] [-t char] [file ...]\n");
			exit(2);
		}
	return (output);
}

int
main(int argc, char **argv)
{
	const char *output = parse_options(argc, argv);
	FILE *f;
	size_t i;

	if (optind == argc)
		read_lines(stdin, "stdin");
	for (; optind < argc; optind++) {
		f = strcmp(argv[optind], "-") == 0 ? stdin :
						     fopen(argv[optind], "r");
		if (f == NULL)
			err(2, "%s", argv[optind]);
		read_lines(f, argv[optind]);
		if (f != stdin)
			fclose(f);
	}
	if (check)
		return (check_order());
	if (count > 1)
		qsort(lines, count, sizeof(*lines), compare);
	if (output != NULL && freopen(output, "w", stdout) == NULL)
		err(2, "%s", output);
	for (i = 0; i < count; i++)
		if (!unique || i == 0 || compare(&lines[i - 1], &lines[i]) != 0)
			puts(lines[i]);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(2, "write");
	return (0);
}
