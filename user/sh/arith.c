/*
 * $((expression)): C's integer expressions over the shell's variables.
 * One function reads a level of precedence from a table; what && || and ?:
 * skip is parsed but not evaluated (a.skip).
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sh.h"

struct arith {
	const char *p;
	int	skip;			/* > 0: have no effects */
	int	depth;
	bool	failed;
};

static long long	arith_assignment(struct arith *);

static void
fail(struct arith *a, const char *why)
{
	if (!a->failed)
		sh_fatal(ST_ERROR, "arithmetic: %s: \"%s\"", why, a->p);
	a->failed = true;
	a->p = ""; /* nothing more to read */
}

static void
skip_blanks(struct arith *a)
{
	while (isspace((unsigned char)*a->p))
		a->p++;
}

/* Take the operator if it is next, and not the start of a longer one. */
static bool
take(struct arith *a, const char *op, const char *not_before)
{
	size_t len = strlen(op);

	skip_blanks(a);
	if (strncmp(a->p, op, len) != 0 ||
	    (a->p[len] != '\0' && strchr(not_before, a->p[len]) != NULL))
		return (false);
	a->p += len;
	return (true);
}

/* Wrapping is what the hardware does; signed overflow in C is not. */
static long long
wrap(unsigned long long n)
{
	return ((long long)n);
}

static long long
variable(struct arith *a, const char *name)
{
	const char *s = var_get(name);
	char *end;
	long long n;

	if (strcmp(name, "LINENO") == 0)
		return (sh.line);
	if (s == NULL && sh.opt[O_NOUNSET] && a->skip == 0)
		fail(a, "variable not set");
	if (s == NULL || *s == '\0')
		return (0);
	errno = 0;
	n = wrap(strtoull(s, &end, 0));
	if (errno == ERANGE) {
		a->p = s;
		fail(a, "number too large");
	}
	while (isspace((unsigned char)*end))
		end++;
	if (*end != '\0') {
		a->p = s;
		fail(a, "not a number");
	}
	return (n);
}

static long long
divide(struct arith *a, long long x, long long y, bool remainder)
{
	if (a->skip > 0)
		return (0);
	if (y == 0) {
		fail(a, "division by zero");
		return (0);
	}
	if (y == -1) /* LLONG_MIN / -1 traps */
		return (remainder ? 0 : wrap(-(unsigned long long)x));
	return (remainder ? x % y : x / y);
}

static long long
calculate(struct arith *a, int op, long long x, long long y)
{
	unsigned long long ux = x, uy = y;

	switch (op) {
	case '*':
		return (wrap(ux * uy));
	case '/':
		return (divide(a, x, y, false));
	case '%':
		return (divide(a, x, y, true));
	case '+':
		return (wrap(ux + uy));
	case '-':
		return (wrap(ux - uy));
	case '{': /* << */
		return (wrap(ux << (uy & 63)));
	case '}': /* >> */
		return (x >> (uy & 63));
	case '<':
		return (x < y);
	case '>':
		return (x > y);
	case 'l': /* <= */
		return (x <= y);
	case 'g': /* >= */
		return (x >= y);
	case '=':
		return (x == y);
	case '!':
		return (x != y);
	case '&':
		return (x & y);
	case '^':
		return (x ^ y);
	default:
		return (x | y);
	}
}

/* Binary operators by level; calculate() knows them by the letter. */
static const struct {
	const char *text;
	int	level;
	int	op;
	const char *not_before;		/* then it is another operator */
} binary[] = {
	{ "*", 9, '*', "=" }, { "/", 9, '/', "=" }, { "%", 9, '%', "=" },
	{ "+", 8, '+', "=" }, { "-", 8, '-', "=" },
	{ "<<", 7, '{', "=" }, { ">>", 7, '}', "=" },
	{ "<=", 6, 'l', "" }, { ">=", 6, 'g', "" },
	{ "<", 6, '<', "<=" }, { ">", 6, '>', ">=" },
	{ "==", 5, '=', "" }, { "!=", 5, '!', "" },
	{ "&", 4, '&', "&=" }, { "^", 3, '^', "=" }, { "|", 2, '|', "|=" },
};
#define	NBINARY		(sizeof(binary) / sizeof(binary[0]))
#define	TOP_LEVEL	9

static long long
number(struct arith *a)
{
	char *end;
	long long n;

	errno = 0;
	n = wrap(strtoull(a->p, &end, 0));
	if (end == a->p || is_name_char(*end))
		fail(a, "bad number");
	else if (errno == ERANGE)
		fail(a, "number too large");
	else
		a->p = end;
	return (n);
}

