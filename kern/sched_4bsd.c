/*
 * The scheduler of 4BSD.  kg_estcpu grows with each tick that a process
 * uses and decays each second, the slower the more processes want to run;
 * the priority in user mode is worse the higher it is.  A child begins
 * with its parent's, so that forking buys no priority, and at its end the
 * parent gets what the child has used.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sx.h>
#include <sys/sysctl.h>

#define	ESTCPU_PER_PRI	4		/* estcpu for one step of priority */
#define	NICE_WEIGHT	2		/* steps of priority for one of nice */
#define	SLICE		10		/* ticks of a round */

/* Load averages over 1, 5 and 15 minutes, FSCALE = 1. */
static fixpt_t	averunnable[3];		/* n: only schedcpu writes it */
static const fixpt_t	cexp[3] = { 1884, 2014, 2037 };	/* FSCALE * e^-x */

SYSCTL_OPAQUE(_vm, VM_LOADAVG, loadavg, CTLFLAG_RD, averunnable,
    sizeof(averunnable), "S,loadavg", "runnable processes, FSCALE = 1");

/*
 * The priority in user mode that follows from use and niceness.
 */
static u_char
user_priority(const struct ksegrp *kg)
{
	int pri = PUSER + (int)kg->kg_estcpu / ESTCPU_PER_PRI +
	    NICE_WEIGHT * (kg->kg_nice - PRIO_MIN) / 2;

	return (imax(PRI_MIN_TIMESHARE, imin(pri, PRI_MAX_TIMESHARE)));
}

/*
 * Recompute the user priority of a process, and with it that of a thread
 * that waits to run in user mode.  To be called whenever one of what it
 * follows from has changed: a priority that lags behind may be the better
 * one for good, since at ESTCPU_MAX the ticks change nothing any more.
 */
void
resetpriority(struct ksegrp *kg)
{
	struct thread *td = &kg->kg_proc->p_thread;
	u_char pri = user_priority(kg);
	bool better;

	mtx_assert(&sched_lock, MA_OWNED);
	CTASSERT((PRI_MAX + 1) / RQ_PPQ == 64);
	WRITE_ONCE(kg->kg_user_pri, pri); /* userret() looks at it */
	if (td->td_base_pri < PUSER)
		return;
	/* Lent by who waits for it, or given by a wait: it keeps that. */
	better = READ_ONCE(td->td_priority) < td->td_base_pri;
	td->td_base_pri = pri;
	if (!better && LIST_EMPTY(&td->td_contested))
		sched_prio(td, pri);
}

/* These processors run something else in a moment anyway. */
#define	TDF_GOING	(TDF_IDLE | TDF_NEEDRESCHED)

/*
 * The thread that runs with the worst priority, of those that go on; of
 * equals, this one, and this one if it is about to end and nobody has its
 * place yet.  This one, too, if there is none: that has been told already.
 */
static struct thread *
worst_running(void)
{
	struct thread *worst = curthread, *td;
	u_int cpu;

	if (mp_ncpus == 1 ||
	    (worst->td_flags & (TDF_LEAVING | TDF_NEEDRESCHED)) == TDF_LEAVING)
		return (worst);
	CPU_FOREACH(cpu)
	{
		td = cpu_pcpu[cpu]->pc_curthread;
		if (td->td_flags & TDF_GOING)
			continue;
		if ((worst->td_flags & TDF_GOING) ||
		    READ_ONCE(td->td_priority) > READ_ONCE(worst->td_priority))
			worst = td;
	}
	return (worst);
}

/*
 * The processor that a thread runs on, -1 for none.
 */
int
sched_cpu(const struct thread *td)
{
	mtx_assert(&sched_lock, MA_OWNED);
	return (cpu_pcpu[td->td_lastcpu]->pc_curthread == td ?
		(int)td->td_lastcpu :
		-1);
}

/*
 * Have a thread come to ast() before it is in user mode, or is again, for
 * TDF_ASTPENDING or TDF_NEEDRESCHED: at once if another processor runs it.
 */
