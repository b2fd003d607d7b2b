/*
 * Double faults: an exception while the processor was delivering another.
 * Nearly always the kernel stack has run into its guard page, so that there
 * was no room for the page fault's frame.  This runs as a task of its own
 * (see segments.c); the registers of what failed are in the processor's
 * ordinary task state segment.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/trap.h>

#include "machdep.h"

/*
 * The registers, as if they had come with an ordinary trap.
 */
static void
tss_to_frame(const struct i386tss *tss, struct trapframe *tf)
{
	tf->tf_fs = tss->tss_fs;
	tf->tf_es = tss->tss_es;
	tf->tf_ds = tss->tss_ds;
	tf->tf_edi = tss->tss_edi;
	tf->tf_esi = tss->tss_esi;
	tf->tf_ebp = tss->tss_ebp;
	tf->tf_isp = tss->tss_esp;
	tf->tf_ebx = tss->tss_ebx;
	tf->tf_edx = tss->tss_edx;
	tf->tf_ecx = tss->tss_ecx;
	tf->tf_eax = tss->tss_eax;
	tf->tf_trapno = T_DOUBLEFLT;
	tf->tf_err = 0;
	tf->tf_eip = tss->tss_eip;
	tf->tf_cs = tss->tss_cs;
	tf->tf_eflags = tss->tss_eflags;
	tf->tf_esp = tss->tss_esp;
	tf->tf_ss = tss->tss_ss;
}

void
dblfault_handler(void)
{
	struct trapframe frame;
	struct thread *td = curthread;
	struct proc *p = td->td_proc;
	u_int esp;

	if (kdb_trying()) {
		dblfault_task_leave();
		kdb_failed(trap_name(T_DOUBLEFLT));
	}
	panic_begin();
	tss_to_frame(PCPU_PTR(common_tss), &frame);
	esp = frame.tf_esp;
	/* A push below the stack, or one that would have gone there. */
	if (esp >= td->td_kstack - PAGE_SIZE && esp < td->td_kstack + 128)
		panic_trap(&frame,
		    "kernel stack overflow in process %d (%s): "
		    "esp 0x%08x, the stack is 0x%08x to 0x%08x",
		    p->p_pid, p->p_comm, esp, td->td_kstack,
		    td->td_kstack + KSTACK_SIZE);
	panic_trap(&frame, "double fault at %s", db_name(frame.tf_eip));
}
