/*
 * /proc: processes as files.
 *
 * A node is made when a name is looked up and freed when nobody uses it any
 * more; there may be several of one file.  It does not hold its process: it
 * knows the pid and the moment of birth, and looks for the two each time.
 * So a process may exit while its files are open, and another one with the
 * same pid is not taken for it.
 *
 * Owned by fs/procfs.
 */
#ifndef _FS_PROCFS_PROCFS_H_
#define	_FS_PROCFS_PROCFS_H_

#include <sys/types.h>
#include <sys/vnode.h>

struct mount;
struct proc;
struct procfs_node;
struct thread;
struct vmspace;

/* The part of a text that is wanted: what lies outside is only counted. */
struct procfs_text {
	char	*pt_buf;
	off_t	pt_from;		/* of the buffer in the text */
	size_t	pt_size;		/* of the buffer */
	off_t	pt_pos;			/* bytes of the text so far */
};

/* A kind of node; all is constant. */
struct procfs_kind {
	const char *pk_name;		/* in its directory */
	enum	vtype pk_type;
	mode_t	pk_mode;
	/* the text of a file: 0 or errno; Giant is held */
	int	(*pk_fill)(struct procfs_node *, struct procfs_text *,
		    struct thread *);
};

struct procfs_node {
	struct	vnode pn_vnode;
	const struct procfs_kind *pn_kind;	/* constant, as up to pn_fd */
	pid_t	pn_pid;			/* NO_PID: not of a process */
	u_int64_t pn_start;		/* its p_start */
	int	pn_fd;			/* descriptor, or -1 */
	char	*pn_text;		/* (VV_IOBUSY) kept, or NULL */
	off_t	pn_length;		/* (VV_IOBUSY) of it */
};
#define	VTOP(vp)	((struct procfs_node *)(vp)->v_data)
#define	PTOV(pn)	(&(pn)->pn_vnode)

/*
 * procfs_subr.c
 *
 * procfs_node_alloc() gives a node with a reference: of a process that is
 * locked, or of none (NULL).  0 or ENOMEM.
 */
int	procfs_node_alloc(struct mount *, const struct procfs_kind *,
	    struct proc *, int fd, struct vnode **);
void	procfs_node_free(struct procfs_node *);
struct	proc *procfs_proc(struct procfs_node *);	/* locked, or NULL */
/* Its address space, a reference, or NULL; EIO: it is gone; EPERM. */
int	procfs_vmspace(struct procfs_node *, struct thread *,
	    struct vmspace **);
void	procfs_put(struct procfs_text *, const char *, size_t);
void	procfs_printf(struct procfs_text *, const char *fmt, ...)
	    __printflike(2, 3);
bool	procfs_full(const struct procfs_text *);	/* no more is wanted */
bool	procfs_skip(struct procfs_text *, size_t);	/* not wanted yet */

/* procfs_status.c, procfs_vm.c: the texts */
int	procfs_status(struct procfs_node *, struct procfs_text *,
	    struct thread *);
int	procfs_cmdline(struct procfs_node *, struct procfs_text *,
	    struct thread *);
int	procfs_map(struct procfs_node *, struct procfs_text *,
	    struct thread *);
int	procfs_pagemap(struct procfs_node *, struct procfs_text *,
	    struct thread *);

extern const struct vop_vector procfs_vnodeops;
extern const struct vfsops procfs_vfsops;
extern const struct procfs_kind procfs_root_kind;

#endif /* !_FS_PROCFS_PROCFS_H_ */
