/*
 * The primaries of find: what a word like -name takes behind it, and which
 * files it holds for.  The table is at the end.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <err.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "filemode.h"
#include "find.h"
#include "regex.h"

/* -------------------------------------------------------------- conditions */

bool
hold_always(struct node *n, struct file *f)
{
	return (true);
}

bool
print_path(struct node *n, struct file *f)
{
	fputs(f->path, stdout);
	putchar(n->number);
	return (true);
}

static bool
prune(struct node *n, struct file *f)
{
	f->prune = true;
	return (true);
}

/* Its last component, or / itself. */
static bool
name_matches(struct node *n, struct file *f)
{
	size_t end = strlen(f->path), start;

	while (end > 1 && f->path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && f->path[start - 1] != '/';)
		start--;
	if (start == end && start > 0)
		start--;
	return (regex_find(n->pattern, f->path + start, end - start, 0, NULL,
	    0));
}

static bool
path_matches(struct node *n, struct file *f)
{
	return (regex_find(n->pattern, f->path, strlen(f->path), 0, NULL, 0));
}

static bool
type_is(struct node *n, struct file *f)
{
	return ((f->sb.st_mode & S_IFMT) == n->mode);
}

static bool
mode_is(struct node *n, struct file *f)
{
	mode_t mode = f->sb.st_mode & 07777;

	return ((n->at_least ? mode & n->mode : mode) == n->mode);
}

static bool
user_is(struct node *n, struct file *f)
{
	return (f->sb.st_uid == n->id);
}

static bool
group_is(struct node *n, struct file *f)
{
	return (f->sb.st_gid == n->id);
}

static bool
user_has_no_name(struct node *n, struct file *f)
{
	return (getpwuid(f->sb.st_uid) == NULL);
}

static bool
group_has_no_name(struct node *n, struct file *f)
{
	return (getgrgid(f->sb.st_gid) == NULL);
}

static bool
is_newer(struct node *n, struct file *f)
{
	const struct timespec *ts = &f->sb.st_mtim;

	return (ts->tv_sec != n->than.tv_sec ? ts->tv_sec > n->than.tv_sec :
					       ts->tv_nsec > n->than.tv_nsec);
}

static bool
number_is(const struct node *n, long long value)
{
	return (n->sign == '+' ? value > n->number :
		n->sign == '-' ? value < n->number :
				 value == n->number);
}

/* Units that it has begun to fill count. */
static bool
size_is(struct node *n, struct file *f)
{
	return (number_is(n, (f->sb.st_size + n->unit - 1) / n->unit));
}

static bool
links_are(struct node *n, struct file *f)
{
	return (number_is(n, f->sb.st_nlink));
}

/* --------------------------------------------------------------- arguments */

static char	**args;			/* the next word, or NULL */
static const char *primary;		/* the one that is parsed */

static char *
argument(void)
{
	if (*args == NULL)
		errx(1, "%s: its argument is missing", primary);
	return (*args++);
}

/* Behind the [ of a pattern: behind its ], or NULL if there is none. */
static const char *
set_end(const char *p)
{
	char kind;

	p += *p == '!' || *p == '^';
	p += *p == ']';
	for (; *p != ']'; p++) {
		if (*p == '\0')
			return (NULL);
		kind = p[1];
		if (*p != '[' || (kind != ':' && kind != '.' && kind != '='))
			continue;
		/* [:digit:] has a ] of its own. */
		for (p += 2; p[0] != kind || p[1] != ']'; p++)
			if (*p == '\0')
				return (NULL);
		p++;
	}
	return (p + 1);
}

/* A pattern of the shell's, with * ? [...] and \, as a regular expression. */
static char *
expression_of(const char *p)
{
	char *text = find_alloc(2 * strlen(p) + 1), *to = text;
	const char *end;

	while (*p != '\0') {
		if (*p == '*') {
			to = stpcpy(to, ".*");
			p++;
		} else if (*p == '?') {
			*to++ = '.';
			p++;
		} else if (*p == '[' && (end = set_end(p + 1)) != NULL) {
			*to++ = *p++;
			if (*p == '!') {
				*to++ = '^';
				p++;
			}
			while (p < end)
				*to++ = *p++;
		} else {
			if (*p == '\\' && p[1] != '\0')
				p++;
			if (strchr(".[\\*^$", *p) != NULL)
				*to++ = '\\';
			*to++ = *p++;
		}
	}
	return (text);
}

