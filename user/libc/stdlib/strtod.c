/*
 * Text to floating point numbers.  The result is the nearest number of the
 * type, to even when two are as near, for up to 1200 significant digits
 * (more than any double needs); further digits only break ties.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bigdec.h"

#define	MAXDIGITS	1200
/*
 * Powers of ten that are beyond the range of every type; what is between
 * them has room in a bigdec.
 */
#define	MAXEXP10	4940
#define	MINEXP10	(-5000)

static const struct binformat format_float = { 24, -149, 104 };
static const struct binformat format_double = { 53, -1074, 971 };
static const struct binformat format_long_double = { 64, -16445, 16320 };

/*
 * Read an exponent: a letter (either case of c), a sign, digits.  Returns
 * what follows it, or s if there is none; large values are cut off.
 */
static const char *
parse_exponent(const char *s, int c, int *exponent)
{
	const char *p = s;
	int e = 0, negative;

	*exponent = 0;
	if (tolower((unsigned char)*p) != c)
		return (s);
	p++;
	negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)*p))
		return (s);
	for (; isdigit((unsigned char)*p); p++)
		if (e < 1000000)
			e = e * 10 + (*p - '0');
	*exponent = negative ? -e : e;
	return (p);
}

/*
 * Round m * 2^e to format f.  more says what the number has beyond m, in
 * halves of its unit: 0 nothing, 1 less than a half, 2 a half, 3 more.
 */
static int
round_binary(uint64_t m, int e, int more, const struct binformat *f,
    struct binfloat *b)
{
	uint64_t top = 1ULL << (f->bits - 1), rest, half;
	int s, inexact;

	b->kind = BF_FINITE;
	b->mantissa = 0;
	if (m == 0)
		return (0);
	s = __builtin_clzll(m);
	m <<= s;
	e -= s;
	s = 64 - f->bits;
	if (e + s < f->emin)
		s = f->emin - e;
	if (s > 64) {
		inexact = 1;
		m = 0;
	} else if (s == 0) {
		inexact = more != 0;
		if (more == 3 || (more == 2 && (m & 1) != 0))
			m++;
	} else {
		half = 1ULL << (s - 1);
		rest = s == 64 ? m : m & ((1ULL << s) - 1);
		m = s == 64 ? 0 : m >> s;
		inexact = rest != 0 || more != 0;
		if (rest > half || (rest == half && (more || (m & 1) != 0)))
			m++;
	}
	e += s;
	if (m == top << 1 && (m != 0 || (s == 0 && inexact))) {
		m = top;
		e++;
	}
	if (e > f->emax) {
		b->kind = BF_INFINITE;
		return (-1);
	}
	b->mantissa = m;
	b->exponent = e;
	return (m < top && inexact ? -1 : 0);
}

/*
 * A hexadecimal number, behind its 0x.  Returns what follows it, or NULL
 * if there are no digits.
 */
static const char *
parse_hex(const char *s, const struct binformat *f, struct binfloat *b,
    int *status)
{
	uint64_t m = 0;
	int any = 0, digit, e = 0, exponent, extra = -1, point = 0, room;
	int more = 0, sticky = 0;

	for (;; s++) {
		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (!isxdigit((unsigned char)*s))
			break;
		any = 1;
		digit = isdigit((unsigned char)*s) ?
		    *s - '0' :
		    tolower((unsigned char)*s) - 'a' + 10;
		if (m >> 60 == 0) {
			m = m << 4 | (unsigned)digit;
			if (point)
				e -= 4;
		} else {
			if (extra == -1)
				extra = digit;
			else
				sticky |= digit;
			if (!point)
				e += 4;
		}
	}
	if (!any)
		return (NULL);
	if (extra != -1) {
		/* There is room for up to three bits of the next digit. */
		room = __builtin_clzll(m);
		m = m << room | (unsigned)extra >> (4 - room);
		e -= room;
		extra = (extra & ((1 << (4 - room)) - 1)) << room;
		if (extra == 8 && !sticky)
			more = 2;
		else if (extra >= 8)
			more = 3;
		else
			more = extra != 0 || sticky;
	}
	s = parse_exponent(s, 'p', &exponent);
	*status = round_binary(m, e + exponent, more, f, b);
	return (s);
}

/*
 * Store the digits of s, of which the first is worth 10^exponent.
 */
static void
store_digits(struct bigdec *d, const char *s, int exponent)
{
	int digit, i, n, place;

	/* Let place be how far the digit is from the end of its word. */
	i = (exponent >= 0 ? exponent : exponent - (BD_DIGITS - 1)) / BD_DIGITS;
	place = exponent - i * BD_DIGITS;
	i = BD_POINT - i;
	d->lo = i;
	d->w[i] = 0;
	for (n = 0; isdigit((unsigned char)*s) || *s == '.'; s++) {
		if (*s == '.')
			continue;
		digit = *s - '0';
		if (n >= MAXDIGITS && digit != 0)
			digit = 1;
		if (n > MAXDIGITS || (n == MAXDIGITS && digit == 0))
			continue;
		if (place < 0) {
			place = BD_DIGITS - 1;
			d->w[++i] = 0;
		}
		d->w[i] += (uint32_t)digit * __pow10_9[place];
		place--;
		n++;
	}
	d->hi = i + 1;
}

/*
 * A decimal number.  Returns what follows it, or NULL if there are no
 * digits.
 */
