/*
 * The name of a file without links and dots.
 */
#include <sys/param.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Append one part of a path.  Returns the new length, or 0: ENAMETOOLONG.
 */
static size_t
append(char *path, size_t len, const char *part, size_t n)
{
	if (len > 1)
		path[len++] = '/';
	if (len + n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return (0);
	}
	memcpy(path + len, part, n);
	path[len + n] = '\0';
	return (len + n);
}

/*
 * path ends in a symbolic link: put what it says before what is left to be
 * done, and cut the path before it.  What is left is nothing or begins with
 * a slash; a link to a file must not get one.  Returns the new length, or 0.
 */
static size_t
follow(char *path, size_t before, char *left)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	size_t rest = strlen(left);

	if (n <= 0)
		return (0);
	if ((size_t)n + rest >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return (0);
	}
	memmove(left + n, left, rest + 1);
	memcpy(left, target, (size_t)n);
	if (target[0] == '/')
		before = 1;
	path[before] = '\0';
	return (before);
}

/*
 * Resolve left, part by part, to path, which holds the directory to begin
 * at.  Returns 0, or -1 and errno with path as far as it was looked at.
 */
static int
resolve(char *path, char *left)
{
	struct stat st;
	size_t before, len = strlen(path), n;
	int links = 0;
	char part[NAME_MAX + 1], *p = left;

	for (;;) {
		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 0)
			return (0);
		if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
			return (-1);
		}
		memcpy(part, p, n);
		part[n] = '\0';
		p += n;
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			while (len > 1 && path[--len] != '/')
				;
			path[len = MAX(len, 1)] = '\0';
			continue;
		}
		before = len;
		if ((len = append(path, len, part, n)) == 0 ||
		    lstat(path, &st) == -1)
			return (-1);
		if (S_ISLNK(st.st_mode)) {
			if (++links > MAXSYMLINKS) {
				errno = ELOOP;
				return (-1);
			}
			memmove(left, p, strlen(p) + 1);
			p = left;
			if ((len = follow(path, before, left)) == 0)
				return (-1);
		} else if (!S_ISDIR(st.st_mode) && *p != '\0') {
			errno = ENOTDIR;
			return (-1);
		}
	}
}

/*
 * realpath(3): the absolute path of an existing file, without links, "."
 * and "..", into resolved (PATH_MAX bytes) or memory from malloc(3).
 * Returns it, or NULL: EINVAL, ENOENT, ELOOP, ENAMETOOLONG, ENOTDIR, the
 * errors of lstat(2).
 */
char *
realpath(const char *__restrict path, char *__restrict resolved)
{
	char left[PATH_MAX], *result = resolved;

	if (path == NULL || *path == '\0') {
		errno = path == NULL ? EINVAL : ENOENT;
		return (NULL);
	}
	if (strlcpy(left, path, sizeof(left)) >= sizeof(left)) {
		errno = ENAMETOOLONG;
		return (NULL);
	}
	if (result == NULL && (result = malloc(PATH_MAX)) == NULL)
		return (NULL);
	strcpy(result, "/");
	if ((*path != '/' && getcwd(result, PATH_MAX) == NULL) ||
	    resolve(result, left) == -1) {
		if (resolved == NULL)
			free(result);
		return (NULL);
	}
	return (result);
}
