/*
 * Arguments of programs: users and groups.
 */
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>

#include "args.h"

/* What has no name has a number. */
static unsigned
by_number(const char *name, const char *kind)
{
	const char *wrong;
	long long n;

	n = strtonum(name, 0, UINT_MAX, &wrong);
	if (wrong != NULL)
		errx(2, "%s: no such %s", name, kind);
	return ((unsigned)n);
}

uid_t
user_id(const char *name)
{
	const struct passwd *pw = getpwnam(name);

	return (pw != NULL ? pw->pw_uid : by_number(name, "user"));
}

gid_t
group_id(const char *name)
{
	const struct group *gr = getgrnam(name);

	return (gr != NULL ? gr->gr_gid : by_number(name, "group"));
}
