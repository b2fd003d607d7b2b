/*
 * malloc(9).  Sizes up to a page come from buckets of powers of two, each
 * a list of free pieces; larger ones are whole pages.  A header in front
 * of each piece tells its size and type.
 *
 * The debug kernel fills what is freed with 0xdeadc0de, looks whether it
 * still is when it is given out again, and keeps a word behind each piece
 * that must not change.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/db.h>
#include <machine/param.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

#define	MINSHIFT	4		/* 16 bytes */
#define	MAXPAGES	0xffff		/* of header.pages */
#define	NBUCKETS	(PAGE_SHIFT - MINSHIFT + 1)
#define	POISON		0xdeadc0deU
#define	GUARD		0x5afe5afeU

#ifdef INVARIANTS
#define	GUARDSIZE	sizeof(u_int)
#else
#define	GUARDSIZE	0
#endif

MALLOC_DEFINE(M_TEMP, "temp", "for a short time");
MALLOC_DEFINE(M_DEVBUF, "devbuf", "device drivers");

/* A free piece. */
struct piece {
	struct	piece *next;
};

/*
 * In front of every piece: which bucket it belongs to, or how many pages
 * it is; and its type.
 */
struct header {
	u_int	size;			/* bytes asked for */
	u_short	bucket;			/* NBUCKETS: whole pages */
	u_short	pages;
	struct	malloc_type *type;
	u_int	magic;
};
#define	MAGIC		0xa110ca7e
CTASSERT(sizeof(struct header) == 16);

static struct mtx	malloc_lock;
static struct piece	*buckets[NBUCKETS];	/* malloc_lock */
static u_int		bucket_pages;		/* malloc_lock */
SYSCTL_UINT(_vm, OID_AUTO, malloc_pages, CTLFLAG_RD, &bucket_pages, 0,
    "pages cut into pieces for malloc");

/*
 * Before anything else is initialised.
 */
void
malloc_boot(void)
{
	mtx_init(&malloc_lock, "malloc", NULL, MTX_DEF);
}

#ifdef INVARIANTS
/*
 * Whether this allocation of the current thread is the one that was asked
 * to fail.
 */
bool
fail_point(void)
{
	struct thread *td = curthread;

	if (td->td_failcount == 0 || td->td_intr_nesting_level > 0)
		return (false);
	return (--td->td_failcount == 0);
}
#endif

/*
 * The current thread's k-th allocation from now on fails; 0: none.
 */
void
fail_alloc_at(u_int k)
{
	curthread->td_failcount = k;
}

#ifdef INVARIANTS
/*
 * debug.fail.alloc: the same for programs.  It reads as 0 once the
 * allocation has failed.
 */
static int
sysctl_debug_fail_alloc(SYSCTL_HANDLER_ARGS)
{
	u_int k = curthread->td_failcount;
	int error;

	error = sysctl_handle_int(oidp, &k, 0, req);
	if (error == 0 && req->newptr != NULL)
		fail_alloc_at(k);
	return (error);
}
SYSCTL_NODE(_debug, OID_AUTO, fail, CTLFLAG_RW, NULL, "fault injection");
SYSCTL_PROC(_debug_fail, OID_AUTO, alloc, CTLTYPE_UINT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_fail_alloc, "IU",
    "the calling thread's allocation that fails, counted from now");
#endif

static void
poison(void *mem, size_t size)
{
#ifdef INVARIANTS
	u_int *p = (u_int *)((struct piece *)mem + 1);

	for (; (char *)(p + 1) <= (char *)mem + size; p++)
		*p = POISON;
#endif
}

static void
poison_check(void *mem, size_t size)
{
#ifdef INVARIANTS
	u_int *p = (u_int *)((struct piece *)mem + 1);

	for (; (char *)(p + 1) <= (char *)mem + size; p++)
		if (*p != POISON)
			panic("malloc: piece of %zu bytes at %p was written "
			      "after free: %#x at offset %d",
			    size, mem, *p, (int)((char *)p - (char *)mem));
#endif
}

/*
 * Cut a new page into pieces for a bucket.  false without memory.
 */
