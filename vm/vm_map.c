/*
 * Address maps and address spaces.
 *
 * The entries of a map are a ring in order of addresses, with a hint at
 * the one found last; a process has about ten of them.  Neighbours that
 * mean the same are one entry.  An operation on a range first splits the
 * entries at both ends, which may fail and then has changed nothing, and
 * then cannot fail.
 *
 * Entries with an object are on the object's list as well, and the object
 * is locked while their range changes: see vm_object.c.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

#define	MAP_TO_VMSPACE(map)	((struct vmspace *)(map))
CTASSERT(offsetof(struct vmspace, vm_map) == 0);

static zone_t entry_zone;
static zone_t vmspace_zone;

/* Entries are the kernel's memory, and a program decides how many. */
static int max_map_entries = 4096;
SYSCTL_INT(_vm, OID_AUTO, max_map_entries, CTLFLAG_RW | CTLFLAG_TUN,
    &max_map_entries, 0, "ranges that an address space may have");

static int
vmspace_construct(void *mem)
{
	struct vmspace *vm = mem;
	struct vm_map *map = &vm->vm_map;

	sx_init(&map->lock, "vm map");
	map->header.next = map->header.prev = map->hint = &map->header;
	map->header.map = map;
	map->pmap = &vm->vm_pmap;
	pmap_construct(&vm->vm_pmap);
	return (0);
}

static void
vm_map_init(void *arg __unused)
{
	entry_zone = zone_create("vm map entry", sizeof(struct vm_map_entry),
	    NULL, NULL, 0);
	vmspace_zone = zone_create("vmspace", sizeof(struct vmspace),
	    vmspace_construct, NULL, 0);
}
SYSINIT(vm_map, SI_SUB_KVM_RSRC, SI_ORDER_SECOND, vm_map_init, NULL);

/*
 * Entries.
 */

static vm_map_entry_t
entry_alloc(vm_map_t map)
{
	vm_map_entry_t e;

	e = zone_alloc(entry_zone, 0);
	if (e != NULL)
		e->map = map;
	return (e);
}

/* Whether the map may have n entries more.  0 or ENOMEM. */
static __inline int
entries_check(vm_map_t map, int n)
{
	return (map->nentries + n <= READ_ONCE(max_map_entries) ? 0 : ENOMEM);
}

static void
entry_free(vm_map_entry_t e)
{
	zone_free(entry_zone, e);
}

/* Lock the object of an entry, if it has one, to change its range. */
static __inline void
entry_lock(vm_map_entry_t e)
{
	if (e->object != NULL)
		VM_OBJECT_LOCK(e->object);
}

static __inline void
entry_unlock(vm_map_entry_t e)
{
	if (e->object != NULL)
		VM_OBJECT_UNLOCK(e->object);
}

/* Put e behind "after" into the ring.  The object's list is separate. */
static void
ring_insert(vm_map_t map, vm_map_entry_t after, vm_map_entry_t e)
{
	e->prev = after;
	e->next = after->next;
	after->next->prev = e;
	after->next = e;
	map->nentries++;
}

static void
ring_remove(vm_map_t map, vm_map_entry_t e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	map->nentries--;
	if (map->hint == e)
		map->hint = &map->header;
}

/* The entry has an object, with a reference: list it there. */
static void
object_link(vm_map_entry_t e)
{
	if (e->object == NULL)
		return;
	VM_OBJECT_LOCK(e->object);
	TAILQ_INSERT_TAIL(&e->object->entries, e, olink);
	VM_OBJECT_UNLOCK(e->object);
}

/* Take the entry off its object, and give the reference back. */
static void
object_unlink(vm_map_entry_t e)
{
	vm_object_t obj = e->object;

	if (obj == NULL)
		return;
	VM_OBJECT_LOCK(obj);
	TAILQ_REMOVE(&obj->entries, e, olink);
	VM_OBJECT_UNLOCK(obj);
	e->object = NULL;
	vm_object_deallocate(obj);
}

vm_map_entry_t
vm_map_lookup_le(vm_map_t map, vm_offset_t addr)
{
	/* Whoever shares the lock moves it; each value is a good one. */
	vm_map_entry_t e = READ_ONCE(map->hint), header = &map->header;

	sx_assert(&map->lock, SX_LOCKED);
	if (e == header) {
		e = header->next;
		if (e == header)
			return (header);
	}
	if (e->start <= addr) {
		while (e->next != header && e->next->start <= addr)
			e = e->next;
	} else {
		do
			e = e->prev;
		while (e != header && e->start > addr);
	}
	if (e != header)
		WRITE_ONCE(map->hint, e);
	return (e);
}

vm_map_entry_t
vm_map_lookup(vm_map_t map, vm_offset_t addr)
{
	vm_map_entry_t e;

	e = vm_map_lookup_le(map, addr);
	return (e != &map->header && addr < e->end ? e : NULL);
}

