/*
 * What the parts of find share.
 */
#ifndef _FIND_H_
#define	_FIND_H_

#include <sys/types.h>
#include <sys/stat.h>
#include <stdbool.h>

/* What is looked at. */
struct file {
	const char *path;
	struct stat sb;
	bool	prune;			/* -prune: go no deeper */
};

/* A part of the expression, and what it was given. */
struct node {
	bool	(*holds)(struct node *, struct file *);
	struct node *next;		/* one more of the list that it is in */
	struct node *inside;		/* of ( and !: the first of a list */
	struct regex *pattern;		/* -name -iname -path */
	mode_t	mode;			/* -type -perm */
	bool	at_least;		/* -perm: there may be more */
	uid_t	id;			/* -user -group */
	struct timespec than;		/* -newer */
	char	sign;			/* +: more than number, -: less */
	long long number;		/* -size -links */
	int	unit;			/* -size */
	struct command *command;	/* -exec -ok: find_exec.c's */
};

struct settings {
	int	max_depth;
	bool	depth_first;		/* -depth */
	bool	one_device;		/* -xdev */
	bool	acts;			/* no -print is meant */
};

extern struct settings settings;
extern int	failed;			/* the exit status */

void	*find_alloc(size_t);		/* zeroed */

/* find_expr.c: the words up to a NULL; whether all of it holds for a file. */
struct node *parse_expression(char **);
bool	 all_hold(struct node *, struct file *);

/* find_primary.c: one with its arguments; *words moves behind it. */
struct node *parse_primary(char ***words);
bool	 hold_always(struct node *, struct file *);
bool	 print_path(struct node *, struct file *);

/*
 * find_exec.c: take a command from the words behind -exec or -ok (ask);
 * what comes next.  With a + its paths are gathered: run_gathered() runs
 * what is still to run.
 */
char	**parse_command(struct node *, char **, bool ask);
void	 run_gathered(void);

#endif /* !_FIND_H_ */
