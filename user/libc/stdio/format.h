/*
 * The inner parts of the printf and scanf families: they know nothing of
 * FILE, only where characters go to and come from.
 */
#ifndef _FORMAT_H_
#define	_FORMAT_H_

#include <stdarg.h>
#include <stddef.h>

/* Where printed characters go. */
struct __sink {
	void	(*write)(struct __sink *, const char *, size_t);
};

/*
 * Where scanned characters come from: the next one or -1, and steps back (at
 * most 8 in a row).
 */
struct __source {
	int	(*get)(struct __source *);
	void	(*unget)(struct __source *, int);
};

int	__format_out(struct __sink *, const char *, va_list);
int	__format_in(struct __source *, const char *, va_list);

/* One conversion of printf. */
struct __spec {
	int	left;		/* - */
	int	sign;		/* '+', ' ' or 0 */
	int	alt;		/* # */
	int	zero;		/* 0 */
	int	width;
	int	prec;		/* -1: none given */
	int	size;		/* h, H (hh), l, q (ll), j, z, t, L or 0 */
	int	conv;		/* the letter */
};

/* How the parts of a number are put together by __emit_number. */
struct __number {
	char		prefix[3];	/* sign, 0x */
	int		nprefix;
	int		zeros;		/* between prefix and digits */
	const char	*digits;
	int		ndigits;
};

struct __output {
	struct __sink	*sink;
	size_t		count;		/* characters so far */
};

void	__emit(struct __output *, const char *, size_t);
void	__emit_fill(struct __output *, int, int);
void	__format_float(struct __output *, struct __spec *, long double);

#endif /* !_FORMAT_H_ */
