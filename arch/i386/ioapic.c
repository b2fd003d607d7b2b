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
static struct ioapic {
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

/* Make one ready, with all its inputs shut; false if it cannot be mapped. */
static bool
ioapic_open(const struct mp_ioapic *io)
{
	volatile u_int *regs = kmem_map_device(io->io_addr, PAGE_SIZE);
	u_int n, inputs;

	if (regs == NULL) {
		printf("mp: no room to map the I/O APIC at %#x\n",
		    (u_int)io->io_addr);
		return (false);
	}
	inputs = (ioapic_read(regs, REG_VERSION) >> 16 & 0xff) + 1;
	for (n = 0; n < inputs; n++)
		ioapic_write(regs, REG_REDIRECT(n), REDIRECT_MASKED);
	ioapics[nioapics].io_regs = regs;
	ioapics[nioapics].io_first = io->io_base;
	ioapics[nioapics].io_last = io->io_base + inputs - 1;
	nioapics++;
	return (true);
}

/* The I/O APIC that has an input, or NULL. */
static struct ioapic *
ioapic_of(u_int input)
{
	u_int i;

	for (i = 0; i < nioapics; i++)
		if (input >= ioapics[i].io_first && input <= ioapics[i].io_last)
			return (&ioapics[i]);
	return (NULL);
}

/*
 * Whether each irq comes in somewhere.  How many inputs there are is known
 * only now, not when the table was read.
 */
bool
ioapic_serves(const struct mp_config *mc)
{
	int irq;

	for (irq = 0; irq < MP_ISA_IRQS; irq++)
		if (ioapic_of(mc->mc_irq[irq].mi_input) == NULL) {
			printf("%s: irq %d comes in at %u, which no I/O APIC "
			       "has\n",
			    mc->mc_source, irq, mc->mc_irq[irq].mi_input);
			return (false);
		}
	return (true);
}

bool
ioapic_init(const struct mp_config *mc)
{
	u_int i;

	for (i = 0; i < mc->mc_nioapics; i++)
		if (!ioapic_open(&mc->mc_ioapic[i]))
			return (false);
	if (!ioapic_serves(mc))
		return (false);
	if (mc->mc_pic_mode) {
		outb(IMCR_SELECT, IMCR_REGISTER);
		outb(IMCR_DATA, IMCR_APIC);
	}
	return (true);
}

/*
 * Program the input of an irq.
 */
static void
ioapic_route(int irq, u_int extra)
{
	const struct mp_irq *mi = &mp_config.mc_irq[irq];
	struct ioapic *io = ioapic_of(mi->mi_input);
	u_int ef, n;

	if (io == NULL)
		panic("ioapic: irq %d comes in nowhere", irq);
	n = mi->mi_input - io->io_first;
	ef = intr_disable();
	ioapic_write(io->io_regs, REG_REDIRECT(n) + 1,
	    lapic_id() << TARGET_SHIFT);
	ioapic_write(io->io_regs, REG_REDIRECT(n),
	    (IDT_IO_INTS + irq) | extra | (mi->mi_level ? REDIRECT_LEVEL : 0) |
		(mi->mi_low ? REDIRECT_LOW : 0));
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
