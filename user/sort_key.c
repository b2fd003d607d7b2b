/*
 * The keys of sort: which part of a line is one, and how two are compared.
 */
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"

/* From a character of a field to one of another; both are counted from 1. */
struct key {
	long	first, first_char;
	long	last, last_char;	/* 0: line's end, field's end */
	unsigned flags;
	struct key *next;
};

static struct key *keys, **keys_end = &keys;
static int	separator = -1;

/* -------------------------------------------------------------- what it is */

unsigned
key_flag(int letter)
{
	static const char letters[] = "nrfdib"; /* as in sort.h */
	const char *p = letter == '\0' ? NULL : strchr(letters, letter);

	return (p == NULL ? 0 : 1u << (p - letters));
}

/* A number at *pp, which moves behind it. */
static long
parse_number(const char **pp, long least, const char *key)
{
	char *end;
	long n = strtol(*pp, &end, 10);

	if (end == *pp || n < least)
		errx(2, "%s: bad key", key);
	*pp = end;
	return (n);
}

static unsigned
parse_flags(const char **pp)
{
	unsigned flags = 0, flag;

	for (; (flag = key_flag(**pp)) != 0; (*pp)++)
		flags |= flag;
	return (flags);
}

void
key_add(const char *text)
{
	struct key *k = calloc(1, sizeof(*k));
	const char *p = text;
	unsigned flags;

	if (k == NULL)
		err(2, NULL);
	k->first = parse_number(&p, 1, text);
	k->first_char = 1;
	if (*p == '.') {
		p++;
		k->first_char = parse_number(&p, 1, text);
	}
	k->flags = parse_flags(&p);
	if (*p == ',') {
		p++;
		k->last = parse_number(&p, 1, text);
		if (*p == '.') {
			p++;
			k->last_char = parse_number(&p, 0, text);
		}
		/* A b is about the side that it is on. */
		flags = parse_flags(&p);
		k->flags |= flags & ~KEY_BLANKS;
		if (flags & KEY_BLANKS)
			k->flags |= KEY_END_BLANKS;
	}
	if (*p != '\0')
		errx(2, "%s: bad key", text);
	*keys_end = k;
	keys_end = &k->next;
}

void
key_separator(int c)
{
	separator = c;
}

void
keys_complete(unsigned flags)
{
	struct key *k;

	if (flags & KEY_BLANKS)
		flags |= KEY_END_BLANKS;
	if (keys == NULL)
		key_add("1");
	for (k = keys; k != NULL; k = k->next)
		if (k->flags == 0)
			k->flags = flags;
}

/* -------------------------------------------------------------- where it is */

/* A part of a line. */
struct part {
	const char *s, *end;
};

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && isblank((unsigned char)*s))
		s++;
	return (s);
}

/* Behind the field that starts at s; blanks before it belong to it. */
static const char *
skip_field(const char *s, const char *end)
{
	if (separator != -1) {
		while (s < end && (unsigned char)*s != separator)
			s++;
		return (s);
	}
	s = skip_blanks(s, end);
	while (s < end && !isblank((unsigned char)*s))
		s++;
	return (s);
}

/* Where a field begins. */
static const char *
find_field(const char *s, const char *end, long field)
{
	while (--field > 0 && s < end) {
		s = skip_field(s, end);
		if (separator != -1 && s < end)
			s++;
	}
	return (s);
}

/* A place in a field, so many characters behind its beginning. */
static const char *
find_char(const char *s, const char *end, long field, long chars, bool blanks)
{
	s = find_field(s, end, field);
	if (blanks)
		s = skip_blanks(s, end);
	return (chars < end - s ? s + chars : end);
}

static struct part
find_key(const struct line *l, const struct key *k)
{
	const char *end = l->text + l->len;
	struct part p;

	p.s = find_char(l->text, end, k->first, k->first_char - 1,
	    k->flags & KEY_BLANKS);
	if (k->last == 0)
		p.end = end;
	else if (k->last_char == 0)
		p.end = skip_field(find_field(l->text, end, k->last), end);
	else
		p.end = find_char(l->text, end, k->last, k->last_char,
		    k->flags & KEY_END_BLANKS);
	if (p.end < p.s)
		p.end = p.s;
	return (p);
}

/* ------------------------------------------------------------ comparing it */

static bool
counts(int c, unsigned flags)
{
	if (flags & KEY_LETTERS)
		return (isalnum(c) || isblank(c));
	return ((flags & KEY_PRINTING) == 0 || isprint(c));
}

/* The next character that counts, or -1. */
static int
next_char(struct part *p, unsigned flags)
{
	int c;

	while (p->s < p->end) {
		c = (unsigned char)*p->s++;
		if (counts(c, flags))
			return (flags & KEY_FOLD ? toupper(c) : c);
	}
	return (-1);
}

static int
compare_text(struct part a, struct part b, unsigned flags)
{
	int x, y;

	do {
		x = next_char(&a, flags);
		y = next_char(&b, flags);
	} while (x == y && x != -1);
	return (x - y);
}

/*
 * A number as digits before and behind the point, without zeros that mean
 * nothing, so that none is too long to be compared.
 */
struct number {
	bool	negative;
	struct part whole, fraction;
};

static const char *
skip_digits(const char *s, const char *end)
{
	while (s < end && isdigit((unsigned char)*s))
		s++;
	return (s);
}

static struct number
read_number(struct part p)
{
	struct number n = { .negative = false };

	p.s = skip_blanks(p.s, p.end);
	if (p.s < p.end && *p.s == '-') {
		n.negative = true;
		p.s++;
	}
	while (p.s < p.end && *p.s == '0')
		p.s++;
	n.whole.s = p.s;
	n.whole.end = n.fraction.s = n.fraction.end = skip_digits(p.s, p.end);
	if (n.whole.end < p.end && *n.whole.end == '.') {
		n.fraction.s++;
		n.fraction.end = skip_digits(n.fraction.s, p.end);
	}
	while (n.fraction.end > n.fraction.s && n.fraction.end[-1] == '0')
		n.fraction.end--;
	if (n.whole.s == n.whole.end && n.fraction.s == n.fraction.end)
		n.negative = false; /* -0 */
	return (n);
}

static int
compare_numbers(struct part a, struct part b)
{
	struct number x = read_number(a), y = read_number(b);
	ptrdiff_t longer;
	int order;

	if (x.negative != y.negative)
		return (x.negative ? -1 : 1);
	longer = (x.whole.end - x.whole.s) - (y.whole.end - y.whole.s);
	if (longer != 0)
		order = longer < 0 ? -1 : 1;
	else
		order = compare_text(x.whole, y.whole, 0);
	if (order == 0)
		order = compare_text(x.fraction, y.fraction, 0);
	return (x.negative ? -order : order);
}

int
keys_compare(const struct line *a, const struct line *b)
{
	const struct key *k;
	int order = 0;

	for (k = keys; k != NULL && order == 0; k = k->next) {
		if (k->flags & KEY_NUMBER)
			order = compare_numbers(find_key(a, k), find_key(b, k));
		else
			order = compare_text(find_key(a, k), find_key(b, k),
			    k->flags);
		if (k->flags & KEY_REVERSE)
			order = -order;
	}
	return (order);
}
