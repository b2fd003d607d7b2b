/*
 * Running the tree.
 *
 * Every function returns a status.  If sh.unwind is set afterwards, the
 * status is what break, return, exit or the error left, and the caller
 * passes it on.  With EV_EXIT nothing comes behind the node in this process,
 * so that the last program needs no fork.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

#define	MAX_EXEC	10000		/* nodes in each other */

struct function {
	struct function *next;
	char	*name;
	struct node *body;
	struct arena *arena;		/* held for the body's sake */
};

static struct function *functions;

/* ------------------------------------------ functions and parameters */

/* Positional parameters of their own. */
struct params
params_new(char **argv, int count)
{
	struct params p = { .count = count };
	int i;

	p.list = xmalloc((count + 1) * sizeof(char *));
	for (i = 0; i < count; i++)
		p.list[i] = xstrdup(argv[i]);
	p.list[count] = NULL;
	return (p);
}

void
params_free(struct params *p)
{
	int i;

	for (i = 0; i < p->count; i++)
		free(p->list[i]);
	free(p->list);
}

static struct function *
function_find(const char *name)
{
	struct function *f;

	for (f = functions; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0)
			break;
	return (f);
}

bool
function_exists(const char *name)
{
	return (function_find(name) != NULL);
}

void
function_unset(const char *name)
{
	struct function **fp, *f;

	for (fp = &functions; (f = *fp) != NULL; fp = &f->next)
		if (strcmp(f->name, name) == 0) {
			*fp = f->next;
			arena_drop(f->arena);
			free(f->name);
			free(f);
			return;
		}
}

static int
define_function(struct node *n)
{
	struct function *f = xmalloc(sizeof(*f));

	function_unset(n->name);
	f->name = xstrdup(n->name);
	f->body = n->left;
	f->arena = n->arena;
	arena_hold(f->arena);
	f->next = functions;
	functions = f;
	return (0);
}

/* Call a function; argv[0] is its name and does not become $0. */
static int
call_function(struct function *f, char **argv, int argc)
{
	struct params outer = sh.params;
	struct arena *arena = f->arena;
	struct node *body = f->body;
	int status, loops = sh.loop_depth;

	if (++sh.call_depth > MAX_NESTING) {
		sh.call_depth--;
		sh_fatal(ST_ERROR, "%s: calls nested too deeply", argv[0]);
		return (sh.status);
	}
	arena_hold(arena); /* it may redefine itself */
	sh.params = params_new(argv + 1, argc - 1);
	sh.loop_depth = 0;
	sh.func_depth++;
	var_push_frame();
	status = exec_node(body, 0);
	var_pop_frame();
	sh.func_depth--;
	sh.call_depth--;
	sh.loop_depth = loops;
	params_free(&sh.params);
	sh.params = outer;
	arena_drop(arena);
	if (sh.unwind == U_RETURN)
		sh.unwind = U_NONE;
	return (status);
}

/* ------------------------------------------------------------ programs */

