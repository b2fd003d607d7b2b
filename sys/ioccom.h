/*
 * How an ioctl(2) command is put together:
 *
 *	31  29 28         16 15     8 7      0
 *	| dir | argument len | group | number |
 *
 * The kernel copies the argument in and out as the command says.
 */
#ifndef _SYS_IOCCOM_H_
#define	_SYS_IOCCOM_H_

#include <sys/cdefs.h>

#define	IOCPARM_MASK	0x1fff
#define	IOCPARM_LEN(x)	(((x) >> 16) & IOCPARM_MASK)
#define	IOCBASECMD(x)	((x) & ~(IOCPARM_MASK << 16))
#define	IOCGROUP(x)	(((x) >> 8) & 0xff)
#define	IOCPARM_MAX	4096		/* largest argument */

#define	IOC_VOID	0x20000000UL	/* no argument */
#define	IOC_OUT		0x40000000UL	/* copied out */
#define	IOC_IN		0x80000000UL	/* copied in */
#define	IOC_INOUT	(IOC_IN | IOC_OUT)
#define	IOC_DIRMASK	(IOC_VOID | IOC_OUT | IOC_IN)

#define	_IOC(inout, group, num, len)					\
	((unsigned long)((inout) | (((len) & IOCPARM_MASK) << 16) |	\
	((group) << 8) | (num)))
#define	_IO(g, n)	_IOC(IOC_VOID, (g), (n), 0)
#define	_IOR(g, n, t)	_IOC(IOC_OUT, (g), (n), sizeof(t))
#define	_IOW(g, n, t)	_IOC(IOC_IN, (g), (n), sizeof(t))
#define	_IOWR(g, n, t)	_IOC(IOC_INOUT, (g), (n), sizeof(t))

#ifndef _KERNEL
__BEGIN_DECLS
int	ioctl(int, unsigned long, ...);
__END_DECLS
#endif

#endif /* !_SYS_IOCCOM_H_ */
