/*
 * What a debugger asks of the processor: memory that may not be there,
 * single steps, breakpoints, and a way out of what fails.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/pcb.h>
#include <machine/pmap.h>
#include <machine/psl.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "machdep.h"

/* Instructions that a single step has to know. */
#define	OP_PUSHF	0x9c
#define	OP_POPF		0x9d
#define	OP_INT3		0xcc
#define	OP_INT		0xcd
#define	OP_INTO		0xce
#define	OP_IRET		0xcf
#define	OP_HLT		0xf4
#define	OP_CLI		0xfa
#define	OP_STI		0xfb

/* Debug registers 6 and 7. */
#define	DR6_POINTS	0x000f		/* which of the four it was */
#define	DR7_EXACT	0x0300
#define	DR7_ENABLE(i)	(2u << (i) * 2)	/* in all tasks */
#define	DR7_TYPE(i, t)	((u_int)(t) << (16 + (i) * 4))
#define	DR7_LEN(i, n)	(((n) - 1) << (18 + (i) * 4))

/* ------------------------------------------------------------------ memory */

/*
 * The page tables' entry for va below a directory: that of its page, or of
 * its 4 MB; 0 if there is none.  What the directory forbids, the result
 * does too.  Tables must lie in the direct map to be looked at.
 */
static u_int __kdb_text
db_entry(u_int dir, vm_offset_t va)
{
	u_int entry, pde;

	dir &= PG_FRAME;
	if (dir >= DMAP_SIZE)
		return (0);
	pde = ((const u_int *)PHYS_TO_DMAP(dir))[PDE_INDEX(va)];
	if ((pde & PG_V) == 0 || (pde & PG_PS))
		return (pde & PG_V ? pde : 0);
	if ((pde & PG_FRAME) >= DMAP_SIZE)
		return (0);
	entry = ((const u_int *)PHYS_TO_DMAP(pde & PG_FRAME))[PTE_INDEX(va)];
	if ((entry & PG_V) == 0)
		return (0);
	return (pde & PG_RW ? entry : entry & ~PG_RW);
}

bool
db_mapped(vm_offset_t va)
{
	return (db_entry(rcr3(), va) != 0);
}

bool
db_read_word(vm_offset_t va, u_int *value)
{
	if ((va & 3) != 0 || !db_mapped(va))
		return (false);
	*value = *(const u_int *)va;
	return (true);
}

/*
 * Where va of an address space can be reached from this one; NULL if it is
 * not there, or not to be written.  The kernel's part is the same in all, and
 * a debugger may write even where the kernel may not.
 */
static char *__kdb_text
db_reach(const struct proc *p, vm_offset_t va, bool write)
{
	u_int entry, pa;

	if (p == NULL || va >= KERNBASE || p->p_thread.td_pcb == NULL)
		entry = db_entry(rcr3(), va);
	else
		entry = db_entry(p->p_thread.td_pcb->pcb_cr3, va);
	if (entry == 0)
		return (NULL);
	if (va >= KERNBASE)
		return ((char *)va);
	pa = (entry & PG_FRAME) | (va & PAGE_MASK);
	if ((write && (entry & PG_RW) == 0) || pa >= DMAP_SIZE)
		return (NULL);
	return ((char *)PHYS_TO_DMAP(pa));
}

/* Not memcpy(), where there may be a breakpoint. */
static __inline void
copy_bytes(char *to, const char *from, size_t n)
{
	__asm __volatile("rep; movsb"
			 : "+D"(to), "+S"(from), "+c"(n)
			 :
			 : "memory");
}

bool __kdb_text
db_copy(const struct proc *p, vm_offset_t va, char *buf, size_t n, bool write)
{
	char *at = db_reach(p, va, write);
	u_int cr0;

	if (at == NULL)
		return (false);
	if (!write) {
		copy_bytes(buf, at, n);
		return (true);
	}
	cr0 = rcr0();
	lcr0(cr0 & ~CR0_WP);
	copy_bytes(at, buf, n);
	lcr0(cr0);
	return (true);
}

/* --------------------------------------------------------------- registers */

void
db_regs_frame(const struct trapframe *tf, struct db_regs *r)
{
	bool user = TRAPF_USERMODE(tf);

	*r = (struct db_regs){
		.r_eax = tf->tf_eax,
		.r_ecx = tf->tf_ecx,
		.r_edx = tf->tf_edx,
		.r_ebx = tf->tf_ebx,
		.r_esp = user ? tf->tf_esp : (int)&tf->tf_esp,
		.r_ebp = tf->tf_ebp,
		.r_esi = tf->tf_esi,
		.r_edi = tf->tf_edi,
		.r_eip = tf->tf_eip,
		.r_eflags = tf->tf_eflags,
		.r_cs = tf->tf_cs & 0xffff,
		.r_ss = user ? tf->tf_ss & 0xffff : KDSEL,
		.r_ds = tf->tf_ds & 0xffff,
		.r_es = tf->tf_es & 0xffff,
		.r_fs = tf->tf_fs & 0xffff,
		.r_gs = rgs(),
	};
}

