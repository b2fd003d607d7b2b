/*
 * What every machine's pmap gives to the machine-independent part: the
 * translations of one address space.
 *
 * The functions take the pmap's lock themselves unless "locked" stands
 * beside them.  Ranges are page-aligned, end excluded, and in the user's
 * part.  TLB rules: a function that takes a right away has flushed before
 * it returns; one that gives a right has not to, for the processor faults
 * once more at worst.  All flushes go through pmap_invalidate_page() and
 * pmap_invalidate_all(), where a machine with several processors tells
 * the others.
 */
#ifndef _VM_PMAP_H_
#define	_VM_PMAP_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <vm/vm.h>
#include <machine/pmap.h>

struct thread;

/* pmap_fork: what becomes of the pages of a range in the new pmap */
enum pmap_fork_mode {
	PMAP_FORK_COW,			/* copied when one of the two writes */
	PMAP_FORK_SHARE			/* the same: pages of an object */
};

/* pmap_set: what the entry maps */
#define	PMAP_OBJECT	0		/* a page of an object */
#define	PMAP_PRIV	1		/* a private page; takes a reference over */

void	pmap_bootstrap(void);		/* the kernel's own directory */

/*
 * An empty pmap.  pmap_init is for memory that never was one, and may be
 * followed by any number of uses that leave it empty (pmap_remove_all),
 * before pmap_fini.  0 or ENOMEM.
 */
int	pmap_init(pmap_t);
void	pmap_fini(pmap_t);

void	pmap_activate(struct thread *);	/* its process's address space */
void	pmap_activate_kernel(struct thread *);	/* none but the kernel's */

/*
 * The entry for va: pmap_pte() gives NULL if there is no page table,
 * pmap_pte_alloc() makes one and gives NULL if there is no memory.  It may
 * be looked at, and changed by pmap_set(), while the lock is held.
 */
pt_entry_t *pmap_pte(pmap_t, vm_offset_t va);		/* locked */
pt_entry_t *pmap_pte_alloc(pmap_t, vm_offset_t va);	/* locked */

/* Map m there.  A private page that was there loses a reference. */
void	pmap_set(pmap_t, pt_entry_t *, vm_offset_t va, vm_page_t m,
	    vm_prot_t prot, int kind);			/* locked */

void	pmap_remove(pmap_t, vm_offset_t start, vm_offset_t end);
void	pmap_remove_object(pmap_t, vm_offset_t start, vm_offset_t end);
void	pmap_remove_all(pmap_t);	/* the whole user part, at the end */
void	pmap_protect(pmap_t, vm_offset_t start, vm_offset_t end, vm_prot_t);

/*
 * Give dst, where nothing is mapped in the range, what src has there.  On
 * ENOMEM dst has part of it.  src loses the right to write what has become
 * copy-on-write, but its TLB is not flushed: the caller does that, once,
 * by pmap_invalidate_all(src).
 */
int	pmap_fork(pmap_t src, pmap_t dst, vm_offset_t start, vm_offset_t end,
	    enum pmap_fork_mode);

vm_paddr_t pmap_extract(pmap_t, vm_offset_t va);	/* 0: not mapped */
vm_paddr_t pmap_kextract(vm_offset_t va);		/* kernel address */
void	pmap_invalidate_page(pmap_t, vm_offset_t va);
void	pmap_invalidate_all(pmap_t);

/* The kernel's 4 KB pages, in its map; what is there must not overlap. */
void	pmap_kenter(vm_offset_t va, vm_paddr_t);
void	pmap_kenter_device(vm_offset_t va, vm_paddr_t);	/* not cached */
void	pmap_kremove(vm_offset_t va);

void	pmap_describe(vm_offset_t va);	/* print how va is translated */

/*
 * Every page table, and every private page, of a pmap: for the oracle.
 * Called with each page found.  Locked.
 */
void	pmap_walk(pmap_t, void (*table)(vm_page_t, u_int entries, void *),
	    void (*page)(vm_page_t, vm_offset_t va, bool priv, void *),
	    void *arg);

#endif /* _KERNEL */
#endif /* !_VM_PMAP_H_ */
