/*
 * Signals: numbers, sets, actions and what a handler is told.
 */
#ifndef _SYS_SIGNAL_H_
#define	_SYS_SIGNAL_H_

#include <sys/types.h>
#include <machine/signal.h>

#define	SIGHUP		1	/* terminal line hangup */
#define	SIGINT		2	/* interrupt from the terminal */
#define	SIGQUIT		3	/* quit from the terminal */
#define	SIGILL		4	/* illegal instruction */
#define	SIGTRAP		5	/* trace trap */
#define	SIGABRT		6	/* abort(3) */
#define	SIGIOT		SIGABRT
#define	SIGEMT		7	/* emulate instruction */
#define	SIGFPE		8	/* arithmetic exception */
#define	SIGKILL		9	/* kill; cannot be caught or ignored */
#define	SIGBUS		10	/* bus error */
#define	SIGSEGV		11	/* segmentation violation */
#define	SIGSYS		12	/* system call that does not exist */
#define	SIGPIPE		13	/* write to a pipe with no reader */
#define	SIGALRM		14	/* real-time timer */
#define	SIGTERM		15	/* please terminate */
#define	SIGURG		16	/* urgent data on a socket */
#define	SIGSTOP		17	/* stop; cannot be caught or ignored */
#define	SIGTSTP		18	/* stop from the terminal */
#define	SIGCONT		19	/* continue */
#define	SIGCHLD		20	/* a child has stopped or exited */
#define	SIGTTIN		21	/* terminal read in the background */
#define	SIGTTOU		22	/* terminal write in the background */
#define	SIGIO		23	/* I/O is possible */
#define	SIGXCPU		24	/* processor time limit */
#define	SIGXFSZ		25	/* file size limit */
#define	SIGVTALRM	26	/* virtual timer */
#define	SIGPROF		27	/* profiling timer */
#define	SIGWINCH	28	/* window size change */
#define	SIGINFO		29	/* status request from the terminal */
#define	SIGUSR1		30
#define	SIGUSR2		31

#define	NSIG		32	/* signals are 1 .. NSIG - 1 */

struct __siginfo;

typedef	void __siginfohandler_t(int, struct __siginfo *, void *);
typedef	void __sighandler_t(int);
typedef	__sighandler_t	*sig_t;

#define	SIG_DFL		((__sighandler_t *)0)
#define	SIG_IGN		((__sighandler_t *)1)
#define	SIG_ERR		((__sighandler_t *)-1)
#define	SIG_CATCH	((__sighandler_t *)2)	/* the kernel's own use */
#define	SIG_HOLD	((__sighandler_t *)3)

/*
 * A set has room for 128 signals, as the ABI has it; 31 exist.
 */
#define	_SIG_WORDS	4
#define	_SIG_MAXSIG	(NSIG - 1)
#define	_SIG_IDX(sig)	((sig) - 1)
#define	_SIG_WORD(sig)	(_SIG_IDX(sig) >> 5)
#define	_SIG_BIT(sig)	(1U << (_SIG_IDX(sig) & 31))
#define	_SIG_VALID(sig)	((sig) <= _SIG_MAXSIG && (sig) > 0)

typedef struct __sigset {
	__uint32_t	__bits[_SIG_WORDS];
} sigset_t;

union sigval {
	int	sival_int;
	void	*sival_ptr;
	int	sigval_int;		/* older names */
	void	*sigval_ptr;
};

typedef struct __siginfo {
	int		si_signo;	/* signal number */
	int		si_errno;	/* errno value, or 0 */
	int		si_code;	/* why: SI_*, SEGV_*, CLD_*... */
	pid_t		si_pid;		/* sending process or child */
	uid_t		si_uid;		/* its real user id */
	int		si_status;	/* exit value or signal of a child */
	void		*si_addr;	/* faulting address or instruction */
	union sigval	si_value;
	long		si_band;
	int		__spare__[7];
} siginfo_t;

_Static_assert(sizeof(siginfo_t) == 64, "siginfo_t is part of the ABI");

