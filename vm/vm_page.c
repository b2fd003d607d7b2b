/*
 * Physical pages: which there are, which are free, what each is used for.
 *
 * Two free lists: pages known to be zero and the others, both last in,
 * first out.  The idle thread moves pages from the second to the first.
 * While memory is short, user memory is refused and the last pages are
 * left to the kernel, so that it can go on and let processes exit.
 *
 * Before these, each processor has some free pages at hand that it has used
 * itself: what they hold is in its caches, and for a page that another one
 * has written to each of its lines would have to be fetched from there.
 *
 * A third list has the free high pages.  Nobody can write to one of these
 * while it is free, since nothing maps it: there is nothing to be checked.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/vmmeter.h>
#include <machine/bootinfo.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

#define	PAGE_POISON	0xdeadc0de

/* Below this the first processor of a multiprocessor's others starts. */
#define	LOW_RESERVED	0x10000

/* Constant after vm_page_startup(). */
struct vm_page *vm_page_array __read_mostly;
vm_pindex_t vm_page_frames __read_mostly;

static struct mtx page_mtx __leads_line(page); /* spin: all in its line */
static struct vm_page *free_dirty __in_line_of(page);
static struct vm_page *free_zero __in_line_of(page);
static struct vm_page *free_high __in_line_of(page);
static u_int	nlisted __in_line_of(page); /* dirty and zero ones */

#define	HAND_MOST	16		/* pages at hand, of either kind */
static struct hand {
	struct	mtx h_mtx;		/* spin: the rest */
	struct	vm_page *h_free[2];	/* dirty ones, zero ones */
	u_int	h_count[2];
} __aligned(CACHE_LINE_SIZE) hands[MAXCPU];

/* What of the pages in use must be as it was after each test. */
static u_int
private_pages(void)
{
	return (CNT_GET(v_private_count));
}
LEAK_READER(private_pages, private_pages);

static u_int
object_pages(void)
{
	return (CNT_GET(v_object_count));
}
LEAK_READER(object_pages, object_pages);

static u_int
page_tables(void)
{
	return (CNT_GET(v_pt_count));
}
LEAK_READER(page_tables, page_tables);

const char *
vm_page_type_name(u_int type)
{
	static const char *const names[] = { "reserved", "free", "private",
		"object", "page table", "page directory", "kernel",
		"high kernel" };

	return (type < nitems(names) ? names[type] : "of no known type");
}

/* There are n more pages of that type, and so many less free ones. */
static __inline void
count_type(u_int type, int n)
{
	CNT_ADD(v_free_count, -n);
	switch (type) {
	case VPT_PRIVATE:
		CNT_ADD(v_private_count, n);
		break;
	case VPT_OBJECT:
		CNT_ADD(v_object_count, n);
		break;
	case VPT_TABLE:
		CNT_ADD(v_pt_count, n);
		break;
	default:
		CNT_ADD(v_kmem_count, n);
	}
}

/*
 * A page that is free no more, or is again; under the lock of the list it
 * was on, or comes to.
 */
static __inline void
page_give(vm_page_t m, enum vm_page_type type)
{
	KASSERT(m->type == VPT_FREE && m->ref_count == 0,
	    ("page %#x on a free list: %s, %u references",
		(u_int)VM_PAGE_TO_PHYS(m), vm_page_type_name(m->type),
		m->ref_count));
	count_type(type, 1);
	m->type = type;
	m->ref_count = 1;
}

static __inline void
page_give_back(vm_page_t m)
{
	count_type(m->type, -1);
	m->type = VPT_FREE;
}

#ifdef INVARIANTS
/* Free pages that were not zeroed are filled, and checked on the way out. */
static void
poison(vm_page_t m)
{
	u_int *p = VM_PAGE_TO_KVA(m), i;

	for (i = 0; i < PAGE_SIZE / sizeof(*p); i++)
		p[i] = PAGE_POISON;
	m->flags |= VPF_POISON;
}

static void
check_filled(vm_page_t m, u_int with)
{
	u_int *p = VM_PAGE_TO_KVA(m), i;

	for (i = 0; i < PAGE_SIZE / sizeof(*p); i++)
		if (p[i] != with)
			panic("page %#x was written after it had been freed: "
			      "%#x at %p, not %#x",
			    (u_int)VM_PAGE_TO_PHYS(m), p[i], &p[i], with);
}

