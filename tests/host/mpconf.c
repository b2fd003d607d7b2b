/*
 * The readers of the firmware's tables: good tables, tables that are wrong
 * in one way, and random damage.  Each read gets a copy of just as many
 * bytes as were asked for, so that the sanitizer sees one that goes beyond.
 */
#include <stdarg.h>

#include "arch/i386/mpconf.h"

#define	EBDA	0x9F000
#define	ROM	0xF5000
#define	HIGH	0x7FE0000		/* tables */
#define	RSDP	(ROM + 0x100)
#define	MPF	(ROM + 0x200)
#define	RSDT	HIGH
#define	MADT	(HIGH + 0x400)
#define	PCMP	(HIGH + 0x800)
#define	ROUNDS	100000

static struct area { vm_paddr_t pa; u_char b[4096]; } areas[] = {
	{ .pa = 0 }, { .pa = EBDA }, { .pa = ROM }, { .pa = HIGH },
};
static struct mp_config mc;
static void *copies[4096];
static u_int ncopies, tests, failures, fill;
static unsigned state = 1;
static char text[4096];			/* what was printed */

int
kprintf(const char *format, ...)
{
	size_t len = strlen(text);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text + len, sizeof(text) - len, format, ap);
	va_end(ap);
	return (n);
}

static u_char *
at(vm_paddr_t pa, size_t len)
{
	u_int i;

	for (i = 0; i < nitems(areas); i++)
		if (pa >= areas[i].pa && pa - areas[i].pa < 4096 &&
		    len <= 4096 - (pa - areas[i].pa))
			return (areas[i].b + (pa - areas[i].pa));
	return (NULL);
}

const void *
mp_phys(vm_paddr_t pa, size_t len)
{
	const u_char *p = at(pa, len);
	void *copy;

	if (p == NULL || len == 0)
		return (NULL);
	if (ncopies == nitems(copies)) {
		fputs("Bail out! it reads for ever\n", stdout);
		exit(1);
	}
	copy = malloc(len);
	memcpy(copy, p, len);
	copies[ncopies++] = copy;
	return (copy);
}

static bool
find(void)
{
	bool found;

	ncopies = 0;
	text[0] = '\0';
	memset(&mc, 0xa5, sizeof(mc));
	found = mp_config_find(&mc);
	while (ncopies > 0)
		free(copies[--ncopies]);
	return (found);
}

static void
check(bool ok, const char *name)
{
	fprintf(stdout, "%sok %u - %s\n", ok ? "" : "not ", ++tests, name);
	if (!ok) {
		failures++;
		fprintf(stdout, "# printed: %s\n", text);
	}
}

static void
put(vm_paddr_t pa, u_int value, u_int size)
{
	memcpy(at(pa, size), &value, size);
}

static void
sum(vm_paddr_t pa, size_t len, u_int place)
{
	put(pa + place, 0, 1);
	put(pa + place, -mp_sum(at(pa, len), len), 1);
}

static void
entry(vm_paddr_t table, const u_char *bytes, u_int len)
{
	memcpy(at(table + fill, len), bytes, len);
	fill += len;
}
#define	ENTRY(table, ...) do {						\
	static const u_char bytes_[] = { __VA_ARGS__ };			\
	entry(table, bytes_, sizeof(bytes_));				\
} while (0)

static void
end_madt(void)
{
	put(MADT + 4, fill, 4);
	sum(MADT, fill, 9);
}

/* Two processors, one I/O APIC, the clock at input 2. */
static void
acpi(void)
{
	u_int i;

	for (i = 0; i < nitems(areas); i++)
		memset(areas[i].b, 0, sizeof(areas[i].b));
	put(0x40E, EBDA >> 4, 2);
	put(0x413, 640, 2);
	memcpy(at(RSDP, 8), "RSD PTR ", 8);
	put(RSDP + 16, RSDT, 4);
	sum(RSDP, 20, 8);
	memcpy(at(RSDT, 4), "RSDT", 4);
	put(RSDT + 4, 40, 4);
	put(RSDT + 36, MADT, 4);
	sum(RSDT, 40, 9);
	memcpy(at(MADT, 4), "APIC", 4);
	put(MADT + 36, 0xFEE00000, 4);
	fill = 44;
	ENTRY(MADT, 0, 8, 0, 0, 1, 0, 0, 0);
	ENTRY(MADT, 0, 8, 1, 4, 1, 0, 0, 0);
	ENTRY(MADT, 1, 12, 9, 0, 0, 0, 0xC0, 0xFE, 0, 0, 0, 0);
	ENTRY(MADT, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0);
	end_madt();
}

static void
end_mp(u_int entries)
{
	put(PCMP + 4, fill, 2);
	put(PCMP + 34, entries, 2);
	sum(PCMP, fill, 7);
}

