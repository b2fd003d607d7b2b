/*
 * The process table: allproc, zombproc, the pid hash, process groups and
 * sessions, and the making and destroying of struct proc.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/tty.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

MALLOC_DEFINE(M_PARGS, "pargs", "process arguments");
static MALLOC_DEFINE(M_PGRP, "pgrp", "process groups");
static MALLOC_DEFINE(M_SESSION, "session", "sessions");

/* These two are taken together, or one after the other. */
struct sx	allproc_lock __leads_line(allproc);
SX_SYSINIT(allproc, &allproc_lock, "allproc");
struct sx	proctree_lock __in_line_of(allproc);
SX_SYSINIT(proctree, &proctree_lock, "proctree");
struct mtx	ppeers_lock;
MTX_SYSINIT(ppeers, &ppeers_lock, "ppeers", MTX_DEF);

struct proclist	allproc __in_line_of(allproc) =
		    LIST_HEAD_INITIALIZER(allproc);
struct proclist	zombproc __in_line_of(allproc) =
		    LIST_HEAD_INITIALIZER(zombproc);
struct proclist	*pidhashtbl __read_mostly;
u_long		pidhash __read_mostly;
struct pgrphashhead *pgrphashtbl __read_mostly;
u_long		pgrphash __read_mostly;
volatile u_int	nprocs __in_line_of(allproc) = 1; /* proc0 */
struct proc	*initproc __read_mostly;

static volatile u_int npgrps;
static volatile u_int nsessions;
LEAK_COUNTER(procs, &nprocs);
LEAK_COUNTER(pgrps, &npgrps);
LEAK_COUNTER(sessions, &nsessions);

/*
 * What the zone holds: a process and what it owns for life.
 */
struct proc_shell {
	struct proc	proc;
	struct pstats	stats;
};
static zone_t	proc_zone;

static void	pgdelete(struct pgrp *pgrp);

/*
 * Once for each shell: everything that is the same for every process that
 * will ever use it.
 */
static int
proc_ctor(void *mem)
{
	struct proc_shell *shell = mem;
	struct proc *p = &shell->proc;

	bzero(shell, sizeof(*shell));
	p->p_magic = P_MAGIC;
	p->p_thread.td_magic = TD_MAGIC;
	p->p_stats = &shell->stats;
	mtx_init(&p->p_mtx, "process lock", NULL, MTX_DEF | MTX_DUPOK);
	TAILQ_INIT(&p->p_children);
	LIST_INIT(&p->p_klist);
	callout_init_mtx(&p->p_itcallout, &p->p_mtx, 0);
	callout_init(&p->p_thread.td_slpcallout, 1);
	proc_linkup(p);
	return (0);
}

/*
 * The shells that a processor has at hand keep their kernel stacks: whoever
 * makes a process soon after one has ended finds it complete.
 */
static int
proc_take_stack(void *mem)
{
	struct thread *td = &((struct proc_shell *)mem)->proc.p_thread;

	td->td_kstack = kmem_alloc_kstack();
	if (td->td_kstack == 0)
		return (ENOMEM);
	cpu_thread_setup(td);
	return (0);
}

static void
proc_leave_stack(void *mem)
{
	struct thread *td = &((struct proc_shell *)mem)->proc.p_thread;

	kmem_free_kstack(td->td_kstack);
	td->td_kstack = 0;
}

u_int
procs_kept(void)
{
	return (zone_kept(proc_zone));
}

void
procinit(void)
{
	int n = max(maxproc / 4, 16);

	pidhashtbl = hashinit(n, M_TEMP, &pidhash);
	pgrphashtbl = hashinit(n, M_TEMP, &pgrphash);
	proc_zone = zone_create("proc", sizeof(struct proc_shell), proc_ctor,
	    NULL, 16);
	zone_at_hand(proc_zone, proc_take_stack, proc_leave_stack);
}

