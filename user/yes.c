/*
 * yes: say y, or what is asked for, until somebody stops listening.
 */
#include <stdio.h>

int
main(int argc, char *argv[])
{
	while (puts(argc > 1 ? argv[1] : "y") != EOF)
		;
	return (1);
}
