/*
 * The system calls about signals.  What they are about is in kern_sig.c.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <machine/cpu.h>

#define	SA_ALL	(SA_ONSTACK | SA_RESTART | SA_RESETHAND | SA_NOCLDSTOP | \
	SA_NODEFER | SA_NOCLDWAIT | SA_SIGINFO)

/*
 * Put a signal into a set, or take it out of it.
 */
static void
sigset_put(sigset_t *set, int sig, bool in)
{
	if (in)
		SIGADDSET(*set, sig);
	else
		SIGDELSET(*set, sig);
}

/*
 * Tell what is done about a signal.
 */
static void
sigaction_get(struct sigacts *ps, int sig, struct sigaction *sa)
{
	mtx_assert(&ps->ps_mtx, MA_OWNED);
	bzero(sa, sizeof(*sa));
	sa->sa_handler = ps->ps_sigact[_SIG_IDX(sig)];
	sa->sa_mask = ps->ps_catchmask[_SIG_IDX(sig)];
	if (SIGISMEMBER(ps->ps_sigonstack, sig))
		sa->sa_flags |= SA_ONSTACK;
	if (SIGISMEMBER(ps->ps_sigcatch, sig) &&
	    !SIGISMEMBER(ps->ps_sigintr, sig))
		sa->sa_flags |= SA_RESTART;
	if (SIGISMEMBER(ps->ps_sigreset, sig))
		sa->sa_flags |= SA_RESETHAND;
	if (SIGISMEMBER(ps->ps_signodefer, sig))
		sa->sa_flags |= SA_NODEFER;
	if (SIGISMEMBER(ps->ps_siginfo, sig))
		sa->sa_flags |= SA_SIGINFO;
	if (sig == SIGCHLD && (ps->ps_flag & PS_NOCLDSTOP))
		sa->sa_flags |= SA_NOCLDSTOP;
	if (sig == SIGCHLD && (ps->ps_flag & PS_NOCLDWAIT))
		sa->sa_flags |= SA_NOCLDWAIT;
}

/*
 * What SIGCHLD's action says about the children themselves.  init must
 * reap, or nobody does.
 */
static void
sigaction_children(struct proc *p, const struct sigaction *sa)
{
	struct sigacts *ps = p->p_sigacts;
	int flag = 0;

	mtx_assert(&ps->ps_mtx, MA_OWNED);
	if (sa->sa_flags & SA_NOCLDSTOP)
		flag |= PS_NOCLDSTOP;
	if (p != initproc && (sa->sa_flags & SA_NOCLDWAIT))
		flag |= PS_NOCLDWAIT;
	if (p != initproc && sa->sa_handler == SIG_IGN)
		flag |= PS_CLDSIGIGN;
	WRITE_ONCE(ps->ps_flag, flag);
}

/*
 * Change what is done about a signal.  One that becomes ignored is not
 * pending any more.
 */
static void
sigaction_set(struct proc *p, int sig, const struct sigaction *sa)
{
	struct sigacts *ps = p->p_sigacts;
	bool caught, ignored;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_assert(&ps->ps_mtx, MA_OWNED);
	caught = sa->sa_handler != SIG_DFL && sa->sa_handler != SIG_IGN;
	ignored = sa->sa_handler == SIG_IGN ||
	    (sa->sa_handler == SIG_DFL && sig_default_ignored(sig));

	ps->ps_sigact[_SIG_IDX(sig)] = sa->sa_handler;
	ps->ps_catchmask[_SIG_IDX(sig)] = sa->sa_mask;
	SIG_CANTMASK(ps->ps_catchmask[_SIG_IDX(sig)]);
	sigset_put(&ps->ps_changed, sig,
	    sa->sa_handler != SIG_DFL ||
		!SIGISEMPTY(ps->ps_catchmask[_SIG_IDX(sig)]));
	sigset_put(&ps->ps_sigcatch, sig, caught);
	sigset_put(&ps->ps_sigignore, sig, ignored);
	sigset_put(&ps->ps_sigintr, sig,
	    caught && (sa->sa_flags & SA_RESTART) == 0);
	sigset_put(&ps->ps_sigonstack, sig, (sa->sa_flags & SA_ONSTACK) != 0);
	sigset_put(&ps->ps_sigreset, sig, (sa->sa_flags & SA_RESETHAND) != 0);
	sigset_put(&ps->ps_signodefer, sig, (sa->sa_flags & SA_NODEFER) != 0);
	sigset_put(&ps->ps_siginfo, sig, (sa->sa_flags & SA_SIGINFO) != 0);
	if (sig == SIGCHLD)
		sigaction_children(p, sa);
	if (ignored)
		SIGDELSET(p->p_siglist, sig);
}

