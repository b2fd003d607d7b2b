/*
 * Call stacks: remembered, printed.  Owned by arch/i386/db_trace.c.
 */
#ifndef _MACHINE_STACK_H_
#define	_MACHINE_STACK_H_

#include <sys/types.h>

#define	STACK_MAX	18		/* frames kept */

struct stack {
	int	depth;
	vm_offset_t pcs[STACK_MAX];
};

#ifdef _KERNEL
struct thread;

/* Remembered up to the trap frame, if there is one. */
void	stack_save(struct stack *);	/* of the caller */
void	stack_save_thread(struct stack *, const struct thread *);
					/* of one that sleeps; sched_lock */
void	stack_print(const struct stack *);
#endif

#endif /* !_MACHINE_STACK_H_ */
