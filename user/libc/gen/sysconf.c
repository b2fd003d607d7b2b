/*
 * What the system can do: sysconf(3).
 */
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/*
 * getpagesize(3): bytes of a page.
 */
int
getpagesize(void)
{
	return (PAGE_SIZE);
}

static long
from_sysctl(int top, int node)
{
	int mib[2] = { top, node }, value;
	size_t size = sizeof(value);

	return (sysctl(mib, 2, &value, &size, NULL, 0) == -1 ? -1 : value);
}

static long
from_limit(int which)
{
	struct rlimit rl;

	if (getrlimit(which, &rl) == -1 || rl.rlim_cur >= LONG_MAX)
		return (-1);
	return ((long)rl.rlim_cur);
}

/*
 * sysconf(3): the value of a limit or an option (_SC_*).  Returns it, or
 * -1: with errno unchanged there is no limit or no such option; EINVAL, if
 * the name is unknown.
 */
long
sysconf(int name)
{
	switch (name) {
	case _SC_ARG_MAX:
		return (ARG_MAX);
	case _SC_CHILD_MAX:
		return (from_limit(RLIMIT_NPROC));
	case _SC_CLK_TCK:
		return (CLK_TCK);
	case _SC_NGROUPS_MAX:
		return (NGROUPS_MAX);
	case _SC_OPEN_MAX:
		return (from_limit(RLIMIT_NOFILE));
	case _SC_STREAM_MAX:
		return (from_limit(RLIMIT_NOFILE));
	case _SC_JOB_CONTROL:
	case _SC_SAVED_IDS:
		return (1);
	case _SC_VERSION:
		return (_POSIX_VERSION);
	case _SC_MONOTONIC_CLOCK:
		return (_POSIX_MONOTONIC_CLOCK);
	case _SC_LINE_MAX:
		return (LINE_MAX);
	case _SC_PAGESIZE:
		return (PAGE_SIZE);
	case _SC_IOV_MAX:
		return (IOV_MAX);
	case _SC_HOST_NAME_MAX:
		return (MAXHOSTNAMELEN - 1);
	case _SC_SYMLOOP_MAX:
		return (MAXSYMLINKS);
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return (from_sysctl(CTL_HW, HW_NCPU));
	case _SC_PHYS_PAGES: {
		unsigned long bytes = (unsigned long)from_sysctl(CTL_HW,
		    HW_PHYSMEM);

		return ((long)(bytes / PAGE_SIZE));
	}
	default:
		errno = EINVAL;
		return (-1);
	}
}
