/*
 * profil(2): where a program spends its time, counted by the clock.
 *
 * At each tick of a process that is profiled (PS_PROFIL) its place in the
 * program is noted, and TDF_ASTPENDING set.  On the way back to user mode,
 * where its memory may fault, the counter for that place is made larger.
 * Time in the kernel counts for the place from where it was called.  There is
 * one clock, so startprofclock() has no other to make faster.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sysproto.h>

#define	SCALE_MOST	0x10000u	/* a counter for each two bytes */

/* Begin to count for p, as its p_prof says. */
void
startprofclock(struct proc *p)
{
	mtx_assert(&sched_lock, MA_OWNED);
	p->p_sflag = (p->p_sflag & ~PS_OWEUPC) | PS_PROFIL;
}

/* Do it no longer. */
void
stopprofclock(struct proc *p)
{
	mtx_assert(&sched_lock, MA_OWNED);
	p->p_sflag &= ~(PS_PROFIL | PS_OWEUPC);
}

/*
 * profil(2): count in size bytes at samples, scale / 65536 of them for each
 * byte of the program from offset on.  A scale of 0 ends it.  EINVAL.
 */
int
sys_profil(struct thread *td, struct profil_args *uap)
{
	struct proc *p = td->td_proc;
	struct uprof prof = { uap->samples, uap->size, uap->offset,
		uap->scale };

	if (uap->scale > SCALE_MOST)
		return (EINVAL);
	mtx_lock_spin(&sched_lock);
	if (uap->scale == 0) {
		stopprofclock(p);
	} else {
		p->p_stats->p_prof = prof;
		startprofclock(p);
	}
	mtx_unlock_spin(&sched_lock);
	return (0);
}

/*
 * A tick of the current thread, whose program was at pc: count it later.
 * In the kernel there may be several before it can be, all with one pc.
 */
void
addupc_intr(struct thread *td, uintptr_t pc)
{
	struct proc *p = td->td_proc;
	struct pstats *ps = p->p_stats;

	mtx_assert(&sched_lock, MA_OWNED);
	if ((p->p_sflag & PS_OWEUPC) == 0)
		ps->ps_proftick = 0;
	ps->ps_proftick++;
	ps->ps_profpc = pc;
	p->p_sflag |= PS_OWEUPC;
	td->td_flags |= TDF_ASTPENDING;
}

/*
 * Count what is owed, from ast(): no locks.  A place where nothing can be
 * written ends the profile, and not the program.
 */
void
addupc_task(struct thread *td)
{
	struct proc *p = td->td_proc;
	struct pstats *ps = p->p_stats;
	struct uprof prof;
	u_int64_t at;
	uintptr_t pc;
	u_short count;
	u_int n;

	mtx_lock_spin(&sched_lock);
	n = p->p_sflag & PS_OWEUPC ? ps->ps_proftick : 0;
	p->p_sflag &= ~PS_OWEUPC;
	prof = ps->p_prof;
	pc = ps->ps_profpc;
	mtx_unlock_spin(&sched_lock);

	if (n == 0 || pc < prof.pr_off)
		return;
	at = ((u_int64_t)(pc - prof.pr_off) * prof.pr_scale >> 16) &
	    ~(u_int64_t)1;
	if (at + sizeof(count) > prof.pr_size)
		return;
	if (copyin(prof.pr_base + at, &count, sizeof(count)) == 0) {
		count += n;
		if (copyout(&count, prof.pr_base + at, sizeof(count)) == 0)
			return;
	}
	mtx_lock_spin(&sched_lock);
	stopprofclock(p);
	mtx_unlock_spin(&sched_lock);
}
