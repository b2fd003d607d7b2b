/*
 * The reader of boot information, with what a loader may leave: good, bad
 * and random.  Physical memory is a small buffer; what the reader asks to
 * look at is handed to it as a copy of exactly that length, so that the
 * sanitizers see each byte that it reads beyond.
 */
#include <sys/types.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/systm.h>
#include <machine/bootinfo.h>
#include <machine/vmparam.h>

#include "boot/multiboot.h"

#define	MEMORY		0x8000U		/* bytes there are, from 0 */
#define	MBI		0x1000U		/* where things are in it */
#define	CMDLINE		0x2000U
#define	MODS		0x4000U
#define	MMAP		0x5000U
#define	STRING		0x6000U
#define	MB		0x100000ULL
#define	KERNEL_END	0x300000U
#define	ROUNDS		50000
#define	MAGIC		MULTIBOOT_BOOTLOADER_MAGIC

static unsigned char memory[MEMORY];
static struct multiboot_info *mbi = (void *)&memory[MBI];
static struct multiboot_module *mods = (void *)&memory[MODS];
static void	*copies[64];
static int	ncopies, tests, failures;
static unsigned	state = 1;
static bool	usable;

const void *
boot_phys(vm_paddr_t pa, vm_size_t len)
{
	unsigned i;
	char *copy;

	if (pa >= DMAP_MAX_SIZE || len > DMAP_MAX_SIZE - pa)
		return (NULL);
	copy = malloc(len);
	for (i = 0; i < len; i++) /* where nothing is, are ones */
		copy[i] = pa + i < MEMORY ? memory[pa + i] : 0xff;
	copies[ncopies++] = copy;
	return (copy);
}

static unsigned
rnd(void)
{
	state = state * 1103515245 + 12345;
	return (state >> 8);
}

static void
ok(bool good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, name);
	failures += !good;
	if (!good && bootinfo.error[0] != '\0')
		printf("# %s\n", bootinfo.error);
}

/* Read it; usable says whether that was possible. */
static void
parse_at(unsigned pa, unsigned magic)
{
	memset(&bootinfo, 0, sizeof(bootinfo));
	bootinfo.kernel_start = MB;
	bootinfo.kernel_end = KERNEL_END;
	usable = bootinfo_parse(pa, magic);
	while (ncopies > 0)
		free(copies[--ncopies]);
}

/* Add an entry to the map. */
static void
add_mmap(unsigned size, uint64_t base, uint64_t length, unsigned type)
{
	struct multiboot_mmap mm = { size, base, length, type };

	memcpy(&memory[MMAP + mbi->mbi_mmap_length], &mm, sizeof(mm));
	mbi->mbi_mmap_length += sizeof(mm);
}

/* 64 MB as a PC has them, a module and a command line. */
static void
good(void)
{
	memset(memory, 0, sizeof(memory));
	mbi->mbi_flags = MBI_MEMORY | MBI_CMDLINE | MBI_MODS | MBI_MMAP;
	mbi->mbi_mem_lower = 640;
	mbi->mbi_mem_upper = 63 * 1024;
	mbi->mbi_cmdline = CMDLINE;
	mbi->mbi_mods_count = 1;
	mbi->mbi_mods_addr = MODS;
	mbi->mbi_mmap_addr = MMAP;
	strcpy((char *)&memory[CMDLINE], "kernel.elf exec=ls verbose");
	strcpy((char *)&memory[STRING], "root.tar");
	mods[0].mod_start = 0x400000;
	mods[0].mod_end = 0x500001;
	mods[0].mod_string = STRING;
	add_mmap(20, 0, 0x9fc00, 1);
	add_mmap(20, 0x9fc00, 0x400, 2);
	add_mmap(20, 0xf0000, 0x10000, 2);
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 0xfffc0000, 0x40000, 2);
}

static void
parse(void)
{
	parse_at(MBI, MAGIC);
}

/* Bytes of RAM. */
static uint64_t
ram(void)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < bootinfo.nmmap; i++)
		if (bootinfo.mmap[i].type == BI_MEM_RAM)
			sum += bootinfo.mmap[i].len;
	return (sum);
}

static bool
is_ram(uint64_t address)
{
	int i;

	for (i = 0; i < bootinfo.nmmap; i++)
		if (bootinfo.mmap[i].type == BI_MEM_RAM &&
		    address - bootinfo.mmap[i].base < bootinfo.mmap[i].len)
			return (true);
	return (false);
}

static bool
overlap(const struct bi_mmap *a, const struct bi_mmap *b)
{
	return (a->len > 0 && b->len > 0 && a->base < b->base + b->len &&
	    b->base < a->base + a->len);
}

