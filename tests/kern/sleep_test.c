/*
 * msleep(), wakeup() and what ends a sleep.
 */
#include "kern_util.h"
#include <sys/signalvar.h>
#include <machine/atomic.h>

#define	SLEEPERS	4

static struct mtx	m;
static int		chan, chan2;
static volatile int	woken[SLEEPERS], results[SLEEPERS];
static volatile u_int	nwoken;

static void
sleep_times_out(struct ktest *t)
{
	int start = ticks, took;

	KTEST_EQ(t, tsleep(&chan, PWAIT, "test", 5), EWOULDBLOCK);
	took = ticks - start;
	KTEST_ASSERT(t, took >= 5 && took < 5 + hz);
	KTEST_EQ(t, curthread->td_flags & (TDF_TIMEOUT | TDF_ONSLEEPQ), 0);
	KTEST_ASSERT(t, !callout_pending(&curthread->td_slpcallout));
	KTEST_ASSERT(t, curthread->td_wchan == NULL);
}
KTEST(sleep, sleep_times_out);

static void
sleeper(void *arg)
{
	int i = (int)(intptr_t)arg;

	results[i] = tsleep(&chan, PWAIT, "test", PATIENCE);
	woken[atomic_fetchadd_int(&nwoken, 1)] = i;
}

static void
start_sleepers(struct ktest *t, struct helper *h)
{
	int i;

	nwoken = 0;
	for (i = 0; i < SLEEPERS; i++) {
		helper_start(t, &h[i], sleeper, (void *)(intptr_t)i);
		KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h[i], &chan)));
	}
}

static void
wait_sleepers(struct ktest *t, struct helper *h)
{
	int i;

	for (i = 0; i < SLEEPERS; i++) {
		helper_wait(t, &h[i]);
		KTEST_EQ(t, results[i], 0);
	}
}

static void
sleep_wakeup_all(struct ktest *t)
{
	struct helper h[SLEEPERS];

	start_sleepers(t, h);
	wakeup(&chan2);
	settle();
	KTEST_EQ(t, nwoken, 0);
	wakeup(&chan);
	wait_sleepers(t, h);
	KTEST_EQ(t, nwoken, SLEEPERS);
}
KTEST(sleep, sleep_wakeup_all);

/*
 * One at a time, the one that has slept longest.
 */
static void
sleep_wakeup_one(struct ktest *t)
{
	struct helper h[SLEEPERS];
	int i;

	start_sleepers(t, h);
	for (i = 0; i < SLEEPERS; i++) {
		wakeup_one(&chan);
		KTEST_ASSERT(t, WAIT_UNTIL(nwoken == (u_int)i + 1));
		settle();
		KTEST_EQ(t, nwoken, i + 1);
		KTEST_EQ(t, woken[i], i);
	}
	wakeup_one(&chan);
	wait_sleepers(t, h);
}
KTEST(sleep, sleep_wakeup_one);

/*
 * Other channels of the same hash chain sleep on: these lie so that many
 * pairs share one.
 */
static char	channels[1 << 16];

static void
sleep_on_page(void *arg)
{
	int i = (int)(intptr_t)arg;

	results[i] = tsleep(&channels[i << 13], PWAIT, "test", PATIENCE);
	nwoken++;
}

static void
sleep_other_channels(struct ktest *t)
{
	struct helper h[SLEEPERS];
	int i;

	nwoken = 0;
	for (i = 0; i < SLEEPERS; i++)
		helper_start(t, &h[i], sleep_on_page, (void *)(intptr_t)i);
	for (i = 0; i < SLEEPERS; i++)
		KTEST_ASSERT(t,
		    WAIT_UNTIL(asleep_on(&h[i], &channels[i << 13])));
	for (i = SLEEPERS; i-- > 0;) {
		wakeup(&channels[i << 13]);
		helper_wait(t, &h[i]);
		KTEST_EQ(t, nwoken, SLEEPERS - i);
		KTEST_EQ(t, results[i], 0);
	}
}
KTEST(sleep, sleep_other_channels);

