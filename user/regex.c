/*
 * Regular expressions, compiled to a program for a machine that is in many
 * states at once (Thompson's construction): the time is the length of the
 * text times that of the expression, whatever the expression is.
 *
 *	x*	1: SPLIT 2 or 4   2: x   3: JUMP 1   4:
 *	x|y	1: SPLIT 2 or 4   2: x   3: JUMP 5   4: y   5:
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "regex.h"

#define	MAX_DEPTH	200		/* of parentheses */

enum op { CHAR, ANY, SET, BEGIN, END, SPLIT, JUMP, MATCH };

struct inst {
	enum op	op;
	int	c;			/* CHAR */
	int	x, y;			/* SPLIT, JUMP: where to */
	unsigned char *set;		/* SET: 256 bits */
};

struct regex {
	struct inst *prog;
	int	len, room;
	int	*now, *next;		/* states; no state is in twice */
	int	nnow, nnext;
	int	*mark;			/* the step that added the state */
	int	step;
	int	flags;
	/* while compiling */
	const char *p;
	int	depth;
	const char *error;
};

static void	parse_alternatives(struct regex *);

static void
fail(struct regex *re, const char *why)
{
	if (re->error == NULL)
		re->error = why;
	re->p = "";
}

/* One more instruction; its place. */
static int
emit(struct regex *re, enum op op, int x, int y)
{
	struct inst *prog;

	if (re->len == re->room) {
		re->room = re->room == 0 ? 32 : re->room * 2;
		prog = realloc(re->prog, re->room * sizeof(*prog));
		if (prog == NULL) {
			fail(re, "out of memory");
			re->room = re->len;
			return (0);
		}
		re->prog = prog;
	}
	re->prog[re->len] = (struct inst){ .op = op, .x = x, .y = y };
	return (re->len++);
}

/* Make room for one instruction at a place; jumps move along. */
static void
insert(struct regex *re, int at, enum op op)
{
	struct inst *in;
	int i;

	emit(re, op, 0, 0);
	if (re->error != NULL)
		return;
	memmove(re->prog + at + 1, re->prog + at,
	    (re->len - 1 - at) * sizeof(*re->prog));
	re->prog[at] = (struct inst){ .op = op };
	for (i = at + 1; i < re->len; i++) {
		in = &re->prog[i];
		if (in->op != SPLIT && in->op != JUMP)
			continue;
		in->x += in->x >= at;
		in->y += in->y >= at;
	}
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

static void
emit_char(struct regex *re, int c)
{
	int at = emit(re, CHAR, 0, 0);

	if (re->error == NULL)
		re->prog[at].c = re->flags & RE_ICASE ? tolower(c) : c;
}

static void
set_add(unsigned char *set, int c, bool icase)
{
	set[c >> 3] |= 1 << (c & 7);
	if (icase) {
		set[tolower(c) >> 3] |= 1 << (tolower(c) & 7);
		set[toupper(c) >> 3] |= 1 << (toupper(c) & 7);
	}
}

/* [:name:] at p; the place behind it, or NULL if it is no such thing. */
static const char *
set_class(unsigned char *set, const char *p)
{
	static const struct {
		const char *name;
		int (*test)(int);
	} classes[] = {
		{ "alpha", isalpha },
		{ "digit", isdigit },
		{ "alnum", isalnum },
		{ "upper", isupper },
		{ "lower", islower },
		{ "space", isspace },
		{ "blank", isblank },
		{ "punct", ispunct },
		{ "print", isprint },
		{ "graph", isgraph },
		{ "cntrl", iscntrl },
		{ "xdigit", isxdigit },
	};
	size_t i, len;
	int c;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		len = strlen(classes[i].name);
		if (strncmp(p + 2, classes[i].name, len) != 0 ||
		    strncmp(p + 2 + len, ":]", 2) != 0)
			continue;
		for (c = 0; c < 256; c++)
			if (classes[i].test(c))
				set_add(set, c, false);
		return (p + len + 4);
	}
	return (NULL);
}

