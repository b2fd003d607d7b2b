/*
 * kqueue(2): filters, flags and the event structure.
 *
 * Owned by kern/kern_event.c.  Of the filters there are READ, WRITE, PROC,
 * SIGNAL, TIMER and PROCDESC.
 */
#ifndef _SYS_EVENT_H_
#define	_SYS_EVENT_H_

#include <sys/types.h>

#define	EVFILT_READ	(-1)
#define	EVFILT_WRITE	(-2)
#define	EVFILT_AIO	(-3)
#define	EVFILT_VNODE	(-4)
#define	EVFILT_PROC	(-5)
#define	EVFILT_SIGNAL	(-6)
#define	EVFILT_TIMER	(-7)
#define	EVFILT_PROCDESC	(-8)
#define	EVFILT_FS	(-9)
#define	EVFILT_USER	(-11)
#define	EVFILT_SYSCOUNT	11		/* the largest, negated */

struct kevent {
	uintptr_t	ident;		/* descriptor, pid, signal... */
	short		filter;		/* EVFILT_* */
	u_short		flags;		/* EV_* */
	u_int		fflags;		/* the filter's flags */
	intptr_t	data;		/* the filter's value */
	void		*udata;		/* handed back as it was given */
};

#define	EV_SET(kevp_, a, b, c, d, e, f) do {				\
	struct kevent *kevp = (kevp_);					\
	kevp->ident = (a);						\
	kevp->filter = (b);						\
	kevp->flags = (c);						\
	kevp->fflags = (d);						\
	kevp->data = (e);						\
	kevp->udata = (f);						\
} while (0)

/* actions */
#define	EV_ADD		0x0001
#define	EV_DELETE	0x0002
#define	EV_ENABLE	0x0004
#define	EV_DISABLE	0x0008
/* flags */
#define	EV_ONESHOT	0x0010		/* delete it when it has been seen */
#define	EV_CLEAR	0x0020		/* reset it when it has been seen */
#define	EV_RECEIPT	0x0040		/* answer each change */
#define	EV_DISPATCH	0x0080		/* disable it when it has been seen */
#define	EV_SYSFLAGS	0xf000		/* the system's own */
#define	EV_FLAG1	0x2000		/* a filter's flag */
/* returned */
#define	EV_EOF		0x8000
#define	EV_ERROR	0x4000		/* data is the errno */

/* EVFILT_READ, EVFILT_WRITE */
#define	NOTE_LOWAT	0x0001

/* EVFILT_VNODE */
#define	NOTE_DELETE	0x0001
#define	NOTE_WRITE	0x0002
#define	NOTE_EXTEND	0x0004
#define	NOTE_ATTRIB	0x0008
#define	NOTE_LINK	0x0010
#define	NOTE_RENAME	0x0020
#define	NOTE_REVOKE	0x0040

/* EVFILT_PROC; NOTE_EXIT is EVFILT_PROCDESC's too */
#define	NOTE_EXIT	0x80000000	/* the process has exited */
#define	NOTE_FORK	0x40000000	/* it has forked */
#define	NOTE_EXEC	0x20000000	/* it has called exec */
#define	NOTE_PCTRLMASK	0xf0000000
#define	NOTE_PDATAMASK	0x000fffff	/* the pid in a hint */
#define	NOTE_TRACK	0x00000001	/* follow it across fork */
#define	NOTE_TRACKERR	0x00000002	/* could not follow */
#define	NOTE_CHILD	0x00000004	/* this is a child, followed */

/* EVFILT_TIMER: the unit of data */
#define	NOTE_SECONDS	0x00000001
#define	NOTE_MSECONDS	0x00000002
#define	NOTE_USECONDS	0x00000004
#define	NOTE_NSECONDS	0x00000008

/* EVFILT_USER */
#define	NOTE_FFNOP	0x00000000
#define	NOTE_FFAND	0x40000000
#define	NOTE_FFOR	0x80000000
#define	NOTE_FFCOPY	0xc0000000
#define	NOTE_FFCTRLMASK	0xc0000000
#define	NOTE_FFLAGSMASK	0x00ffffff
#define	NOTE_TRIGGER	0x01000000

#ifdef _KERNEL
#include <sys/queue.h>

struct file;
struct filedesc;
struct proc;
struct selinfo;

/* Those who watch an object; guarded by kern_event.c's kq_mtx. */
struct knote;
LIST_HEAD(klist, knote);

/*
 * Something has happened to a process that has P_WATCHED, or to a file that
 * knotes are hooked to.  "(p)": the process is locked by the caller.  Only
 * knote_fork() and knote_fdclose() may sleep, and are called without locks.
 */
void	knote_fork(struct proc *, struct proc *child); /* before it runs */
void	knote_exec(struct proc *);			/* (p) */
void	knote_exit(struct proc *);	/* proctree_lock held, exclusively */
void	knote_signal(struct proc *, int sig);		/* (p) */
void	knote_wakeup(struct selinfo *);	/* by selwakeup() */
void	knote_hook(struct knote *, struct selinfo *);	/* by selrecord() */
void	knote_fdclose(struct filedesc *, int fd, struct file *);
#else
struct timespec;

__BEGIN_DECLS
int	kqueue(void);
int	kevent(int, const struct kevent *, int, struct kevent *, int,
	    const struct timespec *);
__END_DECLS
#endif

#endif /* !_SYS_EVENT_H_ */
