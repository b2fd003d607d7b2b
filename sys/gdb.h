/*
 * gdb's remote protocol, spoken by the kernel itself on the second serial
 * line.  See gdb(4).
 *
 * Owned by kern/gdb_main.c; the machine's part is arch/i386/gdb_machdep.c.
 */
#ifndef _SYS_GDB_H_
#define	_SYS_GDB_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <machine/db.h>

struct proc;
struct thread;

/* Registers as gdb numbers them: these, and those of the FPU. */
#define	GDB_NREGS	(sizeof(struct db_regs) / sizeof(u_int))

/*
 * A character has come while no debugger runs: '$' begins a packet, the other
 * asks to stop, as a break on the line does.  Any context; may stop the
 * machine.
 */
#define	GDB_INTERRUPT	3		/* ^C */
void	gdb_input(int c);

/*
 * Events: what gdb understands, and of that what it is to hear of.  They are
 * looked for (kern/gdb_event.c) when who has asked for gdb sees to that after
 * the stop: in a thread that holds no locks, or else in an interrupt.
 */
#define	GDB_FORK	0x1
#define	GDB_VFORK	0x2
#define	GDB_EXEC	0x4
extern u_int gdb_able, gdb_events;
void	gdb_events_follow(void);
void	gdb_events_interrupted(void);
void	gdb_execed(struct proc *);	/* P_TELLEXEC was set; no locks */
/* Stop, if gdb is there: why is of the protocol. */
void	gdb_event(const char *why);

/* The line.  None of these takes a lock. */
bool	gdb_port_init(void);		/* false: there is none */
void	gdb_putc(int c);
int	gdb_getc(void);			/* waits for it */

extern const char gdb_target_xml[];	/* what the registers are */
/*
 * Register n of the FPU, from GDB_NREGS on: how many bytes, or 0 if there is
 * none; and they themselves, or false if they cannot be had.  Those of the
 * thread that was stopped here can be written, too.
 */
#define	GDB_FPU_BYTES	16		/* the most */
u_int	gdb_fpu_size(u_int n);
bool	gdb_fpu_read(const struct thread *, u_int n, u_char *bytes);
bool	gdb_fpu_write(struct thread *, u_int n, const u_char *bytes);

#endif /* _KERNEL */
#endif /* !_SYS_GDB_H_ */
