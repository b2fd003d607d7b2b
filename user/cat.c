/*
 * cat: copy files to standard output; - is standard input.  -n numbers the
 * lines, -u is what it does anyway.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
write_all(const char *s, size_t len)
{
	ssize_t n;

	for (; len > 0; s += n, len -= n) {
		n = write(STDOUT_FILENO, s, len);
		if (n == -1)
			err(1, "write");
	}
}

/* Each line gets its number in front; the count runs on over all files. */
static void
number_lines(const char *s, size_t len)
{
	static int line, inside;
	const char *end;
	char head[16];
	size_t n;

	while (len > 0) {
		if (!inside) {
			snprintf(head, sizeof(head), "%6d\t", ++line);
			write_all(head, strlen(head));
		}
		end = memchr(s, '\n', len);
		n = end == NULL ? len : (size_t)(end - s) + 1;
		write_all(s, n);
		inside = end == NULL;
		s += n;
		len -= n;
	}
}

static int
copy(int fd, const char *name, int numbered)
{
	static char data[16384];
	ssize_t n;

	while ((n = read(fd, data, sizeof(data))) != 0) {
		if (n == -1) {
			if (errno == EINTR)
				continue;
			warn("%s", name);
			return (1);
		}
		if (numbered)
			number_lines(data, n);
		else
			write_all(data, n);
	}
	return (0);
}

int
main(int argc, char **argv)
{
	int c, fd, numbered = 0, failed = 0;

	while ((c = getopt(argc, argv, "nu")) != -1) {
		if (c == '?') {
			fprintf(stderr, "usage: cat [-nu] [file ...]\n");
			return (2);
		}
		if (c == 'n')
			numbered = 1;
	}
	if (optind == argc)
		return (copy(STDIN_FILENO, "stdin", numbered));
	for (; optind < argc; optind++) {
		if (strcmp(argv[optind], "-") == 0) {
			failed |= copy(STDIN_FILENO, "stdin", numbered);
			continue;
		}
		fd = open(argv[optind], O_RDONLY);
		if (fd == -1) {
			warn("%s", argv[optind]);
			failed = 1;
			continue;
		}
		failed |= copy(fd, argv[optind], numbered);
		close(fd);
	}
	return (failed);
}
