/*
 * The I/O APICs: they take the devices' interrupts and hand them, each as
 * a vector, to the boot processor's local APIC.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>
#include <machine/segments.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

#include "apic.h"
#include "mpconf.h"

/* Two registers, as indices of words: which one is meant, and its value. */
#define	IO_SELECT	0
#define	IO_WINDOW	(0x10 / 4)

#define	REG_VERSION	0x01		/* last input in bits 16 to 23 */
#define	REG_REDIRECT(n)	(0x10 + 2 * (n)) /* and the next: the target */
#define	REDIRECT_LOW	0x02000
#define	REDIRECT_LEVEL	0x08000
#define	REDIRECT_MASKED	0x10000
#define	TARGET_SHIFT	24

#define	IMCR_SELECT	0x22		/* the MP specification's switch */
#define	IMCR_DATA	0x23
#define	IMCR_REGISTER	0x70
#define	IMCR_APIC	0x01

/*
 * Only the boot processor touches them, with interrupts off.
 */
static struct {
	volatile u_int *io_regs;	/* (b) */
	u_int	io_first, io_last;	/* (b) global system interrupts */
} ioapics[MAXIOAPIC];
static u_int nioapics;			/* (b) */

static u_int
ioapic_read(volatile u_int *regs, u_int reg)
{
	regs[IO_SELECT] = reg;
	return (regs[IO_WINDOW]);
}

static void
ioapic_write(volatile u_int *regs, u_int reg, u_int value)
{
	regs[IO_SELECT] = reg;
	regs[IO_WINDOW] = value;
}

bool
ioapic_init(const struct mp_config *mc)
{
	volatile u_int *regs;
	u_int i, n, inputs;

	for (i = 0; i < mc->mc_nioapics; i++) {
		regs = kmem_map_device(mc->mc_ioapic[i].io_addr, PAGE_SIZE);
		if (regs == NULL)
			return (false);
		inputs = (ioapic_read(regs, REG_VERSION) >> 16 & 0xff) + 1;
		ioapics[i].io_regs = regs;
		ioapics[i].io_first = mc->mc_ioapic[i].io_base;
		ioapics[i].io_last = mc->mc_ioapic[i].io_base + inputs - 1;
		for (n = 0; n < inputs; n++)
			ioapic_write(regs, REG_REDIRECT(n), REDIRECT_MASKED);
	}
	nioapics = i;
	if (mc->mc_pic_mode) {
		outb(IMCR_SELECT, IMCR_REGISTER);
		outb(IMCR_DATA, IMCR_APIC);
	}
	return (nioapics > 0);
}

/*
 * Program the input of an irq.
 */
static void
ioapic_route(int irq, u_int extra)
{
	const struct mp_irq *mi = &mp_config.mc_irq[irq];
	u_int ef = intr_disable(), i, n;

	for (i = 0; i < nioapics; i++) {
		if (mi->mi_input < ioapics[i].io_first ||
		    mi->mi_input > ioapics[i].io_last)
			continue;
		n = mi->mi_input - ioapics[i].io_first;
		ioapic_write(ioapics[i].io_regs, REG_REDIRECT(n) + 1,
		    lapic_id() << TARGET_SHIFT);
		ioapic_write(ioapics[i].io_regs, REG_REDIRECT(n),
		    (IDT_IO_INTS + irq) | extra |
			(mi->mi_level ? REDIRECT_LEVEL : 0) |
			(mi->mi_low ? REDIRECT_LOW : 0));
	}
	intr_restore(ef);
}

static void
ioapic_unmask(int irq)
{
	ioapic_route(irq, 0);
}

static bool
ioapic_spurious(int irq __unused)
{
	return (false);
}

static void
ioapic_eoi(int irq __unused)
{
	lapic_eoi();
}

const struct pic ioapic_pic = {
	.pic_unmask = ioapic_unmask,
	.pic_spurious = ioapic_spurious,
	.pic_eoi = ioapic_eoi,
};
