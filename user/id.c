/*
 * id: who we are (-u, -g: the effective number alone, -n its name).
 */
#include <sys/types.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

static const char *
user(uid_t uid)
{
	struct passwd *pw = getpwuid(uid);

	return (pw != NULL ? pw->pw_name : "?");
}

static const char *
group(gid_t gid)
{
	struct group *gr = getgrgid(gid);

	return (gr != NULL ? gr->gr_name : "?");
}

int
main(int argc, char *argv[])
{
	int c, g = 0, n = 0, u = 0;

	while ((c = getopt(argc, argv, "gnu")) != -1)
		if (c == 'g')
			g = 1;
		else if (c == 'n')
			n = 1;
		else if (c == 'u')
			u = 1;
		else {
			fprintf(stderr, "usage: id [-n] [-g | -u]\n");
			return (2);
		}
	if (u && n)
		puts(user(geteuid()));
	else if (u)
		printf("%u\n", geteuid());
	else if (g && n)
		puts(group(getegid()));
	else if (g)
		printf("%u\n", getegid());
	else {
		printf("uid=%u(%s) gid=%u(%s)", getuid(), user(getuid()),
		    getgid(), group(getgid()));
		if (geteuid() != getuid())
			printf(" euid=%u(%s)", geteuid(), user(geteuid()));
		printf("\n");
	}
	return (0);
}
