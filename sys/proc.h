/*
 * Processes, threads, process groups and sessions.
 *
 * Owned by kern/kern_proc.c (table, lists, groups) and kern/kern_fork.c
 * (birth).  What fork does to each field is said by the group it lies in:
 *
 *	..._zero	all bytes zero in the child
 *	..._copied	plain values, taken from the parent by one assignment
 *	the rest	set by exactly one step of fork1()
 *
 * The copied groups hold no pointer that owns a reference: such a pointer
 * is set by the one step of fork that takes the reference.
 *
 * Lock key
 *	a  only the current process, or its parent in fork and wait
 *	b  set when the process is made, constant after that
 *	c  process lock (p_mtx)
 *	d  allproc_lock
 *	e  proctree_lock
 *	f  session lock (s_mtx)
 *	g  process group lock (pg_mtx)
 *	h  callout_lock
 *	j  sched_lock
 *	k  only the current thread; volatile if its interrupts change it too,
 *	   who leave it as they found it
 *	q  kern_event.c's kq_mtx
 *	r  ppeers_lock
 *	t  ktrace_lock, of kern_ktrace.c
 *	s  process lock of the parent
 *	n  atomic, or read without a lock on purpose
 * "x + y": one of them to read, all to write.
 */
#ifndef _SYS_PROC_H_
#define	_SYS_PROC_H_

#include <sys/types.h>
#include <sys/pid.h>

/* p_stat */
#define	SIDL	1		/* being made */
#define	SRUN	2		/* runnable or running */
#define	SSLEEP	3		/* asleep on a wait channel */
#define	SSTOP	4		/* stopped by a signal */
#define	SZOMB	5		/* exited, to be waited for */
#define	SWAIT	6		/* interrupt thread without work */
#define	SMTX	7		/* blocked on a mutex */

/* p_flag, under the process lock */
#define	P_ADVLOCK	0x00000001	/* may hold POSIX record locks */
#define	P_CONTROLT	0x00000002	/* has a controlling terminal */
#define	P_KTHREAD	0x00000004	/* kernel thread */
#define	P_PPWAIT	0x00000010	/* the parent waits for exec or exit */
#define	P_FDLENT	0x00000020	/* p_fd is lent by that parent */
#define	P_SIGLENT	0x00000040	/* so is p_sigacts */
#define	P_REAPWAIT	0x00000080	/* its reaper waits for p_lock */
#define	P_SUGID		0x00000100	/* privileges changed since exec */
#define	P_SYSTEM	0x00000200	/* system process: no signals */
#define	P_WATCHED	0x00000400	/* has had knotes or a descriptor */
#define	P_TRACED	0x00000800	/* debugged */
#define	P_WAITED	0x00001000	/* stop already reported by wait */
#define	P_WEXIT		0x00002000	/* in exit1() */
#define	P_EXEC		0x00004000	/* has called exec */
#define	P_CONTINUED	0x00010000	/* continued, not yet reported */
#define	P_STOPPED_SIG	0x00020000	/* stopped by a signal */
#define	P_SIGWAIT	0x00080000	/* in sigwait(), for p_waitset */
#define	P_OLDMASK	0x02000000	/* restore p_oldsigmask after AST */
#define	P_ALTSTACK	0x04000000	/* has an alternate signal stack */
#define	P_INEXEC	0x08000000	/* in the middle of exec */
#define	P_TELLEXEC	0x10000000	/* gdb wants to hear of this exec */

/* p_sflag, under sched_lock */
#define	PS_INMEM	0x00000001	/* resident (always, in Tine) */
#define	PS_XCPU		0x00000002	/* over the processor limit */
#define	PS_PROFIL	0x00000004	/* profiling */
#define	PS_OWEUPC	0x00000008	/* a tick to be counted for it */
#define	PS_ALRMPEND	0x00000020	/* SIGVTALRM due */
#define	PS_PROFPEND	0x00000040	/* SIGPROF due */

