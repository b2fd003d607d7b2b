/*
 * What programs with -R share.
 */
#ifndef _ENTRIES_H_
#define	_ENTRIES_H_

#include <stdbool.h>

/*
 * Call the function with the path of each entry of a folder, but . and .., and
 * symbolic links only if those are wanted: nobody has named them, and they may
 * lead to anywhere.  False, with a message, if the folder cannot be read or a
 * path is too long.  What is no folder has no entries.
 */
bool	 each_entry(const char *, void (*)(const char *), bool links);

#endif /* !_ENTRIES_H_ */
