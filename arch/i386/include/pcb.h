/*
 * Process control block: what cpu_switch() keeps of a thread that does not
 * run.  It lies at the very top of the thread's kernel stack:
 *
 *	td_kstack + KSTACK_SIZE
 *		struct pcb			td_pcb
 *		16 bytes (as FreeBSD: room for vm86 segments)
 *		struct trapframe		td_frame, from user mode
 *		the stack, growing down
 *	td_kstack
 *		guard page, not mapped
 *
 * Offsets for assembly come from genassym.c.
 */
#ifndef _MACHINE_PCB_H_
#define	_MACHINE_PCB_H_

#include <sys/types.h>
#include <machine/npx.h>

#define	PCB_TOP_ROOM	16		/* between frame and pcb */

struct pmap;

struct pcb {
	union	savefpu pcb_fpu;	/* FPU and SSE registers */
	int	pcb_cr3;		/* physical address of the directory */
	struct	pmap *pcb_pmap;		/* whose that is */
	int	pcb_edi;
	int	pcb_esi;
	int	pcb_ebp;
	int	pcb_esp;
	int	pcb_ebx;
	int	pcb_eip;
	int	pcb_gs;			/* the user's; the kernel has none */
	int	pcb_flags;
#define	PCB_FPUINITDONE	0x01		/* pcb_fpu holds registers */
#define	PCB_SWITCHED	0x02		/* registers were saved here once */
};

#ifdef _KERNEL
/* Save the caller's registers as cpu_switch does; for backtraces. */
void	savectx(struct pcb *);
#endif

#endif /* !_MACHINE_PCB_H_ */
