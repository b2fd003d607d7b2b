/*
 * The printf family's inner part: floating point numbers.
 *
 * Numbers are converted exactly to decimal and then rounded once, so that
 * every digit is right however many are asked for.
 */
#include <string.h>

#include "bigdec.h"
#include "format.h"

#define	MAXPLACES	20000

/* What comes before, between and behind the digits. */
struct parts {
	char	sign;		/* or 0 */
	int	point;		/* is there one */
	char	suffix[10];	/* exponent */
	int	nsuffix;
};

/*
 * The n digits from that worth 10^power on go out.
 */
static void
emit_digits(struct __output *out, const struct bigdec *d, int power, int n)
{
	char text[BD_DIGITS];
	uint32_t word;
	int i, j, skip;

	while (n > 0) {
		i = (power >= 0 ? power : power - (BD_DIGITS - 1)) / BD_DIGITS;
		skip = BD_DIGITS - 1 - (power - i * BD_DIGITS);
		if (BD_POINT - i >= d->hi) { /* only zeros from here on */
			__emit_fill(out, '0', n);
			return;
		}
		word = __bigdec_word(d, BD_POINT - i);
		for (j = BD_DIGITS - 1; j >= 0; j--, word /= 10)
			text[j] = (char)('0' + word % 10);
		j = BD_DIGITS - skip < n ? BD_DIGITS - skip : n;
		__emit(out, text + skip, (size_t)j);
		power -= j;
		n -= j;
	}
}

static void
make_suffix(struct parts *parts, int letter, int exponent, int mindigits)
{
	char digits[8];
	int n = 0;

	parts->suffix[0] = (char)letter;
	parts->suffix[1] = exponent < 0 ? '-' : '+';
	parts->nsuffix = 2;
	if (exponent < 0)
		exponent = -exponent;
	do {
		digits[n++] = (char)('0' + exponent % 10);
		exponent /= 10;
	} while (exponent != 0 || n < mindigits);
	while (n > 0)
		parts->suffix[parts->nsuffix++] = digits[--n];
}

/*
 * What is left of the width for padding, of which zeros (behind the sign)
 * or blanks (before it) go out here with the sign.
 */
static int
emit_head(struct __output *out, const struct __spec *spec, int sign,
    int length)
{
	int pad = spec->width - length - (sign != 0);
	char c = (char)sign;

	if (pad < 0)
		pad = 0;
	if (!spec->left && !spec->zero) {
		__emit_fill(out, ' ', pad);
		pad = 0;
	}
	__emit(out, &c, sign != 0);
	if (!spec->left) {
		__emit_fill(out, '0', pad);
		pad = 0;
	}
	return (pad);
}

/*
 * How many digits behind the point are left when the zeros at the end go:
 * at most n, counted from the digit worth 10^(first - 1).
 */
static int
without_zeros(const struct bigdec *d, int first, int n)
{
	uint32_t word;
	int last;

	if (d->lo == d->hi)
		return (0);
	/* The power of the last digit that is not zero. */
	last = (BD_POINT - (d->hi - 1)) * BD_DIGITS;
	for (word = d->w[d->hi - 1]; word % 10 == 0; word /= 10)
		last++;
	if (first - last < n)
		n = first - last;
	return (n > 0 ? n : 0);
}

/*
 * e, f, g: d is the magnitude.
 */
