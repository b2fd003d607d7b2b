/*
 * The table of builtins, and those that work on the shell's own state.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bltin.h"
#include "sh.h"

/* The index i, or that of the next argument if there is a --. */
int
skip_dashes(int argc, char **argv, int i)
{
	return (i < argc && strcmp(argv[i], "--") == 0 ? i + 1 : i);
}

/* ----------------------------------------------------- flow of control */

/* A count as an argument; -1, with a message, if it is none. */
static int
number(const char *who, const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0' || n > INT_MAX) {
		sh_fatal(ST_ERROR, "%s: %s: bad number", who, s);
		return (-1);
	}
	return (n);
}

static int
leave_loop(int argc, char **argv, enum unwind how)
{
	int n = argc > 1 ? number(argv[0], argv[1]) : 1;

	if (n < 0)
		return (sh.status);
	if (n == 0) {
		sh_fatal(ST_ERROR, "%s: 0: bad number", argv[0]);
		return (sh.status);
	}
	if (sh.loop_depth > 0) {
		sh.loops = n < sh.loop_depth ? n : sh.loop_depth;
		sh.unwind = how;
	}
	return (0);
}

static int
bi_break(int argc, char **argv)
{
	return (leave_loop(argc, argv, U_BREAK));
}

static int
bi_continue(int argc, char **argv)
{
	return (leave_loop(argc, argv, U_CONTINUE));
}

static int
bi_return(int argc, char **argv)
{
	int status = sh.status;

	/* From the function that the trap came in: with what that had. */
	if (sh.trap_status >= 0 && sh.trap_depth == sh.func_depth)
		status = sh.trap_status;
	if (argc > 1)
		status = number("return", argv[1]);
	if (status < 0)
		return (sh.status);
	/* Outside of functions and scripts read by . it is like exit. */
	sh.unwind = sh.func_depth > 0 ? U_RETURN : U_EXIT;
	return (status);
}

static int
bi_exit(int argc, char **argv)
{
	int status = sh.trap_status >= 0 ? sh.trap_status : sh.status;

	if (argc > 1)
		status = number("exit", argv[1]);
	if (status < 0)
		status = sh.status;
	if (!sh.subshell && jobs_hold_exit())
		return (0);
	sh.unwind = U_EXIT;
	return (status & 0xff);
}

static int
bi_true(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (0);
}

static int
bi_false(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (1);
}

/* --------------------------------------------------- running more text */

static int
bi_eval(int argc, char **argv)
{
	struct buf text = { 0 };
	int i, status;

	for (i = 1; i < argc; i++) {
		if (i > 1)
			buf_addc(&text, ' ');
		buf_puts(&text, argv[i]);
	}
	status = argc > 1 ? sh_run_string(buf_str(&text), sh.line) : 0;
	buf_free(&text);
	return (status);
}

/* .: the file is looked for in PATH, and need not be executable. */
static char *
find_readable(struct arena *arena, const char *name)
{
	const char *path = var_get("PATH");
	size_t len, size;
	char *s;

	if (strchr(name, '/') != NULL || path == NULL)
		return (arena_strdup(arena, name));
	for (;;) {
		len = strcspn(path, ":");
		size = len + strlen(name) + 3;
		s = arena_alloc(arena, size);
		snprintf(s, size, "%.*s/%s", len == 0 ? 1 : (int)len,
		    len == 0 ? "." : path, name);
		if (access(s, R_OK) == 0)
			return (s);
		if (path[len] == '\0')
			return (NULL);
		path += len + 1;
	}
}

static int
bi_dot(int argc, char **argv)
{
	int i = skip_dashes(argc, argv, 1), status;
	struct arena *arena;
	char *path;

	if (i == argc) {
		sh_fatal(ST_ERROR, ".: which file?");
		return (sh.status);
	}
	arena = arena_new();
	path = find_readable(arena, argv[i]);
	if (path == NULL) {
		sh_fatal(ST_ERROR, ".: %s: not found", argv[i]);
		status = sh.status;
	} else {
		sh.func_depth++;
		status = sh_run_file(path);
		sh.func_depth--;
		if (sh.unwind == U_RETURN)
			sh.unwind = U_NONE;
	}
	arena_drop(arena);
	return (status);
}