/* si_code for any signal */
#define	SI_UNDEFINED	0
#define	SI_USER		0x10001		/* kill(2) */
#define	SI_QUEUE	0x10002
#define	SI_TIMER	0x10003
#define	SI_ASYNCIO	0x10004
#define	SI_MESGQ	0x10005
#define	SI_KERNEL	0x10006		/* the kernel, without a detail */
/* SIGILL */
#define	ILL_ILLOPC	1		/* illegal opcode */
#define	ILL_ILLOPN	2		/* illegal operand */
#define	ILL_ILLADR	3		/* illegal addressing mode */
#define	ILL_ILLTRP	4		/* illegal trap */
#define	ILL_PRVOPC	5		/* privileged opcode */
#define	ILL_PRVREG	6		/* privileged register */
#define	ILL_COPROC	7		/* coprocessor error */
#define	ILL_BADSTK	8		/* internal stack error */
/* SIGBUS */
#define	BUS_ADRALN	1		/* alignment */
#define	BUS_ADRERR	2		/* no such physical address */
#define	BUS_OBJERR	3		/* error of the object mapped */
/* SIGSEGV */
#define	SEGV_MAPERR	1		/* nothing is mapped there */
#define	SEGV_ACCERR	2		/* what is mapped forbids it */
/* SIGFPE */
#define	FPE_INTOVF	1		/* integer overflow */
#define	FPE_INTDIV	2		/* integer division by zero */
#define	FPE_FLTDIV	3		/* floating point division by zero */
#define	FPE_FLTOVF	4		/* overflow */
#define	FPE_FLTUND	5		/* underflow */
#define	FPE_FLTRES	6		/* inexact result */
#define	FPE_FLTINV	7		/* invalid operation */
#define	FPE_FLTSUB	8		/* subscript out of range */
/* SIGTRAP */
#define	TRAP_BRKPT	1		/* breakpoint */
#define	TRAP_TRACE	2		/* single step */
/* SIGCHLD */
#define	CLD_EXITED	1		/* exited */
#define	CLD_KILLED	2		/* killed by a signal */
#define	CLD_DUMPED	3		/* killed, with a core file */
#define	CLD_TRAPPED	4		/* traced child has trapped */
#define	CLD_STOPPED	5		/* stopped */
#define	CLD_CONTINUED	6		/* continued */
/* SIGIO */
#define	POLL_IN		1
#define	POLL_OUT	2
#define	POLL_MSG	3
#define	POLL_ERR	4
#define	POLL_PRI	5
#define	POLL_HUP	6

struct sigaction {
	union {
		__sighandler_t		*__sa_handler;
		__siginfohandler_t	*__sa_sigaction;
	} __sigaction_u;
	int		sa_flags;	/* SA_* */
	sigset_t	sa_mask;	/* blocked while the handler runs */
};
#define	sa_handler	__sigaction_u.__sa_handler
#define	sa_sigaction	__sigaction_u.__sa_sigaction

#define	SA_ONSTACK	0x0001		/* on the alternate stack */
#define	SA_RESTART	0x0002		/* restart the interrupted call */
#define	SA_RESETHAND	0x0004		/* back to SIG_DFL on delivery */
#define	SA_NOCLDSTOP	0x0008		/* no SIGCHLD for stops */
#define	SA_NODEFER	0x0010		/* do not block the signal itself */
#define	SA_NOCLDWAIT	0x0020		/* no zombies */
#define	SA_SIGINFO	0x0040		/* the handler takes a siginfo_t */

typedef struct sigaltstack {
	char	*ss_sp;			/* lowest address */
	size_t	ss_size;
	int	ss_flags;		/* SS_* */
} stack_t;
#define	SS_ONSTACK	0x0001		/* running on it now */
#define	SS_DISABLE	0x0004		/* there is none */
#define	MINSIGSTKSZ	(512 * 4)
#define	SIGSTKSZ	(MINSIGSTKSZ + 32768)

/* sigprocmask(2): what to do with the set */
#define	SIG_BLOCK	1
#define	SIG_UNBLOCK	2
#define	SIG_SETMASK	3

#define	BADSIG		SIG_ERR
#define	sigmask(m)	(1 << ((m) - 1))

#ifndef _KERNEL
__BEGIN_DECLS
sig_t	signal(int, sig_t);
__END_DECLS
#endif

#endif /* !_SYS_SIGNAL_H_ */
