/*
 * Kernel memory: single pages from the direct map; everything that has to
 * be contiguous, or needs a guard, in the kernel map, which is the only one
 * to show pages above the direct map.
 *
 * The page tables of the kernel map exist from the start and every page
 * directory points to them, so a page mapped here is seen in all address
 * spaces at once.  A bitmap says which of its pages are in use.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

#define	KMAP_PAGES	((VM_KMAP_END - VM_KMAP_START) / PAGE_SIZE)
#define	KMAP_MOST	((VM_PHYS_END - DMAP_MIN_SIZE) / PAGE_SIZE)
#define	KMAP_WORDS	(KMAP_MOST / 32)
#define	KMAP_INDEX(va)	(((va) - VM_KMAP_START) / PAGE_SIZE)
#define	KMAP_VA(index)	(VM_KMAP_START + (index) * PAGE_SIZE)
#define	STACK_RUN	(KSTACK_RUN / PAGE_SIZE)

/*
 * What has been freed is kept, mapped, for the next: stacks, and runs of
 * 2 to RUN_MAX pages.  To unmap a page is dear, since every processor has
 * to forget it.
 */
#define	KSTACK_KEEP	32		/* by each processor, as RUN_KEEP */
#define	RUN_MAX		8
#define	RUN_KEEP	8		/* of each size */

CTASSERT(KMAP_MOST % 32 == 0);

static struct mtx kmap_mtx;		/* spin: all below */
static u_int	kmap_used[KMAP_WORDS];	/* a bit for each page */
static u_int	kmap_stack[KMAP_WORDS];	/* first (guard) page of a stack */
static u_int	kmap_next;		/* where to look first */

static struct keep kstacks[MAXCPU];
static struct keep runs[RUN_MAX + 1][MAXCPU];	/* by pages */
static u_int	nkstacks;		/* kmap_mtx: bits in kmap_stack */

#define	BIT(map, i)		((map)[(i) / 32] & 1u << (i) % 32)
#define	BIT_SET(map, i)		((map)[(i) / 32] |= 1u << (i) % 32)
#define	BIT_CLEAR(map, i)	((map)[(i) / 32] &= ~(1u << (i) % 32))

void
kmem_init(void)
{
	u_int n;

	KASSERT(KMAP_PAGES <= KMAP_MOST && KMAP_PAGES % 32 == 0,
	    ("kernel map of %u pages", KMAP_PAGES));
	mtx_init(&kmap_mtx, "kernel map", NULL, MTX_SPIN);
	keep_init(kstacks);
	for (n = 2; n <= RUN_MAX; n++)
		keep_init(runs[n]);
}

/* A run of n unused pages in [from, to), or to. */
static u_int
kmap_find(u_int n, u_int from, u_int to)
{
	u_int i, run = 0;

	mtx_assert(&kmap_mtx, MA_OWNED);
	for (i = from; i < to; i++) {
		if (run == 0 && i % 32 == 0 && kmap_used[i / 32] == ~0u) {
			i += 31;
			continue;
		}
		if (BIT(kmap_used, i))
			run = 0;
		else if (++run == n)
			return (i + 1 - n);
	}
	return (to);
}

/* Reserve n pages of addresses; 0 if there is no room. */
static vm_offset_t
kmap_alloc(u_int n)
{
	u_int i, j;

	mtx_lock_spin(&kmap_mtx);
	i = kmap_find(n, kmap_next, KMAP_PAGES);
	if (i == KMAP_PAGES)
		i = kmap_find(n, 0, KMAP_PAGES);
	if (i < KMAP_PAGES) {
		for (j = i; j < i + n; j++)
			BIT_SET(kmap_used, j);
		kmap_next = i + n;
	}
	mtx_unlock_spin(&kmap_mtx);
	return (i < KMAP_PAGES ? KMAP_VA(i) : 0);
}

static void
kmap_free(vm_offset_t va, u_int n)
{
	u_int i = KMAP_INDEX(va), j;

	mtx_lock_spin(&kmap_mtx);
	for (j = i; j < i + n; j++) {
		KASSERT(BIT(kmap_used, j),
		    ("kmap_free: %#x is not in use", KMAP_VA(j)));
		BIT_CLEAR(kmap_used, j);
	}
	if (BIT(kmap_stack, i)) {
		BIT_CLEAR(kmap_stack, i);
		WRITE_ONCE(nkstacks, nkstacks - 1);
	}
	if (i < kmap_next)
		kmap_next = i;
	mtx_unlock_spin(&kmap_mtx);
}

