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
#include <machine/vmparam.h>

#include "multiboot.h"

/* Below 1 MB there are the firmware's data and holes: not used as RAM. */
#define	LOW_MEMORY_END	0x100000U

/* No map is longer than this. */
#define	MMAP_BYTES_MAX	65536

struct bootinfo bootinfo;

/*
 * Look at [pa, pa + len), or NULL if that is not to be had.
 */
static const void *
look_at(u_int pa, u_int len)
{
	const void *p = pa != 0 ? boot_phys(pa, len) : NULL;

	if (p == NULL)
		bootinfo.bad++;
	return (p);
}

/*
 * Copy a string of the loader; none or a bad one is empty.  False if there
 * was no room for all of it.
 */
static bool
copy_string(char *to, size_t size, u_int pa)
{
	const char *from;
	size_t i;

	to[0] = '\0';
	if (pa == 0)
		return (true);
	/* One that runs up to the end of what can be seen ends there. */
	if (pa < DMAP_MAX_SIZE)
		size = MIN(size, DMAP_MAX_SIZE - pa);
	if ((from = look_at(pa, size)) == NULL)
		return (true);
	for (i = 0; i + 1 < size && from[i] != '\0'; i++)
		to[i] = from[i];
	to[i] = '\0';
	return (from[i] == '\0');
}

/*
 * GRUB's older versions and QEMU put the kernel's name before its
 * arguments.  It is the first word if that is a path, or ends in ".elf"
 * and has no "=" (kern.maxproc=8 is no name, and kern.debug neither).
 */
static void
drop_kernel_name(char *line)
{
	bool slash = false, equals = false, elf;
	size_t i, from;

	for (i = 0; line[i] != '\0' && line[i] != ' '; i++) {
		equals |= line[i] == '=';
		slash |= line[i] == '/';
	}
	elf = i >= 4 && memcmp(&line[i - 4], ".elf", 4) == 0;
	if (line[0] != '/' && (equals || (!slash && !elf)))
		return;
	while (line[i] == ' ')
		i++;
	for (from = i, i = 0; line[from] != '\0'; i++, from++)
		line[i] = line[from];
	line[i] = '\0';
}

static void	add_memory(u_int64_t base, u_int64_t limit, u_int type);

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
 * Add [base, limit) of memory; of RAM, whole pages of it.  When the table
 * is full, RAM is not used, and what is not RAM is cut out at once.
 */
static void
add_memory(u_int64_t base, u_int64_t limit, u_int type)
{
	struct bi_mmap m;
	int i;

	if (type == BI_MEM_RAM) {
		if (base < LOW_MEMORY_END)
			base = LOW_MEMORY_END;
		base = (base + PAGE_MASK) & ~(u_int64_t)PAGE_MASK;
		limit &= ~(u_int64_t)PAGE_MASK;
	}
	if (limit <= base)
		return;
	m.base = base;
	m.len = limit - base;
	m.type = type;
	if (bootinfo.nmmap < BI_MMAP_MAX) {
		bootinfo.mmap[bootinfo.nmmap++] = m;
		return;
	}
	bootinfo.bad++;
	if (type == BI_MEM_RAM)
		return;
	for (i = 0; i < bootinfo.nmmap; i++)
		if (bootinfo.mmap[i].type == BI_MEM_RAM)
			cut(&bootinfo.mmap[i], &m);
}

/*
 * The loader's memory map: a chain of entries of different lengths.
 */
