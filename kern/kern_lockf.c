/*
 * Advisory locks: fcntl(2)'s record locks and flock(2).
 *
 * The locks held on a file hang in v_locks of its vnode.  Those of one owner
 * never overlap, and neighbours of one kind are one lock.  A flock is a
 * lock on all bytes whose owner is the open file; so it is shared by all
 * descriptors that dup and fork have made of that file, and goes with the
 * last.  The owner of a record lock is the head of the caller's task group
 * (p_leader), which is the process itself unless it was made by
 * rfork(RFTHREAD): a child does not have its parent's.
 *
 * A thread that has to wait puts its request among lf_waiting and notes
 * whom it waits for.  Whenever a lock on a file goes or shrinks, all who wait
 * for that file look again, and wait for nobody until they have.  So the
 * notes are true at any time, and a deadlock is a circle among them, which
 * whoever would close it finds first.
 *
 * All is under one mutex: locks of files are few, and a circle may lead
 * through many files.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/sysproto.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <machine/atomic.h>

#define	MAXLOCKDEPTH	32		/* who waits for who waits for... */

static struct mtx lockf_mtx;
MTX_SYSINIT(lockf, &lockf_mtx, "lockf", MTX_DEF);
static struct lockflist lf_held = LIST_HEAD_INITIALIZER(lf_held); /* (l) */
static struct lockflist lf_waiting = LIST_HEAD_INITIALIZER(lf_waiting);
static volatile u_int lockfs;		/* in existence */
static int maxlocks = 4096;
static zone_t lockf_zone;

SYSCTL_UINT(_kern, OID_AUTO, locks, CTLFLAG_RD, (void *)(uintptr_t)&lockfs,
    0, "locks of files");
SYSCTL_INT(_kern, OID_AUTO, maxlocks, CTLFLAG_RW, &maxlocks, 0,
    "most locks of files");
LEAK_COUNTER(locks, &lockfs);

static void
lockf_init(void *arg)
{
	lockf_zone = zone_create("lockf", sizeof(struct lockf), NULL, NULL, 0);
}
SYSINIT(lockf_zone, SI_SUB_LOCK, SI_ORDER_ANY, lockf_init, NULL);

/*
 * A lock, not filled in; NULL if there is no memory or are too many.
 */
static struct lockf *
lf_alloc(void)
{
	struct lockf *lf;

	if (atomic_fetchadd_int(&lockfs, 1) >= (u_int)READ_ONCE(maxlocks)) {
		atomic_subtract_int(&lockfs, 1);
		return (NULL);
	}
	lf = zone_alloc(lockf_zone, M_NOWAIT);
	if (lf == NULL)
		atomic_subtract_int(&lockfs, 1);
	return (lf);
}

static void
lf_free(struct lockf *lf)
{
	if (lf == NULL)
		return;
	zone_free(lockf_zone, lf);
	atomic_subtract_int(&lockfs, 1);
}

static void
lf_link(struct lockf *lf)
{
	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_INSERT_HEAD(&lf->lf_vp->v_locks, lf, lf_link);
	LIST_INSERT_HEAD(&lf_held, lf, lf_all);
}

static void
lf_unlink(struct lockf *lf)
{
	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_REMOVE(lf, lf_link);
	LIST_REMOVE(lf, lf_all);
	lf_free(lf);
}

/*
 * A lock that keeps lf from being had, or NULL.
 */
static struct lockf *
lf_conflict(const struct lockf *lf)
{
	struct lockf *other;

	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_FOREACH(other, &lf->lf_vp->v_locks, lf_link)
		if (other->lf_owner != lf->lf_owner &&
		    other->lf_start <= lf->lf_end &&
		    lf->lf_start <= other->lf_end &&
		    (lf->lf_type == F_WRLCK || other->lf_type == F_WRLCK))
			return (other);
	return (NULL);
}

/*
 * Whether that owner waits for "me", by however many others.  Of a task
 * group several may wait.  A chain that is too long for the kernel's stack
 * is taken for a circle; "search" keeps the look short where many lead to
 * one.
 */
static bool
lf_leads_to(const void *owner, const void *me, u_int search, int depth)
{
	struct lockf *lf;

	mtx_assert(&lockf_mtx, MA_OWNED);
	if (owner == me || depth == MAXLOCKDEPTH)
		return (true);
	LIST_FOREACH(lf, &lf_waiting, lf_link)
		if (lf->lf_owner == owner && lf->lf_waitsfor != NULL &&
		    lf->lf_search != search) {
			lf->lf_search = search;
			if (lf_leads_to(lf->lf_waitsfor, me, search, depth + 1))
				return (true);
		}
	return (false);
}

