/*
 * logname: the name of who has logged in.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

int
main(int argc, char **argv)
{
	const char *name = getlogin();

	no_arguments(argc, argv);
	if (name == NULL)
		errx(1, "no login name");
	puts(name);
	return (finish(0, 1));
}
