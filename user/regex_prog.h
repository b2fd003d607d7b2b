/*
 * What a regular expression becomes: a program, made by regex.c and run by
 * regex_match.c.
 *
 *	x*	1: SPLIT 2 or 4	  2: x	 3: LOOP 2 or 4	  4:
 *	x{1,3}	1: x   2: LOOP 3 or 7	3: x   4: LOOP 5 or 7	5: x
 *		6: LOOP 7 or 7	 7:
 *	x|y	1: SPLIT 2 or 4	  2: x	 3: JUMP 5   4: y   5:
 *	(x)	1: SAVE 2   2: x   3: SAVE 3   4:
 *
 * A LOOP is a SPLIT that nobody may pass who has not moved since the last one
 * of the same x.  Where x is one character, a SPLIT is enough.
 */
#ifndef _REGEX_PROG_H_
#define	_REGEX_PROG_H_

#include "regex.h"

#define	GROUPS		10		/* with the match itself, which is 0 */
#define	PLACES		(2 * GROUPS)	/* where each begins and ends */

enum op {
	CHAR, ANY, SET,			/* take a character */
	SAME,				/* takes what group x is */
	BEGIN, END, NONE_BEFORE, NONE_BEHIND, /* go on there only */
	SAVE,				/* this is place x of the groups */
	SPLIT, LOOP, JUMP,
	MATCH
};

struct inst {
	enum op	op;
	int	c;			/* CHAR; LOOP: the last is so far up */
	int	x, y;			/* SPLIT, LOOP: where to, x rather */
	const unsigned char *set;	/* SET: 256 bits */
};

struct set {
	unsigned char bits[32];
	struct set *next;
};

struct regex {
	int	flags;
	struct inst *prog;
	int	len, room;
	struct set *sets;
	int	groups;
	unsigned named;			/* bit N: \N is in it */
	struct machine *machine;	/* regex_match.c's, once it is run */
	/* while compiling */
	const char *text, *p;		/* this one of a list; its rest */
	int	depth;
	unsigned closed;		/* bit N: group N is complete */
	const char *error;
};

/* Whether the text, or this expression of a list, ends at a place. */
static inline bool
regex_ends(const char *p, int flags)
{
	return (*p == '\0' || (*p == '\n' && (flags & RE_LIST)));
}

/*
 * Fill a set of 256 bits with what stands behind a [; the place behind its ],
 * or NULL, and *why, if it is not well formed.
 */
const char *regex_set(unsigned char *, const char *, int flags,
	    const char **why);
void	*regex_alloc(size_t, size_t);	/* zeroed */
void	 machine_free(struct machine *);

#endif /* !_REGEX_PROG_H_ */
