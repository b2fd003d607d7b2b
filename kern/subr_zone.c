/*
 * Zones: caches of objects of one size whose constructor has run.  Objects
 * come from slabs, each a few contiguous pages, and are constructed one by
 * one, when they are first asked for.  A slab is given back only when memory
 * is short, if it is one page and its objects have no constructor.
 *
 * Each processor has a few free objects at hand, which it takes and gives
 * back with interrupts off and without a lock; the zone's lock is needed
 * only when it has none left, or too many.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/critical.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/zone.h>
#include <machine/atomic.h>
#include <machine/param.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>

#define	NZONES		32
#define	SLAB_MIN_OBJECTS 4
#define	BATCH		8		/* moved to or from one at once */
#define	CPU_MOST	(2 * BATCH)	/* that one keeps */

/* Behind each object: the list of free ones, without touching the object. */
struct zone_link {
	struct	zone_link *next;
	u_int	state;			/* ZS_* */
};
#define	ZS_RAW		0x4a774a77	/* not yet constructed */
#define	ZS_FREE		0xf4eef4ee
#define	ZS_USED		0x05ed05ed
/* Only the debug kernel asks whether an object is used or free. */
#ifdef INVARIANTS
#define	ZONE_MARK(link, st)	((void)((link)->state = (st)))
#else
#define	ZONE_MARK(link, st)	((void)0)
#endif

struct zone_cpu {
	struct	zone_link *zc_free;	/* (k) constructed */
	u_int	zc_count;		/* (k) of these */
	u_int	zc_used;		/* (k) given out less taken back */
} __aligned(CACHE_LINE_SIZE);

/* Lock key: k the processor's own, interrupts off; z_lock; else constant. */
struct zone {
	struct	mtx z_lock;
	const char *z_name;		/* constant, as the next five */
	size_t	z_size;			/* of an object, rounded up */
	size_t	z_stride;		/* object and link */
	u_int	z_pages;		/* of a slab */
	int	(*z_init)(void *);
	int	(*z_take)(void *);	/* or NULL, as the next */
	void	(*z_leave)(void *);
	struct	zone_link *z_free;	/* z_lock: constructed */
	struct	zone_link *z_raw;	/* z_lock: to be constructed */
	u_int	z_total;		/* z_lock: objects there are */
	struct	zone_cpu z_cpu[MAXCPU];
};

static struct zone	zones[NZONES];
static volatile u_int	nzones;
static volatile u_int	nslab_pages;	/* of all zones */

static struct zone_link *
link_of(zone_t z, void *obj)
{
	return ((struct zone_link *)((char *)obj + z->z_size));
}

static void *
object_of(zone_t z, struct zone_link *link)
{
	return ((char *)link - z->z_size);
}

/*
 * Make a zone; there are few of them and they are never destroyed.
 */
zone_t
zone_create(const char *name, size_t size, int (*init)(void *),
    void (*fini)(void *) __unused, size_t align)
{
	u_int i = atomic_fetchadd_int(&nzones, 1);
	zone_t z;

	if (i >= NZONES)
		panic("zone_create(%s): more than %d zones", name, NZONES);
	KASSERT(fini == NULL, ("zone_create(%s): fini", name));
	z = &zones[i];
	mtx_init(&z->z_lock, "zone", NULL, MTX_DEF);
	/* The next object may be another processor's: no line in common. */
	align = MAX(align, CACHE_LINE_SIZE);
	z->z_name = name;
	z->z_size = roundup(size, sizeof(void *));
	z->z_stride = roundup(z->z_size + sizeof(struct zone_link), align);
	z->z_pages = howmany(z->z_stride * SLAB_MIN_OBJECTS, PAGE_SIZE);
	z->z_init = init;
	return (z);
}

static void
zone_push(struct zone_link **list, struct zone_link *link, u_int state)
{
	link->state = state;
	link->next = *list;
	*list = link;
}

/* The first of a list goes to another. */
static void
zone_move(struct zone_link **to, struct zone_link **from)
{
	struct zone_link *link = *from;

	*from = link->next;
	link->next = *to;
	*to = link;
}

/*
 * Add a slab of raw objects; false without memory.
 */
static bool
zone_grow(zone_t z)
{
	vm_offset_t end, obj, va;

	va = kmem_alloc_pages(z->z_pages, M_NOWAIT);
	if (va == 0)
		return (false);
	atomic_add_int(&nslab_pages, z->z_pages);
	end = va + z->z_pages * PAGE_SIZE;
	mtx_lock(&z->z_lock);
	for (obj = va; obj + z->z_stride <= end; obj += z->z_stride) {
		zone_push(&z->z_raw, link_of(z, (void *)obj), ZS_RAW);
		z->z_total++;
	}
	mtx_unlock(&z->z_lock);
#ifdef KCSAN
	kcsan_note_slab(z->z_name, z->z_size, z->z_stride, va, obj);
#endif
	return (true);
}

