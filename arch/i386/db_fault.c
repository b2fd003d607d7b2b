/*
 * Why the kernel could not go on: a fatal trap's cause in a line, and for a
 * page fault all that is known of the address.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "machdep.h"

#define	POISON		0xdeadc0de	/* what freed memory is filled with */
#define	POISON_NEAR	0x2000		/* a field of what it points to */

static u_int	fault_va;		/* of the fatal page fault */

static bool
near_poison(u_int va)
{
	return (va - POISON < POISON_NEAR || POISON - va < PAGE_SIZE);
}

/*
 * What kind of address that is.
 */
static const char *
address_words(u_int va)
{
	const struct thread *td = curthread;

	if (va == 0)
		return ("a null pointer");
	if (va < PAGE_SIZE)
		return ("a field of a null pointer");
	if (near_poison(va))
		return ("a pointer read from memory after it was freed "
			"(0xdeadc0de)");
	if (va - (td->td_kstack - PAGE_SIZE) < PAGE_SIZE)
		return ("the guard page under the kernel stack");
	if (va < VM_MAXUSER_ADDRESS)
		return ("user memory, outside of copyin and copyout");
	if (va >= VM_KMAP_START && va < VM_KMAP_END)
		return ("an address of the kernel map where nothing is");
	return ("no address of the kernel's");
}

/*
 * A jump to nowhere: the word on top of the stack says from where.
 */
static void
jump_cause(char *buf, size_t size, const struct trapframe *tf, u_int cr2)
{
	u_int from = 0;

	if (!TRAPF_USERMODE(tf))
		(void)db_read_word((vm_offset_t)&tf->tf_esp, &from);
	snprintf(buf, size, "page fault: jump to 0x%08x, %s, by a call in %s",
	    cr2,
	    cr2 < PAGE_SIZE ? "through a null function pointer" :
		near_poison(cr2) ?
			      "through a function pointer in freed memory" :
			      "where no code is",
	    db_name(from - 1));
}

void
db_trap_cause(char *buf, size_t size, const struct trapframe *tf, u_int cr2)
{
	int cs = tf->tf_cs & 0xffff;

	fault_va = cr2;
	if (tf->tf_trapno == T_PAGEFLT && (u_int)tf->tf_eip == cr2)
		jump_cause(buf, size, tf, cr2);
	else if (tf->tf_trapno == T_PAGEFLT)
		snprintf(buf, size, "page fault: %s 0x%08x, %s, by %s",
		    tf->tf_err & PGEX_W ? "write to" : "read of", cr2,
		    address_words(cr2), db_name(tf->tf_eip));
	else if (cs != KCSEL && cs != GSEL(GUCODE_SEL, SEL_UPL))
		snprintf(buf, size,
		    "%s: the frame that the kernel wanted to "
		    "return through is bad: cs %#x is no code segment "
		    "(eip 0x%08x)",
		    trap_name(tf->tf_trapno), cs, tf->tf_eip);
	else
		snprintf(buf, size, "%s at %s, error code %#x",
		    trap_name(tf->tf_trapno), db_name(tf->tf_eip), tf->tf_err);
}

static const char *
access_words(u_int entry)
{
	if (entry & PG_U)
		return (entry & PG_RW ? "writable, user" : "read-only, user");
	return (entry & PG_RW ? "writable, kernel only" :
				"read-only, kernel only");
}

/*
 * What the tables in use say of an address.  Where its page is, or 0.
 */
static vm_paddr_t
print_translation(vm_offset_t va)
{
	u_int dir = rcr3() & PG_FRAME, pde, pte;

	if (!db_read_word(PHYS_TO_DMAP(dir) + PDE_INDEX(va) * 4, &pde)) {
		printf("  directory 0x%08x cannot be read\n", dir);
		return (0);
	}
	printf("  directory 0x%08x, entry %u: 0x%08x", dir, PDE_INDEX(va), pde);
	if ((pde & PG_V) == 0) {
		printf(", no page table there\n");
		return (0);
	}
	if (pde & PG_PS) {
		printf(", a 4 MB page, %s\n", access_words(pde));
		return ((pde & PG_FRAME) + (va & (NBPDR - 1)));
	}
	printf(", a page table, %s\n", access_words(pde));
	if (!db_read_word(PHYS_TO_DMAP(pde & PG_FRAME) + PTE_INDEX(va) * 4,
		&pte)) {
		printf("  the page table cannot be read\n");
		return (0);
	}
	printf("  page table entry %u: 0x%08x", PTE_INDEX(va), pte);
	if (pte_empty(pte)) {
		printf(", nothing there\n");
		return (0);
	}
	printf(", frame 0x%05x%s, %s%s%s%s\n", pte >> PAGE_SHIFT,
	    pte & PG_V ? "" : " (not present)", access_words(pte),
	    pte & PG_PRIVATE ? ", private" : "", pte & PG_A ? ", used" : "",
	    pte & PG_M ? ", written" : "");
	return (pte & PG_FRAME);
}

void
db_print_address(vm_offset_t va)
{
	vm_paddr_t pa = print_translation(va);

	if (pa != 0)
		vm_page_print(pa);
}

/*
 * A page fault that nobody served: what was tried, why it failed, and what
 * the handler would have been asked to do.
 */
static void
print_fault(u_int va, u_int err)
{
	printf("the fault:\n  %s 0x%08x from %s mode: %s\n",
	    err & PGEX_W ? "write to" : "read of", va,
	    err & PGEX_U ? "user" : "kernel",
	    err & PGEX_RSV   ? "a reserved bit is set in a page table" :
		err & PGEX_P ? "the page forbids it" :
			       "there is no page");
	printf("  that is %s\n", address_words(va));
	db_print_address(va);
	if (va >= VM_MAXUSER_ADDRESS)
		printf("  the handler serves no faults on the kernel's "
		       "addresses: the address is wrong\n");
	else {
		vm_fault_print(curproc, va, (err & PGEX_W) != 0);
		if (curthread->td_onfault == NULL)
			printf("  but it is not asked: only copyin, copyout "
			       "and their kin may touch user memory\n");
	}
}

void
db_print_trap(const struct trapframe *tf)
{
	if (tf->tf_trapno == T_PAGEFLT)
		print_fault(fault_va, tf->tf_err);
	else if (tf->tf_trapno == T_DOUBLEFLT)
		print_fault(rcr2(), PGEX_W);
}
