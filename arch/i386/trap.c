/*
 * Exceptions.  From user mode they become page faults that are served, or
 * signals; from kernel mode they are page faults on user memory, the few
 * places that expect a fault, or the end.
 *
 * Also the way back to user mode: userret() and ast().
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/smp.h>
#include <sys/vmmeter.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/psl.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "apic.h"
#include "machdep.h"

static void	trap_fatal(struct trapframe *, u_int cr2) __dead2;

/*
 * Let the map of the current process serve a fault on a user address.
 * 0, or an errno with the signal and its code.
 */
static int
user_pagefault(struct thread *td, u_int va, u_int err, int *sig, int *code)
{
	struct vmspace *vm = td->td_proc->p_vmspace;
	int error;

	*sig = SIGSEGV;
	*code = SEGV_MAPERR;
	if (va >= VM_MAXUSER_ADDRESS || vm == NULL)
		return (EFAULT);
	error = vm_fault(&vm->vm_map, va,
	    (err & PGEX_W) ? VM_PROT_WRITE : VM_PROT_READ, sig, code);
	/* There are no others: nothing is read from a disk. */
	if (error == 0)
		data_race(td->td_proc->p_stats->ps_ru.ru_minflt++);
	return (error);
}

/*
 * A program did something that it cannot do: find out which signal that
 * is.  0 if there is nothing more to do.
 */
static int
trap_user(struct thread *td, struct trapframe *frame, u_int cr2, int *code,
    vm_offset_t *addr)
{
	int sig;

	*addr = frame->tf_eip;
	switch (frame->tf_trapno) {
	case T_PAGEFLT:
		*addr = cr2;
		if (user_pagefault(td, cr2, frame->tf_err, &sig, code) == 0)
			return (0);
		return (sig);
	case T_DNA:
		*code = ILL_COPROC;
		return (npxdna() ? 0 : SIGILL);
	case T_TRCTRAP:
		frame->tf_eflags &= ~PSL_T;
		*code = TRAP_TRACE;
		return (SIGTRAP);
	case T_BPTFLT:
		*code = TRAP_BRKPT;
		return (SIGTRAP);
	case T_DIVIDE:
		*code = FPE_INTDIV;
		return (SIGFPE);
	case T_OFLOW:
		*code = FPE_INTOVF;
		return (SIGFPE);
	case T_BOUND:
		*code = FPE_FLTSUB;
		return (SIGFPE);
	case T_ARITHTRAP:
	case T_XMMFLT:
		*code = npxtrap(frame->tf_trapno);
		return (SIGFPE);
	case T_PRIVINFLT:
		*code = ILL_ILLOPC;
		return (SIGILL);
	case T_FPOPFLT:
		*code = ILL_COPROC;
		return (SIGILL);
	case T_ALIGNFLT:
		*code = BUS_ADRALN;
		return (SIGBUS);
	case T_TSSFLT:
	case T_SEGNPFLT:
	case T_STKFLT:
	case T_PROTFLT:
		/* Segments, privileged instructions, wild selectors. */
		*code = BUS_ADRERR;
		return (SIGBUS);
	default:
		trap_fatal(frame, cr2);
	}
}

/*
 * The kernel loads selectors that belong to a program in a few known
 * places; if one is bad, go on at the place made for that.
 */
static bool
bad_selector(struct thread *td, struct trapframe *frame)
{
	static const struct {
		char *at, *go;
	} places[] = {
		{ doreti_iret, doreti_iret_fault },
		{ doreti_popl_ds, doreti_popl_ds_fault },
		{ doreti_popl_es, doreti_popl_es_fault },
		{ doreti_popl_fs, doreti_popl_fs_fault },
		{ cpu_switch_load_gs, cpu_switch_gs_loaded },
	};
	u_int i;

	for (i = 0; i < nitems(places); i++) {
		if (frame->tf_eip != (int)places[i].at)
			continue;
		if (places[i].at == cpu_switch_load_gs)
			td->td_pcb->pcb_gs = 0;
		frame->tf_eip = (int)places[i].go;
		return (true);
	}
	return (false);
}

/*
 * A fault in the kernel: copyin() and its kin on user memory, or a bug.
 * Only user addresses are looked up; a fault on a kernel address is a bug
 * even in copyin().
 */
static void
kernel_pagefault(struct thread *td, struct trapframe *frame, u_int cr2)
{
	int sig, code;

	if (td->td_onfault == NULL || cr2 >= VM_MAXUSER_ADDRESS ||
	    td->td_intr_nesting_level != 0)
		trap_fatal(frame, cr2);
	if (td->td_onfault == copy_now_fault) {
		frame->tf_eip = (int)copy_now_fault;
		return;
	}
	KASSERT(td->td_spinlocks == 0,
	    ("copyin or copyout with a spin mutex held"));
	td->td_md.md_faults++;
	if (user_pagefault(td, cr2, frame->tf_err, &sig, &code) != 0)
		frame->tf_eip = (int)td->td_onfault;
}

