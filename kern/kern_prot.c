/*
 * Who a process is and what it may do: ids, groups, sessions, credentials.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signal.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <machine/atomic.h>

static MALLOC_DEFINE(M_CRED, "cred", "credentials");

struct ucred	*ucred0;

/*
 * An empty credential with one reference, or NULL without memory.
 */
struct ucred *
crget(void)
{
	struct ucred *cr;

	cr = malloc(sizeof(*cr), M_CRED, M_NOWAIT | M_ZERO);
	if (cr != NULL)
		refcount_init(&cr->cr_ref, 1);
	return (cr);
}

struct ucred *
crhold(struct ucred *cr)
{
	refcount_acquire(&cr->cr_ref);
	return (cr);
}

struct ucred *
crhold2(struct ucred *cr)
{
	u_int old __unused = atomic_fetchadd_int(&cr->cr_ref, 2);

	KASSERT(old > 0, ("crhold2: nobody has it"));
	return (cr);
}

static void
cred_destroy(struct ucred *cr)
{
	uifree(cr->cr_uidinfo);
	uifree(cr->cr_ruidinfo);
	free(cr, M_CRED);
}

void
crfree(struct ucred *cr)
{
	if (cr != NULL && refcount_release(&cr->cr_ref))
		cred_destroy(cr);
}

void
crfree2(struct ucred *a, struct ucred *b)
{
	if (a != b) {
		crfree(a);
		crfree(b);
	} else if (a != NULL && atomic_fetchadd_int(&a->cr_ref, -2) == 2)
		cred_destroy(a);
}

/*
 * A private copy to be changed, or NULL without memory.
 */
struct ucred *
crdup(const struct ucred *cr)
{
	struct ucred *new;

	new = crget();
	if (new == NULL)
		return (NULL);
	*new = *cr;
	refcount_init(&new->cr_ref, 1);
	uihold(new->cr_uidinfo);
	uihold(new->cr_ruidinfo);
	return (new);
}

/*
 * proc0's credential: root in group 0.
 */
void
cred_init(void)
{
	ucred0 = crget();
	if (ucred0 == NULL)
		panic("cred_init: no memory");
	ucred0->cr_ngroups = 1;
	ucred0->cr_uidinfo = uifind(0);
	ucred0->cr_ruidinfo = uifind(0);
}

int
groupmember(gid_t gid, const struct ucred *cr)
{
	int i;

	for (i = 0; i < cr->cr_ngroups; i++)
		if (cr->cr_groups[i] == gid)
			return (1);
	return (0);
}

int
suser_cred(const struct ucred *cr)
{
	return (cr->cr_uid == 0 ? 0 : EPERM);
}

/*
 * The same of the current thread; that it was is kept for its account.
 */
int
suser(struct thread *td)
{
	u_int *acflag = &td->td_proc->p_acflag;
	int error = suser_cred(td->td_ucred);

	if (error == 0 && (READ_ONCE(*acflag) & ASU) == 0)
		atomic_set_int(acflag, ASU);
	return (error);
}

/*
 * Everybody may see everybody.
 */
int
p_cansee(struct thread *td __unused, struct proc *p __unused)
{
	return (0);
}

/*
 * A program that runs with rights which its user does not have is only
 * sent what a user must be able to send it: to end it, stop it and tell it
 * of the terminal.  Others may make it leave work half done.
 */
static bool
sig_conservative(int sig)
{
	switch (sig) {
	case 0:
	case SIGHUP:
	case SIGINT:
	case SIGKILL:
	case SIGALRM:
	case SIGTERM:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGUSR1:
	case SIGUSR2:
		return (true);
	default:
		return (false);
	}
}

/*
 * Whether td may send that signal to p, which is locked: root may, the
 * real or effective user must be p's real or saved one, and SIGCONT goes
 * anywhere in the own session, for whose sake proctree_lock is held.  0 or
 * EPERM.
 */
