/*
 * The FPU and SSE registers of threads.  Owns pcb_fpu, PCB_FPUINITDONE and
 * the per-cpu pc_fpcurthread.
 *
 * pc_fpcurthread is the thread whose registers are in this processor, and
 * it is the running one or NULL: a thread that is switched away from has
 * its registers saved, so that any processor may run it next.  CR0.TS is
 * set exactly when pc_fpcurthread is not the running thread, so that a
 * thread's first use of the FPU comes to npxdna().
 *
 * Everything here works on this processor's own state and keeps interrupts
 * off meanwhile, so there is nothing to lock.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/ucontext.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/specialreg.h>
#include <machine/trap.h>

int	npx_fxsr;			/* fxsave is used, not fnsave */
int	npx_sse;			/* there are SSE registers */
static int	npx_exists;
static u_int	npx_mxcsr_mask;		/* bits of MXCSR that may be set */
static union savefpu npx_clean;		/* what a program starts with */

static void
start_emulating(void)
{
	lcr0(rcr0() | CR0_TS);
}

static void
fpusave(union savefpu *addr)
{
	if (npx_fxsr)
		__asm __volatile("fxsave %0" : "=m"(*addr));
	else
		__asm __volatile("fnsave %0; fwait" : "=m"(*addr));
}

static void
fpurestore(const union savefpu *addr)
{
	if (npx_fxsr)
		__asm __volatile("fxrstor %0" : : "m"(*addr));
	else
		__asm __volatile("frstor %0" : : "m"(*addr));
}

/*
 * Each processor, once: switch the FPU on, and let its first use trap.
 * The first processor, which is alone then, also makes the clean image.
 */
