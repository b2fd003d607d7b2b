/*
 * Callouts: when they run, and that what was stopped does not.
 */
#include "kern_util.h"
#include <sys/callout.h>
#include <sys/malloc.h>

#define	COUNT	6

static struct callout	co[COUNT];
static struct mtx	m;
static volatile int	ran, order[COUNT], at[COUNT];
static struct thread	*volatile ran_on;
static volatile bool	had_giant, had_mutex;

static void
note(void *arg)
{
	int i = (int)(intptr_t)arg;

	at[i] = ticks;
	order[ran % COUNT] = i;
	ran_on = curthread;
	had_giant = mtx_owned(&Giant);
	ran++;
}

/*
 * Not before their time, in the order of their times, on softclock's
 * thread; those of one tick in the order they were set.
 */
static void
callout_order(struct ktest *t)
{
	static const int delay[COUNT] = { 9, 3, 6, 3, 1, 6 };
	int after, before, i, start;

	ran = 0;
	start = ticks;
	for (i = 0; i < COUNT; i++) {
		callout_init(&co[i], 1);
		before = ticks;
		KTEST_EQ(t,
		    callout_reset(&co[i], delay[i], note, (void *)(intptr_t)i),
		    0);
		KTEST_ASSERT(t, (int)co[i].c_time - before >= delay[i]);
		KTEST_ASSERT(t, (int)co[i].c_time - ticks <= delay[i]);
		KTEST_ASSERT(t, callout_pending(&co[i]));
		KTEST_ASSERT(t, callout_active(&co[i]));
	}
	KTEST_ASSERT(t, WAIT_UNTIL(ran == COUNT));
	for (i = 1; i < COUNT; i++) {
		/* A tick may have come while they were set. */
		after = co[order[i]].c_time - co[order[i - 1]].c_time;
		KTEST_ASSERT(t,
		    after > 0 || (after == 0 && order[i] > order[i - 1]));
	}
	for (i = 0; i < COUNT; i++) {
		KTEST_ASSERT(t, at[i] - start >= delay[i]);
		KTEST_ASSERT(t, !callout_pending(&co[i]));
	}
	KTEST_ASSERT(t, ran_on != curthread);
	KTEST_ASSERT(t, !had_giant);
	KTEST_EQ(t, strcmp(ran_on->td_proc->p_comm, "softclock"), 0);
}
KTEST_ALONE(callout, callout_order);

static void
callout_stops(struct ktest *t)
{
	ran = 0;
	callout_init(&co[0], 1);
	KTEST_EQ(t, callout_stop(&co[0]), 0);
	callout_reset(&co[0], 3, note, (void *)0);
	KTEST_EQ(t, callout_stop(&co[0]), 1);
	KTEST_ASSERT(t, !callout_pending(&co[0]) && !callout_active(&co[0]));
	tsleep(&co, PWAIT, "test", 6);
	KTEST_EQ(t, ran, 0);
	callout_reset(&co[0], 1, note, (void *)0);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 1));
	/* Too late, but it was still active: nobody had looked. */
	KTEST_ASSERT(t, callout_active(&co[0]));
	KTEST_EQ(t, callout_stop(&co[0]), 0);
	KTEST_ASSERT(t, !callout_active(&co[0]));
}
KTEST(callout, callout_stops);

static void
callout_resets(struct ktest *t)
{
	int start = ticks;

	ran = 0;
	callout_init(&co[0], 1);
	callout_reset(&co[0], 2, note, (void *)1);
	KTEST_EQ(t, callout_reset(&co[0], 8, note, (void *)2), 1);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 1));
	tsleep(&co, PWAIT, "test", 4);
	KTEST_EQ(t, ran, 1);
	KTEST_EQ(t, order[0], 2);
	KTEST_ASSERT(t, at[2] - start >= 8);
}
KTEST(callout, callout_resets);

/*
 * Farther away than the wheel has slots.
 */
