/*
 * The tables of Intel's MultiProcessor Specification 1.4, which machines
 * without ACPI have: a floating pointer names the configuration table, or
 * one of seven default configurations that need no table.
 */
#include <sys/param.h>
#include <sys/systm.h>

#include "mpconf.h"

#define	BIOS_START	0xF0000
#define	BIOS_SIZE	0x10000
#define	SCANNED		1024
#define	BDA_BASEMEM	0x413		/* KB of base memory, a word */
#define	BASEMEM_MAX	640
#define	DEFAULT_LAPIC	0xFEE00000
#define	DEFAULT_IOAPIC	0xFEC00000

struct mp_floating {
	char	signature[4];
	u_int32_t table;
	u_int8_t length;		/* in 16 bytes */
	u_int8_t revision;
	u_int8_t checksum;
	u_int8_t type;			/* default configuration; 0: table */
	u_int8_t flags;
	u_int8_t reserved[3];
} __packed;
#define	MPF_IMCR	0x80

struct mp_header {
	char	signature[4];
	u_int16_t length;		/* with the header */
	u_int8_t revision;
	u_int8_t checksum;
	char	oem[20];
	u_int32_t oem_table;
	u_int16_t oem_size;
	u_int16_t entries;
	u_int32_t lapic;
	u_int16_t ext_length;
	u_int8_t ext_checksum;
	u_int8_t reserved;
} __packed;

struct mp_entry {
	u_int8_t type;
	union {
		struct {
			u_int8_t apicid;
			u_int8_t version;
			u_int8_t flags;
		} __packed cpu;			/* MPE_CPU, MPE_IOAPIC */
		struct {
			u_int8_t id;
			char	name[6];
		} __packed bus;			/* MPE_BUS */
		struct {
			u_int8_t id;
			u_int8_t version;
			u_int8_t flags;
			u_int32_t addr;
		} __packed ioapic;		/* MPE_IOAPIC */
		struct {
			u_int8_t kind;
			u_int16_t flags;
			u_int8_t bus;
			u_int8_t irq;
			u_int8_t ioapic;
			u_int8_t input;
		} __packed intr;		/* MPE_INTR */
	};
} __packed;

#define	MPE_CPU		0
#define	MPE_BUS		1
#define	MPE_IOAPIC	2
#define	MPE_INTR	3
#define	MPE_LOCAL_INTR	4
#define	MPE_ENABLED	0x01
#define	MPE_CPU_LEN	20
#define	MPE_LEN		8		/* of all others */
#define	INTR_VECTORED	0
#define	IOAPIC_ANY	255		/* to all I/O APICs */

/*
 * The tables number inputs by I/O APIC; ACPI numbers all of them through.
 * As no I/O APIC has more than this, each is given such a range.
 */
#define	INPUTS		256

CTASSERT(sizeof(struct mp_floating) == 16);
CTASSERT(sizeof(struct mp_header) == 44);
CTASSERT(sizeof(struct mp_entry) == MPE_LEN);

/* What the interrupts' entries refer to. */
struct mp_reader {
	struct	mp_config *mc;
	u_int8_t isa[256 / 8];		/* buses that are ISA or EISA */
	u_int	irqs;			/* a bit for each that was told of */
	u_int	bases;			/* where the next I/O APIC begins */
};

static bool
floating_good(vm_paddr_t pa)
{
	const struct mp_floating *fp = mp_phys(pa, sizeof(*fp));

	return (fp != NULL && fp->length == 1 && mp_sum(fp, sizeof(*fp)) == 0);
}

static vm_paddr_t
find_floating(void)
{
	struct mp_scan sc = { "_MP_", floating_good, 0 };
	const u_int8_t *word = mp_phys(BDA_BASEMEM, 2);
	vm_paddr_t ebda = mp_ebda(), pa = 0;
	u_int kb = word == NULL ? 0 : word[0] | word[1] << 8;

	if (ebda != 0)
		pa = mp_scan(&sc, ebda, SCANNED);
	if (pa == 0 && kb > 1 && kb <= BASEMEM_MAX)
		pa = mp_scan(&sc, (kb - 1) * 1024, SCANNED);
	if (pa == 0)
		pa = mp_scan(&sc, BIOS_START, BIOS_SIZE);
	if (pa == 0 && sc.sc_bad != 0)
		printf("MP table: pointer at %#x has a bad checksum or length, "
		       "not used\n",
		    (u_int)sc.sc_bad);
	return (pa);
}

/* Two processors, one I/O APIC; the bus depends on the type. */
static bool
default_config(struct mp_config *mc, u_int type)
{
	struct mp_ioapic io = { DEFAULT_IOAPIC, 2, 0 };
	u_int i;

	if (type > 7 || type == 2) {
		/* In type 2 the clock is not connected to the I/O APIC. */
		printf("MP table: default configuration %u, not used\n", type);
		return (false);
	}
	mc->mc_lapic = DEFAULT_LAPIC;
	(void)mp_config_add_cpu(mc, 0);
	(void)mp_config_add_cpu(mc, 1);
	(void)mp_config_add_ioapic(mc, &io);
	mc->mc_irq[0].mi_input = 2;
	/* Types 4 and 7 have a Micro Channel. */
	for (i = 0; i < MP_ISA_IRQS; i++)
		mc->mc_irq[i].mi_level = type == 4 || type == 7;
	return (mp_config_check(mc));
}

