/*
 * The scanf family's inner part.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

/* The longest text of a number that is looked at. */
#define	MAXNUMBER	512

/* The state of a call. */
struct input {
	struct __source	*source;
	size_t		count;		/* characters consumed */
};

/* One conversion. */
struct spec {
	int	suppress;		/* * */
	size_t	width;			/* SIZE_MAX: none given */
	int	size;			/* h, H (hh), l, q (ll), j, z, t, L */
	int	conv;
	unsigned char set[256];		/* of %[ */
};

struct args {
	va_list	ap;
};

static int
next(struct input *in)
{
	int c = in->source->get(in->source);

	if (c >= 0)
		in->count++;
	return (c);
}

static void
back(struct input *in, int c)
{
	if (c >= 0) {
		in->source->unget(in->source, c);
		in->count--;
	}
}

static int
skip_space(struct input *in)
{
	int c;

	while (isspace(c = next(in)))
		;
	back(in, c);
	return (c);
}

static void
store_integer(struct args *args, int size, uintmax_t value)
{
	void *p = va_arg(args->ap, void *);

	switch (size) {
	case 'H':
		*(char *)p = (char)value;
		break;
	case 'h':
		*(short *)p = (short)value;
		break;
	case 'l':
		*(long *)p = (long)value;
		break;
	case 'q':
	case 'j':
		*(intmax_t *)p = (intmax_t)value;
		break;
	case 'z':
	case 't':
		*(size_t *)p = (size_t)value;
		break;
	case 'p':
		*(void **)p = (void *)(uintptr_t)value;
		break;
	default:
		*(int *)p = (int)value;
	}
}

/*
 * The base of an integer conversion; 0: as the prefix says.
 */
static int
base_of(int conv)
{
	switch (conv) {
	case 'i':
		return (0);
	case 'o':
		return (8);
	case 'x':
	case 'X':
	case 'p':
		return (16);
	default:
		return (10);
	}
}

/*
 * d i o u x p.  Returns 1, or 0 if there is no number.
 */
static int
scan_integer(struct input *in, struct spec *spec, struct args *args)
{
	char buf[MAXNUMBER + 1];
	size_t n = 0, max = spec->width < MAXNUMBER ? spec->width : MAXNUMBER;
	int base = base_of(spec->conv), c, digit, digits = 0;

	for (; n < max; buf[n++] = (char)c) {
		c = next(in);
		digit = isdigit(c) ? c - '0' :
		    isalpha(c)	   ? tolower(c) - 'a' + 10 :
				     99;
		if ((c == '-' || c == '+') && n == 0)
			continue;
		/* A 0x, if there is room for a digit behind it. */
		if ((c == 'x' || c == 'X') && digits == 1 &&
		    buf[n - 1] == '0' && (base == 0 || base == 16)) {
			base = 16;
			continue;
		}
		if (digits == 0 && base == 0 && isdigit(c) && c != '0')
			base = 10;
		if (digit >= (base == 0 ? 8 : base)) {
			back(in, c);
			break;
		}
		digits++;
		/* A zero may still turn out to begin a 0x. */
		if (digits == 2 && base == 0)
			base = 8;
	}
	if (digits == 0)
		return (0);
	/* A 0x with nothing behind is a zero. */
	if (buf[n - 1] == 'x' || buf[n - 1] == 'X')
		back(in, buf[--n]);
	buf[n] = '\0';
	if (!spec->suppress) {
		if (spec->conv == 'd' || spec->conv == 'i')
			store_integer(args, spec->size,
			    (uintmax_t)strtoll(buf, NULL, base));
		else
			store_integer(args,
			    spec->conv == 'p' ? 'p' : spec->size,
			    strtoull(buf, NULL, base));
	}
	return (1);
}

/* What a floating point number has so far. */
struct number {
	const char *word;		/* infinity, nan: what is to come */
	int	digits;
	int	exponent;
	int	hex;
	int	point;
};

/*
 * Whether c, a letter, goes on with "infinity" or "nan", or begins it.
 */
