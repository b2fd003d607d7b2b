/*
 * rmdir: remove empty directories.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int failed = 0, i;

	if (argc < 2) {
		fprintf(stderr, "usage: rmdir directory ...\n");
		return (2);
	}
	for (i = 1; i < argc; i++)
		if (rmdir(argv[i]) == -1) {
			warn("%s", argv[i]);
			failed = 1;
		}
	return (failed);
}
