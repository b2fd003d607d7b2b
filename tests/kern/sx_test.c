/*
 * Shared/exclusive locks.
 */
#include "kern_util.h"
#include <sys/sx.h>
#include <machine/atomic.h>

static struct sx	lock;
static volatile u_int	inside, done;	/* atomic: the readers run at once */
static volatile int	found, stop;

static void
sx_states(struct ktest *t)
{
	sx_init(&lock, "test");
	KTEST_EQ(t, sx_try_slock(&lock), 1);
	KTEST_EQ(t, sx_try_slock(&lock), 1);
	KTEST_EQ(t, sx_try_xlock(&lock), 0);
	sx_assert(&lock, SX_SLOCKED);
	sx_sunlock(&lock);
	sx_sunlock(&lock);
	KTEST_EQ(t, sx_try_xlock(&lock), 1);
	KTEST_ASSERT(t, sx_xlocked(&lock));
	KTEST_EQ(t, sx_try_slock(&lock), 0);
	KTEST_EQ(t, sx_try_xlock(&lock), 0);
	sx_downgrade(&lock);
	KTEST_ASSERT(t, !sx_xlocked(&lock));
	KTEST_EQ(t, sx_try_slock(&lock), 1);
	sx_sunlock(&lock);
	sx_sunlock(&lock);
	sx_xlock(&lock);
	sx_xunlock(&lock);
	sx_assert(&lock, SX_UNLOCKED);
	sx_destroy(&lock);
}
KTEST(sx, sx_states);

static void
reader(void *arg __unused)
{
	sx_slock(&lock);
	atomic_add_int(&inside, 1);
	while (!stop)
		settle();
	atomic_subtract_int(&inside, 1);
	sx_sunlock(&lock);
	atomic_add_int(&done, 1);
}

static void
writer(void *arg __unused)
{
	sx_xlock(&lock);
	found = 100 + inside;
	sx_xunlock(&lock);
	atomic_add_int(&done, 1);
}

/*
 * Readers are in together and sleep there.  A writer waits for them, and
 * a reader that comes after the writer waits for it.
 */
static void
sx_writer_first(struct ktest *t)
{
	struct helper r1, r2, r3, w;

	sx_init(&lock, "test");
	inside = done = 0;
	found = stop = 0;
	helper_start(t, &r1, reader, NULL);
	helper_start(t, &r2, reader, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(inside == 2));
	helper_start(t, &w, writer, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_wwaiters == 1));
	helper_start(t, &r3, reader, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_rwaiters == 1));
	KTEST_EQ(t, inside, 2);
	KTEST_EQ(t, found, 0);
	stop = 1;
	helper_wait(t, &r1);
	helper_wait(t, &r2);
	helper_wait(t, &w);
	helper_wait(t, &r3);
	KTEST_EQ(t, done, 4);
	/* The writer saw nobody inside. */
	KTEST_EQ(t, found, 100);
	KTEST_EQ(t, lock.sx_lock, 0);
	sx_destroy(&lock);
}
KTEST(sx, sx_writer_first);

static bool
has_owner(const struct helper *h)
{
	struct waits_seen seen = { NULL, NULL };
	bool has;

	mtx_lock_spin(&sched_lock);
	has = waits_for_owner(&h->p->p_thread, &seen);
	mtx_unlock_spin(&sched_lock);
	return (has);
}

/*
 * Those who report on sleepers know who waits for a lock that somebody has,
 * be it one to read or to write.
 */
static void
sx_waits_for_owner(struct ktest *t)
{
	struct helper w, r;

	sx_init(&lock, "test");
	done = found = 0;
	stop = 1;
	sx_slock(&lock);
	helper_start(t, &w, writer, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_wwaiters == 1));
	KTEST_ASSERT(t, WAIT_UNTIL(has_owner(&w)));
	sx_sunlock(&lock);
	helper_wait(t, &w);

	sx_xlock(&lock);
	helper_start(t, &r, reader, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(lock.sx_rwaiters == 1));
	KTEST_ASSERT(t, WAIT_UNTIL(has_owner(&r)));
	sx_xunlock(&lock);
	helper_wait(t, &r);
	KTEST_EQ(t, done, 2);
	sx_destroy(&lock);
}
KTEST(sx, sx_waits_for_owner);

static volatile bool	giant_taken;

static void
giant_then_unlock(void *arg __unused)
{
	sx_xlock(&lock);
	inside = 1;
	(void)WAIT_UNTIL(lock.sx_rwaiters > 0);
	mtx_lock(&Giant);
	giant_taken = true;
	mtx_unlock(&Giant);
	sx_xunlock(&lock);
}

/*
 * Who waits for an sx lock with Giant lets others have Giant meanwhile.
 */
static void
sx_drops_giant(struct ktest *t)
{
	struct helper h;

	sx_init(&lock, "test");
	inside = 0;
	giant_taken = false;
	helper_start(t, &h, giant_then_unlock, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(inside == 1));
	mtx_lock(&Giant);
	mtx_lock(&Giant);
	sx_slock(&lock);
	KTEST_ASSERT(t, giant_taken);
	KTEST_ASSERT(t, mtx_owned(&Giant) && mtx_recursed(&Giant));
	sx_sunlock(&lock);
	mtx_unlock(&Giant);
	mtx_unlock(&Giant);
	helper_wait(t, &h);
	sx_destroy(&lock);
}
KTEST(sx, sx_drops_giant);

#define	HELPERS	6
#define	ROUNDS	150
static volatile int	sum, wrong;

static void
mixed(void *arg)
{
	int i, me = (int)(intptr_t)arg, seen;

	for (i = 0; i < ROUNDS; i++) {
		if ((i + me) % 3 != 0) {
			sx_slock(&lock);
			seen = sum;
			yield();
			wrong += seen != sum;
			sx_sunlock(&lock);
			continue;
		}
		sx_xlock(&lock);
		seen = sum;
		yield();
		sum = seen + 1;
		sx_xunlock(&lock);
	}
}

static void
sx_excludes(struct ktest *t)
{
	struct helper h[HELPERS] = { { .pid = 0 } };
	int i;

	sx_init(&lock, "test");
	sum = wrong = 0;
	for (i = 0; i < HELPERS; i++)
		helper_start(t, &h[i], mixed, (void *)(intptr_t)i);
	for (i = 0; i < HELPERS; i++)
		helper_wait(t, &h[i]);
	KTEST_EQ(t, sum, HELPERS * ROUNDS / 3);
	KTEST_EQ(t, wrong, 0);
	KTEST_EQ(t, lock.sx_lock, 0);
	sx_destroy(&lock);
}
KTEST(sx, sx_excludes);
