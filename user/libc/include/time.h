/*
 * Times and dates.  There is one time zone, UTC.
 */
#ifndef _TIME_H_
#define	_TIME_H_

#include <sys/cdefs.h>
#include <sys/_null.h>
#include <sys/types.h>
#include <sys/timespec.h>

#define	CLK_TCK		128	/* ticks a second of times(3) */
#define	CLOCKS_PER_SEC	128	/* ticks a second of clock(3) */

struct tm {
	int	tm_sec;		/* 0..60 */
	int	tm_min;		/* 0..59 */
	int	tm_hour;	/* 0..23 */
	int	tm_mday;	/* 1..31 */
	int	tm_mon;		/* 0..11 */
	int	tm_year;	/* since 1900 */
	int	tm_wday;	/* since Sunday */
	int	tm_yday;	/* since January 1st */
	int	tm_isdst;	/* daylight saving time: never */
	long	tm_gmtoff;	/* seconds east of UTC: 0 */
	char	*tm_zone;	/* "UTC" */
};

__BEGIN_DECLS
extern char *tzname[2];

char	*asctime(const struct tm *);
char	*asctime_r(const struct tm *__restrict, char *__restrict);
clock_t	 clock(void);
int	 clock_getres(clockid_t, struct timespec *);
int	 clock_gettime(clockid_t, struct timespec *);
int	 clock_settime(clockid_t, const struct timespec *);
char	*ctime(const time_t *);
char	*ctime_r(const time_t *, char *);
double	 difftime(time_t, time_t) __pure2;
struct tm *gmtime(const time_t *);
struct tm *gmtime_r(const time_t *__restrict, struct tm *__restrict);
struct tm *localtime(const time_t *);
struct tm *localtime_r(const time_t *__restrict, struct tm *__restrict);
time_t	 mktime(struct tm *);
int	 nanosleep(const struct timespec *, struct timespec *);
size_t	 strftime(char *__restrict, size_t, const char *__restrict,
	    const struct tm *__restrict) __strftimelike(3, 0);
time_t	 time(time_t *);
time_t	 timegm(struct tm *);
void	 tzset(void);
__END_DECLS

#endif /* !_TIME_H_ */
