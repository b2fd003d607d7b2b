/*
 * tr: replace (tr A B), delete (-d A) or squeeze (-s) characters of standard
 * input; -c and -C mean all characters but those of A.
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "charclass.h"
#include "output.h"

#define	NO_REPEAT SIZE_MAX		/* for parse_set */

struct set {
	unsigned char c[1024];
	size_t	len;
};

static void
set_add(struct set *set, int c)
{
	if (set->len == sizeof(set->c))
		errx(2, "set too long");
	set->c[set->len++] = c;
}

/* The character at *sp, which may be written with a \. */
static int
next_char(const char **sp)
{
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	const char *s = *sp, *p;
	int n = 0, i;

	if (*s != '\\' || s[1] == '\0') {
		*sp = s + 1;
		return ((unsigned char)*s);
	}
	s++;
	for (i = 0; i < 3 && s[i] >= '0' && s[i] <= '7'; i++)
		n = n * 8 + s[i] - '0';
	if (i > 0) {
		*sp = s + i;
		return (n & 0xff);
	}
	*sp = s + 1;
	p = strchr(from, *s);
	return (p == NULL ? (unsigned char)*s : to[p - from]);
}

/* [:name:] at s; the place behind it, or NULL. */
static const char *
add_class(struct set *set, const char *s)
{
	size_t len = strncmp(s, "[:", 2) == 0 ? strcspn(s + 2, ":]") : 0;
	char_test is;
	int c;

	if (len == 0 || strncmp(s + 2 + len, ":]", 2) != 0)
		return (NULL);
	is = char_class(s + 2, len);
	if (is == NULL)
		errx(2, "%.*s: no such class", (int)len, s + 2);
	for (c = 0; c < 256; c++)
		if (is(c))
			set_add(set, c);
	return (s + 2 + len + 2);
}

/* [=c=] at s, which is c alone here; the place behind it, or NULL. */
static const char *
add_equals(struct set *set, const char *s)
{
	int c;

	if (strncmp(s, "[=", 2) != 0 || s[2] == '\0')
		return (NULL);
	s += 2;
	c = next_char(&s);
	if (strncmp(s, "=]", 2) != 0)
		return (NULL);
	set_add(set, c);
	return (s + 2);
}

/*
 * [c*n] at s; the place behind it, or NULL.  Without n, or with 0, it is as
 * often as in fill, which is NO_REPEAT in a set that may not have any.
 */
static const char *
add_repeat(struct set *set, const char *s, size_t fill)
{
	size_t n = 0;
	char *end;
	int c;

	if (*s++ != '[' || *s == '\0')
		return (NULL);
	c = next_char(&s);
	if (*s++ != '*')
		return (NULL);
	end = (char *)s;
	if (isdigit((unsigned char)*s))
		n = strtoul(s, &end, *s == '0' ? 8 : 10);
	if (*end != ']')
		return (NULL);
	if (fill == NO_REPEAT)
		errx(2, "[c*n] only in the second set");
	for (n = n == 0 ? fill : n; n > 0; n--)
		set_add(set, c);
	return (end + 1);
}

static void
parse_set(struct set *set, const char *s, size_t fill)
{
	const char *end;
	int low, high;

	set->len = 0;
	while (*s != '\0') {
		end = add_class(set, s);
		if (end == NULL)
			end = add_equals(set, s);
		if (end == NULL)
			end = add_repeat(set, s, fill);
		if (end != NULL) {
			s = end;
			continue;
		}
		low = high = next_char(&s);
		if (s[0] == '-' && s[1] != '\0') {
			s++;
			high = next_char(&s);
			if (high < low)
				errx(2, "range backwards");
		}
		for (; low <= high; low++)
			set_add(set, low);
	}
}

/* A [c*] there makes it as long as the first one. */
static void
parse_second(struct set *b, const char *s, const struct set *a)
{
	parse_set(b, s, 0);
	if (b->len < a->len)
		parse_set(b, s, a->len - b->len);
}

static void
complement(struct set *set)
{
	bool in[256] = { false };
	size_t i;
	int c;

	for (i = 0; i < set->len; i++)
		in[set->c[i]] = true;
	set->len = 0;
	for (c = 0; c < 256; c++)
		if (!in[c])
			set_add(set, c);
}

/* What the options and sets mean for each character. */
static unsigned char map[256];
static bool	deleted[256], squeezed[256];

static void
make_tables(const struct set *a, const struct set *b, bool removing,
    bool squeeze)
{
	const struct set *s = b->len > 0 ? b : a;
	size_t i;

	for (i = 0; i < sizeof(map); i++)
		map[i] = i;
	for (i = 0; removing && i < a->len; i++)
		deleted[a->c[i]] = true;
	/* The last one of the second set stands for all that are missing. */
	for (i = 0; !removing && b->len > 0 && i < a->len; i++)
		map[a->c[i]] = b->c[i < b->len ? i : b->len - 1];
	for (i = 0; squeeze && i < s->len; i++)
		squeezed[s->c[i]] = true;
}

static void
filter(void)
{
	int c, last = -1;

	while ((c = getchar()) != EOF) {
		if (deleted[c])
			continue;
		c = map[c];
		if (!squeezed[c] || c != last)
			putchar(c);
		last = c;
	}
	if (ferror(stdin))
		err(1, "read");
}

int
main(int argc, char **argv)
{
	bool other = false, removing = false, squeeze = false;
	struct set a, b = { .len = 0 };
	int c;

	while ((c = getopt(argc, argv, "cCds")) != -1) {
		if (c == '?')
			goto usage;
		other |= c == 'c' || c == 'C';
		removing |= c == 'd';
		squeeze |= c == 's';
	}
	/* One set is deleted, one or two are squeezed, both take two. */
	if (argc - optind < (removing == squeeze ? 2 : 1) ||
	    argc - optind > (removing && !squeeze ? 1 : 2))
		goto usage;
	parse_set(&a, argv[optind], NO_REPEAT);
	if (other)
		complement(&a);
	if (argc - optind == 2)
		parse_second(&b, argv[optind + 1], &a);
	if (argc - optind == 2 && !removing && b.len == 0)
		errx(2, "second set is empty");
	make_tables(&a, &b, removing, squeeze);
	filter();
	return (finish(0, 1));
usage:
	fprintf(stderr,
	    "usage: tr [-Ccs] set set\n"
	    "       tr [-Cc] -d set\n"
	    "       tr [-Cc] -s set\n"
	    "       tr [-Cc] -ds set set\n");
	return (2);
}
