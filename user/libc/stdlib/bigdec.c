/*
 * Decimal numbers of any length.  Nothing here rounds, except where it says
 * so; nothing uses floating point arithmetic, so that the processor's mode
 * and its excess precision do not matter.
 */
#include "bigdec.h"

const uint32_t __pow10_9[BD_DIGITS + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000
};

/* Shifts of more bits at a time would not fit. */
#define	MAXSHL	29		/* 10^9 * 2^29 + carry < 2^64 */
#define	MAXSHR	9		/* 2^9 divides 10^9 */

/*
 * Drop zero words at both ends.
 */
static void
trim(struct bigdec *d)
{
	while (d->lo < d->hi && d->w[d->lo] == 0)
		d->lo++;
	while (d->hi > d->lo && d->w[d->hi - 1] == 0)
		d->hi--;
}

/*
 * The word at place i, also outside of what is stored.
 */
uint32_t
__bigdec_word(const struct bigdec *d, int i)
{
	return (i >= d->lo && i < d->hi ? d->w[i] : 0);
}

/*
 * Multiply by 2^n.
 */
void
__bigdec_shl(struct bigdec *d, int n)
{
	uint64_t x;
	uint32_t carry;
	int i, s;

	for (; n > 0; n -= s) {
		s = n < MAXSHL ? n : MAXSHL;
		carry = 0;
		for (i = d->hi - 1; i >= d->lo; i--) {
			x = ((uint64_t)d->w[i] << s) + carry;
			carry = (uint32_t)(x / BD_BASE);
			d->w[i] = (uint32_t)(x % BD_BASE);
		}
		if (carry != 0)
			d->w[--d->lo] = carry;
		trim(d);
	}
}

/*
 * Divide by 2^n.
 */
void
__bigdec_shr(struct bigdec *d, int n)
{
	uint32_t carry, low;
	int i, s;

	for (; n > 0; n -= s) {
		s = n < MAXSHR ? n : MAXSHR;
		carry = 0;
		for (i = d->lo; i < d->hi; i++) {
			low = d->w[i] & ((1U << s) - 1);
			d->w[i] = (d->w[i] >> s) + carry;
			carry = (BD_BASE >> s) * low;
		}
		if (carry != 0) {
			if (d->hi < BD_WORDS)
				d->w[d->hi++] = carry;
			else
				d->w[d->hi - 1] |= 1; /* not nothing */
		}
		trim(d);
	}
}

/*
 * Make it m * 2^e.
 */
void
__bigdec_set(struct bigdec *d, uint64_t m, int e)
{
	d->lo = d->hi = BD_POINT + 1;
	for (; m != 0; m /= BD_BASE)
		d->w[--d->lo] = (uint32_t)(m % BD_BASE);
	trim(d);
	if (e >= 0)
		__bigdec_shl(d, e);
	else
		__bigdec_shr(d, -e);
}

/*
 * The power of ten of the first digit; 0 for zero.
 */
int
__bigdec_exponent(const struct bigdec *d)
{
	int e, n;

	if (d->lo == d->hi)
		return (0);
	e = (BD_POINT - d->lo) * BD_DIGITS;
	for (n = 1; d->w[d->lo] >= __pow10_9[n]; n++)
		e++;
	return (e);
}

/*
 * Is there anything but zeros from word i on?
 */
static int
nonzero_from(const struct bigdec *d, int i)
{
	for (i = i < d->lo ? d->lo : i; i < d->hi; i++)
		if (d->w[i] != 0)
			return (1);
	return (0);
}

/*
 * Add unit to word i.
 */
static void
add_at(struct bigdec *d, int i, uint32_t unit)
{
	/* Room for the word, and zeros in between. */
	while (d->lo > i)
		d->w[--d->lo] = 0;
	while (d->hi <= i)
		d->w[d->hi++] = 0;
	d->w[i] += unit;
	while (d->w[i] >= BD_BASE) {
		d->w[i] -= BD_BASE;
		if (i == d->lo)
			d->w[--d->lo] = 0;
		d->w[--i]++;
	}
}

/*
 * Round to the nearest number with the given count of digits behind the
 * point (a negative one rounds before it), to even when in the middle.
 */
