/*
 * The relatives of execve(2).  All return only on failure: -1 and errno.
 * None uses the heap, so that a child of vfork(2) may call them.
 */
#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

/*
 * A file that is executable but of no known format is a script for sh.
 */
static void
exec_script(const char *path, char *const argv[], char *const envp[])
{
	char **args;
	size_t n;

	for (n = 0; argv[n] != NULL; n++)
		;
	args = alloca((n + 3) * sizeof(*args));
	args[0] = (char *)"sh";
	args[1] = (char *)(uintptr_t)path;
	/* argv[0] is not the script's; the others and the NULL are. */
	if (n > 0)
		memcpy(args + 2, argv + 1, n * sizeof(*args));
	else
		args[2] = NULL;
	(void)execve(_PATH_BSHELL, args, envp);
}

/*
 * Try one place.  Returns 0 if the search may go on.
 */
static int
try(const char *path, char *const argv[], char *const envp[], int *denied)
{
	(void)execve(path, argv, envp);
	switch (errno) {
	case EACCES:
		*denied = 1;
		return (0);
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		return (0);
	case ENOEXEC:
		exec_script(path, argv, envp);
		return (-1);
	default:
		return (-1);
	}
}

/*
 * Search the folders of path for name and execute it.
 */
int
__execvpe(const char *name, const char *path, char *const argv[],
    char *const envp[])
{
	char full[PATH_MAX];
	const char *dir, *colon;
	size_t dirlen, len = strlen(name);
	int denied = 0;

	if (*name == '\0') {
		errno = ENOENT;
		return (-1);
	}
	if (strchr(name, '/') != NULL) {
		(void)try(name, argv, envp, &denied);
		return (-1);
	}
	for (dir = path;; dir = colon + 1) {
		colon = strchrnul(dir, ':');
		dirlen = (size_t)(colon - dir);
		/* An empty folder is the current one. */
		if (dirlen == 0) {
			dir = ".";
			dirlen = 1;
		}
		if (dirlen + 1 + len < sizeof(full)) {
			memcpy(full, dir, dirlen);
			full[dirlen] = '/';
			memcpy(full + dirlen + 1, name, len + 1);
			if (try(full, argv, envp, &denied) != 0)
				return (-1);
		}
		if (*colon == '\0')
			break;
	}
	errno = denied ? EACCES : ENOENT;
	return (-1);
}

/*
 * execvP(3), execvpe(3), execvp(3): search a path, or that of the
 * environment, if the name has no slash.
 */
int
execvP(const char *name, const char *path, char *const argv[])
{
	return (__execvpe(name, path, argv, environ));
}

int
execvpe(const char *name, char *const argv[], char *const envp[])
{
	const char *path = getenv("PATH");

	return (__execvpe(name, path != NULL ? path : _PATH_DEFPATH, argv,
	    envp));
}

int
execvp(const char *name, char *const argv[])
{
	return (execvpe(name, argv, environ));
}

/*
 * execv(3): with the caller's environment.
 */
int
execv(const char *path, char *const argv[])
{
	return (execve(path, argv, environ));
}

/* How many arguments there are up to the NULL. */
static size_t
count_args(va_list ap)
{
	va_list copy;
	size_t n;

	va_copy(copy, ap);
	for (n = 1; va_arg(copy, char *) != NULL; n++)
		;
	va_end(copy);
	return (n);
}

/* The arguments and the NULL, of which n + 1 have room. */
static void
collect_args(char **argv, const char *arg, va_list *ap)
{
	*argv = (char *)(uintptr_t)arg;
	while (*argv != NULL)
		*++argv = va_arg(*ap, char *);
}

/*
 * execl(3), execlp(3), execle(3): with the arguments as a list that ends
 * with a null pointer; for execle the environment follows it.
 */
int
execl(const char *path, const char *arg, ...)
{
	char **argv;
	va_list ap;

	va_start(ap, arg);
	argv = alloca((count_args(ap) + 1) * sizeof(*argv));
	collect_args(argv, arg, &ap);
	va_end(ap);
	return (execve(path, argv, environ));
}

int
execlp(const char *name, const char *arg, ...)
{
	char **argv;
	va_list ap;

	va_start(ap, arg);
	argv = alloca((count_args(ap) + 1) * sizeof(*argv));
	collect_args(argv, arg, &ap);
	va_end(ap);
	return (execvp(name, argv));
}

int
execle(const char *path, const char *arg, ...)
{
	char **argv, **envp;
	va_list ap;

	va_start(ap, arg);
	argv = alloca((count_args(ap) + 1) * sizeof(*argv));
	collect_args(argv, arg, &ap);
	envp = va_arg(ap, char **);
	va_end(ap);
	return (execve(path, argv, envp));
}
