/*
 * What all locks have in common, and the rank table that WITNESS checks.
 *
 * Owned by kern/subr_witness.c.
 */
#ifndef _SYS_LOCK_H_
#define	_SYS_LOCK_H_

#ifdef _KERNEL

#include <sys/types.h>

struct thread;

/* lo_class */
#define	LC_MTX		1		/* mutex that sleeps */
#define	LC_SX		2		/* shared/exclusive lock */
#define	LC_SPIN		3		/* spin mutex */

/* lo_flags */
#define	LO_RECURSE	0x01		/* may be taken again by its owner */
#define	LO_DUPOK	0x02		/* two of the same name may be held */

struct lock_object {
	const char *lo_name;		/* what it guards; its rank's key */
	u_char	lo_class;		/* LC_* */
	u_char	lo_flags;		/* LO_* */
	short	lo_rank;		/* place in the order, 0: none */
};

/* A lock that a thread holds, and where it took it. */
struct lock_instance {
	const struct lock_object *li_lock;
	const char *li_file;
	int	li_line;
	int	li_depth;		/* recursion */
};

#ifdef WITNESS
void	witness_init(struct lock_object *);
void	witness_checkorder(const struct lock_object *, const char *file,
	    int line);
void	witness_lock(const struct lock_object *, const char *file, int line);
void	witness_unlock(const struct lock_object *);
void	witness_sleep(const struct lock_object *allowed, const char *what);
void	witness_exit(struct thread *);	/* nothing may be held */
#else
#define	witness_init(lo)		((void)(lo))
#define	witness_checkorder(lo, f, l)	((void)0)
#define	witness_lock(lo, f, l)		((void)0)
#define	witness_unlock(lo)		((void)0)
#define	witness_sleep(lo, what)		((void)0)
#define	witness_exit(td)		((void)0)
#endif
void	witness_list(struct thread *);	/* print what it holds */
extern u_int	witness_violations;	/* found since boot */
extern int	witness_panics;		/* tunable debug.witness.panic */

#define	LOCK_FILE	__FILE__
#define	LOCK_LINE	__LINE__

#endif /* _KERNEL */
#endif /* !_SYS_LOCK_H_ */
