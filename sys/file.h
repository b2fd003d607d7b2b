/*
 * Open files: what a descriptor refers to.  Shared by all descriptors
 * that dup and fork have made from one open.
 *
 * Owned by kern/kern_descrip.c.
 *
 * Lock key
 *	n  atomic
 *	b  set before the file has a descriptor, constant after that
 *	G  Giant (files of vnodes only)
 */
#ifndef _SYS_FILE_H_
#define	_SYS_FILE_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/fcntl.h>

struct file;
struct stat;
struct thread;
struct ucred;
struct uio;
struct vnode;

/* f_type */
#define	DTYPE_NONE	0		/* not open yet */
#define	DTYPE_VNODE	1		/* a file or a device */
#define	DTYPE_PIPE	2
#define	DTYPE_KQUEUE	5		/* not inherited */
#define	DTYPE_FIFO	10		/* a pipe with a name */
#define	DTYPE_SOCKET	11
#define	DTYPE_PROCDESC	12

/* the flags argument of fo_read and fo_write */
#define	FOF_OFFSET	1		/* at uio_offset, not at f_offset */

/*
 * What can be done with a file.  All are called with a reference to the
 * file and without locks; fo_ioctl's data is in the kernel.
 */
struct fileops {
	int	(*fo_read)(struct file *, struct uio *, int flags,
		    struct thread *);
	int	(*fo_write)(struct file *, struct uio *, int flags,
		    struct thread *);
	int	(*fo_truncate)(struct file *, off_t, struct thread *);
	int	(*fo_ioctl)(struct file *, u_long cmd, void *data,
		    struct thread *);
	int	(*fo_poll)(struct file *, int events, struct thread *);
	int	(*fo_stat)(struct file *, struct stat *, struct thread *);
	int	(*fo_close)(struct file *, struct thread *);
	bool	fo_seekable;		/* lseek, pread, pwrite work */
	/*
	 * NULL, or: move 1 to FO_NOW_MOST bytes from or to user memory at
	 * once, without a wait and without a fault (copy_now()).  The bytes
	 * moved, at least 1; or -1, which says nothing: do it the other way.
	 */
	int	(*fo_read_now)(struct file *, void *, u_int);
	int	(*fo_write_now)(struct file *, const void *, u_int);
};
#define	FO_NOW_MOST	512

/* For files that are not read, have no length, know no commands. */
int	fo_no_rdwr(struct file *, struct uio *, int, struct thread *);
int	fo_no_truncate(struct file *, off_t, struct thread *);
int	fo_no_ioctl(struct file *, u_long, void *, struct thread *);

struct file {
	volatile u_int	f_count;	/* (n) references */
	volatile u_int	f_flag;		/* (n) FREAD, FWRITE, FAPPEND... */
	short	f_type;			/* (b) DTYPE_* */
	bool	f_inherit;		/* (n) open, and goes into copies of
					   the table */
	const struct fileops *f_ops;	/* (b) */
	void	*f_data;		/* (b) vnode, pipe... */
	struct	ucred *f_cred;		/* (b) who opened it, a reference */
	u_int	f_gen;			/* (b) vn_gen() at the open */
	off_t	f_offset;		/* (G) where the next read begins */
};

extern volatile u_int openfiles;	/* files in existence */
extern int	maxfiles;		/* most of them */
extern int	maxfilesperproc;	/* most descriptors of a process */

int	falloc(struct thread *, struct file **, int *fd); /* ENFILE, EMFILE */
int	fdrop(struct file *, struct thread *);	/* sleeps; close's error */
int	fget(struct thread *, int fd, struct file **);	/* EBADF */
int	fget_read(struct thread *, int fd, struct file **);
int	fget_write(struct thread *, int fd, struct file **);
struct	file *fget_borrow(struct thread *, int fd, u_int flag, bool *held);
void	fhold(struct file *);
struct	vnode *file_vnode(struct file *);	/* NULL: it is none */
int	fgetvp(struct thread *, int fd, int flags, struct vnode **);
void	finit(struct file *, u_int flag, short type, void *data,
	    const struct fileops *);

#else
#include <sys/fcntl.h>
#endif /* _KERNEL */
#endif /* !_SYS_FILE_H_ */
