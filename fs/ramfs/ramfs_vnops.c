/*
 * RAM file system: what can be done with its vnodes.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <fs/fifofs/fifofs.h>
#include <fs/ramfs/ramfs.h>
#include <fs/specfs/specfs.h>

MALLOC_DECLARE(M_RAMFS);

static bool
is_dot(const struct componentname *cnp)
{
	return (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.');
}

/*
 * Looking up.
 */

static int
ramfs_lookup(struct vnode *dvp, struct vnode **vpp,
    struct componentname *cnp)
{
	struct ramfs_node *dir = VTOR(dvp);
	struct ramfs_dirent *de;

	GIANT_REQUIRED;
	*vpp = NULL;
	if (dir->rn_parent == NULL)
		return (ENOENT); /* removed while in use */
	if (is_dot(cnp)) {
		*vpp = dvp;
	} else if (cnp->cn_flags & ISDOTDOT) {
		*vpp = RTOV(dir->rn_parent);
	} else {
		de = ramfs_find(dir, cnp->cn_nameptr, cnp->cn_namelen);
		if (de == NULL)
			return (ENOENT);
		*vpp = RTOV(de->de_node);
	}
	vget(*vpp);
	return (0);
}

static int
ramfs_vptocnp(struct vnode *vp, struct vnode **dvpp, char *name, size_t size)
{
	struct ramfs_node *rn = VTOR(vp);
	struct ramfs_dirent *de = rn->rn_dirent;

	GIANT_REQUIRED;
	if (de == NULL)
		de = ramfs_find_node(rn);
	if (de == NULL)
		return (ENOENT);
	if (de->de_namelen >= size)
		return (ERANGE);
	memcpy(name, de->de_name, de->de_namelen);
	name[de->de_namelen] = '\0';
	*dvpp = RTOV(de->de_dir);
	vget(*dvpp);
	return (0);
}

/*
 * Making.
 */

/*
 * Make a node with a name, and return a reference to it.  The group is the
 * directory's; a set-group-id bit for a group the maker is not in goes.
 */
static int
ramfs_make(struct vnode *dvp, struct vnode **vpp, struct componentname *cnp,
    struct vattr *vap, const char *target)
{
	struct ramfs_node *dir = VTOR(dvp), *rn;
	const struct ucred *cred = cnp->cn_cred;
	struct ramfs_dirent *de;
	mode_t mode = vap->va_mode;

	GIANT_REQUIRED;
	*vpp = NULL;
	if (dir->rn_parent == NULL)
		return (ENOENT);
	if (vap->va_type == VDIR && dir->rn_nlink >= LINK_MAX)
		return (EMLINK);
	if (ramfs_full())
		return (ENOSPC);
	if ((mode & S_ISGID) != 0 && cred->cr_uid != 0 &&
	    !groupmember(dir->rn_gid, cred))
		mode &= ~S_ISGID;
	de = ramfs_dirent_alloc(cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL)
		return (ENOSPC);
	rn = ramfs_node_alloc(dvp->v_mount, vap->va_type, mode, cred->cr_uid,
	    dir->rn_gid, vap->va_rdev);
	if (rn == NULL) {
		ramfs_dirent_free(de);
		return (ENOSPC);
	}
	if (target != NULL) {
		rn->rn_size = strlen(target);
		rn->rn_target = malloc(rn->rn_size + 1, M_RAMFS, M_NOWAIT);
		if (rn->rn_target == NULL) {
			ramfs_node_free(rn);
			ramfs_dirent_free(de);
			return (ENOSPC);
		}
		memcpy(rn->rn_target, target, rn->rn_size + 1);
	}
	ramfs_attach(dir, de, rn);
	*vpp = RTOV(rn);
	vget(*vpp);
	return (0);
}

static int
ramfs_create(struct vnode *dvp, struct vnode **vpp,
    struct componentname *cnp, struct vattr *vap)
{
	return (ramfs_make(dvp, vpp, cnp, vap, NULL));
}