int
p_cansignal(struct thread *td, struct proc *p, int sig)
{
	struct ucred *cr = td->td_ucred, *target;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	sx_assert(&proctree_lock, SX_LOCKED);
	target = p->p_ucred;
	if (td->td_proc == p || cr->cr_uid == 0)
		return (0);
	if (sig == SIGCONT && p->p_session == td->td_proc->p_session)
		return (0);
	if ((p->p_flag & P_SUGID) != 0 && !sig_conservative(sig))
		return (EPERM);
	if (cr->cr_ruid == target->cr_ruid || cr->cr_uid == target->cr_ruid ||
	    cr->cr_ruid == target->cr_svuid || cr->cr_uid == target->cr_svuid)
		return (0);
	return (EPERM);
}

/*
 * Whether all of p's groups are the caller's too.
 */
static bool
groups_within(const struct ucred *cr, const struct ucred *target)
{
	int i;

	for (i = 0; i < target->cr_ngroups; i++)
		if (!groupmember(target->cr_groups[i], cr))
			return (false);
	return (groupmember(target->cr_rgid, cr) &&
	    groupmember(target->cr_svgid, cr));
}

/*
 * Whether td may look into p, which is locked, and change what it does: root
 * may, others if p has no rights that they have not, and has not had any
 * since it called exec.  0, EPERM, or EAGAIN in the middle of an exec.
 */
int
p_candebug(struct thread *td, struct proc *p)
{
	struct ucred *cr = td->td_ucred, *target;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	target = p->p_ucred;
	if (cr->cr_uid != 0 &&
	    (cr->cr_uid != target->cr_uid || cr->cr_uid != target->cr_ruid ||
		cr->cr_uid != target->cr_svuid || (p->p_flag & P_SUGID) ||
		!groups_within(cr, target)))
		return (EPERM);
	return (p->p_flag & P_INEXEC ? EAGAIN : 0);
}

int
sys_getpid(struct thread *td, struct getpid_args *uap __unused)
{
	td->td_retval[0] = td->td_proc->p_pid;
	return (0);
}

int
sys_getppid(struct thread *td, struct getppid_args *uap __unused)
{
	struct proc *p = td->td_proc;

	PROC_LOCK(p);
	td->td_retval[0] = p->p_pptr->p_pid;
	PROC_UNLOCK(p);
	return (0);
}

int
sys_getpgrp(struct thread *td, struct getpgrp_args *uap __unused)
{
	struct proc *p = td->td_proc;

	PROC_LOCK(p);
	td->td_retval[0] = p->p_pgrp->pg_id;
	PROC_UNLOCK(p);
	return (0);
}

/*
 * The process with that id, or the caller for 0, locked; NULL if none.
 */
static struct proc *
pfind_or_self(struct thread *td, pid_t pid)
{
	if (pid != 0)
		return (pfind(pid));
	PROC_LOCK(td->td_proc);
	return (td->td_proc);
}

int
sys_getpgid(struct thread *td, struct getpgid_args *uap)
{
	struct proc *p = pfind_or_self(td, uap->pid);

	if (p == NULL)
		return (ESRCH);
	td->td_retval[0] = p->p_pgrp->pg_id;
	PROC_UNLOCK(p);
	return (0);
}

int
sys_getsid(struct thread *td, struct getsid_args *uap)
{
	struct proc *p = pfind_or_self(td, uap->pid);

	if (p == NULL)
		return (ESRCH);
	td->td_retval[0] = p->p_session->s_sid;
	PROC_UNLOCK(p);
	return (0);
}

/*
 * setsid(2): EPERM for one that leads a group, or whose id names one.
 */
int
sys_setsid(struct thread *td, struct setsid_args *uap __unused)
{
	struct proc *p = td->td_proc;
	struct pgrp *other, *pgrp = pgrp_alloc();
	struct session *sess = sess_alloc();
	int error = 0;

	if (pgrp == NULL || sess == NULL) {
		pgrp_discard(pgrp, sess);
		return (ENOMEM);
	}
	sx_xlock(&proctree_lock);
	other = pgfind(p->p_pid);
	if (other != NULL) {
		PGRP_UNLOCK(other);
		error = EPERM;
	} else {
		enterpgrp(p, p->p_pid, pgrp, sess);
		td->td_retval[0] = p->p_pid;
	}
	sx_xunlock(&proctree_lock);
	if (error != 0)
		pgrp_discard(pgrp, sess);
	return (error);
}