static void
check_free_page(vm_page_t m)
{
	if (m->flags & VPF_ZERO)
		check_filled(m, 0);
	else if (m->flags & VPF_POISON)
		check_filled(m, PAGE_POISON);
}
#else
#define	poison(m)		((void)0)
#define	check_free_page(m)	((void)0)
#endif

/*
 * Take a page that this processor has at hand, a zeroed one or not; NULL if
 * it has none.
 */
static vm_page_t
hand_take(enum vm_page_type type, bool zero)
{
	struct hand *h = &hands[PCPU_GET(cpuid)];
	vm_page_t m;

	if (data_race(h->h_free[zero]) == NULL)
		return (NULL);
	mtx_lock_spin(&h->h_mtx);
	m = h->h_free[zero];
	if (m != NULL) {
		h->h_free[zero] = m->next;
		h->h_count[zero]--;
		page_give(m, type);
	}
	mtx_unlock_spin(&h->h_mtx);
	return (m);
}

/*
 * Put as many pages of the list at hand as there is room for; the others.
 * While memory is short all are for the lists, which have the reserve.
 */
static vm_page_t
hand_put(vm_page_t list)
{
	struct hand *h = &hands[PCPU_GET(cpuid)];
	vm_page_t m, others = NULL;
	bool zero;

	if (data_race(nlisted) <= cnt.v_free_reserved)
		return (list);
	mtx_lock_spin(&h->h_mtx);
	while ((m = list) != NULL) {
		list = m->next;
		zero = (m->flags & VPF_ZERO) != 0;
		if (__predict_false(h->h_count[zero] == HAND_MOST ||
			m->type == VPT_HIGH)) {
			m->next = others;
			others = m;
			continue;
		}
		page_give_back(m);
		m->next = h->h_free[zero];
		h->h_free[zero] = m;
		h->h_count[zero]++;
	}
	mtx_unlock_spin(&h->h_mtx);
	return (others);
}

/* A free page comes to the lists. */
static void
page_list(vm_page_t m)
{
	mtx_assert(&page_mtx, MA_OWNED);
	nlisted++;
	if (m->flags & VPF_ZERO) {
		m->next = free_zero;
		free_zero = m;
		cnt.v_zero_count++;
	} else {
		m->next = free_dirty;
		free_dirty = m;
	}
}

/*
 * Memory is short: what anybody has at hand is for all.  The pages gained.
 */
static u_int
hands_empty(void)
{
	vm_page_t list, m;
	u_int gained = 0, i;

	for (i = 0; i < 2 * MAXCPU; i++) {
		mtx_lock_spin(&hands[i / 2].h_mtx);
		list = hands[i / 2].h_free[i % 2];
		hands[i / 2].h_free[i % 2] = NULL;
		hands[i / 2].h_count[i % 2] = 0;
		mtx_unlock_spin(&hands[i / 2].h_mtx);
		mtx_lock_spin(&page_mtx);
		while ((m = list) != NULL) {
			list = m->next;
			page_list(m);
			gained++;
		}
		mtx_unlock_spin(&page_mtx);
	}
	return (gained);
}

/*
 * Take a page off the lists, a zeroed one by preference or not; NULL if
 * too few are left.
 */
static vm_page_t
page_take(enum vm_page_type type, int flags)
{
	u_int keep = (flags & VM_ALLOC_SYSTEM) ? 0 : cnt.v_free_reserved;
	vm_page_t m = NULL;

	mtx_lock_spin(&page_mtx);
	if (nlisted > keep) {
		if ((flags & VM_ALLOC_ZERO) ? free_zero != NULL :
					      free_dirty == NULL)
			m = free_zero;
		else
			m = free_dirty;
		if (m == NULL)
			; /* the idle thread has it just now */
		else if (m->flags & VPF_ZERO) {
			free_zero = m->next;
			cnt.v_zero_count--;
		} else
			free_dirty = m->next;
	}
	if (m != NULL) {
		nlisted--;
		page_give(m, type);
	}
	mtx_unlock_spin(&page_mtx);
	return (m);
}

/*
 * The same when there was none: give up what is kept only to be quick.  Without
 * init the machine has ended, so it may have the last pages.
 */
