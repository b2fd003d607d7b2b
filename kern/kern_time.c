/*
 * The system calls about time: the date and the other clocks, sleeping,
 * interval timers.  The clocks themselves are in kern_clock.c.
 *
 * Owns p_realtimer and p_itcallout, and ps_timer of the process's
 * statistics.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/signalvar.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <machine/clock.h>

#define	NSEC	1000000000L

/* --------------------------------------------------------------- clocks */

/*
 * Microseconds that a process has run, the current stretch included.
 */
u_int64_t
proc_runtime(struct proc *p)
{
	u_int64_t ran;

	mtx_lock_spin(&sched_lock);
	ran = proc_ran(p);
	mtx_unlock_spin(&sched_lock);
	return (cputicks_to_us(ran));
}

/*
 * User time, or with "system" user and system time, of a process.
 */
static void
proc_times(struct proc *p, bool system, struct timeval *tv)
{
	struct timeval sys;

	mtx_lock_spin(&sched_lock);
	calcru(p, tv, &sys, NULL);
	mtx_unlock_spin(&sched_lock);
	if (system)
		timevaladd(tv, &sys);
}

/*
 * Read a clock.  0 or EINVAL.
 */
static int
clock_read(struct thread *td, clockid_t id, struct timespec *ts)
{
	struct timeval tv;
	u_int64_t us;

	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_PRECISE:
		nanotime(ts);
		return (0);
	case CLOCK_REALTIME_FAST:
		getmicrotime(&tv);
		break;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_PRECISE:
	case CLOCK_UPTIME:
	case CLOCK_UPTIME_PRECISE:
		nanouptime(ts);
		return (0);
	case CLOCK_MONOTONIC_FAST:
	case CLOCK_UPTIME_FAST:
		getmicrouptime(&tv);
		break;
	case CLOCK_VIRTUAL:
	case CLOCK_PROF:
		proc_times(td->td_proc, id == CLOCK_PROF, &tv);
		break;
	case CLOCK_SECOND:
		tv.tv_sec = time_second;
		tv.tv_usec = 0;
		break;
	case CLOCK_THREAD_CPUTIME_ID:
	case CLOCK_PROCESS_CPUTIME_ID:
		us = proc_runtime(td->td_proc);
		us_to_timeval(us, &tv);
		break;
	default:
		return (EINVAL);
	}
	TIMEVAL_TO_TIMESPEC(&tv, ts);
	return (0);
}

/*
 * The step of a clock in nanoseconds; 0 for one that does not exist.
 */
static long
clock_step(clockid_t id)
{
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_PRECISE:
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_PRECISE:
	case CLOCK_UPTIME:
	case CLOCK_UPTIME_PRECISE:
	case CLOCK_THREAD_CPUTIME_ID:
	case CLOCK_PROCESS_CPUTIME_ID:
		return (1000);
	case CLOCK_REALTIME_FAST:
	case CLOCK_MONOTONIC_FAST:
	case CLOCK_UPTIME_FAST:
	case CLOCK_VIRTUAL:
	case CLOCK_PROF:
		return (NSEC / hz);
	case CLOCK_SECOND:
		return (NSEC);
	default:
		return (0);
	}
}

/*
 * clock_gettime(2).
 */
int
sys_clock_gettime(struct thread *td, struct clock_gettime_args *uap)
{
	struct timespec ts;
	int error;

	error = clock_read(td, uap->clock_id, &ts);
	if (error != 0)
		return (error);
	return (copyout(&ts, uap->tp, sizeof(ts)));
}

/*
 * clock_getres(2).
 */
int
sys_clock_getres(struct thread *td __unused, struct clock_getres_args *uap)
{
	struct timespec ts;
	long step = clock_step(uap->clock_id);

	if (step == 0)
		return (EINVAL);
	if (uap->tp == NULL)
		return (0);
	ts.tv_sec = step / NSEC;
	ts.tv_nsec = step % NSEC;
	return (copyout(&ts, uap->tp, sizeof(ts)));
}

/*
 * Set the date, which is root's.
 */
static int
date_set(struct thread *td, const struct timeval *tv)
{
	int error;

	error = suser(td);
	if (error != 0)
		return (error);
	if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return (EINVAL);
	time_set(tv);
	return (0);
}

/*
 * clock_settime(2).
 */
int
sys_clock_settime(struct thread *td, struct clock_settime_args *uap)
{
	struct timespec ts;
	struct timeval tv;
	int error;

	error = suser(td);
	if (error != 0)
		return (error);
	if (uap->clock_id != CLOCK_REALTIME)
		return (EINVAL);
	error = copyin(uap->tp, &ts, sizeof(ts));
	if (error != 0)
		return (error);
	if (ts.tv_nsec < 0 || ts.tv_nsec >= NSEC)
		return (EINVAL);
	TIMESPEC_TO_TIMEVAL(&tv, &ts);
	return (date_set(td, &tv));
}