/*
 * Whether the caller may put a process into a group: it is the caller
 * itself, or a child in the same session that has not called exec.  A
 * session leader stays where it is.
 */
static int
setpgid_target(struct thread *td, pid_t pid, struct proc **targp)
{
	struct proc *p = td->td_proc, *targ;
	int error = 0;

	sx_assert(&proctree_lock, SX_XLOCKED);
	if (pid == 0 || pid == p->p_pid) {
		targ = p;
	} else {
		targ = pfind(pid);
		if (targ == NULL)
			return (ESRCH);
		if (targ->p_pptr != p)
			error = ESRCH;
		else if (targ->p_session != p->p_session)
			error = EPERM;
		else if (targ->p_flag & P_EXEC)
			error = EACCES;
		PROC_UNLOCK(targ);
	}
	if (error == 0 && SESS_LEADER(targ))
		error = EPERM;
	*targp = targ;
	return (error);
}

/*
 * setpgid(2).
 */
int
sys_setpgid(struct thread *td, struct setpgid_args *uap)
{
	struct pgrp *new, *pgrp;
	struct proc *targ;
	pid_t pgid;
	int error;

	if (uap->pgid < 0)
		return (EINVAL);
	new = pgrp_alloc();
	if (new == NULL)
		return (ENOMEM);
	sx_xlock(&proctree_lock);
	error = setpgid_target(td, uap->pid, &targ);
	if (error != 0)
		goto out;
	pgid = uap->pgid == 0 ? targ->p_pid : uap->pgid;
	pgrp = pgfind(pgid);
	if (pgrp != NULL) {
		PGRP_UNLOCK(pgrp);
		if (pgrp->pg_session != td->td_proc->p_session)
			error = EPERM;
		else
			error = enterthispgrp(targ, pgrp);
	} else if (pgid == targ->p_pid) {
		error = enterpgrp(targ, pgid, new, NULL);
		new = NULL;
	} else
		error = EPERM;
out:
	sx_xunlock(&proctree_lock);
	pgrp_discard(new, NULL);
	return (error);
}

int
sys_getuid(struct thread *td, struct getuid_args *uap __unused)
{
	td->td_retval[0] = td->td_ucred->cr_ruid;
	return (0);
}

int
sys_geteuid(struct thread *td, struct geteuid_args *uap __unused)
{
	td->td_retval[0] = td->td_ucred->cr_uid;
	return (0);
}

int
sys_getgid(struct thread *td, struct getgid_args *uap __unused)
{
	td->td_retval[0] = td->td_ucred->cr_rgid;
	return (0);
}

int
sys_getegid(struct thread *td, struct getegid_args *uap __unused)
{
	td->td_retval[0] = td->td_ucred->cr_gid;
	return (0);
}

int
sys_issetugid(struct thread *td, struct issetugid_args *uap __unused)
{
	td->td_retval[0] = (td->td_proc->p_flag & P_SUGID) != 0;
	return (0);
}

int
sys_getgroups(struct thread *td, struct getgroups_args *uap)
{
	struct ucred *cr = td->td_ucred;

	td->td_retval[0] = cr->cr_ngroups;
	if (uap->gidsetsize == 0)
		return (0);
	if (uap->gidsetsize < (u_int)cr->cr_ngroups)
		return (EINVAL);
	return (copyout(cr->cr_groups, uap->gidset,
	    cr->cr_ngroups * sizeof(gid_t)));
}

/*
 * Put a changed credential in place of the caller's, for the process and
 * for the rest of this call.  sugid is P_SUGID or 0.
 */
