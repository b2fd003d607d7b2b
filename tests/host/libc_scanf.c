/*
 * scanf's conversions against the host's.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "libc_test.h"

#define	sscanf		tine_sscanf
#define	vsscanf		tine_vsscanf
int	tine_sscanf(const char *, const char *, ...);
int	tine_vsscanf(const char *, const char *, va_list);
#include "format_in.c"
#include "sscanf.c"
#undef sscanf

/*
 * Four values of eight bytes each are scanned into by both.
 */
static void
compare(const char *text, const char *fmt, size_t size)
{
	char want[4][64], have[4][64], name[160];
	int n, m;

	memset(want, 0x55, sizeof(want));
	memset(have, 0x55, sizeof(have));
	n = sscanf(text, fmt, want[0], want[1], want[2], want[3]);
	m = tine_sscanf(text, fmt, have[0], have[1], have[2], have[3]);
	snprintf(name, sizeof(name), "sscanf(\"%s\", \"%s\") is %d", text, fmt,
	    n);
	/* 80-bit numbers leave bytes behind them undefined. */
	result(n == m && memcmp(want[0], have[0], size) == 0 &&
		memcmp(want[1], have[1], size) == 0 &&
		memcmp(want[2], have[2], size) == 0 &&
		memcmp(want[3], have[3], size) == 0,
	    name);
}

static const char *const cases[][2] = {
	{ "1 2 3 4", "%d %d %d %d" },
	{ "1 2", "%d%d%d" },
	{ "  -17abc", "%d%s" },
	{ "12345", "%2d%3d" },
	{ "12345", "%1d%1d%1d%1d" },
	{ "0x1f 0x1F 077 9", "%i %i %i %i" },
	{ "ff 0xff", "%x %x" },
	{ "777 8", "%o %o" },
	{ "4294967295 -1", "%u %u" },
	{ "300 70000 5000000000 7", "%hhd %hd %lld %ld" },
	{ "", "%d" },
	{ "   ", "%d" },
	{ "x", "%d" },
	{ "abc", "abc%d" },
	{ "abd", "abc%d" },
	{ "5%7", "%d%%%d" },
	{ "5 % 7", "%d %% %d" },
	{ "hello world", "%s %s" },
	{ "hello world", "%3s%s" },
	{ "hello world", "%5c%2c" },
	{ "ab", "%3c" },
	{ "a,b;c", "%[a-z],%[^;];%c" },
	{ "123abc", "%[0-9]%[a-z]" },
	{ "]x-", "%[]x-]" },
	{ "abc", "%[^]c]%c" },
	{ "zzz", "%[a-c]" },
	{ "1 2 3", "%*d %d %n" },
	{ "12 34", "%d%n%d%n" },
	{ "1.5 -2e3 .25 inf", "%lf %lf %lf %lf" },
	{ "1.5f", "%f%c" },
	{ "nan -infinity", "%lf %lf" },
	{ "0x1.8p3 0x10", "%lf %lf" },
	{ "123456.789e-2", "%5lf%lf" },
	{ "12:34:56", "%d:%d:%d" },
	{ "key = value", "%[^= ] = %s" },
	{ "99999999999999999999", "%lld" },
	{ "-99999999999999999999", "%lld" },
	{ "0", "%i" },
	{ "08", "%i%d" },
	{ "+5 -5", "%d %u" },
	{ "- 5", "%d" },
	{ "a b", "%c%c%c" },
	{ "a\tb  c", "%s%s%s" },
	{ "5", "%zu" },
	{ "5 6 7", "%jd %td %hhu" },
	{ "1e", "%lf" },
	{ "x1", "%*c%d" },
	{ "12", "%d%d" },
	{ "0x", "%x" },
	{ "1.2.3", "%f%f" },
};

/* What is scanned, and what is left, where the host differs. */
static int
leaves(const char *text, double number, const char *rest)
{
	char have[64] = "";
	double d = 0;
	int n = tine_sscanf(text, "%lf%63s", &d, have);

	if (number == 0)
		return (n == 0 && tine_sscanf(text, "%63s", have) == 1 &&
		    strcmp(have, rest) == 0);
	return (n == 2 && d == number && strcmp(have, rest) == 0);
}

/* Conversions that store nothing count as done. */
static void
ends(void)
{
	int n;

	result(tine_sscanf("5", "%*d %d", &n) == 0 &&
		tine_sscanf("5", "%*d x") == 0 &&
		tine_sscanf("5 6", "%*d %d %d", &n, &n) == 1,
	    "the end of the input after a conversion");
	result(tine_sscanf("", "%*d %d", &n) == -1 &&
		tine_sscanf("x", "x%d", &n) == -1 && tine_sscanf("", "x") == -1,
	    "the end of the input before one");
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		compare(cases[i][0], cases[i][1], sizeof(char[64]));
	compare("3.14159265358979323846", "%Lf", 10);
	ends();
	result(leaves("infinite", INFINITY, "inite") &&
		leaves("-infix", -INFINITY, "ix") &&
		leaves("1.5e+x", 1.5, "e+x") && leaves("2e5e3", 2e5, "e3") &&
		leaves("0x8p-1.5", 4, ".5"),
	    "a number, and what is behind it");
	result(leaves("nnnnnnnnnn", 0, "nnnnnnnnnn") &&
		leaves(".e5", 0, ".e5") && leaves("-.x", 0, "-.x") &&
		leaves("nax", 0, "nax"),
	    "no number");
	return (finish());
}