/* Whether [start, end) is a range that user memory may have. */
static bool
range_ok(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	KASSERT(((start | end) & PAGE_MASK) == 0,
	    ("vm_map: range %#x to %#x", start, end));
	return (start >= vm_map_min(map) && start < end &&
	    end <= vm_map_max(map));
}

/* The first entry of [start, end), or one behind it. */
static vm_map_entry_t
first_entry(vm_map_t map, vm_offset_t start)
{
	vm_map_entry_t e;

	e = vm_map_lookup_le(map, start);
	return (e != &map->header && start < e->end ? e : e->next);
}

/*
 * Whether b, which begins where a ends, may be part of a.
 */
static bool
mergeable(vm_map_entry_t a, vm_map_entry_t b)
{
	return (a->end == b->start && a->object == b->object &&
	    a->protection == b->protection &&
	    a->max_protection == b->max_protection &&
	    a->inheritance == b->inheritance && a->eflags == b->eflags &&
	    (a->eflags & MAP_ENTRY_GROWS_DOWN) == 0 &&
	    (a->object == NULL ||
		a->pindex + atop(a->end - a->start) == b->pindex));
}

/* Make e and the entry behind it one, if they mean the same. */
static void
merge_next(vm_map_t map, vm_map_entry_t e)
{
	vm_map_entry_t next = e->next;

	VM_MAP_ASSERT_LOCKED(map);
	if (e == &map->header || next == &map->header || !mergeable(e, next))
		return;
	entry_lock(e);
	e->end = next->end;
	entry_unlock(e);
	ring_remove(map, next);
	object_unlink(next);
	entry_free(next);
}

/* The same for all entries of [start, end) and those beside it. */
static void
merge_range(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e, next;

	e = vm_map_lookup_le(map, start);
	if (e != &map->header && e->start == start && e->prev != &map->header)
		e = e->prev;
	if (e == &map->header)
		e = e->next;
	while (e != &map->header && e->start < end) {
		next = e->next;
		merge_next(map, e);
		if (e->next == next)
			e = next;
	}
}

/* Split e at addr, which lies inside it.  0 or ENOMEM. */
static int
clip(vm_map_t map, vm_map_entry_t e, vm_offset_t addr)
{
	vm_map_entry_t upper;

	VM_MAP_ASSERT_LOCKED(map);
	KASSERT(e->start < addr && addr < e->end, ("clip: %#x", addr));
	if (entries_check(map, 1) != 0 || (upper = entry_alloc(map)) == NULL)
		return (ENOMEM);
	upper->start = addr;
	upper->end = e->end;
	upper->object = e->object;
	upper->pindex = e->pindex;
	upper->protection = e->protection;
	upper->max_protection = e->max_protection;
	upper->inheritance = e->inheritance;
	/* The lower part is the one that grows. */
	upper->eflags = e->eflags & ~MAP_ENTRY_GROWS_DOWN;
	if (e->object != NULL) {
		upper->pindex += atop(addr - e->start);
		vm_object_reference(e->object);
		VM_OBJECT_LOCK(e->object);
		e->end = addr;
		TAILQ_INSERT_AFTER(&e->object->entries, e, upper, olink);
		VM_OBJECT_UNLOCK(e->object);
	} else
		e->end = addr;
	ring_insert(map, e, upper);
	return (0);
}

/* No entry crosses start or end any more.  0 or ENOMEM. */
static int
clip_range(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e;
	int error = 0;

	e = vm_map_lookup(map, start);
	if (e != NULL && e->start < start)
		error = clip(map, e, start);
	e = vm_map_lookup(map, end);
	if (error == 0 && e != NULL && e->start < end)
		error = clip(map, e, end);
	if (error != 0)
		merge_range(map, start, end);
	return (error);
}

/* Every page of [start, end) is in some entry. */
static bool
range_mapped(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e;

	e = vm_map_lookup(map, start);
	if (e == NULL)
		return (false);
	while (e->end < end) {
		if (e->next == &map->header || e->next->start != e->end)
			return (false);
		e = e->next;
	}
	return (true);
}

/*
 * Insert, with an entry allocated before, or NULL.  Takes the entry over.
 */
static int
map_insert(vm_map_t map, vm_offset_t start, vm_offset_t end,
    const struct vm_map_args *args, vm_map_entry_t e)
{
	vm_map_entry_t prev;
	int error = 0;

	VM_MAP_ASSERT_LOCKED(map);
	prev = vm_map_lookup_le(map, start);
	if (!range_ok(map, start, end))
		error = EINVAL;
	else if ((prev != &map->header && prev->end > start) ||
	    (prev->next != &map->header && prev->next->start < end))
		error = ENOMEM;
	else if (e == NULL && (e = entry_alloc(map)) == NULL)
		error = ENOMEM;
	if (error != 0) {
		entry_free(e);
		return (error);
	}
	e->start = start;
	e->end = end;
	e->object = args->object;
	e->pindex = args->pindex;
	e->protection = args->prot;
	e->max_protection = args->max;
	e->inheritance = args->inherit;
	e->eflags = args->eflags;
	if (e->object != NULL)
		vm_object_reference(e->object);
	object_link(e);
	ring_insert(map, prev, e);
	map->size += end - start;
	merge_next(map, e);
	merge_next(map, prev);
	return (0);
}

