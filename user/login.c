/*
 * login: begin a session of a user on the terminal.
 *	login [-f] [user]
 * init runs it with login=1 on the kernel's command line; it is of no use to
 * others than root.  -f: the user is who he says.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"

#define	TRIES	5
#define	_PATH_MOTD "/etc/motd"

static char name[64];

/* Ask for a name until there is one; false at the end of the input. */
static bool
ask_name(void)
{
	do {
		printf("login: ");
		fflush(stdout);
		if (fgets(name, sizeof(name), stdin) == NULL)
			return (false);
		name[strcspn(name, "\n")] = '\0';
	} while (name[0] == '\0');
	return (true);
}

/* The user, if the password is right; one that does not exist is asked for
 * it all the same. */
static struct passwd *
authenticate(bool trusted)
{
	struct passwd *pw = getpwnam(name);
	const char *password;

	if (pw != NULL && (trusted || pw->pw_passwd[0] == '\0'))
		return (pw);
	password = getpass("Password:");
	return (pw != NULL && account_password(pw, password) ? pw : NULL);
}

/* The terminal is the user's; who is in the group tty may write to him. */
static void
take_terminal(const struct passwd *pw)
{
	const struct group *gr = getgrnam("tty");

	(void)fchown(STDIN_FILENO, pw->pw_uid,
	    gr != NULL ? gr->gr_gid : pw->pw_gid);
	(void)fchmod(STDIN_FILENO, 0620);
}

static void
show_motd(void)
{
	char buf[512];
	int fd = open(_PATH_MOTD, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	while (fd != -1 && (n = read(fd, buf, sizeof(buf))) > 0)
		(void)write(STDOUT_FILENO, buf, n);
	if (fd != -1)
		close(fd);
}

static void __dead2
begin(struct passwd *pw)
{
	char *none[] = { NULL };

	take_terminal(pw);
	if (setlogin(pw->pw_name) == -1)
		warn("setlogin");
	account_become(pw);
	account_environment(pw);
	if (chdir(pw->pw_dir) == -1) {
		printf("No directory %s, logging in with home = /\n",
		    pw->pw_dir);
		if (chdir("/") == -1)
			err(1, "/");
		setenv("HOME", "/", 1);
	}
	show_motd();
	fflush(stdout);
	account_exec(pw->pw_shell, true, none);
}

int
main(int argc, char *argv[])
{
	bool named, trusted = false;
	struct passwd *pw;
	int c, tries;

	while ((c = getopt(argc, argv, "f")) != -1)
		if (c == 'f') {
			trusted = true;
		} else {
			fprintf(stderr, "usage: login [-f] [user]\n");
			return (2);
		}
	if (geteuid() != 0)
		errx(1, "only for root; use su");
	named = argv[optind] != NULL;
	if (named)
		strlcpy(name, argv[optind], sizeof(name));
	for (tries = 0; tries < TRIES; tries++) {
		if (!named && !ask_name())
			return (1);
		pw = authenticate(named && trusted);
		if (pw != NULL)
			begin(pw);
		printf("Login incorrect\n");
		named = false;
	}
	return (1);
}
