/*
 * What gdb_main.c needs of the machine: the second serial port, a 16550 like
 * the first (uart.c), and what gdb is to know of the registers.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/gdb.h>
#include <sys/kernel.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>

#include "ns16550.h"


static bool	port_works;		/* constant after boot */

bool
gdb_port_init(void)
{
	port_works = ns16550_init(COM2);
	return (port_works);
}

void
gdb_putc(int c)
{
	while ((inb(COM2 + COM_LSR) & LSR_TXRDY) == 0)
		cpu_spinwait();
	outb(COM2 + COM_DATA, c);
}

int
gdb_getc(void)
{
	while ((inb(COM2 + COM_LSR) & LSR_RXRDY) == 0)
		cpu_spinwait();
	return (inb(COM2 + COM_DATA));
}

static void
port_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c, lsr;

	while ((lsr = inb(COM2 + COM_LSR)) & LSR_RXRDY) {
		c = inb(COM2 + COM_DATA);
		gdb_input(lsr & LSR_BREAK ? GDB_INTERRUPT : c);
	}
}

static void
port_intr_init(void *arg __unused)
{
	if (!port_works || intr_register(COM2_IRQ, port_intr, NULL) != 0)
		return;
	ns16550_intr_on(COM2);
}
SYSINIT(gdb_port, SI_SUB_DRIVERS, SI_ORDER_ANY, port_intr_init, NULL);

#define	REG(name, type)							\
	"<reg name=\"" name "\" bitsize=\"32\" type=\"" type "\"/>"
#define	INT(name)	REG(name, "int32")
#define	ST(n)								\
	"<reg name=\"st" n "\" bitsize=\"80\" type=\"i387_ext\"/>"

/* gdb wants the FPU's registers in it, known or not. */
const char gdb_target_xml[] =
    "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
    "<target><architecture>i386</architecture>"
    "<feature name=\"org.gnu.gdb.i386.core\">" INT("eax") INT("ecx")
	INT("edx") INT("ebx") REG("esp", "data_ptr") REG("ebp", "data_ptr")
	    INT("esi") INT("edi") REG("eip", "code_ptr") INT("eflags")
		INT("cs") INT("ss") INT("ds") INT("es") INT("fs") INT("gs")
		    ST("0") ST("1") ST("2") ST("3") ST("4") ST("5") ST("6")
			ST("7") INT("fctrl") INT("fstat") INT("ftag")
			    INT("fiseg") INT("fioff") INT("foseg")
				INT("fooff") INT("fop") "</feature></target>";

u_int
gdb_fpu_size(u_int n)
{
	if (n < GDB_NREGS || n >= GDB_NREGS + 16)
		return (0);
	return (n < GDB_NREGS + 8 ? 10 : 4);
}
