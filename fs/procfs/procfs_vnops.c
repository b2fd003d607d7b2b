/*
 * /proc: what can be done with its nodes.
 *
 *	/proc/curproc, /proc/self	links to the reader's own directory
 *	/proc/PID/			a directory for each live process
 *		status map cmdline pagemap	texts
 *		file			a link to the program
 *		fd/N			links to what the descriptors refer to
 *
 * Nothing can be written.  map, pagemap and fd are for who may debug the
 * process; that is asked at each read, for a program may have been changed
 * to another user's since the file was opened.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
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
#include <sys/user.h>
#include <sys/vnode.h>
#include <fs/procfs/procfs.h>

#define	PROCFS_BUFSIZE	8192		/* most bytes of one read */
#define	PROCFS_NUMLEN	12		/* of a number, as a name */
#define	PROCFS_FDINO	0x2000		/* of descriptor 0, in its process */

/* Offsets in directories; "." and ".." come first. */
#define	COOKIE_DOT	0
#define	COOKIE_DOTDOT	1
#define	COOKIE_FIRST	2

const struct procfs_kind procfs_root_kind = { "", VDIR, 0555, NULL };
static const struct procfs_kind root_kinds[] = {
	{ "curproc", VLNK, 0777, NULL },
	{ "self", VLNK, 0777, NULL },
};
static const struct procfs_kind process_kind = { "", VDIR, 0555, NULL };
static const struct procfs_kind process_kinds[] = {
	{ "status", VREG, 0444, procfs_status },
	{ "cmdline", VREG, 0444, procfs_cmdline },
	{ "map", VREG, 0400, procfs_map },
	{ "pagemap", VREG, 0400, procfs_pagemap },
	{ "file", VLNK, 0777, NULL },
	{ "fd", VDIR, 0500, NULL },
};
#define	KIND_FILE	(&process_kinds[4])
#define	KIND_FDDIR	(&process_kinds[5])
static const struct procfs_kind fd_kind = { "", VLNK, 0777, NULL };

static ino_t
procfs_ino(const struct procfs_node *pn)
{
	if (pn->pn_kind == &procfs_root_kind)
		return (2);
	if (pn->pn_pid == NO_PID)
		return (3 + (pn->pn_kind - root_kinds));
	if (pn->pn_kind == &process_kind)
		return ((pn->pn_pid + 1) << 14);
	if (pn->pn_kind == &fd_kind)
		return ((pn->pn_pid + 1) << 14 | PROCFS_FDINO | pn->pn_fd);
	return ((pn->pn_pid + 1) << 14 | (1 + (pn->pn_kind - process_kinds)));
}

/*
 * Names.
 */

/* A name that is a number without leading zeros, or -1. */
static int
procfs_number(const char *name, size_t len)
{
	int n = 0;
	size_t i;

	if (len == 0 || len > 9 || (len > 1 && name[0] == '0'))
		return (-1);
	for (i = 0; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return (-1);
		n = n * 10 + (name[i] - '0');
	}
	return (n);
}

/* The kind with that name, or NULL. */
static const struct procfs_kind *
procfs_named(const struct procfs_kind *kinds, u_int n, const char *name,
    size_t len)
{
	u_int i;

	for (i = 0; i < n; i++)
		if (strlen(kinds[i].pk_name) == len &&
		    memcmp(kinds[i].pk_name, name, len) == 0)
			return (&kinds[i]);
	return (NULL);
}

static int
lookup_root(struct mount *mp, const char *name, size_t len,
    struct vnode **vpp)
{
	const struct procfs_kind *kind;
	struct proc *p;
	int error;

	kind = procfs_named(root_kinds, nitems(root_kinds), name, len);
	if (kind != NULL)
		return (procfs_node_alloc(mp, kind, NULL, -1, vpp));
	p = pfind(procfs_number(name, len));
	if (p == NULL)
		return (ENOENT);
	error = procfs_node_alloc(mp, &process_kind, p, -1, vpp);
	PROC_UNLOCK(p);
	return (error);
}

/* A file of another process, and the table that it is in, while it is used. */
struct procfs_file {
	struct	filedesc *pf_table;
	struct	file *pf_file;
	int	pf_fd;
};

