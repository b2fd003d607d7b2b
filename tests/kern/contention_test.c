/*
 * Locks that several want: who loops and who sleeps, who lends what to whom,
 * and that nobody waits for ever.
 */
#include "smp_util.h"
#include "sysctl_util.h"
#include <sys/sched.h>
#include <sys/sx.h>

static struct mtx	m, m2;
static struct sx	lock;

/* Let others run that are not worse, and keep the own priority. */
static void
give_way(void)
{
	mtx_lock_spin(&sched_lock);
	if (!setrunqueue(curthread))
		maybe_resched(curthread);
	mi_switch();
	mtx_unlock_spin(&sched_lock);
}

static int
counter(struct ktest *t, const char *name)
{
	int value = 0;
	size_t len = sizeof(value);

	KTEST_EQ(t, k_sysctlbyname(name, &value, &len, NULL, 0), 0);
	return (value);
}

/* ------------------------------------------------------------- mutexes */

#define	SPIN_TURNS	20
static volatile u_int	slept;		/* turns in which it did */
static volatile bool	asking;		/* thread 1 is about to ask */

/*
 * Thread 0 has the mutex and goes on running, thread 1 wants it.
 */
static void
spin_turns(u_int self)
{
	u_int turn;

	for (turn = 0; turn < SPIN_TURNS; turn++) {
		if (self == 0) {
			mtx_lock(&m);
			asking = false;
		}
		meet();
		if (self == 0) {
			while (!asking)
				cpu_spinwait();
			DELAY(2000);
			slept += (m.mtx_lock & MTX_CONTESTED) != 0;
		} else {
			asking = true;
			mtx_lock(&m);
		}
		mtx_unlock(&m);
		meet();
	}
}

/*
 * Who waits for a mutex whose owner runs does so in a loop.  Now and then
 * its processor is wanted for something better, and it sleeps; or the host
 * was busy, and it came too late to wait.
 */
static void
contention_spins(struct ktest *t)
{
	int before;

	NEED_CPUS(t, 2);
	mtx_init(&m, "test", NULL, MTX_DEF);
	slept = 0;
	before = counter(t, "debug.mtx_spins");
	together(t, 2, spin_turns);
	KTEST_ASSERT(t, slept < SPIN_TURNS / 2);
	KTEST_ASSERT(t, counter(t, "debug.mtx_spins") > before);
	mtx_destroy(&m);
}
KTEST(contention, contention_spins);

static void
take(void *arg __unused)
{
	mtx_lock(&m);
	mtx_unlock(&m);
}

/* Have a helper come to wait for m, which we own. */
static void
come(struct ktest *t, struct helper *h, int pri)
{
	helper_go(h, pri);
	KTEST_ASSERT(t, YIELD_UNTIL(h->p->p_stat == SMTX));
}

/*
 * What was lent lasts over a yield, and ends with the mutex.
 */
static void
contention_yield_keeps(struct ktest *t)
{
	struct helper h;

	mtx_init(&m, "test", NULL, MTX_DEF);
	KTEST_REQUIRE(t, helper_make(t, &h, take, NULL));
	mtx_lock(&m);
	come(t, &h, 40);
	KTEST_EQ(t, curthread->td_priority, 40);
	yield();
	KTEST_EQ(t, curthread->td_priority, 40);
	mtx_unlock(&m);
	KTEST_ASSERT(t, curthread->td_priority >= PRI_MIN_KERN);
	helper_wait(t, &h);
	mtx_destroy(&m);
}
KTEST_ALONE(contention, contention_yield_keeps);

/*
 * Who has waited goes before all that compute: it may hold what others want.
 */
static void
contention_waited(struct ktest *t)
{
	struct helper h;

	mtx_init(&m, "test", NULL, MTX_DEF);
	KTEST_REQUIRE(t, helper_make(t, &h, take, NULL));
	mtx_lock(&m);
	come(t, &h, curthread->td_ksegrp->kg_user_pri);
	mtx_unlock(&m);
	KTEST_EQ(t, h.p->p_thread.td_priority, PUSER);
	/* Nor does it lose that as long as it has not had its turn. */
	mtx_lock_spin(&sched_lock);
	resetpriority(&h.p->p_ksegrp);
	KTEST_EQ(t, h.p->p_thread.td_priority, PUSER);
	mtx_unlock_spin(&sched_lock);
	helper_wait(t, &h);
	mtx_destroy(&m);
}
KTEST_ALONE(contention, contention_waited);

/*
 * Who takes a mutex between its being given back and the coming of the one
 * who was woken for it owes to those who still wait.
 */
