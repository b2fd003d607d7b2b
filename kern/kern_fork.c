/*
 * How a process is made: fork(2), vfork(2) and rfork(2), all by fork1().
 *
 * fork1() has four phases:
 *
 *	decide	which flags are legal; without RFPROC no process is made
 *		and the caller itself is changed (fork_divorce);
 *	reserve	on a child that nobody else can see: everything that may
 *		fail or sleep;
 *	commit	one critical section that publishes the child; its first
 *		lines may still refuse, after that nothing fails;
 *	finish	tell who wants to know, and let the child run.
 *
 * Until commit the child is on no list and bears no id, so undoing a
 * failed fork is proc_free(), the destructor that the reaper uses too,
 * and giving back the charges.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/hook.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/sysent.h>
#include <sys/sysproto.h>
#include <sys/syslog.h>
#include <sys/ucred.h>
#include <sys/unistd.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

/* Flags that fork(2) and vfork(2) stand for. */
#define	FORK_FLAGS	(RFFDG | RFPROC)
#define	VFORK_FLAGS	(RFFDG | RFPROC | RFPPWAIT | RFMEM)

/*
 * The kernel's own: the child's caught signals go back to their defaults.
 * rfork(RFSPAWN) sets it; RFSPAWN's own bit is RFPPWAIT's.
 */
#define	RFDROPSIG	(1 << 29)

#define	FORK_KNOWN	(RFFLAGS | RFDROPSIG |				\
			 (RFTSIGMASK << RFTSIGSHIFT))

/* The parent sleeps until the child has exec'ed or exited. */
#define	VFORK_WAITS(flags) (((flags) & (RFPPWAIT | RFSTOPPED)) == RFPPWAIT)

/* The last process slots are root's, so that it can clean up. */
#define	ROOT_SLOTS	10

static int	fast_vfork = 1;
SYSCTL_INT(_kern, OID_AUTO, fast_vfork, CTLFLAG_RW | CTLFLAG_TUN,
    &fast_vfork, 0, "vfork shares the address space (0: it copies)");

/* The fork callouts, and what each is called with. */
HOOKLIST(fork_list, "at_fork");
struct fork_event {
	struct	proc *fe_parent;
	struct	proc *fe_child;
	int	fe_flags;
};

static int	fork_check_flags(int flags);
static int	fork_divorce(struct thread *td, int flags);
static int	fork_charge(struct ucred *cred, struct proc *p1);
static void	fork_uncharge(struct ucred *cred);
static int	fork_reserve(struct thread *td, struct proc *p2, int flags);
static int	fork_commit(struct proc *p1, struct proc *p2, int flags);
static void	fork_finish(struct thread *td, struct proc *p2, int flags);
static void	vfork_wait_for(struct proc *p2);

/*
 * fork(2), vfork(2), rfork(2).  fork1() leaves the results in td_retval.
 */
int
fork(struct thread *td, struct fork_args *uap __unused)
{
	return (fork1(td, FORK_FLAGS, NULL));
}

int
vfork(struct thread *td, struct vfork_args *uap __unused)
{
	return (fork1(td,
	    READ_ONCE(fast_vfork) ? VFORK_FLAGS : VFORK_FLAGS & ~RFMEM, NULL));
}

int
rfork(struct thread *td, struct rfork_args *uap)
{
	int flags = uap->flags;

	if ((u_int)flags == RFSPAWN)
		return (fork1(td, VFORK_FLAGS | RFDROPSIG, NULL));
	/* Users may not ask for what only the kernel can keep straight. */
	if (flags & (RFKERNELONLY | RFPPWAIT | RFDROPSIG))
		return (EINVAL);
	return (fork1(td, flags, NULL));
}

