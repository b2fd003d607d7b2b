/*
 * Vnodes: files as the kernel sees them, whatever file system keeps them.
 *
 * The vnode lies inside the file system's own structure (v_data points
 * back to it).  v_usecount counts who uses the vnode now; when the last
 * one lets go, VOP_INACTIVE tells the file system, which may free it.
 *
 * Owned by kern/vfs_subr.c.
 *
 * Lock key
 *	n  atomic: who has a reference may take another one without a lock;
 *	   the first one is taken, and the last one dropped, under Giant
 *	b  constant once the vnode has been made
 *	G  Giant
 * All VOP_* are called with Giant held and with a reference to each vnode
 * passed; Giant is dropped where they sleep.
 */
#ifndef _SYS_VNODE_H_
#define	_SYS_VNODE_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/timespec.h>
#include <sys/uio.h>

struct componentname;
struct file;
struct fileops;
struct lockf;
struct mount;
struct nameidata;
struct pipe;
struct stat;
struct thread;
struct ucred;
struct vm_object;
struct vnode;

enum vtype { VNON, VREG, VDIR, VBLK, VCHR, VLNK, VSOCK, VFIFO, VBAD };

/* v_vflag */
#define	VV_ROOT		0x0001		/* root of its file system */
#define	VV_IOBUSY	0x0004		/* read, written or cut just now */
#define	VV_IOWANT	0x0008		/* somebody waits for its end */
#define	VV_NOLOCK	0x0010		/* no advisory locks (b) */

struct vnode {
	volatile u_int	v_usecount;	/* (n) references */
	volatile u_int	v_textcount;	/* (n) processes that run from it */
	enum	vtype v_type;		/* (b) */
	int	v_vflag;		/* (G) VV_* */
	int	v_writecount;		/* (G) open for writing */
	const struct vop_vector *v_op;	/* (b) */
	struct	mount *v_mount;		/* (b) file system it is on */
	struct	mount *v_mountedhere;	/* (G) mounted on this directory */
	struct	vm_object *v_object;	/* (b) pages of a VREG, a reference */
	dev_t	v_rdev;			/* (b) VCHR: device number */
	struct	pipe *v_fifo;		/* (G) VFIFO: while it is open */
	LIST_HEAD(, lockf) v_locks;	/* (lockf_mtx) held by anybody */
	void	*v_data;		/* (b) the file system's own */
};

/* Attributes; in VOP_SETATTR a field that is VNOVAL is left alone. */
struct vattr {
	enum	vtype va_type;
	mode_t	va_mode;		/* permissions, without the type */
	nlink_t	va_nlink;
	uid_t	va_uid;
	gid_t	va_gid;
	dev_t	va_fsid;
	ino_t	va_fileid;
	off_t	va_size;		/* bytes */
	long	va_blocksize;		/* good size for I/O */
	struct	timespec va_atime;
	struct	timespec va_mtime;
	struct	timespec va_ctime;
	struct	timespec va_birthtime;
	u_int	va_gen;
	u_int	va_flags;
	dev_t	va_rdev;
	int	va_vaflags;		/* VA_* */
	off_t	va_bytes;		/* memory in use */
};
#define	VNOVAL		(-1)
#define	VA_UTIMES_NULL	0x01		/* to now: who may write, may do it */

/* VOP_ACCESS */
#define	VEXEC		0000100
#define	VWRITE		0000200
#define	VREAD		0000400
#define	VSVTX		S_ISVTX

/* ioflag of VOP_READ, VOP_WRITE and vn_rdwr */
#define	IO_UNIT		0x01		/* all or nothing */
#define	IO_APPEND	0x02		/* at the end */
#define	IO_NDELAY	0x10		/* FNONBLOCK: do not wait */
#define	IO_INTR		0x20		/* a signal may end a long one early */
#define	IO_NODELOCKED	0x08		/* accepted; there is no node lock */

struct vop_vector {
	int	(*vop_lookup)(struct vnode *dvp, struct vnode **vpp,
		    struct componentname *);
	int	(*vop_create)(struct vnode *dvp, struct vnode **vpp,
		    struct componentname *, struct vattr *);
	int	(*vop_mkdir)(struct vnode *dvp, struct vnode **vpp,
		    struct componentname *, struct vattr *);
	int	(*vop_symlink)(struct vnode *dvp, struct vnode **vpp,
		    struct componentname *, struct vattr *,
		    const char *target);
	int	(*vop_link)(struct vnode *dvp, struct vnode *vp,
		    struct componentname *);
	int	(*vop_remove)(struct vnode *dvp, struct vnode *vp,
		    struct componentname *);
	int	(*vop_rmdir)(struct vnode *dvp, struct vnode *vp,
		    struct componentname *);
	int	(*vop_rename)(struct vnode *fdvp, struct vnode *fvp,
		    struct componentname *fcnp, struct vnode *tdvp,
		    struct vnode *tvp, struct componentname *tcnp);
	int	(*vop_open)(struct vnode *, int fflag, struct thread *);
	int	(*vop_close)(struct vnode *, int fflag, struct thread *);
	int	(*vop_access)(struct vnode *, int accmode,
		    const struct ucred *);
	int	(*vop_getattr)(struct vnode *, struct vattr *);
	int	(*vop_setattr)(struct vnode *, struct vattr *,
		    struct thread *);
	int	(*vop_read)(struct vnode *, struct uio *, int ioflag);
	int	(*vop_write)(struct vnode *, struct uio *, int ioflag);
	int	(*vop_ioctl)(struct vnode *, u_long cmd, void *data,
		    int fflag, struct thread *);
	int	(*vop_poll)(struct vnode *, int events, struct thread *);
	int	(*vop_fsync)(struct vnode *);
	int	(*vop_readdir)(struct vnode *, struct uio *, bool *eof);
	int	(*vop_readlink)(struct vnode *, struct uio *);
	int	(*vop_pathconf)(struct vnode *, int name, register_t *);
	/* the parent of a directory, and the name it has there */
	int	(*vop_vptocnp)(struct vnode *, struct vnode **dvpp,
		    char *name, size_t size);
	void	(*vop_inactive)(struct vnode *);
};