/*
 * The file behind a descriptor of the node's process, from "fd" on, to be put
 * back.  False if there is none, or it is nobody's business.
 */
static bool
procfs_getfile(struct procfs_node *pn, int fd, struct procfs_file *pf)
{
	struct filedesc *fdp = NULL;
	struct proc *p;

	p = procfs_proc(pn);
	if (p == NULL)
		return (false);
	if (p_candebug(curthread, p) == 0)
		fdp = fdhold(p);
	PROC_UNLOCK(p);
	if (fdp == NULL)
		return (false);
	pf->pf_table = fdp;
	pf->pf_file = fdnext(fdp, fd, &pf->pf_fd);
	if (pf->pf_file == NULL)
		fdunhold(fdp, curthread);
	return (pf->pf_file != NULL);
}

/* The table last: an event queue's file needs it when it is closed. */
static void
procfs_putfile(struct procfs_file *pf)
{
	fdrop(pf->pf_file, curthread);
	fdunhold(pf->pf_table, curthread);
}

static int
lookup_fd(struct procfs_node *pn, const char *name, size_t len,
    struct vnode **vpp)
{
	int error, fd = procfs_number(name, len);
	struct procfs_file pf;
	struct proc *p;

	if (fd == -1)
		return (ENOENT);
	if (!procfs_getfile(pn, fd, &pf))
		return (ENOENT);
	procfs_putfile(&pf);
	p = pf.pf_fd == fd ? procfs_proc(pn) : NULL;
	if (p == NULL)
		return (ENOENT);
	error = procfs_node_alloc(PTOV(pn)->v_mount, &fd_kind, p, fd, vpp);
	PROC_UNLOCK(p);
	return (error);
}

/* A node of the same process. */
static int
lookup_process(struct procfs_node *pn, const struct procfs_kind *kind,
    struct vnode **vpp)
{
	struct proc *p;
	int error;

	p = procfs_proc(pn);
	if (p == NULL)
		return (ENOENT);
	error = procfs_node_alloc(PTOV(pn)->v_mount, kind, p, -1, vpp);
	PROC_UNLOCK(p);
	return (error);
}

/* The directory above a directory that is not the root. */
static int
procfs_parent(struct procfs_node *pn, struct vnode **vpp)
{
	struct mount *mp = PTOV(pn)->v_mount;

	if (pn->pn_kind == KIND_FDDIR)
		return (lookup_process(pn, &process_kind, vpp));
	return (mp->mnt_op->vfs_root(mp, vpp));
}

static int
procfs_lookup(struct vnode *dvp, struct vnode **vpp,
    struct componentname *cnp)
{
	struct procfs_node *dir = VTOP(dvp);
	const struct procfs_kind *kind;

	GIANT_REQUIRED;
	*vpp = NULL;
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
		return (0);
	}
	if (cnp->cn_flags & ISDOTDOT)
		return (procfs_parent(dir, vpp));
	if (dir->pn_kind == &procfs_root_kind)
		return (lookup_root(dvp->v_mount, cnp->cn_nameptr,
		    cnp->cn_namelen, vpp));
	if (dir->pn_kind == KIND_FDDIR)
		return (lookup_fd(dir, cnp->cn_nameptr, cnp->cn_namelen, vpp));
	kind = procfs_named(process_kinds, nitems(process_kinds),
	    cnp->cn_nameptr, cnp->cn_namelen);
	return (kind != NULL ? lookup_process(dir, kind, vpp) : ENOENT);
}

static int
procfs_vptocnp(struct vnode *vp, struct vnode **dvpp, char *name, size_t size)
{
	struct procfs_node *pn = VTOP(vp);

	GIANT_REQUIRED;
	if (pn->pn_kind == &process_kind)
		snprintf(name, size, "%d", pn->pn_pid);
	else if (pn->pn_kind == KIND_FDDIR)
		strlcpy(name, pn->pn_kind->pk_name, size);
	else
		return (ENOENT);
	return (procfs_parent(pn, dvpp));
}

static void
procfs_inactive(struct vnode *vp)
{
	procfs_node_free(VTOP(vp));
}

/*
 * Attributes.
 */

/*
 * What belongs to a process is its user's, and what is private to it root's
 * if it has changed privileges.  ENOENT if it is gone.
 */
