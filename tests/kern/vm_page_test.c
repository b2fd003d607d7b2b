/*
 * Physical pages and kernel memory.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktest.h>
#include <sys/malloc.h>
#include <sys/smp.h>
#include <sys/vmmeter.h>
#include <machine/db.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>
#include <vm/vm_page.h>

static bool
all_zero(const void *p, size_t len)
{
	const char *c = p;

	while (len > 0 && *c == 0)
		c++, len--;
	return (len == 0);
}

static void
page_alloc_free(struct ktest *t)
{
	u_int before = CNT_GET(v_free_count);
	vm_page_t a, b;

	a = vm_page_alloc(VPT_PRIVATE, 0);
	b = vm_page_alloc(VPT_PRIVATE, 0);
	KTEST_ASSERT(t, a != NULL && b != NULL && a != b);
	KTEST_EQ(t, CNT_GET(v_free_count), before - 2);
	KTEST_EQ(t, a->ref_count, 1);
	KTEST_EQ(t, a->type, VPT_PRIVATE);
	KTEST_EQ(t, KVA_TO_VM_PAGE((vm_offset_t)VM_PAGE_TO_KVA(a)), a);
	vm_page_ref(a);
	vm_page_unref(a);
	KTEST_EQ(t, a->type, VPT_PRIVATE);
	vm_page_unref(a);
	vm_page_unref(b);
	KTEST_EQ(t, a->type, VPT_FREE);
	KTEST_EQ(t, CNT_GET(v_free_count), before);
}
KTEST(vm_page, page_alloc_free);

static void
page_zeroed(struct ktest *t)
{
	vm_page_t m;
	int i;

	for (i = 0; i < 8; i++) {
		m = vm_page_alloc(VPT_PRIVATE, 0);
		memset(VM_PAGE_TO_KVA(m), 0xa5, PAGE_SIZE);
		vm_page_unref(m);
		m = vm_page_alloc(VPT_PRIVATE, VM_ALLOC_ZERO);
		KTEST_ASSERT(t, all_zero(VM_PAGE_TO_KVA(m), PAGE_SIZE));
		vm_page_unref(m);
	}
}
KTEST(vm_page, page_zeroed);

/*
 * What is freed comes back, the last first; but a processor keeps no more
 * than a few at hand, whatever is freed: the rest is on the lists.
 */
static void
page_hands(struct ktest *t)
{
	enum { MANY = 200 };
	static vm_page_t m[MANY];
	u_int i;

	for (i = 0; i < MANY; i++) {
		m[i] = vm_page_alloc(VPT_KERNEL, 0);
		KTEST_REQUIRE(t, m[i] != NULL);
	}
	vm_page_unref(m[0]);
	KTEST_EQ(t, vm_page_alloc(VPT_KERNEL, 0), m[0]);
	for (i = 0; i < MANY; i++)
		vm_page_unref(m[i]);
	KTEST_ASSERT(t, vm_page_at_hand() >= 1);
	KTEST_ASSERT(t, vm_page_at_hand() <= mp_ncpus * MANY / 4);
}
KTEST_ALONE(vm_page, page_hands);

/*
 * The idle thread's work: a dirty page becomes a zeroed one.  Alone, since
 * the other processors' idle threads change the same counts.
 */
static void
page_zero_idle(struct ktest *t)
{
	u_int before = CNT_GET(v_free_count), zero;
	vm_page_t m;

	/* Use up the zeroed pages, if there is one, then give one dirty. */
	m = vm_page_alloc(VPT_PRIVATE, VM_ALLOC_ZERO);
	memset(VM_PAGE_TO_KVA(m), 1, PAGE_SIZE);
	vm_page_unref(m);
	zero = cnt.v_zero_count;
	if (!vm_pagezero_idle())
		KTEST_SKIP(t, "enough pages are zero already");
	KTEST_EQ(t, cnt.v_zero_count, zero + 1);
	KTEST_EQ(t, CNT_GET(v_free_count), before);
	m = vm_page_alloc(VPT_PRIVATE, VM_ALLOC_ZERO);
	KTEST_ASSERT(t, all_zero(VM_PAGE_TO_KVA(m), PAGE_SIZE));
	vm_page_unref(m);
}
KTEST_ALONE(vm_page, page_zero_idle);

/*
 * User memory ends before the kernel's reserve does, which is there for
 * the kernel.
 */
static void
page_reserve(struct ktest *t)
{
	vm_page_t list = NULL, m;
	u_int taken = 0;

	/* One that is at hand as zero is for all, too. */
	m = vm_page_alloc(VPT_KERNEL, VM_ALLOC_ZERO);
	KTEST_REQUIRE(t, m != NULL);
	m->flags |= VPF_ZERO;
	vm_page_unref(m);
	/* High pages first, then the others. */
	while ((m = vm_page_alloc_any(0)) != NULL) {
		KTEST_EQ(t, vm_phys_shown(VM_PAGE_TO_PHYS(m)),
		    m->type == VPT_KERNEL);
		m->next = list;
		list = m;
		taken++;
	}
	KTEST_EQ(t, CNT_GET(v_free_count), cnt.v_free_reserved);
	KTEST_EQ(t, cnt.v_high_free, 0);
	KTEST_ASSERT(t, taken > 100);
	m = vm_page_alloc(VPT_KERNEL, VM_ALLOC_SYSTEM);
	KTEST_ASSERT(t, m != NULL);
	if (m != NULL)
		vm_page_unref(m);
	KTEST_ASSERT(t, vm_page_alloc(VPT_TABLE, 0) == NULL);
	KTEST_EQ(t, kmem_alloc_kstack(), 0);
	while ((m = list) != NULL) {
		list = m->next;
		vm_page_unref(m);
	}
	KTEST_ASSERT(t, CNT_GET(v_free_count) + cnt.v_high_free >= taken);
}
KTEST(vm_page, page_reserve);

