/*
 * Backtraces and symbols.
 *
 * All kernel code is compiled with frame pointers: at fp lies the caller's
 * fp, and above it the return address.  The entries in exception.S are
 * recognised by their return addresses; the trap frame is then right above
 * the one argument, and the walk goes on in what was interrupted.
 *
 * These functions run when anything may be broken.  They read memory only
 * after looking its page up, stop at the first thing that makes no sense,
 * and take no locks.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/pcb.h>
#include <machine/stack.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "machdep.h"

#define	MAXFRAMES	48		/* printed */

/* Page table bits, as the processor defines them. */
#define	PTE_PRESENT	0x001
#define	PTE_LARGE	0x080

/* The symbol table of tools/ksyms.py; empty in the first link. */
extern const u_int ksyms_count;
extern const u_int ksyms_addr[];
extern const u_int ksyms_name[];
extern const char ksyms_strings[];

/*
 * Does the page directory in use map va?  Tables must lie in the direct
 * map to be looked at.
 */
static bool
db_mapped(vm_offset_t va)
{
	u_int table, entry;

	table = rcr3() & ~PAGE_MASK;
	if (table >= DMAP_MAX_SIZE)
		return (false);
	entry = ((const u_int *)PHYS_TO_DMAP(table))[va >> PDRSHIFT];
	if ((entry & PTE_PRESENT) == 0)
		return (false);
	if (entry & PTE_LARGE)
		return (true);
	table = entry & ~PAGE_MASK;
	if (table >= DMAP_MAX_SIZE)
		return (false);
	entry = ((const u_int *)
		PHYS_TO_DMAP(table))[(va >> PAGE_SHIFT) % NPTEPG];
	return ((entry & PTE_PRESENT) != 0);
}

bool
db_read_word(vm_offset_t va, u_int *value)
{
	if ((va & 3) != 0 || !db_mapped(va))
		return (false);
	*value = *(const u_int *)va;
	return (true);
}

const char *
db_symbol(vm_offset_t va, vm_offset_t *offset)
{
	u_int low = 0, high = ksyms_count, mid;

	if (high == 0 || va < ksyms_addr[0] || va >= (vm_offset_t)kernel_end)
		return (NULL);
	/* ksyms_addr[low] <= va < ksyms_addr[high] */
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (ksyms_addr[mid] <= va)
			low = mid;
		else
			high = mid;
	}
	*offset = va - ksyms_addr[low];
	return (ksyms_strings + ksyms_name[low]);
}

void
db_print_symbol(vm_offset_t va)
{
	const char *name;
	vm_offset_t offset;

	name = db_symbol(va, &offset);
	if (name == NULL)
		printf("0x%08x", va);
	else
		printf("%s+0x%x (0x%08x)", name, offset, va);
}

/*
 * A return address is printed as the call before it: the next instruction
 * may belong to another function if the one called does not return.
 */
static void
print_frame(int n, vm_offset_t pc, bool interrupted)
{
	const char *name;
	vm_offset_t offset;

	name = db_symbol(interrupted ? pc : pc - 1, &offset);
	if (name == NULL)
		printf("  #%-2d 0x%08x\n", n, pc);
	else
		printf("  #%-2d 0x%08x %s+0x%x\n", n, pc, name,
		    interrupted ? offset : offset + 1);
}

/*
 * Is pc the return address of one of the calls in exception.S that have a
 * trap frame above their argument?
 */
static bool
entry_call(vm_offset_t pc)
{
	return (pc == (vm_offset_t)calltrap || pc == (vm_offset_t)callsyscall ||
	    pc == (vm_offset_t)callintr || pc == (vm_offset_t)callast);
}

/*
 * Read the trap frame at va (a kernel mode one is shorter).
 */
static bool
read_trapframe(vm_offset_t va, struct trapframe *tf)
{
	u_int *word = (u_int *)tf;
	u_int i, n = TRAPFRAME_KERNEL_SIZE / sizeof(u_int);

	bzero(tf, sizeof(*tf));
	for (i = 0; i < n; i++)
		if (!db_read_word(va + i * sizeof(u_int), &word[i]))
			return (false);
	if (TRAPF_USERMODE(tf)) {
		for (; i < sizeof(*tf) / sizeof(u_int); i++)
			if (!db_read_word(va + i * sizeof(u_int), &word[i]))
				return (false);
	}
	return (true);
}