static int
procfs_owner(struct procfs_node *pn, uid_t *uid, gid_t *gid)
{
	struct proc *p;

	*uid = 0;
	*gid = 0;
	if (pn->pn_pid == NO_PID)
		return (0);
	p = procfs_proc(pn);
	if (p == NULL)
		return (ENOENT);
	if ((p->p_flag & P_SUGID) == 0 || (pn->pn_kind->pk_mode & 0044) != 0) {
		*uid = p->p_ucred->cr_uid;
		*gid = p->p_ucred->cr_gid;
	}
	PROC_UNLOCK(p);
	return (0);
}

static int
procfs_access(struct vnode *vp, int accmode, const struct ucred *cred)
{
	struct procfs_node *pn = VTOP(vp);
	uid_t uid;
	gid_t gid;
	int error;

	if (accmode & VWRITE)
		return (EROFS);
	error = procfs_owner(pn, &uid, &gid);
	if (error != 0)
		return (error);
	return (vaccess(vp->v_type, pn->pn_kind->pk_mode, uid, gid, accmode,
	    cred));
}

static int
procfs_getattr(struct vnode *vp, struct vattr *vap)
{
	struct procfs_node *pn = VTOP(vp);
	int error;

	GIANT_REQUIRED;
	bzero(vap, sizeof(*vap));
	error = procfs_owner(pn, &vap->va_uid, &vap->va_gid);
	if (error != 0)
		return (error);
	vap->va_type = vp->v_type;
	vap->va_mode = pn->pn_kind->pk_mode;
	vap->va_nlink = vp->v_type == VDIR ? 2 : 1;
	vap->va_fsid = vp->v_mount->mnt_dev;
	vap->va_fileid = procfs_ino(pn);
	vap->va_blocksize = PAGE_SIZE;
	vap->va_rdev = NODEV;
	vfs_timestamp(&vap->va_mtime);
	vap->va_atime = vap->va_ctime = vap->va_birthtime = vap->va_mtime;
	return (0);
}

static int
procfs_setattr(struct vnode *vp, struct vattr *vap, struct thread *td)
{
	return (EROFS);
}

static int
procfs_pathconf(struct vnode *vp, int name, register_t *result)
{
	switch (name) {
	case _PC_LINK_MAX:
		*result = 1;
		return (0);
	case _PC_NAME_MAX:
		*result = NAME_MAX;
		return (0);
	case _PC_PATH_MAX:
		*result = PATH_MAX;
		return (0);
	case _PC_NO_TRUNC:
		*result = 1;
		return (0);
	default:
		return (EINVAL);
	}
}

/*
 * Contents.
 */

static int
procfs_open(struct vnode *vp, int fflag, struct thread *td)
{
	return (0);
}

static int
procfs_close(struct vnode *vp, int fflag, struct thread *td)
{
	return (0);
}

/*
 * Keep a short text that everybody may read, so that the rest of it is not
 * that of another moment.  Without memory it is made again.
 */
static void
procfs_keep(struct procfs_node *pn, const struct procfs_text *pt)
{
	free(pn->pn_text, M_TEMP);
	pn->pn_text = NULL;
	if ((pn->pn_kind->pk_mode & S_IROTH) == 0 || procfs_full(pt))
		return;
	pn->pn_text = malloc(pt->pt_pos + 1, M_TEMP, M_NOWAIT);
	if (pn->pn_text != NULL) {
		memcpy(pn->pn_text, pt->pt_buf, pt->pt_pos);
		pn->pn_length = pt->pt_pos;
	}
}

/*
 * A part of the text as it is now.
 */
static int
procfs_read_now(struct procfs_node *pn, struct uio *uio)
{
	struct procfs_text pt;
	int error;

	pt.pt_from = uio->uio_offset;
	pt.pt_pos = 0;
	pt.pt_size = PROCFS_BUFSIZE;
	pt.pt_buf = malloc(pt.pt_size, M_TEMP, M_NOWAIT);
	if (pt.pt_buf == NULL)
		return (ENOMEM);
	error = pn->pn_kind->pk_fill(pn, &pt, uio->uio_td);
	if (error == 0 && pt.pt_from == 0)
		procfs_keep(pn, &pt);
	if (error == 0 && pt.pt_pos > pt.pt_from)
		error = uiomove(pt.pt_buf,
		    MIN(pt.pt_pos - pt.pt_from, (off_t)pt.pt_size), uio);
	free(pt.pt_buf, M_TEMP);
	return (error);
}

