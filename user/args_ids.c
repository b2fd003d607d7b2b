/*
 * Arguments of programs: users and groups.
 */
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>

#include "args.h"

uid_t
user_id(const char *name)
{
	const struct passwd *pw = getpwnam(name);
	const char *wrong;
	long long n;

	if (pw != NULL)
		return (pw->pw_uid);
	n = strtonum(name, 0, UINT_MAX, &wrong);
	if (wrong != NULL)
		errx(2, "%s: no such user", name);
	return ((uid_t)n);
}

gid_t
group_id(const char *name)
{
	const struct group *gr = getgrnam(name);
	const char *wrong;
	long long n;

	if (gr != NULL)
		return (gr->gr_gid);
	n = strtonum(name, 0, UINT_MAX, &wrong);
	if (wrong != NULL)
		errx(2, "%s: no such group", name);
	return ((gid_t)n);
}
