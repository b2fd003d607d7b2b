/*
 * cp: copy files, and with -r what is below directories.  -f removes a file
 * that cannot be written first, -p keeps owner, mode and times.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "paths.h"

static bool	force, preserve, recursive;
static mode_t	mask;			/* umask's */
static struct stat top;			/* the first folder that was made */
static bool	top_made;

/* A folder that is copied, where its entries go, and the one it is in. */
struct target {
	const char *folder;
	const struct stat *from;
	const struct target *above;
	int	failed;
};

static int	copy_any(const char *from, const char *to,
		    const struct target *above);

/* Whether two files are the same one. */
static bool
same(const struct stat *a, const struct stat *b)
{
	return (a->st_dev == b->st_dev && a->st_ino == b->st_ino);
}

/*
 * A new folder has all rights for us until everything is in it.
 */
static int
close_folder(const char *to, const struct stat *sb)
{
	if (chmod(to, sb->st_mode & 0777 & ~mask) == 0)
		return (0);
	warn("%s", to);
	return (1);
}

/*
 * -p: owner, mode and times as the original has them.  Who may not give
 * files away keeps them, but does not lend his rights.
 */
static int
keep(const char *to, const struct stat *sb)
{
	mode_t mode = sb->st_mode & 07777;
	struct timeval times[2];

	if (!preserve)
		return (0);
	TIMESPEC_TO_TIMEVAL(&times[0], &sb->st_atim);
	TIMESPEC_TO_TIMEVAL(&times[1], &sb->st_mtim);
	if (chown(to, sb->st_uid, sb->st_gid) == -1)
		mode &= ~(S_ISUID | S_ISGID);
	if (chmod(to, mode) == -1 || utimes(to, times) == -1) {
		warn("%s", to);
		return (1);
	}
	return (0);
}

static int
copy_file(const char *from, const char *to, const struct stat *sb)
{
	struct stat to_sb;
	char buf[8192];
	int in, out;
	ssize_t n = 0;

	if (stat(to, &to_sb) == 0 && same(&to_sb, sb)) {
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
		if (!write_all(out, buf, n)) {
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
	return (n != 0 || keep(to, sb));
}

/* An entry of a folder, to the same name in another one. */
static void
copy_entry(const char *from, void *arg)
{
	struct target *target = arg;
	char *to = path_in(target->folder, strrchr(from, '/') + 1);

	target->failed |= copy_any(from, to, target);
	free(to);
}

static int
copy_tree(const char *from, const char *to, const struct stat *sb,
    const struct target *above)
{
	struct target target = { to, sb, above, 0 };
	struct stat to_sb;
	bool made;

	for (; above != NULL; above = above->above)
		if (same(sb, above->from)) {
			warnx("%s: a link back to a folder it is in", from);
			return (1);
		}
	if (top_made && same(sb, &top)) {
		warnx("%s: not copied into itself", from);
		return (1);
	}
	/* One that is there gets what is missing in it. */
	made = mkdir(to, (sb->st_mode & 0777) | 0700) == 0;
	if (!made && errno != EEXIST) {
		warn("%s", to);
		return (1);
	}
	if (stat(to, &to_sb) == -1 || !S_ISDIR(to_sb.st_mode)) {
		warnx("%s: not a directory", to);
		return (1);
	}
	if (!top_made)
		top = to_sb;
	top_made = true;
	if (!each_entry(from, copy_entry, &target)) {
		warn("%s", from);
		return (1);
	}
	if (made)
		target.failed |= close_folder(to, sb);
	return (target.failed | keep(to, sb));
}

static int
copy_any(const char *from, const char *to, const struct target *above)
{
	struct stat sb;

	if (stat(from, &sb) == -1) {
		warn("%s", from);
		return (1);
	}
	if (S_ISREG(sb.st_mode) || (!S_ISDIR(sb.st_mode) && !recursive))
		return (copy_file(from, to, &sb));
	if (S_ISDIR(sb.st_mode) && recursive)
		return (copy_tree(from, to, &sb, above));
	warnx("%s: is a %s (not copied)", from,
	    S_ISDIR(sb.st_mode) ? "directory" : "pipe or device");
	return (1);
}

static int
copy_operand(const char *from, const char *to)
{
	top_made = false;
	return (copy_any(from, to, NULL));
}

int
main(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "fpRr")) != -1) {
		if (c == '?')
			goto usage;
		force |= c == 'f';
		preserve |= c == 'p';
		recursive |= c == 'r' || c == 'R';
	}
	if (argc - optind < 2)
		goto usage;
	umask(mask = umask(0));
	return (each_operand(argv + optind, copy_operand));
usage:
	fprintf(stderr, "usage: cp [-fpRr] from ... to\n");
	return (2);
}
