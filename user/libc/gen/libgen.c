/*
 * Parts of path names.  Both functions may change the path, and may return
 * memory of their own that the next call overwrites.
 */
#include <libgen.h>
#include <string.h>

/*
 * Where the path ends without slashes at its end (one that consists of
 * nothing else keeps the first).
 */
static char *
trimmed_end(char *path)
{
	char *end = path + strlen(path);

	while (end > path + 1 && end[-1] == '/')
		end--;
	return (end);
}

/*
 * basename(3): the last part of a path; "." for an empty one.
 */
char *
basename(char *path)
{
	static char dot[] = ".";
	char *end, *p;

	if (path == NULL || *path == '\0')
		return (dot);
	end = trimmed_end(path);
	*end = '\0';
	p = strrchr(path, '/');
	return (p == NULL || p[1] == '\0' ? path : p + 1);
}

/*
 * dirname(3): the path without its last part; "." if there is only one.
 */
char *
dirname(char *path)
{
	static char dot[] = ".";
	char *end;

	if (path == NULL || *path == '\0')
		return (dot);
	end = trimmed_end(path);
	if (end == path + 1 && *path == '/')
		goto out;
	while (end > path && end[-1] != '/')
		end--;
	if (end == path)
		return (dot);
	while (end > path + 1 && end[-1] == '/')
		end--;
out:
	*end = '\0';
	return (path);
}
