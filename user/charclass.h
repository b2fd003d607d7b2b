/*
 * The classes of characters that patterns name: [:alpha:] and so on.
 */
#ifndef _CHARCLASS_H_
#define	_CHARCLASS_H_

#include <stddef.h>

typedef int	(*char_test)(int);

/*
 * The test, as of <ctype.h>, of the class with that name of len bytes; NULL
 * if there is none.
 */
char_test char_class(const char *name, size_t len);

#endif /* !_CHARCLASS_H_ */