static vm_page_t __noinline
page_take_hard(enum vm_page_type type, int flags)
{
	u_int gained = kmem_reclaim();

	gained += hands_empty();
	if (curproc == initproc)
		return (page_take(type, flags | VM_ALLOC_SYSTEM));
	return (gained != 0 ? page_take(type, flags) : NULL);
}

vm_page_t
vm_page_alloc(enum vm_page_type type, int flags)
{
	vm_page_t m;

	if (fail_point())
		return (NULL);
	m = hand_take(type, (flags & VM_ALLOC_ZERO) != 0);
	if (m == NULL)
		m = page_take(type, flags);
	if (__predict_false(m == NULL)) {
		m = page_take_hard(type, flags);
		if (m == NULL)
			return (NULL);
	}
	check_free_page(m);
	if ((flags & VM_ALLOC_ZERO) != 0 && (m->flags & VPF_ZERO) == 0)
		pmap_zero_page(m);
	m->flags = 0;
	m->next = NULL;
	m->pindex = 0;
	return (m);
}

static void
high_put(vm_page_t m)
{
	mtx_assert(&page_mtx, MA_OWNED);
	m->type = VPT_FREE;
	m->next = free_high;
	free_high = m;
	cnt.v_high_free++;
}

static vm_page_t
high_take(void)
{
	vm_page_t m;

	mtx_lock_spin(&page_mtx);
	m = free_high;
	if (m != NULL) {
		KASSERT(m->type == VPT_FREE && m->ref_count == 0,
		    ("high page %#x on the free list: %s, %u references",
			(u_int)VM_PAGE_TO_PHYS(m), vm_page_type_name(m->type),
			m->ref_count));
		free_high = m->next;
		cnt.v_high_free--;
		m->type = VPT_HIGH;
		m->ref_count = 1;
		m->next = NULL;
	}
	mtx_unlock_spin(&page_mtx);
	return (m);
}

vm_page_t
vm_page_alloc_any(int flags)
{
	vm_page_t m = high_take();

	if (m == NULL)
		return (vm_page_alloc(VPT_KERNEL, flags));
	if (fail_point()) {
		vm_page_unref(m);
		return (NULL);
	}
	return (m);
}

void
vm_page_free_list(vm_page_t list)
{
	vm_page_t m, next;

#ifdef INVARIANTS
	for (m = list; m != NULL; m = m->next) {
		KASSERT(m->ref_count == 0 && m->type > VPT_FREE,
		    ("freeing page %#x: %s, %u references",
			(u_int)VM_PAGE_TO_PHYS(m), vm_page_type_name(m->type),
			m->ref_count));
		if (m->type == VPT_HIGH)
			continue;
		if ((m->flags & VPF_ZERO) == 0)
			poison(m);
		check_free_page(m);
	}
#endif
	list = hand_put(list);
	if (list == NULL)
		return;
	mtx_lock_spin(&page_mtx);
	for (m = list; m != NULL; m = next) {
		next = m->next;
		if (__predict_false(m->type == VPT_HIGH)) {
			high_put(m);
			continue;
		}
		page_give_back(m);
		page_list(m);
	}
	mtx_unlock_spin(&page_mtx);
}

void
vm_page_free(vm_page_t m)
{
	m->next = NULL;
	vm_page_free_list(m);
}

/* Without the lock: a wrong answer means a page too many or too late. */
static bool
enough_zeroed(void)
{
	return (data_race(free_dirty) == NULL ||
	    data_race(cnt.v_zero_count >= nlisted - nlisted / 4));
}

/*
 * Called again and again by the idle threads while there is nothing to run.
 * The page that is being cleared counts as free, but is on no list.
 */
bool
vm_pagezero_idle(void)
{
	vm_page_t m = NULL;

	if (enough_zeroed())
		return (false);
	mtx_lock_spin(&page_mtx);
	m = free_dirty;
	if (m != NULL)
		free_dirty = m->next;
	mtx_unlock_spin(&page_mtx);
	if (m == NULL)
		return (false);
	check_free_page(m);
	pmap_zero_page(m);
	m->flags = VPF_ZERO;
	mtx_lock_spin(&page_mtx);
	m->next = free_zero;
	free_zero = m;
	cnt.v_zero_count++;
	mtx_unlock_spin(&page_mtx);
	return (true);
}

