/*
 * The machine's part of making, switching and ending threads.
 *
 * A new thread's kernel stack, as cpu_thread_setup() and cpu_fork() leave
 * it (h: higher addresses first):
 *
 *	td_kstack + KSTACK_SIZE
 *		pcb		td_pcb: esi = fork_return, ebx = td,
 *				eip = fork_trampoline, esp = td_frame - 4
 *		16 bytes	unused
 *		trapframe	td_frame: the parent's, eax 0, edx 1
 *		one word	cpu_switch() puts eip here and returns to it
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/unistd.h>
#include <vm/vm.h>
#include <vm/vm_map.h>
#include <vm/pmap.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/psl.h>

void	cpu_switch_state(struct thread *, struct thread *);	/* swtch.S */

/*
 * td has a kernel stack: say where pcb and frame lie on it.
 */
void
cpu_thread_setup(struct thread *td)
{
	struct pcb *pcb;

	pcb = (struct pcb *)(td->td_kstack + KSTACK_SIZE) - 1;
	KASSERT(((uintptr_t)pcb & 15) == 0,
	    ("pcb %p: fxsave would fault", pcb));
	pcb->pcb_flags = 0;
	pcb->pcb_gs = 0;
	td->td_pcb = pcb;
	td->td_frame = (struct trapframe *)((char *)pcb - PCB_TOP_ROOM) - 1;
}

/*
 * Give p2's thread the registers of td, so that it returns from the system
 * call too, with 0.  Its memory and stack are there.  p2 is NULL, or RFPROC
 * not in flags, if the caller itself is to be changed: there is nothing of
 * the machine's that is shared.  Cannot fail.
 */
void
cpu_fork(struct thread *td, struct proc *p2, int flags)
{
	struct thread *td2;
	struct pcb *pcb, *pcb2;

	if (p2 == NULL || (flags & RFPROC) == 0)
		return;
	td2 = &p2->p_thread;
	pcb = td->td_pcb;
	pcb2 = td2->td_pcb;

	if (td == curthread) {
		npxsync(td);
		pcb->pcb_gs = rgs();
	}
	if (pcb->pcb_flags & PCB_FPUINITDONE)
		pcb2->pcb_fpu = pcb->pcb_fpu;
	pcb2->pcb_flags = pcb->pcb_flags & PCB_FPUINITDONE;
	pcb2->pcb_gs = pcb->pcb_gs;
	td2->td_md = td->td_md;

	*td2->td_frame = *td->td_frame;
	td2->td_frame->tf_eax = 0; /* child's result */
	td2->td_frame->tf_edx = 1;
	td2->td_frame->tf_eflags &= ~PSL_C; /* success */

	pcb2->pcb_pmap = vmspace_pmap(p2->p_vmspace);
	pcb2->pcb_cr3 = pmap_cr3(pcb2->pcb_pmap);
	pcb2->pcb_edi = 0;
	pcb2->pcb_ebp = 0;
	pcb2->pcb_esp = (int)td2->td_frame - sizeof(int);
	pcb2->pcb_eip = (int)fork_trampoline;
	cpu_set_fork_handler(td2, (void (*)(void *))(void (*)(void))fork_return,
	    td2);
}

/*
 * What a thread that has not run yet will do first: func(arg, frame).
 */
void
cpu_set_fork_handler(struct thread *td, void (*func)(void *), void *arg)
{
	td->td_pcb->pcb_esi = (int)func;
	td->td_pcb->pcb_ebx = (int)arg;
}

/*
 * The running thread will not go to user mode any more.
 */
void
cpu_exit(struct thread *td)
{
	KASSERT(td == curthread, ("cpu_exit of thread %p", td));
	npxdrop(td);
}

/*
 * The middle of cpu_switch(): everything but the registers.  On from's
 * stack, sched_lock held, interrupts off.
 */
void
cpu_switch_state(struct thread *from, struct thread *to)
{
	struct pcb *pcb = to->td_pcb;

	KASSERT((read_eflags() & PSL_I) == 0,
	    ("cpu_switch: interrupts enabled"));
	KASSERT(to->td_magic == TD_MAGIC,
	    ("cpu_switch: thread %p has lost "
	     "its magic number",
		to));
	/* Without this the next instruction would be a triple fault. */
	KASSERT(((pd_entry_t *)
			PHYS_TO_DMAP(pcb->pcb_cr3))[PDE_INDEX(KERNBASE)] &
		PG_V,
	    ("cpu_switch: thread %p: 0x%x is no page directory", to,
		pcb->pcb_cr3));
	npxswitchout(from);
	pmap_switch(pcb->pcb_pmap);
	PCPU_PTR(common_tss)->tss_esp0 = (u_int)pcb - PCB_TOP_ROOM;
	PCPU_SET(curpcb, pcb);
	PCPU_SET(curthread, to);
}