/*
 * Reads of a vnode exclude each other (vn_iolock), so the text stays.
 */
static int
procfs_read(struct vnode *vp, struct uio *uio, int ioflag)
{
	struct procfs_node *pn = VTOP(vp);

	GIANT_REQUIRED;
	if (vp->v_type == VDIR)
		return (EISDIR);
	if (pn->pn_kind->pk_fill == NULL || uio->uio_offset < 0)
		return (EINVAL);
	if (uio->uio_resid == 0)
		return (0);
	if (pn->pn_text == NULL || uio->uio_offset == 0)
		return (procfs_read_now(pn, uio));
	if (uio->uio_offset >= pn->pn_length)
		return (0);
	return (uiomove(pn->pn_text + uio->uio_offset,
	    pn->pn_length - uio->uio_offset, uio));
}

static int
procfs_write(struct vnode *vp, struct uio *uio, int ioflag)
{
	return (EROFS);
}

static int
procfs_ioctl(struct vnode *vp, u_long cmd, void *data, int fflag,
    struct thread *td)
{
	return (ENOTTY);
}

static int
procfs_poll(struct vnode *vp, int events, struct thread *td)
{
	return (events & (POLLIN | POLLRDNORM));
}

static int
procfs_fsync(struct vnode *vp)
{
	return (0);
}

/*
 * The text of a link, which has room for MAXPATHLEN bytes.
 */
static int
procfs_link(struct procfs_node *pn, char *buf, char **text)
{
	struct vnode *vp = NULL;
	struct procfs_file pf;
	struct proc *p;
	int error;

	*text = buf;
	if (pn->pn_pid == NO_PID) {
		snprintf(buf, MAXPATHLEN, "%d", curproc->p_pid);
		return (0);
	}
	if (pn->pn_kind == &fd_kind) {
		if (!procfs_getfile(pn, pn->pn_fd, &pf))
			return (ENOENT);
		if (pf.pf_fd == pn->pn_fd)
			kinfo_file_name(pf.pf_file, buf, MAXPATHLEN, text);
		procfs_putfile(&pf);
		return (pf.pf_fd == pn->pn_fd ? 0 : ENOENT);
	}
	p = procfs_proc(pn);
	if (p == NULL)
		return (ENOENT);
	vp = p->p_textvp;
	if (vp != NULL)
		vref(vp);
	PROC_UNLOCK(p);
	error = vp != NULL ? vn_fullpath(vp, buf, MAXPATHLEN, text) : ENOENT;
	if (vp != NULL)
		vrele(vp);
	if (error != 0) {
		/* a kernel thread, or a program whose name is gone */
		strlcpy(buf, "unknown", MAXPATHLEN);
		*text = buf;
	}
	return (0);
}

static int
procfs_readlink(struct vnode *vp, struct uio *uio)
{
	char *buf, *text;
	int error;

	GIANT_REQUIRED;
	buf = malloc(MAXPATHLEN, M_TEMP, M_NOWAIT);
	if (buf == NULL)
		return (ENOMEM);
	error = procfs_link(VTOP(vp), buf, &text);
	if (error == 0)
		error = uiomove(text, strlen(text), uio);
	free(buf, M_TEMP);
	return (error);
}

/*
 * Directories.
 */

/* An entry, made on the way. */
struct procfs_entry {
	off_t	pe_cookie;
	struct	procfs_node pe_node;	/* kind, pid, descriptor; no vnode */
	char	pe_number[PROCFS_NUMLEN];
	const char *pe_name;
};

static void
entry_number(struct procfs_entry *pe, int n)
{
	snprintf(pe->pe_number, sizeof(pe->pe_number), "%d", n);
	pe->pe_name = pe->pe_number;
}

/*
 * The first entry of the root at or behind i, which counts from the first
 * name on: first the links, then the processes by their pids.
 */
