/*
 * Opening, closing, reading and writing vnodes, for the rest of the kernel
 * and for descriptors (vnops).  Whoever comes here through a descriptor
 * has no lock; Giant is taken here.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/lock.h>
#include <sys/lockf.h>
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
#include <vm/vm.h>
#include <vm/vm_object.h>

static int	vn_read(struct file *, struct uio *, int, struct thread *);
static int	vn_write(struct file *, struct uio *, int, struct thread *);
static int	vn_truncate(struct file *, off_t, struct thread *);
static int	vn_ioctl(struct file *, u_long, void *, struct thread *);
static int	vn_poll(struct file *, int, struct thread *);
static int	vn_statfile(struct file *, struct stat *, struct thread *);
static int	vn_closefile(struct file *, struct thread *);
static void	vn_iolock(struct vnode *);
static void	vn_iounlock(struct vnode *);

const struct fileops vnops = {
	.fo_read = vn_read,
	.fo_write = vn_write,
	.fo_truncate = vn_truncate,
	.fo_ioctl = vn_ioctl,
	.fo_poll = vn_poll,
	.fo_stat = vn_statfile,
	.fo_close = vn_closefile,
	.fo_seekable = true,
};

/*
 * May the contents of the vnode be changed at all?
 */
int
vn_writechk(struct vnode *vp)
{
	if (READ_ONCE(vp->v_textcount) > 0)
		return (ETXTBSY);
	if (vp->v_mount->mnt_flag & MNT_RDONLY && vp->v_type != VCHR)
		return (EROFS);
	return (0);
}

/*
 * A program is about to run from the vnode, to which the caller has a
 * reference: nobody may write it until that has ended, by vn_text_end(), in
 * this process and in those that it shares it with.
 */
int
vn_text(struct vnode *vp)
{
	vm_object_t obj = vp->v_object;

	GIANT_REQUIRED;
	if (vp->v_writecount > 0)
		return (ETXTBSY);
	/* a mapping outlives the descriptor it was made by */
	if (obj != NULL && READ_ONCE(obj->stored) &&
	    vm_object_mapped_writable(obj))
		return (ETXTBSY);
	atomic_add_int(&vp->v_textcount, 1);
	return (0);
}

void
vn_text_share(struct vnode *vp)
{
	vref(vp);
	atomic_add_int(&vp->v_textcount, 1);
}

void
vn_text_end(struct vnode *vp)
{
	atomic_subtract_int(&vp->v_textcount, 1);
	vrele(vp);
}

/*
 * May the vnode that has been found be opened so?
 */
static int
vn_opencheck(struct vnode *vp, int fflags, struct ucred *cred)
{
	int accmode = 0, error;

	switch (vp->v_type) {
	case VLNK:
		return (EMLINK); /* only with O_NOFOLLOW */
	case VSOCK:
		return (EOPNOTSUPP);
	default:
		break;
	}
	if ((fflags & O_DIRECTORY) != 0 && vp->v_type != VDIR)
		return (ENOTDIR);
	if (fflags & (FWRITE | O_TRUNC)) {
		if (vp->v_type == VDIR)
			return (EISDIR);
		error = vn_writechk(vp);
		if (error != 0)
			return (error);
		accmode |= VWRITE;
	}
	if (fflags & FREAD)
		accmode |= VREAD;
	return (VOP_ACCESS(vp, accmode, cred));
}

/*
 * Find the vnode, or make it.  *created: it did not exist.
 */
