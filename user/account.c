/*
 * What login and su have in common: from a name to a shell that runs as
 * this user.
 */
#include <sys/types.h>
#include <err.h>
#include <errno.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"

bool
account_password(const struct passwd *pw, const char *password)
{
	const char *hash = crypt(password, pw->pw_passwd);

	return (hash != NULL && strcmp(hash, pw->pw_passwd) == 0);
}

void
account_become(const struct passwd *pw)
{
	if (initgroups(pw->pw_name, pw->pw_gid) == -1 ||
	    setgid(pw->pw_gid) == -1 || setuid(pw->pw_uid) == -1)
		err(1, "cannot become %s", pw->pw_name);
}

void
account_environment(const struct passwd *pw)
{
	static char *none[1];
	const char *term = getenv("TERM");

	environ = none;
	if (term != NULL)
		setenv("TERM", term, 1);
	setenv("PATH", _PATH_DEFPATH, 1);
	setenv("HOME", pw->pw_dir, 1);
	setenv("SHELL", pw->pw_shell, 1);
	setenv("USER", pw->pw_name, 1);
	setenv("LOGNAME", pw->pw_name, 1);
}

void
account_exec(const char *shell, bool first, char **args)
{
	const char *base = strrchr(shell, '/');
	size_t count = 0;
	char **argv;

	while (args[count] != NULL)
		count++;
	argv = calloc(count + 2, sizeof(*argv));
	if (argv == NULL ||
	    asprintf(&argv[0], "%s%s", first ? "-" : "",
		base != NULL ? base + 1 : shell) == -1)
		err(1, NULL);
	memcpy(&argv[1], args, count * sizeof(*argv));
	execv(shell, argv);
	err(errno == ENOENT ? 127 : 126, "%s", shell);
}