static void
contention_claim_owes(struct ktest *t)
{
	struct helper a, b;

	mtx_init(&m, "test", NULL, MTX_DEF);
	KTEST_REQUIRE(t, helper_make(t, &a, take, NULL));
	KTEST_REQUIRE(t, helper_make(t, &b, take, NULL));
	mtx_lock(&m);
	come(t, &a, 50);
	come(t, &b, 40);
	mtx_unlock(&m);
	KTEST_EQ(t, m.mtx_lock, MTX_UNOWNED | MTX_CONTESTED);
	KTEST_ASSERT(t, curthread->td_priority >= PRI_MIN_KERN);
	mtx_lock(&m);
	KTEST_EQ(t, curthread->td_priority, 50);
	mtx_unlock(&m);
	helper_wait(t, &a);
	helper_wait(t, &b);
	KTEST_EQ(t, m.mtx_lock, MTX_UNOWNED);
	mtx_destroy(&m);
}
KTEST_ALONE(contention, contention_claim_owes);

static volatile bool	chain_owned, chain_go;
static volatile int	chain_pri;

static void
chain_owner(void *arg __unused)
{
	mtx_lock(&m);
	chain_owned = true;
	(void)YIELD_UNTIL(chain_go);
	chain_pri = curthread->td_priority;
	mtx_unlock(&m);
}

static void
chain_middle(void *arg __unused)
{
	mtx_lock(&m2);
	mtx_lock(&m);
	mtx_unlock(&m);
	mtx_unlock(&m2);
}

/*
 * Who waits already when it is lent something passes it on.
 */
static void
contention_chain(struct ktest *t)
{
	struct helper a, b;
	int pri;

	mtx_init(&m, "test", NULL, MTX_DEF);
	mtx_init(&m2, "test 2", NULL, MTX_DEF);
	chain_owned = chain_go = false;
	helper_start(t, &a, chain_owner, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(chain_owned));
	helper_start(t, &b, chain_middle, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(b.p->p_stat == SMTX));
	pri = curthread->td_priority;
	KTEST_ASSERT(t, pri < PUSER);
	chain_go = true;
	mtx_lock(&m2);
	KTEST_EQ(t, chain_pri, pri);
	mtx_unlock(&m2);
	helper_wait(t, &a);
	helper_wait(t, &b);
	mtx_destroy(&m);
	mtx_destroy(&m2);
}
KTEST_ALONE(contention, contention_chain);

#define	PRI_LOW		120
#define	PRI_HOG		110
#define	PRI_HIGH	100
#define	STEPS		20		/* of the low one's critical section */

static volatile bool	owned, got, hogs_end;
static struct proc *volatile waiter;	/* who wants the mutex */
static volatile int	waited;		/* ticks */
static volatile u_int	hog_turns[MAXCPU]; /* on each processor */
static volatile u_int	overtaken;	/* steps between which a hog ran */

/*
 * Its section lets others run between its steps: each time anybody who is
 * better, but no hog in its place while somebody waits.
 */
static void
low(void *arg __unused)
{
	u_int cpu, turns;
	int step = 0;
	bool lent;

	mtx_lock(&m);
	owned = true;
	while (step < STEPS) {
		DELAY(500);
		lent = waiter != NULL && READ_ONCE(waiter->p_stat) == SMTX;
		cpu = PCPU_GET(cpuid);
		turns = hog_turns[cpu];
		give_way();
		if (lent) {
			step++;
			overtaken += cpu == PCPU_GET(cpuid) &&
			    hog_turns[cpu] != turns;
		}
	}
	mtx_unlock(&m);
}

static void
hog(void *arg __unused)
{
	int start = ticks;

	while (!hogs_end && ticks - start < PATIENCE) {
		hog_turns[PCPU_GET(cpuid)]++;
		DELAY(200);
		give_way();
	}
}

static void
high(void *arg __unused)
{
	int start = ticks;

	waiter = curproc;
	mtx_lock(&m);
	waited = ticks - start;
	got = !hogs_end;
	mtx_unlock(&m);
	hogs_end = true;
}

/*
 * Every processor has something better to do than the low one, and worse
 * than the high one, which waits for it.  Without the loan the low one would
 * run when the hogs have had enough.
 */
static void
contention_inversion(struct ktest *t)
{
	struct helper h, hogs[MAXCPU], l;
	u_int i;

	mtx_init(&m, "test", NULL, MTX_DEF);
	owned = got = hogs_end = false;
	waiter = NULL;
	overtaken = 0;
	if (!helper_make(t, &l, low, NULL))
		return;
	helper_go(&l, PRI_LOW);
	KTEST_ASSERT(t, WAIT_UNTIL(owned));
	for (i = 0; i < mp_ncpus; i++)
		if (helper_make(t, &hogs[i], hog, NULL))
			helper_go(&hogs[i], PRI_HOG);
	settle();
	if (helper_make(t, &h, high, NULL))
		helper_go(&h, PRI_HIGH);
	KTEST_ASSERT(t, WAIT_UNTIL(got));
	KTEST_ASSERT(t, waited < PATIENCE / 5);
	KTEST_EQ(t, overtaken, 0);
	hogs_end = true;
	helper_wait(t, &h);
	helper_wait(t, &l);
	for (i = 0; i < mp_ncpus; i++)
		helper_wait(t, &hogs[i]);
	mtx_destroy(&m);
}
KTEST(contention, contention_inversion);