/*
 * Tie the structures embedded in a process to each other.
 */
void
proc_linkup(struct proc *p)
{
	struct thread *td = &p->p_thread;
	struct kse *ke = &p->p_kse;
	struct ksegrp *kg = &p->p_ksegrp;

	kg->kg_proc = p;
	ke->ke_proc = p;
	ke->ke_ksegrp = kg;
	ke->ke_thread = td;
	td->td_proc = p;
	td->td_ksegrp = kg;
	td->td_kse = ke;
	LIST_INIT(&td->td_contested);
}

/*
 * An empty process with a kernel stack, on no list and with no id; or NULL
 * if there is no memory.  May sleep.  proc_free() is its end.
 */
struct proc *
proc_alloc(void)
{
	struct proc *p;

	p = zone_alloc(proc_zone, M_NOWAIT);
	if (p == NULL)
		return (NULL);
	KASSERT(p->p_magic == P_MAGIC || p->p_magic == P_MAGIC_FREED,
	    ("proc_alloc: bad magic"));
#ifdef INVARIANTS
	p->p_magic = P_MAGIC;
#endif
	KASSERT(TAILQ_EMPTY(&p->p_children), ("proc_alloc: has children"));
	p->p_pid = NO_PID;
	p->p_stat = SIDL;
	p->p_pptr = NULL;
	p->p_pgrp = NULL;
	p->p_peers = NULL;
	p->p_leader = p;
	p->p_vmspace = NULL;
	return (p);
}

/*
 * Give back everything a process owns, and the process.  It is on no list
 * any more, or was never on one: this is how a failed fork is undone as
 * well as how a zombie ends.  What was never acquired is NULL and passed
 * over.  NULL-safe; may sleep; no locks held.
 */
void
proc_free(struct proc *p)
{
	if (p == NULL)
		return;
	KASSERT(p->p_magic == P_MAGIC, ("proc_free: bad magic"));
	KASSERT(TAILQ_EMPTY(&p->p_children), ("proc_free: has children"));
	KASSERT(p->p_lock == 0, ("proc_free: pid %d is held", p->p_pid));
	KASSERT(LIST_EMPTY(&p->p_klist) && p->p_procdesc == NULL,
	    ("proc_free: pid %d is watched", p->p_pid));
	if (p->p_fd != NULL)
		fdfree(&p->p_thread);
	sigacts_free(p->p_sigacts);
	p->p_sigacts = NULL;
	lim_free(p->p_limit);
	p->p_limit = NULL;
	pargs_drop(p->p_args);
	p->p_args = NULL;
	if (p->p_textvp != NULL)
		vn_text_end(p->p_textvp);
	p->p_textvp = NULL;
	if (p->p_vmspace != NULL) {
		vmspace_free(p->p_vmspace);
		p->p_vmspace = NULL;
	}
	crfree2(p->p_ucred, p->p_thread.td_ucred);
	p->p_ucred = NULL;
	p->p_thread.td_ucred = NULL;
#ifdef INVARIANTS
	p->p_magic = P_MAGIC_FREED;
#endif
	zone_free(proc_zone, p);
}

#ifdef INVARIANTS
void
proc_broken(const struct proc *p, const char *file, int line)
{
	if (p->p_magic == P_MAGIC_FREED)
		panic("use of a process that has been freed: struct proc %p, "
		      "last pid %d (%s), at %s:%d",
		    p, p->p_pid, p->p_comm, file, line);
	panic("%p is no process: magic %#x, at %s:%d", p, p->p_magic, file,
	    line);
}
#endif

/*
 * The live process of that id, locked, or NULL.
 */
struct proc *
pfind(pid_t pid)
{
	struct proc *p;

	sx_slock(&allproc_lock);
	LIST_FOREACH(p, PIDHASH(pid), p_hash)
		if (p->p_pid == pid) {
			PROC_LOCK(p);
			break;
		}
	sx_sunlock(&allproc_lock);
	return (p);
}