/* Another channel of the same hash chain. */
#define	TWIN(chan)	((char *)((uintptr_t)(chan) ^ 1 << 13 ^ 1 << 4))
#define	PAIRS		4
static volatile int	ended[2 * PAIRS];

static void
sleep_on_either(void *arg)
{
	int i = (int)(intptr_t)arg;

	(void)tsleep(i % 2 == 0 ? (char *)channels : TWIN(channels), PWAIT,
	    "test", PATIENCE);
	ended[atomic_fetchadd_int(&nwoken, 1)] = i;
}

/* Somebody ends now, nobody else, and is that one. */
static void
ends_next(struct ktest *t, u_int number, int who)
{
	KTEST_ASSERT(t, WAIT_UNTIL(nwoken == number + 1));
	settle();
	KTEST_EQ(t, nwoken, number + 1);
	KTEST_EQ(t, ended[number], who);
}

/*
 * One of those on a channel leaves early, the first, the last, or one
 * between: the others keep their places, on this channel and on its twin.
 */
static void
sleep_left_early(struct ktest *t)
{
	struct helper h[2 * PAIRS];
	int early, i;
	u_int n;

	for (early = 0; early < 2 * PAIRS; early += 2) {
		nwoken = n = 0;
		for (i = 0; i < 2 * PAIRS; i++) {
			helper_start(t, &h[i], sleep_on_either,
			    (void *)(intptr_t)i);
			KTEST_ASSERT(t,
			    WAIT_UNTIL(asleep_on(&h[i],
				i % 2 == 0 ? channels : TWIN(channels))));
		}
		mtx_lock_spin(&sched_lock);
		abortsleep(&h[early].p->p_thread);
		mtx_unlock_spin(&sched_lock);
		ends_next(t, n++, early);
		for (i = 0; i < 2 * PAIRS; i += 2) {
			if (i == early)
				continue;
			wakeup_one(channels);
			ends_next(t, n++, i);
		}
		for (i = 1; i < 2 * PAIRS; i += 2) {
			wakeup_one(TWIN(channels));
			ends_next(t, n++, i);
		}
		for (i = 0; i < 2 * PAIRS; i++)
			helper_wait(t, &h[i]);
	}
}
KTEST(sleep, sleep_left_early);

static void
sleep_mutex(struct ktest *t)
{
	mtx_init(&m, "test", NULL, MTX_DEF);
	mtx_lock(&m);
	KTEST_EQ(t, msleep(&chan, &m, PWAIT, "test", 1), EWOULDBLOCK);
	KTEST_ASSERT(t, mtx_owned(&m));
	KTEST_EQ(t, msleep(&chan, &m, PWAIT | PDROP, "test", 1), EWOULDBLOCK);
	KTEST_ASSERT(t, !mtx_owned(&m));
	mtx_destroy(&m);
}
KTEST(sleep, sleep_mutex);

#define	ROUNDS	2000
static volatile int	turn, timeouts;

static void
player(void *arg)
{
	int i, me = (int)(intptr_t)arg;

	for (i = 0; i < ROUNDS; i++) {
		mtx_lock(&m);
		while (turn != me)
			if (msleep(__DEVOLATILE(int *, &turn), &m, PWAIT,
				"turn", PATIENCE) != 0)
				timeouts++;
		turn = !me;
		wakeup(__DEVOLATILE(int *, &turn));
		mtx_unlock(&m);
		if ((i + me) % 7 == 0)
			yield();
	}
}

/*
 * Two take turns: one lost wakeup, and it does not end.
 */
static void
sleep_ping_pong(struct ktest *t)
{
	struct helper a, b;

	mtx_init(&m, "test", NULL, MTX_DEF);
	turn = timeouts = 0;
	helper_start(t, &a, player, (void *)0);
	helper_start(t, &b, player, (void *)1);
	helper_wait(t, &a);
	helper_wait(t, &b);
	KTEST_EQ(t, timeouts, 0);
	mtx_destroy(&m);
}
KTEST(sleep, sleep_ping_pong);

static volatile int	giant_taken;

static void
take_giant(void *arg __unused)
{
	mtx_lock(&Giant);
	giant_taken = 1;
	mtx_unlock(&Giant);
	wakeup(&chan);
}