static void
trap_kernel(struct thread *td, struct trapframe *frame, u_int cr2)
{
	switch (frame->tf_trapno) {
	case T_PAGEFLT:
		kernel_pagefault(td, frame, cr2);
		return;
	case T_TSSFLT:
	case T_SEGNPFLT:
	case T_STKFLT:
	case T_PROTFLT:
		if (bad_selector(td, frame))
			return;
		break;
	}
	trap_fatal(frame, cr2);
}

/*
 * Non-maskable interrupts have a processor stand still while another speaks;
 * else they ask "what is going on": tell, and go on.  Nothing
 * may be assumed of the code that was interrupted, and no lock be taken.
 */
static void __kdb_text
trap_nmi(struct trapframe *frame)
{
	if (cpu_stop_nmi(frame))
		return;
	if (kdb_active || panicstr != NULL) {
		printf("\nNMI: the machine stands still for a %s\n",
		    kdb_active ? "debugger" : "panic");
		return;
	}
	/* If not, another is about to, and to stop us. */
	if (!cpu_stop_try())
		return;
	kdb_sessions++;
	printf("\nNMI: in %s mode, pid %d (%s)\n",
	    TRAPF_USERMODE(frame) ? "user" : "kernel", curproc->p_pid,
	    curproc->p_comm);
	db_print_registers(frame);
	db_backtrace_trapframe(frame);
	cpu_stopped_backtraces();
	ps_dump();
	cpu_resume_others();
}

/*
 * What is seen to before interrupts are on again: false if it is an ordinary
 * exception.
 */
static bool __kdb_text
trap_early(struct trapframe *frame)
{
	u_int sessions;

	switch (frame->tf_trapno) {
	case T_NMI:
		trap_nmi(frame);
		return (true);
	case T_TRCTRAP:
		/* What is watched may be what we look at from here on. */
		db_points_off();
		if (kdb_trap(frame))
			return (true);
		/* Again if an NMI has had us wait while they were changed. */
		do {
			sessions = kdb_sessions;
			db_points_load();
		} while (sessions != kdb_sessions);
		return (false);
	case T_BPTFLT:
		return (kdb_trap(frame));
	default:
		return (false);
	}
}

/*
 * From alltraps, interrupts off.
 */
void __kdb_text
trap(struct trapframe *frame)
{
	struct thread *td;
	u_int cr2 = 0;
	vm_offset_t addr;
	int code = 0, sig;

	if ((u_int)frame->tf_trapno <= T_BPTFLT && trap_early(frame))
		return;
	CNT_INC(v_trap);
	td = curthread;
	/* The next fault overwrites it, so before interrupts. */
	if (frame->tf_trapno == T_PAGEFLT)
		cr2 = rcr2();
	if (__predict_false((frame->tf_eflags & PSL_I) == 0))
		kdb_step_faulted(frame);
	if (frame->tf_eflags & PSL_I)
		enable_intr();

	if (!TRAPF_USERMODE(frame)) {
		trap_kernel(td, frame, cr2);
		return;
	}
	td->td_frame = frame;
	sig = trap_user(td, frame, cr2, &code, &addr);
	if (sig != 0)
		trapsignal(td, sig, code, addr);
	else if (frame->tf_trapno != T_PAGEFLT)
		return;
	userret(td, frame, 0);
}

/*
 * Nothing can be done: say all that is known and panic.
 */
static void
trap_fatal(struct trapframe *frame, u_int cr2)
{
	char cause[160];

	kdb_failed(trap_name(frame->tf_trapno));
	panic_begin();
	db_trap_cause(cause, sizeof(cause), frame, cr2);
	panic_trap(frame, "%s", cause);
}

#ifdef INVARIANTS
/*
 * What must hold at the end of a system call or a fault: nothing is held,
 * and a signal that could be taken has made sure that it will be.
 */
void
userret_check(struct thread *td)
{
	struct proc *p = td->td_proc;

	mtx_assert(&Giant, MA_NOTOWNED);
	KASSERT(td->td_spinlocks == 0,
	    ("return to user mode with %u spin mutexes", td->td_spinlocks));
#ifdef WITNESS
	witness_exit(td);
#endif
	PROC_LOCK(p);
	KASSERT((p->p_flag & P_STOPPED_SIG) || !sig_deliverable(p) ||
		(data_race(td->td_flags) & TDF_ASTPENDING),
	    ("return to user mode with a signal and no AST: pid %d", p->p_pid));
	PROC_UNLOCK(p);
}
#endif

/*
 * From doreti: somebody set TDF_ASTPENDING or TDF_NEEDRESCHED.  Interrupts
 * on, about to return to user mode through frame.
 */
void
ast(struct trapframe *frame)
{
	struct thread *td = curthread;
	int flags;

	KASSERT(TRAPF_USERMODE(frame), ("ast in kernel mode"));
	td->td_frame = frame;
	CNT_INC(v_soft);

	mtx_lock_spin(&sched_lock);
	flags = td->td_flags;
	td->td_flags &= ~TDF_ASTPENDING; /* the other one by the switch */
	mtx_unlock_spin(&sched_lock);

	if (flags & TDF_ASTPENDING)
		sig_ast(td);
	if (flags & TDF_NEEDRESCHED)
		yield_user();
	if (flags & TDF_KTRCSW)
		ktrast(td);
	userret(td, frame, 0);
}