/*
 * gettimeofday(2).  The kernel knows of no time zone but UTC.
 */
int
sys_gettimeofday(struct thread *td __unused, struct gettimeofday_args *uap)
{
	static const struct timezone utc = { 0, DST_NONE };
	struct timeval tv;
	int error = 0;

	if (uap->tp != NULL) {
		microtime(&tv);
		error = copyout(&tv, uap->tp, sizeof(tv));
	}
	if (error == 0 && uap->tzp != NULL)
		error = copyout(&utc, uap->tzp, sizeof(utc));
	return (error);
}

/*
 * settimeofday(2).  A time zone is looked at and not kept.
 */
int
sys_settimeofday(struct thread *td, struct settimeofday_args *uap)
{
	struct timeval tv;
	struct timezone tz;
	int error;

	error = suser(td);
	if (error == 0 && uap->tzp != NULL)
		error = copyin(uap->tzp, &tz, sizeof(tz));
	if (error != 0 || uap->tv == NULL)
		return (error);
	error = copyin(uap->tv, &tv, sizeof(tv));
	return (error != 0 ? error : date_set(td, &tv));
}

/* ------------------------------------------------------------- sleeping */

/*
 * Sleep until the uptime is *end: 0, or EINTR, or ERESTART.
 */
static int
sleep_until(const struct timeval *end)
{
	static int channel;
	struct timeval left, now;
	int error;

	for (;;) {
		microuptime(&now);
		if (timevalcmp(&now, end, >=))
			return (0);
		left = *end;
		timevalsub(&left, &now);
		error = tsleep(&channel, PPAUSE | PCATCH, "nanslp",
		    tvtohz(&left));
		if (error != EWOULDBLOCK && error != 0)
			return (error);
	}
}

/*
 * nanosleep(2).  A signal with a handler ends it, whatever SA_RESTART
 * says: the time that is left is told instead.
 */
int
sys_nanosleep(struct thread *td __unused, struct nanosleep_args *uap)
{
	struct timespec ts;
	struct timeval end, now;
	int error;

	error = copyin(uap->rqtp, &ts, sizeof(ts));
	if (error != 0)
		return (error);
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= NSEC)
		return (EINVAL);
	/* An uptime that never comes will do for one that overflows. */
	end.tv_sec = MIN(ts.tv_sec, 0x3fffffff);
	end.tv_usec = howmany(ts.tv_nsec, 1000);
	microuptime(&now);
	timevaladd(&end, &now);
	if (timevalcmp(&end, &now, ==))
		return (0);

	error = sleep_until(&end);
	if (error == 0)
		return (0);
	microuptime(&now);
	if (uap->rmtp != NULL) {
		if (timevalcmp(&end, &now, >))
			timevalsub(&end, &now);
		else
			timevalclear(&end);
		TIMEVAL_TO_TIMESPEC(&end, &ts);
		error = copyout(&ts, uap->rmtp, sizeof(ts));
		if (error == EFAULT)
			return (EFAULT);
	}
	return (EINTR);
}

/*
 * sched_yield(2).
 */
int
sys_sched_yield(struct thread *td __unused,
    struct sched_yield_args *uap __unused)
{
	yield();
	return (0);
}

/* ------------------------------------------------------ interval timers */

/*
 * ITIMER_REAL has run out: send SIGALRM, and set it again if it repeats.
 * Its it_value is the uptime of the expiry, before which the call may come: the
 * ticks may have been behind the time.  A callout; p is locked.
 */
static void
realitexpire(void *arg)
{
	struct proc *p = arg;
	struct itimerval *it = &p->p_realtimer;
	struct timeval left, now;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (!timevalisset(&it->it_value))
		return;
	microuptime(&now);
	if (timevalcmp(&it->it_value, &now, <=)) {
		psignal(p, SIGALRM);
		if (!timevalisset(&it->it_interval)) {
			timevalclear(&it->it_value);
			return;
		}
		/* Expiries that were missed are one. */
		do {
			timevaladd(&it->it_value, &it->it_interval);
		} while (timevalcmp(&it->it_value, &now, <=));
	}
	left = it->it_value;
	timevalsub(&left, &now);
	(void)callout_reset(&p->p_itcallout, tvtohz(&left), realitexpire, p);
}

/*
 * Set and tell ITIMER_REAL, as it is seen by users: it_value is the time
 * that is left.  new may be NULL.
 */
