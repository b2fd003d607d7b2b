/*
 * test(1) and [, by itself.
 */
#include <err.h>
#include <stdio.h>

#include "bltin.h"

int
main(int argc, char **argv)
{
	int status = test_main(argc, argv);

	if (fflush(stdout) == EOF || ferror(stdout))
		err(2, "write");
	return (status);
}
