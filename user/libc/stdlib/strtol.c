/*
 * Text to integers.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

/*
 * The number at s in the given base (0: as its prefix says).  Returns its
 * magnitude, at most max (or max_negative if there is a minus sign), with
 * ERANGE if it was larger.  What follows goes to *endp.
 */
static unsigned long long
parse(const char *s, char **endp, int base, unsigned long long max,
    unsigned long long max_negative, int *negative)
{
	const char *p = s, *end = s;
	unsigned long long value = 0;
	int digit, overflow = 0;

	*negative = 0;
	if (base < 0 || base == 1 || base > 36) {
		errno = EINVAL;
		goto out;
	}
	while (isspace((unsigned char)*p))
		p++;
	*negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (*negative)
		max = max_negative;
	if ((base == 0 || base == 16) && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
		p += 2;
		base = 16;
	}
	if (base == 0)
		base = *p == '0' ? 8 : 10;
	for (;; p++, end = p) {
		if (isdigit((unsigned char)*p))
			digit = *p - '0';
		else if (isalpha((unsigned char)*p))
			digit = tolower((unsigned char)*p) - 'a' + 10;
		else
			break;
		if (digit >= base)
			break;
		if (value > (max - (unsigned)digit) / (unsigned)base)
			overflow = 1;
		else
			value = value * (unsigned)base + (unsigned)digit;
	}
	if (overflow) {
		errno = ERANGE;
		value = max;
		if (max == ULLONG_MAX || max == ULONG_MAX)
			*negative = 0; /* -max would be 1 */
	}
out:
	if (endp != NULL)
		*endp = (char *)end;
	return (value);
}

/* Apply the sign; the magnitude is at most that of the smallest number. */
static long long
with_sign(unsigned long long value, int negative)
{
	return ((long long)(negative ? -value : value));
}

/*
 * strtoll(3): the integer at the start of s.  base is 2..36, or 0: decimal,
 * octal behind 0, hexadecimal behind 0x.  *endp, if endp is not NULL, is
 * set to what follows (s if there is no number).  Returns 0 if there is
 * none.  Errors: EINVAL (base), ERANGE (the nearest limit is returned).
 */
long long
strtoll(const char *__restrict s, char **__restrict endp, int base)
{
	unsigned long long value;
	int negative;

	value = parse(s, endp, base, LLONG_MAX,
	    (unsigned long long)LLONG_MAX + 1, &negative);
	return (with_sign(value, negative));
}

/*
 * strtol(3): as strtoll(3), for a long.
 */
long
strtol(const char *__restrict s, char **__restrict endp, int base)
{
	unsigned long long value;
	int negative;

	value = parse(s, endp, base, LONG_MAX, (unsigned long)LONG_MAX + 1,
	    &negative);
	return ((long)with_sign(value, negative));
}

/*
 * strtoull(3): as strtoll(3), unsigned; a minus sign negates.
 */
unsigned long long
strtoull(const char *__restrict s, char **__restrict endp, int base)
{
	unsigned long long value;
	int negative;

	value = parse(s, endp, base, ULLONG_MAX, ULLONG_MAX, &negative);
	return (negative ? -value : value);
}

/*
 * strtoul(3): as strtoull(3), for an unsigned long.
 */
unsigned long
strtoul(const char *__restrict s, char **__restrict endp, int base)
{
	unsigned long value;
	int negative;

	value = (unsigned long)parse(s, endp, base, ULONG_MAX, ULONG_MAX,
	    &negative);
	return (negative ? -value : value);
}

/*
 * strtoimax(3), strtoumax(3), strtoq(3), strtouq(3): other names.
 */
intmax_t
strtoimax(const char *__restrict s, char **__restrict endp, int base)
{
	return (strtoll(s, endp, base));
}

uintmax_t
strtoumax(const char *__restrict s, char **__restrict endp, int base)
{
	return (strtoull(s, endp, base));
}

quad_t
strtoq(const char *__restrict s, char **__restrict endp, int base)
{
	return (strtoll(s, endp, base));
}

u_quad_t
strtouq(const char *__restrict s, char **__restrict endp, int base)
{
	return (strtoull(s, endp, base));
}

/*
 * atoi(3), atol(3), atoll(3): a decimal integer, without any check.
 */
int
atoi(const char *s)
{
	return ((int)strtol(s, NULL, 10));
}

long
atol(const char *s)
{
	return (strtol(s, NULL, 10));
}

long long
atoll(const char *s)
{
	return (strtoll(s, NULL, 10));
}

/*
 * strtonum(3): the decimal integer that is the whole of s, from min to
 * max.  *errstr is set to NULL, or to what is wrong ("invalid", "too
 * small", "too large"), with 0 as the result, and EINVAL or ERANGE.
 */
long long
strtonum(const char *s, long long min, long long max, const char **errstr)
{
	const char *problem = NULL;
	char *end;
	long long value = 0;
	int saved = errno;

	errno = 0;
	if (min > max)
		problem = "invalid";
	else {
		value = strtoll(s, &end, 10);
		if (end == s || *end != '\0')
			problem = "invalid";
		else if (value < min || (errno == ERANGE && value == LLONG_MIN))
			problem = "too small";
		else if (value > max || (errno == ERANGE && value == LLONG_MAX))
			problem = "too large";
	}
	if (errstr != NULL)
		*errstr = problem;
	if (problem == NULL) {
		errno = saved;
		return (value);
	}
	errno = problem[0] == 'i' ? EINVAL : ERANGE;
	return (0);
}
