/*
 * Backtraces and symbols.
 *
 * No register points to a function's frame.  Where the frame ends is looked
 * up by the program counter in a table that tools/ksyms.py makes of what
 * the compiler tells debuggers:
 *
 *	| the caller's frame
 *	|
 *	+---------------- the canonical frame address (CFA)
 *	| return address
 *	| saved registers, among them perhaps ebp
 *	| locals
 *	+---------------- esp
 *
 * The entries in exception.S are recognised by their return addresses; the
 * trap frame is then right at the CFA, and the walk goes on in what was
 * interrupted.
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
#define	FUNCTION_MOST	0x100000	/* a larger offset is none */

/* The tables of tools/ksyms.py; empty in the first link. */
extern const u_int ksyms_count;
extern const u_int ksyms_addr[];
extern const u_int ksyms_name[];
extern const char ksyms_strings[];
extern const u_int ksyms_frames;
extern const u_int ksyms_frame_addr[];
extern const uint16_t ksyms_frame_rule[];

/*
 * A rule, for the addresses from its own to the next: where the CFA is, in
 * words above esp or ebp, and where the caller's ebp is, in words below the
 * CFA.  FRAME_UNKNOWN where there is nothing to walk to.
 */
#define	FRAME_UNKNOWN	0
#define	FRAME_REALIGNED	0x8000	/* the CFA is written right below ebp */
#define	FRAME_BY_EBP	0x8000
#define	FRAME_EBP(rule)	((rule) >> 11 & 0xf)	/* 0: still in ebp */
#define	FRAME_CFA(rule)	((rule) & 0x7ff)

/* The last of n sorted addresses that is not above va: 0 to n - 1, or n. */
static u_int
find_address(const u_int *sorted, u_int n, vm_offset_t va)
{
	u_int low = 0, high = n, mid;

	if (n == 0 || va < sorted[0])
		return (n);
	/* sorted[low] <= va < sorted[high] */
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (sorted[mid] <= va)
			low = mid;
		else
			high = mid;
	}
	return (low);
}

const char *
db_symbol(vm_offset_t va, vm_offset_t *offset)
{
	u_int i = find_address(ksyms_addr, ksyms_count, va);

	if (i == ksyms_count || va >= (vm_offset_t)kernel_end ||
	    va - ksyms_addr[i] >= FUNCTION_MOST)
		return (NULL);
	*offset = va - ksyms_addr[i];
	return (ksyms_strings + ksyms_name[i]);
}

bool
db_lookup(const char *name, vm_offset_t *va)
{
	u_int i;

	for (i = 0; i < ksyms_count; i++)
		if (strcmp(ksyms_strings + ksyms_name[i], name) == 0) {
			*va = ksyms_addr[i];
			return (true);
		}
	return (false);
}

