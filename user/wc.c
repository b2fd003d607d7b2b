/*
 * wc: count lines, words and bytes.
 */
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

struct counts {
	unsigned long long lines, words, bytes;
};

static bool	show_lines, show_words, show_bytes;

static void
print(const struct counts *c, const char *name)
{
	if (show_lines)
		printf(" %7llu", c->lines);
	if (show_words)
		printf(" %7llu", c->words);
	if (show_bytes)
		printf(" %7llu", c->bytes);
	printf(name == NULL ? "\n" : " %s\n", name);
}

static int
count(int fd, const char *name, struct counts *total)
{
	static char data[16384];
	struct counts c = { 0, 0, 0 };
	bool inside = false, space;
	ssize_t n, i;

	while ((n = read(fd, data, sizeof(data))) > 0) {
		c.bytes += n;
		for (i = 0; i < n; i++) {
			space = isspace((unsigned char)data[i]) != 0;
			c.lines += data[i] == '\n';
			c.words += inside && space;
			inside = !space;
		}
	}
	c.words += inside;
	if (n == -1) {
		warn("%s", name == NULL ? "stdin" : name);
		return (1);
	}
	print(&c, name);
	total->lines += c.lines;
	total->words += c.words;
	total->bytes += c.bytes;
	return (0);
}

int
main(int argc, char **argv)
{
	struct counts total = { 0, 0, 0 };
	int c, fd, failed = 0, files;

	while ((c = getopt(argc, argv, "lwcm")) != -1)
		switch (c) {
		case 'l':
			show_lines = true;
			break;
		case 'w':
			show_words = true;
			break;
		case 'c':
		case 'm':
			show_bytes = true;
			break;
		default:
			fprintf(stderr, "usage: wc [-clmw] [file ...]\n");
			return (2);
		}
	if (!show_lines && !show_words && !show_bytes)
		show_lines = show_words = show_bytes = true;
	files = argc - optind;
	if (files == 0)
		return (finish(count(STDIN_FILENO, NULL, &total), 1));
	for (; optind < argc; optind++) {
		fd = open(argv[optind], O_RDONLY);
		if (fd == -1) {
			warn("%s", argv[optind]);
			failed = 1;
			continue;
		}
		failed |= count(fd, argv[optind], &total);
		close(fd);
	}
	if (files > 1)
		print(&total, "total");
	return (finish(failed, 1));
}
