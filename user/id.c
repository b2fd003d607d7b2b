/*
 * id: who we are, or a user is.
 *	id [user]
 *	id -G [-n] [user]	all groups
 *	id -g [-nr] [user]	the group
 *	id -u [-nr] [user]	the user
 * -n: the name; -r: the real id and not the effective one.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"

struct who {
	uid_t	uid, euid;
	gid_t	gid, egid;
	gid_t	groups[NGROUPS];
	int	ngroups;
};

static void
ourselves(struct who *who)
{
	who->uid = getuid();
	who->euid = geteuid();
	who->gid = getgid();
	who->egid = getegid();
	who->ngroups = getgroups(NGROUPS, who->groups);
}

static void
other(struct who *who, const char *name)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		errx(1, "%s: no such user", name);
	who->uid = who->euid = pw->pw_uid;
	who->gid = who->egid = pw->pw_gid;
	who->ngroups = NGROUPS;
	getgrouplist(name, pw->pw_gid, who->groups, &who->ngroups);
}

static const char *
user_name(uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	return (pw != NULL ? pw->pw_name : NULL);
}

static const char *
group_name(gid_t gid)
{
	const struct group *gr = getgrgid(gid);

	return (gr != NULL ? gr->gr_name : NULL);
}

/* An id or, if it has one and that is asked for, its name. */
static void
print_one(unsigned id, const char *name, bool names)
{
	if (names && name != NULL)
		printf("%s", name);
	else
		printf("%u", id);
}

/* An id with its name behind it. */
static void
print_both(const char *what, unsigned id, const char *name)
{
	printf("%s%u", what, id);
	if (name != NULL)
		printf("(%s)", name);
}

static void
print_all(const struct who *who)
{
	int i;

	print_both("uid=", who->uid, user_name(who->uid));
	print_both(" gid=", who->gid, group_name(who->gid));
	if (who->euid != who->uid)
		print_both(" euid=", who->euid, user_name(who->euid));
	if (who->egid != who->gid)
		print_both(" egid=", who->egid, group_name(who->egid));
	for (i = 0; i < who->ngroups; i++)
		print_both(i == 0 ? " groups=" : ", ", who->groups[i],
		    group_name(who->groups[i]));
}

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: id [-G | -g | -u] [-nr] [user]\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	bool names = false, real = false;
	struct who who;
	int c, i, what = 0;

	while ((c = getopt(argc, argv, "Ggnru")) != -1)
		if (c == 'n') {
			names = true;
		} else if (c == 'r') {
			real = true;
		} else if (c != '?' && what == 0) {
			what = c;
		} else {
			usage();
		}
	if (argc - optind > 1)
		usage();
	if (argv[optind] != NULL)
		other(&who, argv[optind]);
	else
		ourselves(&who);
	if (what == 0)
		print_all(&who);
	else if (what == 'u')
		print_one(real ? who.uid : who.euid,
		    user_name(real ? who.uid : who.euid), names);
	else if (what == 'g')
		print_one(real ? who.gid : who.egid,
		    group_name(real ? who.gid : who.egid), names);
	for (i = 0; what == 'G' && i < who.ngroups; i++) {
		printf("%s", i > 0 ? " " : "");
		print_one(who.groups[i], group_name(who.groups[i]), names);
	}
	printf("\n");
	return (finish(0, 1));
}
