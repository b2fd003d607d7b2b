/*
 * The builtins about the process: cd pwd umask ulimit times.
 */
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filemode.h"
#include "sh.h"

/* -------------------------------------------------------------- cd and pwd */

/* Whether the path is absolute, without . and .., and names where we are. */
static bool
is_cwd(const char *path)
{
	struct stat a, b;
	const char *p;

	if (path == NULL || *path != '/')
		return (false);
	for (p = path; (p = strstr(p, "/.")) != NULL; p += 2)
		if (p[2] == '/' || p[2] == '\0' ||
		    (p[2] == '.' && (p[3] == '/' || p[3] == '\0')))
			return (false);
	return (stat(path, &a) == 0 && stat(".", &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

/* At the start: keep PWD from the environment if it is true. */
void
init_pwd(void)
{
	char path[PATH_MAX];

	if (!is_cwd(var_get("PWD")) && getcwd(path, sizeof(path)) != NULL)
		var_set("PWD", path);
	var_flag("PWD", VAR_EXPORT);
}

/*
 * The logical path of dir as seen from PWD: "." and ".." are taken away
 * textually, so that cd .. undoes a cd through a symbolic link.  False if it
 * is too long, or PWD is not known.
 */
static bool
logical_path(const char *dir, char *out, size_t size)
{
	const char *pwd = var_get("PWD"), *p;
	size_t len = 0, n;

	if (*dir != '/') {
		if (pwd == NULL || *pwd != '/' || (len = strlen(pwd)) >= size)
			return (false);
		memcpy(out, pwd, len);
	}
	while (len > 0 && out[len - 1] == '/')
		len--;
	for (p = dir; *p != '\0'; p += n) {
		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 0 || (n == 1 && p[0] == '.'))
			continue;
		if (n == 2 && p[0] == '.' && p[1] == '.') {
			while (len > 0 && out[--len] != '/')
				;
			continue;
		}
		if (len + n + 2 > size)
			return (false);
		out[len++] = '/';
		memcpy(out + len, p, n);
		len += n;
	}
	if (len == 0)
		out[len++] = '/';
	out[len] = '\0';
	return (true);
}

static int
change_to(const char *dir, bool physical, bool print)
{
	char path[PATH_MAX];
	const char *old = var_get("PWD");
	bool logical = !physical && logical_path(dir, path, sizeof(path));

	if (chdir(logical ? path : dir) == -1) {
		sh_warn("cd: %s: %s", dir, strerror(errno));
		return (1);
	}
	if (!logical && getcwd(path, sizeof(path)) == NULL)
		path[0] = '\0';
	if ((old != NULL && !var_set("OLDPWD", old)) || !var_set("PWD", path))
		return (sh.status);
	if (print)
		puts(path);
	return (0);
}

static bool
is_folder(const char *path)
{
	struct stat sb;

	return (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode));
}

/*
 * Look for dir in CDPATH; what it found is in out.  An empty part is the
 * folder where we are: what is there needs no CDPATH.
 */
static bool
search_cdpath(const char *dir, char *out, size_t size)
{
	const char *path = var_get("CDPATH");
	size_t len;

	if (path == NULL || *dir == '/' || *dir == '.')
		return (false);
	for (;;) {
		len = strcspn(path, ":");
		if (len == 0 && is_folder(dir))
			return (false);
		if (len != 0 &&
		    (size_t)snprintf(out, size, "%.*s/%s", (int)len, path,
			dir) < size &&
		    is_folder(out))
			return (true);
		if (path[len] == '\0')
			return (false);
		path += len + 1;
	}
}

/* -L and -P; the index behind them, or -1 with a message. */
static int
path_options(int argc, char **argv, bool *physical)
{
	int i = 1;

	*physical = false;
	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0)
			return (i + 1);
		if (strcmp(argv[i], "-P") != 0 && strcmp(argv[i], "-L") != 0) {
			sh_warn("%s: %s: bad option", argv[0], argv[i]);
			return (-1);
		}
		*physical = argv[i][1] == 'P';
	}
	return (i);
}

