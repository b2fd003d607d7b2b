/*
 * The start of virtual memory: before this, the boot page directory shows
 * RAM, and nothing can be allocated; after it, kernel memory can.
 *
 * What needs zones (objects, maps) starts later, by SYSINIT.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/proc.h>
#include <sys/vmmeter.h>
#include <machine/bootinfo.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

vm_offset_t vm_kmap_start = KERNBASE + DMAP_MAX_SIZE;

/* The end of what the boot loader has put into memory. */
static vm_paddr_t
loaded_end(void)
{
	vm_paddr_t end = bootinfo.kernel_end;
	int i;

	for (i = 0; i < bootinfo.nmodules; i++)
		end = MAX(end, bootinfo.modules[i].end);
	return (end);
}

/*
 * Divide the kernel's addresses: the kernel map gets room for the stacks of
 * all processes that there may be, the direct map what is left.
 */
static void
divide_addresses(void)
{
	maxproc_tune();
	vm_kmap_start = pmap_kmap_start(maxproc, loaded_end());
	maxproc_limit(0, pmap_kmap_stacks(vm_kmap_start),
	    "the boot modules leave no room for more kernel stacks");
}

/*
 * Called once, by the machine's start, with interrupts off.
 */
void
vm_bootstrap(void)
{
	divide_addresses();
	vm_page_startup();
	kmem_init();
	pmap_bootstrap();
	printf("memory: %u KB, %u KB free\n",
	    vm_page_frames * (PAGE_SIZE / 1024),
	    CNT_GET(v_free_count) * (PAGE_SIZE / 1024));
}
