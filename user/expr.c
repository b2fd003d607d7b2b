/*
 * expr: arithmetic, comparisons and matches of arguments.
 *
 *	or | and & comparisons (= != < <= > >=) + - * / %  :  ( )
 *	length STRING  substr STRING POS LEN
 *
 * Status: 0, or 1 if the result is empty or 0, 2 after an error.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "regex.h"

static char	**args;			/* the next argument; ends with NULL */
static int	depth;

static const char *expr_or(void);

static bool
take(const char *op)
{
	if (*args == NULL || strcmp(*args, op) != 0)
		return (false);
	args++;
	return (true);
}

static bool
is_number(const char *s, long long *n)
{
	char *end;

	*n = strtoll(s, &end, 10);
	return (end != s && *end == '\0');
}

/* The same for a number to compute with, which has to have room. */
static bool
is_operand(const char *s, long long *n)
{
	errno = 0;
	if (!is_number(s, n))
		return (false);
	if (errno == ERANGE)
		errx(2, "%s: too large", s);
	return (true);
}

static long long
number(const char *s)
{
	long long n;

	if (!is_operand(s, &n))
		errx(2, "%s: not a number", s);
	return (n);
}

static const char *
text_of(long long n)
{
	char *s;

	if (asprintf(&s, "%lld", n) == -1)
		err(2, NULL);
	return (s);
}

static bool
is_null(const char *s)
{
	long long n;

	return (*s == '\0' || (is_number(s, &n) && n == 0));
}

static const char *
substring(const char *s, long long pos, long long len)
{
	long long size = strlen(s);
	char *out;

	if (pos < 1 || len < 1 || pos > size)
		return ("");
	if (len > size - pos + 1)
		len = size - pos + 1;
	out = strndup(s + pos - 1, len);
	if (out == NULL)
		err(2, NULL);
	return (out);
}

static const char *
next_arg(void)
{
	if (*args == NULL)
		errx(2, "argument expected");
	return (*args++);
}

static const char *
primary(void)
{
	const char *s;
	long long pos;

	if (take("(")) {
		if (++depth > 500)
			errx(2, "nested too deeply");
		s = expr_or();
		depth--;
		if (!take(")"))
			errx(2, "missing )");
		return (s);
	}
	if (args[0] != NULL && args[1] != NULL && take("length"))
		return (text_of(strlen(next_arg())));
	if (args[0] != NULL && args[1] != NULL && take("substr")) {
		s = next_arg();
		pos = number(next_arg());
		return (substring(s, pos, number(next_arg())));
	}
	return (next_arg());
}

/* What group \1 has of the string, or without groups how much matches. */
static const char *
match(const char *s, const char *pattern)
{
	const char *why, *result = "";
	struct regex *re = regex_compile(pattern, RE_BASIC | RE_START, &why);
	struct span found[2];
	bool groups, matches;

	if (re == NULL)
		errx(2, "%s", why);
	groups = regex_groups(re) > 0;
	matches = regex_find(re, s, strlen(s), 0, found, groups ? 2 : 1);
	regex_free(re);
	if (!groups)
		return (text_of(matches ? found[0].end : 0));
	if (matches && found[1].start != RE_NOWHERE)
		result = substring(s, found[1].start + 1,
		    found[1].end - found[1].start);
	return (result);
}

static const char *
matched(void)
{
	const char *s = primary();

	while (take(":"))
		s = match(s, primary());
	return (s);
}

/* x op y: the operator is one of + - * / %. */
static long long
compute(long long x, int op, long long y)
{
	bool overflow = false;
	long long result = 0;

	if (op == '+')
		overflow = __builtin_add_overflow(x, y, &result);
	else if (op == '-')
		overflow = __builtin_sub_overflow(x, y, &result);
	else if (op == '*')
		overflow = __builtin_mul_overflow(x, y, &result);
	else if (y == 0)
		errx(2, "division by zero");
	else if (y == -1 && op == '/')
		overflow = __builtin_sub_overflow(0, x, &result);
	else if (y != -1)
		result = op == '/' ? x / y : x % y;
	if (overflow)
		errx(2, "the result is too large");
	return (result);
}

static const char *
product(void)
{
	const char *s = matched();
	long long x;
	int op;

	while (*args != NULL && strlen(*args) == 1 &&
	    strchr("*/%", **args) != NULL) {
		op = **args++;
		x = number(s);
		s = text_of(compute(x, op, number(matched())));
	}
	return (s);
}

static const char *
sum(void)
{
	const char *s = product();
	long long x;
	int op;

	while (*args != NULL && strlen(*args) == 1 &&
	    strchr("+-", **args) != NULL) {
		op = **args++;
		x = number(s);
		s = text_of(compute(x, op, number(product())));
	}
	return (s);
}

/* Numbers are compared as numbers, everything else as text. */
static const char *
comparison(void)
{
	static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=" };
	const char *s = sum(), *right;
	long long x, y;
	int i, order;
	bool holds;

	for (i = 0; i < 6 && *args != NULL; i++) {
		if (!take(ops[i]))
			continue;
		right = sum();
		if (is_operand(s, &x) && is_operand(right, &y))
			order = x < y ? -1 : x > y;
		else
			order = strcmp(s, right);
		holds = i == 0 ? order == 0 :
		    i == 1     ? order != 0 :
		    i == 2     ? order < 0 :
		    i == 3     ? order <= 0 :
		    i == 4     ? order > 0 :
				 order >= 0;
		s = holds ? "1" : "0";
		i = -1;
	}
	return (s);
}

static const char *
expr_and(void)
{
	const char *s = comparison(), *right;

	while (take("&")) {
		right = comparison();
		if (is_null(s) || is_null(right))
			s = "0";
	}
	return (s);
}

static const char *
expr_or(void)
{
	const char *s = expr_and(), *right;

	while (take("|")) {
		right = expr_and();
		if (is_null(s))
			s = *right == '\0' ? "0" : right;
	}
	return (s);
}

int
main(int argc, char **argv)
{
	const char *s;

	args = argv + 1;
	if (argc > 1 && strcmp(*args, "--") == 0)
		args++;
	if (*args == NULL) {
		fprintf(stderr, "usage: expr expression\n");
		return (2);
	}
	s = expr_or();
	if (*args != NULL)
		errx(2, "%s: unexpected", *args);
	puts(s);
	return (finish(is_null(s), 2));
}