static void
cred_install(struct thread *td, struct ucred *new, int sugid)
{
	struct proc *p = td->td_proc;
	struct ucred *old;

	PROC_LOCK(p);
	old = p->p_ucred;
	p->p_ucred = new;
	p->p_flag |= sugid;
	PROC_UNLOCK(p);
	crfree(old);
	old = td->td_ucred;
	td->td_ucred = crhold(new);
	crfree(old);
}

/*
 * setgroups(2).  EPERM, EINVAL, EFAULT, ENOMEM.
 */
int
sys_setgroups(struct thread *td, struct setgroups_args *uap)
{
	struct ucred *new;
	int error;

	error = suser(td);
	if (error != 0)
		return (error);
	if (uap->gidsetsize > NGROUPS)
		return (EINVAL);
	new = crdup(td->td_ucred);
	if (new == NULL)
		return (ENOMEM);
	/* The effective group id is always there. */
	new->cr_ngroups = MAX(uap->gidsetsize, 1);
	error = copyin(uap->gidset, new->cr_groups,
	    uap->gidsetsize * sizeof(gid_t));
	if (error != 0) {
		crfree(new);
		return (error);
	}
	cred_install(td, new, P_SUGID);
	return (0);
}

/* The six ids of a process: of its user and of its group. */
struct cred_ids {
	uid_t	ruid, euid, svuid;
	gid_t	rgid, egid, svgid;
};

static struct cred_ids
cred_ids(const struct ucred *cr)
{
	return ((struct cred_ids){ cr->cr_ruid, cr->cr_uid, cr->cr_svuid,
	    cr->cr_rgid, cr->cr_gid, cr->cr_svgid });
}

/*
 * Give a credential that nobody else has seen other users, and move the
 * process that will have it from one real user's count to the other's.
 * 0 or ENOMEM.
 */
static int
cred_setusers(struct ucred *new, uid_t ruid, uid_t euid)
{
	struct uidinfo *eui = uifind(euid), *rui = uifind(ruid);

	if (rui == NULL || eui == NULL) {
		uifree(rui);
		uifree(eui);
		return (ENOMEM);
	}
	if (rui != new->cr_ruidinfo) {
		(void)chgproccnt(new->cr_ruidinfo, -1, RLIM_INFINITY);
		(void)chgproccnt(rui, 1, RLIM_INFINITY);
	}
	uifree(new->cr_ruidinfo);
	uifree(new->cr_uidinfo);
	new->cr_ruidinfo = rui;
	new->cr_uidinfo = eui;
	new->cr_ruid = ruid;
	new->cr_uid = euid;
	return (0);
}

/*
 * Change the caller's ids to these, all or none.  One that changes nothing
 * costs nothing, and does not set sugid (P_SUGID or 0).  0 or ENOMEM.
 */
static int
cred_setids(struct thread *td, const struct cred_ids *ids, int sugid)
{
	struct cred_ids old = cred_ids(td->td_ucred);
	struct ucred *new;
	int error = 0;

	if (memcmp(ids, &old, sizeof(old)) == 0)
		return (0);
	new = crdup(td->td_ucred);
	if (new == NULL)
		return (ENOMEM);
	if (ids->ruid != old.ruid || ids->euid != old.euid)
		error = cred_setusers(new, ids->ruid, ids->euid);
	if (error != 0) {
		crfree(new);
		return (error);
	}
	new->cr_svuid = ids->svuid;
	new->cr_rgid = ids->rgid;
	new->cr_gid = ids->egid;
	new->cr_svgid = ids->svgid;
	cred_install(td, new, sugid);
	return (0);
}

static int
cred_setuids(struct thread *td, uid_t ruid, uid_t euid, uid_t svuid)
{
	struct cred_ids ids = cred_ids(td->td_ucred);

	ids.ruid = ruid;
	ids.euid = euid;
	ids.svuid = svuid;
	return (cred_setids(td, &ids, P_SUGID));
}

static int
cred_setgids(struct thread *td, gid_t rgid, gid_t egid, gid_t svgid)
{
	struct cred_ids ids = cred_ids(td->td_ucred);

	ids.rgid = rgid;
	ids.egid = egid;
	ids.svgid = svgid;
	return (cred_setids(td, &ids, P_SUGID));
}