/*
 * Giant is free for others while its owner sleeps, and held as often as
 * before when it goes on.
 */
static void
sleep_drops_giant(struct ktest *t)
{
	struct helper h;

	giant_taken = 0;
	mtx_lock(&Giant);
	mtx_lock(&Giant);
	helper_start(t, &h, take_giant, NULL);
	KTEST_EQ(t, tsleep(&chan, PWAIT, "test", PATIENCE), 0);
	KTEST_EQ(t, giant_taken, 1);
	KTEST_ASSERT(t, mtx_owned(&Giant) && mtx_recursed(&Giant));
	mtx_unlock(&Giant);
	KTEST_ASSERT(t, mtx_owned(&Giant) && !mtx_recursed(&Giant));
	mtx_unlock(&Giant);
	helper_wait(t, &h);
}
KTEST(sleep, sleep_drops_giant);

static void
catcher(void *arg)
{
	results[0] = tsleep(&chan, PWAIT | (int)(intptr_t)arg, "test",
	    PATIENCE);
	/* Once more: what is pending ends it before it begins. */
	results[1] = tsleep(&chan, PWAIT | (int)(intptr_t)arg, "test",
	    PATIENCE);
}

static void
send(struct helper *h, int sig)
{
	PROC_LOCK(h->p);
	psignal(h->p, sig);
	PROC_UNLOCK(h->p);
}

static void
sleep_catches(struct ktest *t)
{
	struct helper h;

	helper_start(t, &h, catcher, (void *)PCATCH);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &chan)));
	send(&h, SIGTERM);
	helper_wait(t, &h);
	KTEST_ASSERT(t, results[0] == EINTR || results[0] == ERESTART);
	KTEST_EQ(t, results[1], results[0]);
}
KTEST(sleep, sleep_catches);

/*
 * With PKILL only SIGKILL ends it; with neither nothing does.
 */
static void
sleep_kill_only(struct ktest *t)
{
	struct helper h;

	helper_start(t, &h, catcher, (void *)PKILL);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &chan)));
	send(&h, SIGTERM);
	settle();
	KTEST_ASSERT(t, asleep_on(&h, &chan));
	send(&h, SIGKILL);
	helper_wait(t, &h);
	KTEST_EQ(t, results[0], EINTR);
	KTEST_EQ(t, results[1], EINTR);

	helper_start(t, &h, sleeper, (void *)0);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &chan)));
	send(&h, SIGKILL);
	settle();
	KTEST_ASSERT(t, asleep_on(&h, &chan));
	wakeup(&chan);
	helper_wait(t, &h);
	KTEST_EQ(t, results[0], 0);
}
KTEST(sleep, sleep_kill_only);

/*
 * An event that comes together with a signal is not lost to the signal.
 */
static void
sleep_event_and_signal(struct ktest *t)
{
	struct helper h;

	helper_start(t, &h, catcher, (void *)PCATCH);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &chan)));
	wakeup(&chan);
	send(&h, SIGTERM);
	helper_wait(t, &h);
	KTEST_EQ(t, results[0], 0);
	KTEST_ASSERT(t, results[1] == EINTR || results[1] == ERESTART);
}
KTEST(sleep, sleep_event_and_signal);

/*
 * The same while the sleeper, on its queue already, looks at the signal: for
 * that it needs its process's lock, which we have.
 */
static void
sleep_event_before_look(struct ktest *t)
{
	struct helper h;

	KTEST_REQUIRE(t, helper_make(t, &h, catcher, (void *)PCATCH));
	send(&h, SIGTERM);
	PROC_LOCK(h.p);
	helper_go(&h, 0);
	KTEST_ASSERT(t,
	    YIELD_UNTIL(KTEST_PEEK(h.p->p_thread.td_wchan) == &chan));
	wakeup_one(&chan);
	PROC_UNLOCK(h.p);
	helper_wait(t, &h);
	KTEST_EQ(t, results[0], 0);
	KTEST_ASSERT(t, results[1] == EINTR || results[1] == ERESTART);
}
KTEST(sleep, sleep_event_before_look);