void
vm_page_describe(vm_paddr_t pa)
{
	struct vm_page *m;

	if (pa >> PAGE_SHIFT >= vm_page_frames) {
		printf("page %#x: not RAM of ours\n", (u_int)pa);
		return;
	}
	m = PHYS_TO_VM_PAGE(pa);
	printf("page %#x: %s, %u references", (u_int)trunc_page(pa),
	    vm_page_type_name(m->type), m->ref_count);
	if (m->type == VPT_OBJECT)
		printf(", number %u of object %p", m->pindex, m->object);
	else if (m->type == VPT_TABLE)
		printf(", %u entries in use, between %u and %u", m->entries,
		    m->first, m->last);
	printf("\n");
}

u_int
vm_page_at_hand(void)
{
	u_int i, n = 0;

	for (i = 0; i < MAXCPU; i++)
		n += data_race(hands[i].h_count[0] + hands[i].h_count[1]);
	return (n);
}

void
vm_page_count_free(u_int *dirty, u_int *zeroed, u_int *high)
{
	vm_page_t m;

	*dirty = vm_page_at_hand();
	*zeroed = *high = 0;
	mtx_lock_spin(&page_mtx);
	for (m = free_dirty; m != NULL; m = m->next)
		(*dirty)++;
	for (m = free_zero; m != NULL; m = m->next)
		(*zeroed)++;
	for (m = free_high; m != NULL; m = m->next)
		(*high)++;
	mtx_unlock_spin(&page_mtx);
}

/*
 * The start: which pages there are.
 */

/* The part of [base, base + len) that is whole pages below the limit. */
static bool
frames(u_int64_t base, u_int64_t len, vm_pindex_t *first, vm_pindex_t *end)
{
	u_int64_t limit = VM_PHYS_END, top = base + len;

	if (top < base || top > limit)
		top = limit;
	if (base > limit)
		base = limit;
	*first = (base + PAGE_MASK) >> PAGE_SHIFT;
	*end = top >> PAGE_SHIFT;
	return (*first < *end);
}

/*
 * What must not be given out, by index: first the machine's low memory,
 * then kernel and modules, then what is not RAM; 0 behind the last one.
 */
static int
kept_out(int i, vm_paddr_t *start, vm_paddr_t *end)
{
	struct bootinfo *bi = &bootinfo;
	struct bi_mmap *mm;

	*start = *end = 0;
	if (i == 0)
		*end = LOW_RESERVED;
	else if (i == 1) {
		*start = bi->kernel_start;
		*end = bi->kernel_end;
	} else if (i - 2 < bi->nmodules) {
		*start = bi->modules[i - 2].start;
		*end = bi->modules[i - 2].end;
	} else if (i - 2 - bi->nmodules < bi->nmmap) {
		mm = &bi->mmap[i - 2 - bi->nmodules];
		if (mm->type != BI_MEM_RAM && mm->base < VM_PHYS_END) {
			*start = mm->base;
			*end = MIN(mm->base + mm->len, VM_PHYS_END);
		}
	} else
		return (0);
	return (1);
}

/* Whether [pa, pa + size) is RAM that nobody needs, in the direct map. */
static bool
usable(vm_paddr_t pa, vm_size_t size)
{
	vm_paddr_t start, end;
	vm_pindex_t first, last;
	bool ram = false;
	int i;

	if (pa >= DMAP_SIZE || size > DMAP_SIZE - pa)
		return (false);
	for (i = 0; i < bootinfo.nmmap; i++)
		if (bootinfo.mmap[i].type == BI_MEM_RAM &&
		    frames(bootinfo.mmap[i].base, bootinfo.mmap[i].len, &first,
			&last) &&
		    pa >= ptoa(first) && pa + size <= ptoa(last))
			ram = true;
	for (i = 0; ram && kept_out(i, &start, &end); i++)
		if (start < end && pa < end && start < pa + size)
			ram = false;
	return (ram);
}

/* The lowest place for size bytes: it begins where something else ends. */
static vm_paddr_t
find_place(vm_size_t size)
{
	vm_paddr_t best = 0, start, end;
	int i;

	for (i = 0; kept_out(i, &start, &end); i++) {
		end = round_page(end);
		if (end != 0 && usable(end, size) && (best == 0 || end < best))
			best = end;
	}
	for (i = 0; i < bootinfo.nmmap; i++) {
		end = round_page((vm_paddr_t)bootinfo.mmap[i].base);
		if (bootinfo.mmap[i].base < DMAP_SIZE && end != 0 &&
		    usable(end, size) && (best == 0 || end < best))
			best = end;
	}
	return (best);
}

