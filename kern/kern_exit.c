/*
 * How a process ends: exit1(), and wait4() which collects what is left.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/hook.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/procdesc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/tty.h>
#include <sys/ucred.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <sys/wait.h>
#include <machine/atomic.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>

HOOKLIST(exit_list, "at_exit");

#define	REAP_SECONDS	10		/* between words about a held zombie */

static void	exit_callout(hook_fn fn, void *p);
static void	exit_peers(struct proc *p);
static void	unpeer_locked(struct proc *p);
static void	exit_session(struct proc *p);
static void	exit_drop(struct thread *td);
static void	exit_to_zombie(struct proc *p);
static void	exit_children(struct proc *p);
static struct proc *exit_parent(struct proc *p);
static void	exit_mark(struct proc *p, struct proc *pptr);
static void	exit_last_switch(struct thread *td) __dead2;

/*
 * _exit(2).
 */
int
sys_exit(struct thread *td, struct exit_args *uap)
{
	exit1(td, W_EXITCODE(uap->rval, 0));
}

/*
 * End the current process with that status, as wait4 reports it.  Gives
 * up all it owns but what a zombie needs, tells its parent, and switches
 * away for good.  No locks held on entry; does not return.
 */
void
exit1(struct thread *td, int status)
{
	struct proc *p = td->td_proc;
	bool leader;

	if (p == initproc)
		panic("init died: %s %d",
		    WIFSIGNALED(status) ? "signal" : "exit status",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
					  WEXITSTATUS(status));
	KTR_EVENT(KTR_EXIT, status);

	/*
	 * Nothing is delivered from here on.  The timer's handler takes the
	 * process lock, so wait for one that is running.
	 */
	PROC_LOCK(p);
	p->p_flag = (p->p_flag | P_WEXIT) & ~P_TRACED;
	p->p_xstat = status;
	SIGEMPTYSET(p->p_siglist);
	if (!SLIST_EMPTY(&p->p_sigqueue))
		ksiginfo_drop(p);
	timevalclear(&p->p_realtimer.it_interval);
	timevalclear(&p->p_realtimer.it_value);
	leader = SESS_LEADER(p);
	PROC_UNLOCK(p);
	callout_drain(&p->p_itcallout);
	exit_peers(p);

	hook_run(&exit_list, exit_callout, p);
	if (__predict_false(leader))
		exit_session(p);
	exit_drop(td);
	exit_to_zombie(p);
	exit_last_switch(td);
}

static void
exit_callout(hook_fn fn, void *p)
{
	(*(exitlist_fn)fn)(p);
}

/*
 * Have fn(p) called when a process ends, in the process itself, which has
 * P_WEXIT and its status set but still owns its files and memory.  It may
 * sleep, and remove itself; it cannot fail.
 *
 * Returns 0, EEXIST if fn is registered already, or ENOMEM.
 */
int
at_exit(exitlist_fn fn)
{
	return (hook_add(&exit_list, (hook_fn)fn));
}

/*
 * Undo at_exit(), as hook_remove() does.  How many entries went, 0 or 1.
 */
int
rm_at_exit(exitlist_fn fn)
{
	return (hook_remove(&exit_list, (hook_fn)fn));
}

int
rm_at_exit_nowait(exitlist_fn fn)
{
	return (hook_remove_nowait(&exit_list, (hook_fn)fn));
}

/*
 * Whether a process, the current one, is in no task group: nobody but itself
 * can change that.  The last of its peers may be on the way out still.
 */
static bool
proc_peerless(struct proc *p)
{
	return (data_race(p->p_leader) == p && READ_ONCE(p->p_peers) == NULL);
}

/*
 * The head of a task group takes its peers along: SIGKILL to each, then
 * wait until the list is empty.  Everybody leaves the group here.
 */
static void
exit_peers(struct proc *p)
{
	struct proc *q;

	if (proc_peerless(p))
		return;
	mtx_lock(&ppeers_lock);
	if (p->p_leader == p) {
		for (q = p->p_peers; q != NULL; q = q->p_peers) {
			PROC_LOCK(q);
			psignal(q, SIGKILL);
			PROC_UNLOCK(q);
		}
		while (p->p_peers != NULL)
			msleep(p, &ppeers_lock, PWAIT, "exit1", 0);
	}
	unpeer_locked(p);
	mtx_unlock(&ppeers_lock);
}