/* In the calls with several ids, -1 leaves one as it is. */
static u_int
id_or(int id, u_int old)
{
	return (id == -1 ? old : (u_int)id);
}

/* Is the id one of the user ids, or the group ids, that one has? */
static bool
is_uid(const struct ucred *cr, uid_t id)
{
	return (id == cr->cr_ruid || id == cr->cr_uid || id == cr->cr_svuid);
}

static bool
is_gid(const struct ucred *cr, gid_t id)
{
	return (id == cr->cr_rgid || id == cr->cr_gid || id == cr->cr_svgid);
}

/*
 * setuid(2) as the BSDs have it: all three ids, so that a set-id program
 * that does setuid(getuid()) has no way back.  EPERM, ENOMEM, as for all
 * that follow.
 */
int
sys_setuid(struct thread *td, struct setuid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	uid_t id = uap->uid;

	if (id != cr->cr_ruid && id != cr->cr_uid && suser(td) != 0)
		return (EPERM);
	return (cred_setuids(td, id, id, id));
}

int
sys_seteuid(struct thread *td, struct seteuid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (!is_uid(cr, uap->euid) && suser(td) != 0)
		return (EPERM);
	return (cred_setuids(td, cr->cr_ruid, uap->euid, cr->cr_svuid));
}

/*
 * setreuid(2): the saved id becomes the effective one when the real id is
 * set, or the effective one is not the real one.
 */
int
sys_setreuid(struct thread *td, struct setreuid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	uid_t e = id_or(uap->euid, cr->cr_uid);
	uid_t r = id_or(uap->ruid, cr->cr_ruid);

	if ((!is_uid(cr, r) || !is_uid(cr, e)) && suser(td) != 0)
		return (EPERM);
	return (cred_setuids(td, r, e,
	    uap->ruid != -1 || e != r ? e : cr->cr_svuid));
}

int
sys_setresuid(struct thread *td, struct setresuid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	uid_t r = id_or(uap->ruid, cr->cr_ruid);
	uid_t e = id_or(uap->euid, cr->cr_uid);
	uid_t s = id_or(uap->suid, cr->cr_svuid);

	if ((!is_uid(cr, r) || !is_uid(cr, e) || !is_uid(cr, s)) &&
	    suser(td) != 0)
		return (EPERM);
	return (cred_setuids(td, r, e, s));
}

int
sys_setgid(struct thread *td, struct setgid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	gid_t id = uap->gid;

	if (id != cr->cr_rgid && id != cr->cr_gid && suser(td) != 0)
		return (EPERM);
	return (cred_setgids(td, id, id, id));
}

int
sys_setegid(struct thread *td, struct setegid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (!is_gid(cr, uap->egid) && suser(td) != 0)
		return (EPERM);
	return (cred_setgids(td, cr->cr_rgid, uap->egid, cr->cr_svgid));
}

int
sys_setregid(struct thread *td, struct setregid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	gid_t e = id_or(uap->egid, cr->cr_gid);
	gid_t r = id_or(uap->rgid, cr->cr_rgid);

	if ((!is_gid(cr, r) || !is_gid(cr, e)) && suser(td) != 0)
		return (EPERM);
	return (cred_setgids(td, r, e,
	    uap->rgid != -1 || e != r ? e : cr->cr_svgid));
}

int
sys_setresgid(struct thread *td, struct setresgid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	gid_t r = id_or(uap->rgid, cr->cr_rgid);
	gid_t e = id_or(uap->egid, cr->cr_gid);
	gid_t s = id_or(uap->sgid, cr->cr_svgid);

	if ((!is_gid(cr, r) || !is_gid(cr, e) || !is_gid(cr, s)) &&
	    suser(td) != 0)
		return (EPERM);
	return (cred_setgids(td, r, e, s));
}

/* Three ids to where the caller wants them; NULL is nowhere. */
static int
copyout_ids(const u_int ids[3], u_int *const to[3])
{
	int error = 0, i;

	for (i = 0; i < 3 && error == 0; i++)
		if (to[i] != NULL)
			error = copyout(&ids[i], to[i], sizeof(ids[i]));
	return (error);
}

