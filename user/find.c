/*
 * find: walk through directories and print what all conditions hold for.
 *
 *	-name PATTERN  -type b|c|d|f|l|p  -print  -maxdepth N  -newer FILE
 *	-user NAME  -exec COMMAND ... ;  (true if its status is 0)
 *	! before a condition turns it round
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"

enum kind { NAME, TYPE, NEWER, USER, EXEC };

struct condition {
	enum kind kind;
	bool	negate;
	const char *pattern;		/* NAME */
	mode_t	type;			/* TYPE */
	time_t	than;			/* NEWER */
	uid_t	uid;			/* USER */
	char	**command;		/* EXEC: ends with NULL */
};

#define	MAX_CONDITIONS	32

static struct condition conditions[MAX_CONDITIONS];
static int	nconditions;
static int	max_depth = INT_MAX;
static bool	print = true;		/* no -exec is there instead */
static int	failed;

/* [...] at p (behind the [): the place behind it, or NULL. */
static const char *
match_set(const char *p, int c, bool *match)
{
	bool negate = *p == '!', first = true, in = false;
	int low, high;

	p += negate;
	for (; *p != ']' || first; first = false) {
		if (*p == '\0')
			return (NULL);
		low = high = (unsigned char)*p++;
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			high = (unsigned char)p[1];
			p += 2;
		}
		in |= c >= low && c <= high;
	}
	*match = in != negate;
	return (p + 1);
}

/* As the shell matches: * ? [...] and \. */
static bool
match(const char *p, const char *s)
{
	const char *star = NULL, *resume = NULL, *next;
	bool good;

	for (;;) {
		if (*p == '*') {
			star = ++p;
			resume = s;
			continue;
		}
		if (*s == '\0' && *p == '\0')
			return (true);
		next = p + 1;
		good = false;
		if (*s != '\0' && *p == '[' &&
		    match_set(p + 1, (unsigned char)*s, &good) != NULL) {
			next = match_set(p + 1, (unsigned char)*s, &good);
		} else if (*s != '\0' && *p == '\\' && p[1] != '\0') {
			good = p[1] == *s;
			next = p + 2;
		} else if (*s != '\0')
			good = *p == *s || *p == '?';
		if (good) {
			p = next;
			s++;
			continue;
		}
		if (star == NULL || *resume == '\0')
			return (false);
		p = star;
		s = ++resume;
	}
}

/* Run a command, with the path for every {}; whether its status is 0. */
static bool
run(char **command, const char *path)
{
	int status, i;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		for (i = 0; command[i] != NULL; i++)
			if (strcmp(command[i], "{}") == 0)
				command[i] = (char *)(uintptr_t)path;
		execvp(command[0], command);
		warn("%s", command[0]);
		_exit(127);
	}
	return (waitpid(pid, &status, 0) == pid && status == 0);
}

static bool
holds(const struct condition *c, const char *path, const struct stat *sb)
{
	const char *name = strrchr(path, '/');
	bool value;

	switch (c->kind) {
	case NAME:
		value = match(c->pattern,
		    name == NULL || name[1] == '\0' ? path : name + 1);
		break;
	case TYPE:
		value = (sb->st_mode & S_IFMT) == c->type;
		break;
	case NEWER:
		value = sb->st_mtime > c->than;
		break;
	case USER:
		value = sb->st_uid == c->uid;
		break;
	default:
		value = run(c->command, path);
		break;
	}
	return (value != c->negate);
}

static void
complain(const char *path)
{
	warn("%s", path);
	failed = 1;
}

static void
walk(const char *path, int depth)
{
	char below[PATH_MAX];
	struct dirent *de;
	struct stat sb;
	size_t len = strlen(path);
	DIR *dir;
	int i;

	if (lstat(path, &sb) == -1) {
		complain(path);
		return;
	}
	for (i = 0; i < nconditions; i++)
		if (!holds(&conditions[i], path, &sb))
			break;
	if (i == nconditions && print)
		puts(path);
	if (!S_ISDIR(sb.st_mode) || depth == max_depth)
		return;
	dir = opendir(path);
	if (dir == NULL) {
		complain(path);
		return;
	}
	while ((de = readdir(dir)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(below, sizeof(below), "%s%s%s", path,
			len > 0 && path[len - 1] == '/' ? "" : "/",
			de->d_name) >= sizeof(below)) {
			warnx("%s: path too long", path);
			failed = 1;
			continue;
		}
		walk(below, depth + 1);
	}
	closedir(dir);
}

static mode_t
type_of(const char *s)
{
	static const char letters[] = "bcdflp";
	static const mode_t modes[] = { S_IFBLK, S_IFCHR, S_IFDIR, S_IFREG,
		S_IFLNK, S_IFIFO };
	const char *p = *s == '\0' ? NULL : strchr(letters, *s);

	if (p == NULL || s[1] != '\0')
		errx(1, "-type %s: bad type", s);
	return (modes[p - letters]);
}

/* The command of -exec, which ends with ";"; the place of that. */
static char **
parse_exec(char **argv, struct condition *c)
{
	c->kind = EXEC;
	c->command = argv;
	print = false;
	while (*argv != NULL && strcmp(*argv, ";") != 0)
		argv++;
	if (*argv == NULL || argv == c->command)
		errx(1, "-exec: no command, or no ; behind it");
	*argv = NULL;
	return (argv);
}

/* A condition with its argument; where that ends. */
static char **
parse_condition(char **argv, struct condition *c)
{
	const char *name = *argv++;
	struct stat sb;

	if (*argv == NULL)
		errx(1, "%s: bad condition, or its argument is missing", name);
	if (strcmp(name, "-name") == 0) {
		c->kind = NAME;
		c->pattern = *argv;
	} else if (strcmp(name, "-type") == 0) {
		c->kind = TYPE;
		c->type = type_of(*argv);
	} else if (strcmp(name, "-user") == 0) {
		c->kind = USER;
		c->uid = user_id(*argv);
	} else if (strcmp(name, "-newer") == 0) {
		c->kind = NEWER;
		if (stat(*argv, &sb) == -1)
			err(1, "%s", *argv);
		c->than = sb.st_mtime;
	} else if (strcmp(name, "-exec") == 0) {
		argv = parse_exec(argv, c);
	} else
		errx(1, "%s: bad condition", name);
	return (argv);
}

static void
parse_conditions(char **argv, char **end)
{
	struct condition c = { .negate = false };
	bool wanted = false;

	/* -exec puts a NULL in the place of its ";". */
	for (; argv < end; argv++) {
		if (strcmp(*argv, "!") == 0) {
			c.negate = !c.negate;
		} else if (strcmp(*argv, "-print") == 0) {
			wanted = true;
		} else if (strcmp(*argv, "-maxdepth") == 0 && argv[1] != NULL) {
			max_depth = number(*++argv, 10, 0, INT_MAX);
		} else {
			argv = parse_condition(argv, &c);
			if (nconditions == MAX_CONDITIONS)
				errx(1, "too many conditions");
			conditions[nconditions++] = c;
			c.negate = false;
		}
	}
	print |= wanted;
}

int
main(int argc, char **argv)
{
	int i, paths = 1;

	while (paths < argc && argv[paths][0] != '-' &&
	    strcmp(argv[paths], "!") != 0)
		paths++;
	parse_conditions(argv + paths, argv + argc);
	if (paths == 1)
		walk(".", 0);
	for (i = 1; i < paths; i++)
		walk(argv[i], 0);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "write");
	return (failed);
}
