/*
 * What the rest of the kernel calls of the virtual memory system.
 */
#ifndef _VM_VM_EXTERN_H_
#define	_VM_VM_EXTERN_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <vm/vm.h>
#include <vm/vm_kern.h>

struct iovec;
struct proc;
struct thread;
struct vm_map_entry;
struct vnode;

/* vm_init.c */
void	vm_bootstrap(void);		/* from the machine's start */

/*
 * vm_map.c: address spaces.  vmspace_alloc() gives an empty one with one
 * reference, vmspace_fork() a copy as the entries' inheritance says; both
 * NULL if there is no memory.  vmspace_free() drops a reference.  Who only
 * looks at it has a reference of another kind: it is no more shared by that.
 */
struct	vmspace *vmspace_alloc(void);
struct	vmspace *vmspace_fork(struct vmspace *, vm_offset_t stack);
struct	vmspace *vmspace_hold(struct vmspace *);
void	vmspace_free(struct vmspace *);
struct	vmspace *vmspace_look(struct vmspace *);
void	vmspace_unlook(struct vmspace *);

/*
 * vm_glue.c: processes and their address spaces.
 */
/* The memory part of fork; 0 or ENOMEM, p2 is NULL without RFPROC. */
int	vm_forkproc(struct thread *, struct proc *p2, int flags);
/* Give p, which is current, a vmspace of its own: 0 or ENOMEM. */
int	vmspace_unshare(struct proc *);
/* exec: p, which is current, goes on in newvm, whose reference it takes. */
void	vmspace_exec(struct proc *, struct vmspace *newvm);
/* exit: p, which is current, needs no user memory any more. */
void	vmspace_exit(struct proc *);

/*
 * For exec, on a vmspace that nobody else sees.  Map filesz bytes of the
 * file's object from foff, then zeros up to memsz, at va; foff and va have
 * the same offset in the page.  Private.  Errors: EINVAL, ENOMEM.
 */
int	vm_map_file(struct vmspace *, struct vnode *, off_t foff,
	    vm_offset_t va, vm_size_t filesz, vm_size_t memsz, int prot);
/* The stack, which ends at USRSTACK; it may grow to max bytes. */
int	vm_map_stack(struct vmspace *, vm_size_t initial, vm_size_t max);
/*
 * Write into a vmspace that is not the current one, from one buffer of the
 * kernel's or from several, one behind the other; iov is used up.  0,
 * EFAULT, ENOMEM.
 */
int	vmspace_writev(struct vmspace *, vm_offset_t va, struct iovec *iov,
	    int iovcnt);
int	vmspace_write(struct vmspace *, vm_offset_t va, const void *from,
	    vm_size_t len);
int	vmspace_read(struct vmspace *, vm_offset_t va, void *to,
	    vm_size_t len);

/*
 * vm_fault.c.  An access (VM_PROT_READ or VM_PROT_WRITE) to va, any
 * address, was refused by the page tables: 0 if it may be tried again;
 * else EFAULT or ENOMEM, and the signal for a user access in *sig, *code
 * (SIGSEGV with SEGV_MAPERR or SEGV_ACCERR; SIGBUS with BUS_ADRERR: behind
 * the end of a file; SIGKILL: no memory, said on the console).  May sleep;
 * interrupts enabled, no mutex but Giant held.
 */
int	vm_fault(struct vm_map *, vm_offset_t va, int prot, int *sig,
	    int *code);
/*
 * Let no access fault that prot allows, in all of an entry; the map is locked
 * exclusively.  0; ENOMEM, when that is so in a part of it; EFAULT, when it is
 * so but behind the end of a file.
 */
int	vm_fault_wire(struct vm_map *, struct vm_map_entry *, vm_prot_t prot);

/* vm_page.c: for the idle thread; clears one free page. */
bool	vm_pagezero_idle(void);		/* false: nothing to do */

/*
 * vm_oracle.c, in the debug kernel: recount references of all pages from all
 * page tables and objects, and those to objects and address spaces, and print
 * what is wrong.  vm_oracle_check() returns the number of errors; so does
 * vm_oracle_quiet(), where nobody should have a reference to an object or an
 * address space but map entries, vnodes and processes: it waits for those who
 * have one for a moment.  vm_oracle_syscall(), after a system call of that
 * name, counts if it is time (debug.vm_oracle) and panics if there are any.
 * No locks held; may sleep.
 */
#ifdef INVARIANTS
int	vm_oracle_check(void);
int	vm_oracle_quiet(void);
void	vm_oracle_syscall(const char *call);
#else
#define	vm_oracle_syscall(call)	((void)0)
#endif

/*
 * vm_print.c, while the machine stands still: what a page is and who maps
 * it; and, for an address of p that has been read or written, the entry of its
 * map and what vm_fault() would do.
 */
void	vm_page_print(vm_paddr_t);
void	vm_fault_print(struct proc *, vm_offset_t va, bool write);

/* vm_meter.c */
void	vm_print_free(void);		/* a line on free memory */

#endif /* _KERNEL */
#endif /* !_VM_VM_EXTERN_H_ */