/* cd [-L|-P] [directory | -] */
int
bi_cd(int argc, char **argv)
{
	char found[PATH_MAX];
	const char *dir;
	bool physical;
	int i = path_options(argc, argv, &physical);

	if (i < 0)
		return (ST_ERROR);
	dir = i < argc ? argv[i] : var_get("HOME");
	if (dir == NULL || *dir == '\0') {
		sh_warn("cd: %s", i < argc ? "empty name" : "HOME is not set");
		return (1);
	}
	if (strcmp(dir, "-") == 0) {
		dir = var_get("OLDPWD");
		if (dir == NULL) {
			sh_warn("cd: OLDPWD is not set");
			return (1);
		}
		/* A copy: OLDPWD is about to change. */
		snprintf(found, sizeof(found), "%s", dir);
		return (change_to(found, physical, true));
	}
	if (search_cdpath(dir, found, sizeof(found)))
		return (change_to(found, physical, true));
	return (change_to(dir, physical, false));
}

/* pwd [-L|-P] */
int
bi_pwd(int argc, char **argv)
{
	bool physical;
	char path[PATH_MAX];

	if (path_options(argc, argv, &physical) < 0)
		return (ST_ERROR);
	if (!physical && is_cwd(var_get("PWD"))) {
		puts(var_get("PWD"));
		return (0);
	}
	if (getcwd(path, sizeof(path)) == NULL) {
		sh_warn("pwd: %s", strerror(errno));
		return (1);
	}
	puts(path);
	return (0);
}

/* ------------------------------------------------------------------ umask */

static void
print_symbolic(mode_t mask)
{
	static const char who[] = "ugo";
	int i, bits;

	for (i = 0; i < 3; i++) {
		bits = ~(mask >> (6 - 3 * i)) & 7;
		printf("%s%c=%s%s%s", i == 0 ? "" : ",", who[i],
		    bits & 4 ? "r" : "", bits & 2 ? "w" : "",
		    bits & 1 ? "x" : "");
	}
	putchar('\n');
}

/*
 * The mask that the text asks for, -1 if it is none: an octal number of what
 * is taken away, or in letters what is left.
 */
static int
wanted_mask(const char *text, mode_t mask)
{
	unsigned long n;
	char *end;
	int left;

	if (!isdigit((unsigned char)text[0])) {
		left = file_mode(text, ~mask & 0777, 0);
		return (left == -1 ? -1 : ~left & 0777);
	}
	n = strtoul(text, &end, 8);
	return (*end != '\0' || n > 0777 ? -1 : (int)n);
}

/* umask [-S] [mask] */
int
bi_umask(int argc, char **argv)
{
	int i = skip_dashes(argc, argv, 1);
	mode_t mask = umask(0);
	int wanted;

	umask(mask);
	if (i == argc) {
		printf("%04o\n", (unsigned)mask);
		return (0);
	}
	if (strcmp(argv[i], "-S") == 0) {
		print_symbolic(mask);
		return (0);
	}
	wanted = wanted_mask(argv[i], mask);
	if (wanted == -1) {
		sh_warn("umask: %s: bad mask", argv[i]);
		return (1);
	}
	umask((mode_t)wanted);
	return (0);
}

/* ----------------------------------------------------------------- ulimit */

