/*
 * Shared/exclusive locks.
 *
 * Without anybody who waits a lock is taken and given back by one atomic
 * operation on sx_lock.  Who finds a writer, which runs on another
 * processor, or readers, loops for a while.  After that it counts itself
 * among those who wait, marks the lock, and sleeps, without Giant; from then
 * on the word changes under sched_lock only.
 *
 * A marked lock is never free: who gives it back hands it over to those who
 * wait, before they run, so nobody comes in between.  After a writer all the
 * readers have their turn, after the readers the writer that has waited
 * longest.  So nobody waits for ever: a reader waits for one writer at most,
 * a writer for those before it and the readers in between.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sx.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

#define	SX_SPINS	1000		/* rounds of a loop before it sleeps */

/* The word of a lock that td has alone. */
#define	SX_OWNED(td)	((uintptr_t)(td) | SX_WRITER)
#define	SX_OWNER(v)	((struct thread *)((v) & ~(SX_WRITER | SX_WAITERS)))

/* What readers and writers sleep on. */
#define	SX_RCHAN(sx)	(&(sx)->sx_rwaiters)
#define	SX_WCHAN(sx)	(&(sx)->sx_wwaiters)

void
sx_sysinit(void *arg)
{
	struct sx_args *sa = arg;

	sx_init(sa->sa_sx, sa->sa_desc);
}

void
sx_init(struct sx *sx, const char *name)
{
	bzero(sx, sizeof(*sx));
	sx->sx_object.lo_name = name;
	sx->sx_object.lo_class = LC_SX;
	witness_init(&sx->sx_object);
}

void
sx_destroy(struct sx *sx)
{
	KASSERT(sx->sx_lock == 0,
	    ("sx_destroy: %s is held", sx->sx_object.lo_name));
	sx->sx_object.lo_name = NULL;
}

/*
 * Loop until the lock might be had: true then.  Not while others sleep for
 * it, nor for a writer that does not run, nor for more than *rounds in all:
 * readers are not known, and who only loops has no turn.  The looks are old
 * when they are acted on, as in mtx_spin().
 */
static bool
sx_spin(struct sx *sx, uintptr_t busy, u_int *rounds)
{
	struct thread *td = curthread;
	uintptr_t v;

	if (mp_ncpus == 1)
		return (false);
	for (; *rounds > 0; --*rounds) {
		v = sx->sx_lock;
		if ((v & busy) == 0)
			return (true);
		if ((v & SX_WAITERS) ||
		    ((v & SX_WRITER) && !thread_running(SX_OWNER(v))) ||
		    data_race(td->td_flags & TDF_NEEDRESCHED))
			break;
		cpu_spinwait();
	}
	return (false);
}

/*
 * Mark the lock if it is busy still: true then, and it stays so.
 */
static bool
sx_mark(struct sx *sx, uintptr_t busy)
{
	uintptr_t v = sx->sx_lock;

	mtx_assert(&sched_lock, MA_OWNED);
	return ((v & SX_WAITERS) ||
	    ((v & busy) != 0 &&
		atomic_cmpset_ptr(&sx->sx_lock, v, v | SX_WAITERS)));
}

/*
 * The lock is wanted, and could not be had at once.  "busy" are the bits of
 * the word that keep us out.  False if it should be tried again; true if
 * it has been handed to us.
 */
static bool
sx_wait(struct sx *sx, uintptr_t busy, volatile u_int *waiters, u_int *rounds)
{
	bool wait;

	SMP_JITTER();
	if (sx_spin(sx, busy, rounds))
		return (false);
	mtx_lock_spin(&sched_lock);
	wait = sx_mark(sx, busy);
	if (wait) {
		(*waiters)++;
		sleepq_wait_locked(waiters, PLOCK, sx->sx_object.lo_name);
	}
	mtx_unlock_spin(&sched_lock);
	return (wait);
}

/*
 * A marked lock has been given back, and goes to those whose turn it is.
 */