static int
fits_word(struct number *number, int c, int first)
{
	c = tolower(c);
	if (first && number->word == NULL)
		number->word = c == 'i' ? "infinity" : "nan";
	if (number->word == NULL || c != *number->word)
		return (0);
	number->word++;
	return (1);
}

/*
 * Whether c goes on with a number, of which last is the last character; first
 * says that there was none but a sign.
 */
static int
fits_number(struct number *number, int c, int last, int first)
{
	int lower = tolower(c), mark = number->hex ? 'p' : 'e';

	if (number->word == NULL &&
	    (isdigit(c) || (number->hex && !number->exponent && isxdigit(c)))) {
		number->digits++;
		return (1);
	}
	if (c == '.' && !number->point && !number->exponent &&
	    number->word == NULL) {
		number->point = 1;
		return (1);
	}
	if (lower == 'x' && number->digits == 1 && last == '0' &&
	    !number->hex && !number->point) {
		number->hex = 1;
		number->digits = 0;
		return (1);
	}
	if (lower == mark && number->digits > 0 && !number->exponent) {
		number->exponent = 1;
		return (1);
	}
	if (c == '-' || c == '+')
		return (number->exponent && tolower(last) == mark);
	return (isalpha(c) && fits_word(number, c, first));
}

/*
 * Collect what may be a floating point number.  Returns its length.  Little
 * may have to go back of it in the end (see struct __source): an exponent
 * without digits, a word up to the letter that is wrong.
 */
static size_t
collect_float(struct input *in, char *buf, size_t max)
{
	struct number number = { .word = NULL };
	size_t n = 0, sign = 0;
	int c;

	for (; n < max; buf[n++] = (char)c) {
		c = next(in);
		if (n == 0 && (c == '-' || c == '+')) {
			sign = 1;
			continue;
		}
		if (!fits_number(&number, c, n > 0 ? buf[n - 1] : 0,
			n == sign)) {
			back(in, c);
			break;
		}
	}
	return (n);
}

/*
 * a e f g.  Returns 1, or 0 if there is no number.
 */
static int
scan_float(struct input *in, struct spec *spec, struct args *args)
{
	char buf[MAXNUMBER + 1], *end;
	size_t n;
	long double value;

	n = collect_float(in, buf,
	    spec->width < MAXNUMBER ? spec->width : MAXNUMBER);
	buf[n] = '\0';
	value = 0;
	if (spec->size == 'L')
		value = strtold(buf, &end);
	else if (spec->size == 'l')
		value = strtod(buf, &end);
	else
		value = strtof(buf, &end);
	/* Give back an exponent without digits, or half a word. */
	while (buf + n > end)
		back(in, (unsigned char)buf[--n]);
	if (n == 0)
		return (0);
	if (spec->suppress)
		return (1);
	if (spec->size == 'L')
		*va_arg(args->ap, long double *) = value;
	else if (spec->size == 'l')
		*va_arg(args->ap, double *) = (double)value;
	else
		*va_arg(args->ap, float *) = (float)value;
	return (1);
}

/*
 * c s [.  Returns 1, or 0 if there was nothing that fits.
 */
static int
scan_text(struct input *in, struct spec *spec, struct args *args)
{
	char *p = spec->suppress ? NULL : va_arg(args->ap, char *);
	size_t n, max = spec->width;
	int c;

	if (spec->conv == 'c' && max == SIZE_MAX)
		max = 1;
	for (n = 0; n < max; n++) {
		c = next(in);
		if (c < 0)
			break;
		if ((spec->conv == 's' && isspace(c)) ||
		    (spec->conv == '[' && !spec->set[c])) {
			back(in, c);
			break;
		}
		if (p != NULL)
			*p++ = (char)c;
	}
	if (spec->conv == 'c')
		return (n > 0);
	if (p != NULL && n > 0)
		*p = '\0';
	return (n > 0);
}

/*
 * The characters of a %[.  fmt is behind the bracket.  Returns what
 * follows the set.
 */