/* Whether the shell may try to run it. */
static bool
is_program(const char *path)
{
	struct stat sb;

	return (stat(path, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    access(path, X_OK) == 0);
}

/* Cut the next folder off a PATH: dir/name in the arena, NULL at the end. */
static char *
next_candidate(struct arena *arena, const char **path, const char *name)
{
	const char *dir = *path;
	size_t len, size;
	char *s;

	if (dir == NULL)
		return (NULL);
	len = strcspn(dir, ":");
	*path = dir[len] == ':' ? dir + len + 1 : NULL;
	size = len + strlen(name) + 3;
	s = arena_alloc(arena, size);
	if (len == 0) /* an empty part is "." */
		snprintf(s, size, "./%s", name);
	else
		snprintf(s, size, "%.*s/%s", (int)len, dir, name);
	return (s);
}

/* Where PATH finds the program; NULL if it does not. */
char *
find_program(struct arena *arena, const char *name, const char *path)
{
	char *s;

	if (strchr(name, '/') != NULL)
		return (is_program(name) ? arena_strdup(arena, name) : NULL);
	while ((s = next_candidate(arena, &path, name)) != NULL)
		if (is_program(s))
			break;
	return (s);
}

/* A file that execve() does not know: text is a script for sh. */
static void
try_script(struct arena *arena, const char *path, char **argv, char **env)
{
	char head[128], **args;
	int fd, argc;
	ssize_t n;

	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	if (fd >= 0)
		close(fd);
	if (n < 0 || memchr(head, '\0', n) != NULL) {
		errno = ENOEXEC;
		return;
	}
	for (argc = 0; argv[argc] != NULL; argc++)
		;
	args = arena_alloc(arena, (argc + 2) * sizeof(char *));
	args[0] = arena_strdup(arena, "sh");
	args[1] = arena_strdup(arena, path);
	memcpy(args + 2, argv + 1, argc * sizeof(char *));
	execve(_PATH_BSHELL, args, env);
}

static void
try_exec(struct arena *arena, const char *path, char **argv, char **env)
{
	execve(path, argv, env);
	if (errno == ENOEXEC)
		try_script(arena, path, argv, env);
}

/*
 * Become the program, which path finds, or say why not and return 126 or
 * 127.
 */
int
exec_program(char **argv, const char *path)
{
	struct arena *arena = arena_new();
	char **env = var_environ(arena), *s;
	int error = ENOENT;

	fflush(stdout);
	if (*argv[0] == '\0') {
		; /* no file has this name */
	} else if (strchr(argv[0], '/') != NULL) {
		try_exec(arena, argv[0], argv, env);
		error = errno;
	} else {
		while ((s = next_candidate(arena, &path, argv[0])) != NULL) {
			try_exec(arena, s, argv, env);
			if (errno == ENOENT || errno == ENOTDIR)
				continue;
			error = errno;
			if (errno != EACCES)
				break;
		}
	}
	if (error == ENOENT || error == ENOTDIR)
		sh_warn("%s: not found", argv[0]);
	else
		sh_warn("%s: %s", argv[0], strerror(error));
	arena_drop(arena);
	return (error == ENOENT || error == ENOTDIR ? ST_NOTFOUND : ST_NOEXEC);
}

/* ------------------------------------------------------ simple commands */

/* name=value as an argument of export, readonly or local. */
static bool
is_assignment(const struct word *word)
{
	const struct part *part = word->parts;
	const char *p;

	if (part == NULL || part->kind != PART_TEXT || part->quoted ||
	    !is_name_start(part->text[0]))
		return (false);
	for (p = part->text; is_name_char(*p); p++)
		;
	return (*p == '=');
}

static bool
is_declaration(const struct word *words)
{
	const char *s = words == NULL ? NULL : word_literal(words);

	return (s != NULL &&
	    (strcmp(s, "export") == 0 || strcmp(s, "readonly") == 0 ||
		strcmp(s, "local") == 0));
}

/* As expand_list(), but what is assigned is not split. */
static int
expand_declaration(struct arena *arena, const struct word *words,
    char ***argvp, int *argcp)
{
	char **argv = xrealloc(NULL, sizeof(char *)), **list;
	int argc = 0, count;

	for (; words != NULL; words = words->next) {
		struct word one = { .parts = words->parts };
		char *value;

		if (is_assignment(words)) {
			value = expand_word(arena, words, X_ASSIGN | X_DECLARE);
			list = &value;
			count = value == NULL ? -1 : 1;
		} else if (expand_list(arena, &one, &list, &count) == -1)
			count = -1;
		if (count < 0) {
			free(argv);
			return (-1);
		}
		argv = xrealloc(argv, (argc + count + 1) * sizeof(char *));
		memcpy(argv + argc, list, count * sizeof(char *));
		argc += count;
	}
	argv[argc] = NULL;
	*argvp = arena_alloc(arena, (argc + 1) * sizeof(char *));
	memcpy(*argvp, argv, (argc + 1) * sizeof(char *));
	*argcp = argc;
	free(argv);
	return (0);
}

/* Write the line: what was assigned, and the command, if there is one. */
static void
trace(const char *assigned, char **argv)
{
	char *prefix = expand_prompt("PS4");

	fprintf(stderr, "%s%s", prefix, assigned);
	free(prefix);
	for (; argv != NULL && *argv != NULL; argv++)
		fprintf(stderr, "%s%s", *argv, argv[1] == NULL ? "" : " ");
	putc('\n', stderr);
}

/*
 * Carry out the node's name=value ...; cover: until the frame is popped.
 * argv is for set -x, which writes its line when the values are known.
 */
static bool
do_assigns(const struct node *n, char **argv, bool cover, bool exported)
{
	const struct assign *a;
	struct arena *arena;
	struct buf line = { 0 };
	bool good = true;
	char *value;

	if (n->assigns == NULL)
		return (true);
	arena = arena_new();
	for (a = n->assigns; a != NULL && good; a = a->next) {
		value = expand_word(arena, a->value, X_ASSIGN);
		good = value != NULL && (!cover || var_local(a->name)) &&
		    var_set(a->name, value) &&
		    (!exported || var_flag(a->name, VAR_EXPORT));
		if (value == NULL || !sh.opt[O_XTRACE])
			continue;
		buf_puts(&line, a->name);
		buf_addc(&line, '=');
		buf_puts(&line, value);
		if (a->next != NULL || argv != NULL)
			buf_addc(&line, ' ');
	}
	if (sh.opt[O_XTRACE])
		trace(buf_str(&line), argv);
	buf_free(&line);
	arena_drop(arena);
	return (good);
}

/* No command: only assignments and redirections. */
static int
exec_assigns(struct node *n)
{
	struct saved_fds *saved = NULL;
	int status;

	status = redir_apply(n->redirs, &saved);
	redir_restore(saved);
	if (status == 0 && !do_assigns(n, NULL, false, false))
		status = sh.status;
	return (status != 0 ? status : sh.subst_status);
}

/* What printf buffered must have arrived, or the builtin has failed. */
static int
flush_output(const char *name, int status)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return (status);
	sh_warn("%s: write: %s", name, strerror(errno));
	clearerr(stdout);
	fpurge(stdout); /* or the next one would write it */
	return (status == 0 ? ST_ERROR : status);
}

