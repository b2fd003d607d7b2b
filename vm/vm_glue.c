/*
 * Processes and their address spaces: fork, exec and exit.
 *
 * p_vmspace is changed only by the process itself, and by the parent of
 * one that nobody knows yet.  Who looks at another's holds its lock: so the
 * vmspace stays for as long.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/unistd.h>
#include <machine/cpu.h>
#include <machine/frame.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

/*
 * Let p, which is current, go on in another address space, and drop its
 * reference to the old one.  NULL: in none, on the kernel's page tables.
 */
static void
switch_vmspace(struct proc *p, struct vmspace *new)
{
	struct thread *td = &p->p_thread;
	struct vmspace *old = p->p_vmspace;

	KASSERT(p == curproc,
	    ("switch_vmspace: pid %d is not current", p->p_pid));
	PROC_LOCK(p);
	WRITE_ONCE(p->p_vmspace, new);
	PROC_UNLOCK(p);
	if (new != NULL)
		pmap_activate(td);
	else
		pmap_activate_kernel(td);
	if (old != NULL)
		vmspace_free(old);
}

/* The stack on which a thread goes on in user mode; 0 if it does not. */
static vm_offset_t
user_stack(struct thread *td)
{
	struct trapframe *frame = td->td_frame;

	return (frame != NULL && TRAPF_USERMODE(frame) ? cpu_getstack(td) : 0);
}

int
vmspace_unshare(struct proc *p)
{
	struct vmspace *new;

	if (p->p_vmspace->vm_refcnt % VM_LOOKER == 1)
		return (0);
	new = vmspace_fork(p->p_vmspace, user_stack(&p->p_thread));
	if (new == NULL)
		return (ENOMEM);
	switch_vmspace(p, new);
	return (0);
}

void
vmspace_exec(struct proc *p, struct vmspace *newvm)
{
	KASSERT(newvm->vm_refcnt == 1,
	    ("vmspace_exec: %u references", newvm->vm_refcnt));
	switch_vmspace(p, newvm);
}

void
vmspace_exit(struct proc *p)
{
	if (p->p_vmspace != NULL)
		switch_vmspace(p, NULL);
}

/*
 * Without RFPROC the caller itself changes: unless it asks to keep sharing
 * its memory, it gets its own.  With RFPROC, p2, which nobody else can see
 * yet, shares the memory or gets a copy-on-write copy of it, and the
 * registers to go on with.  If this fails, proc_free() puts right what was
 * done to p2.
 */
int
vm_forkproc(struct thread *td, struct proc *p2, int flags)
{
	struct proc *p1 = td->td_proc;
	int error;

	if ((flags & RFPROC) == 0) {
		if ((flags & RFMEM) == 0) {
			error = vmspace_unshare(p1);
			if (error != 0)
				return (error);
		}
		cpu_fork(td, NULL, flags);
		return (0);
	}
	KASSERT(p2->p_vmspace == NULL, ("vm_forkproc: has a vmspace"));
	if (flags & RFMEM)
		p2->p_vmspace = vmspace_hold(p1->p_vmspace);
	else {
		p2->p_vmspace = vmspace_fork(p1->p_vmspace, user_stack(td));
		if (p2->p_vmspace == NULL)
			return (ENOMEM);
	}
	cpu_fork(td, p2, flags);
	return (0);
}
