/*
 * Callouts: a wheel of 256 slots, one tick each.  A tick looks at one slot;
 * what stands there for a later turn of the wheel stays.  What is due is
 * moved to a list that the kernel thread "softclock" works off.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>

#define	WHEELSIZE	256		/* a power of two */
TAILQ_HEAD(calloutq, callout);

static struct mtx	callout_lock;		/* spin; guards all below */
static struct calloutq	wheel[WHEELSIZE];
static struct calloutq	due;			/* to be run */
static struct callout	*running;		/* its function runs */
static bool		cancelled;		/* before its function began */
static struct thread	*runner;		/* softclock */
static bool		wanted;			/* somebody waits for it */

void
callout_boot(void)
{
	u_int i;

	mtx_init(&callout_lock, "callout", NULL, MTX_SPIN);
	for (i = 0; i < WHEELSIZE; i++)
		TAILQ_INIT(&wheel[i]);
	TAILQ_INIT(&due);
}

/*
 * Make a callout.  Without "mpsafe" its function runs with Giant.
 */
void
callout_init(struct callout *c, int mpsafe)
{
	bzero(c, sizeof(*c));
	if (mpsafe)
		c->c_flags = CALLOUT_MPSAFE;
	else
		c->c_mtx = &Giant;
}

/*
 * The same, and its function runs with that mutex: callout_stop() under
 * the mutex is then sure that the function is not about to begin.
 */
void
callout_init_mtx(struct callout *c, struct mtx *m, int flags __unused)
{
	bzero(c, sizeof(*c));
	c->c_flags = CALLOUT_MPSAFE;
	c->c_mtx = m;
}

static struct calloutq *
callout_queue(struct callout *c)
{
	return (c->c_flags & CALLOUT_DUE ?
		&due :
		&wheel[(u_int)c->c_time % WHEELSIZE]);
}

/*
 * Take a callout off its queue: 1 if it was on one.
 */
static int
callout_remove(struct callout *c)
{
	mtx_assert(&callout_lock, MA_OWNED);
	if (!callout_pending(c))
		return (0);
	TAILQ_REMOVE(callout_queue(c), c, c_links);
	c->c_flags &= ~(CALLOUT_PENDING | CALLOUT_DUE);
	/* softclock may be waiting for its mutex: see callout_run(). */
	if (running == c)
		cancelled = true;
	return (1);
}

/*
 * Call fn(arg) after that many ticks, at least one.  A call that was set
 * before and has not begun is given up: 1 is returned then, else 0.
 */
int
callout_reset(struct callout *c, int to_ticks, void (*fn)(void *), void *arg)
{
	int was_pending;

	mtx_lock_spin(&callout_lock);
	was_pending = callout_remove(c);
	c->c_flags |= CALLOUT_PENDING | CALLOUT_ACTIVE;
	c->c_func = fn;
	c->c_arg = arg;
	/* Unsigned, since ticks wraps. */
	c->c_time = (u_int)ticks + imax(to_ticks, 1);
	TAILQ_INSERT_TAIL(callout_queue(c), c, c_links);
	mtx_unlock_spin(&callout_lock);
	return (was_pending);
}

/*
 * Take the call back.  1 if it will not run; 0 if there was none, or it
 * has begun.
 */
int
callout_stop(struct callout *c)
{
	int stopped;

	mtx_lock_spin(&callout_lock);
	stopped = callout_remove(c);
	c->c_flags &= ~CALLOUT_ACTIVE;
	mtx_unlock_spin(&callout_lock);
	return (stopped);
}

/*
 * The same, and if the function is running, wait until it has ended.  No
 * mutex may be held, least of all the callout's, and nobody else may set it
 * meanwhile.  "wanted" is set under both locks: softclock reads it under
 * callout_lock, and its wakeup() has to wait for sched_lock until we are on
 * the queue.
 */