/*
 * Make a process, or without RFPROC change the caller, as the RF* flags of
 * sys/unistd.h say.
 *
 * With RFSTOPPED the child is left in state SIDL for the caller to set up
 * and start, and *procp points to it.  Without, the child may have come
 * and gone before fork1() returns, so there is nothing to point to: the
 * caller's td_retval has the pid.
 *
 * Returns 0 or EINVAL (flags), EAGAIN (limits), ENOMEM, or ERESTART when a
 * signal has to be seen to first.  May sleep; no locks held.
 */
int
fork1(struct thread *td, int flags, struct proc **procp)
{
	struct proc *p1 = td->td_proc, *p2;
	int error;

	/* Decide. */
	KTR_EVENT(KTR_FORK_DECIDE, flags);
	error = fork_check_flags(flags);
	if (error != 0) {
		KTR_EVENT(KTR_FORK_DONE, 0, error);
		return (error);
	}
	if ((flags & RFPROC) == 0)
		return (fork_divorce(td, flags));

	/* Reserve. */
	KTR_EVENT(KTR_FORK_RESERVE, "charge");
	error = fork_charge(td->td_ucred, p1);
	if (error != 0) {
		KTR_EVENT(KTR_FORK_DONE, 0, error);
		return (error);
	}
	KTR_EVENT(KTR_FORK_RESERVE, "process");
	p2 = proc_alloc();
	if (p2 == NULL) {
		error = ENOMEM;
		goto fail;
	}
	error = fork_reserve(td, p2, flags);
	if (error != 0)
		goto fail;

	/* Commit.  Once this has succeeded nothing fails. */
	KTR_EVENT(KTR_FORK_COMMIT, flags);
	error = fork_commit(p1, p2, flags);
	if (error != 0)
		goto fail;

	if (flags & RFSTOPPED)
		*procp = p2;
	fork_finish(td, p2, flags);
	return (0);

fail:
	proc_free(p2);
	fork_uncharge(td->td_ucred);
	KTR_EVENT(KTR_FORK_DONE, 0, error);
	return (error);
}

/*
 * Which combinations are refused.
 */
static int
fork_check_flags(int flags)
{
	/* A bit that means nothing here may mean something one day. */
	if (flags & ~FORK_KNOWN)
		return (EINVAL);
	/* The table is either copied or left behind. */
	if ((flags & (RFFDG | RFCFDG)) == (RFFDG | RFCFDG))
		return (EINVAL);
	/* An exit signal needs the flag that says there is one. */
	if ((flags & RFTSIGZMB) == 0 && RFTSIGNUM(flags) != 0)
		return (EINVAL);
	/* 0 is an exit signal too: none. */
	if (RFTSIGNUM(flags) > _SIG_MAXSIG)
		return (EINVAL);
	/* pdfork(2) ties the descriptor to the child itself. */
	if (flags & RFPROCDESC)
		return (EINVAL);
	return (0);
}

/*
 * The descriptor table that the flags ask for, or NULL without memory.  What
 * is shared can't be lent to the caller any more.
 */
static struct filedesc *
fork_files(struct thread *td, int flags)
{
	struct filedesc *fdp = td->td_proc->p_fd;

	if (flags & RFCFDG)
		return (fdinit(fdp));
	if (flags & RFFDG)
		return (fdcopy(fdp));
	fdp = fdown(td);
	return (fdp != NULL ? fdshare(fdp) : NULL);
}

/*
 * No RFPROC: part the caller from what it shares.  Without RFMEM its
 * address space becomes its own; RFCFDG gives it an empty descriptor
 * table, RFFDG a table of its own.  The table is made first, the memory
 * may fail next, and the swap comes last, so that an error leaves the
 * caller as it was.
 */
