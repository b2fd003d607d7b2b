/*
 * Address maps: entries, ranges, protection, the stack.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sx.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_param.h>

#define	BASE	((vm_offset_t)0x10000000)
#define	VA(n)	(BASE + (n) * PAGE_SIZE)
#define	RW	(VM_PROT_READ | VM_PROT_WRITE)
#define	RO	VM_PROT_READ

static const struct vm_map_args anon_rw = {
	.prot = RW, .max = VM_PROT_ALL, .inherit = VM_INHERIT_COPY,
};
static const struct vm_map_args anon_ro = {
	.prot = RO, .max = RO, .inherit = VM_INHERIT_COPY,
};

static int
insert(struct vmspace *vm, u_int from, u_int to,
    const struct vm_map_args *args)
{
	int error;

	vm_map_lock(&vm->vm_map);
	error = vm_map_insert(&vm->vm_map, VA(from), VA(to), args);
	vm_map_check(&vm->vm_map);
	vm_map_unlock(&vm->vm_map);
	return (error);
}

/* Whether a page is mapped, and with which protection; -1 if not. */
static int
prot_at(struct vmspace *vm, u_int page)
{
	vm_map_entry_t e;
	int prot;

	vm_map_lock_read(&vm->vm_map);
	e = vm_map_lookup(&vm->vm_map, VA(page));
	prot = e != NULL ? e->protection : -1;
	vm_map_unlock_read(&vm->vm_map);
	return (prot);
}

static void
map_insert(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();

	KTEST_EQ(t, insert(vm, 4, 8, &anon_rw), 0);
	KTEST_EQ(t, insert(vm, 12, 16, &anon_rw), 0);
	KTEST_EQ(t, vm->vm_map.nentries, 2);
	KTEST_EQ(t, insert(vm, 7, 9, &anon_rw), ENOMEM);
	KTEST_EQ(t, insert(vm, 3, 5, &anon_rw), ENOMEM);
	KTEST_EQ(t, insert(vm, 0, 20, &anon_rw), ENOMEM);
	KTEST_EQ(t, insert(vm, 13, 14, &anon_rw), ENOMEM);
	KTEST_EQ(t, prot_at(vm, 3), -1);
	KTEST_EQ(t, prot_at(vm, 4), RW);
	KTEST_EQ(t, prot_at(vm, 7), RW);
	KTEST_EQ(t, prot_at(vm, 8), -1);
	/* The gap closes: all three become one. */
	KTEST_EQ(t, insert(vm, 8, 12, &anon_rw), 0);
	KTEST_EQ(t, vm->vm_map.nentries, 1);
	KTEST_EQ(t, vm->vm_map.size, 12 * PAGE_SIZE);
	KTEST_EQ(t, insert(vm, 16, 17, &anon_ro), 0);
	KTEST_EQ(t, vm->vm_map.nentries, 2);
	vmspace_free(vm);
}
KTEST(vm_map, map_insert);

static void
map_ranges(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;

	KTEST_EQ(t, vm_map_fixed(map, 0, PAGE_SIZE, &anon_rw, true), EINVAL);
	KTEST_EQ(t,
	    vm_map_fixed(map, VM_MAXUSER_ADDRESS, PAGE_SIZE, &anon_rw, true),
	    EINVAL);
	KTEST_EQ(t,
	    vm_map_fixed(map, VM_MAXUSER_ADDRESS - PAGE_SIZE, 2 * PAGE_SIZE,
		&anon_rw, true),
	    EINVAL);
	KTEST_EQ(t, vm_map_fixed(map, VA(0), -VA(0), &anon_rw, true), EINVAL);
	KTEST_EQ(t,
	    vm_map_fixed(map, VM_MIN_ADDRESS, PAGE_SIZE, &anon_rw, true), 0);
	KTEST_EQ(t,
	    vm_map_fixed(map, VM_MAXUSER_ADDRESS - PAGE_SIZE, PAGE_SIZE,
		&anon_rw, true),
	    0);
	KTEST_EQ(t, vm_map_remove(map, 0, 2 * PAGE_SIZE), EINVAL);
	KTEST_EQ(t, vm_map_remove(map, VA(0), KERNBASE), EINVAL);
	KTEST_EQ(t, vm_map_remove(map, VM_MIN_ADDRESS, VM_MAXUSER_ADDRESS), 0);
	KTEST_EQ(t, map->nentries, 0);
	vmspace_free(vm);
}
KTEST(vm_map, map_ranges);

