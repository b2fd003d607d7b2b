/*
 * Objects: pages that are shared by design.  A file's contents are the
 * pages of its vnode's object (OBJT_VNODE); shared memory without a file is
 * an object that only map entries refer to (OBJT_ANON).
 *
 * Owned by vm/vm_object.c.
 */
#ifndef _VM_VM_OBJECT_H_
#define	_VM_VM_OBJECT_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <vm/vm.h>

#define	OBJT_ANON	0		/* absent pages are zeros */
#define	OBJT_VNODE	1		/* the same, as far as the file goes */

/*
 * Lock key: o mtx; n atomic; b constant.
 *
 * The pages hang in a radix tree of fan-out 32; a tree of height 0 is one
 * page, number 0, or nothing.
 */
struct vm_object {
	struct	mtx mtx;
	volatile u_int	ref_count;	/* (n) vnode, map entries */
	int	type;			/* (b) OBJT_* */
	off_t	size;			/* (o) bytes; VNODE: the file's size */
	void	*root;			/* (o) the tree */
	u_int	height;			/* (o) of it */
	u_int	resident;		/* (o) pages in it */
	bool	stored;			/* (n) VNODE: was once mapped shared
					   and writable */
	TAILQ_HEAD(, vm_map_entry) entries; /* (o) who maps it */
#ifdef INVARIANTS
	LIST_ENTRY(vm_object) olist;	/* all of them, for the oracle */
	bool	owned;			/* (n) by a vnode, which lives */
	u_int	recount;		/* the oracle's, of ref_count */
#endif
};

#define	VM_OBJECT_LOCK(o)	mtx_lock(&(o)->mtx)
#define	VM_OBJECT_UNLOCK(o)	mtx_unlock(&(o)->mtx)
#define	VM_OBJECT_LOCK_ASSERT(o) mtx_assert(&(o)->mtx, MA_OWNED)

vm_object_t vm_object_alloc(int type, off_t size);	/* NULL: no memory */
vm_object_t vm_object_reference(vm_object_t);		/* its argument */
void	vm_object_deallocate(vm_object_t);	/* NULL-safe; may free it */
void	vm_object_disown(vm_object_t);	/* the same, by its vnode at the end */

/*
 * The page with that number, held, or NULL: it is absent (a hole: all
 * zeros), or, with create, there is no memory.  A page that is created is
 * cleared.  The size is neither looked at nor changed.  Takes the lock.
 * While it is held the page stays, even if the object loses it; its bytes
 * are at VM_PAGE_TO_KVA().  vm_page_unhold() lets it go.
 */
vm_page_t vm_object_page(vm_object_t, vm_pindex_t, bool create);
#define	vm_page_unhold(m)	vm_page_unref(m)

/*
 * The same with the object locked, and without a hold.
 */
vm_page_t vm_object_lookup(vm_object_t, vm_pindex_t);
vm_page_t vm_object_grab(vm_object_t, vm_pindex_t);
/* Put a page of type VPT_OBJECT, of nobody else, in: 0 or ENOMEM. */
int	vm_object_insert(vm_object_t, vm_pindex_t, vm_page_t);

/*
 * The object has a new size, smaller or larger.  Pages beyond it go, and
 * out of all page tables; what lies behind the end in the last page is
 * cleared.  Takes the lock.  Cannot fail.
 */
void	vm_object_truncate(vm_object_t, off_t newsize);

u_int	vm_object_resident(vm_object_t);	/* pages, for st_blocks */
bool	vm_object_mapped_writable(vm_object_t);	/* shared, by anybody */

/*
 * Call fn with each page of an object, and with each object; for the oracle,
 * which is alone and takes no locks.  False: somebody is in the midst of
 * changing the list.
 */
void	vm_object_walk(vm_object_t, void (*fn)(vm_page_t, void *), void *);
#ifdef INVARIANTS
bool	vm_object_foreach(void (*fn)(vm_object_t, void *), void *);
#endif

#endif /* _KERNEL */
#endif /* !_VM_VM_OBJECT_H_ */