static int
fork_divorce(struct thread *td, int flags)
{
	struct filedesc *new;
	int error;

	/* What nobody shares is its own; only itself could share it. */
	if (!fd_shared(td->td_proc->p_fd))
		flags &= ~RFFDG;
	new = fork_files(td, flags);
	if (new == NULL) {
		KTR_EVENT(KTR_FORK_DONE, 0, ENOMEM);
		return (ENOMEM);
	}
	error = vm_forkproc(td, NULL, flags);
	if (error != 0) {
		KTR_EVENT(KTR_FORK_DONE, 0, error);
		fdrelease(new, td);
		return (error);
	}
	if ((flags & RFCFDG) && (data_race(td->td_proc->p_flag) & P_ADVLOCK))
		lf_exit(td->td_proc); /* all files are to be closed */
	fdreplace(td, new);
	td->td_retval[0] = 0;
	td->td_retval[1] = 0;
	KTR_EVENT(KTR_FORK_DONE, 0);
	return (0);
}

/*
 * Charge one process to the system and to the user, before the first byte
 * is allocated.  Both counts change by compare and swap, so that two forks
 * cannot both take the last slot.  EAGAIN if there is none.
 */
static int
fork_charge(struct ucred *cred, struct proc *p1)
{
	static struct timeval lasttable, lastuser;
	static int curtable, curuser;
	u_int n, limit;

	limit = imax(cred->cr_ruid == 0 ? maxproc : maxproc - ROOT_SLOTS, 0);
	do {
		n = nprocs;
		if (n >= limit) {
			if (ppsratecheck(&lasttable, &curtable, 1))
				log(LOG_ERR,
				    "maxproc limit exceeded by uid "
				    "%u; see kern.maxproc\n",
				    cred->cr_ruid);
			return (EAGAIN);
		}
	} while (!atomic_cmpset_int(&nprocs, n, n + 1));

	if (!chgproccnt(cred->cr_ruidinfo, 1,
		cred->cr_ruid == 0 ? RLIM_INFINITY :
				     lim_cur(p1, RLIMIT_NPROC))) {
		atomic_subtract_int(&nprocs, 1);
		if (ppsratecheck(&lastuser, &curuser, 1))
			log(LOG_ERR,
			    "process limit of uid %u reached by "
			    "pid %d (%s)\n",
			    cred->cr_ruid, p1->p_pid, p1->p_comm);
		return (EAGAIN);
	}
	return (0);
}

static void
fork_uncharge(struct ucred *cred)
{
	(void)chgproccnt(cred->cr_ruidinfo, -1, RLIM_INFINITY);
	atomic_subtract_int(&nprocs, 1);
}

/*
 * The signal that the child will send its parent at exit.  init knows only
 * SIGCHLD, so a child born to init has that whatever was asked for.
 */
static int
fork_sigparent(int flags)
{
	if (flags & RFNOWAIT)
		return (SIGCHLD);
	if (flags & RFTSIGZMB)
		return (RFTSIGNUM(flags));
	return (flags & RFLINUXTHPN ? SIGUSR1 : SIGCHLD);
}

/* A group of whole words, for which memset() would look at bytes. */
#define	FORK_ZERO(group) do {						\
	CTASSERT(sizeof(group) % sizeof(u_int) == 0);			\
	zero_words(&(group), sizeof(group) / sizeof(u_int));		\
} while (0)

/*
 * The child's plain fields, and the references that need no memory.  An
 * owning pointer is read and its reference taken under the one hold of
 * the parent's lock, since exec or setrlimit may replace it at any time.
 */
