/*
 * Sleep, wakeup, and the switch from one thread to the next.
 *
 * A sleeping thread waits on a channel, an address that means the event.
 * The first that waits on one is found by hashing it, and has the others
 * behind it: so nobody has to look at sleepers on another channel but for
 * one of each that the hash takes for the same.  sched_lock guards the queues
 * and the states of all threads; it is held over a switch, and the thread that
 * is switched to lets go of it.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/signalvar.h>
#include <sys/smp.h>
#include <sys/vmmeter.h>
#include <machine/clock.h>
#include <machine/cpu.h>

#define	SLEEPQS		4096		/* a power of two */
TAILQ_HEAD(sleepq, thread);
static struct sleepq	sleepqs[SLEEPQS];	/* sched_lock: of first ones */
#define	SLEEPQ(chan)	(&sleepqs[((uintptr_t)(chan) >> 4 ^		\
			    (uintptr_t)(chan) >> 13) & (SLEEPQS - 1)])

static void	endtsleep(void *arg);

static void
sleepinit(void *arg __unused)
{
	u_int i;

	for (i = 0; i < SLEEPQS; i++)
		TAILQ_INIT(&sleepqs[i]);
}
SYSINIT(sleepinit, SI_SUB_KMEM, SI_ORDER_FIRST, sleepinit, NULL);

/* The thread that has slept longest on a channel, or NULL. */
static __inline struct thread *
sleepq_first(volatile const void *chan)
{
	struct thread *td;

	TAILQ_FOREACH(td, SLEEPQ(chan), td_slpq)
		if (td->td_wchan == chan)
			break;
	return (td);
}

static __inline void
sleepq_insert(struct thread *td, volatile const void *chan)
{
	struct thread *first = sleepq_first(chan);

	td->td_wchan = chan;
	if (__predict_true(first == NULL)) {
		TAILQ_INIT(&td->td_behind);
		TAILQ_INSERT_TAIL(SLEEPQ(chan), td, td_slpq);
	} else {
		td->td_behind.tqh_last = NULL; /* not the first */
		TAILQ_INSERT_TAIL(&first->td_behind, td, td_slpq);
	}
}

/* The one behind the first is the first then. */
static __noinline void
sleepq_leave_others(struct thread *td)
{
	struct thread *next;

	if (td->td_behind.tqh_last == NULL) {
		TAILQ_REMOVE(&sleepq_first(td->td_wchan)->td_behind, td,
		    td_slpq);
		return;
	}
	TAILQ_REMOVE(SLEEPQ(td->td_wchan), td, td_slpq);
	next = TAILQ_FIRST(&td->td_behind);
	TAILQ_REMOVE(&td->td_behind, next, td_slpq);
	TAILQ_INIT(&next->td_behind);
	TAILQ_CONCAT(&next->td_behind, &td->td_behind, td_slpq);
	TAILQ_INSERT_TAIL(SLEEPQ(td->td_wchan), next, td_slpq);
}

static __inline void
sleepq_remove(struct thread *td)
{
	if (__predict_true(td->td_behind.tqh_last == &td->td_behind.tqh_first))
		TAILQ_REMOVE(SLEEPQ(td->td_wchan), td, td_slpq);
	else
		sleepq_leave_others(td);
}

/*
 * Put the current thread on the queue of a channel.  It still runs; when it
 * switches away it sets p_stat, unless it has been taken off by then.
 */
static void
sleepq_enter(struct thread *td, volatile const void *chan, int pri,
    const char *wmesg)
{
	mtx_assert(&sched_lock, MA_OWNED);
	td->td_wmesg = wmesg;
	td->td_flags |= TDF_ONSLEEPQ;
	td->td_priority = min(td->td_priority, pri & PRIMASK);
	td->td_ksegrp->kg_slptime = 0;
	sleepq_insert(td, chan);
}

/*
 * Switch away, with records of going and coming.  In between the trace may
 * have come to its end.
 */
static __noinline void
traced_switch(struct thread *td, bool user)
{
	ktrcsw(td, true, user);
	mi_switch();
	if (td->td_flags & TDF_KTRCSW)
		ktrcsw(td, false, user);
}

/*
 * Switch away, if nobody has called wakeup since the thread was put on its
 * queue.
 */
static __inline void
sleepq_switch(struct thread *td)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if ((td->td_flags & TDF_ONSLEEPQ) == 0)
		return;
	td->td_proc->p_stat = SSLEEP;
	td->td_proc->p_stats->ps_ru.ru_nvcsw++;
	if (__predict_false(td->td_flags & TDF_KTRCSW))
		traced_switch(td, false);
	else
		mi_switch();
}

