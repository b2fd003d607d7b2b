/*
 * Time: the uptime, the date, and arithmetic with both.
 */
#include "kern_util.h"
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/time.h>
#include <sys/timespec.h>
#include <machine/cpufunc.h>

static int64_t
usec(const struct timeval *tv)
{
	return ((int64_t)tv->tv_sec * 1000000 + tv->tv_usec);
}

/*
 * The uptime never goes back, is finer than a tick, and the cheap one is
 * at most a tick behind.
 */
static void
time_monotonic(struct ktest *t)
{
	struct timeval cheap, last, now;
	u_int back = 0, distinct = 0, far = 0, i;
	struct timespec ts;

	microuptime(&last);
	for (i = 0; i < 20000; i++) {
		getmicrouptime(&cheap);
		microuptime(&now);
		back += timevalcmp(&now, &last, <);
		back += timevalcmp(&cheap, &now, >);
		far += usec(&now) - usec(&cheap) > 5 * 1000000;
		distinct += timevalcmp(&now, &last, !=);
		KTEST_ASSERT(t, now.tv_usec >= 0 && now.tv_usec < 1000000);
		last = now;
	}
	KTEST_EQ(t, back, 0);
	KTEST_EQ(t, far, 0);
	KTEST_ASSERT(t, distinct > 20);
	nanouptime(&ts);
	KTEST_ASSERT(t, ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
	KTEST_ASSERT(t, ts.tv_sec >= last.tv_sec);
}
KTEST(time, time_monotonic);

/*
 * Ticks and the time stamp counter count the same time, whatever holds up
 * the interrupts of an emulator.
 */
static void
time_rate(struct ktest *t)
{
	struct timeval before, after;
	int start, took;
	static int chan;
	int64_t us;

	tsleep(&chan, PWAIT, "test", 1);
	start = ticks;
	microuptime(&before);
	tsleep(&chan, PWAIT, "test", 30);
	microuptime(&after);
	took = ticks - start;
	us = usec(&after) - usec(&before);
	KTEST_ASSERT(t, took >= 30);
	/* The first of them may have begun before we looked. */
	KTEST_ASSERT(t, us > (int64_t)(took - 2) * tick);
	KTEST_ASSERT(t, us < (int64_t)took * tick * 20);
	start = ticks;
	microuptime(&before);
	DELAY(20000);
	microuptime(&after);
	KTEST_ASSERT(t, usec(&after) - usec(&before) >= 19900);
}
KTEST(time, time_rate);

/*
 * Setting the date moves the date alone.
 */
static void
time_set_date(struct ktest *t)
{
	struct timeval boot = boottime, date, saved, up, up2;

	KTEST_ASSERT(t, time_second > 0);
	microtime(&saved);
	KTEST_ASSERT(t, saved.tv_sec >= boottime.tv_sec);
	microuptime(&up);
	date.tv_sec = 1000000000;
	date.tv_usec = 500000;
	time_set(&date);
	KTEST_EQ(t, time_second, 1000000000);
	microtime(&date);
	KTEST_ASSERT(t, date.tv_sec >= 1000000000 && date.tv_sec < 1000000010);
	getmicrotime(&date);
	KTEST_ASSERT(t, date.tv_sec >= 999999990 && date.tv_sec < 1000000010);
	microuptime(&up2);
	KTEST_ASSERT(t, timevalcmp(&up2, &up, >=));
	KTEST_ASSERT(t, up2.tv_sec - up.tv_sec < 10);
	/* Back: the boot was when it was, but for what the test took. */
	timevalsub(&up2, &up);
	timevaladd(&saved, &up2);
	time_set(&saved);
	KTEST_ASSERT(t,
	    boottime.tv_sec - boot.tv_sec <= 1 &&
		boot.tv_sec - boottime.tv_sec <= 1);
}
KTEST(time, time_set_date);

static void
time_arithmetic(struct ktest *t)
{
	struct timeval a = { 1, 700000 }, b = { 2, 400000 };

	timevaladd(&a, &b);
	KTEST_EQ(t, a.tv_sec, 4);
	KTEST_EQ(t, a.tv_usec, 100000);
	timevalsub(&a, &b);
	KTEST_EQ(t, a.tv_sec, 1);
	KTEST_EQ(t, a.tv_usec, 700000);
	KTEST_ASSERT(t, timevalcmp(&a, &b, <) && !timevalcmp(&a, &b, ==));
	b.tv_sec = 1;
	KTEST_ASSERT(t, timevalcmp(&a, &b, >));
}
KTEST(time, time_arithmetic);

/*
 * A sleep of so many ticks is never shorter than the time.
 */
static void
time_to_ticks(struct ktest *t)
{
	static const struct {
		struct timeval tv;
		int want;
	} cases[] = {
		{ { 0, 0 }, 1 },
		{ { 0, 1 }, 2 },
		{ { 0, 10000 }, 2 },
		{ { 0, 10001 }, 3 },
		{ { 1, 0 }, 101 },
		{ { 60, 5 }, 6002 },
		{ { -1, 0 }, 1 },
		{ { 0x7fffffff, 999999 }, 0x7fffffff },
	};
	u_int i;

	KTEST_EQ(t, hz, 100);
	for (i = 0; i < nitems(cases); i++)
		KTEST_EQ(t, tvtohz(&cases[i].tv), cases[i].want);
}
KTEST(time, time_to_ticks);

static void
time_checks_timers(struct ktest *t)
{
	struct timeval tv = { 0, 1 };

	KTEST_EQ(t, itimerfix(&tv), 0);
	KTEST_EQ(t, tv.tv_usec, tick);
	tv.tv_usec = 0;
	KTEST_EQ(t, itimerfix(&tv), 0);
	KTEST_EQ(t, tv.tv_usec, 0);
	tv.tv_usec = 1000000;
	KTEST_EQ(t, itimerfix(&tv), EINVAL);
	tv.tv_usec = -1;
	KTEST_EQ(t, itimerfix(&tv), EINVAL);
	tv.tv_usec = 0;
	tv.tv_sec = -1;
	KTEST_EQ(t, itimerfix(&tv), EINVAL);
}
KTEST(time, time_checks_timers);

/*
 * At most so many a second, and anew in the next.
 */
static void
time_rate_check(struct ktest *t)
{
	struct timeval last = { 0, 0 }, now;
	int allowed = 0, cur = 0, i;

	/* Not at the end of a second. */
	do {
		settle();
		getmicrouptime(&now);
	} while (now.tv_usec > 500000);
	for (i = 0; i < 50; i++)
		allowed += ppsratecheck(&last, &cur, 5);
	KTEST_EQ(t, allowed, 5);
	last.tv_sec--;
	KTEST_EQ(t, ppsratecheck(&last, &cur, 5), 1);
	KTEST_EQ(t, ppsratecheck(&last, &cur, 0), 0);
}
KTEST(time, time_rate_check);

/*
 * Processor time of months is split as that of seconds: three quarters of
 * it in user mode.
 */
static void
time_split(struct ktest *t)
{
	static const u_int days[] = { 1, 6, 30, 400 };
	const int64_t day = 86400ll * 1000000;
	static struct pstats stats;
	static struct proc p;
	struct rusage ru;
	u_int i;

	p.p_stats = &stats;
	for (i = 0; i < nitems(days); i++) {
		p.p_runtime = us_to_cputicks(days[i] * day);
		p.p_kse.ke_sticks = days[i] * 86400 * 25;
		p.p_kse.ke_uticks = 3 * p.p_kse.ke_sticks;
		usage_dead(&p, &ru);
		KTEST_EQ(t, (usec(&ru.ru_utime) + 10) / 1000000,
		    days[i] * 86400ull * 3 / 4);
		KTEST_ASSERT(t, usec(&ru.ru_stime) <= days[i] * day / 4 + 1);
	}
}
KTEST(time, time_split);
