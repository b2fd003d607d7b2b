/*
 * Objects: pages shared by design, found by their number.
 *
 * Who maps an object has an entry on its list, so that truncation can take
 * pages out of all page tables.  A page goes into a page table, and an
 * entry onto the list, only with the object locked: no stale mapping can
 * be made while the list is walked.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/refcount.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

#define	RADIX_SHIFT	5
#define	RADIX_FANOUT	(1u << RADIX_SHIFT)

/* An inner node of the tree; at height 1 the slots are pages. */
struct radix_node {
	u_int	count;			/* slots that are not NULL */
	void	*slot[RADIX_FANOUT];
};

static zone_t object_zone;
static zone_t radix_zone;
static volatile u_int nobjects;
static volatile u_int nradix;

LEAK_COUNTER(vm_objects, &nobjects);
LEAK_COUNTER(vm_object_nodes, &nradix);

static int
object_construct(void *mem)
{
	struct vm_object *obj = mem;

	mtx_init(&obj->mtx, "vm object", NULL, MTX_DEF);
	TAILQ_INIT(&obj->entries);
	return (0);
}

static void
vm_object_init(void *arg __unused)
{
	object_zone = zone_create("vm object", sizeof(struct vm_object),
	    object_construct, NULL, 0);
	radix_zone = zone_create("vm object node", sizeof(struct radix_node),
	    NULL, NULL, 0);
}
SYSINIT(vm_object, SI_SUB_KVM_RSRC, SI_ORDER_FIRST, vm_object_init, NULL);

#ifdef INVARIANTS
/* All objects, for the oracle. */
static struct mtx objects_mtx;
static LIST_HEAD(, vm_object) objects = LIST_HEAD_INITIALIZER(objects);
MTX_SYSINIT(vm_objects, &objects_mtx, "vm objects", MTX_DEF);

static void
objects_link(vm_object_t obj)
{
	mtx_lock(&objects_mtx);
	LIST_INSERT_HEAD(&objects, obj, olist);
	mtx_unlock(&objects_mtx);
}

static void
objects_unlink(vm_object_t obj)
{
	mtx_lock(&objects_mtx);
	LIST_REMOVE(obj, olist);
	mtx_unlock(&objects_mtx);
}

bool
vm_object_foreach(void (*fn)(vm_object_t, void *), void *arg)
{
	vm_object_t obj;

	if (mtx_owner(&objects_mtx) != NULL)
		return (false);
	LIST_FOREACH(obj, &objects, olist)
		fn(obj, arg);
	return (true);
}
#else
#define	objects_link(obj)	((void)0)
#define	objects_unlink(obj)	((void)0)
#endif

vm_object_t
vm_object_alloc(int type, off_t size)
{
	struct vm_object *obj;

	obj = zone_alloc(object_zone, 0);
	if (obj == NULL)
		return (NULL);
	KASSERT(TAILQ_EMPTY(&obj->entries), ("new object is mapped"));
	obj->type = type;
	obj->size = size;
	obj->root = NULL;
	obj->height = 0;
	obj->resident = 0;
	obj->stored = false;
	refcount_init(&obj->ref_count, 1);
#ifdef INVARIANTS
	obj->owned = type == OBJT_VNODE;
#endif
	objects_link(obj);
	atomic_add_int(&nobjects, 1);
	return (obj);
}

vm_object_t
vm_object_reference(vm_object_t obj)
{
	refcount_acquire(&obj->ref_count);
	return (obj);
}

/*
 * The tree of pages.
 */

/* How many pages a tree of that height has room for; 0: all numbers. */
static vm_pindex_t
tree_span(u_int height)
{
	return (height * RADIX_SHIFT >= 32 ? 0 : 1u << height * RADIX_SHIFT);
}

static bool
tree_covers(vm_object_t obj, vm_pindex_t pindex)
{
	vm_pindex_t span = tree_span(obj->height);

	return (span == 0 || pindex < span);
}

static u_int
tree_slot(vm_pindex_t pindex, u_int height)
{
	return (pindex >> (height - 1) * RADIX_SHIFT & (RADIX_FANOUT - 1));
}

static struct radix_node *
node_alloc(void)
{
	struct radix_node *node;

	node = zone_alloc(radix_zone, M_ZERO);
	if (node != NULL)
		atomic_add_int(&nradix, 1);
	return (node);
}

static void
node_free(struct radix_node *node)
{
	KASSERT(node->count == 0, ("object node has %u pages", node->count));
	atomic_subtract_int(&nradix, 1);
	zone_free(radix_zone, node);
}