static void
sx_hand_over(struct sx *sx, bool by_writer)
{
	struct thread *td;
	u_int readers = sx->sx_rwaiters;
	uintptr_t v;

	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(readers + sx->sx_wwaiters > 0,
	    ("sx %s marked for nobody", sx->sx_object.lo_name));
	if (readers > 0 && (by_writer || sx->sx_wwaiters == 0)) {
		sx->sx_rwaiters = 0;
		v = readers * SX_READER;
		wakeup_locked(SX_RCHAN(sx));
	} else {
		sx->sx_wwaiters--;
		td = wakeup_one_locked(SX_WCHAN(sx));
		KASSERT(td != NULL,
		    ("sx %s: a writer is lost", sx->sx_object.lo_name));
		v = SX_OWNED(td);
	}
	if (sx->sx_rwaiters + sx->sx_wwaiters > 0)
		v |= SX_WAITERS;
	atomic_store_rel_ptr(&sx->sx_lock, v);
}

/*
 * Shared without a wait, if there is nobody to be waited for.
 */
static inline bool
sx_slock_try(struct sx *sx)
{
	uintptr_t v;

	do {
		v = sx->sx_lock;
		if (v & (SX_WRITER | SX_WAITERS))
			return (false);
	} while (!atomic_cmpset_acq_ptr(&sx->sx_lock, v, v + SX_READER));
	return (true);
}

static inline bool
sx_xlock_try(struct sx *sx)
{
	return (atomic_cmpset_acq_ptr(&sx->sx_lock, 0, SX_OWNED(curthread)));
}

static __noinline void
sx_slock_hard(struct sx *sx, const char *file, int line)
{
	u_int64_t since = LOCKSTAT_WAIT();
	u_int rounds = SX_SPINS;

	KTR_EVENT(KTR_CONTEND, sx->sx_object.lo_name, file, line);
	while (!sx_wait(sx, SX_WRITER | SX_WAITERS, SX_RCHAN(sx), &rounds) &&
	    !sx_slock_try(sx))
		;
	LOCKSTAT_TAKEN(&sx->sx_object, true, since, file, line);
}

static __noinline void
sx_xlock_hard(struct sx *sx, const char *file, int line)
{
	u_int64_t since = LOCKSTAT_WAIT();
	u_int rounds = SX_SPINS;

	KTR_EVENT(KTR_CONTEND, sx->sx_object.lo_name, file, line);
	while (!sx_wait(sx, ~(uintptr_t)0, SX_WCHAN(sx), &rounds) &&
	    !sx_xlock_try(sx))
		;
	LOCKSTAT_TAKEN(&sx->sx_object, false, since, file, line);
}

void
_sx_slock(struct sx *sx, const char *file, int line)
{
	witness_checkorder(&sx->sx_object, file, line);
	SCHED_JITTER();
	KASSERT(!sx_xlocked(sx),
	    ("sx_slock of %s, held exclusively, at %s:%d",
		sx->sx_object.lo_name, file, line));
	if (__predict_true(sx_slock_try(sx)))
		LOCKSTAT_TAKEN(&sx->sx_object, true, 0, file, line);
	else
		sx_slock_hard(sx, file, line);
	witness_lock(&sx->sx_object, file, line);
}

void
_sx_xlock(struct sx *sx, const char *file, int line)
{
	witness_checkorder(&sx->sx_object, file, line);
	SCHED_JITTER();
	KASSERT(!sx_xlocked(sx),
	    ("sx_xlock of %s, held exclusively, at %s:%d",
		sx->sx_object.lo_name, file, line));
	if (__predict_true(sx_xlock_try(sx)))
		LOCKSTAT_TAKEN(&sx->sx_object, false, 0, file, line);
	else
		sx_xlock_hard(sx, file, line);
	witness_lock(&sx->sx_object, file, line);
}

int
_sx_try_slock(struct sx *sx, const char *file, int line)
{
	if (!sx_slock_try(sx))
		return (0);
	LOCKSTAT_TAKEN(&sx->sx_object, true, 0, file, line);
	witness_lock(&sx->sx_object, file, line);
	return (1);
}