/*
 * A lock on the vnode has gone, or is less than it was.
 */
static void
lf_wakeup(struct vnode *vp)
{
	struct lockf *lf;

	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_FOREACH(lf, &lf_waiting, lf_link)
		if (lf->lf_vp == vp) {
			lf->lf_waitsfor = NULL;
			wakeup(lf);
		}
}

/* Whether the lock old falls apart when what lf covers is taken out of it. */
static bool
lf_splits(const struct lockf *old, const struct lockf *lf)
{
	return (old->lf_start < lf->lf_start && old->lf_end > lf->lf_end);
}

/*
 * The owner's lock old, as far as lf covers it, is to be what lf says.
 * spare is used if old falls apart.
 */
static void
lf_carve(struct lockf *old, const struct lockf *lf, struct lockf **spare)
{
	struct lockf *rest;

	if (lf_splits(old, lf)) {
		rest = *spare;
		*spare = NULL;
		*rest = *old;
		rest->lf_start = lf->lf_end + 1;
		lf_link(rest);
		old->lf_end = lf->lf_start - 1;
	} else if (old->lf_start < lf->lf_start) {
		old->lf_end = lf->lf_start - 1;
	} else if (old->lf_end > lf->lf_end) {
		old->lf_start = lf->lf_end + 1;
	} else {
		lf_unlink(old);
	}
}

/*
 * Put lf, which conflicts with nobody's, in the place of what its owner has
 * there; F_UNLCK puts nothing there.
 */
static void
lf_apply(struct lockf *lf, struct lockf **spare)
{
	struct vnode *vp = lf->lf_vp;
	struct lockf *old, *next;

	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_FOREACH_SAFE(old, &vp->v_locks, lf_link, next) {
		if (old->lf_owner != lf->lf_owner)
			continue;
		/* neighbours, too; OFF_MAX has none behind it */
		if (old->lf_type == lf->lf_type &&
		    old->lf_start - 1 <= lf->lf_end &&
		    lf->lf_start - 1 <= old->lf_end) {
			lf->lf_start = MIN(lf->lf_start, old->lf_start);
			lf->lf_end = MAX(lf->lf_end, old->lf_end);
			lf_unlink(old);
		} else if (old->lf_start <= lf->lf_end &&
		    lf->lf_start <= old->lf_end) {
			lf_carve(old, lf, spare);
		}
	}
	if (lf->lf_type != F_UNLCK)
		lf_link(lf);
	lf_wakeup(vp);
}

/*
 * All locks of an owner on a vnode go.  Whether there were any.
 */
static bool
lf_drop(struct vnode *vp, const void *owner)
{
	struct lockf *lf, *next;
	bool any = false;

	mtx_assert(&lockf_mtx, MA_OWNED);
	LIST_FOREACH_SAFE(lf, &vp->v_locks, lf_link, next)
		if (lf->lf_owner == owner) {
			lf_unlink(lf);
			any = true;
		}
	if (any)
		lf_wakeup(vp);
	return (any);
}

/*
 * Sleep until something has changed.  EDEADLK if that would be for ever;
 * EINTR, ERESTART.
 */
static int
lf_sleep(struct lockf *lf, const struct lockf *conflict)
{
	static u_int search; /* (l) */
	int error;

	/* A flock has no process that could be found in a circle. */
	if (lf->lf_posix &&
	    lf_leads_to(conflict->lf_owner, lf->lf_owner, ++search, 0))
		return (EDEADLK);
	lf->lf_waitsfor = conflict->lf_owner;
	LIST_INSERT_HEAD(&lf_waiting, lf, lf_link);
	error = msleep(lf, &lockf_mtx, PLOCK | PCATCH, "lockf", 0);
	LIST_REMOVE(lf, lf_link);
	return (error);
}

/*
 * Give back what a lock covers.  ENOLCK if one is to fall apart, and there is
 * no room for the second part.
 */
static int
lf_unlock(struct lockf *lf)
{
	struct lockf *old, *spare = lf_alloc();
	int error = 0;

	mtx_lock(&lockf_mtx);
	LIST_FOREACH(old, &lf->lf_vp->v_locks, lf_link)
		if (spare == NULL && old->lf_owner == lf->lf_owner &&
		    lf_splits(old, lf))
			error = ENOLCK;
	if (error == 0)
		lf_apply(lf, &spare);
	mtx_unlock(&lockf_mtx);
	lf_free(spare);
	return (error);
}