vm_page_t
vm_object_lookup(vm_object_t obj, vm_pindex_t pindex)
{
	struct radix_node *node = obj->root;
	u_int h;

	VM_OBJECT_LOCK_ASSERT(obj);
	if (!tree_covers(obj, pindex))
		return (NULL);
	for (h = obj->height; h > 0 && node != NULL; h--)
		node = node->slot[tree_slot(pindex, h)];
	return ((vm_page_t)node);
}

/*
 * Put a new node in front of the root until the tree has room for pindex.
 * An empty tree gets the right height at once.  0 or ENOMEM.
 */
static int
tree_raise(vm_object_t obj, vm_pindex_t pindex)
{
	struct radix_node *node;

	while (!tree_covers(obj, pindex)) {
		if (obj->root != NULL) {
			node = node_alloc();
			if (node == NULL)
				return (ENOMEM);
			node->slot[0] = obj->root;
			node->count = 1;
			obj->root = node;
		}
		obj->height++;
	}
	return (0);
}

/* Empty nodes that a failed insertion has left on the way to pindex. */
static void
tree_prune(void **root, u_int height, vm_pindex_t pindex)
{
	struct radix_node *node = *root;
	void **slot;

	if (height == 0 || node == NULL)
		return;
	slot = &node->slot[tree_slot(pindex, height)];
	if (*slot != NULL) {
		tree_prune(slot, height - 1, pindex);
		if (*slot == NULL)
			node->count--;
	}
	if (node->count == 0) {
		*root = NULL;
		node_free(node);
	}
}

int
vm_object_insert(vm_object_t obj, vm_pindex_t pindex, vm_page_t m)
{
	struct radix_node *node, *parent = NULL;
	void **link;
	u_int h;

	VM_OBJECT_LOCK_ASSERT(obj);
	KASSERT(m->type == VPT_OBJECT && m->object == NULL,
	    ("vm_object_insert: a %s page", vm_page_type_name(m->type)));
	if (tree_raise(obj, pindex) != 0)
		return (ENOMEM);
	link = &obj->root;
	for (h = obj->height; h > 0; h--) {
		node = *link;
		if (node == NULL) {
			node = node_alloc();
			if (node == NULL) {
				tree_prune(&obj->root, obj->height, pindex);
				return (ENOMEM);
			}
			*link = node;
			if (parent != NULL)
				parent->count++;
		}
		parent = node;
		link = &node->slot[tree_slot(pindex, h)];
	}
	KASSERT(*link == NULL, ("vm_object_insert: page %u is there", pindex));
	*link = m;
	if (parent != NULL)
		parent->count++;
	m->object = obj;
	m->pindex = pindex;
	WRITE_ONCE(obj->resident, obj->resident + 1);
	return (0);
}

vm_page_t
vm_object_grab(vm_object_t obj, vm_pindex_t pindex)
{
	vm_page_t m;

	m = vm_object_lookup(obj, pindex);
	if (m != NULL)
		return (m);
	m = vm_page_alloc(VPT_OBJECT, VM_ALLOC_ZERO);
	if (m == NULL)
		return (NULL);
	if (vm_object_insert(obj, pindex, m) != 0) {
		vm_page_unref(m);
		return (NULL);
	}
	return (m);
}

vm_page_t
vm_object_page(vm_object_t obj, vm_pindex_t pindex, bool create)
{
	vm_page_t m;

	VM_OBJECT_LOCK(obj);
	m = create ? vm_object_grab(obj, pindex) :
		     vm_object_lookup(obj, pindex);
	if (m != NULL)
		vm_page_ref(m);
	VM_OBJECT_UNLOCK(obj);
	return (m);
}

/*
 * Drop all pages from number "from" on out of the tree at *root, whose
 * first page is number "base".  No page table has them any more.
 */
static void
tree_drop(vm_object_t obj, void **root, u_int height, vm_pindex_t base,
    vm_pindex_t from)
{
	struct radix_node *node = *root;
	vm_pindex_t span, first;
	vm_page_t m;
	u_int i;

	if (node == NULL)
		return;
	if (height == 0) {
		m = (vm_page_t)*root;
		KASSERT(m->object == obj && m->pindex == base,
		    ("page %u of an object is lost", base));
		*root = NULL;
		m->object = NULL;
		WRITE_ONCE(obj->resident, obj->resident - 1);
		vm_page_unref(m);
		return;
	}
	span = tree_span(height - 1);
	for (i = 0; i < RADIX_FANOUT; i++) {
		first = base + i * span;
		if (node->slot[i] == NULL || first + (span - 1) < from)
			continue;
		tree_drop(obj, &node->slot[i], height - 1, first, from);
		if (node->slot[i] == NULL)
			node->count--;
	}
	if (node->count == 0) {
		*root = NULL;
		node_free(node);
	}
}

