/*
 * The shell as a program: arguments, options, and the loop that reads a
 * command and runs it.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

struct shell sh;

static bool started;			/* set -m works at once */
static bool monitor_chosen;		/* by an option */

/* Letters and long names of the options, as enum option numbers them. */
static const struct {
	char	letter;
	const char *name;
} option_names[NOPTIONS] = {
	[O_ALLEXPORT] = { 'a', "allexport" },
	[O_NOCLOBBER] = { 'C', "noclobber" },
	[O_ERREXIT] = { 'e', "errexit" },
	[O_NOGLOB] = { 'f', "noglob" },
	[O_INTERACTIVE] = { 'i', "interactive" },
	[O_MONITOR] = { 'm', "monitor" },
	[O_NOEXEC] = { 'n', "noexec" },
	[O_STDIN] = { 's', "stdin" },
	[O_NOUNSET] = { 'u', "nounset" },
	[O_VERBOSE] = { 'v', "verbose" },
	[O_XTRACE] = { 'x', "xtrace" },
};

/* --------------------------------------------------------------- messages */

static void
vwarn_line(const char *fmt, va_list ap)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", sh.name);
	if (sh.script)
		fprintf(stderr, "%d: ", sh.line);
	vfprintf(stderr, fmt, ap);
	putc('\n', stderr);
}

/* A message; in scripts with the line. */
void
sh_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn_line(fmt, ap);
	va_end(ap);
}

/* After an error: an interactive shell goes back to its prompt. */
void
sh_stop(int status)
{
	sh.status = status;
	sh.unwind = sh.opt[O_INTERACTIVE] && !sh.subshell ? U_ABORT : U_EXIT;
}

/*
 * An error after which a script cannot go on; but what goes wrong in a
 * regular builtin is only its status.
 */
void
sh_fatal(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn_line(fmt, ap);
	va_end(ap);
	if (sh.regular)
		sh.status = status;
	else
		sh_stop(status);
}

/* ---------------------------------------------------------------- options */

/* $-. */
void
option_letters(struct buf *b)
{
	int i;

	for (i = 0; i < NOPTIONS; i++)
		if (sh.opt[i])
			buf_addc(b, option_names[i].letter);
}

/* set -o, or set +o in a form that can be read again. */
void
print_options(bool commands)
{
	int i;

	for (i = 0; i < NOPTIONS; i++) {
		if (commands)
			printf("set %co %s\n", sh.opt[i] ? '-' : '+',
			    option_names[i].name);
		else
			printf("%-16s%s\n", option_names[i].name,
			    sh.opt[i] ? "on" : "off");
	}
}

static bool
set_option(const char *who, int letter, const char *name, bool on)
{
	int i;

	for (i = 0; i < NOPTIONS; i++)
		if (name != NULL ? strcmp(option_names[i].name, name) == 0 :
				   option_names[i].letter == letter)
			break;
	if (i == NOPTIONS) {
		if (name != NULL)
			sh_fatal(ST_ERROR, "%s: %s: bad option", who, name);
		else
			sh_fatal(ST_ERROR, "%s: -%c: bad option", who, letter);
		return (false);
	}
	sh.opt[i] = on;
	if (i == O_MONITOR) {
		monitor_chosen = true;
		if (started)
			job_control(on);
	}
	return (true);
}

/*
 * Options at the start of argv: -ex +u -o name.  Returns the index of the
 * first other argument, behind "--" or "-" (for set: no tracing any more), or
 * -1 after an error.  For sh itself (builtin is false) -c ends the options and
 * is looked at by the caller.
 */
int
set_options(int argc, char **argv, bool builtin)
{
	const char *p;
	int i;

	for (i = 1; i < argc; i++) {
		bool on = argv[i][0] == '-';

		if (strcmp(argv[i], "-") == 0) {
			if (builtin)
				sh.opt[O_XTRACE] = sh.opt[O_VERBOSE] = false;
			return (i + 1);
		}
		if ((argv[i][0] != '-' && argv[i][0] != '+') ||
		    argv[i][1] == '\0')
			break;
		if (strcmp(argv[i], "--") == 0)
			return (i + 1);
		for (p = argv[i] + 1; *p != '\0'; p++) {
			if (*p == 'c' && !builtin)
				continue;
			if (*p != 'o') {
				if (!set_option(argv[0], *p, NULL, on))
					return (-1);
			} else if (argv[i + 1] == NULL) {
				print_options(!on);
			} else if (!set_option(argv[0], 0, argv[++i], on)) {
				return (-1);
			} else
				break;
		}
	}
	return (i);
}

/* ------------------------------------------------------- read, run, repeat */

/*
 * Run all of the top source.  With last_execs nothing follows it, and its
 * last command may replace the shell.  A syntax error is fatal, or else
 * only its status.
 */
static int
run_source(bool last_execs, bool fatal)
{
	enum parse_result result;
	struct arena *arena;
	struct node *n;
	int status = 0, flags;

	do {
		arena = arena_new();
		source_first_line = true;
		result = parse_command(arena, &n);
		if (sh.unwind == U_EXIT) { /* by a trap while we read */
			status = sh.status;
		} else if (result == PARSE_ERROR) {
			sh.status = status = ST_ERROR;
			if (fatal)
				sh_stop(status);
		} else if (n != NULL) {
			jobs_command_read();
			flags = last_execs && source_at_end() ? EV_EXIT : 0;
			status = exec_node(n, flags);
		}
		arena_drop(arena);
	} while (result == PARSE_OK && sh.unwind == U_NONE);
	return (status);
}

