/*
 * The first serial port, a 16550: 115200 bits a second, 8 bits, no parity.
 * Output is polled, so that it works in every state of the kernel; input
 * comes by interrupt.  The callers in cons.c keep two from putting characters
 * at once.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/kdb.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>

#include "machdep.h"
#include "ns16550.h"

/* Then the port is dead.  An emulator whose reader is slow takes long. */
#define	TX_TRIES	20000000

static bool uart_works;
static volatile u_int break_seen;	/* atomic: LSR_BREAK, not yet told of */

/*
 * Called before anything can be printed.  False if there is no such port.
 */
bool
uart_init(void)
{
	uart_works = ns16550_init(COM1);
	return (uart_works);
}

/*
 * The line status register.  Reading it clears the break, which whoever looks
 * whether there is room for a character must not lose.
 */
static int
uart_status(void)
{
	int lsr = inb(COM1 + COM_LSR);

	if (lsr & LSR_BREAK)
		atomic_set_int(&break_seen, LSR_BREAK);
	return (lsr);
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
	for (i = 0; (uart_status() & LSR_TXRDY) == 0; i++)
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
		if (uart_status() & LSR_TXEMPTY)
			break;
}

int
uart_poll_getc(void)
{
	if (!uart_works || (uart_status() & LSR_RXRDY) == 0)
		return (-1);
	atomic_clear_int(&break_seen, LSR_BREAK); /* the debugger is there */
	return (inb(COM1 + COM_DATA));
}

/* A break on the line is for the kernel's debugger. */
static void
uart_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c;

	while (uart_status() & LSR_RXRDY) {
		c = inb(COM1 + COM_DATA);
		if (atomic_readandclear_int(&break_seen) != 0)
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