/* td_flags, under sched_lock */
#define	TDF_NEEDRESCHED	0x00000001	/* give up the processor soon */
#define	TDF_ASTPENDING	0x00000002	/* call ast() before user mode */
#define	TDF_TIMEOUT	0x00000004	/* sleep ended by its time-out */
#define	TDF_SINTR	0x00000008	/* sleep ends on a signal */
#define	TDF_ONSLEEPQ	0x00000010	/* on a sleep queue */
#define	TDF_ONRUNQ	0x00000020	/* on a run queue */
#define	TDF_IDLE	0x00000040	/* a processor's idle thread */
#define	TDF_KILLWAKE	0x00000080	/* sleep ends on SIGKILL only */
#define	TDF_DEAD	0x00000100	/* has left its stack for good */
#define	TDF_LEAVING	0x00000200	/* ends in a moment */
#define	TDF_KTRCSW	0x00000400	/* its switches are traced */
#define	TDF_INKTRACE	0x00000800	/* but not these: it writes a trace */
#define	TDF_STOPPED	0x00001000	/* by a signal, in this sleep */

/*
 * Priorities, 0 best.  A quarter of a step is what a run queue spans.
 */
#define	PRI_MIN		0
#define	PRI_MIN_ITHD	0		/* interrupt threads */
#define	PRI_MIN_KERN	64		/* sleeping in the kernel */
#define	PSWP		(PRI_MIN_KERN + 0)
#define	PVM		(PRI_MIN_KERN + 4)
#define	PINOD		(PRI_MIN_KERN + 8)
#define	PRIBIO		(PRI_MIN_KERN + 12)
#define	PVFS		(PRI_MIN_KERN + 16)
#define	PZERO		(PRI_MIN_KERN + 20)
#define	PSOCK		(PRI_MIN_KERN + 24)
#define	PWAIT		(PRI_MIN_KERN + 28)
#define	PCONFIG		(PRI_MIN_KERN + 32)
#define	PLOCK		(PRI_MIN_KERN + 36)
#define	PPAUSE		(PRI_MIN_KERN + 40)
#define	PUSER		128		/* first of the user priorities */
#define	PRI_MIN_TIMESHARE 128
#define	PRI_MAX_TIMESHARE 223
#define	PRI_MIN_IDLE	224
#define	PRI_MAX		255
#define	PRI_CATCH	0x100		/* msleep: a signal ends the sleep */
#define	PCATCH		PRI_CATCH
#define	PKILL		0x200		/* msleep: SIGKILL alone ends it */
#define	PDROP		0x400		/* msleep: do not take mtx again */
#define	PRIMASK		0x0ff

#ifdef _KERNEL

#include <sys/queue.h>
#include <sys/critical.h>
#include <sys/event.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/sx.h>
#include <sys/callout.h>
#include <sys/param.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <machine/proc.h>

struct filedesc;
struct ksegrp;
struct kse;
struct ktr_file;
struct pargs;
struct pcb;
struct plimit;
struct proc;
struct procdesc;
struct pstats;
struct sigacts;
struct sysentvec;
struct thread;
struct trapframe;
struct tty;
struct ucred;
struct vmspace;
struct vnode;

/* A session: the groups of one log-in. */
struct session {
	u_int	s_count;		/* (f) groups in it, and a terminal */
	struct	proc *s_leader;		/* (e + f) its leader, or NULL */
	struct	tty *s_ttyp;		/* (f) controlling terminal */
	struct	vnode *s_ttyvp;		/* (f) its vnode, a reference */
	pid_t	s_sid;			/* (b) session id */
	char	s_login[MAXLOGNAME];	/* (f) log-in name */
	struct	mtx s_mtx;
};

/* A process group: a job of a session. */
struct pgrp {
	LIST_ENTRY(pgrp) pg_hash;	/* (e) chain of pgrphashtbl */
	LIST_HEAD(, proc) pg_members;	/* (e + g) */
	struct	session *pg_session;	/* (b) */
	pid_t	pg_id;			/* (b) */
	int	pg_jobc;		/* (e) members that qualify for jobs */
	struct	mtx pg_mtx;
};

/* What the scheduler knows of a process beside its thread. */
struct ksegrp {
	struct	proc *kg_proc;		/* (b) */
	struct ksegrp_zero {
		u_int	slptime;	/* (j) seconds asleep */
	} kg_zero;
	struct ksegrp_copied {
		u_int	estcpu;		/* (j) recent use of the processor */
		u_char	user_pri;	/* (j) priority in user mode */
		char	nice;		/* (c + j) */
	} kg_copied;
	u_int	kg_inherited;		/* (j) of estcpu: its parent's */
};
#define	kg_slptime	kg_zero.slptime
#define	kg_estcpu	kg_copied.estcpu
#define	kg_user_pri	kg_copied.user_pri
#define	kg_nice		kg_copied.nice