int
sys_getresuid(struct thread *td, struct getresuid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	return (copyout_ids((u_int[]){ cr->cr_ruid, cr->cr_uid, cr->cr_svuid },
	    (u_int *[]){ uap->ruid, uap->euid, uap->suid }));
}

int
sys_getresgid(struct thread *td, struct getresgid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	return (copyout_ids((u_int[]){ cr->cr_rgid, cr->cr_gid, cr->cr_svgid },
	    (u_int *[]){ uap->rgid, uap->egid, uap->sgid }));
}

/*
 * What exec does with the credentials: a set-id program (flags CRSUID and
 * CRSGID) gives its effective ids, and every exec saves the effective
 * ones; all or nothing.  The caller is curthread's process.  0 or ENOMEM.
 */
int
cred_setugid_exec(struct proc *p, uid_t uid, gid_t gid, int flags)
{
	struct thread *td = &p->p_thread;
	const struct ucred *cr = td->td_ucred;
	struct cred_ids ids;
	bool gains;
	int error;

	/* Hardly ever is there anything to do. */
	if (flags == 0 && cr->cr_svuid == cr->cr_uid &&
	    cr->cr_svgid == cr->cr_gid && (data_race(p->p_flag) & P_SUGID) == 0)
		return (0);
	ids = cred_ids(cr);
	gains = cred_exec_gains(cr, uid, gid, flags);
	if (flags & CRSUID)
		ids.euid = uid;
	if (flags & CRSGID)
		ids.egid = gid;
	ids.svuid = ids.euid;
	ids.svgid = ids.egid;
	error = cred_setids(td, &ids, gains ? P_SUGID : 0);
	if (error != 0)
		return (error);
	if (gains) {
		/* What it does is not for its user to see, but for root. */
		if ((READ_ONCE(p->p_traceflag) & KTRFAC_ROOT) == 0)
			ktrstop(p);
		return (0);
	}
	/* A program with no more than its user's rights is not tainted. */
	if ((data_race(p->p_flag) & P_SUGID) != 0 && ids.euid == ids.ruid &&
	    ids.egid == ids.rgid) {
		PROC_LOCK(p);
		p->p_flag &= ~P_SUGID;
		PROC_UNLOCK(p);
	}
	return (0);
}

bool
cred_exec_gains(const struct ucred *cr, uid_t uid, gid_t gid, int flags)
{
	return (((flags & CRSUID) != 0 && uid != cr->cr_uid) ||
	    ((flags & CRSGID) != 0 && gid != cr->cr_gid));
}

/*
 * getlogin(2): the name of who has logged in, of the caller's session; at
 * most MAXLOGNAME bytes.  EFAULT.
 */
int
sys_getlogin(struct thread *td, struct getlogin_args *uap)
{
	char login[MAXLOGNAME];
	struct proc *p = td->td_proc;
	struct session *s;

	PROC_LOCK(p);
	s = p->p_session;
	SESS_LOCK(s);
	memcpy(login, s->s_login, sizeof(login));
	SESS_UNLOCK(s);
	PROC_UNLOCK(p);
	return (copyout(login, uap->namebuf, MIN(uap->namelen, sizeof(login))));
}

/*
 * setlogin(2).  EPERM, EFAULT, EINVAL for one that is too long.
 */
int
sys_setlogin(struct thread *td, struct setlogin_args *uap)
{
	char login[MAXLOGNAME] = "";
	struct proc *p = td->td_proc;
	struct session *s;
	int error;

	error = suser(td);
	if (error == 0)
		error = copyinstr(uap->namebuf, login, sizeof(login), NULL);
	if (error != 0)
		return (error == ENAMETOOLONG ? EINVAL : error);
	PROC_LOCK(p);
	s = p->p_session;
	SESS_LOCK(s);
	memcpy(s->s_login, login, sizeof(login));
	SESS_UNLOCK(s);
	PROC_UNLOCK(p);
	return (0);
}
