/*
 * Between the files of arch/i386.
 */
#ifndef _I386_MACHDEP_H_
#define	_I386_MACHDEP_H_

#include <sys/types.h>

struct pcpu;
struct thread;
struct trapframe;

/* Into a function that nobody has called: debuggers look no further. */
#ifdef __GCC_HAVE_DWARF2_CFI_ASM
#define	CFI_OUTERMOST	".cfi_undefined eip\n\t"
#else
#define	CFI_OUTERMOST	""		/* compiled without -g */
#endif

/* segments.c, dblfault.c */
void	dblfault_task_init(struct pcpu *);
void	dblfault_task_leave(void);
void	dblfault_handler(void) __dead2;

/* identcpu.c */
void	identify_cpu(void);

/* Console drivers: uart.c, vga.c, kbd.c; no locks, see cons.c. */
bool	uart_init(void);
void	uart_putc(int c);
void	uart_drain(void);		/* all has been sent */
int	uart_poll_getc(void);		/* or -1 */
void	uart_intr_init(void);
void	vga_init(void);
void	vga_putc(int c);
void	kbd_init(void);
int	kbd_poll_getc(void);		/* or -1 */

/* db_print.c, db_fault.c */
const char *trap_name(int trapno);
/* A fatal trap's cause, in a line; cr2 of a page fault. */
void	db_trap_cause(char *buf, size_t size, const struct trapframe *,
	    u_int cr2);

/* Labels in exception.S and swtch.S that trap() and backtraces know. */
extern char calltrap[], callsyscall[], callintr[], callast[],
    callfork_exit[];
extern char doreti_popl_fs[], doreti_popl_fs_fault[], doreti_popl_es[],
    doreti_popl_es_fault[], doreti_popl_ds[], doreti_popl_ds_fault[],
    doreti_iret[], doreti_iret_fault[];
extern char copy_now_fault[];
extern char cpu_switch_load_gs[], cpu_switch_gs_loaded[];

#endif /* !_I386_MACHDEP_H_ */