static void
mptable(void)
{
	acpi();
	put(RSDP, 0, 1);
	memcpy(at(MPF, 4), "_MP_", 4);
	put(MPF + 4, PCMP, 4);
	put(MPF + 8, 1, 1);
	sum(MPF, 16, 10);
	memcpy(at(PCMP, 4), "PCMP", 4);
	put(PCMP + 36, 0xFEE00000, 4);
	fill = 44;
	ENTRY(PCMP, 0, 0, 20, 3, [19] = 0);
	ENTRY(PCMP, 0, 1, 20, 1, [19] = 0);
	ENTRY(PCMP, 1, 7, 'I', 'S', 'A', ' ', ' ', ' ');
	ENTRY(PCMP, 2, 2, 17, 1, 0, 0, 0xC0, 0xFE);
	ENTRY(PCMP, 3, 0, 0, 0, 7, 0, 2, 2);
	end_mp(5);
}

static void
good_acpi(void)
{
	acpi();
	check(find() && mc.mc_ncpus == 2 && mc.mc_apicid[1] == 4, "cpus");
	check(mc.mc_lapic == 0xFEE00000 && !mc.mc_pic_mode, "local APIC");
	check(mc.mc_nioapics == 1 && mc.mc_ioapic[0].io_addr == 0xFEC00000 &&
		mc.mc_ioapic[0].io_id == 9,
	    "I/O APIC");
	check(mc.mc_irq[0].mi_input == 2 && mc.mc_irq[5].mi_input == 5 &&
		!mc.mc_irq[0].mi_low,
	    "override");
	check(strcmp(mc.mc_source, "ACPI") == 0 && text[0] == 0, "source");
	ENTRY(MADT, 2, 10, 0, 9, 20, 0, 0, 0, 15, 0);
	end_madt();
	check(find() && mc.mc_irq[9].mi_input == 20 && mc.mc_irq[9].mi_low &&
		mc.mc_irq[9].mi_level,
	    "override, low and level");
	ENTRY(MADT, 0, 8, 2, 6, 2, 0, 0, 0);
	ENTRY(MADT, 4, 6, 255, 0, 0, 1);
	end_madt();
	check(find() && mc.mc_ncpus == 2, "disabled processor, unknown entry");
	ENTRY(MADT, 5, 12, 0, 0, 0, 0, 0xE1, 0xFE, 0, 0, 0, 0);
	end_madt();
	check(find() && mc.mc_lapic == 0xFEE10000, "other local APIC address");
	ENTRY(MADT, 1, 12, 1, 0, 0, 0, 0xC1, 0xFE, 48, 0, 0, 0);
	ENTRY(MADT, 1, 12, 2, 0, 0, 0, 0xC2, 0xFE, 24, 0, 0, 0);
	end_madt();
	check(find() && mc.mc_nioapics == 3 && mc.mc_ioapic[1].io_base == 24,
	    "I/O APICs are sorted");
}

static void
bad(const char *name, const char *words)
{
	check(!find() && strstr(text, words) != NULL, name);
}