/* Let go of Giant on the way to sleep: how often it was held. */
static u_int
giant_drop(void)
{
	u_int n;

	for (n = 0; mtx_owned(&Giant); n++)
		mtx_unlock_sched(&Giant);
	return (n);
}

static void
giant_pickup(u_int n)
{
	while (n-- > 0)
		mtx_lock(&Giant);
}

/*
 * Sleep until wakeup_locked(chan): for locks, which look at their state
 * and go to sleep under one hold of sched_lock.
 */
void
sleepq_wait_locked(volatile const void *chan, int pri, const char *wmesg)
{
	struct thread *td = curthread;
	u_int giants;

	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(!cold, ("sleep on %s while booting", wmesg));
	giants = giant_drop();
	KTR_EVENT(KTR_SLEEP, chan, wmesg);
	sleepq_enter(td, chan, pri, wmesg);
	sleepq_switch(td);
	td->td_wmesg = NULL;
	if (giants != 0) {
		mtx_unlock_spin(&sched_lock);
		giant_pickup(giants);
		mtx_lock_spin(&sched_lock);
	}
}

/*
 * A time-out on its way must not hit the next sleep.
 */
static void
msleep_untime(struct thread *td, int flags)
{
	if ((flags & TDF_TIMEOUT) == 0)
		callout_drain(&td->td_slpcallout);
	else
		callout_stop(&td->td_slpcallout); /* it is not active now */
}

/*
 * The process has been stopped while it slept: it comes back when it is
 * continued, or killed.  What it was woken for may be somebody else's by
 * then, as after any wakeup; if that was for one only, another one that waits
 * is to have it now.
 */
static void
msleep_stopped(struct proc *p, volatile const void *chan, int flags)
{
	PROC_LOCK(p);
	if ((p->p_flag & P_STOPPED_SIG) && (flags & TDF_SINTR) == 0)
		wakeup_one(chan);
	while (p->p_flag & P_STOPPED_SIG)
		(void)msleep(&p->p_xstat, &p->p_mtx, PPAUSE, "stop", 0);
	PROC_UNLOCK(p);
}

/* td_flags of one sleep; with none of them left it is over by wakeup(). */
#define	TDF_SLEEP	(TDF_SINTR | TDF_KILLWAKE | TDF_TIMEOUT | TDF_STOPPED)

/*
 * What has ended a sleep: td_flags were those at its end, error says that it
 * never began.
 */
static int
msleep_result(struct thread *td, volatile const void *chan, int pri, int flags,
    int error)
{
	if (flags & TDF_STOPPED)
		msleep_stopped(td->td_proc, chan, flags);
	if (error != 0)
		return (error);
	if (flags & TDF_TIMEOUT)
		return (EWOULDBLOCK);
	if ((flags & (TDF_SINTR | TDF_KILLWAKE)) == 0)
		return (0);
	/* Neither the event nor the time: it was a signal. */
	error = sig_sleep(td, pri);
	return (error != 0 ? error : ERESTART);
}

/*
 * Sleep on a channel until wakeup(chan), for at most timo ticks if timo is
 * not 0.  mtx, if not NULL, is let go of under the hold of sched_lock that
 * puts the thread on its queue, so that no wakeup sent under it is lost, and
 * taken again at the end unless pri has PDROP.  With PCATCH in pri a signal
 * ends the sleep, with PKILL only SIGKILL; and a process that is stopped in
 * it returns when it is continued.
 *
 * Returns 0, EWOULDBLOCK after timo ticks, EINTR or ERESTART for a signal.
 * No other mutex may be held; Giant is dropped meanwhile.  See msleep(9).
 */
