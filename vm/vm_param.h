/*
 * Parameters of virtual memory that no processor decides.
 */
#ifndef _VM_VM_PARAM_H_
#define	_VM_VM_PARAM_H_

#include <machine/vmparam.h>

#ifdef _KERNEL

/* The stack is extended by this much when a fault lies below it. */
#define	SGROWSIZ	((vm_size_t)128 << 10)

/* Below a stack at least this much stays unmapped. */
#define	STACK_GUARD	((vm_size_t)PAGE_SIZE)

#endif /* _KERNEL */
#endif /* !_VM_VM_PARAM_H_ */