static bool
mmap_holds(void)
{
	const struct bi_mmap *m = bootinfo.mmap;
	int i, j;

	if (bootinfo.nmmap < 0 || bootinfo.nmmap > BI_MMAP_MAX)
		return (false);
	for (i = 0; i < bootinfo.nmmap; i++) {
		if (m[i].base + m[i].len < m[i].base)
			return (false);
		if (m[i].type != BI_MEM_RAM)
			continue;
		if (((m[i].base | m[i].len) & PAGE_MASK) != 0 || m[i].base < MB)
			return (false);
		for (j = 0; j < bootinfo.nmmap; j++)
			if (j != i && overlap(&m[i], &m[j]))
				return (false);
	}
	return (true);
}

/* What the kernel relies on, and that an error comes with words. */
static bool
holds(void)
{
	const struct bi_module *m;
	uint64_t at;
	int i;

	if (memchr(bootinfo.cmdline, 0, BI_CMDLINE_MAX) == NULL ||
	    memchr(bootinfo.error, 0, BI_ERROR_MAX) == NULL ||
	    usable != (bootinfo.error[0] == '\0') || !mmap_holds())
		return (false);
	if (!usable)
		return (true);
	for (at = MB; at < KERNEL_END; at += PAGE_MASK + 1)
		if (!is_ram(at))
			return (false);
	for (i = 0; i < bootinfo.nmodules; i++) {
		m = &bootinfo.modules[i];
		if (m->end < m->start || m->end > DMAP_MAX_SIZE ||
		    memchr(m->string, 0, BI_STRING_MAX) == NULL ||
		    (m->start < KERNEL_END && m->end > MB))
			return (false);
		for (at = m->start; at < m->end; at += PAGE_MASK + 1)
			if (!is_ram(at))
				return (false);
	}
	return (bootinfo.nmodules <= BI_MODULES_MAX);
}

/* The good one is still all right but for what is said to be bad. */
static void
still(int bad, int nmodules, uint64_t bytes, const char *name)
{
	parse();
	ok(usable && holds() && bootinfo.bad == bad &&
		bootinfo.nmodules == nmodules && ram() == bytes,
	    name);
	if (bootinfo.bad != bad || ram() != bytes)
		printf("# bad %d, %d modules, %#llx bytes\n", bootinfo.bad,
		    bootinfo.nmodules, (unsigned long long)ram());
}

static void
fails(const char *with, const char *name)
{
	parse();
	ok(!usable && holds() && strstr(bootinfo.error, with) != NULL, name);
}

static void
test_start(void)
{
	good();
	still(0, 1, 63 * MB, "as it should be");
	ok(strcmp(bootinfo.cmdline, "exec=ls verbose") == 0,
	    "the kernel's name is no argument");
	ok(strcmp(bootinfo.modules[0].string, "root.tar") == 0 &&
		bootinfo.modules[0].end == 0x500001,
	    "a module");
	parse_at(MBI, 0x12345678);
	ok(!usable && strstr(bootinfo.error, "0x12345678") != NULL,
	    "wrong magic number");
	parse_at(0, MAGIC);
	ok(!usable && holds(), "information at 0");
	parse_at(0xfffffff0, MAGIC);
	ok(!usable && strstr(bootinfo.error, "0xfffffff0") != NULL,
	    "information at the end of the addresses");
	parse_at(DMAP_MAX_SIZE - 8, MAGIC);
	ok(!usable && holds(), "information that cannot be seen whole");
	memset(memory, 0, sizeof(memory));
	fails("memory", "nothing at all");
	memset(memory, 0xff, sizeof(memory));
	parse();
	ok(holds(), "nothing but ones");
}

static void
test_cmdline(void)
{
	char *line = (char *)&memory[CMDLINE];

	good();
	mbi->mbi_cmdline = 0;
	parse();
	ok(usable && bootinfo.cmdline[0] == '\0', "command line at 0");
	mbi->mbi_cmdline = 0xdeadbeef;
	still(1, 1, 63 * MB, "command line out of reach");
	good();
	mbi->mbi_flags &= ~MBI_CMDLINE;
	parse();
	ok(usable && bootinfo.cmdline[0] == '\0', "no command line");
	good();
	memset(line, 'a', BI_CMDLINE_MAX - 1);
	line[BI_CMDLINE_MAX - 1] = '\0';
	parse();
	ok(usable && strlen(bootinfo.cmdline) == BI_CMDLINE_MAX - 1,
	    "command line that just fits");
	line[BI_CMDLINE_MAX - 1] = 'a';
	line[BI_CMDLINE_MAX] = '\0';
	fails("longer than 4095 bytes", "command line one byte too long");
	mbi->mbi_cmdline = DMAP_MAX_SIZE - 100;
	fails("longer than", "command line without an end");
	good();
	strcpy(line, "kern.maxproc=8 a=b");
	parse();
	ok(strcmp(bootinfo.cmdline, "kern.maxproc=8 a=b") == 0,
	    "a tunable is not the kernel's name");
	strcpy(line, "kern.debug verbose");
	parse();
	ok(strcmp(bootinfo.cmdline, "kern.debug verbose") == 0,
	    "nor is one without a value");
	strcpy(line, "boot/kernel verbose");
	parse();
	ok(strcmp(bootinfo.cmdline, "verbose") == 0, "a path is");
	strcpy(line, "/boot/kernel.elf");
	parse();
	ok(bootinfo.cmdline[0] == '\0', "nothing but the kernel's name");
}

