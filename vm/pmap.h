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

/* pmap_set: what the entry maps */
#define	PMAP_OBJECT	0		/* a page of an object */
#define	PMAP_PRIV	1		/* private; a reference is taken over */

/*
 * Where a kernel map begins that has room for so many kernel stacks, unless
 * that leaves the direct map too little beside what has been loaded, which
 * ends at physical address "loaded"; and for how many there is room then.
 */
vm_offset_t pmap_kmap_start(u_int stacks, vm_paddr_t loaded);
u_int	pmap_kmap_stacks(vm_offset_t kmap_start);

void	pmap_bootstrap(void);		/* the kernel's own directory */

/*
 * pmap_construct() makes memory a pmap, once; it has a directory between
 * pmap_pinit(), 0 or ENOMEM, and pmap_release(), and must be empty then.
 */
void	pmap_construct(pmap_t);
int	pmap_pinit(pmap_t);
void	pmap_release(pmap_t);
u_int	pmap_reclaim(void);		/* drop cached directories; how many */
u_int	pmap_cached(void);		/* how many are cached */

void	pmap_activate(struct thread *);	/* its process's address space */
void	pmap_activate_kernel(struct thread *);	/* none but the kernel's */

/*
 * The entry for va: pmap_pte() gives NULL if there is no page table,
 * pmap_pte_alloc() makes one and gives NULL if there is no memory.  It may
 * be looked at, and changed by pmap_set(), while the lock is held.
 */
pt_entry_t *pmap_pte(pmap_t, vm_offset_t va);		/* locked */
pt_entry_t *pmap_pte_alloc(pmap_t, vm_offset_t va);	/* locked */
/* The same as the first while the machine stands still, without the lock. */
pt_entry_t *pmap_peek(pmap_t, vm_offset_t va);
/* Whether an access to va would not fault; while the machine stands still. */
bool	pmap_allows(pmap_t, vm_offset_t va, bool write);

/* Map m there.  A private page that was there loses a reference. */
void	pmap_set(pmap_t, pt_entry_t *, vm_offset_t va, vm_page_t m,
	    vm_prot_t prot, int kind);			/* locked */

void	pmap_remove(pmap_t, vm_offset_t start, vm_offset_t end);
/*
 * Before pmap_remove(), where another thread may run in the address space
 * meanwhile: nothing in the range can be accessed any more.  Its pages and
 * shared tables keep their references, which pmap_remove() then gives back.
 */
void	pmap_forbid(pmap_t, vm_offset_t start, vm_offset_t end);
void	pmap_remove_object(pmap_t, vm_offset_t start, vm_offset_t end);
void	pmap_remove_all(pmap_t);	/* the whole user part, at the end */
void	pmap_protect(pmap_t, vm_offset_t start, vm_offset_t end, vm_prot_t);

/*
 * One fork.  First the child's entries are listed behind the parent's by
 * their objects, and pmap_fork_apart() is told of the ranges that are not to
 * be in the child as they are in the parent, or where somebody may write to
 * an object's pages: page tables that reach into them are not shared.
 * pmap_fork_begin() locks the two pmaps, the child's last, and shares the
 * tables; pmap_fork() follows for each range that the child inherits; and
 * pmap_fork_end() unlocks them and, before the parent can write again, has
 * its TLB forget the rights that it has lost.
 */
struct pmap_fork {
	vm_offset_t pf_stack;		/* a page to be copied at once, or 0 */
	bool	pf_protected;		/* the pmap's own, as the next */
	u_int	pf_apart[PDE_WORDS];
};
void	pmap_fork_apart(struct pmap_fork *, vm_offset_t start, vm_offset_t end);

void	pmap_fork_begin(pmap_t src, pmap_t dst, struct pmap_fork *);
void	pmap_fork_end(pmap_t src, pmap_t dst, struct pmap_fork *);

/*
 * Give dst, where nothing is mapped in the range but by shared tables, what
 * src has there: private pages become copy-on-write in both, pages of
 * objects are the same in both.  0, or ENOMEM, when dst has part of it.
 */
int	pmap_fork(pmap_t src, pmap_t dst, vm_offset_t start, vm_offset_t end,
	    struct pmap_fork *);			/* locked */

/*
 * Before pmap_remove() of that range (with parts), or pmap_protect(): make
 * sure that it needs no memory.  0 or ENOMEM.
 */
int	pmap_own(pmap_t, vm_offset_t start, vm_offset_t end, bool parts);

void	pmap_copy_page(vm_page_t from, vm_page_t to);
void	pmap_zero_page(vm_page_t);

vm_paddr_t pmap_extract(pmap_t, vm_offset_t va);	/* 0: not mapped */
/* The private page at va, whatever it is protected from, or NULL. */
vm_page_t pmap_private_page(pmap_t, vm_offset_t va);
vm_paddr_t pmap_kextract(vm_offset_t va);		/* kernel address */
void	pmap_invalidate_page(pmap_t, vm_offset_t va);
void	pmap_invalidate_all(pmap_t);

/* The kernel's 4 KB pages, in its map; what is there must not overlap. */
void	pmap_kenter(vm_offset_t va, vm_paddr_t);
void	pmap_kenter_device(vm_offset_t va, vm_paddr_t);	/* not cached */
void	pmap_kremove(vm_offset_t va, u_int n);	/* n pages */

/*
 * Every page table of a pmap, and then the pages in it: for the oracle,
 * which is alone and takes no locks.  Called with each page found.
 */
struct pmap_table {
	vm_page_t pt_page;
	vm_offset_t pt_va;		/* the first address below it */
	bool	pt_writable;		/* what is below may be written */
	u_int	pt_entries;		/* as counted now */
	u_int	pt_privates;
};

void	pmap_walk(pmap_t, void (*table)(const struct pmap_table *, void *),
	    void (*page)(vm_page_t, vm_offset_t va, pt_entry_t, void *),
	    void *arg);

#endif /* _KERNEL */
#endif /* !_VM_PMAP_H_ */
