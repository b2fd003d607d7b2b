/*
 * What the parts of sort share: lines, and the keys by which they are
 * compared.
 */
#ifndef _SORT_H_
#define	_SORT_H_

#include <stdbool.h>
#include <stddef.h>

#define	KEY_NUMBER	0x01		/* -n */
#define	KEY_REVERSE	0x02		/* -r */
#define	KEY_FOLD	0x04		/* -f */
#define	KEY_LETTERS	0x08		/* -d: letters, digits and blanks */
#define	KEY_PRINTING	0x10		/* -i */
#define	KEY_BLANKS	0x20		/* -b: not those before the key */
#define	KEY_END_BLANKS	0x40		/* nor those that its end is behind */

struct line {
	const char *text;		/* without its newline */
	size_t	len;
	size_t	number;			/* as it was read */
};

/* The bit of an option that is one of a key, too, or 0. */
unsigned key_flag(int letter);

/* One more key, as -k has it; ends the program, with status 2, if it is bad. */
void	 key_add(const char *);

/* Fields end at the character; -1: before a run of blanks. */
void	 key_separator(int);

/*
 * All keys are there: those without letters get these flags, and without any
 * the whole line is one.
 */
void	 keys_complete(unsigned flags);

/* Below, at or above 0 if the first is before, beside or behind the second. */
int	 keys_compare(const struct line *, const struct line *);

#endif /* !_SORT_H_ */