static void
test_modules(void)
{
	good();
	mods[0].mod_end = mods[0].mod_start - 1;
	still(1, 0, 63 * MB, "module that ends before it starts");
	good();
	mods[0].mod_end = mods[0].mod_start;
	still(0, 1, 63 * MB, "empty module");
	good();
	mods[0].mod_start = KERNEL_END - 1;
	still(1, 0, 63 * MB, "module over the kernel's end");
	good();
	mods[0].mod_start = MB - 4096;
	still(1, 0, 63 * MB, "module over the whole kernel");
	good();
	mods[0].mod_end = 65 * MB;
	still(1, 0, 63 * MB, "module that ends behind the memory");
	ok(bootinfo.nrefused == 1, "it is known to have been refused");
	good();
	mods[0].mod_start = 0xfffff000;
	mods[0].mod_end = 0xffffffff;
	still(1, 0, 63 * MB, "module out of reach");
	good();
	mods[0].mod_string = 0;
	still(0, 1, 63 * MB, "module without a string");
	ok(bootinfo.modules[0].string[0] == '\0', "its string is empty");
	mods[0].mod_string = 0xffffffff;
	still(1, 1, 63 * MB, "module with a string out of reach");
	mods[0].mod_string = STRING;
	memset(&memory[STRING], 's', 1000);
	still(1, 1, 63 * MB, "module with a long string");
	ok(strlen(bootinfo.modules[0].string) == BI_STRING_MAX - 1,
	    "its string is cut off");
}

static void
test_module_table(void)
{
	unsigned i;

	good();
	mbi->mbi_mods_addr = 0;
	still(1, 0, 63 * MB, "modules at 0");
	mbi->mbi_mods_addr = DMAP_MAX_SIZE - 4;
	still(1, 0, 63 * MB, "modules out of reach");
	mbi->mbi_mods_count = 0;
	still(0, 0, 63 * MB, "no modules");
	good();
	for (i = 0; i < 100; i++)
		mods[i] = mods[0];
	mbi->mbi_mods_count = BI_MODULES_MAX;
	still(0, BI_MODULES_MAX, 63 * MB, "as many modules as there may be");
	mbi->mbi_mods_count = 0xffffffff;
	still(1, BI_MODULES_MAX, 63 * MB, "four billion modules");
	good();
	mods[1] = mods[0];
	mods[0].mod_end = 0;
	mbi->mbi_mods_count = 2;
	still(1, 1, 63 * MB, "a bad module before a good one");
}

static void
test_no_mmap(void)
{
	good();
	mbi->mbi_flags &= ~MBI_MMAP;
	still(0, 1, 63 * MB, "no map, but the size of memory");
	mbi->mbi_mem_upper = 0xffffffff;
	still(0, 1, (0xffffffffULL << 10) & ~(uint64_t)PAGE_MASK,
	    "four terabytes of memory");
	mbi->mbi_mem_upper = 0;
	fails("memory", "no map, and a size of 0");
	mbi->mbi_flags &= ~MBI_MEMORY;
	fails("memory", "neither map nor size");
	good();
	mbi->mbi_mmap_addr = 0;
	still(1, 1, 63 * MB, "map at 0, but the size of memory");
	mbi->mbi_mmap_addr = 0xffffffff;
	still(1, 1, 63 * MB, "map out of reach, but the size of memory");
	mbi->mbi_flags &= ~MBI_MEMORY;
	fails("memory", "map out of reach, and no size");
	good();
	mbi->mbi_mmap_length = 0;
	still(0, 1, 63 * MB, "empty map");
	mbi->mbi_mmap_length = 0xffffffff;
	still(1, 1, 63 * MB, "map of four gigabytes");
	mbi->mbi_mmap_length = 23;
	still(1, 1, 63 * MB, "map shorter than an entry");
}

/* A map with these entries only. */
static void
begin_mmap(void)
{
	good();
	mbi->mbi_flags &= ~MBI_MEMORY;
	mbi->mbi_mmap_length = 0;
	memset(&memory[MMAP], 0, 24 * 8);
}

