/*
 * yes: say y, or what is asked for, until somebody stops listening.
 */
#include <stdio.h>

int
main(int argc, char *argv[])
{
	int i;

	do {
		fputs(argc > 1 ? argv[1] : "y", stdout);
		for (i = 2; i < argc; i++)
			printf(" %s", argv[i]);
	} while (putchar('\n') != EOF);
	return (1);
}
