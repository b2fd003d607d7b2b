/*
 * The local APIC: what a processor has for itself to take interrupts, to
 * interrupt others, and to measure time.  All processors find their own at
 * the same address.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

#include "apic.h"

/* Registers, as indices of 32-bit words. */
#define	LR_ID		(0x020 / 4)
#define	LR_TPR		(0x080 / 4)	/* priority: 0, take all */
#define	LR_EOI		(0x0b0 / 4)
#define	LR_SVR		(0x0f0 / 4)
#define	LR_ESR		(0x280 / 4)
#define	LR_ICR_LO	(0x300 / 4)	/* writing it sends */
#define	LR_ICR_HI	(0x310 / 4)
#define	LR_LVT_TIMER	(0x320 / 4)
#define	LR_LVT_LINT0	(0x350 / 4)
#define	LR_LVT_LINT1	(0x360 / 4)
#define	LR_LVT_ERROR	(0x370 / 4)
#define	LR_TIMER_ICR	(0x380 / 4)	/* where it starts */
#define	LR_TIMER_CCR	(0x390 / 4)	/* where it is */
#define	LR_TIMER_DCR	(0x3e0 / 4)

#define	ID_SHIFT	24
#define	SVR_ENABLE	0x100
#define	LVT_MASKED	0x10000
#define	LVT_NMI		0x400
#define	LVT_PERIODIC	0x20000
#define	TIMER_BY_16	3

#define	ICR_NMI		0x00400
#define	ICR_INIT	0x00500
#define	ICR_STARTUP	0x00600
#define	ICR_PENDING	0x01000		/* has not gone out yet */
#define	ICR_ASSERT	0x04000
#define	ICR_TRIES	1000000

#define	CALIBRATE_US	4000		/* how long to measure */
#define	CALIBRATE_TRIES	3

bool	lapic_present;
static volatile u_int *lapic;		/* (b) each sees its own */
static u_int lapic_per_tick;		/* (b) timer counts in 1 / hz s */

bool
lapic_map(vm_paddr_t pa)
{
	lapic = kmem_map_device(pa, PAGE_SIZE);
	lapic_present = lapic != NULL;
	return (lapic_present);
}

/*
 * The pin for NMI is connected to all processors, and one should answer.
 */
void __kdb_text
lapic_hear_nmi(bool yes)
{
	if (lapic_present)
		lapic[LR_LVT_LINT1] = yes ? LVT_NMI : LVT_MASKED;
}

/*
 * LINT0 is for the 8259s, which are not in use any more.
 */
void
lapic_init(bool boot_cpu)
{
	lapic[LR_TPR] = 0;
	lapic[LR_LVT_TIMER] = LVT_MASKED;
	lapic[LR_LVT_LINT0] = LVT_MASKED;
	lapic_hear_nmi(boot_cpu);
	lapic[LR_LVT_ERROR] = LVT_MASKED;
	lapic[LR_SVR] = SVR_ENABLE | IDT_SPURIOUS;
	lapic[LR_ESR] = 0;
	lapic[LR_EOI] = 0;
}

u_int
lapic_id(void)
{
	return (lapic[LR_ID] >> ID_SHIFT);
}

void
lapic_eoi(void)
{
	lapic[LR_EOI] = 0;
}

/*
 * How far the timer counts in a tick, by the time stamp counter; false if it
 * does not run.  What comes between the two counters makes it seem slower
 * than it is, so the best of a few tries is right.
 */
bool
lapic_timer_calibrate(void)
{
	u_int64_t begin;
	u_int gone, found;
	int i;

	for (i = 0; i < CALIBRATE_TRIES; i++) {
		begin = rdtsc();
		lapic[LR_TIMER_DCR] = TIMER_BY_16;
		lapic[LR_TIMER_ICR] = ~0u;
		DELAY(CALIBRATE_US);
		gone = ~lapic[LR_TIMER_CCR];
		found = gone * (tsc_freq / hz) / (rdtsc() - begin);
		lapic_per_tick = MAX(lapic_per_tick, found);
	}
	lapic[LR_TIMER_ICR] = 0;
	return (lapic_per_tick != 0);
}

void
lapic_timer_start(void)
{
	lapic[LR_TIMER_DCR] = TIMER_BY_16;
	lapic[LR_LVT_TIMER] = LVT_PERIODIC | (IDT_LOCAL + LOCAL_TIMER);
	lapic[LR_TIMER_ICR] = lapic_per_tick;
}

/* The last command has gone out. */
static void __kdb_text
icr_wait(void)
{
	u_int i;

	for (i = 0; i < ICR_TRIES && (lapic[LR_ICR_LO] & ICR_PENDING); i++)
		cpu_spinwait();
}

/*
 * The two halves of the command belong together: an interrupt that sends
 * one of its own must not come between them.
 */
static void __kdb_text
icr_write(u_int apicid, u_int command)
{
	u_int ef = intr_disable();

	icr_wait();
	lapic[LR_ICR_HI] = apicid << ID_SHIFT;
	lapic[LR_ICR_LO] = command;
	intr_restore(ef);
}

void
lapic_send(u_int apicid, u_int vector)
{
	icr_write(apicid, ICR_ASSERT | vector);
}

/*
 * This may be an NMI itself, which has come between another command's halves:
 * the upper one is left as it was.
 */
void __kdb_text
lapic_send_nmi(u_int apicid)
{
	u_int high = lapic[LR_ICR_HI];

	icr_write(apicid, ICR_ASSERT | ICR_NMI);
	icr_wait();
	lapic[LR_ICR_HI] = high;
}

void
lapic_send_init(u_int apicid)
{
	icr_write(apicid, ICR_ASSERT | ICR_INIT);
}

void
lapic_send_startup(u_int apicid, u_int page)
{
	icr_write(apicid, ICR_ASSERT | ICR_STARTUP | page);
}
