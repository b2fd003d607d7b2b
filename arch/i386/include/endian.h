/*
 * Byte order of the i386, and the conversions to and from the network's.
 */
#ifndef _MACHINE_ENDIAN_H_
#define	_MACHINE_ENDIAN_H_

#include <machine/_types.h>

#define	_LITTLE_ENDIAN	1234		/* least significant byte first */
#define	_BIG_ENDIAN	4321		/* most significant byte first */
#define	_PDP_ENDIAN	3412		/* words swapped */
#define	_BYTE_ORDER	_LITTLE_ENDIAN

#define	LITTLE_ENDIAN	_LITTLE_ENDIAN
#define	BIG_ENDIAN	_BIG_ENDIAN
#define	PDP_ENDIAN	_PDP_ENDIAN
#define	BYTE_ORDER	_BYTE_ORDER

#define	_QUAD_HIGHWORD	1		/* index of a quad's upper half */
#define	_QUAD_LOWWORD	0

#define	__bswap16(x)	((__uint16_t)__builtin_bswap16(x))
#define	__bswap32(x)	((__uint32_t)__builtin_bswap32(x))
#define	__bswap64(x)	((__uint64_t)__builtin_bswap64(x))

#define	htonl(x)	__bswap32(x)
#define	htons(x)	__bswap16(x)
#define	ntohl(x)	__bswap32(x)
#define	ntohs(x)	__bswap16(x)

#endif /* !_MACHINE_ENDIAN_H_ */