static void
map_remove(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;

	KTEST_EQ(t, insert(vm, 0, 16, &anon_rw), 0);
	KTEST_EQ(t, vm_map_remove(map, VA(4), VA(8)), 0);
	KTEST_EQ(t, map->nentries, 2);
	KTEST_EQ(t, map->size, 12 * PAGE_SIZE);
	KTEST_EQ(t, prot_at(vm, 3), RW);
	KTEST_EQ(t, prot_at(vm, 4), -1);
	KTEST_EQ(t, prot_at(vm, 7), -1);
	KTEST_EQ(t, prot_at(vm, 8), RW);
	/* A hole is no error; the parts beside it go. */
	KTEST_EQ(t, vm_map_remove(map, VA(2), VA(10)), 0);
	KTEST_EQ(t, prot_at(vm, 1), RW);
	KTEST_EQ(t, prot_at(vm, 2), -1);
	KTEST_EQ(t, prot_at(vm, 9), -1);
	KTEST_EQ(t, prot_at(vm, 10), RW);
	KTEST_EQ(t, map->size, 8 * PAGE_SIZE);
	vmspace_free(vm);
}
KTEST(vm_map, map_remove);

static void
map_findspace(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	vm_offset_t addr;

	KTEST_EQ(t, insert(vm, 0, 4, &anon_rw), 0);
	KTEST_EQ(t, insert(vm, 6, 10, &anon_ro), 0);
	addr = VA(0);
	KTEST_EQ(t, vm_map_find(map, &addr, 3 * PAGE_SIZE, &anon_rw), 0);
	KTEST_EQ(t, addr, VA(10));
	addr = VA(1);
	KTEST_EQ(t, vm_map_find(map, &addr, 2 * PAGE_SIZE, &anon_rw), 0);
	KTEST_EQ(t, addr, VA(4));
	/* Nothing above: it goes below. */
	addr = VM_MAXUSER_ADDRESS - PAGE_SIZE;
	KTEST_EQ(t, vm_map_find(map, &addr, 2 * PAGE_SIZE, &anon_rw), 0);
	KTEST_EQ(t, addr, VM_MIN_ADDRESS);
	KTEST_EQ(t,
	    vm_map_find(map, &addr, trunc_page(VM_MAXUSER_ADDRESS), &anon_rw),
	    ENOMEM);
	vmspace_free(vm);
}
KTEST(vm_map, map_findspace);

/* The room that the stack may grow into is not given to others. */
static void
map_beside_stack(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	vm_offset_t addr = USRSTACK - (16 << 20);

	KTEST_EQ(t, vm_map_stack(vm, 2 * PAGE_SIZE, 8 << 20), 0);
	KTEST_EQ(t, vm->vm_ssize, 2);
	KTEST_EQ(t, vm_map_find(map, &addr, 4 << 20, &anon_rw), 0);
	KTEST_EQ(t, addr, USRSTACK - (16 << 20));
	KTEST_EQ(t, vm_map_find(map, &addr, 8 << 20, &anon_rw), 0);
	KTEST_ASSERT(t,
	    addr + (8 << 20) <= USRSTACK - (8 << 20) || addr >= USRSTACK);
	vmspace_free(vm);
}
KTEST(vm_map, map_beside_stack);