const char *
db_name(vm_offset_t va)
{
	static char texts[4][48];
	static u_int turn;
	char *text = texts[turn++ % nitems(texts)];
	const char *name;
	vm_offset_t offset;

	name = db_symbol(va, &offset);
	if (name == NULL)
		snprintf(text, sizeof(texts[0]), "%#x", va);
	else
		snprintf(text, sizeof(texts[0]), "%s+%#x", name, offset);
	return (text);
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
print_place(int n, vm_offset_t pc, bool interrupted)
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
 * trap frame right above?
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
 * From a place in the kernel to the end of its function's frame: its caller,
 * with nothing known of entries.  False if there is none to be found.
 */
static bool
leave_function(struct db_place *at)
{
	u_int i, rule = FRAME_UNKNOWN, ret, fp = at->fp;
	vm_offset_t cfa;

	i = find_address(ksyms_frame_addr, ksyms_frames,
	    at->interrupted ? at->pc : at->pc - 1);
	if (i != ksyms_frames)
		rule = ksyms_frame_rule[i];
	else if (at->interrupted)
		rule = 1; /* a jump to nowhere: a call that went wrong */
	if (rule == FRAME_UNKNOWN)
		return (false);
	cfa = (rule & FRAME_BY_EBP ? at->fp : at->sp) +
	    FRAME_CFA(rule) * sizeof(u_int);
	if (rule == FRAME_REALIGNED &&
	    (!db_read_word(at->fp - 4, &cfa) || !db_read_word(at->fp, &fp)))
		return (false);
	/* Stacks grow down, so callers are further up. */
	if (cfa < KERNBASE || cfa <= at->sp || !db_read_word(cfa - 4, &ret))
		return (false);
	if (FRAME_EBP(rule) != 0 &&
	    !db_read_word(cfa - FRAME_EBP(rule) * sizeof(u_int), &fp))
		return (false);
	at->pc = ret;
	at->sp = cfa;
	at->fp = fp;
	at->interrupted = false;
	return (ret >= KERNBASE);
}

/* What a trap frame interrupted in the kernel. */
static struct db_place
trapframe_place(vm_offset_t va, const struct trapframe *tf)
{
	struct db_place at = {
		.pc = tf->tf_eip,
		.sp = va + TRAPFRAME_KERNEL_SIZE,
		.fp = tf->tf_ebp,
		.interrupted = true,
	};

	return (at);
}

/*
 * One step, through entries too; false at the end.
 */
static bool
next_place(struct db_place *at)
{
	struct trapframe tf;

	if (!leave_function(at))
		return (false);
	if (at->pc == (vm_offset_t)callfork_exit) {
		printf("      fork_trampoline: a new thread began here\n");
		return (false);
	}
	if (!entry_call(at->pc))
		return (true);
	if (!read_trapframe(at->sp, &tf))
		return (false);
	print_entry(&tf);
	*at = trapframe_place(at->sp, &tf);
	return (!TRAPF_USERMODE(&tf));
}

/*
 * Print a place and its callers; of a call that is repeated by recursion
 * only the first.
 */
static void
print_places(struct db_place at)
{
	vm_offset_t last = 0;
	u_int n, printed = 0, same = 0;

	for (n = 0; printed < MAXFRAMES; n++) {
		if (at.pc == last) {
			same++;
		} else {
			if (same != 0)
				printf("      the same %u times more\n", same);
			same = 0;
			print_place(n, at.pc, at.interrupted);
			printed++;
		}
		last = at.pc;
		if (!next_place(&at))
			return;
	}
	printf("  ... and more\n");
}

void
db_backtrace_place(const struct db_place *at)
{
	print_places(*at);
}

__noinline void
db_backtrace(void)
{
	print_places(DB_CALLER());
}

/*
 * From what a trap frame interrupted.
 */
void
db_backtrace_trapframe(const struct trapframe *tf)
{
	struct db_place at = { tf->tf_eip, tf->tf_esp, tf->tf_ebp, true };

	print_entry(tf);
	/* A double fault's registers are no frame on the stack. */
	if (tf->tf_trapno == T_DOUBLEFLT)
		print_places(at);
	else if (!TRAPF_USERMODE(tf))
		print_places(trapframe_place((vm_offset_t)tf, tf));
}

/*
 * Where a thread is that does not run: its registers are in its pcb, as they
 * were before cpu_switch() returns to the place.
 */
static struct db_place
switched_at(const struct pcb *pcb)
{
	return ((struct db_place){ pcb->pcb_eip, pcb->pcb_esp + 4, pcb->pcb_ebp,
	    true });
}

/* Of any thread. */
void
backtrace_thread(struct thread *td)
{
	const struct pcb *pcb = td->td_pcb;

	if (td == curthread)
		db_backtrace();
	else if (pcb != NULL)
		print_places(switched_at(pcb));
}

static void
save_places(struct stack *st, struct db_place at)
{
	st->depth = 0;
	do
		st->pcs[st->depth++] = at.pc;
	while (st->depth < STACK_MAX && !entry_call(at.pc) &&
	    leave_function(&at));
}

__noinline void
stack_save(struct stack *st)
{
	save_places(st, DB_CALLER());
}

void
stack_save_thread(struct stack *st, const struct thread *td)
{
	save_places(st, switched_at(td->td_pcb));
}

void
stack_print(const struct stack *st)
{
	int i;

	for (i = 0; i < st->depth; i++)
		print_place(i, st->pcs[i], false);
}
