/*
 * WITNESS: each of its rules, broken on purpose while it does not panic.
 */
#include "kern_util.h"
#include "sysctl_util.h"
#include <sys/malloc.h>
#include <sys/sx.h>

#ifdef WITNESS

static struct mtx	first, second, twin, spin;
static struct sx	sx;
static u_int		before;
static int		panics;

/* Names of the table: "filedesc" comes before "pipe". */
static void
setup(void)
{
	mtx_init(&first, "filedesc", NULL, MTX_DEF);
	mtx_init(&second, "pipe", NULL, MTX_DEF);
	mtx_init(&twin, "pipe", NULL, MTX_DEF);
	mtx_init(&spin, "uart", NULL, MTX_SPIN);
	sx_init(&sx, "test");
	panics = witness_panics;
	witness_panics = 0;
	before = witness_violations;
}

static void
cleanup(void)
{
	witness_panics = panics;
	witness_violations = before;
	mtx_destroy(&first);
	mtx_destroy(&second);
	mtx_destroy(&twin);
	mtx_destroy(&spin);
	sx_destroy(&sx);
}

static u_int
found(void)
{
	u_int n = witness_violations - before;

	before = witness_violations;
	return (n);
}

static void
witness_right_order(struct ktest *t)
{
	setup();
	sx_slock(&sx);
	mtx_lock(&first);
	mtx_lock(&second);
	mtx_lock_spin(&spin);
	mtx_unlock_spin(&spin);
	mtx_unlock(&first); /* the order of unlocking is free */
	mtx_unlock(&second);
	sx_sunlock(&sx);
	KTEST_EQ(t, found(), 0);
	cleanup();
}
KTEST(witness, witness_right_order);

/*
 * The report tells where both were taken.
 */
static void
witness_wrong_order(struct ktest *t)
{
	char *log, place[64], *tail;
	int here;
	size_t len = 0;

	setup();
	mtx_lock(&second);
	here = __LINE__ + 1;
	mtx_lock(&first);
	mtx_unlock(&first);
	mtx_unlock(&second);
	KTEST_EQ(t, found(), 1);

	KTEST_EQ(t, k_sysctlbyname("kern.msgbuf", NULL, &len, NULL, 0), 0);
	log = malloc(len, M_TEMP, M_WAITOK);
	KTEST_EQ(t, k_sysctlbyname("kern.msgbuf", log, &len, NULL, 0), 0);
	tail = log + (len > 300 ? len - 300 : 0);
	snprintf(place, sizeof(place), "filedesc at %s:%d", __FILE__, here);
	KTEST_ASSERT(t, strstr(tail, place) != NULL);
	snprintf(place, sizeof(place), "pipe, taken at %s:%d", __FILE__,
	    here - 2);
	KTEST_ASSERT(t, strstr(tail, place) != NULL);
	free(log, M_TEMP);
	cleanup();
}
KTEST(witness, witness_wrong_order);

static void
witness_two_of_a_kind(struct ktest *t)
{
	setup();
	mtx_lock(&second);
	mtx_lock(&twin);
	KTEST_EQ(t, found(), 1);
	mtx_unlock(&twin);
	mtx_unlock(&second);
	mtx_destroy(&twin);
	mtx_init(&twin, "pipe", NULL, MTX_DEF | MTX_DUPOK);
	mtx_lock(&second);
	mtx_lock(&twin);
	KTEST_EQ(t, found(), 0);
	mtx_unlock(&twin);
	mtx_unlock(&second);
	cleanup();
}
KTEST(witness, witness_two_of_a_kind);

/*
 * Who waits for an sx lock sleeps, and may not take a mutex along.
 */
static void
witness_sx_after_mutex(struct ktest *t)
{
	setup();
	mtx_lock(&first);
	sx_slock(&sx);
	KTEST_EQ(t, found(), 1);
	sx_sunlock(&sx);
	mtx_unlock(&first);
	/* Giant is let go of when the sx lock has to be waited for. */
	mtx_lock(&Giant);
	sx_slock(&sx);
	KTEST_EQ(t, found(), 0);
	sx_sunlock(&sx);
	mtx_unlock(&Giant);
	cleanup();
}
KTEST(witness, witness_sx_after_mutex);

