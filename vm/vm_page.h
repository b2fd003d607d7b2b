/*
 * Physical pages: one struct vm_page for each page of RAM below VM_PHYS_END.
 *
 * Pages above the direct map are high.  They are of use where the kernel map
 * shows them (VPT_HIGH), and counted by themselves.
 *
 * Owned by vm/vm_page.c.
 */
#ifndef _VM_VM_PAGE_H_
#define	_VM_VM_PAGE_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/systm.h>
#include <machine/atomic.h>
#include <machine/vmparam.h>
#include <vm/vm.h>

/* What a page is used for; decides what ref_count counts. */
enum vm_page_type {
	VPT_RESERVED,			/* not ours to give: never counted */
	VPT_FREE,			/* on a free list: 0 */
	VPT_PRIVATE,			/* page table entries that map it */
	VPT_OBJECT,			/* 1 for its object, and holds */
	VPT_TABLE,			/* directory entries that point to it */
	VPT_DIR,			/* 1: its pmap */
	VPT_KERNEL,			/* 1: kernel memory */
	VPT_HIGH			/* 1: the same, a high page */
};
#define	VPT_TYPES	(VPT_HIGH + 1)

/*
 * Lock key
 *	f  the free lists' lock, while the page is free
 *	n  atomic
 *	m  the pmap's lock; a table of several pmaps does not change
 *	o  the object's lock
 *	u  whoever owns the page
 */
struct vm_page {
	union {
		struct	vm_page *next;		/* (f) next free one; (u) next
						   of a list to be freed */
		struct	vm_object *object;	/* (o) VPT_OBJECT; or NULL */
		struct {			/* (m) VPT_TABLE: entries ... */
			u_short	first;		/* ... before it are empty */
			u_short	last;		/* ... behind it, too */
		};
	};
	union {
		vm_pindex_t pindex;		/* (o) place in the object */
		struct {			/* (m) VPT_TABLE: entries ... */
			u_short	entries;	/* ... that are not empty */
			u_short	privates;	/* ... of private pages */
		};
	};
	volatile u_int	ref_count;		/* (n) */
	u_char	type;				/* (u) enum vm_page_type */
	u_char	flags;				/* (f) VPF_* */
	u_short	recount;			/* the oracle's */
};

#define	VPF_ZERO	0x01		/* free, and all bytes are zero */
#define	VPF_POISON	0x02		/* free, and filled with the poison */

/* vm_page_alloc flags */
#define	VM_ALLOC_ZERO	0x01		/* cleared */
#define	VM_ALLOC_SYSTEM	0x02		/* the kernel: use the reserve, too */

extern struct vm_page *vm_page_array;	/* index: page frame number */
extern vm_pindex_t vm_page_frames;	/* size of it */

#define	VM_PAGE_TO_PHYS(m)						\
	((vm_paddr_t)((m) - vm_page_array) << PAGE_SHIFT)

/* Whether the direct map shows the RAM at a physical address. */
static __inline bool
vm_phys_shown(vm_paddr_t pa)
{
	return (pa < DMAP_SIZE && pa >> PAGE_SHIFT < vm_page_frames);
}

/* Where a page is seen: not a high one. */
static __inline void *
VM_PAGE_TO_KVA(vm_page_t m)
{
	KASSERT(vm_phys_shown(VM_PAGE_TO_PHYS(m)),
	    ("page %#x is not in the direct map", (u_int)VM_PAGE_TO_PHYS(m)));
	return ((void *)PHYS_TO_DMAP(VM_PAGE_TO_PHYS(m)));
}

static __inline vm_page_t
PHYS_TO_VM_PAGE(vm_paddr_t pa)
{
	KASSERT(pa >> PAGE_SHIFT < vm_page_frames,
	    ("no page at physical address %#x", (u_int)pa));
	return (&vm_page_array[pa >> PAGE_SHIFT]);
}
#define	KVA_TO_VM_PAGE(va)	PHYS_TO_VM_PAGE(DMAP_TO_PHYS(va))

/*
 * A page with ref_count 1, or NULL if memory is short.  Does not sleep.
 */
vm_page_t vm_page_alloc(enum vm_page_type, int flags);
/*
 * The same for the kernel map, which can show any page: a high one while
 * there are some, else of type VPT_KERNEL.  Not cleared.
 */
vm_page_t vm_page_alloc_any(int flags);
/*
 * The end of pages whose ref_count has become 0: of one, or of a list
 * linked by next.  VPF_ZERO says that all bytes of a page are zero.
 */
void	vm_page_free(vm_page_t);
void	vm_page_free_list(vm_page_t);

void	vm_page_startup(void);		/* of vm_bootstrap() */
/* RAM that a boot module lay in: free from now on. */
void	vm_page_release(vm_paddr_t start, vm_paddr_t end);
u_int	vm_page_at_hand(void);		/* free pages that processors keep */
/* How many free pages there are, by the lists; dirty, or at hand. */
void	vm_page_count_free(u_int *dirty, u_int *zeroed, u_int *high);
const char *vm_page_type_name(u_int type);
void	vm_page_describe(vm_paddr_t);	/* print what is known of it */

/* One more user of a page that has one already. */
static __inline void
vm_page_ref(vm_page_t m)
{
	KASSERT(m->ref_count > 0 && m->type > VPT_FREE,
	    ("vm_page_ref: page %#x is free", (u_int)VM_PAGE_TO_PHYS(m)));
	atomic_add_int(&m->ref_count, 1);
}

/* One user less; true if that was the last one, who has to free it. */
static __inline bool
vm_page_unref_last(vm_page_t m)
{
	KASSERT(m->ref_count > 0 && m->type > VPT_FREE,
	    ("vm_page_unref: page %#x is free", (u_int)VM_PAGE_TO_PHYS(m)));
	return (atomic_dectest_int(&m->ref_count));
}

/* One user less; the last one frees it. */
static __inline void
vm_page_unref(vm_page_t m)
{
	if (vm_page_unref_last(m))
		vm_page_free(m);
}

#endif /* _KERNEL */
#endif /* !_VM_VM_PAGE_H_ */
