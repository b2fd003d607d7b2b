/*
 * The shell: what its files share.
 *
 *	text --lexer.c--> tokens and words --parser.c--> tree --exec.c--> status
 *
 * A word is kept as a list of parts, so that quoting is decided once, by the
 * lexer; expand.c turns words into argument lists when a command is run.
 * Nothing jumps over frames: a function that is told to stop (break, return,
 * exit, an error, ^C) sets sh.unwind, and every loop looks at it.
 */
#ifndef _SH_H_
#define	_SH_H_

#include <sys/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Exit statuses that POSIX fixes. */
#define	ST_ERROR	2		/* syntax error, misuse of a builtin */
#define	ST_NOEXEC	126		/* found, but it cannot be run */
#define	ST_NOTFOUND	127
#define	ST_SIGNAL	128		/* + the signal's number */

/* The shell's own descriptors are kept from here up. */
#define	FD_PRIVATE	10

/* Deeper nesting is an error and not an overflow of the stack. */
#define	MAX_NESTING	500

/*
 * memory.c: buffers that grow, and arenas, which are freed as a whole.  A
 * parsed command and all that hangs on it lives in one arena; a function
 * holds the arena of its body.
 */
struct arena;

struct buf {
	char	*data;			/* ends with a NUL once buf_str() ran */
	size_t	len;
	size_t	size;
};

void	*xmalloc(size_t);
void	*xrealloc(void *, size_t);
char	*xstrdup(const char *);
struct arena *arena_new(void);
void	 arena_hold(struct arena *);
void	 arena_drop(struct arena *);
void	*arena_alloc(struct arena *, size_t);
char	*arena_strndup(struct arena *, const char *, size_t);
char	*arena_strdup(struct arena *, const char *);
void	 buf_add(struct buf *, const char *, size_t);
void	 buf_addc(struct buf *, int);
void	 buf_puts(struct buf *, const char *);
char	*buf_str(struct buf *);
void	 buf_free(struct buf *);

/* ------------------------------------------------------------ the tree */

enum part_kind {
	PART_TEXT,			/* characters */
	PART_PARAM,			/* $name, ${name op word} */
	PART_COMMAND,			/* $(list), `list` */
	PART_ARITH,			/* $((expression)) */
};

enum param_op {
	OP_NONE,
	OP_DEFAULT,			/* - */
	OP_ASSIGN,			/* = */
	OP_ERROR,			/* ? */
	OP_ALTERNATE,			/* + */
	OP_SUFFIX,			/* % */
	OP_SUFFIX_LONG,			/* %% */
	OP_PREFIX,			/* # */
	OP_PREFIX_LONG,			/* ## */
	OP_LENGTH,			/* ${#name} */
	OP_BAD,				/* an error, if it is expanded */
};

struct part {
	struct part *next;
	enum part_kind kind;
	bool	quoted;			/* no splitting, no patterns */
	char	*text;			/* the characters, or a name */
	enum param_op op;
	bool	colon;			/* the op treats "" like unset */
	struct word *arg;		/* op's word; the expression */
	struct node *body;		/* PART_COMMAND; may be NULL */
};

struct word {
	struct word *next;
	struct part *parts;
};

enum redir_kind {
	RD_INPUT,			/* < */
	RD_OUTPUT,			/* > */
	RD_CLOBBER,			/* >| */
	RD_APPEND,			/* >> */
	RD_BOTH,			/* <> */
	RD_DUP,				/* <& >& */
	RD_HERE,			/* << <<- */
};

struct redir {
	struct redir *next;
	enum redir_kind kind;
	int	fd;			/* the descriptor that changes */
	struct word *target;		/* file, descriptor or document */
};

struct assign {
	struct assign *next;
	char	*name;
	struct word *value;
};

enum node_kind {
	N_SIMPLE, N_PIPE, N_AND, N_OR, N_NOT, N_SEQ, N_BACKGROUND,
	N_SUBSHELL, N_GROUP, N_IF, N_WHILE, N_UNTIL, N_FOR, N_CASE, N_FUNCTION,
};

struct case_item {
	struct case_item *next;
	struct word *patterns;
	struct node *body;		/* may be NULL */
};

/*
 * left and right are the operands of && and || and of loops (condition,
 * body); N_IF has other too.  The commands of N_PIPE and N_SEQ start at left
 * and follow ->next.
 * The parts of compound commands may be NULL where nothing stands.
 */