static void
parse_pattern(struct node *n)
{
	int flags = RE_BASIC | RE_START | RE_END;
	const char *why;

	if (strcmp(primary, "-iname") == 0)
		flags |= RE_ICASE;
	n->pattern = regex_compile(expression_of(argument()), flags, &why);
	if (n->pattern == NULL)
		errx(1, "%s: %s", primary, why);
}

static void
parse_type(struct node *n)
{
	static const char letters[] = "bcdflp";
	static const mode_t modes[] = { S_IFBLK, S_IFCHR, S_IFDIR, S_IFREG,
		S_IFLNK, S_IFIFO };
	const char *s = argument(), *p;

	p = *s == '\0' ? NULL : strchr(letters, *s);
	if (p == NULL || s[1] != '\0')
		errx(1, "-type %s: bad type", s);
	n->mode = modes[p - letters];
}

static void
parse_mode(struct node *n)
{
	const char *s = argument();
	int mode;

	n->at_least = *s == '-';
	mode = file_mode(s + n->at_least, 0, 0);
	if (mode == -1)
		errx(1, "-perm %s: bad mode", s);
	n->mode = mode;
}

static void
parse_user(struct node *n)
{
	n->id = user_id(argument());
}

static void
parse_group(struct node *n)
{
	n->id = group_id(argument());
}

static void
parse_newer(struct node *n)
{
	const char *path = argument();
	struct stat sb;

	if (stat(path, &sb) == -1)
		err(1, "%s", path);
	n->than = sb.st_mtim;
}

static void
parse_number(struct node *n)
{
	const char *s = argument();

	if (*s == '+' || *s == '-')
		n->sign = *s++;
	n->number = number(s, 10, 0, LLONG_MAX);
}

/* Units of 512 bytes, or of those that a letter behind the number says. */
static void
parse_size(struct node *n)
{
	char *s = *args,
	     *last = s == NULL || *s == '\0' ? NULL : strchr(s, '\0') - 1;

	n->unit = 512;
	if (last != NULL && strchr("ckM", *last) != NULL) {
		n->unit = *last == 'c' ? 1 : *last == 'k' ? 1024 : 1024 * 1024;
		*last = '\0';
	}
	parse_number(n);
}

static void
parse_exec(struct node *n)
{
	settings.acts = true;
	args = parse_command(n, args, strcmp(primary, "-ok") == 0);
}

static void
parse_print(struct node *n)
{
	settings.acts = true;
	n->number = strcmp(primary, "-print0") == 0 ? '\0' : '\n';
}

static void
parse_depth(struct node *n)
{
	settings.depth_first = true;
}

static void
parse_max_depth(struct node *n)
{
	settings.max_depth = number(argument(), 10, 0, INT_MAX);
}

static void
parse_one_device(struct node *n)
{
	settings.one_device = true;
}

static void
parse_nothing(struct node *n)
{
}

static const struct {
	const char *name;
	void	(*parse)(struct node *);
	bool	(*holds)(struct node *, struct file *);
} primaries[] = {
	{ "-depth", parse_depth, hold_always },
	{ "-exec", parse_exec, NULL },
	{ "-group", parse_group, group_is },
	{ "-iname", parse_pattern, name_matches },
	{ "-links", parse_number, links_are },
	{ "-maxdepth", parse_max_depth, hold_always },
	{ "-name", parse_pattern, name_matches },
	{ "-newer", parse_newer, is_newer },
	{ "-nogroup", parse_nothing, group_has_no_name },
	{ "-nouser", parse_nothing, user_has_no_name },
	{ "-ok", parse_exec, NULL },
	{ "-path", parse_pattern, path_matches },
	{ "-perm", parse_mode, mode_is },
	{ "-print", parse_print, print_path },
	{ "-print0", parse_print, print_path },
	{ "-prune", parse_nothing, prune },
	{ "-size", parse_size, size_is },
	{ "-type", parse_type, type_is },
	{ "-user", parse_user, user_is },
	{ "-xdev", parse_one_device, hold_always },
};

struct node *
parse_primary(char ***words)
{
	struct node *n = find_alloc(sizeof(*n));
	size_t i;

	args = *words;
	if (*args == NULL)
		errx(1, "a condition is missing at the end");
	primary = *args++;
	for (i = 0; i < sizeof(primaries) / sizeof(primaries[0]); i++) {
		if (strcmp(primaries[i].name, primary) != 0)
			continue;
		n->holds = primaries[i].holds;
		primaries[i].parse(n);
		*words = args;
		return (n);
	}
	errx(1, "%s: bad condition", primary);
}
