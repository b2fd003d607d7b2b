/*
 * Mutexes.  Spin mutexes are in kern_spin.c, but for what both have.
 *
 * An uncontested MTX_DEF mutex is taken and given back by one atomic
 * operation on mtx_lock each.  Who finds it owned loops as long as the owner
 * runs on another processor: it will be done before a switch would be.  If
 * it does not run the waiter marks the mutex contested, and then everything
 * goes through sched_lock: the waiter goes on mtx_blocked and gives up the
 * processor, lending the owner its priority; the owner, on its way out,
 * finds the mark and makes the best waiter runnable.
 *
 * A mutex with its mark has a steady owner: only under sched_lock can it be
 * given back, so under sched_lock the owner may be followed, and cannot end.
 * Without the mark it is nothing but an address to be compared.
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
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

struct mtx	Giant;
struct mtx	sched_lock __leads_line(sched);

/* How waits for an owned mutex ended: by looping, or by a switch; atomic. */
static volatile u_int	mtx_spins, mtx_sleeps;
SYSCTL_UINT(_debug, OID_AUTO, mtx_spins, CTLFLAG_RD, (u_int *)&mtx_spins, 0,
    "mutexes got by waiting in a loop");
SYSCTL_UINT(_debug, OID_AUTO, mtx_sleeps, CTLFLAG_RD, (u_int *)&mtx_sleeps, 0,
    "times that a thread gave up its processor for a mutex");

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
 * Whether a thread is on a processor at this moment.  Only its address is
 * looked at: it may have ended.
 */
bool
thread_running(const struct thread *td)
{
	u_int cpu;

	CPU_FOREACH(cpu)
	if (READ_ONCE(cpu_pcpu[cpu]->pc_curthread) == td)
		return (true);
	return (false);
}

/*
 * Let the owner of m run at least as well as td, which waits for it, and
 * whoever that owner in turn waits for.  An owner on the way has the marks
 * of what it owns, and stays as long as we hold sched_lock.  One that runs
 * elsewhere goes on running: nobody else is better for that processor than
 * it was, and now it is better still.
 *
 * The chain ends early at a mutex that has just been given back and whose
 * next owner is on its way: that one looks at all waiters, mtx_claim().
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
		sched_prio(owner, pri);
	}
}

/*
 * The best priority among those who wait for what td owns.
 */
static u_char
best_waiting(struct thread *td)
{
	struct thread *waiter;
	struct mtx *m;
	u_char pri = PRI_MAX;

	mtx_assert(&sched_lock, MA_OWNED);
	LIST_FOREACH(m, &td->td_contested, mtx_contested) {
		waiter = TAILQ_FIRST(&m->mtx_blocked);
		if (waiter != NULL)
			pri = min(pri, waiter->td_priority);
	}
	return (pri);
}

/*
 * td goes among those who wait for m, behind all that are as good.
 */
static void
mtx_enqueue(struct mtx *m, struct thread *td)
{
	struct thread *before = TAILQ_LAST(&m->mtx_blocked, mtx_queue);

	mtx_assert(&sched_lock, MA_OWNED);
	while (before != NULL && before->td_priority > td->td_priority)
		before = TAILQ_PREV(before, mtx_queue, td_lockq);
	if (before == NULL)
		TAILQ_INSERT_HEAD(&m->mtx_blocked, td, td_lockq);
	else
		TAILQ_INSERT_AFTER(&m->mtx_blocked, before, td, td_lockq);
}

void
mtx_requeue(struct thread *td)
{
	struct mtx *m = td->td_blocked;

	mtx_assert(&sched_lock, MA_OWNED);
	TAILQ_REMOVE(&m->mtx_blocked, td, td_lockq);
	mtx_enqueue(m, td);
}

/*
 * Give back what was lent: the current thread has let go of a mutex.  One
 * that was not better than the loan may be better now.
 */
