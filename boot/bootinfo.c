/*
 * From Multiboot's structures to struct bootinfo, which this file owns.
 *
 * What a loader leaves differs, so this is liberal in what it reads (each
 * part may be missing) and believes nothing: every address and length is
 * checked against the memory that can be seen at all, text is copied with
 * a limit.  What makes no sense is counted in bi_bad, and left out.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/bootinfo.h>
#include <machine/cpu.h>
#include <machine/vmparam.h>

#include "multiboot.h"

/* Below 1 MB there are the firmware's data and holes: not used as RAM. */
#define	LOW_MEMORY_END	0x100000U

struct bootinfo bootinfo;

/*
 * The kernel's address of [pa, pa + len), or NULL if a part of that is
 * beyond the direct map.
 */
static const void *
phys_range(u_int pa, u_int len)
{
	if (pa == 0 || pa >= DMAP_MAX_SIZE || len > DMAP_MAX_SIZE - pa) {
		bootinfo.bad++;
		return (NULL);
	}
	return ((const void *)PHYS_TO_DMAP(pa));
}

/*
 * Copy a string of the loader; none or a bad one is empty.
 */
static void
copy_string(char *to, size_t size, u_int pa)
{
	const char *from;
	size_t i = 0;

	to[0] = '\0';
	if (pa == 0)
		return;
	if ((from = phys_range(pa, 1)) == NULL)
		return;
	/* A string that runs up to the end of the direct map ends there. */
	size = MIN(size, DMAP_MAX_SIZE - pa);
	for (i = 0; i + 1 < size && from[i] != '\0'; i++)
		to[i] = from[i];
	to[i] = '\0';
}

/*
 * GRUB's older versions and QEMU put the kernel's name before its
 * arguments.  It is the first word if that is a path, or has a dot and no
 * "=" (kern.maxproc=8 is no name).
 */
static void
drop_kernel_name(char *line)
{
	bool path, dot, equals;
	size_t i, from;

	dot = equals = false;
	path = line[0] == '/';
	for (i = 0; line[i] != '\0' && line[i] != ' '; i++) {
		if (line[i] == '=')
			equals = true;
		else if (line[i] == '.' || line[i] == '/')
			dot = true;
	}
	if (!path && (!dot || equals))
		return;
	while (line[i] == ' ')
		i++;
	for (from = i, i = 0; line[from] != '\0'; i++, from++)
		line[i] = line[from];
	line[i] = '\0';
}

/*
 * Add [base, end) of memory, whole pages of it.
 */
static void
add_memory(u_int64_t base, u_int64_t limit, u_int type)
{
	struct bi_mmap *m;

	if (type == BI_MEM_RAM) {
		if (base < LOW_MEMORY_END)
			base = LOW_MEMORY_END;
		base = (base + PAGE_MASK) & ~(u_int64_t)PAGE_MASK;
		limit &= ~(u_int64_t)PAGE_MASK;
	}
	if (limit <= base)
		return;
	if (bootinfo.nmmap == BI_MMAP_MAX) {
		bootinfo.bad++;
		return;
	}
	m = &bootinfo.mmap[bootinfo.nmmap++];
	m->base = base;
	m->len = limit - base;
	m->type = type;
}

/*
 * The loader's memory map: a chain of entries of different lengths.
 */
static void
read_mmap(const struct multiboot_info *mbi)
{
	const struct multiboot_mmap *mm;
	u_int length = mbi->mbi_mmap_length;
	u_int64_t limit;
	const char *p;

	if (length > 65536) {
		bootinfo.bad++;
		return;
	}
	if ((p = phys_range(mbi->mbi_mmap_addr, length)) == NULL)
		return;
	while (length >= sizeof(*mm)) {
		mm = (const struct multiboot_mmap *)p;
		limit = mm->mm_base + mm->mm_length;
		if (limit < mm->mm_base)
			bootinfo.bad++;
		else
			add_memory(mm->mm_base, limit, mm->mm_type);
		if (mm->mm_size < sizeof(*mm) - sizeof(mm->mm_size) ||
		    mm->mm_size > length - sizeof(mm->mm_size)) {
			/* The chain is broken here. */
			bootinfo.bad += mm->mm_size + sizeof(mm->mm_size) !=
			    length;
			break;
		}
		p += mm->mm_size + sizeof(mm->mm_size);
		length -= mm->mm_size + sizeof(mm->mm_size);
	}
}

/*
 * Take hole out of ram: keep what is before it, and add what is behind it
 * at the end of the table.
 */
