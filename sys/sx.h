/*
 * Shared/exclusive locks: many readers or one writer.  They may be held
 * over a sleep.  Readers and writers that wait take turns.
 *
 * Owned by kern/kern_sx.c.
 */
#ifndef _SYS_SX_H_
#define	_SYS_SX_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <machine/atomic.h>
#include <machine/pcpu.h>

/*
 * sx_lock: 0; or the writer's address and SX_WRITER; or the number of
 * readers times SX_READER.  SX_WAITERS besides: somebody waits, and only
 * who holds sched_lock may change the word.
 */
#define	SX_WAITERS	0x1
#define	SX_WRITER	0x2
#define	SX_READER	0x4

/* Lock key: n atomic; j sched_lock. */
struct sx {
	struct	lock_object sx_object;
	volatile uintptr_t sx_lock;	/* (n, with SX_WAITERS j) */
	volatile u_int sx_rwaiters;	/* (j) readers that wait */
	volatile u_int sx_wwaiters;	/* (j) writers that wait */
};

/* sx_assert */
#define	SX_LOCKED	0x1
#define	SX_SLOCKED	0x2
#define	SX_XLOCKED	0x4
#define	SX_UNLOCKED	0x8

struct sx_args {
	struct	sx *sa_sx;
	const char *sa_desc;
};

void	sx_sysinit(void *);
void	sx_init(struct sx *, const char *name);
void	sx_destroy(struct sx *);
void	_sx_slock(struct sx *, const char *file, int line);
void	_sx_xlock(struct sx *, const char *file, int line);
int	_sx_try_slock(struct sx *, const char *file, int line);
int	_sx_try_xlock(struct sx *, const char *file, int line);
void	_sx_sunlock(struct sx *, const char *file, int line);
void	_sx_xunlock(struct sx *, const char *file, int line);
void	_sx_downgrade(struct sx *, const char *file, int line);
void	_sx_assert(const struct sx *, int what, const char *file, int line);

/*
 * The release kernel takes a lock exclusively, and gives it back, without a
 * call if nobody else wants it.
 */
#ifdef INVARIANTS
#define	sx_xlock(sx)		_sx_xlock((sx), LOCK_FILE, LOCK_LINE)
#define	sx_xunlock(sx)		_sx_xunlock((sx), LOCK_FILE, LOCK_LINE)
#else
#define	sx_xlock(sx)		sx_xlock_inline((sx), LOCK_FILE, LOCK_LINE)
#define	sx_xunlock(sx)		sx_xunlock_inline((sx), LOCK_FILE, LOCK_LINE)

static __inline __always_inline void
sx_xlock_inline(struct sx *sx, const char *file, int line)
{
	if (__predict_false(!atomic_cmpset_acq_ptr(&sx->sx_lock, sx_word_free,
	    (uintptr_t)curthread | SX_WRITER)))
		_sx_xlock(sx, file, line);
}

static __inline __always_inline void
sx_xunlock_inline(struct sx *sx, const char *file, int line)
{
	if (__predict_false(!atomic_cmpset_rel_ptr(&sx->sx_lock,
	    (uintptr_t)curthread | sx_word_writer, 0)))
		_sx_xunlock(sx, file, line);
}
#endif

#define	sx_slock(sx)		_sx_slock((sx), LOCK_FILE, LOCK_LINE)
#define	sx_try_slock(sx)	_sx_try_slock((sx), LOCK_FILE, LOCK_LINE)
#define	sx_try_xlock(sx)	_sx_try_xlock((sx), LOCK_FILE, LOCK_LINE)
#define	sx_sunlock(sx)		_sx_sunlock((sx), LOCK_FILE, LOCK_LINE)
#define	sx_downgrade(sx)	_sx_downgrade((sx), LOCK_FILE, LOCK_LINE)
/* Whether anybody has it, to read or to write. */
#define	sx_locked(sx)		(((sx)->sx_lock & ~SX_WAITERS) != 0)
#define	sx_xlocked(sx)		(((sx)->sx_lock & ~SX_WAITERS) ==	\
				 ((uintptr_t)curthread | SX_WRITER))

#ifdef INVARIANTS
#define	sx_assert(sx, what)						\
	_sx_assert((sx), (what), LOCK_FILE, LOCK_LINE)
#else
#define	sx_assert(sx, what)	((void)0)
#endif

#define	SX_SYSINIT(uniq, sx, desc)					\
	static struct sx_args uniq##_sx_args = { (sx), (desc) };	\
	SYSINIT(uniq##_sx, SI_SUB_LOCK, SI_ORDER_MIDDLE, sx_sysinit,	\
	    &uniq##_sx_args)

#endif /* _KERNEL */
#endif /* !_SYS_SX_H_ */