static void
print_entry(const struct trapframe *tf)
{
	if (tf->tf_trapno == T_SYSCALL)
		printf("  --- system call %d", tf->tf_eax);
	else if (tf->tf_trapno >= T_LOCAL)
		printf("  --- local interrupt %d", tf->tf_trapno - T_LOCAL);
	else if (tf->tf_trapno >= T_INTERRUPT)
		printf("  --- interrupt %d", tf->tf_trapno - T_INTERRUPT);
	else
		printf("  --- trap %d (%s)", tf->tf_trapno,
		    trap_name(tf->tf_trapno));
	if (TRAPF_USERMODE(tf))
		printf(", from user mode: eip 0x%08x esp 0x%08x ebp 0x%08x",
		    tf->tf_eip, tf->tf_esp, tf->tf_ebp);
	printf(" ---\n");
}

/*
 * One step: from the frame at *fp to its caller.  False at the end.
 */
static bool
next_frame(vm_offset_t *pc, vm_offset_t *fp, bool *interrupted)
{
	struct trapframe tf;
	u_int ret, next;

	*interrupted = false;
	if (*fp < KERNBASE || !db_read_word(*fp, &next) ||
	    !db_read_word(*fp + 4, &ret))
		return (false);
	if (ret == (u_int)callfork_exit) {
		printf("      fork_trampoline: a new thread began here\n");
		return (false);
	}
	if (entry_call(ret)) {
		/* [fp] ebp, [fp + 4] return, [fp + 8] argument, frame */
		if (!read_trapframe(*fp + 12, &tf))
			return (false);
		print_entry(&tf);
		*interrupted = true;
		*pc = tf.tf_eip;
		*fp = tf.tf_ebp;
		return (!TRAPF_USERMODE(&tf));
	}
	/* Stacks grow down, so callers are further up. */
	if (ret < KERNBASE || (next != 0 && next <= *fp))
		return (false);
	*pc = ret;
	*fp = next;
	return (true);
}

/*
 * Print frames from pc and fp on; of a call that is repeated by recursion
 * only the first.
 */
static void
print_frames(vm_offset_t pc, vm_offset_t fp, bool interrupted)
{
	vm_offset_t last = 0;
	u_int n, printed = 0, same = 0;

	for (n = 0; printed < MAXFRAMES; n++) {
		if (pc == last) {
			same++;
		} else {
			if (same != 0)
				printf("      the same %u times more\n", same);
			same = 0;
			print_frame(n, pc, interrupted);
			printed++;
		}
		last = pc;
		if (!next_frame(&pc, &fp, &interrupted))
			return;
	}
	printf("  ... and more\n");
}

void
db_backtrace_frame(vm_offset_t pc, vm_offset_t fp)
{
	print_frames(pc, fp, true);
}

void
db_backtrace(void)
{
	vm_offset_t fp = (vm_offset_t)__builtin_frame_address(0);
	vm_offset_t pc;
	bool interrupted;

	if (next_frame(&pc, &fp, &interrupted))
		print_frames(pc, fp, interrupted);
}

/*
 * From what a trap frame interrupted.
 */
void
db_backtrace_trapframe(const struct trapframe *tf)
{
	print_entry(tf);
	if (!TRAPF_USERMODE(tf))
		db_backtrace_frame(tf->tf_eip, tf->tf_ebp);
}

/*
 * Of any thread: one that does not run has its registers in its pcb.
 */
void
backtrace_thread(struct thread *td)
{
	if (td == curthread)
		db_backtrace();
	else if (td->td_pcb != NULL)
		db_backtrace_frame(td->td_pcb->pcb_eip, td->td_pcb->pcb_ebp);
}

/*
 * Remember who called; cheap, for lock and leak tracking.  Stops at a trap
 * frame.
 */
void
stack_save(struct stack *st)
{
	const u_int *fp = __builtin_frame_address(0);
	const u_int *next;

	for (st->depth = 0; st->depth < STACK_MAX; fp = next) {
		next = (const u_int *)fp[0];
		st->pcs[st->depth++] = fp[1];
		if (fp[1] < KERNBASE || next <= fp ||
		    (vm_offset_t)next - (vm_offset_t)fp >= KSTACK_SIZE)
			break;
	}
}

void
stack_print(const struct stack *st)
{
	int i;

	for (i = 0; i < st->depth; i++)
		print_frame(i, st->pcs[i], false);
}