int
msleep(volatile const void *chan, struct mtx *mtx, int pri,
    const char *wmesg, int timo)
{
	struct thread *td = curthread;
	int error = 0, flags;
	u_int giants;

	KASSERT(!cold, ("msleep(%s) while booting", wmesg));
	KASSERT(mtx == NULL || mtx_owned(mtx),
	    ("msleep(%s): mutex not owned", wmesg));
	KASSERT(td->td_intr_nesting_level == 0,
	    ("msleep(%s) in an interrupt handler", wmesg));
	KASSERT(td->td_inhibit == 0, ("msleep(%s) in a callout", wmesg));
	witness_sleep(mtx != NULL ? &mtx->mtx_object : NULL,
	    (pri & PCATCH) != 0, wmesg);
	if (mtx == &Giant)
		mtx = NULL; /* as any Giant */

	mtx_lock_spin(&sched_lock);
	giants = giant_drop();
	if (mtx != NULL)
		mtx_unlock_sched(mtx);
	KTR_EVENT(KTR_SLEEP, chan, wmesg, timo);
	sleepq_enter(td, chan, pri, wmesg);
	if (timo > 0)
		callout_reset(&td->td_slpcallout, timo, endtsleep, td);
	if (pri & PCATCH)
		td->td_flags |= TDF_SINTR;
	if (pri & PKILL)
		td->td_flags |= TDF_KILLWAKE;
	/*
	 * On the queue first, then look for signals: one that comes after
	 * the look finds the thread there and takes it off.
	 */
	if ((pri & (PCATCH | PKILL)) && sig_hint(td->td_proc)) {
		mtx_unlock_spin(&sched_lock);
		error = sig_sleep(td, pri);
		mtx_lock_spin(&sched_lock);
		/* A wakeup that has been before is no signal: ast() has it. */
		if ((td->td_flags & (TDF_ONSLEEPQ | TDF_SLEEP)) == 0)
			error = 0;
	}
	if (error != 0)
		unsleep(td);
	else
		sleepq_switch(td);
	flags = td->td_flags;
	td->td_flags &= ~TDF_SLEEP;
	td->td_wmesg = NULL;
	mtx_unlock_spin(&sched_lock);

	if (timo > 0)
		msleep_untime(td, flags);
	if (flags & TDF_SLEEP)
		error = msleep_result(td, chan, pri, flags, error);
	giant_pickup(giants);
	if (mtx != NULL && (pri & PDROP) == 0)
		mtx_lock(mtx);
	return (error);
}

static __inline __always_inline void
take_off(struct thread *td)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if (td->td_flags & TDF_ONSLEEPQ) {
		sleepq_remove(td);
		td->td_flags &= ~TDF_ONSLEEPQ;
		td->td_wchan = NULL;
	}
}

/*
 * Take a thread off its sleep queue, if it is on one.
 */
void
unsleep(struct thread *td)
{
	take_off(td);
}

/*
 * End a sleep before its event.  A thread that is still on its way to
 * sleep finds that it is on no queue any more.
 */
void
abortsleep(struct thread *td)
{
	struct proc *p = td->td_proc;

	mtx_assert(&sched_lock, MA_OWNED);
	take_off(td);
	if (p->p_stat == SSLEEP) {
		p->p_stat = SRUN;
		setrunnable(td);
	}
}

/*
 * The time is up.  msleep() knows by TDF_TIMEOUT.
 */