int
vm_map_insert(vm_map_t map, vm_offset_t start, vm_offset_t end,
    const struct vm_map_args *args)
{
	return (map_insert(map, start, end, args, NULL));
}

/* How far a gap before e may be used: a stack keeps its room. */
static vm_offset_t
gap_end(vm_map_t map, vm_map_entry_t e)
{
	if (e == &map->header)
		return (vm_map_max(map));
	if (e->eflags & MAP_ENTRY_GROWS_DOWN)
		return (MIN(e->start - STACK_GUARD,
		    MAP_TO_VMSPACE(map)->vm_maxsaddr - STACK_GUARD));
	return (e->start);
}

int
vm_map_findspace(vm_map_t map, vm_offset_t from, vm_size_t len,
    vm_offset_t *addr)
{
	vm_map_entry_t e;
	vm_offset_t at = MAX(from, vm_map_min(map)), stop;

	KASSERT(len > 0 && (len & PAGE_MASK) == 0,
	    ("vm_map_findspace: length %#x", len));
	e = vm_map_lookup_le(map, at);
	if (e != &map->header && e->end > at)
		at = e->end;
	for (;;) {
		e = e->next;
		stop = gap_end(map, e);
		if (at < stop && stop - at >= len) {
			*addr = at;
			return (0);
		}
		if (e == &map->header)
			return (ENOMEM);
		at = e->end;
	}
}

/*
 * See vm_map.h.  Two entries, if what is replaced is in the midst of one.
 */
int
vm_map_room(vm_map_t map, vm_size_t len, rlim_t most)
{
	VM_MAP_ASSERT_LOCKED(map);
	if (most != 0 && map->size + (rlim_t)len > most)
		return (ENOMEM);
	return (entries_check(map, 2));
}

int
vm_map_find(vm_map_t map, vm_offset_t *addr, vm_size_t len,
    const struct vm_map_args *args)
{
	int error;

	vm_map_lock(map);
	error = vm_map_findspace(map, *addr, len, addr);
	if (error != 0)
		error = vm_map_findspace(map, vm_map_min(map), len, addr);
	if (error == 0)
		error = vm_map_room(map, len, args->most);
	if (error == 0)
		error = vm_map_insert(map, *addr, *addr + len, args);
	vm_map_unlock(map);
	return (error);
}

/* How many bytes of a range are mapped. */
static vm_size_t
range_size(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e;
	vm_size_t size = 0;

	for (e = first_entry(map, start); e != &map->header && e->start < end;
	     e = e->next)
		size += MIN(e->end, end) - MAX(e->start, start);
	return (size);
}

int
vm_map_fixed(vm_map_t map, vm_offset_t start, vm_size_t len,
    const struct vm_map_args *args, bool replace)
{
	vm_map_entry_t e;
	int error;

	if (start + len < start || !range_ok(map, start, start + len))
		return (EINVAL);
	/* First, so that nothing is lost if there is no memory. */
	e = entry_alloc(map);
	if (e == NULL)
		return (ENOMEM);
	vm_map_lock(map);
	error = vm_map_room(map,
	    replace ? len - range_size(map, start, start + len) : len,
	    args->most);
	if (error == 0 && replace)
		error = vm_map_delete(map, start, start + len);
	if (error == 0)
		error = map_insert(map, start, start + len, args, e);
	else
		entry_free(e);
	vm_map_unlock(map);
	return (error);
}

/* Let an entry be wired, as its pages are, or no longer. */
static void
entry_wire(vm_map_t map, vm_map_entry_t e, bool wired)
{
	if (((e->eflags & MAP_ENTRY_WIRED) != 0) == wired)
		return;
	e->eflags ^= MAP_ENTRY_WIRED;
	if (wired)
		map->wired += e->end - e->start;
	else
		map->wired -= e->end - e->start;
}

/*
 * The lowest part of the stack goes: what is next to it grows from now on.
 */
static void
stack_shorten(vm_map_t map, vm_map_entry_t e)
{
	vm_map_entry_t next = e->next;

	if (next != &map->header && next->start == e->end)
		next->eflags |= MAP_ENTRY_GROWS_DOWN;
}

/* Take an entry, without its pages, out of the map. */
static void
entry_delete(vm_map_t map, vm_map_entry_t e)
{
	entry_wire(map, e, false);
	map->size -= e->end - e->start;
	ring_remove(map, e);
	object_unlink(e);
	entry_free(e);
}

/*
 * Take the pages of a range away.  Whoever else has one of them may write to
 * it in place, or free it, as soon as our reference is gone: so where threads
 * share the address space, first all processors forget it.
 */
static void
range_empty(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	if (MAP_TO_VMSPACE(map)->vm_refcnt > 1)
		pmap_forbid(map->pmap, start, end);
	pmap_remove(map->pmap, start, end);
}

