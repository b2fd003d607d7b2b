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

#ifndef INVARIANTS
/* sys/mutex.h: the uncontested cases, without a call. */
static __inline void
mtx_lock_spin_inline(struct mtx *m, const char *file, int line)
{
	critical_enter();
	if (__predict_false(lockstat_on ||
	    !atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, curthread))) {
		_mtx_lock_spin(m, file, line);
		curthread->td_spinlocks--; /* it has entered, too */
		return;
	}
	m->mtx_file = file;
	m->mtx_line = line;
}

static __inline void
mtx_unlock_spin_inline(struct mtx *m, const char *file, int line)
{
	if (__predict_false(lockstat_on)) {
		_mtx_unlock_spin(m, file, line);
		return;
	}
	atomic_store_rel_ptr(&m->mtx_lock, MTX_UNOWNED);
	critical_exit();
}
#endif

#endif /* _KERNEL */
#endif /* !_SYS_CRITICAL_H_ */
