/*
 * The sets of characters in regular expressions: [a-z_], [^[:digit:]].
 */
#include <ctype.h>
#include <string.h>

#include "charclass.h"
#include "regex_prog.h"

static void
add(unsigned char *set, int c, int flags)
{
	set[c >> 3] |= 1 << (c & 7);
	if (flags & RE_ICASE) {
		add(set, tolower(c), 0);
		add(set, toupper(c), 0);
	}
}

/* A class, with name:] at p; the place behind it, or NULL. */
static const char *
add_class(unsigned char *set, const char *p, int flags)
{
	const char *end = strstr(p, ":]");
	char_test is = end != NULL ? char_class(p, end - p) : NULL;
	int c;

	if (is == NULL)
		return (NULL);
	for (c = 0; c < 256; c++)
		if (is(c))
			add(set, c, flags);
	return (end + 2);
}

/* A character at *pp, which moves behind it, or -1; [.c.] and [=c=] are c. */
static int
one_char(const char **pp, int flags)
{
	const char *p = *pp;

	if (p[0] != '[' || (p[1] != '.' && p[1] != '=')) {
		*pp = p + 1;
		return ((unsigned char)*p);
	}
	if (regex_ends(p + 2, flags) || p[3] != p[1] || p[4] != ']')
		return (-1);
	*pp = p + 5;
	return ((unsigned char)p[2]);
}

/* A character or a range; the place behind it. */
static const char *
add_range(unsigned char *set, const char *p, int flags, const char **why)
{
	int low = one_char(&p, flags), high = low;

	if (low >= 0 && p[0] == '-' && p[1] != ']' &&
	    !regex_ends(p + 1, flags)) {
		p++;
		high = one_char(&p, flags);
	}
	if (low < 0 || high < 0) {
		*why = "no character between [. or [= and its end";
		return (NULL);
	}
	if (low > high) {
		*why = "a range that ends before it begins";
		return (NULL);
	}
	for (; low <= high; low++)
		add(set, low, flags);
	return (p);
}

const char *
regex_set(unsigned char *set, const char *p, int flags, const char **why)
{
	bool negate = *p == '^', first = true;
	int i;

	memset(set, 0, 32);
	for (p += negate; *p != ']' || first; first = false) {
		*why = "[ without ]";
		if (regex_ends(p, flags))
			return (NULL);
		if (p[0] == '[' && p[1] == ':') {
			*why = "no such class of characters";
			p = add_class(set, p + 2, flags);
		} else
			p = add_range(set, p, flags, why);
		if (p == NULL)
			return (NULL);
	}
	for (i = 0; negate && i < 32; i++)
		set[i] = ~set[i];
	return (p + 1);
}
