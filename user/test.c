/*
 * test(1) and [, by itself.
 */
#include "bltin.h"
#include "output.h"

int
main(int argc, char **argv)
{
	return (finish(test_main(argc, argv), 2));
}
