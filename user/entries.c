/*
 * The entries of a folder: see entries.h.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "entries.h"

bool
each_entry(const char *folder, void (*visit)(const char *), bool links)
{
	char path[PATH_MAX];
	struct dirent *de;
	struct stat sb;
	bool good = true;
	DIR *dir;

	if (lstat(folder, &sb) == 0 && !S_ISDIR(sb.st_mode))
		return (true);
	dir = opendir(folder);
	if (dir == NULL) {
		warn("%s", folder);
		return (false);
	}
	while ((de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", folder, de->d_name) <
		    (int)sizeof(path)) {
			if (links || lstat(path, &sb) == -1 ||
			    !S_ISLNK(sb.st_mode))
				visit(path);
			continue;
		}
		warnx("%s/%s: name too long", folder, de->d_name);
		good = false;
	}
	closedir(dir);
	return (good);
}
