/*
 * Address maps: which addresses of a process exist, what they stand for
 * and what may be done there.
 *
 * Owned by vm/vm_map.c.
 */
#ifndef _VM_VM_MAP_H_
#define	_VM_VM_MAP_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/queue.h>
#include <sys/sx.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <machine/vmparam.h>

struct proc;
struct thread;

/*
 * A range of addresses with one meaning.  Page n of the entry is page
 * pindex + n of the object.  Without an object the entry is anonymous
 * memory: private pages, and zeros where there is none.
 *
 * Lock key: m the map's lock; mo map and object lock to write, one of
 * them to read; o the object's lock.
 */
struct vm_map_entry {
	struct	vm_map_entry *prev;	/* (m) in order of addresses */
	struct	vm_map_entry *next;	/* (m) */
	vm_offset_t start;		/* (mo) */
	vm_offset_t end;		/* (mo) first address behind it */
	struct	vm_object *object;	/* (m) a reference, or NULL */
	vm_pindex_t pindex;		/* (mo) of start in the object */
	vm_prot_t protection;		/* (m) what may be done */
	vm_prot_t max_protection;	/* (m) what mprotect may allow */
	vm_inherit_t inheritance;	/* (m) what fork does */
	u_char	eflags;			/* (m) MAP_ENTRY_* */
	struct	vm_map *map;		/* (b) the map it is in */
	TAILQ_ENTRY(vm_map_entry) olink; /* (o) entries of the object */
};

#define	MAP_ENTRY_COW		0x01	/* writes make private copies */
#define	MAP_ENTRY_GROWS_DOWN	0x02	/* the stack */
#define	MAP_ENTRY_WIRED		0x04	/* no access allowed faults: mlock */

/*
 * Lock key: m lock; n a hint, read and written by holders of any lock.
 */
struct vm_map {
	struct	sx lock;
	struct	vm_map_entry header;	/* (m) head of the ring */
	int	nentries;		/* (m) */
	vm_size_t size;			/* (m) bytes mapped */
	vm_size_t wired;		/* (m) bytes of wired entries */
	struct	vm_map_entry *hint;	/* (n) found last; or the header */
	struct	pmap *pmap;		/* (b) */
};

#define	vm_map_lock(map)	sx_xlock(&(map)->lock)
#define	vm_map_unlock(map)	sx_xunlock(&(map)->lock)
#define	vm_map_lock_read(map)	sx_slock(&(map)->lock)
#define	vm_map_unlock_read(map)	sx_sunlock(&(map)->lock)
#define	VM_MAP_ASSERT_LOCKED(map) sx_assert(&(map)->lock, SX_XLOCKED)

/* A reference of who looks at another's address space. */
#define	VM_LOOKER	0x10000

/*
 * An address space: map, page tables and a few sizes.  A process, and all
 * who share it by rfork(RFMEM), hold one reference each.
 */
struct vmspace {
	struct	vm_map vm_map;
	struct	pmap vm_pmap;
	volatile u_int	vm_refcnt;	/* (n) processes, and lookers */
	struct vmspace_copied {
		segsz_t	tsize;		/* (m) text, pages */
		segsz_t	dsize;		/* (m) data, bss and heap, pages */
		segsz_t	ssize;		/* (m) stack, pages */
		vm_offset_t taddr;	/* (m) text */
		vm_offset_t daddr;	/* (m) data; the heap ends at
					   daddr + dsize pages */
		vm_offset_t maxsaddr;	/* (m) lowest the stack may reach */
	} vm_copied;
#ifdef INVARIANTS
	LIST_ENTRY(vmspace) vm_link;	/* all of them, for the oracle */
	u_int	vm_recount;		/* the oracle's, of vm_refcnt */
#endif
};
#define	vm_tsize	vm_copied.tsize
#define	vm_dsize	vm_copied.dsize
#define	vm_ssize	vm_copied.ssize
#define	vm_taddr	vm_copied.taddr
#define	vm_daddr	vm_copied.daddr
#define	vm_maxsaddr	vm_copied.maxsaddr

