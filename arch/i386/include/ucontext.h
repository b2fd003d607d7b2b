/*
 * The machine context: the registers that a signal handler is given and
 * that sigreturn(2) restores.
 *
 * From mc_gs to mc_ss the words lie as in struct trapframe, so the kernel
 * copies them in one piece.  mc_fpstate is the image that fxsave writes
 * (or fnsave in its first 108 bytes, as mc_fpformat says).  It must lie on
 * a 16-byte boundary: it is 96 bytes into this structure, and a ucontext_t
 * puts 16 bytes of signal mask before it.
 */
#ifndef _MACHINE_UCONTEXT_H_
#define	_MACHINE_UCONTEXT_H_

typedef struct __mcontext {
	int	mc_onstack;		/* was on the alternate stack */
	int	mc_gs;
	int	mc_fs;
	int	mc_es;
	int	mc_ds;
	int	mc_edi;
	int	mc_esi;
	int	mc_ebp;
	int	mc_isp;			/* pushal's esp; without meaning */
	int	mc_ebx;
	int	mc_edx;
	int	mc_ecx;
	int	mc_eax;
	int	mc_trapno;
	int	mc_err;
	int	mc_eip;
	int	mc_cs;
	int	mc_eflags;
	int	mc_esp;
	int	mc_ss;

	int	mc_len;			/* sizeof(mcontext_t) */
#define	_MC_FPFMT_NODEV		0x10000	/* no FPU, nothing saved */
#define	_MC_FPFMT_387		0x10001	/* fnsave image */
#define	_MC_FPFMT_XMM		0x10002	/* fxsave image */
	int	mc_fpformat;
#define	_MC_FPOWNED_NONE	0x20000	/* FPU not used yet */
#define	_MC_FPOWNED_FPU		0x20001	/* state was in the FPU */
#define	_MC_FPOWNED_PCB		0x20002	/* state was in the pcb */
	int	mc_ownedfp;
	int	mc_spare1[1];
	int	mc_fpstate[128] __attribute__((__aligned__(16)));
	int	mc_spare2[8];
} mcontext_t;

_Static_assert(sizeof(mcontext_t) == 640, "mcontext_t is part of the ABI");

#endif /* !_MACHINE_UCONTEXT_H_ */
