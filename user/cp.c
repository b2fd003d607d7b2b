/*
 * cp: copy files, and with -r what is below directories.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int	force, recursive;

static int	copy_any(const char *from, const char *to);

static int
copy_file(const char *from, const char *to, const struct stat *sb)
{
	struct stat to_sb;
	char buf[8192];
	int in, out;
	ssize_t n = 0;

	if (stat(to, &to_sb) == 0 && to_sb.st_dev == sb->st_dev &&
	    to_sb.st_ino == sb->st_ino) {
		warnx("%s and %s are the same file", from, to);
		return (1);
	}
	in = open(from, O_RDONLY);
	if (in == -1) {
		warn("%s", from);
		return (1);
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, sb->st_mode & 0777);
	if (out == -1 && force && unlink(to) == 0)
		out = open(to, O_WRONLY | O_CREAT, sb->st_mode & 0777);
	if (out == -1) {
		warn("%s", to);
		close(in);
		return (1);
	}
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n) {
			warn("%s", to);
			break;
		}
	if (n == -1)
		warn("%s", from);
	close(in);
	if (close(out) == -1) {
		warn("%s", to);
		n = -1;
	}
	return (n != 0);
}

static int
copy_tree(const char *from, const char *to, const struct stat *sb)
{
	char child_from[1024], child_to[1024];
	struct dirent *d;
	int failed = 0;
	DIR *dir;

	if (mkdir(to, (sb->st_mode & 0777) | 0700) == -1) {
		warn("%s", to);
		return (1);
	}
	dir = opendir(from);
	if (dir == NULL) {
		warn("%s", from);
		return (1);
	}
	while ((d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		snprintf(child_from, sizeof(child_from), "%s/%s", from,
		    d->d_name);
		snprintf(child_to, sizeof(child_to), "%s/%s", to, d->d_name);
		failed |= copy_any(child_from, child_to);
	}
	closedir(dir);
	return (failed);
}

static int
copy_any(const char *from, const char *to)
{
	struct stat sb;

	if (stat(from, &sb) == -1) {
		warn("%s", from);
		return (1);
	}
	if (!S_ISDIR(sb.st_mode))
		return (copy_file(from, to, &sb));
	if (recursive)
		return (copy_tree(from, to, &sb));
	warnx("%s: is a directory (not copied)", from);
	return (1);
}

int
main(int argc, char *argv[])
{
	int c, failed = 0, into;
	char path[1024], *to;
	struct stat sb;

	while ((c = getopt(argc, argv, "fRr")) != -1)
		if (c == 'f')
			force = 1;
		else if (c == 'r' || c == 'R')
			recursive = 1;
		else
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
		failed |= copy_any(argv[optind], into ? path : to);
	}
	return (failed);
usage:
	fprintf(stderr, "usage: cp [-fr] from ... to\n");
	return (2);
}
