/*
 * mv: rename files.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int c, failed = 0, into;
	char path[1024], *to;
	struct stat sb;

	while ((c = getopt(argc, argv, "f")) != -1)
		if (c != 'f')
			goto usage;
	if (argc - optind < 2)
		goto usage;
	to = argv[argc - 1];
	into = stat(to, &sb) == 0 && S_ISDIR(sb.st_mode);
	if (!into && argc - optind > 2)
		errx(1, "%s: not a directory", to);
	for (; optind < argc - 1; optind++) {
		if (into)
			snprintf(path, sizeof(path), "%s/%s", to,
			    basename(argv[optind]));
		if (rename(argv[optind], into ? path : to) == -1) {
			warn("%s to %s", argv[optind], into ? path : to);
			failed = 1;
		}
	}
	return (failed);
usage:
	fprintf(stderr, "usage: mv [-f] from ... to\n");
	return (2);
}