/* Unmap n pages at va, and when no processor knows them any more, free them. */
static void
kmap_drop_pages(vm_offset_t va, u_int n)
{
	vm_page_t m, chain = NULL;
	u_int i;

	for (i = 0; i < n; i++) {
		m = PHYS_TO_VM_PAGE(pmap_kextract(va + ptoa(i)));
		if (vm_page_unref_last(m)) {
			m->next = chain;
			chain = m;
		}
	}
	pmap_kremove(va, n);
	if (chain != NULL)
		vm_page_free_list(chain);
}

/* Fill n pages of addresses that are reserved, all or none of them. */
static bool
kmap_fill(vm_offset_t va, u_int n, int flags)
{
	vm_page_t m;
	u_int i;

	for (i = 0; i < n; i++) {
		m = vm_page_alloc_any(flags);
		if (m == NULL) {
			kmap_drop_pages(va, i);
			return (false);
		}
		pmap_kenter(va + ptoa(i), VM_PAGE_TO_PHYS(m));
	}
	return (true);
}

void
keep_init(struct keep keeps[MAXCPU])
{
	u_int i;

	for (i = 0; i < MAXCPU; i++)
		mtx_init(&keeps[i].k_mtx, "kept memory", NULL, MTX_SPIN);
}

static vm_offset_t
keep_take(struct keep *k)
{
	vm_offset_t va;

	mtx_lock_spin(&k->k_mtx);
	va = k->k_first;
	if (va != 0) {
		k->k_first = *(vm_offset_t *)va;
		*(vm_offset_t *)va = 0;
		WRITE_ONCE(k->k_count, k->k_count - 1);
	}
	mtx_unlock_spin(&k->k_mtx);
	return (va);
}

vm_offset_t
keep_get(struct keep keeps[MAXCPU])
{
	return (keep_take(&keeps[PCPU_GET(cpuid)]));
}

vm_offset_t
keep_get_any(struct keep keeps[MAXCPU])
{
	vm_offset_t va = 0;
	u_int i;

	for (i = 0; i < MAXCPU && va == 0; i++)
		va = keep_take(&keeps[i]);
	return (va);
}

bool
keep_put(struct keep keeps[MAXCPU], vm_offset_t va, u_int most)
{
	struct keep *k = &keeps[PCPU_GET(cpuid)];
	bool kept;

	mtx_lock_spin(&k->k_mtx);
	kept = k->k_count < most;
	if (kept) {
		*(vm_offset_t *)va = k->k_first;
		k->k_first = va;
		WRITE_ONCE(k->k_count, k->k_count + 1);
	}
	mtx_unlock_spin(&k->k_mtx);
	return (kept);
}

u_int
keep_count(struct keep keeps[MAXCPU])
{
	u_int i, n = 0;

	for (i = 0; i < MAXCPU; i++)
		n += READ_ONCE(keeps[i].k_count);
	return (n);
}

static vm_offset_t
kmem_try_pages(u_int n, int flags)
{
	vm_offset_t va;
	vm_page_t m;

	if (n == 1) {
		m = vm_page_alloc(VPT_KERNEL, flags);
		return (m != NULL ? (vm_offset_t)VM_PAGE_TO_KVA(m) : 0);
	}
	va = n <= RUN_MAX ? keep_get(runs[n]) : 0;
	if (va == 0) {
		va = kmap_alloc(n);
		if (va != 0 && !kmap_fill(va, n, flags & VM_ALLOC_SYSTEM)) {
			kmap_free(va, n);
			va = 0;
		}
	}
	if (va != 0 && (flags & VM_ALLOC_ZERO))
		memset((void *)va, 0, ptoa(n));
	return (va);
}

/*
 * Most of it is for objects of which programs decide how many there are: only
 * what cannot be refused comes from the reserve.
 */
vm_offset_t
kmem_alloc_pages(int n, int flags)
{
	int how = (flags & M_ZERO) ? VM_ALLOC_ZERO : 0;
	vm_offset_t va;

	KASSERT(n > 0, ("kmem_alloc_pages: %d pages", n));
	if (flags & M_WAITOK)
		how |= VM_ALLOC_SYSTEM;
	va = kmem_try_pages(n, how);
	if (va == 0 && (flags & M_WAITOK))
		panic("kernel memory: no room for %d pages", n);
	return (va);
}

static void
run_destroy(vm_offset_t va, u_int n)
{
	kmap_drop_pages(va, n);
	kmap_free(va, n);
}

void
kmem_free_pages(vm_offset_t va, int n)
{
	if (VM_IN_DMAP(va)) {
		KASSERT(n == 1, ("kmem_free_pages: %d pages at %#x", n, va));
		vm_page_unref(KVA_TO_VM_PAGE(va));
		return;
	}
	KASSERT(va >= VM_KMAP_START && va < VM_KMAP_END,
	    ("kmem_free_pages: %#x is not kernel memory", va));
	if (n <= RUN_MAX && keep_put(runs[n], va, RUN_KEEP))
		return;
	run_destroy(va, n);
}

