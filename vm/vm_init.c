/*
 * The start of virtual memory: before this, the boot page directory shows
 * RAM, and nothing can be allocated; after it, kernel memory can.
 *
 * What needs zones (objects, maps) starts later, by SYSINIT.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vmmeter.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>

/*
 * Called once, by the machine's start, with interrupts off.
 */
void
vm_bootstrap(void)
{
	vm_page_startup();
	kmem_init();
	pmap_bootstrap();
	printf("memory: %u KB, %u KB free\n",
	    vm_page_frames * (PAGE_SIZE / 1024),
	    cnt.v_free_count * (PAGE_SIZE / 1024));
}
