/*
 * Regular expressions, read and made into programs: see regex_prog.h, and
 * regex_match.c for what it takes to run them.
 *
 * Counts, x{n,m}, are unrolled, so that a program is as long as its
 * expression would be if it were written without them.  \1 to \9 may name
 * groups in both kinds of expressions.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regex_prog.h"

#define	MAX_DEPTH	200		/* of parentheses */
#define	MAX_COUNT	255		/* in { } */
#define	MAX_UNROLLED	30000		/* instructions, for one { } */

static void	parse_alternatives(struct regex *);

static void
fail(struct regex *re, const char *why)
{
	if (re->error == NULL)
		re->error = why;
	re->p = "";
}

void *
regex_alloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		err(2, NULL);
	return (p);
}

/* One more instruction; its place. */
static int
emit(struct regex *re, enum op op, int x, int y)
{
	struct inst *prog;

	if (re->len == re->room) {
		re->room = re->room == 0 ? 32 : re->room * 2;
		prog = realloc(re->prog, re->room * sizeof(*prog));
		if (prog == NULL)
			err(2, NULL);
		re->prog = prog;
	}
	re->prog[re->len] = (struct inst){ .op = op, .x = x, .y = y };
	return (re->len++);
}

static void
emit_char(struct regex *re, int c)
{
	int at = emit(re, CHAR, 0, 0);

	re->prog[at].c = re->flags & RE_ICASE ? tolower(c) : c;
}

static bool
leads_on(const struct inst *in)
{
	return (in->op == SPLIT || in->op == LOOP || in->op == JUMP);
}

/*
 * Make room for one instruction at a place; jumps from behind it move along.
 * Those from before it, which want to go to the place, come to this one.
 */
static void
insert(struct regex *re, int at, enum op op)
{
	struct inst *in;
	int i;

	emit(re, op, 0, 0);
	memmove(re->prog + at + 1, re->prog + at,
	    (re->len - 1 - at) * sizeof(*re->prog));
	re->prog[at] = (struct inst){ .op = op };
	for (i = at + 1; i < re->len; i++) {
		in = &re->prog[i];
		if (!leads_on(in))
			continue;
		in->x += in->x >= at;
		in->y += in->y >= at;
	}
}

/* The same once more at the end: so many instructions from a place on. */
static void
copy(struct regex *re, int at, int size)
{
	int shift = re->len - at, i, to;

	for (i = at; i < at + size; i++) {
		to = emit(re, MATCH, 0, 0);
		re->prog[to] = re->prog[i];
		if (leads_on(&re->prog[to])) {
			re->prog[to].x += shift;
			re->prog[to].y += shift;
		}
	}
}

/* Whether the text, or this expression of a list, ends here. */
static bool
at_text_end(const struct regex *re)
{
	return (regex_ends(re->p, re->flags));
}

/* Whether the operator c is next: written \c in basic expressions. */
static bool
at_operator(const struct regex *re, int c)
{
	if (re->flags & RE_LITERAL)
		return (false);
	if (re->flags & RE_BASIC)
		return (re->p[0] == '\\' && re->p[1] == c);
	return (re->p[0] == c);
}

static void
skip_operator(struct regex *re)
{
	re->p += re->flags & RE_BASIC ? 2 : 1;
}

/* ------------------------------------------------------------------ atoms */

/* Behind the [. */
static void
parse_set(struct regex *re)
{
	struct set *set = regex_alloc(1, sizeof(*set));
	int at = emit(re, SET, 0, 0);
	const char *why, *p;

	set->next = re->sets;
	re->sets = set;
	re->prog[at].set = set->bits;
	p = regex_set(set->bits, re->p, re->flags, &why);
	if (p == NULL)
		fail(re, why);
	else
		re->p = p;
}