static void
restore_priority(struct thread *td)
{
	u_char pri = min(td->td_base_pri, best_waiting(td));

	mtx_assert(&sched_lock, MA_OWNED);
	if (td->td_priority >= pri)
		return;
	td->td_priority = pri;
	if (runq_best() < pri)
		td->td_flags |= TDF_NEEDRESCHED;
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
			/*
			 * Others still wait: they are ours to wake now, and
			 * lend to us.  With the mark nobody takes it without
			 * sched_lock, so a plain store will do.
			 */
			m->mtx_lock = (uintptr_t)td | MTX_CONTESTED;
			LIST_INSERT_HEAD(&td->td_contested, m, mtx_contested);
			td->td_priority = min(td->td_priority,
			    best_waiting(td));
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

/*
 * Wait for m in a loop as long as its owner runs on another processor; true
 * if td owns it now.  Those who sleep for it already were first, and who is
 * asked to give up this processor does so: both go to mtx_block().
 *
 * A look is old when it is acted on.  The owner may have given m back, ended,
 * and another may have its address; it may have begun to wait itself.  Then
 * we loop once too often, or go to mtx_block() for nothing.
 */
static bool
mtx_spin(struct mtx *m, struct thread *td)
{
	uintptr_t v;

	if (mp_ncpus == 1)
		return (false);
	for (;;) {
		v = m->mtx_lock;
		if (v == MTX_UNOWNED) {
			if (!atomic_cmpset_acq_ptr(&m->mtx_lock, v, td))
				continue;
			atomic_add_int(&mtx_spins, 1);
			return (true);
		}
		if ((v & MTX_CONTESTED) || !thread_running(OWNER(v)) ||
		    (data_race(td->td_flags) & TDF_NEEDRESCHED))
			return (false);
		cpu_spinwait();
	}
}

/*
 * Give up the processor until the mutex is td's.
 */
static void
mtx_block(struct mtx *m, struct thread *td)
{
	mtx_lock_spin(&sched_lock);
	while (!mtx_claim(m, td)) {
		lend_priority(td, m);
		mtx_enqueue(m, td);
		td->td_blocked = m;
		td->td_proc->p_stat = SMTX;
		atomic_add_int(&mtx_sleeps, 1);
		mi_switch();
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * The mutex is somebody else's.
 */
static __noinline void
mtx_lock_hard(struct mtx *m, struct thread *td, const char *file, int line)
{
	u_int64_t since = LOCKSTAT_WAIT();

	KTR_EVENT(KTR_CONTEND, m->mtx_object.lo_name, file, line);
	SMP_JITTER();
	if (!mtx_spin(m, td))
		mtx_block(m, td);
	LOCKSTAT_TAKEN(&m->mtx_object, false, since, file, line);
}

/*
 * The mutex is ours now: note where that was, and have mtx_unlock() look
 * closer if lockstat is to know of it.
 */
static void
mtx_taken(struct mtx *m, const char *file, int line)
{
	if (__predict_false(lockstat_on))
		atomic_set_ptr(&m->mtx_lock, MTX_LOOK);
	m->mtx_file = file;
	m->mtx_line = line;
	witness_lock(&m->mtx_object, file, line);
}

static void
mtx_again(struct mtx *m)
{
	atomic_set_ptr(&m->mtx_lock, MTX_LOOK);
	m->mtx_recurse++;
}

/*
 * Take a mutex; may give up the processor.
 */
void
_mtx_lock(struct mtx *m, const char *file, int line)
{
	struct thread *td = curthread;

	KASSERT(m->mtx_object.lo_class == LC_MTX,
	    ("mtx_lock of spin mutex %s at %s:%d", m->mtx_object.lo_name, file,
		line));
	KASSERT(td->td_intr_nesting_level == 0,
	    ("mtx_lock(%s) in an interrupt handler at %s:%d",
		m->mtx_object.lo_name, file, line));
	KASSERT(!PROC_IS_ZOMBIE(td->td_proc) || panicstr != NULL,
	    ("mtx_lock(%s) by a zombie at %s:%d", m->mtx_object.lo_name, file,
		line));
	/* Who loops for it must be open to the calls of others. */
	KASSERT(td->td_spinlocks == 0,
	    ("mtx_lock(%s) with interrupts off at %s:%d", m->mtx_object.lo_name,
		file, line));
	if (!mtx_owned(m))
		witness_checkorder(&m->mtx_object, file, line);
	SCHED_JITTER();
	if (atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, td)) {
		LOCKSTAT_TAKEN(&m->mtx_object, false, 0, file, line);
	} else if (mtx_owned(m)) {
		KASSERT(m->mtx_object.lo_flags & LO_RECURSE,
		    ("mutex %s taken again at %s:%d, first at %s:%d",
			m->mtx_object.lo_name, file, line, m->mtx_file,
			m->mtx_line));
		mtx_again(m);
		return;
	} else
		mtx_lock_hard(m, td, file, line);
	mtx_taken(m, file, line);
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
		mtx_again(m);
		return (1);
	}
	if (!atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, curthread))
		return (0);
	LOCKSTAT_TAKEN(&m->mtx_object, false, 0, file, line);
	mtx_taken(m, file, line);
	return (1);
}

