/*
 * ls: list directories.  Names come sorted; in columns on a terminal.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <dirent.h>
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "paths.h"

#define	HALF_YEAR	(182 * 86400L)	/* older: the year, not the time */

struct entry {
	char	*name;
	struct stat sb;
};

struct list {
	struct entry *entries;
	size_t	count, room;
};

/* One flag for every letter. */
static bool	opt[128];
static int	failed;

static void
list_add(struct list *l, const char *name, const struct stat *sb)
{
	struct entry *e;

	if (l->count == l->room) {
		l->room = l->room == 0 ? 32 : l->room * 2;
		l->entries = realloc(l->entries, l->room * sizeof(*l->entries));
		if (l->entries == NULL)
			err(1, NULL);
	}
	e = &l->entries[l->count++];
	e->name = strdup(name);
	if (e->name == NULL)
		err(1, NULL);
	e->sb = *sb;
}

static void
list_free(struct list *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		free(l->entries[i].name);
	free(l->entries);
}

/* Whether the first was written to later: as strcmp. */
static int
compare_times(const struct timespec *x, const struct timespec *y)
{
	if (x->tv_sec != y->tv_sec)
		return (x->tv_sec > y->tv_sec ? 1 : -1);
	return (x->tv_nsec > y->tv_nsec ? 1 : x->tv_nsec < y->tv_nsec ? -1 : 0);
}

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = 0;

	if (opt['t'])
		order = compare_times(&y->sb.st_mtim, &x->sb.st_mtim);
	else if (opt['S'] && x->sb.st_size != y->sb.st_size)
		order = x->sb.st_size > y->sb.st_size ? -1 : 1;
	if (order == 0)
		order = strcmp(x->name, y->name);
	return (opt['r'] ? -order : order);
}

/* The character that -F puts behind a name, or 0. */
static int
type_mark(mode_t mode)
{
	if (S_ISDIR(mode))
		return ('/');
	if (S_ISLNK(mode))
		return ('@');
	if (S_ISFIFO(mode))
		return ('|');
	return (S_ISREG(mode) && (mode & 0111) ? '*' : 0);
}

/* A size for people: at most four characters. */
static void
print_human(off_t size)
{
	static const char units[] = "BKMGT";
	long tenths = (long)(size * 10);
	int unit = 0;

	for (; size >= 1024 && units[unit + 1] != '\0'; unit++) {
		tenths = (long)(size * 10 / 1024);
		size /= 1024;
	}
	if (unit > 0 && tenths < 100)
		printf(" %2ld.%ld%c", tenths / 10, tenths % 10, units[unit]);
	else
		printf(" %4ld%c", (long)size, units[unit]);
}

static void
print_owner(const struct stat *sb)
{
	const struct passwd *pw = opt['n'] ? NULL : getpwuid(sb->st_uid);
	const struct group *gr = opt['n'] ? NULL : getgrgid(sb->st_gid);

	if (pw != NULL)
		printf(" %-8s", pw->pw_name);
	else
		printf(" %-8u", (unsigned)sb->st_uid);
	if (gr != NULL)
		printf(" %-8s", gr->gr_name);
	else
		printf(" %-8u", (unsigned)sb->st_gid);
}

static void
print_long(const struct entry *e, const char *dir)
{
	char mode[12], when[16], target[PATH_MAX], *path;
	time_t now = time(NULL), t = e->sb.st_mtime;
	const struct tm *tm = localtime(&t);
	ssize_t n;

	strmode(e->sb.st_mode, mode);
	printf("%.10s %3u", mode, (unsigned)e->sb.st_nlink);
	print_owner(&e->sb);
	if (S_ISCHR(e->sb.st_mode) || S_ISBLK(e->sb.st_mode))
		printf(" %3u, %3u", (unsigned)major(e->sb.st_rdev),
		    (unsigned)minor(e->sb.st_rdev));
	else if (opt['h'])
		print_human(e->sb.st_size);
	else
		printf(" %8lld", (long long)e->sb.st_size);
	strftime(when, sizeof(when),
	    now - t < HALF_YEAR && t <= now + 60 ? "%b %e %H:%M" : "%b %e  %Y",
	    tm);
	printf(" %s %s", when, e->name);
	if (S_ISLNK(e->sb.st_mode)) {
		path = path_in(dir, e->name);
		n = readlink(path, target, sizeof(target) - 1);
		if (n >= 0)
			printf(" -> %.*s", (int)n, target);
		free(path);
	} else if (opt['F'] && type_mark(e->sb.st_mode))
		putchar(type_mark(e->sb.st_mode));
	putchar('\n');
}

/* The name as -i and -F want it; the number of characters written. */
static int
print_name(const struct entry *e)
{
	int n = 0;

	if (opt['i'])
		n += printf("%6lu ", (unsigned long)e->sb.st_ino);
	n += printf("%s", e->name);
	if (opt['F'] && type_mark(e->sb.st_mode))
		n += printf("%c", type_mark(e->sb.st_mode));
	return (n);
}

