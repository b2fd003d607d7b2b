/*
 * Regular expressions for grep: . * + ? [] ^ $ | ( ) and \ before a
 * character that means itself.
 */
#ifndef _REGEX_H_
#define	_REGEX_H_

#include <stdbool.h>
#include <stddef.h>

#define	RE_BASIC	0x1		/* + ? | ( ) need a \ to be special */
#define	RE_LITERAL	0x2		/* nothing is special */
#define	RE_ICASE	0x4		/* A is a */

struct regex;

/* NULL, and *why in words, if the text is not a regular expression. */
struct regex *regex_compile(const char *, int, const char **);
void	 regex_free(struct regex *);

/* Whether some part of the string (all of it, if whole) matches. */
bool	 regex_match(struct regex *, const char *, size_t, bool);

#endif /* !_REGEX_H_ */
