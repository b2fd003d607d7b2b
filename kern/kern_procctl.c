/*
 * procctl(2), and with it reapers.
 *
 * A reaper is a process that becomes the parent of its descendants when
 * theirs ends, in init's place.  p_reaper says whose the children of a
 * process become.  A child takes it over from its parent, so who asks to be
 * a reaper has only to write itself there, and those who exist already keep
 * the one they have.  The price is paid at the end of a reaper: everybody is
 * looked at, and who had this one gets the next above it.  All of it is
 * under proctree_lock.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/procctl.h>
#include <sys/queue.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>

/*
 * Call fn(q, arg) for every process, zombies too.  proctree_lock is held.
 */
static void
reaper_foreach(void (*fn)(struct proc *, void *), void *arg)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	struct proc *q;
	u_int i;

	sx_assert(&proctree_lock, SX_LOCKED);
	sx_slock(&allproc_lock);
	for (i = 0; i < nitems(lists); i++)
		LIST_FOREACH(q, lists[i], p_list)
			fn(q, arg);
	sx_sunlock(&allproc_lock);
}

/* Whether q is one of those that r reaps, and no process of the kernel's. */
static bool
reaper_has(struct proc *r, struct proc *q)
{
	return (q != r && (data_race(q->p_flag) & P_SYSTEM) == 0 &&
	    proc_reaped_by(q) == r);
}

static void
reaper_replace(struct proc *q, void *arg)
{
	struct proc *p = arg;

	/* p itself comes last, since p_outer is needed until then. */
	if (q == p)
		return;
	if (q->p_reaper == p)
		q->p_reaper = p->p_outer;
	if (q->p_outer == p)
		q->p_outer = p->p_outer;
}

/*
 * A process is no reaper any more.
 */
void
reaper_release(struct proc *p)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	KASSERT(p->p_reaper == p, ("reaper_release: pid %d is none", p->p_pid));
	reaper_foreach(reaper_replace, p);
	p->p_reaper = p->p_outer;
	p->p_outer = NULL;
}

/*
 * PROC_REAP_ACQUIRE and PROC_REAP_RELEASE, which a process can only ask for
 * itself.  init is a reaper and stays one.
 */
static int
reap_become(struct proc *p, bool reaper)
{
	int error = 0;

	sx_xlock(&proctree_lock);
	if (reaper && (p->p_reaper == p || p == initproc)) {
		error = EBUSY;
	} else if (reaper) {
		p->p_outer = p->p_reaper;
		p->p_reaper = p;
	} else if (p->p_reaper != p) {
		error = EINVAL;
	} else {
		reaper_release(p);
	}
	sx_xunlock(&proctree_lock);
	return (error);
}

/* The reaper that a question about p means: p itself, or who reaps it. */
static struct proc *
reap_meant(struct proc *p)
{
	if (p->p_reaper == p || p == initproc)
		return (p);
	return (proc_reaped_by(p));
}

struct status_walk {
	struct	proc *reaper;
	struct	procctl_reaper_status *rs;
};

static void
reap_count(struct proc *q, void *arg)
{
	struct status_walk *w = arg;

	if (!reaper_has(w->reaper, q))
		return;
	w->rs->rs_descendants++;
	if (q->p_pptr == w->reaper) {
		w->rs->rs_children++;
		if (w->rs->rs_pid == -1)
			w->rs->rs_pid = q->p_pid;
	}
}

static int
reap_status(struct thread *td __unused, struct proc *p, void *data)
{
	struct procctl_reaper_status *rs = data;
	struct status_walk w = { reap_meant(p), rs };

	bzero(rs, sizeof(*rs));
	if (w.reaper == p)
		rs->rs_flags |= REAPER_STATUS_OWNED;
	if (w.reaper == initproc)
		rs->rs_flags |= REAPER_STATUS_REALINIT;
	rs->rs_reaper = w.reaper->p_pid;
	rs->rs_pid = -1;
	reaper_foreach(reap_count, &w);
	return (0);
}

/*
 * The child of the reaper that q descends from, or is.
 */
static pid_t
reap_subtree(struct proc *r, struct proc *q)
{
	while (q->p_pptr != r && q->p_pptr != NULL)
		q = q->p_pptr;
	return (q->p_pid);
}

struct pids_walk {
	struct	proc *reaper;
	struct	procctl_reaper_pidinfo *pi;
	u_int	n;			/* seen */
	u_int	room;
};

static void
reap_pid(struct proc *q, void *arg)
{
	struct pids_walk *w = arg;
	struct procctl_reaper_pidinfo *pi;

	if (!reaper_has(w->reaper, q) || w->n++ >= w->room)
		return;
	pi = &w->pi[w->n - 1];
	pi->pi_pid = q->p_pid;
	pi->pi_subtree = reap_subtree(w->reaper, q);
	pi->pi_flags = REAPER_PIDINFO_VALID;
	if (q->p_pptr == w->reaper)
		pi->pi_flags |= REAPER_PIDINFO_CHILD;
	if (q->p_reaper == q)
		pi->pi_flags |= REAPER_PIDINFO_REAPER;
}

/*
 * Copied out under the lock, which only keeps the tree as it is meanwhile.
 */
