/*
 * Regular expressions: a table of what they find and of what they refuse,
 * some that would take for ever if ways were tried without thinking, and
 * random ones beside a matcher that does try all ways there are.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libc_test.h"
#include "regex.h"

#define	BASIC		RE_BASIC
#define	EXTENDED	0
#define	ALL		(RE_START | RE_END)

/* ----------------------------------------------------------------- tables */

static const struct {
	int	flags;
	const char *expression, *text;
	const char *match, *group;	/* NULL: none */
} finds[] = {
	{ BASIC, "b*", "abb", "" },
	{ BASIC, "a.c", "xabcx", "abc" },
	{ BASIC, "^b", "ab", NULL },
	{ BASIC, "a^b$c", "a^b$c", "a^b$c" },
	{ BASIC, "*a**", "x*aaa", "*aaa" },
	{ BASIC, "\\(*a\\)", "*a", "*a", "*a" },
	{ BASIC, "^*a", "*a", "*a" },
	{ BASIC, "^^*", "^^", "^^" },
	{ BASIC, "a+?|{}()", "a+?|{}()", "a+?|{}()" },
	{ BASIC, "\\.\\*\\[", "x.*[", ".*[" },
	{ BASIC, "a\\+b\\?c\\|d", "aac", "aac" },
	{ BASIC, "\\(^a\\|b$\\)", "cab", "b", "b" },
	{ EXTENDED, "a+b?c|d", "xd", "d" },
	{ EXTENDED, "(a|ab)(c|bcd)", "abcd", "abcd", "a" },
	{ EXTENDED, "a|ab|abc", "xabcd", "abc" },
	{ EXTENDED, "a{x{,2}{", "a{x{,2}{", "a{x{,2}{" },
	{ EXTENDED, "(a))", "xa)", "a)", "a" },
	{ EXTENDED, "a||b", "b", "b" },
	{ EXTENDED, "()x", "x", "x", "" },
	/* Counts. */
	{ BASIC, "a\\{2\\}", "abaaa", "aa" },
	{ BASIC, "a\\{2,\\}", "abaaa", "aaa" },
	{ BASIC, "a\\{1,2\\}b", "aaab", "aab" },
	{ BASIC, "xa\\{0\\}y", "xay xy", "xy" },
	{ BASIC, "\\(ab\\)\\{2,3\\}", "ababababx", "ababab", "ab" },
	{ EXTENDED, "(a{2}){2}b{0,1}", "aaaaab", "aaaa", "aa" },
	{ EXTENDED, "(a|b{2}){3}", "xabba", "abba", "a" },
	{ EXTENDED, "x{255}", "x", NULL },
	{ EXTENDED, "(a{0,1}){3}b", "aab", "aab", "" },
	/* Groups named again. */
	{ BASIC, "\\(a*\\)b\\1", "aabaaa", "aabaa", "aa" },
	{ BASIC, "\\(.\\)\\(.\\)\\2\\1", "xabba", "abba", "a" },
	{ BASIC, "^\\(.*\\)\\1$", "abcabc", "abcabc", "abc" },
	{ BASIC, "\\(a\\)*b\\1", "aaba", "aaba", "a" },
	{ BASIC, "\\(a\\)*b\\1", "b", NULL },
	{ BASIC | RE_ICASE, "\\([a-z]\\)\\1", "xAa", "Aa", "A" },
	{ EXTENDED, "(a|b)\\1{2}", "abbb", "bbb", "b" },
	{ BASIC | RE_LIST, "\\(a\\)c\n\\(.\\)\\1", "xbb", "bb", "b" },
	/* The last time that took something is what a group is. */
	{ BASIC, "\\(a*\\)*", "aa", "aa", "aa" },
	{ BASIC, "\\(a*\\)*", "b", "", "" },
	{ BASIC, "\\(a*\\)\\{1,3\\}b", "aab", "aab", "aa" },
	{ EXTENDED, "(x|(a))*", "ax", "ax", "x" },
	/* Sets. */
	{ BASIC, "[]a]*", "a]b", "a]" },
	{ BASIC, "[^]a]", "a]b", "b" },
	{ BASIC, "[a-c-]*", "b-d", "b-" },
	{ BASIC, "[\\n]*", "\\n", "\\n" },
	{ BASIC, "[[:digit:]_[:upper:]]*", "A_1a", "A_1" },
	{ BASIC | RE_ICASE, "[[:upper:]]*", "aA1", "aA" },
	{ BASIC, "[[.-.]-0]*", "-./01", "-./0" },
	{ BASIC, "[[=a=]b]*", "abc", "ab" },
	/* Ways to compile. */
	{ RE_LITERAL, "a.*\\(", "xa.*\\(", "a.*\\(" },
	{ RE_LITERAL | RE_ICASE, "aB", "xAb", "Ab" },
	{ RE_LITERAL | RE_LIST, "b\nab", "xab", "ab" },
	{ BASIC | RE_LIST, "a\n", "b", "" },
	{ BASIC | ALL, "a*", "aab", NULL },
	{ EXTENDED | ALL, "a|ab", "ab", "ab" },
	{ BASIC | RE_START, "b", "ab", NULL },
	{ BASIC | RE_WORD, "ab*", "xab ab_ a abb", "a" },
	{ BASIC | RE_WORD, "ab*", "abbb", "abbb" },
	{ BASIC | RE_WORD, "a.*b", "ab xb", "ab xb" },
	{ BASIC | RE_WORD, "a.*b", "ab bx", "ab" },
	{ BASIC | RE_WORD, "-b", "a-b", NULL },
};

