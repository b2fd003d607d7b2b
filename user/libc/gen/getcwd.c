/*
 * Where we are.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

/*
 * getcwd(3): the path of the current directory, into buf or, if that is
 * NULL, into memory from malloc(3).  Returns it, or NULL: ERANGE (too
 * long), EINVAL (size is 0), ENOMEM, ENOENT (it was removed).
 */
char *
getcwd(char *buf, size_t size)
{
	char path[PATH_MAX];
	size_t len;

	if (buf != NULL && size == 0) {
		errno = EINVAL;
		return (NULL);
	}
	if (__getcwd(path, sizeof(path)) == -1)
		return (NULL);
	len = strlen(path) + 1;
	if (buf == NULL) {
		if (size < len)
			size = len;
		if ((buf = malloc(size)) == NULL)
			return (NULL);
	} else if (len > size) {
		errno = ERANGE;
		return (NULL);
	}
	memcpy(buf, path, len);
	return (buf);
}
