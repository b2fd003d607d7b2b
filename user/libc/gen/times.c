/*
 * Process times and priorities.
 */
#include <sys/resource.h>
#include <sys/times.h>

#include <errno.h>
#include <time.h>
#include <unistd.h>

static clock_t
ticks(const struct timeval *tv)
{
	return ((clock_t)tv->tv_sec * CLK_TCK +
	    (clock_t)tv->tv_usec * CLK_TCK / 1000000);
}

/*
 * times(3): times of the process and of its children.  Returns the ticks
 * since the system was started, or (clock_t)-1 and errno.
 */
clock_t
times(struct tms *tms)
{
	struct rusage ru;
	struct timespec ts;

	if (getrusage(RUSAGE_SELF, &ru) == -1)
		return ((clock_t)-1);
	tms->tms_utime = ticks(&ru.ru_utime);
	tms->tms_stime = ticks(&ru.ru_stime);
	if (getrusage(RUSAGE_CHILDREN, &ru) == -1)
		return ((clock_t)-1);
	tms->tms_cutime = ticks(&ru.ru_utime);
	tms->tms_cstime = ticks(&ru.ru_stime);
	if (clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		return ((clock_t)-1);
	return ((clock_t)ts.tv_sec * CLK_TCK +
	    (clock_t)(ts.tv_nsec / (1000000000 / CLK_TCK)));
}

/*
 * clock(3): processor time used, in CLOCKS_PER_SEC, or (clock_t)-1.
 */
clock_t
clock(void)
{
	struct rusage ru;

	if (getrusage(RUSAGE_SELF, &ru) == -1)
		return ((clock_t)-1);
	return (ticks(&ru.ru_utime) + ticks(&ru.ru_stime));
}

/*
 * nice(3): add to the nice value.  Returns the new one (which may be -1:
 * look at errno), or -1: EPERM.
 */
int
nice(int increment)
{
	int now;

	if (increment > PRIO_MAX - PRIO_MIN)
		increment = PRIO_MAX - PRIO_MIN;
	if (increment < PRIO_MIN - PRIO_MAX)
		increment = PRIO_MIN - PRIO_MAX;
	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (now == -1 && errno != 0)
		return (-1);
	if (setpriority(PRIO_PROCESS, 0, now + increment) == -1) {
		if (errno == EACCES)
			errno = EPERM;
		return (-1);
	}
	return (getpriority(PRIO_PROCESS, 0));
}