static void
callout_second_turn(struct ktest *t)
{
	int start = ticks;

	ran = 0;
	callout_init(&co[0], 1);
	callout_reset(&co[0], 256 + 4, note, (void *)0);
	tsleep(&co, PWAIT, "test", 10);
	KTEST_EQ(t, ran, 0);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 1));
	KTEST_ASSERT(t, at[0] - start >= 256 + 4);
	/* So far away that the tick count wraps. */
	callout_reset(&co[0], 0x7fffffff, note, (void *)0);
	settle();
	KTEST_EQ(t, callout_stop(&co[0]), 1);
	KTEST_EQ(t, ran, 1);
}
KTEST(callout, callout_second_turn);

static void
again(void *arg __unused)
{
	if (++ran < 5)
		callout_reset(&co[0], 1, again, NULL);
}

static void
callout_sets_itself(struct ktest *t)
{
	ran = 0;
	callout_init(&co[0], 1);
	callout_reset(&co[0], 1, again, NULL);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 5));
	tsleep(&co, PWAIT, "test", 4);
	KTEST_EQ(t, ran, 5);
	KTEST_EQ(t, callout_drain(&co[0]), 0);
}
KTEST(callout, callout_sets_itself);

static void
callout_with_giant(struct ktest *t)
{
	ran = 0;
	callout_init(&co[0], 0);
	callout_reset(&co[0], 1, note, (void *)0);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 1));
	KTEST_ASSERT(t, had_giant);
	KTEST_ASSERT(t, !mtx_owned(&Giant));
}
KTEST(callout, callout_with_giant);

static volatile int	began, draining, ended;

/* A callout may not sleep, but others may come between. */
static void
slow(void *arg __unused)
{
	int i;

	began = 1;
	(void)YIELD_UNTIL(draining);
	for (i = 0; i < 10; i++)
		yield();
	ended = 1;
}

static void
callout_drains(struct ktest *t)
{
	began = draining = ended = 0;
	callout_init(&co[0], 1);
	callout_reset(&co[0], 1, slow, NULL);
	/* Not by sleeping: softclock would have to end that. */
	KTEST_ASSERT(t, YIELD_UNTIL(began));
	KTEST_EQ(t, ended, 0);
	draining = 1;
	KTEST_EQ(t, callout_drain(&co[0]), 0);
	KTEST_EQ(t, ended, 1);
	ran = 0;
	callout_reset(&co[0], 50, note, (void *)0);
	KTEST_EQ(t, callout_drain(&co[0]), 1);
	KTEST_EQ(t, ran, 0);
}
KTEST(callout, callout_drains);

static void
note_mutex(void *arg)
{
	had_mutex = mtx_owned(&m);
	note(arg);
}

/*
 * softclock waits for the callout's mutex; whoever holds that stops the
 * callout for sure, and may free it.
 */
static void
callout_mutex(struct ktest *t)
{
	struct callout *c;
	int start;

	mtx_init(&m, "test", NULL, MTX_DEF);
	c = malloc(sizeof(*c), M_TEMP, M_WAITOK);
	callout_init_mtx(c, &m, 0);
	ran = 0;
	callout_reset(c, 1, note_mutex, (void *)0);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 1));
	KTEST_ASSERT(t, had_mutex);

	mtx_lock(&m);
	callout_reset(c, 1, note_mutex, (void *)0);
	start = ticks;
	KTEST_ASSERT(t, YIELD_UNTIL(m.mtx_lock & MTX_CONTESTED));
	KTEST_ASSERT(t, ticks - start < PATIENCE);
	KTEST_EQ(t, callout_stop(c), 1);
	free(c, M_TEMP);
	mtx_unlock(&m);
	settle();
	KTEST_EQ(t, ran, 1);

	/* The same, but it is set anew, for later. */
	callout_init_mtx(&co[1], &m, 0);
	mtx_lock(&m);
	callout_reset(&co[1], 1, note_mutex, (void *)1);
	KTEST_ASSERT(t, YIELD_UNTIL(m.mtx_lock & MTX_CONTESTED));
	KTEST_EQ(t, callout_reset(&co[1], 4, note_mutex, (void *)2), 1);
	mtx_unlock(&m);
	KTEST_ASSERT(t, WAIT_UNTIL(ran == 2));
	tsleep(&co, PWAIT, "test", 6);
	KTEST_EQ(t, ran, 2);
	KTEST_EQ(t, order[1], 2);
	callout_drain(&co[1]);
	mtx_destroy(&m);
}
KTEST_ALONE(callout, callout_mutex);