/* What a processor runs: counts of its use. */
struct kse {
	struct	proc *ke_proc;		/* (b) */
	struct	ksegrp *ke_ksegrp;	/* (b) */
	struct	thread *ke_thread;	/* (b) */
	struct kse_zero {
		u_int	uticks;		/* (j) statclock hits, user */
		u_int	sticks;		/* (j) system */
		u_int	iticks;		/* (j) interrupt */
		fixpt_t	pctcpu;		/* (j) share of the processor */
		u_int	cpticks;	/* (j) ticks since last schedcpu */
		u_int	slice;		/* (j) ticks of the round used */
	} ke_zero;
};
#define	ke_uticks	ke_zero.uticks
#define	ke_sticks	ke_zero.sticks
#define	ke_iticks	ke_zero.iticks
#define	ke_pctcpu	ke_zero.pctcpu
#define	ke_cpticks	ke_zero.cpticks
#define	ke_slice	ke_zero.slice

/*
 * A thread: a kernel stack and the registers saved on it.
 */
#define	TD_MAGIC	0x7eadbee5
struct thread {
	struct	thread_critical td_critical; /* (k) must come first */
	u_int	td_magic;		/* (b) TD_MAGIC */
	struct	proc *td_proc;		/* (b) */
	struct	ksegrp *td_ksegrp;	/* (b) */
	struct	kse *td_kse;		/* (b) */
	vm_offset_t td_kstack;		/* (b) lowest address of the stack */
	struct	pcb *td_pcb;		/* (k) at the top of the stack */
	struct	trapframe *td_frame;	/* (k) of the entry from user mode */
	struct	callout td_slpcallout;	/* (h) time-out of a sleep */
	TAILQ_ENTRY(thread) td_runq;	/* (j) run queue */
	TAILQ_ENTRY(thread) td_slpq;	/* (j) sleep queue */
	TAILQ_HEAD(, thread) td_behind;	/* (j) those behind the first there */
	TAILQ_ENTRY(thread) td_lockq;	/* (j) mtx_blocked of td_blocked */
	LIST_HEAD(, mtx) td_contested;	/* (j) owned, waited for by others */
	struct	ucred *td_ucred;	/* (k) a reference; p_ucred at entry */
	struct thread_zero {
		int	flags;		/* (j) TDF_* */
		u_int	lastcpu;	/* (j) where it runs, or ran last */
		volatile const void *wchan;	/* (j) sleeping on */
		const char *wmesg;	/* (j) why */
		struct	mtx *blocked;	/* (j) mutex waited for */
		volatile u_int intr_nesting; /* (k) depth of interrupts */
		volatile u_int locks;	     /* (k) in td_held */
		u_int	pticks;		/* (k) statclock at entry */
		register_t retval[2];	/* (k) results of a system call */
		int	syscall;	/* (k) its number, or -1 */
		caddr_t	onfault;	/* (k) where copyin goes on */
		int	inhibit;	/* (k) no sleep allowed (debug) */
		u_int	giantdepth;	/* (k) Giant, while asleep */
		void	*selq;		/* (k) select's own */
		u_int	failcount;	/* (k) allocation that is to fail */
	} td_zero;
	struct thread_copied {
		u_char	base_pri;	/* (j) without what it was lent */
		u_char	priority;	/* (j); n for itself in userret() */
	} td_copied;
	struct	mdthread td_md;		/* (k) machine-dependent */
#ifdef WITNESS
	struct	lock_instance td_held[MAXHELD]; /* (k) in order taken */
#endif
} __aligned(MTX_FLAGMASK + 1);		/* its address has room for flags */
#define	td_flags	td_zero.flags
#define	td_wchan	td_zero.wchan
#define	td_wmesg	td_zero.wmesg
#define	td_blocked	td_zero.blocked
#define	td_lastcpu	td_zero.lastcpu
#define	td_intr_nesting_level td_zero.intr_nesting
#define	td_spinlocks	td_critical.depth
#define	td_saveintr	td_critical.saveintr
#define	td_locks	td_zero.locks
#define	td_pticks	td_zero.pticks
#define	td_retval	td_zero.retval
#define	td_syscall	td_zero.syscall
#define	td_onfault	td_zero.onfault
#define	td_inhibit	td_zero.inhibit
#define	td_giantdepth	td_zero.giantdepth
#define	td_selq		td_zero.selq
#define	td_failcount	td_zero.failcount
#define	td_base_pri	td_copied.base_pri
#define	td_priority	td_copied.priority

