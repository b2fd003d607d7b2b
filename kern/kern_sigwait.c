/*
 * Waiting for a signal without a handler: sigwait(2), sigtimedwait(2) and
 * sigwaitinfo(2).
 *
 * While a process waits it has P_SIGWAIT, and p_waitset says for what.  These
 * signals are blocked meanwhile, so that nobody else takes them, and kept
 * even if they are ignored (sig_action); psignal() ends the wait.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sysproto.h>
#include <sys/time.h>

/*
 * Sleep until a signal may have come, or until the uptime is *end if that is
 * not NULL.  0, EAGAIN after that time, EINTR or ERESTART.
 */
static int
sigwait_sleep(struct proc *p, const struct timeval *end)
{
	struct timeval left, now;
	int error, timo = 0;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (end != NULL) {
		microuptime(&now);
		if (timevalcmp(&now, end, >=))
			return (EAGAIN);
		left = *end;
		timevalsub(&left, &now);
		timo = tvtohz(&left);
	}
	error = msleep(&p->p_waitset, &p->p_mtx, PPAUSE | PCATCH, "sigwait",
	    timo);
	return (error == EWOULDBLOCK ? 0 : error);
}

/*
 * Take a signal of the set, or wait for one.  0, and *si describes it; or as
 * sigwait_sleep().
 */
static int
sigwait_one(struct thread *td, sigset_t set, const struct timeval *end,
    siginfo_t *si)
{
	struct proc *p = td->td_proc;
	sigset_t before;
	int error = 0, sig;

	SIG_CANTMASK(set);
	PROC_LOCK(p);
	KASSERT((p->p_flag & P_OLDMASK) == 0, ("sigwait in sigsuspend"));
	before = p->p_sigmask;
	SIGSETOR(p->p_sigmask, set);
	p->p_waitset = set;
	p->p_flag |= P_SIGWAIT;
	/* A signal that is there counts for more than the end of the wait. */
	while ((sig = sig_pending_in(p, set)) == 0 && error == 0)
		error = sigwait_sleep(p, end);
	if (sig != 0) {
		SIGDELSET(p->p_siglist, sig);
		ksiginfo_take(p, sig, si);
		error = 0;
	}
	p->p_flag &= ~P_SIGWAIT;
	p->p_sigmask = before;
	sig_drop_ignored(p);
	signotify(td);
	PROC_UNLOCK(p);
	return (error);
}

/*
 * The uptime at which a wait is over.  0 or EINVAL.
 */
static int
sigwait_end(const struct timespec *timeout, struct timeval *end)
{
	struct timeval now;

	if (timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)
		return (EINVAL);
	/* An uptime that never comes will do for one that overflows. */
	end->tv_sec = MAX(MIN(timeout->tv_sec, 0x3fffffff), 0);
	end->tv_usec = howmany(timeout->tv_nsec, 1000);
	microuptime(&now);
	timevaladd(end, &now);
	return (0);
}

/*
 * sigtimedwait(2); without a timeout sigwaitinfo(2).
 */
static int
sigwait_info(struct thread *td, const sigset_t *uset, siginfo_t *info,
    const struct timespec *timeout)
{
	struct timespec ts;
	struct timeval end;
	siginfo_t si;
	sigset_t set;
	int error;

	error = copyin(uset, &set, sizeof(set));
	if (error == 0 && timeout != NULL) {
		error = copyin(timeout, &ts, sizeof(ts));
		if (error == 0)
			error = sigwait_end(&ts, &end);
	}
	if (error != 0)
		return (error);
	error = sigwait_one(td, set, timeout != NULL ? &end : NULL, &si);
	/* Begun again, it would wait for all of the time once more. */
	if (error == ERESTART && timeout != NULL)
		error = EINTR;
	if (error == 0 && info != NULL)
		error = copyout(&si, info, sizeof(si));
	if (error == 0)
		td->td_retval[0] = si.si_signo;
	return (error);
}

int
sys_sigtimedwait(struct thread *td, struct sigtimedwait_args *uap)
{
	return (sigwait_info(td, uap->set, uap->info, uap->timeout));
}

int
sys_sigwaitinfo(struct thread *td, struct sigwaitinfo_args *uap)
{
	return (sigwait_info(td, uap->set, uap->info, NULL));
}

/*
 * sigwait(2).  Its errors are results, as POSIX has it.
 */
int
sys_sigwait(struct thread *td, struct sigwait_args *uap)
{
	siginfo_t si;
	sigset_t set;
	int error;

	error = copyin(uap->set, &set, sizeof(set));
	if (error == 0)
		error = sigwait_one(td, set, NULL, &si);
	if (error == 0)
		error = copyout(&si.si_signo, uap->sig, sizeof(si.si_signo));
	if (error == ERESTART)
		return (ERESTART);
	td->td_retval[0] = error;
	return (0);
}
