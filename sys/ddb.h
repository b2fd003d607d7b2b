/*
 * The monitor on the console, ddb(4): between its files.
 *
 * Owned by kern/ddb_main.c (conversation, breakpoints) and kern/ddb_show.c
 * (what can be looked at).
 */
#ifndef _SYS_DDB_H_
#define	_SYS_DDB_H_

#ifdef _KERNEL

#include <sys/types.h>

struct kdb_stop;
struct proc;

/*
 * A command's line, while it is read: dl_at is what has not been read yet.
 * Whatever cannot be read is said, with false for the result.
 */
struct ddb_line {
	const char *dl_at;
	const struct kdb_stop *dl_stop;	/* why we are here */
};
bool	ddb_end(struct ddb_line *);	/* nothing is left */
/* The next word, without the space around it; false if there is none. */
bool	ddb_word(struct ddb_line *, char *buf, size_t size);
/* What a command cannot do without: false, and said, if nothing is left. */
bool	ddb_needs(struct ddb_line *, const char *what);
/*
 * An expression: numbers, names of functions and data, $registers, joined by
 * + and -, each with * before it for the word at that address.  Without one
 * the value is deflt.
 */
bool	ddb_value(struct ddb_line *, u_int deflt, u_int *value);
/* A process by its id or the address of its struct proc; the current one. */
struct	proc *ddb_proc(struct ddb_line *);

struct ddb_command {
	const char *dc_name;		/* may be shortened while it is clear */
	const char *dc_args;		/* in words, for help */
	const char *dc_help;
	void	(*dc_fn)(struct ddb_line *);
};
extern const struct ddb_command ddb_shows[];	/* show ...; ends with NULL */

void	ddb_ps(struct ddb_line *);
void	ddb_tree(struct ddb_line *);
void	ddb_backtrace(struct ddb_line *);
void	ddb_ktr(struct ddb_line *);
void	ddb_examine(struct ddb_line *);
void	ddb_write(struct ddb_line *);
void	ddb_print(struct ddb_line *);
void	ddb_show_command(struct ddb_line *);
/* Run the command of that name; false if there is none, or it is not clear. */
bool	ddb_run(const struct ddb_command *, const char *name,
	    struct ddb_line *);

#endif /* _KERNEL */
#endif /* !_SYS_DDB_H_ */
