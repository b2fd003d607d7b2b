/*
 * Critical sections: interrupts are off on this processor from the first
 * that a thread enters to the last it leaves.  Spin mutexes are made of
 * them; alone they guard what a processor has for itself.
 */
#ifndef _SYS_CRITICAL_H_
#define	_SYS_CRITICAL_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/cpufunc.h>

static __inline void
critical_enter(void)
{
	struct thread *td = curthread;

	/* An interrupt before the next line leaves all as it was. */
	if (td->td_spinlocks == 0)
		td->td_saveintr = intr_disable();
	td->td_spinlocks++;
}

static __inline void
critical_exit(void)
{
	struct thread *td = curthread;

	KASSERT(td->td_spinlocks > 0, ("critical_exit without enter"));
	if (--td->td_spinlocks == 0)
		intr_restore(td->td_saveintr);
}

#endif /* _KERNEL */
#endif /* !_SYS_CRITICAL_H_ */
