/*
 * Regular expressions, run: see regex_prog.h for the programs.
 *
 * The machine goes through the text once, and is in many states at a time
 * (Thompson's construction).  A state is a place in the program, with where
 * its match would begin, and where those groups are that are named again by
 * \1 or asked for.  The states stand in an order: first those whose match
 * begins first, and of these those that go on with a repetition rather than
 * end it, or have taken an earlier alternative.  Of several that will go on
 * in the same way the first is kept.  The first match counts, of these the
 * longest, and of several as long the one whose state stands first.
 *
 * So the time is at most the length of the text times that of the program,
 * whatever the expression is; each group that is named again multiplies it
 * by the number of places that the group can be at, the square of the text's
 * length at worst.  It is never exponential.
 */
#include <sys/types.h>
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "regex_prog.h"

struct text {
	const char *s;
	size_t	len;
};

/*
 * Words of a state: these, and two for each group that counts, those that
 * are named again first.  The words from KEY to there tell states apart.
 */
#define	FROM		0		/* where its match begins */
#define	KEY		1
#define	PC		1		/* the instruction that takes next */
#define	MORE		2		/* SAME: how much it has taken */
#define	PLACE		3
#define	MAX_WORDS	(PLACE + PLACES)

struct list {
	size_t	*states;
	size_t	n, room;
};

/* A way still to go, or, with a slot, something to put back before that. */
struct way {
	int	pc;
	int	slot;			/* -1: none */
	size_t	value;			/* what was in the slot */
};

struct machine {
	int	count;			/* of groups that are asked for */
	int	groups[GROUPS], ngroups; /* those that count */
	size_t	words, key_end;		/* of a state */
	struct list now, next;
	/*
	 * Of the state that is looked at: the groups' places, then where each
	 * LOOP was passed, then which of these was the last.
	 */
	size_t	*slots;
	struct way *ways;
	int	nways, ways_room;
	/*
	 * Where the machine has been in this step: a hash table of states, or
	 * a word for each instruction if no group tells states apart.  The
	 * first word is the number of the step, and what has another is free.
	 */
	size_t	*seen;
	size_t	size, used;
	size_t	step;
};

static struct machine *
machine_new(const struct regex *re, int count)
{
	struct machine *m = regex_alloc(1, sizeof(*m));
	size_t slots = PLACES + re->len + 1;
	int i;

	m->count = count;
	for (i = 1; i < GROUPS; i++)
		if (re->named & 1u << i)
			m->groups[m->ngroups++] = i;
	m->key_end = PLACE + 2 * m->ngroups;
	for (i = 1; i < count; i++)
		if ((re->named & 1u << i) == 0)
			m->groups[m->ngroups++] = i;
	m->words = PLACE + 2 * m->ngroups;
	m->size = re->named == 0 ? (size_t)re->len : 256;
	m->seen = regex_alloc(m->size,
	    (re->named == 0 ? 1 : m->key_end) * sizeof(*m->seen));
	m->slots = regex_alloc(slots, sizeof(*m->slots));
	memset(m->slots, 0xff, slots * sizeof(*m->slots));
	return (m);
}

void
machine_free(struct machine *m)
{
	if (m == NULL)
		return;
	free(m->now.states);
	free(m->next.states);
	free(m->slots);
	free(m->ways);
	free(m->seen);
	free(m);
}

/* ------------------------------------------------------- states of one step */

/* The words of the state that is looked at. */
static void
build_state(const struct machine *m, size_t *state, int pc, size_t more)
{
	size_t *to = state + PLACE;
	int i;

	state[FROM] = m->slots[0];
	state[PC] = pc;
	state[MORE] = more;
	for (i = 0; i < m->ngroups; i++) {
		*to++ = m->slots[2 * m->groups[i]];
		*to++ = m->slots[2 * m->groups[i] + 1];
	}
}

/* Look at a state of a list. */
static void
load_state(struct machine *m, const size_t *state)
{
	int i;

	m->slots[0] = state[FROM];
	for (i = 0; i < m->ngroups; i++) {
		m->slots[2 * m->groups[i]] = state[PLACE + 2 * i];
		m->slots[2 * m->groups[i] + 1] = state[PLACE + 2 * i + 1];
	}
}

/* Where the state is in the table, or a free place for it. */
static size_t *
look_up(const struct machine *m, const size_t *state)
{
	size_t hash = 0, i, k, *at;

	for (k = KEY; k < m->key_end; k++)
		hash = (hash ^ state[k]) * 2654435761u;
	for (i = hash ^ hash >> 16;; i++) {
		at = m->seen + (i & (m->size - 1)) * m->key_end;
		if (at[0] != m->step)
			return (at);
		for (k = KEY; at[k] == state[k];)
			if (++k == m->key_end)
				return (at);
	}
}

