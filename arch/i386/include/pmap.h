/*
 * Page directories and page tables of the i386, two levels, 4 KB pages.
 *
 * A page table entry:
 *
 *	31         12 11 10  9  8  7  6  5  4  3  2  1  0
 *	+------------+--+--+--+--+--+--+--+--+--+--+--+--+
 *	| page frame | 0|GO| P| G|PS| M| A|CD|WT| U|RW| V|
 *	+------------+--+--+--+--+--+--+--+--+--+--+--+--+
 *
 *	P (PG_PRIVATE) is for software: the page belongs to the page tables
 *	that map it; its ref_count says how many entries do.  An entry with
 *	P but without V keeps such a page under PROT_NONE.  An entry that
 *	is not private maps a page of an object, and owns nothing.  Where
 *	such a page went away below a table in common, GO (PG_GONE) stands
 *	alone.
 *
 * Owned by arch/i386/pmap.c.
 */
#ifndef _MACHINE_PMAP_H_
#define	_MACHINE_PMAP_H_

#include <sys/types.h>
#include <sys/param.h>
#include <machine/vmparam.h>

#define	PG_V		0x001		/* valid */
#define	PG_RW		0x002		/* may be written */
#define	PG_U		0x004		/* by user mode too */
#define	PG_NC_PWT	0x008		/* write through */
#define	PG_NC_PCD	0x010		/* not cached */
#define	PG_A		0x020		/* has been used */
#define	PG_M		0x040		/* has been written */
#define	PG_PS		0x080		/* directory entry: a 4 MB page */
#define	PG_G		0x100		/* global: not flushed with cr3 */
#define	PG_PRIVATE	0x200		/* software, see above */
#define	PG_GONE		0x400		/* software, alone: was an object's */
#define	PG_FRAME	0xfffff000u

#ifdef _KERNEL

#include <sys/lock.h>
#include <sys/mutex.h>

typedef	u_int32_t	pd_entry_t;
typedef	u_int32_t	pt_entry_t;

#define	PDE_INDEX(va)	((u_int)(va) >> PDRSHIFT)
#define	PTE_INDEX(va)	(((u_int)(va) >> PAGE_SHIFT) & (NPTEPG - 1))
/* The first directory entry that is not the user's. */
#define	PDE_USER	PDE_INDEX(VM_MAXUSER_ADDRESS)
#define	PDE_KERN	PDE_INDEX(KERNBASE)
#define	PDE_WORDS	howmany(PDE_USER, 32)

/*
 * Lock key: p pm_mtx; b constant; n atomic, or read without a lock for
 * display.
 */
struct pmap {
	pd_entry_t *pm_pdir;		/* (b) directory, in the direct map */
	vm_paddr_t pm_pdirpa;		/* (b) what cr3 holds */
	volatile u_int pm_active;	/* (n) who may use it; not the kernel */
	struct	mtx pm_mtx;
	u_int	pm_used[PDE_WORDS];	/* (p) a bit for each table */
	u_int	pm_used_words;		/* (p) a bit for each word of these */
	u_int	pm_resident;		/* (p + n) pages mapped or kept */
	u_int	pm_private;		/* (p + n) of these, private */
	u_int	pm_tables;		/* (p + n) page tables */
};
typedef	struct pmap *pmap_t;

#define	PMAP_LOCK(pm)		mtx_lock(&(pm)->pm_mtx)
#define	PMAP_UNLOCK(pm)		mtx_unlock(&(pm)->pm_mtx)
#define	PMAP_LOCK_ASSERT(pm, w)	mtx_assert(&(pm)->pm_mtx, (w))

extern struct pmap kernel_pmap_store;
#define	kernel_pmap	(&kernel_pmap_store)

extern int pmap_share;			/* vm.pmap_share */

void	pmap_switch(pmap_t);		/* interrupts off */

#define	pmap_cr3(pm)		((pm)->pm_pdirpa)
#define	pmap_resident_count(pm)	((pm)->pm_resident)

/* What machine-independent code asks of an entry. */
#define	pte_empty(pte)		(((pte) & ~PG_GONE) == 0)
#define	pte_valid(pte)		(((pte) & PG_V) != 0)
#define	pte_private(pte)	(((pte) & PG_PRIVATE) != 0)
#define	pte_writable(pte)	(((pte) & PG_RW) != 0)
#define	pte_used(pte)		(((pte) & PG_A) != 0)
#define	pte_modified(pte)	(((pte) & PG_M) != 0)
#define	pte_phys(pte)		((vm_paddr_t)((pte) & PG_FRAME))

#endif /* _KERNEL */
#endif /* !_MACHINE_PMAP_H_ */