/*
 * Take a process that leads nobody off its leader's list.
 */
static void
unpeer_locked(struct proc *p)
{
	struct proc *leader = p->p_leader, *q;

	mtx_assert(&ppeers_lock, MA_OWNED);
	if (leader == p)
		return;
	for (q = leader; q->p_peers != p; q = q->p_peers)
		KASSERT(q->p_peers != NULL,
		    ("unpeer: pid %d is not a peer", p->p_pid));
	WRITE_ONCE(q->p_peers, p->p_peers); /* proc_peerless(q) */
	p->p_peers = NULL;
	p->p_leader = p;
	wakeup(leader);
}

/*
 * The same from exec, whose new program has nothing to do with the group.
 * A leader keeps its peers.  No locks held.
 */
void
proc_unpeer(struct proc *p)
{
	if (proc_peerless(p))
		return;
	mtx_lock(&ppeers_lock);
	unpeer_locked(p);
	mtx_unlock(&ppeers_lock);
}

/*
 * A session leader's end gives the terminal back, and hangs up the jobs
 * that ran in its foreground.  Nobody but a process itself makes it one, and
 * nobody moves it to another group.
 */
static void
exit_session(struct proc *p)
{
	mtx_lock(&Giant);
	tty_session_exit(p->p_session);
	mtx_unlock(&Giant);
	sx_xlock(&proctree_lock);
	SESS_LOCK(p->p_session);
	p->p_session->s_leader = NULL;
	SESS_UNLOCK(p->p_session);
	sx_xunlock(&proctree_lock);
}

/*
 * Drop what a zombie does not need: files, memory, program.  The
 * parent of a vfork may go on as soon as the memory is no longer used.
 */
static void
exit_drop(struct thread *td)
{
	struct proc *p = td->td_proc;
	struct vnode *vp;

	if (__predict_false(data_race(p->p_flag) & P_ADVLOCK))
		lf_exit(p);
	fdfree(td);
	vmspace_exit(p);
	KTR_FREE_PAGES();
	vfork_done(p);

	PROC_LOCK(p);
	vp = p->p_textvp;
	p->p_textvp = NULL;
	PROC_UNLOCK(p);
	if (vp != NULL)
		vn_text_end(vp);
}

/*
 * The signal by which a parent, which is locked, hears of the end of p, or 0:
 * what was asked for at p's birth.  The parent may have become a program with
 * more rights since, which p must not kill by that.
 */
static int
exit_signal(struct proc *p, struct proc *pptr)
{
	int sig = p->p_sigparent;

	if (__predict_true(sig == SIGCHLD) || sig == 0 ||
	    p_cansignal(&p->p_thread, pptr, sig) == 0)
		return (sig);
	return (SIGCHLD);
}

/*
 * Tell those who watch the process of its end, and who sleeps until a kernel
 * thread has ended.  What signal its parent gets: none if the process has a
 * descriptor.
 */
static int __noinline
exit_watched(struct proc *p, struct proc *pptr)
{
	if (p->p_flag & P_KTHREAD)
		wakeup(p);
	knote_exit(p);
	if (p->p_procdesc == NULL)
		return (exit_signal(p, pptr));
	procdesc_exit(p);
	return (0);
}

/*
 * Leave the group's jobs, hand the children on, and go from the living to
 * the dead.  One hold of proctree_lock covers all of it, so that nobody sees
 * a zombie with children, or a dead parent; it is the lock that most forks,
 * exits and waits of the system meet at, and ends as soon as it can.
 */
static void
exit_to_zombie(struct proc *p)
{
	struct proc *pptr;
	int sig;

	cpu_exit(&p->p_thread);
	sx_xlock(&proctree_lock);
	if (p->p_reaper == p)
		reaper_release(p);
	exit_children(p);
	job_exit(p);

	sx_xlock(&allproc_lock);
	LIST_REMOVE(p, p_list);
	LIST_INSERT_HEAD(&zombproc, p, p_list);
	LIST_REMOVE(p, p_hash);
	sx_xunlock(&allproc_lock);

	pptr = exit_parent(p);
	/* Who is told now looks only after this hold, and finds the zombie. */
	if (p->p_flag & (P_WATCHED | P_KTHREAD))
		sig = exit_watched(p, pptr);
	else
		sig = exit_signal(p, pptr);
	if (sig != 0)
		psignal_from(pptr, sig, p, CLD_EXITED);
	exit_mark(p, pptr);
	sx_xunlock(&proctree_lock);
	PROC_UNLOCK(pptr);
}