static int
line_width(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		return (ws.ws_col);
	return (80);
}

/* Down the columns, as many of them as the line has room for. */
static void
print_columns(const struct list *l)
{
	int width = 0, columns, rows, row, column, n, used;
	size_t i;

	for (i = 0; i < l->count; i++) {
		n = strlen(l->entries[i].name);
		if (n > width)
			width = n;
	}
	width += 2 + (opt['i'] ? 7 : 0) + (opt['F'] ? 1 : 0);
	columns = line_width() / width;
	if (columns < 1)
		columns = 1;
	rows = (l->count + columns - 1) / columns;
	for (row = 0; row < rows; row++) {
		for (column = 0; column < columns; column++) {
			i = (size_t)column * rows + row;
			if (i >= l->count)
				break;
			used = print_name(&l->entries[i]);
			if (i + rows < l->count)
				printf("%*s", width - used, "");
		}
		putchar('\n');
	}
}

static void
print_list(struct list *l, const char *dir)
{
	size_t i;

	if (l->count > 1)
		qsort(l->entries, l->count, sizeof(*l->entries), compare);
	if (!opt['l'] && !opt['1'] && l->count > 0) {
		print_columns(l);
		return;
	}
	for (i = 0; i < l->count; i++) {
		if (opt['l']) {
			if (opt['i'])
				printf("%6lu ",
				    (unsigned long)l->entries[i].sb.st_ino);
			print_long(&l->entries[i], dir);
		} else {
			print_name(&l->entries[i]);
			putchar('\n');
		}
	}
}

static bool
is_hidden(const char *name)
{
	if (opt['a'] || name[0] != '.')
		return (false);
	return (!opt['A'] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0);
}

static void	list_dir(const char *, bool);

/* -R: what the directory contains, after itself. */
static void
list_below(const char *dir, const struct list *l)
{
	size_t i;
	char *path;

	for (i = 0; i < l->count; i++) {
		const struct entry *e = &l->entries[i];

		if (!S_ISDIR(e->sb.st_mode) || strcmp(e->name, ".") == 0 ||
		    strcmp(e->name, "..") == 0)
			continue;
		path = path_in(dir, e->name);
		putchar('\n');
		list_dir(path, true);
		free(path);
	}
}

static void
list_dir(const char *dir, bool title)
{
	struct list l = { .count = 0 };
	long long blocks = 0;
	struct dirent *de;
	struct stat sb;
	char *path;
	DIR *d;

	if (title)
		printf("%s:\n", dir);
	d = opendir(dir);
	if (d == NULL) {
		warn("%s", dir);
		failed = 1;
		return;
	}
	while ((de = readdir(d)) != NULL) {
		if (is_hidden(de->d_name))
			continue;
		path = path_in(dir, de->d_name);
		if (lstat(path, &sb) == 0) {
			blocks += sb.st_blocks;
			list_add(&l, de->d_name, &sb);
		} else {
			warn("%s", path);
			failed = 1;
		}
		free(path);
	}
	closedir(d);
	if (opt['l'])
		printf("total %lld\n", (blocks + 1) / 2);
	print_list(&l, dir);
	if (opt['R'])
		list_below(dir, &l);
	list_free(&l);
}

/* Files first, in one list, then the directories with their contents. */
static void
list_arguments(int argc, char **argv)
{
	struct list files = { .count = 0 }, dirs = { .count = 0 };
	struct stat sb;
	size_t i;
	int n;

	for (n = 0; n < argc; n++) {
		/* A link to a directory is followed, unless -l shows it. */
		if ((opt['l'] || opt['d'] || stat(argv[n], &sb) == -1) &&
		    lstat(argv[n], &sb) == -1) {
			warn("%s", argv[n]);
			failed = 1;
			continue;
		}
		list_add(S_ISDIR(sb.st_mode) && !opt['d'] ? &dirs : &files,
		    argv[n], &sb);
	}
	if (files.count > 0)
		print_list(&files, "");
	if (dirs.count > 1)
		qsort(dirs.entries, dirs.count, sizeof(*dirs.entries), compare);
	for (i = 0; i < dirs.count; i++) {
		if (i > 0 || files.count > 0)
			putchar('\n');
		list_dir(dirs.entries[i].name, argc > 1);
	}
	list_free(&files);
	list_free(&dirs);
}

int
main(int argc, char **argv)
{
	char *here[] = { (char *)".", NULL };
	int c;

	while ((c = getopt(argc, argv, "1aACdFhilnrRSt")) != -1) {
		if (c == '?') {
			fprintf(stderr,
			    "usage: ls [-1aACdFhilnrRSt] [file ...]\n");
			return (2);
		}
		opt[c] = true;
	}
	if (opt['n'])
		opt['l'] = true;
	if (!isatty(STDOUT_FILENO) && !opt['C'])
		opt['1'] = true;
	if (optind == argc)
		list_arguments(1, here);
	else
		list_arguments(argc - optind, argv + optind);
	return (finish(failed, 1));
}
