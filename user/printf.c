/*
 * printf(1), by itself.
 */
#include "bltin.h"
#include "output.h"

int
main(int argc, char **argv)
{
	return (finish(printf_main(argc, argv), 2));
}