/*
 * Something has changed among the children of a process: have it look
 * again if it is in wait4().  It goes from its last look to its sleep under
 * its lock, so whoever takes the lock first comes before the one or after
 * the other, and never between.
 */
static void
wait_wakeup(struct proc *pptr)
{
	PROC_LOCK(pptr);
	wakeup(pptr);
	PROC_UNLOCK(pptr);
}

/* Whether a process, which is locked, does not mourn for its children. */
static __inline bool
exit_heartless(struct proc *p)
{
	return (p != initproc && sig_nocldwait(p));
}

/*
 * Whose business a death among the children of p is.  Who does not want to
 * know of it has them reaped by its own reaper, which may be of the same mind.
 * It is returned locked.
 */
static struct proc * __noinline
exit_mourner(struct proc *p)
{
	sx_assert(&proctree_lock, SX_LOCKED);
	PROC_LOCK(p);
	while (exit_heartless(p)) {
		PROC_UNLOCK(p);
		p = proc_reaped_by(p);
		PROC_LOCK(p);
	}
	return (p);
}

/*
 * A zombie becomes the business of that parent, or of who mourns for it, which
 * hears of the death as if it had happened now; unless the parent that it has
 * is just reaping it.  No locks but proctree_lock.  Who has got it may have
 * ceased to mourn meanwhile.
 */
void
zombie_announce(struct proc *p, struct proc *parent)
{
	struct proc *mourner;
	int sig;

	while ((mourner = exit_mourner(parent)) != p->p_pptr) {
		PROC_UNLOCK(mourner);
		if (!proc_reparent_dead(p, mourner))
			return; /* its parent has it already */
		parent = mourner;
	}
	sig = exit_signal(p, mourner);
	if (sig != 0)
		psignal_from(mourner, sig, p, CLD_EXITED);
	wakeup(mourner);
	PROC_UNLOCK(mourner);
}

/*
 * The reaper becomes the parent of every child: init, or an ancestor that
 * has asked for it, and looks whether one of them has stopped.  A zombie with
 * a descriptor is nobody's to mourn until that is closed.
 */
static void
exit_children(struct proc *p)
{
	struct proc *q, *reaper;

	sx_assert(&proctree_lock, SX_XLOCKED);
	if (TAILQ_EMPTY(&p->p_children))
		return;
	reaper = proc_reaper(p);
	while ((q = TAILQ_FIRST(&p->p_children)) != NULL) {
		if (PROC_IS_ZOMBIE(q) && q->p_procdesc == NULL) {
			zombie_announce(q, reaper);
			continue;
		}
		proc_reparent(q, reaper);
		PROC_LOCK(q);
		/* A debugger that dies takes what it debugged along. */
		if (q->p_flag & P_TRACED) {
			q->p_flag &= ~P_TRACED;
			psignal(q, SIGKILL);
		}
		PROC_UNLOCK(q);
	}
	wait_wakeup(reaper);
}

/*
 * Whose business the end of p is, locked.  If it is not its parent's, that may
 * be in wait(), and have to return ECHILD now; and who gets it may have ceased
 * to mourn meanwhile.  One that has a descriptor of the child may ask for it
 * by its id.
 */
static struct proc *
exit_parent(struct proc *p)
{
	struct proc *pptr, *mourner;

	sx_assert(&proctree_lock, SX_XLOCKED);
	for (;;) {
		pptr = p->p_pptr;
		PROC_LOCK(pptr);
		if (__predict_true(!exit_heartless(pptr)) ||
		    p->p_procdesc != NULL)
			return (pptr);
		PROC_UNLOCK(pptr);
		mourner = exit_mourner(pptr);
		PROC_UNLOCK(mourner);
		(void)proc_reparent_dead(p, mourner);
		wait_wakeup(pptr);
	}
}