static void
set_type(vm_pindex_t first, vm_pindex_t end, u_int type)
{
	for (; first < end && first < vm_page_frames; first++)
		vm_page_array[first].type = type;
}

/* Find the highest page that is of use, and say what is left alone. */
static void
count_frames(void)
{
	u_int64_t beyond = 0, top;
	vm_pindex_t first, end;
	struct bi_mmap *mm;
	int i;

	for (i = 0; i < bootinfo.nmmap; i++) {
		mm = &bootinfo.mmap[i];
		if (mm->type != BI_MEM_RAM)
			continue;
		if (frames(mm->base, mm->len, &first, &end) &&
		    end > vm_page_frames)
			vm_page_frames = end;
		top = mm->base + mm->len;
		if (top > VM_PHYS_END && top > mm->base)
			beyond += top - MAX(mm->base, VM_PHYS_END);
	}
	if (beyond >> 20 != 0)
		printf("memory: %u MB above %u MB cannot be used\n",
		    (u_int)(beyond >> 20), VM_PHYS_END >> 20);
}

/* Put the free pages on their lists.  The lowest are given out first. */
static void
list_free_pages(void)
{
	vm_page_t m;

	mtx_lock_spin(&page_mtx);
	for (m = &vm_page_array[vm_page_frames]; m-- > vm_page_array;) {
		if (m->type != VPT_FREE)
			continue;
		if (!vm_phys_shown(VM_PAGE_TO_PHYS(m))) {
			high_put(m);
			continue;
		}
		m->next = free_dirty;
		free_dirty = m;
		nlisted++;
	}
	mtx_unlock_spin(&page_mtx);
	CNT_ADD(v_free_count, nlisted);
	cnt.v_page_count = nlisted;
	cnt.v_free_reserved = MIN(MAX(cnt.v_page_count / 64, 32), 256);
	cnt.v_high_count = cnt.v_high_free;
	if (cnt.v_high_count != 0)
		printf("memory: %u MB above %u MB serve the kernel map only\n",
		    cnt.v_high_count >> (20 - PAGE_SHIFT), DMAP_SIZE >> 20);
}

/*
 * Single-threaded; the boot page directory shows all RAM.
 */
void
vm_page_startup(void)
{
	vm_paddr_t place, start, end;
	vm_pindex_t first, last, size;
	int i;

	mtx_init(&page_mtx, "vm page", NULL, MTX_SPIN);
	for (i = 0; i < MAXCPU; i++)
		mtx_init(&hands[i].h_mtx, "vm pages at hand", NULL, MTX_SPIN);
	count_frames();
	size = atop(round_page(vm_page_frames * sizeof(*vm_page_array)));
	place = find_place(ptoa(size));
	if (place == 0)
		panic("no %u KB of memory in one piece for the page array",
		    (u_int)(ptoa(size) >> 10));
	vm_page_array = (struct vm_page *)PHYS_TO_DMAP(place);
	memset(vm_page_array, 0, vm_page_frames * sizeof(*vm_page_array));

	for (i = 0; i < bootinfo.nmmap; i++)
		if (bootinfo.mmap[i].type == BI_MEM_RAM &&
		    frames(bootinfo.mmap[i].base, bootinfo.mmap[i].len, &first,
			&last))
			set_type(first, last, VPT_FREE);
	for (i = 0; kept_out(i, &start, &end); i++)
		set_type(atop(start), atop(round_page(end)), VPT_RESERVED);
	set_type(atop(place), atop(place) + size, VPT_RESERVED);
	list_free_pages();
}

void
vm_page_release(vm_paddr_t start, vm_paddr_t end)
{
	vm_page_t m;

	for (start = trunc_page(start); start < end; start += PAGE_SIZE) {
		m = PHYS_TO_VM_PAGE(start);
		if (m->type != VPT_RESERVED)
			continue;
		mtx_lock_spin(&page_mtx);
		cnt.v_page_count++;
		CNT_INC(v_kmem_count);
		m->type = VPT_KERNEL;
		mtx_unlock_spin(&page_mtx);
		vm_page_free(m);
	}
}