static void
fork_inherit(struct thread *td, struct proc *p2, int flags)
{
	struct proc *p1 = td->td_proc;
	struct thread *td2 = &p2->p_thread;

	FORK_ZERO(p2->p_zero);
	FORK_ZERO(p2->p_kse.ke_zero);
	bzero(&p2->p_ksegrp.kg_zero, sizeof(p2->p_ksegrp.kg_zero));
	FORK_ZERO(td2->td_zero);
	bzero(&td2->td_critical, sizeof(td2->td_critical));
	FORK_ZERO(p2->p_stats->p_zero);
	p2->p_stat = SIDL;
	p2->p_acflag = AFORK;
	p2->p_sigparent = fork_sigparent(flags);
	p2->p_ucred = td2->td_ucred = crhold2(td->td_ucred);
	td2->td_syscall = td->td_syscall;

	PROC_LOCK(p1);
	p2->p_copied = p1->p_copied;
	/* A trace may end before ktr_fork() can hand it down. */
	p2->p_sysent = p2->p_sysent->sv_plain;
	p2->p_stats->p_prof = p1->p_stats->p_prof;
	p2->p_flag = p1->p_flag & (P_SUGID | P_ALTSTACK);
	p2->p_limit = lim_hold(p1->p_limit);
	p2->p_args = p1->p_args;
	pargs_hold(p2->p_args);
	p2->p_textvp = p1->p_textvp;
	if (p2->p_textvp != NULL)
		vn_text_share(p2->p_textvp);
	PROC_UNLOCK(p1);

	/* Two processes cannot take signals on one piece of memory. */
	if ((flags & (RFMEM | RFPPWAIT)) == RFMEM) {
		p2->p_flag &= ~P_ALTSTACK;
		bzero(&p2->p_sigstk, sizeof(p2->p_sigstk));
		p2->p_sigstk.ss_flags = SS_DISABLE;
	}

	/* Without sched_lock: as it is at some moment now. */
	p2->p_sflag = PS_INMEM | (data_race(p1->p_sflag) & PS_PROFIL);
}

/*
 * Descriptors.  0 or ENOMEM.
 */
static int
fork_reserve_files(struct thread *td, struct proc *p2, int flags)
{
	struct filedesc *fdp = td->td_proc->p_fd;

	if (VFORK_WAITS(flags) && (flags & RFFDG) && fdlend(fdp)) {
		p2->p_fd = fdp;
		p2->p_flag |= P_FDLENT;
		return (0);
	}
	p2->p_fd = fork_files(td, flags);
	return (p2->p_fd != NULL ? 0 : ENOMEM);
}

/*
 * Signal actions.  0 or ENOMEM.
 */
static int
fork_reserve_actions(struct proc *p1, struct proc *p2, int flags)
{
	struct sigacts *ps;

	if (flags & RFSIGSHARE) {
		PROC_LOCK(p1);
		ps = sigacts_own(p1);
		PROC_UNLOCK(p1);
		p2->p_sigacts = ps != NULL ? sigacts_hold(ps) : NULL;
	} else if (VFORK_WAITS(flags) && (flags & RFDROPSIG) == 0 &&
	    !sigacts_shared(p1->p_sigacts)) {
		p2->p_sigacts = sigacts_hold(p1->p_sigacts);
		p2->p_flag |= P_SIGLENT;
	} else {
		p2->p_sigacts = sigacts_dup(p1->p_sigacts);
		if (p2->p_sigacts != NULL && (flags & RFDROPSIG))
			sig_drop_caught(p2);
	}
	return (p2->p_sigacts != NULL ? 0 : ENOMEM);
}

/*
 * Everything that needs memory.  On an error the caller undoes all of it
 * with proc_free().  0 or ENOMEM.
 */
static int
fork_reserve(struct thread *td, struct proc *p2, int flags)
{
	struct proc *p1 = td->td_proc;
	int error;

	KTR_EVENT(KTR_FORK_RESERVE, "inherit");
	fork_inherit(td, p2, flags);
	if (flags & RFPPWAIT)
		p2->p_flag |= P_PPWAIT;
	KTR_EVENT(KTR_FORK_RESERVE, "files");
	error = fork_reserve_files(td, p2, flags);
	KTR_EVENT(KTR_FORK_RESERVE, "signals");
	if (error == 0)
		error = fork_reserve_actions(p1, p2, flags);
	if (error != 0)
		return (error);

	p2->p_stats->p_start = cpu_ticks();
	KTR_EVENT(KTR_FORK_RESERVE, "memory");
	return (vm_forkproc(td, p2, flags));
}

