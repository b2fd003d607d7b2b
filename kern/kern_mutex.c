/*
 * Mutexes.
 *
 * An uncontested MTX_DEF mutex is taken and given back by one atomic
 * operation on mtx_lock each.  Who finds it owned marks it contested, and
 * then everything goes through sched_lock: the waiter goes on mtx_blocked
 * and gives up the processor, lending the owner its priority; the owner,
 * on its way out, finds the mark and makes the best waiter runnable.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

struct mtx	Giant;
struct mtx	sched_lock;

/* Rounds after which a spin mutex is taken for lost. */
#define	SPIN_ROUNDS	200000000

#define	OWNER(v)	((struct thread *)((v) & ~MTX_FLAGMASK))

/*
 * The two that must work before anything is started.
 */
void
mutex_init(void)
{
	LIST_INIT(&thread0.td_contested);
	mtx_init(&Giant, "Giant", NULL, MTX_DEF | MTX_RECURSE);
	mtx_init(&sched_lock, "sched lock", NULL, MTX_SPIN);
}

void
mtx_sysinit(void *arg)
{
	struct mtx_args *ma = arg;

	mtx_init(ma->ma_mtx, ma->ma_desc, NULL, ma->ma_opts);
}

/*
 * Make a mutex.  The name is also its key in the table of ranks.
 */
void
mtx_init(struct mtx *m, const char *name, const char *type __unused, int opts)
{
	m->mtx_object.lo_name = name;
	m->mtx_object.lo_class = opts & MTX_SPIN ? LC_SPIN : LC_MTX;
	m->mtx_object.lo_flags = (opts & MTX_RECURSE ? LO_RECURSE : 0) |
	    (opts & MTX_DUPOK ? LO_DUPOK : 0);
	witness_init(&m->mtx_object);
	m->mtx_lock = MTX_UNOWNED;
	m->mtx_recurse = 0;
	m->mtx_file = NULL;
	m->mtx_line = 0;
	TAILQ_INIT(&m->mtx_blocked);
}

void
mtx_destroy(struct mtx *m)
{
	KASSERT(m->mtx_lock == MTX_UNOWNED,
	    ("mtx_destroy: %s is held", m->mtx_object.lo_name));
	m->mtx_object.lo_name = NULL;
}

struct thread *
mtx_owner(const struct mtx *m)
{
	return (OWNER(m->mtx_lock));
}

int
mtx_owned(const struct mtx *m)
{
	return (OWNER(m->mtx_lock) == curthread);
}

/*
 * Let the owner of m run at least as well as td, which waits for it, and
 * whoever that owner in turn waits for.
 */
static void
lend_priority(struct thread *td, struct mtx *m)
{
	struct thread *owner;
	u_char pri = td->td_priority;

	mtx_assert(&sched_lock, MA_OWNED);
	for (; m != NULL; m = owner->td_blocked) {
		owner = mtx_owner(m);
		if (owner == NULL || owner->td_priority <= pri)
			return;
		if (owner->td_flags & TDF_ONRUNQ) {
			remrunqueue(owner);
			owner->td_priority = pri;
			setrunqueue(owner);
		} else
			owner->td_priority = pri;
	}
}

/*
 * Give back what was lent: the best that the waiters of the mutexes still
 * owned ask for, or the thread's own priority.
 */
static void
restore_priority(struct thread *td)
{
	struct thread *waiter;
	struct mtx *m;
	u_char pri = td->td_base_pri;

	mtx_assert(&sched_lock, MA_OWNED);
	LIST_FOREACH(m, &td->td_contested, mtx_contested)
		TAILQ_FOREACH(waiter, &m->mtx_blocked, td_lockq)
			pri = min(pri, waiter->td_priority);
	if (td->td_priority < pri)
		td->td_priority = pri;
}

/*
 * One try to own m, with sched_lock held: 1 if td owns it now, 0 if it was
 * owned and is marked contested now.
 */