static void
read_mmap(const struct multiboot_info *mbi)
{
	const struct multiboot_mmap *mm;
	u_int length = mbi->mbi_mmap_length, next;
	u_int64_t limit;
	const char *p;

	if (length > MMAP_BYTES_MAX) {
		bootinfo.bad++;
		return;
	}
	if ((p = look_at(mbi->mbi_mmap_addr, length)) == NULL)
		return;
	for (; length >= sizeof(*mm); p += next, length -= next) {
		mm = (const struct multiboot_mmap *)p;
		if (mm->mm_size < sizeof(*mm) - sizeof(mm->mm_size))
			break;
		limit = mm->mm_base + mm->mm_length;
		if (limit < mm->mm_base)
			bootinfo.bad++;
		else
			add_memory(mm->mm_base, limit, mm->mm_type);
		if (mm->mm_size > length - sizeof(mm->mm_size))
			break;
		next = mm->mm_size + sizeof(mm->mm_size);
	}
	/* Bytes are left: the chain is broken there. */
	bootinfo.bad += length != 0;
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

/*
 * Whether all of [start, end) is RAM, maybe of several entries.
 */
static bool
is_ram(u_int64_t start, u_int64_t end)
{
	const struct bi_mmap *m;
	int i;

	for (i = 0; i < bootinfo.nmmap && start < end; i++) {
		m = &bootinfo.mmap[i];
		if (m->type != BI_MEM_RAM || start < m->base ||
		    start >= m->base + m->len)
			continue;
		start = m->base + m->len;
		i = -1; /* what follows may stand before it in the table */
	}
	return (start >= end);
}

/*
 * A module's place must make sense: in RAM that can be seen, and not where
 * the kernel is, which would have overwritten it.  RAM begins and ends with
 * a page, so a module's last page is RAM too.
 */
static bool
module_is_good(const struct multiboot_module *mod)
{
	return (mod->mod_end >= mod->mod_start &&
	    mod->mod_end <= DMAP_MAX_SIZE &&
	    (mod->mod_end <= bootinfo.kernel_start ||
		mod->mod_start >= bootinfo.kernel_end) &&
	    is_ram(mod->mod_start, mod->mod_end));
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
	mod = look_at(mbi->mbi_mods_addr, n * sizeof(*mod));
	if (mod == NULL)
		return;
	for (i = 0; i < n; i++, mod++) {
		if (!module_is_good(mod)) {
			bootinfo.nrefused++;
			bootinfo.bad++;
			continue;
		}
		m = &bootinfo.modules[bootinfo.nmodules++];
		m->start = mod->mod_start;
		m->end = mod->mod_end;
		if (!copy_string(m->string, sizeof(m->string), mod->mod_string))
			bootinfo.bad++;
	}
}

/*
 * What RAM there is: from the map, or if there is none, or none that can
 * be read, from the size of what is above 1 MB.
 */
static void
read_memory(const struct multiboot_info *mbi)
{
	int i, ram = 0;

	if (mbi->mbi_flags & MBI_MMAP)
		read_mmap(mbi);
	for (i = 0; i < bootinfo.nmmap; i++)
		ram += bootinfo.mmap[i].type == BI_MEM_RAM;
	if (ram == 0 && (mbi->mbi_flags & MBI_MEMORY))
		add_memory(LOW_MEMORY_END,
		    LOW_MEMORY_END + (u_int64_t)mbi->mbi_mem_upper * 1024,
		    BI_MEM_RAM);
	cut_overlaps();
}

/*
 * A command line that is cut off would make something else of what it
 * says, so that is an error.
 */
static bool
read_cmdline(const struct multiboot_info *mbi)
{
	if ((mbi->mbi_flags & MBI_CMDLINE) == 0)
		return (true);
	if (!copy_string(bootinfo.cmdline, sizeof(bootinfo.cmdline),
		mbi->mbi_cmdline)) {
		snprintf(bootinfo.error, sizeof(bootinfo.error),
		    "the command line is longer than %d bytes",
		    BI_CMDLINE_MAX - 1);
		return (false);
	}
	drop_kernel_name(bootinfo.cmdline);
	return (true);
}

bool
bootinfo_parse(vm_paddr_t pa, u_int magic)
{
	const struct multiboot_info *mbi;

	if (magic != MULTIBOOT_BOOTLOADER_MAGIC) {
		snprintf(bootinfo.error, sizeof(bootinfo.error),
		    "not started by a Multiboot loader: eax was 0x%x", magic);
		return (false);
	}
	if ((mbi = look_at(pa, sizeof(*mbi))) == NULL) {
		snprintf(bootinfo.error, sizeof(bootinfo.error),
		    "Multiboot information at 0x%x cannot be read", (u_int)pa);
		return (false);
	}
	if (!read_cmdline(mbi))
		return (false);
	read_memory(mbi);
	if (!is_ram(bootinfo.kernel_start, bootinfo.kernel_end)) {
		snprintf(bootinfo.error, sizeof(bootinfo.error),
		    "the boot loader does not say that there is memory "
		    "where the kernel is");
		return (false);
	}
	if (mbi->mbi_flags & MBI_MODS)
		read_modules(mbi);
	return (true);
}
