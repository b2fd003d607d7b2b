/*
 * What was found out of processors and interrupt controllers: it must make
 * sense, whatever machine this is.  The readers of the tables are tested by
 * tests/host/mpconf.c.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktest.h>

#include "apic.h"
#include "mpconf.h"

static void
mp_processors(struct ktest *t)
{
	u_int i, j;

	if (!mp_config_known)
		KTEST_SKIP(t, "the firmware tells of no APICs");
	KTEST_ASSERT(t, mp_config.mc_ncpus >= 1);
	KTEST_REQUIRE(t, mp_config.mc_ncpus <= MAXCPU);
	for (i = 0; i < mp_config.mc_ncpus; i++)
		for (j = 0; j < i; j++)
			KTEST_ASSERT(t,
			    mp_config.mc_apicid[i] != mp_config.mc_apicid[j]);
	KTEST_ASSERT(t, mp_config.mc_lapic != 0);
	KTEST_EQ(t, mp_config.mc_lapic & PAGE_MASK, 0);
	KTEST_ASSERT(t, mp_config.mc_source != NULL);
}
KTEST(mpconf, mp_processors);

static void
mp_interrupts(struct ktest *t)
{
	u_int i;

	if (!mp_config_known)
		KTEST_SKIP(t, "the firmware tells of no APICs");
	KTEST_ASSERT(t, mp_config.mc_nioapics >= 1);
	KTEST_REQUIRE(t, mp_config.mc_nioapics <= MAXIOAPIC);
	for (i = 1; i < mp_config.mc_nioapics; i++)
		KTEST_ASSERT(t,
		    mp_config.mc_ioapic[i - 1].io_base <
			mp_config.mc_ioapic[i].io_base);
	for (i = 0; i < MP_ISA_IRQS; i++)
		KTEST_ASSERT(t,
		    mp_config.mc_irq[i].mi_input >=
			mp_config.mc_ioapic[0].io_base);
	/* QEMU's machines, and nearly all others, have the clock there. */
	KTEST_EQ(t, mp_config.mc_irq[0].mi_input, 2);
	KTEST_ASSERT(t, !mp_config.mc_irq[0].mi_level);
	KTEST_ASSERT(t, !mp_config.mc_irq[0].mi_low);
	KTEST_EQ(t, mp_config.mc_irq[1].mi_input, 1);
}
KTEST(mpconf, mp_interrupts);

/* An irq may come in at an input only that is there. */
static void
mp_inputs(struct ktest *t)
{
	static struct mp_config mc;

	if (!lapic_present)
		KTEST_SKIP(t, "there are no APICs");
	mc = mp_config;
	KTEST_ASSERT(t, ioapic_serves(&mc));
	mc.mc_irq[7].mi_input = mc.mc_ioapic[0].io_base + 200;
	KTEST_ASSERT(t, !ioapic_serves(&mc));
}
KTEST(mpconf, mp_inputs);
