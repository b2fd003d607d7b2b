/*
 * Objects: the tree of pages, holds, truncation, and mappings of files.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/signal.h>
#include <sys/sx.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>

#define	BASE	((vm_offset_t)0x10000000)
#define	VA(n)	(BASE + (n) * PAGE_SIZE)
#define	RW	(VM_PROT_READ | VM_PROT_WRITE)

/* An object for a file of so many pages, page i filled with the byte i. */
static vm_object_t
file_object(struct ktest *t, u_int pages)
{
	vm_object_t obj = vm_object_alloc(OBJT_VNODE, 0);
	vm_page_t m;
	u_int i;

	KTEST_ASSERT(t, obj != NULL);
	vm_object_truncate(obj, pages * PAGE_SIZE);
	for (i = 0; i < pages; i++) {
		m = vm_object_page(obj, i, true);
		memset(VM_PAGE_TO_KVA(m), i, PAGE_SIZE);
		vm_page_unhold(m);
	}
	return (obj);
}

static struct vmspace *
map_object(struct ktest *t, vm_object_t obj, u_int pages, bool shared)
{
	const struct vm_map_args args = {
		.object = obj,
		.prot = RW,
		.max = VM_PROT_ALL,
		.inherit = shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
		.eflags = shared ? 0 : MAP_ENTRY_COW,
	};
	struct vmspace *vm = vmspace_alloc();

	KTEST_ASSERT(t, vm != NULL);
	KTEST_EQ(t,
	    vm_map_fixed(&vm->vm_map, BASE, pages * PAGE_SIZE, &args, false),
	    0);
	return (vm);
}

static int
touch(struct vmspace *vm, u_int page, int prot, int *code)
{
	int sig;

	return (vm_fault(&vm->vm_map, VA(page) + 5, prot, &sig, code) == 0 ?
		0 :
		sig);
}

static vm_paddr_t
where(struct vmspace *vm, u_int page)
{
	return (pmap_extract(&vm->vm_pmap, VA(page)));
}

static vm_paddr_t
object_where(vm_object_t obj, u_int page)
{
	vm_page_t m = vm_object_page(obj, page, false);

	if (m == NULL)
		return (0);
	vm_page_unhold(m);
	return (VM_PAGE_TO_PHYS(m));
}

static u_char
byte_at(struct vmspace *vm, u_int page)
{
	u_char c = 0xee;

	(void)vmspace_read(vm, VA(page) + 100, &c, 1);
	return (c);
}

static const vm_pindex_t places[] = {
	0, 1, 31, 32, 33, 1023, 1024, 32767, 32768, 1 << 20, 1 << 25,
	0x3fffffff, 0x40000000, 0xfffffffe,
};

static void
object_tree(struct ktest *t)
{
	vm_object_t obj = vm_object_alloc(OBJT_ANON, 0);
	vm_page_t m[nitems(places)];
	u_int i, j;

	for (i = 0; i < nitems(places); i++) {
		KTEST_ASSERT(t, vm_object_page(obj, places[i], false) == NULL);
		m[i] = vm_object_page(obj, places[i], true);
		KTEST_REQUIRE(t, m[i] != NULL);
		vm_page_unhold(m[i]);
		KTEST_EQ(t, vm_object_resident(obj), i + 1);
		for (j = 0; j <= i; j++) {
			KTEST_ASSERT(t,
			    vm_object_page(obj, places[j], false) == m[j]);
			vm_page_unhold(m[j]);
		}
	}
	KTEST_ASSERT(t, vm_object_page(obj, 2, false) == NULL);
	KTEST_ASSERT(t, vm_object_page(obj, 0x80000000, false) == NULL);
	/* From the far end: each size drops one more. */
	obj->size = (off_t)1 << 44;
	for (i = nitems(places); i-- > 0;) {
		vm_object_truncate(obj, (off_t)places[i] << PAGE_SHIFT);
		KTEST_EQ(t, vm_object_resident(obj), i);
	}
	vm_object_deallocate(obj);
}
KTEST(vm_object, object_tree);