static const struct {
	int	flags;
	const char *expression;
} refused[] = {
	{ BASIC, "\\(a" },
	{ BASIC, "a\\)" },
	{ EXTENDED, "(a" },
	{ EXTENDED, "a\\" },
	{ BASIC, "[a" },
	{ BASIC, "[]" },
	{ BASIC, "[[:digit:]" },
	{ BASIC, "[[:digits:]]" },
	{ BASIC, "[[.ab.]]" },
	{ BASIC, "[[=a]" },
	{ BASIC, "[b-a]" },
	{ BASIC, "\\{1\\}" },
	{ BASIC, "a\\{1" },
	{ BASIC, "a\\{1}" },
	{ BASIC, "a\\{,2\\}" },
	{ BASIC, "a\\{2,1\\}" },
	{ EXTENDED, "a{1,256}" },
	{ EXTENDED, "a{1x}" },
	{ EXTENDED, "((a{255}){255}){255}" },
	{ BASIC, "\\1\\(a\\)" },
	{ BASIC, "\\(a\\1\\)" },
	{ BASIC, "\\(a\\)\\2" },
	{ BASIC | RE_LIST, "\\(a\\)\n\\1" },
	{ BASIC | RE_LIST, "[a\n]" },
	{ BASIC | RE_LIST, "\\(a\n\\)" },
	{ BASIC | RE_LIST, "a\\\nb" },
};

/* Whether a part of the text is what is expected, or is not there. */
static bool
is(const char *text, const struct span *s, const char *expected)
{
	if (expected == NULL)
		return (s->start == RE_NOWHERE);
	return (s->start != RE_NOWHERE &&
	    s->end - s->start == strlen(expected) &&
	    memcmp(text + s->start, expected, strlen(expected)) == 0);
}

static bool
find_as_expected(size_t i)
{
	const char *text = finds[i].text, *why;
	struct regex *re = regex_compile(finds[i].expression, finds[i].flags,
	    &why);
	struct span found[2] = { { RE_NOWHERE, 0 }, { RE_NOWHERE, 0 } };
	struct span alone = { RE_NOWHERE, 0 };
	size_t len = strlen(text);
	bool good = re != NULL;

	/* By both machines, and without a wish to know the place. */
	if (good) {
		regex_find(re, text, len, 0, &alone, 1);
		good = regex_find(re, text, len, 0, found, 2) ==
			(finds[i].match != NULL) &&
		    regex_find(re, text, len, 0, NULL, 0) ==
			(finds[i].match != NULL) &&
		    is(text, &alone, finds[i].match) &&
		    is(text, &found[0], finds[i].match) &&
		    is(text, &found[1], finds[i].group);
		regex_free(re);
	}
	if (!good)
		printf("# %s in %s\n", finds[i].expression, text);
	return (good);
}

static void
tables(void)
{
	const char *why;
	struct regex *re;
	bool good = true;
	size_t i;

	for (i = 0; i < sizeof(finds) / sizeof(finds[0]); i++)
		good &= find_as_expected(i);
	result(good, "what expressions find");
	good = true;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		re = regex_compile(refused[i].expression, refused[i].flags,
		    &why);
		if (re != NULL) {
			printf("# %s is taken\n", refused[i].expression);
			regex_free(re);
			good = false;
		}
	}
	result(good, "what is no expression");
}

/* Matches one after the other: ^ is the text's beginning, not the offset. */
static void
one_after_another(void)
{
	const char *why;
	struct regex *re = regex_compile("^a\\|a*b", RE_BASIC, &why);
	struct span s;

	result(regex_find(re, "aaab", 4, 0, &s, 1) && s.start == 0 &&
		s.end == 4 && regex_find(re, "aaab", 4, 1, &s, 1) &&
		s.start == 1 && s.end == 4 &&
		!regex_find(re, "aaab", 4, 4, &s, 1),
	    "from an offset on");
	regex_free(re);
}