int
_sx_try_xlock(struct sx *sx, const char *file, int line)
{
	if (!sx_xlock_try(sx))
		return (0);
	LOCKSTAT_TAKEN(&sx->sx_object, false, 0, file, line);
	witness_lock(&sx->sx_object, file, line);
	return (1);
}

/*
 * Marked: the last of the readers hands the lock over.
 */
static __noinline void
sx_sunlock_marked(struct sx *sx)
{
	uintptr_t v;

	mtx_lock_spin(&sched_lock);
	v = sx->sx_lock - SX_READER;
	if (v >= SX_READER)
		sx->sx_lock = v;
	else
		sx_hand_over(sx, false);
	mtx_unlock_spin(&sched_lock);
}

void
_sx_sunlock(struct sx *sx, const char *file __unused, int line __unused)
{
	uintptr_t v;

	witness_unlock(&sx->sx_object);
	LOCKSTAT_GIVEN(&sx->sx_object, true);
	do {
		v = sx->sx_lock;
		KASSERT(v >= SX_READER && (v & SX_WRITER) == 0,
		    ("sx_sunlock of %s, not held, at %s:%d",
			sx->sx_object.lo_name, file, line));
		if (__predict_false(v & SX_WAITERS)) {
			sx_sunlock_marked(sx);
			break;
		}
	} while (!atomic_cmpset_rel_ptr(&sx->sx_lock, v, v - SX_READER));
	SCHED_JITTER();
}

void
_sx_xunlock(struct sx *sx, const char *file __unused, int line __unused)
{
	KASSERT(sx_xlocked(sx),
	    ("sx_xunlock of %s, not held, at %s:%d", sx->sx_object.lo_name,
		file, line));
	witness_unlock(&sx->sx_object);
	LOCKSTAT_GIVEN(&sx->sx_object, false);
	if (!atomic_cmpset_rel_ptr(&sx->sx_lock, SX_OWNED(curthread), 0)) {
		mtx_lock_spin(&sched_lock);
		sx_hand_over(sx, true);
		mtx_unlock_spin(&sched_lock);
	}
	SCHED_JITTER();
}

/*
 * Exclusive to shared: readers that wait come in too.
 */
void
_sx_downgrade(struct sx *sx, const char *file, int line)
{
	KASSERT(sx_xlocked(sx),
	    ("sx_downgrade of %s, not held, at %s:%d", sx->sx_object.lo_name,
		file, line));
	LOCKSTAT_GIVEN(&sx->sx_object, false);
	if (!atomic_cmpset_rel_ptr(&sx->sx_lock, SX_OWNED(curthread),
		SX_READER)) {
		mtx_lock_spin(&sched_lock);
		wakeup_locked(SX_RCHAN(sx));
		atomic_store_rel_ptr(&sx->sx_lock,
		    (sx->sx_rwaiters + 1) * SX_READER |
			(sx->sx_wwaiters > 0 ? SX_WAITERS : 0));
		sx->sx_rwaiters = 0;
		mtx_unlock_spin(&sched_lock);
	}
	LOCKSTAT_TAKEN(&sx->sx_object, true, 0, file, line);
}

/*
 * Readers are only counted, so SX_SLOCKED can tell that somebody reads,
 * not who.
 */
void
_sx_assert(const struct sx *sx, int what, const char *file, int line)
{
	uintptr_t v = sx->sx_lock;
	bool x = sx_xlocked(sx), s = v >= SX_READER && (v & SX_WRITER) == 0;

	if (panicstr != NULL)
		return;
	if (((what & SX_LOCKED) && !x && !s) || ((what & SX_XLOCKED) && !x) ||
	    ((what & SX_SLOCKED) && !s))
		panic("lock %s not held%s at %s:%d", sx->sx_object.lo_name,
		    what & SX_XLOCKED ? " exclusively" : "", file, line);
	if ((what & SX_UNLOCKED) && x)
		panic("lock %s held exclusively at %s:%d",
		    sx->sx_object.lo_name, file, line);
}
