/*
 * pwd: where we are.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

int
main(int argc, char **argv)
{
	char buf[1024];

	no_arguments(argc, argv);
	if (getcwd(buf, sizeof(buf)) == NULL)
		err(1, "getcwd");
	puts(buf);
	return (finish(0, 1));
}