/*
 * Give out one of those at hand; NULL if there are none.
 */
static struct zone_link *
cpu_get(zone_t z)
{
	struct zone_link *link;
	struct zone_cpu *zc;

	critical_enter();
	zc = &z->z_cpu[PCPU_GET(cpuid)];
	link = zc->zc_free;
	if (link != NULL) {
		zc->zc_free = link->next;
		zc->zc_count--;
		zc->zc_used++;
	}
	critical_exit();
	return (link);
}

/* A processor's objects are too many: some of them, as a chain. */
static __noinline struct zone_link *
cpu_shed(struct zone_cpu *zc)
{
	struct zone_link *extra = zc->zc_free, **last = &extra;
	u_int i;

	for (i = 0; i < BATCH; i++)
		last = &(*last)->next;
	zc->zc_free = *last;
	zc->zc_count -= BATCH;
	*last = NULL;
	return (extra);
}

/*
 * Take back an object that was given out.  If there are too many at hand
 * then, some of them are returned, as a chain.
 */
static struct zone_link *
cpu_put(zone_t z, struct zone_link *link)
{
	struct zone_link *extra = NULL;
	struct zone_cpu *zc;

	critical_enter();
	zc = &z->z_cpu[PCPU_GET(cpuid)];
	ZONE_MARK(link, ZS_FREE);
	link->next = zc->zc_free;
	zc->zc_free = link;
	zc->zc_used--;
	if (__predict_false(++zc->zc_count > CPU_MOST))
		extra = cpu_shed(zc);
	critical_exit();
	return (extra);
}

/* Have a chain at hand, one object besides having been given out. */
static void
cpu_fill(zone_t z, struct zone_link *chain)
{
	struct zone_cpu *zc;

	critical_enter();
	zc = &z->z_cpu[PCPU_GET(cpuid)];
	for (; chain != NULL; zc->zc_count++)
		zone_move(&zc->zc_free, &chain);
	zc->zc_used++;
	critical_exit();
}

/*
 * Give out one of the zone's, and have a few more at hand for the next,
 * if nothing has to be done to them; NULL if there are none.
 */
static struct zone_link *
zone_get(zone_t z)
{
	struct zone_link *batch = NULL, *link;
	u_int i;

	mtx_lock(&z->z_lock);
	link = z->z_free;
	if (link != NULL) {
		z->z_free = link->next;
		for (i = 1; z->z_take == NULL && i < BATCH && z->z_free != NULL;
		     i++)
			zone_move(&batch, &z->z_free);
	} else if ((link = z->z_raw) != NULL)
		z->z_raw = link->next;
	mtx_unlock(&z->z_lock);
	if (link != NULL)
		cpu_fill(z, batch);
	return (link);
}

/* An object that was to be given out goes back to one of the lists. */
static void
zone_unget(zone_t z, struct zone_link **list, struct zone_link *link,
    u_int state)
{
	mtx_lock(&z->z_lock);
	zone_push(list, link, state);
	mtx_unlock(&z->z_lock);
	critical_enter();
	z->z_cpu[PCPU_GET(cpuid)].zc_used--;
	critical_exit();
}

/*
 * Construct an object.  If that fails it goes back among the raw ones.
 */
static bool
zone_construct(zone_t z, struct zone_link *link)
{
	void *obj = object_of(z, link);

	bzero(obj, z->z_size);
	if (z->z_init == NULL || (*z->z_init)(obj) == 0) {
		link->state = ZS_FREE;
		return (true);
	}
	zone_unget(z, &z->z_raw, link, ZS_RAW);
	return (false);
}

/*
 * None is at hand: from the zone's lists, or from a new slab, made as those
 * at hand are.
 */
static __noinline struct zone_link *
zone_get_or_grow(zone_t z)
{
	struct zone_link *link;

	while ((link = zone_get(z)) == NULL)
		if (!zone_grow(z))
			return (NULL);
	if (link->state == ZS_RAW && !zone_construct(z, link))
		return (NULL);
	if (z->z_take == NULL || (*z->z_take)(object_of(z, link)) == 0)
		return (link);
	zone_unget(z, &z->z_free, link, ZS_FREE);
	return (NULL);
}

/*
 * An object, as its constructor or its last user left it (with M_ZERO:
 * cleared, for zones without a constructor); NULL if there is no memory.
 */
void *
zone_alloc(zone_t z, int flags)
{
	struct zone_link *link;
	void *obj;

	if (fail_point())
		return (NULL);
	link = cpu_get(z);
	if (__predict_false(link == NULL)) {
		link = zone_get_or_grow(z);
		if (link == NULL)
			return (NULL);
	}
	KASSERT(link->state == ZS_FREE || link->state == ZS_RAW,
	    ("zone %s: free object %p written behind its end", z->z_name,
		object_of(z, link)));
	ZONE_MARK(link, ZS_USED);
	obj = object_of(z, link);
	if (flags & M_ZERO)
		bzero(obj, z->z_size);
	return (obj);
}