static int
call_builtin(const struct builtin *b, char **argv, int argc)
{
	bool regular = sh.regular;
	int status;

	sh.regular = !b->special;
	status = b->run(argc, argv);
	sh.regular = regular;
	return (flush_output(b->name, status));
}

/*
 * Whether the redirections stay: those of exec without a command, which may
 * stand behind command.
 */
static bool
keeps_redirs(int argc, char **argv)
{
	int i = 0;

	while (i < argc && strcmp(argv[i], "command") == 0) {
		i++;
		while (i < argc &&
		    (strcmp(argv[i], "-p") == 0 || strcmp(argv[i], "--") == 0))
			i++;
	}
	if (i == argc || strcmp(argv[i], "exec") != 0)
		return (false);
	return (skip_dashes(argc, argv, i + 1) == argc);
}

/*
 * A builtin.  Assignments before a special one stay; an error in its
 * redirections or assignments ends a shell that is not interactive.
 */
static int
run_builtin(const struct builtin *b, struct node *n, char **argv, int argc)
{
	struct saved_fds *saved = NULL;
	bool exported = !b->special || strcmp(b->name, "exec") == 0;
	int status;

	status = redir_apply(n->redirs,
	    keeps_redirs(argc, argv) ? NULL : &saved);
	if (!b->special)
		var_push_frame();
	if (status == 0 && !do_assigns(n, argv, !b->special, exported))
		status = sh.status;
	else if (status == 0)
		status = call_builtin(b, argv, argc);
	else if (b->special)
		sh_stop(status);
	if (!b->special)
		var_pop_frame();
	redir_restore(saved);
	return (status);
}

static int
run_function(struct function *f, struct node *n, char **argv, int argc)
{
	struct saved_fds *saved = NULL;
	int status;

	status = redir_apply(n->redirs, &saved);
	var_push_frame();
	if (status == 0) {
		if (do_assigns(n, argv, true, true))
			status = call_function(f, argv, argc);
		else
			status = sh.status;
	}
	var_pop_frame();
	redir_restore(saved);
	return (status);
}

/* The shell itself becomes what would have been its last child. */
static void
become_child(void)
{
	sh.subshell = true;
	signals_child(false, job_controlled());
}

/* Where programs are looked for. */
const char *
search_path(int flags)
{
	return (flags & EV_STDPATH ? _PATH_STDPATH : var_get("PATH"));
}

/* words are those of the node's redirections; it may be NULL. */
static int
start_program(struct node *n, char **words, char **argv, int flags)
{
	struct job *job;
	int status;
	pid_t pid;

	if (!(flags & EV_EXIT) || traps_set()) {
		job = job_new(n, argv);
		pid = job_fork(job, FORK_FG);
		if (pid != 0)
			return (job_wait(job));
	} else {
		become_child();
	}
	status = n == NULL ? 0 : redir_perform(n->redirs, words, NULL);
	if (status == 0)
		status = exec_program(argv, search_path(flags));
	sh_exit(status);
}

