/*
 * ACPI, as far as processors and interrupts go: the root pointer (RSDP)
 * names a table of tables (RSDT or XSDT), one of which (MADT) lists the
 * APICs.  ACPI specification, chapter 5.  The firmware is believed only
 * after lengths and checksums have been found right.
 */
#include <sys/param.h>
#include <sys/systm.h>

#include "mpconf.h"

#define	ACPI_MAXTABLE	65536		/* tables that we read are shorter */
#define	RSDP_MAXLEN	4096
#define	RSDP_OLD_LEN	20		/* what revision 0 has */
#define	BIOS_START	0xE0000
#define	BIOS_SIZE	0x20000
#define	EBDA_SCANNED	1024

struct acpi_rsdp {
	char	signature[8];
	u_int8_t checksum;		/* of the first RSDP_OLD_LEN bytes */
	char	oemid[6];
	u_int8_t revision;
	u_int32_t rsdt;
	u_int32_t length;		/* the rest only if revision >= 2 */
	u_int32_t xsdt;
	u_int32_t xsdt_high;
	u_int8_t checksum_all;
	u_int8_t reserved[3];
} __packed;

struct acpi_header {
	char	signature[4];
	u_int32_t length;		/* with the header */
	u_int8_t revision;
	u_int8_t checksum;
	char	oem[26];
} __packed;

struct acpi_madt {
	struct	acpi_header header;
	u_int32_t lapic;
	u_int32_t flags;
} __packed;

/* An entry of the MADT: type and length, then what the type says. */
struct madt_entry {
	u_int8_t type;
	u_int8_t length;
	union {
		struct {
			u_int8_t processor;
			u_int8_t apicid;
			u_int32_t flags;
		} __packed cpu;			/* MADT_CPU */
		struct {
			u_int8_t id;
			u_int8_t reserved;
			u_int32_t addr;
			u_int32_t base;
		} __packed ioapic;		/* MADT_IOAPIC */
		struct {
			u_int8_t bus;
			u_int8_t irq;
			u_int32_t input;
			u_int16_t flags;
		} __packed override;		/* MADT_OVERRIDE */
		struct {
			u_int16_t reserved;
			u_int32_t addr;
			u_int32_t addr_high;
		} __packed lapic;		/* MADT_LAPIC_ADDR */
	};
} __packed;

#define	MADT_CPU	0
#define	MADT_IOAPIC	1
#define	MADT_OVERRIDE	2
#define	MADT_LAPIC_ADDR	5
#define	CPU_ENABLED	0x01
#define	BUS_ISA		0

CTASSERT(sizeof(struct acpi_rsdp) == 36);
CTASSERT(sizeof(struct acpi_header) == 36);
CTASSERT(sizeof(struct acpi_madt) == 44);

/* Shortest length of each type of entry that we read. */
static const u_int8_t madt_lengths[] = {
	[MADT_CPU] = 8,
	[MADT_IOAPIC] = 12,
	[MADT_OVERRIDE] = 10,
	[MADT_LAPIC_ADDR] = 12,
};

static bool
rsdp_good(vm_paddr_t pa)
{
	const struct acpi_rsdp *rsdp = mp_phys(pa, RSDP_OLD_LEN);
	u_int32_t len;

	if (rsdp == NULL || mp_sum(rsdp, RSDP_OLD_LEN) != 0)
		return (false);
	if (rsdp->revision < 2)
		return (true);
	rsdp = mp_phys(pa, sizeof(*rsdp));
	if (rsdp == NULL)
		return (false);
	len = rsdp->length;
	if (len < sizeof(*rsdp) || len > RSDP_MAXLEN)
		return (false);
	rsdp = mp_phys(pa, len);
	return (rsdp != NULL && mp_sum(rsdp, len) == 0);
}

static vm_paddr_t
find_rsdp(void)
{
	struct mp_scan sc = { "RSD PTR ", rsdp_good, 0 };
	vm_paddr_t ebda = mp_ebda(), pa = 0;

	if (ebda != 0)
		pa = mp_scan(&sc, ebda, EBDA_SCANNED);
	if (pa == 0)
		pa = mp_scan(&sc, BIOS_START, BIOS_SIZE);
	if (pa == 0 && sc.sc_bad != 0)
		printf("ACPI: RSDP at %#x has a bad checksum or length, not "
		       "used\n",
		    (u_int)sc.sc_bad);
	return (pa);
}

/*
 * The whole table at pa, or NULL.  Says why if it is wrong, but not if it
 * has another signature.
 */
static const struct acpi_header *
find_table(vm_paddr_t pa, const char *signature, size_t least)
{
	const struct acpi_header *h = mp_phys(pa, sizeof(*h));
	const char *what = NULL;
	size_t len;

	if (h == NULL) {
		printf("ACPI: a table at %#x cannot be read\n", (u_int)pa);
		return (NULL);
	}
	if (memcmp(h->signature, signature, sizeof(h->signature)) != 0)
		return (NULL);
	len = h->length;
	if (len < least || len > ACPI_MAXTABLE)
		what = "has a bad length";
	else if ((h = mp_phys(pa, len)) == NULL)
		what = "cannot be read";
	else if (mp_sum(h, len) != 0)
		what = "has a bad checksum";
	if (what != NULL)
		printf("ACPI: %s at %#x %s, not used\n", signature, (u_int)pa,
		    what);
	return (what == NULL ? h : NULL);
}

