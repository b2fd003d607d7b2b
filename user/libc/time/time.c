/*
 * The time of day and the calendar.  There is one time zone, UTC, and
 * nothing knows of leap seconds.
 */
#include <sys/time.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define	MINUTE		60
#define	HOUR		3600
#define	DAY		86400

static char utc[] = "UTC";
char *tzname[2] = { utc, utc };

/*
 * tzset(3): take the zone from the environment; all of them are UTC.
 */
void
tzset(void)
{
}

/*
 * time(3): seconds since 1970, also to *t unless that is NULL; or -1.
 */
time_t
time(time_t *t)
{
	struct timeval tv;

	if (gettimeofday(&tv, NULL) == -1)
		return (-1);
	if (t != NULL)
		*t = tv.tv_sec;
	return (tv.tv_sec);
}

/*
 * difftime(3): seconds between two times.
 */
double
difftime(time_t t1, time_t t0)
{
	return ((double)t1 - (double)t0);
}

/*
 * Days from 1970-01-01 to the first of March of the year in which March,
 * the first month of the count, comes.  Such years end with the leap day.
 * An int may hold years whose days a long does not.
 */
static long long
days_before(long long year)
{
	long long y = year - 1600; /* 400 years have 146097 days */
	long long era = (y >= 0 ? y : y - 399) / 400;

	y -= era * 400;
	return (era * 146097 + y * 365 + y / 4 - y / 100 - 135080);
}

/*
 * gmtime_r(3): the calendar date of a time.  Returns tm.
 */
struct tm *
gmtime_r(const time_t *__restrict t, struct tm *__restrict tm)
{
	long days = *t / DAY, rest = *t % DAY, year, yday;
	int leap;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	memset(tm, 0, sizeof(*tm));
	tm->tm_hour = (int)(rest / HOUR);
	tm->tm_min = (int)(rest % HOUR / MINUTE);
	tm->tm_sec = (int)(rest % MINUTE);
	tm->tm_wday = (int)((days % 7 + 7 + 4) % 7); /* 1970: Thursday */
	tm->tm_zone = utc;

	/* The year, from March on; a guess that is at most one too large. */
	year = 1970 + days / 365 + (days < 0 ? 0 : 1);
	while (days < days_before(year))
		year--;
	yday = days - (long)days_before(year);
	/* Months of 31 30 31 30 31, and again. */
	tm->tm_mon = (int)((yday * 5 + 2) / 153);
	tm->tm_mday = (int)(yday - (tm->tm_mon * 153 + 2) / 5 + 1);
	tm->tm_mon += 2;
	if (tm->tm_mon >= 12) {
		tm->tm_mon -= 12;
		year++;
	}
	tm->tm_year = (int)(year - 1900);
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	tm->tm_yday = (int)(yday >= 306 ? yday - 306 : yday + 59 + leap);
	return (tm);
}

/*
 * localtime_r(3): the same.
 */
struct tm *
localtime_r(const time_t *__restrict t, struct tm *__restrict tm)
{
	return (gmtime_r(t, tm));
}

/*
 * gmtime(3), localtime(3): into memory that the next call overwrites.
 */
struct tm *
gmtime(const time_t *t)
{
	static struct tm tm;

	return (gmtime_r(t, &tm));
}

struct tm *
localtime(const time_t *t)
{
	return (gmtime(t));
}

/*
 * timegm(3): the time of a calendar date, whose parts may be outside of
 * their usual ranges and are then put right.  Returns -1 (EOVERFLOW) if a
 * time_t cannot hold it.
 */
time_t
timegm(struct tm *tm)
{
	long long seconds, year;
	int month;
	time_t t;

	month = tm->tm_mon % 12;
	year = 1900LL + tm->tm_year + tm->tm_mon / 12;
	if (month < 0) {
		month += 12;
		year--;
	}
	/* Count months from March. */
	month -= 2;
	if (month < 0) {
		month += 12;
		year--;
	}
	seconds = days_before(year) + (month * 153 + 2) / 5 + tm->tm_mday - 1;
	seconds = seconds * DAY + (long long)tm->tm_hour * HOUR +
	    (long long)tm->tm_min * MINUTE + tm->tm_sec;
	t = (time_t)seconds;
	if (t != seconds) {
		errno = EOVERFLOW;
		return (-1);
	}
	gmtime_r(&t, tm);
	return (t);
}

/*
 * mktime(3): the same.
 */
time_t
mktime(struct tm *tm)
{
	return (timegm(tm));
}

/*
 * asctime_r(3): "Thu Jan  1 00:00:00 1970\n" into buf, of 26 bytes.
 * Returns it, or NULL if the date does not fit (EOVERFLOW).
 */
char *
asctime_r(const struct tm *__restrict tm, char *__restrict buf)
{
	if (tm->tm_year < -1900 || tm->tm_year > 8099 ||
	    strftime(buf, 26, "%a %b %e %H:%M:%S ", tm) == 0 ||
	    snprintf(buf + 20, 6, "%04d\n", tm->tm_year + 1900) != 5) {
		errno = EOVERFLOW;
		return (NULL);
	}
	return (buf);
}

/*
 * asctime(3), ctime_r(3), ctime(3): of a date, or of a time; into memory
 * that the next call overwrites, or into buf.
 */
char *
asctime(const struct tm *tm)
{
	static char buf[26];

	return (asctime_r(tm, buf));
}

char *
ctime_r(const time_t *t, char *buf)
{
	struct tm tm;

	return (asctime_r(gmtime_r(t, &tm), buf));
}

char *
ctime(const time_t *t)
{
	return (asctime(gmtime(t)));
}
