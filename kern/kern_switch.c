/*
 * The run queues: 64 of them, four priorities each, and a bitmap of those
 * that are not empty.
 *
 * kern.sched_seed=N makes who runs a function of N: threads are chosen
 * without regard to their priority, and the debug kernel switches at locks
 * too, wherever another processor might come between.  So a race that needs
 * an unlikely order is met by trying seeds, and met again with the same
 * seed.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kcsan.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/cpufunc.h>

#define	NQS	64
#define	ALONE_SPINS	1000	/* between looks for who else could run */
#define	AFFINITY_LOOK	4	/* threads looked at for one that was here */
struct runq {
	TAILQ_HEAD(, thread) rq_threads;
	u_int	rq_passed;		/* times the first was passed over */
};

static struct runq	runqs[NQS];	/* (j) */
/* (j) Queues with threads. */
static u_int		runq_map[NQS / 32] __in_line_of(sched);
CTASSERT(NQS == 64);

/*
 * Processors that wait for an interrupt, or are about to, and that nobody
 * has called yet.  Who makes a thread runnable takes one out and calls it.
 * (j), but sched_called() has no lock.
 */
static volatile cpumask_t idle_cpus __in_line_of(sched);

/*
 * The only processor that may run anything but its idle thread, and the
 * others' idle threads that have seen it: they do nothing at all.
 */
static u_int		alone_cpu = NOCPU; /* (j) */
static cpumask_t	parked_cpus;	/* (j) */

/* 0: by priority and age.  (j) to write; sched_jitter() has no lock yet. */
volatile u_int	sched_seed __read_mostly;
static u_int	sched_state;		/* (j) of the seeded generator */
TUNABLE_INT("kern.sched_seed", (int *)&sched_seed);

/*
 * Writing the seed starts its schedule from the beginning.
 */
static int
sysctl_kern_sched_seed(SYSCTL_HANDLER_ARGS)
{
	u_int seed = sched_seed;
	int error;

	error = sysctl_handle_int(oidp, &seed, 0, req);
	if (error == 0 && req->newptr != NULL)
		sched_set_seed(seed);
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, sched_seed, CTLTYPE_UINT | CTLFLAG_RW, NULL, 0,
    sysctl_kern_sched_seed, "IU",
    "seed of the schedule, 0 for the ordinary one");

void
sched_set_seed(u_int seed)
{
	mtx_lock_spin(&sched_lock);
	sched_seed = seed;
	sched_state = 0;
	mtx_unlock_spin(&sched_lock);
}

static void
runq_init(void *arg __unused)
{
	u_int i;

	for (i = 0; i < NQS; i++)
		TAILQ_INIT(&runqs[i].rq_threads);
}
SYSINIT(runq, SI_SUB_KMEM, SI_ORDER_FIRST, runq_init, NULL);

/*
 * The next number of the seeded generator, a xorshift.  Small seeds are
 * spread first, so that 1 and 2 do not begin alike.
 */
static u_int
sched_random(void)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if (sched_state == 0)
		sched_state = sched_seed * 2654435769U;
	sched_state ^= sched_state << 13;
	sched_state ^= sched_state >> 17;
	sched_state ^= sched_state << 5;
	return (sched_state);
}

/*
 * With a seed: whether to switch at a preemption point although nothing
 * asks for it.
 */
bool
sched_perturb(void)
{
	bool now;

	if (sched_seed == 0)
		return (false);
	mtx_lock_spin(&sched_lock);
	now = sched_random() % 4 == 0;
	mtx_unlock_spin(&sched_lock);
	return (now);
}

static bool
runq_empty(void)
{
	return ((runq_map[0] | runq_map[1]) == 0);
}

/* The best queue that is not empty; there is one. */
static u_int
runq_first(void)
{
	return (runq_map[0] != 0 ? __builtin_ctz(runq_map[0]) :
				   32 + __builtin_ctz(runq_map[1]));
}

/* Whether this processor could run anything but its idle thread. */
static bool
runq_ready(void)
{
	return (!runq_empty() &&
	    (alone_cpu == NOCPU || alone_cpu == PCPU_GET(cpuid)));
}