static int
bi_exec(int argc, char **argv)
{
	int i = skip_dashes(argc, argv, 1), status;
	bool subshell = sh.subshell;

	if (i >= argc)
		return (0); /* the redirections stay */
	sh.subshell = true; /* signals as a child has them */
	signals_own(job_controlled());
	status = exec_program(argv + i, var_get("PATH"));
	sh.subshell = subshell;
	signals_own(job_controlled());
	if (sh.regular)
		sh.status = status;
	else
		sh_stop(status);
	return (status);
}

/* ----------------------------------------------- variables, parameters */

/* Whether a variable can have the name; a message if not. */
bool
check_name(const char *who, const char *name)
{
	if (valid_name(name))
		return (true);
	sh_fatal(ST_ERROR, "%s: %s: bad variable name", who, name);
	return (false);
}

/* Split name=value; the name is checked. */
static bool
take_name(const char *who, char *arg, char **value)
{
	*value = strchr(arg, '=');
	if (*value != NULL)
		*(*value)++ = '\0';
	return (check_name(who, arg));
}

static int
declare(int argc, char **argv, int flag)
{
	char prefix[16], *value;
	int i = 1;

	if (i < argc && strcmp(argv[i], "-p") == 0)
		i++;
	i = skip_dashes(argc, argv, i);
	if (i == argc) {
		snprintf(prefix, sizeof(prefix), "%s ", argv[0]);
		var_print(flag, prefix);
		return (0);
	}
	for (; i < argc; i++) {
		if (!take_name(argv[0], argv[i], &value) ||
		    (value != NULL && !var_set(argv[i], value)))
			return (sh.status);
		var_flag(argv[i], flag);
	}
	return (0);
}

static int
bi_export(int argc, char **argv)
{
	return (declare(argc, argv, VAR_EXPORT));
}

static int
bi_readonly(int argc, char **argv)
{
	return (declare(argc, argv, VAR_READONLY));
}

static int
bi_local(int argc, char **argv)
{
	char *value;
	int i;

	for (i = 1; i < argc; i++) {
		if (sh.func_depth == 0) {
			sh_fatal(ST_ERROR, "local: not in a function");
			return (sh.status);
		}
		if (!take_name("local", argv[i], &value))
			return (sh.status);
		var_local(argv[i]);
		if (value != NULL && !var_set(argv[i], value))
			return (sh.status);
	}
	return (0);
}

static int
bi_unset(int argc, char **argv)
{
	bool functions = false;
	int i = 1;

	if (i < argc && strcmp(argv[i], "-f") == 0) {
		functions = true;
		i++;
	} else if (i < argc && strcmp(argv[i], "-v") == 0)
		i++;
	i = skip_dashes(argc, argv, i);
	for (; i < argc; i++) {
		if (functions)
			function_unset(argv[i]);
		else if (!check_name("unset", argv[i]) || !var_unset(argv[i]))
			return (sh.status);
	}
	return (0);
}

/* set: print, or change options and positional parameters. */
static int
bi_set(int argc, char **argv)
{
	struct params params;
	int used;

	if (argc == 1) {
		var_print(0, "");
		return (0);
	}
	used = set_options(argc, argv, true);
	if (used < 0)
		return (sh.status);
	/* "set -e" leaves the parameters alone, "set --" clears them. */
	if (used == argc && strcmp(argv[used - 1], "--") != 0)
		return (0);
	params = params_new(argv + used, argc - used);
	params_free(&sh.params);
	sh.params = params;
	sh.opt_pos = 0;
	return (0);
}

static int
bi_shift(int argc, char **argv)
{
	int n = argc > 1 ? number("shift", argv[1]) : 1, i;
	struct params *p = &sh.params;

	if (n < 0)
		return (sh.status);
	if (n > p->count) {
		sh_fatal(ST_ERROR, "shift: there are only %d parameters",
		    p->count);
		return (sh.status);
	}
	for (i = 0; i < n; i++)
		free(p->list[i]);
	memmove(p->list, p->list + n, (p->count - n + 1) * sizeof(char *));
	p->count -= n;
	sh.opt_pos = 0;
	return (0);
}

/* ------------------------------------------------ what would be run? */

static bool
is_keyword(const char *s)
{
	static const char *const words[] = {
		"!",
		"{",
		"}",
		"case",
		"do",
		"done",
		"elif",
		"else",
		"esac",
		"fi",
		"for",
		"if",
		"in",
		"then",
		"until",
		"while",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(s, words[i]) == 0)
			return (true);
	return (false);
}