void
__bigdec_round(struct bigdec *d, int places)
{
	uint32_t unit, rest, half;
	int i, n, odd, up;

	/* Word i holds the last digit that stays, worth unit. */
	n = places > 0 ? (places + BD_DIGITS - 1) / BD_DIGITS :
			 -(-places / BD_DIGITS);
	i = BD_POINT + n;
	unit = __pow10_9[n * BD_DIGITS - places];
	if (i >= d->hi || d->lo == d->hi)
		return;
	if (i < d->lo - 1 || i < 0) {
		d->lo = d->hi = BD_POINT + 1;
		return;
	}
	if (unit == 1) {
		odd = __bigdec_word(d, i) & 1;
		rest = __bigdec_word(d, i + 1);
		half = BD_BASE / 2;
		up = rest > half ||
		    (rest == half && (nonzero_from(d, i + 2) || odd));
		rest = 0;
	} else {
		rest = __bigdec_word(d, i) % unit;
		half = unit / 2;
		odd = (__bigdec_word(d, i) / unit) & 1;
		up = rest > half ||
		    (rest == half && (nonzero_from(d, i + 1) || odd));
	}
	if (i >= d->lo) {
		d->w[i] -= rest;
		d->hi = i + 1;
	} else
		d->hi = d->lo;
	if (d->hi == d->lo)
		d->lo = d->hi = i + 1;
	if (up)
		add_at(d, i, unit);
	trim(d);
}

/*
 * Get the integer part.  Returns 0 if it is not below 2^64.
 */
static int
integer_part(const struct bigdec *d, uint64_t *m)
{
	uint64_t x = 0;
	int i;

	if (d->lo < BD_POINT - 2)
		return (0);
	for (i = BD_POINT - 2; i <= BD_POINT; i++) {
		if (x > (UINT64_MAX - __bigdec_word(d, i)) / BD_BASE)
			return (0);
		x = x * BD_BASE + __bigdec_word(d, i);
	}
	*m = x;
	return (1);
}

/*
 * Compare the fraction with one half: -1, 0 or 1.
 */
static int
compare_half(const struct bigdec *d)
{
	uint32_t first = __bigdec_word(d, BD_POINT + 1);

	if (first != BD_BASE / 2)
		return (first > BD_BASE / 2 ? 1 : -1);
	return (nonzero_from(d, BD_POINT + 2));
}

/*
 * Scale d by a power of two so that its integer part has the given number
 * of bits.  Returns by how many places to the right that was.
 */
static int
normalize(struct bigdec *d, int bits, uint64_t *m)
{
	int e, s;

	for (e = 0;; e += s) {
		if (d->lo > BD_POINT)
			s = -MAXSHL;
		else if (!integer_part(d, m))
			s = MAXSHR;
		else
			s = 64 - __builtin_clzll(*m) - bits;
		if (s == 0)
			return (e);
		if (s > 0)
			__bigdec_shr(d, s);
		else
			__bigdec_shl(d, -s);
	}
}

/*
 * Make the nearest binary number of format f (to even when in the middle).
 * Destroys d.  Returns 0, or -1 if the number is too large (then it is
 * infinite) or inexact and so small that it has lost bits.
 */
int
__bigdec_binary(struct bigdec *d, const struct binformat *f,
    struct binfloat *b)
{
	uint64_t top = 1ULL << (f->bits - 1), m;
	int e, half, inexact;

	b->kind = BF_FINITE;
	b->mantissa = 0;
	b->exponent = 0;
	trim(d);
	if (d->lo == d->hi)
		return (0);
	e = normalize(d, f->bits, &m);
	if (e < f->emin) {
		__bigdec_shr(d, f->emin - e);
		e = f->emin;
		integer_part(d, &m);
	}
	half = compare_half(d);
	inexact = nonzero_from(d, BD_POINT + 1);
	if (half > 0 || (half == 0 && (m & 1) != 0)) {
		m++;
		if (m == top << 1) { /* one bit too many */
			m = top;
			e++;
		}
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
 * Take an 80-bit number apart.
 */
void
__binfloat_split(long double x, struct binfloat *b)
{
	union {
		long double number;
		struct {
			uint64_t mantissa;
			uint16_t sign_exponent;
		} part;
	} u;
	int e;

	u.number = x;
	e = u.part.sign_exponent & 0x7fff;
	b->negative = u.part.sign_exponent >> 15;
	b->mantissa = u.part.mantissa;
	b->exponent = (e != 0 ? e : 1) - 16383 - 63;
	b->kind = BF_FINITE;
	if (e == 0x7fff)
		b->kind = b->mantissa << 1 == 0 ? BF_INFINITE : BF_NAN;
}