/*
 * A signal that was sent to the parent's group just before the child
 * joins it must reach the child too.  So a fork with a signal to be acted
 * on gives way: the signal is taken at the return to user mode, and the
 * call begins again if anybody is left to make it.
 */
static bool
fork_refused(struct proc *p1)
{
	PROC_LOCK_ASSERT(p1, MA_OWNED);
	return ((p1->p_flag & P_SYSTEM) == 0 && sig_deliverable(p1));
}

static void
fork_kill(struct proc *p2)
{
	PROC_LOCK(p2);
	psignal(p2, SIGKILL);
	PROC_UNLOCK(p2);
}

/*
 * Link the child into the task group of its creator.  A leader on its way
 * out has killed, or is about to kill, every peer on the list: one that
 * comes late is killed here.
 */
static void
fork_join_peers(struct proc *p1, struct proc *p2, int flags)
{
	if ((flags & RFTHREAD) == 0) {
		p2->p_peers = NULL;
		p2->p_leader = p2;
		return;
	}
	mtx_assert(&ppeers_lock, MA_OWNED);
	p2->p_peers = p1->p_peers;
	WRITE_ONCE(p1->p_peers, p2);
	p2->p_leader = p1->p_leader;
	/* Seen a moment too late: then its walk along the list is to come. */
	if (data_race(p2->p_leader->p_flag & P_WEXIT))
		fork_kill(p2);
}

/*
 * With RFNOWAIT the child gets the parent that would be its own if its creator
 * had ended, and counts for the group's jobs if that is of the same session.
 */
static struct proc * __noinline
fork_adopter(struct proc *p1, struct proc *p2)
{
	struct proc *adopter = proc_reaped_by(p1);

	PGRP_LOCK_ASSERT(p1->p_pgrp, MA_OWNED);
	proc_set_reaper(p2, adopter);
	if (pgrp_qualified_by(p1->p_pgrp, adopter))
		p1->p_pgrp->pg_jobc++;
	return (adopter);
}

/*
 * Publish the child: id, lists, group, parent, peers, all in one critical
 * section in which nothing sleeps.  Whoever looks for the child has to wait
 * for one of the locks, so its own need not be taken, and finds it complete,
 * in state SIDL.  ERESTART or EAGAIN from the first lines.
 */
static int
fork_commit(struct proc *p1, struct proc *p2, int flags)
{
	struct pgrp *pgrp;
	struct proc *pptr;
	pid_t pid;
	int error;

	sx_xlock(&proctree_lock);
	sx_xlock(&allproc_lock);
	pgrp = p1->p_pgrp;
	if (flags & RFTHREAD)
		mtx_lock(&ppeers_lock);
	PGRP_LOCK(pgrp);
	PROC_LOCK(p1);
	error = fork_refused(p1) ? ERESTART :
				   pid_alloc((flags & RFHIGHPID) != 0, &pid);
	if (error != 0)
		goto out;

	KASSERT(!proc_uses_id(pid), ("fork: id %d is in use", pid));
	sched_fork(p1, p2);
	p2->p_pid = pid;
	LIST_INSERT_HEAD(&allproc, p2, p_list);
	LIST_INSERT_HEAD(PIDHASH(pid), p2, p_hash);

	p2->p_pgrp = pgrp;
	LIST_INSERT_HEAD(&pgrp->pg_members, p2, p_pglist);
	/* A session without a terminal has none to hand down. */
	if (pgrp->pg_session->s_ttyvp != NULL)
		p2->p_flag |= p1->p_flag & P_CONTROLT;

	p2->p_reaper = p1->p_reaper;
	pptr = p1;
	if ((flags & RFNOWAIT) && initproc != NULL)
		pptr = fork_adopter(p1, p2);
	p2->p_pptr = pptr;
	if (pptr != p1)
		PROC_LOCK(pptr);
	TAILQ_INSERT_TAIL(&pptr->p_children, p2, p_sibling);
	if (pptr != p1)
		PROC_UNLOCK(pptr);
	fork_join_peers(p1, p2, flags);
	/* For vfork_wait_for(). */
	if (VFORK_WAITS(flags))
		p2->p_lock = 1;
	KTR_EVENT(KTR_FORK_COMMITTED, pid, flags, pptr->p_pid);
out:
	PROC_UNLOCK(p1);
	PGRP_UNLOCK(pgrp);
	if (flags & RFTHREAD)
		mtx_unlock(&ppeers_lock);
	sx_xunlock(&allproc_lock);
	sx_xunlock(&proctree_lock);
	return (error);
}

