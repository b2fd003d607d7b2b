/*
 * ktrace(2): operations, and the records of the trace file.
 */
#ifndef _SYS_KTRACE_H_
#define	_SYS_KTRACE_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <sys/uio.h>

/* operations */
#define	KTROP_SET	0		/* trace these facilities */
#define	KTROP_CLEAR	1		/* no longer trace these */
#define	KTROP_CLEARFILE	2		/* stop all tracing to the file */
#define	KTROP(o)	((o) & 3)
#define	KTRFLAG_DESCEND	4		/* and all descendants */

/* Each record is a header and ktr_len bytes. */
struct ktr_header {
	int		ktr_len;	/* bytes behind the header */
	short		ktr_type;	/* KTR_*, and KTR_DROP */
	pid_t		ktr_pid;	/* process */
	char		ktr_comm[MAXCOMLEN + 1];
	struct timeval	ktr_time;
	intptr_t	ktr_tid;	/* thread */
};

#define	KTR_SYSCALL	1		/* a call begins */
struct ktr_syscall {
	short		ktr_code;	/* number */
	short		ktr_narg;	/* arguments */
	register_t	ktr_args[1];	/* so many of them */
};

#define	KTR_SYSRET	2		/* a call ends */
struct ktr_sysret {
	short		ktr_code;
	short		ktr_eosys;
	int		ktr_error;
	register_t	ktr_retval;
};

#define	KTR_NAMEI	3		/* a path; the record is its text */

#define	KTR_GENIO	4		/* I/O; the data follows */
struct ktr_genio {
	int		ktr_fd;
	enum uio_rw	ktr_rw;
};

#define	KTR_PSIG	5		/* a signal is delivered */
struct ktr_psig {
	int		signo;
	sig_t		action;
	int		code;
	sigset_t	mask;
};

#define	KTR_CSW		6		/* a context switch */
struct ktr_csw {
	int		out;		/* 1: off the processor, 0: on again */
	int		user;		/* 1: on its way to user mode, where */
					/* others were to run; 0: it waited */
};

#define	KTR_USER	7		/* utrace(2); the program's bytes */
#define	KTR_USER_MAXLEN	2048

#define	KTR_DROP	0x8000		/* in a type: some before it are lost */

/* facilities */
#define	KTRFAC_MASK	0x00ffffff
#define	KTRFAC_SYSCALL	(1 << KTR_SYSCALL)
#define	KTRFAC_SYSRET	(1 << KTR_SYSRET)
#define	KTRFAC_NAMEI	(1 << KTR_NAMEI)
#define	KTRFAC_GENIO	(1 << KTR_GENIO)
#define	KTRFAC_PSIG	(1 << KTR_PSIG)
#define	KTRFAC_CSW	(1 << KTR_CSW)
#define	KTRFAC_USER	(1 << KTR_USER)
#define	KTRFAC_ROOT	0x80000000	/* root set it */
#define	KTRFAC_INHERIT	0x40000000	/* children are traced too */

#ifdef _KERNEL

struct proc;
struct thread;

/*
 * Whether records of that type are wanted of a thread.  Without a lock: who
 * has just been told to stop, or to begin, sees it the next time.
 */
#define	KTRPOINT(td, type)						\
	((READ_ONCE((td)->td_proc->p_traceflag) & (1 << (type))) != 0)

/*
 * kern_ktrace.c: write a record of the current thread, if they are wanted.
 * May sleep; no locks held but Giant.
 */
void	ktrsyscall(struct thread *, int code, int narg, const register_t *);
void	ktrsysret(struct thread *, int code, int error, register_t retval);
void	ktrnamei(struct thread *, const char *path);
/* A call has moved n bytes: keep them, if it is one that does I/O. */
void	ktrgenio(struct thread *, int code, const register_t *args,
	    size_t n);
void	ktrpsig(struct thread *, int sig, sig_t action, const sigset_t *mask,
	    int code);

/*
 * The current thread, which has TDF_KTRCSW, gives up the processor (out), or
 * has it back: a record of that is put into a queue.  sched_lock is held.
 */
void	ktrcsw(struct thread *, bool out, bool user);
/* Write these; no locks held. */
void	ktrast(struct thread *);

/* The first thing that a traced child does; the argument is its thread. */
void	ktr_fork_return(void *);
/* Trace the current process no longer; no locks held but Giant. */
void	ktrstop(struct proc *);

#else
__BEGIN_DECLS
int	ktrace(const char *, int, int, pid_t);
int	utrace(const void *, size_t);
__END_DECLS
#endif

#endif /* !_SYS_KTRACE_H_ */
