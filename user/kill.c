/*
 * kill(1), by itself.
 */
#include "bltin.h"
#include "output.h"

int
main(int argc, char **argv)
{
	return (finish(kill_main(argc, argv), 2));
}
