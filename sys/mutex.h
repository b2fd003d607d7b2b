/*
 * Mutexes.  MTX_DEF: a thread that has to wait gives up the processor.
 * MTX_SPIN: it waits in a loop, with interrupts off on its processor for
 * as long as it holds the mutex.  See docs/locking.md.
 *
 * Owned by kern/kern_mutex.c and kern/kern_spin.c.
 */
#ifndef _SYS_MUTEX_H_
#define	_SYS_MUTEX_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/critical.h>
#include <sys/lock.h>
#include <sys/queue.h>
#include <machine/atomic.h>
#include <machine/pcpu.h>

struct thread;

/* mtx_init */
#define	MTX_DEF		0x00
#define	MTX_SPIN	0x01
#define	MTX_RECURSE	0x02		/* its owner may take it again */
#define	MTX_DUPOK	0x04		/* two of that name may be held */

/*
 * mtx_lock: the owner's address, or MTX_UNOWNED, and these bits.  An owner
 * with a bit besides has more to do than to write MTX_UNOWNED in the end:
 * with MTX_LOOK it has taken the mutex again, or lockstat watches it.
 */
#define	MTX_CONTESTED	0x1		/* somebody waits for it */
#define	MTX_UNOWNED	0x2
#define	MTX_LOOK	0x4
#define	MTX_FLAGMASK	0x7

/*
 * Lock key: n atomic; o the owner; j sched_lock.
 */
struct mtx {
	struct	lock_object mtx_object;
	volatile uintptr_t mtx_lock;	/* (n) owner and MTX_* bits */
	u_int	mtx_recurse;		/* (o) times taken again */
	TAILQ_HEAD(mtx_queue, thread) mtx_blocked; /* (j) who waits, the
					   best first */
	LIST_ENTRY(mtx) mtx_contested;	/* (j) owner's td_contested */
	/* Where it was taken; often not known in the release kernel. */
	const char *mtx_file;		/* (o) */
	int	mtx_line;		/* (o) */
};

/* mtx_assert */
#define	MA_OWNED	0x1
#define	MA_NOTOWNED	0x2
#define	MA_RECURSED	0x4
#define	MA_NOTRECURSED	0x8

extern struct mtx Giant;		/* tty and file system; recursive */
extern struct mtx sched_lock;		/* run queues, thread states */

void	mutex_init(void);		/* Giant and sched_lock, at boot */
void	mtx_init(struct mtx *, const char *name, const char *type, int opts);
void	mtx_destroy(struct mtx *);
void	_mtx_lock(struct mtx *, const char *file, int line);
int	_mtx_trylock(struct mtx *, const char *file, int line);
void	_mtx_unlock(struct mtx *, const char *file, int line);
void	_mtx_lock_spin(struct mtx *, const char *file, int line);
void	_mtx_unlock_spin(struct mtx *, const char *file, int line);
void	mtx_unlock_sched(struct mtx *);	/* sched_lock held */
int	mtx_owned(const struct mtx *);
struct	thread *mtx_owner(const struct mtx *);
void	_mtx_assert(const struct mtx *, int what, const char *file, int line);
void	mtx_adopt_sched_lock(struct thread *); /* after a switch */
void	mtx_requeue(struct thread *);	/* waits at another priority */
bool	thread_running(const struct thread *);	/* on any processor, now */

/*
 * The release kernel takes an uncontested mutex, and gives it back, without
 * a call.  Whatever else there is to do is done by the functions.
 */
#ifdef INVARIANTS
#define	mtx_lock(m)		_mtx_lock((m), LOCK_FILE, LOCK_LINE)
#define	mtx_unlock(m)		_mtx_unlock((m), LOCK_FILE, LOCK_LINE)
#else
#define	mtx_lock(m)		mtx_lock_inline((m), LOCK_FILE, LOCK_LINE)
#define	mtx_unlock(m)		mtx_unlock_inline((m), LOCK_FILE, LOCK_LINE)

static __inline __always_inline void
mtx_lock_inline(struct mtx *m, const char *file, int line)
{
	if (__predict_false(
	    !atomic_cmpset_acq_ptr(&m->mtx_lock, mtx_word_free, curthread)))
		_mtx_lock(m, file, line);
}

static __inline __always_inline void
mtx_unlock_inline(struct mtx *m, const char *file, int line)
{
	if (__predict_false(
	    !atomic_cmpset_rel_ptr(&m->mtx_lock, curthread, MTX_UNOWNED)))
		_mtx_unlock(m, file, line);
}
#endif

/* The same for spin mutexes. */
#ifdef INVARIANTS
#define	mtx_lock_spin(m)	_mtx_lock_spin((m), LOCK_FILE, LOCK_LINE)
#define	mtx_unlock_spin(m)	_mtx_unlock_spin((m), LOCK_FILE, LOCK_LINE)
#else
#define	mtx_lock_spin(m)						\
	mtx_lock_spin_inline((m), LOCK_FILE, LOCK_LINE)
#define	mtx_unlock_spin(m)						\
	mtx_unlock_spin_inline((m), LOCK_FILE, LOCK_LINE)

static __inline __always_inline void
mtx_lock_spin_inline(struct mtx *m, const char *file, int line)
{
	critical_enter();
	if (__predict_false(
	    !atomic_cmpset_acq_ptr(&m->mtx_lock, mtx_word_free, curthread))) {
		_mtx_lock_spin(m, file, line);
		curcritical->depth--; /* it has entered, too */
		return;
	}
	m->mtx_file = file;
	m->mtx_line = line;
}

static __inline __always_inline void
mtx_unlock_spin_inline(struct mtx *m, const char *file, int line)
{
	if (__predict_false(lockstat_on)) {
		_mtx_unlock_spin(m, file, line);
		return;
	}
	atomic_store_rel_ptr(&m->mtx_lock, MTX_UNOWNED);
	critical_exit();
}
#endif

#define	mtx_trylock(m)		_mtx_trylock((m), LOCK_FILE, LOCK_LINE)
#define	mtx_recursed(m)		((m)->mtx_recurse != 0)
#define	mtx_initialized(m)	((m)->mtx_object.lo_name != NULL)

#ifdef INVARIANTS
#define	mtx_assert(m, what)						\
	_mtx_assert((m), (what), LOCK_FILE, LOCK_LINE)
#define	GIANT_REQUIRED	mtx_assert(&Giant, MA_OWNED)
#else
#define	mtx_assert(m, what)	((void)0)
#define	GIANT_REQUIRED		((void)0)
#endif

/* Let go of Giant, however often it is held, and take it up again. */
#define	DROP_GIANT() do {						\
	u_int __giants = 0;						\
	while (mtx_owned(&Giant)) {					\
		mtx_unlock(&Giant);					\
		__giants++;						\
	}
#define	PICKUP_GIANT()							\
	while (__giants-- > 0)						\
		mtx_lock(&Giant);					\
} while (0)

/* A mutex that is initialised at boot, before anything else runs. */
struct mtx_args {
	struct	mtx *ma_mtx;
	const char *ma_desc;
	int	ma_opts;
};
void	mtx_sysinit(void *);
#define	MTX_SYSINIT(uniq, m, desc, opts)				\
	static struct mtx_args uniq##_mtx_args = { (m), (desc), (opts) }; \
	SYSINIT(uniq##_mtx, SI_SUB_LOCK, SI_ORDER_MIDDLE, mtx_sysinit,	\
	    &uniq##_mtx_args)

#endif /* _KERNEL */
#endif /* !_SYS_MUTEX_H_ */
