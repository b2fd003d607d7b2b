/*
 * The clock: what happens at each tick, and what time it is.
 *
 * Uptime is counted by the processor's time stamp counter since boot; the
 * date is uptime plus an offset.  The "get" functions give what was true
 * at the last tick.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/kcsan.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/signalvar.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/timespec.h>
#include <sys/vmmeter.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>

int	hz = 100;
int	stathz = 100;
int	tick = 10000;
volatile int	ticks;			/* only hardclock writes it */
volatile time_t	time_second;		/* clock_lock to write */
struct timeval	boottime;		/* clock_lock */

static struct mtx	clock_lock;	/* spin */
static u_int64_t	tsc_boot;	/* constant after boot, as the next */
static u_int64_t	us_frac;	/* cpu_tick, in us times 2^32 */
static struct timeval	uptime_tick;	/* clock_lock; at the last tick */

struct clockinfo_out {
	int	hz, tick, spare, stathz, profhz;
};
static struct clockinfo_out clockrate = { 100, 10000, 0, 100, 100 };
SYSCTL_OPAQUE(_kern, KERN_CLOCKRATE, clockrate, CTLFLAG_RD, &clockrate,
    sizeof(clockrate), "S,clockinfo", "rates of the clocks");

/*
 * Start counting: once, early.
 */
void
inittimecounter(void)
{
	mtx_init(&clock_lock, "clock", NULL, MTX_SPIN);
	tsc_boot = rdtsc();
	us_frac = ((u_int64_t)1000000 << 32) / tsc_freq;
	boottime.tv_sec = rtc_time();
	time_second = boottime.tv_sec;
}

/*
 * Split a number of cpu_ticks() into seconds and the rest, in microseconds
 * times 2^32.  The product of the rest and us_frac fits, and a division of
 * 64 bits is dear: there is one here, and only for more than a second.
 */
static u_int64_t
ticks_split(u_int64_t t, u_int *sec)
{
	*sec = t < tsc_freq ? 0 : t / tsc_freq;
	return ((t - *sec * tsc_freq) * us_frac);
}

/* Most times are short, and a division of 64 bits is not. */
void
us_to_timeval(u_int64_t us, struct timeval *tv)
{
	tv->tv_sec = us < 1000000 ? 0 : us / 1000000;
	tv->tv_usec = us - (u_int64_t)tv->tv_sec * 1000000;
}

/* Microseconds since boot. */
static u_int64_t
uptime_now(void)
{
	return (cputicks_to_us(rdtsc() - tsc_boot));
}

/*
 * Times a process has run are counted in cpu_ticks(); here to microseconds,
 * and back.
 */
u_int64_t
cputicks_to_us(u_int64_t t)
{
	u_int64_t frac;
	u_int sec;

	frac = ticks_split(t, &sec);
	return ((u_int64_t)sec * 1000000 + (frac >> 32));
}

u_int64_t
us_to_cputicks(u_int64_t us)
{
	return (us / 1000000 * tsc_freq + us % 1000000 * tsc_freq / 1000000);
}

void
nanouptime(struct timespec *ts)
{
	u_int64_t frac;
	u_int sec;

	frac = ticks_split(rdtsc() - tsc_boot, &sec);
	ts->tv_sec = sec;
	ts->tv_nsec = (u_int)(frac >> 32) * 1000 +
	    ((frac & 0xffffffff) * 1000 >> 32);
}

void
uptime_at(u_int64_t then, struct timeval *tv)
{
	u_int sec;

	tv->tv_usec = ticks_split(then - tsc_boot, &sec) >> 32;
	tv->tv_sec = sec;
}

void
microuptime(struct timeval *tv)
{
	uptime_at(cpu_ticks(), tv);
}

void
getmicrouptime(struct timeval *tv)
{
	mtx_lock_spin(&clock_lock);
	*tv = uptime_tick;
	mtx_unlock_spin(&clock_lock);
}

static void
add_boottime(struct timeval *tv)
{
	mtx_lock_spin(&clock_lock);
	timevaladd(tv, &boottime);
	mtx_unlock_spin(&clock_lock);
}

static int
sysctl_kern_boottime(SYSCTL_HANDLER_ARGS)
{
	struct timeval boot = { 0, 0 };

	add_boottime(&boot);
	return (SYSCTL_OUT(req, &boot, sizeof(boot)));
}
SYSCTL_PROC(_kern, KERN_BOOTTIME, boottime, CTLTYPE_STRUCT | CTLFLAG_RD, NULL,
    0, sysctl_kern_boottime, "S,timeval", "date of the boot");

void
microtime_at(u_int64_t then, struct timeval *tv)
{
	uptime_at(then, tv);
	add_boottime(tv);
}

void
microtime(struct timeval *tv)
{
	microtime_at(cpu_ticks(), tv);
}

void
getmicrotime(struct timeval *tv)
{
	mtx_lock_spin(&clock_lock);
	*tv = uptime_tick;
	timevaladd(tv, &boottime);
	mtx_unlock_spin(&clock_lock);
}

