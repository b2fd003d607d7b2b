/*
 * The calendar and strftime against the host's.
 */
#define	_GNU_SOURCE
#include <sys/time.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libc_test.h"

#define	tzname		tine_tzname
#define	tzset		tine_tzset
#define	time		tine_time
#define	difftime	tine_difftime
#define	gmtime_r	tine_gmtime_r
#define	localtime_r	tine_localtime_r
#define	gmtime		tine_gmtime
#define	localtime	tine_localtime
#define	timegm		tine_timegm
#define	mktime		tine_mktime
#define	asctime_r	tine_asctime_r
#define	asctime		tine_asctime
#define	ctime_r		tine_ctime_r
#define	ctime		tine_ctime
#define	strftime	tine_strftime
time_t	tine_timegm(struct tm *);
struct tm *tine_gmtime_r(const time_t *, struct tm *);
size_t	tine_strftime(char *, size_t, const char *, const struct tm *);
char	*tine_asctime_r(const struct tm *, char *);
#include "time.c"
#include "strftime.c"
#undef gmtime_r
#undef timegm
#undef strftime
#undef asctime_r

static int
same(const struct tm *a, const struct tm *b)
{
	return (a->tm_sec == b->tm_sec && a->tm_min == b->tm_min &&
	    a->tm_hour == b->tm_hour && a->tm_mday == b->tm_mday &&
	    a->tm_mon == b->tm_mon && a->tm_year == b->tm_year &&
	    a->tm_wday == b->tm_wday && a->tm_yday == b->tm_yday);
}

/* Every sixth hour of the range of 32 bits, and the next second. */
static int
dates(void)
{
	struct tm have, want, copy;
	long long i;
	time_t t;
	int more;

	for (i = INT_MIN; i <= INT_MAX; i += 21600)
		for (more = 0; more < 2; more++) {
			t = (time_t)i + more;
			gmtime_r(&t, &want);
			tine_gmtime_r(&t, &have);
			copy = have;
			if (!same(&want, &have) || tine_timegm(&copy) != t) {
				printf("# %lld is wrong\n", i + more);
				return (0);
			}
		}
	return (1);
}

static int
odd_dates(void)
{
	struct tm have, want;
	int round;

	for (round = 0; round < 100000; round++) {
		memset(&want, 0, sizeof(want));
		want.tm_year = (int)(next_random() % 120);
		want.tm_mon = (int)(next_random() % 100) - 50;
		want.tm_mday = (int)(next_random() % 1000) - 500;
		want.tm_hour = (int)(next_random() % 1000) - 500;
		want.tm_min = (int)(next_random() % 10000) - 5000;
		want.tm_sec = (int)(next_random() % 100000) - 50000;
		have = want;
		if (timegm(&want) != tine_timegm(&have) || !same(&want, &have))
			return (0);
	}
	return (1);
}

static int
formats(void)
{
	static const char fmt[] =
	    "%A %a %B %b %C %c|%D %d %e %F %G %g %H %h "
	    "%I %j %k %l %M %m %n %p %R %r %S %s %T %t %U %u %V %W %w %X %x "
	    "%Y %y %% %Ey %Od";
	char have[400], want[400];
	struct tm tm;
	time_t t;
	int round;
	size_t n;

	for (round = 0; round < 50000; round++) {
		t = (time_t)(next_random() % 4102444800ULL);
		gmtime_r(&t, &tm);
		n = strftime(want, sizeof(want), fmt, &tm);
		if (tine_strftime(have, sizeof(have), fmt, &tm) != n ||
		    strcmp(want, have) != 0) {
			printf("# %s\n# %s\n", have, want);
			return (0);
		}
	}
	return (1);
}

int
main(void)
{
	char buf[30], host[30];
	time_t t = 1000000000;
	struct tm tm;

	setenv("TZ", "UTC0", 1);
	result(dates(), "dates of 32-bit times, and back");
	result(odd_dates(), "dates with parts out of range");
	result(formats(), "strftime");
	gmtime_r(&t, &tm);
	result(tine_strftime(buf, 5, "%Y", &tm) == 4 &&
		tine_strftime(buf, 4, "%Y", &tm) == 0,
	    "strftime's size");
	result(strcmp(tine_asctime_r(&tm, buf), asctime_r(&tm, host)) == 0,
	    "asctime");
	return (finish());
}
