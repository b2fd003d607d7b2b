/*
 * Mutexes: who owns them, who waits, who lends what to whom.
 */
#include "kern_util.h"
#include <sys/critical.h>
#include <sys/sched.h>
#include <machine/cpufunc.h>
#include <machine/psl.h>

#define	HELPERS	8

static struct mtx	m, m2;

static void
mutex_owner(struct ktest *t)
{
	mtx_init(&m, "test", NULL, MTX_DEF);
	KTEST_ASSERT(t, !mtx_owned(&m));
	KTEST_ASSERT(t, mtx_owner(&m) == NULL);
	mtx_lock(&m);
	KTEST_ASSERT(t, mtx_owned(&m));
	KTEST_ASSERT(t, mtx_owner(&m) == curthread);
#ifdef INVARIANTS
	KTEST_ASSERT(t, m.mtx_line > 0 && m.mtx_file != NULL);
#endif
	KTEST_EQ(t, mtx_trylock(&m), 0);
	mtx_unlock(&m);
	KTEST_ASSERT(t, !mtx_owned(&m));
	KTEST_EQ(t, mtx_trylock(&m), 1);
	KTEST_ASSERT(t, mtx_owned(&m));
	mtx_unlock(&m);
	mtx_destroy(&m);
	KTEST_ASSERT(t, !mtx_initialized(&m));
}
KTEST(mutex, mutex_owner);

static void
mutex_recursion(struct ktest *t)
{
	mtx_init(&m, "test", NULL, MTX_DEF | MTX_RECURSE);
	mtx_lock(&m);
	KTEST_ASSERT(t, !mtx_recursed(&m));
	mtx_lock(&m);
	KTEST_EQ(t, mtx_trylock(&m), 1);
	KTEST_ASSERT(t, mtx_recursed(&m));
	mtx_unlock(&m);
	mtx_unlock(&m);
	KTEST_ASSERT(t, mtx_owned(&m) && !mtx_recursed(&m));
	mtx_unlock(&m);
	KTEST_ASSERT(t, !mtx_owned(&m));
	mtx_destroy(&m);
}
KTEST(mutex, mutex_recursion);

/*
 * Spin mutexes keep interrupts off from the first to the last.
 */
static void
mutex_spin(struct ktest *t)
{
	struct mtx a, b;
	u_int locks = curthread->td_spinlocks;

	mtx_init(&a, "test spin a", NULL, MTX_SPIN);
	mtx_init(&b, "test spin b", NULL, MTX_SPIN);
	KTEST_ASSERT(t, read_eflags() & PSL_I);
	mtx_lock_spin(&a);
	KTEST_ASSERT(t, (read_eflags() & PSL_I) == 0);
	mtx_lock_spin(&b);
	KTEST_EQ(t, curthread->td_spinlocks, locks + 2);
	mtx_unlock_spin(&a);
	KTEST_ASSERT(t, (read_eflags() & PSL_I) == 0);
	mtx_unlock_spin(&b);
	KTEST_ASSERT(t, read_eflags() & PSL_I);
	KTEST_EQ(t, curthread->td_spinlocks, locks);
	critical_enter();
	KTEST_ASSERT(t, (read_eflags() & PSL_I) == 0);
	critical_exit();
	KTEST_ASSERT(t, read_eflags() & PSL_I);
}
KTEST(mutex, mutex_spin);

static volatile int	got[HELPERS], ngot;

static void
take(void *arg)
{
	mtx_lock(&m);
	got[ngot++ % HELPERS] = (int)(intptr_t)arg;
	mtx_unlock(&m);
}

/*
 * Who finds a mutex owned waits, in state SMTX, and gets it at the unlock.
 */
static void
mutex_waits(struct ktest *t)
{
	struct helper h;

	mtx_init(&m, "test", NULL, MTX_DEF);
	ngot = 0;
	if (!helper_make(t, &h, take, (void *)1))
		return;
	mtx_lock(&m);
	helper_go(&h, 0);
	KTEST_ASSERT(t, YIELD_UNTIL(KTEST_PEEK(h.p->p_stat) == SMTX));
	KTEST_ASSERT(t, KTEST_PEEK(h.p->p_thread.td_blocked) == &m);
	KTEST_ASSERT(t, m.mtx_lock & MTX_CONTESTED);
	KTEST_EQ(t, ngot, 0);
	mtx_unlock(&m);
	helper_wait(t, &h);
	KTEST_EQ(t, ngot, 1);
	KTEST_EQ(t, m.mtx_lock, MTX_UNOWNED);
	mtx_destroy(&m);
}
KTEST_ALONE(mutex, mutex_waits);

/*
 * Own m and have n others come to wait for it, one after the other, at these
 * priorities; each writes its own down when it has it.
 */
static bool
line_up(struct ktest *t, struct helper *h, const int *pri, int n)
{
	int i;

	mtx_init(&m, "test", NULL, MTX_DEF);
	ngot = 0;
	for (i = 0; i < n; i++)
		if (!helper_make(t, &h[i], take, (void *)(intptr_t)pri[i]))
			return (false);
	mtx_lock(&m);
	for (i = 0; i < n; i++) {
		helper_go(&h[i], pri[i]);
		KTEST_ASSERT(t,
		    YIELD_UNTIL(KTEST_PEEK(h[i].p->p_stat) == SMTX));
	}
	return (true);
}

/*
 * Of several that wait the best gets it first, though it came last: as the
 * owner, who has its priority from the one before, only lets better ones run.
 */