void
nanotime(struct timespec *ts)
{
	struct timeval tv;

	microtime(&tv);
	ts->tv_sec = tv.tv_sec;
	ts->tv_nsec = tv.tv_usec * 1000;
}

/*
 * The date is now that: the boot is moved, the uptime goes on.
 */
void
time_set(const struct timeval *now)
{
	struct timeval boot = *now, up;

	microuptime(&up);
	timevalsub(&boot, &up);
	mtx_lock_spin(&clock_lock);
	boottime = boot;
	time_second = now->tv_sec;
	mtx_unlock_spin(&clock_lock);
}

/*
 * A processor's own share of a tick: charge the thread that was
 * interrupted, at pc.  Interrupts are off.
 */
void
hardclock_cpu(int usermode, uintptr_t pc)
{
	struct thread *td = curthread;
	struct kse *ke = td->td_kse;

	mtx_lock_spin(&sched_lock);
	if (usermode)
		ke->ke_uticks++;
	else if (td->td_intr_nesting_level > 1)
		ke->ke_iticks++;
	else
		ke->ke_sticks++;
	sched_clock(td);
	kcsan_tick();
	if (td->td_proc->p_sflag & PS_PROFIL)
		addupc_intr(td, usermode ? pc : TRAPF_PC(td->td_frame));
	mtx_unlock_spin(&sched_lock);

	watchdog_tick(usermode, pc);
	usage_rss(td->td_proc);
	itimer_tick(td, usermode);
}

/*
 * The ticks that are due: as many as the time says, not the interrupts.  An
 * emulator that was held up delivers those it owes all at once, and a
 * time-out counted by them would be over too soon.  The first processor's
 * clock interrupt is the only one who comes here.
 */
static int
ticks_due(u_int64_t us)
{
	static u_int64_t counted; /* ticks of the uptime */
	u_int64_t now = us / tick;
	int due;

	if (counted == 0)
		counted = now - 1;
	due = now - counted;
	counted = now;
	return (due);
}

/*
 * The clock interrupt, about hz times a second, on the first processor: the
 * time goes on for all.
 */
void
hardclock(int usermode, uintptr_t pc)
{
	u_int64_t us = uptime_now();
	static int next_sweep;
	int due = ticks_due(us), any = 0;
	struct timeval now;

	if (due == 0)
		return;
	us_to_timeval(us, &now);
	mtx_lock_spin(&clock_lock);
	uptime_tick = now;
	timevaladd(&now, &boottime);
	time_second = now.tv_sec;
	mtx_unlock_spin(&clock_lock);

	hardclock_cpu(usermode, pc);
	for (; due > 0; due--) {
		ticks++;
		any |= callout_tick();
	}
	if (any)
		softclock_wakeup();
	if (ticks - next_sweep >= 0) {
		next_sweep = ticks + hz;
		watchdog_sweep();
	}
}

/*
 * Ticks that a sleep of tv must last to be no shorter than tv: rounded up,
 * and one for the tick that has begun.
 */
int
tvtohz(const struct timeval *tv)
{
	int64_t n;

	if (tv->tv_sec < 0)
		return (1);
	n = ((int64_t)tv->tv_sec * 1000000 + tv->tv_usec + tick - 1) / tick + 1;
	return (n > 0x7fffffff ? 0x7fffffff : (int)n);
}

void
timevaladd(struct timeval *t, const struct timeval *u)
{
	t->tv_sec += u->tv_sec;
	t->tv_usec += u->tv_usec;
	if (t->tv_usec >= 1000000) {
		t->tv_sec++;
		t->tv_usec -= 1000000;
	}
}

void
timevalsub(struct timeval *t, const struct timeval *u)
{
	t->tv_sec -= u->tv_sec;
	t->tv_usec -= u->tv_usec;
	if (t->tv_usec < 0) {
		t->tv_sec--;
		t->tv_usec += 1000000;
	}
}

/*
 * Whether a time given by a user is one: 0 or EINVAL.  A time shorter than
 * a tick becomes a tick.
 */
int
itimerfix(struct timeval *tv)
{
	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return (EINVAL);
	if (tv->tv_sec == 0 && tv->tv_usec != 0 && tv->tv_usec < tick)
		tv->tv_usec = tick;
	return (0);
}

/*
 * Whether an event may be reported: at most maxpps in each second, however
 * many ask at once.  Only the second in *last is used: who is the first in a
 * new one begins to count anew.
 */
int
ppsratecheck(struct timeval *last, int *cur, int maxpps)
{
	volatile u_int *second = (volatile u_int *)&last->tv_sec;
	volatile u_int *count = (volatile u_int *)cur;
	struct timeval now;
	u_int then = *second;

	getmicrouptime(&now);
	if (then != (u_int)now.tv_sec &&
	    atomic_cmpset_int(second, then, now.tv_sec))
		*count = 0;
	return ((int)atomic_fetchadd_int(count, 1) < maxpps);
}
