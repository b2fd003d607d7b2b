/*
 * whoami: the name of the effective user.
 */
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	const struct passwd *pw = getpwuid(geteuid());

	if (pw != NULL)
		puts(pw->pw_name);
	else
		printf("%u\n", (unsigned)geteuid());
	return (0);
}
