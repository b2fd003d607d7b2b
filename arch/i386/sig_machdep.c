/*
 * The registers of a program that starts, of a handler that is called,
 * and of the code that was interrupted when the handler returns.
 *
 * Owns the layout of struct sigframe and sigcode, which both are part of
 * the ABI (docs/abi.md).
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/exec.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/syscall.h>
#include <sys/sysproto.h>
#include <sys/ucontext.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/sigframe.h>
#include <machine/vmparam.h>

/* The words from mc_fs on are a trapframe. */
CTASSERT(offsetof(mcontext_t, mc_ss) - offsetof(mcontext_t, mc_fs) ==
    offsetof(struct trapframe, tf_ss));
CTASSERT(offsetof(struct sigframe, sf_uc.uc_mcontext.mc_fpstate) % 16 == 0);
CTASSERT(sizeof(((mcontext_t *)0)->mc_fpstate) == sizeof(union savefpu));

#define	SIGFRAME_ALIGN	16

void	sigcode_bytes(void) __attribute__((__naked__, __used__));
extern const char esigcode[];

/*
 * The code that exec copies to the top of each stack, and that every
 * handler is called from: esp points to a struct sigframe.  It runs in
 * user mode, at another address than it is linked for.
 */
void __attribute__((__naked__, __used__))
sigcode_bytes(void)
{
	__asm __volatile("	.globl	sigcode, esigcode\n"
			 "sigcode:\n"
			 "	call	*%c0(%%esp)\n" /* the handler */
			 "	leal	%c1(%%esp),%%eax\n" /* its ucontext */
			 "	pushl	%%eax\n"
			 "	mov	%c2(%%eax),%%gs\n"
			 "	movl	$%c3,%%eax\n"
			 "	pushl	%%eax\n" /* "return address" */
			 "	int	$0x80\n"
			 "1:	jmp	1b\n" /* the context was bad */
			 "esigcode:\n"
			 :
			 : "i"(offsetof(struct sigframe, sf_handler)),
			 "i"(offsetof(struct sigframe, sf_uc)),
			 "i"(offsetof(ucontext_t, uc_mcontext.mc_gs)),
			 "i"(SYS_sigreturn));
}

/* A symbol's difference is no constant in C, so the assembler has it. */
__asm(
    "	.section .rodata\n"
    "	.globl	szsigcode\n"
    "	.balign	4\n"
    "szsigcode:\n"
    "	.long	esigcode - sigcode\n"
    "	.previous\n");

/*
 * Save the current thread's registers for sigreturn.
 */
static void
get_mcontext(struct thread *td, mcontext_t *mc)
{
	mc->mc_len = sizeof(*mc);
	mc->mc_gs = rgs();
	bcopy(td->td_frame, &mc->mc_fs, sizeof(*td->td_frame));
	mc->mc_fpformat = npxformat();
	mc->mc_ownedfp = npxgetregs(td,
	    (union savefpu *)(void *)mc->mc_fpstate);
}

/*
 * Have the current thread call a handler: see sv_sendsig in sys/sysent.h.
 */
int
sendsig(struct thread *td, const struct sigpost *sp)
{
	struct proc *p = td->td_proc;
	struct trapframe *tf = td->td_frame;
	struct sigframe sf;
	vm_offset_t top, usf;
	bool inuse;

	bzero(&sf, sizeof(sf));
	get_mcontext(td, &sf.sf_uc.uc_mcontext);
	sf.sf_uc.uc_sigmask = sp->sp_mask;

	PROC_LOCK(p);
	inuse = sigonstack(p, tf->tf_esp);
	sf.sf_uc.uc_stack = p->p_sigstk;
	if ((p->p_flag & P_ALTSTACK) == 0)
		sf.sf_uc.uc_stack.ss_flags = SS_DISABLE;
	else
		sf.sf_uc.uc_stack.ss_flags = inuse ? SS_ONSTACK : 0;
	top = tf->tf_esp;
	if (sp->sp_onstack && (p->p_flag & P_ALTSTACK) && !inuse)
		top = (vm_offset_t)p->p_sigstk.ss_sp + p->p_sigstk.ss_size;
	PROC_UNLOCK(p);
	sf.sf_uc.uc_mcontext.mc_onstack = inuse;

	usf = rounddown2(top - sizeof(sf), SIGFRAME_ALIGN);
	sf.sf_signum = sp->sp_info.si_signo;
	sf.sf_siginfo = sp->sp_siginfo ?
	    usf + offsetof(struct sigframe, sf_si) :
	    (u_int)sp->sp_info.si_code;
	sf.sf_ucontext = usf + offsetof(struct sigframe, sf_uc);
	sf.sf_addr = (register_t)sp->sp_info.si_addr;
	sf.sf_handler = (register_t)sp->sp_handler;
	sf.sf_si = sp->sp_info;
	if (copyout(&sf, (void *)usf, sizeof(sf)) != 0)
		return (EFAULT);

	/* The handler finds the registers as a function expects them. */
	npxdrop(td);
	tf->tf_esp = usf;
	tf->tf_eip = PS_STRINGS - szsigcode;
	tf->tf_eflags &= ~(PSL_T | PSL_D);
	tf->tf_cs = UCSEL;
	tf->tf_ds = tf->tf_es = tf->tf_ss = UDSEL;
	return (0);
}

