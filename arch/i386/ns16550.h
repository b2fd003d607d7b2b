/*
 * The serial ports' chip: its registers, from the port's base on, and how it
 * begins: 115200 bits a second, 8 bits, no parity.
 */
#ifndef _I386_NS16550_H_
#define	_I386_NS16550_H_

#include <sys/types.h>
#include <machine/cpufunc.h>

#define	COM1		0x3f8
#define	COM1_IRQ	4
#define	COM2		0x2f8
#define	COM2_IRQ	3

#define	COM_DATA	0
#define	COM_DLBL	0		/* divisor, with CFCR_DLAB */
#define	COM_IER		1
#define	COM_DLBH	1
#define	COM_FIFO	2
#define	COM_CFCR	3
#define	COM_MCR		4
#define	COM_LSR		5
#define	COM_SCRATCH	7

#define	IER_RXRDY	0x01
#define	FIFO_ON		0x07		/* and empty both */
#define	CFCR_8BITS	0x03
#define	CFCR_DLAB	0x80
#define	MCR_DTR_RTS	0x03
#define	MCR_IENABLE	0x08		/* OUT2: the irq is connected */
#define	LSR_RXRDY	0x01
#define	LSR_BREAK	0x10		/* with a character that is none */
#define	LSR_TXRDY	0x20
#define	LSR_TXEMPTY	0x40		/* all has been sent */

/* False if there is no such port. */
static __inline bool
ns16550_init(u_int base)
{
	outb(base + COM_SCRATCH, 0x5a);
	if (inb(base + COM_SCRATCH) != 0x5a && inb(base + COM_LSR) == 0xff)
		return (false);
	outb(base + COM_IER, 0);
	outb(base + COM_CFCR, CFCR_DLAB);
	outb(base + COM_DLBL, 1);
	outb(base + COM_DLBH, 0);
	outb(base + COM_CFCR, CFCR_8BITS);
	outb(base + COM_FIFO, FIFO_ON);
	outb(base + COM_MCR, MCR_DTR_RTS);
	return (true);
}

/* Interrupts for what comes in, from now on. */
static __inline void
ns16550_intr_on(u_int base)
{
	outb(base + COM_MCR, MCR_DTR_RTS | MCR_IENABLE);
	outb(base + COM_IER, IER_RXRDY);
}

#endif /* !_I386_NS16550_H_ */
