/*
 * The console of the machine: the serial port and the screen, the keyboard
 * and the serial port again.  console=serial or console=vga on the command
 * line leaves the other alone.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/kernel.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>

#include "machdep.h"

static bool use_serial, use_vga;

/*
 * Two processors must not put characters at once; but a panic must be able
 * to print whatever the other was doing.  So the wait has an end.
 */
#define	CN_TRIES	1000000
static volatile u_int cn_busy;

static u_int
cn_lock(void)
{
	u_int ef = intr_disable();
	int i;

	for (i = 0; i < CN_TRIES && !atomic_cmpset_int(&cn_busy, 0, 1); i++)
		cpu_spinwait();
	return (ef);
}

static void
cn_unlock(u_int ef)
{
	atomic_store_rel_int(&cn_busy, 0);
	intr_restore(ef);
}

/*
 * The very first: from here on the kernel can print.
 */
void
cninit(void)
{
	use_serial = uart_init();
	use_vga = true;
	vga_init();
}

/*
 * The command line is known: obey console=.
 */
static void
cn_tunable(void *arg __unused)
{
	const char *s = kern_getenv("console");

	if (s == NULL)
		return;
	if (strcmp(s, "serial") == 0 && use_serial)
		use_vga = false;
	else if (strcmp(s, "vga") == 0)
		use_serial = false;
	else
		printf("console=%s: serial or vga\n", s);
}
SYSINIT(cntunable, SI_SUB_TUNABLES, SI_ORDER_ANY, cn_tunable, NULL);

/*
 * The terminal is there to take input.
 */
static void
cn_intr(void *arg __unused)
{
	if (use_serial)
		uart_intr_init();
	if (use_vga)
		kbd_init();
}
SYSINIT(cnintr, SI_SUB_KICK_SCHEDULER, SI_ORDER_ANY, cn_intr, NULL);

void
cnputc(int c)
{
	u_int ef = cn_lock();

	if (use_serial)
		uart_putc(c);
	if (use_vga)
		vga_putc(c);
	cn_unlock(ef);
}

int
cngetc_poll(void)
{
	u_int ef = cn_lock();
	int c = -1;

	if (use_serial)
		c = uart_poll_getc();
	if (c == -1 && use_vga)
		c = kbd_poll_getc();
	cn_unlock(ef);
	return (c);
}