static int
ramfs_symlink(struct vnode *dvp, struct vnode **vpp,
    struct componentname *cnp, struct vattr *vap, const char *target)
{
	if (*target == '\0')
		return (ENOENT);
	return (ramfs_make(dvp, vpp, cnp, vap, target));
}

static int
ramfs_link(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct ramfs_node *dir = VTOR(dvp), *rn = VTOR(vp);
	struct ramfs_dirent *de;

	GIANT_REQUIRED;
	if (dir->rn_parent == NULL || rn->rn_nlink == 0)
		return (ENOENT); /* removed meanwhile */
	if (rn->rn_nlink >= LINK_MAX)
		return (EMLINK);
	if (ramfs_full())
		return (ENOSPC);
	de = ramfs_dirent_alloc(cnp->cn_nameptr, cnp->cn_namelen);
	if (de == NULL)
		return (ENOSPC);
	ramfs_attach(dir, de, rn);
	return (0);
}

/*
 * Removing and renaming.
 */

/*
 * The entry the caller has looked up, if it still is what it was.
 */
static struct ramfs_dirent *
ramfs_entry(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct ramfs_dirent *de;

	de = ramfs_find(VTOR(dvp), cnp->cn_nameptr, cnp->cn_namelen);
	return (de != NULL && de->de_node == VTOR(vp) ? de : NULL);
}

static int
ramfs_remove(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct ramfs_dirent *de;

	GIANT_REQUIRED;
	de = ramfs_entry(dvp, vp, cnp);
	if (de == NULL)
		return (ENOENT);
	ramfs_detach(de);
	return (0);
}

static int
ramfs_rmdir(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct ramfs_dirent *de;

	GIANT_REQUIRED;
	if (vp->v_mountedhere != NULL)
		return (EBUSY);
	de = ramfs_entry(dvp, vp, cnp);
	if (de == NULL)
		return (ENOENT);
	if (!TAILQ_EMPTY(&VTOR(vp)->rn_entries))
		return (ENOTEMPTY);
	ramfs_detach(de);
	return (0);
}

/*
 * The caller has made sure that the types agree, and that a directory does
 * not move below itself.
 */
static int
ramfs_rename(struct vnode *fdvp, struct vnode *fvp,
    struct componentname *fcnp, struct vnode *tdvp, struct vnode *tvp,
    struct componentname *tcnp)
{
	struct ramfs_node *tdir = VTOR(tdvp), *rn = VTOR(fvp);
	struct ramfs_dirent *fde, *tde = NULL, *new;
	int error;

	GIANT_REQUIRED;
	fde = ramfs_entry(fdvp, fvp, fcnp);
	if (fde == NULL || tdir->rn_parent == NULL)
		return (ENOENT);
	if (tvp != NULL) {
		tde = ramfs_entry(tdvp, tvp, tcnp);
		if (tde == NULL)
			return (ENOENT);
		if (!TAILQ_EMPTY(&VTOR(tvp)->rn_entries))
			return (ENOTEMPTY);
		if (tvp->v_mountedhere != NULL)
			return (EBUSY);
	}
	if (fvp->v_type == VDIR && fdvp != tdvp) {
		/* its ".." changes, so it is written, too */
		error = VOP_ACCESS(fvp, VWRITE, fcnp->cn_cred);
		if (error != 0)
			return (error);
		if (tvp == NULL && tdir->rn_nlink >= LINK_MAX)
			return (EMLINK);
	}
	/* Also if the file system is full: it gives back what it takes. */
	new = ramfs_dirent_alloc(tcnp->cn_nameptr, tcnp->cn_namelen);
	if (new == NULL)
		return (ENOSPC);
	if (tde != NULL)
		ramfs_detach(tde);
	ramfs_detach(fde);
	ramfs_attach(tdir, new, rn);
	return (0);
}

/*
 * The last user has gone; if the last name has, too, so does the node.
 */
static void
ramfs_inactive(struct vnode *vp)
{
	GIANT_REQUIRED;
	if (VTOR(vp)->rn_nlink == 0)
		ramfs_node_free(VTOR(vp));
}