static bool
entry_root(int i, struct procfs_entry *pe)
{
	pid_t pid;

	pe->pe_node.pn_pid = NO_PID;
	if (i < (int)nitems(root_kinds)) {
		pe->pe_node.pn_kind = &root_kinds[i];
		pe->pe_name = root_kinds[i].pk_name;
		return (true);
	}
	pid = pid_next(i - nitems(root_kinds));
	if (pid == NO_PID)
		return (false);
	pe->pe_cookie = COOKIE_FIRST + nitems(root_kinds) + pid;
	pe->pe_node.pn_kind = &process_kind;
	pe->pe_node.pn_pid = pid;
	entry_number(pe, pid);
	return (true);
}

/* The same of a process and of its descriptors. */
static bool
entry_process(int i, struct procfs_entry *pe)
{
	if (i >= (int)nitems(process_kinds))
		return (false);
	pe->pe_node.pn_kind = &process_kinds[i];
	pe->pe_name = process_kinds[i].pk_name;
	return (true);
}

static bool
entry_fd(struct procfs_node *dir, int i, struct procfs_entry *pe)
{
	struct procfs_file pf;

	if (!procfs_getfile(dir, i, &pf))
		return (false);
	procfs_putfile(&pf);
	pe->pe_cookie = COOKIE_FIRST + pf.pf_fd;
	pe->pe_node.pn_kind = &fd_kind;
	pe->pe_node.pn_fd = pf.pf_fd;
	entry_number(pe, pf.pf_fd);
	return (true);
}

/*
 * The first entry at or behind a cookie; false if there is none.
 */
static bool
procfs_entry(struct procfs_node *dir, off_t cookie, struct procfs_entry *pe)
{
	int i = cookie - COOKIE_FIRST;

	pe->pe_cookie = cookie;
	pe->pe_node.pn_kind = dir->pn_kind;
	pe->pe_node.pn_pid = dir->pn_pid;
	pe->pe_node.pn_fd = -1;
	if (cookie == COOKIE_DOT) {
		pe->pe_name = ".";
		return (true);
	}
	if (cookie == COOKIE_DOTDOT) {
		pe->pe_name = "..";
		pe->pe_node.pn_kind = dir->pn_kind == KIND_FDDIR ?
		    &process_kind :
		    &procfs_root_kind;
		return (true);
	}
	if (dir->pn_kind == &procfs_root_kind)
		return (entry_root(i, pe));
	if (dir->pn_kind == KIND_FDDIR)
		return (entry_fd(dir, i, pe));
	return (entry_process(i, pe));
}

static int
procfs_readdir(struct vnode *vp, struct uio *uio, bool *eof)
{
	off_t cookie = uio->uio_offset;
	struct procfs_entry pe;
	struct dirent d;
	int error = 0;

	GIANT_REQUIRED;
	*eof = false;
	if (cookie < 0)
		return (EINVAL);
	for (;;) {
		if (cookie > INT_MAX || !procfs_entry(VTOP(vp), cookie, &pe)) {
			*eof = true;
			break;
		}
		bzero(&d, sizeof(d));
		d.d_fileno = procfs_ino(&pe.pe_node);
		d.d_namlen = strlen(pe.pe_name);
		d.d_type = IFTODT(vtype_to_mode(pe.pe_node.pn_kind->pk_type));
		strlcpy(d.d_name, pe.pe_name, sizeof(d.d_name));
		d.d_reclen = GENERIC_DIRSIZ(&d);
		if (d.d_reclen > uio->uio_resid)
			break;
		error = uiomove(&d, d.d_reclen, uio);
		if (error != 0)
			break;
		cookie = pe.pe_cookie + 1;
	}
	uio->uio_offset = cookie;
	return (error);
}

/*
 * What makes or removes names is refused before it comes here.
 */
const struct vop_vector procfs_vnodeops = {
	.vop_lookup = procfs_lookup,
	.vop_open = procfs_open,
	.vop_close = procfs_close,
	.vop_access = procfs_access,
	.vop_getattr = procfs_getattr,
	.vop_setattr = procfs_setattr,
	.vop_read = procfs_read,
	.vop_write = procfs_write,
	.vop_ioctl = procfs_ioctl,
	.vop_poll = procfs_poll,
	.vop_fsync = procfs_fsync,
	.vop_readdir = procfs_readdir,
	.vop_readlink = procfs_readlink,
	.vop_pathconf = procfs_pathconf,
	.vop_vptocnp = procfs_vptocnp,
	.vop_inactive = procfs_inactive,
};