/*
 * What is expanded for a program is expanded here and not in the child: it
 * may change variables, or end the shell.
 */
static int
run_program(struct node *n, char **argv, int flags)
{
	struct arena *arena = arena_new();
	char **words = NULL;
	int status;

	var_push_frame();
	if (n != NULL &&
	    ((words = redir_expand(arena, n->redirs)) == NULL ||
		!do_assigns(n, argv, true, true)))
		status = sh.status;
	else
		status = start_program(n, words, argv, flags);
	var_pop_frame();
	arena_drop(arena);
	return (status);
}

/* command and exec-like callers: a builtin or program, no function. */
int
exec_argv(char **argv, int argc, int flags)
{
	const struct builtin *b = builtin_find(argv[0]);

	if (b != NULL)
		return (b->run(argc, argv));
	return (run_program(NULL, argv, flags));
}

static int
run_command(struct node *n, char **argv, int argc, int flags)
{
	const struct builtin *b = builtin_find(argv[0]);
	struct function *f;

	if (sh.opt[O_XTRACE] && n->assigns == NULL)
		trace("", argv);
	if (b != NULL && b->special)
		return (run_builtin(b, n, argv, argc));
	f = function_find(argv[0]);
	if (f != NULL)
		return (run_function(f, n, argv, argc));
	if (b != NULL)
		return (run_builtin(b, n, argv, argc));
	return (run_program(n, argv, flags));
}

static int
exec_simple(struct node *n, int flags)
{
	struct arena *arena = arena_new();
	int argc, status, error;
	char **argv;

	sh.line = n->line;
	sh.subst_status = 0;
	if (is_declaration(n->words))
		error = expand_declaration(arena, n->words, &argv, &argc);
	else
		error = expand_list(arena, n->words, &argv, &argc);
	if (error == -1)
		status = sh.status;
	else if (argc == 0)
		status = exec_assigns(n);
	else
		status = run_command(n, argv, argc, flags);
	arena_drop(arena);
	return (status);
}

/* ------------------------------------------------- pipelines, children */

/* Without job control the background reads nothing from the terminal. */
static void
stdin_null(void)
{
	int fd = open(_PATH_DEVNULL, O_RDONLY);

	if (fd > 0) {
		dup2(fd, STDIN_FILENO);
		close(fd);
	}
}

/* In a new child: in and out, where not -1, become 0 and 1. */
static void
connect(int in, int out)
{
	if (in >= 0 && in != STDIN_FILENO) {
		dup2(in, STDIN_FILENO);
		close(in);
	}
	if (out >= 0 && out != STDOUT_FILENO) {
		dup2(out, STDOUT_FILENO);
		close(out);
	}
}

/* In a new child: run the node and end. */
static void __attribute__((__noreturn__))
child_main(struct node *n)
{
	int status;

	sh.loop_depth = 0;
	status = exec_node(n, EV_EXIT);
	sh_exit(status);
}

/*
 * Start the commands of a pipeline, or the one node, as children of the
 * job.  False if not all could be started; those that were see the end of
 * their input, or nobody at their output.
 */
static bool
start_pipeline(struct job *job, struct node *n, bool background)
{
	int ends[2] = { -1, -1 }, in = -1;
	bool control = job_controlled();
	pid_t pid = 0;

	for (; n != NULL; n = n->next) {
		ends[0] = ends[1] = -1;
		if (n->next != NULL && pipe(ends) == -1) {
			sh_warn("cannot make a pipe: %s", strerror(errno));
			pid = -1;
			break;
		}
		pid = job_fork(job, background ? FORK_BG : FORK_FG);
		if (pid == 0) {
			if (ends[0] >= 0)
				close(ends[0]);
			if (background) {
				sh.tested = 0;
				if (in < 0 && !control)
					stdin_null();
			}
			connect(in, ends[1]);
			n->next = NULL;
			child_main(n);
		}
		if (in >= 0)
			close(in);
		if (ends[1] >= 0)
			close(ends[1]);
		in = ends[0];
		if (pid == -1)
			break;
		if (background)
			sh.last_bg = pid;
	}
	if (in >= 0)
		close(in);
	return (pid != -1);
}

static int
exec_pipe(struct node *n)
{
	struct job *job = job_new(n, NULL);
	bool good = start_pipeline(job, n->left, false);
	int status = job_wait(job);

	return (good ? status : ST_ERROR);
}