static const char *
parse_decimal(const char *s, const struct binformat *f, struct binfloat *b,
    int *status)
{
	struct bigdec d;
	const char *first = NULL;
	int any = 0, exponent, leading = 0, point = 0;

	/* Find the first digit that counts, and what power of ten it has. */
	for (;; s++) {
		if (*s == '.' && !point) {
			point = 1;
			continue;
		}
		if (!isdigit((unsigned char)*s))
			break;
		any = 1;
		if (first == NULL && *s != '0')
			first = s;
		if (first == NULL)
			leading -= point;
		else if (!point && leading < INT_MAX / 2)
			leading++;
	}
	if (!any)
		return (NULL);
	s = parse_exponent(s, 'e', &exponent);
	b->kind = BF_FINITE;
	b->mantissa = 0;
	*status = 0;
	if (first == NULL)
		return (s);
	exponent += leading - 1;
	if (exponent > MAXEXP10 || exponent < MINEXP10) {
		if (exponent > 0)
			b->kind = BF_INFINITE;
		*status = -1;
		return (s);
	}
	store_digits(&d, first, exponent);
	*status = __bigdec_binary(&d, f, b);
	return (s);
}

/*
 * The words for what is no number.  Returns what follows, or NULL.
 */
static const char *
parse_special(const char *s, struct binfloat *b)
{
	const char *p;

	if (strncasecmp(s, "inf", 3) == 0) {
		b->kind = BF_INFINITE;
		return (strncasecmp(s, "infinity", 8) == 0 ? s + 8 : s + 3);
	}
	if (strncasecmp(s, "nan", 3) != 0)
		return (NULL);
	b->kind = BF_NAN;
	s += 3;
	if (*s == '(') {
		for (p = s + 1; isalnum((unsigned char)*p) || *p == '_'; p++)
			;
		if (*p == ')')
			return (p + 1);
	}
	return (s);
}

/*
 * The number at s in format f.  What follows it goes to *endp if endp is
 * not NULL; s itself if there is no number.  ERANGE if it is too large, or
 * so small that bits were lost.
 */
static void
parse_float(const char *s, char **endp, const struct binformat *f,
    struct binfloat *b)
{
	const char *p = s, *end = NULL;
	int status = 0;

	while (isspace((unsigned char)*p))
		p++;
	b->negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	b->kind = BF_FINITE;
	b->mantissa = 0;
	b->exponent = f->emin;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		end = parse_hex(p + 2, f, b, &status);
	if (end == NULL)
		end = parse_special(p, b);
	if (end == NULL)
		end = parse_decimal(p, f, b, &status);
	if (end == NULL) {
		end = s;
		b->negative = 0;
	}
	if (status != 0)
		errno = ERANGE;
	if (endp != NULL)
		*endp = (char *)end;
}

/*
 * strtod(3): the number at the start of s, as a double.  *endp, if endp is
 * not NULL, is set to what follows.  Returns 0 if there is none.  Errors:
 * ERANGE, with an infinity (too large) or the nearest number (too small).
 */
double
strtod(const char *__restrict s, char **__restrict endp)
{
	struct binfloat b;
	union {
		double number;
		uint64_t bits;
	} u;

	parse_float(s, endp, &format_double, &b);
	u.bits = (uint64_t)b.negative << 63;
	if (b.kind != BF_FINITE)
		u.bits |= 0x7ffULL << 52 | (b.kind == BF_NAN ? 1ULL << 51 : 0);
	else if (b.mantissa >> 52 != 0)
		u.bits |= (uint64_t)(b.exponent + 1075) << 52 |
		    (b.mantissa & ((1ULL << 52) - 1));
	else
		u.bits |= b.mantissa;
	return (u.number);
}

/*
 * strtof(3): as strtod(3), rounded once to a float.
 */
float
strtof(const char *__restrict s, char **__restrict endp)
{
	struct binfloat b;
	union {
		float number;
		uint32_t bits;
	} u;

	parse_float(s, endp, &format_float, &b);
	u.bits = (uint32_t)b.negative << 31;
	if (b.kind != BF_FINITE)
		u.bits |= 0xffU << 23 | (b.kind == BF_NAN ? 1U << 22 : 0);
	else if (b.mantissa >> 23 != 0)
		u.bits |= (uint32_t)(b.exponent + 150) << 23 |
		    ((uint32_t)b.mantissa & ((1U << 23) - 1));
	else
		u.bits |= (uint32_t)b.mantissa;
	return (u.number);
}

/*
 * strtold(3): as strtod(3), in 80 bits.
 */
long double
strtold(const char *__restrict s, char **__restrict endp)
{
	struct binfloat b;
	union {
		long double number;
		struct {
			uint64_t mantissa;
			uint16_t sign_exponent;
		} part;
	} u;

	parse_float(s, endp, &format_long_double, &b);
	u.number = 0;
	u.part.mantissa = b.mantissa;
	u.part.sign_exponent = (uint16_t)(b.negative << 15);
	if (b.kind != BF_FINITE) {
		u.part.sign_exponent |= 0x7fff;
		u.part.mantissa = 1ULL << 63 |
		    (b.kind == BF_NAN ? 1ULL << 62 : 0);
	} else if (b.mantissa >> 63 != 0)
		u.part.sign_exponent |= (uint16_t)(b.exponent + 16383 + 63);
	return (u.number);
}

/*
 * atof(3): strtod without the checks.
 */
double
atof(const char *s)
{
	return (strtod(s, NULL));
}
