/*
 * The system calls on path names and vnodes.  All are called with Giant
 * held.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/stat.h>
#include <sys/syscallsubr.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

/*
 * Find an existing file by its name: a reference in *vpp.
 */
static int
lookup_path(struct thread *td, const char *path, enum uio_seg segflg,
    u_int follow, struct vnode **vpp)
{
	struct nameidata nd;
	int error;

	NDINIT(&nd, LOOKUP, follow, segflg, path, td);
	error = namei(&nd);
	if (error == 0) {
		NDFREE(&nd);
		*vpp = nd.ni_vp;
	}
	return (error);
}

static int
lookup_user(struct thread *td, const char *path, u_int follow,
    struct vnode **vpp)
{
	return (lookup_path(td, path, UIO_USERSPACE, follow, vpp));
}

/* The permissions a new file gets: what is asked for, less the umask. */
static mode_t
newmode(struct thread *td, int mode, mode_t mask)
{
	return (mode & ~td->td_proc->p_fd->fd_cmask & mask);
}

/*
 * Opening.
 */

/*
 * Set close-on-exec on a descriptor that a sharer of the table has not
 * taken away meanwhile.
 */
static void
set_cloexec(struct filedesc *fdp, struct file *fp, int fd)
{
	FILEDESC_LOCK(fdp);
	if (fdp->fd_ofiles[fd] == fp)
		fdp->fd_ofileflags[fd] |= UF_EXCLOSE;
	FILEDESC_UNLOCK(fdp);
}

/*
 * O_SHLOCK, O_EXLOCK: lock a vnode that has just been opened, and only then
 * cut it to length.  If that fails, close it again.
 */
static int
open_lock(struct thread *td, struct file *fp, struct vnode *vp, int fflags)
{
	int error, op = fflags & O_EXLOCK ? LOCK_EX : LOCK_SH;

	error = lf_flock(fp, vp, fflags & FNONBLOCK ? op | LOCK_NB : op);
	if (error == 0 && (fflags & O_TRUNC) != 0 && vp->v_type == VREG) {
		error = vn_setsize(vp, 0, td);
		if (error != 0)
			lf_flock_drop(fp, vp);
	}
	if (error != 0)
		(void)vn_close_gen(vp, fflags, fp->f_gen, td);
	return (error);
}

/*
 * open(2).  Not there: execute-only.
 */
int
kern_open(struct thread *td, const char *path, enum uio_seg segflg, int flags,
    int mode)
{
	struct nameidata nd;
	struct file *fp;
	int error, fd, fflags;

	if ((flags & O_ACCMODE) == O_ACCMODE || (flags & O_EXEC))
		return (EINVAL);
	if (flags & O_ASYNC)
		return (EINVAL);
	error = falloc(td, &fp, &fd);
	if (error != 0)
		return (error);
	fflags = FFLAGS(flags);
	NDINIT(&nd, LOOKUP, FOLLOW, segflg, path, td);
	error = vn_open(&nd, &fflags, newmode(td, mode, ALLPERMS & ~S_ISTXT));
	if (error != 0) {
		fdclose(td->td_proc->p_fd, fp, fd, td);
		fdrop(fp, td);
		return (error == ERESTART ? EINTR : error);
	}
	NDFREE(&nd);
	/* Now: it may be revoked while we wait for the lock. */
	fp->f_gen = vn_gen(nd.ni_vp);
	if (flags & (O_SHLOCK | O_EXLOCK)) {
		error = open_lock(td, fp, nd.ni_vp, fflags);
		if (error != 0) {
			fdclose(td->td_proc->p_fd, fp, fd, td);
			fdrop(fp, td);
			return (error == ERESTART ? EINTR : error);
		}
	}
	if (flags & O_CLOEXEC)
		set_cloexec(td->td_proc->p_fd, fp, fd);
	fflags = (fflags & FMASK) | (fp->f_flag & FHASLOCK);
	if (nd.ni_vp->v_type == VFIFO)
		finit(fp, fflags, DTYPE_FIFO, nd.ni_vp->v_fifo, &fifoops);
	else
		finit(fp, fflags, DTYPE_VNODE, nd.ni_vp, &vnops);
	fdrop(fp, td);
	td->td_retval[0] = fd;
	return (0);
}