/* -------------------------------------------------------------------- time */

static bool
in_time(const char *expression, int flags, const char *unit, int times)
{
	size_t len = strlen(unit) * times;
	char *text = malloc(len + 1);
	const char *why;
	struct regex *re = regex_compile(expression, flags, &why);
	struct span s[2];
	clock_t start = clock();
	int i;

	for (i = 0; i < times; i++)
		memcpy(text + i * strlen(unit), unit, strlen(unit) + 1);
	regex_find(re, text, len, 0, s, 2);
	regex_free(re);
	free(text);
	if ((clock() - start) / CLOCKS_PER_SEC < 10)
		return (true);
	printf("# %s in %d times %s\n", expression, times, unit);
	return (false);
}

static void
times(void)
{
	result(in_time("(a?){200}a{200}", EXTENDED, "a", 200) &
		in_time("((a*)*)*b", EXTENDED, "a", 2000) &
		in_time("(a*)*\\1b", EXTENDED, "a", 150) &
		in_time("(x*|y*)(x*|y*){15}\\1z", EXTENDED, "xy", 15) &
		in_time("^(.*).*\\1$", EXTENDED, "abcde", 100),
	    "no exponential time");
}

/* --------------------------------------------------------- beside all ways */

enum kind { LETTER, ANY, SET, FIRST, LAST, THEN, OR, TIMES, GROUP, SAME };

/* An expression; of a group and \N the number is min. */
struct node {
	enum kind kind;
	int	c;
	int	min, max;
	const struct node *a, *b;
};

static struct node nodes[1000];
static int	used, groups;
static bool	complete[10];
static char	expression[4000], *out;
static bool	extended, choices;

static int
pick(int below)
{
	return (next_random() % below);
}

static struct node *
node(enum kind kind, const struct node *a, const struct node *b)
{
	nodes[used] = (struct node){ .kind = kind, .a = a, .b = b };
	return (&nodes[used++]);
}

static void
print(const char *basic, const char *other)
{
	out = stpcpy(out, extended ? other : basic);
}

static const struct node *random_any(int);

static const struct node *
random_atom(int depth)
{
	struct node *n;
	int number = groups + 1, same = 1 + pick(9);

	if (depth > 0 && pick(3) == 0 && number < 10) {
		groups++;
		print("\\(", "(");
		n = node(GROUP, random_any(depth - 1), NULL);
		print("\\)", ")");
		n->min = number;
		complete[number] = true;
	} else if (complete[same] && pick(2) == 0) {
		n = node(SAME, NULL, NULL);
		n->min = same;
		out += sprintf(out, "\\%d", same);
	} else {
		n = node((enum kind)(LETTER + pick(3)), NULL, NULL);
		n->c = "ab"[pick(2)];
		out += sprintf(out,
		    n->kind == SET     ? "[^%c]" :
			n->kind == ANY ? "." :
					 "%c",
		    n->c);
	}
	return (n);
}

static const struct node *
random_piece(int depth)
{
	const struct node *a = random_atom(depth);
	struct node *n;

	if (pick(5) > 1)
		return (a);
	n = node(TIMES, a, NULL);
	n->min = pick(3);
	n->max = pick(2) ? -1 : n->min + pick(3);
	if (n->min == 0 && n->max == -1) {
		print("*", "*");
		return (n);
	}
	print("\\{", "{");
	out += sprintf(out, "%d,", n->min);
	if (n->max != -1)
		out += sprintf(out, "%d", n->max);
	print("\\}", "}");
	return (n);
}

static const struct node *
random_any(int depth)
{
	const struct node *n = random_piece(depth);
	int more = pick(3);

	while (more-- > 0)
		n = node(THEN, n, random_piece(depth));
	if (pick(5) > 0)
		return (n);
	print("\\|", "|");
	choices = true;
	return (node(OR, n, random_any(depth - 1)));
}

static const struct node *
random_expression(void)
{
	const struct node *n;
	bool first = pick(8) == 0;

	used = groups = 0;
	memset(complete, 0, sizeof(complete));
	out = expression;
	choices = false;
	extended = pick(2);
	if (first)
		print("^", "^");
	n = random_atom(3);
	if (first)
		n = node(THEN, node(FIRST, NULL, NULL), n);
	if (pick(8) == 0) {
		print("$", "$");
		n = node(THEN, n, node(LAST, NULL, NULL));
	}
	*out = '\0';
	return (n);
}

/* What is still to do when a node has matched, and behind that. */
struct todo {
	const struct node *n;
	const struct todo *next;
	bool	close;			/* the group's end is here */
	int	from;			/* where that or the last time began */
	int	count;			/* times so far */
};

