/*
 * ln: make links.
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
	int c, force = 0, symbolic = 0;
	char buf[1024], *name, *target;
	struct stat sb;

	while ((c = getopt(argc, argv, "fs")) != -1)
		if (c == 'f')
			force = 1;
		else if (c == 's')
			symbolic = 1;
		else
			goto usage;
	if (argc - optind != 2)
		goto usage;
	target = argv[optind];
	name = argv[optind + 1];
	if (stat(name, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		snprintf(buf, sizeof(buf), "%s/%s", name, basename(target));
		name = buf;
	}
	if (!symbolic && lstat(target, &sb) == -1)
		err(1, "%s", target);
	if (force)
		unlink(name);
	if ((symbolic ? symlink : link)(target, name) == -1)
		err(1, "%s", name);
	return (0);
usage:
	fprintf(stderr, "usage: ln [-fs] target name\n");
	return (2);
}
