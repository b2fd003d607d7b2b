/*
 * For those who look at a running or dead kernel: symbols, backtraces,
 * registers in words; and the machine's part of <sys/kdb.h>.  Owned by
 * arch/i386/db_trace.c, db_print.c and kdb_machdep.c.
 * Nothing here takes a lock or trusts a pointer that it follows.
 */
#ifndef _MACHINE_DB_H_
#define	_MACHINE_DB_H_

#include <sys/types.h>

#ifdef _KERNEL

struct pcb;
struct proc;
struct thread;
struct trapframe;

/* Name of the function or object at or below va, or NULL. */
const char *db_symbol(vm_offset_t va, vm_offset_t *offset);
/* The address of a function or object of that name. */
bool	db_lookup(const char *name, vm_offset_t *va);
/* Read one word of kernel memory if it is mapped: true. */
bool	db_read_word(vm_offset_t va, u_int *value);

/* A place in a function that is being executed, or that has called. */
struct db_place {
	vm_offset_t pc, sp, fp;
	bool	interrupted;		/* there; else it has called there */
};
/* The place from which the function that uses this has been called. */
#define	DB_CALLER() ((struct db_place) {				\
	.pc = (vm_offset_t)__builtin_return_address(0),			\
	.sp = (vm_offset_t)__builtin_frame_address(0) + 8,		\
	.fp = *(const u_int *)__builtin_frame_address(0),		\
})

/* "name+0x12", or the number; good for the next three calls, too. */
const char *db_name(vm_offset_t va);
void	db_print_symbol(vm_offset_t va);	/* name+0x12 (0xc0...) */
void	db_backtrace(void);			/* of the caller */
void	db_backtrace_place(const struct db_place *);
void	db_backtrace_trapframe(const struct trapframe *);
void	db_print_registers(const struct trapframe *);
/* Its registers; td is whom it is about. */
void	db_print_place(const struct db_place *, const struct thread *td);
/* What a trap was about, in detail: for a page fault, all about the page. */
/* How an address is translated, and what its page is. */
void	db_print_address(vm_offset_t);
void	db_print_trap(const struct trapframe *);

/* Registers of any thread, in the order in which gdb numbers them. */
struct db_regs {
	u_int	r_eax, r_ecx, r_edx, r_ebx, r_esp, r_ebp, r_esi, r_edi;
	u_int	r_eip, r_eflags;
	u_int	r_cs, r_ss, r_ds, r_es, r_fs, r_gs;
};
void	db_regs_frame(const struct trapframe *, struct db_regs *);
void	db_regs_pcb(const struct pcb *, struct db_regs *);
void	db_print_regs(const struct db_regs *);
/* A register of a frame by its name. */
bool	db_register(const struct trapframe *, const char *name, u_int *value);
/* False: the kernel's stack pointer is not to be changed. */
bool	db_regs_set(struct trapframe *, const struct db_regs *);

/* Is va mapped, in the address space in use? */
bool	db_mapped(vm_offset_t va);
/* Copy what lies in one page of p's memory, or NULL's: the current one's. */
bool	db_copy(const struct proc *p, vm_offset_t va, char *buf, size_t n,
	    bool write);

/* setjmp(3) and longjmp(3), for kdb_try(). */
struct db_jmp {
	u_int	dj_regs[6];
};
int	db_setjmp(struct db_jmp *) __attribute__((__returns_twice__));
void	db_longjmp(struct db_jmp *) __dead2;	/* db_setjmp() gives 1 */

/* Breakpoints: those that the processor has, and by an instruction. */
#define	DB_HARD_POINTS	4
#define	DB_BREAK_CODE	0xcc
bool	db_is_code(vm_offset_t);	/* the kernel's */
bool	db_may_break(vm_offset_t);	/* by an instruction */
bool	db_is_break(vm_offset_t);
void	db_points_load(void);		/* this processor's, from the table */
void	db_points_off(void);
int	db_points_hit(void);		/* index in the table, or -1 */

/* A frame, as kern_kdb.c needs it. */
vm_offset_t db_frame_pc(const struct trapframe *);
bool	db_frame_ours(const struct trapframe *, bool stepping);
bool	db_frame_is_step(const struct trapframe *);
vm_offset_t db_frame_unbreak(struct trapframe *);
void	db_frame_pass(struct trapframe *);	/* over a breakpoint */
void	db_frame_trace(struct trapframe *);	/* one step, all running */
void	db_frame_resume(struct trapframe *);
bool	db_step(struct trapframe *);	/* prepare a step, alone */
void	db_step_done(struct trapframe *);

#endif /* _KERNEL */
#endif /* !_MACHINE_DB_H_ */
