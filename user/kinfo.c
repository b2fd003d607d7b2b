/*
 * What the kernel tells of processes, fetched by sysctl.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <sys/user.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "kinfo.h"

void *
get_node(const char *name, size_t *len)
{
	size_t room = 4096;
	void *buf = NULL;

	for (;;) {
		buf = realloc(buf, room);
		if (buf == NULL)
			err(1, NULL);
		*len = room;
		if (sysctlbyname(name, buf, len, NULL, 0) == 0)
			return (buf);
		if (errno != ENOMEM) {
			free(buf);
			return (NULL);
		}
		room *= 2;
	}
}

static int
by_pid(const void *a, const void *b)
{
	const struct kinfo_proc *x = a, *y = b;

	return (x->ki_pid < y->ki_pid ? -1 : x->ki_pid > y->ki_pid);
}

struct kinfo_proc *
all_procs(size_t *count)
{
	struct kinfo_proc *procs = get_node("kern.proc.all", count);

	if (procs == NULL)
		err(1, "kern.proc.all");
	*count /= sizeof(*procs);
	qsort(procs, *count, sizeof(*procs), by_pid);
	return (procs);
}