/*
 * Take or change a lock; what is in *req, but for the lists, is the caller's.
 * EAGAIN if it is not free and LF_WAIT is not in flags.
 */
static int
lf_setlock(const struct lockf *req, int flags)
{
	struct lockf *conflict, *lf = lf_alloc(), *spare = lf_alloc();
	int error = 0;

	if (lf == NULL || spare == NULL) {
		lf_free(lf);
		lf_free(spare);
		return (ENOLCK);
	}
	*lf = *req;
	mtx_lock(&lockf_mtx);
	while (error == 0 && (conflict = lf_conflict(lf)) != NULL) {
		if ((flags & LF_WAIT) == 0) {
			error = EAGAIN;
			break;
		}
		/* A flock is given up to wait for one of another kind. */
		if (!lf->lf_posix && lf_drop(lf->lf_vp, lf->lf_owner))
			continue;
		error = lf_sleep(lf, conflict);
	}
	if (error == 0)
		lf_apply(lf, &spare);
	mtx_unlock(&lockf_mtx);
	if (error != 0)
		lf_free(lf);
	lf_free(spare);
	return (error);
}

/*
 * flock(2).
 */

int
lf_flock(struct file *fp, struct vnode *vp, int op)
{
	struct lockf req = { .lf_vp = vp,
		.lf_owner = fp,
		.lf_start = 0,
		.lf_end = OFF_MAX };
	int error;

	if ((data_race(vp->v_vflag) & VV_NOLOCK) != 0)
		return (EOPNOTSUPP);
	if (op & LOCK_UN) {
		lf_flock_drop(fp, vp);
		return (0);
	}
	req.lf_type = op & LOCK_EX ? F_WRLCK : F_RDLCK;
	error = lf_setlock(&req, op & LOCK_NB ? 0 : LF_WAIT);
	if (error == 0)
		atomic_set_int(&fp->f_flag, FHASLOCK);
	return (error);
}

void
lf_flock_drop(struct file *fp, struct vnode *vp)
{
	mtx_lock(&lockf_mtx);
	atomic_clear_int(&fp->f_flag, FHASLOCK);
	(void)lf_drop(vp, fp);
	mtx_unlock(&lockf_mtx);
}

int
sys_flock(struct thread *td, struct flock_args *uap)
{
	struct file *fp;
	int error;

	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if (file_vnode(fp) == NULL)
		error = EOPNOTSUPP;
	else if ((uap->how & (LOCK_UN | LOCK_EX | LOCK_SH)) == 0)
		error = EBADF;
	else
		error = lf_flock(fp, file_vnode(fp), uap->how);
	fdrop(fp, td);
	return (error);
}

/*
 * fcntl(2).
 */

/*
 * From the caller's words to first and last byte.  EINVAL, EOVERFLOW.
 */
static int
lf_range(struct file *fp, const struct flock *fl, struct lockf *lf)
{
	off_t base;
	int error;

	error = vn_position(fp, fl->l_start, fl->l_whence, &base);
	if (error != 0)
		return (error);
	if (fl->l_len < 0 && base + fl->l_len < 0)
		return (EINVAL);
	if (fl->l_len > 0 && fl->l_len - 1 > OFF_MAX - base)
		return (EOVERFLOW);
	/* a length below 0 means the bytes before */
	lf->lf_start = fl->l_len < 0 ? base + fl->l_len : base;
	lf->lf_end = fl->l_len == 0 ? OFF_MAX :
	    fl->l_len < 0	    ? base - 1 :
				      base + fl->l_len - 1;
	if (lf->lf_end < lf->lf_start)
		return (EINVAL);
	return (0);
}

/*
 * F_GETLK: what is in the way of lf; F_UNLCK if nothing is.
 */
static void
lf_getlock(const struct lockf *lf, struct flock *fl)
{
	struct lockf *other;

	mtx_lock(&lockf_mtx);
	other = lf_conflict(lf);
	if (other == NULL) {
		fl->l_type = F_UNLCK;
	} else {
		fl->l_type = other->lf_type;
		fl->l_whence = SEEK_SET;
		fl->l_start = other->lf_start;
		fl->l_len = other->lf_end == OFF_MAX ?
		    0 :
		    other->lf_end - other->lf_start + 1;
		fl->l_pid = other->lf_posix ?
		    ((const struct proc *)other->lf_owner)->p_pid :
		    -1;
	}
	mtx_unlock(&lockf_mtx);
}

