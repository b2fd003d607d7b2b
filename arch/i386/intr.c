/*
 * Interrupts of devices: which handler serves which irq, and the dispatch.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>
#include <machine/trap.h>

#include "apic.h"

static const struct pic *pic = &i8259_pic; /* (b) */

/*
 * Lock key
 *	b  set once by intr_register() before the irq is unmasked
 *	n  atomic
 */
static struct intr_source {
	intr_handler_t *is_handler;	/* (b) */
	void	*is_arg;		/* (b) */
	volatile u_int is_count;	/* (n) times it came */
	volatile u_int is_stray;	/* (n) without a handler or a cause */
} intr_sources[NIRQ];

int
intr_register(int irq, intr_handler_t *handler, void *arg)
{
	struct intr_source *is;
	u_int ef;

	if (irq < 0 || irq >= NIRQ)
		return (EINVAL);
	is = &intr_sources[irq];
	if (is->is_handler != NULL)
		return (EBUSY);
	is->is_arg = arg;
	atomic_store_rel_ptr(&is->is_handler, handler);
	ef = intr_disable();
	(*pic->pic_unmask)(irq);
	intr_restore(ef);
	return (0);
}

/*
 * Once, at boot: another controller, and the old one is silent.
 */
void
intr_use(const struct pic *new)
{
	u_int ef = intr_disable();
	int irq;

	i8259_mask_all();
	pic = new;
	for (irq = 0; irq < NIRQ; irq++)
		if (intr_sources[irq].is_handler != NULL)
			(*pic->pic_unmask)(irq);
	intr_restore(ef);
}

u_int
intr_count(int irq)
{
	return (intr_sources[irq].is_count);
}

/*
 * From allintrs, interrupts off.  The controller is told first that the
 * interrupt is taken: its line cannot interrupt us before the iret, and a
 * handler may switch threads only through doreti, which comes after.
 * Devices have T_INTERRUPT and on, the processor's own T_LOCAL and on.
 */
void
intr_execute(struct trapframe *frame)
{
	struct thread *td = curthread;
	struct intr_source *is;
	int irq = frame->tf_trapno - T_INTERRUPT;

	CNT_INC(v_intr);
	if (irq < 0 || irq >= NIRQ) {
		local_intr(frame->tf_trapno - T_LOCAL, frame);
		return;
	}
	if ((*pic->pic_spurious)(irq))
		return;
	is = &intr_sources[irq];
	atomic_add_int(&is->is_count, 1);
	(*pic->pic_eoi)(irq);

	td->td_intr_nesting_level++;
	if (is->is_handler != NULL)
		(*is->is_handler)(is->is_arg, frame);
	else
		atomic_add_int(&is->is_stray, 1);
	td->td_intr_nesting_level--;
}
