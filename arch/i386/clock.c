/*
 * The clocks: the 8254 timer that interrupts hz times a second, the time
 * stamp counter that measures between, and the battery clock.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>

#define	TIMER_CNTR0	0x40		/* irq 0 */
#define	TIMER_CNTR2	0x42		/* speaker */
#define	TIMER_MODE	0x43
#define	TIMER_SEL0	0x00
#define	TIMER_SEL2	0x80
#define	TIMER_LATCH	0x00
#define	TIMER_16BIT	0x30
#define	TIMER_RATEGEN	0x04
#define	IO_PPI		0x61		/* bit 0: counter 2 runs */

#define	CALIBRATE_US	2000		/* how long to measure */
#define	CALIBRATE_TRIES	10
#define	TSC_GUESS	1000000000ULL	/* if that fails */

#define	IO_RTC		0x70
#define	RTC_SEC		0x00
#define	RTC_MIN		0x02
#define	RTC_HRS		0x04
#define	RTC_DAY		0x07
#define	RTC_MONTH	0x08
#define	RTC_YEAR	0x09
#define	RTC_STATUSA	0x0a
#define	RTCSA_TUP	0x80		/* being updated */
#define	RTC_STATUSB	0x0b
#define	RTCSB_BINARY	0x04
#define	RTCSB_24HR	0x02

u_int64_t tsc_freq = TSC_GUESS;
static u_int tsc_per_us = TSC_GUESS / 1000000;

SYSCTL_UQUAD(_machdep, OID_AUTO, tsc_freq, CTLFLAG_RD, &tsc_freq,
    "time stamp counter, Hz");

/*
 * Counter 2 and the time stamp counter at the same moment: the best of a
 * few tries, since on an emulator something may come between.
 */
static void
read_pair(u_int *count, u_int64_t *tsc)
{
	u_int64_t before, after, best = ~0ULL;
	u_int low, value;
	int i;

	*count = 0;
	*tsc = 0;
	for (i = 0; i < 5; i++) {
		before = rdtsc();
		outb(TIMER_MODE, TIMER_SEL2 | TIMER_LATCH);
		after = rdtsc();
		low = inb(TIMER_CNTR2);
		value = low | inb(TIMER_CNTR2) << 8;
		if (after - before < best) {
			best = after - before;
			*tsc = before;
			*count = value;
		}
	}
}

/*
 * The time stamp counter's frequency by the 8254, or 0 if that does not run.
 * Counter 2 goes down from 65536 in 55 ms, far longer than we look.
 */
static u_int64_t
clock_measure(void)
{
	u_int count0, count1, wanted = i8254_freq / 1000 * CALIBRATE_US / 1000;
	u_int64_t tsc0, tsc1;

	read_pair(&count0, &tsc0);
	/* A timer that does not run must not stop us for ever. */
	do {
		read_pair(&count1, &tsc1);
	} while (((count0 - count1) & 0xffff) < wanted &&
	    tsc1 - tsc0 < 100 * TSC_GUESS / 1000);

	count0 = (count0 - count1) & 0xffff;
	return (count0 < wanted ? 0 : (tsc1 - tsc0) * i8254_freq / count0);
}

/*
 * Measure the time stamp counter, with interrupts off.  An emulator that the
 * host does not run for 55 ms misses a round of the counter, and finds itself
 * far too fast: a frequency counts if it was found twice.
 */
void
clock_calibrate(void)
{
	u_int64_t freq, last = 0;
	int i;

	outb(IO_PPI, (inb(IO_PPI) & ~2) | 1);
	outb(TIMER_MODE, TIMER_SEL2 | TIMER_RATEGEN | TIMER_16BIT);
	outb(TIMER_CNTR2, 0);
	outb(TIMER_CNTR2, 0);
	for (i = 0; i < CALIBRATE_TRIES; i++, last = freq) {
		freq = clock_measure();
		if (freq >= 1000000 && freq - freq / 64 < last &&
		    last < freq + freq / 64) {
			tsc_freq = freq;
			tsc_per_us = freq / 1000000;
			return;
		}
	}
	printf("clock: the timer and the time stamp counter disagree, "
	       "assuming %u MHz\n",
	    tsc_per_us);
}

