/*
 * The printf family's inner part: reads the format, converts integers and
 * strings.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "format.h"

/* Characters that a number has beside its width or precision, at most. */
#define	SLACK	8192

/*
 * Put out n characters.
 */
void
__emit(struct __output *out, const char *s, size_t n)
{
	if (n > 0)
		out->sink->write(out->sink, s, n);
	/* More than there are numbers for stays too much. */
	if (__builtin_add_overflow(out->count, n, &out->count))
		out->count = SIZE_MAX;
}

/*
 * Put out the character c n times.
 */
void
__emit_fill(struct __output *out, int c, int n)
{
	char block[32];
	int some;

	memset(block, c, sizeof(block));
	for (; n > 0; n -= some) {
		some = n < (int)sizeof(block) ? n : (int)sizeof(block);
		__emit(out, block, (size_t)some);
	}
}

/*
 * Put out prefix, zeros and digits in a field.
 */
static void
emit_number(struct __output *out, const struct __spec *spec,
    struct __number *num)
{
	int pad = spec->width - num->nprefix - num->zeros - num->ndigits;

	if (pad > 0 && spec->zero && !spec->left && spec->prec < 0) {
		num->zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		__emit_fill(out, ' ', pad);
	__emit(out, num->prefix, (size_t)num->nprefix);
	__emit_fill(out, '0', num->zeros);
	__emit(out, num->digits, (size_t)num->ndigits);
	if (spec->left)
		__emit_fill(out, ' ', pad);
}

/*
 * Write the digits of value so that they end at end.  Returns the first.
 */
static char *
to_digits(uintmax_t value, unsigned base, int upper, char *end)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	uint32_t small;

	while (value > UINT32_MAX) {
		*--end = digits[value % base];
		value /= base;
	}
	for (small = (uint32_t)value; small != 0; small /= base)
		*--end = digits[small % base];
	return (end);
}

/*
 * The integer conversions: d i o u x X p.
 */
static void
format_integer(struct __output *out, struct __spec *spec, uintmax_t value,
    int negative)
{
	struct __number num = { .nprefix = 0, .zeros = 0 };
	char buf[sizeof(uintmax_t) * CHAR_BIT / 3 + 2], *end, *p;
	unsigned base = 10;
	int c = spec->conv;

	if (c == 'o')
		base = 8;
	else if (c == 'x' || c == 'X' || c == 'p')
		base = 16;
	end = buf + sizeof(buf);
	p = to_digits(value, base, c == 'X', end);
	num.digits = p;
	num.ndigits = (int)(end - p);
	if (negative)
		num.prefix[num.nprefix++] = '-';
	else if (spec->sign != 0 && (c == 'd' || c == 'i'))
		num.prefix[num.nprefix++] = (char)spec->sign;
	if (c == 'p' || (base == 16 && spec->alt && value != 0)) {
		num.prefix[num.nprefix++] = '0';
		num.prefix[num.nprefix++] = c == 'X' ? 'X' : 'x';
	}
	/* At least one digit, unless a precision of zero was asked for. */
	if (spec->prec > num.ndigits)
		num.zeros = spec->prec - num.ndigits;
	else if (spec->prec < 0 && num.ndigits == 0)
		num.zeros = 1;
	if (c == 'o' && spec->alt && num.zeros == 0)
		num.zeros = 1;
	emit_number(out, spec, &num);
}

/*
 * A string, or some characters, in a field.
 */
static void
format_text(struct __output *out, const struct __spec *spec, const char *s,
    size_t n)
{
	int pad = (size_t)spec->width > n ? spec->width - (int)n : 0;

	if (!spec->left)
		__emit_fill(out, ' ', pad);
	__emit(out, s, n);
	if (spec->left)
		__emit_fill(out, ' ', pad);
}

static void
format_string(struct __output *out, const struct __spec *spec, const char *s)
{
	if (s == NULL)
		s = "(null)";
	format_text(out, spec, s,
	    spec->prec >= 0 ? strnlen(s, (size_t)spec->prec) : strlen(s));
}

/* A va_list that functions can change for their caller. */
struct args {
	va_list	ap;
};

static intmax_t
signed_arg(struct args *args, int size)
{
	switch (size) {
	case 'H':
		return ((signed char)va_arg(args->ap, int));
	case 'h':
		return ((short)va_arg(args->ap, int));
	case 'l':
		return (va_arg(args->ap, long));
	case 'q':
		return (va_arg(args->ap, long long));
	case 'j':
		return (va_arg(args->ap, intmax_t));
	case 'z':
	case 't':
		return (va_arg(args->ap, ptrdiff_t));
	default:
		return (va_arg(args->ap, int));
	}
}

static uintmax_t
unsigned_arg(struct args *args, int size)
{
	switch (size) {
	case 'H':
		return ((unsigned char)va_arg(args->ap, int));
	case 'h':
		return ((unsigned short)va_arg(args->ap, int));
	case 'l':
		return (va_arg(args->ap, unsigned long));
	case 'q':
		return (va_arg(args->ap, unsigned long long));
	case 'j':
		return (va_arg(args->ap, uintmax_t));
	case 'z':
	case 't':
		return (va_arg(args->ap, size_t));
	default:
		return (va_arg(args->ap, unsigned));
	}
}

