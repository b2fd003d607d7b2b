/*
 * The way into a debugger and out of it: for the monitor on the console
 * (ddb_*.c), for gdb on a serial line, and for whoever else wants the machine
 * to stand still.  See ddb(4).
 *
 * While a debugger runs, one processor has the machine: interrupts are off,
 * the others stand still, the breakpoints are out of the code, and no lock
 * is taken.  So a debugger may look at everything, reads memory by
 * kdb_read(), and prints by printf().
 *
 * Owned by kern/kern_kdb.c; the machine's part is in <machine/db.h>.
 */
#ifndef _SYS_KDB_H_
#define	_SYS_KDB_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <machine/db.h>

struct proc;
struct thread;
struct trapframe;

/* Why the machine has been stopped. */
enum kdb_why {
	KDB_ASKED,			/* by kdb_enter() */
	KDB_BREAK,			/* at a breakpoint: ks_addr */
	KDB_WATCH,			/* ks_addr has been touched */
	KDB_STEPPED,			/* one instruction later */
	KDB_EVENT,			/* gdb has asked for: ks_text */
	KDB_PANIC			/* nothing will go on */
};

struct kdb_stop {
	enum kdb_why ks_why;
	const char *ks_text;		/* of kdb_enter(), or "" */
	struct trapframe *ks_frame;	/* what was interrupted */
	struct thread *ks_td;		/* that it was */
	u_int	ks_cpu;			/* that does the talking */
	vm_offset_t ks_addr;		/* KDB_BREAK, KDB_WATCH */
};

/* What a debugger wants to happen then. */
enum kdb_leave {
	KDB_GO,				/* all processors go on */
	KDB_STEP			/* one instruction of ks_td, alone */
};

/*
 * A debugger.  kb_main is called in the state above, on the stack of ks_td
 * (of which it should use less than 2 KB), and may change the frame.  After
 * KDB_STEP it is called again, with the other processors still as they were;
 * after KDB_GO of a panic the panic goes on to its end.
 */
struct kdb_backend {
	const char *kb_name;
	enum kdb_leave (*kb_main)(struct kdb_stop *);
};

/* Who is asked from now on; NULL: nobody.  Any context. */
void	kdb_use(const struct kdb_backend *);
const struct kdb_backend *kdb_user(void);

extern int panic_ddb;			/* a panic asks it */

/*
 * Stop here and ask the debugger.  Any context, with whatever locks held;
 * comes back when it says so.  text must stay.  Without a debugger it is
 * reported, with a backtrace.
 */
void	kdb_enter(enum kdb_why, const char *text);
extern volatile bool kdb_active;	/* the machine stands still for one */
extern volatile u_int kdb_sessions;	/* n: how often it has: time was lost */

/*
 * From trap(), interrupts off: a breakpoint or debug exception.  False if it
 * is none of the kernel's debugger.
 */
bool	kdb_trap(struct trapframe *);
/* The same: the instruction that is stepped over has faulted instead. */
void	kdb_step_faulted(struct trapframe *);

/*
 * The way into the debugger until all points are out, and the way out of it
 * from when they are in again, to the end of the exception: code that comes
 * there, and data that is looked at and changed.  A point there would lead in
 * again, without end, so none can be set.  These functions call only such, or
 * are called while the points are out.
 */
#define	__kdb_text	__section(".text.kdb")
#define	__kdb_data	__section(".data.kdb")
extern char kdb_text_start[], kdb_text_end[];	/* linker.ld */
extern char kdb_data_start[], kdb_data_end[];

/*
 * Breakpoints and watchpoints.  KDB_SOFT is for the kernel's code only; of
 * the others there are four at once, of a length of 1, 2 or 4, aligned, at
 * any address; that of KDB_HARD is 1.  From a debugger, or at boot, where
 * they count from the next kdb_enter() on.
 */
enum kdb_kind {
	KDB_SOFT,			/* breakpoint by an instruction */
	KDB_HARD,			/* breakpoint by the processor */
	KDB_WRITE,			/* stop behind what writes there */
	KDB_ACCESS			/* ... or reads */
};
#define	KDB_POINTS	32
struct kdb_point {
	enum kdb_kind kp_kind;
	vm_offset_t kp_addr;
	u_int	kp_len;			/* 0: the slot is free */
	u_char	kp_saved;		/* KDB_SOFT: what was there */
	bool	kp_in;			/* KDB_SOFT: it is in the code */
};
/* 0 (also if it is there); EFAULT, EINVAL, ENOSPC. */
int	kdb_point_set(enum kdb_kind, vm_offset_t, u_int len);
/* 0 or ENOENT. */
int	kdb_point_clear(enum kdb_kind, vm_offset_t, u_int len);
const struct kdb_point *kdb_point(u_int);	/* 0 to KDB_POINTS - 1 */

/*
 * Memory, of the current address space or, its user part, of p's.  Never
 * faults: 0, or EFAULT if not all of it is mapped, or cannot be written
 * without a change to who shares it.
 */
int	kdb_read(struct proc *p, vm_offset_t, void *, size_t);
int	kdb_write(struct proc *p, vm_offset_t, const void *, size_t);

/* The registers of a thread that stands still, wherever it does. */
void	kdb_registers(struct thread *, struct db_regs *);

/*
 * Call fn(arg), which may fail: a fault or a panic in it, on this processor,
 * ends it, and nothing else.  False then.  For use while the machine stands
 * still; what fn had changed stays so.
 */
bool	kdb_try(void (*fn)(void *), void *arg);
bool	kdb_trying(void);		/* this processor, now */
/* A fault or a panic: back to kdb_try(), if there is one; else returns. */
void	kdb_failed(const char *what);

#endif /* _KERNEL */
#endif /* !_SYS_KDB_H_ */
