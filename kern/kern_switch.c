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
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/sysctl.h>

#define	NQS	64
TAILQ_HEAD(runq, thread);

static struct runq	runqs[NQS];	/* (j) */
static u_int64_t	runq_bits;	/* (j) queues with threads */

u_int		sched_seed;		/* (j) 0: by priority and age */
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
		TAILQ_INIT(&runqs[i]);
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

void
setrunqueue(struct thread *td)
{
	u_int q = td->td_priority / RQ_PPQ;

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
		return; /* runs when no queue has anybody */
	if (sched_seed != 0 && sched_random() % 2 == 0)
		TAILQ_INSERT_HEAD(&runqs[q], td, td_runq);
	else
		TAILQ_INSERT_TAIL(&runqs[q], td, td_runq);
	td->td_flags |= TDF_ONRUNQ;
	runq_bits |= 1ULL << q;
}

void
remrunqueue(struct thread *td)
{
	u_int q = td->td_priority / RQ_PPQ;

	mtx_assert(&sched_lock, MA_OWNED);
	KASSERT(td->td_flags & TDF_ONRUNQ,
	    ("remrunqueue: pid %d is on none", td->td_proc->p_pid));
	TAILQ_REMOVE(&runqs[q], td, td_runq);
	td->td_flags &= ~TDF_ONRUNQ;
	if (TAILQ_EMPTY(&runqs[q]))
		runq_bits &= ~(1ULL << q);
}

/*
 * The queue to take a thread from: the best, or with a seed any.
 */
static u_int
runq_choose(void)
{
	u_int64_t bits = runq_bits;
	u_int skip;

	if (sched_seed != 0)
		for (skip = sched_random() % __builtin_popcountll(bits);
		     skip > 0; skip--)
			bits &= bits - 1;
	return (__builtin_ctzll(bits));
}

/*
 * Take the best thread off its queue; the idle thread if there is none.
 */
struct thread *
choosethread(void)
{
	struct thread *td;

	mtx_assert(&sched_lock, MA_OWNED);
	if (runq_bits == 0)
		return (PCPU_GET(idlethread));
	td = TAILQ_FIRST(&runqs[runq_choose()]);
	remrunqueue(td);
	return (td);
}

/*
 * The priority of the best thread that waits; PRI_MAX + 1 for none.
 */
int
runq_best(void)
{
	mtx_assert(&sched_lock, MA_OWNED);
	if (runq_bits == 0)
		return (PRI_MAX + 1);
	return (__builtin_ctzll(runq_bits) * RQ_PPQ);
}

/*
 * Whether nobody waits: a glance, without the lock.
 */
bool
runq_empty(void)
{
	return (runq_bits == 0);
}