/*
 * The lowest pid of a live process that is not below that; NO_PID if there
 * is none.
 */
pid_t
pid_next(pid_t pid)
{
	struct proc *p = NULL;

	sx_slock(&allproc_lock);
	for (; p == NULL && pid < PID_MAX; pid++)
		LIST_FOREACH(p, PIDHASH(pid), p_hash)
			if (p->p_pid == pid)
				break;
	sx_sunlock(&allproc_lock);
	return (p != NULL ? pid - 1 : NO_PID);
}

/*
 * The zombie of that id, locked, or NULL.
 */
struct proc *
zpfind(pid_t pid)
{
	struct proc *p;

	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &zombproc, p_list)
		if (p->p_pid == pid) {
			PROC_LOCK(p);
			break;
		}
	sx_sunlock(&allproc_lock);
	return (p);
}

/*
 * Whether any process bears the id, or is in a group or session of that
 * id: the plain walk that the pid allocator's bitmaps are checked against.
 */
int
proc_uses_id(pid_t id)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	struct proc *p;
	u_int i;

	sx_assert(&allproc_lock, SX_LOCKED);
	for (i = 0; i < nitems(lists); i++)
		LIST_FOREACH(p, lists[i], p_list)
			if (p->p_pid == id ||
			    (p->p_pgrp != NULL &&
				(p->p_pgrp->pg_id == id ||
				    p->p_session->s_sid == id)))
				return (1);
	return (0);
}

/*
 * The process group of that id, locked, or NULL.
 */
struct pgrp *
pgfind(pid_t pgid)
{
	struct pgrp *pgrp;

	sx_assert(&proctree_lock, SX_LOCKED);
	LIST_FOREACH(pgrp, PGRPHASH(pgid), pg_hash)
		if (pgrp->pg_id == pgid) {
			PGRP_LOCK(pgrp);
			return (pgrp);
		}
	return (NULL);
}

/*
 * Whether p is the current process or one of its descendants.
 */
int
inferior(struct proc *p)
{
	sx_assert(&proctree_lock, SX_LOCKED);
	for (; p != curproc; p = p->p_pptr)
		if (p == &proc0 || p->p_pid == 0)
			return (0);
	return (1);
}

void
sess_hold(struct session *s)
{
	SESS_LOCK(s);
	s->s_count++;
	SESS_UNLOCK(s);
}

void
sess_rele(struct session *s)
{
	u_int left;

	SESS_LOCK(s);
	left = --s->s_count;
	SESS_UNLOCK(s);
	if (left > 0)
		return;
	KASSERT(s->s_ttyvp == NULL,
	    ("sess_rele: session %d has a terminal", s->s_sid));
	pid_free(s->s_sid, PIDK_SESS);
	mtx_destroy(&s->s_mtx);
	free(s, M_SESSION);
	atomic_subtract_int(&nsessions, 1);
}

static void
sess_init(struct session *s, struct proc *leader, const char *login)
{
	mtx_init(&s->s_mtx, "session", NULL, MTX_DEF);
	s->s_count = 0;
	s->s_leader = leader;
	s->s_ttyp = NULL;
	s->s_ttyvp = NULL;
	s->s_sid = leader->p_pid;
	strlcpy(s->s_login, login, sizeof(s->s_login));
	pid_busy(s->s_sid, PIDK_SESS);
	atomic_add_int(&nsessions, 1);
}

static void
pgrp_init(struct pgrp *pgrp, pid_t pgid, struct session *s)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	mtx_init(&pgrp->pg_mtx, "process group", NULL, MTX_DEF | MTX_DUPOK);
	LIST_INIT(&pgrp->pg_members);
	pgrp->pg_id = pgid;
	pgrp->pg_jobc = 0;
	pgrp->pg_session = s;
	sess_hold(s);
	LIST_INSERT_HEAD(PGRPHASH(pgid), pgrp, pg_hash);
	pid_busy(pgid, PIDK_PGRP);
	atomic_add_int(&npgrps, 1);
}

