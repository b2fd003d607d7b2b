/*
 * Copy-on-write and what fork does to an address space, seen by the
 * physical addresses of pages.  The spaces here are nobody's current one:
 * pages are touched by vm_fault() and vmspace_write(), as a process would.
 */
#include <sys/resource.h>

#include "vm_util.h"

static void
cow_zero_fill(struct ktest *t)
{
	struct vmspace *vm = space(t, 4);
	u_int zfod = CNT_GET(v_zfod);
	int code;

	KTEST_EQ(t, where(vm, 1), 0);
	KTEST_EQ(t, fault(vm, VA(1) + 123, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, fault(vm, VA(2) + 123, VM_PROT_WRITE, &code), 0);
	KTEST_EQ(t, CNT_GET(v_zfod), zfod + 2);
	KTEST_ASSERT(t, where(vm, 1) != 0 && where(vm, 1) != where(vm, 2));
	KTEST_EQ(t, get(vm, 1), 0);
	KTEST_EQ(t, pmap_resident_count(&vm->vm_pmap), 2);
	check_oracle(t);
	vmspace_free(vm);
}
KTEST(vm_cow, cow_zero_fill);

static void
cow_signals(struct ktest *t)
{
	struct vmspace *vm = space(t, 4);
	int code;

	KTEST_EQ(t, fault(vm, VA(4), VM_PROT_READ, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_MAPERR);
	KTEST_EQ(t, fault(vm, 0, VM_PROT_WRITE, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_MAPERR);
	KTEST_EQ(t, fault(vm, KERNBASE, VM_PROT_READ, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_MAPERR);
	KTEST_EQ(t,
	    vm_map_protect(&vm->vm_map, VA(1), VA(2), VM_PROT_READ, false), 0);
	KTEST_EQ(t, fault(vm, VA(1), VM_PROT_READ, &code), 0);
	KTEST_EQ(t, fault(vm, VA(1), VM_PROT_WRITE, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_ACCERR);
	KTEST_EQ(t,
	    vm_map_protect(&vm->vm_map, VA(2), VA(3), VM_PROT_NONE, false), 0);
	KTEST_EQ(t, fault(vm, VA(2), VM_PROT_READ, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_ACCERR);
	vmspace_free(vm);
}
KTEST(vm_cow, cow_signals);

/* The page is shared until one of the two writes; then the writer's moves. */
static void
cow_addresses(struct ktest *t)
{
	struct vmspace *parent = space(t, 4), *child;
	u_int copied, reused;
	vm_paddr_t pa;

	KTEST_EQ(t, put(parent, 0, 100), 0);
	KTEST_EQ(t, put(parent, 1, 101), 0);
	pa = where(parent, 0);
	child = vmspace_fork(parent, 0);
	KTEST_EQ(t, where(parent, 0), pa);
	KTEST_EQ(t, where(child, 0), pa);
	KTEST_EQ(t, where(child, 1), where(parent, 1));
	KTEST_EQ(t, where(child, 2), 0);

	/* The child writes. */
	copied = CNT_GET(v_cow_faults);
	reused = CNT_GET(v_cow_reused);
	KTEST_EQ(t, put(child, 0, 200), 0);
	KTEST_EQ(t, CNT_GET(v_cow_faults), copied + 1);
	KTEST_EQ(t, where(parent, 0), pa);
	KTEST_ASSERT(t, where(child, 0) != pa && where(child, 0) != 0);
	KTEST_EQ(t, get(parent, 0), 100);
	KTEST_EQ(t, get(child, 0), 200);

	/* Now the parent is the only one, and writes in place. */
	KTEST_EQ(t, put(parent, 0, 300), 0);
	KTEST_EQ(t, where(parent, 0), pa);
	KTEST_EQ(t, CNT_GET(v_cow_faults), copied + 1);
	KTEST_EQ(t, CNT_GET(v_cow_reused), reused + 1);
	KTEST_EQ(t, get(child, 0), 200);

	/* The parent writes first: its page moves. */
	pa = where(parent, 1);
	KTEST_EQ(t, put(parent, 1, 301), 0);
	KTEST_ASSERT(t, where(parent, 1) != pa);
	KTEST_EQ(t, where(child, 1), pa);
	KTEST_EQ(t, get(child, 1), 101);
	check_oracle(t);
	vmspace_free(parent);
	KTEST_EQ(t, get(child, 1), 101);
	KTEST_EQ(t, put(child, 1, 201), 0);
	KTEST_EQ(t, where(child, 1), pa);
	vmspace_free(child);
}
KTEST(vm_cow, cow_addresses);

/* A chain of children, each with one page of its own. */
static void
cow_generations(struct ktest *t)
{
	enum { DEPTH = 50 };
	struct vmspace *vm[DEPTH + 1];
	u_int i, j;

	vm[0] = space(t, DEPTH);
	for (i = 0; i < DEPTH; i++)
		KTEST_EQ(t, put(vm[0], i, 1000 + i), 0);
	for (i = 0; i < DEPTH; i++) {
		vm[i + 1] = vmspace_fork(vm[i], 0);
		KTEST_ASSERT(t, vm[i + 1] != NULL);
		KTEST_EQ(t, put(vm[i + 1], i, 2000 + i), 0);
	}
	check_oracle(t);
	for (i = 0; i <= DEPTH; i++)
		for (j = 0; j < DEPTH; j++)
			KTEST_EQ(t, get(vm[i], j), (j < i ? 2000 : 1000) + j);
	/* Every other one goes, the rest keeps what it has. */
	for (i = 0; i <= DEPTH; i += 2)
		vmspace_free(vm[i]);
	for (i = 1; i <= DEPTH; i += 2)
		for (j = 0; j < DEPTH; j++)
			KTEST_EQ(t, get(vm[i], j), (j < i ? 2000 : 1000) + j);
	check_oracle(t);
	for (i = 1; i <= DEPTH; i += 2)
		vmspace_free(vm[i]);
}
KTEST(vm_cow, cow_generations);

static void
cow_many_tables(struct ktest *t)
{
	struct vmspace *parent = space(t, 4096), *child;
	u_int i, tables = CNT_GET(v_pt_count);

	for (i = 0; i < 4096; i += 1023)
		KTEST_EQ(t, put(parent, i, i), 0);
	KTEST_EQ(t, CNT_GET(v_pt_count), tables + 4);
	child = vmspace_fork(parent, 0);
	for (i = 0; i < 4096; i += 1023) {
		KTEST_EQ(t, where(child, i), where(parent, i));
		KTEST_EQ(t, get(child, i), i);
	}
	KTEST_EQ(t, pmap_resident_count(&child->vm_pmap), 5);
	/* A table goes with its last page. */
	KTEST_EQ(t, vm_map_remove(&child->vm_map, VA(1024), VA(2048)), 0);
	KTEST_EQ(t, child->vm_pmap.pm_tables, 3);
	check_oracle(t);
	vmspace_free(child);
	KTEST_EQ(t, get(parent, 1023), 1023);
	vmspace_free(parent);
	KTEST_EQ(t, CNT_GET(v_pt_count), tables);
}
KTEST(vm_cow, cow_many_tables);

/* PROT_NONE hides a page, and does not lose it; also over a fork. */
static void
cow_prot_none(struct ktest *t)
{
	struct vmspace *parent = space(t, 2), *child;
	int code;

	KTEST_EQ(t, put(parent, 0, 7), 0);
	KTEST_EQ(t,
	    vm_map_protect(&parent->vm_map, VA(0), VA(1), VM_PROT_NONE, false),
	    0);
	KTEST_EQ(t, where(parent, 0), 0);
	KTEST_EQ(t, fault(parent, VA(0), VM_PROT_READ, &code), SIGSEGV);
	child = vmspace_fork(parent, 0);
	KTEST_EQ(t, where(child, 0), 0);
	check_oracle(t);
	KTEST_EQ(t, vm_map_protect(&child->vm_map, VA(0), VA(1), RW, false), 0);
	KTEST_EQ(t, fault(child, VA(0), VM_PROT_WRITE, &code), 0);
	KTEST_EQ(t, get(child, 0), 7);
	KTEST_EQ(t, where(parent, 0), 0);
	vmspace_free(child);
	KTEST_EQ(t,
	    vm_map_protect(&parent->vm_map, VA(0), VA(1), VM_PROT_READ, false),
	    0);
	KTEST_EQ(t, fault(parent, VA(0), VM_PROT_READ, &code), 0);
	KTEST_EQ(t, get(parent, 0), 7);
	vmspace_free(parent);
}
KTEST(vm_cow, cow_prot_none);

/* minherit: pages 0 copied, 1 shared, 2 absent, 3 zero. */
static void
cow_inherit(struct ktest *t)
{
	struct vmspace *parent = space(t, 4), *child, *grandchild;
	vm_map_t map = &parent->vm_map;
	u_int i;
	int code;

	for (i = 0; i < 4; i++)
		KTEST_EQ(t, put(parent, i, 10 + i), 0);
	KTEST_EQ(t, vm_map_inherit(map, VA(1), VA(2), VM_INHERIT_SHARE), 0);
	KTEST_EQ(t, vm_map_inherit(map, VA(2), VA(3), VM_INHERIT_NONE), 0);
	KTEST_EQ(t, vm_map_inherit(map, VA(3), VA(4), VM_INHERIT_ZERO), 0);
	for (i = 0; i < 4; i++)
		KTEST_EQ(t, get(parent, i), 10 + i);
	child = vmspace_fork(parent, 0);
	KTEST_EQ(t, get(child, 0), 10);
	KTEST_EQ(t, get(child, 1), 11);
	KTEST_EQ(t, fault(child, VA(2), VM_PROT_READ, &code), SIGSEGV);
	KTEST_EQ(t, get(child, 3), 0);
	KTEST_EQ(t, put(child, 0, 20), 0);
	KTEST_EQ(t, put(child, 1, 21), 0);
	KTEST_EQ(t, put(child, 3, 23), 0);
	KTEST_EQ(t, get(parent, 0), 10);
	KTEST_EQ(t, get(parent, 1), 21);
	KTEST_EQ(t, get(parent, 2), 12);
	KTEST_EQ(t, get(parent, 3), 13);
	KTEST_EQ(t, where(child, 1), where(parent, 1));
	/* Shared is shared with grandchildren too. */
	grandchild = vmspace_fork(child, 0);
	KTEST_EQ(t, put(grandchild, 1, 31), 0);
	KTEST_EQ(t, get(parent, 1), 31);
	check_oracle(t);
	/* Copied again: the child has what it was at the fork. */
	vmspace_free(child);
	KTEST_EQ(t, vm_map_inherit(map, VA(1), VA(2), VM_INHERIT_COPY), 0);
	child = vmspace_fork(parent, 0);
	KTEST_EQ(t, put(parent, 1, 41), 0);
	KTEST_EQ(t, get(grandchild, 1), 41);
	KTEST_EQ(t, get(child, 1), 31);
	check_oracle(t);
	vmspace_free(parent);
	vmspace_free(child);
	vmspace_free(grandchild);
}
KTEST(vm_cow, cow_inherit);

/*
 * The k-th allocation in a fork fails, until one succeeds.  The parent is
 * none the worse.
 */
static void
cow_fork_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	struct vmspace *parent = space(t, 3000), *child;
	u_int i, k, tables;

	for (i = 0; i < 3000; i += 500)
		KTEST_EQ(t, put(parent, i, i), 0);
	KTEST_EQ(t,
	    vm_map_inherit(&parent->vm_map, VA(2600), VA(2700),
		VM_INHERIT_SHARE),
	    0);
	KTEST_EQ(t, put(parent, 2650, 1), 0);
	KTEST_EQ(t,
	    vm_map_inherit(&parent->vm_map, VA(2600), VA(2700),
		VM_INHERIT_COPY),
	    0);
	tables = CNT_GET(v_pt_count);
	for (k = 1; k < 100; k++) {
		(void)pmap_reclaim();
		ktest_fail_alloc(k);
		child = vmspace_fork(parent, 0);
		ktest_fail_alloc(0);
		if (child != NULL)
			break;
		KTEST_EQ(t, CNT_GET(v_pt_count), tables);
		KTEST_EQ(t, vm_oracle_check(), 0);
		KTEST_EQ(t, put(parent, 500, 500), 0);
	}
	KTEST_ASSERT(t, k > 5 && k < 100);
	for (i = 0; i < 3000; i += 500)
		KTEST_EQ(t, get(child, i), i);
	KTEST_EQ(t, get(child, 2650), 1);
	vmspace_free(child);
	vmspace_free(parent);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_cow, cow_fork_no_memory);

/* Whether the pages of a range may be written without a fault. */
static bool
all_writable(struct vmspace *vm, u_int first, u_int end)
{
	for (; first < end; first++)
		if (!pmap_allows(&vm->vm_pmap, VA(first), true))
			return (false);
	return (true);
}

/*
 * Wired pages stay as they are in the parent, and their own physical pages
 * are the child's, which are wired no more.
 */
static void
cow_wired(struct ktest *t)
{
	struct vmspace *parent = space(t, 20), *child;
	vm_map_t map = &parent->vm_map;
	vm_paddr_t pa;

	KTEST_EQ(t, put(parent, 4, 44), 0);
	KTEST_EQ(t, vm_map_wire(map, VA(4), VA(8), 3 * PAGE_SIZE), ENOMEM);
	KTEST_EQ(t, map->wired, 0);
	KTEST_EQ(t, vm_map_wire(map, VA(4), VA(8), 4 * PAGE_SIZE), 0);
	KTEST_EQ(t, map->wired, 4 * PAGE_SIZE);
	KTEST_ASSERT(t, all_writable(parent, 4, 8));
	pa = where(parent, 4);
	child = vmspace_fork(parent, 0);
	KTEST_ASSERT(t, all_writable(parent, 4, 8));
	KTEST_EQ(t, where(parent, 4), pa);
	KTEST_ASSERT(t, where(child, 4) != 0 && where(child, 4) != pa);
	KTEST_EQ(t, get(child, 4), 44);
	KTEST_EQ(t, child->vm_map.wired, 0);
	KTEST_EQ(t, vm_map_unwire(map, VA(5), VA(6)), 0);
	KTEST_EQ(t, map->wired, 3 * PAGE_SIZE);
	KTEST_EQ(t, vm_map_remove(map, VA(4), VA(6)), 0);
	KTEST_EQ(t, map->wired, 2 * PAGE_SIZE);
	sx_slock(&map->lock);
	vm_map_check(map);
	sx_sunlock(&map->lock);
	check_oracle(t);
	vmspace_free(parent);
	vmspace_free(child);
}
KTEST(vm_cow, cow_wired);

/*
 * Wiring pages that a child shares needs memory, and so does forking what is
 * wired: without it nothing is wired that was not, and what was stays so.
 */
static void
cow_wired_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	struct vmspace *parent = space(t, 20), *child, *other = NULL;
	vm_map_t map = &parent->vm_map;
	int error = ENOMEM;
	u_int i, k;

	for (i = 0; i < 20; i++)
		KTEST_EQ(t, put(parent, i, i), 0);
	child = vmspace_fork(parent, 0);
	for (k = 1; error != 0 && k < 20; k++) {
		ktest_fail_alloc(k);
		error = vm_map_wire(map, VA(4), VA(8), RLIM_INFINITY);
		ktest_fail_alloc(0);
		KTEST_EQ(t, map->wired, error == 0 ? 4 * PAGE_SIZE : 0);
		KTEST_EQ(t, vm_oracle_check(), 0);
	}
	KTEST_EQ(t, error, 0);
	KTEST_ASSERT(t, k > 6); /* two entries, four pages, ... */
	KTEST_ASSERT(t, all_writable(parent, 4, 8));
	(void)vmspace_hold(parent); /* as by a sibling */
	for (k = 1; other == NULL && k < 40; k++) {
		ktest_fail_alloc(k);
		other = vmspace_fork(parent, 0);
		ktest_fail_alloc(0);
		KTEST_ASSERT(t, all_writable(parent, 4, 8));
		KTEST_EQ(t, vm_oracle_check(), 0);
	}
	KTEST_ASSERT(t, other != NULL && k > 6);
	for (i = 0; i < 20; i++)
		KTEST_EQ(t, get(other, i), i);
	/* To be written again it needs its own pages again. */
	vmspace_free(other);
	KTEST_EQ(t, vm_map_protect(map, VA(4), VA(8), VM_PROT_READ, false), 0);
	other = vmspace_fork(parent, 0);
	KTEST_EQ(t, where(other, 5), where(parent, 5));
	ktest_fail_alloc(3);
	KTEST_EQ(t, vm_map_protect(map, VA(4), VA(8), RW, false), ENOMEM);
	ktest_fail_alloc(0);
	for (i = 4; i < 8; i++)
		KTEST_ASSERT(t,
		    !pmap_allows(&parent->vm_pmap, VA(i), true) &&
			pmap_allows(&parent->vm_pmap, VA(i), false));
	KTEST_EQ(t, vm_oracle_check(), 0);
	KTEST_EQ(t, vm_map_protect(map, VA(4), VA(8), RW, false), 0);
	KTEST_ASSERT(t, all_writable(parent, 4, 8));
	vmspace_free(parent);
	vmspace_free(parent);
	vmspace_free(child);
	vmspace_free(other);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_cow, cow_wired_no_memory);

/* A fault without memory is ENOMEM and SIGKILL, and may be tried again. */
static void
cow_fault_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	struct vmspace *parent = space(t, 2), *child;
	int code, k, sig;

	for (k = 1; k <= 2; k++) { /* the table, the page */
		ktest_fail_alloc(k);
		KTEST_EQ(t,
		    vm_fault(&parent->vm_map, VA(0), VM_PROT_WRITE, &sig,
			&code),
		    ENOMEM);
		ktest_fail_alloc(0);
		KTEST_EQ(t, sig, SIGKILL);
	}
	KTEST_EQ(t, put(parent, 0, 5), 0);
	child = vmspace_fork(parent, 0);
	ktest_fail_alloc(1);
	KTEST_EQ(t, fault(child, VA(0), VM_PROT_WRITE, &code), SIGKILL);
	ktest_fail_alloc(0);
	KTEST_EQ(t, where(child, 0), where(parent, 0));
	KTEST_EQ(t, put(child, 0, 6), 0);
	KTEST_EQ(t, get(parent, 0), 5);
	check_oracle(t);
	vmspace_free(child);
	vmspace_free(parent);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_cow, cow_fault_no_memory);

/* Sharing by minherit copies pages; without memory nothing is changed. */
static void
cow_share_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	struct vmspace *vm = space(t, 40);
	int error = ENOMEM, k;

	KTEST_EQ(t, put(vm, 0, 1), 0);
	KTEST_EQ(t, put(vm, 39, 2), 0);
	for (k = 1; k < 20; k++) {
		ktest_fail_alloc(k);
		error = vm_map_inherit(&vm->vm_map, VA(0), VA(40),
		    VM_INHERIT_SHARE);
		ktest_fail_alloc(0);
		if (error == 0)
			break;
		KTEST_EQ(t, error, ENOMEM);
		KTEST_EQ(t, get(vm, 0), 1);
		KTEST_EQ(t, get(vm, 39), 2);
		KTEST_EQ(t, vm_oracle_check(), 0);
	}
	KTEST_EQ(t, error, 0);
	KTEST_ASSERT(t, k > 2);
	KTEST_EQ(t, get(vm, 0), 1);
	KTEST_EQ(t, get(vm, 39), 2);
	vmspace_free(vm);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_cow, cow_share_no_memory);

#ifdef INVARIANTS
/* An oracle that sees nothing would be worse than none. */
static void
oracle_sees(struct ktest *t)
{
	struct vmspace *vm = space(t, 2);
	vm_page_t m;

	KTEST_EQ(t, put(vm, 0, 1), 0);
	m = PHYS_TO_VM_PAGE(where(vm, 0));
	printf("# what the oracle complains of now is meant to be wrong\n");
	/* It has more references than are found, and may be written to. */
	m->ref_count++;
	KTEST_EQ(t, vm_oracle_check(), 2);
	m->ref_count--;
	vm->vm_pmap.pm_resident++;
	KTEST_EQ(t, vm_oracle_check(), 1);
	vm->vm_pmap.pm_resident--;
	CNT_INC(v_private_count);
	KTEST_EQ(t, vm_oracle_check(), 1);
	CNT_ADD(v_private_count, -1);
	KTEST_EQ(t, vm_oracle_check(), 0);
	vmspace_free(vm);
}
KTEST(vm_cow, oracle_sees);
#endif