static void
cut(struct bi_mmap *ram, const struct bi_mmap *hole)
{
	u_int64_t ram_end = ram->base + ram->len;
	u_int64_t hole_end = hole->base + hole->len;

	if (hole->base >= ram_end || hole_end <= ram->base)
		return;
	ram->len = 0;
	if (hole->base > ram->base)
		ram->len = (hole->base - ram->base) & ~(u_int64_t)PAGE_MASK;
	if (hole_end < ram_end)
		add_memory(hole_end, ram_end, BI_MEM_RAM);
}

/*
 * Where the map says both "RAM" and "not RAM", it is not; and RAM that it
 * lists twice is there once.  What cut() adds is looked at later in the
 * same loop.
 */
static void
cut_overlaps(void)
{
	struct bi_mmap *mmap = bootinfo.mmap;
	int i, j;

	for (i = 0; i < bootinfo.nmmap; i++) {
		if (mmap[i].type != BI_MEM_RAM)
			continue;
		for (j = 0; j < bootinfo.nmmap; j++)
			if (mmap[j].type != BI_MEM_RAM || j < i)
				cut(&mmap[i], &mmap[j]);
	}
}

static void
read_modules(const struct multiboot_info *mbi)
{
	const struct multiboot_module *mod;
	struct bi_module *m;
	u_int i, n = mbi->mbi_mods_count;

	if (n == 0)
		return;
	if (n > BI_MODULES_MAX) {
		bootinfo.bad++;
		n = BI_MODULES_MAX;
	}
	mod = phys_range(mbi->mbi_mods_addr, n * sizeof(*mod));
	if (mod == NULL)
		return;
	for (i = 0; i < n; i++, mod++) {
		if (mod->mod_end < mod->mod_start) {
			bootinfo.bad++;
			continue;
		}
		if (phys_range(mod->mod_start, mod->mod_end - mod->mod_start) ==
		    NULL)
			continue;
		m = &bootinfo.modules[bootinfo.nmodules++];
		m->start = mod->mod_start;
		m->end = mod->mod_end;
		copy_string(m->string, sizeof(m->string), mod->mod_string);
	}
}

/*
 * Called once, with the boot page directory, when the console can print.
 */
void
bootinfo_init(vm_paddr_t pa, u_int magic)
{
	const struct multiboot_info *mbi;

	bootinfo.kernel_start = LOW_MEMORY_END;
	bootinfo.kernel_end = DMAP_TO_PHYS(kernel_end);
	if (magic != MULTIBOOT_BOOTLOADER_MAGIC)
		panic("not started by a Multiboot loader: eax was 0x%x", magic);
	if ((mbi = phys_range(pa, sizeof(*mbi))) == NULL)
		panic("Multiboot information at 0x%x cannot be read", pa);

	if (mbi->mbi_flags & MBI_CMDLINE) {
		copy_string(bootinfo.cmdline, sizeof(bootinfo.cmdline),
		    mbi->mbi_cmdline);
		drop_kernel_name(bootinfo.cmdline);
	}
	if (mbi->mbi_flags & MBI_MODS)
		read_modules(mbi);
	if (mbi->mbi_flags & MBI_MMAP) {
		read_mmap(mbi);
		cut_overlaps();
	} else if (mbi->mbi_flags & MBI_MEMORY) {
		add_memory(LOW_MEMORY_END,
		    LOW_MEMORY_END + (u_int64_t)mbi->mbi_mem_upper * 1024,
		    BI_MEM_RAM);
	} else {
		panic("the boot loader does not say how much memory there is");
	}
}

/*
 * For boot -v: what was understood.
 */
void
bootinfo_print(void)
{
	const struct bi_mmap *m;
	int i;

	printf("command line: %s\n", bootinfo.cmdline);
	for (i = 0; i < bootinfo.nmmap; i++) {
		m = &bootinfo.mmap[i];
		printf("memory: 0x%09llx to 0x%09llx %s (type %u)\n", m->base,
		    m->base + m->len, m->type == BI_MEM_RAM ? "RAM" : "not RAM",
		    m->type);
	}
	for (i = 0; i < bootinfo.nmodules; i++)
		printf("module: 0x%08x to 0x%08x \"%s\"\n",
		    bootinfo.modules[i].start, bootinfo.modules[i].end,
		    bootinfo.modules[i].string);
	if (bootinfo.bad != 0)
		printf("boot loader: %d things made no sense\n", bootinfo.bad);
}