/*
 * As they will be when cpu_switch() has returned.
 */
void
db_regs_pcb(const struct pcb *pcb, struct db_regs *r)
{
	*r = (struct db_regs){
		.r_ebx = pcb->pcb_ebx,
		.r_esp = pcb->pcb_esp + 4,
		.r_ebp = pcb->pcb_ebp,
		.r_esi = pcb->pcb_esi,
		.r_edi = pcb->pcb_edi,
		.r_eip = pcb->pcb_eip,
		.r_eflags = PSL_KERNEL,
		.r_cs = KCSEL,
		.r_ss = KDSEL,
		.r_ds = KDSEL,
		.r_es = KDSEL,
		.r_fs = KPSEL,
		.r_gs = pcb->pcb_gs & 0xffff,
	};
}

static const struct {
	const char *name;
	size_t	offset;			/* in struct db_regs */
} reg_names[] = {
	{ "eax", offsetof(struct db_regs, r_eax) },
	{ "ecx", offsetof(struct db_regs, r_ecx) },
	{ "edx", offsetof(struct db_regs, r_edx) },
	{ "ebx", offsetof(struct db_regs, r_ebx) },
	{ "esp", offsetof(struct db_regs, r_esp) },
	{ "ebp", offsetof(struct db_regs, r_ebp) },
	{ "esi", offsetof(struct db_regs, r_esi) },
	{ "edi", offsetof(struct db_regs, r_edi) },
	{ "eip", offsetof(struct db_regs, r_eip) },
	{ "eflags", offsetof(struct db_regs, r_eflags) },
};

bool
db_register(const struct trapframe *tf, const char *name, u_int *value)
{
	struct db_regs r;
	u_int i;

	db_regs_frame(tf, &r);
	for (i = 0; i < nitems(reg_names); i++)
		if (strcmp(reg_names[i].name, name) == 0) {
			*value = *(u_int *)((char *)&r + reg_names[i].offset);
			return (true);
		}
	return (false);
}

void
db_print_regs(const struct db_regs *r)
{
	printf("  eax %08x  ebx %08x  ecx %08x  edx %08x\n", r->r_eax, r->r_ebx,
	    r->r_ecx, r->r_edx);
	printf("  esi %08x  edi %08x  ebp %08x  esp %08x\n", r->r_esi, r->r_edi,
	    r->r_ebp, r->r_esp);
	printf("  eip %08x  %s\n", r->r_eip, db_name(r->r_eip));
}

/*
 * The selectors stay as they are, and so does the stack pointer in kernel
 * mode, where it says how long the frame is: false if that is to change.
 */
bool
db_regs_set(struct trapframe *tf, const struct db_regs *r)
{
	if (!TRAPF_USERMODE(tf) && r->r_esp != (u_int)&tf->tf_esp)
		return (false);
	tf->tf_eax = r->r_eax;
	tf->tf_ecx = r->r_ecx;
	tf->tf_edx = r->r_edx;
	tf->tf_ebx = r->r_ebx;
	tf->tf_ebp = r->r_ebp;
	tf->tf_esi = r->r_esi;
	tf->tf_edi = r->r_edi;
	tf->tf_eip = r->r_eip;
	tf->tf_eflags = r->r_eflags;
	if (TRAPF_USERMODE(tf))
		tf->tf_esp = r->r_esp;
	return (true);
}

/* ------------------------------------------------------------- breakpoints */

static u_char
byte_at(vm_offset_t va)
{
	u_char byte = 0;

	(void)kdb_read(NULL, va, &byte, 1);
	return (byte);
}

bool
db_is_code(vm_offset_t va)
{
	return (va >= (vm_offset_t)kernel_start && va < (vm_offset_t)etext);
}

/* An iret cannot be stepped over: what it returns to would run instead. */
bool
db_may_break(vm_offset_t va)
{
	return (db_is_code(va) && byte_at(va) != OP_IRET);
}

bool
db_is_break(vm_offset_t va)
{
	return (byte_at(va) == OP_INT3);
}

static void __kdb_text
load_dr(u_int i, u_int value)
{
	switch (i) {
	case 0:
		__asm __volatile("movl %0,%%dr0" : : "r"(value));
		break;
	case 1:
		__asm __volatile("movl %0,%%dr1" : : "r"(value));
		break;
	case 2:
		__asm __volatile("movl %0,%%dr2" : : "r"(value));
		break;
	case 3:
		__asm __volatile("movl %0,%%dr3" : : "r"(value));
		break;
	case 7:
		__asm __volatile("movl %0,%%dr7" : : "r"(value));
		break;
	}
}

