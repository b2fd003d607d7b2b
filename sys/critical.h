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
#include <machine/cpufunc.h>

/*
 * What a thread knows of them: td_spinlocks and td_saveintr.  Each thread
 * begins with it, so that nobody needs all of struct thread to take a lock.
 */
struct thread_critical {
	volatile u_int	depth;		/* (k) sections, and spin mutexes */
	u_int	saveintr;		/* (k) interrupts before the first */
};
#define	curcritical	((struct thread_critical *)(void *)curthread)

static __inline void
critical_enter(void)
{
	struct thread_critical *tc = curcritical;
	u_int depth = tc->depth;

	/* An interrupt before the next line leaves all as it was. */
	if (depth == 0)
		tc->saveintr = intr_disable();
	tc->depth = depth + 1;
}

static __inline void
critical_exit(void)
{
	struct thread_critical *tc = curcritical;

	KASSERT(tc->depth > 0, ("critical_exit without enter"));
	if (--tc->depth == 0)
		intr_restore(tc->saveintr);
}

#endif /* _KERNEL */
#endif /* !_SYS_CRITICAL_H_ */