static void
parse_group(struct regex *re)
{
	int number = ++re->groups;

	skip_operator(re);
	if (++re->depth > MAX_DEPTH)
		fail(re, "nested too deeply");
	/* Those that have no name need not be found again. */
	if (number < GROUPS)
		emit(re, SAVE, 2 * number, 0);
	parse_alternatives(re);
	if (number < GROUPS) {
		emit(re, SAVE, 2 * number + 1, 0);
		re->closed |= 1u << number;
	}
	re->depth--;
	if (!at_operator(re, ')'))
		fail(re, "( without )");
	else
		skip_operator(re);
}

/* Behind a \ that belongs to no operator. */
static void
parse_escaped(struct regex *re)
{
	int c = (unsigned char)*re->p;

	if (at_text_end(re)) {
		fail(re, "\\ at the end");
		return;
	}
	re->p++;
	if (c >= '1' && c <= '9') {
		if ((re->closed & 1u << (c - '0')) == 0)
			fail(re, "\\ and the number of no group before it");
		re->named |= 1u << (c - '0');
		emit(re, SAME, c - '0', 0);
	} else if (c == '{' && (re->flags & RE_BASIC))
		fail(re, "nothing before {");
	else
		emit_char(re, c);
}

/* One thing that * may stand behind. */
static void
parse_atom(struct regex *re, bool first)
{
	bool basic = re->flags & RE_BASIC;
	int c = (unsigned char)*re->p;

	if (at_operator(re, '(')) {
		parse_group(re);
		return;
	}
	re->p++;
	if (re->flags & RE_LITERAL)
		emit_char(re, c);
	else if (c == '.')
		emit(re, ANY, 0, 0);
	else if (c == '[')
		parse_set(re);
	else if (c == '\\')
		parse_escaped(re);
	else if (c == '^' && (first || !basic))
		emit(re, BEGIN, 0, 0);
	else if (c == '$' &&
	    (!basic || at_text_end(re) || at_operator(re, '|') ||
		at_operator(re, ')')))
		emit(re, END, 0, 0);
	else
		emit_char(re, c);
}

/* ------------------------------------------------------------ repetitions */

static void
emit_again(struct regex *re, enum op op, int x, int y, int back)
{
	int at = emit(re, op, x, y);

	re->prog[at].c = back;
}

/*
 * Have what begins at a place and goes to the end min to max times, or (-1)
 * any number of times more than min.  A time too many that takes nothing
 * would hide from groups what they were before: LOOP does not let it pass.
 */
static void
repeat(struct regex *re, int at, int min, int max)
{
	int size = re->len - at, first = min > 0 ? min : 1, i, end;
	int copies = max < first ? first : max;
	enum op op = size == 1 && re->prog[at].op <= SET ? SPLIT : LOOP;

	if (size * copies > MAX_UNROLLED) {
		fail(re, "too much to repeat");
		return;
	}
	if (max == 0) {
		re->len = at;
		return;
	}
	end = at + copies * size + copies - first +
	    (max < 0 || (op == LOOP && copies > first));
	for (i = 1; i < copies; i++) {
		if (i >= first)
			emit_again(re, op, re->len + 1, end,
			    i > first ? size + 1 : 0);
		copy(re, at, size);
	}
	if (max < 0)
		emit_again(re, op, re->len - size, end, 0);
	else if (re->len < end)
		emit_again(re, op, end, end, size + 1);
	if (min == 0) {
		insert(re, at, SPLIT);
		re->prog[at].x = at + 1;
		re->prog[at].y = re->len;
	}
}

/* A number in braces, or -1 if there is none. */
static int
parse_count(struct regex *re)
{
	int n = -1;

	for (; isdigit((unsigned char)*re->p); re->p++)
		if (n <= MAX_COUNT)
			n = (n < 0 ? 0 : n) * 10 + *re->p - '0';
	return (n);
}

/* {n}, {n,} or {n,m}. */
static void
parse_interval(struct regex *re, int at)
{
	int min, max;

	skip_operator(re);
	min = max = parse_count(re);
	if (*re->p == ',') {
		re->p++;
		max = parse_count(re);
	}
	if (min < 0)
		fail(re, "no number behind {");
	else if (!at_operator(re, '}'))
		fail(re, "{ without }");
	else if (min > MAX_COUNT || max > MAX_COUNT)
		fail(re, "more than 255 in braces");
	else if (max >= 0 && max < min)
		fail(re, "less behind the comma than before it");
	else {
		skip_operator(re);
		repeat(re, at, min, max);
	}
}

