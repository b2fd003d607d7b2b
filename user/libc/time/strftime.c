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
	return ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 :
									365);
}

/*
 * The week of ISO 8601 and the year it belongs to: week 1 is the one with
 * the first Thursday.
 */
static int
iso_week(const struct tm *tm, int *yearp)
{
	int year = tm->tm_year + 1900;
	int wday = (tm->tm_wday + 6) % 7; /* since Monday */
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

static int
hour12(const struct tm *tm)
{
	return (tm->tm_hour % 12 == 0 ? 12 : tm->tm_hour % 12);
}

/* Conversions that stand for others. */
static const char *const composites[128] = {
	['c'] = "%a %b %e %H:%M:%S %Y",
	['D'] = "%m/%d/%y",
	['F'] = "%Y-%m-%d",
	['h'] = "%b",
	['n'] = "\n",
	['R'] = "%H:%M",
	['r'] = "%I:%M:%S %p",
	['T'] = "%H:%M:%S",
	['t'] = "\t",
	['v'] = "%e-%b-%Y",
	['X'] = "%H:%M:%S",
	['x'] = "%m/%d/%y",
	['Z'] = "UTC",
	['z'] = "+0000",
	['+'] = "%a %b %e %H:%M:%S %Z %Y",
};

/* Conversions that are a number, and how it is printed. */
static const char *const numbers[128] = {
	['C'] = "%02d", ['d'] = "%02d", ['e'] = "%2d", ['G'] = "%d",
	['g'] = "%02d", ['H'] = "%02d", ['I'] = "%02d", ['j'] = "%03d",
	['k'] = "%2d", ['l'] = "%2d", ['M'] = "%02d", ['m'] = "%02d",
	['S'] = "%02d", ['U'] = "%02d", ['u'] = "%d", ['V'] = "%02d",
	['W'] = "%02d", ['w'] = "%d", ['Y'] = "%d", ['y'] = "%02d",
};

/*
 * The number for a conversion that is one.
 */
static int
number_of(int c, const struct tm *tm)
{
	int year = tm->tm_year + 1900, monday = (tm->tm_wday + 6) % 7, iso;

	switch (c) {
	case 'C':
		return (year / 100);
	case 'd':
	case 'e':
		return (tm->tm_mday);
	case 'G':
	case 'g':
		(void)iso_week(tm, &iso);
		return (c == 'G' ? iso : iso % 100);
	case 'H':
	case 'k':
		return (tm->tm_hour);
	case 'I':
	case 'l':
		return (hour12(tm));
	case 'j':
		return (tm->tm_yday + 1);
	case 'M':
		return (tm->tm_min);
	case 'm':
		return (tm->tm_mon + 1);
	case 'S':
		return (tm->tm_sec);
	case 'U':
		return ((tm->tm_yday + 7 - tm->tm_wday) / 7);
	case 'u':
		return (monday + 1);
	case 'V':
		return (iso_week(tm, &iso));
	case 'W':
		return ((tm->tm_yday + 7 - monday) / 7);
	case 'w':
		return (tm->tm_wday);
	case 'Y':
		return (year);
	default: /* y */
		return ((year % 100 + 100) % 100);
	}
}

/*
 * Seconds since 1970.
 */
static void
add_seconds(struct text *t, const struct tm *tm)
{
	struct tm copy = *tm;
	char buf[24];

	add(t, buf,
	    (size_t)snprintf(buf, sizeof(buf), "%lld",
		(long long)timegm(&copy)));
}

static void format(struct text *, const char *, const struct tm *);

/*
 * One conversion.  What is none stands for itself.
 */
static void
convert(struct text *t, unsigned char c, const struct tm *tm)
{
	char self = (char)c;

	if (c < 128 && composites[c] != NULL) {
		format(t, composites[c], tm);
		return;
	}
	if (c < 128 && numbers[c] != NULL) {
		add_number(t, numbers[c], number_of(c, tm));
		return;
	}
	switch (c) {
	case 'A':
	case 'a':
		add_name(t, days, 7, tm->tm_wday, c == 'A' ? 16 : 3);
		break;
	case 'B':
	case 'b':
		add_name(t, months, 12, tm->tm_mon, c == 'B' ? 16 : 3);
		break;
	case 'p':
		add(t, tm->tm_hour >= 12 ? "PM" : "AM", 2);
		break;
	case 's':
		add_seconds(t, tm);
		break;
	default:
		add(t, &self, 1);
	}
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
		convert(t, (unsigned char)*fmt, tm);
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
