/*
 * What the rest of the kernel asks of the processor and the machine.
 */
#ifndef _MACHINE_CPU_H_
#define	_MACHINE_CPU_H_

#include <machine/frame.h>
#include <machine/psl.h>
#include <machine/segments.h>

#ifdef _KERNEL

#include <sys/types.h>

struct proc;
struct thread;

#define	TRAPF_USERMODE(framep)	(ISPL((framep)->tf_cs) == SEL_UPL)
#define	TRAPF_PC(framep)	((uintptr_t)(framep)->tf_eip)

/* A thread was asked to look at td_flags before user mode; it will. */
#define	cpu_getstack(td)	((td)->td_frame->tf_esp)
#define	cpu_setstack(td, sp)	((td)->td_frame->tf_esp = (sp))

/* linker.ld; "end" itself would shadow too many locals. */
extern char kernel_start[], etext[], edata[], kernel_end[] __asm("end");
extern u_int cpu_feature;		/* cpuid 1, edx */
extern char cpu_model[];		/* name in words */
extern char cpu_vendor[];

void	i386_init(vm_paddr_t mbi, u_int magic) __dead2;
void	cpu_idle(void);			/* wait for an interrupt */
void	cpu_reset(void) __dead2;
/* End the emulator if it has the debug-exit port, else stop for good. */
void	cpu_halt_exit(int code) __dead2;
void	cpu_poweroff(void) __dead2;	/* orderly: code 0x10 */
void	cpu_panic_exit(void) __dead2;		/* code 0x11 */
void	cpu_halt(void) __dead2;			/* stop, interrupts off */

/* The console; sys/cons.h has the rest. */
void	cninit(void);			/* very early: serial and screen */

void	syscall(struct trapframe *);
void	trap(struct trapframe *);

#endif /* _KERNEL */
#endif /* !_MACHINE_CPU_H_ */
