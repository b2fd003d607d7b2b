/*
 * test and [: conditions, by recursive descent.
 *
 *	or	: and { -o and }
 *	and	: not { -a not }
 *	not	: ! not | primary
 *	primary	: ( or ) | -x arg | arg op arg | arg
 *
 * POSIX says by the number of arguments what "[ ! = x ]" means; the order in
 * which not and primary try things gives the same answers.
 */
#include <sys/stat.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bltin.h"

struct test {
	char	**args;
	int	left;			/* arguments not looked at yet */
	int	depth;
	bool	failed;			/* a message has been written */
};

static bool	test_or(struct test *);

static bool
fail(struct test *t, const char *what, const char *why)
{
	if (!t->failed)
		fprintf(stderr, "test: %s: %s\n", what, why);
	t->failed = true;
	t->left = 0;
	return (false);
}

static long long
integer(struct test *t, const char *s)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s, &end, 10);
	while (*end == ' ' || *end == '\t' || *end == '\n')
		end++;
	if (end == s || *end != '\0' || errno != 0)
		fail(t, s, "not a number");
	return (n);
}

/* Properties of a file. */
static bool
file_test(int op, const char *path)
{
	struct stat sb;

	switch (op) {
	case 'r':
		return (access(path, R_OK) == 0);
	case 'w':
		return (access(path, W_OK) == 0);
	case 'x':
		return (access(path, X_OK) == 0);
	case 'h':
	case 'L':
		return (lstat(path, &sb) == 0 && S_ISLNK(sb.st_mode));
	}
	if (stat(path, &sb) == -1)
		return (false);
	switch (op) {
	case 'e':
		return (true);
	case 'f':
		return (S_ISREG(sb.st_mode));
	case 'd':
		return (S_ISDIR(sb.st_mode));
	case 'c':
		return (S_ISCHR(sb.st_mode));
	case 'b':
		return (S_ISBLK(sb.st_mode));
	case 'p':
		return (S_ISFIFO(sb.st_mode));
	case 'S':
		return (S_ISSOCK(sb.st_mode));
	case 's':
		return (sb.st_size > 0);
	case 'u':
		return (sb.st_mode & S_ISUID);
	case 'g':
		return (sb.st_mode & S_ISGID);
	default:
		return (sb.st_mode & S_ISVTX);
	}
}

static bool
is_unary(const char *s)
{
	return (s[0] == '-' && s[1] != '\0' && s[2] == '\0' &&
	    strchr("nztrwxhLefdcbpSsugk", s[1]) != NULL);
}

static bool
unary(struct test *t, int op, const char *arg)
{
	switch (op) {
	case 'n':
		return (*arg != '\0');
	case 'z':
		return (*arg == '\0');
	case 't':
		return (isatty((int)integer(t, arg)));
	default:
		return (file_test(op, arg));
	}
}

static const char *const binary_ops[] = {
	"=", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot",
	"-ef", "<", ">",
};
#define	NBINARY		((int)(sizeof(binary_ops) / sizeof(binary_ops[0])))

/* The operator's index, or -1. */
static int
binary_op(const char *s)
{
	int i;

	for (i = 0; i < NBINARY; i++)
		if (strcmp(binary_ops[i], s) == 0)
			return (i);
	return (-1);
}

static bool
newer(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa) == -1)
		return (false);
	if (stat(b, &sb) == -1)
		return (true);
	if (sa.st_mtim.tv_sec != sb.st_mtim.tv_sec)
		return (sa.st_mtim.tv_sec > sb.st_mtim.tv_sec);
	return (sa.st_mtim.tv_nsec > sb.st_mtim.tv_nsec);
}

/* -nt -ot -ef; what is not there is older than what is. */
static bool
compare_files(int op, const char *a, const char *b)
{
	struct stat sa, sb;

	if (op == 8)
		return (newer(a, b));
	if (op == 9)
		return (newer(b, a));
	return (stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino);
}