/*
 * %n: how much was written so far.
 */
static void
store_count(struct args *args, int size, size_t count)
{
	void *p = va_arg(args->ap, void *);

	switch (size) {
	case 'H':
		*(signed char *)p = (signed char)count;
		break;
	case 'h':
		*(short *)p = (short)count;
		break;
	case 'l':
		*(long *)p = (long)count;
		break;
	case 'q':
	case 'j':
		*(long long *)p = (long long)count;
		break;
	case 'z':
	case 't':
		*(size_t *)p = count;
		break;
	default:
		*(int *)p = (int)count;
	}
}

/*
 * A width or a precision: digits, or * for an argument.
 */
static const char *
parse_number(const char *fmt, struct args *args, int *value)
{
	int n = 0;

	if (*fmt == '*') {
		*value = va_arg(args->ap, int);
		return (fmt + 1);
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++) {
		if (n > (INT_MAX - 9) / 10)
			n = (INT_MAX - 9) / 10;
		n = n * 10 + (*fmt - '0');
	}
	*value = n;
	return (fmt);
}

/*
 * The size of the argument.
 */
static const char *
parse_size(const char *fmt, int *size)
{
	*size = 0;
	switch (*fmt) {
	case 'h':
	case 'l':
		*size = *fmt++;
		if (*fmt == *size) {
			*size = *size == 'h' ? 'H' : 'q';
			fmt++;
		}
		break;
	case 'j':
	case 'z':
	case 't':
	case 'L':
	case 'q':
		*size = *fmt++;
		break;
	default:
		break;
	}
	return (fmt);
}

/*
 * Read what is behind a %, up to the letter.
 */
static const char *
parse_spec(const char *fmt, struct args *args, struct __spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = 1;
		else if (*fmt == '+')
			spec->sign = '+';
		else if (*fmt == ' ' && spec->sign == 0)
			spec->sign = ' ';
		else if (*fmt == '#')
			spec->alt = 1;
		else if (*fmt == '0')
			spec->zero = 1;
		else if (*fmt != ' ' && *fmt != '\'') /* no thousands' mark */
			break;
	}
	fmt = parse_number(fmt, args, &spec->width);
	if (spec->width < 0) {
		spec->left = 1;
		spec->width = spec->width == INT_MIN ? INT_MAX : -spec->width;
	}
	spec->prec = -1;
	if (*fmt == '.') {
		fmt = parse_number(fmt + 1, args, &spec->prec);
		if (spec->prec < 0)
			spec->prec = -1;
	}
	fmt = parse_size(fmt, &spec->size);
	spec->conv = *fmt;
	return (fmt);
}

/*
 * Do one conversion.  Returns 0, or -1 if there is no such conversion.
 */
static int
convert(struct __output *out, struct __spec *spec, struct args *args)
{
	intmax_t value;
	char c;

	switch (spec->conv) {
	case 'd':
	case 'i':
		value = signed_arg(args, spec->size);
		format_integer(out, spec,
		    value < 0 ? -(uintmax_t)value : (uintmax_t)value,
		    value < 0);
		break;
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		format_integer(out, spec, unsigned_arg(args, spec->size), 0);
		break;
	case 'p':
		format_integer(out, spec, (uintptr_t)va_arg(args->ap, void *),
		    0);
		break;
	case 'c':
		c = (char)va_arg(args->ap, int);
		format_text(out, spec, &c, 1);
		break;
	case 's':
		format_string(out, spec, va_arg(args->ap, char *));
		break;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		if (spec->size == 'L')
			__format_float(out, spec,
			    va_arg(args->ap, long double));
		else
			__format_float(out, spec, va_arg(args->ap, double));
		break;
	case 'n':
		store_count(args, spec->size, out->count);
		break;
	default:
		return (-1);
	}
	return (0);
}

/*
 * Print by fmt to the sink.  Returns how many characters that were, or -1:
 * EINVAL (no such conversion), EOVERFLOW (more than an int can hold).
 */
int
__format_out(struct __sink *sink, const char *fmt, va_list ap)
{
	struct __output out = { sink, 0 };
	struct __spec spec;
	struct args args;
	const char *p;
	int error = 0;

	va_copy(args.ap, ap);
	for (;;) {
		p = strchrnul(fmt, '%');
		__emit(&out, fmt, (size_t)(p - fmt));
		if (*p == '\0')
			break;
		if (p[1] == '%') {
			__emit(&out, p, 1);
			fmt = p + 2;
			continue;
		}
		fmt = parse_spec(p + 1, &args, &spec);
		if (spec.width >= INT_MAX - SLACK ||
		    spec.prec >= INT_MAX - SLACK) {
			error = EOVERFLOW;
			break;
		}
		if (convert(&out, &spec, &args) != 0) {
			error = EINVAL;
			break;
		}
		fmt++;
	}
	va_end(args.ap);
	if (error == 0 && out.count > INT_MAX)
		error = EOVERFLOW;
	if (error != 0) {
		errno = error;
		return (-1);
	}
	return ((int)out.count);
}
