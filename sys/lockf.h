/*
 * Advisory locks on ranges of a file: fcntl(2)'s record locks, which belong
 * to a process, and flock(2)'s, which belong to an open file.  A lock only
 * keeps other locks out.
 *
 * Owned by kern/kern_lockf.c.
 *
 * Lock key: l lockf_mtx; b constant.
 */
#ifndef _SYS_LOCKF_H_
#define	_SYS_LOCKF_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>

struct file;
struct flock;
struct proc;
struct thread;
struct vnode;

/* How lf_setlock is to take a lock. */
#define	LF_WAIT		0x01		/* sleep until it is free */

struct lockf {
	LIST_ENTRY(lockf) lf_link;	/* (l) of v_locks, or waiting */
	LIST_ENTRY(lockf) lf_all;	/* (l) all that are held */
	struct	vnode *lf_vp;		/* (b) */
	const void *lf_owner;		/* (b) a process or a file */
	const void *lf_waitsfor;	/* (l) owner of what is in the way */
	u_int	lf_search;		/* (l) the last that came here */
	off_t	lf_start;		/* (l) first byte */
	off_t	lf_end;			/* (l) last byte; OFF_MAX: all */
	short	lf_type;		/* (l) F_RDLCK, F_WRLCK, F_UNLCK */
	bool	lf_posix;		/* (b) owned by a process */
};

LIST_HEAD(lockflist, lockf);

/*
 * fcntl: F_GETLK, F_SETLK or F_SETLKW of a descriptor; fl is in the kernel,
 * and answers F_GETLK.  Errors of fcntl(2).  May sleep; no mutex but Giant.
 */
int	lf_fcntl(struct thread *, int fd, int cmd, struct flock *);
/*
 * flock: LOCK_SH, LOCK_EX or LOCK_UN of an open file, with LOCK_NB.
 * EWOULDBLOCK, EINTR, ENOLCK, EOPNOTSUPP.  May sleep as above.
 */
int	lf_flock(struct file *, struct vnode *, int op);
void	lf_flock_drop(struct file *, struct vnode *);	/* FHASLOCK */
/*
 * The current process has closed a descriptor of the file: its record
 * locks on it go, and those of whoever shares its descriptor table.
 */
void	lf_closed(struct thread *, struct vnode *);
void	lf_exit(struct proc *);		/* all record locks; P_ADVLOCK */
/* Nobody has the file open: what locks are left on it go. */
void	lf_gone(struct vnode *);

#endif /* _KERNEL */
#endif /* !_SYS_LOCKF_H_ */