/*
 * Wait at least usec microseconds, without sleeping.
 */
void
DELAY(int usec)
{
	u_int64_t stop;

	stop = rdtsc() + (u_int64_t)usec * tsc_per_us;
	while (rdtsc() < stop)
		cpu_spinwait();
}

static void
clkintr(void *arg __unused, struct trapframe *frame)
{
	hardclock(TRAPF_USERMODE(frame), TRAPF_PC(frame));
}

/*
 * Counter 0 interrupts hz times a second from now on.
 */
void
cpu_initclocks(void)
{
	u_int count = (i8254_freq + hz / 2) / hz;
	int error;

	outb(TIMER_MODE, TIMER_SEL0 | TIMER_RATEGEN | TIMER_16BIT);
	outb(TIMER_CNTR0, count & 0xff);
	outb(TIMER_CNTR0, count >> 8);
	error = intr_register(0, clkintr, NULL);
	if (error != 0)
		panic("clock: irq 0 is taken");
}

/*
 * From here on there are interrupts.
 */
static void
clock_start(void *arg __unused)
{
	cpu_initclocks();
	enable_intr();
}
SYSINIT(clockstart, SI_SUB_CLOCKS, SI_ORDER_FIRST, clock_start, NULL);

static u_int
rtcin(u_int reg)
{
	outb(IO_RTC, reg);
	return (inb(IO_RTC + 1));
}

static u_int
rtc_number(u_int reg, bool binary)
{
	u_int v = rtcin(reg);

	return (binary ? v : (v >> 4) * 10 + (v & 0xf));
}

/*
 * Days from 1970-01-01 to the given day; years from 1970 on.
 */
static u_int
days_since_1970(u_int year, u_int month, u_int day)
{
	static const u_short before[12] = { 0, 31, 59, 90, 120, 151, 181, 212,
		243, 273, 304, 334 };
	u_int y = year - 1, days;

	/* Leap days in the years before this one. */
	days = (year - 1970) * 365;
	days += (y / 4 - y / 100 + y / 400) -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
	days += before[month - 1] + day - 1;
	if (month > 2 &&
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
		days++;
	return (days);
}

/*
 * What the battery clock says, in seconds since 1970; 0 if that makes no
 * sense.
 */
time_t
rtc_time(void)
{
	u_int year, month, day, hour, min, sec, tries;
	bool binary, pm;

	/* Two equal readings of the seconds: nothing changed between. */
	for (tries = 0; tries < 10; tries++) {
		while (rtcin(RTC_STATUSA) & RTCSA_TUP)
			if (++tries > 10000)
				break;
		binary = (rtcin(RTC_STATUSB) & RTCSB_BINARY) != 0;
		sec = rtc_number(RTC_SEC, binary);
		min = rtc_number(RTC_MIN, binary);
		hour = rtcin(RTC_HRS);
		day = rtc_number(RTC_DAY, binary);
		month = rtc_number(RTC_MONTH, binary);
		year = rtc_number(RTC_YEAR, binary);
		if (sec == rtc_number(RTC_SEC, binary))
			break;
	}
	pm = (hour & 0x80) != 0;
	hour &= 0x7f;
	if (!binary)
		hour = (hour >> 4) * 10 + (hour & 0xf);
	if ((rtcin(RTC_STATUSB) & RTCSB_24HR) == 0)
		hour = hour % 12 + (pm ? 12 : 0);
	year += year < 70 ? 2000 : 1900;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    min > 59 || sec > 60 || year > 2037)
		return (0);
	return (days_since_1970(year, month, day) * 86400 + hour * 3600 +
	    min * 60 + sec);
}