/*
 * sigaction(2).
 */
int
sys_sigaction(struct thread *td, struct sigaction_args *uap)
{
	struct proc *p = td->td_proc;
	struct sigacts *ps;
	struct sigaction new, old;
	int error, sig = uap->sig;

	if (!_SIG_VALID(sig))
		return (EINVAL);
	if (uap->act != NULL) {
		error = copyin(uap->act, &new, sizeof(new));
		if (error != 0)
			return (error);
		if (new.sa_flags & ~SA_ALL)
			return (EINVAL);
		if ((sig == SIGKILL || sig == SIGSTOP) &&
		    new.sa_handler != SIG_DFL)
			return (EINVAL);
	}
	PROC_LOCK(p);
	ps = uap->act != NULL ? sigacts_own(p) : p->p_sigacts;
	if (ps == NULL) {
		PROC_UNLOCK(p);
		return (ENOMEM);
	}
	mtx_lock(&ps->ps_mtx);
	sigaction_get(ps, sig, &old);
	if (uap->act != NULL)
		sigaction_set(p, sig, &new);
	mtx_unlock(&ps->ps_mtx);
	PROC_UNLOCK(p);
	if (uap->oact == NULL)
		return (0);
	return (copyout(&old, uap->oact, sizeof(old)));
}

/*
 * sigprocmask(2).
 */
int
sys_sigprocmask(struct thread *td, struct sigprocmask_args *uap)
{
	struct proc *p = td->td_proc;
	sigset_t set, old;
	int error = 0;

	if (uap->set != NULL) {
		error = copyin(uap->set, &set, sizeof(set));
		if (error != 0)
			return (error);
		SIG_CANTMASK(set);
	}
	PROC_LOCK(p);
	old = p->p_sigmask;
	if (uap->set != NULL) {
		switch (uap->how) {
		case SIG_BLOCK:
			SIGSETOR(p->p_sigmask, set);
			break;
		case SIG_UNBLOCK:
			SIGSETNAND(p->p_sigmask, set);
			break;
		case SIG_SETMASK:
			p->p_sigmask = set;
			break;
		default:
			error = EINVAL;
			break;
		}
		signotify(td);
	}
	PROC_UNLOCK(p);
	if (error == 0 && uap->oset != NULL)
		error = copyout(&old, uap->oset, sizeof(old));
	return (error);
}

/*
 * sigpending(2).
 */
int
sys_sigpending(struct thread *td, struct sigpending_args *uap)
{
	struct proc *p = td->td_proc;
	sigset_t pending;

	PROC_LOCK(p);
	pending = p->p_siglist;
	PROC_UNLOCK(p);
	return (copyout(&pending, uap->set, sizeof(pending)));
}

/*
 * sigsuspend(2).  The old mask comes back when a handler has returned, or
 * in sig_ast() if none was called.
 */
int
sys_sigsuspend(struct thread *td, struct sigsuspend_args *uap)
{
	struct proc *p = td->td_proc;
	sigset_t mask;
	int error;

	error = copyin(uap->sigmask, &mask, sizeof(mask));
	if (error != 0)
		return (error);
	SIG_CANTMASK(mask);
	PROC_LOCK(p);
	p->p_oldsigmask = p->p_sigmask;
	p->p_flag |= P_OLDMASK;
	p->p_sigmask = mask;
	while (error == 0)
		error = msleep(&p->p_oldsigmask, &p->p_mtx, PPAUSE | PCATCH,
		    "pause", 0);
	/* Have sig_ast() see to the mask, whatever has become of the signal. */
	mtx_lock_spin(&sched_lock);
	sched_ast(td);
	mtx_unlock_spin(&sched_lock);
	PROC_UNLOCK(p);
	/* Never restarted: the mask of the wait is gone. */
	return (EINTR);
}

/*
 * Whether an address lies in the alternate stack.
 */
bool
sigonstack(struct proc *p, u_long sp)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	return ((p->p_flag & P_ALTSTACK) &&
	    sp - (u_long)p->p_sigstk.ss_sp < p->p_sigstk.ss_size);
}

/*
 * Take over a new alternate stack.  The one in use stays.
 */
static int
sigaltstack_set(struct proc *p, const stack_t *ss, bool inuse)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (inuse)
		return (EPERM);
	if (ss->ss_flags & ~SS_DISABLE)
		return (EINVAL);
	if (ss->ss_flags & SS_DISABLE) {
		p->p_sigstk.ss_flags = SS_DISABLE;
		p->p_flag &= ~P_ALTSTACK;
		return (0);
	}
	if (ss->ss_size < MINSIGSTKSZ)
		return (ENOMEM);
	p->p_sigstk = *ss;
	p->p_flag |= P_ALTSTACK;
	return (0);
}

