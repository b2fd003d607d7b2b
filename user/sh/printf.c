/*
 * printf: C's format over string arguments, used again as long as there are
 * arguments left.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bltin.h"

struct printf {
	char	**args;			/* the next argument; ends with NULL */
	bool	used;			/* this round took one */
	int	status;
	bool	stop;			/* \c was seen */
};

static const char *
next_arg(struct printf *p)
{
	if (*p->args == NULL)
		return (NULL);
	p->used = true;
	return (*p->args++);
}

/* After a conversion: was all of the argument a number? */
static void
check(struct printf *p, const char *s, const char *end)
{
	if (end == s || *end != '\0') {
		fprintf(stderr, "printf: %s: not a number\n", s);
		p->status = 1;
	} else if (errno == ERANGE) {
		fprintf(stderr, "printf: %s: %s\n", s, strerror(errno));
		p->status = 1;
	}
}

/* A number; 'c or "c is the value of the character c. */
static long long
integer_arg(struct printf *p, bool is_signed)
{
	const char *s = next_arg(p);
	char *end;
	long long n;

	if (s == NULL)
		return (0);
	if (*s == '\'' || *s == '"')
		return ((unsigned char)s[1]);
	errno = 0;
	if (is_signed || *s == '-')
		n = strtoll(s, &end, 0);
	else
		n = (long long)strtoull(s, &end, 0);
	check(p, s, end);
	return (n);
}

static double
double_arg(struct printf *p)
{
	const char *s = next_arg(p);
	char *end;
	double d;

	if (s == NULL)
		return (0);
	if (*s == '\'' || *s == '"')
		return ((unsigned char)s[1]);
	errno = 0;
	d = strtod(s, &end);
	check(p, s, end);
	return (d);
}

/*
 * The escape at s (behind the backslash) as a character in *c; returns what
 * it took.  In %b an octal number has a leading 0.
 */
static size_t
escape(const char *s, bool percent_b, int *c)
{
	static const char from[] = "abfnrtv\\\"'", to[] = "\a\b\f\n\r\t\v\\\"'";
	size_t i = percent_b && *s == '0' ? 1 : 0, start = i;
	const char *p;
	int n = 0;

	for (; i < start + 3 && s[i] >= '0' && s[i] <= '7'; i++)
		n = n * 8 + s[i] - '0';
	if (i > 0) {
		*c = n & 0xff;
		return (i);
	}
	p = *s == '\0' ? NULL : strchr(from, *s);
	if (p == NULL) {
		*c = '\\';
		return (0);
	}
	*c = to[p - from];
	return (1);
}

/* %b: the argument with its escapes replaced, padded like a string. */
static void
print_b(struct printf *p, char *format, const char *s)
{
	char *out = malloc(strlen(s) + 1), *to = out;
	int c;

	if (out == NULL) {
		p->status = 1;
		return;
	}
	while (*s != '\0') {
		if (*s != '\\') {
			*to++ = *s++;
			continue;
		}
		if (*++s == 'c') {
			p->stop = true;
			break;
		}
		s += escape(s, true, &c);
		*to++ = c;
	}
	*to = '\0';
	format[strlen(format) - 1] = 's';
	/* \0 inside the text only comes through without padding. */
	if (strcmp(format, "%s") == 0)
		fwrite(out, 1, to - out, stdout);
	else
		printf(format, out);
	free(out);
}

/* Copy a width or precision; * takes an argument. */
static const char *
copy_number(struct printf *p, const char *s, char **to, const char *end)
{
	int n;

	if (*s == '*') {
		n = (int)integer_arg(p, true);
		*to += snprintf(*to, end - *to, "%d", n);
		return (s + 1);
	}
	while (*s >= '0' && *s <= '9' && *to < end)
		*(*to)++ = *s++;
	return (s);
}

/* Print one argument by the format, which ends with the conversion. */
static void
print_arg(struct printf *p, char *format, int conversion)
{
	size_t len = strlen(format);
	const char *s;

	switch (conversion) {
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		memcpy(format + len - 1, "ll", 2);
		format[len + 1] = conversion;
		format[len + 2] = '\0';
		printf(format,
		    integer_arg(p, strchr("di", conversion) != NULL));
		break;
	case 'c':
		s = next_arg(p);
		if (s != NULL && *s != '\0')
			printf(format, *s);
		break;
	case 'b':
		s = next_arg(p);
		print_b(p, format, s == NULL ? "" : s);
		break;
	case 's':
		s = next_arg(p);
		printf(format, s == NULL ? "" : s);
		break;
	default:
		printf(format, double_arg(p));
		break;
	}
}

/* The conversion behind the % at s; returns the place behind it. */
static const char *
conversion(struct printf *p, const char *s)
{
	char format[80], *to = format, *end = format + sizeof(format) - 4;
	char *dot;

	*to++ = '%';
	while (*s != '\0' && strchr("-+ #0", *s) != NULL && to < format + 16)
		*to++ = *s++;
	s = copy_number(p, s, &to, end);
	if (*s == '.' && to < end) {
		dot = to;
		*to++ = *s++;
		s = copy_number(p, s, &to, end);
		/* A negative precision is as none. */
		if (to > dot + 1 && dot[1] == '-')
			to = dot;
	}
	if (*s == '\0' || strchr("diouxXcbsfFeEgGaA", *s) == NULL ||
	    to >= end) {
		fprintf(stderr, "printf: bad conversion: %%%s\n", s);
		p->status = 1;
		p->stop = true;
		return (s + strlen(s));
	}
	*to++ = *s;
	*to = '\0';
	print_arg(p, format, *s);
	return (s + 1);
}

static void
one_round(struct printf *p, const char *s)
{
	int c;

	while (*s != '\0' && !p->stop) {
		if (*s == '\\' && s[1] != '\0') {
			s += 1 + escape(s + 1, false, &c);
			putchar(c);
		} else if (*s == '%' && s[1] == '%') {
			putchar('%');
			s += 2;
		} else if (*s == '%')
			s = conversion(p, s + 1);
		else
			putchar(*s++);
	}
}

int
printf_main(int argc, char **argv)
{
	struct printf p = { .status = 0 };
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i >= argc) {
		fprintf(stderr, "usage: printf format [argument ...]\n");
		return (2);
	}
	p.args = argv + i + 1;
	do {
		p.used = false;
		one_round(&p, argv[i]);
	} while (p.used && *p.args != NULL && !p.stop);
	return (p.status);
}
