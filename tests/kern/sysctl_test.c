/*
 * The sysctl tree, from inside the kernel.
 */
#include "kern_util.h"
#include "sysctl_util.h"
#include <sys/malloc.h>

/* Do the work of "sysctl -a": the first leaf after oid, in place. */
static int
next_leaf(int *oid, int len)
{
	int ask[CTL_MAXNAME + 2] = { CTL_UNSPEC, CTL_SYSCTL_NEXT };
	size_t size = CTL_MAXNAME * sizeof(int);

	memcpy(ask + 2, oid, len * sizeof(int));
	if (k_sysctl(ask, len + 2, oid, &size, NULL, 0) != 0)
		return (0);
	return (size / sizeof(int));
}

static int
name_of(const int *oid, int len, char *name, size_t size)
{
	int ask[CTL_MAXNAME + 2] = { CTL_UNSPEC, CTL_SYSCTL_NAME };

	memcpy(ask + 2, oid, len * sizeof(int));
	return (k_sysctl(ask, len + 2, name, &size, NULL, 0));
}

/*
 * Every leaf has a name that leads back to it, a format, a description,
 * and a value as long as was said.
 */
static void
sysctl_walk(struct ktest *t)
{
	int ask[CTL_MAXNAME + 2] = { CTL_UNSPEC }, back[CTL_MAXNAME];
	int len = 0, oid[CTL_MAXNAME];
	u_int leaves = 0;
	char buf[128];
	size_t size;
	void *value;

	while ((len = next_leaf(oid, len)) > 0 && leaves < 1000) {
		leaves++;
		KTEST_EQ(t, name_of(oid, len, buf, sizeof(buf)), 0);
		KTEST_EQ(t, k_name2oid(buf, back), len);
		KTEST_EQ(t, memcmp(oid, back, len * sizeof(int)), 0);
		memcpy(ask + 2, oid, len * sizeof(int));
		ask[1] = CTL_SYSCTL_OIDDESCR;
		size = sizeof(buf);
		KTEST_EQ(t, k_sysctl(ask, len + 2, buf, &size, NULL, 0), 0);
		KTEST_ASSERT(t, size > 1);
		ask[1] = CTL_SYSCTL_OIDFMT;
		size = sizeof(buf);
		KTEST_EQ(t, k_sysctl(ask, len + 2, buf, &size, NULL, 0), 0);
		KTEST_ASSERT(t, size > sizeof(u_int));

		size = 0;
		if (k_sysctl(oid, len, NULL, &size, NULL, 0) != 0)
			continue; /* a node that wants arguments */
		/* Room for what may be added meanwhile. */
		size += 512;
		value = malloc(size, M_TEMP, M_WAITOK);
		KTEST_EQ(t, k_sysctl(oid, len, value, &size, NULL, 0), 0);
		free(value, M_TEMP);
	}
	KTEST_ASSERT(t, leaves > 30 && leaves < 1000);
}
KTEST(sysctl, sysctl_walk);

static void
sysctl_values(struct ktest *t)
{
	size_t size;
	char buf[64];
	int value;

	size = sizeof(buf);
	KTEST_EQ(t, k_sysctlbyname("kern.ostype", buf, &size, NULL, 0), 0);
	KTEST_EQ(t, strcmp(buf, "Tine"), 0);
	KTEST_EQ(t, size, 5);
	size = sizeof(value);
	KTEST_EQ(t, k_sysctlbyname("kern.hz", &value, &size, NULL, 0), 0);
	KTEST_EQ(t, value, hz);
	KTEST_EQ(t, size, sizeof(int));
	size = sizeof(value);
	KTEST_EQ(t, k_sysctlbyname("hw.pagesize", &value, &size, NULL, 0), 0);
	KTEST_EQ(t, value, PAGE_SIZE);
}
KTEST(sysctl, sysctl_values);

static void
sysctl_writes(struct ktest *t)
{
	char is[64], old[64];
	size_t size = sizeof(old);

	KTEST_EQ(t, k_sysctlbyname("kern.hostname", old, &size, NULL, 0), 0);
	KTEST_EQ(t, k_sysctlbyname("kern.hostname", NULL, NULL, "new", 3), 0);
	size = sizeof(is);
	KTEST_EQ(t, k_sysctlbyname("kern.hostname", is, &size, NULL, 0), 0);
	KTEST_EQ(t, strcmp(is, "new"), 0);
	KTEST_EQ(t, size, 4);
	/* The old value out and a new one in, in one call. */
	size = sizeof(is);
	KTEST_EQ(t,
	    k_sysctlbyname("kern.hostname", is, &size, old, strlen(old)), 0);
	KTEST_EQ(t, strcmp(is, "new"), 0);
	size = sizeof(is);
	KTEST_EQ(t, k_sysctlbyname("kern.hostname", is, &size, NULL, 0), 0);
	KTEST_EQ(t, strcmp(is, old), 0);
}
KTEST(sysctl, sysctl_writes);

static void
sysctl_errors(struct ktest *t)
{
	static char longest[400];
	static const int nowhere[] = { CTL_KERN, 4711 };
	static const int below[] = { CTL_KERN, KERN_OSTYPE, 1 };
	static const int node[] = { CTL_KERN };
	static const int meta[] = { CTL_UNSPEC };
	static const int unknown[] = { CTL_UNSPEC, 99, 1 };
	int oid[CTL_MAXNAME], value = 1;
	size_t size = sizeof(longest);
	char buf[64];

	KTEST_EQ(t, k_sysctl(nowhere, 2, longest, &size, NULL, 0), ENOENT);
	KTEST_EQ(t, k_sysctl(below, 3, longest, &size, NULL, 0), ENOTDIR);
	KTEST_EQ(t, k_sysctl(node, 1, longest, &size, NULL, 0), EISDIR);
	KTEST_EQ(t, k_sysctl(meta, 1, longest, &size, NULL, 0), ENOENT);
	KTEST_EQ(t, k_sysctl(unknown, 3, longest, &size, NULL, 0), ENOENT);
	KTEST_EQ(t, k_name2oid("kern.nothing", oid), -ENOENT);
	KTEST_EQ(t, k_name2oid("nothing", oid), -ENOENT);
	KTEST_EQ(t, k_name2oid("kern.ostype.x", oid), -ENOENT);
	KTEST_EQ(t, k_name2oid("", oid), -ENOENT);
	memset(longest, 'a', sizeof(longest) - 1);
	KTEST_EQ(t, k_name2oid(longest, oid), -ENAMETOOLONG);

	KTEST_EQ(t,
	    k_sysctlbyname("kern.hz", NULL, NULL, &value, sizeof(value)),
	    EPERM);
	KTEST_EQ(t,
	    k_sysctlbyname("kern.hostname", NULL, NULL, longest,
		sizeof(longest) - 1),
	    EINVAL);
	KTEST_EQ(t,
	    k_sysctlbyname("debug.witness.panic", NULL, NULL, &value, 2),
	    EINVAL);
	/* Too little room: what fits, and ENOMEM. */
	size = 2;
	KTEST_EQ(t, k_sysctlbyname("kern.ostype", buf, &size, NULL, 0), ENOMEM);
	KTEST_EQ(t, size, 2);
	KTEST_EQ(t, memcmp(buf, "Ti", 2), 0);
	KTEST_EQ(t, witness_panics, 1);
}
KTEST(sysctl, sysctl_errors);
