/*
 * Regular expressions, basic and extended ones.
 *
 * Without memory each of these ends the program, with status 2.
 */
#ifndef _REGEX_H_
#define	_REGEX_H_

#include <stdbool.h>
#include <stddef.h>

#define	RE_BASIC	0x01		/* + ? | ( ) { } need a \ */
#define	RE_LITERAL	0x02		/* nothing is special */
#define	RE_ICASE	0x04		/* A is a */
#define	RE_LIST		0x08		/* several, with newlines between */
#define	RE_START	0x10		/* matches begin with the text, */
#define	RE_END		0x20		/* and end with it */
#define	RE_WORD		0x40		/* letters stand on neither side */

#define	RE_NOWHERE	((size_t)-1)

struct regex;

/* From start to before end; both are RE_NOWHERE for what has no part in it. */
struct span {
	size_t	start, end;
};

/* NULL, and *why in words, if the text is not a regular expression. */
struct regex *regex_compile(const char *, int, const char **why);
void	 regex_free(struct regex *);

/* How many groups it has. */
int	 regex_groups(const struct regex *);

/*
 * The match in the text that begins at the offset `from' or behind it: of
 * several the first, and of these the longest.  Its place is found[0], those
 * of its groups are found[1] and so on; count of them (up to 10) are wanted.
 * With none the answer comes sooner.
 */
bool	 regex_find(struct regex *, const char *text, size_t len, size_t from,
	    struct span *found, int count);

#endif /* !_REGEX_H_ */
