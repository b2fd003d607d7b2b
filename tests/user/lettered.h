/*
 * A file whose pages can be told from each other.
 */
#ifndef _LETTERED_H_
#define	_LETTERED_H_

#include <sys/param.h>
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * A file of n pages, the first full of 'a', the next of 'b' and so on.
 * Returns its descriptor; without it no test can go on.
 */
static __inline int
make_file(const char *name, int n)
{
	static char page[PAGE_SIZE];
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), i;

	for (i = 0; i < n; i++) {
		memset(page, 'a' + i, PAGE_SIZE);
		if (write(fd, page, PAGE_SIZE) != PAGE_SIZE)
			err(1, "%s", name);
	}
	return (fd);
}

#endif /* !_LETTERED_H_ */