/* Behind the [. */
static void
parse_set(struct regex *re)
{
	bool negate = *re->p == '^', first = true;
	bool icase = re->flags & RE_ICASE;
	unsigned char *set = calloc(32, 1);
	const char *p = re->p + negate, *end;
	int at = emit(re, SET, 0, 0), low, high, c;

	if (set == NULL || re->error != NULL) {
		free(set);
		fail(re, "out of memory");
		return;
	}
	re->prog[at].set = set;
	for (; *p != ']' || first; first = false) {
		if (*p == '\0') {
			fail(re, "[ without ]");
			return;
		}
		if (p[0] == '[' && p[1] == ':' &&
		    (end = set_class(set, p)) != NULL) {
			p = end;
			continue;
		}
		low = high = (unsigned char)*p++;
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			high = (unsigned char)p[1];
			p += 2;
		}
		for (c = low; c <= high; c++)
			set_add(set, c, icase);
	}
	for (c = 0; negate && c < 32; c++)
		set[c] = ~set[c];
	re->p = p + 1;
}

static void
parse_group(struct regex *re)
{
	skip_operator(re);
	if (++re->depth > MAX_DEPTH) {
		fail(re, "nested too deeply");
		return;
	}
	parse_alternatives(re);
	re->depth--;
	if (!at_operator(re, ')'))
		fail(re, "( without )");
	else
		skip_operator(re);
}

/* One thing that * may stand behind; start: first of its alternative. */
static void
parse_atom(struct regex *re, bool start)
{
	int c = (unsigned char)*re->p;

	if (at_operator(re, '(')) {
		parse_group(re);
		return;
	}
	re->p++;
	if (re->flags & RE_LITERAL) {
		emit_char(re, c);
	} else if (c == '.') {
		emit(re, ANY, 0, 0);
	} else if (c == '[') {
		parse_set(re);
	} else if (c == '^' && (start || !(re->flags & RE_BASIC))) {
		emit(re, BEGIN, 0, 0);
	} else if (c == '$' &&
	    (*re->p == '\0' || at_operator(re, '|') || at_operator(re, ')') ||
		!(re->flags & RE_BASIC))) {
		emit(re, END, 0, 0);
	} else if (c == '\\') {
		if (*re->p == '\0')
			fail(re, "\\ at the end");
		else
			emit_char(re, (unsigned char)*re->p++);
	} else
		emit_char(re, c);
}

/* What stands behind an atom that starts at the place. */
static void
parse_repetition(struct regex *re, int at)
{
	bool again = true;

	while (again && re->error == NULL && !(re->flags & RE_LITERAL)) {
		if (*re->p == '*') {
			re->p++;
			insert(re, at, SPLIT);
			emit(re, JUMP, at, 0);
			re->prog[at].x = at + 1;
			re->prog[at].y = re->len;
		} else if (at_operator(re, '+')) {
			skip_operator(re);
			emit(re, SPLIT, at, re->len + 1);
		} else if (at_operator(re, '?')) {
			skip_operator(re);
			insert(re, at, SPLIT);
			re->prog[at].x = at + 1;
			re->prog[at].y = re->len;
		} else
			again = false;
	}
}

static bool
at_end(const struct regex *re)
{
	return (*re->p == '\0' || at_operator(re, '|') ||
	    (re->depth > 0 && at_operator(re, ')')));
}

static void
parse_sequence(struct regex *re)
{
	bool start = true;
	int at;

	while (!at_end(re) && re->error == NULL) {
		at = re->len;
		/* A * that stands behind nothing is a star. */
		if (*re->p == '*' && start && !(re->flags & RE_LITERAL)) {
			re->p++;
			emit_char(re, '*');
		} else
			parse_atom(re, start);
		start = re->error == NULL && re->len > at &&
		    re->prog[at].op == BEGIN;
		if (!start)
			parse_repetition(re, at);
	}
}

