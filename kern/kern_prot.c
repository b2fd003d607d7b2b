/*
 * Who a process is and what it may do: ids, groups, sessions, credentials.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
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

int
suser(struct thread *td)
{
	return (suser_cred(td->td_ucred));
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
 * Whether td may send that signal to p, which is locked: root may, the
 * real or effective user must be p's real or saved one, and SIGCONT goes
 * anywhere in the own session.  0 or EPERM.
 */
int
p_cansignal(struct thread *td, struct proc *p, int sig)
{
	struct ucred *cr = td->td_ucred, *target;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	target = p->p_ucred;
	if (td->td_proc == p || cr->cr_uid == 0)
		return (0);
	if (sig == SIGCONT && p->p_session == td->td_proc->p_session)
		return (0);
	if (cr->cr_ruid == target->cr_ruid || cr->cr_uid == target->cr_ruid ||
	    cr->cr_ruid == target->cr_svuid || cr->cr_uid == target->cr_svuid)
		return (0);
	return (EPERM);
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
 * for the rest of this call.
 */
static void
cred_install(struct thread *td, struct ucred *new)
{
	struct proc *p = td->td_proc;
	struct ucred *old;

	PROC_LOCK(p);
	old = p->p_ucred;
	p->p_ucred = new;
	p->p_flag |= P_SUGID;
	PROC_UNLOCK(p);
	crfree(old);
	old = td->td_ucred;
	td->td_ucred = crhold(new);
	crfree(old);
}

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
	cred_install(td, new);
	return (0);
}

/*
 * Change the user ids; -1 leaves one as it is.  The count of processes
 * moves with the real one.
 */
static int
cred_setuids(struct thread *td, uid_t ruid, uid_t euid, uid_t svuid)
{
	struct uidinfo *eui = NULL, *rui = NULL;
	struct ucred *new;

	new = crdup(td->td_ucred);
	if (new == NULL)
		return (ENOMEM);
	ruid = ruid == (uid_t)-1 ? new->cr_ruid : ruid;
	euid = euid == (uid_t)-1 ? new->cr_uid : euid;
	svuid = svuid == (uid_t)-1 ? new->cr_svuid : svuid;
	rui = uifind(ruid);
	eui = uifind(euid);
	if (rui == NULL || eui == NULL) {
		uifree(rui);
		uifree(eui);
		crfree(new);
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
	new->cr_svuid = svuid;
	cred_install(td, new);
	return (0);
}

static int
cred_setgids(struct thread *td, gid_t rgid, gid_t egid, gid_t svgid)
{
	struct ucred *new;

	new = crdup(td->td_ucred);
	if (new == NULL)
		return (ENOMEM);
	if (rgid != (gid_t)-1)
		new->cr_rgid = rgid;
	if (egid != (gid_t)-1)
		new->cr_gid = egid;
	if (svgid != (gid_t)-1)
		new->cr_svgid = svgid;
	cred_install(td, new);
	return (0);
}

/*
 * setuid(2) as the BSDs have it: all three ids, and to the real or saved
 * one only for whoever is not root.
 */
int
sys_setuid(struct thread *td, struct setuid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (uap->uid != cr->cr_ruid && uap->uid != cr->cr_svuid &&
	    suser(td) != 0)
		return (EPERM);
	if (suser(td) == 0)
		return (cred_setuids(td, uap->uid, uap->uid, uap->uid));
	return (cred_setuids(td, -1, uap->uid, -1));
}

int
sys_seteuid(struct thread *td, struct seteuid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (uap->euid != cr->cr_ruid && uap->euid != cr->cr_svuid &&
	    suser(td) != 0)
		return (EPERM);
	return (cred_setuids(td, -1, uap->euid, -1));
}

/*
 * setreuid(2): the saved id follows when the real id is set, or the
 * effective one to something else than the real.
 */
int
sys_setreuid(struct thread *td, struct setreuid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	uid_t e = uap->euid, r = uap->ruid, sv = -1;

	if (((r != (uid_t)-1 && r != cr->cr_ruid && r != cr->cr_svuid) ||
		(e != (uid_t)-1 && e != cr->cr_uid && e != cr->cr_ruid &&
		    e != cr->cr_svuid)) &&
	    suser(td) != 0)
		return (EPERM);
	if (r != (uid_t)-1 || (e != (uid_t)-1 && e != cr->cr_ruid))
		sv = e != (uid_t)-1 ? e : cr->cr_uid;
	return (cred_setuids(td, r, e, sv));
}

int
sys_setgid(struct thread *td, struct setgid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (uap->gid != cr->cr_rgid && uap->gid != cr->cr_svgid &&
	    suser(td) != 0)
		return (EPERM);
	if (suser(td) == 0)
		return (cred_setgids(td, uap->gid, uap->gid, uap->gid));
	return (cred_setgids(td, -1, uap->gid, -1));
}

int
sys_setegid(struct thread *td, struct setegid_args *uap)
{
	struct ucred *cr = td->td_ucred;

	if (uap->egid != cr->cr_rgid && uap->egid != cr->cr_svgid &&
	    suser(td) != 0)
		return (EPERM);
	return (cred_setgids(td, -1, uap->egid, -1));
}

int
sys_setregid(struct thread *td, struct setregid_args *uap)
{
	struct ucred *cr = td->td_ucred;
	gid_t e = uap->egid, r = uap->rgid, sv = -1;

	if (((r != (gid_t)-1 && r != cr->cr_rgid && r != cr->cr_svgid) ||
		(e != (gid_t)-1 && e != cr->cr_gid && e != cr->cr_rgid &&
		    e != cr->cr_svgid)) &&
	    suser(td) != 0)
		return (EPERM);
	if (r != (gid_t)-1 || (e != (gid_t)-1 && e != cr->cr_rgid))
		sv = e != (gid_t)-1 ? e : cr->cr_gid;
	return (cred_setgids(td, r, e, sv));
}

/*
 * What exec does with the credentials: a set-id program (flags CRSUID and
 * CRSGID) gives its effective ids, and every exec saves the effective
 * ones.  The caller is curthread's process.  0 or ENOMEM.
 */
int
cred_setugid_exec(struct proc *p, uid_t uid, gid_t gid, int flags)
{
	struct thread *td = &p->p_thread;
	struct ucred *cr = td->td_ucred;
	bool sugid = (p->p_flag & P_SUGID) != 0;
	int error = 0;

	uid = flags & CRSUID ? uid : cr->cr_uid;
	gid = flags & CRSGID ? gid : cr->cr_gid;
	if (gid != cr->cr_gid || gid != cr->cr_svgid)
		error = cred_setgids(td, -1, gid, gid);
	if (error == 0 && (uid != cr->cr_uid || uid != cr->cr_svuid))
		error = cred_setuids(td, -1, uid, uid);
	cr = td->td_ucred;
	PROC_LOCK(p);
	/* A program with no more than its user's rights is not tainted. */
	if (!sugid && cr->cr_uid == cr->cr_ruid && cr->cr_gid == cr->cr_rgid)
		p->p_flag &= ~P_SUGID;
	PROC_UNLOCK(p);
	return (error);
}
