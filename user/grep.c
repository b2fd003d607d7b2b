/*
 * grep: print the lines that match.
 *
 *	-E extended, -F no expressions  -i ignore case  -v the other lines
 *	-x whole lines  -e PATTERN  -c count  -n numbers  -l, -L names of files
 *	-q nothing, the status only  -h, -H without, with names  -s no errors
 *	-r what is below directories
 *
 * Status: 0 if a line was selected, 1 if none, 2 after an error.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regex.h"

#define	MAX_PATTERNS	64

static bool	opt[128];
static bool	named;			/* tell the file's name */
static struct regex *patterns[MAX_PATTERNS];
static int	npatterns;
static bool	found, failed;

static void
add_pattern(const char *text)
{
	int flags = opt['F'] ? RE_LITERAL : opt['E'] ? 0 : RE_BASIC;
	const char *why;

	if (npatterns == MAX_PATTERNS)
		errx(2, "too many patterns");
	if (opt['i'])
		flags |= RE_ICASE;
	patterns[npatterns] = regex_compile(text, flags, &why);
	if (patterns[npatterns++] == NULL)
		errx(2, "%s: %s", text, why);
}

static bool
selected(const char *line, size_t len)
{
	int i;

	for (i = 0; i < npatterns; i++)
		if (regex_match(patterns[i], line, len, opt['x']))
			return (!opt['v']);
	return (opt['v']);
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
		if (opt['q'])
			exit(0);
		if (opt['l'] || opt['L'])
			break;
		if (!opt['c'])
			print_line(name, number, line, len);
	}
	if (ferror(f))
		complain(name);
	free(line);
	found |= count > 0;
	if (opt['c'] && !opt['l'] && !opt['L']) {
		if (named)
			printf("%s:", name);
		printf("%ld\n", count);
	}
	if ((opt['l'] && count > 0) || (opt['L'] && count == 0))
		puts(name);
}

static void	search_file(const char *);

static void
search_dir(const char *name)
{
	char path[PATH_MAX];
	struct dirent *de;
	DIR *dir = opendir(name);

	if (dir == NULL) {
		complain(name);
		return;
	}
	while ((de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, de->d_name);
		search_file(path);
	}
	closedir(dir);
}

static void
search_file(const char *name)
{
	struct stat sb;
	FILE *f;

	if (opt['r'] && stat(name, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		search_dir(name);
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

int
main(int argc, char **argv)
{
	const char *texts[MAX_PATTERNS];
	int c, i, ntexts = 0;

	while ((c = getopt(argc, argv, "EFHLce:hilnqrsvx")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: grep [-EFHLchilnqrsvx] pattern [file ...]\n"
			    "       grep [-EFHLchilnqrsvx] -e pattern ... "
			    "[file ...]\n");
			return (2);
		}
		opt[c] = true;
		if (c == 'e') {
			if (ntexts == MAX_PATTERNS)
				errx(2, "too many patterns");
			texts[ntexts++] = optarg;
		}
	}
	if (ntexts == 0) {
		if (optind == argc)
			errx(2, "which pattern?");
		texts[ntexts++] = argv[optind++];
	}
	for (i = 0; i < ntexts; i++)
		add_pattern(texts[i]);
	named = opt['H'] ||
	    (!opt['h'] && (argc - optind > 1 || (opt['r'] && optind < argc)));
	if (optind == argc)
		search(stdin, "(standard input)");
	for (; optind < argc; optind++)
		if (strcmp(argv[optind], "-") == 0)
			search(stdin, "(standard input)");
		else
			search_file(argv[optind]);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(2, "write");
	return (failed ? 2 : !found);
}
