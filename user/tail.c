/*
 * tail: the last lines (-n, 10) or bytes (-c) of files; -n +N and -c +N from
 * the Nth on; -f waits for more.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

static long	count = 10;
static bool	bytes, from_start, follow;

static void
parse_count(const char *s)
{
	from_start = *s == '+';
	if (*s == '-')
		s++; /* -n -5 is -n 5 */
	count = number(s, 10, 0, LONG_MAX);
}

/* All behind the first count - 1 lines or bytes. */
static void
print_from(FILE *f)
{
	long left = count - 1;
	int c;

	while (left > 0 && (c = getc(f)) != EOF)
		if (bytes || c == '\n')
			left--;
	while ((c = getc(f)) != EOF)
		putchar(c);
}

/* Where the last lines or bytes of the text begin. */
static size_t
tail_start(const char *text, size_t len)
{
	long left = count;
	size_t i = len;

	if (bytes)
		return ((size_t)count < len ? len - count : 0);
	if (left == 0)
		return (len);
	if (i > 0 && text[i - 1] == '\n')
		i--;
	while (i > 0) {
		if (text[i - 1] == '\n' && --left == 0)
			break;
		i--;
	}
	return (i);
}

/*
 * The whole of the file is kept, since it may be a pipe; what is surely not
 * wanted is dropped on the way.
 */
static void
print_last(FILE *f)
{
	size_t len = 0, room = 8192, start;
	char *text = malloc(room);
	int c;

	if (text == NULL)
		err(1, NULL);
	while ((c = getc(f)) != EOF) {
		if (len == room) {
			start = tail_start(text, len);
			memmove(text, text + start, len - start);
			len -= start;
			if (len > room / 2) {
				room *= 2;
				text = realloc(text, room);
				if (text == NULL)
					err(1, NULL);
			}
		}
		text[len++] = c;
	}
	start = tail_start(text, len);
	fwrite(text + start, 1, len - start, stdout);
	free(text);
}

/* All that goes through a pipe has come when it ends. */
static bool
is_pipe(FILE *f)
{
	struct stat sb;

	return (fstat(fileno(f), &sb) == 0 && S_ISFIFO(sb.st_mode));
}

static void
wait_for_more(FILE *f)
{
	int c;

	for (;;) {
		clearerr(f);
		while ((c = getc(f)) != EOF && putchar(c) != EOF)
			continue;
		finish(0, 1);
		usleep(200000);
	}
}

/* 1, after a message, if the file cannot be read. */
static int
do_file(FILE *f, const char *name, bool last)
{
	if (from_start)
		print_from(f);
	else
		print_last(f);
	if (ferror(f)) {
		warn("%s", name);
		return (1);
	}
	if (follow && last && (f != stdin || !is_pipe(f)))
		wait_for_more(f);
	return (0);
}

int
main(int argc, char **argv)
{
	const char *gap = "";
	int c, failed = 0, several;
	FILE *f;

	if (argc > 1 && (argv[1][0] == '-' || argv[1][0] == '+') &&
	    argv[1][1] >= '0' && argv[1][1] <= '9') { /* tail -5 */
		parse_count(argv[1]);
		argc--;
		argv++;
	}
	while ((c = getopt(argc, argv, "n:c:f")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: tail [-f] [-n lines | "
			    "-c bytes] [file ...]\n");
			return (2);
		}
		if (c == 'f') {
			follow = true;
			continue;
		}
		bytes = c == 'c';
		parse_count(optarg);
	}
	if (optind == argc)
		failed = do_file(stdin, "stdin", true);
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
		failed |= do_file(f, argv[c], c == argc - 1);
		if (f != stdin)
			fclose(f);
	}
	return (finish(failed, 1));
}