static bool
bucket_fill(u_int b, int flags)
{
	size_t size = (size_t)1 << (b + MINSHIFT);
	struct piece *p;
	vm_offset_t va;
	char *at;

	va = kmem_alloc_pages(1, flags & ~M_ZERO);
	if (va == 0)
		return (false);
	mtx_lock(&malloc_lock);
	bucket_pages++;
	for (at = (char *)va; at < (char *)va + PAGE_SIZE; at += size) {
		p = (struct piece *)at;
		poison(p, size);
		p->next = buckets[b];
		buckets[b] = p;
	}
	mtx_unlock(&malloc_lock);
	return (true);
}

static void *
bucket_take(u_int b, int flags)
{
	struct piece *p;

	do {
		mtx_lock(&malloc_lock);
		p = buckets[b];
		if (p != NULL)
			buckets[b] = p->next;
		mtx_unlock(&malloc_lock);
	} while (p == NULL && bucket_fill(b, flags));
	if (p != NULL)
		poison_check(p, (size_t)1 << (b + MINSHIFT));
	return (p);
}

static void
count_alloc(struct malloc_type *type, u_int bytes)
{
	u_int max, now;

	atomic_add_int(&type->ks_inuse, 1);
	atomic_add_int(&type->ks_calls, 1);
	now = atomic_fetchadd_int(&type->ks_memuse, bytes) + bytes;
	while ((max = type->ks_maxuse) < now &&
	    !atomic_cmpset_int(&type->ks_maxuse, max, now))
		;
}

/* Bytes that a piece really takes. */
static u_int
allotted(const struct header *h)
{
	return (h->bucket == NBUCKETS ? h->pages * PAGE_SIZE :
					1U << (h->bucket + MINSHIFT));
}

/*
 * Allocate.  M_NOWAIT gives NULL when there is no memory; with M_WAITOK,
 * which is for what the kernel cannot do without, that is a panic.  May
 * be called with mutexes held, not from an interrupt handler.
 */
void *
malloc(size_t size, struct malloc_type *type, int flags)
{
	size_t need = sizeof(struct header) + size + GUARDSIZE;
	u_int b = 0, pages = 0;
	struct header *h = NULL;

	KASSERT(curthread->td_intr_nesting_level == 0,
	    ("malloc(%s) in an interrupt handler", type->ks_shortdesc));
	if ((flags & M_WAITOK) == 0 && fail_point())
		return (NULL);
	if (need < size || need > MAXPAGES * PAGE_SIZE) {
		/* There is no such piece; the sum may have wrapped. */
	} else if (need <= PAGE_SIZE) {
		while (((size_t)1 << (b + MINSHIFT)) < need)
			b++;
		h = bucket_take(b, flags);
	} else {
		b = NBUCKETS;
		pages = howmany(need, PAGE_SIZE);
		h = (struct header *)kmem_alloc_pages(pages, flags);
	}
	if (h == NULL) {
		if (flags & M_WAITOK)
			panic("malloc(%zu, %s): no memory", size,
			    type->ks_shortdesc);
		return (NULL);
	}
	h->size = size;
	h->bucket = b;
	h->pages = pages;
	h->type = type;
	h->magic = MAGIC;
#ifdef INVARIANTS
	*(u_int *)((char *)(h + 1) + size) = GUARD;
#endif
	count_alloc(type, allotted(h));
	if (flags & M_ZERO)
		bzero(h + 1, size);
	return (h + 1);
}

/*
 * Free what malloc() gave, under the same type.  NULL-safe.
 */