/* The command line as exec saw it, for ps; shared over fork. */
struct pargs {
	volatile u_int	ar_ref;		/* (n) */
	u_int		ar_length;	/* (b) bytes in ar_args */
	char		ar_args[];	/* (b) strings, each with its NUL */
};

#define	P_MAGIC		0xbeefface
#define	P_MAGIC_FREED	0xdeadface	/* debug: of proc_free() */
struct proc {
	u_int	p_magic;		/* (b) P_MAGIC */
	LIST_ENTRY(proc) p_list;	/* (d) allproc or zombproc */
	LIST_ENTRY(proc) p_hash;	/* (d) chain of pidhashtbl */
	pid_t	p_pid;			/* (b) */
	int	p_stat;			/* (j) SIDL ... */
	int	p_flag;			/* (c) P_* */
	int	p_sflag;		/* (j) PS_* */

	struct	proc *p_pptr;		/* (c + e) parent */
	TAILQ_ENTRY(proc) p_sibling;	/* (e + s) in the parent's p_children */
	/* (e + c) zombies first, then the rest, the youngest last */
	TAILQ_HEAD(proc_children, proc) p_children;
	struct	pgrp *p_pgrp;		/* (c + e) */
	LIST_ENTRY(proc) p_pglist;	/* (e + g) in pg_members */
	struct	proc *p_reaper;		/* (e) gets its children; NULL: init */
	struct	proc *p_outer;		/* (e) of a reaper: the one above it */
	struct	proc *p_peers;		/* (r) next of the task group */
	struct	proc *p_leader;		/* (r) head of the task group */

	struct	mtx p_mtx;		/* the process lock */
	struct	ucred *p_ucred;		/* (c) a reference */
	struct	filedesc *p_fd;		/* (c) a reference */
	struct	pstats *p_stats;	/* (b) owned */
	struct	plimit *p_limit;	/* (c) a reference */
	struct	sigacts *p_sigacts;	/* (c) a reference */
	struct	vmspace *p_vmspace;	/* (a + c) a reference */
	struct	vnode *p_textvp;	/* (c) a reference */
	struct	pargs *p_args;		/* (c) a reference */
	struct	ktr_file *p_tracep;	/* (c + t + j) a reference */
	/* Empty and NULL in a process that is not used. */
	struct	klist p_klist;		/* (q) knotes, with P_WATCHED */
	struct	procdesc *p_procdesc;	/* (e) its descriptor, with P_WATCHED */
	struct	callout p_itcallout;	/* (h) ITIMER_REAL */

	struct	thread p_thread;
	struct	kse p_kse;
	struct	ksegrp p_ksegrp;

	struct proc_zero {
		sigset_t siglist;	/* (c) pending */
		u_int	lock;		/* (c) holds: not to be freed */
		int	traceflag;	/* (c + t) KTRFAC_*; 0: no p_tracep */
		int	sigparent;	/* (c) sent to the parent at exit */
		sigset_t oldsigmask;	/* (c) to go back to, P_OLDMASK; */
					/* or waited for, P_SIGWAIT */
		SLIST_HEAD(, ksiginfo) sigqueue; /* (c) of p_siglist */
		u_int	acflag;		/* (n) AFORK ... */
		u_int	xstat;		/* (c) status for wait */
		struct	proc *reaping;	/* (c) the zombie in its wait4() */
		int	swtime;		/* (j) seconds since birth */
		u_int64_t runtime;	/* (j) cpu_ticks() run */
		struct	itimerval realtimer;	/* (c) ITIMER_REAL */
		struct {
			int	sig;
			int	code;
			vm_offset_t addr;
		} trapsig;		/* (k) the fault being delivered */
	} p_zero;
	struct proc_copied {
		sigset_t sigmask;	/* (c) blocked */
		stack_t	sigstk;		/* (c) alternate stack */
		char	comm[MAXCOMLEN + 1]; /* (c) name of the program */
		struct	sysentvec *sysent;   /* (c, n) system calls; static */
		rlim_t	cpulimit;	/* (j) cpu_ticks(), or infinity */
	} p_copied;
};
#define	p_siglist	p_zero.siglist
#define	p_lock		p_zero.lock
#define	p_traceflag	p_zero.traceflag
#define	p_sigparent	p_zero.sigparent
#define	p_oldsigmask	p_zero.oldsigmask
#define	p_waitset	p_oldsigmask
#define	p_sigqueue	p_zero.sigqueue
#define	p_acflag	p_zero.acflag
#define	p_xstat		p_zero.xstat
#define	p_reaping	p_zero.reaping
#define	p_swtime	p_zero.swtime
#define	p_runtime	p_zero.runtime
#define	p_realtimer	p_zero.realtimer
#define	p_trapsig	p_zero.trapsig
#define	p_sigmask	p_copied.sigmask
#define	p_sigstk	p_copied.sigstk
#define	p_comm		p_copied.comm
#define	p_sysent	p_copied.sysent
#define	p_cpulimit	p_copied.cpulimit
#define	p_session	p_pgrp->pg_session

