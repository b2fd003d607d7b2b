/*
 * logname: the name of who has logged in.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	const char *name = getlogin();

	if (name == NULL)
		errx(1, "no login name");
	puts(name);
	return (0);
}