int
vm_map_delete(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e, next;
	int error;

	VM_MAP_ASSERT_LOCKED(map);
	error = clip_range(map, start, end);
	if (error == 0)
		error = pmap_own(map->pmap, start, end, true);
	if (error != 0) {
		merge_range(map, start, end);
		return (error);
	}
	range_empty(map, start, end);
	for (e = first_entry(map, start); e != &map->header && e->start < end;
	     e = next) {
		next = e->next;
		if (e->eflags & MAP_ENTRY_GROWS_DOWN)
			stack_shorten(map, e);
		entry_delete(map, e);
	}
	return (0);
}

int
vm_map_remove(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	int error;

	if (!range_ok(map, start, end))
		return (EINVAL);
	vm_map_lock(map);
	error = vm_map_delete(map, start, end);
	vm_map_unlock(map);
	return (error);
}

/* Whether all of a range may get that protection. */
static int
protect_allowed(vm_map_t map, vm_offset_t start, vm_offset_t end,
    vm_prot_t prot)
{
	vm_map_entry_t e;

	if (!range_mapped(map, start, end))
		return (ENOMEM);
	for (e = first_entry(map, start); e != &map->header && e->start < end;
	     e = e->next)
		if ((prot & ~e->max_protection) != 0)
			return (EACCES);
	return (0);
}

/*
 * Rights that wired entries of a range are about to get, their pages get
 * first, while it may still fail.  To write, which needs a page of one's own,
 * stays theirs until pmap_protect() takes it away.  0, or ENOMEM, when nothing
 * has changed.
 */
static int
protect_wired(vm_map_t map, vm_offset_t start, vm_offset_t end, vm_prot_t prot)
{
	vm_map_entry_t e;
	int error = 0;

	for (e = first_entry(map, start);
	     error != ENOMEM && e != &map->header && e->start < end;
	     e = e->next)
		if ((e->eflags & MAP_ENTRY_WIRED) &&
		    (prot & ~e->protection) != 0)
			error = vm_fault_wire(map, e,
			    prot | (e->protection & VM_PROT_WRITE));
	if (error != ENOMEM)
		return (0);
	for (e = first_entry(map, start); e != &map->header && e->start < end;
	     e = e->next)
		pmap_protect(map->pmap, e->start, e->end, e->protection);
	return (error);
}

/*
 * Set the protection, or, with set_max, the most that it can be.
 */
int
vm_map_protect(vm_map_t map, vm_offset_t start, vm_offset_t end,
    vm_prot_t prot, bool set_max)
{
	vm_map_entry_t e;
	int error;

	if (!range_ok(map, start, end))
		return (EINVAL);
	vm_map_lock(map);
	error = protect_allowed(map, start, end, prot);
	if (error == 0)
		error = pmap_own(map->pmap, start, end, false);
	if (error == 0)
		error = clip_range(map, start, end);
	if (error == 0 && !set_max)
		error = protect_wired(map, start, end, prot);
	for (e = first_entry(map, start);
	     error == 0 && e != &map->header && e->start < end; e = e->next) {
		if (set_max) {
			e->max_protection = prot;
			e->protection &= prot;
		} else
			e->protection = prot;
		pmap_protect(map->pmap, e->start, e->end, e->protection);
	}
	merge_range(map, start, end);
	vm_map_unlock(map);
	return (error);
}

/*
 * What is at page i of an entry, held; NULL if there is nothing yet.
 */
static vm_page_t
entry_page(vm_map_t map, vm_map_entry_t e, vm_pindex_t i)
{
	vm_page_t m;

	/* The map is locked: nobody takes the page away. */
	m = pmap_private_page(map->pmap, e->start + ptoa(i));
	if (m != NULL)
		vm_page_ref(m);
	else if (e->object != NULL)
		m = vm_object_page(e->object, e->pindex + i, false);
	return (m);
}

/*
 * The number of the page behind number i that may be there: where nobody has
 * touched anything, 4 MB have no page table.
 */
static vm_pindex_t
entry_page_next(vm_map_t map, vm_map_entry_t e, vm_pindex_t i)
{
	vm_offset_t va = e->start + ptoa(i);

	if ((e->object != NULL && READ_ONCE(e->object->resident) != 0) ||
	    pmap_peek(map->pmap, va) != NULL)
		return (i + 1);
	return (atop(trunc_4mpage(va) + NBPDR - e->start));
}

/*
 * Copy page i of a private entry to page i of an object.  0 or ENOMEM.
 */
static int
copy_to_object(vm_map_t map, vm_map_entry_t e, vm_object_t obj, vm_pindex_t i)
{
	vm_page_t from, to;

	from = entry_page(map, e, i);
	if (from == NULL)
		return (0);
	to = vm_object_page(obj, i, true);
	if (to != NULL) {
		pmap_copy_page(from, to);
		vm_page_unhold(to);
	}
	vm_page_unref(from);
	return (to != NULL ? 0 : ENOMEM);
}