static void
kmem_pages(struct ktest *t)
{
	vm_offset_t a, b;
	vm_paddr_t pa;
	u_int i;

	a = kmem_alloc_pages(5, M_ZERO);
	b = kmem_alloc_pages(1, M_ZERO);
	KTEST_ASSERT(t, a != 0 && b != 0);
	KTEST_ASSERT(t, !VM_IN_DMAP(a) && VM_IN_DMAP(b));
	KTEST_ASSERT(t, all_zero((void *)a, 5 * PAGE_SIZE));
	memset((void *)a, 0x5a, 5 * PAGE_SIZE);
	/* Five different pages, seen in the direct map as well if low. */
	for (i = 0; i < 5; i++)
		*(u_char *)(a + i * PAGE_SIZE + 17) = i;
	for (i = 0; i < 5; i++) {
		KTEST_EQ(t, *(u_char *)(a + i * PAGE_SIZE + 17), i);
		KTEST_EQ(t, *(u_char *)(a + i * PAGE_SIZE + 18), 0x5a);
		pa = pmap_kextract(a + i * PAGE_SIZE + 17);
		if (vm_phys_shown(pa))
			KTEST_EQ(t, *(u_char *)PHYS_TO_DMAP(pa), i);
	}
	kmem_free_pages(a, 5);
	kmem_free_pages(b, 1);
}
KTEST(vm_kern, kmem_pages);

static void
kmem_stacks(struct ktest *t)
{
	vm_offset_t stack[80];
	u_int i, j, value;

	/* More than are cached. */
	for (i = 0; i < nitems(stack); i++) {
		stack[i] = kmem_alloc_kstack();
		KTEST_ASSERT(t, stack[i] != 0);
		memset((void *)stack[i], i, KSTACK_SIZE);
		KTEST_ASSERT(t, kmem_is_kstack_guard(stack[i] - 1));
		KTEST_ASSERT(t, !kmem_is_kstack_guard(stack[i]));
		KTEST_ASSERT(t, db_read_word(stack[i], &value));
		KTEST_ASSERT(t, !db_read_word(stack[i] - 4, &value));
	}
	for (i = 0; i < nitems(stack); i++)
		for (j = 0; j < KSTACK_SIZE; j += 1000)
			KTEST_EQ(t, *(u_char *)(stack[i] + j), (u_char)i);
	for (i = 0; i < nitems(stack); i++)
		kmem_free_kstack(stack[i]);
	kmem_free_kstack(0);
	KTEST_ASSERT(t, kmem_reclaim() >= KSTACK_PAGES);
}
KTEST(vm_kern, kmem_stacks);

/*
 * RAM above the direct map becomes kernel stacks, before other pages do, and
 * comes back.  Machines without it run the test for nothing.
 */
static void
kmem_high(struct ktest *t)
{
	u_int high, low, i;
	vm_offset_t stack;
	vm_page_t m;

	(void)kmem_reclaim();
	high = cnt.v_high_free;
	low = CNT_GET(v_free_count);
	if (high < KSTACK_PAGES)
		KTEST_SKIP(t, "no memory above the direct map");
	stack = kmem_alloc_kstack();
	KTEST_REQUIRE(t, stack != 0);
	KTEST_EQ(t, cnt.v_high_free, high - KSTACK_PAGES);
	KTEST_EQ(t, CNT_GET(v_free_count), low);
	memset((void *)stack, 0x5a, KSTACK_SIZE);
	for (i = 0; i < KSTACK_PAGES; i++) {
		m = PHYS_TO_VM_PAGE(pmap_kextract(stack + ptoa(i)));
		KTEST_EQ(t, m->type, VPT_HIGH);
		KTEST_EQ(t, m->ref_count, 1);
		KTEST_ASSERT(t, !vm_phys_shown(VM_PAGE_TO_PHYS(m)));
	}
	kmem_free_kstack(stack);
	(void)kmem_reclaim();
	KTEST_EQ(t, cnt.v_high_free, high);
	KTEST_EQ(t, CNT_GET(v_free_count), low);
}
KTEST_ALONE(vm_kern, kmem_high);

/* An allocation of several pages gives back what it has got. */
static void
kmem_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	u_int before, k;
	vm_offset_t va;

	(void)kmem_reclaim();
	before = CNT_GET(v_free_count);
	for (k = 1; k <= 6; k++) {
		ktest_fail_alloc(k);
		va = kmem_alloc_pages(6, 0);
		ktest_fail_alloc(0);
		KTEST_EQ(t, va, 0);
		KTEST_EQ(t, CNT_GET(v_free_count), before);
	}
	for (k = 1; k <= KSTACK_PAGES; k++) {
		ktest_fail_alloc(k);
		va = kmem_alloc_kstack();
		ktest_fail_alloc(0);
		KTEST_EQ(t, va, 0);
		KTEST_EQ(t, CNT_GET(v_free_count), before);
	}
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_kern, kmem_no_memory);
