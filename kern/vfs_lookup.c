/*
 * From a path name to a vnode.
 *
 * namei() copies the path into the kernel and calls lookup(), which goes
 * through it component by component until it has found the last one, or a
 * symbolic link that is to be followed; in that case namei() puts the
 * link's text in front of what is left, and starts over from there.
 *
 * The directories on the way need search permission; the one in which a
 * name is made or removed needs write permission, and if it is sticky,
 * the name must belong to the caller.  That is checked here for all file
 * systems.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <sys/zone.h>

static zone_t	namei_zone;

static int	lookup(struct nameidata *ndp, struct vnode *dp);

static void
nameiinit(void *arg)
{
	namei_zone = zone_create("namei", MAXPATHLEN, NULL, NULL, 0);
}
SYSINIT(namei, SI_SUB_VFS, SI_ORDER_FIRST, nameiinit, NULL);

void
NDINIT(struct nameidata *ndp, u_int op, u_int flags, enum uio_seg segflg,
    const char *path, struct thread *td)
{
	*ndp = (struct nameidata){
		.ni_dirp = path,
		.ni_segflg = segflg,
		.ni_cnd = {
			.cn_nameiop = op,
			.cn_flags = flags,
			.cn_thread = td,
			.cn_cred = td->td_ucred,
		},
	};
}

void
NDFREE(struct nameidata *ndp)
{
	zone_free(namei_zone, ndp->ni_cnd.cn_pnbuf);
	ndp->ni_cnd.cn_pnbuf = NULL;
}

void
NDRELE(struct nameidata *ndp)
{
	NDFREE(ndp);
	if (ndp->ni_vp != NULL)
		vrele(ndp->ni_vp);
	if (ndp->ni_dvp != NULL)
		vrele(ndp->ni_dvp);
}

/*
 * Copy the path in.  0, EFAULT, ENAMETOOLONG, or ENOENT for an empty one.
 */
static int
namei_copyin(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	int error;

	if (ndp->ni_segflg == UIO_SYSSPACE)
		error = copystr(ndp->ni_dirp, cnp->cn_pnbuf, MAXPATHLEN, NULL);
	else
		error = copyinstr(ndp->ni_dirp, cnp->cn_pnbuf, MAXPATHLEN,
		    NULL);
	if (error == 0 && cnp->cn_pnbuf[0] == '\0')
		error = ENOENT;
	return (error);
}

/*
 * Where the path begins, with a reference, as ni_rootdir gets one; an
 * rfork'ed sharer of the table may change them at any time.
 */
static struct vnode *
namei_start(struct nameidata *ndp)
{
	struct filedesc *fdp = ndp->ni_cnd.cn_thread->td_proc->p_fd;
	struct vnode *dp, *root;

	FILEDESC_LOCK(fdp);
	dp = root = fdp->fd_rdir != NULL ? fdp->fd_rdir : rootvnode;
	if (*ndp->ni_cnd.cn_pnbuf != '/')
		dp = fdp->fd_cdir != NULL ? fdp->fd_cdir : rootvnode;
	vref(root);
	vref(dp);
	FILEDESC_UNLOCK(fdp);
	ndp->ni_rootdir = root;
	return (dp);
}

/*
 * Read the symbolic link in ni_vp and put its text in front of the rest of
 * the path.  The link's reference is dropped.
 */
static int
namei_symlink(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct vnode *vp = ndp->ni_vp;
	struct iovec iov;
	struct uio uio;
	size_t len, rest;
	char *buf;
	int error;

	ndp->ni_vp = NULL;
	buf = zone_alloc(namei_zone, M_NOWAIT);
	if (buf == NULL) {
		vrele(vp);
		return (ENOMEM);
	}
	uio_init(&uio, &iov, buf, MAXPATHLEN, 0, UIO_SYSSPACE, UIO_READ,
	    cnp->cn_thread);
	if (++ndp->ni_loopcnt > MAXSYMLINKS)
		error = ELOOP;
	else
		error = VOP_READLINK(vp, &uio);
	vrele(vp);
	len = MAXPATHLEN - uio.uio_resid;
	rest = strlen(ndp->ni_next);
	if (error == 0 && len == 0)
		error = ENOENT;
	if (error == 0 && len + rest >= MAXPATHLEN)
		error = ENAMETOOLONG;
	if (error != 0) {
		zone_free(namei_zone, buf);
		return (error);
	}
	memcpy(buf + len, ndp->ni_next, rest + 1);
	zone_free(namei_zone, cnp->cn_pnbuf);
	cnp->cn_pnbuf = buf;
	return (0);
}