void
npxinit(void)
{
	u_short cw = NPX_CW_DEFAULT;
	u_int mxcsr = NPX_MXCSR_DEFAULT;

	npx_exists = (cpu_feature & CPUID_FPU) != 0;
	if (!npx_exists) {
		lcr0((rcr0() | CR0_EM) & ~CR0_MP);
		return;
	}
	npx_fxsr = (cpu_feature & CPUID_FXSR) != 0;
	if (npx_fxsr)
		lcr4(rcr4() | CR4_FXSR);
	npx_sse = npx_fxsr && (cpu_feature & CPUID_SSE) != 0;
	if (npx_sse)
		lcr4(rcr4() | CR4_XMM);
	lcr0((rcr0() & ~(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE);

	__asm __volatile("fninit; fldcw %0" : : "m"(cw));
	if (npx_sse)
		__asm __volatile("ldmxcsr %0" : : "m"(mxcsr));
	if (PCPU_GET(cpuid) != 0) {
		start_emulating();
		return;
	}
	fpusave(&npx_clean);
	if (npx_fxsr) {
		npx_mxcsr_mask = npx_clean.sv_xmm.sv_mxcsr_mask;
		if (npx_mxcsr_mask == 0)
			npx_mxcsr_mask = 0xffbf;
		bzero(npx_clean.sv_xmm.sv_ac, sizeof(npx_clean.sv_xmm.sv_ac));
		bzero(npx_clean.sv_xmm.sv_xmm, sizeof(npx_clean.sv_xmm.sv_xmm));
	}
	start_emulating();
}

/*
 * Exception 7: the running thread wants the FPU.  Returns 0 if there is
 * none.
 */
int
npxdna(void)
{
	struct thread *td = curthread;
	struct pcb *pcb = td->td_pcb;
	u_int ef;

	if (!npx_exists)
		return (0);
	ef = intr_disable();
	KASSERT(PCPU_GET(fpcurthread) == NULL,
	    ("npxdna: FPU owned by thread %p", PCPU_GET(fpcurthread)));
	clts();
	if ((pcb->pcb_flags & PCB_FPUINITDONE) == 0) {
		pcb->pcb_fpu = npx_clean;
		pcb->pcb_flags |= PCB_FPUINITDONE;
	}
	fpurestore(&pcb->pcb_fpu);
	PCPU_SET(fpcurthread, td);
	intr_restore(ef);
	return (1);
}

/*
 * td is being switched away from: its registers go to its pcb.
 */
void
npxswitchout(struct thread *td)
{
	if (PCPU_GET(fpcurthread) != td)
		return;
	fpusave(&td->td_pcb->pcb_fpu);
	PCPU_SET(fpcurthread, NULL);
	start_emulating();
}

/*
 * Bring the pcb of td, which runs here or nowhere, up to date.  The
 * registers stay as they are.
 */
void
npxsync(struct thread *td)
{
	u_int ef;

	ef = intr_disable();
	if (PCPU_GET(fpcurthread) == td) {
		fpusave(&td->td_pcb->pcb_fpu);
		/* fnsave has also emptied them. */
		if (!npx_fxsr)
			fpurestore(&td->td_pcb->pcb_fpu);
	}
	intr_restore(ef);
}

/*
 * Let go of what the processor holds of td; pcb_fpu is valid from now on.
 */
static void
npxrelease(struct thread *td)
{
	u_int ef;

	ef = intr_disable();
	if (PCPU_GET(fpcurthread) == td) {
		PCPU_SET(fpcurthread, NULL);
		/* An exception that waits would strike whoever has it next. */
		if (!npx_fxsr)
			__asm __volatile("fnclex");
		start_emulating();
	}
	intr_restore(ef);
}

/*
 * Forget a thread's registers: a new program starts with clean ones.
 */
void
npxdrop(struct thread *td)
{
	npxrelease(td);
	td->td_pcb->pcb_flags &= ~PCB_FPUINITDONE;
}

int
npxformat(void)
{
	if (!npx_exists)
		return (_MC_FPFMT_NODEV);
	return (npx_fxsr ? _MC_FPFMT_XMM : _MC_FPFMT_387);
}

/*
 * Copy out the registers of the running thread td.
 */
int
npxgetregs(struct thread *td, union savefpu *addr)
{
	if ((td->td_pcb->pcb_flags & PCB_FPUINITDONE) == 0) {
		*addr = npx_clean;
		return (_MC_FPOWNED_NONE);
	}
	npxsync(td);
	*addr = td->td_pcb->pcb_fpu;
	return (PCPU_GET(fpcurthread) == td ? _MC_FPOWNED_FPU :
					      _MC_FPOWNED_PCB);
}

/*
 * Give the running thread td the registers at addr, which a program may
 * have written: bits of MXCSR that would fault are dropped.  0, or ENXIO
 * without an FPU.
 */
int
npxsetregs(struct thread *td, const union savefpu *addr)
{
	struct pcb *pcb = td->td_pcb;

	if (!npx_exists)
		return (ENXIO);
	npxrelease(td);
	pcb->pcb_fpu = *addr;
	if (npx_fxsr)
		pcb->pcb_fpu.sv_xmm.sv_mxcsr &= npx_mxcsr_mask;
	pcb->pcb_flags |= PCB_FPUINITDONE;
	return (0);
}

/*
 * For a debugger: the registers of td, which runs here or nowhere, and
 * nothing is changed by looking.  False without an FPU.
 */
bool
npxlook(const struct thread *td, union savefpu *addr)
{
	const struct pcb *pcb = td->td_pcb;

	if (!npx_exists || pcb == NULL)
		return (false);
	if (PCPU_GET(fpcurthread) == td) {
		fpusave(addr);
		if (!npx_fxsr)
			fpurestore(addr);
	} else
		*addr = pcb->pcb_flags & PCB_FPUINITDONE ? pcb->pcb_fpu :
							   npx_clean;
	return (true);
}

/*
 * The other way round, for the running thread, after npxlook().  What is in
 * the processor stays there: who is interrupted may just be using it.
 */
void
npxpoke(struct thread *td, union savefpu *addr)
{
	struct pcb *pcb = td->td_pcb;

	if (npx_fxsr)
		addr->sv_xmm.sv_mxcsr &= npx_mxcsr_mask;
	if (PCPU_GET(fpcurthread) == td)
		fpurestore(addr);
	else
		pcb->pcb_fpu = *addr;
	pcb->pcb_flags |= PCB_FPUINITDONE;
}

/*
 * What kind of error made exception 16 or 19: si_code of SIGFPE.  The six
 * flags have the same order in the x87's status word and in MXCSR, and an
 * unmasked one that is set is the cause.
 */
int
npxtrap(int trapno)
{
	union savefpu *fpu = &curthread->td_pcb->pcb_fpu;
	u_int flags;

	npxsync(curthread);
	if (trapno == T_XMMFLT) {
		flags = fpu->sv_xmm.sv_mxcsr;
		flags &= ~(flags >> 7);
	} else if (npx_fxsr) {
		flags = fpu->sv_xmm.sv_sw & ~fpu->sv_xmm.sv_cw;
		/* Else the handler's first FPU instruction would trap. */
		fpu->sv_xmm.sv_sw &= ~0x80bf;
		npxrelease(curthread);
	} else {
		flags = fpu->sv_87.sv_sw & ~fpu->sv_87.sv_cw;
		fpu->sv_87.sv_sw &= ~0x80bf;
		npxrelease(curthread);
	}
	if (flags & 0x01)
		return (FPE_FLTINV);
	if (flags & 0x04)
		return (FPE_FLTDIV);
	if (flags & 0x08)
		return (FPE_FLTOVF);
	if (flags & (0x10 | 0x02))
		return (FPE_FLTUND);
	return (FPE_FLTRES);
}