/*
 * From here on p is a zombie.  It goes to the front of its parent's
 * children, where wait() finds it at once, and the parent is woken.  A lock
 * that p had to wait for now would make it look alive again.
 */
static void
exit_mark(struct proc *p, struct proc *pptr)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	PROC_LOCK_ASSERT(pptr, MA_OWNED);
	TAILQ_REMOVE(&pptr->p_children, p, p_sibling);
	TAILQ_INSERT_HEAD(&pptr->p_children, p, p_sibling);

	mtx_lock_spin(&sched_lock);
	KTR_EVENT(KTR_ZOMBIE, pptr->p_pid);
	p->p_thread.td_flags |= TDF_LEAVING;
	sched_exit(pptr, p);
	p->p_stat = SZOMB;
	wakeup_locked(pptr);
	mtx_unlock_spin(&sched_lock);
}

/*
 * The end.  The zombie may be found already, but its stack is in use for
 * some instructions more: a reaper waits for TDF_DEAD, which is set under
 * the sched_lock that the next thread to run lets go of.
 */
static void
exit_last_switch(struct thread *td)
{
	mtx_assert(&Giant, MA_NOTOWNED);
	mtx_lock_spin(&sched_lock);
	td->td_flags |= TDF_DEAD;
	mi_switch();
	panic("exit1: pid %d runs after its end", td->td_proc->p_pid);
}

/*
 * What wait4 has to tell of a child.  A zombie stays until its parent reaps
 * it; one that lived may be anywhere as soon as the parent's lock is let go.
 */
struct wait_report {
	struct proc	*wr_proc;	/* the child */
	pid_t		wr_pid;
	bool		wr_dead;	/* it was a zombie */
	int		wr_status;
};

/*
 * Whether wait4(pid, options) is about that child.  Children whose exit
 * signal is not SIGCHLD are seen with WLINUXCLONE, and only they.  The
 * parent's lock is held, and proctree_lock if pid is a group.
 */
static bool
wait_selects(struct proc *p, pid_t pid, int options)
{
	PROC_LOCK_ASSERT(p->p_pptr, MA_OWNED);
	if (pid > 0 && p->p_pid != pid)
		return (false);
	if (pid < -1) {
		sx_assert(&proctree_lock, SX_LOCKED);
		if (p->p_pgrp->pg_id != -pid)
			return (false);
	}
	return ((p->p_sigparent != SIGCHLD) == ((options & WLINUXCLONE) != 0));
}

/*
 * Whether the child has something to report.  Stops and continues are
 * reported once: marked as such when the report has been delivered.
 */
static bool
wait_reports(struct proc *p, int options, struct wait_report *wr)
{
	int flag;

	PROC_LOCK_ASSERT(p->p_pptr, MA_OWNED);
	wr->wr_proc = p;
	wr->wr_pid = p->p_pid;
	wr->wr_dead = PROC_IS_ZOMBIE(p);
	if (wr->wr_dead) {
		wr->wr_status = p->p_xstat;
		return (true);
	}
	if ((options & (WUNTRACED | WCONTINUED)) == 0)
		return (false);
	/*
	 * The lock of the parent is held, so the child's may not be taken.
	 * What is missed here comes with a wakeup under ours afterwards.
	 */
	flag = data_race(p->p_flag);
	rmb();
	if ((options & WUNTRACED) &&
	    (flag & (P_STOPPED_SIG | P_WAITED)) == P_STOPPED_SIG) {
		wr->wr_status = W_STOPCODE(data_race(p->p_xstat));
		/* If it is stopped no more, that may be what it ended with. */
		rmb();
		if (data_race(p->p_flag) & P_STOPPED_SIG)
			return (true);
	}
	if ((options & WCONTINUED) && (flag & P_CONTINUED)) {
		wr->wr_status = SIGCONT;
		return (true);
	}
	return (false);
}

/*
 * The child of that id, or NULL.  Looked for from both ends: a zombie is
 * near the first, the one born last at the other.
 */