static void
parse_alternatives(struct regex *re)
{
	int at = re->len, jump;

	parse_sequence(re);
	if (!at_operator(re, '|') || re->error != NULL)
		return;
	skip_operator(re);
	insert(re, at, SPLIT);
	jump = emit(re, JUMP, 0, 0);
	if (re->error != NULL)
		return;
	re->prog[at].x = at + 1;
	re->prog[at].y = re->len;
	if (++re->depth > MAX_DEPTH)
		fail(re, "too many alternatives");
	else
		parse_alternatives(re);
	re->depth--;
	if (re->error == NULL)
		re->prog[jump].x = re->len;
}

struct regex *
regex_compile(const char *text, int flags, const char **why)
{
	struct regex *re = calloc(1, sizeof(*re));

	*why = "out of memory";
	if (re == NULL)
		return (NULL);
	re->flags = flags;
	re->p = text;
	parse_alternatives(re);
	if (re->error == NULL && *re->p != '\0')
		fail(re, ") without (");
	emit(re, MATCH, 0, 0);
	re->now = calloc(re->len, sizeof(int));
	re->next = calloc(re->len, sizeof(int));
	re->mark = calloc(re->len, sizeof(int));
	if (re->now == NULL || re->next == NULL || re->mark == NULL)
		fail(re, "out of memory");
	if (re->error != NULL) {
		*why = re->error;
		regex_free(re);
		return (NULL);
	}
	return (re);
}

void
regex_free(struct regex *re)
{
	int i;

	for (i = 0; i < re->len; i++)
		free(re->prog[i].set);
	free(re->prog);
	free(re->now);
	free(re->next);
	free(re->mark);
	free(re);
}

/*
 * Enter a state in the next set, through all that needs no character.  The
 * set itself is the list of work: jumps and splits stay in it, and do
 * nothing when the character comes.
 */
static void
add_state(struct regex *re, int pc, bool begin, bool end)
{
	int i = re->nnext;
	const struct inst *in;

	if (re->mark[pc] == re->step)
		return;
	re->mark[pc] = re->step;
	re->next[re->nnext++] = pc;
	for (; i < re->nnext; i++) {
		int to[2] = { -1, -1 }, k;

		in = &re->prog[re->next[i]];
		if (in->op == JUMP || in->op == SPLIT)
			to[0] = in->x;
		if (in->op == SPLIT)
			to[1] = in->y;
		if ((in->op == BEGIN && begin) || (in->op == END && end))
			to[0] = re->next[i] + 1;
		for (k = 0; k < 2; k++)
			if (to[k] >= 0 && re->mark[to[k]] != re->step) {
				re->mark[to[k]] = re->step;
				re->next[re->nnext++] = to[k];
			}
	}
}

static bool
takes(const struct inst *in, int c)
{
	switch (in->op) {
	case CHAR:
		return (in->c == c);
	case ANY:
		return (true);
	case SET:
		return (in->set[c >> 3] & (1 << (c & 7)));
	default:
		return (false);
	}
}

static bool
matched(const struct regex *re)
{
	int i;

	for (i = 0; i < re->nnow; i++)
		if (re->prog[re->now[i]].op == MATCH)
			return (true);
	return (false);
}

static void
swap(struct regex *re)
{
	int *set = re->now;

	re->now = re->next;
	re->next = set;
	re->nnow = re->nnext;
	re->nnext = 0;
	re->step++;
}

bool
regex_match(struct regex *re, const char *s, size_t len, bool whole)
{
	size_t i;
	int c, k;

	re->nnext = 0;
	re->step++;
	add_state(re, 0, true, len == 0);
	swap(re);
	for (i = 0; i < len; i++) {
		if (!whole && matched(re))
			return (true);
		c = (unsigned char)s[i];
		if (re->flags & RE_ICASE)
			c = tolower(c);
		for (k = 0; k < re->nnow; k++)
			if (takes(&re->prog[re->now[k]], c))
				add_state(re, re->now[k] + 1, false,
				    i + 1 == len);
		if (!whole) /* a match may begin here too */
			add_state(re, 0, false, i + 1 == len);
		swap(re);
	}
	return (matched(re));
}