static void
mutex_best_first(struct ktest *t)
{
	static const int pri[4] = { 120, 112, 104, 100 };
	struct helper h[4] = { { .pid = 0 } };
	int i;

	if (!line_up(t, h, pri, 4))
		return;
	mtx_unlock(&m);
	for (i = 0; i < 4; i++)
		helper_wait(t, &h[i]);
	KTEST_EQ(t, ngot, 4);
	KTEST_EQ(t, got[0], 100);
	KTEST_EQ(t, got[1], 104);
	KTEST_EQ(t, got[2], 112);
	KTEST_EQ(t, got[3], 120);
	mtx_destroy(&m);
}
KTEST_ALONE(mutex, mutex_best_first);

/*
 * And of those that wait the one that becomes the best meanwhile.
 */
static void
mutex_best_later(struct ktest *t)
{
	static const int pri[3] = { 120, 112, 104 };
	struct helper h[3] = { { .pid = 0 } };
	int i;

	if (!line_up(t, h, pri, 3))
		return;
	mtx_lock_spin(&sched_lock);
	sched_prio(&h[0].p->p_thread, 100);
	mtx_unlock_spin(&sched_lock);
	mtx_unlock(&m);
	for (i = 0; i < 3; i++)
		helper_wait(t, &h[i]);
	KTEST_EQ(t, ngot, 3);
	KTEST_EQ(t, got[0], 120);
	KTEST_EQ(t, got[1], 104);
	KTEST_EQ(t, got[2], 112);
	mtx_destroy(&m);
}
KTEST_ALONE(mutex, mutex_best_later);

static volatile int	lent, returned, ready;

/* Own m until somebody waits for it; note the own priority. */
static void
owner(void *arg __unused)
{
	mtx_lock(&m);
	ready++;
	(void)YIELD_UNTIL(m.mtx_lock & MTX_CONTESTED);
	lent = curthread->td_priority;
	mtx_unlock(&m);
	returned = curthread->td_priority;
}

/* Own m2 and wait for m. */
static void
middle(void *arg __unused)
{
	mtx_lock(&m2);
	ready++;
	(void)YIELD_UNTIL(m2.mtx_lock & MTX_CONTESTED);
	mtx_lock(&m);
	mtx_unlock(&m);
	mtx_unlock(&m2);
}

/*
 * The owner of what a better thread waits for runs at that one's priority
 * until it lets go.
 */
static void
mutex_lends(struct ktest *t)
{
	struct helper h;
	int pri;

	mtx_init(&m, "test", NULL, MTX_DEF);
	ready = lent = returned = 0;
	if (!helper_start(t, &h, owner, NULL))
		return;
	KTEST_ASSERT(t, WAIT_UNTIL(ready == 1));
	pri = curthread->td_priority;
	KTEST_ASSERT(t, pri < PUSER);
	mtx_lock(&m);
	KTEST_EQ(t, lent, pri);
	mtx_unlock(&m);
	helper_wait(t, &h);
	KTEST_ASSERT(t, returned >= PUSER);
	mtx_destroy(&m);
}
KTEST_ALONE(mutex, mutex_lends);

/*
 * A chain: we wait for the middle one, which waits for the owner.
 */
static void
mutex_lends_on(struct ktest *t)
{
	struct helper a, b;
	int pri;

	mtx_init(&m, "test", NULL, MTX_DEF);
	mtx_init(&m2, "test 2", NULL, MTX_DEF);
	ready = lent = returned = 0;
	if (!helper_start(t, &a, owner, NULL))
		return;
	helper_start(t, &b, middle, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(ready == 2));
	pri = curthread->td_priority;
	mtx_lock(&m2);
	KTEST_EQ(t, lent, pri);
	mtx_unlock(&m2);
	helper_wait(t, &a);
	helper_wait(t, &b);
	KTEST_ASSERT(t, returned >= PUSER);
	KTEST_ASSERT(t, LIST_EMPTY(&curthread->td_contested));
	mtx_destroy(&m);
	mtx_destroy(&m2);
}
KTEST_ALONE(mutex, mutex_lends_on);

#define	ROUNDS	300
static volatile int	sum;

static void
adder(void *arg __unused)
{
	int i, seen;

	for (i = 0; i < ROUNDS; i++) {
		mtx_lock(&m);
		seen = sum;
		if (i % 3 == 0)
			yield(); /* others come and find it owned */
		sum = seen + 1;
		mtx_unlock(&m);
		if (i % 5 == 0)
			yield();
	}
}

static void
mutex_excludes(struct ktest *t)
{
	struct helper h[HELPERS] = { { .pid = 0 } };
	int i, n = 0;

	mtx_init(&m, "test", NULL, MTX_DEF);
	sum = 0;
	for (i = 0; i < HELPERS; i++)
		n += helper_start(t, &h[i], adder, NULL);
	for (i = 0; i < HELPERS; i++)
		helper_wait(t, &h[i]);
	KTEST_EQ(t, sum, n * ROUNDS);
	KTEST_EQ(t, m.mtx_lock, MTX_UNOWNED);
	mtx_destroy(&m);
}
KTEST(mutex, mutex_excludes);

/*
 * DROP_GIANT and PICKUP_GIANT keep count.
 */
static void
mutex_giant(struct ktest *t)
{
	mtx_lock(&Giant);
	mtx_lock(&Giant);
	DROP_GIANT();
	KTEST_ASSERT(t, !mtx_owned(&Giant));
	PICKUP_GIANT();
	KTEST_ASSERT(t, mtx_owned(&Giant) && mtx_recursed(&Giant));
	mtx_unlock(&Giant);
	mtx_unlock(&Giant);
	KTEST_ASSERT(t, !mtx_owned(&Giant));
	DROP_GIANT();
	KTEST_ASSERT(t, !mtx_owned(&Giant));
	PICKUP_GIANT();
	KTEST_ASSERT(t, !mtx_owned(&Giant));
}
KTEST(mutex, mutex_giant);