int
sys_open(struct thread *td, struct open_args *uap)
{
	return (kern_open(td, uap->path, UIO_USERSPACE, uap->flags, uap->mode));
}

/*
 * Making and removing names.
 */

/*
 * Is the last component "." or ".."?  Those cannot be removed or renamed.
 */
static bool
isdots(const struct componentname *cnp)
{
	return ((cnp->cn_flags & ISDOTDOT) != 0 ||
	    (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.'));
}

int
kern_link(struct thread *td, const char *path, const char *link,
    enum uio_seg segflg)
{
	struct nameidata nd;
	struct vnode *vp;
	int error;

	error = lookup_path(td, path, segflg, FOLLOW, &vp);
	if (error != 0)
		return (error);
	if (vp->v_type == VDIR) {
		vrele(vp);
		return (EPERM);
	}
	NDINIT(&nd, CREATE, WANTPARENT, segflg, link, td);
	error = namei(&nd);
	if (error == 0) {
		if (nd.ni_vp != NULL)
			error = EEXIST;
		else if (nd.ni_dvp->v_mount != vp->v_mount)
			error = EXDEV;
		else
			error = VOP_LINK(nd.ni_dvp, vp, &nd.ni_cnd);
		NDRELE(&nd);
	}
	vrele(vp);
	return (error);
}

int
sys_link(struct thread *td, struct link_args *uap)
{
	return (kern_link(td, uap->path, uap->link, UIO_USERSPACE));
}

int
kern_symlink(struct thread *td, const char *target, const char *link,
    enum uio_seg segflg)
{
	struct nameidata nd;
	struct vattr va;
	char *text;
	int error;

	text = malloc(MAXPATHLEN, M_TEMP, M_NOWAIT);
	if (text == NULL)
		return (ENOMEM);
	if (segflg == UIO_SYSSPACE)
		error = copystr(target, text, MAXPATHLEN, NULL);
	else
		error = copyinstr(target, text, MAXPATHLEN, NULL);
	if (error != 0)
		goto out;
	NDINIT(&nd, CREATE, WANTPARENT, segflg, link, td);
	error = namei(&nd);
	if (error != 0)
		goto out;
	if (nd.ni_vp != NULL) {
		error = EEXIST;
	} else {
		VATTR_NULL(&va);
		va.va_type = VLNK;
		va.va_mode = newmode(td, ACCESSPERMS, ACCESSPERMS);
		error = VOP_SYMLINK(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va,
		    text);
	}
	NDRELE(&nd);
out:
	free(text, M_TEMP);
	return (error);
}

int
sys_symlink(struct thread *td, struct symlink_args *uap)
{
	return (kern_symlink(td, uap->path, uap->link, UIO_USERSPACE));
}

int
kern_unlink(struct thread *td, const char *path, enum uio_seg segflg)
{
	struct nameidata nd;
	int error;

	NDINIT(&nd, DELETE, WANTPARENT, segflg, path, td);
	error = namei(&nd);
	if (error != 0)
		return (error);
	if (nd.ni_vp->v_type == VDIR)
		error = EPERM;
	else
		error = VOP_REMOVE(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
	NDRELE(&nd);
	return (error);
}

int
sys_unlink(struct thread *td, struct unlink_args *uap)
{
	return (kern_unlink(td, uap->path, UIO_USERSPACE));
}

int
kern_mkdir(struct thread *td, const char *path, enum uio_seg segflg, int mode)
{
	struct nameidata nd;
	struct vattr va;
	int error;

	NDINIT(&nd, CREATE, WANTPARENT | WILLBEDIR, segflg, path, td);
	error = namei(&nd);
	if (error != 0)
		return (error);
	if (nd.ni_vp != NULL) {
		error = EEXIST;
	} else {
		VATTR_NULL(&va);
		va.va_type = VDIR;
		va.va_mode = newmode(td, mode, ACCESSPERMS | S_ISTXT);
		error = VOP_MKDIR(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	}
	NDRELE(&nd);
	return (error);
}

/*
 * Make what the file type in mode says: a FIFO, or a device.
 */
int
kern_mknod(struct thread *td, const char *path, enum uio_seg segflg,
    int mode, dev_t rdev)
{
	struct nameidata nd;
	struct vattr va;
	int error;

	NDINIT(&nd, CREATE, WANTPARENT, segflg, path, td);
	error = namei(&nd);
	if (error != 0)
		return (error);
	if (nd.ni_vp != NULL) {
		error = EEXIST;
	} else {
		VATTR_NULL(&va);
		va.va_type = S_ISCHR(mode) ? VCHR : VFIFO;
		va.va_mode = newmode(td, mode, ALLPERMS & ~S_ISTXT);
		va.va_rdev = rdev;
		error = VOP_CREATE(nd.ni_dvp, &nd.ni_vp, &nd.ni_cnd, &va);
	}
	NDRELE(&nd);
	return (error);
}

int
sys_mkfifo(struct thread *td, struct mkfifo_args *uap)
{
	return (kern_mknod(td, uap->path, UIO_USERSPACE,
	    S_IFIFO | (uap->mode & ALLPERMS), NODEV));
}

/*
 * mknod(2): a device, for root, or a FIFO.
 */
int
sys_mknod(struct thread *td, struct mknod_args *uap)
{
	int error;

	switch (uap->mode & S_IFMT) {
	case S_IFIFO:
		if (uap->dev != 0)
			return (EINVAL);
		return (kern_mknod(td, uap->path, UIO_USERSPACE, uap->mode,
		    NODEV));
	case S_IFCHR:
		error = suser(td);
		if (error != 0)
			return (error);
		return (kern_mknod(td, uap->path, UIO_USERSPACE, uap->mode,
		    uap->dev));
	default:
		return (EINVAL);
	}
}

int
sys_mkdir(struct thread *td, struct mkdir_args *uap)
{
	return (kern_mkdir(td, uap->path, UIO_USERSPACE, uap->mode));
}

int
kern_rmdir(struct thread *td, const char *path, enum uio_seg segflg)
{
	struct nameidata nd;
	int error;

	NDINIT(&nd, DELETE, WANTPARENT, segflg, path, td);
	error = namei(&nd);
	if (error != 0)
		return (error);
	if (nd.ni_vp->v_type != VDIR)
		error = ENOTDIR;
	else if (isdots(&nd.ni_cnd))
		error = EINVAL;
	else if (nd.ni_vp->v_vflag & VV_ROOT)
		error = EBUSY;
	else
		error = VOP_RMDIR(nd.ni_dvp, nd.ni_vp, &nd.ni_cnd);
	NDRELE(&nd);
	return (error);
}

int
sys_rmdir(struct thread *td, struct rmdir_args *uap)
{
	return (kern_rmdir(td, uap->path, UIO_USERSPACE));
}

/*
 * Is dvp the directory dir, or below it?  1 or 0, or minus an errno.
 */
static int
isbelow(struct vnode *dvp, struct vnode *dir)
{
	struct vnode *up;
	char name[NAME_MAX + 1];
	int error = 0;

	vref(dvp);
	while (dvp != dir && (dvp->v_vflag & VV_ROOT) == 0) {
		error = VOP_VPTOCNP(dvp, &up, name, sizeof(name));
		if (error != 0)
			break;
		vrele(dvp);
		dvp = up;
	}
	vrele(dvp);
	return (error != 0 ? -error : dvp == dir);
}

/*
 * What rename(2) refuses, beside what the look-ups have refused already.
 */
static int
rename_check(struct nameidata *from, struct nameidata *to)
{
	struct vnode *fvp = from->ni_vp, *tvp = to->ni_vp;
	int below;

	if (isdots(&from->ni_cnd) || isdots(&to->ni_cnd))
		return (EINVAL);
	if (from->ni_dvp->v_mount != to->ni_dvp->v_mount ||
	    fvp->v_mount != to->ni_dvp->v_mount)
		return (EXDEV);
	if (tvp != NULL) {
		if (tvp->v_mount != fvp->v_mount)
			return (EBUSY);
		if (fvp->v_type == VDIR && tvp->v_type != VDIR)
			return (ENOTDIR);
		if (fvp->v_type != VDIR && tvp->v_type == VDIR)
			return (EISDIR);
	}
	if (fvp->v_type != VDIR) {
		if (to->ni_cnd.cn_flags & TRAILINGSLASH)
			return (ENOTDIR);
		return (0);
	}
	below = isbelow(to->ni_dvp, fvp);
	return (below < 0 ? -below : below > 0 ? EINVAL : 0);
}

int
kern_rename(struct thread *td, const char *fromp, const char *top,
    enum uio_seg segflg)
{
	struct nameidata from, to;
	int error;

	NDINIT(&from, DELETE, WANTPARENT, segflg, fromp, td);
	error = namei(&from);
	if (error != 0)
		return (error);
	/* a directory may be given its new name with a slash behind it */
	NDINIT(&to, RENAME,
	    WANTPARENT | (from.ni_vp->v_type == VDIR ? WILLBEDIR : 0), segflg,
	    top, td);
	error = namei(&to);
	if (error == 0) {
		error = rename_check(&from, &to);
		/* two names of one file: nothing to do, says POSIX */
		if (error == 0 && from.ni_vp != to.ni_vp)
			error = VOP_RENAME(from.ni_dvp, from.ni_vp,
			    &from.ni_cnd, to.ni_dvp, to.ni_vp, &to.ni_cnd);
		NDRELE(&to);
	}
	NDRELE(&from);
	return (error);
}

int
sys_rename(struct thread *td, struct rename_args *uap)
{
	return (kern_rename(td, uap->from, uap->to, UIO_USERSPACE));
}

int
sys_readlink(struct thread *td, struct readlink_args *uap)
{
	struct iovec iov;
	struct vnode *vp;
	struct uio uio;
	int error;

	if (uap->count > INT_MAX)
		return (EINVAL);
	error = lookup_user(td, uap->path, NOFOLLOW, &vp);
	if (error != 0)
		return (error);
	if (vp->v_type != VLNK) {
		error = EINVAL;
	} else {
		uio_init(&uio, &iov, uap->buf, uap->count, 0, UIO_USERSPACE,
		    UIO_READ, td);
		error = VOP_READLINK(vp, &uio);
		td->td_retval[0] = uap->count - uio.uio_resid;
	}
	vrele(vp);
	return (error);
}

/*
 * The working directory.
 */

/* Takes over the reference to vp, also after an error. */
static int
change_dir(struct thread *td, struct vnode *vp)
{
	struct filedesc *fdp = fdown(td);
	struct vnode *old;
	int error;

	if (fdp == NULL)
		error = ENOMEM;
	else if (vp->v_type != VDIR)
		error = ENOTDIR;
	else
		error = VOP_ACCESS(vp, VEXEC, td->td_ucred);
	if (error != 0) {
		vrele(vp);
		return (error);
	}
	FILEDESC_LOCK(fdp);
	old = fdp->fd_cdir;
	fdp->fd_cdir = vp;
	FILEDESC_UNLOCK(fdp);
	if (old != NULL)
		vrele(old);
	return (0);
}

int
kern_chdir(struct thread *td, const char *path, enum uio_seg segflg)
{
	struct vnode *vp;
	int error;

	error = lookup_path(td, path, segflg, FOLLOW, &vp);
	return (error != 0 ? error : change_dir(td, vp));
}

int
sys_chdir(struct thread *td, struct chdir_args *uap)
{
	return (kern_chdir(td, uap->path, UIO_USERSPACE));
}

int
sys_fchdir(struct thread *td, struct fchdir_args *uap)
{
	struct vnode *vp;
	int error;

	error = fgetvp(td, uap->fd, 0, &vp);
	if (error == EINVAL)
		error = ENOTDIR; /* a pipe */
	return (error != 0 ? error : change_dir(td, vp));
}

/*
 * The path of the working directory, with its NUL, at buf.
 */
int
sys___getcwd(struct thread *td, struct __getcwd_args *uap)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	u_int buflen = MIN(uap->buflen, MAXPATHLEN);
	struct vnode *vp;
	char *buf, *path;
	int error;

	if (uap->buflen < 2)
		return (EINVAL);
	buf = malloc(buflen, M_TEMP, M_NOWAIT);
	if (buf == NULL)
		return (ENOMEM);
	FILEDESC_LOCK(fdp);
	vp = fdp->fd_cdir != NULL ? fdp->fd_cdir : rootvnode;
	vref(vp);
	FILEDESC_UNLOCK(fdp);
	error = vn_fullpath(vp, buf, buflen, &path);
	vrele(vp);
	if (error == 0)
		error = copyout(path, uap->buf, buf + buflen - path);
	free(buf, M_TEMP);
	return (error);
}

/*
 * Attributes.
 */

/*
 * Change attributes of a vnode; takes over its reference.
 */
static int
setattr_drop(struct thread *td, struct vnode *vp, struct vattr *vap)
{
	int error;

	if (vp->v_mount->mnt_flag & MNT_RDONLY)
		error = EROFS;
	else
		error = VOP_SETATTR(vp, vap, td);
	vrele(vp);
	return (error);
}

static int
change_mode(struct thread *td, struct vnode *vp, int mode)
{
	struct vattr va;

	VATTR_NULL(&va);
	va.va_mode = mode & ALLPERMS;
	return (setattr_drop(td, vp, &va));
}

static int
change_owner(struct thread *td, struct vnode *vp, int uid, int gid)
{
	struct vattr va;

	VATTR_NULL(&va);
	va.va_uid = uid;
	va.va_gid = gid;
	return (setattr_drop(td, vp, &va));
}

int
sys_chmod(struct thread *td, struct chmod_args *uap)
{
	struct vnode *vp;
	int error;

	error = lookup_user(td, uap->path, FOLLOW, &vp);
	return (error != 0 ? error : change_mode(td, vp, uap->mode));
}

int
sys_fchmod(struct thread *td, struct fchmod_args *uap)
{
	struct vnode *vp;
	int error;

	error = fgetvp(td, uap->fd, 0, &vp);
	return (error != 0 ? error : change_mode(td, vp, uap->mode));
}

/* Whether td may take the device away from all.  0 or errno. */
static int
revoke_allowed(struct thread *td, struct vnode *vp)
{
	struct vattr va;
	int error;

	if (vp->v_type != VCHR)
		return (EINVAL);
	error = VOP_GETATTR(vp, &va);
	if (error == 0 && td->td_ucred->cr_uid != va.va_uid)
		error = suser(td);
	return (error);
}

/*
 * revoke(2): a device file's owner, or the superuser, takes the device away
 * from all who have it open.
 */
int
sys_revoke(struct thread *td, struct revoke_args *uap)
{
	struct vnode *vp;
	int error;

	error = lookup_user(td, uap->path, FOLLOW, &vp);
	if (error != 0)
		return (error);
	error = revoke_allowed(td, vp);
	if (error == 0)
		vn_revoke(vp, td);
	vrele(vp);
	return (error);
}

int
sys_chown(struct thread *td, struct chown_args *uap)
{
	struct vnode *vp;
	int error;

	error = lookup_user(td, uap->path, FOLLOW, &vp);
	return (error != 0 ? error : change_owner(td, vp, uap->uid, uap->gid));
}

int
sys_lchown(struct thread *td, struct lchown_args *uap)
{
	struct vnode *vp;
	int error;

	error = lookup_user(td, uap->path, NOFOLLOW, &vp);
	return (error != 0 ? error : change_owner(td, vp, uap->uid, uap->gid));
}

int
sys_fchown(struct thread *td, struct fchown_args *uap)
{
	struct vnode *vp;
	int error;

	error = fgetvp(td, uap->fd, 0, &vp);
	return (error != 0 ? error : change_owner(td, vp, uap->uid, uap->gid));
}

int
sys_utimes(struct thread *td, struct utimes_args *uap)
{
	struct timeval tv[2];
	struct vnode *vp;
	struct vattr va;
	int error, i;

	VATTR_NULL(&va);
	if (uap->tptr == NULL) {
		vfs_timestamp(&va.va_atime);
		va.va_mtime = va.va_atime;
		va.va_vaflags = VA_UTIMES_NULL;
	} else {
		error = copyin(uap->tptr, tv, sizeof(tv));
		if (error != 0)
			return (error);
		for (i = 0; i < 2; i++)
			if (tv[i].tv_sec < 0 || tv[i].tv_usec < 0 ||
			    tv[i].tv_usec >= 1000000)
				return (EINVAL);
		va.va_atime.tv_sec = tv[0].tv_sec;
		va.va_atime.tv_nsec = tv[0].tv_usec * 1000;
		va.va_mtime.tv_sec = tv[1].tv_sec;
		va.va_mtime.tv_nsec = tv[1].tv_usec * 1000;
	}
	error = lookup_user(td, uap->path, FOLLOW, &vp);
	return (error != 0 ? error : setattr_drop(td, vp, &va));
}

/*
 * access(2) asks for the real ids, so it looks with credentials made from
 * them.
 */
int
sys_access(struct thread *td, struct access_args *uap)
{
	struct ucred *cred, *saved = td->td_ucred;
	struct vnode *vp;
	int accmode = 0, error;

	if (uap->amode & ~(R_OK | W_OK | X_OK))
		return (EINVAL);
	cred = crdup(saved);
	if (cred == NULL)
		return (ENOMEM);
	cred->cr_uid = cred->cr_ruid;
	cred->cr_gid = cred->cr_rgid;
	/* td_ucred is the current thread's own: nobody else looks at it */
	td->td_ucred = cred;
	error = lookup_user(td, uap->path, FOLLOW, &vp);
	td->td_ucred = saved;
	if (error == 0) {
		if (uap->amode & R_OK)
			accmode |= VREAD;
		if (uap->amode & W_OK)
			accmode |= VWRITE;
		if (uap->amode & X_OK)
			accmode |= VEXEC;
		if (uap->amode & W_OK)
			error = vn_writechk(vp);
		if (error == 0 && accmode != 0)
			error = VOP_ACCESS(vp, accmode, cred);
		vrele(vp);
	}
	crfree(cred);
	return (error);
}

int
kern_stat(struct thread *td, const char *path, enum uio_seg segflg,
    u_int follow, struct stat *sb)
{
	struct vnode *vp;
	int error;

	error = lookup_path(td, path, segflg, follow, &vp);
	if (error != 0)
		return (error);
	error = vn_stat(vp, sb, td);
	vrele(vp);
	return (error);
}

static int
stat_user(struct thread *td, const char *path, u_int follow,
    struct stat *usb)
{
	struct stat sb;
	int error;

	error = kern_stat(td, path, UIO_USERSPACE, follow, &sb);
	return (error != 0 ? error : copyout(&sb, usb, sizeof(sb)));
}

int
sys_stat(struct thread *td, struct stat_args *uap)
{
	return (stat_user(td, uap->path, FOLLOW, uap->ub));
}

int
sys_lstat(struct thread *td, struct lstat_args *uap)
{
	return (stat_user(td, uap->path, NOFOLLOW, uap->ub));
}

int
sys_pathconf(struct thread *td, struct pathconf_args *uap)
{
	struct vnode *vp;
	int error;

	error = lookup_user(td, uap->path, FOLLOW, &vp);
	if (error != 0)
		return (error);
	error = VOP_PATHCONF(vp, uap->name, td->td_retval);
	vrele(vp);
	return (error);
}

int
sys_fpathconf(struct thread *td, struct fpathconf_args *uap)
{
	struct file *fp;
	int error;

	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if (fp->f_type == DTYPE_VNODE)
		error = VOP_PATHCONF((struct vnode *)fp->f_data, uap->name,
		    td->td_retval);
	else if (uap->name == _PC_PIPE_BUF)
		td->td_retval[0] = PIPE_BUF;
	else
		error = EINVAL;
	fdrop(fp, td);
	return (error);
}

/*
 * Size and offset.
 */

int
sys_truncate(struct thread *td, struct truncate_args *uap)
{
	struct vnode *vp;
	int error;

	if (uap->length < 0)
		return (EINVAL);
	error = lookup_user(td, uap->path, FOLLOW, &vp);
	if (error != 0)
		return (error);
	if (vp->v_type == VDIR)
		error = EISDIR;
	else if (vp->v_type != VREG)
		error = EINVAL;
	else
		error = VOP_ACCESS(vp, VWRITE, td->td_ucred);
	if (error == 0)
		error = vn_setsize(vp, uap->length, td);
	vrele(vp);
	return (error);
}

int
sys_ftruncate(struct thread *td, struct ftruncate_args *uap)
{
	struct file *fp;
	int error;

	if (uap->length < 0)
		return (EINVAL);
	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if ((fp->f_flag & FWRITE) == 0)
		error = EINVAL;
	else
		error = fp->f_ops->fo_truncate(fp, uap->length, td);
	fdrop(fp, td);
	return (error);
}

static int
seek_vnode(struct file *fp, off_t offset, int whence, off_t *result)
{
	int error = vn_position(fp, offset, whence, result);

	if (error == 0)
		fp->f_offset = *result;
	return (error);
}

int
sys_lseek(struct thread *td, struct lseek_args *uap)
{
	struct file *fp;
	off_t result;
	int error;

	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if (!fp->f_ops->fo_seekable || vn_isatty(fp->f_data))
		error = ESPIPE;
	else
		error = seek_vnode(fp, uap->offset, uap->whence, &result);
	if (error == 0) {
		/* 64 bits go back in edx:eax */
		td->td_retval[0] = (register_t)result;
		td->td_retval[1] = (register_t)(result >> 32);
	}
	fdrop(fp, td);
	return (error);
}

/*
 * getdirentries(2): whole entries only, EINVAL if not even one fits;
 * *basep gets the offset they were read from.
 */
int
sys_getdirentries(struct thread *td, struct getdirentries_args *uap)
{
	struct iovec iov;
	struct vnode *vp;
	struct file *fp;
	struct uio uio;
	long base;
	bool eof;
	int error;

	if (uap->count > INT_MAX)
		return (EINVAL);
	error = fget_read(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	vp = fp->f_data;
	if (fp->f_type != DTYPE_VNODE || vp->v_type != VDIR) {
		fdrop(fp, td);
		return (EINVAL);
	}
	base = fp->f_offset;
	uio_init(&uio, &iov, uap->buf, uap->count, fp->f_offset, UIO_USERSPACE,
	    UIO_READ, td);
	error = VOP_READDIR(vp, &uio, &eof);
	if (error == 0 && (u_int)uio.uio_resid == uap->count && !eof)
		error = EINVAL;
	if (error == 0 && uap->basep != NULL)
		error = copyout(&base, uap->basep, sizeof(base));
	if (error == 0)
		fp->f_offset = uio.uio_offset;
	td->td_retval[0] = uap->count - uio.uio_resid;
	fdrop(fp, td);
	return (error);
}

/*
 * Everything is in memory; there is nothing to write back.
 */
int
sys_sync(struct thread *td, struct sync_args *uap)
{
	return (0);
}

int
sys_fsync(struct thread *td, struct fsync_args *uap)
{
	struct vnode *vp;
	int error;

	error = fgetvp(td, uap->fd, 0, &vp);
	if (error != 0)
		return (error);
	error = VOP_FSYNC(vp);
	vrele(vp);
	return (error);
}