LIST_HEAD(proclist, proc);

#ifdef INVARIANTS
#define	PROC_LOCK(p) do {						\
	if (__predict_false((p)->p_magic != P_MAGIC))			\
		proc_broken((p), LOCK_FILE, LOCK_LINE);			\
	mtx_lock(&(p)->p_mtx);						\
} while (0)
#else
#define	PROC_LOCK(p)		mtx_lock(&(p)->p_mtx)
#endif
#define	PROC_TRYLOCK(p)		mtx_trylock(&(p)->p_mtx)
#define	PROC_UNLOCK(p)		mtx_unlock(&(p)->p_mtx)
#define	PROC_LOCKED(p)		mtx_owned(&(p)->p_mtx)
#define	PROC_LOCK_ASSERT(p, t)	mtx_assert(&(p)->p_mtx, (t))
#define	PGRP_LOCK(pg)		mtx_lock(&(pg)->pg_mtx)
#define	PGRP_UNLOCK(pg)		mtx_unlock(&(pg)->pg_mtx)
#define	PGRP_LOCK_ASSERT(pg, t)	mtx_assert(&(pg)->pg_mtx, (t))
#define	SESS_LOCK(s)		mtx_lock(&(s)->s_mtx)
#define	SESS_UNLOCK(s)		mtx_unlock(&(s)->s_mtx)
/*
 * With proctree_lock held, or its parent's lock, nobody becomes a zombie, or
 * is one no longer; its other states come and go under sched_lock meanwhile.
 */
#define	PROC_IS_ZOMBIE(p) (data_race((p)->p_stat) == SZOMB)
#define	SESS_LEADER(p)		((p)->p_session->s_leader == (p))

/* Hold a process: it is not freed until the hold is let go. */
#define	_PHOLD(p) do {							\
	PROC_LOCK_ASSERT((p), MA_OWNED);				\
	(p)->p_lock++;							\
} while (0)
#define	_PRELE(p) do {							\
	PROC_LOCK_ASSERT((p), MA_OWNED);				\
	KASSERT((p)->p_lock > 0, ("_PRELE: pid %d not held", (p)->p_pid)); \
	if (--(p)->p_lock == 0 && ((p)->p_flag & P_REAPWAIT))		\
		wakeup(&(p)->p_lock);					\
} while (0)
#define	PHOLD(p) do {							\
	PROC_LOCK(p);							\
	_PHOLD(p);							\
	PROC_UNLOCK(p);							\
} while (0)
#define	PRELE(p) do {							\
	PROC_LOCK(p);							\
	_PRELE(p);							\
	PROC_UNLOCK(p);							\
} while (0)

#define	PIDHASH(pid)	(&pidhashtbl[(pid) & pidhash])
#define	PGRPHASH(pgid)	(&pgrphashtbl[(pgid) & pgrphash])
LIST_HEAD(pgrphashhead, pgrp);
extern struct proclist *pidhashtbl;	/* (d) */
extern u_long	pidhash;
extern struct pgrphashhead *pgrphashtbl;	/* (e) */
extern u_long	pgrphash;

