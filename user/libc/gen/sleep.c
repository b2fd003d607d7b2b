/*
 * Sleeping and alarms.
 */
#include <sys/time.h>

#include <errno.h>
#include <time.h>
#include <unistd.h>

/*
 * sleep(3): sleep for some seconds, or until a signal is handled.  Returns
 * the seconds that were left.
 */
unsigned
sleep(unsigned seconds)
{
	struct timespec ts = { .tv_nsec = 0 }, left;
	unsigned more = 0;

	/* time_t may not hold all of them. */
	if (seconds > 0x7fffffff) {
		more = seconds - 0x7fffffff;
		seconds = 0x7fffffff;
	}
	ts.tv_sec = (time_t)seconds;
	if (nanosleep(&ts, &left) == 0)
		return (more);
	if (errno != EINTR)
		return (seconds + more);
	return ((unsigned)left.tv_sec + (left.tv_nsec != 0) + more);
}

/*
 * usleep(3): sleep for some microseconds.  Returns 0, or -1: EINTR.
 */
int
usleep(useconds_t us)
{
	struct timespec ts;

	ts.tv_sec = (time_t)(us / 1000000);
	ts.tv_nsec = (long)(us % 1000000) * 1000;
	return (nanosleep(&ts, NULL));
}

/*
 * alarm(3): SIGALRM after some seconds; 0 takes an alarm back.  Returns
 * the seconds that were left of the previous one, at least 1 if there was
 * one.
 */
unsigned
alarm(unsigned seconds)
{
	struct itimerval it = { .it_value.tv_usec = 0 }, old;

	it.it_value.tv_sec = (time_t)(seconds > 100000000 ? 100000000 :
							    seconds);
	if (setitimer(ITIMER_REAL, &it, &old) == -1)
		return (0);
	if (old.it_value.tv_usec >= 500000 ||
	    (old.it_value.tv_usec > 0 && old.it_value.tv_sec == 0))
		old.it_value.tv_sec++;
	return ((unsigned)old.it_value.tv_sec);
}

/*
 * ualarm(3): SIGALRM after some microseconds, then at an interval.
 * Returns the microseconds that were left of the previous alarm.
 */
useconds_t
ualarm(useconds_t us, useconds_t interval)
{
	struct itimerval it, old;

	it.it_value.tv_sec = (time_t)(us / 1000000);
	it.it_value.tv_usec = (suseconds_t)(us % 1000000);
	it.it_interval.tv_sec = (time_t)(interval / 1000000);
	it.it_interval.tv_usec = (suseconds_t)(interval % 1000000);
	if (setitimer(ITIMER_REAL, &it, &old) == -1)
		return (0);
	return ((useconds_t)old.it_value.tv_sec * 1000000U +
	    (useconds_t)old.it_value.tv_usec);
}