static bool
binary(struct test *t, int op, const char *a, const char *b)
{
	long long x, y;

	switch (op) {
	case 0:
		return (strcmp(a, b) == 0);
	case 1:
		return (strcmp(a, b) != 0);
	case 8:
	case 9:
	case 10:
		return (compare_files(op, a, b));
	case 11:
		return (strcmp(a, b) < 0);
	case 12:
		return (strcmp(a, b) > 0);
	}
	x = integer(t, a);
	y = integer(t, b);
	switch (op) {
	case 2:
		return (x == y);
	case 3:
		return (x != y);
	case 4:
		return (x < y);
	case 5:
		return (x <= y);
	case 6:
		return (x > y);
	default:
		return (x >= y);
	}
}

static bool
primary(struct test *t)
{
	char **a = t->args;
	bool value;
	int op;

	if (t->left == 0)
		return (fail(t, "condition", "argument expected"));
	if (t->left >= 3 && (op = binary_op(a[1])) >= 0) {
		t->args += 3;
		t->left -= 3;
		return (binary(t, op, a[0], a[2]));
	}
	if (t->left >= 2 && is_unary(a[0])) {
		t->args += 2;
		t->left -= 2;
		return (unary(t, a[0][1], a[1]));
	}
	t->args++;
	t->left--;
	if (t->left >= 2 && strcmp(a[0], "(") == 0) {
		value = test_or(t);
		if (t->failed)
			return (false);
		if (t->left == 0 || strcmp(t->args[0], ")") != 0)
			return (fail(t, "(", "missing )"));
		t->args++;
		t->left--;
		return (value);
	}
	return (*a[0] != '\0');
}

static bool
test_not(struct test *t)
{
	bool value;

	if (++t->depth > 500)
		return (fail(t, "condition", "nested too deeply"));
	if (t->left >= 2 && strcmp(t->args[0], "!") == 0 &&
	    !(t->left == 3 && binary_op(t->args[1]) >= 0)) {
		t->args++;
		t->left--;
		value = !test_not(t);
	} else
		value = primary(t);
	t->depth--;
	return (value);
}

static bool
test_and(struct test *t)
{
	bool value = test_not(t);

	while (t->left > 1 && strcmp(t->args[0], "-a") == 0) {
		t->args++;
		t->left--;
		value = test_not(t) && value;
	}
	return (value);
}

static bool
test_or(struct test *t)
{
	bool value = test_and(t);

	while (t->left > 1 && strcmp(t->args[0], "-o") == 0) {
		t->args++;
		t->left--;
		value = test_and(t) || value;
	}
	return (value);
}

/*
 * POSIX: three arguments with -a or -o between them are two strings, whatever
 * the first looks like; a ! before them does not change that.
 */
static bool
two_strings(const struct test *t, bool *value)
{
	char **a = t->args;
	bool negated = t->left == 4 && strcmp(a[0], "!") == 0;
	bool both;

	a += negated;
	if (t->left - negated != 3 ||
	    (strcmp(a[1], "-a") != 0 && strcmp(a[1], "-o") != 0))
		return (false);
	both = strcmp(a[1], "-a") == 0;
	*value = negated !=
	    (both ? *a[0] != '\0' && *a[2] != '\0' :
		    *a[0] != '\0' || *a[2] != '\0');
	return (true);
}

int
test_main(int argc, char **argv)
{
	struct test t = { .args = argv + 1, .left = argc - 1 };
	const char *name = strrchr(argv[0], '/');
	bool value;

	name = name == NULL ? argv[0] : name + 1;
	if (strcmp(name, "[") == 0) {
		if (argc < 2 || strcmp(argv[argc - 1], "]") != 0) {
			fail(&t, "[", "missing ]");
			return (2);
		}
		t.left--;
	}
	if (t.left == 0)
		return (1);
	if (two_strings(&t, &value))
		return (!value);
	value = test_or(&t);
	if (t.left > 0)
		fail(&t, t.args[0], "unexpected argument");
	return (t.failed ? 2 : !value);
}