int
callout_drain(struct callout *c)
{
	int stopped;
	bool runs;

	if (runner != curthread)
		witness_sleep(NULL, false, "codrain");
	/* Never set, or not since the last drain: most processes' timers. */
	if (data_race(c->c_func) == NULL)
		return (0);
	mtx_lock_spin(&callout_lock);
	stopped = callout_remove(c);
	c->c_flags &= ~CALLOUT_ACTIVE;
	c->c_func = NULL;
	runs = running == c;
	mtx_unlock_spin(&callout_lock);
	if (!runs || runner == curthread)
		return (stopped);
	mtx_lock_spin(&sched_lock);
	mtx_lock_spin(&callout_lock);
	while (running == c) {
		wanted = true;
		mtx_unlock_spin(&callout_lock);
		sleepq_wait_locked(&wanted, PWAIT, "codrain");
		mtx_lock_spin(&callout_lock);
	}
	mtx_unlock_spin(&callout_lock);
	mtx_unlock_spin(&sched_lock);
	return (stopped);
}

/*
 * A tick has passed: move what is due to the list.  1 if there is any.
 * Called by hardclock, after it has advanced ticks.
 */
int
callout_tick(void)
{
	struct callout *c, *next;
	struct calloutq *q;
	int any;

	mtx_lock_spin(&callout_lock);
	q = &wheel[(u_int)ticks % WHEELSIZE];
	TAILQ_FOREACH_SAFE(c, q, c_links, next)
		if (c->c_time == ticks) {
			TAILQ_REMOVE(q, c, c_links);
			c->c_flags |= CALLOUT_DUE;
			TAILQ_INSERT_TAIL(&due, c, c_links);
		}
	any = !TAILQ_EMPTY(&due);
	mtx_unlock_spin(&callout_lock);
	return (any);
}

/*
 * Run one callout.  Its mutex is taken first, and then "cancelled" is looked
 * at: whoever held the mutex may have stopped or moved it.  The callout
 * itself may not be touched then, its memory may have been freed.
 */
static void
callout_run(struct callout *c)
{
	void (*fn)(void *) = NULL;
	struct mtx *m = c->c_mtx;
	void *arg = NULL;

	mtx_assert(&callout_lock, MA_OWNED);
	running = c;
	cancelled = false;
	mtx_unlock_spin(&callout_lock);
	if (m != NULL)
		mtx_lock(m);
	mtx_lock_spin(&callout_lock);
	if (!cancelled) {
		callout_remove(c);
		fn = c->c_func;
		arg = c->c_arg;
	}
	mtx_unlock_spin(&callout_lock);
	/* Not to sleep: the time-out of a sleep is softclock's work too. */
	curthread->td_inhibit++;
	if (fn != NULL) {
		KTR_EVENT(KTR_CALLOUT, fn, arg);
		(*fn)(arg);
	}
	curthread->td_inhibit--;
	/* From here on c may be gone. */
	if (m != NULL)
		mtx_unlock(m);
	mtx_lock_spin(&callout_lock);
	running = NULL;
}

/*
 * The thread that runs callouts.  callout_tick() wakes it; the list is
 * looked at under sched_lock before it sleeps, so that no word is lost.
 */
static void
softclock(void)
{
	bool wake;

	runner = curthread;
	for (;;) {
		mtx_lock_spin(&callout_lock);
		while (!TAILQ_EMPTY(&due))
			callout_run(TAILQ_FIRST(&due));
		wake = wanted;
		wanted = false;
		mtx_unlock_spin(&callout_lock);
		if (wake)
			wakeup(&wanted);

		mtx_lock_spin(&sched_lock);
		if (data_race(TAILQ_EMPTY(&due)))
			sleepq_wait_locked(&due, PSWP, "softclk");
		mtx_unlock_spin(&sched_lock);
	}
}
static struct kproc_desc softclock_kp = { "softclock", softclock, NULL };
SYSINIT(softclock, SI_SUB_SOFTINTR, SI_ORDER_FIRST, kproc_start,
    &softclock_kp);

/*
 * hardclock's word to softclock.
 */
void
softclock_wakeup(void)
{
	wakeup(&due);
}