/*
 * The right to write, taken from a wired entry's private pages for a moment,
 * comes back.  That needs no memory; only where a file has been made shorter
 * and longer again it may, and is then put off until a fault.
 */
static void
wired_may_write(vm_map_t map, vm_map_entry_t e)
{
	if (e->eflags & MAP_ENTRY_WIRED)
		(void)vm_fault_wire(map, e, e->protection);
}

/*
 * Private memory that children are to share: its pages, as they are now,
 * become those of an object.  0 or ENOMEM, when nothing has changed.
 *
 * While they are copied nobody may write to them, or that would be lost: the
 * right to is taken first, and who faults then waits for the map.  If there
 * is no memory the faults give it back, where they are allowed.
 *
 * Wired memory is wired again, which needs memory for page tables only; if
 * there is none, it is shared, ENOMEM says that all is not well, and it is
 * wired no more.
 */
static int
entry_share(vm_map_t map, vm_map_entry_t e)
{
	vm_object_t obj;
	vm_pindex_t i, n = atop(e->end - e->start);
	int error = 0;

	VM_MAP_ASSERT_LOCKED(map);
	if (e->object != NULL && (e->eflags & MAP_ENTRY_COW) == 0)
		return (0);
	if (pmap_own(map->pmap, e->start, e->end, false) != 0)
		return (ENOMEM);
	obj = vm_object_alloc(OBJT_ANON, e->end - e->start);
	if (obj == NULL)
		return (ENOMEM);
	pmap_protect(map->pmap, e->start, e->end, VM_PROT_READ);
	for (i = 0; i < n && error == 0; i = entry_page_next(map, e, i))
		error = copy_to_object(map, e, obj, i);
	if (error != 0) {
		vm_object_deallocate(obj);
		wired_may_write(map, e);
		return (error);
	}
	range_empty(map, e->start, e->end);
	object_unlink(e);
	e->object = obj;
	e->pindex = 0;
	e->eflags &= ~MAP_ENTRY_COW;
	object_link(e);
	if (e->eflags & MAP_ENTRY_WIRED) {
		error = vm_fault_wire(map, e, e->protection);
		if (error != 0)
			entry_wire(map, e, false);
	}
	return (error);
}

int
vm_map_inherit(vm_map_t map, vm_offset_t start, vm_offset_t end,
    vm_inherit_t inherit)
{
	vm_map_entry_t e;
	int error;

	if (!range_ok(map, start, end))
		return (EINVAL);
	vm_map_lock(map);
	error = clip_range(map, start, end);
	/* Sharing one entry after the other changes nothing that is seen. */
	if (inherit == VM_INHERIT_SHARE)
		for (e = first_entry(map, start);
		     error == 0 && e != &map->header && e->start < end;
		     e = e->next)
			error = entry_share(map, e);
	if (error == 0)
		for (e = first_entry(map, start);
		     e != &map->header && e->start < end; e = e->next)
			e->inheritance = inherit;
	merge_range(map, start, end);
	vm_map_unlock(map);
	return (error);
}

/* For msync: memory is where files are kept, so there is nothing to do. */
int
vm_map_sync(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	int error;

	if (!range_ok(map, start, end))
		return (ENOMEM);
	vm_map_lock_read(map);
	error = range_mapped(map, start, end) ? 0 : ENOMEM;
	vm_map_unlock_read(map);
	return (error);
}

/* Whether all of a range may be wired.  0 or ENOMEM. */
static int
wire_allowed(vm_map_t map, vm_offset_t start, vm_offset_t end, rlim_t most)
{
	rlim_t wired = map->wired;
	vm_map_entry_t e;

	if (!range_mapped(map, start, end))
		return (ENOMEM);
	for (e = first_entry(map, start); e != &map->header && e->start < end;
	     e = e->next) {
		if (e->protection == VM_PROT_NONE)
			return (ENOMEM);
		if ((e->eflags & MAP_ENTRY_WIRED) == 0)
			wired += MIN(e->end, end) - MAX(e->start, start);
	}
	return (wired <= most ? 0 : ENOMEM);
}

int
vm_map_wire(vm_map_t map, vm_offset_t start, vm_offset_t end, rlim_t most)
{
	vm_map_entry_t e;
	int error;

	if (!range_ok(map, start, end))
		return (ENOMEM);
	vm_map_lock(map);
	error = wire_allowed(map, start, end, most);
	if (error == 0)
		error = clip_range(map, start, end);
	for (e = first_entry(map, start);
	     error == 0 && e != &map->header && e->start < end; e = e->next)
		error = vm_fault_wire(map, e, e->protection);
	for (e = first_entry(map, start);
	     error == 0 && e != &map->header && e->start < end; e = e->next)
		entry_wire(map, e, true);
	merge_range(map, start, end);
	vm_map_unlock(map);
	return (error != 0 ? ENOMEM : 0);
}