static const struct limit {
	int	letter;
	int	which;
	unsigned unit;			/* bytes in what is printed */
	const char *name;
} limits[] = {
	{ 'c', RLIMIT_CORE, 512, "core file (512-byte blocks)" },
	{ 'd', RLIMIT_DATA, 1024, "data (kilobytes)" },
	{ 'f', RLIMIT_FSIZE, 512, "file size (512-byte blocks)" },
	{ 'l', RLIMIT_MEMLOCK, 1024, "locked memory (kilobytes)" },
	{ 'n', RLIMIT_NOFILE, 1, "open files" },
	{ 's', RLIMIT_STACK, 1024, "stack (kilobytes)" },
	{ 't', RLIMIT_CPU, 1, "processor time (seconds)" },
	{ 'u', RLIMIT_NPROC, 1, "processes" },
	{ 'v', RLIMIT_AS, 1024, "address space (kilobytes)" },
};
#define	NLIMITS		(sizeof(limits) / sizeof(limits[0]))

static void
print_limit(const struct limit *l, bool hard, bool named)
{
	struct rlimit rl;
	rlim_t value;

	if (getrlimit(l->which, &rl) == -1) {
		sh_warn("ulimit: %s", strerror(errno));
		return;
	}
	value = hard ? rl.rlim_max : rl.rlim_cur;
	if (named)
		printf("%-32s", l->name);
	if (value == RLIM_INFINITY)
		puts("unlimited");
	else
		printf("%llu\n", (unsigned long long)value / l->unit);
}

/* A limit in its units; RLIM_INFINITY is the greatest there can be. */
static bool
limit_value(const struct limit *l, const char *s, rlim_t *value)
{
	unsigned long long n;
	char *end;

	*value = RLIM_INFINITY;
	if (strcmp(s, "unlimited") == 0)
		return (true);
	errno = 0;
	n = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || errno != 0 ||
	    n > (unsigned long long)RLIM_INFINITY / l->unit)
		return (false);
	*value = n * l->unit;
	return (true);
}

static int
set_limit(const struct limit *l, bool hard, bool soft, const char *s)
{
	struct rlimit rl;
	rlim_t value;

	if (!limit_value(l, s, &value)) {
		sh_warn("ulimit: %s: bad number", s);
		return (1);
	}
	if (getrlimit(l->which, &rl) == 0) {
		if (hard || !soft)
			rl.rlim_max = value;
		if (soft || !hard)
			rl.rlim_cur = value;
		if (setrlimit(l->which, &rl) == 0)
			return (0);
	}
	sh_warn("ulimit: %s", strerror(errno));
	return (1);
}

/* ulimit [-HS] [-a | -cdflnstuv] [limit] */
int
bi_ulimit(int argc, char **argv)
{
	bool hard = false, soft = false, all = false;
	int letter = 'f', i = 1;
	const char *p;
	size_t n;

	for (; i < argc && argv[i][0] == '-'; i++)
		for (p = argv[i] + 1; *p != '\0'; p++)
			switch (*p) {
			case 'H':
				hard = true;
				break;
			case 'S':
				soft = true;
				break;
			case 'a':
				all = true;
				break;
			default:
				letter = *p;
				break;
			}
	for (n = 0; n < NLIMITS; n++) {
		if (all)
			print_limit(&limits[n], hard, true);
		else if (limits[n].letter == letter)
			break;
	}
	if (all)
		return (0);
	if (n == NLIMITS) {
		sh_warn("ulimit: -%c: bad option", letter);
		return (ST_ERROR);
	}
	if (i < argc)
		return (set_limit(&limits[n], hard, soft, argv[i]));
	print_limit(&limits[n], hard, false);
	return (0);
}

/* ------------------------------------------------------------------ times */

static void
print_time(const struct timeval *tv)
{
	printf("%ldm%ld.%03lds", (long)tv->tv_sec / 60, (long)tv->tv_sec % 60,
	    (long)tv->tv_usec / 1000);
}

int
bi_times(int argc, char **argv)
{
	struct rusage ru;
	int who;

	(void)argc;
	(void)argv;
	for (who = 0; who < 2; who++) {
		getrusage(who == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &ru);
		print_time(&ru.ru_utime);
		putchar(' ');
		print_time(&ru.ru_stime);
		putchar('\n');
	}
	return (0);
}