/*
 * Somebody waits: the best one becomes runnable and tries again.  As after a
 * sleep it goes before all that compute, since it may hold sx locks, for which
 * nobody lends it anything: until it is back in user mode.
 */
static void
mtx_pass(struct mtx *m, struct thread *td)
{
	struct thread *best = TAILQ_FIRST(&m->mtx_blocked);

	mtx_assert(&sched_lock, MA_OWNED);
	LIST_REMOVE(m, mtx_contested);
	TAILQ_REMOVE(&m->mtx_blocked, best, td_lockq);
	best->td_blocked = NULL;
	atomic_store_rel_ptr(&m->mtx_lock,
	    TAILQ_EMPTY(&m->mtx_blocked) ? MTX_UNOWNED :
					   MTX_UNOWNED | MTX_CONTESTED);
	restore_priority(td);
	best->td_proc->p_stat = SRUN;
	best->td_priority = min(best->td_priority, PUSER);
	if (!setrunqueue(best))
		maybe_resched(best);
}

static __noinline void
mtx_unlock_hard(struct mtx *m, struct thread *td)
{
	mtx_lock_spin(&sched_lock);
	mtx_pass(m, td);
	mtx_unlock_spin(&sched_lock);
}

/*
 * Held one time less; true if that was the last, and nothing is left to do
 * but to let others have it.
 */
static bool
mtx_last(struct mtx *m)
{
	if (m->mtx_recurse != 0) {
		m->mtx_recurse--;
		return (false);
	}
	witness_unlock(&m->mtx_object);
	LOCKSTAT_GIVEN(&m->mtx_object, false);
	if (m->mtx_lock & MTX_LOOK)
		atomic_clear_ptr(&m->mtx_lock, MTX_LOOK);
	return (true);
}

void
_mtx_unlock(struct mtx *m, const char *file, int line)
{
	struct thread *td = curthread;

	KASSERT(mtx_owned(m),
	    ("mtx_unlock of %s, which is %s, at %s:%d; taken last at %s:%d",
		m->mtx_object.lo_name,
		mtx_owner(m) == NULL ? "free" : "another's", file, line,
		m->mtx_file, m->mtx_line));
	if (!mtx_last(m))
		return;
	if (!atomic_cmpset_rel_ptr(&m->mtx_lock, td, MTX_UNOWNED))
		mtx_unlock_hard(m, td);
	SCHED_JITTER();
}

/*
 * mtx_unlock() with sched_lock held: on the way to sleep.
 */
void
mtx_unlock_sched(struct mtx *m)
{
	struct thread *td = curthread;

	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(mtx_owned(m),
	    ("mtx_unlock_sched of %s, not owned", m->mtx_object.lo_name));
	if (mtx_last(m) &&
	    !atomic_cmpset_rel_ptr(&m->mtx_lock, td, MTX_UNOWNED))
		mtx_pass(m, td);
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