void
free(void *mem, struct malloc_type *type)
{
	struct header *h;
	u_int b, bytes;

	if (mem == NULL)
		return;
	h = (struct header *)mem - 1;
	KASSERT(h->magic == MAGIC,
	    ("free(%p, %s): not allocated, or freed "
	     "twice",
		mem, type->ks_shortdesc));
	KASSERT(h->type == type,
	    ("free(%p, %s): it is of type %s", mem, type->ks_shortdesc,
		h->type->ks_shortdesc));
#ifdef INVARIANTS
	if (*(u_int *)((char *)mem + h->size) != GUARD)
		panic("free(%p, %s): written behind its %u bytes", mem,
		    type->ks_shortdesc, h->size);
#endif
	bytes = allotted(h);
	b = h->bucket;
	atomic_subtract_int(&type->ks_inuse, 1);
	atomic_subtract_int(&type->ks_memuse, bytes);
	h->magic = 0;
	if (b == NBUCKETS) {
		kmem_free_pages((vm_offset_t)h, bytes / PAGE_SIZE);
		return;
	}
	poison(h, bytes);
	mtx_lock(&malloc_lock);
	((struct piece *)h)->next = buckets[b];
	buckets[b] = (struct piece *)h;
	mtx_unlock(&malloc_lock);
}

/*
 * Make a piece larger or smaller; on failure (NULL) the old one stays.
 */
void *
realloc(void *mem, size_t size, struct malloc_type *type, int flags)
{
	struct header *h;
	void *new;

	new = malloc(size, type, flags);
	if (new != NULL && mem != NULL) {
		h = (struct header *)mem - 1;
		bcopy(mem, new, min(size, h->size));
		free(mem, type);
	}
	return (new);
}

#ifdef KCSAN
/*
 * Is there a header at h, of a piece with this address in it?
 */
static bool
header_of(vm_offset_t h, vm_offset_t addr, struct header *copy)
{
	u_int i, *word = (u_int *)copy;

	for (i = 0; i < sizeof(*copy) / sizeof(*word); i++)
		if (!db_read_word(h + i * sizeof(*word), &word[i]))
			return (false);
	return (copy->magic == MAGIC && copy->bucket <= NBUCKETS &&
	    addr - h < sizeof(*copy) + copy->size);
}

/*
 * Takes no lock and trusts nothing.  A piece of a bucket is at a multiple
 * of its size, a larger one begins a page.
 */
bool
malloc_find(vm_offset_t addr, vm_offset_t *mem, const char **type)
{
	vm_offset_t at = addr;
	struct header h;
	u_int i;

	for (i = MINSHIFT; i < PAGE_SHIFT + 8; i++) {
		at = i <= PAGE_SHIFT ? addr & ~((1U << i) - 1) : at - PAGE_SIZE;
		if (header_of(at, addr, &h)) {
			*mem = at + sizeof(h);
			*type = h.type->ks_shortdesc;
			return (true);
		}
	}
	return (false);
}
#endif

u_int
malloc_pages(void)
{
	return (bucket_pages);
}

/*
 * A table of list heads for about that many elements: a power of two of
 * them, whose number less one is the mask.
 */
void *
hashinit(int elements, struct malloc_type *type, u_long *mask)
{
	LIST_HEAD(, proc) * table;
	u_long i, size = 1;

	while (size * 2 <= (u_long)elements)
		size *= 2;
	table = malloc(size * sizeof(*table), type, M_WAITOK);
	for (i = 0; i < size; i++)
		LIST_INIT(&table[i]);
	*mask = size - 1;
	return (table);
}

SET_DECLARE(malloc, struct malloc_type);

/*
 * kern.malloc: a struct malloc_stat a type.
 */
static int
sysctl_kern_malloc(SYSCTL_HANDLER_ARGS)
{
	struct malloc_type **type;
	struct malloc_stat ms;
	int error = 0;

	SET_FOREACH(type, malloc) {
		bzero(&ms, sizeof(ms));
		strlcpy(ms.ms_name, (*type)->ks_shortdesc, sizeof(ms.ms_name));
		ms.ms_inuse = (*type)->ks_inuse;
		ms.ms_memuse = (*type)->ks_memuse;
		ms.ms_maxuse = (*type)->ks_maxuse;
		ms.ms_calls = (*type)->ks_calls;
		error = SYSCTL_OUT(req, &ms, sizeof(ms));
		if (error != 0)
			break;
	}
	return (error);
}
SYSCTL_PROC(_kern, OID_AUTO, malloc, CTLTYPE_OPAQUE | CTLFLAG_RD, NULL, 0,
    sysctl_kern_malloc, "S,malloc_stat", "memory by type");
