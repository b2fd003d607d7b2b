/*
 * The life of vnodes, and what all file systems have in common.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <machine/atomic.h>

volatile u_int activevnodes;		/* (n) with a reference */

SYSCTL_UINT(_vfs, OID_AUTO, activevnodes, CTLFLAG_RD,
    (void *)(uintptr_t)&activevnodes, 0,
    "vnodes in use");
LEAK_COUNTER(vnodes, &activevnodes);

/*
 * Fill in a vnode that a file system has made.  It has no reference yet:
 * who looks it up takes the first one with vget().
 */
void
vnode_init(struct vnode *vp, enum vtype type, const struct vop_vector *ops,
    struct mount *mp, void *data)
{
	bzero(vp, sizeof(*vp));
	vp->v_type = type;
	vp->v_op = ops;
	vp->v_mount = mp;
	vp->v_rdev = NODEV;
	vp->v_data = data;
}

/*
 * One more reference, for who has one already: no lock needed.
 */
void
vref(struct vnode *vp)
{
	KASSERT(vp->v_usecount > 0, ("vref: vnode %p is not in use", vp));
	refcount_acquire(&vp->v_usecount);
}

/*
 * A reference to a vnode that the file system knows, maybe the first.
 */
void
vget(struct vnode *vp)
{
	GIANT_REQUIRED;
	if (atomic_fetchadd_int(&vp->v_usecount, 1) == 0)
		atomic_add_int(&activevnodes, 1);
}

/*
 * Drop a reference.  After the last one the file system may free the vnode:
 * only that takes Giant.  No locks that come after Giant may be held.
 */
void
vrele(struct vnode *vp)
{
	if (refcount_release_if_not_last(&vp->v_usecount))
		return;
	mtx_lock(&Giant);
	if (refcount_release(&vp->v_usecount)) {
		KASSERT(vp->v_writecount == 0,
		    ("vrele: vnode %p has %d writers", vp, vp->v_writecount));
		KASSERT(vp->v_textcount == 0,
		    ("vrele: vnode %p is run %u times", vp, vp->v_textcount));
		if (__predict_false(!LIST_EMPTY(&vp->v_locks)))
			lf_gone(vp);
		atomic_subtract_int(&activevnodes, 1);
		VOP_INACTIVE(vp);
	}
	mtx_unlock(&Giant);
}

/*
 * Attributes that leave everything as it is.
 */
void
vattr_null(struct vattr *vap)
{
	bzero(vap, sizeof(*vap));
	vap->va_type = VNON;
	vap->va_mode = (mode_t)VNOVAL;
	vap->va_uid = (uid_t)VNOVAL;
	vap->va_gid = (gid_t)VNOVAL;
	vap->va_size = VNOVAL;
	vap->va_atime.tv_sec = VNOVAL;
	vap->va_mtime.tv_sec = VNOVAL;
	vap->va_rdev = NODEV;
}

/*
 * May cred do accmode (VREAD, VWRITE, VEXEC) to a file with that owner
 * and mode?  0 or EACCES.  Exactly one class of bits counts: the owner's,
 * else the group's, else the others'.  The superuser may do anything, but
 * execute only what somebody may.
 */
int
vaccess(enum vtype type, mode_t mode, uid_t uid, gid_t gid, int accmode,
    const struct ucred *cred)
{
	mode_t granted;

	if (cred->cr_uid == 0) {
		if ((accmode & VEXEC) != 0 && type != VDIR &&
		    (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
			return (EACCES);
		return (0);
	}
	if (cred->cr_uid == uid)
		granted = mode;
	else if (groupmember(gid, cred))
		granted = mode << 3;
	else
		granted = mode << 6;
	return ((accmode & granted & (VREAD | VWRITE | VEXEC)) ==
		    (accmode & (VREAD | VWRITE | VEXEC)) ?
		0 :
		EACCES);
}

/*
 * The S_IFMT bits of a type of vnode.
 */
mode_t
vtype_to_mode(enum vtype type)
{
	static const mode_t modes[] = {
		[VNON] = 0,
		[VREG] = S_IFREG,
		[VDIR] = S_IFDIR,
		[VBLK] = S_IFBLK,
		[VCHR] = S_IFCHR,
		[VLNK] = S_IFLNK,
		[VSOCK] = S_IFSOCK,
		[VFIFO] = S_IFIFO,
		[VBAD] = 0,
	};

	KASSERT((u_int)type < nitems(modes), ("vnode type %d", type));
	return (modes[type]);
}

/*
 * The time that file systems write into files.
 */
void
vfs_timestamp(struct timespec *ts)
{
	struct timeval tv;

	getmicrotime(&tv);
	ts->tv_sec = tv.tv_sec;
	ts->tv_nsec = tv.tv_usec * 1000;
}