/*
 * Whether the descriptor still refers to the file.
 */
static bool
lf_still_open(struct thread *td, int fd, struct file *fp)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	bool open;

	FILEDESC_LOCK(fdp);
	open = fd < fdp->fd_nfiles && fdp->fd_ofiles[fd] == fp;
	FILEDESC_UNLOCK(fdp);
	return (open);
}

/*
 * F_SETLK, F_SETLKW.  P_ADVLOCK comes first, so that whoever ends meanwhile
 * looks for the lock.
 */
static int
lf_record(struct thread *td, int fd, struct file *fp, struct lockf *lf,
    int flags)
{
	struct proc *leader = data_race(td->td_proc->p_leader);
	int error;

	if ((lf->lf_type == F_RDLCK && (fp->f_flag & FREAD) == 0) ||
	    (lf->lf_type == F_WRLCK && (fp->f_flag & FWRITE) == 0))
		return (EBADF);
	PROC_LOCK(leader);
	leader->p_flag |= P_ADVLOCK;
	PROC_UNLOCK(leader);
	if (lf->lf_type == F_UNLCK)
		return (lf_unlock(lf));
	error = lf_setlock(lf, flags);
	/* A sharer of the table may have closed it while we slept. */
	if (error == 0 && !lf_still_open(td, fd, fp))
		lf_closed(td, lf->lf_vp);
	return (error);
}

int
lf_fcntl(struct thread *td, int fd, int cmd, struct flock *fl)
{
	struct lockf req = { .lf_owner = data_race(td->td_proc->p_leader),
		.lf_posix = true,
		.lf_type = fl->l_type };
	struct file *fp;
	int error;

	GIANT_REQUIRED;
	error = fget(td, fd, &fp);
	if (error != 0)
		return (error);
	req.lf_vp = file_vnode(fp);
	if (req.lf_vp == NULL)
		error = EBADF;
	else if ((fl->l_type != F_RDLCK && fl->l_type != F_WRLCK &&
		     (fl->l_type != F_UNLCK || cmd == F_GETLK)) ||
	    (data_race(req.lf_vp->v_vflag) & VV_NOLOCK) != 0)
		error = EINVAL;
	else
		error = lf_range(fp, fl, &req);
	if (error == 0 && cmd == F_GETLK)
		lf_getlock(&req, fl);
	else if (error == 0)
		error = lf_record(td, fd, fp, &req,
		    cmd == F_SETLKW ? LF_WAIT : 0);
	fdrop(fp, td);
	return (error);
}

/*
 * Who shares a table without being of one task group has locks of his own,
 * but the descriptor that is closed was his too.  Only a process of the same
 * table can have it as p_fd, and it stays so: so no lock is needed for that.
 */
void
lf_closed(struct thread *td, struct vnode *vp)
{
	const struct filedesc *fdp = td->td_proc->p_fd;
	const struct proc *leader = data_race(td->td_proc->p_leader), *owner;
	struct lockf *lf, *next;

	mtx_lock(&lockf_mtx);
	LIST_FOREACH_SAFE(lf, &vp->v_locks, lf_link, next) {
		if (!lf->lf_posix)
			continue;
		owner = lf->lf_owner;
		if (owner == leader || data_race(owner->p_fd) == fdp) {
			lf_unlink(lf);
			lf_wakeup(vp);
		}
	}
	mtx_unlock(&lockf_mtx);
}

/*
 * A peer's own descriptors may go without its leader's locks on the files:
 * when it ends, or in an exec by which it leaves the group.
 */
void
lf_gone(struct vnode *vp)
{
	mtx_lock(&lockf_mtx);
	while (!LIST_EMPTY(&vp->v_locks))
		lf_unlink(LIST_FIRST(&vp->v_locks));
	mtx_unlock(&lockf_mtx);
}

void
lf_exit(struct proc *p)
{
	struct lockf *lf, *next;

	mtx_lock(&lockf_mtx);
	LIST_FOREACH_SAFE(lf, &lf_held, lf_all, next)
		if (lf->lf_owner == p) {
			lf_wakeup(lf->lf_vp);
			lf_unlink(lf);
		}
	mtx_unlock(&lockf_mtx);
}
