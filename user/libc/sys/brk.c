/*
 * The end of the data segment.
 */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "libc.h"

extern char end[];		/* the linker's: behind the bss */

static char *current = end;

/*
 * brk(2): let the data segment end at addr, or where the program's own
 * data ends if that is higher.  Returns 0, or -1: ENOMEM.
 */
int
brk(const void *addr)
{
	char *to = (char *)(uintptr_t)addr;

	if (to < end)
		to = end;
	if (__sys_break(to) == -1)
		return (-1);
	current = to;
	return (0);
}

/*
 * sbrk(2): make the data segment longer (or shorter) by so many bytes.
 * Returns where it ended before, or (void *)-1: ENOMEM, EINVAL.
 */
void *
sbrk(intptr_t increment)
{
	char *before = current;
	uintptr_t to = (uintptr_t)before + (uintptr_t)increment;

	if (increment == 0)
		return (before);
	if ((increment > 0) != (to > (uintptr_t)before)) {
		errno = ENOMEM;
		return ((void *)-1);
	}
	if (to < (uintptr_t)end) {
		errno = EINVAL;
		return ((void *)-1);
	}
	if (__sys_break((char *)to) == -1)
		return ((void *)-1);
	current = (char *)to;
	return (before);
}