static int
reap_getpids(struct thread *td __unused, struct proc *p, void *data)
{
	struct procctl_reaper_pids *rp = data;
	struct pids_walk w = { reap_meant(p), NULL, 0, 0 };
	int error;

	reaper_foreach(reap_pid, &w);
	w.room = MIN(w.n, rp->rp_count);
	if (w.room == 0)
		return (0);
	w.pi = malloc(w.room * sizeof(*w.pi), M_TEMP, M_NOWAIT | M_ZERO);
	if (w.pi == NULL)
		return (ENOMEM);
	w.n = 0;
	reaper_foreach(reap_pid, &w);
	error = copyout(w.pi, rp->rp_pids, MIN(w.n, w.room) * sizeof(*w.pi));
	free(w.pi, M_TEMP);
	return (error);
}

struct kill_walk {
	struct	proc *reaper;
	struct	thread *td;
	struct	procctl_reaper_kill *rk;
};

static void
reap_kill_one(struct proc *q, void *arg)
{
	struct kill_walk *w = arg;
	struct procctl_reaper_kill *rk = w->rk;

	if (!reaper_has(w->reaper, q) ||
	    ((rk->rk_flags & REAPER_KILL_CHILDREN) && q->p_pptr != w->reaper) ||
	    ((rk->rk_flags & REAPER_KILL_SUBTREE) &&
		reap_subtree(w->reaper, q) != rk->rk_subtree))
		return;
	PROC_LOCK(q);
	if (p_cansignal(w->td, q, rk->rk_sig) == 0) {
		rk->rk_killed++;
		if (rk->rk_sig != 0)
			psignal(q, rk->rk_sig);
	} else if (rk->rk_fpid == -1)
		rk->rk_fpid = q->p_pid;
	PROC_UNLOCK(q);
}

/*
 * All in one hold of proctree_lock, which fork needs to add to the tree, and
 * a fork does not succeed with a signal pending: so none escapes SIGKILL.
 */
static int
reap_kill(struct thread *td, struct proc *p, void *data)
{
	struct procctl_reaper_kill *rk = data;
	struct kill_walk w = { reap_meant(p), td, rk };

	if (rk->rk_sig < 0 || rk->rk_sig > _SIG_MAXSIG ||
	    (rk->rk_flags & ~(REAPER_KILL_CHILDREN | REAPER_KILL_SUBTREE)) ||
	    rk->rk_flags == (REAPER_KILL_CHILDREN | REAPER_KILL_SUBTREE))
		return (EINVAL);
	rk->rk_killed = 0;
	rk->rk_fpid = -1;
	reaper_foreach(reap_kill_one, &w);
	if (rk->rk_killed > 0)
		return (0);
	return (rk->rk_fpid != -1 ? EPERM : ESRCH);
}

/* The commands about a process, by number, and their argument. */
static const struct reap_cmd {
	int	(*fn)(struct thread *, struct proc *, void *);
	size_t	in, out;		/* bytes of it */
} reap_cmds[] = {
	[PROC_REAP_STATUS] = { reap_status, 0,
	    sizeof(struct procctl_reaper_status) },
	[PROC_REAP_GETPIDS] = { reap_getpids,
	    sizeof(struct procctl_reaper_pids), 0 },
	[PROC_REAP_KILL] = { reap_kill, sizeof(struct procctl_reaper_kill),
	    sizeof(struct procctl_reaper_kill) },
};

/*
 * Carry one of them out.  While proctree_lock is held nobody is reaped.
 */
static int
reap_command(struct thread *td, const struct reap_cmd *cmd, pid_t pid,
    void *udata)
{
	union {
		struct procctl_reaper_status rs;
		struct procctl_reaper_pids rp;
		struct procctl_reaper_kill rk;
	} data;
	struct proc *p;
	int error, error2;

	error = copyin(udata, &data, cmd->in);
	if (error != 0)
		return (error);
	sx_slock(&proctree_lock);
	p = pid == 0 ? td->td_proc : pfind(pid);
	if (p == NULL) {
		sx_sunlock(&proctree_lock);
		return (ESRCH);
	}
	if (pid != 0)
		PROC_UNLOCK(p);
	error = cmd->fn(td, p, &data);
	sx_sunlock(&proctree_lock);
	/* REAP_KILL tells whom it could not kill. */
	if (error == 0 || error == EPERM) {
		error2 = copyout(&data, udata, cmd->out);
		if (error == 0)
			error = error2;
	}
	return (error);
}

/*
 * procctl(2).
 */
int
sys_procctl(struct thread *td, struct procctl_args *uap)
{
	pid_t self = td->td_proc->p_pid;

	if (uap->idtype != P_PID)
		return (EINVAL);
	switch (uap->cmd) {
	case PROC_REAP_ACQUIRE:
	case PROC_REAP_RELEASE:
		if (uap->id != 0 && (pid_t)uap->id != self)
			return (EPERM);
		if (uap->data != NULL)
			return (EINVAL);
		return (reap_become(td->td_proc,
		    uap->cmd == PROC_REAP_ACQUIRE));
	case PROC_REAP_STATUS:
	case PROC_REAP_GETPIDS:
	case PROC_REAP_KILL:
		return (reap_command(td, &reap_cmds[uap->cmd], uap->id,
		    uap->data));
	default:
		return (EINVAL);
	}
}
