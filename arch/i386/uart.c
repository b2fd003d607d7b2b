/*
 * The first serial port, a 16550: 115200 bits a second, 8 bits, no parity.
 * Output is polled, so that it works in every state of the kernel; input
 * comes by interrupt.  The callers in cons.c keep two from using it at once.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/kdb.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>

#include "machdep.h"

#define	COM1		0x3f8
#define	COM1_IRQ	4
#define	COM_DATA	(COM1 + 0)
#define	COM_DLBL	(COM1 + 0)	/* divisor, with CFCR_DLAB */
#define	COM_IER		(COM1 + 1)
#define	COM_DLBH	(COM1 + 1)
#define	COM_FIFO	(COM1 + 2)
#define	COM_CFCR	(COM1 + 3)
#define	COM_MCR		(COM1 + 4)
#define	COM_LSR		(COM1 + 5)
#define	COM_SCRATCH	(COM1 + 7)

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

/* Then the port is dead.  An emulator whose reader is slow takes long. */
#define	TX_TRIES	20000000

static bool uart_works;

/*
 * Called before anything can be printed.  False if there is no such port.
 */
bool
uart_init(void)
{
	outb(COM_SCRATCH, 0x5a);
	if (inb(COM_SCRATCH) != 0x5a && inb(COM_LSR) == 0xff)
		return (false);
	outb(COM_IER, 0);
	outb(COM_CFCR, CFCR_DLAB);
	outb(COM_DLBL, 1);
	outb(COM_DLBH, 0);
	outb(COM_CFCR, CFCR_8BITS);
	outb(COM_FIFO, FIFO_ON);
	outb(COM_MCR, MCR_DTR_RTS);
	uart_works = true;
	return (true);
}

void
uart_putc(int c)
{
	static int last;
	int i;

	if (!uart_works)
		return;
	/* The terminal driver has put the carriage return there itself. */
	if (c == '\n' && last != '\r')
		uart_putc('\r');
	last = c;
	for (i = 0; (inb(COM_LSR) & LSR_TXRDY) == 0; i++)
		if (i == TX_TRIES) {
			uart_works = false;
			return;
		}
	outb(COM_DATA, c);
}

/*
 * Wait until everything has left, since the machine is about to stop.
 */
void
uart_drain(void)
{
	int i;

	for (i = 0; uart_works && i < TX_TRIES; i++)
		if (inb(COM_LSR) & LSR_TXEMPTY)
			break;
}

int
uart_poll_getc(void)
{
	if (!uart_works || (inb(COM_LSR) & LSR_RXRDY) == 0)
		return (-1);
	return (inb(COM_DATA));
}

/* A break on the line is for the kernel's debugger. */
static void
uart_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c, lsr;

	while ((lsr = inb(COM_LSR)) & LSR_RXRDY) {
		c = inb(COM_DATA);
		if (lsr & LSR_BREAK)
			kdb_enter(KDB_ASKED, "break on the console's line");
		else
			tty_console_input(c);
	}
}

/*
 * Input by interrupt from now on.
 */
void
uart_intr_init(void)
{
	if (!uart_works || intr_register(COM1_IRQ, uart_intr, NULL) != 0)
		return;
	outb(COM_MCR, MCR_DTR_RTS | MCR_IENABLE);
	outb(COM_IER, IER_RXRDY);
}