int
vm_map_unwire(vm_map_t map, vm_offset_t start, vm_offset_t end)
{
	vm_map_entry_t e;
	int error = ENOMEM;

	if (!range_ok(map, start, end))
		return (ENOMEM);
	vm_map_lock(map);
	if (range_mapped(map, start, end))
		error = clip_range(map, start, end);
	for (e = first_entry(map, start);
	     error == 0 && e != &map->header && e->start < end; e = e->next)
		entry_wire(map, e, false);
	merge_range(map, start, end);
	vm_map_unlock(map);
	return (error);
}

/* How far down a stack that begins at e may reach. */
static vm_offset_t
stack_limit(struct proc *p, vm_map_t map, vm_map_entry_t e)
{
	vm_offset_t lowest = MAP_TO_VMSPACE(map)->vm_maxsaddr;
	rlim_t most = lim_cur(p, RLIMIT_STACK);

	if (most < (rlim_t)(USRSTACK - lowest))
		lowest = USRSTACK - trunc_page((vm_offset_t)most);
	if (e->prev != &map->header)
		lowest = MAX(lowest, e->prev->end + STACK_GUARD);
	return (lowest);
}

/*
 * Let the stack that begins at e begin at start.  What is wired, or has an
 * object, does not grow; what is added grows instead, and is neither.  0 or
 * ENOMEM.
 */
static int
stack_extend(vm_map_t map, vm_map_entry_t e, vm_offset_t start)
{
	const struct vm_map_args args = {
		.prot = e->protection,
		.max = e->max_protection,
		.inherit = e->object == NULL ? e->inheritance : VM_INHERIT_COPY,
		.eflags = MAP_ENTRY_GROWS_DOWN,
	};
	vm_size_t added = e->start - start;

	if ((e->eflags & MAP_ENTRY_WIRED) || e->object != NULL) {
		if (vm_map_insert(map, start, e->start, &args) != 0)
			return (ENOMEM);
		e->eflags &= ~MAP_ENTRY_GROWS_DOWN;
	} else {
		e->start = start;
		map->size += added;
	}
	MAP_TO_VMSPACE(map)->vm_ssize += atop(added);
	return (0);
}

int
vm_map_growstack(struct proc *p, vm_map_t map, vm_offset_t addr)
{
	vm_offset_t lowest, start;
	vm_map_entry_t e;
	int error = EFAULT;

	vm_map_lock(map);
	e = vm_map_lookup_le(map, addr);
	if (e != &map->header && addr < e->end)
		error = 0; /* a sharer was quicker */
	else if (e->next != &map->header &&
	    (e->next->eflags & MAP_ENTRY_GROWS_DOWN) != 0) {
		e = e->next;
		lowest = stack_limit(p, map, e);
		start = trunc_page(addr);
		if (start >= lowest) {
			/* Some more than needed, if there is room. */
			start = MAX(lowest, MIN(start, e->start - SGROWSIZ));
			if (map->size + (e->start - start) <=
			    lim_cur(p, RLIMIT_VMEM))
				error = stack_extend(map, e, start);
		}
	}
	vm_map_unlock(map);
	return (error);
}

/*
 * Address spaces.
 */

#ifdef INVARIANTS
/*
 * All of them, for the oracle: also those that are being made, or emptied.
 */
static struct mtx vmspaces_mtx;
static LIST_HEAD(, vmspace) vmspaces = LIST_HEAD_INITIALIZER(vmspaces);
MTX_SYSINIT(vmspaces, &vmspaces_mtx, "vmspaces", MTX_DEF);

static void
vmspace_link(struct vmspace *vm)
{
	mtx_lock(&vmspaces_mtx);
	LIST_INSERT_HEAD(&vmspaces, vm, vm_link);
	mtx_unlock(&vmspaces_mtx);
}

static void
vmspace_unlink(struct vmspace *vm)
{
	mtx_lock(&vmspaces_mtx);
	LIST_REMOVE(vm, vm_link);
	mtx_unlock(&vmspaces_mtx);
}

bool
vmspace_foreach(void (*fn)(struct vmspace *, void *), void *arg)
{
	struct vmspace *vm;

	if (mtx_owner(&vmspaces_mtx) != NULL)
		return (false);
	LIST_FOREACH(vm, &vmspaces, vm_link)
		fn(vm, arg);
	return (true);
}
#else
#define	vmspace_link(vm)	((void)0)
#define	vmspace_unlink(vm)	((void)0)
#endif

struct vmspace *
vmspace_alloc(void)
{
	struct vmspace *vm;

	vm = zone_alloc(vmspace_zone, 0);
	if (vm == NULL)
		return (NULL);
	if (pmap_pinit(&vm->vm_pmap) != 0) {
		zone_free(vmspace_zone, vm);
		return (NULL);
	}
	KASSERT(vm->vm_map.nentries == 0 && vm->vm_map.size == 0,
	    ("vmspace_alloc: not empty"));
	refcount_init(&vm->vm_refcnt, 1);
	memset(&vm->vm_copied, 0, sizeof(vm->vm_copied));
	vm->vm_maxsaddr = USRSTACK;
	vmspace_link(vm);
	return (vm);
}

