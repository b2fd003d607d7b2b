/*
 * What programs write, and its end: see output.h.
 */
#include <sys/types.h>
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "output.h"

bool
write_all(int fd, const char *buf, size_t left)
{
	ssize_t n;

	for (; left > 0; left -= n, buf += n)
		if ((n = write(fd, buf, left)) == -1)
			return (false);
	return (true);
}

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