/*
 * Attributes.
 */

static int
ramfs_access(struct vnode *vp, int accmode, const struct ucred *cred)
{
	struct ramfs_node *rn = VTOR(vp);

	if ((accmode & VWRITE) != 0 && vp->v_type != VCHR &&
	    (vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return (EROFS);
	return (vaccess(vp->v_type, rn->rn_mode, rn->rn_uid, rn->rn_gid,
	    accmode, cred));
}

static int
ramfs_getattr(struct vnode *vp, struct vattr *vap)
{
	struct ramfs_node *rn = VTOR(vp);

	GIANT_REQUIRED;
	vap->va_type = vp->v_type;
	vap->va_mode = rn->rn_mode;
	vap->va_nlink = rn->rn_nlink;
	vap->va_uid = rn->rn_uid;
	vap->va_gid = rn->rn_gid;
	vap->va_fsid = vp->v_mount->mnt_dev;
	vap->va_fileid = rn->rn_ino;
	vap->va_size = rn->rn_size;
	vap->va_blocksize = PAGE_SIZE;
	vap->va_atime = rn->rn_atime;
	vap->va_mtime = rn->rn_mtime;
	vap->va_ctime = rn->rn_ctime;
	vap->va_birthtime = rn->rn_birthtime;
	vap->va_gen = rn->rn_gen;
	vap->va_flags = 0;
	vap->va_rdev = vp->v_rdev;
	vap->va_vaflags = 0;
	vap->va_bytes = vp->v_type == VREG ? ramfs_bytes(rn) : rn->rn_size;
	return (0);
}

/*
 * chmod: only the owner.  Who is not root makes no file sticky, and none
 * run with the rights of a foreign group.
 */
static int
ramfs_chmod(struct ramfs_node *rn, mode_t mode, const struct ucred *cred)
{
	if (cred->cr_uid != 0) {
		if (cred->cr_uid != rn->rn_uid)
			return (EPERM);
		if ((mode & S_ISTXT) != 0 && RTOV(rn)->v_type != VDIR)
			return (EFTYPE);
		if ((mode & S_ISGID) != 0 && !groupmember(rn->rn_gid, cred))
			return (EPERM);
	}
	rn->rn_mode = mode & ALLPERMS;
	ramfs_touch(rn, RAMFS_CTIME);
	return (0);
}

/* chown: only root; but an owner may give it to one of his groups. */
static int
ramfs_chown(struct ramfs_node *rn, uid_t uid, gid_t gid,
    const struct ucred *cred)
{
	if (uid == (uid_t)VNOVAL)
		uid = rn->rn_uid;
	if (gid == (gid_t)VNOVAL)
		gid = rn->rn_gid;
	if (cred->cr_uid != 0) {
		if (cred->cr_uid != rn->rn_uid || uid != rn->rn_uid ||
		    (gid != rn->rn_gid && !groupmember(gid, cred)))
			return (EPERM);
		rn->rn_mode &= ~(S_ISUID | S_ISGID);
	}
	rn->rn_uid = uid;
	rn->rn_gid = gid;
	ramfs_touch(rn, RAMFS_CTIME);
	return (0);
}

static int
ramfs_setattr(struct vnode *vp, struct vattr *vap, struct thread *td)
{
	const struct ucred *cred = td->td_ucred;
	struct ramfs_node *rn = VTOR(vp);
	int error = 0;

	GIANT_REQUIRED;
	if (vap->va_mode != (mode_t)VNOVAL)
		error = ramfs_chmod(rn, vap->va_mode, cred);
	if (error == 0 &&
	    (vap->va_uid != (uid_t)VNOVAL || vap->va_gid != (gid_t)VNOVAL))
		error = ramfs_chown(rn, vap->va_uid, vap->va_gid, cred);
	if (error == 0 && vap->va_size != VNOVAL)
		error = vp->v_type == VREG ? ramfs_resize(rn, vap->va_size) :
		    vp->v_type == VDIR	   ? EISDIR :
					     EINVAL;
	if (error == 0 && vap->va_mtime.tv_sec != VNOVAL) {
		if (cred->cr_uid != 0 && cred->cr_uid != rn->rn_uid)
			error = vap->va_vaflags & VA_UTIMES_NULL ?
			    VOP_ACCESS(vp, VWRITE, cred) :
			    EPERM;
		if (error == 0) {
			rn->rn_atime = vap->va_atime;
			rn->rn_mtime = vap->va_mtime;
			ramfs_touch(rn, RAMFS_CTIME);
		}
	}
	return (error);
}

static int
ramfs_pathconf(struct vnode *vp, int name, register_t *result)
{
	switch (name) {
	case _PC_LINK_MAX:
		*result = LINK_MAX;
		return (0);
	case _PC_NAME_MAX:
		*result = NAME_MAX;
		return (0);
	case _PC_PATH_MAX:
		*result = PATH_MAX;
		return (0);
	case _PC_SYMLINK_MAX:
		*result = MAXPATHLEN - 1;
		return (0);
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
		*result = 1;
		return (0);
	case _PC_PIPE_BUF:
		*result = PIPE_BUF;
		return (0);
	case _PC_FILESIZEBITS:
		*result = 42;
		return (0);
	default:
		return (EINVAL);
	}
}

/*
 * Contents.
 */

static int
ramfs_open(struct vnode *vp, int fflag, struct thread *td)
{
	return (0);
}

static int
ramfs_close(struct vnode *vp, int fflag, struct thread *td)
{
	return (0);
}

static int
ramfs_read(struct vnode *vp, struct uio *uio, int ioflag)
{
	GIANT_REQUIRED;
	if (vp->v_type == VDIR)
		return (EISDIR);
	if (vp->v_type != VREG)
		return (EINVAL);
	return (ramfs_read_reg(VTOR(vp), uio, ioflag));
}

static int
ramfs_write(struct vnode *vp, struct uio *uio, int ioflag)
{
	GIANT_REQUIRED;
	if (vp->v_type != VREG)
		return (EINVAL);
	if (ioflag & IO_APPEND)
		uio->uio_offset = VTOR(vp)->rn_size;
	return (ramfs_write_reg(VTOR(vp), uio, ioflag));
}

static int
ramfs_readlink(struct vnode *vp, struct uio *uio)
{
	struct ramfs_node *rn = VTOR(vp);

	GIANT_REQUIRED;
	return (uiomove(rn->rn_target, rn->rn_size, uio));
}

static int
ramfs_ioctl(struct vnode *vp, u_long cmd, void *data, int fflag,
    struct thread *td)
{
	return (ENOTTY);
}

static int
ramfs_poll(struct vnode *vp, int events, struct thread *td)
{
	return (events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM));
}

static int
ramfs_fsync(struct vnode *vp)
{
	return (0);
}

/*
 * Give one entry to the reader.  *done: it does not fit any more.
 */
static int
ramfs_readdir_one(struct uio *uio, ino_t ino, u_int type, const char *name,
    size_t namelen, bool *done)
{
	struct dirent d;

	bzero(&d, sizeof(d));
	d.d_fileno = ino;
	d.d_reclen = RAMFS_DIRSIZ(namelen);
	d.d_type = type;
	d.d_namlen = namelen;
	memcpy(d.d_name, name, namelen);
	if (d.d_reclen > uio->uio_resid) {
		*done = true;
		return (0);
	}
	return (uiomove(&d, d.d_reclen, uio));
}

/* The first entry whose offset is not below that, or NULL. */
static struct ramfs_dirent *
ramfs_readdir_at(struct ramfs_node *dir, off_t cookie)
{
	struct ramfs_dirent *de;

	TAILQ_FOREACH(de, &dir->rn_entries, de_link)
		if (de->de_cookie >= cookie)
			break;
	return (de);
}

/*
 * The copy to the user may fault and let others change the directory: then
 * the place is found again by its cookie.
 */
static int
ramfs_readdir(struct vnode *vp, struct uio *uio, bool *eof)
{
	struct ramfs_node *dir = VTOR(vp), *rn;
	off_t cookie = uio->uio_offset;
	struct ramfs_dirent *de;
	bool done = false;
	u_int removals;
	int error = 0;

	GIANT_REQUIRED;
	*eof = false;
	if (cookie < 0)
		return (EINVAL);
	for (; cookie < RAMFS_COOKIE_FIRST && dir->rn_parent != NULL;
	     cookie++) {
		rn = cookie == RAMFS_COOKIE_DOT ? dir : dir->rn_parent;
		error = ramfs_readdir_one(uio, rn->rn_ino, DT_DIR, "..",
		    cookie == RAMFS_COOKIE_DOT ? 1 : 2, &done);
		if (error != 0 || done)
			goto out;
	}
	de = ramfs_readdir_at(dir, cookie);
	while (de != NULL) {
		cookie = de->de_cookie;
		removals = dir->rn_removals;
		error = ramfs_readdir_one(uio, de->de_node->rn_ino,
		    IFTODT(vtype_to_mode(RTOV(de->de_node)->v_type)),
		    de->de_name, de->de_namelen, &done);
		if (error != 0 || done)
			goto out;
		cookie++;
		de = removals == dir->rn_removals ?
		    TAILQ_NEXT(de, de_link) :
		    ramfs_readdir_at(dir, cookie);
	}
	*eof = true;
	ramfs_touch(dir, RAMFS_ATIME);
out:
	uio->uio_offset = cookie;
	return (error);
}

const struct vop_vector ramfs_vnodeops = {
	.vop_lookup = ramfs_lookup,
	.vop_create = ramfs_create,
	.vop_mkdir = ramfs_create,
	.vop_symlink = ramfs_symlink,
	.vop_link = ramfs_link,
	.vop_remove = ramfs_remove,
	.vop_rmdir = ramfs_rmdir,
	.vop_rename = ramfs_rename,
	.vop_open = ramfs_open,
	.vop_close = ramfs_close,
	.vop_access = ramfs_access,
	.vop_getattr = ramfs_getattr,
	.vop_setattr = ramfs_setattr,
	.vop_read = ramfs_read,
	.vop_write = ramfs_write,
	.vop_ioctl = ramfs_ioctl,
	.vop_poll = ramfs_poll,
	.vop_fsync = ramfs_fsync,
	.vop_readdir = ramfs_readdir,
	.vop_readlink = ramfs_readlink,
	.vop_pathconf = ramfs_pathconf,
	.vop_vptocnp = ramfs_vptocnp,
	.vop_inactive = ramfs_inactive,
};

/*
 * Device nodes: the node is ours, what is behind it is the driver's.  The
 * operations on directories are never called on them.
 */
const struct vop_vector ramfs_specops = {
	.vop_open = spec_open,
	.vop_close = spec_close,
	.vop_access = ramfs_access,
	.vop_getattr = ramfs_getattr,
	.vop_setattr = ramfs_setattr,
	.vop_read = spec_read,
	.vop_write = spec_write,
	.vop_ioctl = spec_ioctl,
	.vop_poll = spec_poll,
	.vop_fsync = ramfs_fsync,
	.vop_pathconf = spec_pathconf,
	.vop_vptocnp = ramfs_vptocnp,
	.vop_inactive = ramfs_inactive,
};

/*
 * FIFOs: bytes go through files of their own kind (fifoops).
 */
const struct vop_vector ramfs_fifoops = {
	.vop_open = fifo_open,
	.vop_close = fifo_close,
	.vop_access = ramfs_access,
	.vop_getattr = ramfs_getattr,
	.vop_setattr = ramfs_setattr,
	.vop_read = ramfs_read,
	.vop_write = ramfs_write,
	.vop_fsync = ramfs_fsync,
	.vop_pathconf = ramfs_pathconf,
	.vop_vptocnp = ramfs_vptocnp,
	.vop_inactive = ramfs_inactive,
};
