/*
 * echo(1), by itself.
 */
#include "bltin.h"
#include "output.h"

int
main(int argc, char **argv)
{
	return (finish(echo_main(argc, argv), 2));
}
