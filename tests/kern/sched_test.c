/*
 * The run queues and the priorities of the 4BSD scheduler.
 */
#include "kern_util.h"
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>

#define	N	6

static volatile int	order[64], nrun;

static void
note(void *arg)
{
	order[nrun++ & 63] = (int)(intptr_t)arg;
}

/*
 * The best priority runs first; of one queue, who came first.
 */
static void
sched_order(struct ktest *t)
{
	static const int pri[N] = { 180, 140, 160, 141, 20, 160 };
	static const int want[N] = { 4, 1, 3, 2, 5, 0 };
	struct helper h[N];
	int i, n = 0;

	if (sched_seed != 0)
		KTEST_SKIP(t, "a seeded schedule has no regard for priority");
	nrun = 0;
	for (i = 0; i < N; i++)
		n += helper_make(t, &h[i], note, (void *)(intptr_t)i);
	if (n < N)
		return;
	for (i = 0; i < N; i++)
		helper_go(&h[i], pri[i]);
	mtx_lock_spin(&sched_lock);
	KTEST_EQ(t, runq_best(), 20);
	mtx_unlock_spin(&sched_lock);
	for (i = 0; i < N; i++)
		helper_wait(t, &h[i]);
	for (i = 0; i < N; i++)
		KTEST_EQ(t, order[i], want[i]);
}
KTEST_ALONE(sched, sched_order);

/*
 * Off the queue it does not run; moved to a better queue it runs sooner.
 */
static void
sched_remove(struct ktest *t)
{
	struct helper a, b;
	u_int best;

	nrun = 0;
	if (!helper_make(t, &a, note, (void *)1) ||
	    !helper_make(t, &b, note, (void *)2))
		return;
	helper_go(&a, 20);
	helper_go(&b, 24);
	mtx_lock_spin(&sched_lock);
	KTEST_EQ(t, runq_best(), 20);
	remrunqueue(&a.p->p_thread);
	KTEST_EQ(t, a.p->p_thread.td_flags & TDF_ONRUNQ, 0);
	KTEST_EQ(t, runq_best(), 24);
	remrunqueue(&b.p->p_thread);
	/* If one is left it is the system's own. */
	best = runq_best();
	KTEST_ASSERT(t, best == PRI_MAX + 1 || (best > 24 && best < PUSER));
	b.p->p_thread.td_priority = 170;
	setrunqueue(&b.p->p_thread);
	mtx_unlock_spin(&sched_lock);
	settle();
	settle();
	KTEST_EQ(t, nrun, 1);
	KTEST_EQ(t, order[0], 2);
	helper_go(&a, 0);
	helper_wait(t, &a);
	helper_wait(t, &b);
	KTEST_EQ(t, nrun, 2);
}
KTEST_ALONE(sched, sched_remove);

static int
priority_of(struct ksegrp *kg, u_int estcpu, int nice)
{
	int pri;

	mtx_lock_spin(&sched_lock);
	kg->kg_estcpu = estcpu;
	kg->kg_nice = nice;
	resetpriority(kg);
	pri = kg->kg_user_pri;
	mtx_unlock_spin(&sched_lock);
	return (pri);
}

/*
 * Use and niceness make it worse, within the range for time sharing.
 */
static void
sched_priority(struct ktest *t)
{
	struct ksegrp *kg;
	struct helper h;
	int best, last, nice, pri;
	u_int use;

	nrun = 0;
	if (!helper_make(t, &h, note, NULL))
		return;
	kg = &h.p->p_ksegrp;
	last = -1;
	for (use = 0; use <= ESTCPU_MAX; use += 15) {
		pri = priority_of(kg, use, 0);
		KTEST_ASSERT(t, pri > last);
		last = pri;
	}
	last = -1;
	for (nice = PRIO_MIN; nice <= PRIO_MAX; nice++) {
		pri = priority_of(kg, 40, nice);
		KTEST_ASSERT(t, pri > last);
		last = pri;
	}
	KTEST_EQ(t, priority_of(kg, 0, PRIO_MIN), PRI_MIN_TIMESHARE);
	KTEST_EQ(t, priority_of(kg, ESTCPU_MAX, PRIO_MAX), PRI_MAX_TIMESHARE);
	KTEST_EQ(t, h.p->p_thread.td_base_pri, PRI_MAX_TIMESHARE);
	/* On a queue it moves to the right one. */
	helper_go(&h, 0);
	pri = priority_of(kg, 0, 0);
	mtx_lock_spin(&sched_lock);
	KTEST_EQ(t, h.p->p_thread.td_priority, pri);
	best = runq_best();
	KTEST_ASSERT(t, best == pri / RQ_PPQ * RQ_PPQ || best < PUSER);
	sched_prio(&h.p->p_thread, 20);
	KTEST_EQ(t, runq_best(), 20);
	mtx_unlock_spin(&sched_lock);
	helper_wait(t, &h);
}
KTEST_ALONE(sched, sched_priority);

/*
 * A child begins with its parent's use.  What it used beside that goes back,
 * and the priority follows: at ESTCPU_MAX no tick would have it follow later.
 */