/* Drop all pages from number "from" on. */
static void
object_drop(vm_object_t obj, vm_pindex_t from)
{
	VM_OBJECT_LOCK_ASSERT(obj);
	if (obj->height > 0 || from == 0)
		tree_drop(obj, &obj->root, obj->height, 0, from);
	if (obj->root == NULL)
		obj->height = 0;
}

void
vm_object_deallocate(vm_object_t obj)
{
	if (obj == NULL || !refcount_release(&obj->ref_count))
		return;
	KASSERT(TAILQ_EMPTY(&obj->entries), ("freeing an object in use"));
	VM_OBJECT_LOCK(obj);
	object_drop(obj, 0);
	VM_OBJECT_UNLOCK(obj);
	KASSERT(obj->resident == 0,
	    ("%u pages lost with an object", obj->resident));
	objects_unlink(obj);
	atomic_subtract_int(&nobjects, 1);
	zone_free(object_zone, obj);
}

void
vm_object_disown(vm_object_t obj)
{
#ifdef INVARIANTS
	WRITE_ONCE(obj->owned, false);
#endif
	vm_object_deallocate(obj);
}

/* Take pages from number "from" on out of the page tables of all. */
static void
object_unmap(vm_object_t obj, vm_pindex_t from)
{
	struct vm_map_entry *e;
	vm_offset_t start;

	VM_OBJECT_LOCK_ASSERT(obj);
	TAILQ_FOREACH(e, &obj->entries, olink) {
		if (from >= e->pindex + atop(e->end - e->start))
			continue;
		start = from <= e->pindex ? e->start :
					    e->start + ptoa(from - e->pindex);
		pmap_remove_object(e->map->pmap, start, e->end);
	}
}

/* Zero what lies behind "size" in the page that it falls into. */
static void
object_zero_tail(vm_object_t obj, off_t size)
{
	u_int tail = size & PAGE_MASK;
	vm_page_t m;

	VM_OBJECT_LOCK_ASSERT(obj);
	m = tail != 0 ? vm_object_lookup(obj, size >> PAGE_SHIFT) : NULL;
	if (m != NULL)
		memset((char *)VM_PAGE_TO_KVA(m) + tail, 0, PAGE_SIZE - tail);
}

/*
 * Who has mapped the last page may have written behind the end.  It must not
 * become part of the file, so the page is cleaned when the file grows, too.
 */
void
vm_object_truncate(vm_object_t obj, off_t newsize)
{
	vm_pindex_t from;

	KASSERT(newsize >= 0, ("vm_object_truncate: size %lld", newsize));
	VM_OBJECT_LOCK(obj);
	if (newsize < obj->size) {
		from = (newsize + PAGE_MASK) >> PAGE_SHIFT;
		object_unmap(obj, from);
		object_drop(obj, from);
		object_zero_tail(obj, newsize);
	} else if (newsize > obj->size)
		object_zero_tail(obj, obj->size);
	obj->size = newsize;
	VM_OBJECT_UNLOCK(obj);
}

u_int
vm_object_resident(vm_object_t obj)
{
	return (obj->resident);
}

bool
vm_object_mapped_writable(vm_object_t obj)
{
	struct vm_map_entry *e;

	VM_OBJECT_LOCK(obj);
	TAILQ_FOREACH(e, &obj->entries, olink)
		if ((e->eflags & MAP_ENTRY_COW) == 0 &&
		    (e->max_protection & VM_PROT_WRITE) != 0)
			break;
	VM_OBJECT_UNLOCK(obj);
	return (e != NULL);
}

static void
tree_walk(void *root, u_int height, void (*fn)(vm_page_t, void *), void *arg)
{
	struct radix_node *node = root;
	u_int i;

	if (root == NULL)
		return;
	if (height == 0) {
		fn(root, arg);
		return;
	}
	for (i = 0; i < RADIX_FANOUT; i++)
		tree_walk(node->slot[i], height - 1, fn, arg);
}

void
vm_object_walk(vm_object_t obj, void (*fn)(vm_page_t, void *), void *arg)
{
	tree_walk(obj->root, obj->height, fn, arg);
}
