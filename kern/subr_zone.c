/*
 * Zones: caches of objects of one size whose constructor has run.  Objects
 * come from slabs, each a few contiguous pages; a slab is not given back.
 * Its objects are constructed one by one, when they are first asked for.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/sysctl.h>
#include <sys/zone.h>
#include <machine/atomic.h>
#include <machine/param.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

#define	NZONES		32
#define	SLAB_MIN_OBJECTS 4

/* Behind each object: the list of free ones, without touching the object. */
struct zone_link {
	struct	zone_link *next;
	u_int	state;			/* ZS_* */
};
#define	ZS_RAW		0x4a774a77	/* not yet constructed */
#define	ZS_FREE		0xf4eef4ee
#define	ZS_USED		0x05ed05ed

struct zone {
	struct	mtx z_lock;
	const char *z_name;		/* constant, as the next five */
	size_t	z_size;			/* of an object, rounded up */
	size_t	z_stride;		/* object and link */
	u_int	z_pages;		/* of a slab */
	int	(*z_init)(void *);
	struct	zone_link *z_free;	/* z_lock: constructed */
	struct	zone_link *z_raw;	/* z_lock: to be constructed */
	u_int	z_total;		/* z_lock: objects there are */
	u_int	z_used;			/* z_lock: of these, given out */
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
	align = MAX(align, sizeof(void *));
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
 * Construct an object.  If that fails it goes back among the raw ones.
 */
static bool
zone_construct(zone_t z, struct zone_link *link)
{
	void *obj = object_of(z, link);

	bzero(obj, z->z_size);
	if (z->z_init == NULL || (*z->z_init)(obj) == 0)
		return (true);
	mtx_lock(&z->z_lock);
	zone_push(&z->z_raw, link, ZS_RAW);
	z->z_used--;
	mtx_unlock(&z->z_lock);
	return (false);
}

/*
 * An object, as its constructor or its last user left it (with M_ZERO:
 * cleared, for zones without a constructor); NULL if there is no memory.
 */
void *
zone_alloc(zone_t z, int flags)
{
	struct zone_link **list, *link;
	void *obj;

	if (fail_point())
		return (NULL);
	for (;;) {
		mtx_lock(&z->z_lock);
		list = z->z_free != NULL ? &z->z_free : &z->z_raw;
		link = *list;
		if (link != NULL) {
			*list = link->next;
			z->z_used++;
		}
		mtx_unlock(&z->z_lock);
		if (link != NULL)
			break;
		if (!zone_grow(z))
			return (NULL);
	}
	KASSERT(link->state == ZS_FREE || link->state == ZS_RAW,
	    ("zone %s: free object %p written behind its end", z->z_name,
		object_of(z, link)));
	if (link->state == ZS_RAW && !zone_construct(z, link))
		return (NULL);
	link->state = ZS_USED;
	obj = object_of(z, link);
	if (flags & M_ZERO)
		bzero(obj, z->z_size);
	return (obj);
}

void
zone_free(zone_t z, void *obj)
{
	struct zone_link *link;

	if (obj == NULL)
		return;
	link = link_of(z, obj);
	KASSERT(link->state == ZS_USED,
	    ("zone %s: %p freed twice, or written "
	     "behind its end",
		z->z_name, obj));
	mtx_lock(&z->z_lock);
	zone_push(&z->z_free, link, ZS_FREE);
	z->z_used--;
	mtx_unlock(&z->z_lock);
}

u_int
zone_inuse(zone_t z)
{
	return (z->z_used);
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
		    zones[i].z_name, zones[i].z_size, zones[i].z_used,
		    zones[i].z_total);
		error = SYSCTL_OUT(req, line, strlen(line));
	}
	if (error == 0)
		error = SYSCTL_OUT(req, "", 1);
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, zones, CTLTYPE_STRING | CTLFLAG_RD, NULL, 0,
    sysctl_kern_zones, "A", "caches of objects");