/*
 * Describe a name, briefly (command -v) or in words; path is where programs
 * are looked for.
 */
static int
describe(const char *name, bool brief, const char *path)
{
	struct arena *arena = arena_new();
	const char *kind = NULL;
	char *found;
	int status = 0;

	if (is_keyword(name))
		kind = "a shell keyword";
	else if (builtin_find(name) != NULL && builtin_find(name)->special)
		kind = "a special shell builtin";
	else if (function_exists(name))
		kind = "a shell function";
	else if (builtin_find(name) != NULL)
		kind = "a shell builtin";
	if (kind != NULL) {
		printf(brief ? "%s\n" : "%s is %s\n", name, kind);
	} else if ((found = find_program(arena, name, path)) != NULL) {
		if (brief)
			printf("%s\n", found);
		else
			printf("%s is %s\n", name, found);
	} else {
		if (!brief)
			sh_warn("%s: not found", name);
		status = ST_NOTFOUND;
	}
	arena_drop(arena);
	return (status);
}

static int
bi_type(int argc, char **argv)
{
	int i, status = 0;

	for (i = 1; i < argc; i++)
		status |= describe(argv[i], false, var_get("PATH"));
	return (status);
}

/* command [-pvV] name [argument ...] */
static int
bi_command(int argc, char **argv)
{
	int i = 1, how = 0, flags = 0, status = 0;
	const char *p;

	for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (argv[i][strspn(argv[i] + 1, "pvV") + 1] != '\0') {
			sh_warn("command: %s: bad option", argv[i]);
			return (ST_ERROR);
		}
		for (p = argv[i] + 1; *p != '\0'; p++)
			if (*p == 'p')
				flags |= EV_STDPATH;
			else
				how = *p;
	}
	i = skip_dashes(argc, argv, i);
	if (i == argc)
		return (0);
	if (how == 0)
		return (exec_argv(argv + i, argc - i, flags));
	for (; i < argc; i++)
		status |= describe(argv[i], how == 'v', search_path(flags));
	return (status);
}

static int
bi_wait(int argc, char **argv)
{
	int i = skip_dashes(argc, argv, 1), pid, status = 0;

	fflush(stdout);
	if (i == argc)
		return (job_wait_all());
	for (; i < argc; i++) {
		if (argv[i][0] == '%') {
			status = job_wait_spec(argv[i]);
			continue;
		}
		pid = number("wait", argv[i]);
		if (pid < 0)
			return (sh.status);
		status = job_wait_pid(pid);
	}
	return (status);
}

/* ------------------------------------------------------------ the table */

static const struct builtin builtins[] = {
	{ ".", bi_dot, true },
	{ ":", bi_true, true },
	{ "[", test_main, false },
	{ "bg", bi_bg, false },
	{ "break", bi_break, true },
	{ "cd", bi_cd, false },
	{ "command", bi_command, false },
	{ "continue", bi_continue, true },
	{ "echo", echo_main, false },
	{ "eval", bi_eval, true },
	{ "exec", bi_exec, true },
	{ "exit", bi_exit, true },
	{ "export", bi_export, true },
	{ "false", bi_false, false },
	{ "fg", bi_fg, false },
	{ "getopts", bi_getopts, false },
	{ "history", bi_history, false },
	{ "jobs", bi_jobs, false },
	{ "kill", bi_kill, false },
	{ "local", bi_local, true },
	{ "printf", printf_main, false },
	{ "pwd", bi_pwd, false },
	{ "read", bi_read, false },
	{ "readonly", bi_readonly, true },
	{ "return", bi_return, true },
	{ "set", bi_set, true },
	{ "shift", bi_shift, true },
	{ "test", test_main, false },
	{ "times", bi_times, true },
	{ "trap", bi_trap, true },
	{ "true", bi_true, false },
	{ "type", bi_type, false },
	{ "ulimit", bi_ulimit, false },
	{ "umask", bi_umask, false },
	{ "unset", bi_unset, true },
	{ "wait", bi_wait, false },
};
#define	NBUILTINS	(sizeof(builtins) / sizeof(builtins[0]))

static int
compare(const void *name, const void *b)
{
	return (strcmp(name, ((const struct builtin *)b)->name));
}

/* The table is sorted by name. */
const struct builtin *
builtin_find(const char *name)
{
	return (bsearch(name, builtins, NBUILTINS, sizeof(builtins[0]),
	    compare));
}
