/*
 * Ranges of the arithmetic types, under their standard names.
 */
#ifndef _SYS_LIMITS_H_
#define	_SYS_LIMITS_H_

#include <machine/limits.h>

/* The compiler's own <limits.h> may have come first. */
#ifndef CHAR_BIT
#define	CHAR_BIT	__CHAR_BIT
#define	SCHAR_MAX	__SCHAR_MAX
#define	SCHAR_MIN	__SCHAR_MIN
#define	UCHAR_MAX	__UCHAR_MAX
#ifdef __CHAR_UNSIGNED__
#define	CHAR_MAX	UCHAR_MAX
#define	CHAR_MIN	0
#else
#define	CHAR_MAX	SCHAR_MAX
#define	CHAR_MIN	SCHAR_MIN
#endif
#define	SHRT_MAX	__SHRT_MAX
#define	SHRT_MIN	__SHRT_MIN
#define	USHRT_MAX	__USHRT_MAX
#define	INT_MAX		__INT_MAX
#define	INT_MIN		__INT_MIN
#define	UINT_MAX	__UINT_MAX
#define	LONG_MAX	__LONG_MAX
#define	LONG_MIN	__LONG_MIN
#define	ULONG_MAX	__ULONG_MAX
#define	LLONG_MAX	__LLONG_MAX
#define	LLONG_MIN	__LLONG_MIN
#define	ULLONG_MAX	__ULLONG_MAX
#endif

#define	SSIZE_MAX	__SSIZE_MAX
#define	SIZE_T_MAX	__SIZE_T_MAX
#define	OFF_MAX		__OFF_MAX
#define	OFF_MIN		__OFF_MIN
#define	QUAD_MAX	__QUAD_MAX
#define	QUAD_MIN	__QUAD_MIN
#define	UQUAD_MAX	__UQUAD_MAX
#define	LONG_BIT	__LONG_BIT
#define	WORD_BIT	__WORD_BIT

#endif /* !_SYS_LIMITS_H_ */