/* What is too much at hand goes to the zone's list. */
static __noinline void
zone_return(zone_t z, struct zone_link *extra)
{
	struct zone_link *link;

	for (link = extra; z->z_leave != NULL && link != NULL;
	     link = link->next)
		(*z->z_leave)(object_of(z, link));
	mtx_lock(&z->z_lock);
	while (extra != NULL)
		zone_move(&z->z_free, &extra);
	mtx_unlock(&z->z_lock);
}

void
zone_free(zone_t z, void *obj)
{
	struct zone_link *extra, *link;

	if (obj == NULL)
		return;
	link = link_of(z, obj);
	KASSERT(link->state == ZS_USED,
	    ("zone %s: %p freed twice, or written "
	     "behind its end",
		z->z_name, obj));
	extra = cpu_put(z, link);
	if (__predict_false(extra != NULL))
		zone_return(z, extra);
}

/*
 * Memory is short: slabs that are not in use.
 */

/* The page of a slab; its pindex counts free objects while we look. */
static vm_page_t
slab_page(const struct zone_link *link)
{
	return (KVA_TO_VM_PAGE(trunc_page((vm_offset_t)link)));
}

static void
slabs_count(struct zone_link *list, int n)
{
	for (; list != NULL; list = list->next)
		slab_page(list)->pindex = n == 0 ? 0 :
						   slab_page(list)->pindex + n;
}

/* Take from a list what is in slabs all of whose objects are free. */
static void
slabs_take(struct zone_link **list, u_int whole, struct zone_link **taken)
{
	while (*list != NULL)
		if (slab_page(*list)->pindex == whole)
			zone_move(taken, list);
		else
			list = &(*list)->next;
}

/* Free the pages in which the objects of a list lie.  How many. */
static u_int
slabs_free(struct zone_link *list)
{
	struct zone_link *next;
	u_int n = 0;
	vm_page_t m;

	for (; list != NULL; list = next) {
		next = list->next;
		m = slab_page(list);
		if (--m->pindex == 0) {
			vm_page_unref(m);
			n++;
		}
	}
	return (n);
}

static u_int
zone_reclaim_one(zone_t z)
{
	u_int whole = PAGE_SIZE / z->z_stride, n;
	struct zone_link *taken = NULL;

	mtx_lock(&z->z_lock);
	slabs_count(z->z_free, 0);
	slabs_count(z->z_raw, 0);
	slabs_count(z->z_free, 1);
	slabs_count(z->z_raw, 1);
	slabs_take(&z->z_free, whole, &taken);
	slabs_take(&z->z_raw, whole, &taken);
	n = slabs_free(taken);
	z->z_total -= n * whole;
	mtx_unlock(&z->z_lock);
	atomic_subtract_int(&nslab_pages, n);
	return (n);
}

u_int
zone_reclaim(void)
{
	u_int gained = 0, i;

	for (i = 0; i < nzones; i++)
		if (zones[i].z_pages == 1 && zones[i].z_init == NULL &&
		    zones[i].z_take == NULL)
			gained += zone_reclaim_one(&zones[i]);
	return (gained);
}

/*
 * How many are given out.  One that was taken on one processor may have
 * been given back on another: only the sum means something.
 */
u_int
zone_inuse(zone_t z)
{
	u_int cpu, used = 0;

	CPU_FOREACH(cpu)
	used += data_race(z->z_cpu[cpu].zc_used);
	return (used);
}

void
zone_at_hand(zone_t z, int (*take)(void *), void (*leave)(void *))
{
	z->z_take = take;
	z->z_leave = leave;
}

u_int
zone_kept(zone_t z)
{
	u_int cpu, n = 0;

	CPU_FOREACH(cpu)
	n += data_race(z->z_cpu[cpu].zc_count);
	return (n);
}

u_int
zone_count(void)
{
	return (nzones);
}

zone_t
zone_number(u_int i)
{
	KASSERT(i < nzones, ("zone_number: %u", i));
	return (&zones[i]);
}

const char *
zone_name(zone_t z)
{
	return (z->z_name);
}

u_int
zone_pages(void)
{
	return (nslab_pages);
}

/*
 * kern.zones: a line of text a zone.
 */
static int
sysctl_kern_zones(SYSCTL_HANDLER_ARGS)
{
	char line[80];
	int error = 0;
	u_int i;

	for (i = 0; i < nzones && error == 0; i++) {
		snprintf(line, sizeof(line),
		    "%-16s size %5zu used %6u "
		    "total %6u\n",
		    zones[i].z_name, zones[i].z_size, zone_inuse(&zones[i]),
		    zones[i].z_total);
		error = SYSCTL_OUT(req, line, strlen(line));
	}
	if (error == 0)
		error = SYSCTL_OUT(req, "", 1);
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, zones, CTLTYPE_STRING | CTLFLAG_RD, NULL, 0,
    sysctl_kern_zones, "A", "caches of objects");