/*
 * Look a path up.  On success ni_vp has a reference or, for CREATE and
 * RENAME, is NULL because the last component is missing; with WANTPARENT
 * ni_dvp has one, too.  Nothing is left behind by an error.
 */
int
namei(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct vnode *dp;
	int error;

	GIANT_REQUIRED;
	KASSERT(rootvnode != NULL, ("namei: no root"));
	cnp->cn_pnbuf = zone_alloc(namei_zone, M_NOWAIT);
	if (cnp->cn_pnbuf == NULL)
		return (ENOMEM);
	error = namei_copyin(ndp);
	if (error != 0) {
		NDFREE(ndp);
		return (error);
	}
	if (KTRPOINT(cnp->cn_thread, KTR_NAMEI))
		ktrnamei(cnp->cn_thread, cnp->cn_pnbuf);
	dp = namei_start(ndp);
	for (;;) {
		cnp->cn_nameptr = cnp->cn_pnbuf;
		error = lookup(ndp, dp);
		if (error != 0 || (cnp->cn_flags & ISSYMLINK) == 0)
			break;
		/* the link's own directory is where its text begins */
		dp = ndp->ni_dvp;
		ndp->ni_dvp = NULL;
		error = namei_symlink(ndp);
		if (error != 0) {
			vrele(dp);
			break;
		}
		if (*cnp->cn_pnbuf == '/') {
			vrele(dp);
			dp = ndp->ni_rootdir;
			vref(dp);
		}
	}
	vrele(ndp->ni_rootdir);
	if (error == 0 && (cnp->cn_flags & WANTPARENT) == 0) {
		vrele(ndp->ni_dvp);
		ndp->ni_dvp = NULL;
	}
	if (error != 0)
		NDFREE(ndp);
	return (error);
}

/*
 * Find the end of the component at cn_nameptr.  0 or ENAMETOOLONG.
 */
static int
lookup_component(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	char *cp;

	cnp->cn_flags &= ~(ISLASTCN | TRAILINGSLASH | ISDOTDOT | ISSYMLINK);
	while (*cnp->cn_nameptr == '/')
		cnp->cn_nameptr++;
	for (cp = cnp->cn_nameptr; *cp != '\0' && *cp != '/'; cp++)
		continue;
	cnp->cn_namelen = cp - cnp->cn_nameptr;
	if (cnp->cn_namelen > NAME_MAX)
		return (ENAMETOOLONG);
	ndp->ni_next = cp;
	while (*cp == '/')
		cp++;
	if (*cp == '\0') {
		cnp->cn_flags |= ISLASTCN;
		if (cp != ndp->ni_next)
			cnp->cn_flags |= TRAILINGSLASH;
	}
	if (cnp->cn_namelen == 2 && cnp->cn_nameptr[0] == '.' &&
	    cnp->cn_nameptr[1] == '.')
		cnp->cn_flags |= ISDOTDOT;
	return (0);
}

/*
 * ".." leads nowhere from the root, and from the root of a file system to
 * the parent of what it is mounted on: returns the directory to look in,
 * or NULL for the first case.  The reference moves along.
 */
static struct vnode *
lookup_dotdot(struct nameidata *ndp, struct vnode *dp)
{
	struct vnode *covered;

	while (dp != ndp->ni_rootdir && dp != rootvnode &&
	    (dp->v_vflag & VV_ROOT) != 0) {
		covered = dp->v_mount->mnt_vnodecovered;
		vref(covered);
		vrele(dp);
		dp = covered;
	}
	ndp->ni_dvp = dp;
	return (dp == ndp->ni_rootdir || dp == rootvnode ? NULL : dp);
}

/*
 * If something is mounted on the vnode, its root takes the vnode's place.
 */
static int
lookup_mounted(struct vnode **vpp)
{
	struct vnode *root;
	int error;

	while ((*vpp)->v_mountedhere != NULL) {
		error = (*vpp)
			    ->v_mountedhere->mnt_op
			    ->vfs_root((*vpp)->v_mountedhere, &root);
		if (error != 0)
			return (error);
		vrele(*vpp);
		*vpp = root;
	}
	return (0);
}

/*
 * May the last component be made in, or removed from, its directory?
 */
static int
lookup_mayalter(struct componentname *cnp, struct vnode *dvp,
    struct vnode *vp)
{
	struct ucred *cred = cnp->cn_cred;
	struct vattr dva, va;
	int error;