struct vmspace *
vmspace_hold(struct vmspace *vm)
{
	refcount_acquire(&vm->vm_refcnt);
	return (vm);
}

struct vmspace *
vmspace_look(struct vmspace *vm)
{
	atomic_add_int(&vm->vm_refcnt, VM_LOOKER);
	return (vm);
}

/* Fork may have only begun to fill it. */
static void
vmspace_end(struct vmspace *vm)
{
	vm_map_t map = &vm->vm_map;

	/* Pages leave the page tables before their objects go. */
	pmap_remove_all(&vm->vm_pmap);
	while (map->header.next != &map->header)
		entry_delete(map, map->header.next);
	KASSERT(map->size == 0 && map->wired == 0 && map->nentries == 0,
	    ("vmspace_free: %u bytes, %u wired, in %d entries left", map->size,
		map->wired, map->nentries));
	map->hint = &map->header;
	vmspace_unlink(vm);
	pmap_release(&vm->vm_pmap);
	zone_free(vmspace_zone, vm);
}

void
vmspace_free(struct vmspace *vm)
{
	if (refcount_release(&vm->vm_refcnt))
		vmspace_end(vm);
}

void
vmspace_unlook(struct vmspace *vm)
{
	if (atomic_fetchadd_int(&vm->vm_refcnt, -VM_LOOKER) == VM_LOOKER)
		vmspace_end(vm);
}

/*
 * fork.  The child's map is known to nobody else, so it is not locked.
 */

/* Whether all who map the entry see what one of them writes. */
static __inline bool
entry_shared(vm_map_entry_t e)
{
	return (e->object != NULL && (e->eflags & MAP_ENTRY_COW) == 0);
}

/* Whether fork must not take the right to write from private pages. */
static __inline bool
entry_held(vm_map_entry_t e)
{
	return ((e->eflags & MAP_ENTRY_WIRED) != 0 &&
	    (e->protection & VM_PROT_WRITE) != 0 && !entry_shared(e));
}

/*
 * Whether the child begins with the pages that the parent has there: not
 * with none, with zeros, or with copies.
 */
static __inline bool
entry_inherited(vm_map_entry_t e)
{
	return (e->inheritance == VM_INHERIT_SHARE ||
	    (e->inheritance == VM_INHERIT_COPY && !entry_shared(e) &&
		!entry_held(e)));
}

/*
 * Whether it begins with copies, made now: of what it can have neither in
 * common nor copied on write.
 */
static __inline bool
entry_copied(vm_map_entry_t e)
{
	return (e->inheritance == VM_INHERIT_COPY &&
	    (entry_shared(e) ? e->object->type == OBJT_ANON : entry_held(e)));
}

/*
 * Make these copies.  0 or ENOMEM.
 */
static int
fork_copy(vm_map_t map, vm_map_entry_t e, pmap_t dst)
{
	vm_pindex_t i, n = atop(e->end - e->start);
	vm_page_t from, to;
	pt_entry_t *pte;
	vm_offset_t va;

	for (i = 0; i < n; i = entry_page_next(map, e, i)) {
		from = entry_page(map, e, i);
		if (from == NULL)
			continue;
		va = e->start + ptoa(i);
		to = vm_page_alloc(VPT_PRIVATE, 0);
		if (to != NULL)
			pmap_copy_page(from, to);
		vm_page_unref(from);
		if (to == NULL)
			return (ENOMEM);
		PMAP_LOCK(dst);
		pte = pmap_pte_alloc(dst, va);
		if (pte != NULL)
			pmap_set(dst, pte, va, to, e->protection, PMAP_PRIV);
		PMAP_UNLOCK(dst);
		if (pte == NULL) {
			vm_page_unref(to);
			return (ENOMEM);
		}
	}
	return (0);
}

/*
 * Make the child's new entry e2, a copy of e but without a reference to its
 * object, what inheritance says, and list it.  0 or ENOMEM.
 */
static int
fork_entry(vm_map_t map, vm_map_entry_t e, vm_map_t map2, vm_map_entry_t e2)
{
	bool copied = entry_copied(e), shared = entry_shared(e);
	vm_object_t obj = e->object;

	e2->eflags &= ~MAP_ENTRY_WIRED;
	if (e->inheritance == VM_INHERIT_ZERO || (copied && shared)) {
		obj = NULL;
		e2->pindex = 0;
		e2->eflags &= ~MAP_ENTRY_COW;
	} else if (shared && e->inheritance == VM_INHERIT_COPY) {
		/* A file: the child sees it as if it had mapped it private. */
		e2->eflags |= MAP_ENTRY_COW;
	}
	e2->object = obj != NULL ? vm_object_reference(obj) : NULL;
	ring_insert(map2, map2->header.prev, e2);
	map2->size += e2->end - e2->start;
	object_link(e2);
	return (copied ? fork_copy(map, e, map2->pmap) : 0);
}

/*
 * All entries, and which tables cannot be shared.  0 or ENOMEM, when the
 * child has some of them.
 */
