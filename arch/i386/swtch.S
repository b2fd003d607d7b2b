/*
 * Switching from one thread's kernel stack to another's.
 */
#include <machine/asm.h>
#include "assym.h"

/*
 * cpu_switch(from, to): save the registers that a C function keeps in
 * from's pcb and go on where to left off.  Called with sched_lock held and
 * interrupts off; to is running when it "returns" from its own call, or at
 * fork_trampoline if it is new.
 */
ENTRY(cpu_switch)
	movl	TD_PCB(%eax),%ecx
	pushl	(%esp)
	popl	PCB_EIP(%ecx)
	movl	%ebx,PCB_EBX(%ecx)
	movl	%esp,PCB_ESP(%ecx)
	movl	%ebp,PCB_EBP(%ecx)
	movl	%esi,PCB_ESI(%ecx)
	movl	%edi,PCB_EDI(%ecx)
	movw	%gs,PCB_GS(%ecx)

	/*
	 * FPU, address space, curthread: still on the old stack, which every
	 * address space maps.  esi is saved, so it can keep "to".
	 */
	movl	%edx,%esi
	call	cpu_switch_state

	movl	TD_PCB(%esi),%edx
	movl	PCB_EBX(%edx),%ebx
	movl	PCB_ESP(%edx),%esp
	movl	PCB_EBP(%edx),%ebp
	movl	PCB_ESI(%edx),%esi
	movl	PCB_EDI(%edx),%edi
	movl	PCB_EIP(%edx),%eax
	movl	%eax,(%esp)
	/* Faults on a selector that is no longer good: see trap(). */
LABEL(cpu_switch_load_gs)
	movw	PCB_GS(%edx),%gs
LABEL(cpu_switch_gs_loaded)
	ret
END(cpu_switch)

/*
 * savectx(pcb): the caller's registers as cpu_switch() would leave them.
 */
ENTRY(savectx)
	movl	(%esp),%ecx
	movl	%ecx,PCB_EIP(%eax)
	movl	%ebx,PCB_EBX(%eax)
	movl	%esp,PCB_ESP(%eax)
	movl	%ebp,PCB_EBP(%eax)
	movl	%esi,PCB_ESI(%eax)
	movl	%edi,PCB_EDI(%eax)
	movw	%gs,PCB_GS(%eax)
	movl	%cr3,%ecx
	movl	%ecx,PCB_CR3(%eax)
	ret
END(savectx)

	.section .note.GNU-stack,"",@progbits