static void
endtsleep(void *arg)
{
	struct thread *td = arg;

	mtx_lock_spin(&sched_lock);
	if (td->td_flags & TDF_ONSLEEPQ) {
		td->td_flags |= TDF_TIMEOUT;
		abortsleep(td);
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * Wake the first sleeper, or all; the last one woken, or NULL.
 */
static __inline __always_inline struct thread *
wakeup_some(volatile const void *chan, bool one)
{
	struct thread *td, *next, *woken = NULL;

	mtx_assert(&sched_lock, MA_OWNED);
	for (td = sleepq_first(chan); td != NULL; td = next) {
		next = one ? NULL : TAILQ_FIRST(&td->td_behind);
		KTR_EVENT(KTR_WAKEUP, chan, td->td_proc->p_pid);
		/* Not a signal: msleep() looks at these. */
		td->td_flags &= ~(TDF_SINTR | TDF_KILLWAKE);
		abortsleep(td);
		woken = td;
	}
	return (woken);
}

/*
 * Make runnable every thread that sleeps on the channel.  May be called
 * from interrupt handlers.
 */
void
wakeup(volatile const void *chan)
{
	mtx_lock_spin(&sched_lock);
	wakeup_some(chan, false);
	mtx_unlock_spin(&sched_lock);
}

void
wakeup_one(volatile const void *chan)
{
	mtx_lock_spin(&sched_lock);
	wakeup_some(chan, true);
	mtx_unlock_spin(&sched_lock);
}

void
wakeup_locked(volatile const void *chan)
{
	wakeup_some(chan, false);
}

/*
 * The one who has slept longest, for locks: they hand themselves to it.
 */
struct thread *
wakeup_one_locked(volatile const void *chan)
{
	return (wakeup_some(chan, true));
}

/*
 * A thread that slept, or was stopped, goes on.  p_stat is SRUN already.
 */
void
setrunnable(struct thread *td)
{
	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(td->td_proc->p_stat == SRUN,
	    ("setrunnable: pid %d in state "
	     "%d",
		td->td_proc->p_pid, td->td_proc->p_stat));
	sched_wakeup(td);
	if (!setrunqueue(td))
		maybe_resched(td);
}

/*
 * How long a process has run, in cpu_ticks(), the present stretch included:
 * on a processor of its own it may go on for long without a switch.
 */
u_int64_t
proc_ran(const struct proc *p)
{
	int cpu = sched_cpu(&p->p_thread);

	mtx_assert(&sched_lock, MA_OWNED);
	if (cpu == -1)
		return (p->p_runtime);
	return (p->p_runtime + cpu_ticks() - cpu_pcpu[cpu]->pc_switchtime);
}

/*
 * Charge the time since the last switch to the thread that is leaving.
 */
static void
charge_runtime(struct proc *p)
{
	u_int64_t *last = PCPU_PTR(switchtime), now = cpu_ticks();

	p->p_runtime += now - *last;
	*last = now;
	PCPU_SET(switchticks, ticks);
}

/*
 * Switch to the best runnable thread.  The caller has put the current one
 * where it belongs: on a queue, or nowhere if it has ended.  sched_lock is
 * held, once, and is held again when the thread runs on.
 */
void
mi_switch(void)
{
	struct thread *next, *td = curthread;

	mtx_assert(&sched_lock, MA_OWNED | MA_NOTRECURSED);
	KASSERT(td->td_spinlocks == 1,
	    ("mi_switch: %u spin mutexes held", td->td_spinlocks));
	KASSERT(td->td_intr_nesting_level == 0,
	    ("mi_switch in an interrupt handler"));
	charge_runtime(td->td_proc);
	td->td_flags &= ~TDF_NEEDRESCHED;
	next = choosethread();
	if (next != td) {
		CNT_INC(v_swtch);
		KTR_EVENT(KTR_SWITCH, next->td_proc->p_pid);
		cpu_switch(td, next);
		mtx_adopt_sched_lock(td);
	}
}

/*
 * The first thing that a new thread does: what the end of mi_switch() does
 * for one that has run before, and let go of sched_lock.
 */
void
sched_fork_exit(struct thread *td)
{
	mtx_adopt_sched_lock(td);
	mtx_unlock_spin(&sched_lock);
}

/*
 * Give up the processor and stay runnable.
 */
static __inline __always_inline void
yield_in(bool user)
{
	struct thread *td = curthread;

	mtx_lock_spin(&sched_lock);
	/* Who waits for what it owns has lent it a priority: it keeps that. */
	if (LIST_EMPTY(&td->td_contested))
		td->td_priority = max(td->td_priority,
		    td->td_ksegrp->kg_user_pri);
	setrunqueue(td);
	td->td_proc->p_stats->ps_ru.ru_nivcsw++;
	if (__predict_false(td->td_flags & TDF_KTRCSW))
		traced_switch(td, user);
	else
		mi_switch();
	mtx_unlock_spin(&sched_lock);
}

void
yield(void)
{
	yield_in(false);
}

void
yield_user(void)
{
	yield_in(true);
}

/*
 * An explicit preemption point: give way if something better is waiting, or
 * if the seeded schedule says so.  sx locks and Giant may be held, and stay
 * so; a mutex may not, since who waits for one counts on its owner to run.
 */
void
preempt_point(void)
{
	struct thread *td = curthread;

	if (cold || td->td_spinlocks != 0)
		return;
	witness_sleep(NULL, false, "preemption");
	/* Who is told to give way just now does it at the next point. */
	if (data_race(td->td_flags & TDF_NEEDRESCHED) || sched_perturb())
		yield();
}

/*
 * Between two pieces of a long work: let others have the processor and Giant.
 * EINTR if intr is set and there is a signal that would be acted on, else 0.
 */
int
breathe(bool intr)
{
	struct proc *p = curproc;

	DROP_GIANT();
	preempt_point();
	PICKUP_GIANT();
	if (!intr)
		return (0);
	PROC_LOCK(p);
	intr = sig_deliverable(p);
	PROC_UNLOCK(p);
	return (intr ? EINTR : 0);
}

/*
 * By the seed's choice, let somebody else run here, as if it ran on another
 * processor: locks may be held.  Not in interrupt handlers and not with
 * spin mutexes held, which nobody could come between either.
 */
void
sched_jitter(void)
{
	struct thread *td = curthread;

	if (cold || panicstr != NULL || td->td_spinlocks != 0 ||
	    td->td_intr_nesting_level != 0 || !sched_perturb())
		return;
	mtx_lock_spin(&sched_lock);
	/* One that is about to stop or to wait is on its way already. */
	if (td->td_proc->p_stat == SRUN) {
		setrunqueue(td);
		mi_switch();
	}
	mtx_unlock_spin(&sched_lock);
}