static void
ast_for(struct thread *td, int flag)
{
	mtx_assert(&sched_lock, MA_OWNED);
	td->td_flags |= flag;
	if (td != curthread && mp_ncpus > 1 && sched_cpu(td) != -1)
		ipi_resched(td->td_lastcpu);
}

/*
 * Have a thread look at its signals.
 */
void
sched_ast(struct thread *td)
{
	ast_for(td, TDF_ASTPENDING);
}

/*
 * If td, which is on a run queue, is better than somebody who runs, have
 * that one give way soon.
 */
void
maybe_resched(struct thread *td)
{
	struct thread *worst = worst_running();

	mtx_assert(&sched_lock, MA_OWNED);
	if ((worst->td_flags & TDF_LEAVING) ||
	    td->td_priority < READ_ONCE(worst->td_priority))
		ast_for(worst, TDF_NEEDRESCHED);
}

/*
 * Give a thread another priority.  It may run, here or on another processor,
 * wait for a mutex, sleep, or stand on a run queue, whose place changes.
 */
void
sched_prio(struct thread *td, u_char pri)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if ((td->td_flags & TDF_ONRUNQ) &&
	    td->td_priority / RQ_PPQ != pri / RQ_PPQ) {
		remrunqueue(td);
		td->td_priority = pri;
		if (!setrunqueue(td))
			maybe_resched(td);
		return;
	}
	WRITE_ONCE(td->td_priority, pri);
	if (td->td_blocked != NULL)
		mtx_requeue(td);
}

/*
 * A process that has been killed shall not wait for its turn: nice it is no
 * more, and until it is dead it goes before all that compute.
 */
void
sched_hurry(struct thread *td)
{
	struct ksegrp *kg = td->td_ksegrp;

	mtx_assert(&sched_lock, MA_OWNED);
	if (kg->kg_nice > 0) {
		kg->kg_nice = 0;
		resetpriority(kg);
	}
	if (READ_ONCE(td->td_priority) > PUSER)
		sched_prio(td, PUSER);
}

/*
 * A tick has passed while td ran.
 */
void
sched_clock(struct thread *td)
{
	struct ksegrp *kg = td->td_ksegrp;
	struct kse *ke = td->td_kse;

	mtx_assert(&sched_lock, MA_OWNED);
	if (td->td_flags & TDF_IDLE)
		return;
	KASSERT(kg->kg_user_pri == user_priority(kg),
	    ("sched_clock: priority %u of pid %d, not %u", kg->kg_user_pri,
		td->td_proc->p_pid, user_priority(kg)));
	ke->ke_cpticks++;
	if (kg->kg_estcpu < ESTCPU_MAX) {
		kg->kg_estcpu++;
		if (kg->kg_estcpu % ESTCPU_PER_PRI == 0)
			resetpriority(kg);
	}
	if (++ke->ke_slice >= SLICE) {
		ke->ke_slice = 0;
		if (runq_best() <= kg->kg_user_pri)
			td->td_flags |= TDF_NEEDRESCHED;
	}
}

/* One second's decay of what has been used, at the present load. */
static void
decay(struct ksegrp *kg)
{
	u_int load = READ_ONCE(averunnable[0]);
	u_int twice = 2 * MIN(load, 1000 * FSCALE); /* fits */

	kg->kg_estcpu = kg->kg_estcpu * twice / (twice + FSCALE);
	kg->kg_inherited = kg->kg_inherited * twice / (twice + FSCALE);
}

/*
 * A thread that slept for seconds has been forgiven meanwhile.
 */
void
sched_wakeup(struct thread *td)
{
	struct ksegrp *kg = td->td_ksegrp;
	u_int n;

	mtx_assert(&sched_lock, MA_OWNED);
	if (kg->kg_slptime <= 1)
		return;
	for (n = imin(kg->kg_slptime, 30); n > 0 && kg->kg_estcpu > 0; n--)
		decay(kg);
	kg->kg_slptime = 0;
	resetpriority(kg);
}