static void
map_protect(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;

	KTEST_EQ(t, insert(vm, 0, 8, &anon_rw), 0);
	KTEST_EQ(t, insert(vm, 10, 12, &anon_ro), 0);
	KTEST_EQ(t, vm_map_protect(map, VA(2), VA(4), RO, false), 0);
	KTEST_EQ(t, map->nentries, 4);
	KTEST_EQ(t, prot_at(vm, 1), RW);
	KTEST_EQ(t, prot_at(vm, 2), RO);
	KTEST_EQ(t, prot_at(vm, 3), RO);
	KTEST_EQ(t, prot_at(vm, 4), RW);
	/* A hole, or too much, and nothing is changed at all. */
	KTEST_EQ(t, vm_map_protect(map, VA(6), VA(11), RO, false), ENOMEM);
	KTEST_EQ(t, prot_at(vm, 6), RW);
	KTEST_EQ(t, vm_map_protect(map, VA(10), VA(11), RW, false), EACCES);
	KTEST_EQ(t, prot_at(vm, 10), RO);
	KTEST_EQ(t, vm_map_protect(map, VA(12), VA(13), RO, false), ENOMEM);
	/* Back as it was: one entry again. */
	KTEST_EQ(t, vm_map_protect(map, VA(2), VA(4), RW, false), 0);
	KTEST_EQ(t, map->nentries, 2);
	/* max_protection can only become less. */
	KTEST_EQ(t, vm_map_protect(map, VA(0), VA(8), RO, true), 0);
	KTEST_EQ(t, vm_map_protect(map, VA(0), VA(8), RW, false), EACCES);
	vmspace_free(vm);
}
KTEST(vm_map, map_protect);

static void
map_fixed(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;

	KTEST_EQ(t, insert(vm, 0, 8, &anon_rw), 0);
	KTEST_EQ(t, vm_map_fixed(map, VA(6), 4 * PAGE_SIZE, &anon_ro, false),
	    ENOMEM);
	KTEST_EQ(t, prot_at(vm, 6), RW);
	KTEST_EQ(t, vm_map_fixed(map, VA(6), 4 * PAGE_SIZE, &anon_ro, true), 0);
	KTEST_EQ(t, prot_at(vm, 5), RW);
	KTEST_EQ(t, prot_at(vm, 6), RO);
	KTEST_EQ(t, prot_at(vm, 9), RO);
	KTEST_EQ(t, map->size, 10 * PAGE_SIZE);
	vmspace_free(vm);
}
KTEST(vm_map, map_fixed);

/* Objects: neighbours merge only where the pages follow each other too. */
static void
map_objects(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	struct vm_map_args args = anon_rw;

	args.object = vm_object_alloc(OBJT_ANON, 16 * PAGE_SIZE);
	args.pindex = 4;
	KTEST_EQ(t, insert(vm, 0, 4, &args), 0);
	KTEST_EQ(t, args.object->ref_count, 2);
	args.pindex = 8;
	KTEST_EQ(t, insert(vm, 4, 8, &args), 0);
	KTEST_EQ(t, map->nentries, 1);
	KTEST_EQ(t, args.object->ref_count, 2);
	args.pindex = 8;
	KTEST_EQ(t, insert(vm, 8, 10, &args), 0);
	KTEST_EQ(t, map->nentries, 2);
	KTEST_EQ(t, vm_map_remove(map, VA(2), VA(3)), 0);
	KTEST_EQ(t, map->nentries, 3);
	KTEST_EQ(t, args.object->ref_count, 4);
	KTEST_EQ(t, map->header.next->next->pindex, 7);
	KTEST_ASSERT(t, vm_object_mapped_writable(args.object));
	vmspace_free(vm);
	KTEST_EQ(t, args.object->ref_count, 1);
	KTEST_ASSERT(t, !vm_object_mapped_writable(args.object));
	vm_object_deallocate(args.object);
}
KTEST(vm_map, map_objects);

/*
 * Many random operations, beside a model that knows each page.
 */
#define	NPAGES	48

static u_int	seed;

static u_int
rnd(u_int n)
{
	seed = seed * 1103515245 + 12345;
	return ((seed >> 8) % n);
}