static int
mtx_claim(struct mtx *m, struct thread *td)
{
	uintptr_t v;

	for (;;) {
		v = m->mtx_lock;
		if (v == MTX_UNOWNED) {
			if (atomic_cmpset_acq_ptr(&m->mtx_lock, v, td))
				return (1);
		} else if (v == (MTX_UNOWNED | MTX_CONTESTED)) {
			/* Others still wait: they are ours to wake now. */
			m->mtx_lock = (uintptr_t)td | MTX_CONTESTED;
			LIST_INSERT_HEAD(&td->td_contested, m, mtx_contested);
			return (1);
		} else if (v & MTX_CONTESTED) {
			return (0);
		} else if (atomic_cmpset_ptr(&m->mtx_lock, v,
			       v | MTX_CONTESTED)) {
			LIST_INSERT_HEAD(&OWNER(v)->td_contested, m,
			    mtx_contested);
			return (0);
		}
	}
}

static void
mtx_lock_hard(struct mtx *m, struct thread *td)
{
	mtx_lock_spin(&sched_lock);
	while (!mtx_claim(m, td)) {
		lend_priority(td, m);
		TAILQ_INSERT_TAIL(&m->mtx_blocked, td, td_lockq);
		td->td_blocked = m;
		td->td_proc->p_stat = SMTX;
		mi_switch();
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * Take a mutex; may give up the processor.
 */
void
_mtx_lock(struct mtx *m, const char *file, int line)
{
	struct thread *td = curthread;

	KASSERT(m->mtx_object.lo_class == LC_MTX,
	    ("mtx_lock of spin mutex "
	     "%s at %s:%d",
		m->mtx_object.lo_name, file, line));
	KASSERT(td->td_intr_nesting_level == 0,
	    ("mtx_lock(%s) in an interrupt "
	     "handler at %s:%d",
		m->mtx_object.lo_name, file, line));
	if (!mtx_owned(m))
		witness_checkorder(&m->mtx_object, file, line);
	SCHED_JITTER();
	if (!atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, td)) {
		if (mtx_owned(m)) {
			KASSERT(m->mtx_object.lo_flags & LO_RECURSE,
			    ("mutex %s taken again at %s:%d, first at %s:%d",
				m->mtx_object.lo_name, file, line, m->mtx_file,
				m->mtx_line));
			m->mtx_recurse++;
			return;
		}
		mtx_lock_hard(m, td);
	}
	m->mtx_file = file;
	m->mtx_line = line;
	witness_lock(&m->mtx_object, file, line);
}

/*
 * Take a mutex if nobody has it: 1 if so.  No order is asked for.
 */
int
_mtx_trylock(struct mtx *m, const char *file, int line)
{
	if (mtx_owned(m)) {
		if ((m->mtx_object.lo_flags & LO_RECURSE) == 0)
			return (0);
		m->mtx_recurse++;
		return (1);
	}
	if (!atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, curthread))
		return (0);
	m->mtx_file = file;
	m->mtx_line = line;
	witness_lock(&m->mtx_object, file, line);
	return (1);
}

/*
 * Somebody waits: the best one becomes runnable and tries again.
 */
static void
mtx_unlock_hard(struct mtx *m, struct thread *td)
{
	struct thread *best, *waiter;

	mtx_lock_spin(&sched_lock);
	LIST_REMOVE(m, mtx_contested);
	best = TAILQ_FIRST(&m->mtx_blocked);
	TAILQ_FOREACH(waiter, &m->mtx_blocked, td_lockq)
		if (waiter->td_priority < best->td_priority)
			best = waiter;
	TAILQ_REMOVE(&m->mtx_blocked, best, td_lockq);
	best->td_blocked = NULL;
	atomic_store_rel_ptr(&m->mtx_lock,
	    TAILQ_EMPTY(&m->mtx_blocked) ? MTX_UNOWNED :
					   MTX_UNOWNED | MTX_CONTESTED);
	restore_priority(td);
	best->td_proc->p_stat = SRUN;
	if (!setrunqueue(best))
		maybe_resched(best);
	mtx_unlock_spin(&sched_lock);
}

void
_mtx_unlock(struct mtx *m, const char *file, int line)
{
	struct thread *td = curthread;

	KASSERT(mtx_owned(m),
	    ("mtx_unlock of %s, not owned, at %s:%d", m->mtx_object.lo_name,
		file, line));
	if (m->mtx_recurse != 0) {
		m->mtx_recurse--;
		return;
	}
	witness_unlock(&m->mtx_object);
	if (!atomic_cmpset_rel_ptr(&m->mtx_lock, td, MTX_UNOWNED))
		mtx_unlock_hard(m, td);
	SCHED_JITTER();
}