/* The name at a->p, in a buffer that the caller frees. */
static char *
name(struct arith *a)
{
	struct buf b = { 0 };

	while (is_name_char(*a->p))
		buf_addc(&b, *a->p++);
	return (buf_str(&b));
}

static long long
unary(struct arith *a)
{
	long long n;
	char *s;

	if (++a->depth > MAX_NESTING)
		fail(a, "nested too deeply");
	skip_blanks(a);
	if (take(a, "+", "")) {
		n = unary(a);
	} else if (take(a, "-", "")) {
		n = wrap(-(unsigned long long)unary(a));
	} else if (take(a, "~", "")) {
		n = ~unary(a);
	} else if (take(a, "!", "=")) {
		n = !unary(a);
	} else if (take(a, "(", "")) {
		n = arith_assignment(a);
		if (!take(a, ")", ""))
			fail(a, "missing )");
	} else if (is_name_start(*a->p)) {
		s = name(a);
		n = variable(a, s);
		free(s);
	} else
		n = number(a);
	a->depth--;
	return (n);
}

static long long
binary_level(struct arith *a, int level)
{
	long long n, right;
	size_t i;

	if (level > TOP_LEVEL)
		return (unary(a));
	n = binary_level(a, level + 1);
	for (i = 0; i < NBINARY && !a->failed; i++) {
		if (binary[i].level != level ||
		    !take(a, binary[i].text, binary[i].not_before))
			continue;
		right = binary_level(a, level + 1);
		n = calculate(a, binary[i].op, n, right);
		i = -1; /* again from the first operator */
	}
	return (n);
}

static long long
logical_and(struct arith *a)
{
	long long n = binary_level(a, 2), right;

	while (take(a, "&&", "")) {
		a->skip += n == 0;
		right = binary_level(a, 2);
		a->skip -= n == 0;
		n = n != 0 && right != 0;
	}
	return (n);
}

static long long
logical_or(struct arith *a)
{
	long long n = logical_and(a), right;

	while (take(a, "||", "")) {
		a->skip += n != 0;
		right = logical_and(a);
		a->skip -= n != 0;
		n = n != 0 || right != 0;
	}
	return (n);
}

static long long
conditional(struct arith *a)
{
	long long n = logical_or(a), yes, no;

	if (!take(a, "?", ""))
		return (n);
	a->skip += n == 0;
	yes = arith_assignment(a);
	a->skip -= n == 0;
	if (!take(a, ":", ""))
		fail(a, "missing :");
	a->skip += n != 0;
	no = arith_assignment(a);
	a->skip -= n != 0;
	return (n != 0 ? yes : no);
}

/* The operator of an assignment: its letter, 0 for a plain =, or -1. */
static int
assignment_op(struct arith *a)
{
	size_t i, len;

	if (take(a, "=", "="))
		return (0);
	for (i = 0; i < NBINARY; i++) {
		len = strlen(binary[i].text);
		if (strchr(binary[i].not_before, '=') != NULL &&
		    binary[i].op != '<' && binary[i].op != '>' &&
		    strncmp(a->p, binary[i].text, len) == 0 &&
		    a->p[len] == '=') {
			a->p += len + 1;
			return (binary[i].op);
		}
	}
	return (-1);
}

static long long
arith_assignment(struct arith *a)
{
	const char *start;
	long long n;
	char *s;
	int op;

	if (++a->depth > MAX_NESTING)
		fail(a, "nested too deeply");
	skip_blanks(a);
	start = a->p;
	if (is_name_start(*a->p)) {
		s = name(a);
		skip_blanks(a);
		op = assignment_op(a);
		if (op >= 0) {
			n = arith_assignment(a);
			if (op > 0)
				n = calculate(a, op, variable(a, s), n);
			if (a->skip == 0 && !a->failed && !var_set_int(s, n))
				a->failed = true;
			free(s);
			a->depth--;
			return (n);
		}
		free(s);
		a->p = start;
	}
	n = conditional(a);
	a->depth--;
	return (n);
}

/* False after an error, which has been reported. */
bool
arith_eval(const char *text, long long *result)
{
	struct arith a = { .p = text };

	skip_blanks(&a);
	*result = *a.p == '\0' ? 0 : arith_assignment(&a);
	while (!a.failed && take(&a, ",", ""))
		*result = arith_assignment(&a);
	skip_blanks(&a);
	if (!a.failed && *a.p != '\0')
		fail(&a, "unexpected text");
	return (!a.failed);
}
