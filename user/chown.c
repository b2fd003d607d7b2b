/*
 * chown: change the owner and the group of files: user, user:group, :group;
 * names or numbers.  -R goes through directories, -h changes links.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"

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
	char below[PATH_MAX];
	struct dirent *de;
	struct stat sb;
	DIR *dir;

	if ((links ? lchown(path, uid, gid) : chown(path, uid, gid)) == -1) {
		warn("%s", path);
		failed = 1;
	}
	if (!recursive || lstat(path, &sb) == -1 || !S_ISDIR(sb.st_mode))
		return;
	dir = opendir(path);
	if (dir == NULL) {
		warn("%s", path);
		failed = 1;
		return;
	}
	while ((de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, de->d_name);
		change(below);
	}
	closedir(dir);
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
		fprintf(stderr, "usage: chown [-Rh] user[:group] file ...\n");
		return (2);
	}
	parse_owner(argv[optind++]);
	for (; optind < argc; optind++)
		change(argv[optind]);
	return (failed);
}
