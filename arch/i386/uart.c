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
#include "ns16550.h"

/* Then the port is dead.  An emulator whose reader is slow takes long. */
#define	TX_TRIES	20000000

static bool uart_works;

/*
 * Called before anything can be printed.  False if there is no such port.
 */
bool
uart_init(void)
{
	uart_works = ns16550_init(COM1);
	return (uart_works);
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
	for (i = 0; (inb(COM1 + COM_LSR) & LSR_TXRDY) == 0; i++)
		if (i == TX_TRIES) {
			uart_works = false;
			return;
		}
	outb(COM1 + COM_DATA, c);
}

/*
 * Wait until everything has left, since the machine is about to stop.
 */
void
uart_drain(void)
{
	int i;

	for (i = 0; uart_works && i < TX_TRIES; i++)
		if (inb(COM1 + COM_LSR) & LSR_TXEMPTY)
			break;
}

int
uart_poll_getc(void)
{
	if (!uart_works || (inb(COM1 + COM_LSR) & LSR_RXRDY) == 0)
		return (-1);
	return (inb(COM1 + COM_DATA));
}

/* A break on the line is for the kernel's debugger. */
static void
uart_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c, lsr;

	while ((lsr = inb(COM1 + COM_LSR)) & LSR_RXRDY) {
		c = inb(COM1 + COM_DATA);
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
	ns16550_intr_on(COM1);
}