static const struct mp_header *
find_table(vm_paddr_t pa)
{
	const struct mp_header *h = mp_phys(pa, sizeof(*h));
	const char *what = NULL;
	size_t len;

	if (h == NULL)
		what = "cannot be read";
	else if (memcmp(h->signature, "PCMP", sizeof(h->signature)) != 0)
		what = "has a bad signature";
	else if ((len = h->length) < sizeof(*h))
		what = "has a bad length";
	else if ((h = mp_phys(pa, len)) == NULL)
		what = "cannot be read";
	else if (mp_sum(h, len) != 0)
		what = "has a bad checksum";
	if (what != NULL)
		printf("MP table: table at %#x %s, not used\n", (u_int)pa,
		    what);
	return (what == NULL ? h : NULL);
}

/* Processors, buses, I/O APICs: what interrupts refer to. */
static bool
read_unit(struct mp_reader *rd, const struct mp_entry *e)
{
	struct mp_ioapic io;

	switch (e->type) {
	case MPE_CPU:
		return ((e->cpu.flags & MPE_ENABLED) == 0 ||
		    mp_config_add_cpu(rd->mc, e->cpu.apicid));
	case MPE_BUS:
		if (memcmp(e->bus.name, "ISA   ", 6) == 0 ||
		    memcmp(e->bus.name, "EISA  ", 6) == 0)
			rd->isa[e->bus.id / 8] |= 1 << e->bus.id % 8;
		return (true);
	case MPE_IOAPIC:
		if ((e->ioapic.flags & MPE_ENABLED) == 0)
			return (true);
		io.io_addr = e->ioapic.addr;
		io.io_id = e->ioapic.id;
		io.io_base = rd->bases;
		rd->bases += INPUTS;
		return (mp_config_add_ioapic(rd->mc, &io));
	default:
		return (true);
	}
}

/* The first entry of an ISA interrupt counts. */
static bool
read_intr(struct mp_reader *rd, const struct mp_entry *e)
{
	u_int polarity = e->intr.flags & 3, trigger = e->intr.flags >> 2 & 3;
	struct mp_config *mc = rd->mc;
	struct mp_irq *mi;
	u_int i = 0;

	if (e->type != MPE_INTR || e->intr.kind != INTR_VECTORED ||
	    (rd->isa[e->intr.bus / 8] & 1 << e->intr.bus % 8) == 0)
		return (true);
	if (e->intr.irq >= MP_ISA_IRQS || polarity == 2 || trigger == 2) {
		printf("MP table: interrupt %u with flags %#x, not used\n",
		    e->intr.irq, e->intr.flags);
		return (false);
	}
	while (e->intr.ioapic != IOAPIC_ANY && i < mc->mc_nioapics &&
	    mc->mc_ioapic[i].io_id != e->intr.ioapic)
		i++;
	/* One that is disabled, or one too many. */
	if (i == mc->mc_nioapics || (rd->irqs & 1 << e->intr.irq) != 0)
		return (true);
	rd->irqs |= 1 << e->intr.irq;
	mi = &mc->mc_irq[e->intr.irq];
	mi->mi_input = mc->mc_ioapic[i].io_base + e->intr.input;
	mi->mi_low = polarity == 3;
	mi->mi_level = trigger == 3;
	return (true);
}

/* Hand each entry to fn; false if one of them is wrong. */
static bool
for_each(struct mp_reader *rd, const struct mp_header *h,
    bool (*fn)(struct mp_reader *, const struct mp_entry *))
{
	const char *p = (const char *)(h + 1);
	size_t left = h->length - sizeof(*h), len;
	u_int n;

	for (n = h->entries; n > 0; n--, p += len, left -= len) {
		len = left > 0 && *p == MPE_CPU ? MPE_CPU_LEN : MPE_LEN;
		if (left < len || *(const u_int8_t *)p > MPE_LOCAL_INTR) {
			printf("MP table: entry %u is cut off or of an unknown "
			       "type, not used\n",
			    h->entries - n);
			return (false);
		}
		if (!fn(rd, (const struct mp_entry *)p))
			return (false);
	}
	return (true);
}

bool
mptable_find_config(struct mp_config *mc)
{
	const struct mp_floating *fp;
	const struct mp_header *h;
	struct mp_reader rd;
	vm_paddr_t pa = find_floating();
	u_int type;

	mp_config_init(mc, "MP table");
	fp = pa == 0 ? NULL : mp_phys(pa, sizeof(*fp));
	if (fp == NULL)
		return (false);
	mc->mc_pic_mode = (fp->flags & MPF_IMCR) != 0;
	type = fp->type;
	if (type != 0)
		return (default_config(mc, type));
	h = find_table(fp->table);
	if (h == NULL)
		return (false);
	mc->mc_lapic = h->lapic;
	memset(&rd, 0, sizeof(rd));
	rd.mc = mc;
	return (for_each(&rd, h, read_unit) && for_each(&rd, h, read_intr) &&
	    mp_config_check(mc));
}
