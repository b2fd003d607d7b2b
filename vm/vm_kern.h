/*
 * The kernel's own memory: pages for malloc and zones, kernel stacks,
 * devices.
 *
 * One page comes from the direct map, where it is mapped already; what
 * must be contiguous in the kernel's addresses comes from the kernel map,
 * VM_KMAP_START to VM_KMAP_END.
 *
 * Owned by vm/vm_kern.c.
 */
#ifndef _VM_VM_KERN_H_
#define	_VM_VM_KERN_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <machine/param.h>

/*
 * n pages, contiguous in the kernel's addresses; 0 if there is no memory.
 * flags: M_ZERO, and M_WAITOK (the reserve too, and a panic instead of 0).
 * Never sleeps.
 */
vm_offset_t kmem_alloc_pages(int n, int flags);
void	kmem_free_pages(vm_offset_t, int n);

/*
 * A kernel stack of KSTACK_SIZE with an unmapped page below it: its lowest
 * address, or 0.  Contents are not cleared.
 */
vm_offset_t kmem_alloc_kstack(void);
void	kmem_free_kstack(vm_offset_t);	/* 0-safe */
bool	kmem_is_kstack_guard(vm_offset_t); /* in a page below a stack */

/* Device memory; stays mapped for good.  NULL if there is no room. */
void	*kmem_map_device(vm_paddr_t, vm_size_t);

/*
 * What has been freed and is kept as it is for the next who wants the same:
 * a list for each processor, so that they do not meet at it.  The lowest
 * word of what is kept is the link, and zero when it is taken out.
 */
struct keep {
	struct	mtx k_mtx;		/* spin: the rest */
	vm_offset_t k_first;
	u_int	k_count;
} __aligned(CACHE_LINE_SIZE);

void	keep_init(struct keep keeps[MAXCPU]);
vm_offset_t keep_get(struct keep keeps[MAXCPU]); /* this processor's; or 0 */
/* False if this processor has "most" already. */
bool	keep_put(struct keep keeps[MAXCPU], vm_offset_t, u_int most);
vm_offset_t keep_get_any(struct keep keeps[MAXCPU]); /* anybody's; or 0 */
u_int	keep_count(struct keep keeps[MAXCPU]);	/* of all */

u_int	kmem_reclaim(void);		/* drop caches; pages gained */
void	kmem_init(void);		/* of vm_bootstrap() */

#endif /* _KERNEL */
#endif /* !_VM_VM_KERN_H_ */