#define	MAX_STEPS	20000

static const char *text;
static int	len, steps;
static struct span now[10], best[10];

static void	all_ways(const struct todo *, int);

static void
all_times(const struct todo *t, int pos)
{
	const struct node *n = t->n;
	struct todo again = *t, body = { .n = n->a, .next = &again };

	/* More often than it has to be, but for nothing. */
	if (t->count > 1 && t->count > n->min && pos == t->from)
		return;
	again.count++;
	again.from = pos;
	if (n->max == -1 || t->count < n->max)
		all_ways(&body, pos);
	if (t->count >= n->min)
		all_ways(t->next, pos);
}

static void
close_group(const struct todo *t, int pos)
{
	struct span old = now[t->n->min];

	now[t->n->min] = (struct span){ t->from, pos };
	all_ways(t->next, pos);
	now[t->n->min] = old;
}

/* Whether the text of a group stands at a place once more. */
static bool
same_again(struct span s, int pos)
{
	return (s.start != RE_NOWHERE &&
	    s.end - s.start <= (size_t)(len - pos) &&
	    memcmp(text + s.start, text + pos, s.end - s.start) == 0);
}

/* The longest match, and of these the first, is put into best. */
static void
all_ways(const struct todo *t, int pos)
{
	const struct node *n = t == NULL ? NULL : t->n;
	struct todo first, second;

	if (++steps > MAX_STEPS)
		return;
	if (n == NULL) {
		if (best[0].start == RE_NOWHERE || (int)best[0].end < pos) {
			memcpy(best, now, sizeof(best));
			best[0].end = pos;
		}
		return;
	}
	first = (struct todo){ .n = n->a, .next = t->next };
	second = (struct todo){ .n = n->b, .next = t->next };
	switch (n->kind) {
	case LETTER:
	case ANY:
	case SET:
		if (pos < len &&
		    (n->kind == ANY ||
			(n->kind == LETTER) == (text[pos] == n->c)))
			all_ways(t->next, pos + 1);
		break;
	case FIRST:
	case LAST:
		if (pos == (n->kind == FIRST ? 0 : len))
			all_ways(t->next, pos);
		break;
	case THEN:
		first.next = &second;
		all_ways(&first, pos);
		break;
	case OR:
		all_ways(&first, pos);
		all_ways(&second, pos);
		break;
	case TIMES:
		all_times(t, pos);
		break;
	case GROUP:
		second = (struct todo){ .n = n,
			.next = t->next,
			.close = true,
			.from = pos };
		first.next = &second;
		if (t->close)
			close_group(t, pos);
		else
			all_ways(&first, pos);
		break;
	case SAME:
		if (same_again(now[n->min], pos))
			all_ways(t->next,
			    pos + now[n->min].end - now[n->min].start);
		break;
	}
}

static bool
one_random(struct regex *re, const struct node *n)
{
	struct todo all = { .n = n };
	struct span found[10];
	/* Of alternatives ours need not take the first, if it is empty. */
	size_t same = choices ? sizeof(best[0]) : sizeof(best);
	char letters[12];
	bool matched;
	int i;

	len = pick(9);
	for (i = 0; i < len; i++)
		letters[i] = "aab"[pick(3)];
	letters[len] = '\0';
	text = letters;
	memset(now, 0xff, sizeof(now));
	memset(best, 0xff, sizeof(best));
	steps = 0;
	for (i = 0; i <= len && best[0].start == RE_NOWHERE; i++) {
		now[0].start = i;
		all_ways(&all, i);
	}
	if (steps > MAX_STEPS)
		return (true);
	matched = regex_find(re, text, len, 0, found, 10);
	if (matched == (best[0].start != RE_NOWHERE) &&
	    (!matched || memcmp(best, found, same) == 0) &&
	    regex_find(re, text, len, 0, found, 1) == matched &&
	    (!matched || memcmp(best, found, sizeof(best[0])) == 0))
		return (true);
	printf("# %s in %s\n", expression, text);
	return (false);
}

static void
random_ones(void)
{
	const struct node *n;
	const char *why;
	struct regex *re;
	bool good = true;
	int i, k;

	for (i = 0; i < 20000 && good; i++) {
		n = random_expression();
		re = regex_compile(expression, extended ? EXTENDED : BASIC,
		    &why);
		good = re != NULL;
		if (!good)
			printf("# %s\n", why);
		for (k = 0; k < 4 && good; k++)
			good = one_random(re, n);
		if (re != NULL)
			regex_free(re);
	}
	result(good, "random expressions beside a matcher that tries all ways");
}

int
main(void)
{
	tables();
	one_after_another();
	times();
	random_ones();
	return (finish());
}