/* Run a source from inside of a command. */
static int
run_nested(struct source *src)
{
	struct lexer outer = lex; /* a trap may come while we read */
	bool regular = sh.regular;
	int status;

	sh.regular = false; /* though it may be "command eval ..." */
	if (++sh.call_depth > MAX_NESTING) {
		sh_fatal(ST_ERROR, "nested too deeply");
		status = sh.status;
		source_push(src);
	} else {
		source_push(src);
		status = run_source(false, !regular);
	}
	sh.call_depth--;
	source_pop();
	lex = outer;
	sh.regular = regular;
	return (status);
}

/* Run a text whose first line has the number. */
int
sh_run_string(const char *text, int line)
{
	return (run_nested(source_string(text, line)));
}

/* Open a file with commands, as one of the shell's own descriptors; or -1. */
static int
open_commands(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat sb;

	if (fd >= 0)
		fd = fd_private(fd);
	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode)) {
		close(fd);
		errno = EISDIR;
		fd = -1;
	}
	return (fd);
}

/* Run a file in this shell; an error is fatal, as . is special. */
int
sh_run_file(const char *path)
{
	int fd = open_commands(path);

	if (fd < 0) {
		sh_fatal(ST_ERROR, ".: %s: %s", path, strerror(errno));
		return (sh.status);
	}
	return (run_nested(source_fd(fd, false)));
}

/*
 * The main input.  An interactive shell survives errors and ^C: what was
 * typed is dropped, and it prompts again.
 */
static int
run_main(bool last_execs)
{
	int status;

	for (;;) {
		status = run_source(last_execs, true);
		if (sh.unwind == U_NONE && sh.opt[O_INTERACTIVE] &&
		    jobs_hold_exit()) {
			source_reopen();
			continue;
		}
		if (sh.unwind != U_ABORT)
			break;
		if (sh.interrupted) {
			putc('\n', stderr);
			sh.status = ST_SIGNAL + SIGINT;
			sh.interrupted = 0;
		}
		sh.unwind = U_NONE;
		sh.loop_depth = 0;
		source_discard_line();
	}
	/* ^D: after an abort run_source() began anew and knows no status. */
	if (sh.opt[O_INTERACTIVE] && sh.unwind == U_NONE)
		status = sh.status;
	return (status);
}

/* The end of the shell, or of a child that ran a part of it. */
void
sh_exit(int status)
{
	sh.status = status;
	trap_exit();
	fflush(stdout);
	if (sh.subshell)
		_exit(sh.status);
	job_control(false);
	exit(sh.status);
}

/* ------------------------------------------------------------------ start */

/* A login shell first reads the two profiles, if they are there. */
static void
read_profiles(void)
{
	const char *home = var_get("HOME");
	char path[1024];

	if (access("/etc/profile", R_OK) == 0)
		sh_run_file("/etc/profile");
	if (home != NULL &&
	    (size_t)snprintf(path, sizeof(path), "%s/.profile", home) <
		sizeof(path) &&
	    access(path, R_OK) == 0)
		sh_run_file(path);
	sh.unwind = U_NONE;
}

static struct source *
open_script(const char *path)
{
	int fd = open_commands(path);

	if (fd < 0) {
		sh_warn("cannot open %s: %s", path, strerror(errno));
		exit(errno == ENOENT ? ST_NOTFOUND : ST_NOEXEC);
	}
	return (source_fd(fd, false));
}

/* Whether one of the option groups before index end has a c in it. */
static bool
has_command(char **argv, int end)
{
	int i;

	for (i = 1; i < end; i++)
		if (argv[i][0] == '-' && argv[i][1] != '-' &&
		    strchr(argv[i], 'c') != NULL)
			return (true);
	return (false);
}

/* What to read; *ip moves to the argument that becomes $1. */
static struct source *
choose_source(int argc, char **argv, int *ip, bool command)
{
	struct source *src;

	if (command) {
		if (*ip >= argc) {
			sh_warn("-c needs a command");
			exit(ST_ERROR);
		}
		src = source_string(argv[(*ip)++], 1);
		if (*ip < argc)
			sh.name = argv[(*ip)++];
		return (src);
	}
	if (*ip < argc && !sh.opt[O_STDIN]) {
		src = open_script(argv[*ip]);
		sh.name = argv[(*ip)++];
		sh.script = true;
		return (src);
	}
	sh.opt[O_STDIN] = true;
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		sh.opt[O_INTERACTIVE] = true;
	return (source_fd(STDIN_FILENO, sh.opt[O_INTERACTIVE]));
}

int
sh_main(int argc, char **argv)
{
	struct source *src;
	bool command, login;
	int i, status;

	login = argc > 0 && argv[0][0] == '-';
	sh.name = argc > 0 ? argv[0] + login : (char *)"sh";
	sh.pid = getpid();
	sh.trap_status = -1;
	i = argc > 0 ? set_options(argc, argv, false) : argc;
	if (i < 0)
		return (ST_ERROR);
	command = has_command(argv, i);
	src = choose_source(argc, argv, &i, command);
	sh.params = params_new(argv + i, argc - i);
	var_init();
	if (!var_is_set("PS1"))
		var_set("PS1", geteuid() == 0 ? "# " : "$ ");
	init_pwd();
	signals_init();
	if (sh.opt[O_INTERACTIVE] && !monitor_chosen)
		sh.opt[O_MONITOR] = true;
	started = true;
	job_control(sh.opt[O_MONITOR]);
	if (login)
		read_profiles();
	source_push(src);
	status = run_main(command);
	/* ^D: the next prompt starts on a line of its own. */
	if (sh.opt[O_INTERACTIVE] && sh.unwind != U_EXIT)
		putc('\n', stderr);
	source_pop();
	sh_exit(status);
}