/*
 * Whether a program may have that data segment: the null one or its own.
 */
static bool
data_selector_ok(int sel)
{
	sel &= 0xffff;
	return (sel <= SEL_RPL_MASK || sel == UDSEL || sel == UCSEL);
}

/*
 * Whether sigreturn may load these registers: nothing in them can give a
 * program more rights, or make the return to user mode fail.
 */
static bool
mcontext_ok(const mcontext_t *mc, const struct trapframe *tf)
{
	u_int changed;

	changed = (mc->mc_eflags ^ tf->tf_eflags) & ~PSL_RF;
	if (mc->mc_len != sizeof(*mc) || (changed & ~PSL_USERCHANGE) != 0)
		return (false);
	if ((mc->mc_cs & 0xffff) != UCSEL || (mc->mc_ss & 0xffff) != UDSEL)
		return (false);
	if (!data_selector_ok(mc->mc_ds) || !data_selector_ok(mc->mc_es) ||
	    !data_selector_ok(mc->mc_fs))
		return (false);
	return (mc->mc_ownedfp == _MC_FPOWNED_NONE ||
	    ((mc->mc_ownedfp == _MC_FPOWNED_FPU ||
		 mc->mc_ownedfp == _MC_FPOWNED_PCB) &&
		mc->mc_fpformat == npxformat()));
}

/*
 * sigreturn(2): EFAULT or EINVAL, or it does not return to its caller.
 */
int
sys_sigreturn(struct thread *td, struct sigreturn_args *uap)
{
	struct proc *p = td->td_proc;
	struct trapframe *tf = td->td_frame;
	ucontext_t uc;
	mcontext_t *mc = &uc.uc_mcontext;
	int error;

	error = copyin(uap->sigcntxp, &uc, sizeof(uc));
	if (error != 0)
		return (error);
	if (!mcontext_ok(mc, tf))
		return (EINVAL);

	if (mc->mc_ownedfp == _MC_FPOWNED_NONE)
		npxdrop(td);
	else if (mc->mc_fpformat != _MC_FPFMT_NODEV) {
		error = npxsetregs(td, (union savefpu *)(void *)mc->mc_fpstate);
		if (error != 0)
			return (error);
	}
	bcopy(&mc->mc_fs, tf, sizeof(*tf));

	PROC_LOCK(p);
	p->p_sigmask = uc.uc_sigmask;
	SIG_CANTMASK(p->p_sigmask);
	signotify(td);
	PROC_UNLOCK(p);
	return (EJUSTRETURN);
}

/*
 * The registers of a program that starts: zero but for what says where
 * its code and its stack are.  ebx points to ps_strings, and edx would be
 * a function to be called at exit.
 */
void
setregs(struct thread *td, vm_offset_t entry, vm_offset_t stack,
    vm_offset_t ps_strings)
{
	struct trapframe *tf = td->td_frame;

	npxdrop(td);
	td->td_pcb->pcb_gs = UDSEL;
	load_gs(UDSEL);
	bzero(tf, sizeof(*tf));
	tf->tf_eip = entry;
	tf->tf_esp = stack;
	tf->tf_ebx = ps_strings;
	tf->tf_eflags = PSL_USER;
	tf->tf_cs = UCSEL;
	tf->tf_ds = tf->tf_es = tf->tf_fs = tf->tf_ss = UDSEL;
}
