/*
 * Signals inside the kernel: what a process does about each signal, and
 * the functions that send, take and deliver them.
 *
 * Owned by kern/kern_sig.c.
 *
 * What is pending (p_siglist) and what is blocked (p_sigmask) belongs to
 * one process and lies in struct proc.  What is done about a signal may be
 * shared (rfork with RFSIGSHARE), or lent to the child of a vfork until it
 * changes something (P_SIGLENT), and lies in a struct sigacts.
 *
 * A stopped process has P_STOPPED_SIG set, whatever its p_stat: it goes on
 * sleeping where it slept, and returns from there only when it is continued
 * or killed.
 *
 * Lock key
 *	n  atomic
 *	a  ps_mtx
 * The process lock comes before ps_mtx.
 */
#ifndef _SYS_SIGNALVAR_H_
#define	_SYS_SIGNALVAR_H_

#include <sys/signal.h>

#ifdef _KERNEL

#include <sys/lock.h>
#include <sys/mutex.h>

struct pgrp;
struct proc;
struct thread;

/*
 * What is done about each signal; [_SIG_IDX(sig)].  Most programs change few
 * of them, so fork copies those in ps_changed; the others' words are 0, in a
 * sigacts that is free, too.
 */
struct sigacts {
	volatile u_int	ps_refcnt;		/* (n) processes that use it */
	struct	mtx ps_mtx;
	sig_t	ps_sigact[_SIG_MAXSIG];	/* (a) handlers, SIG_DFL, SIG_IGN */
	sigset_t ps_catchmask[_SIG_MAXSIG]; /* (a) blocked meanwhile */
	struct sigacts_sets {			/* (a) copied as one */
		sigset_t changed;		/* from SIG_DFL, no mask */
		sigset_t sigonstack;		/* on the alternate stack */
		sigset_t sigintr;		/* ends a call with EINTR */
		sigset_t sigreset;		/* SA_RESETHAND */
		sigset_t signodefer;		/* SA_NODEFER */
		sigset_t siginfo;		/* SA_SIGINFO */
		sigset_t sigignore;		/* ignored, asked or default */
		sigset_t sigcatch;		/* has a handler */
		int	flag;			/* PS_NOCLD...; n to read */
	} ps_sets;
};
#define	ps_changed	ps_sets.changed
#define	ps_sigonstack	ps_sets.sigonstack
#define	ps_sigintr	ps_sets.sigintr
#define	ps_sigreset	ps_sets.sigreset
#define	ps_signodefer	ps_sets.signodefer
#define	ps_siginfo	ps_sets.siginfo
#define	ps_sigignore	ps_sets.sigignore
#define	ps_sigcatch	ps_sets.sigcatch
#define	ps_flag		ps_sets.flag

/* ps_flag: how the children's deaths and stops are taken. */
#define	PS_NOCLDWAIT	0x0001		/* no zombies */
#define	PS_NOCLDSTOP	0x0002		/* no SIGCHLD for stops */
#define	PS_CLDSIGIGN	0x0004		/* SIGCHLD is SIG_IGN: no zombies */

/* One signal on its way to a handler. */
struct sigpost {
	sig_t	sp_handler;
	bool	sp_onstack;		/* wants the alternate stack */
	bool	sp_siginfo;		/* handler takes a siginfo_t */
	siginfo_t sp_info;		/* si_signo and what is known */
	sigset_t sp_mask;		/* to restore when it returns */
};

/* Sets.  Only the words that signals exist for matter, but all are kept. */
#define	SIGADDSET(set, sig)						\
	((set).__bits[_SIG_WORD(sig)] |= _SIG_BIT(sig))
#define	SIGDELSET(set, sig)						\
	((set).__bits[_SIG_WORD(sig)] &= ~_SIG_BIT(sig))
#define	SIGISMEMBER(set, sig)						\
	(((set).__bits[_SIG_WORD(sig)] & _SIG_BIT(sig)) != 0)
#define	SIGEMPTYSET(set) do {						\
	for (int __i = 0; __i < _SIG_WORDS; __i++)			\
		(set).__bits[__i] = 0;					\
} while (0)
#define	SIGFILLSET(set) do {						\
	for (int __i = 0; __i < _SIG_WORDS; __i++)			\
		(set).__bits[__i] = ~0U;				\
} while (0)
#define	SIGSETOR(set1, set2) do {					\
	for (int __i = 0; __i < _SIG_WORDS; __i++)			\
		(set1).__bits[__i] |= (set2).__bits[__i];		\
} while (0)
#define	SIGSETAND(set1, set2) do {					\
	for (int __i = 0; __i < _SIG_WORDS; __i++)			\
		(set1).__bits[__i] &= (set2).__bits[__i];		\
} while (0)
#define	SIGSETNAND(set1, set2) do {					\
	for (int __i = 0; __i < _SIG_WORDS; __i++)			\
		(set1).__bits[__i] &= ~(set2).__bits[__i];		\
} while (0)
/* The two that cannot be blocked. */
#define	SIG_CANTMASK(set)						\
	(SIGDELSET(set, SIGKILL), SIGDELSET(set, SIGSTOP))