static void
witness_mutex_after_spin(struct ktest *t)
{
	setup();
	mtx_lock_spin(&spin);
	witness_checkorder(&first.mtx_object, __FILE__, __LINE__);
	KTEST_EQ(t, found(), 1);
	witness_checkorder(&sx.sx_object, __FILE__, __LINE__);
	KTEST_EQ(t, found(), 1);
	witness_sleep(NULL, false, "test");
	KTEST_EQ(t, found(), 1);
	mtx_unlock_spin(&spin);
	witness_sleep(NULL, false, "test");
	KTEST_EQ(t, found(), 0);
	cleanup();
}
KTEST(witness, witness_mutex_after_spin);

/*
 * Spin mutexes are the processor's: sched_lock is there when a thread has been
 * switched to, where the one before it took it, and once.
 */
static void
witness_spins_of_processor(struct ktest *t)
{
	struct thread *td = curthread;
	u_int locks = td->td_locks, after;
	const struct lock_object *held;

	setup();
	mtx_lock_spin(&spin);
	KTEST_EQ(t, PCPU_GET(nspins), 1);
	KTEST_ASSERT(t, (*PCPU_PTR(spins))[0].li_lock == &spin.mtx_object);
	mtx_unlock_spin(&spin);
	mtx_lock_spin(&sched_lock);
	setrunqueue(td);
	mi_switch();
	after = PCPU_GET(nspins);
	held = (*PCPU_PTR(spins))[0].li_lock;
	mtx_unlock_spin(&sched_lock);
	KTEST_EQ(t, after, 1);
	KTEST_ASSERT(t, held == &sched_lock.mtx_object);
	KTEST_EQ(t, td->td_locks, locks);
	cleanup();
}
KTEST(witness, witness_spins_of_processor);

static void
witness_sleep_with_mutex(struct ktest *t)
{
	static int chan;

	setup();
	mtx_lock(&first);
	tsleep(&chan, PWAIT, "test", 1);
	KTEST_EQ(t, found(), 1);
	/* The one that msleep() lets go of is no harm; an sx lock neither. */
	sx_slock(&sx);
	found();
	msleep(&chan, &first, PWAIT, "test", 1);
	KTEST_EQ(t, found(), 0);
	mtx_lock(&second);
	msleep(&chan, &first, PWAIT, "test", 1);
	KTEST_ASSERT(t, found() > 0);
	mtx_unlock(&second);
	mtx_unlock(&first);
	sx_sunlock(&sx);
	cleanup();
}
KTEST(witness, witness_sleep_with_mutex);

/* Who may be stopped in a sleep would keep an sx lock for as long. */
static void
witness_sleep_with_sx(struct ktest *t)
{
	setup();
	sx_slock(&sx);
	KTEST_EQ(t, tsleep(&sx, PWAIT, "test", 1), EWOULDBLOCK);
	KTEST_EQ(t, found(), 0);
	KTEST_EQ(t, tsleep(&sx, PWAIT | PCATCH, "test", 1), EWOULDBLOCK);
	KTEST_EQ(t, found(), 1);
	sx_sunlock(&sx);
	cleanup();
}
KTEST(witness, witness_sleep_with_sx);

/*
 * The list of what a thread holds, with the place of each.
 */
static void
witness_keeps_list(struct ktest *t)
{
	struct thread *td = curthread;
	u_int n = td->td_locks;
	int here;

	setup();
	mtx_lock(&first);
	here = __LINE__ + 1;
	mtx_lock(&second);
	KTEST_EQ(t, td->td_locks, n + 2);
	KTEST_ASSERT(t, td->td_held[n + 1].li_lock == &second.mtx_object);
	KTEST_EQ(t, td->td_held[n + 1].li_line, here);
	mtx_unlock(&first);
	KTEST_EQ(t, td->td_locks, n + 1);
	KTEST_ASSERT(t, td->td_held[n].li_lock == &second.mtx_object);
	mtx_unlock(&second);
	KTEST_EQ(t, td->td_locks, n);
	cleanup();
}
KTEST(witness, witness_keeps_list);

#endif /* WITNESS */