extern struct sx allproc_lock;		/* lists, hash, lastpid */
extern struct sx proctree_lock;		/* parents, children, groups */
extern struct mtx ppeers_lock;		/* p_peers, p_leader */
extern struct proc proc0;		/* the swapper, pid 0 */
#define	thread0	(proc0.p_thread)
extern struct proc *initproc;		/* pid 1 */
extern struct proclist allproc;		/* (d) live processes */
extern struct proclist zombproc;	/* (d) zombies */
extern volatile u_int nprocs;		/* (n) live ones, zombies, proc0 */
extern int	maxproc;		/* most processes; 0 until known */
extern int	maxprocperuid;		/* most of one uid */
extern volatile int ticks;		/* (n) clock ticks since boot */
extern int	hz;			/* clock ticks a second */

/* init_proc.c */
void	maxproc_tune(void);		/* of vm_bootstrap() */
/* maxproc has to be from least to most; say why if it was not. */
void	maxproc_limit(int least, int most, const char *why);

/* kern_proc.c */
void	procinit(void);
struct	proc *proc_alloc(void);		/* child shell, or NULL; may sleep */
u_int	procs_kept(void);		/* shells with a stack, for the next */
void	proc_free(struct proc *);	/* NULL-safe destructor */
/* p is no process, or one no longer: panic. */
void	proc_broken(const struct proc *, const char *file, int line) __dead2;
void	proc_linkup(struct proc *);
struct	proc *pfind(pid_t);		/* returns it locked, or NULL */
struct	proc *zpfind(pid_t);		/* the same among the zombies */
pid_t	pid_next(pid_t);		/* live, not below it; or NO_PID */
struct	pgrp *pgfind(pid_t);		/* returns it locked; proctree held */
int	inferior(struct proc *);
int	enterpgrp(struct proc *, pid_t, struct pgrp *, struct session *);
int	enterthispgrp(struct proc *, struct pgrp *);
int	leavepgrp(struct proc *);
bool	pgrp_qualified_by(const struct pgrp *, const struct proc *parent);
void	job_exit(struct proc *);
struct	pgrp *pgrp_alloc(void);		/* room for one, or NULL */
struct	session *sess_alloc(void);
void	pgrp_init0(struct pgrp *, struct session *, struct proc *);
void	pgrp_discard(struct pgrp *, struct session *);	/* not used */
void	sess_hold(struct session *);
void	sess_rele(struct session *);
struct	pargs *pargs_alloc(size_t);
void	pargs_hold(struct pargs *);	/* NULL-safe */
void	pargs_drop(struct pargs *);	/* NULL-safe */
void	proc_reparent(struct proc *child, struct proc *newparent);
bool	proc_reparent_dead(struct proc *child, struct proc *newparent);
int	proc_uses_id(pid_t);		/* a walk; allproc_lock held */
const char *proc_state_name(int);	/* of p_stat */
void	ps_dump(void);			/* list processes on the console */
void	ps_family(struct proc *);	/* the tree around one of them */
void	ps_tree(struct proc *);		/* the tree below one */

/*
 * What the parent of a vfork sleeps on, under the child's lock: the flag
 * P_PPWAIT of that child.
 */
#define	PPWAIT_CHAN(child)	(&(child)->p_flag)

/* kern_fork.c */
typedef void (*forklist_fn)(struct proc *parent, struct proc *child,
    int flags);
int	fork1(struct thread *, int flags, struct proc **);
void	fork_exit(void (*)(void *, struct trapframe *), void *,
	    struct trapframe *);
void	fork_return(struct thread *, struct trapframe *);
int	at_fork(forklist_fn);
int	rm_at_fork(forklist_fn);
int	rm_at_fork_nowait(forklist_fn);	/* see hook_remove_nowait() */
void	vfork_done(struct proc *);	/* the child has exec'ed or exited */

/* kern_exec.c */
typedef void (*execlist_fn)(struct proc *);
int	at_exec(execlist_fn);
int	rm_at_exec(execlist_fn);
int	rm_at_exec_nowait(execlist_fn);	/* see hook_remove_nowait() */

