/*
 * Every way into the kernel and out of it again: exceptions, interrupts,
 * system calls, the first steps of a new thread, and doreti, the one way
 * back.
 *
 * On entry the processor has pushed (from user mode esp and ss first)
 * eflags, cs, eip and perhaps an error code; a stub adds what is missing of
 * a struct trapframe, and the address of the frame is the argument of the C
 * function.  %fs is loaded for the kernel's struct pcpu; %gs is left alone,
 * the kernel does not use it.
 *
 * The call frame information lets a debugger walk from trap() into the code
 * that was interrupted.  The canonical frame address (CFA) of an entry is
 * the first address above eflags; what the stack pointer was depends on the
 * mode that was interrupted, see CFI_INTERRUPTED.
 */
#include <machine/asm.h>
#include "assym.h"

/*
 * Rules for the registers that the processor pushed, relative to the CFA:
 * eip at -12, cs at -8, eflags at -4.  From user mode esp is in the word
 * at the CFA, else it was the CFA itself; DWARF (value at 4, DW_OP_*):
 *	cfa; dup lit8 minus deref lit3 and bra +3; skip +1; deref
 */
#define	CFI_INTERRUPTED							\
	.cfi_signal_frame;						\
	.cfi_offset eip,-12;						\
	.cfi_offset 41,-8;		/* cs */			\
	.cfi_offset 9,-4;		/* eflags */			\
	.cfi_escape 0x16,4,14,0x12,0x38,0x1c,0x06,0x33,0x1a,		\
	    0x28,3,0,0x2f,1,0,0x06,0x96

/* Rules for what PUSH_FRAME has saved below that. */
#define	CFI_SAVED							\
	.cfi_offset eax,-24;						\
	.cfi_offset ecx,-28;						\
	.cfi_offset edx,-32;						\
	.cfi_offset ebx,-36;						\
	.cfi_offset ebp,-44;						\
	.cfi_offset esi,-48;						\
	.cfi_offset edi,-52

#define	STUB(name)							\
	.p2align 4,0x90; .globl name; .type name,@function;	\
	name: .cfi_startproc simple; .cfi_def_cfa esp,12; CFI_INTERRUPTED

/* The way into a debugger and back, see sys/kdb.h. */
#define	KDB_TEXT	.section .text.kdb,"ax",@progbits

/* An exception without, and one with, the processor's error code. */
#define	TRAP(name, number)						\
	KDB_TEXT; STUB(name);						\
	pushl $0; .cfi_adjust_cfa_offset 4;				\
	pushl $(number); .cfi_adjust_cfa_offset 4;			\
	jmp alltraps; END(name)
#define	TRAP_ERR(name, number)						\
	KDB_TEXT; STUB(name);						\
	.cfi_adjust_cfa_offset 4;					\
	pushl $(number); .cfi_adjust_cfa_offset 4;			\
	jmp alltraps; END(name)

/* The rest of the frame; the kernel's segments. */
#define	PUSH_FRAME							\
	pushal; .cfi_adjust_cfa_offset 32;				\
	pushl %ds; .cfi_adjust_cfa_offset 4;				\
	pushl %es; .cfi_adjust_cfa_offset 4;				\
	pushl %fs; .cfi_adjust_cfa_offset 4;				\
	CFI_SAVED

#define	KERNEL_SEGMENTS							\
	movl $KDSEL,%eax;						\
	movl %eax,%ds;							\
	movl %eax,%es;							\
	movl $KPSEL,%eax;						\
	movl %eax,%fs;							\
	cld

/* Inside: the whole frame is on the stack, TF_PUSHED bytes below eip. */
#define	WITH_FRAME							\
	.cfi_def_cfa esp,TF_PUSHED + 12;				\
	CFI_INTERRUPTED; CFI_SAVED

TRAP(Xdivide, 0)
TRAP(Xdebug, 1)
TRAP(Xnmi, 2)
TRAP(Xbreakpoint, 3)
TRAP(Xoverflow, 4)
TRAP(Xbound, 5)
TRAP(Xinvalid, 6)
TRAP(Xdna, 7)
TRAP(Xfpusegm, 9)
TRAP_ERR(Xtss, 10)
TRAP_ERR(Xmissing, 11)
TRAP_ERR(Xstack, 12)
TRAP_ERR(Xprot, 13)
TRAP_ERR(Xpage, 14)
TRAP(Xreserved, 15)
TRAP(Xfpu, 16)
TRAP_ERR(Xalign, 17)
TRAP(Xmchk, 18)
TRAP(Xxmm, 19)

/* trap(frame), with interrupts off. */
	KDB_TEXT
	.p2align 4,0x90
	.globl	alltraps
	.type	alltraps,@function
alltraps:
	.cfi_startproc simple
	.cfi_def_cfa esp,20
	CFI_INTERRUPTED
	PUSH_FRAME
LABEL(alltraps_with_regs_pushed)
	KERNEL_SEGMENTS
	movl	%esp,%eax
	call	trap
LABEL(calltrap)
	jmp	doreti
END(alltraps)

/*
 * System calls: int $0x80, through a trap gate, so interrupts are on.
 * tf_err is the length of the instruction, to be able to do it again.
 */
	.text