static struct proc *
wait_child(struct proc *q, pid_t pid)
{
	struct proc *first = TAILQ_FIRST(&q->p_children);
	struct proc *last = TAILQ_LAST(&q->p_children, proc_children);

	for (; first != NULL; first = TAILQ_NEXT(first, p_sibling)) {
		if (first->p_pid == pid)
			return (first);
		if (last->p_pid == pid)
			return (last);
		if (first == last || TAILQ_NEXT(first, p_sibling) == last)
			break;
		last = TAILQ_PREV(last, proc_children, p_sibling);
	}
	return (NULL);
}

/*
 * Look for a child with something to report.  Zombies stand first among
 * the children, so that without WUNTRACED and WCONTINUED the search ends
 * at the first live child that counts.  ECHILD if none counts, EAGAIN if
 * none has anything to report.
 */
static int
wait_find(struct proc *q, pid_t pid, int options, struct wait_report *wr)
{
	struct proc *p;
	bool any = false;

	PROC_LOCK_ASSERT(q, MA_OWNED);
	if (pid > 0) {
		p = wait_child(q, pid);
		if (p == NULL || !wait_selects(p, pid, options))
			return (ECHILD);
		return (wait_reports(p, options, wr) ? 0 : EAGAIN);
	}
	TAILQ_FOREACH(p, &q->p_children, p_sibling) {
		if (!wait_selects(p, pid, options))
			continue;
		/* A child that has a descriptor is asked for by its id. */
		if (pid == -1 && data_race(p->p_procdesc) != NULL)
			continue;
		if (wait_reports(p, options, wr))
			return (0);
		any = true;
		if ((options & (WUNTRACED | WCONTINUED)) == 0)
			break;
	}
	return (any ? EAGAIN : ECHILD);
}

/*
 * The same by wait4's own pid, which may mean a group: those need
 * proctree_lock.  Returns with the lock of q held.
 */
static int
wait_look(struct proc *q, pid_t pid, int options, struct wait_report *wr)
{
	bool group = pid == 0 || pid < -1;
	int error;

	if (group)
		sx_slock(&proctree_lock);
	PROC_LOCK(q);
	if (pid == 0)
		pid = -q->p_pgrp->pg_id;
	error = wait_find(q, pid, options, wr);
	if (group)
		sx_sunlock(&proctree_lock);
	return (error);
}

/*
 * Take a zombie off all lists, so that nobody finds it any more, and free
 * its id.  It leaves its group last: who has found it by its id, and has it
 * locked, may ask for its session.  Its parent q gets what it has used.
 */
static void
reap_unlink(struct proc *q, struct proc *p)
{
	sx_xlock(&proctree_lock);
	sx_xlock(&allproc_lock);
	LIST_REMOVE(p, p_list);
	pid_free(p->p_pid, PIDK_PROC);
	sx_xunlock(&allproc_lock);
	leavepgrp(p);
	if (__predict_false(p->p_procdesc != NULL))
		procdesc_untie(p);
	PROC_LOCK(q);
	TAILQ_REMOVE(&q->p_children, p, p_sibling);
	q->p_reaping = NULL;
	sx_xunlock(&proctree_lock);
	usage_reap(q, p);
	PROC_UNLOCK(q);
}

/*
 * Whether a dying thread has left its stack.  If that was on this processor
 * it has left, or we would not run here; else ask under sched_lock, which
 * it has only given back when it had.
 */
static bool
thread_gone(const struct thread *td)
{
	bool gone;

	if (data_race(td->td_lastcpu) == PCPU_GET(cpuid) &&
	    (data_race(td->td_flags) & TDF_DEAD))
		return (true);
	mtx_lock_spin(&sched_lock);
	gone = (td->td_flags & TDF_DEAD) != 0;
	mtx_unlock_spin(&sched_lock);
	return (gone);
}

/*
 * Wait until nobody holds the process.  A hold is for the time of a call; if
 * it lasts, somebody has forgotten it, and this wait would be a hang without
 * a name.
 */
static void
reap_wait_unheld(struct proc *p)
{
	PROC_LOCK(p);
	if (p->p_lock > 0)
		p->p_flag |= P_REAPWAIT;
	while (p->p_lock > 0)
		if (msleep(&p->p_lock, &p->p_mtx, PWAIT, "reap",
			REAP_SECONDS * hz) == EWOULDBLOCK)
			printf("reap: pid %d (%s) is still held %u times\n",
			    p->p_pid, p->p_comm, p->p_lock);
	PROC_UNLOCK(p);
}

