/*
 * Text to numbers against the host's: strtod and strtol families.
 */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libc_test.h"

#define	strtod		tine_strtod
#define	strtof		tine_strtof
#define	strtold		tine_strtold
#define	atof		tine_atof
#define	strtol		tine_strtol
#define	strtoll		tine_strtoll
#define	strtoul		tine_strtoul
#define	strtoull	tine_strtoull
#define	strtoimax	tine_strtoimax
#define	strtoumax	tine_strtoumax
#define	strtoq		tine_strtoq
#define	strtouq		tine_strtouq
#define	atoi		tine_atoi
#define	atol		tine_atol
#define	atoll		tine_atoll
#define	strtonum	tine_strtonum
double	tine_strtod(const char *, char **);
float	tine_strtof(const char *, char **);
long double tine_strtold(const char *, char **);
double	tine_atof(const char *);
long	tine_strtol(const char *, char **, int);
long long tine_strtoll(const char *, char **, int);
unsigned long tine_strtoul(const char *, char **, int);
unsigned long long tine_strtoull(const char *, char **, int);
long long tine_strtonum(const char *, long long, long long, const char **);
#include "bigdec.c"
#include "strtod.c"
#include "strtol.c"
#undef strtod
#undef strtof
#undef strtold
#undef strtoll
#undef strtoull
#undef strtol

static int failures;

static void
failed(const char *what, const char *s)
{
	if (failures++ < 10)
		printf("# %s(\"%.100s\") is wrong\n", what, s);
}

static void
done(const char *name)
{
	result(failures == 0, name);
	failures = 0;
}

/* Equal values, ends, and errors (0 or ERANGE). */
static void
floats(const char *s)
{
	double d, dd;
	float f, ff;
	long double l, ll;
	char *e, *ee;
	int error;

	errno = 0;
	d = strtod(s, &e);
	error = errno;
	errno = 0;
	dd = tine_strtod(s, &ee);
	if (memcmp(&d, &dd, sizeof(d)) != 0 || e != ee || errno != error)
		failed("strtod", s);
	errno = 0;
	f = strtof(s, &e);
	error = errno;
	errno = 0;
	ff = tine_strtof(s, &ee);
	if (memcmp(&f, &ff, sizeof(f)) != 0 || e != ee || errno != error)
		failed("strtof", s);
	errno = 0;
	l = strtold(s, &e);
	error = errno;
	errno = 0;
	ll = tine_strtold(s, &ee);
	if (memcmp(&l, &ll, 10) != 0 || e != ee || errno != error)
		failed("strtold", s);
}

static const char *const float_texts[] = {
	"0",
	"-0",
	"1",
	"  +1.5x",
	"1e5",
	"1e",
	"1e+",
	".5",
	"5.",
	".",
	"",
	"-",
	"abc",
	"1e400",
	"-1e400",
	"1e-400",
	"1e4940",
	"1e4977",
	"-1e4999",
	"1e5000",
	"1e-5000",
	"1e999999999999",
	"1e-999999999999",
	"0e999999999",
	"inf",
	"-INFINITY",
	"infin",
	"nan",
	"0x10",
	"0x1.8p1",
	"0x.8",
	"0x",
	"0xg",
	"0x1p",
	"0x1p-1074",
	"0x1p-1075",
	"0x1.8p-1075",
	"0x1p-1080",
	"0x1.fffffffffffff7p1023",
	"0x1.fffffffffffff8p1023",
	"0x1.00000000000008p0",
	"0x1.000000000000080001p0",
	"0x1.ffffffp127",
	"0x123456789abcdef01234p-10",
	"1.7976931348623157e308",
	"1.7976931348623158e308",
	"1.7976931348623159e308",
	"4.9406564584124654e-324",
	"2.4703282292062327e-324",
	"2.4703282292062328e-324",
	"2.2250738585072011e-308",
	"2.2250738585072014e-308",
	"9007199254740993",
	"9007199254740992.5",
	"9007199254740993.00000000000000000000000000000000000000001",
	"0.1",
	"0.30000000000000004",
	"3.4028235e38",
	"3.4028236e38",
	"1.1754943508222875e-38",
	"1.4e-45",
	"7e-46",
	"8e-46",
	"18446744073709551615",
	"18446744073709551616",
	"1.18973149535723176502e+4932",
	"3.6e-4951",
	"1e4932",
	"12345678901234567890123456789",
	"1e23",
	"8.5e22",
	"1e22",
};