/*
 * Call a processor that has nothing to do; true if there is one.  Rather
 * this one, then the one whose caches know the thread.
 */
static bool
call_idle(struct thread *td)
{
	u_int cpu, me = PCPU_GET(cpuid);
	cpumask_t idle = idle_cpus & ~parked_cpus;

	if (idle == 0)
		return (false);
	if (idle & CPU_MASK(me))
		cpu = me;
	else if (idle & CPU_MASK(td->td_lastcpu))
		cpu = td->td_lastcpu;
	else
		cpu = ffs(idle) - 1;
	idle_cpus &= ~CPU_MASK(cpu);
	if (cpu != me)
		ipi_resched(cpu);
	return (true);
}

/*
 * Put a runnable thread on its queue.  True if a processor will come for it
 * that is idle, or will be in a moment, so that nobody has to make room.
 */
bool
setrunqueue(struct thread *td)
{
	u_int q = td->td_priority / RQ_PPQ;
	bool first;

	mtx_assert(&sched_lock, MA_OWNED);
	/* It may be on a sleep queue: on its way to sleep, see msleep(). */
	KASSERT((td->td_flags & TDF_ONRUNQ) == 0,
	    ("setrunqueue: pid %d is on "
	     "a run queue",
		td->td_proc->p_pid));
	KASSERT(td->td_proc->p_stat == SRUN,
	    ("setrunqueue: pid %d state %d", td->td_proc->p_pid,
		td->td_proc->p_stat));
	if (td->td_flags & TDF_IDLE)
		return (true); /* runs when no queue has anybody */
	if (sched_seed != 0 && sched_random() % 2 == 0)
		TAILQ_INSERT_HEAD(&runqs[q].rq_threads, td, td_runq);
	else
		TAILQ_INSERT_TAIL(&runqs[q].rq_threads, td, td_runq);
	td->td_flags |= TDF_ONRUNQ;
	/* The first gets the processor of one who leaves, the next another. */
	first = runq_empty();
	runq_map[q / 32] |= 1U << q % 32;
	if (first && (curthread->td_flags & TDF_LEAVING) && runq_ready()) {
		curthread->td_flags |= TDF_NEEDRESCHED;
		return (true);
	}
	return (call_idle(td));
}

void
remrunqueue(struct thread *td)
{
	u_int q = td->td_priority / RQ_PPQ;

	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(td->td_flags & TDF_ONRUNQ,
	    ("remrunqueue: pid %d is on none", td->td_proc->p_pid));
	TAILQ_REMOVE(&runqs[q].rq_threads, td, td_runq);
	td->td_flags &= ~TDF_ONRUNQ;
	if (TAILQ_EMPTY(&runqs[q].rq_threads))
		runq_map[q / 32] &= ~(1U << q % 32);
}

/*
 * By the seed's choice, one of the queues that are not empty.
 */
static __noinline u_int
runq_any(void)
{
	u_int64_t bits = (u_int64_t)runq_map[1] << 32 | runq_map[0];
	u_int skip;

	for (skip = sched_random() % __builtin_popcountll(bits); skip > 0;
	     skip--)
		bits &= bits - 1;
	return (__builtin_ctzll(bits));
}

/*
 * The thread of a queue that is to run here: the first, or one a little
 * further back that was here last, since this processor's caches know it.
 * The first is not passed over for long.
 */
static struct thread *
runq_pick(struct runq *rq)
{
	struct thread *first = TAILQ_FIRST(&rq->rq_threads), *td = first;
	u_int me, look;

	if (mp_ncpus == 1 || alone_cpu != NOCPU || sched_seed != 0)
		return (first);
	me = PCPU_GET(cpuid);
	for (look = AFFINITY_LOOK; td != NULL && look > 0; look--) {
		if (td->td_lastcpu == me)
			break;
		td = TAILQ_NEXT(td, td_runq);
	}
	if (td == NULL || td->td_lastcpu != me ||
	    ++rq->rq_passed > AFFINITY_LOOK)
		td = first;
	if (td == first)
		rq->rq_passed = 0;
	return (td);
}

/*
 * Take the best thread off its queue; the idle thread if there is none.
 */
