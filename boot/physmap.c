/*
 * Where boot information comes from on a real machine: memory, through the
 * direct map that the boot page directory has.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/bootinfo.h>
#include <machine/cpu.h>
#include <machine/vmparam.h>

#include "multiboot.h"

extern char kernel_phys_start[];	/* linker.ld; not an address of ours */

const void *
boot_phys(vm_paddr_t pa, vm_size_t len)
{
	if (pa >= DMAP_MAX_SIZE || len > DMAP_MAX_SIZE - pa)
		return (NULL);
	return ((const void *)PHYS_TO_DMAP(pa));
}

/*
 * Called once, with the boot page directory, when the console can print.
 */
void
bootinfo_init(vm_paddr_t mbi, u_int magic)
{
	bootinfo.kernel_start = (vm_paddr_t)kernel_phys_start;
	bootinfo.kernel_end = DMAP_TO_PHYS(kernel_end);
	if (!bootinfo_parse(mbi, magic))
		panic("boot: %s", bootinfo.error);
	if (bootinfo.bad != 0)
		printf("boot loader: %d things made no sense\n", bootinfo.bad);
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
}