#define	SIG_STOPSIGMASK(set)						\
	(SIGDELSET(set, SIGSTOP), SIGDELSET(set, SIGTSTP),		\
	SIGDELSET(set, SIGTTIN), SIGDELSET(set, SIGTTOU))

static __inline bool
SIGISEMPTY(sigset_t set)
{
	return ((set.__bits[0] | set.__bits[1] | set.__bits[2] |
	    set.__bits[3]) == 0);
}

/* Life of a sigacts. */
struct	sigacts *sigacts_alloc(void);	/* one reference, or NULL */
struct	sigacts *sigacts_blank(void);	/* the same, for sigacts_copy() */
struct	sigacts *sigacts_hold(struct sigacts *);	/* its argument */
void	sigacts_free(struct sigacts *);	/* drops a reference; NULL-safe */
void	sigacts_copy(struct sigacts *to, struct sigacts *from);
void	sigacts_init(void);		/* once, before the first */
struct	sigacts *sigacts_dup(struct sigacts *);	/* a copy, or NULL */
struct	sigacts *sigacts_own(struct proc *);	/* (p) to be changed, or NULL */
bool	sigacts_shared(struct sigacts *);

/*
 * Sending; "(p)" is locked by the caller.  Who gets the signal may ask who has
 * sent it and why: "from" with SI_USER, the current process; with CLD_EXITED
 * (or another end, which p_xstat tells), CLD_STOPPED or CLD_CONTINUED a child,
 * locked or the current process; NULL with SI_KERNEL.
 */
void	psignal_from(struct proc *, int sig, struct proc *from, int code);
#define	psignal(p, sig)	psignal_from(p, sig, NULL, SI_KERNEL)	/* (p) */
void	pgsignal(struct pgrp *, int sig, int checkctty); /* pgrp locked */
void	gsignal(int pgid, int sig);		/* no locks */
void	killproc(struct proc *, const char *why); /* (p) with a message */
/* A fault of curthread in user mode.  No locks; may not return. */
void	trapsignal(struct thread *, int sig, int code, vm_offset_t addr);

/*
 * Taking, in the thread that the signal is for.  cursig() and issignal()
 * give the signal to be acted on, or 0; stops are taken inside.  postsig()
 * delivers it, or ends the process.  The process lock is held on entry and
 * on return; postsig() lets go of it meanwhile.
 */
int	cursig(struct thread *);		/* (p) */
int	sig_pending_in(struct proc *, sigset_t); /* (p) one of them, or 0 */
void	sig_drop_ignored(struct proc *);	/* (p) of those pending */
int	issignal(struct thread *);		/* (p) */
void	postsig(int sig);			/* (p) curthread */
void	sigexit(struct thread *, int sig) __dead2;	/* (p) */
void	signotify(struct thread *);		/* (p) have ast() called */
void	sig_take_stops(struct proc *);		/* (p) those that had to wait */
/* All of it, for ast(): timers' signals, cursig, postsig.  No locks. */
void	sig_ast(struct thread *);
/*
 * For msleep: whether signals have to be looked at.  Without the process
 * lock: a sender puts the signal into p_siglist before it takes sched_lock.
 * So if this look, with sched_lock held, comes before that, the sender finds
 * the thread on its sleep queue.
 */
#define	sig_hint(p)							\
	(data_race(((p)->p_siglist.__bits[0] &				\
	    ~(p)->p_sigmask.__bits[0])) != 0)
/*
 * For msleep: whether a signal ends the sleep; flags has PCATCH or PKILL.
 * Called without locks, with the thread on its sleep queue (td_wchan set)
 * and once more after it has run again.  0, EINTR or ERESTART.
 */
int	sig_sleep(struct thread *, int flags);

/* Questions and changes by fork, exec, exit. */
void	siginit(struct proc *);			/* proc0 */
void	execsigs(struct proc *);		/* (p) not shared */
bool	sig_deliverable(struct proc *);		/* (p) */
void	sig_drop_caught(struct proc *);
bool	sig_nocldwait(struct proc *parent);	/* (p) */
bool	sigonstack(struct proc *, u_long sp);	/* (p) */
bool	sig_default_ignored(int sig);
const char *sig_description(int sig);

/*
 * kern_siginfo.c: who has sent what is pending.  All with (p).  Without memory
 * for it nobody has, and si_code is SI_UNDEFINED.
 */
void	ksiginfo_record(struct proc *, int sig, struct proc *from, int code);
void	ksiginfo_take(struct proc *, int sig, siginfo_t *);
void	ksiginfo_drop(struct proc *);		/* of all */

/* arch: calls a handler, and the code that a handler returns to. */
int	sendsig(struct thread *, const struct sigpost *);
extern const char sigcode[];
extern const int szsigcode;

/* kern_time.c: from hardclock, for the interrupted thread.  No locks. */
void	itimer_tick(struct thread *, int usermode);

#endif /* _KERNEL */
#endif /* !_SYS_SIGNALVAR_H_ */