static void
map_random(struct ktest *t)
{
	static const vm_prot_t prots[] = { VM_PROT_NONE, RO, RW };
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	int model[NPAGES], prot;
	u_int from, to, i, round;
	struct vm_map_args args = anon_rw;
	bool whole;

	seed = 1;
	for (i = 0; i < NPAGES; i++)
		model[i] = -1;
	for (round = 0; round < 2000 && t->kt_failures == 0; round++) {
		from = rnd(NPAGES);
		to = from + 1 + rnd(NPAGES - from);
		prot = prots[rnd(nitems(prots))];
		for (whole = true, i = from; i < to; i++)
			whole = whole && model[i] != -1;
		switch (rnd(3)) {
		case 0:
			args.prot = prot;
			KTEST_EQ(t,
			    vm_map_fixed(map, VA(from), (to - from) * PAGE_SIZE,
				&args, true),
			    0);
			break;
		case 1:
			prot = -1;
			KTEST_EQ(t, vm_map_remove(map, VA(from), VA(to)), 0);
			break;
		default:
			KTEST_EQ(t,
			    vm_map_protect(map, VA(from), VA(to), prot, false),
			    whole ? 0 : ENOMEM);
			if (!whole)
				continue;
		}
		for (i = from; i < to; i++)
			model[i] = prot;
		for (i = 0; i < NPAGES; i++)
			KTEST_EQ(t, prot_at(vm, i), model[i]);
		vm_map_lock_read(map);
		vm_map_check(map);
		vm_map_unlock_read(map);
	}
	vmspace_free(vm);
}
KTEST(vm_map, map_random);

/* Splitting may fail, and then nothing has happened. */
static void
map_no_memory(struct ktest *t)
{
#ifdef INVARIANTS
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	int k;

	KTEST_EQ(t, insert(vm, 0, 16, &anon_rw), 0);
	for (k = 1; k <= 2; k++) {
		ktest_fail_alloc(k);
		KTEST_EQ(t, vm_map_remove(map, VA(4), VA(8)), ENOMEM);
		ktest_fail_alloc(k);
		KTEST_EQ(t, vm_map_protect(map, VA(4), VA(8), RO, false),
		    ENOMEM);
		ktest_fail_alloc(k);
		KTEST_EQ(t, vm_map_fixed(map, VA(4), PAGE_SIZE, &anon_ro, true),
		    ENOMEM);
		ktest_fail_alloc(0);
		KTEST_EQ(t, map->nentries, 1);
		KTEST_EQ(t, map->size, 16 * PAGE_SIZE);
		KTEST_EQ(t, prot_at(vm, 5), RW);
	}
	vmspace_free(vm);
#else
	KTEST_SKIP(t, "no fault injection in the release kernel");
#endif
}
KTEST(vm_map, map_no_memory);

/*
 * The stack grows to the limit, keeps away from what lies below, and its
 * size is counted.
 */
static void
map_growstack(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	struct proc *p = curproc;
	rlim_t saved = p->p_limit->pl_rlimit[RLIMIT_STACK].rlim_cur;

	p->p_limit->pl_rlimit[RLIMIT_STACK].rlim_cur = 1 << 20;
	KTEST_EQ(t, vm_map_stack(vm, PAGE_SIZE, 4 << 20), 0);
	KTEST_EQ(t, vm_map_growstack(p, map, USRSTACK - 10 * PAGE_SIZE), 0);
	KTEST_EQ(t, map->size, PAGE_SIZE + SGROWSIZ);
	KTEST_EQ(t, vm->vm_ssize, 1 + atop(SGROWSIZ));
	KTEST_EQ(t, vm_map_growstack(p, map, USRSTACK - (1 << 20)), 0);
	KTEST_EQ(t, map->size, 1 << 20);
	KTEST_EQ(t, vm_map_growstack(p, map, USRSTACK - (1 << 20) - 1), EFAULT);
	KTEST_EQ(t, map->size, 1 << 20);

	/* Something below: one page stays free. */
	p->p_limit->pl_rlimit[RLIMIT_STACK].rlim_cur = 8 << 20;
	KTEST_EQ(t,
	    vm_map_fixed(map, USRSTACK - (2 << 20), PAGE_SIZE, &anon_rw, false),
	    0);
	KTEST_EQ(t, vm_map_growstack(p, map, USRSTACK - (2 << 20) + PAGE_SIZE),
	    EFAULT);
	KTEST_EQ(t,
	    vm_map_growstack(p, map, USRSTACK - (2 << 20) + 2 * PAGE_SIZE), 0);
	KTEST_EQ(t, vm_map_growstack(p, map, USRSTACK - (3 << 20)), EFAULT);
	KTEST_EQ(t, map->nentries, 2);
	p->p_limit->pl_rlimit[RLIMIT_STACK].rlim_cur = saved;
	vmspace_free(vm);
}
KTEST(vm_map, map_growstack);

