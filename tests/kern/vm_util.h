/*
 * What the tests of memory share: address spaces that are nobody's current
 * one.  Pages are touched by vm_fault() and vmspace_write(), as a process
 * would.
 */
#ifndef _VM_UTIL_H_
#define	_VM_UTIL_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/signal.h>
#include <sys/vmmeter.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>

#define	BASE	((vm_offset_t)0x10000000)
#define	VA(n)	(BASE + (n) * PAGE_SIZE)
#define	RW	(VM_PROT_READ | VM_PROT_WRITE)

/* An address space with n pages of private memory at BASE. */
static inline struct vmspace *
space(struct ktest *t, u_int n)
{
	const struct vm_map_args args = {
		.prot = RW,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
	};
	struct vmspace *vm = vmspace_alloc();

	KTEST_ASSERT(t, vm != NULL);
	KTEST_EQ(t,
	    vm_map_fixed(&vm->vm_map, BASE, n * PAGE_SIZE, &args, false), 0);
	return (vm);
}

static inline int
put(struct vmspace *vm, u_int page, u_int value)
{
	return (vmspace_write(vm, VA(page) + 8, &value, sizeof(value)));
}

static inline u_int
get(struct vmspace *vm, u_int page)
{
	u_int value = 0xffffffff;

	(void)vmspace_read(vm, VA(page) + 8, &value, sizeof(value));
	return (value);
}

static inline vm_paddr_t
where(struct vmspace *vm, u_int page)
{
	return (pmap_extract(&vm->vm_pmap, VA(page)));
}

/* A fault as the processor reports it; the signal, or 0. */
static inline int
fault(struct vmspace *vm, vm_offset_t va, int prot, int *code)
{
	int sig;

	return (vm_fault(&vm->vm_map, va, prot, &sig, code) == 0 ? 0 : sig);
}

static inline void
check_oracle(struct ktest *t)
{
#ifdef INVARIANTS
	KTEST_EQ(t, vm_oracle_check(), 0);
#endif
}

#endif /* !_VM_UTIL_H_ */