/* From the far end on, a tree that first has one very high page. */
static void
object_tree_reverse(struct ktest *t)
{
	vm_object_t obj = vm_object_alloc(OBJT_ANON, 0);
	vm_page_t m;
	u_int i;

	for (i = nitems(places); i-- > 0;) {
		m = vm_object_page(obj, places[i], true);
		KTEST_REQUIRE(t, m != NULL && m->pindex == places[i]);
		vm_page_unhold(m);
	}
	KTEST_EQ(t, vm_object_resident(obj), nitems(places));
	vm_object_deallocate(obj);
}
KTEST(vm_object, object_tree_reverse);

static void
object_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	vm_object_t obj = vm_object_alloc(OBJT_ANON, 0);
	vm_page_t m = NULL;
	int k;

	m = vm_object_page(obj, 0, true);
	KTEST_REQUIRE(t, m != NULL);
	vm_page_unhold(m);
	for (k = 1; k < 50; k++) {
		ktest_fail_alloc(k);
		m = vm_object_page(obj, 1 << 22, true);
		ktest_fail_alloc(0);
		if (m != NULL)
			break;
		KTEST_EQ(t, vm_object_resident(obj), 1);
		KTEST_EQ(t, vm_oracle_check(), 0);
	}
	KTEST_REQUIRE(t, m != NULL && k > 5);
	vm_page_unhold(m);
	m = vm_object_page(obj, 0, false);
	KTEST_REQUIRE(t, m != NULL);
	vm_page_unhold(m);
	vm_object_deallocate(obj);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_object, object_no_memory);

/* The rest of the last page is cleared, and what is behind it is gone. */
static void
object_truncate(struct ktest *t)
{
	vm_object_t obj = file_object(t, 4);
	vm_page_t held;
	char *p;

	held = vm_object_page(obj, 2, false);
	vm_object_truncate(obj, PAGE_SIZE + 10);
	KTEST_EQ(t, vm_object_resident(obj), 2);
	KTEST_EQ(t, object_where(obj, 2), 0);
	/* A held page outlives that. */
	KTEST_EQ(t, held->type, VPT_OBJECT);
	KTEST_EQ(t, *(char *)VM_PAGE_TO_KVA(held), 2);
	vm_page_unhold(held);
	p = (char *)PHYS_TO_DMAP(object_where(obj, 1));
	KTEST_EQ(t, p[9], 1);
	KTEST_EQ(t, p[10], 0);
	KTEST_EQ(t, p[PAGE_SIZE - 1], 0);
	/* Longer again: nothing of the old comes back. */
	vm_object_truncate(obj, 4 * PAGE_SIZE);
	KTEST_EQ(t, object_where(obj, 2), 0);
	vm_object_truncate(obj, 0);
	KTEST_EQ(t, vm_object_resident(obj), 0);
	vm_object_deallocate(obj);
}
KTEST(vm_object, object_truncate);