/* What they do in this processor's registers: the first four that want one. */
void __kdb_text
db_points_load(void)
{
	static const u_char types[] = {
		[KDB_HARD] = 0,
		[KDB_WRITE] = 1,
		[KDB_ACCESS] = 3,
	};
	const struct kdb_point *kp;
	u_int dr7 = 0, i, n = 0;

	for (i = 0; i < KDB_POINTS && n < DB_HARD_POINTS; i++) {
		kp = kdb_point(i);
		if (kp->kp_len == 0 || kp->kp_kind == KDB_SOFT)
			continue;
		load_dr(n, kp->kp_addr);
		dr7 |= DR7_EXACT | DR7_ENABLE(n) |
		    DR7_TYPE(n, types[kp->kp_kind]) | DR7_LEN(n, kp->kp_len);
		n++;
	}
	load_dr(7, dr7);
}

void __kdb_text
db_points_off(void)
{
	load_dr(7, 0);
}

/*
 * The index of the point that has stopped us, -1 if none has.
 */
int
db_points_hit(void)
{
	const struct kdb_point *kp;
	u_int dr6 = rdr6(), i, n = 0;

	load_dr6(0);
	for (i = 0; i < KDB_POINTS && n < DB_HARD_POINTS; i++) {
		kp = kdb_point(i);
		if (kp->kp_len == 0 || kp->kp_kind == KDB_SOFT)
			continue;
		if (dr6 & 1u << n++)
			return (i);
	}
	return (-1);
}

/* ------------------------------------------------------------------- steps */

/* Of the instruction that is being stepped over, by who has the machine. */
static u_char	step_op;
static bool	step_intr;		/* interrupts were on */

vm_offset_t
db_frame_pc(const struct trapframe *tf)
{
	return (tf->tf_eip);
}

/*
 * Is it for the kernel's debugger?  A program may trace itself.
 */
bool __kdb_text
db_frame_ours(const struct trapframe *tf, bool stepping)
{
	if (tf->tf_trapno == T_TRCTRAP && (stepping || (rdr6() & DR6_POINTS)))
		return (true);
	return (!TRAPF_USERMODE(tf));
}

bool
db_frame_is_step(const struct trapframe *tf)
{
	return (tf->tf_trapno == T_TRCTRAP);
}

/* Back to the breakpoint instruction just executed; where it is. */
vm_offset_t
db_frame_unbreak(struct trapframe *tf)
{
	return (--tf->tf_eip);
}

void
db_frame_pass(struct trapframe *tf)
{
	tf->tf_eip++;
}

void
db_frame_trace(struct trapframe *tf)
{
	if (!TRAPF_USERMODE(tf))
		tf->tf_eflags |= PSL_T;
}

/* Go on, and not stop again at a breakpoint of the processor's here. */
void
db_frame_resume(struct trapframe *tf)
{
	tf->tf_eflags |= PSL_RF;
	if (!TRAPF_USERMODE(tf))
		tf->tf_eflags &= ~PSL_T;
}

/*
 * Execute one instruction when the frame is returned through, with
 * interrupts off: nothing else may run meanwhile.  False for one that goes
 * elsewhere, and may go on for long: there is nothing to do but to let all
 * run.  A halt is left out: its interrupt would not come.
 */
bool
db_step(struct trapframe *tf)
{
	step_op = byte_at(tf->tf_eip);
	switch (step_op) {
	case OP_HLT:
		tf->tf_eip++;
		return (false);
	case OP_INT3:
	case OP_INT:
	case OP_INTO:
	case OP_IRET:
		return (false);
	}
	step_intr = (tf->tf_eflags & PSL_I) != 0;
	tf->tf_eflags |= PSL_T | PSL_RF;
	tf->tf_eflags &= ~PSL_I;
	return (true);
}

/* Flags as they would be without us. */
static int
step_flags(int flags)
{
	flags &= ~(PSL_T | PSL_I);
	return (step_intr ? flags | PSL_I : flags);
}

/* The flags that a program has just pushed. */
static void
step_pushed(vm_offset_t va)
{
	int flags;

	if (kdb_read(NULL, va, &flags, sizeof(flags)) != 0)
		return;
	flags = step_flags(flags);
	(void)kdb_write(NULL, va, &flags, sizeof(flags));
}

void
db_step_done(struct trapframe *tf)
{
	bool user = TRAPF_USERMODE(tf);

	switch (step_op) {
	case OP_POPF:
	case OP_CLI:
	case OP_STI:
		/* A program's change nothing about interrupts. */
		if (user)
			break;
		tf->tf_eflags &= ~PSL_T;
		return;
	case OP_PUSHF:
		/* In kernel mode that is where the frame ends. */
		if (tf->tf_trapno == T_TRCTRAP && user)
			step_pushed(tf->tf_esp);
		else if (tf->tf_trapno == T_TRCTRAP)
			tf->tf_esp = step_flags(tf->tf_esp);
		break;
	}
	tf->tf_eflags = step_flags(tf->tf_eflags);
}
