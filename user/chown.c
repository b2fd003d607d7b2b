/*
 * chown: change the owner and the group of files: user, user:group, :group;
 * names or numbers.  -R goes through directories, -h changes links; without
 * it those that -R meets are left alone.
 */
#include <sys/types.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "paths.h"

static bool	recursive, links;
static uid_t	uid = (uid_t)-1;
static gid_t	gid = (gid_t)-1;
static int	failed;

static void
parse_owner(char *s)
{
	char *group = strchr(s, ':');

	if (group != NULL)
		*group++ = '\0';
	if (*s != '\0')
		uid = user_id(s);
	if (group != NULL && *group != '\0')
		gid = group_id(group);
}

static void
change(const char *path)
{
	if ((links ? lchown(path, uid, gid) : chown(path, uid, gid)) == -1) {
		warn("%s", path);
		failed = 1;
	}
	if (recursive && !each_below(path, change, links))
		failed = 1;
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "Rh")) != -1) {
		if (c == '?')
			argc = 0;
		recursive |= c == 'R';
		links |= c == 'h';
	}
	if (argc - optind < 2) {
		fprintf(stderr, "usage: chown [-Rh] owner[:group] file ...\n");
		return (2);
	}
	parse_owner(argv[optind++]);
	for (; optind < argc; optind++)
		change(argv[optind]);
	return (failed);
}