/*
 * proc0's group and session, which are not allocated.
 */
void
pgrp_init0(struct pgrp *pgrp, struct session *s, struct proc *p)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	sess_init(s, p, "root");
	pgrp_init(pgrp, p->p_pid, s);
	p->p_pgrp = pgrp;
	LIST_INSERT_HEAD(&pgrp->pg_members, p, p_pglist);
}

/*
 * The group lost a member that kept it from being orphaned, or gained one.
 * A group that becomes orphaned with stopped members gets SIGHUP and
 * SIGCONT, since nobody is left to continue them.
 */
static void
pgadjustjobc(struct pgrp *pgrp, int entering)
{
	struct proc *p;
	bool stopped = false;

	PGRP_LOCK(pgrp);
	if (entering) {
		pgrp->pg_jobc++;
		PGRP_UNLOCK(pgrp);
		return;
	}
	KASSERT(pgrp->pg_jobc > 0,
	    ("pgadjustjobc: group %d has %d jobs", pgrp->pg_id, pgrp->pg_jobc));
	if (--pgrp->pg_jobc == 0) {
		LIST_FOREACH(p, &pgrp->pg_members, p_pglist) {
			PROC_LOCK(p);
			stopped |= (p->p_flag & P_STOPPED_SIG) != 0;
			PROC_UNLOCK(p);
		}
		if (stopped)
			LIST_FOREACH(p, &pgrp->pg_members, p_pglist) {
				PROC_LOCK(p);
				psignal(p, SIGHUP);
				psignal(p, SIGCONT);
				PROC_UNLOCK(p);
			}
	}
	PGRP_UNLOCK(pgrp);
}

/*
 * Whether a parent in the one group and a child in the other keep the child's
 * from being orphaned: they are two of the same session.
 */
static bool
pgrps_related(const struct pgrp *pgrp, const struct pgrp *other)
{
	return (other != NULL && other != pgrp &&
	    other->pg_session == pgrp->pg_session);
}

/*
 * Whether a process in that group, with that parent, does so.  pg_jobc counts
 * the living members that do.  proctree_lock is held.
 */
bool
pgrp_qualified_by(const struct pgrp *pgrp, const struct proc *parent)
{
	return (pgrps_related(pgrp, parent->p_pgrp));
}

/*
 * The end of a process, whose children are gone, for the jobs of its group.
 */
void
job_exit(struct proc *p)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	if (pgrp_qualified_by(p->p_pgrp, p->p_pptr))
		pgadjustjobc(p->p_pgrp, 0);
}

/*
 * Adjust the counts for p entering or leaving pgrp: its own, and those of its
 * children's groups.
 */
static void
fixjobc(struct proc *p, struct pgrp *pgrp, int entering)
{
	struct proc *child;

	sx_assert(&proctree_lock, SX_XLOCKED);
	if (p->p_pptr != NULL && pgrp_qualified_by(pgrp, p->p_pptr))
		pgadjustjobc(pgrp, entering);
	TAILQ_FOREACH(child, &p->p_children, p_sibling)
		if (pgrps_related(pgrp, child->p_pgrp) &&
		    !PROC_IS_ZOMBIE(child))
			pgadjustjobc(child->p_pgrp, entering);
}

/*
 * Move a process from its group to another of which it is not a member.
 * The group that becomes empty ends.
 */
