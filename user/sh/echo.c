/*
 * echo: its arguments, with blanks between them.  -n leaves out the newline,
 * -e makes \n and the like mean what they mean to printf's %b.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bltin.h"

/* One escape behind the backslash; returns what was taken. */
static size_t
put_escape(const char *s)
{
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	const char *p;
	int n = 0;
	size_t i;

	if (*s == '0') {
		for (i = 1; i < 4 && s[i] >= '0' && s[i] <= '7'; i++)
			n = n * 8 + s[i] - '0';
		putchar(n);
		return (i);
	}
	p = *s == '\0' ? NULL : strchr(from, *s);
	if (p == NULL) {
		putchar('\\');
		return (0);
	}
	putchar(to[p - from]);
	return (1);
}

/* False after \c, which ends all output. */
static bool
put_escaped(const char *s)
{
	while (*s != '\0') {
		if (*s != '\\') {
			putchar(*s++);
			continue;
		}
		if (*++s == 'c')
			return (false);
		s += put_escape(s);
	}
	return (true);
}

int
echo_main(int argc, char **argv)
{
	bool newline = true, escapes = false;
	int i = 1;

	for (; i < argc; i++) {
		if (strcmp(argv[i], "-n") == 0)
			newline = false;
		else if (strcmp(argv[i], "-e") == 0)
			escapes = true;
		else
			break;
	}
	for (; i < argc; i++) {
		if (!escapes)
			fputs(argv[i], stdout);
		else if (!put_escaped(argv[i]))
			return (0);
		if (i < argc - 1)
			putchar(' ');
	}
	if (newline)
		putchar('\n');
	return (0);
}
