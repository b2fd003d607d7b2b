/*
 * setuidgid: run a command as another user.
 *	setuidgid USER|UID command [argument ...]
 */
#include <sys/types.h>
#include <err.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "args.h"
#include "runcmd.h"

int
main(int argc, char *argv[])
{
	struct passwd *pw;
	gid_t gid;
	uid_t uid;

	if (argc < 3) {
		fprintf(stderr,
		    "usage: setuidgid user command [argument ...]\n");
		return (2);
	}
	pw = getpwnam(argv[1]);
	if (pw != NULL) {
		uid = pw->pw_uid;
		gid = pw->pw_gid;
	} else {
		gid = uid = user_id(argv[1]);
	}
	if (setgroups(1, &gid) == -1 || setgid(gid) == -1 || setuid(uid) == -1)
		err(2, "cannot become %s", argv[1]);
	become_command(argv + 2);
}