/* What stands behind an atom that starts at the place. */
static void
parse_repetition(struct regex *re, int at)
{
	bool again = !(re->flags & RE_LITERAL);

	while (again && re->error == NULL) {
		if (*re->p == '*') {
			re->p++;
			repeat(re, at, 0, -1);
		} else if (at_operator(re, '+')) {
			skip_operator(re);
			repeat(re, at, 1, -1);
		} else if (at_operator(re, '?')) {
			skip_operator(re);
			repeat(re, at, 0, 1);
		} else if (at_operator(re, '{') &&
		    ((re->flags & RE_BASIC) ||
			isdigit((unsigned char)re->p[1]))) {
			parse_interval(re, at);
		} else
			again = false;
	}
}

/* ----------------------------------------------------------- all together */

static bool
at_end(const struct regex *re)
{
	/* In an extended expression a ) that closes nothing is a character. */
	return (at_text_end(re) || at_operator(re, '|') ||
	    (at_operator(re, ')') && (re->depth > 0 || re->flags & RE_BASIC)));
}

static void
parse_sequence(struct regex *re)
{
	bool first = true, bare = true, caret;
	int at;

	for (; !at_end(re) && re->error == NULL; first = false) {
		at = re->len;
		caret = *re->p == '^';
		/* A * that stands behind nothing is a star. */
		if (*re->p == '*' && bare && !(re->flags & RE_LITERAL)) {
			re->p++;
			emit_char(re, '*');
		} else
			parse_atom(re, first);
		bare = caret && re->prog[at].op == BEGIN;
		if (!bare)
			parse_repetition(re, at);
	}
}

/* Skip what stands between two alternatives, if they go on. */
static bool
next_alternative(struct regex *re)
{
	if (*re->p == '\n' && at_text_end(re) && re->depth == 0) {
		re->text = ++re->p;
		re->groups = 0;
		re->closed = 0;
		return (true);
	}
	if (!at_operator(re, '|'))
		return (false);
	skip_operator(re);
	return (true);
}

static void
parse_alternatives(struct regex *re)
{
	int at = re->len, jumps = -1, next;

	/* The jumps to the end wait for it, each with the one before in x. */
	for (parse_sequence(re); next_alternative(re); parse_sequence(re)) {
		insert(re, at, SPLIT);
		jumps = emit(re, JUMP, jumps, 0);
		re->prog[at].x = at + 1;
		re->prog[at].y = re->len;
		at = re->len;
	}
	for (; jumps >= 0; jumps = next) {
		next = re->prog[jumps].x;
		re->prog[jumps].x = re->len;
	}
}

struct regex *
regex_compile(const char *text, int flags, const char **why)
{
	static char message[200];
	struct regex *re = regex_alloc(1, sizeof(*re));

	re->flags = flags;
	re->text = re->p = text;
	if (flags & RE_START)
		emit(re, BEGIN, 0, 0);
	if (flags & RE_WORD)
		emit(re, NONE_BEFORE, 0, 0);
	parse_alternatives(re);
	if (*re->p != '\0')
		fail(re, ") without (");
	if (flags & RE_WORD)
		emit(re, NONE_BEHIND, 0, 0);
	if (flags & RE_END)
		emit(re, END, 0, 0);
	emit(re, MATCH, 0, 0);
	if (re->error == NULL)
		return (re);
	snprintf(message, sizeof(message), "%.*s: %s",
	    (int)strcspn(re->text, flags & RE_LIST ? "\n" : ""), re->text,
	    re->error);
	*why = message;
	regex_free(re);
	return (NULL);
}

void
regex_free(struct regex *re)
{
	struct set *set;

	while ((set = re->sets) != NULL) {
		re->sets = set->next;
		free(set);
	}
	machine_free(re->machine);
	free(re->prog);
	free(re);
}

int
regex_groups(const struct regex *re)
{
	return (re->groups);
}
