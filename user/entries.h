/*
 * What programs with -R share.
 */
#ifndef _ENTRIES_H_
#define	_ENTRIES_H_

#include <stdbool.h>

/*
 * Call the function with the path of each entry of a folder, but . and ..;
 * false, with a message, if it cannot be read or a path is too long.
 */
bool	 each_entry(const char *, void (*)(const char *));

#endif /* !_ENTRIES_H_ */