#define	vmspace_pmap(vm)	(&(vm)->vm_pmap)
#define	vm_map_min(map)		VM_MIN_ADDRESS
#define	vm_map_max(map)		VM_MAXUSER_ADDRESS

/* What a new entry is to be. */
struct vm_map_args {
	vm_object_t object;		/* a reference is taken; or NULL */
	vm_pindex_t pindex;
	vm_prot_t prot;
	vm_prot_t max;
	vm_inherit_t inherit;
	u_char	eflags;
	rlim_t	most;			/* bytes in the map then; 0: any */
};

/*
 * All "locked" functions want the map locked exclusively; the others lock
 * it themselves.  Addresses are page-aligned unless said otherwise.
 * Errors: EINVAL (not in the user's part, wraps), ENOMEM (no memory, no
 * room, or a part of the range is not mapped), EACCES (beyond max); those of
 * wiring are told there.
 */
int	vm_map_insert(vm_map_t, vm_offset_t start, vm_offset_t end,
	    const struct vm_map_args *);		/* locked */
/*
 * Whether the map may have another entry, and len bytes more, with no more
 * than "most" then; 0: any.  0 or ENOMEM.  vm_map_insert() does not ask.
 */
int	vm_map_room(vm_map_t, vm_size_t len, rlim_t most);	/* locked */
/* The lowest free place at or above from: 0 or ENOMEM. */
int	vm_map_findspace(vm_map_t, vm_offset_t from, vm_size_t len,
	    vm_offset_t *addr);				/* locked */
/* Find a place at or above *addr, else anywhere, and insert. */
int	vm_map_find(vm_map_t, vm_offset_t *addr, vm_size_t len,
	    const struct vm_map_args *);
/* At start; what is mapped there goes first, or is in the way. */
int	vm_map_fixed(vm_map_t, vm_offset_t start, vm_size_t len,
	    const struct vm_map_args *, bool replace);
int	vm_map_delete(vm_map_t, vm_offset_t start,
	    vm_offset_t end);				/* locked */
int	vm_map_remove(vm_map_t, vm_offset_t start, vm_offset_t end);
int	vm_map_protect(vm_map_t, vm_offset_t start, vm_offset_t end,
	    vm_prot_t, bool set_max);
int	vm_map_inherit(vm_map_t, vm_offset_t start, vm_offset_t end,
	    vm_inherit_t);
int	vm_map_sync(vm_map_t, vm_offset_t start, vm_offset_t end);
/*
 * Wire a range, with no more than "most" bytes wired in the map then, or end
 * that.  ENOMEM also beyond that, where nothing may be accessed, and behind
 * the end of a file; nothing is wired then that was not before.
 */
int	vm_map_wire(vm_map_t, vm_offset_t start, vm_offset_t end, rlim_t most);
int	vm_map_unwire(vm_map_t, vm_offset_t start, vm_offset_t end);

/* The entry that holds addr; NULL if there is none.  Any lock. */
vm_map_entry_t vm_map_lookup(vm_map_t, vm_offset_t addr);
/* The last entry that begins at or below addr, or the header.  Any lock. */
vm_map_entry_t vm_map_lookup_le(vm_map_t, vm_offset_t addr);

/* Extend the stack to addr, which is below it; 0, EFAULT or ENOMEM. */
int	vm_map_growstack(struct proc *, vm_map_t, vm_offset_t addr);

#define	VM_MAP_FOREACH(entry, map)					\
	for ((entry) = (map)->header.next; (entry) != &(map)->header;	\
	    (entry) = (entry)->next)

#ifdef INVARIANTS
/*
 * Call fn with each address space; for the oracle, which is alone and takes
 * no locks.  False: somebody is in the midst of changing the list.
 */
bool	vmspace_foreach(void (*fn)(struct vmspace *, void *), void *arg);
#endif
void	vm_map_check(vm_map_t);		/* KASSERT that it is in order */
void	vm_map_print(vm_map_t);		/* list it on the console */
void	vm_map_entry_print(const struct vm_map_entry *);

#endif /* _KERNEL */
#endif /* !_VM_VM_MAP_H_ */