static void
remember(struct machine *m, size_t *at, const size_t *state)
{
	memcpy(at, state, m->key_end * sizeof(*at));
	at[0] = m->step;
	m->used++;
}

static void
grow_seen(struct machine *m)
{
	size_t *old = m->seen, size = m->size, i, *state;

	m->size *= 2;
	m->used = 0;
	m->seen = regex_alloc(m->size, m->key_end * sizeof(*old));
	for (i = 0; i < size; i++) {
		state = old + i * m->key_end;
		if (state[0] == m->step)
			remember(m, look_up(m, state), state);
	}
	free(old);
}

/* Whether this step has been at the state, wherever its match begins. */
static bool
been_at(struct machine *m, const size_t *state)
{
	size_t *at;
	bool been;

	if (m->key_end == PLACE) {
		at = &m->seen[state[PC]];
		been = *at == m->step;
		*at = m->step;
		return (been);
	}
	at = look_up(m, state);
	if (at[0] == m->step)
		return (true);
	remember(m, at, state);
	if (m->used > m->size / 2)
		grow_seen(m);
	return (false);
}

/* One more state of the next list. */
static void
add_state(struct machine *m, int pc, size_t more)
{
	size_t state[MAX_WORDS];
	struct list *l = &m->next;

	build_state(m, state, pc, more);
	if (been_at(m, state))
		return;
	if (l->n == l->room) {
		l->room = l->room * 2 + 16;
		l->states = reallocarray(l->states, l->room,
		    m->words * sizeof(*state));
		if (l->states == NULL)
			err(2, NULL);
	}
	memcpy(l->states + l->n++ * m->words, state, m->words * sizeof(*state));
}

/* The next list is that of now, and an empty one comes next. */
static void
advance(struct machine *m)
{
	struct list l = m->now;

	m->now = m->next;
	m->next = l;
	m->next.n = 0;
	m->step++;
	m->used = 0;
}

/* ----------------------------------------------------- from state to state */

static int
fold(const struct regex *re, int c)
{
	return (re->flags & RE_ICASE ? tolower(c) : c);
}

static bool
in_word(int c)
{
	return (isalnum(c) || c == '_');
}

/* Whether the place is one of those that an instruction wants. */
static bool
holds(enum op op, const struct text *t, size_t pos)
{
	switch (op) {
	case BEGIN:
		return (pos == 0);
	case END:
		return (pos == t->len);
	case NONE_BEFORE:
		return (pos == 0 || !in_word((unsigned char)t->s[pos - 1]));
	case NONE_BEHIND:
		return (pos == t->len || !in_word((unsigned char)t->s[pos]));
	default:
		return (false);
	}
}

/*
 * Whether an instruction takes the character at a place, SAME after more
 * that it has taken.
 */
static bool
takes(const struct regex *re, const struct inst *in, size_t more,
    const struct text *t, size_t pos)
{
	int c;

	if (pos == t->len)
		return (false);
	c = fold(re, (unsigned char)t->s[pos]);
	switch (in->op) {
	case CHAR:
		return (in->c == c);
	case ANY:
		return (true);
	case SET:
		return (in->set[c >> 3] & (1 << (c & 7)));
	default:
		more += re->machine->slots[2 * in->x];
		return (fold(re, (unsigned char)t->s[more]) == c);
	}
}

static void
push(struct machine *m, int pc, int slot, size_t value)
{
	if (m->nways == m->ways_room) {
		m->ways_room = m->ways_room * 2 + 16;
		m->ways = reallocarray(m->ways, m->ways_room, sizeof(*m->ways));
		if (m->ways == NULL)
			err(2, NULL);
	}
	m->ways[m->nways++] = (struct way){ pc, slot, value };
}

/* For this way alone: what was in the slot comes back before the next. */
static void
set_slot(struct machine *m, int slot, size_t value)
{
	push(m, 0, slot, m->slots[slot]);
	m->slots[slot] = value;
}

/* Whether the machine has been at a place where ways part. */
static bool
been_at_branch(const struct regex *re, int pc, size_t pos)
{
	struct machine *m = re->machine;
	size_t state[MAX_WORDS], last = m->slots[PLACES + re->len];

	/* A LOOP that was passed here may yet stop who goes on from here. */
	if (last == RE_NOWHERE || m->slots[PLACES + last] != pos)
		last = 0;
	build_state(m, state, pc, last);
	return (been_at(m, state));
}