struct thread *
choosethread(void)
{
	struct thread *td;

	mtx_assert(&sched_lock, MA_OWNED);
	if (!runq_ready())
		return (PCPU_GET(idlethread));
	td = runq_pick(&runqs[sched_seed != 0 ? runq_any() : runq_first()]);
	remrunqueue(td);
	td->td_lastcpu = PCPU_GET(cpuid);
	return (td);
}

/*
 * For the idle thread: let the others run while there are any.  False then;
 * true if this processor may stop until it is interrupted, or called.
 */
bool
sched_idle(void)
{
	bool idle;

	mtx_lock_spin(&sched_lock);
	idle = !runq_ready();
	if (idle) {
		idle_cpus |= CPU_MASK(PCPU_GET(cpuid));
		if (alone_cpu != NOCPU)
			WRITE_ONCE(parked_cpus,
			    parked_cpus | CPU_MASK(PCPU_GET(cpuid)));
	} else {
		idle_cpus &= ~CPU_MASK(PCPU_GET(cpuid));
		mi_switch();
	}
	mtx_unlock_spin(&sched_lock);
	return (idle);
}

/*
 * Whether the idle thread may use its time for something: not while
 * somebody wants to be alone.  If that one comes a moment after the look,
 * he waits until we have been in sched_idle() again.
 */
bool
sched_idle_work(void)
{
	return (READ_ONCE(alone_cpu) == NOCPU);
}

/*
 * Whether this processor has been called since sched_idle(): a last look,
 * with interrupts off, before it stops.  No lock: a call that comes after
 * the look interrupts, and is pending when interrupts are on again.
 */
bool
sched_called(void)
{
	return ((idle_cpus & CPU_MASK(PCPU_GET(cpuid))) == 0);
}

/* Have a processor go back to its idle thread, and that have a look. */
static void
call_away(u_int cpu)
{
	struct thread *td = cpu_pcpu[cpu]->pc_curthread;

	mtx_assert(&sched_lock, MA_OWNED);
	td->td_flags |= TDF_NEEDRESCHED;
	idle_cpus &= ~CPU_MASK(cpu);
	ipi_resched(cpu);
}

/*
 * Be the only one: when this returns all other processors stand still in
 * their idle threads, and go on doing so until sched_share().  So what
 * other threads do between two of their sleeps is done, whole, or has not
 * begun.  No mutex may be held.
 */
void
sched_alone(void)
{
	cpumask_t others, left;
	u_int i;

	witness_sleep(NULL, false, "alone");
	mtx_lock_spin(&sched_lock);
	while (alone_cpu != NOCPU) {
		mtx_unlock_spin(&sched_lock);
		yield();
		mtx_lock_spin(&sched_lock);
	}
	WRITE_ONCE(alone_cpu, PCPU_GET(cpuid));
	others = cpus_running & ~CPU_MASK(alone_cpu);
	for (left = others; left != 0; left &= left - 1)
		call_away(ffs(left) - 1);
	mtx_unlock_spin(&sched_lock);
	kcsan_let_run(false);
	/* What they wait for on their way may be one that only we can run. */
	while ((others & ~READ_ONCE(parked_cpus)) != 0) {
		for (i = 0; i < ALONE_SPINS; i++)
			cpu_spinwait();
		yield();
	}
}

void
sched_share(void)
{
	cpumask_t idle;

	kcsan_let_run(true);
	mtx_lock_spin(&sched_lock);
	KASSERT(alone_cpu == PCPU_GET(cpuid),
	    ("sched_share: not alone, but %d", (int)alone_cpu));
	WRITE_ONCE(alone_cpu, NOCPU);
	WRITE_ONCE(parked_cpus, 0);
	idle = idle_cpus & ~CPU_MASK(PCPU_GET(cpuid));
	for (; !runq_empty() && idle != 0; idle &= idle - 1) {
		idle_cpus &= ~(idle & -idle);
		ipi_resched(ffs(idle) - 1);
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * The priority of the best thread that waits; PRI_MAX + 1 for none.
 */
int
runq_best(void)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if (runq_empty())
		return (PRI_MAX + 1);
	return (runq_first() * RQ_PPQ);
}
