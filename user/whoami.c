/*
 * whoami: the name of the effective user.
 */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

int
main(int argc, char **argv)
{
	const struct passwd *pw = getpwuid(geteuid());

	no_arguments(argc, argv);
	if (pw != NULL)
		puts(pw->pw_name);
	else
		printf("%u\n", (unsigned)geteuid());
	return (finish(0, 1));
}