static int
exec_background(struct node *n)
{
	struct node *left = n->left, *next = left->next;
	struct job *job;
	bool good;

	left->next = NULL;
	job = job_new(left, NULL);
	good = start_pipeline(job, left->kind == N_PIPE ? left->left : left,
	    true);
	left->next = next;
	job_detach(job);
	return (good ? 0 : ST_ERROR);
}

static int
exec_subshell(struct node *n, int flags)
{
	struct job *job;
	pid_t pid;
	int status;

	if (!(flags & EV_EXIT) || traps_set()) {
		job = job_new(n, NULL);
		pid = job_fork(job, FORK_FG);
		if (pid != 0)
			return (job_wait(job));
	} else {
		become_child();
	}
	status = redir_apply(n->redirs, NULL);
	if (status != 0)
		sh_exit(status);
	child_main(n->left);
}

/*
 * The output of $(list), to be put into out.  Its status is returned, and
 * is that of the command if the command consists of nothing else.
 */
int
exec_captured(struct node *n, struct buf *out)
{
	struct job *job;
	char data[512];
	int ends[2], i;
	ssize_t len;
	pid_t pid;

	if (n == NULL)
		return (0);
	if (pipe(ends) == -1) {
		sh_fatal(ST_ERROR, "cannot make a pipe: %s", strerror(errno));
		return (sh.status);
	}
	job = job_new(n, NULL);
	pid = job_fork(job, FORK_INNER);
	if (pid == 0) {
		close(ends[0]);
		connect(-1, ends[1]);
		sh.tested = 0; /* what is tested is the whole's status */
		child_main(n);
	}
	close(ends[1]);
	while ((len = read(ends[0], data, sizeof(data))) != 0) {
		if (len < 0 && errno != EINTR)
			break;
		for (i = 0; i < len; i++)
			if (data[i] != '\0')
				buf_addc(out, data[i]);
	}
	close(ends[0]);
	return (job_wait(job));
}

/* ---------------------------------------------------- compound commands */

/*
 * After the body of a loop: whether the loop ends.  break N and continue N
 * count down at every loop that they leave.
 */
static bool
loop_ends(void)
{
	if (sh.unwind != U_BREAK && sh.unwind != U_CONTINUE)
		return (sh.unwind != U_NONE);
	if (--sh.loops > 0)
		return (true);
	if (sh.unwind == U_BREAK) {
		sh.unwind = U_NONE;
		return (true);
	}
	sh.unwind = U_NONE;
	return (false);
}

static int
exec_while(struct node *n)
{
	int status = 0, condition;

	sh.loop_depth++;
	for (;;) {
		condition = exec_node(n->left, EV_TESTED);
		if (sh.unwind != U_NONE) {
			if (loop_ends()) {
				status = sh.unwind == U_NONE ? 0 : condition;
				break;
			}
			continue;
		}
		if ((condition == 0) != (n->kind == N_WHILE))
			break;
		status = exec_node(n->right, 0);
		if (loop_ends())
			break;
	}
	sh.loop_depth--;
	return (status);
}

static int
exec_for(struct node *n)
{
	struct arena *arena = arena_new();
	int count, i, status = 0;
	char **list;

	sh.line = n->line;
	if (!n->has_in) {
		count = sh.params.count;
		list = arena_alloc(arena, (count + 1) * sizeof(char *));
		for (i = 0; i < count; i++)
			list[i] = arena_strdup(arena, sh.params.list[i]);
	} else if (expand_list(arena, n->words, &list, &count) == -1) {
		arena_drop(arena);
		return (sh.status);
	}
	sh.loop_depth++;
	for (i = 0; i < count; i++) {
		if (!var_set(n->name, list[i])) {
			status = sh.status;
			break;
		}
		status = exec_node(n->left, 0);
		if (loop_ends())
			break;
	}
	sh.loop_depth--;
	arena_drop(arena);
	return (status);
}

/* 1 if one of the item's patterns matches, -1 after an error. */
static int
case_matches(struct arena *arena, const struct case_item *item, const char *s)
{
	const struct word *word;
	char *pattern;

	for (word = item->patterns; word != NULL; word = word->next) {
		pattern = expand_word(arena, word, X_PATTERN);
		if (pattern == NULL)
			return (-1);
		if (pattern_match(pattern, s, s + strlen(s)))
			return (1);
	}
	return (0);
}