#define	VOP_LOOKUP(d, vpp, c)	((d)->v_op->vop_lookup((d), (vpp), (c)))
#define	VOP_CREATE(d, vpp, c, a) ((d)->v_op->vop_create((d), (vpp), (c), (a)))
#define	VOP_MKDIR(d, vpp, c, a)	((d)->v_op->vop_mkdir((d), (vpp), (c), (a)))
#define	VOP_SYMLINK(d, vpp, c, a, t)					\
	((d)->v_op->vop_symlink((d), (vpp), (c), (a), (t)))
#define	VOP_LINK(d, v, c)	((d)->v_op->vop_link((d), (v), (c)))
#define	VOP_REMOVE(d, v, c)	((d)->v_op->vop_remove((d), (v), (c)))
#define	VOP_RMDIR(d, v, c)	((d)->v_op->vop_rmdir((d), (v), (c)))
#define	VOP_RENAME(fd, fv, fc, td, tv, tc)				\
	((fd)->v_op->vop_rename((fd), (fv), (fc), (td), (tv), (tc)))
#define	VOP_OPEN(v, f, td)	((v)->v_op->vop_open((v), (f), (td)))
#define	VOP_CLOSE(v, f, td)	((v)->v_op->vop_close((v), (f), (td)))
#define	VOP_ACCESS(v, m, cr)	((v)->v_op->vop_access((v), (m), (cr)))
#define	VOP_GETATTR(v, a)	((v)->v_op->vop_getattr((v), (a)))
#define	VOP_SETATTR(v, a, td)	((v)->v_op->vop_setattr((v), (a), (td)))
#define	VOP_READ(v, u, f)	((v)->v_op->vop_read((v), (u), (f)))
#define	VOP_WRITE(v, u, f)	((v)->v_op->vop_write((v), (u), (f)))
#define	VOP_IOCTL(v, c, d, f, td)					\
	((v)->v_op->vop_ioctl((v), (c), (d), (f), (td)))
#define	VOP_POLL(v, e, td)	((v)->v_op->vop_poll((v), (e), (td)))
#define	VOP_FSYNC(v)		((v)->v_op->vop_fsync((v)))
#define	VOP_READDIR(v, u, e)	((v)->v_op->vop_readdir((v), (u), (e)))
#define	VOP_READLINK(v, u)	((v)->v_op->vop_readlink((v), (u)))
#define	VOP_PATHCONF(v, n, r)	((v)->v_op->vop_pathconf((v), (n), (r)))
#define	VOP_VPTOCNP(v, d, n, s)	((v)->v_op->vop_vptocnp((v), (d), (n), (s)))
#define	VOP_INACTIVE(v)		((v)->v_op->vop_inactive((v)))

extern struct vnode *rootvnode;		/* "/"; NULL until it is mounted */
extern const struct fileops vnops;	/* of files with DTYPE_VNODE */
extern const struct fileops fifoops;	/* DTYPE_FIFO */
extern volatile u_int activevnodes;	/* vnodes with references */

/* vfs_subr.c */
void	vnode_init(struct vnode *, enum vtype, const struct vop_vector *,
	    struct mount *, void *data);
void	vref(struct vnode *);		/* one more; no lock needed */
void	vget(struct vnode *);		/* maybe the first one; Giant */
void	vrele(struct vnode *);		/* Giant */
#define	vput(vp)	vrele(vp)
void	vattr_null(struct vattr *);
#define	VATTR_NULL(vap)	vattr_null(vap)
int	vaccess(enum vtype, mode_t mode, uid_t, gid_t, int accmode,
	    const struct ucred *);
mode_t	vtype_to_mode(enum vtype);	/* S_IFREG... */
void	vfs_timestamp(struct timespec *);

/* vfs_vnops.c; all with Giant held */
int	vn_open(struct nameidata *, int *fflags, int cmode);
int	vn_close(struct vnode *, int fflags, struct thread *);
u_int	vn_gen(const struct vnode *);
int	vn_close_gen(struct vnode *, int fflags, u_int gen, struct thread *);
int	vn_rdwr(enum uio_rw, struct vnode *, void *base, int len,
	    off_t offset, enum uio_seg, int ioflag, int *resid,
	    struct thread *);
int	vn_setsize(struct vnode *, off_t, struct thread *); /* of a VREG */
/*
 * What an offset and whence of lseek(2) and fcntl(2) mean in an open file with
 * a vnode.  0, EINVAL, EOVERFLOW, or why its size is not known.  Giant.
 */
int	vn_position(struct file *, off_t offset, int whence, off_t *result);
int	vn_append(struct vnode *, void *base, int len); /* a log of ours */
int	vn_stat(struct vnode *, struct stat *, struct thread *);
void	vn_revoke(struct vnode *, struct thread *);	/* a VCHR's opens */
int	vn_text(struct vnode *);	/* exec: a program runs, or ETXTBSY */
void	vn_text_share(struct vnode *);	/* fork: one more, with a reference */
void	vn_text_end(struct vnode *);	/* one less, with its reference */
int	vn_writechk(struct vnode *);	/* ETXTBSY if it runs, EROFS */
bool	vn_isatty(struct vnode *);
int	vn_fullpath(struct vnode *, char *buf, size_t size, char **path);

#endif /* _KERNEL */
#endif /* !_SYS_VNODE_H_ */