static void
format_decimal(struct __output *out, struct __spec *spec, struct bigdec *d,
    int sign)
{
	struct parts parts = { .point = 0 };
	int conv = spec->conv | 0x20; /* lower case */
	int prec = spec->prec < 0 ? 6 : spec->prec;
	int general = conv == 'g', exponent, first, pad, places;

	if (general && prec == 0)
		prec = 1;
	/* No number has more digits than MAXPLACES; the rest are zeros. */
	places = prec < MAXPLACES ? prec : MAXPLACES;
	if (conv != 'f')
		places -= general + __bigdec_exponent(d);
	__bigdec_round(d, places);
	exponent = __bigdec_exponent(d);
	if (general) {
		if (exponent < -4 || exponent >= prec) {
			conv = 'e';
			prec--;
		} else {
			conv = 'f';
			prec -= 1 + exponent;
		}
		if (!spec->alt)
			prec = without_zeros(d, conv == 'e' ? exponent : 0,
			    prec);
	}
	if (conv == 'e') {
		make_suffix(&parts, spec->conv & 0x20 ? 'e' : 'E', exponent, 2);
		first = exponent;
	} else
		first = exponent > 0 ? exponent : 0;
	parts.point = prec > 0 || spec->alt;

	pad = emit_head(out, spec, sign,
	    (conv == 'e' ? 1 : first + 1) + parts.point + prec + parts.nsuffix);
	emit_digits(out, d, first, conv == 'e' ? 1 : first + 1);
	__emit(out, ".", (size_t)parts.point);
	emit_digits(out, d, conv == 'e' ? first - 1 : -1, prec);
	__emit(out, parts.suffix, (size_t)parts.nsuffix);
	__emit_fill(out, ' ', pad);
}

/*
 * a: hexadecimal, with one digit before the point.
 */
static void
format_hex(struct __output *out, struct __spec *spec, struct binfloat *b,
    int sign)
{
	struct parts parts = { .point = 0 };
	const char *letters = spec->conv == 'A' ? "0123456789ABCDEFXP" :
						  "0123456789abcdefxp";
	char text[20], head[2] = { '0', letters[16] };
	int digit, n = 0, pad, prec = spec->prec, s;
	uint64_t m = b->mantissa, unit;

	/* The first digit is a 1 and the others follow from bit 63 on. */
	digit = m != 0;
	if (m != 0) {
		s = __builtin_clzll(m);
		b->exponent += 63 - s;
		m = s == 63 ? 0 : m << s << 1;
	} else
		b->exponent = 0;
	if (prec >= 0 && prec < 16) {
		unit = prec == 0 ? 0 : 1ULL << (64 - 4 * prec);
		s = prec == 0 ? digit & 1 : (m & unit) != 0;
		uint64_t rest = m & (unit - 1),
			 half = prec == 0 ? 1ULL << 63 : unit >> 1;
		if (prec == 0)
			rest = m;
		m -= rest;
		if (rest > half || (rest == half && s)) {
			m += unit;
			if (m == 0)
				digit++;
		}
	}
	for (; m != 0; m <<= 4)
		text[n++] = letters[m >> 60];
	if (prec < 0)
		prec = n;
	parts.point = prec > 0 || spec->alt;
	make_suffix(&parts, letters[17], b->exponent, 1);

	/* The zeros of a padded field stand behind the 0x. */
	pad = spec->width - (sign != 0) - 3 - parts.point - prec -
	    parts.nsuffix;
	if (!spec->left && !spec->zero)
		__emit_fill(out, ' ', pad);
	__emit(out, (char[]){ (char)sign }, sign != 0);
	__emit(out, head, 2);
	if (!spec->left && spec->zero)
		__emit_fill(out, '0', pad);
	__emit(out, &letters[digit], 1);
	__emit(out, ".", (size_t)parts.point);
	__emit(out, text, (size_t)n);
	__emit_fill(out, '0', prec - n);
	__emit(out, parts.suffix, (size_t)parts.nsuffix);
	if (spec->left)
		__emit_fill(out, ' ', pad);
}

/*
 * The floating point conversions: a e f g and their capitals.
 */
void
__format_float(struct __output *out, struct __spec *spec, long double x)
{
	struct bigdec d;
	struct binfloat b;
	int pad, sign, upper = (spec->conv & 0x20) == 0;

	__binfloat_split(x, &b);
	sign = b.negative ? '-' : spec->sign;
	if (b.kind != BF_FINITE) {
		spec->zero = 0;
		pad = emit_head(out, spec, sign, 3);
		if (b.kind == BF_INFINITE)
			__emit(out, upper ? "INF" : "inf", 3);
		else
			__emit(out, upper ? "NAN" : "nan", 3);
		__emit_fill(out, ' ', pad);
	} else if ((spec->conv | 0x20) == 'a') {
		format_hex(out, spec, &b, sign);
	} else {
		__bigdec_set(&d, b.mantissa, b.exponent);
		format_decimal(out, spec, &d, sign);
	}
}