static int
vn_open_lookup(struct nameidata *ndp, int fflags, int cmode, bool *created)
{
	struct componentname *cnp = &ndp->ni_cnd;
	struct vattr va;
	int error;

	*created = false;
	/* A folder is not made by opening it. */
	if ((fflags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY)) {
		if (fflags & O_EXCL)
			return (EINVAL);
		fflags &= ~O_CREAT;
	}
	if ((fflags & O_NOFOLLOW) != 0 ||
	    (fflags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		cnp->cn_flags &= ~FOLLOW;
	else
		cnp->cn_flags |= FOLLOW;
	if ((fflags & O_CREAT) == 0) {
		cnp->cn_nameiop = LOOKUP;
		return (namei(ndp));
	}
	cnp->cn_nameiop = CREATE;
	cnp->cn_flags |= WANTPARENT;
	error = namei(ndp);
	if (error != 0)
		return (error);
	if (ndp->ni_vp == NULL) {
		VATTR_NULL(&va);
		va.va_type = VREG;
		va.va_mode = cmode;
		error = VOP_CREATE(ndp->ni_dvp, &ndp->ni_vp, cnp, &va);
		*created = error == 0;
	} else if (fflags & O_EXCL) {
		error = EEXIST;
	} else if (ndp->ni_vp->v_type == VDIR) {
		error = EISDIR;
	}
	if (error != 0) {
		NDRELE(ndp);
		return (error);
	}
	vrele(ndp->ni_dvp);
	ndp->ni_dvp = NULL;
	return (0);
}

/*
 * Open by name, as open(2) says; fflags are FFLAGS() of its flags.  On
 * success ni_vp has a reference, which vn_close() drops; the caller still
 * frees the name.  Nothing is left behind by an error.  If it is to be
 * locked first, who locks it cuts it to length.
 */
int
vn_open(struct nameidata *ndp, int *fflags, int cmode)
{
	struct thread *td = ndp->ni_cnd.cn_thread;
	struct vnode *vp;
	bool created;
	int error;

	GIANT_REQUIRED;
	error = vn_open_lookup(ndp, *fflags, cmode, &created);
	if (error != 0)
		return (error);
	vp = ndp->ni_vp;
	if (created)
		*fflags &= ~O_TRUNC; /* and its mode does not matter */
	else
		error = vn_opencheck(vp, *fflags, ndp->ni_cnd.cn_cred);
	if (error == 0 && vp->v_type == VREG &&
	    (*fflags & (O_TRUNC | O_SHLOCK | O_EXLOCK)) == O_TRUNC)
		error = vn_setsize(vp, 0, td);
	if (error == 0)
		error = VOP_OPEN(vp, *fflags, td);
	if (error != 0) {
		NDRELE(ndp);
		return (error);
	}
	if (*fflags & FWRITE)
		vp->v_writecount++;
	return (0);
}

static int
vn_close1(struct vnode *vp, int fflags, bool revoked, struct thread *td)
{
	int error = 0;

	GIANT_REQUIRED;
	if (fflags & FWRITE) {
		KASSERT(vp->v_writecount > 0, ("vn_close: no writers"));
		vp->v_writecount--;
	}
	if (!revoked)
		error = VOP_CLOSE(vp, fflags, td);
	vrele(vp);
	return (error);
}

/*
 * Undo vn_open(), with the same fflags; drops the reference.
 */
int
vn_close(struct vnode *vp, int fflags, struct thread *td)
{
	return (vn_close1(vp, fflags, false, td));
}

/*
 * How often the device has been revoked that a vnode is one of the names of.
 */
u_int
vn_gen(const struct vnode *vp)
{
	return (vp->v_type == VCHR ? dev_gen(vp->v_rdev) : 0);
}

/*
 * The same after others may have revoked it: gen was vn_gen() at the open.
 */
int
vn_close_gen(struct vnode *vp, int fflags, u_int gen, struct thread *td)
{
	return (vn_close1(vp, fflags, vn_gen(vp) != gen, td));
}

/*
 * Reads, writes and changes of the size of a file exclude each other, so
 * that each is seen whole although Giant may be let go of in the middle.
 * This is no sx lock, because it is taken before the locks of the address
 * space the fault needs, in an order of no other use.  Devices go without.
 */
static void
vn_iolock(struct vnode *vp)
{
	GIANT_REQUIRED;
	if (vp->v_type == VCHR)
		return;
	while (vp->v_vflag & VV_IOBUSY) {
		vp->v_vflag |= VV_IOWANT;
		tsleep(&vp->v_vflag, PINOD, "vnio", 0);
	}
	vp->v_vflag |= VV_IOBUSY;
}

static void
vn_iounlock(struct vnode *vp)
{
	GIANT_REQUIRED;
	if (vp->v_type == VCHR)
		return;
	if (vp->v_vflag & VV_IOWANT)
		wakeup(&vp->v_vflag);
	vp->v_vflag &= ~(VV_IOBUSY | VV_IOWANT);
}

/*
 * Cut a regular file, or make it longer.  Who asks may write it.  0, ETXTBSY,
 * EROFS, or what its file system says.
 */
int
vn_setsize(struct vnode *vp, off_t size, struct thread *td)
{
	struct vattr va;
	int error;

	VATTR_NULL(&va);
	va.va_size = size;
	vn_iolock(vp);
	/* Now: a program may have begun to run from it while we waited. */
	error = vn_writechk(vp);
	if (error == 0)
		error = VOP_SETATTR(vp, &va, td);
	vn_iounlock(vp);
	return (error);
}

/*
 * Read or write len bytes at an offset, from within the kernel.  With
 * resid NULL a short transfer is an error (EIO); else it says what was
 * left.  The caller has checked permissions.
 */
int
vn_rdwr(enum uio_rw rw, struct vnode *vp, void *base, int len, off_t offset,
    enum uio_seg segflg, int ioflag, int *resid, struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	int error;

	GIANT_REQUIRED;
	uio_init(&uio, &iov, base, len, offset, segflg, rw, td);
	vn_iolock(vp);
	if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, ioflag);
	else
		error = VOP_WRITE(vp, &uio, ioflag);
	vn_iounlock(vp);
	if (resid != NULL)
		*resid = uio.uio_resid;
	else if (uio.uio_resid != 0 && error == 0)
		error = EIO;
	return (error);
}

/*
 * revoke(2): all opens of a device file are over.  Who has it open reads
 * the end of the file from a terminal and gets EIO for the rest; who sleeps
 * in the driver is woken and begins again, and finds that.  The caller has
 * a reference.
 */
void
vn_revoke(struct vnode *vp, struct thread *td)
{
	GIANT_REQUIRED;
	KASSERT(vp->v_type == VCHR, ("vn_revoke: no device"));
	dev_revoke(vp->v_rdev, td);
}

static bool
vn_revoked(const struct file *fp)
{
	GIANT_REQUIRED;
	return (vn_gen(fp->f_data) != fp->f_gen);
}

/*
 * Add len bytes of the kernel's own, which nobody's limits are for, to the
 * end of a file: all or nothing.  A file without a name is one that nobody
 * will read, and would take memory for nothing: ENOENT.
 */
int
vn_append(struct vnode *vp, void *base, int len)
{
	struct vattr size, va;
	struct iovec iov;
	struct uio uio;
	int error;

	GIANT_REQUIRED;
	uio_init(&uio, &iov, base, len, 0, UIO_SYSSPACE, UIO_WRITE, NULL);
	vn_iolock(vp);
	error = VOP_GETATTR(vp, &va);
	if (error == 0 && va.va_nlink == 0)
		error = ENOENT;
	if (error != 0)
		goto out;
	error = VOP_WRITE(vp, &uio, IO_UNIT | IO_APPEND);
	if (error == 0 && uio.uio_resid != 0)
		error = EIO;
	if (error != 0) {
		VATTR_NULL(&size);
		size.va_size = va.va_size;
		(void)VOP_SETATTR(vp, &size, curthread);
	}
out:
	vn_iounlock(vp);
	return (error);
}

static int
vn_ioflag(struct file *fp)
{
	int ioflag = IO_INTR;

	if (fp->f_flag & FNONBLOCK)
		ioflag |= IO_NDELAY;
	if (fp->f_flag & FAPPEND)
		ioflag |= IO_APPEND;
	return (ioflag);
}

static int
vn_read(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct vnode *vp = fp->f_data;
	int error;

	mtx_lock(&Giant);
	if (__predict_false(vn_revoked(fp))) {
		error = vn_isatty(vp) ? 0 : EIO;
		mtx_unlock(&Giant);
		return (error);
	}
	vn_iolock(vp);
	if ((flags & FOF_OFFSET) == 0)
		uio->uio_offset = fp->f_offset;
	error = VOP_READ(vp, uio, vn_ioflag(fp));
	if ((flags & FOF_OFFSET) == 0)
		fp->f_offset = uio->uio_offset;
	vn_iounlock(vp);
	mtx_unlock(&Giant);
	return (error);
}

static int
vn_write(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct vnode *vp = fp->f_data;
	int error;

	mtx_lock(&Giant);
	if (__predict_false(vn_revoked(fp))) {
		mtx_unlock(&Giant);
		return (EIO);
	}
	vn_iolock(vp);
	if ((flags & FOF_OFFSET) == 0)
		uio->uio_offset = fp->f_offset;
	error = VOP_WRITE(vp, uio, vn_ioflag(fp));
	if ((flags & FOF_OFFSET) == 0)
		fp->f_offset = uio->uio_offset;
	vn_iounlock(vp);
	mtx_unlock(&Giant);
	return (error);
}

static int
vn_truncate(struct file *fp, off_t length, struct thread *td)
{
	struct vnode *vp = fp->f_data;
	int error;

	if (vp->v_type != VREG)
		return (EINVAL);
	mtx_lock(&Giant);
	error = vn_setsize(vp, length, td);
	mtx_unlock(&Giant);
	return (error);
}

static int
vn_ioctl(struct file *fp, u_long cmd, void *data, struct thread *td)
{
	struct vnode *vp = fp->f_data;
	struct vattr va;
	int error;

	mtx_lock(&Giant);
	if (vn_revoked(fp)) {
		error = ENOTTY;
	} else if (vp->v_type == VREG && cmd == FIONREAD) {
		error = VOP_GETATTR(vp, &va);
		if (error == 0)
			*(int *)data = MIN(MAX(va.va_size - fp->f_offset, 0),
			    INT_MAX);
	} else {
		error = VOP_IOCTL(vp, cmd, data, fp->f_flag, td);
	}
	mtx_unlock(&Giant);
	return (error);
}

static int
vn_poll(struct file *fp, int events, struct thread *td)
{
	struct vnode *vp = fp->f_data;
	int revents;

	mtx_lock(&Giant);
	if (vn_revoked(fp))
		revents = POLLHUP | (events & (POLLIN | POLLRDNORM));
	else
		revents = VOP_POLL(vp, events, td);
	mtx_unlock(&Giant);
	return (revents);
}

/*
 * What stat(2) says of a vnode; sb is all filled in.
 */
int
vn_stat(struct vnode *vp, struct stat *sb, struct thread *td)
{
	struct vattr va;
	int error;

	GIANT_REQUIRED;
	bzero(sb, sizeof(*sb));
	error = VOP_GETATTR(vp, &va);
	if (error != 0)
		return (error);
	sb->st_dev = va.va_fsid;
	sb->st_ino = va.va_fileid;
	sb->st_mode = va.va_mode | vtype_to_mode(va.va_type);
	sb->st_nlink = va.va_nlink;
	sb->st_uid = va.va_uid;
	sb->st_gid = va.va_gid;
	sb->st_rdev = va.va_rdev;
	sb->st_atim = va.va_atime;
	sb->st_mtim = va.va_mtime;
	sb->st_ctim = va.va_ctime;
	sb->st_birthtim = va.va_birthtime;
	sb->st_size = va.va_size;
	sb->st_blocks = howmany(va.va_bytes, S_BLKSIZE);
	sb->st_blksize = va.va_blocksize;
	sb->st_flags = va.va_flags;
	sb->st_gen = va.va_gen;
	return (0);
}

static int
vn_statfile(struct file *fp, struct stat *sb, struct thread *td)
{
	int error;

	mtx_lock(&Giant);
	error = vn_stat(fp->f_data, sb, td);
	mtx_unlock(&Giant);
	return (error);
}

static int
vn_closefile(struct file *fp, struct thread *td)
{
	int error;

	mtx_lock(&Giant);
	if (fp->f_flag & FHASLOCK)
		lf_flock_drop(fp, fp->f_data);
	error = vn_close_gen(fp->f_data, fp->f_flag, fp->f_gen, td);
	mtx_unlock(&Giant);
	return (error);
}

/*
 * The path of a directory from the caller's root, written into the end of
 * buf; *path is where it begins.  ENOENT if it has been removed, ERANGE if
 * the buffer is too small.  The caller has a reference.
 */
int
vn_fullpath(struct vnode *vp, char *buf, size_t size, char **path)
{
	struct filedesc *fdp = curproc->p_fd;
	struct vnode *dvp, *root;
	char name[NAME_MAX + 1], *p;
	size_t len;
	int error = 0;

	GIANT_REQUIRED;
	if (size < 2)
		return (ERANGE);
	root = fdp->fd_rdir != NULL ? fdp->fd_rdir : rootvnode;
	p = buf + size - 1;
	*p = '\0';
	vref(vp);
	while (vp != root && vp != rootvnode) {
		if (vp->v_vflag & VV_ROOT) {
			dvp = vp->v_mount->mnt_vnodecovered;
			vref(dvp);
			vrele(vp);
			vp = dvp;
			continue;
		}
		error = VOP_VPTOCNP(vp, &dvp, name, sizeof(name));
		if (error != 0)
			break;
		vrele(vp);
		vp = dvp;
		len = strlen(name);
		if ((size_t)(p - buf) < len + 1) {
			error = ERANGE;
			break;
		}
		p -= len;
		memcpy(p, name, len);
		*--p = '/';
	}
	vrele(vp);
	if (error == 0 && *p == '\0')
		*--p = '/';
	*path = p;
	return (error);
}

/*
 * See vnode.h.
 */
int
vn_position(struct file *fp, off_t offset, int whence, off_t *result)
{
	struct vattr va;
	off_t base;
	int error;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = fp->f_offset;
		break;
	case SEEK_END:
		error = VOP_GETATTR(file_vnode(fp), &va);
		if (error != 0)
			return (error);
		base = va.va_size;
		break;
	default:
		return (EINVAL);
	}
	if (offset > 0 && base > OFF_MAX - offset)
		return (EOVERFLOW);
	if (base + offset < 0)
		return (EINVAL);
	*result = base + offset;
	return (0);
}