static void
sched_inherits(struct ktest *t)
{
	struct ksegrp *kg = &proc0.p_ksegrp, *hkg;
	u_int saved = kg->kg_estcpu, used, had;
	int worst = priority_of(kg, ESTCPU_MAX, 0);
	struct helper h;

	(void)priority_of(kg, 77, 0);
	if (!helper_make(t, &h, note, NULL))
		return;
	hkg = &h.p->p_ksegrp;
	had = hkg->kg_estcpu;
	KTEST_ASSERT(t, had >= 77);
	KTEST_EQ(t, hkg->kg_inherited, had);
	for (used = 0; used <= 80; used += 40) {
		(void)priority_of(hkg, had + used, 0);
		mtx_lock_spin(&sched_lock);
		kg->kg_estcpu = 77;
		sched_exit(&proc0, h.p);
		KTEST_EQ(t, kg->kg_estcpu, 77 + used);
		mtx_unlock_spin(&sched_lock);
	}
	mtx_lock_spin(&sched_lock);
	kg->kg_estcpu = ESTCPU_MAX - 5;
	sched_exit(&proc0, h.p);
	KTEST_EQ(t, kg->kg_estcpu, ESTCPU_MAX);
	KTEST_EQ(t, kg->kg_user_pri, worst);
	/* Both fade. */
	hkg->kg_slptime = 5;
	sched_wakeup(&h.p->p_thread);
	KTEST_ASSERT(t, hkg->kg_estcpu < had + 80);
	KTEST_ASSERT(t, hkg->kg_inherited < had);
	KTEST_ASSERT(t, hkg->kg_inherited <= hkg->kg_estcpu);
	mtx_unlock_spin(&sched_lock);
	helper_go(&h, 0);
	helper_wait(t, &h);
	(void)priority_of(kg, saved, 0);
}
KTEST_ALONE(sched, sched_inherits);

static void
noter(void *arg)
{
	int i;

	for (i = 0; i < 8; i++) {
		note(arg);
		preempt_point();
	}
}

/* One run of four threads under a seed: the order in which they noted. */
static u_int
schedule(struct ktest *t, u_int seed)
{
	struct helper h[4];
	u_int hash = 5381;
	int i, n = 0;

	for (i = 0; i < 4; i++)
		n += helper_make(t, &h[i], noter, (void *)(intptr_t)i);
	settle();
	nrun = 0;
	sched_set_seed(seed);
	for (i = 0; i < n; i++)
		helper_go(&h[i], 150);
	for (i = 0; i < n; i++)
		helper_wait(t, &h[i]);
	sched_set_seed(0);
	KTEST_EQ(t, nrun, 32);
	for (i = 0; i < 32; i++)
		hash = hash * 33 + order[i];
	return (hash);
}

/*
 * A seed means one schedule, other seeds mean others, and none the plain
 * one: each runs until it is done.  A tick may come between, so the same
 * seed is given a few tries to repeat itself.
 */
static void
sched_seeds(struct ktest *t)
{
	u_int distinct = 0, first, hash, i, j, seen[8];

	for (i = 0; i < nitems(seen); i++) {
		seen[i] = schedule(t, i + 1);
		for (j = 0; j < i; j++)
			if (seen[j] == seen[i])
				break;
		distinct += j == i;
	}
	KTEST_ASSERT(t, distinct >= 6);
	first = seen[2];
	for (i = 0; i < 5; i++) {
		hash = schedule(t, 3);
		if (hash == first)
			break;
		first = hash;
	}
	KTEST_ASSERT(t, i < 5);
	schedule(t, 0);
	for (i = 0; i < 32; i++)
		KTEST_EQ(t, order[i], i / 8);
}
KTEST_ALONE(sched, sched_seeds);

/* What two that compute have had of the processor. */
static volatile u_int	rounds[2];	/* until somebody else ran */
static volatile u_int	brief[2];	/* of these, with few ticks */

/*
 * Compute for eight rounds of the two together.  A tick is one that the
 * clock's interrupt has charged.  The time says nothing, for the host may
 * stop the emulator for a second; nor does one long round, for then that
 * second's interrupts come all at once.
 */
static void
burn(void *arg)
{
	struct thread *td = curthread;
	const struct kse *ke = td->td_kse;
	const struct rusage *ru = &td->td_proc->p_stats->ps_ru;
	int i = (int)(intptr_t)arg;
	u_int ran, start = 0;
	long switches = ru->ru_nivcsw;

	while (rounds[0] + rounds[1] < 8) {
		preempt_point();
		if (ru->ru_nivcsw == switches)
			continue;
		switches = ru->ru_nivcsw;
		mtx_lock_spin(&sched_lock);
		ran = ke->ke_sticks + ke->ke_iticks;
		mtx_unlock_spin(&sched_lock);
		rounds[i]++;
		brief[i] += ran - start <= 15;
		start = ran;
	}
}

/*
 * Two of one priority share the processor by rounds of ten ticks.  They
 * have used as much as is counted, so that use makes neither worse; and
 * nobody waits for a time meanwhile, for whose sake they would take turns.
 */
static void
sched_round_robin(struct ktest *t)
{
	struct helper h[2];
	int i, n = 0;

	for (i = 0; i < 2; i++) {
		rounds[i] = brief[i] = 0;
		n += helper_make(t, &h[i], burn, (void *)(intptr_t)i);
	}
	if (n < 2)
		return;
	for (i = 0; i < 2; i++)
		helper_go(&h[i], priority_of(&h[i].p->p_ksegrp, ESTCPU_MAX, 0));
	for (i = 0; i < 2; i++)
		helper_wait(t, &h[i]);
	KTEST_ASSERT(t, rounds[0] >= 3 && rounds[1] >= 3);
	KTEST_ASSERT(t, brief[0] + brief[1] >= 4);
}
KTEST_ALONE(sched, sched_round_robin);

/*
 * The time a process has run is charged to it.
 */
static void
sched_charges(struct ktest *t)
{
	u_int64_t before = proc0.p_runtime, ran;

	settle();
	before = proc0.p_runtime;
	DELAY(30000);
	yield();
	settle();
	ran = cputicks_to_us(proc0.p_runtime - before);
	KTEST_ASSERT(t, ran >= 29000);
	KTEST_ASSERT(t, ran < 5000000);
}
KTEST_ALONE(sched, sched_charges);
