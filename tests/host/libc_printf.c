/*
 * printf's conversions against the host's.
 */
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "libc_test.h"

#define	strchrnul	strchrnul	/* a GNU extension in the host's */
char	*strchrnul(const char *, int);

#define	snprintf	tine_snprintf
#define	vsnprintf	tine_vsnprintf
#define	sprintf		tine_sprintf
#define	vsprintf	tine_vsprintf
#define	asprintf	tine_asprintf
#define	vasprintf	tine_vasprintf
int	tine_snprintf(char *, size_t, const char *, ...);
int	tine_vsnprintf(char *, size_t, const char *, va_list);
int	tine_sprintf(char *, const char *, ...);
int	tine_vsprintf(char *, const char *, va_list);
int	tine_asprintf(char **, const char *, ...);
int	tine_vasprintf(char **, const char *, va_list);
#include "bigdec.c"
#include "format_out.c"
#include "format_float.c"
#include "sprintf.c"
#undef snprintf
#undef vsnprintf

static int failures;

static void
compare(const char *fmt, ...)
{
	static char want[20000], have[20000];
	va_list ap;
	int n, m;

	va_start(ap, fmt);
	n = vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	memset(have, 'x', sizeof(have));
	va_start(ap, fmt);
	m = tine_vsnprintf(have, sizeof(have), fmt, ap);
	va_end(ap);
	if (n == m && strcmp(want, have) == 0)
		return;
	if (failures++ < 10)
		printf("# \"%s\": \"%.200s\" (%d), should be \"%.200s\" "
		       "(%d)\n",
		    fmt, have, m, want, n);
}

static void
done(const char *name)
{
	result(failures == 0, name);
	failures = 0;
}

/* All combinations of flags with some widths and precisions. */
static void
each_format(void (*fn)(const char *), const char *size, const char *convs)
{
	static const char *const widths[] = { "", "1", "8", "30" };
	static const char *const precs[] = { "", ".", ".0", ".1", ".3", ".9",
		".20" };
	char fmt[40], flags[8];
	unsigned f, w, p;
	const char *c;
	int n;

	for (f = 0; f < 32; f++) {
		n = 0;
		for (w = 0; w < 5; w++)
			if (f & (1U << w))
				flags[n++] = "-+ #0"[w];
		flags[n] = '\0';
		for (w = 0; w < 4; w++)
			for (p = 0; p < 7; p++)
				for (c = convs; *c != '\0'; c++) {
					snprintf(fmt, sizeof(fmt),
					    "<%%%s%s%s%s%c>", flags, widths[w],
					    precs[p], size, *c);
					fn(fmt);
				}
	}
}

static void
ints(const char *fmt)
{
	static const int values[] = { 0, 1, -1, 7, 8, 42, -1234567, INT_MAX,
		INT_MIN };
	unsigned i;

	for (i = 0; i < 9; i++)
		compare(fmt, values[i]);
}

static void
quads(const char *fmt)
{
	static const long long values[] = { 0, 1, -1, 4294967296LL,
		-99999999999999LL, LLONG_MAX, LLONG_MIN };
	unsigned i;

	for (i = 0; i < 7; i++)
		compare(fmt, values[i]);
}

static const double doubles[] = {
	0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 0.1, 9.5, 99.5, 0.05, 9.9999995,
	999999.5, 9999995, 1e6, 123456, 1234567, 1e5, 1e15, 1e16, 1e17, 1e22,
	1e23, 1e100, 1e-4, 1e-5, 9.9999e-5, 0.000123456, 1e-100, 5e-324,
	DBL_MAX, DBL_MIN, DBL_EPSILON, 3.141592653589793, 0.999999999,
	1e9, 999999999.5, 1e18, 123456789012345678.0, 0.3, 2.0 / 3, 100.0,
};

static void
floats(const char *fmt)
{
	unsigned i;

	for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
		/* The host drops zeros where # forbids it and digits carry. */
		if (strchr(fmt, '#') != NULL && strpbrk(fmt, "gG") != NULL &&
		    doubles[i] - (long long)doubles[i] == 0.5)
			continue;
		compare(fmt, doubles[i]);
	}
	compare(fmt, (double)INFINITY);
	compare(fmt, -(double)INFINITY);
	compare(fmt, (double)NAN);
}

static void
hexfloats(const char *fmt)
{
	unsigned i;

	for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++)
		if (doubles[i] == 0 || fabs(doubles[i]) >= DBL_MIN)
			compare(fmt, doubles[i]);
}