/*
 * Interrupts off on this processor until the matching exit.
 */
void
spinlock_enter(void)
{
	struct thread *td = curthread;
	u_int state = intr_disable();

	if (td->td_spinlocks++ == 0)
		td->td_saveintr = state;
}

void
spinlock_exit(void)
{
	struct thread *td = curthread;

	KASSERT(td->td_spinlocks > 0, ("spinlock_exit without enter"));
	if (--td->td_spinlocks == 0)
		intr_restore(td->td_saveintr);
}

static void
mtx_spin_lost(struct mtx *m, const char *file, int line)
{
	struct thread *owner = mtx_owner(m);

	panic("spin mutex %s held too long by pid %d (%s:%d); wanted at %s:%d",
	    m->mtx_object.lo_name, owner != NULL ? owner->td_proc->p_pid : -1,
	    m->mtx_file, m->mtx_line, file, line);
}

void
_mtx_lock_spin(struct mtx *m, const char *file, int line)
{
	u_int rounds = 0;

	KASSERT(m->mtx_object.lo_class == LC_SPIN,
	    ("mtx_lock_spin of %s at "
	     "%s:%d",
		m->mtx_object.lo_name, file, line));
	spinlock_enter();
	KASSERT(!mtx_owned(m) || panicstr != NULL,
	    ("spin mutex %s taken again at %s:%d, first at %s:%d",
		m->mtx_object.lo_name, file, line, m->mtx_file, m->mtx_line));
	witness_checkorder(&m->mtx_object, file, line);
	SMP_JITTER();
	while (!atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, curthread)) {
		if (panicstr != NULL)
			return; /* whoever has it has stopped */
		while (m->mtx_lock != MTX_UNOWNED) {
			cpu_spinwait();
			/* Its owner may be waiting for us to flush. */
			smp_serve();
			if (++rounds == SPIN_ROUNDS)
				mtx_spin_lost(m, file, line);
		}
	}
	m->mtx_file = file;
	m->mtx_line = line;
	witness_lock(&m->mtx_object, file, line);
}

void
_mtx_unlock_spin(struct mtx *m, const char *file __unused, int line __unused)
{
	KASSERT(mtx_owned(m) || panicstr != NULL,
	    ("mtx_unlock_spin of %s, "
	     "not owned, at %s:%d",
		m->mtx_object.lo_name, file, line));
	witness_unlock(&m->mtx_object);
	atomic_store_rel_ptr(&m->mtx_lock, MTX_UNOWNED);
	spinlock_exit();
}

/*
 * The thread that has just been switched to owns the sched_lock that the
 * one before it took.  fork_exit() calls this for a thread that has never
 * run: it begins with one spin mutex and, once that is given back, with
 * interrupts on.
 */
void
mtx_adopt_sched_lock(struct thread *td)
{
	sched_lock.mtx_lock = (uintptr_t)td;
	if (td->td_spinlocks == 0) {
		td->td_spinlocks = 1;
		td->td_saveintr = intr_state_on();
		witness_lock(&sched_lock.mtx_object, __FILE__, __LINE__);
	}
}

void
_mtx_assert(const struct mtx *m, int what, const char *file, int line)
{
	int owned = mtx_owned(m);

	if (panicstr != NULL)
		return;
	if ((what & MA_OWNED) && !owned)
		panic("mutex %s not owned at %s:%d", m->mtx_object.lo_name,
		    file, line);
	if ((what & MA_NOTOWNED) && owned)
		panic("mutex %s owned at %s:%d, taken at %s:%d",
		    m->mtx_object.lo_name, file, line, m->mtx_file,
		    m->mtx_line);
	if ((what & MA_RECURSED) && m->mtx_recurse == 0)
		panic("mutex %s not recursed at %s:%d", m->mtx_object.lo_name,
		    file, line);
	if ((what & MA_NOTRECURSED) && m->mtx_recurse != 0)
		panic("mutex %s recursed at %s:%d", m->mtx_object.lo_name, file,
		    line);
}