/*
 * Count the fork under the call that it amounts to: pdfork as rfork, and a
 * vfork that is made to copy, too.
 */
static void
fork_count(struct proc *p1, struct proc *p2, int flags)
{
	struct vmspace *vm = p2->p_vmspace;
	u_int pages = vm->vm_dsize + vm->vm_ssize;

	if (flags == FORK_FLAGS) {
		CNT_INC(v_forks);
		CNT_ADD(v_forkpages, pages);
	} else if ((u_int)flags == VFORK_FLAGS) {
		CNT_INC(v_vforks);
		CNT_ADD(v_vforkpages, pages);
	} else if (p1 == &proc0) {
		CNT_INC(v_kthreads);
		CNT_ADD(v_kthreadpages, pages);
	} else {
		CNT_INC(v_rforks);
		CNT_ADD(v_rforkpages, pages);
	}
}

static void
fork_callout(hook_fn fn, void *arg)
{
	struct fork_event *fe = arg;

	(*(forklist_fn)fn)(fe->fe_parent, fe->fe_child, fe->fe_flags);
}

/*
 * Let the child run, unless it was asked for stopped: rather here, where the
 * caches know its memory.
 */
static void
fork_schedule(struct proc *p2, int flags)
{
	mtx_lock_spin(&sched_lock);
	p2->p_thread.td_lastcpu = PCPU_GET(cpuid);
	if ((flags & RFSTOPPED) == 0) {
		KTR_EVENT(KTR_FORK_RUNNABLE, p2->p_pid);
		p2->p_stat = SRUN;
		setrunqueue(&p2->p_thread);
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * Count, tell, and let the child run.  Once it is on a run queue it may
 * exit and be reaped before the next line is executed here, so all that is
 * needed of it is taken before.
 */
static void
fork_finish(struct thread *td, struct proc *p2, int flags)
{
	struct proc *p1 = td->td_proc;
	struct fork_event fe = { p1, p2, flags };

	fork_count(p1, p2, flags);
	KTR_FREE_PAGES();
	KTR_EVENT(KTR_FORK_CALLOUTS, p2->p_pid);
	hook_run(&fork_list, fork_callout, &fe);
	/* Who begins to watch at this moment comes after the fork. */
	if (__predict_false((data_race(p1->p_flag) & P_WATCHED) != 0))
		knote_fork(p1, p2);
	if ((flags & RFSTOPPED) == 0) {
		td->td_retval[0] = p2->p_pid;
		td->td_retval[1] = 0;
	}
	fork_schedule(p2, flags);
	if (VFORK_WAITS(flags))
		vfork_wait_for(p2);
	KTR_EVENT(KTR_FORK_DONE,
	    flags & RFSTOPPED ? p2->p_pid : td->td_retval[0]);
}

/*
 * Nobody waits for the child any more: it takes the stops again that had to
 * wait.
 */
static void
vfork_left(struct proc *p2)
{
	PROC_LOCK_ASSERT(p2, MA_OWNED);
	p2->p_flag &= ~P_PPWAIT;
	sig_take_stops(p2);
}

/*
 * The parent's half of vfork: sleep until the child has exec'ed or exited.
 * SIGKILL ends the wait, and with it the parent: the child has its own
 * reference to the memory.  Every other signal stays pending.
 *
 * The child may have got another parent in the meantime; the hold taken in
 * fork_commit() keeps it from being reaped before this is over.
 */
static void
vfork_wait_for(struct proc *p2)
{
	PROC_LOCK(p2);
	KTR_EVENT(KTR_FORK_PPWAIT, p2->p_pid);
	while (p2->p_flag & P_PPWAIT)
		if (msleep(PPWAIT_CHAN(p2), &p2->p_mtx, PWAIT | PKILL, "ppwait",
			0) != 0) {
			vfork_left(p2);
			break;
		}
	_PRELE(p2);
	PROC_UNLOCK(p2);
}

/*
 * The child's half, from exec and exit: let the parent go on.  No locks
 * held; harmless for a process that nobody waits for.
 */
void
vfork_done(struct proc *p)
{
	/* It was set by fork; a parent that is killed may take it away. */
	if ((data_race(p->p_flag) & P_PPWAIT) == 0)
		return;
	PROC_LOCK(p);
	p->p_flag &= ~P_PPWAIT;
	wakeup(PPWAIT_CHAN(p));
	PROC_UNLOCK(p);
}

/*
 * Have fn(parent, child, flags) called at each fork, after those that were
 * registered before it.  It runs in the parent, when the child is complete
 * but not yet runnable.  It may sleep, and remove itself; it cannot fail.
 *
 * Returns 0, EEXIST if fn is registered already, or ENOMEM.
 */
int
at_fork(forklist_fn fn)
{
	return (hook_add(&fork_list, (hook_fn)fn));
}

/*
 * Undo at_fork(), as hook_remove() does.  How many entries went, 0 or 1.
 */
int
rm_at_fork(forklist_fn fn)
{
	return (hook_remove(&fork_list, (hook_fn)fn));
}

int
rm_at_fork_nowait(forklist_fn fn)
{
	return (hook_remove_nowait(&fork_list, (hook_fn)fn));
}

/*
 * Where a new thread begins in C.  Its kernel stack, as cpu_fork made it:
 *
 *	top	+------------------------+
 *		| pcb			 |
 *		| trapframe		 | <- frame: the parent's registers,
 *		+------------------------+    but eax 0, edx 1, carry clear
 *		| (fork_trampoline's	 |
 *		|  three arguments)	 |
 *	esp ->	| fork_exit's frame	 |
 *
 * fork_trampoline calls fork_exit(callout, arg, frame) with the function
 * and argument that cpu_set_fork_handler left: fork_return for a user
 * child, the main function for a kernel thread, start_init for init.  When
 * this returns, the trampoline goes to user mode through the trapframe.
 *
 * On entry sched_lock is held by whoever switched to this thread; a thread
 * that has run before would give it up in mi_switch, a new one does here.
 */
void
fork_exit(void (*callout)(void *, struct trapframe *), void *arg,
    struct trapframe *frame)
{
	struct thread *td = curthread;
	struct proc *p = td->td_proc;

	sched_fork_exit(td);
	KASSERT(p->p_stat == SRUN,
	    ("fork_exit: pid %d in state %d", p->p_pid, p->p_stat));
	KTR_EVENT(KTR_FORK_TRAMPOLINE, callout);

	(*callout)(arg, frame);

	/* A kernel thread has no user mode to go to; it never changes that. */
	if (data_race(p->p_flag & P_KTHREAD)) {
		printf("Kernel thread \"%s\" (pid %d) exited prematurely.\n",
		    p->p_comm, p->p_pid);
		kthread_exit(0);
	}
	mtx_assert(&Giant, MA_NOTOWNED);
}

/*
 * A user child's first steps: what the end of a system call does.
 */
void
fork_return(struct thread *td, struct trapframe *frame)
{
	userret(td, frame, 0);
	KTR_EVENT(KTR_FORK_RETURN, td->td_syscall);
}