static void
random_floats(void)
{
	static const char *const fmts[] = { "%.17g", "%e", "%f", "%.0f", "%g",
		"%.3e", "%.40f", "%.1f", "%#.5g", "%.16e", "%.800f", "%.700e",
		"%a" };
	union {
		uint64_t bits;
		double number;
	} u;
	int i;

	for (i = 0; i < 20000; i++) {
		u.bits = next_random();
		if (i & 1) /* of a size that people use */
			u.number = (double)(int64_t)(next_random() % 2000000 -
				       1000000) /
			    1000;
		if (fabs(u.number) < DBL_MIN && u.number != 0)
			continue;
		compare(fmts[(unsigned)i % 13], u.number);
		compare(fmts[(unsigned)(i / 2) % 6], u.number);
	}
}

static void
long_doubles(void)
{
	static const long double values[] = { 1.0L, 0.1L, LDBL_MAX, LDBL_MIN,
		1e4000L, 1e-4000L, 3.14159265358979323846L, 1e-4950L };
	unsigned i;

	for (i = 0; i < 8; i++) {
		compare("%Lg", values[i]);
		compare("%.25Le", values[i]);
		compare("%.30Lf", values[i]);
		compare("%.6000Lf", values[i]);
	}
}

static void
texts(void)
{
	int n = -1, m = -1;
	char *p, buf[8];

	compare("%s|%10s|%-10s|%.3s|%.0s|%5.1s", "hello", "hello", "hello",
	    "hello", "hello", "hello");
	compare("%c%5c%-5c|%%|", 'a', 'b', 'c');
	compare("%hhd %hhu %hd %hu %ld %lu %zd %zu %jd %td", 300, 300, 70000,
	    70000, -5L, 5UL, (ssize_t)-6, (size_t)6, (intmax_t)-7,
	    (ptrdiff_t)8);
	compare("%*d|%-*d|%.*d|%*.*d", 8, 1, 8, 2, 4, 3, -8, 3, 4);
	compare("%.*d|%.*s", -1, 5, -1, "all");
	compare("%'d|%'8d|%'.2f|%-'5u|", 1234567, 12, 1234.5, 6);
	compare("%p %p", (void *)0x1234, (void *)&texts);
	compare("%#x %#o %#X %x", 0, 0, 255, 255);
	compare("plain");
	compare("");
	compare("%+.3d|% d|%+d|%05d|%-5d|%05.2d", 5, 5, -5, -5, -5, 5);
	tine_snprintf(buf, sizeof(buf), "%s%n%d%n", "abc", &n, 12345678, &m);
	result(n == 3 && m == 11 && strcmp(buf, "abc1234") == 0,
	    "%n counts, and a short buffer ends with a NUL");
	result(tine_snprintf(NULL, 0, "%d", 12345) == 5, "size 0");
	result(tine_sprintf(buf, "%d", 42) == 2 && strcmp(buf, "42") == 0,
	    "sprintf");
	result(tine_asprintf(&p, "%0200d", 7) == 200 && strlen(p) == 200,
	    "asprintf grows");
	free(p);
	errno = 0;
	result(tine_snprintf(buf, sizeof(buf), "%y") == -1 && errno == EINVAL,
	    "a conversion that does not exist");
	errno = 0;
	result(tine_snprintf(buf, sizeof(buf), "%2147483647d%d", 1, 2) == -1 &&
		errno == EOVERFLOW,
	    "more characters than an int holds");
	errno = 0;
	result(tine_snprintf(NULL, 0, "%2000000000d%2000000000d%294967296d", 1,
		   1, 1) == -1 &&
		errno == EOVERFLOW,
	    "as many as 32 bits hold, and one");
	errno = 0;
	result(tine_snprintf(NULL, 0, "%.2147483600f", 1e50) == -1 &&
		errno == EOVERFLOW,
	    "more than that with the digits before the point");
}

int
main(void)
{
	each_format(ints, "", "dioxuX");
	done("int, all flags");
	each_format(quads, "ll", "dioxuX");
	done("long long, all flags");
	each_format(floats, "", "eEfFgG");
	done("double, all flags");
	each_format(hexfloats, "", "aA");
	done("hexadecimal, all flags");
	random_floats();
	done("random doubles");
	long_doubles();
	done("long double");
	texts();
	done("strings, characters, sizes");
	return (finish());
}