/* kern_exit.c */
typedef void (*exitlist_fn)(struct proc *);
void	exit1(struct thread *, int status) __dead2;
int	at_exit(exitlist_fn);
int	rm_at_exit(exitlist_fn);
int	rm_at_exit_nowait(exitlist_fn);	/* see hook_remove_nowait() */
void	proc_unpeer(struct proc *);	/* leave the task group */
void	zombie_announce(struct proc *, struct proc *parent);

/* kern_procctl.c */
void	reaper_release(struct proc *);	/* proctree_lock held, exclusively */

/*
 * Whose its children become when it ends, and whose it becomes itself when
 * its parent ends.  proctree_lock is held.
 */
static __inline struct proc *
proc_reaper(const struct proc *p)
{
	return (p->p_reaper != NULL ? p->p_reaper : initproc);
}

static __inline struct proc *
proc_reaped_by(const struct proc *p)
{
	if (p->p_reaper != p)
		return (proc_reaper(p));
	return (p->p_outer != NULL ? p->p_outer : initproc);
}

/* From now on p, which is no reaper itself, descends from that one. */
static __inline void
proc_set_reaper(struct proc *p, struct proc *reaper)
{
	p->p_reaper = reaper != initproc ? reaper : NULL;
}

/* scheduling: kern_synch.c, kern_switch.c, sched_4bsd.c */
int	msleep(volatile const void *chan, struct mtx *, int pri,
	    const char *wmesg, int timo);
#define	tsleep(chan, pri, wmesg, timo)	msleep(chan, NULL, pri, wmesg, timo)
void	wakeup(volatile const void *chan);
void	wakeup_one(volatile const void *chan);
void	wakeup_locked(volatile const void *chan); /* sched_lock held */
struct	thread *wakeup_one_locked(volatile const void *chan); /* the same */
void	sleepq_wait_locked(volatile const void *chan, int pri,
	    const char *wmesg);	/* sched_lock held; no signals */
void	unsleep(struct thread *);	/* sched_lock held */
void	abortsleep(struct thread *);	/* the same, makes it runnable */
void	setrunnable(struct thread *);	/* sched_lock held */
bool	setrunqueue(struct thread *);	/* sched_lock held */
void	remrunqueue(struct thread *);	/* sched_lock held */
struct	thread *choosethread(void);	/* sched_lock held */
void	mi_switch(void);		/* sched_lock held */
void	sched_fork(struct proc *parent, struct proc *child);
void	sched_exit(struct proc *parent, struct proc *child);
void	sched_fork_exit(struct thread *);	/* adopt sched_lock */
void	resetpriority(struct ksegrp *);	/* sched_lock held */
void	maybe_resched(struct thread *);	/* sched_lock held */
void	sched_ast(struct thread *);	/* sched_lock held */
void	sched_hurry(struct thread *);	/* it is to die; sched_lock held */
void	yield(void);
void	yield_user(void);		/* the same, at the end of ast() */
void	preempt_point(void);		/* explicit: switch if asked to */
int	breathe(bool intr);		/* the same in long work; or EINTR */

/* machine-dependent: arch vm_machdep.c and trap.c */
void	cpu_fork(struct thread *, struct proc *, int flags);
void	cpu_set_fork_handler(struct thread *, void (*)(void *), void *);
void	cpu_exit(struct thread *);
void	cpu_switch(struct thread *from, struct thread *to);
void	cpu_thread_setup(struct thread *);	/* pcb and frame places */
void	fork_trampoline(void);
void	ast(struct trapframe *);
void	userret_check(struct thread *);
void	backtrace_thread(struct thread *);

/*
 * The end of each system call and fault: give the thread its user priority
 * back.  Signals are seen to in ast(), which doreti calls last of all: who
 * sends one, or lets one through that was blocked, sets TDF_ASTPENDING.  No
 * locks held.
 */
static __inline void
userret(struct thread *td, struct trapframe *frame __unused,
    u_int sticks __unused)
{
	u_char user_pri;

#ifdef INVARIANTS
	userret_check(td);
#endif
	/*
	 * Without sched_lock: it is on no queue, and nobody lends to who owns
	 * nothing.  A new kg_user_pri, this moment, is seen the next time.
	 */
	user_pri = READ_ONCE(td->td_ksegrp->kg_user_pri);
	if (data_race(td->td_priority != user_pri))
		WRITE_ONCE(td->td_priority, user_pri);
}

#endif /* _KERNEL */
#endif /* !_SYS_PROC_H_ */
