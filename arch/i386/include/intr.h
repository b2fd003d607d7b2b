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

/*
 * An interrupt controller.  Its functions are called with interrupts off,
 * pic_spurious and pic_eoi on the processor that was interrupted.
 */
struct pic {
	void	(*pic_unmask)(int irq);
	bool	(*pic_spurious)(int irq); /* it was none: no end to be told */
	void	(*pic_eoi)(int irq);	/* end of interrupt */
};
void	intr_use(const struct pic *);	/* from now on; irqs are carried over */

extern const struct pic i8259_pic;
void	i8259_init(void);		/* all irqs masked */
void	i8259_mask_all(void);		/* another takes over */

#endif /* _KERNEL */
#endif /* !_MACHINE_INTR_H_ */