static void
some_floats(void)
{
	unsigned i;

	for (i = 0; i < sizeof(float_texts) / sizeof(float_texts[0]); i++)
		floats(float_texts[i]);
}

/* The digits before the point make up for the exponent, or do not. */
static void
long_float(void)
{
	static char text[70000];
	int n = 60000;

	memset(text, '0', (size_t)n + 1);
	text[0] = '1';
	strcpy(text + n + 1, "e-60001");
	floats(text);
	strcpy(text + n + 1, "");
	floats(text);
}

static void
random_floats(void)
{
	char text[1500];
	union {
		uint64_t bits;
		double number;
	} u;
	int i, j, n;

	for (i = 0; i < 20000; i++) {
		u.bits = next_random();
		if (u.number != u.number || u.number - u.number != 0)
			continue;
		switch (i % 5) {
		case 0:
			snprintf(text, sizeof(text), "%.17g", u.number);
			break;
		case 1: /* in the middle of two doubles, or nearly */
			snprintf(text, sizeof(text), "%.800Lg",
			    (long double)u.number * (1 + 0x1p-53L));
			break;
		case 2:
			snprintf(text, sizeof(text), "%.3f",
			    (double)(int64_t)u.bits / 1e12);
			break;
		case 3:
			snprintf(text, sizeof(text), "%a", u.number);
			break;
		default:
			n = 1 + (int)(next_random() % 60);
			for (j = 0; j < n; j++)
				text[j] = (char)('0' + next_random() % 10);
			if (n > 5)
				text[next_random() % (unsigned)n] = '.';
			snprintf(text + n, 20, "e%d",
			    (int)(next_random() % 700) - 350);
		}
		floats(text);
	}
}

static const char *const integer_texts[] = {
	"0",
	"1",
	"-1",
	"+7",
	"  42 ",
	"0x1f",
	"0X1F",
	"0x",
	"0xg",
	"077",
	"08",
	"zz",
	"-zz",
	"9223372036854775807",
	"9223372036854775808",
	"-9223372036854775808",
	"-9223372036854775809",
	"18446744073709551615",
	"18446744073709551616",
	"-18446744073709551615",
	"",
	"-",
	"99999999999999999999999999",
	"1010",
	"12abc",
	"--1",
};

static void
integers(void)
{
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };
	unsigned i, j;
	char *e, *ee;
	int error;

	for (i = 0; i < sizeof(integer_texts) / sizeof(integer_texts[0]); i++)
		for (j = 0; j < 6; j++) {
			long long a, b;

			errno = 0;
			a = strtoll(integer_texts[i], &e, bases[j]);
			error = errno;
			errno = 0;
			b = tine_strtoll(integer_texts[i], &ee, bases[j]);
			if (a != b || e != ee || error != errno)
				failed("strtoll", integer_texts[i]);
			errno = 0;
			a = (long long)strtoull(integer_texts[i], &e, bases[j]);
			error = errno;
			errno = 0;
			b = (long long)tine_strtoull(integer_texts[i], &ee,
			    bases[j]);
			if (a != b || e != ee || error != errno)
				failed("strtoull", integer_texts[i]);
			errno = 0;
			a = strtol(integer_texts[i], &e, bases[j]);
			error = errno;
			errno = 0;
			b = tine_strtol(integer_texts[i], &ee, bases[j]);
			if (a != b || e != ee || error != errno)
				failed("strtol", integer_texts[i]);
		}
	errno = 0;
	result(tine_strtol("1", NULL, 37) == 0 && errno == EINVAL,
	    "a base that does not exist");
}

static void
strict(void)
{
	const char *problem;

	result(tine_strtonum("12", 1, 20, &problem) == 12 && problem == NULL,
	    "strtonum");
	result(tine_strtonum("0", 1, 20, &problem) == 0 &&
		strcmp(problem, "too small") == 0,
	    "strtonum: too small");
	result(tine_strtonum("99999999999999999999", 1, 20, &problem) == 0 &&
		strcmp(problem, "too large") == 0,
	    "strtonum: too large");
	result(tine_strtonum("12x", 1, 20, &problem) == 0 &&
		strcmp(problem, "invalid") == 0,
	    "strtonum: invalid");
}

int
main(void)
{
	some_floats();
	long_float();
	done("corner cases of strtod, strtof, strtold");
	random_floats();
	done("random numbers");
	integers();
	done("strtol and its relatives");
	strict();
	return (finish());
}
