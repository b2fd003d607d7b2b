/*
 * What programs write, and its end.
 */
#ifndef _OUTPUT_H_
#define	_OUTPUT_H_

#include <stdbool.h>
#include <stddef.h>

/*
 * Write all of it.  False, and errno, if that fails; a write that took a part
 * only does not say why, the next one does.
 */
bool	write_all(int fd, const char *buf, size_t left);

/*
 * The status to end with, once all of standard output is written; if it
 * cannot be, ends the program with a message and the status of a failure.
 */
int	finish(int status, int failure);

#endif /* !_OUTPUT_H_ */
