/*
 * Sizes and ranges of the arithmetic types on the i386.  The values are
 * plain constants where the preprocessor must be able to use them.
 */
#ifndef _MACHINE_LIMITS_H_
#define	_MACHINE_LIMITS_H_

#define	__CHAR_BIT	8
#define	__WORD_BIT	32
#define	__LONG_BIT	32

#define	__SCHAR_MAX	0x7f
#define	__SCHAR_MIN	(-0x7f - 1)
#define	__UCHAR_MAX	0xff
#define	__SHRT_MAX	0x7fff
#define	__SHRT_MIN	(-0x7fff - 1)
#define	__USHRT_MAX	0xffff
#define	__INT_MAX	0x7fffffff
#define	__INT_MIN	(-0x7fffffff - 1)
#define	__UINT_MAX	0xffffffffU
#define	__LONG_MAX	0x7fffffffL
#define	__LONG_MIN	(-0x7fffffffL - 1)
#define	__ULONG_MAX	0xffffffffUL
#define	__LLONG_MAX	0x7fffffffffffffffLL
#define	__LLONG_MIN	(-0x7fffffffffffffffLL - 1)
#define	__ULLONG_MAX	0xffffffffffffffffULL

#define	__SIZE_T_MAX	__UINT_MAX
#define	__SSIZE_MAX	__INT_MAX
#define	__OFF_MAX	__LLONG_MAX
#define	__OFF_MIN	__LLONG_MIN
#define	__QUAD_MAX	__LLONG_MAX
#define	__QUAD_MIN	__LLONG_MIN
#define	__UQUAD_MAX	__ULLONG_MAX

#endif /* !_MACHINE_LIMITS_H_ */
