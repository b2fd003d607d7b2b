/*
 * The shell's main(), alone, so that a test can call the shell as a function.
 */
#include "sh.h"

int
main(int argc, char **argv)
{
	return (sh_main(argc, argv));
}
