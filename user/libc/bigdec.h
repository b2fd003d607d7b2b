/*
 * Decimal numbers of any length with a fixed point, for the exact
 * conversion between decimal and binary floating point numbers.
 *
 * A number is a row of words, each with nine digits:
 *
 *	w[0] ... w[BD_POINT]  .  w[BD_POINT + 1] ... w[BD_WORDS - 1]
 *	       integer part   .  fraction
 *
 * The words from lo up to hi (not with it) may differ from zero; those
 * outside are not stored.  The room is enough for each step of a
 * conversion of an 80-bit number: 4932 digits before the point, and 16445
 * binary places behind it.
 */
#ifndef _BIGDEC_H_
#define	_BIGDEC_H_

#include <stdint.h>

#define	BD_BASE		1000000000U
#define	BD_DIGITS	9
#define	BD_POINT	552
#define	BD_WORDS	(BD_POINT + 1 + 1840)

struct bigdec {
	int		lo;
	int		hi;
	uint32_t	w[BD_WORDS];
};

/* A binary number, taken apart: mantissa * 2^exponent. */
struct binfloat {
	int		negative;
	int		kind;		/* BF_* */
	int		exponent;
	uint64_t	mantissa;
};
#define	BF_FINITE	0		/* zero has mantissa 0 */
#define	BF_INFINITE	1
#define	BF_NAN		2

/* The range of a binary format. */
struct binformat {
	int	bits;			/* of the mantissa */
	int	emin;			/* of the last bit, at least */
	int	emax;			/* of the last bit, at most */
};

void	__bigdec_set(struct bigdec *, uint64_t, int);
int	__bigdec_exponent(const struct bigdec *);
uint32_t __bigdec_word(const struct bigdec *, int);
void	__bigdec_round(struct bigdec *, int);
void	__bigdec_shl(struct bigdec *, int);
void	__bigdec_shr(struct bigdec *, int);
int	__bigdec_binary(struct bigdec *, const struct binformat *,
	    struct binfloat *);
void	__binfloat_split(long double, struct binfloat *);

extern const uint32_t __pow10_9[BD_DIGITS + 1];

#endif /* !_BIGDEC_H_ */