	if (cnp->cn_nameiop == LOOKUP ||
	    (cnp->cn_nameiop == CREATE && vp != NULL))
		return (0);
	error = VOP_ACCESS(dvp, VWRITE, cred);
	if (error != 0 || vp == NULL || cred->cr_uid == 0)
		return (error);
	error = VOP_GETATTR(dvp, &dva);
	if (error != 0 || (dva.va_mode & S_ISTXT) == 0 ||
	    dva.va_uid == cred->cr_uid)
		return (error);
	error = VOP_GETATTR(vp, &va);
	if (error == 0 && va.va_uid != cred->cr_uid)
		error = EPERM;
	return (error);
}

/*
 * One component: look it up in ni_dvp, a directory, of which the caller
 * has a reference.  On success ni_vp is what it is, or NULL if it is the
 * last one, missing, and to be made.
 */
static int
lookup_step(struct nameidata *ndp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	bool last = (cnp->cn_flags & ISLASTCN) != 0;
	struct vnode *dp;
	int error;

	ndp->ni_vp = NULL;
	if (ndp->ni_dvp->v_type != VDIR)
		return (ENOTDIR);
	error = VOP_ACCESS(ndp->ni_dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return (error);
	dp = ndp->ni_dvp;
	if (cnp->cn_flags & ISDOTDOT)
		dp = lookup_dotdot(ndp, dp);
	if (dp == NULL || cnp->cn_namelen == 0) {
		/* the root is its own parent, and what "/" names */
		vref(ndp->ni_dvp);
		ndp->ni_vp = ndp->ni_dvp;
		return (cnp->cn_namelen == 0 && cnp->cn_nameiop != LOOKUP &&
			    cnp->cn_nameiop != CREATE ?
			EBUSY :
			0);
	}
	error = VOP_LOOKUP(dp, &ndp->ni_vp, cnp);
	if (error == ENOENT && last &&
	    (cnp->cn_nameiop == CREATE || cnp->cn_nameiop == RENAME)) {
		ndp->ni_vp = NULL;
		if ((cnp->cn_flags & TRAILINGSLASH) != 0 &&
		    (cnp->cn_flags & WILLBEDIR) == 0)
			return (ENOENT);
		return (lookup_mayalter(cnp, dp, NULL));
	}
	if (error != 0)
		return (error);
	return (lookup_mounted(&ndp->ni_vp));
}

/*
 * Is the link that has been found to be followed?
 */
static bool
lookup_follows(const struct componentname *cnp, const struct vnode *vp)
{
	if (vp == NULL || vp->v_type != VLNK)
		return (false);
	return ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_flags & (FOLLOW | TRAILINGSLASH)) != 0);
}

/*
 * Go through the path at cn_nameptr from the directory dp, whose reference
 * is taken over.  On success ni_dvp and ni_vp have references (ni_vp may
 * be NULL, as namei() says), and cn_nameptr is at the last component; or
 * ISSYMLINK is set, and ni_vp is a link to be followed from ni_dvp.
 */
static int
lookup(struct nameidata *ndp, struct vnode *dp)
{
	struct componentname *cnp = &ndp->ni_cnd;
	int error;

	ndp->ni_dvp = dp;
	for (;;) {
		error = lookup_component(ndp);
		if (error == 0)
			error = lookup_step(ndp);
		if (error != 0)
			break;
		if (lookup_follows(cnp, ndp->ni_vp)) {
			cnp->cn_flags |= ISSYMLINK;
			return (0);
		}
		if (cnp->cn_flags & ISLASTCN) {
			if (ndp->ni_vp == NULL)
				return (0);
			if ((cnp->cn_flags & TRAILINGSLASH) != 0 &&
			    ndp->ni_vp->v_type != VDIR)
				error = ENOTDIR;
			else
				error = lookup_mayalter(cnp, ndp->ni_dvp,
				    ndp->ni_vp);
			if (error != 0)
				break;
			return (0);
		}
		vrele(ndp->ni_dvp);
		ndp->ni_dvp = ndp->ni_vp;
		ndp->ni_vp = NULL; /* there is one reference */
		cnp->cn_nameptr = ndp->ni_next;
	}
	if (ndp->ni_vp != NULL)
		vrele(ndp->ni_vp);
	vrele(ndp->ni_dvp);
	ndp->ni_vp = ndp->ni_dvp = NULL;
	return (error);
}
