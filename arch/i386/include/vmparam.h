/*
 * How the 4 GB of addresses are divided, and the default limits.
 *
 *	0xFFC00000	KMAP_END	unused: its last byte must not wrap
 *	0xF8000000, or	KMAP_START	the kernel map: stacks, devices,
 *	less: see below			windows; 4 KB pages
 *	0xC0000000	KERNBASE	the direct map: RAM, 4 MB pages
 *	0xBFC00000	USRSTACK	nothing
 *	    ...				the stack, growing down
 *	    ...				mmap
 *	    ...				data, bss, heap (break)
 *	0x08048000			program text
 *	0x00001000	VM_MIN_ADDRESS	page 0 is never mapped
 */
#ifndef _MACHINE_VMPARAM_H_
#define	_MACHINE_VMPARAM_H_

#include <sys/types.h>
#include <machine/param.h>

#define	VM_MIN_ADDRESS		((vm_offset_t)0x00001000)
#define	VM_MIN_USER		VM_MIN_ADDRESS
#define	VM_MAXUSER_ADDRESS	((vm_offset_t)0xBFC00000)
#define	USRSTACK		VM_MAXUSER_ADDRESS
#define	PS_STRINGS		((vm_offset_t)0xBFBFFFF0)

#ifdef _LOCORE
#define	KERNBASE		0xC0000000
#else
#define	KERNBASE		((vm_offset_t)0xC0000000)
#endif

/*
 * The kernel's addresses are a direct map, where physical address p is seen
 * at KERNBASE + p, and above it the kernel map.  Where the one ends and the
 * other begins is decided at boot, by how many processes there may be: each
 * takes a stack of the kernel map.
 *
 *	KERNBASE		VM_KMAP_START			VM_KMAP_END
 *	| direct map		| kernel map: stacks, 12 KB each;	|
 *	| DMAP_SIZE, at most	| VM_KMAP_OTHER for the rest		|
 *	| DMAP_MAX_SIZE		|					|
 *
 * Beside the kernel and the boot modules the direct map has DMAP_MIN_SIZE.
 * RAM above the direct map is of use to the kernel map, which maps its pages
 * itself.  What lies above VM_PHYS_END is of no use: there are not so many
 * addresses.
 */
#define	DMAP_MAX_SIZE		((vm_size_t)896 << 20)
#define	DMAP_MIN_SIZE		((vm_size_t)512 << 20)
#define	DMAP_SIZE		(VM_KMAP_START - KERNBASE)
#define	PHYS_TO_DMAP(pa)	((vm_offset_t)(pa) + KERNBASE)
#define	DMAP_TO_PHYS(va)	((vm_paddr_t)(va) - KERNBASE)
#define	VM_IN_DMAP(va)							\
	((vm_offset_t)(va) >= KERNBASE && (vm_offset_t)(va) < VM_KMAP_START)

#ifndef _LOCORE
extern vm_offset_t vm_kmap_start;	/* constant after vm_bootstrap() */
#endif
#define	VM_KMAP_START		vm_kmap_start
#define	VM_KMAP_END		((vm_offset_t)0xFFC00000)
#define	VM_KMAP_OTHER		((vm_size_t)48 << 20)	/* not for stacks */
#define	VM_PHYS_END		((vm_paddr_t)(VM_KMAP_END - KERNBASE))
#define	VM_MIN_KERNEL_ADDRESS	KERNBASE
#define	VM_MAX_KERNEL_ADDRESS	VM_KMAP_END

/* Limits of a process: text, data and stack; soft (D), hard (M). */
#define	MAXTSIZ			((rlim_t)128 << 20)
#define	DFLDSIZ			((rlim_t)512 << 20)
#define	MAXDSIZ			((rlim_t)1024 << 20)
#define	DFLSSIZ			((rlim_t)8 << 20)
#define	MAXSSIZ			((rlim_t)64 << 20)

#endif /* !_MACHINE_VMPARAM_H_ */