static vm_offset_t
kstack_make(void)
{
	vm_offset_t va = kmap_alloc(STACK_RUN);

	if (va == 0)
		return (0);
	if (!kmap_fill(va + ptoa(KSTACK_GUARD_PAGES), KSTACK_PAGES, 0)) {
		kmap_free(va, STACK_RUN);
		return (0);
	}
	mtx_lock_spin(&kmap_mtx);
	BIT_SET(kmap_stack, KMAP_INDEX(va));
	WRITE_ONCE(nkstacks, nkstacks + 1);
	mtx_unlock_spin(&kmap_mtx);
	return (va + ptoa(KSTACK_GUARD_PAGES));
}

/*
 * Kernel stacks.  User programs decide how many there are, so they do not
 * come from the reserve.
 */
vm_offset_t
kmem_alloc_kstack(void)
{
	vm_offset_t va;

	if (fail_point())
		return (0);
	va = keep_get(kstacks);
	return (va != 0 ? va : kstack_make());
}

/* For good: pages and addresses. */
static void
kstack_destroy(vm_offset_t va)
{
	kmap_drop_pages(va, KSTACK_PAGES);
	kmap_free(va - ptoa(KSTACK_GUARD_PAGES), STACK_RUN);
}

static u_int
kstacks_inuse(void)
{
	return (READ_ONCE(nkstacks) - keep_count(kstacks) - procs_kept());
}
LEAK_READER(kernel_stacks, kstacks_inuse);

void
kmem_free_kstack(vm_offset_t va)
{
	if (va == 0)
		return;
	/* Its own bit stays; the others of the word come and go. */
	KASSERT(data_race(BIT(kmap_stack,
		    KMAP_INDEX(va - ptoa(KSTACK_GUARD_PAGES)))),
	    ("kmem_free_kstack: %#x is not a stack", va));
	if (!keep_put(kstacks, va, KSTACK_KEEP))
		kstack_destroy(va);
}

/* Whether va lies in the unmapped page below a stack. */
bool
kmem_is_kstack_guard(vm_offset_t va)
{
	/* No lock: also asked when the kernel is about to die. */
	return (va >= VM_KMAP_START && va < VM_KMAP_END &&
	    BIT(kmap_stack, KMAP_INDEX(va)));
}

/*
 * Memory is short: give up what is kept only to be quick.
 */
u_int
kmem_reclaim(void)
{
	vm_offset_t va;
	u_int gained = pmap_reclaim() + zone_reclaim(), n;

	while ((va = keep_get_any(kstacks)) != 0) {
		kstack_destroy(va);
		gained += KSTACK_PAGES;
	}
	for (n = 2; n <= RUN_MAX; n++)
		while ((va = keep_get_any(runs[n])) != 0) {
			run_destroy(va, n);
			gained += n;
		}
	return (gained);
}

/* Pages that are kept for the next. */
static u_int
kmem_kept(void)
{
	u_int kept = pmap_cached(), n;

	kept += (keep_count(kstacks) + procs_kept()) * KSTACK_PAGES;

	for (n = 2; n <= RUN_MAX; n++)
		kept += keep_count(runs[n]) * n;
	return (kept);
}

static int
sysctl_vm_kept_pages(SYSCTL_HANDLER_ARGS)
{
	u_int kept = kmem_kept();

	return (SYSCTL_OUT(req, &kept, sizeof(kept)));
}
SYSCTL_PROC(_vm, OID_AUTO, kept_pages, CTLTYPE_UINT | CTLFLAG_RD, NULL, 0,
    sysctl_vm_kept_pages, "IU", "pages of the kernel kept for the next");

/*
 * Pages of the kernel that are not kept for later by somebody.
 */
static u_int
kmem_inuse(void)
{
	return (CNT_GET(v_kmem_count) + cnt.v_high_count - cnt.v_high_free -
	    malloc_pages() - zone_pages() - kmem_kept());
}
LEAK_READER(kernel_pages, kmem_inuse);

void *
kmem_map_device(vm_paddr_t pa, vm_size_t len)
{
	vm_size_t offset = pa & PAGE_MASK;
	vm_offset_t va;
	u_int i, n;

	n = atop(round_page(offset + len));
	va = kmap_alloc(n);
	if (va == 0)
		return (NULL);
	for (i = 0; i < n; i++)
		pmap_kenter_device(va + ptoa(i), trunc_page(pa) + ptoa(i));
	return ((void *)(va + offset));
}