/*
 * The child's share of its parent's record: all of it.  To be called in the
 * hold of the locks in which the child gets on the lists: whoever makes both
 * nice, or kills the child, comes before or after.  The use, without
 * sched_lock, is what it is at some moment now.
 */
void
sched_fork(struct proc *parent, struct proc *child)
{
	struct thread *td = &child->p_thread;
	struct ksegrp *kg = &child->p_ksegrp;

	PROC_LOCK_ASSERT(parent, MA_OWNED);
	sx_assert(&allproc_lock, SX_XLOCKED);
	kg->kg_nice = parent->p_ksegrp.kg_nice;
	kg->kg_estcpu = data_race(parent->p_ksegrp.kg_estcpu);
	kg->kg_inherited = kg->kg_estcpu;
	kg->kg_user_pri = user_priority(kg);
	td->td_base_pri = kg->kg_user_pri;
	td->td_priority = td->td_base_pri;
}

/*
 * What the child has used, and its children, counts as its parent's use; not
 * what it began with, which is the parent's already.
 */
void
sched_exit(struct proc *parent, struct proc *child)
{
	struct ksegrp *kg = &parent->p_ksegrp, *ckg = &child->p_ksegrp;
	u_int used = ckg->kg_estcpu - ckg->kg_inherited;

	mtx_assert(&sched_lock, MA_OWNED);
	if (used == 0)
		return;
	kg->kg_estcpu = min(kg->kg_estcpu + used, ESTCPU_MAX);
	resetpriority(kg);
}

/*
 * proc0's place, before it has children: they begin with its user priority,
 * while its own thread is one of the kernel.
 */
static void
sched_setup(void *arg __unused)
{
	mtx_lock_spin(&sched_lock);
	thread0.td_base_pri = PVM;
	thread0.td_priority = PVM;
	resetpriority(&proc0.p_ksegrp);
	mtx_unlock_spin(&sched_lock);
}
SYSINIT(sched_setup, SI_SUB_RUN_QUEUE, SI_ORDER_FIRST, sched_setup, NULL);

/* Every five seconds the averages move a little to what runs now. */
static void
load_average(u_int running)
{
	u_int64_t sum;
	u_int i;

	for (i = 0; i < nitems(averunnable); i++) {
		sum = (u_int64_t)cexp[i] * averunnable[i] +
		    (u_int64_t)(FSCALE - cexp[i]) * running * FSCALE;
		WRITE_ONCE(averunnable[i], sum >> FSHIFT);
	}
}

/*
 * Once a second: decay, load average, time asleep.
 */
static void
schedcpu(void)
{
	static u_int seconds;
	u_int running = 0;
	struct proc *p;

	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &allproc, p_list) {
		mtx_lock_spin(&sched_lock);
		p->p_swtime++;
		if (p->p_stat == SSLEEP || p->p_stat == SSTOP) {
			p->p_ksegrp.kg_slptime++;
		} else if (p->p_stat == SRUN) {
			running += !(p->p_thread.td_flags & TDF_IDLE) &&
			    p != curproc;
			decay(&p->p_ksegrp);
			resetpriority(&p->p_ksegrp);
		}
		p->p_kse.ke_pctcpu = (p->p_kse.ke_pctcpu * 7 +
					 p->p_kse.ke_cpticks * FSCALE / hz) /
		    8;
		p->p_kse.ke_cpticks = 0;
		mtx_unlock_spin(&sched_lock);
	}
	sx_sunlock(&allproc_lock);
	if (++seconds % 5 == 0)
		load_average(running);
}

static void
schedcpu_thread(void)
{
	static int chan;

	for (;;) {
		tsleep(&chan, PZERO, "schedcpu", hz);
		schedcpu();
	}
}
static struct kproc_desc schedcpu_kp = { "schedcpu", schedcpu_thread, NULL };
SYSINIT(schedcpu, SI_SUB_KTHREAD_UPDATE, SI_ORDER_FIRST, kproc_start,
    &schedcpu_kp);