static const char *
parse_set(const char *fmt, unsigned char *set)
{
	int c, from, invert = *fmt == '^';

	if (invert)
		fmt++;
	memset(set, invert, 256);
	/* A bracket that comes first does not end the set. */
	do {
		c = (unsigned char)*fmt;
		if (c == '\0')
			return (fmt);
		set[c] = (unsigned char)!invert;
		fmt++;
		if (fmt[0] == '-' && fmt[1] != ']' && fmt[1] != '\0') {
			for (from = c; from <= (unsigned char)fmt[1]; from++)
				set[from] = (unsigned char)!invert;
			fmt += 2;
		}
	} while (*fmt != ']');
	return (fmt + 1);
}

/*
 * Read what is behind a %.  Returns what follows.
 */
static const char *
parse_spec(const char *fmt, struct spec *spec)
{
	spec->suppress = *fmt == '*';
	if (spec->suppress)
		fmt++;
	spec->width = SIZE_MAX;
	if (isdigit((unsigned char)*fmt)) {
		spec->width = 0;
		for (; isdigit((unsigned char)*fmt); fmt++)
			if (spec->width < SIZE_MAX / 20)
				spec->width = spec->width * 10 +
				    (size_t)(*fmt - '0');
		if (spec->width == 0)
			spec->width = SIZE_MAX;
	}
	spec->size = 0;
	if (*fmt != '\0' && strchr("hljztLq", *fmt) != NULL) {
		spec->size = *fmt++;
		if ((spec->size == 'h' || spec->size == 'l') &&
		    *fmt == spec->size) {
			spec->size = spec->size == 'h' ? 'H' : 'q';
			fmt++;
		}
	}
	spec->conv = (unsigned char)*fmt;
	if (spec->conv == '\0')
		return (fmt);
	fmt++;
	if (spec->conv == '[')
		fmt = parse_set(fmt, spec->set);
	return (fmt);
}

/*
 * Do one conversion.  Returns 1; 0 if the input does not fit; -1 at the
 * end of the input; -2 if there is no such conversion.
 */
static int
convert(struct input *in, struct spec *spec, struct args *args)
{
	int c;

	if (spec->conv == 'n') {
		if (!spec->suppress)
			store_integer(args, spec->size, in->count);
		return (1);
	}
	if (spec->conv != 'c' && spec->conv != '[')
		c = skip_space(in);
	else {
		c = next(in);
		back(in, c);
	}
	if (c < 0)
		return (-1);
	switch (spec->conv) {
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'p':
		return (scan_integer(in, spec, args));
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		return (scan_float(in, spec, args));
	case 'c':
	case 's':
	case '[':
		return (scan_text(in, spec, args));
	case '%':
		c = next(in);
		if (c == '%')
			return (1);
		back(in, c);
		return (0);
	default:
		return (-2);
	}
}

/*
 * Scan by fmt from the source.  Returns how many values were stored, or -1
 * if the input ended before the first conversion, be its value stored or not.
 */
int
__format_in(struct __source *source, const char *fmt, va_list ap)
{
	struct input in = { source, 0 };
	struct spec spec;
	struct args args;
	int c, done = 0, result, stored = 0;

	va_copy(args.ap, ap);
	while (*fmt != '\0') {
		if (isspace((unsigned char)*fmt)) {
			skip_space(&in);
			fmt++;
			continue;
		}
		if (*fmt != '%') {
			c = next(&in);
			if (c != (unsigned char)*fmt) {
				back(&in, c);
				if (c < 0 && done == 0)
					done = -1;
				break;
			}
			fmt++;
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec);
		result = convert(&in, &spec, &args);
		if (result == -1 && done == 0)
			done = -1;
		if (result <= 0)
			break;
		if (spec.conv != 'n' && spec.conv != '%') {
			done++;
			stored += !spec.suppress;
		}
	}
	va_end(args.ap);
	return (done == -1 ? -1 : stored);
}
