/*
 * How the 4 GB of addresses are divided, and the default limits.
 *
 *	0xFFC00000	KMAP_END	unused: its last byte must not wrap
 *	0xF8000000	KMAP_START	stacks, devices, windows; 4 KB pages
 *	0xC0000000	KERNBASE	all RAM up to 896 MB, 4 MB pages
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

/* The direct map: physical address p is seen at KERNBASE + p. */
#define	DMAP_MAX_SIZE		((vm_size_t)896 << 20)
#define	PHYS_TO_DMAP(pa)	((vm_offset_t)(pa) + KERNBASE)
#define	DMAP_TO_PHYS(va)	((vm_paddr_t)(va) - KERNBASE)
#define	VM_IN_DMAP(va)							\
	((vm_offset_t)(va) >= KERNBASE && (vm_offset_t)(va) < VM_KMAP_START)

#define	VM_KMAP_START		((vm_offset_t)0xF8000000)
#define	VM_KMAP_END		((vm_offset_t)0xFFC00000)
#define	VM_MIN_KERNEL_ADDRESS	KERNBASE
#define	VM_MAX_KERNEL_ADDRESS	VM_KMAP_END

/* Limits of a process: text, data and stack; soft (D), hard (M). */
#define	MAXTSIZ			((rlim_t)128 << 20)
#define	DFLDSIZ			((rlim_t)512 << 20)
#define	MAXDSIZ			((rlim_t)1024 << 20)
#define	DFLSSIZ			((rlim_t)8 << 20)
#define	MAXSSIZ			((rlim_t)64 << 20)

#endif /* !_MACHINE_VMPARAM_H_ */