static void
bad_acpi(void)
{
	acpi();
	put(RSDP + 8, 1, 1);
	bad("RSDP checksum", "RSDP");
	acpi();
	put(RSDT + 10, 7, 1);
	bad("RSDT checksum", "RSDT at 0x7fe0000 has a bad checksum");
	acpi();
	put(MADT + 10, 7, 1);
	bad("MADT checksum", "APIC at 0x7fe0400 has a bad checksum");
	acpi();
	put(RSDT + 4, 20, 4);
	bad("short RSDT", "bad length");
	acpi();
	put(MADT + 4, 0xFFFFFFFF, 4);
	bad("long MADT", "bad length");
	acpi();
	put(MADT + 4, 8000, 4);
	bad("MADT beyond memory", "cannot be read");
	acpi();
	put(RSDT + 36, 0xFFFFFFF0, 4);
	sum(RSDT, 40, 9);
	bad("MADT outside of memory", "cannot be read");
	acpi();
	ENTRY(MADT, 0, 0);
	end_madt();
	bad("entry of no length", "bad length");
	acpi();
	ENTRY(MADT, 0, 8, 3);
	end_madt();
	bad("entry beyond the table", "bad length");
	acpi();
	ENTRY(MADT, 1, 4, 0, 0);
	end_madt();
	bad("short entry", "bad length");
	acpi();
	ENTRY(MADT, 0);
	end_madt();
	bad("half an entry", "bad length");
	acpi();
	ENTRY(MADT, 0, 8, 3, 4, 1, 0, 0, 0);
	end_madt();
	bad("an id twice", "two processors");
	acpi();
	ENTRY(MADT, 5, 12, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
	end_madt();
	bad("local APIC above 4 GB", "4 GB");
	acpi();
	fill = 44;
	end_madt();
	bad("nothing in the MADT", "no usable processor");
}

static void
more_acpi(void)
{
	u_int i;

	acpi();
	for (i = 0; i < 8; i++) {
		put(MADT + fill, 0 | 8 << 8 | i << 16 | (i + 10) << 24, 4);
		put(MADT + fill + 4, 1, 4);
		fill += 8;
	}
	end_madt();
	check(find() && mc.mc_ncpus == 8 && strstr(text, "left alone"),
	    "ten processors");
	acpi();
	memcpy(at(EBDA + 16, 20), at(RSDP, 20), 20);
	put(RSDP, 0, 1);
	check(find(), "RSDP in the EBDA");
	acpi();
	put(RSDP + 15, 2, 1);
	put(RSDP + 16, 0, 4);
	put(RSDP + 20, 36, 4);
	put(RSDP + 24, RSDT, 4);
	sum(RSDP, 20, 8);
	sum(RSDP, 36, 32);
	memcpy(at(RSDT, 4), "XSDT", 4);
	put(RSDT + 4, 44, 4);
	sum(RSDT, 44, 9);
	check(find() && mc.mc_ncpus == 2, "XSDT");
	put(RSDT + 40, 1, 4);
	sum(RSDT, 44, 9);
	bad("table above 4 GB", "MADT");
	put(RSDP + 33, 1, 1);
	bad("checksum of revision 2", "RSDP");
}

static void
mp(void)
{
	u_int i;
	bool ok = true;

	mptable();
	check(find() && mc.mc_ncpus == 2 && mc.mc_nioapics == 1 &&
		mc.mc_irq[0].mi_input == 2 && !mc.mc_pic_mode,
	    "MP table");
	put(MPF + 12, 0x80, 1);
	sum(MPF, 16, 10);
	check(find() && mc.mc_pic_mode, "IMCR");
	ENTRY(PCMP, 0, 5, 20, 0, [19] = 0);
	ENTRY(PCMP, 3, 0, 15, 0, 7, 9, 255, 11);
	end_mp(7);
	check(find() && mc.mc_ncpus == 2 && mc.mc_irq[9].mi_input == 11 &&
		mc.mc_irq[9].mi_low && mc.mc_irq[9].mi_level,
	    "disabled processor, interrupt to all I/O APICs");
	end_mp(8);
	bad("an entry too many", "cut off");
	ENTRY(PCMP, 9, 0, 0, 0, 0, 0, 0, 0);
	end_mp(8);
	bad("unknown entry", "unknown type");
	mptable();
	put(PCMP + 8, 1, 1);
	bad("PCMP checksum", "bad checksum");
	mptable();
	put(PCMP + 4, 4, 2);
	bad("PCMP length", "bad length");
	mptable();
	put(MPF + 4, 0x100000, 4);
	sum(MPF, 16, 10);
	bad("PCMP outside of memory", "cannot be read");
	mptable();
	put(MPF + 8, 0, 1);
	sum(MPF, 16, 10);
	bad("pointer of no length", "pointer");
	for (i = 1; i <= 7; i++) {
		mptable();
		put(MPF + 11, i, 1);
		sum(MPF, 16, 10);
		ok = ok && find() == (i != 2);
		ok = ok &&
		    (i == 2 || (mc.mc_ncpus == 2 && mc.mc_nioapics == 1));
	}
	check(ok, "default configurations");
	put(MPF + 11, 8, 1);
	sum(MPF, 16, 10);
	bad("default configuration 8", "configuration 8");
}

static unsigned
rnd(unsigned n)
{
	state = state * 1103515245 + 12345;
	return ((state >> 8) % n);
}

static bool
in_bounds(void)
{
	return (mc.mc_ncpus >= 1 && mc.mc_ncpus <= MAXCPU &&
	    mc.mc_nioapics >= 1 && mc.mc_nioapics <= MAXIOAPIC &&
	    (mc.mc_lapic & PAGE_MASK) == 0 && mc.mc_lapic != 0 &&
	    mc.mc_irq[rnd(16)].mi_input >= mc.mc_ioapic[0].io_base);
}

static void
noise(void)
{
	u_int i, n, good = 0;
	bool ok = true;

	for (i = 0; i < ROUNDS; i++) {
		if (i & 1)
			acpi();
		else
			mptable();
		for (n = rnd(4) + 1; n > 0; n--)
			put((i & 1 ? MADT : PCMP) + rnd(fill), rnd(256), 1);
		if (rnd(8) == 0)
			put(i & 1 ? RSDT + rnd(40) : MPF + rnd(16), rnd(256),
			    1);
		/* Mostly let it pass the checksums. */
		if (rnd(8) != 0) {
			sum(RSDT, 40, 9);
			sum(MPF, 16, 10);
			sum(i & 1 ? MADT : PCMP, fill, i & 1 ? 9 : 7);
		}
		if (find()) {
			good++;
			ok = ok && in_bounds();
		}
	}
	check(ok && good > 1000 && good < ROUNDS, "damaged tables");
}

int
main(void)
{
	good_acpi();
	bad_acpi();
	more_acpi();
	mp();
	noise();
	fprintf(stdout, "1..%u\n", tests);
	return (failures != 0);
}
