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
	printf("running: pid %d (%s), thread %p, kernel stack 0x%08x\n",
	    curproc->p_pid, curproc->p_comm, curthread, curthread->td_kstack);
}

/*
 * What the tables in use say of an address.
 */
void
db_print_translation(vm_offset_t va)
{
	u_int pde, pte;

	if (!db_read_word(PHYS_TO_DMAP(rcr3() & ~PAGE_MASK) +
		    (va >> PDRSHIFT) * 4,
		&pde)) {
		printf("page directory 0x%08x cannot be read\n", rcr3());
		return;
	}
	if ((pde & 0x001) == 0) {
		printf("directory entry 0x%08x: no page table there\n", pde);
		return;
	}
	if (pde & 0x080) {
		printf("directory entry 0x%08x: a 4 MB page, %s, %s\n", pde,
		    pde & 0x002 ? "writable" : "read-only",
		    pde & 0x004 ? "user" : "kernel only");
		return;
	}
	if (!db_read_word(PHYS_TO_DMAP(pde & ~PAGE_MASK) +
		    ((va >> PAGE_SHIFT) % NPTEPG) * 4,
		&pte)) {
		printf("directory entry 0x%08x: bad page table\n", pde);
		return;
	}
	printf("directory entry 0x%08x (%s), page table entry 0x%08x: ", pde,
	    pde & 0x002 ? "writable" : "read-only", pte);
	if ((pte & 0x001) == 0)
		printf("not present\n");
	else
		printf("frame 0x%05x, %s, %s%s%s\n", pte >> PAGE_SHIFT,
		    pte & 0x002 ? "writable" : "read-only",
		    pte & 0x004 ? "user" : "kernel only",
		    pte & 0x020 ? ", accessed" : "",
		    pte & 0x040 ? ", modified" : "");
}

/*
 * A page fault that nobody serves: what was tried, and why it failed.
 */
void
db_print_fault(u_int va, u_int err)
{
	vm_offset_t guard = curthread->td_kstack - PAGE_SIZE;

	printf("%s 0x%08x from %s mode: %s\n",
	    err & PGEX_I     ? "jump to" :
		err & PGEX_W ? "write to" :
			       "read of",
	    va, err & PGEX_U ? "user" : "kernel",
	    err & PGEX_RSV   ? "a reserved bit is set in a page table" :
		err & PGEX_P ? "the page forbids it" :
			       "there is no page");
	if (va < PAGE_SIZE)
		printf("that is a null pointer, or a field of one\n");
	else if (va >= guard && va < guard + PAGE_SIZE)
		printf("that is the guard page under the kernel stack\n");
	else if (va >> 16 == 0xdeadc0de >> 16)
		printf("that is near 0xdeadc0de: memory used after free\n");
	else if (va < VM_MAXUSER_ADDRESS)
		printf("that is user memory: copyin() or copyout() is the "
		       "way to it\n");
	db_print_translation(va);
}
