/*
 * rmdir: remove empty directories; with -p also those above, if nothing is
 * left in them.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Take the last part off; false if it is the only one. */
static bool
shorten(char *path)
{
	char *end = path + strlen(path);

	while (end > path && end[-1] == '/')
		end--;
	while (end > path && end[-1] != '/')
		end--;
	while (end > path && end[-1] == '/')
		end--;
	*end = '\0';
	return (end > path);
}

int
main(int argc, char *argv[])
{
	bool parents = false;
	int c, failed = 0;

	while ((c = getopt(argc, argv, "p")) == 'p')
		parents = true;
	if (c != -1 || optind == argc) {
		fprintf(stderr, "usage: rmdir [-p] directory ...\n");
		return (2);
	}
	for (; optind < argc; optind++)
		do {
			if (rmdir(argv[optind]) == -1) {
				warn("%s", argv[optind]);
				failed = 1;
				break;
			}
		} while (parents && shorten(argv[optind]));
	return (failed);
}
