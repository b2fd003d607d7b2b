/*
 * The FPU and SSE registers of a thread.  Owned by arch/i386/npx.c.
 *
 * The kernel itself uses these registers in pagecopy.c only.  A thread's
 * registers are in the processor when it is the processor's
 * pc_fpcurthread, and in its pcb else.  They are loaded when the thread
 * first touches them (exception 7, CR0.TS) and saved when it is switched
 * away from, so that another processor may run it next.
 */
#ifndef _MACHINE_NPX_H_
#define	_MACHINE_NPX_H_

#include <sys/types.h>

/* Image of fnsave, and the first 32 bytes of that of fxsave. */
struct save87 {
	u_int	sv_cw;			/* control word */
	u_int	sv_sw;			/* status word */
	u_int	sv_tw;			/* tag word */
	u_int	sv_fip;
	u_int	sv_fcs;
	u_int	sv_foo;
	u_int	sv_fos;
	u_char	sv_ac[8][10];		/* the stack of registers */
};

struct savexmm {
	u_short	sv_cw;
	u_short	sv_sw;
	u_short	sv_tw;			/* short form */
	u_short	sv_opcode;
	u_int	sv_fip;
	u_int	sv_fcs;
	u_int	sv_foo;
	u_int	sv_fos;
	u_int	sv_mxcsr;
	u_int	sv_mxcsr_mask;
	u_char	sv_ac[8][16];
	u_char	sv_xmm[8][16];
	u_char	sv_pad[224];
};

union savefpu {
	struct	save87 sv_87;
	struct	savexmm sv_xmm;
} __aligned(16);

_Static_assert(sizeof(union savefpu) == 512, "what fxsave writes");

#define	NPX_CW_DEFAULT	0x037f		/* all masked, 64-bit precision */
#define	NPX_MXCSR_DEFAULT 0x1f80	/* all masked */

#ifdef _KERNEL
struct thread;

extern int npx_fxsr;			/* fxsave is used, not fnsave */
extern int npx_sse;			/* there are registers for it */

void	npxinit(void);			/* each processor at its start */
int	npxdna(void);			/* exception 7; 0: no FPU at all */
int	npxtrap(int trapno);		/* exceptions 16, 19: FPE_* */
void	npxswitchout(struct thread *);	/* interrupts off */
void	npxsync(struct thread *);	/* bring td_pcb up to date */
void	npxdrop(struct thread *);	/* forget it: exec, exit */
int	npxformat(void);		/* _MC_FPFMT_* of the images */
/* Copy a thread's registers out (returns _MC_FPOWNED_*) and in (errno). */
int	npxgetregs(struct thread *, union savefpu *);
int	npxsetregs(struct thread *, const union savefpu *);
/* The same for a debugger, interrupts off; false: there are none. */
bool	npxlook(const struct thread *, union savefpu *);
void	npxpoke(struct thread *, union savefpu *);
#endif

#endif /* !_MACHINE_NPX_H_ */
