/*
 * Folders and paths, for programs that go through them.
 */
#ifndef _PATHS_H_
#define	_PATHS_H_

#include <stdbool.h>

/*
 * The path of a name in a folder ("": the one where we are), from malloc(3),
 * however long: if it is too long, the system call that uses it says so.  Ends
 * the program if there is no memory.
 */
char	*path_in(const char *folder, const char *name);

/*
 * Call a function, with the argument, for the path of each entry of a folder
 * but . and ..  All names are read first: the function may remove what it is
 * called for, and a deep tree takes no descriptor for each of its folders.
 * False, with errno, if the folder cannot be read.
 */
bool	 each_entry(const char *folder, void (*)(const char *path, void *),
	    void *arg);

/*
 * For -R: call a function for each entry of what may be a folder, and for
 * symbolic links among them only if those are wanted: nobody has named them,
 * and they may lead to anywhere.  False, with a message, if it is a folder that
 * cannot be read.
 */
bool	 each_below(const char *, void (*)(const char *), bool links);

/*
 * The operands of cp, ln and mv: call a function for each but the last, with
 * what it is to become: the last one or, if that is a folder, the same name in
 * it.  There are at least two, and NULL ends them.  The results, combined by
 * or.
 */
int	 each_operand(char **, int (*)(const char *from, const char *to));

#endif /* !_PATHS_H_ */