static void
realtimer_exchange(struct proc *p, const struct itimerval *new,
    struct itimerval *old)
{
	struct itimerval *it = &p->p_realtimer;
	struct timeval now;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	microuptime(&now);
	*old = *it;
	if (timevalisset(&old->it_value)) {
		if (timevalcmp(&old->it_value, &now, <=)) {
			/* Due, but not delivered yet. */
			old->it_value.tv_sec = 0;
			old->it_value.tv_usec = 1;
		} else
			timevalsub(&old->it_value, &now);
	}
	if (new == NULL)
		return;
	(void)callout_stop(&p->p_itcallout);
	*it = *new;
	if (timevalisset(&it->it_value)) {
		(void)callout_reset(&p->p_itcallout, tvtohz(&it->it_value),
		    realitexpire, p);
		timevaladd(&it->it_value, &now);
	}
}

/*
 * Exchange any of the three timers.
 */
static void
itimer_exchange(struct proc *p, u_int which, const struct itimerval *new,
    struct itimerval *old)
{
	if (which == ITIMER_REAL) {
		PROC_LOCK(p);
		realtimer_exchange(p, new, old);
		PROC_UNLOCK(p);
		return;
	}
	mtx_lock_spin(&sched_lock);
	*old = p->p_stats->ps_timer[which];
	if (new != NULL)
		p->p_stats->ps_timer[which] = *new;
	mtx_unlock_spin(&sched_lock);
}

/*
 * getitimer(2).
 */
int
sys_getitimer(struct thread *td, struct getitimer_args *uap)
{
	struct itimerval it;

	if (uap->which > ITIMER_PROF)
		return (EINVAL);
	itimer_exchange(td->td_proc, uap->which, NULL, &it);
	return (copyout(&it, uap->itv, sizeof(it)));
}

/* Longer times would overflow when an uptime is added. */
#define	ITIMER_MAX	100000000L

/*
 * setitimer(2).  Without a new value it only tells the old one.
 */
int
sys_setitimer(struct thread *td, struct setitimer_args *uap)
{
	struct itimerval new, old;
	int error = 0;

	if (uap->which > ITIMER_PROF)
		return (EINVAL);
	if (uap->itv != NULL) {
		error = copyin(uap->itv, &new, sizeof(new));
		if (error != 0)
			return (error);
		if (itimerfix(&new.it_value) != 0 ||
		    itimerfix(&new.it_interval) != 0 ||
		    new.it_value.tv_sec > ITIMER_MAX ||
		    new.it_interval.tv_sec > ITIMER_MAX)
			return (EINVAL);
		if (!timevalisset(&new.it_value))
			timevalclear(&new.it_interval);
	}
	itimer_exchange(td->td_proc, uap->which, uap->itv != NULL ? &new : NULL,
	    &old);
	if (uap->oitv != NULL)
		error = copyout(&old, uap->oitv, sizeof(old));
	return (error);
}

/*
 * A tick has passed for a timer that counts down.  Whether it has expired.
 */
static bool
itimer_decrement(struct itimerval *it)
{
	struct timeval step = { 0, tick };

	mtx_assert(&sched_lock, MA_OWNED);
	if (!timevalisset(&it->it_value))
		return (false);
	timevalsub(&it->it_value, &step);
	if (it->it_value.tv_sec >= 0 && timevalisset(&it->it_value))
		return (false);
	timevaladd(&it->it_value, &it->it_interval);
	if (it->it_value.tv_sec < 0 || !timevalisset(&it->it_interval))
		timevalclear(&it->it_value);
	return (true);
}

/*
 * A tick has hit a thread: its process's timers, and its limit of processor
 * time.  In the clock interrupt, where no process lock can be had, so the
 * signal is left to sig_ast().
 */
void
itimer_tick(struct thread *td, int usermode)
{
	struct proc *p = td->td_proc;
	struct itimerval *timer = p->p_stats->ps_timer;
	int due = 0;

	mtx_lock_spin(&sched_lock);
	if (usermode && itimer_decrement(&timer[ITIMER_VIRTUAL]))
		due |= PS_ALRMPEND;
	if (itimer_decrement(&timer[ITIMER_PROF]))
		due |= PS_PROFPEND;
	if (p->p_runtime + cpu_ticks() - *PCPU_PTR(switchtime) >
	    (u_int64_t)p->p_cpulimit)
		due |= PS_XCPU;
	if (due != 0) {
		p->p_sflag |= due;
		td->td_flags |= TDF_ASTPENDING;
	}
	mtx_unlock_spin(&sched_lock);
}