static void
test_mmap_chain(void)
{
	good();
	mbi->mbi_mmap_length -= 3;
	still(1, 1, 63 * MB, "map whose last entry is cut off");
	mbi->mbi_mmap_length += 1000;
	still(1, 1, 63 * MB, "map that ends before its length");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(0, 64 * MB, MB, 1);
	add_mmap(20, 80 * MB, MB, 1);
	still(1, 1, 63 * MB, "entry of size 0");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(19, 64 * MB, MB, 1);
	still(1, 1, 63 * MB, "entry that is too short");
	begin_mmap();
	add_mmap(20 + 24, MB, 63 * MB, 1);
	add_mmap(20, 0, 0, 0xffffffff);
	add_mmap(20, 64 * MB, MB, 1);
	still(0, 1, 64 * MB, "entry with more than is known");
	begin_mmap();
	add_mmap(0xffffffff, MB, 63 * MB, 1);
	add_mmap(20, 64 * MB, MB, 1);
	still(1, 1, 63 * MB, "entry of four gigabytes");
	begin_mmap();
	add_mmap(0xfffffffc, MB, 63 * MB, 1);
	still(1, 1, 63 * MB, "entry whose end wraps to its beginning");
}

static void
test_mmap_ranges(void)
{
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 70 * MB, -1ULL, 1);
	still(1, 1, 63 * MB, "range that wraps");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 4096 * MB, 1024 * MB, 1);
	still(0, 1, (63 + 1024) * MB, "memory above 4 GB");
	begin_mmap();
	add_mmap(20, MB, 0, 1);
	fails("memory", "nothing but a range of no length");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 2);
	fails("memory", "no RAM in the map");
	begin_mmap();
	add_mmap(20, 0x10, 64 * MB - 0x20, 1);
	still(0, 1, 63 * MB - 0x1000, "ends inside of pages, from 0");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 32 * MB, 63 * MB, 1);
	still(0, 1, 94 * MB, "RAM that is listed twice");
	begin_mmap();
	add_mmap(20, 32 * MB + 1, 1, 2);
	add_mmap(20, MB, 63 * MB, 1);
	still(0, 1, 63 * MB - 0x1000, "a byte that is no RAM in the middle");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 2 * MB, 1, 2);
	fails("memory", "a hole where the kernel is");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	add_mmap(20, 0x450000, 1, 2);
	still(1, 0, 63 * MB - 0x1000, "a hole where the module is");
	begin_mmap();
	add_mmap(20, 0x480000, 59 * MB + 0x80000, 1);
	add_mmap(20, MB, 3 * MB + 0x80000, 1);
	still(0, 1, 63 * MB, "a module over two ranges");
}

static void
test_mmap_full(void)
{
	int i;

	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	for (i = 0; i < 100; i++)
		add_mmap(20, 100 * MB + i * 2 * MB, MB, 1);
	still(101 - BI_MMAP_MAX, 1, (63 + BI_MMAP_MAX - 1) * MB,
	    "more ranges than there is room for");
	begin_mmap();
	add_mmap(20, MB, 63 * MB, 1);
	for (i = 0; i < BI_MMAP_MAX; i++)
		add_mmap(20, 100 * MB + i * 2 * MB, MB, 2);
	add_mmap(20, 40 * MB, 100 * MB, 2);
	parse();
	ok(usable && holds() && ram() == 39 * MB && bootinfo.bad == 2,
	    "a hole that there is no room for");
}

/* Good information with some words or bytes of it changed. */
static void
damage(void)
{
	static const unsigned places[] = { MBI, MBI, MODS, MMAP, MMAP,
		CMDLINE };
	static const unsigned values[] = { 0, 1, 20, 24, 0x1000, 0x100000,
		0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };
	unsigned at, n = 1 + rnd() % 6, value;

	good();
	if (rnd() % 4 == 0)
		mbi->mbi_mods_count = 3;
	while (n-- > 0) {
		at = places[rnd() % 6] + rnd() % 128;
		value = rnd() % 2 != 0 ? values[rnd() % 10] :
					 rnd() << 16 ^ rnd();
		if (rnd() % 3 == 0)
			memory[at] = value;
		else
			memcpy(&memory[at & ~3U], &value, sizeof(value));
	}
}

static void
test_random(void)
{
	int i, survived = 0, wrong = 0;

	for (i = 0; i < ROUNDS; i++) {
		damage();
		parse();
		if (!holds() && wrong++ == 0)
			printf("# round %d: %s\n", i, bootinfo.error);
		survived += usable;
	}
	ok(wrong == 0, "damaged information");
	ok(survived > ROUNDS / 4 && survived < ROUNDS - ROUNDS / 8,
	    "some of it can be used and some cannot");
	printf("# %d of %d could be used\n", survived, ROUNDS);
}

int
main(void)
{
	test_start();
	test_cmdline();
	test_modules();
	test_module_table();
	test_no_mmap();
	test_mmap_chain();
	test_mmap_ranges();
	test_mmap_full();
	test_random();
	printf("1..%d\n", tests);
	return (failures != 0);
}