/* Address i in a root table whose entries have 4 or 8 bytes; or 0. */
static vm_paddr_t
root_entry(const struct acpi_header *root, u_int i, u_int size)
{
	u_int32_t half[2] = { 0, 0 };

	memcpy(half, (const char *)(root + 1) + i * size, size);
	return (half[1] == 0 ? half[0] : 0);
}

/* The MADT, by way of RSDT, or of XSDT if there is none. */
static const struct acpi_madt *
find_madt(const struct acpi_rsdp *rsdp)
{
	const struct acpi_header *root = NULL, *h;
	vm_paddr_t pa, root_pa = rsdp->rsdt;
	u_int i, n, size = 4;
	const char *name = "RSDT";

	if (root_pa == 0 && rsdp->revision >= 2 && rsdp->xsdt_high == 0) {
		root_pa = rsdp->xsdt;
		size = 8;
		name = "XSDT";
	}
	if (root_pa != 0)
		root = find_table(root_pa, name, sizeof(*root));
	if (root == NULL) {
		printf("ACPI: there is no good %s\n", name);
		return (NULL);
	}
	n = (root->length - sizeof(*root)) / size;
	for (i = 0; i < n; i++) {
		pa = root_entry(root, i, size);
		if (pa == 0)
			continue;
		h = find_table(pa, "APIC", sizeof(struct acpi_madt));
		if (h != NULL)
			return ((const struct acpi_madt *)h);
	}
	printf("ACPI: there is no good MADT\n");
	return (NULL);
}

/* The two bits each of polarity and trigger; 0 is as the bus has it. */
static bool
add_override(struct mp_config *mc, const struct madt_entry *e)
{
	u_int polarity = e->override.flags & 3;
	u_int trigger = e->override.flags >> 2 & 3;
	struct mp_irq *mi;

	if (e->override.bus != BUS_ISA)
		return (true);
	if (e->override.irq >= MP_ISA_IRQS || polarity == 2 || trigger == 2) {
		printf("ACPI: MADT overrides interrupt %u by flags %#x, not "
		       "used\n",
		    e->override.irq, e->override.flags);
		return (false);
	}
	mi = &mc->mc_irq[e->override.irq];
	mi->mi_input = e->override.input;
	mi->mi_low = polarity == 3;
	mi->mi_level = trigger == 3;
	return (true);
}

/* false: the whole table is not to be believed; the reason was printed. */
static bool
add_entry(struct mp_config *mc, const struct madt_entry *e)
{
	struct mp_ioapic io;

	switch (e->type) {
	case MADT_CPU:
		return ((e->cpu.flags & CPU_ENABLED) == 0 ||
		    mp_config_add_cpu(mc, e->cpu.apicid));
	case MADT_IOAPIC:
		io.io_addr = e->ioapic.addr;
		io.io_id = e->ioapic.id;
		io.io_base = e->ioapic.base;
		return (mp_config_add_ioapic(mc, &io));
	case MADT_OVERRIDE:
		return (add_override(mc, e));
	case MADT_LAPIC_ADDR:
		if (e->lapic.addr_high != 0) {
			printf("ACPI: local APICs above 4 GB, not used\n");
			return (false);
		}
		mc->mc_lapic = e->lapic.addr;
		return (true);
	default:
		return (true);
	}
}

static bool
read_madt(struct mp_config *mc, const struct acpi_madt *madt)
{
	const char *p = (const char *)(madt + 1);
	size_t left = madt->header.length - sizeof(*madt);
	const struct madt_entry *e;

	mc->mc_lapic = madt->lapic;
	for (; left > 0; p += e->length, left -= e->length) {
		e = (const struct madt_entry *)p;
		if (left < 2 || e->length < 2 || e->length > left ||
		    (e->type < nitems(madt_lengths) &&
			e->length < madt_lengths[e->type])) {
			printf("ACPI: MADT has an entry of a bad length, %u "
			       "bytes before its end, not used\n",
			    (u_int)left);
			return (false);
		}
		if (!add_entry(mc, e))
			return (false);
	}
	return (true);
}

bool
acpi_find_config(struct mp_config *mc)
{
	vm_paddr_t pa = find_rsdp();
	const struct acpi_rsdp *rsdp;
	struct acpi_rsdp copy;
	const struct acpi_madt *madt;

	mp_config_init(mc, "ACPI");
	rsdp = pa == 0 ? NULL : mp_phys(pa, RSDP_OLD_LEN);
	if (rsdp == NULL)
		return (false);
	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, rsdp, RSDP_OLD_LEN);
	if (copy.revision >= 2) {
		rsdp = mp_phys(pa, sizeof(copy));
		if (rsdp == NULL)
			return (false);
		copy = *rsdp;
	}
	madt = find_madt(&copy);
	return (madt != NULL && read_madt(mc, madt) && mp_config_check(mc));
}
