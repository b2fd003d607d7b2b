/*
 * Interrupts of devices.  Owned by arch/i386/intr.c and i8259.c.
 *
 * A handler runs with interrupts off on the stack of whatever thread was
 * running.  It may take spin mutexes, wake threads up and set callouts.
 */
#ifndef _MACHINE_INTR_H_
#define	_MACHINE_INTR_H_

#include <sys/types.h>

#ifdef _KERNEL

struct trapframe;

#define	NIRQ		16

typedef	void intr_handler_t(void *arg, struct trapframe *frame);

/* Errors: EINVAL no such irq, EBUSY taken. */
int	intr_register(int irq, intr_handler_t *, void *arg);
void	intr_execute(struct trapframe *);	/* from the entry code */
u_int	intr_count(int irq);

void	i8259_init(void);		/* all irqs masked */
void	i8259_unmask(int irq);
void	i8259_mask(int irq);
bool	i8259_spurious(int irq);
void	i8259_eoi(int irq);

#endif /* _KERNEL */
#endif /* !_MACHINE_INTR_H_ */