/* Go one way to what takes a character; those not taken are kept. */
static void
follow(const struct regex *re, int pc, const struct text *t, size_t pos)
{
	struct machine *m = re->machine;
	const struct inst *in;
	size_t len;

	for (;; pc++) {
		in = &re->prog[pc];
		switch (in->op) {
		case SAME:
			len = m->slots[2 * in->x + 1] - m->slots[2 * in->x];
			if (m->slots[2 * in->x + 1] == RE_NOWHERE)
				return;
			if (len == 0)
				break;
			/* FALLTHROUGH */
		case CHAR:
		case ANY:
		case SET:
			if (takes(re, in, 0, t, pos))
				add_state(m, pc, 0);
			return;
		case MATCH:
			add_state(m, pc, 0);
			return;
		case SAVE:
			set_slot(m, in->x, pos);
			break;
		case JUMP:
			pc = in->x - 1;
			break;
		case LOOP:
			if (m->slots[PLACES + pc - in->c] == pos)
				return;
			set_slot(m, PLACES + pc, pos);
			set_slot(m, PLACES + re->len, pc);
			/* FALLTHROUGH */
		case SPLIT:
			if (been_at_branch(re, pc, pos))
				return;
			push(m, in->y, -1, 0);
			pc = in->x - 1;
			break;
		default:
			if (!holds(in->op, t, pos))
				return;
			break;
		}
	}
}

/* The state that is looked at goes on at an instruction: all its ways. */
static void
enter(const struct regex *re, int pc, const struct text *t, size_t pos)
{
	struct machine *m = re->machine;
	struct way w;

	push(m, pc, -1, 0);
	while (m->nways > 0) {
		w = m->ways[--m->nways];
		if (w.slot >= 0)
			m->slots[w.slot] = w.value;
		else
			follow(re, w.pc, t, pos);
	}
}

/* The state that is looked at has taken the character before a place. */
static void
go_on(const struct regex *re, const size_t *state, const struct text *t,
    size_t pos)
{
	struct machine *m = re->machine;
	const struct inst *in = &re->prog[state[PC]];
	size_t more = state[MORE] + 1;

	if (in->op != SAME ||
	    m->slots[2 * in->x] + more == m->slots[2 * in->x + 1])
		enter(re, state[PC] + 1, t, pos);
	else if (takes(re, in, more, t, pos))
		add_state(m, state[PC], more);
}

/* ------------------------------------------------------------ all of a text */

/* The first state whose match is complete here, or NULL. */
static const size_t *
complete(const struct regex *re)
{
	const struct machine *m = re->machine;
	size_t i;

	for (i = 0; i < m->now.n; i++)
		if (re->prog[m->now.states[i * m->words + PC]].op == MATCH)
			return (m->now.states + i * m->words);
	return (NULL);
}

/* It is the longest so far: who begins later is not wanted any more. */
static void
note_match(struct machine *m, const size_t *state, size_t end,
    struct span *found, int count)
{
	size_t last;
	int i;

	load_state(m, state);
	for (i = 1; i < count; i++)
		found[i] = (struct span){ m->slots[2 * i],
			m->slots[2 * i + 1] };
	found[0] = (struct span){ state[FROM], end };
	for (last = m->now.n;; last--)
		if (m->now.states[(last - 1) * m->words] == state[FROM])
			break;
	m->now.n = last;
}

bool
regex_find(struct regex *re, const char *s, size_t len, size_t from,
    struct span *found, int count)
{
	struct text t = { s, len };
	struct machine *m = re->machine;
	const size_t *state;
	bool starts, matched = false;
	size_t pos, i;

	if (m == NULL || m->count < count) {
		machine_free(m);
		m = re->machine = machine_new(re, count);
	}
	advance(m);
	for (pos = from;; pos++) {
		/* A match may begin here, unless there is one. */
		starts = !matched && (pos == 0 || re->prog[0].op != BEGIN);
		if (starts) {
			memset(m->slots, 0xff, PLACES * sizeof(*m->slots));
			m->slots[0] = pos;
			enter(re, 0, &t, pos);
		}
		advance(m);
		state = complete(re);
		matched |= state != NULL;
		if (state != NULL && count > 0)
			note_match(m, state, pos, found, count);
		if (pos == len || (m->now.n == 0 && !starts) ||
		    (matched && count == 0))
			return (matched);
		for (i = 0; i < m->now.n; i++) {
			state = m->now.states + i * m->words;
			if (re->prog[state[PC]].op == MATCH)
				continue;
			load_state(m, state);
			go_on(re, state, &t, pos + 1);
		}
	}
}
