/*
 * struct timespec and the clock numbers, which <time.h> needs without the
 * rest of <sys/time.h>.
 */
#ifndef _SYS_TIMESPEC_H_
#define	_SYS_TIMESPEC_H_

#include <sys/types.h>

struct timespec {
	time_t	tv_sec;
	long	tv_nsec;	/* 0 .. 999999999 */
};

struct itimerspec {
	struct timespec	it_interval;
	struct timespec	it_value;
};

#define	CLOCK_REALTIME		0	/* time of day; may be set */
#define	CLOCK_VIRTUAL		1	/* user time of the process */
#define	CLOCK_PROF		2	/* user and system time */
#define	CLOCK_MONOTONIC		4	/* since boot; never set */
#define	CLOCK_UPTIME		5
#define	CLOCK_UPTIME_PRECISE	7
#define	CLOCK_UPTIME_FAST	8
#define	CLOCK_REALTIME_PRECISE	9
#define	CLOCK_REALTIME_FAST	10
#define	CLOCK_MONOTONIC_PRECISE	11
#define	CLOCK_MONOTONIC_FAST	12
#define	CLOCK_SECOND		13
#define	CLOCK_THREAD_CPUTIME_ID	14
#define	CLOCK_PROCESS_CPUTIME_ID 15

#define	TIMER_RELTIME		0x0
#define	TIMER_ABSTIME		0x1

#endif /* !_SYS_TIMESPEC_H_ */