/* Shared: everybody has the object's own page. */
static void
map_shared(struct ktest *t)
{
	vm_object_t obj = file_object(t, 3);
	struct vmspace *a = map_object(t, obj, 4, true), *b;
	u_char c = 77;
	int code;

	KTEST_EQ(t, touch(a, 1, VM_PROT_WRITE, &code), 0);
	KTEST_EQ(t, where(a, 1), object_where(obj, 1));
	b = vmspace_fork(a, 0);
	KTEST_EQ(t, vmspace_write(b, VA(1) + 100, &c, 1), 0);
	KTEST_EQ(t, where(b, 1), where(a, 1));
	KTEST_EQ(t, byte_at(a, 1), 77);
	KTEST_EQ(t, touch(a, 2, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, touch(a, 3, VM_PROT_READ, &code), SIGBUS);
	KTEST_EQ(t, code, BUS_ADRERR);
	vmspace_free(b);
	vmspace_free(a);
	KTEST_EQ(t, vm_object_resident(obj), 3);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_shared);

/* One page is read, and the next are mapped: as far as that makes sense. */
static void
map_ahead(struct ktest *t)
{
	vm_object_t obj = file_object(t, 5);
	struct vmspace *a = map_object(t, obj, 4, false), *b;
	u_char c = 99;
	int code;

	vm_object_truncate(obj, 12 * PAGE_SIZE); /* 5 to 11 are holes */
	KTEST_EQ(t, touch(a, 1, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(a, 0), 0);
	KTEST_EQ(t, where(a, 2), object_where(obj, 2));
	KTEST_EQ(t, where(a, 3), object_where(obj, 3));
	KTEST_EQ(t, where(a, 4), 0); /* not mapped at all */

	b = map_object(t, obj, 12, false);
	KTEST_EQ(t, vmspace_write(b, VA(2) + 100, &c, 1), 0);
	KTEST_EQ(t, touch(b, 0, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(b, 1), object_where(obj, 1));
	KTEST_EQ(t, byte_at(b, 2), 99); /* its own */
	KTEST_EQ(t, where(b, 3), 0);
	KTEST_EQ(t, touch(b, 3, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(b, 4), object_where(obj, 4));
	KTEST_EQ(t, where(b, 5), 0); /* a hole */
	/* Mapped ahead is mapped to be read only. */
	PMAP_LOCK(&b->vm_pmap);
	KTEST_ASSERT(t, !pte_writable(*pmap_pte(&b->vm_pmap, VA(4))));
	PMAP_UNLOCK(&b->vm_pmap);
	KTEST_EQ(t, touch(b, 4, VM_PROT_WRITE, &code), 0);
	KTEST_ASSERT(t, where(b, 4) != object_where(obj, 4));

	vmspace_free(a);
	a = map_object(t, obj, 4, true);
	KTEST_EQ(t, touch(a, 1, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(a, 2), 0); /* who shares has its own writes */
	vmspace_free(a);
	vmspace_free(b);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_ahead);

/* The next page table is another's business. */
static void
map_ahead_of_table(struct ktest *t)
{
	const u_int last = NPTEPG - 1 - PTE_INDEX(BASE);
	vm_object_t obj = file_object(t, last + 3);
	struct vmspace *vm = map_object(t, obj, last + 3, false);
	int code;

	KTEST_EQ(t, touch(vm, last - 1, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(vm, last), object_where(obj, last));
	KTEST_EQ(t, where(vm, last + 1), 0);
	vmspace_free(vm);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_ahead_of_table);

/* Private: the object's page to read, one's own once written. */
static void
map_private(struct ktest *t)
{
	vm_object_t obj = file_object(t, 4);
	struct vmspace *a = map_object(t, obj, 4, false), *b;
	u_char c = 99;
	int code;

	KTEST_EQ(t, touch(a, 1, VM_PROT_READ, &code), 0);
	KTEST_EQ(t, where(a, 1), object_where(obj, 1));
	KTEST_EQ(t, vmspace_write(a, VA(1) + 100, &c, 1), 0);
	KTEST_ASSERT(t, where(a, 1) != object_where(obj, 1));
	KTEST_EQ(t, *(u_char *)PHYS_TO_DMAP(object_where(obj, 1) + 100), 1);
	KTEST_EQ(t, byte_at(a, 1), 99);
	/* Written without having been read. */
	KTEST_EQ(t, vmspace_write(a, VA(2), &c, 1), 0);
	KTEST_EQ(t, byte_at(a, 2), 2);
	b = vmspace_fork(a, 0);
	KTEST_EQ(t, where(b, 1), where(a, 1));
	KTEST_EQ(t, byte_at(b, 3), 3);
	KTEST_EQ(t, where(b, 3), object_where(obj, 3));
	vmspace_free(a);
	KTEST_EQ(t, byte_at(b, 1), 99);
	/* A hole is zeros, and stays a hole. */
	vm_object_truncate(obj, 0);
	vm_object_truncate(obj, 4 * PAGE_SIZE);
	KTEST_EQ(t, byte_at(b, 0), 0);
	KTEST_EQ(t, vm_object_resident(obj), 0);
	vmspace_free(b);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_private);

/* Truncation takes the pages out of everybody's page tables. */
static void
map_truncate(struct ktest *t)
{
	vm_object_t obj = file_object(t, 8);
	struct vmspace *a = map_object(t, obj, 8, true);
	struct vmspace *b = map_object(t, obj, 8, false), *c;
	u_char byte = 1;
	int code;
	u_int i;

	for (i = 0; i < 8; i++) {
		KTEST_EQ(t, touch(a, i, VM_PROT_WRITE, &code), 0);
		KTEST_EQ(t, touch(b, i, VM_PROT_READ, &code), 0);
	}
	KTEST_EQ(t, vmspace_write(b, VA(6), &byte, 1), 0);
	c = vmspace_fork(a, 0);
	KTEST_EQ(t, where(c, 5), where(a, 5));
	vm_object_truncate(obj, 4 * PAGE_SIZE + 1);
	KTEST_ASSERT(t, where(a, 4) != 0 && where(c, 4) != 0);
	for (i = 5; i < 8; i++) {
		KTEST_EQ(t, where(a, i), 0);
		KTEST_EQ(t, where(c, i), 0);
		KTEST_EQ(t, touch(c, i, VM_PROT_READ, &code), SIGBUS);
	}
	KTEST_EQ(t, where(b, 5), 0);
	/* What b has written is b's. */
	KTEST_ASSERT(t, where(b, 6) != 0);
#ifdef INVARIANTS
	KTEST_EQ(t, vm_oracle_check(), 0);
#endif
	vmspace_free(a);
	vmspace_free(b);
	vmspace_free(c);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_truncate);

/* The object goes with the last of its mappings. */
static void
map_outlives_file(struct ktest *t)
{
	vm_object_t obj = file_object(t, 2);
	struct vmspace *vm = map_object(t, obj, 2, true);

	vm_object_deallocate(obj);
	KTEST_EQ(t, byte_at(vm, 1), 1);
	KTEST_EQ(t, vm_map_remove(&vm->vm_map, VA(0), VA(1)), 0);
	KTEST_EQ(t, byte_at(vm, 1), 1);
	vmspace_free(vm);
}
KTEST(vm_object, map_outlives_file);

/* A file page below PROT_NONE need not be kept. */
static void
map_protect_file(struct ktest *t)
{
	vm_object_t obj = file_object(t, 2);
	struct vmspace *vm = map_object(t, obj, 2, true);
	int code;

	KTEST_EQ(t, touch(vm, 0, VM_PROT_WRITE, &code), 0);
	KTEST_EQ(t,
	    vm_map_protect(&vm->vm_map, VA(0), VA(2), VM_PROT_READ, false), 0);
	KTEST_EQ(t, touch(vm, 0, VM_PROT_WRITE, &code), SIGSEGV);
	KTEST_EQ(t, code, SEGV_ACCERR);
	KTEST_EQ(t, where(vm, 0), object_where(obj, 0));
	KTEST_EQ(t,
	    vm_map_protect(&vm->vm_map, VA(0), VA(2), VM_PROT_NONE, false), 0);
	KTEST_EQ(t, where(vm, 0), 0);
	KTEST_EQ(t, pmap_resident_count(&vm->vm_pmap), 0);
	KTEST_EQ(t, vm_map_protect(&vm->vm_map, VA(0), VA(2), RW, false), 0);
	KTEST_EQ(t, touch(vm, 0, VM_PROT_WRITE, &code), 0);
	KTEST_EQ(t, where(vm, 0), object_where(obj, 0));
	vmspace_free(vm);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_protect_file);

/* minherit(SHARE) of a private file mapping: parent and child, not the file. */
static void
map_share_file(struct ktest *t)
{
	vm_object_t obj = file_object(t, 2);
	struct vmspace *a = map_object(t, obj, 2, false), *b;
	u_char c = 50;

	KTEST_EQ(t, vmspace_write(a, VA(0) + 100, &c, 1), 0);
	KTEST_EQ(t, vm_map_inherit(&a->vm_map, VA(0), VA(2), VM_INHERIT_SHARE),
	    0);
	KTEST_EQ(t, byte_at(a, 0), 50);
	KTEST_EQ(t, byte_at(a, 1), 1);
	b = vmspace_fork(a, 0);
	c = 60;
	KTEST_EQ(t, vmspace_write(b, VA(1) + 100, &c, 1), 0);
	KTEST_EQ(t, byte_at(a, 1), 60);
	KTEST_EQ(t, *(u_char *)PHYS_TO_DMAP(object_where(obj, 1) + 100), 1);
	KTEST_EQ(t, obj->ref_count, 1);
	vmspace_free(a);
	vmspace_free(b);
	vm_object_deallocate(obj);
}
KTEST(vm_object, map_share_file);

/* Byte "at" of a segment with 0x100 bytes of the file at 0x80 in a page. */
static int
segment_byte(struct ktest *t, struct vnode *vp, vm_size_t memsz, int prot,
    u_int at)
{
	struct vmspace *vm = vmspace_alloc();
	u_char c = 0xff;

	KTEST_EQ(t,
	    vm_map_file(vm, vp, PAGE_SIZE + 0x80, VA(0) + 0x80, 0x100, memsz,
		prot),
	    0);
	KTEST_EQ(t, vmspace_read(vm, VA(0) + at, &c, 1), 0);
	vmspace_free(vm);
	return (c);
}

/* The rest of its last page: the heap begins there. */
static void
map_segment_rest(struct ktest *t)
{
	struct vnode vn = { .v_type = VREG };

	vn.v_object = file_object(t, 4);
	KTEST_EQ(t, segment_byte(t, &vn, 0x110, RW, 0x17f), 1);
	KTEST_EQ(t, segment_byte(t, &vn, 0x110, RW, 0x180), 0);
	KTEST_EQ(t, segment_byte(t, &vn, 0x110, RW, 0x190), 0);
	KTEST_EQ(t, segment_byte(t, &vn, 0x110, RW, 0xfff), 0);
	KTEST_EQ(t, segment_byte(t, &vn, 0x100, RW, 0), 1);
	KTEST_EQ(t, segment_byte(t, &vn, 0x100, RW, 0x180), 0);
	/* Nobody will write here: the file's page. */
	KTEST_EQ(t, segment_byte(t, &vn, 0x100, VM_PROT_READ, 0x180), 1);
	vm_object_deallocate(vn.v_object);
}
KTEST(vm_object, map_segment_rest);

/* A program's segment: file, zeros to the page's end, anonymous zeros. */
static void
map_segment(struct ktest *t)
{
	struct vnode vn = { .v_type = VREG };
	struct vmspace *vm = vmspace_alloc();
	u_char buf[4];

	vn.v_object = file_object(t, 4);
	KTEST_EQ(t,
	    vm_map_file(vm, &vn, PAGE_SIZE + 0x80, VA(0) + 0x80, PAGE_SIZE,
		3 * PAGE_SIZE, RW),
	    0);
	KTEST_EQ(t, vm->vm_map.size, 4 * PAGE_SIZE);
	KTEST_EQ(t, vmspace_read(vm, VA(1) + 0x7e, buf, 4), 0);
	KTEST_EQ(t, buf[0], 2);
	KTEST_EQ(t, buf[1], 2);
	KTEST_EQ(t, buf[2], 0);
	KTEST_EQ(t, buf[3], 0);
	KTEST_EQ(t, byte_at(vm, 0), 1);
	KTEST_EQ(t, byte_at(vm, 3), 0);
	/* The file still has what was cleared. */
	KTEST_EQ(t,
	    *(u_char *)PHYS_TO_DMAP(object_where(vn.v_object, 2) + 0x80), 2);
	KTEST_EQ(t, vm_map_file(vm, &vn, 0x90, VA(8) + 0x80, 1, 1, RW), EINVAL);
	KTEST_EQ(t, vm_map_file(vm, &vn, 0, VA(8), 2, 1, RW), EINVAL);
	KTEST_EQ(t,
	    vm_map_file(vm, &vn, 0, USRSTACK - PAGE_SIZE, 1, PAGE_SIZE + 1, RW),
	    EINVAL);
	KTEST_EQ(t, vm_map_file(vm, &vn, 0, VA(3), PAGE_SIZE, PAGE_SIZE, RW),
	    ENOMEM);
	vmspace_free(vm);
	vm_object_deallocate(vn.v_object);
}
KTEST(vm_object, map_segment);