/* Rights that differ from page to page: up to some number of entries. */
static void
map_entries_most(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	int error = 0, n;
	u_int i;

	KTEST_EQ(t, insert(vm, 0, 20000, &anon_rw), 0);
	for (i = 0; i < 20000 && error == 0; i += 2)
		error = vm_map_protect(map, VA(i), VA(i + 1), VM_PROT_READ,
		    false);
	KTEST_EQ(t, error, ENOMEM);
	n = map->nentries;
	KTEST_ASSERT(t, n > 4000 && n < 5000);
	/* What is refused has changed nothing. */
	KTEST_EQ(t, vm_map_fixed(map, VA(19990), PAGE_SIZE, &anon_rw, true),
	    ENOMEM);
	KTEST_EQ(t, map->nentries, n);
	KTEST_EQ(t, map->size, 20000 * PAGE_SIZE);
	KTEST_EQ(t, vm_map_remove(map, VA(0), VA(100)), 0);
	KTEST_EQ(t, vm_map_protect(map, VA(19990), VA(19991), 0, false), 0);
	vmspace_free(vm);
}
KTEST(vm_map, map_entries_most);

/* A stack that loses its lowest part, or shares it, grows on. */
static void
map_growstack_anew(struct ktest *t)
{
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;
	struct proc *p = curproc;
	vm_offset_t low = USRSTACK - 4 * PAGE_SIZE;

	KTEST_EQ(t, vm_map_stack(vm, 4 * PAGE_SIZE, 4 << 20), 0);
	KTEST_EQ(t, vm_map_remove(map, low, low + PAGE_SIZE), 0);
	KTEST_EQ(t, vm_map_growstack(p, map, low - PAGE_SIZE), 0);
	KTEST_EQ(t, map->nentries, 1);

	/* It has an object then, and what is added none. */
	low = map->header.next->start;
	KTEST_EQ(t, vm_map_inherit(map, low, USRSTACK, VM_INHERIT_SHARE), 0);
	KTEST_EQ(t, vm_map_growstack(p, map, low - PAGE_SIZE), 0);
	KTEST_EQ(t, map->nentries, 2);
	KTEST_ASSERT(t, map->header.next->object == NULL);
	KTEST_EQ(t, map->header.next->inheritance, VM_INHERIT_COPY);
	vm_map_lock(map);
	vm_map_check(map);
	vm_map_unlock(map);
	vmspace_free(vm);
}
KTEST(vm_map, map_growstack_anew);

/* What is replaced does not count beside what replaces it. */
static void
map_replace_at_limit(struct ktest *t)
{
	struct vm_map_args args = anon_rw;
	struct vmspace *vm = vmspace_alloc();
	vm_map_t map = &vm->vm_map;

	args.most = 10 * PAGE_SIZE;
	KTEST_EQ(t, insert(vm, 0, 8, &anon_rw), 0);
	KTEST_EQ(t, vm_map_fixed(map, VA(4), 6 * PAGE_SIZE, &args, true), 0);
	KTEST_EQ(t, map->size, 10 * PAGE_SIZE);
	KTEST_EQ(t, vm_map_fixed(map, VA(9), 2 * PAGE_SIZE, &args, true),
	    ENOMEM);
	vmspace_free(vm);
}
KTEST(vm_map, map_replace_at_limit);
