/*
 * What all locks have in common: the rank table that WITNESS checks, and
 * the statistics that lockstat(1) prints.
 *
 * Owned by kern/subr_witness.c and kern/subr_lockstat.c.
 */
#ifndef _SYS_LOCK_H_
#define	_SYS_LOCK_H_

#include <sys/types.h>

/* lo_class, ls_class */
#define	LC_MTX		1		/* mutex that sleeps */
#define	LC_SX		2		/* shared/exclusive lock */
#define	LC_SPIN		3		/* spin mutex */

/*
 * One element of sysctl debug.lockstat_data: what has been seen of the locks
 * of one name that were taken at one place.  Times in nanoseconds.
 */
struct lockstat {
	char	ls_name[24];		/* of the lock */
	char	ls_file[40];		/* where it was taken */
	u_int	ls_line;
	u_char	ls_class;		/* LC_* */
	u_char	ls_shared;		/* as one of several readers */
	u_int	ls_count;		/* times */
	u_int	ls_contended;		/* of these, had to wait */
	u_int64_t ls_wait;		/* all waits together */
	u_int64_t ls_maxwait;		/* the longest */
	u_int64_t ls_hold;		/* the same of the time it was held */
	u_int64_t ls_maxhold;
};

#ifdef _KERNEL

struct thread;

/* lo_flags */
#define	LO_RECURSE	0x01		/* may be taken again by its owner */
#define	LO_DUPOK	0x02		/* two of the same name may be held */

struct lock_object {
	const char *lo_name;		/* what it guards; its rank's key */
	u_char	lo_class;		/* LC_* */
	u_char	lo_flags;		/* LO_* */
	short	lo_rank;		/* place in the order, 0: none */
};

/* A lock that is held, and where it was taken. */
struct lock_instance {
	const struct lock_object *li_lock;
	const char *li_file;
	int	li_line;
};
#define	MAXHELD		16		/* by a thread, or by a processor */

#ifdef WITNESS
void	witness_init(struct lock_object *);
void	witness_checkorder(const struct lock_object *, const char *file,
	    int line);
void	witness_lock(const struct lock_object *, const char *file, int line);
void	witness_unlock(const struct lock_object *);
void	witness_sleep(const struct lock_object *allowed, bool stops,
	    const char *what);
void	witness_exit(struct thread *);	/* nothing may be held */
#else
#define	witness_init(lo)		((void)(lo))
#define	witness_checkorder(lo, f, l)	((void)0)
#define	witness_lock(lo, f, l)		((void)0)
#define	witness_unlock(lo)		((void)0)
#define	witness_sleep(lo, stops, what)	((void)0)
#define	witness_exit(td)		((void)0)
#endif
void	witness_list(struct thread *);	/* print what it holds */
void	witness_print(void);		/* print the ranks, first to last */
/*
 * Who waits for whom, kern/subr_waits.c: with sched_lock held, or while the
 * machine stands still.  The first: does td wait for a lock that somebody has?
 * The second: does td wait for itself, by others?  Then the text tells how.
 * The third prints all who wait for a lock.  What has been seen, at first
 * nothing, is true until sched_lock is let go.
 */
struct waits_seen {
	const struct lock_object *ws_lock;
	struct	thread *ws_reader;	/* one who has it, or NULL */
};

bool	waits_for_owner(const struct thread *td, struct waits_seen *);
bool	waits_deadlock(const struct thread *td, struct waits_seen *,
	    char *text, size_t size);
void	waits_print(void);
extern volatile u_int	witness_violations;	/* n: found since boot */
extern int	witness_panics;		/* tunable debug.witness.panic */

/*
 * Statistics, while debug.lockstat is 1.  The time when a wait began is 0
 * where there was none.  Both functions are called by who has the lock.
 */
#define	LOCKSTAT_WAIT()							\
	(__predict_false(lockstat_on) ? lockstat_clock() : 0)
#define	LOCKSTAT_TAKEN(lo, shared, since, file, line) do {		\
	if (__predict_false(lockstat_on))				\
		lockstat_taken((lo), (shared), (since), (file), (line)); \
} while (0)
#define	LOCKSTAT_GIVEN(lo, shared) do {					\
	if (__predict_false(lockstat_on))				\
		lockstat_given((lo), (shared));				\
} while (0)
extern volatile int	lockstat_on;	/* n: sysctl debug.lockstat */
/*
 * The words of a free mutex, a free sx lock and the mark of an sx lock's
 * writer, as the release kernel expects them in line; while lockstat_on, none
 * that a lock ever has: so each lock is taken, and each sx lock given back,
 * by the functions, which count.  n
 */
extern volatile uintptr_t mtx_word_free, sx_word_free, sx_word_writer;
u_int64_t lockstat_clock(void);		/* never 0 */
void	lockstat_taken(const struct lock_object *, bool shared,
	    u_int64_t since, const char *file, int line);
void	lockstat_given(const struct lock_object *, bool shared);

#define	LOCK_FILE	__FILE__
#define	LOCK_LINE	__LINE__

#endif /* _KERNEL */
#endif /* !_SYS_LOCK_H_ */