static void
doenterpgrp(struct proc *p, struct pgrp *pgrp)
{
	struct pgrp *old = p->p_pgrp;
	bool empty;

	sx_assert(&proctree_lock, SX_XLOCKED);
	fixjobc(p, pgrp, 1);
	fixjobc(p, old, 0);

	PGRP_LOCK(old);
	PGRP_LOCK(pgrp);
	PROC_LOCK(p);
	LIST_REMOVE(p, p_pglist);
	p->p_pgrp = pgrp;
	LIST_INSERT_HEAD(&pgrp->pg_members, p, p_pglist);
	PROC_UNLOCK(p);
	PGRP_UNLOCK(pgrp);
	empty = LIST_EMPTY(&old->pg_members);
	PGRP_UNLOCK(old);
	if (empty)
		pgdelete(old);
}

/*
 * Move p into a new group "pgid", and with "sess" into a new session of
 * which it is the leader.  The caller allocates both (M_PGRP, M_SESSION by
 * pgrp_alloc/sess_alloc) and has checked that p may move.  0.
 */
int
enterpgrp(struct proc *p, pid_t pgid, struct pgrp *pgrp, struct session *sess)
{
	char login[MAXLOGNAME];

	sx_assert(&proctree_lock, SX_XLOCKED);
	KASSERT(p->p_pid == pgid,
	    ("enterpgrp: group %d of pid %d", pgid, p->p_pid));

	if (sess != NULL) {
		SESS_LOCK(p->p_session);
		memcpy(login, p->p_session->s_login, sizeof(login));
		SESS_UNLOCK(p->p_session);
		sess_init(sess, p, login);
		PROC_LOCK(p);
		p->p_flag &= ~P_CONTROLT;
		PROC_UNLOCK(p);
		pgrp_init(pgrp, pgid, sess);
	} else
		pgrp_init(pgrp, pgid, p->p_session);
	doenterpgrp(p, pgrp);
	return (0);
}

/*
 * Move p into an existing group of its own session.  0.
 */
int
enterthispgrp(struct proc *p, struct pgrp *pgrp)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	KASSERT(pgrp->pg_session == p->p_session,
	    ("enterthispgrp: other session"));
	if (pgrp != p->p_pgrp)
		doenterpgrp(p, pgrp);
	return (0);
}

struct pgrp *
pgrp_alloc(void)
{
	return (malloc(sizeof(struct pgrp), M_PGRP, M_NOWAIT | M_ZERO));
}

struct session *
sess_alloc(void)
{
	return (malloc(sizeof(struct session), M_SESSION, M_NOWAIT | M_ZERO));
}

/* Give back what was allocated and not used.  NULL-safe. */
void
pgrp_discard(struct pgrp *pgrp, struct session *sess)
{
	if (pgrp != NULL)
		free(pgrp, M_PGRP);
	if (sess != NULL)
		free(sess, M_SESSION);
}

/*
 * The reaper's: take p out of its group, which ends with its last member.
 */
int
leavepgrp(struct proc *p)
{
	struct pgrp *pgrp = p->p_pgrp;
	bool empty;

	sx_assert(&proctree_lock, SX_XLOCKED);
	PGRP_LOCK(pgrp);
	PROC_LOCK(p);
	LIST_REMOVE(p, p_pglist);
	p->p_pgrp = NULL;
	PROC_UNLOCK(p);
	empty = LIST_EMPTY(&pgrp->pg_members);
	PGRP_UNLOCK(pgrp);
	if (empty)
		pgdelete(pgrp);
	return (0);
}

static void
pgdelete(struct pgrp *pgrp)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	KASSERT(pgrp->pg_jobc == 0,
	    ("pgdelete: group %d ends with %d jobs", pgrp->pg_id,
		pgrp->pg_jobc));
	tty_pgrp_gone(pgrp);
	LIST_REMOVE(pgrp, pg_hash);
	pid_free(pgrp->pg_id, PIDK_PGRP);
	sess_rele(pgrp->pg_session);
	mtx_destroy(&pgrp->pg_mtx);
	free(pgrp, M_PGRP);
	atomic_subtract_int(&npgrps, 1);
}

/*
 * Room for a command line of that many bytes; NULL without memory.
 */
