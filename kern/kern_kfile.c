/*
 * What others are told of open files: sysctl kern.proc.filedesc, for
 * fstat, and the names below /proc/PID/fd.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/user.h>
#include <sys/vnode.h>

/* What a file that is no vnode is called, by f_type. */
static const char *const type_names[] = {
	[DTYPE_PIPE] = "pipe",
	[DTYPE_FIFO] = "fifo",
	[DTYPE_SOCKET] = "socket",
	[DTYPE_KQUEUE] = "kqueue",
	[DTYPE_PROCDESC] = "process",
};

static const char *
type_name(const struct file *fp)
{
	if ((u_int)fp->f_type < nitems(type_names) &&
	    type_names[fp->f_type] != NULL)
		return (type_names[fp->f_type]);
	return ("unknown");
}

/*
 * The path of a file of a file system, or "TYPE:[NUMBER]"; written into
 * buf, *name is where it begins.  The caller has a reference, and Giant.
 */
void
kinfo_file_name(struct file *fp, char *buf, size_t size, char **name)
{
	struct stat sb;

	GIANT_REQUIRED;
	if (file_vnode(fp) != NULL &&
	    vn_fullpath(file_vnode(fp), buf, size, name) == 0)
		return;
	bzero(&sb, sizeof(sb));
	if (fp->f_ops->fo_stat(fp, &sb, curthread) != 0)
		sb.st_ino = 0;
	snprintf(buf, size, "%s:[%u]",
	    fp->f_type == DTYPE_VNODE ? "file" : type_name(fp),
	    (u_int)sb.st_ino);
	*name = buf;
}

static void
kfile_stat(struct kinfo_file *kf, const struct stat *sb)
{
	kf->kf_dev = sb->st_dev;
	kf->kf_ino = sb->st_ino;
	kf->kf_mode = sb->st_mode;
	kf->kf_rdev = sb->st_rdev;
	kf->kf_size = sb->st_size;
}

/*
 * Give out one record, cut off behind its path.
 */
static int
kfile_out(struct sysctl_req *req, struct kinfo_file *kf, const char *path)
{
	strlcpy(kf->kf_path, path, sizeof(kf->kf_path));
	kf->kf_structsize = roundup2(offsetof(struct kinfo_file, kf_path) +
		strlen(kf->kf_path) + 1,
	    sizeof(u_int64_t));
	return (SYSCTL_OUT(req, kf, kf->kf_structsize));
}

/* A vnode that no descriptor refers to; its reference is taken over. */
static int
kfile_vnode(struct sysctl_req *req, struct kinfo_file *kf, int fd,
    struct vnode *vp, char *buf)
{
	struct stat sb;
	char *path;
	int error;

	if (vp == NULL)
		return (0);
	bzero(kf, sizeof(*kf));
	kf->kf_fd = fd;
	kf->kf_type = DTYPE_VNODE;
	kf->kf_flags = FREAD;
	mtx_lock(&Giant);
	if (vn_stat(vp, &sb, req->td) == 0)
		kfile_stat(kf, &sb);
	if (vn_fullpath(vp, buf, MAXPATHLEN, &path) != 0)
		path = "-";
	vrele(vp);
	mtx_unlock(&Giant);
	error = kfile_out(req, kf, path);
	return (error);
}

/* A descriptor; the file's reference is taken over. */
static int
kfile_fd(struct sysctl_req *req, struct kinfo_file *kf, int fd,
    struct file *fp, char *buf)
{
	struct stat sb;
	char *path;

	bzero(kf, sizeof(*kf));
	kf->kf_fd = fd;
	kf->kf_type = fp->f_type;
	kf->kf_flags = fp->f_flag;
	kf->kf_ref_count = fp->f_count - 1;
	mtx_lock(&Giant);
	kf->kf_offset = fp->f_offset;
	bzero(&sb, sizeof(sb));
	if (fp->f_ops->fo_stat(fp, &sb, req->td) == 0)
		kfile_stat(kf, &sb);
	kinfo_file_name(fp, buf, MAXPATHLEN, &path);
	mtx_unlock(&Giant);
	fdrop(fp, req->td);
	return (kfile_out(req, kf, path));
}

/*
 * What a process has open.  Its program's reference is taken over, and the
 * table's.
 */
static int
kfile_table(struct sysctl_req *req, struct filedesc *fdp,
    struct vnode *text, struct kinfo_file *kf, char *buf)
{
	struct vnode *cdir, *rdir;
	struct file *fp;
	int error, fd;

	FILEDESC_LOCK(fdp);
	cdir = fdp->fd_cdir != NULL ? fdp->fd_cdir : rootvnode;
	rdir = fdp->fd_rdir != NULL ? fdp->fd_rdir : rootvnode;
	vref(cdir);
	vref(rdir);
	FILEDESC_UNLOCK(fdp);
	error = kfile_vnode(req, kf, KF_FD_TYPE_TEXT, text, buf);
	if (error == 0)
		error = kfile_vnode(req, kf, KF_FD_TYPE_CWD, cdir, buf);
	else
		vrele(cdir);
	if (error == 0)
		error = kfile_vnode(req, kf, KF_FD_TYPE_ROOT, rdir, buf);
	else
		vrele(rdir);
	for (fd = 0; error == 0; fd++) {
		fp = fdnext(fdp, fd, &fd);
		if (fp == NULL)
			break;
		error = kfile_fd(req, kf, fd, fp, buf);
	}
	fdunhold(fdp, req->td);
	return (error);
}

/*
 * kern.proc.filedesc.PID: a struct kinfo_file for the program, the two
 * directories and each descriptor; each as long as its kf_structsize says.
 */
static int
sysctl_kern_proc_filedesc(SYSCTL_HANDLER_ARGS)
{
	struct filedesc *fdp = NULL;
	struct kinfo_file *kf;
	struct vnode *text = NULL;
	struct proc *p;
	char *buf;
	int *name = arg1, error;

	if (arg2 != 1)
		return (EINVAL);
	p = pfind(*name);
	if (p == NULL)
		return (ESRCH);
	error = p_candebug(req->td, p);
	if (error == 0)
		fdp = fdhold(p);
	if (fdp != NULL && p->p_textvp != NULL) {
		text = p->p_textvp;
		vref(text);
	}
	PROC_UNLOCK(p);
	if (fdp == NULL)
		return (error);
	kf = malloc(sizeof(*kf) + MAXPATHLEN, M_TEMP, M_NOWAIT);
	if (kf == NULL) {
		if (text != NULL)
			vrele(text);
		fdunhold(fdp, req->td);
		return (ENOMEM);
	}
	buf = (char *)(kf + 1);
	error = kfile_table(req, fdp, text, kf, buf);
	free(kf, M_TEMP);
	return (error);
}
SYSCTL_NODE(_kern_proc, KERN_PROC_FILEDESC, filedesc, CTLFLAG_RD,
    sysctl_kern_proc_filedesc, "open files of a process");
