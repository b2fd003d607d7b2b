/*
 * Structure offsets and constants for assembly: tools/genassym.py reads the
 * markers out of the compiler's output.  Never linked.
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/pcb.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#define	ASSYM(name, value)						\
	__asm __volatile("\n->" #name " %0" : : "i" (value))
#define	OFFSET(name, type, field)	ASSYM(name, offsetof(type, field))

void	genassym(void);

void
genassym(void)
{
	/* struct pcpu, by %fs; __curthread() relies on the first. */
	_Static_assert(offsetof(struct pcpu, pc_curthread) == 0,
	    "pc_curthread comes first");
	OFFSET(PC_CURTHREAD, struct pcpu, pc_curthread);

	OFFSET(TD_FLAGS, struct thread, td_flags);
	OFFSET(TD_PCB, struct thread, td_pcb);
	OFFSET(TD_ONFAULT, struct thread, td_onfault);
	ASSYM(TDF_AST, TDF_ASTPENDING | TDF_NEEDRESCHED);

	OFFSET(PCB_EDI, struct pcb, pcb_edi);
	OFFSET(PCB_ESI, struct pcb, pcb_esi);
	OFFSET(PCB_EBP, struct pcb, pcb_ebp);
	OFFSET(PCB_ESP, struct pcb, pcb_esp);
	OFFSET(PCB_EBX, struct pcb, pcb_ebx);
	OFFSET(PCB_EIP, struct pcb, pcb_eip);
	OFFSET(PCB_GS, struct pcb, pcb_gs);
	OFFSET(PCB_CR3, struct pcb, pcb_cr3);

	OFFSET(TF_TRAPNO, struct trapframe, tf_trapno);
	OFFSET(TF_ERR, struct trapframe, tf_err);
	OFFSET(TF_CS, struct trapframe, tf_cs);
	ASSYM(TF_PUSHED, offsetof(struct trapframe, tf_eip));

	ASSYM(MAXUSER, VM_MAXUSER_ADDRESS);
	ASSYM(EFAULT, EFAULT);
	ASSYM(ENAMETOOLONG, ENAMETOOLONG);
	ASSYM(T_PROTFLT, T_PROTFLT);
	ASSYM(T_SYSCALL, T_SYSCALL);
	ASSYM(T_INTERRUPT, T_INTERRUPT);
	ASSYM(T_LOCAL, T_LOCAL);
	ASSYM(KDSEL, KDSEL);
	ASSYM(KPSEL, KPSEL);
	ASSYM(SEL_RPL_MASK, SEL_RPL_MASK);
}
