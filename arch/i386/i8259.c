/*
 * The two 8259 interrupt controllers: irqs 0 to 7, and 8 to 15 by way of
 * irq 2.  Edge-triggered, each end of interrupt told explicitly.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>
#include <machine/segments.h>

#define	IO_ICU1		0x20
#define	IO_ICU2		0xa0
#define	ICW1_INIT	0x11		/* ICW4 follows, cascade, edges */
#define	ICW4_8086	0x01
#define	OCW2_EOI	0x20
#define	OCW3_READ_ISR	0x0b
#define	IRQ_SLAVE	2

/* Bits set: irq off.  Changed with interrupts off, on the boot processor. */
static u_int imask = 0xffff & ~(1 << IRQ_SLAVE);

static void
write_masks(void)
{
	outb(IO_ICU1 + 1, imask & 0xff);
	outb(IO_ICU2 + 1, imask >> 8);
}

void
i8259_init(void)
{
	outb(IO_ICU1, ICW1_INIT);
	outb(IO_ICU1 + 1, IDT_IO_INTS);
	outb(IO_ICU1 + 1, 1 << IRQ_SLAVE);
	outb(IO_ICU1 + 1, ICW4_8086);
	outb(IO_ICU2, ICW1_INIT);
	outb(IO_ICU2 + 1, IDT_IO_INTS + 8);
	outb(IO_ICU2 + 1, IRQ_SLAVE);
	outb(IO_ICU2 + 1, ICW4_8086);
	write_masks();
}

static void
i8259_unmask(int irq)
{
	imask &= ~(1 << irq);
	write_masks();
}

void
i8259_mask_all(void)
{
	imask = 0xffff;
	write_masks();
}

/*
 * Lines 7 and 15 are also what the controllers report when a line went
 * away before it was taken: then no bit is set in service.
 */
static bool
i8259_spurious(int irq)
{
	u_int port = irq == 7 ? IO_ICU1 : IO_ICU2;

	if (irq != 7 && irq != 15)
		return (false);
	outb(port, OCW3_READ_ISR);
	if (inb(port) & 0x80)
		return (false);
	/* The master did see the slave's line. */
	if (irq == 15)
		outb(IO_ICU1, OCW2_EOI);
	return (true);
}

static void
i8259_eoi(int irq)
{
	if (irq >= 8)
		outb(IO_ICU2, OCW2_EOI);
	outb(IO_ICU1, OCW2_EOI);
}

const struct pic i8259_pic = {
	.pic_unmask = i8259_unmask,
	.pic_spurious = i8259_spurious,
	.pic_eoi = i8259_eoi,
};