struct node {
	struct node *next;
	enum node_kind kind;
	int	line;			/* for messages and $LINENO */
	struct redir *redirs;
	struct assign *assigns;		/* N_SIMPLE */
	struct word *words;		/* N_SIMPLE, N_FOR, N_CASE's subject */
	struct node *left, *right, *other;
	char	*name;			/* N_FOR, N_FUNCTION */
	bool	has_in;			/* N_FOR: a list was given */
	struct case_item *items;
	struct arena *arena;		/* N_FUNCTION: where the body lives */
};

/* ------------------------------------------------------------ the state */

enum unwind {
	U_NONE,				/* go on */
	U_BREAK, U_CONTINUE,		/* sh.loops says how many loops */
	U_RETURN,
	U_ABORT,			/* interactive: back to the prompt */
	U_EXIT,
};

/* Options of set and sh; option_names in main.c has their letters. */
enum option {
	O_ALLEXPORT, O_NOCLOBBER, O_ERREXIT, O_NOGLOB, O_INTERACTIVE,
	O_MONITOR, O_NOEXEC, O_STDIN, O_NOUNSET, O_VERBOSE, O_XTRACE,
	NOPTIONS
};

struct params {				/* positional parameters */
	char	**list;			/* $1 is list[0]; all malloc'd */
	int	count;
};

struct shell {
	char	*name;			/* $0 */
	bool	script;			/* messages tell the line */
	bool	subshell;		/* a child that runs a part of us */
	bool	regular;		/* in a builtin that isn't special */
	bool	opt[NOPTIONS];
	pid_t	pid;			/* $$: of the first shell */
	pid_t	last_bg;		/* $!, or 0 */
	int	status;			/* $? */
	int	subst_status;		/* of the last $() of this command */
	int	line;			/* of the command being run */
	struct params params;
	enum unwind unwind;
	int	loops;			/* loops left to break or continue */
	int	loop_depth;		/* loops we are in */
	int	call_depth;		/* functions, ., eval, subshells */
	int	func_depth;		/* functions and . only: return works */
	int	tested;			/* whose failure is no error for -e */
	int	trap_status;		/* $? before the trap, or -1: in none */
	int	trap_depth;		/* func_depth then */
	/* getopts: place in a group like -abc */
	int	opt_pos;
	volatile sig_atomic_t interrupted;	/* SIGINT, interactive */
};

extern struct shell sh;

