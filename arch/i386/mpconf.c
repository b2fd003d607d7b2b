/*
 * The description of processors and interrupt controllers: what the
 * readers of ACPI's and of the MP specification's tables have in common.
 * Nothing here depends on the kernel's memory: physical memory is read
 * through mp_phys(), so that this file is also tested on the host.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/param.h>

#include "mpconf.h"

#define	BDA_EBDA	0x40E		/* segment of the EBDA, a word */
#define	EBDA_LOWEST	0x400		/* behind the BIOS's own data */
#define	EBDA_END	0xA0000
#define	SCAN_STEP	16		/* where structures may begin */
#define	LAPIC_LOWEST	0x100000	/* no device's place is below */
#define	APICID_ALL	255		/* a message to everybody */
#define	IOAPIC_INPUTS	256		/* no I/O APIC has more */

u_int8_t
mp_sum(const void *start, size_t len)
{
	const u_int8_t *p = start;
	u_int8_t sum = 0;

	while (len-- > 0)
		sum += *p++;
	return (sum);
}

/*
 * Page by page: there may be holes, and a structure's first bytes never
 * lie in two pages.
 */
vm_paddr_t
mp_scan(struct mp_scan *sc, vm_paddr_t start, size_t len)
{
	size_t at, size, siglen = strlen(sc->sc_sig);
	const char *p;

	KASSERT(start % SCAN_STEP == 0 && siglen <= SCAN_STEP,
	    ("mp_scan: %s at %#x", sc->sc_sig, (u_int)start));
	for (; len >= SCAN_STEP; start += size, len -= size) {
		size = PAGE_SIZE - (start & PAGE_MASK);
		if (size > len)
			size = len;
		p = mp_phys(start, size);
		if (p == NULL)
			continue;
		for (at = 0; at + SCAN_STEP <= size; at += SCAN_STEP) {
			if (memcmp(p + at, sc->sc_sig, siglen) != 0)
				continue;
			if (sc->sc_good(start + at))
				return (start + at);
			sc->sc_bad = start + at;
		}
	}
	return (0);
}

/* The BIOS's extended data area, if it lies where one can lie. */
vm_paddr_t
mp_ebda(void)
{
	const u_int8_t *word = mp_phys(BDA_EBDA, 2);
	vm_paddr_t pa;

	if (word == NULL)
		return (0);
	pa = (vm_paddr_t)(word[0] | word[1] << 8) << 4;
	return (pa >= EBDA_LOWEST && pa < EBDA_END ? pa : 0);
}

void
mp_config_init(struct mp_config *mc, const char *source)
{
	u_int i;

	memset(mc, 0, sizeof(*mc));
	mc->mc_source = source;
	for (i = 0; i < MP_ISA_IRQS; i++)
		mc->mc_irq[i].mi_input = i;
}

/* A usable processor; false if it makes the table unbelievable. */
bool
mp_config_add_cpu(struct mp_config *mc, u_int apicid)
{
	u_int i;

	if (apicid >= APICID_ALL) {
		printf("%s: %u is no processor's APIC id, not used\n",
		    mc->mc_source, apicid);
		return (false);
	}
	for (i = 0; i < mc->mc_ncpus; i++)
		if (mc->mc_apicid[i] == apicid) {
			printf("%s: two processors have APIC id %u, not "
			       "used\n",
			    mc->mc_source, apicid);
			return (false);
		}
	if (mc->mc_ncpus == MAXCPU)
		printf("%s: more than %d processors, that with APIC id %u is "
		       "left alone\n",
		    mc->mc_source, MAXCPU, apicid);
	else
		mc->mc_apicid[mc->mc_ncpus++] = apicid;
	return (true);
}

/* Keeps the I/O APICs in the order of their inputs. */
bool
mp_config_add_ioapic(struct mp_config *mc, const struct mp_ioapic *io)
{
	u_int i;

	if (io->io_addr < LAPIC_LOWEST || io->io_addr % SCAN_STEP != 0) {
		printf("%s: no I/O APIC can be at %#x, not used\n",
		    mc->mc_source, (u_int)io->io_addr);
		return (false);
	}
	for (i = 0; i < mc->mc_nioapics; i++)
		if (mc->mc_ioapic[i].io_base == io->io_base ||
		    mc->mc_ioapic[i].io_addr == io->io_addr) {
			printf("%s: two I/O APICs are the same, not used\n",
			    mc->mc_source);
			return (false);
		}
	if (mc->mc_nioapics == MAXIOAPIC) {
		printf("%s: more than %d I/O APICs, that at %#x is left "
		       "alone\n",
		    mc->mc_source, MAXIOAPIC, (u_int)io->io_addr);
		return (true);
	}
	for (i = mc->mc_nioapics++;
	     i > 0 && mc->mc_ioapic[i - 1].io_base > io->io_base; i--)
		mc->mc_ioapic[i] = mc->mc_ioapic[i - 1];
	mc->mc_ioapic[i] = *io;
	return (true);
}

/* Whether some I/O APIC can have this input. */
static bool
input_exists(const struct mp_config *mc, u_int input)
{
	u_int i;

	for (i = 0; i < mc->mc_nioapics; i++)
		if (input >= mc->mc_ioapic[i].io_base &&
		    input - mc->mc_ioapic[i].io_base < IOAPIC_INPUTS)
			return (true);
	return (false);
}

bool
mp_config_check(struct mp_config *mc)
{
	const char *what = NULL;
	u_int i;

	if (mc->mc_ncpus == 0)
		what = "names no usable processor";
	else if (mc->mc_nioapics == 0)
		what = "names no usable I/O APIC";
	else if (mc->mc_lapic < LAPIC_LOWEST || (mc->mc_lapic & PAGE_MASK) != 0)
		what = "has no place for the local APICs";
	for (i = 0; what == NULL && i < MP_ISA_IRQS; i++)
		if (!input_exists(mc, mc->mc_irq[i].mi_input))
			what = "sends an interrupt to no I/O APIC";
	if (what != NULL)
		printf("%s: the table %s, not used\n", mc->mc_source, what);
	return (what == NULL);
}

bool
mp_config_find(struct mp_config *mc)
{
	return (acpi_find_config(mc) || mptable_find_config(mc));
}
