/*
 * su: run a shell as another user, root if none is named.
 *	su [-] [-lm] [user [argument ...]]
 * The arguments are the shell's.  "-" and -l: as if he had logged in; -m:
 * the environment stays as it is.
 */
#include <sys/types.h>
#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"

/*
 * Root's rights only for members of the group wheel, if it has any.
 */
static bool
may_be_root(void)
{
	const struct passwd *me = getpwuid(getuid());
	const struct group *wheel = getgrgid(0);
	char **member;

	if (wheel == NULL || wheel->gr_mem[0] == NULL)
		return (true);
	if (me == NULL)
		return (false);
	for (member = wheel->gr_mem; *member != NULL; member++)
		if (strcmp(*member, me->pw_name) == 0)
			return (true);
	return (false);
}

static void
authenticate(const struct passwd *pw, bool wheel)
{
	if (getuid() == 0)
		return;
	if (pw->pw_uid == 0 && !wheel)
		errx(1, "you are not in the correct group to su %s.",
		    pw->pw_name);
	if (pw->pw_passwd[0] == '\0')
		return;
	if (!account_password(pw, getpass("Password:"))) {
		fprintf(stderr, "Sorry\n");
		exit(1);
	}
}

int
main(int argc, char *argv[])
{
	bool asme = false, full = false;
	const char *user = "root", *shell;
	const struct passwd *pw;
	bool wheel = may_be_root(); /* asks for an entry, too */
	int c;

	/* "+": the shell's options are not ours. */
	while ((c = getopt(argc, argv, "+lm")) != -1)
		switch (c) {
		case 'l':
			full = true;
			break;
		case 'm':
			asme = true;
			break;
		default:
			fprintf(stderr,
			    "usage: su [-] [-lm] [user "
			    "[argument ...]]\n");
			return (2);
		}
	argv += optind;
	if (*argv != NULL && strcmp(*argv, "-") == 0) {
		full = true;
		argv++;
	}
	if (*argv != NULL)
		user = *argv++;
	pw = getpwnam(user);
	if (pw == NULL)
		errx(1, "unknown login: %s", user);
	authenticate(pw, wheel);
	account_become(pw);
	if (full) {
		account_environment(pw);
		if (chdir(pw->pw_dir) == -1)
			err(1, "%s", pw->pw_dir);
		account_exec(pw->pw_shell, true, argv);
	}
	if (!asme) {
		setenv("HOME", pw->pw_dir, 1);
		setenv("SHELL", pw->pw_shell, 1);
		if (pw->pw_uid != 0)
			setenv("USER", pw->pw_name, 1);
	}
	shell = asme ? getenv("SHELL") : NULL;
	account_exec(shell != NULL ? shell : pw->pw_shell, false, argv);
}
