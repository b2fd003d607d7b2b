/*
 * The end of what a program prints: see output.h.
 */
#include <err.h>
#include <stdio.h>

#include "output.h"

/*
 * A block that could not be written leaves nothing in the buffer, so that
 * only the stream's state tells of it.
 */
int
finish(int status, int failure)
{
	if (fflush(stdout) == EOF || ferror(stdout))
		err(failure, "write");
	return (status);
}