/* main.c */
int	 sh_main(int, char **);
int	 sh_run_string(const char *, int);
int	 sh_run_file(const char *);
void	 sh_exit(int) __attribute__((__noreturn__));
void	 sh_warn(const char *, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
void	 sh_stop(int);
void	 sh_fatal(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
int	 set_options(int, char **, bool);
void	 print_options(bool);
void	 option_letters(struct buf *);

/* input.c: where the characters come from */
struct source;
struct source *source_string(const char *, int);
struct source *source_fd(int, bool);
void	 source_push(struct source *);
void	 source_pop(void);
void	 source_unread(const char *);
struct buf *source_record(struct buf *);
bool	 source_at_end(void);
void	 source_discard_line(void);
void	 source_reopen(void);
int	 source_getc(void);
void	 source_ungetc(int);
int	 source_line(void);
extern bool source_first_line;		/* prompt with PS1, not PS2 */

/* lexer.c */
enum token {
	T_EOF, T_NEWLINE, T_WORD, T_IONUM,
	T_AND, T_AND_IF, T_SEMI, T_DSEMI, T_PIPE, T_OR_IF, T_LPAREN, T_RPAREN,
	T_LESS, T_GREAT, T_DGREAT, T_CLOBBER, T_LESSGREAT, T_LESSAND,
	T_GREATAND, T_DLESS, T_DLESSDASH,
	T_ERROR,			/* said so already; all stops */
};

struct pending_here {			/* its text is still to be read */
	struct pending_here *next;
	struct redir *redir;
	char	*delimiter;
	bool	quoted;			/* no expansion */
	bool	strip;			/* <<- */
};

struct lexer {
	struct arena *arena;
	enum token tok;
	struct word *word;		/* T_WORD */
	int	number;			/* T_IONUM */
	int	depth;			/* of nesting */
	int	arith_depth;		/* of $(( inside of $(( */
	bool	failed;
	bool	plain;			/* $ and ` mean themselves */
	struct pending_here *here;
};

extern struct lexer lex;

void	 lex_next(void);
void	 lex_fail(const char *, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
const char *lex_describe(void);
const char *word_literal(const struct word *);
char	*word_unquote(const struct word *, bool *);
struct word *lex_string(struct arena *, const char *);
bool	 is_name_start(int);
bool	 is_name_char(int);

/* parser.c */
enum parse_result { PARSE_OK, PARSE_EOF, PARSE_ERROR };
enum parse_result parse_command(struct arena *, struct node **);
struct node *parse_substitution(void);
struct node *parse_backquoted(const char *);

/* expand.c */
#define	X_SPLIT		0x1		/* fields and file names */
#define	X_ASSIGN	0x2		/* ~ behind : as well */
#define	X_PATTERN	0x4		/* quoted characters get a \ */
#define	X_DECLARE	0x8		/* name=~ too: export, local */
char	*expand_word(struct arena *, const struct word *, int);
int	 expand_list(struct arena *, const struct word *, char ***, int *);
char	*expand_prompt(const char *);

/* pattern.c */
bool	 pattern_match(const char *, const char *, const char *);
bool	 pattern_special(const char *);
char	*pattern_plain(struct arena *, const char *);
void	 glob_pattern(struct arena *, const char *, char ***, size_t *);

/* arith.c */
bool	 arith_eval(const char *, long long *);

/* var.c */
#define	VAR_EXPORT	0x1
#define	VAR_READONLY	0x2

void	 var_init(void);
const char *var_get(const char *);
bool	 var_set(const char *, const char *);
bool	 var_set_int(const char *, long long);
bool	 var_unset(const char *);
bool	 var_flag(const char *, int);
bool	 var_is_set(const char *);
void	 var_print(int, const char *);
char	**var_environ(struct arena *);
void	 var_push_frame(void);
void	 var_pop_frame(void);
bool	 var_local(const char *);
bool	 valid_name(const char *);
void	 print_quoted(const char *);

/* exec.c */
struct params params_new(char **, int);
void	 params_free(struct params *);
#define	EV_EXIT		0x1		/* the shell ends after this */
#define	EV_TESTED	0x2		/* a failure does not trigger -e */
#define	EV_STDPATH	0x4		/* PATH is not asked */

int	 exec_node(struct node *, int);
int	 exec_argv(char **, int, int);
int	 exec_program(char **, const char *);
const char *search_path(int);
char	*find_program(struct arena *, const char *, const char *);
int	 exec_captured(struct node *, struct buf *);
bool	 function_exists(const char *);
void	 function_unset(const char *);

/* redir.c */
struct saved_fds;
char	**redir_expand(struct arena *, const struct redir *);
int	 redir_perform(const struct redir *, char **, struct saved_fds **);
int	 redir_apply(const struct redir *, struct saved_fds **);
void	 redir_restore(struct saved_fds *);
int	 fd_private(int);

/* jobs.c */
enum fork_mode {
	FORK_FG,			/* in the foreground */
	FORK_BG,
	FORK_INNER,			/* $(): with the shell, never stopped */
};
struct job;
struct job *job_new(const struct node *, char **);
pid_t	 job_fork(struct job *, enum fork_mode);
void	 job_detach(struct job *);
int	 job_wait(struct job *);
void	 job_forget(struct job *);
int	 job_wait_pid(pid_t);
int	 job_wait_spec(const char *);
int	 job_wait_all(void);
void	 jobs_clear(void);
void	 jobs_notify(void);

/* jobctl.c */
bool	 job_controlled(void);
void	 job_control(bool);
bool	 jobs_hold_exit(void);
void	 jobs_command_read(void);
int	 bi_bg(int, char **);
int	 bi_fg(int, char **);
int	 bi_jobs(int, char **);
int	 bi_kill(int, char **);

/* edit.c */
bool	 edit_possible(int);
int	 edit_line(int, const char *, char **);
int	 bi_history(int, char **);

/* show.c */
void	 show_node(struct buf *, const struct node *);

/* trap.c */
void	 signals_init(void);
void	 signals_control(void);
void	 signals_own(bool);
void	 signals_child(bool, bool);
void	 traps_run(void);
void	 trap_exit(void);
bool	 traps_set(void);
int	 trap_pending(void);
int	 bi_trap(int, char **);

/* builtin.c */
struct builtin {
	const char *name;
	int	(*run)(int, char **);
	bool	special;		/* POSIX "special built-in utility" */
};
const struct builtin *builtin_find(const char *);
int	 skip_dashes(int, char **, int);
bool	 check_name(const char *who, const char *name);

/* bi_read.c, bi_misc.c */
int	 bi_read(int, char **);
int	 bi_getopts(int, char **);
int	 bi_cd(int, char **);
int	 bi_pwd(int, char **);
int	 bi_umask(int, char **);
int	 bi_ulimit(int, char **);
int	 bi_times(int, char **);
void	 init_pwd(void);

#endif /* !_SH_H_ */