struct pargs *
pargs_alloc(size_t len)
{
	struct pargs *pa;

	pa = malloc(sizeof(*pa) + len, M_PARGS, M_NOWAIT);
	if (pa != NULL) {
		refcount_init(&pa->ar_ref, 1);
		pa->ar_length = len;
	}
	return (pa);
}

void
pargs_hold(struct pargs *pa)
{
	if (pa != NULL)
		refcount_acquire(&pa->ar_ref);
}

void
pargs_drop(struct pargs *pa)
{
	if (pa != NULL && refcount_release(&pa->ar_ref))
		free(pa, M_PARGS);
}

/*
 * Give a child to another parent, a reaper or init, on whose list it takes
 * the place that its state asks for.  Its exit signal becomes SIGCHLD: the
 * new parent has not asked for another.  proctree_lock is held; no process's
 * lock.  It is dead, or nearly: who lives may count for its group, and goes
 * by proc_reparent().  False: its parent is about to reap it, and keeps it.
 */
bool
proc_reparent_dead(struct proc *child, struct proc *newparent)
{
	struct proc *oldparent = child->p_pptr;

	sx_assert(&proctree_lock, SX_XLOCKED);
	PROC_LOCK(child);
	PROC_LOCK(oldparent);
	if (oldparent->p_reaping == child) {
		PROC_UNLOCK(oldparent);
		PROC_UNLOCK(child);
		return (false);
	}
	TAILQ_REMOVE(&oldparent->p_children, child, p_sibling);
	PROC_UNLOCK(oldparent);
	KTR_EVENT(KTR_REPARENT, child->p_pid, newparent->p_pid);

	PROC_LOCK(newparent);
	if (PROC_IS_ZOMBIE(child))
		TAILQ_INSERT_HEAD(&newparent->p_children, child, p_sibling);
	else
		TAILQ_INSERT_TAIL(&newparent->p_children, child, p_sibling);
	child->p_pptr = newparent;
	child->p_sigparent = SIGCHLD;
	/* It may have passed a reaper that does not mourn. */
	if (child->p_reaper != child)
		proc_set_reaper(child, newparent);
	PROC_UNLOCK(newparent);
	PROC_UNLOCK(child);
	return (true);
}

/*
 * The same for any child.  The new parent may be in another session than the
 * old one, or in another group: its group gains a member that keeps it from
 * being orphaned, or loses one.
 */
void
proc_reparent(struct proc *child, struct proc *newparent)
{
	struct pgrp *pgrp = child->p_pgrp;
	bool was, is;

	if (child->p_pptr == newparent)
		return;
	was = pgrp_qualified_by(pgrp, child->p_pptr);
	is = pgrp_qualified_by(pgrp, newparent);
	if (was != is && !PROC_IS_ZOMBIE(child))
		pgadjustjobc(pgrp, is);
	if (!proc_reparent_dead(child, newparent))
		panic("proc_reparent: pid %d is being reaped", child->p_pid);
}

static int
sysctl_kern_randompid(SYSCTL_HANDLER_ARGS)
{
	int error, value = randompid;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error != 0 || req->newptr == NULL)
		return (error);
	sx_xlock(&allproc_lock);
	randompid = pid_clamp_random(value);
	sx_xunlock(&allproc_lock);
	return (0);
}
SYSCTL_PROC(_kern, OID_AUTO, randompid, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_kern_randompid, "I", "modulus of random pids, 0 for none");
SYSCTL_INT(_kern, OID_AUTO, lastpid, CTLFLAG_RD, &lastpid, 0,
    "last process id given");
SYSCTL_INT(_kern, OID_AUTO, pid_max, CTLFLAG_RDTUN, &pid_max, 0,
    "process ids are below this");
SYSCTL_UINT(_kern, OID_AUTO, nprocs, CTLFLAG_RD, __DEVOLATILE(u_int *,
    &nprocs), 0, "processes, zombies included");