/*
 * sigaltstack(2).
 */
int
sys_sigaltstack(struct thread *td, struct sigaltstack_args *uap)
{
	struct proc *p = td->td_proc;
	stack_t new, old;
	bool inuse;
	int error = 0;

	if (uap->ss != NULL) {
		error = copyin(uap->ss, &new, sizeof(new));
		if (error != 0)
			return (error);
	}
	PROC_LOCK(p);
	inuse = sigonstack(p, cpu_getstack(td));
	old = p->p_sigstk;
	if ((p->p_flag & P_ALTSTACK) == 0)
		old.ss_flags = SS_DISABLE;
	else
		old.ss_flags = inuse ? SS_ONSTACK : 0;
	if (uap->ss != NULL)
		error = sigaltstack_set(p, &new, inuse);
	PROC_UNLOCK(p);
	if (error == 0 && uap->oss != NULL)
		error = copyout(&old, uap->oss, sizeof(old));
	return (error);
}

/* What kill(2) has found so far, for more than one receiver. */
struct kill_count {
	int	kc_sent;
	int	kc_denied;
};

/*
 * Send to one of many, if the caller may.  Signal 0 only asks.
 */
static void
kill_one(struct thread *td, struct proc *p, int sig, struct kill_count *kc)
{
	PROC_LOCK(p);
	if (p->p_flag & P_SYSTEM)
		goto out;
	if (p_cansignal(td, p, sig) != 0) {
		kc->kc_denied++;
		goto out;
	}
	kc->kc_sent++;
	if (sig != 0)
		psignal_from(p, sig, td->td_proc, SI_USER);
out:
	PROC_UNLOCK(p);
}

static int
kill_result(const struct kill_count *kc)
{
	if (kc->kc_sent > 0)
		return (0);
	return (kc->kc_denied > 0 ? EPERM : ESRCH);
}

/*
 * kill(-1): everybody but the kernel's processes, init and the caller.
 */
static int
kill_all(struct thread *td, int sig)
{
	struct kill_count kc = { 0, 0 };
	struct proc *p;

	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &allproc, p_list)
		if (p->p_pid > 1 && p != td->td_proc)
			kill_one(td, p, sig, &kc);
	sx_sunlock(&allproc_lock);
	sx_sunlock(&proctree_lock);
	return (kill_result(&kc));
}

/*
 * kill(0) and kill(-pgid): a process group.  Its zombies count.
 */
static int
kill_group(struct thread *td, pid_t pgid, int sig)
{
	struct kill_count kc = { 0, 0 };
	struct pgrp *pgrp;
	struct proc *p;

	sx_slock(&proctree_lock);
	if (pgid == 0) {
		pgrp = td->td_proc->p_pgrp;
		PGRP_LOCK(pgrp);
	} else
		pgrp = pgfind(pgid);
	if (pgrp != NULL) {
		LIST_FOREACH(p, &pgrp->pg_members, p_pglist)
			if (p->p_pid > 1)
				kill_one(td, p, sig, &kc);
		PGRP_UNLOCK(pgrp);
	}
	sx_sunlock(&proctree_lock);
	return (kill_result(&kc));
}

/*
 * kill(pid): one process.  A zombie takes signals, and nothing comes of
 * it.
 */
static int
kill_pid(struct thread *td, pid_t pid, int sig)
{
	int error = ESRCH;
	struct proc *p;

	sx_slock(&proctree_lock);
	p = pfind(pid);
	if (p == NULL)
		p = zpfind(pid);
	if (p != NULL) {
		error = p_cansignal(td, p, sig);
		if (error == 0 && sig != 0)
			psignal_from(p, sig, td->td_proc, SI_USER);
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	return (error);
}

/*
 * kill(2).
 */
int
sys_kill(struct thread *td, struct kill_args *uap)
{
	if (uap->signum != 0 && !_SIG_VALID(uap->signum))
		return (EINVAL);
	if (uap->pid > 0)
		return (kill_pid(td, uap->pid, uap->signum));
	if (uap->pid == -1)
		return (kill_all(td, uap->signum));
	/* No group has the number that cannot be negated. */
	if (uap->pid < -PID_MAX)
		return (ESRCH);
	return (kill_group(td, -uap->pid, uap->signum));
}

/*
 * A number without a call.
 */
int
sys_nosys(struct thread *td, struct nosys_args *uap __unused)
{
	struct proc *p = td->td_proc;

	PROC_LOCK(p);
	psignal(p, SIGSYS);
	PROC_UNLOCK(p);
	return (ENOSYS);
}