STUB(Xint0x80_syscall)
	pushl	$2
	.cfi_adjust_cfa_offset 4
	pushl	$T_SYSCALL
	.cfi_adjust_cfa_offset 4
	PUSH_FRAME
	KERNEL_SEGMENTS
	movl	%esp,%eax
	call	syscall
LABEL(callsyscall)
	jmp	doreti
END(Xint0x80_syscall)

/* Interrupts: interrupt gates. */
#define	VECTOR(name, number)						\
	.text; STUB(name);						\
	pushl $0; .cfi_adjust_cfa_offset 4;				\
	pushl $(number); .cfi_adjust_cfa_offset 4;			\
	jmp allintrs; END(name)

/* Devices. */
#define	INTR(irq)	VECTOR(Xintr##irq, T_INTERRUPT + irq)

INTR(0)
INTR(1)
INTR(2)
INTR(3)
INTR(4)
INTR(5)
INTR(6)
INTR(7)
INTR(8)
INTR(9)
INTR(10)
INTR(11)
INTR(12)
INTR(13)
INTR(14)
INTR(15)

/* This processor's own: its timer, and what others want of it. */
#define	LOCAL(n)	VECTOR(Xlocal##n, T_LOCAL + n)

LOCAL(0)
LOCAL(1)
LOCAL(2)

	.p2align 4,0x90
	.type	allintrs,@function
allintrs:
	.cfi_startproc simple
	.cfi_def_cfa esp,20
	CFI_INTERRUPTED
	PUSH_FRAME
	KERNEL_SEGMENTS
	movl	%esp,%eax
	call	intr_execute
LABEL(callintr)
	jmp	doreti
END(allintrs)

/* A vector that nobody should use, or the local APIC's second thoughts. */
VECTOR(Xunused, T_LOCAL + 0xff)

/*
 * Where a new thread starts: cpu_switch() "returns" here with sched_lock
 * held, esp at the trap frame and what cpu_set_fork_handler() chose in esi
 * and ebx.  fork_exit(function, argument, frame) comes back for threads
 * that have a user mode to go to.  There is no caller to walk to.
 */
	.text
	.p2align 4,0x90
	.globl	fork_trampoline
	.type	fork_trampoline,@function
fork_trampoline:
	.cfi_startproc simple
	.cfi_def_cfa esp,4
	.cfi_undefined eip
	movl	%esi,%eax
	movl	%ebx,%edx
	movl	%esp,%ecx
	call	fork_exit
LABEL(callfork_exit)
	jmp	doreti
END(fork_trampoline)

/*
 * Return through the frame at esp.  To user mode only with a last look at
 * td_flags, with interrupts off from then on, so that nothing can ask for
 * an AST between the look and the iret.
 */
	KDB_TEXT
	.p2align 4,0x90
	.globl	doreti
	.type	doreti,@function
doreti:
	.cfi_startproc simple
	WITH_FRAME
	testb	$SEL_RPL_MASK,TF_CS(%esp)
	jz	doreti_exit
doreti_ast:
	cli
	movl	%fs:PC_CURTHREAD,%eax
	testl	$TDF_AST,TD_FLAGS(%eax)
	jz	doreti_exit
	sti
	movl	%esp,%eax
	call	ast
LABEL(callast)
	jmp	doreti_ast

	/*
	 * The pops and the iret fault if the program has bad selectors in
	 * its frame.  trap() finds one of the first three labels or that of
	 * the iret in the frame of such a fault and goes on at the label's
	 * _fault, where the frame is made whole and the program gets it.
	 */
doreti_exit:
LABEL(doreti_popl_fs)
	popl	%fs
	.cfi_adjust_cfa_offset -4
LABEL(doreti_popl_es)
	popl	%es
	.cfi_adjust_cfa_offset -4
LABEL(doreti_popl_ds)
	popl	%ds
	.cfi_adjust_cfa_offset -4
	popal
	.cfi_adjust_cfa_offset -32
	.cfi_same_value eax
	.cfi_same_value ecx
	.cfi_same_value edx
	.cfi_same_value ebx
	.cfi_same_value ebp
	.cfi_same_value esi
	.cfi_same_value edi
	addl	$8,%esp
	.cfi_adjust_cfa_offset -8
LABEL(doreti_iret)
	iret

LABEL(doreti_iret_fault)
	subl	$8,%esp
	.cfi_adjust_cfa_offset 8
	pushal
	.cfi_adjust_cfa_offset 32
	CFI_SAVED
	pushl	%ds
	.cfi_adjust_cfa_offset 4
LABEL(doreti_popl_ds_fault)
	pushl	%es
	.cfi_adjust_cfa_offset 4
LABEL(doreti_popl_es_fault)
	pushl	%fs
	.cfi_adjust_cfa_offset 4
LABEL(doreti_popl_fs_fault)
	movl	$0,TF_ERR(%esp)
	movl	$T_PROTFLT,TF_TRAPNO(%esp)
	jmp	alltraps_with_regs_pushed
END(doreti)

	.section .note.GNU-stack,"",@progbits
