/*
 * The management tree, sysctl(3), and what is read from it.
 */
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/utsname.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

/*
 * sysctl(3): read (old, *oldlenp) and write (new, newlen) the node with
 * this number; any of the pointers may be NULL.  *oldlenp becomes the
 * length read.  Returns 0, or -1: ENOENT, ENOMEM (old is too short),
 * EPERM, EINVAL, EISDIR, ENOTDIR, EFAULT.
 */
int
sysctl(const int *name, u_int namelen, void *old, size_t *oldlenp,
    const void *new, size_t newlen)
{
	return (__sysctl(name, namelen, old, oldlenp, new, newlen));
}

/*
 * sysctlnametomib(3): the number of a named node; *sizep is the room in
 * mib, in ints, and becomes what is used.  Returns 0, or -1 and errno.
 */
int
sysctlnametomib(const char *name, int *mib, size_t *sizep)
{
	static const int query[2] = { CTL_UNSPEC, CTL_SYSCTL_NAME2OID };
	size_t size = *sizep * sizeof(int);

	if (__sysctl(query, 2, mib, &size, name, strlen(name)) == -1)
		return (-1);
	*sizep = size / sizeof(int);
	return (0);
}

/*
 * sysctlbyname(3): sysctl of a named node.
 */
int
sysctlbyname(const char *name, void *old, size_t *oldlenp, const void *new,
    size_t newlen)
{
	int mib[CTL_MAXNAME];
	size_t n = CTL_MAXNAME;

	if (sysctlnametomib(name, mib, &n) == -1)
		return (-1);
	return (__sysctl(mib, (u_int)n, old, oldlenp, new, newlen));
}

static int
get_string(int top, int node, char *buf, size_t size)
{
	int mib[2] = { top, node };
	size_t len = size;

	if (sysctl(mib, 2, buf, &len, NULL, 0) == -1 && errno != ENOMEM)
		return (-1);
	buf[size - 1] = '\0';
	return (0);
}

/*
 * uname(3): what the system is.  Returns 0, or -1 and errno.
 */
int
uname(struct utsname *name)
{
	char *p;

	if (get_string(CTL_KERN, KERN_OSTYPE, name->sysname, SYS_NMLN) == -1 ||
	    get_string(CTL_KERN, KERN_HOSTNAME, name->nodename, SYS_NMLN) ==
		-1 ||
	    get_string(CTL_KERN, KERN_OSRELEASE, name->release, SYS_NMLN) ==
		-1 ||
	    get_string(CTL_KERN, KERN_VERSION, name->version, SYS_NMLN) == -1 ||
	    get_string(CTL_HW, HW_MACHINE, name->machine, SYS_NMLN) == -1)
		return (-1);
	/* One line. */
	for (p = name->version; *p != '\0'; p++)
		if (*p == '\n' || *p == '\t')
			*p = p[1] == '\0' ? '\0' : ' ';
	return (0);
}

/*
 * gethostname(3): the machine's name.  Returns 0, or -1: ENAMETOOLONG.
 */
int
gethostname(char *name, size_t size)
{
	int mib[2] = { CTL_KERN, KERN_HOSTNAME };

	if (sysctl(mib, 2, name, &size, NULL, 0) == -1) {
		if (errno == ENOMEM)
			errno = ENAMETOOLONG;
		return (-1);
	}
	return (0);
}

/*
 * getloadavg(3): the load over 1, 5 and 15 minutes.  Returns how many
 * values were stored, or -1.
 */
int
getloadavg(double loadavg[], int n)
{
	struct loadavg load;
	int i, mib[2] = { CTL_VM, VM_LOADAVG };
	size_t size = sizeof(load);

	if (sysctl(mib, 2, &load, &size, NULL, 0) == -1)
		return (-1);
	for (i = 0; i < n && i < 3; i++)
		loadavg[i] = (double)load.ldavg[i] / (double)load.fscale;
	return (i);
}