static int
exec_case(struct node *n, int flags)
{
	struct arena *arena = arena_new();
	struct case_item *item;
	int match = 0;
	char *s;

	sh.line = n->line;
	s = expand_word(arena, n->words, 0);
	for (item = n->items; s != NULL && item != NULL; item = item->next) {
		match = case_matches(arena, item, s);
		if (match != 0)
			break;
	}
	arena_drop(arena);
	if (s == NULL || match < 0)
		return (sh.status);
	return (match == 0 || item->body == NULL ?
		0 :
		exec_node(item->body, flags));
}

static int
exec_if(struct node *n, int flags)
{
	int status = exec_node(n->left, EV_TESTED);

	if (sh.unwind != U_NONE)
		return (status);
	if (status == 0)
		return (exec_node(n->right, flags));
	return (n->other == NULL ? 0 : exec_node(n->other, flags));
}

static int
exec_and_or(struct node *n, int flags)
{
	int status = exec_node(n->left, (flags & ~EV_EXIT) | EV_TESTED);

	if (sh.unwind != U_NONE || (status == 0) != (n->kind == N_AND))
		return (status);
	return (exec_node(n->right, flags));
}

static int
exec_seq(struct node *n, int flags)
{
	int status = 0;

	for (n = n->left; n != NULL; n = n->next) {
		status = exec_node(n,
		    n->next != NULL ? flags & ~EV_EXIT : flags);
		if (sh.unwind != U_NONE)
			break;
	}
	return (status);
}

static int
exec_kind(struct node *n, int flags)
{
	int status;

	switch (n->kind) {
	case N_SIMPLE:
		return (exec_simple(n, flags));
	case N_PIPE:
		return (exec_pipe(n));
	case N_AND:
	case N_OR:
		return (exec_and_or(n, flags));
	case N_NOT:
		status = exec_node(n->left, EV_TESTED);
		return (sh.unwind != U_NONE ? status : !status);
	case N_SEQ:
		return (exec_seq(n, flags));
	case N_BACKGROUND:
		return (exec_background(n));
	case N_SUBSHELL:
		return (exec_subshell(n, flags));
	case N_GROUP:
		return (exec_node(n->left, flags));
	case N_IF:
		return (exec_if(n, flags));
	case N_WHILE:
	case N_UNTIL:
		return (exec_while(n));
	case N_FOR:
		return (exec_for(n));
	case N_CASE:
		return (exec_case(n, flags));
	default:
		return (define_function(n));
	}
}

/* set -e: a failure that nobody tests ends the shell. */
static void
check_errexit(int status)
{
	if (status != 0 && sh.opt[O_ERREXIT] && sh.tested == 0 &&
	    sh.unwind == U_NONE)
		sh.unwind = U_EXIT;
}

/* A compound command whose redirections hold as long as it runs. */
static int
exec_redirected(struct node *n, int flags)
{
	struct saved_fds *saved = NULL;
	int status;

	status = redir_apply(n->redirs, &saved);
	if (status == 0)
		status = exec_kind(n, flags & ~EV_EXIT);
	else
		check_errexit(status);
	redir_restore(saved);
	return (status);
}

/*
 * Run a node.  After each command is the time for set -e and for traps,
 * which may change the status by return or exit.
 */
int
exec_node(struct node *n, int flags)
{
	static int depth;
	int status;

	if (n == NULL || (sh.opt[O_NOEXEC] && !sh.opt[O_INTERACTIVE]))
		return (0);
	if (depth == MAX_EXEC) { /* long before the end of the stack */
		sh_fatal(ST_ERROR, "commands nested too deeply");
		return (sh.status);
	}
	depth++;
	sh.tested += (flags & EV_TESTED) != 0;
	if (n->redirs != NULL && n->kind != N_SIMPLE && n->kind != N_SUBSHELL)
		status = exec_redirected(n, flags);
	else
		status = exec_kind(n, flags);
	sh.status = status;
	traps_run();
	if (sh.interrupted && sh.unwind == U_NONE) {
		sh.interrupted = 0;
		sh.unwind = U_ABORT;
	}
	if (n->kind == N_SIMPLE || n->kind == N_PIPE || n->kind == N_SUBSHELL)
		check_errexit(status);
	sh.tested -= (flags & EV_TESTED) != 0;
	depth--;
	return (sh.status);
}