/*
 * The report of a zombie has been delivered to its parent q: give back its
 * place, and free it.
 */
static void
reap(struct proc *q, struct proc *p)
{
	KTR_EVENT(KTR_REAP, p->p_pid, p->p_xstat);
	reap_unlink(q, p);
	reap_wait_unheld(p);
	(void)chgproccnt(p->p_ucred->cr_ruidinfo, -1, RLIM_INFINITY);
	proc_free(p);
	atomic_subtract_int(&nprocs, 1);
	KTR_FREE_PAGES();
}

/*
 * The stop or continue of a child of q has been delivered: not to be told
 * again.  By now it may have ended, be stopped for another reason, or be no
 * child of q any more; then there is something else to tell.
 */
static void
wait_told(struct proc *q, const struct wait_report *wr)
{
	struct proc *p;

	sx_slock(&proctree_lock);
	TAILQ_FOREACH(p, &q->p_children, p_sibling)
		if (p == wr->wr_proc && p->p_pid == wr->wr_pid)
			break;
	if (p != NULL) {
		PROC_LOCK(p);
		if (wr->wr_status == SIGCONT)
			p->p_flag &= ~P_CONTINUED;
		else if ((p->p_flag & P_STOPPED_SIG) &&
		    wr->wr_status == (int)W_STOPCODE(p->p_xstat))
			p->p_flag |= P_WAITED;
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
}

/*
 * Copy a report out.  No locks: a zombie is q's, which has it in p_reaping.
 */
static int
wait_copyout(struct wait4_args *uap, const struct wait_report *wr)
{
	struct proc *p = wr->wr_proc;
	struct rusage ru;
	int error = 0;

	/* A few instructions of another processor; it uses time until then. */
	if (wr->wr_dead)
		while (!thread_gone(&p->p_thread))
			yield();
	if (uap->status != NULL)
		error = copyout(&wr->wr_status, uap->status,
		    sizeof(wr->wr_status));
	if (error == 0 && uap->rusage != NULL) {
		if (wr->wr_dead)
			usage_dead(p, &ru);
		else
			bzero(&ru, sizeof(ru));
		error = copyout(&ru, uap->rusage, sizeof(ru));
	}
	return (error);
}

/*
 * Deliver a report, then let the child's state go on.  A pointer that
 * faults leaves the child to be waited for again.
 */
static int
wait_deliver(struct thread *td, struct wait4_args *uap,
    struct wait_report *wr)
{
	struct proc *q = td->td_proc;
	int error;

	error = wait_copyout(uap, wr);
	if (error != 0) {
		PROC_LOCK(q);
		q->p_reaping = NULL;
		PROC_UNLOCK(q);
		return (error);
	}
	td->td_retval[0] = wr->wr_pid;
	if (wr->wr_dead)
		reap(q, wr->wr_proc);
	else
		wait_told(q, wr);
	return (0);
}

/*
 * wait4(2).
 */
int
sys_wait4(struct thread *td, struct wait4_args *uap)
{
	struct proc *q = td->td_proc;
	struct wait_report wr;
	int error;

	KTR_EVENT(KTR_WAIT, uap->pid, uap->options);
	if (uap->options & ~(WUNTRACED | WNOHANG | WCONTINUED | WLINUXCLONE))
		return (EINVAL);
	for (;;) {
		/*
		 * From the look to the sleep under our own lock, which is
		 * taken by whoever has news of a child: see wait_wakeup().
		 */
		error = wait_look(q, uap->pid, uap->options, &wr);
		if (error != EAGAIN || (uap->options & WNOHANG))
			break;
		error = msleep(q, &q->p_mtx, PWAIT | PCATCH | PDROP, "wait", 0);
		if (error != 0)
			return (error);
	}
	/* From here on nobody else gives it away: see zombie_announce(). */
	if (error == 0 && wr.wr_dead)
		q->p_reaping = wr.wr_proc;
	PROC_UNLOCK(q);
	if (error == 0)
		return (wait_deliver(td, uap, &wr));
	td->td_retval[0] = 0;
	return (error == ECHILD ? ECHILD : 0);
}
