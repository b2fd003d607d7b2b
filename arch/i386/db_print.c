/*
 * Traps, registers and page tables in words.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "machdep.h"

static const char *const trap_names[] = {
	[T_DIVIDE] = "integer divide by zero or overflow",
	[T_TRCTRAP] = "trace trap",
	[T_NMI] = "non-maskable interrupt",
	[T_BPTFLT] = "breakpoint instruction",
	[T_OFLOW] = "overflow trap (into)",
	[T_BOUND] = "bounds check",
	[T_PRIVINFLT] = "invalid opcode",
	[T_DNA] = "FPU instruction in the kernel",
	[T_DOUBLEFLT] = "double fault",
	[T_FPOPFLT] = "FPU operand fetch",
	[T_TSSFLT] = "invalid task state segment",
	[T_SEGNPFLT] = "segment not present",
	[T_STKFLT] = "stack segment fault",
	[T_PROTFLT] = "general protection fault",
	[T_PAGEFLT] = "page fault",
	[T_RESERVED] = "reserved exception",
	[T_ARITHTRAP] = "FPU error",
	[T_ALIGNFLT] = "alignment check",
	[T_MCHK] = "machine check",
	[T_XMMFLT] = "SSE error",
};

const char *
trap_name(int trapno)
{
	if ((u_int)trapno < nitems(trap_names) && trap_names[trapno] != NULL)
		return (trap_names[trapno]);
	return ("unknown trap");
}

void
db_print_registers(const struct trapframe *tf)
{
	bool user = TRAPF_USERMODE(tf);
	/* A double fault's registers are no frame on the stack. */
	bool esp = user || tf->tf_trapno == T_DOUBLEFLT;

	printf("eax %08x  ebx %08x  ecx %08x  edx %08x\n", tf->tf_eax,
	    tf->tf_ebx, tf->tf_ecx, tf->tf_edx);
	printf("esi %08x  edi %08x  ebp %08x  esp %08x\n", tf->tf_esi,
	    tf->tf_edi, tf->tf_ebp,
	    esp ? (u_int)tf->tf_esp : (u_int)&tf->tf_esp);
	printf("eip %08x  cs %04x  ss %04x  ds %04x  es %04x  fs %04x\n",
	    tf->tf_eip, tf->tf_cs & 0xffff, user ? tf->tf_ss & 0xffff : KDSEL,
	    tf->tf_ds & 0xffff, tf->tf_es & 0xffff, tf->tf_fs & 0xffff);
	printf("eflags %08x  cr0 %08x  cr2 %08x  cr3 %08x  cr4 %08x\n",
	    tf->tf_eflags, rcr0(), rcr2(), rcr3(), rcr4());
	if (!user) {
		printf("at ");
		db_print_symbol(tf->tf_eip);
		printf("\n");
	}
	printf("thread %p, kernel stack 0x%08x to 0x%08x\n", curthread,
	    curthread->td_kstack, curthread->td_kstack + KSTACK_SIZE);
}

/*
 * Of a function that has called another only these are known.
 */
void
db_print_place(const struct db_place *at, const struct thread *td)
{
	printf("eip %08x  esp %08x  ebp %08x  eflags %08x\n", at->pc, at->sp,
	    at->fp, read_eflags());
	printf("cr0 %08x  cr2 %08x  cr3 %08x  cr4 %08x\n", rcr0(), rcr2(),
	    rcr3(), rcr4());
	printf("thread %p, kernel stack 0x%08x to 0x%08x\n", td, td->td_kstack,
	    td->td_kstack + KSTACK_SIZE);
}
