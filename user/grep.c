/*
 * grep: print the lines that match.
 *
 *	-E extended, -F no expressions  -i ignore case  -v the other lines
 *	-x whole lines  -w whole words  -e PATTERN, -f FILE of patterns
 *	-c count  -n numbers  -o what matches  -l, -L names of files
 *	-q nothing, the status only  -h, -H without, with names  -s no errors
 *	-r what is below directories
 *
 * Status: 0 if a line was selected, 1 if none, 2 after an error.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "paths.h"
#include "regex.h"

static bool	opt[128];
static bool	named;			/* tell the file's name */
static char	*patterns;		/* NULL: none, nothing matches */
static struct regex *expression;	/* that is made of it */
static bool	found, failed;

static void	search_entry(const char *name, void *arg);

static void
add_patterns(const char *text)
{
	char *list;

	if (patterns == NULL)
		list = strdup(text);
	else if (asprintf(&list, "%s\n%s", patterns, text) == -1)
		list = NULL;
	if (list == NULL)
		err(2, NULL);
	free(patterns);
	patterns = list;
}

/* Each line of a file is one; an empty file has none. */
static void
add_pattern_file(const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(name, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;

	if (f == NULL)
		err(2, "%s", name);
	/* All of it at once: a pattern has no NUL in it. */
	len = getdelim(&text, &size, '\0', f);
	if (ferror(f))
		err(2, "%s", name);
	if (len > 0) {
		if (text[len - 1] == '\0')
			errx(2, "%s: a NUL in a pattern", name);
		if (text[len - 1] == '\n')
			text[len - 1] = '\0';
		add_patterns(text);
	}
	free(text);
	if (!is_stdin)
		fclose(f);
}

static void
compile_patterns(void)
{
	int flags = RE_LIST;
	const char *why;

	flags |= opt['F'] ? RE_LITERAL : opt['E'] ? 0 : RE_BASIC;
	if (opt['i'])
		flags |= RE_ICASE;
	if (opt['x'])
		flags |= RE_START | RE_END;
	if (opt['w'])
		flags |= RE_WORD;
	if (patterns == NULL)
		return;
	expression = regex_compile(patterns, flags, &why);
	if (expression == NULL)
		errx(2, "%s", why);
}

static bool
selected(const char *line, size_t len)
{
	bool matches = expression != NULL &&
	    regex_find(expression, line, len, 0, NULL, 0);

	return (matches != opt['v']);
}

static void
print_line(const char *name, long number, const char *line, size_t len)
{
	if (named)
		printf("%s:", name);
	if (opt['n'])
		printf("%ld:", number);
	fwrite(line, 1, len, stdout);
	putchar('\n');
}

/* The parts of a line that match, one after the other; not empty ones. */
static void
print_matches(const char *name, long number, const char *line, size_t len)
{
	struct span s;
	size_t from = 0;

	while (from < len && !opt['v'] &&
	    regex_find(expression, line, len, from, &s, 1)) {
		if (s.start < s.end)
			print_line(name, number, line + s.start,
			    s.end - s.start);
		from = s.end + (s.start == s.end);
	}
}

static void
complain(const char *name)
{
	failed = true;
	if (!opt['s'])
		warn("%s", name);
}

static void
search(FILE *f, const char *name)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	long number = 0, count = 0;

	while ((len = getline(&line, &size, f)) != -1) {
		number++;
		if (len > 0 && line[len - 1] == '\n')
			len--;
		if (!selected(line, len))
			continue;
		count++;
		if (opt['q'] || opt['l'] || opt['L'])
			break;
		if (opt['c'])
			continue;
		if (opt['o'])
			print_matches(name, number, line, len);
		else
			print_line(name, number, line, len);
	}
	if (ferror(f))
		complain(name);
	/* The rest is for who reads on from there. */
	fflush(f);
	free(line);
	found |= count > 0;
	if (opt['q'] && found)
		exit(0);
	if (opt['q'])
		return;
	if (opt['c'] && !opt['l'] && !opt['L']) {
		if (named)
			printf("%s:", name);
		printf("%ld\n", count);
	}
	if ((opt['l'] && count > 0) || (opt['L'] && count == 0))
		puts(name);
}

static void
search_file(const char *name)
{
	struct stat sb;
	FILE *f;

	if (opt['r'] && stat(name, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		if (!each_entry(name, search_entry, NULL))
			complain(name);
		return;
	}
	f = fopen(name, "r");
	if (f == NULL) {
		complain(name);
		return;
	}
	search(f, name);
	fclose(f);
}

/* A link that nobody has named may lead to anywhere, and in circles. */
static void
search_entry(const char *name, void *arg)
{
	struct stat sb;

	if (lstat(name, &sb) == -1 || !S_ISLNK(sb.st_mode))
		search_file(name);
}

static void __dead2
usage(void)
{
	fprintf(stderr,
	    "usage: grep [-EFHLchilnoqrsvwx] pattern [file ...]\n"
	    "       grep [-EFHLchilnoqrsvwx] [-e pattern] [-f file] ... "
	    "[file ...]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "EFHLce:f:hilnoqrsvwx")) != -1) {
		if (c == '?')
			usage();
		opt[c] = true;
		if (c == 'e')
			add_patterns(optarg);
		if (c == 'f')
			add_pattern_file(optarg);
	}
	if (!opt['e'] && !opt['f']) {
		if (optind == argc)
			errx(2, "which pattern?");
		add_patterns(argv[optind++]);
	}
	compile_patterns();
	named = opt['H'] ||
	    (!opt['h'] && (argc - optind > 1 || (opt['r'] && optind < argc)));
	if (optind == argc)
		search(stdin, "(standard input)");
	for (; optind < argc; optind++)
		if (strcmp(argv[optind], "-") == 0)
			search(stdin, "(standard input)");
		else
			search_file(argv[optind]);
	return (finish(failed ? 2 : !found, 2));
}
