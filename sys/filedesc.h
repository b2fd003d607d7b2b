/*
 * Descriptor tables.  One may be shared by several processes (rfork
 * without RFFDG); it lives until the last one drops it.
 *
 * The child of a vfork borrows its parent's (P_FDLENT), until one of them
 * does something else: the parent sleeps, and the child gets a copy before it
 * changes anything.  So who changes a table asks fdown() for it; who only
 * looks takes p_fd.
 *
 * Owned by kern/kern_descrip.c.
 *
 * Lock key
 *	n  atomic
 *	b  constant
 *	t  fd_mtx
 *	q  kern_event.c's kq_sx
 * "t + q": one of them to read, both to write.
 * No sleep and no fault on user memory happens under fd_mtx.
 */
#ifndef _SYS_FILEDESC_H_
#define	_SYS_FILEDESC_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/file.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <machine/atomic.h>

struct kqueue;
struct proc;
struct thread;
struct vnode;

#define	NDFILE		20		/* slots a table has from the start */

/* fd_ofileflags */
#define	UF_EXCLOSE	0x01		/* close on exec */

/* A reference of who looks at another's table, and changes nothing. */
#define	FD_LOOKER	0x10000

struct filedesc {
	volatile u_int	fd_refcnt;	/* (n) processes that use it, lookers */
	struct	mtx fd_mtx;
	struct	file **fd_ofiles;	/* (t) a reference each, or NULL */
	u_char	*fd_ofileflags;		/* (t) UF_* */
	int	fd_nfiles;		/* (t) slots */
	int	fd_lastfile;		/* (t) highest one in use, or -1 */
	int	fd_freefile;		/* (t) no free one is below it */
	struct	vnode *fd_cdir;		/* (t) working directory, or NULL */
	struct	vnode *fd_rdir;		/* (t) root directory, or NULL */
	mode_t	fd_cmask;		/* (t) umask */
	struct	file *fd_dfiles[NDFILE]; /* the first slots */
	u_char	fd_dflags[NDFILE];
	LIST_HEAD(, kqueue) fd_kqueues;	/* (t + q) event queues among these */
};

/*
 * Is the table used by another process as well?  If not, nobody else can
 * change it until the current thread itself forks; and what the last other
 * one did to it is seen, since this reads the count before all else.
 */
static __inline bool
fd_shared(const struct filedesc *fdp)
{
	return (atomic_load_acq_int(&fdp->fd_refcnt) % FD_LOOKER > 1);
}

#define	FILEDESC_LOCK(fdp)	mtx_lock(&(fdp)->fd_mtx)
#define	FILEDESC_UNLOCK(fdp)	mtx_unlock(&(fdp)->fd_mtx)
#define	FILEDESC_ASSERT(fdp, t)	mtx_assert(&(fdp)->fd_mtx, (t))
/*
 * The file behind a descriptor of a table that no other process uses, if it
 * is open for flag, FREAD or FWRITE; else NULL, which says nothing: ask
 * fget().  Nobody but the current thread, whose table it is, can close the
 * file, so there is no reference to be dropped.
 */
static __inline struct file *
fd_alone(struct filedesc *fdp, int fd, u_int flag)
{
	struct file *fp;

	if (atomic_load_acq_int(&fdp->fd_refcnt) > 1 ||
	    (u_int)fd >= (u_int)fdp->fd_nfiles)
		return (NULL);
	fp = fdp->fd_ofiles[fd];
	return (fp != NULL && (fp->f_flag & flag) != 0 ? fp : NULL);
}

/*
 * The first three give a table with one reference, or NULL if there is no
 * memory.  None needs a lock.
 */
struct	filedesc *fdinit(struct filedesc *tmpl); /* no files; or tmpl NULL */
struct	filedesc *fdcopy(struct filedesc *);
struct	filedesc *fdshare(struct filedesc *);
void	fdrelease(struct filedesc *, struct thread *);	/* NULL-safe; sleeps */
void	fdreplace(struct thread *, struct filedesc *);	/* drops td's old one */
/* To look at the table of a locked process; NULL if it has none. */
struct	filedesc *fdhold(struct proc *);
void	fdunhold(struct filedesc *, struct thread *);
/* The first open file from fd on, a reference, or NULL; *found: its fd. */
struct	file *fdnext(struct filedesc *, int fd, int *found);
void	fdfree(struct thread *);	/* drop td's table, NULL-safe; sleeps */
bool	fdlend(struct filedesc *);	/* to a vfork child; false: copy it */
int	fdunshare(struct thread *);	/* own copy: 0 or ENOMEM */
struct	filedesc *fdown(struct thread *);	/* to be changed, or NULL */
void	fdcloseexec(struct thread *);	/* close what exec is to close */
/*
 * For a set-id program: open /dev/null, close-on-exec (0 or an errno of
 * open(2)); and, just before the others are closed, put it in place of
 * those of the first three descriptors that the program would miss.
 */
int	fdopen_null(struct thread *, int *fd);
void	fdstandard(struct thread *, int nullfd);
int	fdtofilecount(struct filedesc *);	/* descriptors in use */
bool	fd_is(struct filedesc *, int fd, struct file *);
void	fd_cloexec(struct filedesc *, int fd, struct file *);
int	kern_close(struct thread *, int fd);
int	kern_dup(struct thread *, int old, int min);	/* td_retval[0] */
/* The lowest free descriptor takes over the file: 0, EMFILE, ENOMEM. */
int	fdalloc_slot(struct thread *, struct file *, int flags, int *fd);
void	fdclose(struct filedesc *, struct file *, int fd, struct thread *);
int	getmaxfd(struct proc *);	/* most descriptors p may have */

#endif /* _KERNEL */
#endif /* !_SYS_FILEDESC_H_ */
