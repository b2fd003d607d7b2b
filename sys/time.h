/*
 * Times, interval timers and the arithmetic on them.
 */
#ifndef _SYS_TIME_H_
#define	_SYS_TIME_H_

#include <sys/types.h>
#include <sys/timespec.h>

struct timeval {
	time_t		tv_sec;
	suseconds_t	tv_usec;	/* 0 .. 999999 */
};

struct timezone {
	int	tz_minuteswest;		/* of Greenwich */
	int	tz_dsttime;		/* kind of daylight saving time */
};
#define	DST_NONE	0

struct itimerval {
	struct timeval	it_interval;	/* reload value; zero: one shot */
	struct timeval	it_value;	/* time to the next expiry */
};
#define	ITIMER_REAL	0		/* real time, SIGALRM */
#define	ITIMER_VIRTUAL	1		/* user time, SIGVTALRM */
#define	ITIMER_PROF	2		/* user and system time, SIGPROF */

/* What the sysctl kern.clockrate answers. */
struct clockinfo {
	int	hz;			/* clock ticks a second */
	int	tick;			/* microseconds a tick */
	int	spare;
	int	stathz;			/* statistics ticks a second */
	int	profhz;			/* profiling ticks a second */
};

#define	TIMEVAL_TO_TIMESPEC(tv, ts) do {				\
	(ts)->tv_sec = (tv)->tv_sec;					\
	(ts)->tv_nsec = (tv)->tv_usec * 1000;				\
} while (0)
#define	TIMESPEC_TO_TIMEVAL(tv, ts) do {				\
	(tv)->tv_sec = (ts)->tv_sec;					\
	(tv)->tv_usec = (ts)->tv_nsec / 1000;				\
} while (0)

#define	timespecclear(tvp)	((tvp)->tv_sec = (tvp)->tv_nsec = 0)
#define	timespecisset(tvp)	((tvp)->tv_sec || (tvp)->tv_nsec)
#define	timespeccmp(tvp, uvp, cmp)					\
	(((tvp)->tv_sec == (uvp)->tv_sec) ?				\
	    ((tvp)->tv_nsec cmp (uvp)->tv_nsec) :			\
	    ((tvp)->tv_sec cmp (uvp)->tv_sec))

#ifndef _KERNEL

/*
 * The operands may be the same structures as the result.  (The kernel's
 * timevaladd() and its kin work in place.)
 */
#define	timerclear(tvp)		((tvp)->tv_sec = (tvp)->tv_usec = 0)
#define	timerisset(tvp)		((tvp)->tv_sec || (tvp)->tv_usec)
#define	timercmp(tvp, uvp, cmp)						\
	(((tvp)->tv_sec == (uvp)->tv_sec) ?				\
	    ((tvp)->tv_usec cmp (uvp)->tv_usec) :			\
	    ((tvp)->tv_sec cmp (uvp)->tv_sec))
#define	timeradd(tvp, uvp, vvp) do {					\
	(vvp)->tv_sec = (tvp)->tv_sec + (uvp)->tv_sec;			\
	(vvp)->tv_usec = (tvp)->tv_usec + (uvp)->tv_usec;		\
	if ((vvp)->tv_usec >= 1000000) {				\
		(vvp)->tv_sec++;					\
		(vvp)->tv_usec -= 1000000;				\
	}								\
} while (0)
#define	timersub(tvp, uvp, vvp) do {					\
	(vvp)->tv_sec = (tvp)->tv_sec - (uvp)->tv_sec;			\
	(vvp)->tv_usec = (tvp)->tv_usec - (uvp)->tv_usec;		\
	if ((vvp)->tv_usec < 0) {					\
		(vvp)->tv_sec--;					\
		(vvp)->tv_usec += 1000000;				\
	}								\
} while (0)
#define	timespecadd(tsp, usp, vsp) do {					\
	(vsp)->tv_sec = (tsp)->tv_sec + (usp)->tv_sec;			\
	(vsp)->tv_nsec = (tsp)->tv_nsec + (usp)->tv_nsec;		\
	if ((vsp)->tv_nsec >= 1000000000L) {				\
		(vsp)->tv_sec++;					\
		(vsp)->tv_nsec -= 1000000000L;				\
	}								\
} while (0)
#define	timespecsub(tsp, usp, vsp) do {					\
	(vsp)->tv_sec = (tsp)->tv_sec - (usp)->tv_sec;			\
	(vsp)->tv_nsec = (tsp)->tv_nsec - (usp)->tv_nsec;		\
	if ((vsp)->tv_nsec < 0) {					\
		(vsp)->tv_sec--;					\
		(vsp)->tv_nsec += 1000000000L;				\
	}								\
} while (0)

__BEGIN_DECLS
int	getitimer(int, struct itimerval *);
int	setitimer(int, const struct itimerval *, struct itimerval *);
int	gettimeofday(struct timeval *, struct timezone *);
int	settimeofday(const struct timeval *, const struct timezone *);
int	utimes(const char *, const struct timeval *);
__END_DECLS

#endif /* !_KERNEL */

#ifdef _KERNEL

/*
 * Time in the kernel.  "up" is since boot and never goes back; without
 * "up" it is the date.  "get" is as of the last tick, and cheap.
 */
extern volatile time_t time_second;	/* the date, in seconds */
extern struct timeval boottime;		/* the date of the boot */

void	us_to_timeval(u_int64_t us, struct timeval *);
void	microuptime(struct timeval *);
void	uptime_at(u_int64_t then, struct timeval *);	/* of cpu_ticks() */
void	getmicrouptime(struct timeval *);
void	nanouptime(struct timespec *);
void	microtime(struct timeval *);
/* The same for another moment, in cpu_ticks(). */
void	microtime_at(u_int64_t then, struct timeval *);
void	getmicrotime(struct timeval *);
void	nanotime(struct timespec *);
void	time_set(const struct timeval *now);	/* settimeofday */
void	inittimecounter(void);
u_int64_t cputicks_to_us(u_int64_t);	/* of p_runtime */
u_int64_t us_to_cputicks(u_int64_t);
void	hardclock(int usermode, uintptr_t pc);	/* each tick, hz a second */
/* The same on the other processors. */
void	hardclock_cpu(int usermode, uintptr_t pc);

#define	timevalclear(tvp)	((tvp)->tv_sec = (tvp)->tv_usec = 0)
#define	timevalisset(tvp)	((tvp)->tv_sec || (tvp)->tv_usec)
#define	timevalcmp(tvp, uvp, cmp)					\
	(((tvp)->tv_sec == (uvp)->tv_sec) ?				\
	    ((tvp)->tv_usec cmp (uvp)->tv_usec) :			\
	    ((tvp)->tv_sec cmp (uvp)->tv_sec))
void	timevaladd(struct timeval *, const struct timeval *);
void	timevalsub(struct timeval *, const struct timeval *);
int	itimerfix(struct timeval *);	/* 0, or EINVAL */

#endif /* _KERNEL */

#endif /* !_SYS_TIME_H_ */