static int
fork_entries(vm_map_t map, vm_map_t map2, struct pmap_fork *pf)
{
	vm_map_entry_t e, e2;
	int error;

	VM_MAP_FOREACH(e, map)
	{
		if (!entry_inherited(e) || entry_shared(e))
			pmap_fork_apart(pf, e->start, e->end);
		if (e->inheritance == VM_INHERIT_NONE)
			continue;
		e2 = entry_alloc(map2);
		if (e2 == NULL)
			return (ENOMEM);
		/* The object's list may change: the link is not the child's. */
		*e2 = data_race(*e);
		e2->map = map2;
		error = fork_entry(map, e, map2, e2);
		if (error != 0)
			return (error);
	}
	return (0);
}

/*
 * The pages.  0 or ENOMEM.
 */
static int
fork_pages(vm_map_t map, vm_map_t map2, struct pmap_fork *pf)
{
	vm_map_entry_t e;
	int error = 0;

	pmap_fork_begin(map->pmap, map2->pmap, pf);
	VM_MAP_FOREACH(e, map)
	if (error == 0 && entry_inherited(e))
		error = pmap_fork(map->pmap, map2->pmap, e->start, e->end, pf);
	pmap_fork_end(map->pmap, map2->pmap, pf);
	return (error);
}

/*
 * Who shares the address space may not write to wired memory while it is
 * copied, or until that fork is over: the child sees all memory as it was
 * at one moment.
 */
static void
hold_writers(vm_map_t map, bool hold)
{
	vm_map_entry_t e;

	VM_MAP_FOREACH(e, map)
	if (entry_held(e)) {
		if (hold)
			pmap_protect(map->pmap, e->start, e->end, VM_PROT_READ);
		else
			wired_may_write(map, e);
	}
}

/*
 * A copy of an address space, copy-on-write but for the page of "stack", an
 * address that parent and child are about to write, or 0; NULL if there is
 * no memory.  Of private memory, what is copied at once nobody can write
 * meanwhile.
 */
struct vmspace *
vmspace_fork(struct vmspace *vm, vm_offset_t stack)
{
	struct pmap_fork pf = { .pf_stack = 0 };
	bool alone = vm->vm_refcnt == 1;
	vm_map_t map = &vm->vm_map;
	struct vmspace *vm2;
	int error;

	vm2 = vmspace_alloc();
	if (vm2 == NULL)
		return (NULL);
	if (alone)
		pf.pf_stack = trunc_page(stack);
	vm_map_lock(map);
	vm2->vm_copied = vm->vm_copied;
	if (map->wired > 0 && !alone)
		hold_writers(map, true);
	error = fork_entries(map, &vm2->vm_map, &pf);
	if (error == 0)
		error = fork_pages(map, &vm2->vm_map, &pf);
	if (map->wired > 0 && !alone)
		hold_writers(map, false);
	vm_map_unlock(map);
	if (error != 0) {
		vmspace_free(vm2);
		return (NULL);
	}
	return (vm2);
}

/*
 * For exec, on a vmspace of its own.
 */

int
vm_map_stack(struct vmspace *vm, vm_size_t initial, vm_size_t most)
{
	struct vm_map_args args = {
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.eflags = MAP_ENTRY_GROWS_DOWN,
	};
	int error;

	initial = round_page(initial);
	most = MAX(round_page(most), initial);
	if (initial == 0 || most > USRSTACK / 2)
		return (EINVAL);
	vm_map_lock(&vm->vm_map);
	error = vm_map_insert(&vm->vm_map, USRSTACK - initial, USRSTACK, &args);
	if (error == 0) {
		vm->vm_maxsaddr = USRSTACK - most;
		vm->vm_ssize = atop(initial);
	}
	vm_map_unlock(&vm->vm_map);
	return (error);
}

/*
 * Checks and reports.
 */

void
vm_map_check(vm_map_t map)
{
	vm_offset_t last = 0;
	vm_size_t size = 0, wired = 0;
	vm_map_entry_t e;
	int n = 0;

	sx_assert(&map->lock, SX_LOCKED);
	VM_MAP_FOREACH(e, map)
	{
		if (e->start < last || e->start >= e->end || e->map != map ||
		    e->next->prev != e ||
		    (e->protection & ~e->max_protection) != 0 ||
		    (e->object == NULL && (e->eflags & MAP_ENTRY_COW) != 0))
			panic("vm_map_check: entry %#x to %#x", e->start,
			    e->end);
		last = e->end;
		size += e->end - e->start;
		if (e->eflags & MAP_ENTRY_WIRED)
			wired += e->end - e->start;
		n++;
	}
	if (size != map->size || wired != map->wired || n != map->nentries)
		panic("vm_map_check: %u bytes, %u wired, in %d entries, not "
		      "%u, %u in %d",
		    size, wired, n, map->size, map->wired, map->nentries);
}

void
vm_map_print(vm_map_t map)
{
	vm_map_entry_t e;
	int n = 0;

	VM_MAP_FOREACH(e, map)
	if (++n > map->nentries)
		break;
	else
		vm_map_entry_print(e);
}