/* ------------------------------------------------ shared and exclusive */

#define	CROWD	3
static volatile u_int	turns;		/* of the crowd; atomic */
static volatile u_int	seen;		/* turns while the other one waited */
static volatile bool	enough, through;

/* As soon as it is out it wants in again. */
static void
crowd_reads(void *arg __unused)
{
	while (!enough) {
		sx_slock(&lock);
		atomic_add_int(&turns, 1);
		settle();
		sx_sunlock(&lock);
	}
}

static void
crowd_writes(void *arg __unused)
{
	while (!enough) {
		sx_xlock(&lock);
		atomic_add_int(&turns, 1);
		settle();
		sx_xunlock(&lock);
	}
}

static void
one_writes(void *arg __unused)
{
	u_int before = turns;

	sx_xlock(&lock);
	seen = turns - before;
	through = true;
	sx_xunlock(&lock);
}

static void
one_reads(void *arg __unused)
{
	u_int before = turns;

	sx_slock(&lock);
	seen = turns - before;
	through = true;
	sx_sunlock(&lock);
}

static void
one_of(struct ktest *t, void (*crowd)(void *), void (*one)(void *))
{
	struct helper c[CROWD], h;
	u_int i;

	sx_init(&lock, "test");
	turns = seen = 0;
	enough = through = false;
	for (i = 0; i < CROWD; i++)
		helper_start(t, &c[i], crowd, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(turns > 2 * CROWD));
	helper_start(t, &h, one, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(through));
	enough = true;
	helper_wait(t, &h);
	for (i = 0; i < CROWD; i++)
		helper_wait(t, &c[i]);
	KTEST_EQ(t, lock.sx_lock, 0);
	sx_destroy(&lock);
}

/*
 * A writer waits for the readers that are in, however many would like to
 * follow.  One or two may slip in before it is counted as waiting.
 */
static void
contention_writer(struct ktest *t)
{
	one_of(t, crowd_reads, one_writes);
	KTEST_ASSERT(t, seen <= CROWD);
}
KTEST(contention, contention_writer);

/*
 * A reader waits for the writer that is in, not for those that wait too.
 */
static void
contention_reader(struct ktest *t)
{
	one_of(t, crowd_writes, one_reads);
	KTEST_ASSERT(t, seen <= 1);
}
KTEST(contention, contention_reader);

static u_int	order[CROWD], nth;	/* (lock) */

static void
nth_writes(void *arg)
{
	sx_xlock(&lock);
	order[nth++] = (u_int)(uintptr_t)arg;
	sx_xunlock(&lock);
}

/*
 * Writers have it in the order in which they came.
 */
static void
contention_writers(struct ktest *t)
{
	struct helper h[CROWD];
	u_int i;

	sx_init(&lock, "test");
	nth = 0;
	sx_slock(&lock);
	for (i = 0; i < CROWD; i++) {
		helper_start(t, &h[i], nth_writes, (void *)(uintptr_t)i);
		KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_wwaiters == i + 1));
	}
	sx_sunlock(&lock);
	for (i = 0; i < CROWD; i++)
		helper_wait(t, &h[i]);
	for (i = 0; i < CROWD; i++)
		KTEST_EQ(t, order[i], i);
	sx_destroy(&lock);
}
KTEST(contention, contention_writers);

static volatile bool	in;

static void
holder(void *arg __unused)
{
	sx_xlock(&lock);
	in = true;
	(void)WAIT_UNTIL(lock.sx_rwaiters == 2 && lock.sx_wwaiters == 1);
	sx_downgrade(&lock);
	(void)WAIT_UNTIL(turns == 2);
	sx_sunlock(&lock);
}

static void
reader_waits(void *arg __unused)
{
	sx_slock(&lock);
	atomic_add_int(&turns, 1);
	(void)WAIT_UNTIL(turns == 2);
	sx_sunlock(&lock);
}

/*
 * A writer that turns reader lets those in who wait to read, and the next
 * writer when the last of them is out.
 */
static void
contention_downgrade(struct ktest *t)
{
	struct helper h, r1, r2, w;

	sx_init(&lock, "test");
	turns = seen = 0;
	in = through = false;
	helper_start(t, &h, holder, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(in));
	helper_start(t, &w, one_writes, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_wwaiters == 1));
	helper_start(t, &r1, reader_waits, NULL);
	helper_start(t, &r2, reader_waits, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(through));
	KTEST_EQ(t, seen, 2);
	helper_wait(t, &h);
	helper_wait(t, &r1);
	helper_wait(t, &r2);
	helper_wait(t, &w);
	KTEST_EQ(t, lock.sx_lock, 0);
	sx_destroy(&lock);
}
KTEST(contention, contention_downgrade);
