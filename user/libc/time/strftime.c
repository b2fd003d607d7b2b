/*
 * Dates to text.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday",
};
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
};

struct text {
	char	*p;
	size_t	left;
	int	full;
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (n >= t->left) {
		t->full = 1;
		return;
	}
	memcpy(t->p, s, n);
	t->p += n;
	t->left -= n;
}

static void
add_number(struct text *t, const char *fmt, int value)
{
	char buf[16];

	add(t, buf, (size_t)snprintf(buf, sizeof(buf), fmt, value));
}

/* The name with this index, or the first n letters of it. */
static void
add_name(struct text *t, const char *const *names, int count, int i,
    size_t n)
{
	const char *name = i >= 0 && i < count ? names[i] : "?";

	add(t, name, strnlen(name, n));
}

static int
days_of_year(int year)
{
	return ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ?
	    366 : 365);
}

/*
 * The week of ISO 8601 and the year it belongs to: week 1 is the one with
 * the first Thursday.
 */
static int
iso_week(const struct tm *tm, int *yearp)
{
	int year = tm->tm_year + 1900;
	int wday = (tm->tm_wday + 6) % 7;	/* since Monday */
	int thursday = tm->tm_yday - wday + 3;

	if (thursday < 0) {
		year--;
		thursday += days_of_year(year);
	} else if (thursday >= days_of_year(year)) {
		thursday -= days_of_year(year);
		year++;
	}
	*yearp = year;
	return (thursday / 7 + 1);
}

static void format(struct text *, const char *, const struct tm *);

static int
hour12(const struct tm *tm)
{
	return (tm->tm_hour % 12 == 0 ? 12 : tm->tm_hour % 12);
}

/*
 * Seconds since 1970.
 */
static void
add_seconds(struct text *t, const struct tm *tm)
{
	struct tm copy = *tm;
	char buf[24];

	add(t, buf, (size_t)snprintf(buf, sizeof(buf), "%lld",
	    (long long)timegm(&copy)));
}

/*
 * The conversions of the date.  Returns 0 if c is none.
 */
static int
format_date(struct text *t, int c, const struct tm *tm)
{
	int year = tm->tm_year + 1900, iso;

	switch (c) {
	case 'A': add_name(t, days, 7, tm->tm_wday, 16); break;
	case 'a': add_name(t, days, 7, tm->tm_wday, 3); break;
	case 'B': add_name(t, months, 12, tm->tm_mon, 16); break;
	case 'b':
	case 'h': add_name(t, months, 12, tm->tm_mon, 3); break;
	case 'C': add_number(t, "%02d", year / 100); break;
	case 'D': format(t, "%m/%d/%y", tm); break;
	case 'd': add_number(t, "%02d", tm->tm_mday); break;
	case 'e': add_number(t, "%2d", tm->tm_mday); break;
	case 'F': format(t, "%Y-%m-%d", tm); break;
	case 'G': (void)iso_week(tm, &iso); add_number(t, "%d", iso); break;
	case 'g':
		(void)iso_week(tm, &iso);
		add_number(t, "%02d", iso % 100);
		break;
	case 'j': add_number(t, "%03d", tm->tm_yday + 1); break;
	case 'm': add_number(t, "%02d", tm->tm_mon + 1); break;
	case 'U':
		add_number(t, "%02d", (tm->tm_yday + 7 - tm->tm_wday) / 7);
		break;
	case 'u': add_number(t, "%d", (tm->tm_wday + 6) % 7 + 1); break;
	case 'V': add_number(t, "%02d", iso_week(tm, &iso)); break;
	case 'v': format(t, "%e-%b-%Y", tm); break;
	case 'W':
		add_number(t, "%02d", (tm->tm_yday + 7 -
		    (tm->tm_wday + 6) % 7) / 7);
		break;
	case 'w': add_number(t, "%d", tm->tm_wday); break;
	case 'x': format(t, "%m/%d/%y", tm); break;
	case 'Y': add_number(t, "%d", year); break;
	case 'y': add_number(t, "%02d", (year % 100 + 100) % 100); break;
	default:
		return (0);
	}
	return (1);
}

/*
 * The conversions of the time of day, and the others.  Returns 0 if c is
 * none.
 */
static int
format_time(struct text *t, int c, const struct tm *tm)
{
	switch (c) {
	case 'c': format(t, "%a %b %e %H:%M:%S %Y", tm); break;
	case 'H': add_number(t, "%02d", tm->tm_hour); break;
	case 'I': add_number(t, "%02d", hour12(tm)); break;
	case 'k': add_number(t, "%2d", tm->tm_hour); break;
	case 'l': add_number(t, "%2d", hour12(tm)); break;
	case 'M': add_number(t, "%02d", tm->tm_min); break;
	case 'n': add(t, "\n", 1); break;
	case 'p': add(t, tm->tm_hour >= 12 ? "PM" : "AM", 2); break;
	case 'R': format(t, "%H:%M", tm); break;
	case 'r': format(t, "%I:%M:%S %p", tm); break;
	case 'S': add_number(t, "%02d", tm->tm_sec); break;
	case 's': add_seconds(t, tm); break;
	case 'T':
	case 'X': format(t, "%H:%M:%S", tm); break;
	case 't': add(t, "\t", 1); break;
	case 'Z': add(t, "UTC", 3); break;
	case 'z': add(t, "+0000", 5); break;
	case '+': format(t, "%a %b %e %H:%M:%S %Z %Y", tm); break;
	case '%': add(t, "%", 1); break;
	default:
		return (0);
	}
	return (1);
}

static void
format(struct text *t, const char *fmt, const struct tm *tm)
{
	for (; *fmt != '\0' && !t->full; fmt++) {
		if (*fmt != '%') {
			add(t, fmt, 1);
			continue;
		}
		fmt++;
		/* The locale's other forms are the same in "C". */
		if (*fmt == 'E' || *fmt == 'O')
			fmt++;
		if (*fmt == '\0')
			break;
		if (!format_date(t, *fmt, tm) && !format_time(t, *fmt, tm))
			add(t, fmt, 1);
	}
}

/*
 * strftime(3): format a date into size bytes.  Returns the length without
 * the NUL, or 0 if it does not fit.
 */
size_t
strftime(char *__restrict buf, size_t size, const char *__restrict fmt,
    const struct tm *__restrict tm)
{
	struct text t = { buf, size, 0 };

	format(&t, fmt, tm);
	if (t.full || t.left == 0)
		return (0);
	*t.p = '\0';
	return ((size_t)(t.p - buf));
}
