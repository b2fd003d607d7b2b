/*
 * Signals: how they are sent, taken and delivered.  The system calls are
 * in kern_sigcalls.c, the frame that a handler sees is the machine's.
 *
 * A signal is sent by psignal(), from anywhere, under the receiver's lock:
 * it becomes pending, and a receiver that sleeps interruptibly is woken.
 * It is taken by the receiver itself, on its way to user mode (sig_ast) or
 * when a sleep has to end (sig_sleep): issignal() finds the next one to be
 * acted on, and postsig() calls the handler or ends the process.
 *
 * Owns struct sigacts and, in struct proc, p_siglist, P_STOPPED_SIG and
 * P_CONTINUED.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/sysent.h>
#include <sys/syslog.h>
#include <sys/ucred.h>
#include <sys/wait.h>
#include <sys/zone.h>

static zone_t	sigacts_zone;		/* constant after boot */
static sigset_t	default_ignored __read_mostly;	/* the same */

/* What a signal does to a process that does nothing about it. */
#define	SIGPROP_KILL	0x01		/* ends it */
#define	SIGPROP_CORE	0x02		/* ends it; something went wrong */
#define	SIGPROP_STOP	0x04		/* stops it */
#define	SIGPROP_TTYSTOP	0x08		/* stops it, from the terminal */
#define	SIGPROP_IGNORE	0x10		/* nothing */
#define	SIGPROP_CONT	0x20		/* continues it */

static const struct signal_info {
	u_char		si_prop;
	const char	*si_text;
} signals[NSIG] = {
	[SIGHUP] = { SIGPROP_KILL, "Hangup" },
	[SIGINT] = { SIGPROP_KILL, "Interrupt" },
	[SIGQUIT] = { SIGPROP_KILL, "Quit" },
	[SIGILL] = { SIGPROP_KILL | SIGPROP_CORE, "Illegal instruction" },
	[SIGTRAP] = { SIGPROP_KILL | SIGPROP_CORE, "Trace/BPT trap" },
	[SIGABRT] = { SIGPROP_KILL | SIGPROP_CORE, "Abort trap" },
	[SIGEMT] = { SIGPROP_KILL | SIGPROP_CORE, "EMT trap" },
	[SIGFPE] = { SIGPROP_KILL | SIGPROP_CORE, "Floating exception" },
	[SIGKILL] = { SIGPROP_KILL, "Killed" },
	[SIGBUS] = { SIGPROP_KILL | SIGPROP_CORE, "Bus error" },
	[SIGSEGV] = { SIGPROP_KILL | SIGPROP_CORE, "Segmentation fault" },
	[SIGSYS] = { SIGPROP_KILL | SIGPROP_CORE, "Bad system call" },
	[SIGPIPE] = { SIGPROP_KILL, "Broken pipe" },
	[SIGALRM] = { SIGPROP_KILL, "Alarm clock" },
	[SIGTERM] = { SIGPROP_KILL, "Terminated" },
	[SIGURG] = { SIGPROP_IGNORE, "Urgent I/O condition" },
	[SIGSTOP] = { SIGPROP_STOP, "Suspended (signal)" },
	[SIGTSTP] = { SIGPROP_STOP | SIGPROP_TTYSTOP, "Suspended" },
	[SIGCONT] = { SIGPROP_CONT, "Continued" },
	[SIGCHLD] = { SIGPROP_IGNORE, "Child exited" },
	[SIGTTIN] = { SIGPROP_STOP | SIGPROP_TTYSTOP,
	    "Stopped (tty input)" },
	[SIGTTOU] = { SIGPROP_STOP | SIGPROP_TTYSTOP,
	    "Stopped (tty output)" },
	[SIGIO] = { SIGPROP_IGNORE, "I/O possible" },
	[SIGXCPU] = { SIGPROP_KILL, "Cputime limit exceeded" },
	[SIGXFSZ] = { SIGPROP_KILL, "Filesize limit exceeded" },
	[SIGVTALRM] = { SIGPROP_KILL, "Virtual timer expired" },
	[SIGPROF] = { SIGPROP_KILL, "Profiling timer expired" },
	[SIGWINCH] = { SIGPROP_IGNORE, "Window size changed" },
	[SIGINFO] = { SIGPROP_IGNORE, "Information request" },
	[SIGUSR1] = { SIGPROP_KILL, "User defined signal 1" },
	[SIGUSR2] = { SIGPROP_KILL, "User defined signal 2" },
};

static int
sigprop(int sig)
{
	KASSERT(_SIG_VALID(sig), ("signal %d", sig));
	return (signals[sig].si_prop);
}

/*
 * The signal in words, as the shells print it.
 */
const char *
sig_description(int sig)
{
	return (_SIG_VALID(sig) ? signals[sig].si_text : "Unknown signal");
}

/*
 * Whether nothing happens to a process that does nothing about it.
 */
bool
sig_default_ignored(int sig)
{
	return ((sigprop(sig) & SIGPROP_IGNORE) != 0);
}

/* ------------------------------------------------------------- sigacts */

static int
sigacts_construct(void *mem)
{
	struct sigacts *ps = mem;

	mtx_init(&ps->ps_mtx, "sigacts", NULL, MTX_DEF);
	return (0);
}

void
sigacts_init(void)
{
	int sig;

	sigacts_zone = zone_create("sigacts", sizeof(struct sigacts),
	    sigacts_construct, NULL, sizeof(void *));
	for (sig = 1; sig < NSIG; sig++)
		if (sigprop(sig) & SIGPROP_IGNORE)
			SIGADDSET(default_ignored, sig);
}

/* The lowest signal of a set, or 0. */
static int
sigset_first(sigset_t set)
{
	return (__builtin_ffs(set.__bits[0]));
}
CTASSERT(_SIG_MAXSIG <= 32);

/*
 * One with one reference that sigacts_copy() has yet to fill, or NULL.
 */
struct sigacts *
sigacts_blank(void)
{
	struct sigacts *ps = zone_alloc(sigacts_zone, 0);

	if (ps != NULL) {
		refcount_init(&ps->ps_refcnt, 1);
		SIGEMPTYSET(ps->ps_changed);
	}
	return (ps);
}

/*
 * A sigacts with one reference and everything at its default, or NULL.
 * Holds no locks, does not sleep.
 */
struct sigacts *
sigacts_alloc(void)
{
	struct sigacts *ps = sigacts_blank();

	if (ps == NULL)
		return (NULL);
	bzero(&ps->ps_sets, sizeof(ps->ps_sets));
	ps->ps_sigignore = default_ignored;
	return (ps);
}

struct sigacts *
sigacts_hold(struct sigacts *ps)
{
	refcount_acquire(&ps->ps_refcnt);
	return (ps);
}

/*
 * Nobody uses it any more: put back the words that the next user expects.
 */
static void
sigacts_clear(struct sigacts *ps)
{
	sigset_t left = ps->ps_changed;
	int sig;

	while ((sig = sigset_first(left)) != 0) {
		SIGDELSET(left, sig);
		ps->ps_sigact[_SIG_IDX(sig)] = SIG_DFL;
		SIGEMPTYSET(ps->ps_catchmask[_SIG_IDX(sig)]);
	}
#ifdef INVARIANTS
	for (sig = 1; sig < NSIG; sig++)
		KASSERT(ps->ps_sigact[_SIG_IDX(sig)] == SIG_DFL &&
			SIGISEMPTY(ps->ps_catchmask[_SIG_IDX(sig)]),
		    ("sigacts: signal %d was changed unseen", sig));
#endif
}

void
sigacts_free(struct sigacts *ps)
{
	if (ps != NULL && refcount_release(&ps->ps_refcnt)) {
		sigacts_clear(ps);
		zone_free(sigacts_zone, ps);
	}
}

/*
 * Make a new sigacts, which nobody else sees yet, say what another says.
 */
void
sigacts_copy(struct sigacts *to, struct sigacts *from)
{
	sigset_t left;
	int i, sig;

	KASSERT(to->ps_refcnt == 1, ("sigacts_copy: to shared actions"));
	mtx_lock(&from->ps_mtx);
	memcpy(&to->ps_sets, &from->ps_sets, sizeof(to->ps_sets));
	left = from->ps_changed;
	while ((sig = sigset_first(left)) != 0) {
		SIGDELSET(left, sig);
		i = _SIG_IDX(sig);
		to->ps_sigact[i] = from->ps_sigact[i];
		to->ps_catchmask[i] = from->ps_catchmask[i];
	}
	mtx_unlock(&from->ps_mtx);
}

/*
 * The same for one that is made now; NULL without memory.
 */
struct sigacts *
sigacts_dup(struct sigacts *from)
{
	struct sigacts *ps = sigacts_blank();

	if (ps != NULL)
		sigacts_copy(ps, from);
	return (ps);
}

/*
 * The actions of the current process, for changing or sharing them.  What
 * the parent of a vfork has lent is copied first.  That copy was put off, so
 * without memory it is as with a page: NULL, and the process does not get
 * back to user mode.
 */
struct sigacts *
sigacts_own(struct proc *p)
{
	struct sigacts *lent = p->p_sigacts, *ps;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (__predict_true((p->p_flag & P_SIGLENT) == 0))
		return (lent);
	ps = sigacts_dup(lent);
	if (ps == NULL) {
		killproc(p, "no memory for its signal actions");
		return (NULL);
	}
	p->p_sigacts = ps;
	p->p_flag &= ~P_SIGLENT;
	sigacts_free(lent);
	return (ps);
}

bool
sigacts_shared(struct sigacts *ps)
{
	return (ps->ps_refcnt > 1);
}

/*
 * Complete proc0's.
 */
void
siginit(struct proc *p)
{
	p->p_sigstk.ss_flags = SS_DISABLE;
	SIGEMPTYSET(p->p_siglist);
	SIGEMPTYSET(p->p_sigmask);
}

/*
 * Put one signal back to its default.
 */
static void
sigacts_default(struct sigacts *ps, int sig)
{
	mtx_assert(&ps->ps_mtx, MA_OWNED);
	SIGDELSET(ps->ps_changed, sig);
	SIGDELSET(ps->ps_sigcatch, sig);
	SIGDELSET(ps->ps_sigonstack, sig);
	SIGDELSET(ps->ps_sigintr, sig);
	SIGDELSET(ps->ps_sigreset, sig);
	SIGDELSET(ps->ps_signodefer, sig);
	SIGDELSET(ps->ps_siginfo, sig);
	SIGEMPTYSET(ps->ps_catchmask[_SIG_IDX(sig)]);
	ps->ps_sigact[_SIG_IDX(sig)] = SIG_DFL;
	if (sigprop(sig) & SIGPROP_IGNORE)
		SIGADDSET(ps->ps_sigignore, sig);
	else
		SIGDELSET(ps->ps_sigignore, sig);
}

static void
sigacts_drop_caught(struct sigacts *ps)
{
	int sig;

	mtx_assert(&ps->ps_mtx, MA_OWNED);
	if (SIGISEMPTY(ps->ps_sigcatch))
		return;
	for (sig = 1; sig < NSIG; sig++)
		if (SIGISMEMBER(ps->ps_sigcatch, sig))
			sigacts_default(ps, sig);
}

/*
 * fork, for a child that nobody sees yet: its handlers are not wanted.
 */
void
sig_drop_caught(struct proc *p)
{
	struct sigacts *ps = p->p_sigacts;

	mtx_lock(&ps->ps_mtx);
	sigacts_drop_caught(ps);
	mtx_unlock(&ps->ps_mtx);
}

/*
 * exec: handlers are gone with the program they were in; what was ignored
 * stays ignored, but for SIGCHLD, whose being ignored has side effects the
 * new program does not expect.  What was pending stays so, unless it is
 * ignored now.
 */
void
execsigs(struct proc *p)
{
	struct sigacts *ps = p->p_sigacts;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	KASSERT(!sigacts_shared(ps), ("execsigs: shared actions"));
	mtx_lock(&ps->ps_mtx);
	sigacts_drop_caught(ps);
	sigacts_default(ps, SIGCHLD);
	WRITE_ONCE(ps->ps_flag, 0);
	mtx_unlock(&ps->ps_mtx);
	sig_drop_ignored(p);

	/* The alternate stack was memory of the old program. */
	bzero(&p->p_sigstk, sizeof(p->p_sigstk));
	p->p_sigstk.ss_flags = SS_DISABLE;
	p->p_flag &= ~P_ALTSTACK;
}

/*
 * Whether the process, which is locked, does not want its children to become
 * zombies.
 */
bool
sig_nocldwait(struct proc *parent)
{
	PROC_LOCK_ASSERT(parent, MA_OWNED);
	/* A change at this moment comes after. */
	return ((READ_ONCE(parent->p_sigacts->ps_flag) &
		    (PS_NOCLDWAIT | PS_CLDSIGIGN)) != 0);
}

/*
 * Nothing is pending that is ignored: after something has become so, or has
 * been waited for in spite of it.
 */
void
sig_drop_ignored(struct proc *p)
{
	struct sigacts *ps = p->p_sigacts;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_lock(&ps->ps_mtx);
	SIGSETNAND(p->p_siglist, ps->ps_sigignore);
	mtx_unlock(&ps->ps_mtx);
}

/* ------------------------------------------------------------- sending */

/*
 * Whether the process is in sigwait() for that signal.
 */
static bool
sig_awaited(struct proc *p, int sig)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	return ((p->p_flag & P_SIGWAIT) && SIGISMEMBER(p->p_waitset, sig));
}

/*
 * What a process would do about a signal, were it to come now: SIG_HOLD
 * (it is blocked), SIG_IGN, SIG_CATCH or SIG_DFL.  A signal that would
 * end or stop init is ignored: without init the system is lost.
 */
static sig_t
sig_action(struct proc *p, int sig)
{
	struct sigacts *ps = p->p_sigacts;
	sig_t action;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_lock(&ps->ps_mtx);
	if (SIGISMEMBER(ps->ps_sigignore, sig))
		action = sig_awaited(p, sig) ? SIG_HOLD : SIG_IGN;
	else if (SIGISMEMBER(p->p_sigmask, sig))
		action = SIG_HOLD;
	else if (SIGISMEMBER(ps->ps_sigcatch, sig))
		action = SIG_CATCH;
	else
		action = SIG_DFL;
	mtx_unlock(&ps->ps_mtx);
	if (p == initproc && action == SIG_DFL &&
	    (sigprop(sig) & (SIGPROP_KILL | SIGPROP_STOP)))
		action = SIG_IGN;
	return (action);
}

/*
 * Tell the parent that a child has been stopped or continued: CLD_*.
 */
static void
sig_tell_parent(struct proc *p, int code)
{
	struct proc *pptr = p->p_pptr;
	struct sigacts *ps;
	bool wanted;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	PROC_LOCK(pptr);
	ps = pptr->p_sigacts;
	mtx_lock(&ps->ps_mtx);
	wanted = (ps->ps_flag & PS_NOCLDSTOP) == 0;
	mtx_unlock(&ps->ps_mtx);
	if (wanted)
		psignal_from(pptr, SIGCHLD, p, code);
	/* Under its lock, so that wait4 is either asleep or yet to look. */
	wakeup(pptr);
	PROC_UNLOCK(pptr);
}

/*
 * The process is stopped from now on.  It need not know yet: asleep it goes
 * on sleeping, and msleep() does not return before it is continued.
 */
static void
sig_stop(struct proc *p, int sig)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	KASSERT((p->p_flag & P_PPWAIT) == 0, ("stop of a vfork child"));
	p->p_xstat = sig;
	/* wait4() looks at both without this lock. */
	wmb();
	p->p_flag = (p->p_flag | P_STOPPED_SIG) & ~(P_WAITED | P_CONTINUED);
	sig_tell_parent(p, CLD_STOPPED);
}

/*
 * Have the process look at its signals: before it gets to user mode, and
 * if it sleeps and the signal may end the sleep, at once.
 */
static void
sig_notify(struct proc *p, int sig)
{
	struct thread *td = &p->p_thread;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_lock_spin(&sched_lock);
	sched_ast(td);
	if (sig == SIGKILL)
		sched_hurry(td);
	if ((td->td_flags & TDF_ONSLEEPQ) &&
	    ((td->td_flags & TDF_SINTR) ||
		(sig == SIGKILL && (td->td_flags & TDF_KILLWAKE))))
		abortsleep(td);
	mtx_unlock_spin(&sched_lock);
}

/*
 * A stopped process may go on.
 */
static void
sig_unstop(struct proc *p)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	p->p_flag &= ~(P_STOPPED_SIG | P_WAITED);
	wakeup(&p->p_xstat);
}

/*
 * SIGCONT to a stopped process.  What came while it was stopped is acted
 * on now.
 */
static void
sig_continue(struct proc *p)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	sig_unstop(p);
	p->p_flag |= P_CONTINUED;
	sig_tell_parent(p, CLD_CONTINUED);
	if (sig_deliverable(p))
		sig_notify(p, SIGCONT);
}

/*
 * A signal that stops, with its default action.  Who sleeps in a way that
 * a signal may end is stopped on the spot; others do it themselves.  Who is
 * woken now is either not asleep any more or finds TDF_STOPPED, and waits for
 * our lock to see whether it still is.
 */
static void
psignal_stop(struct proc *p, int sig)
{
	struct thread *td = &p->p_thread;
	bool asleep;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	/* The parent waits in vfork: it would stop too.  Not before exec. */
	if (p->p_flag & P_PPWAIT)
		return;
	mtx_lock_spin(&sched_lock);
	sched_ast(td);
	asleep = (td->td_flags & TDF_ONSLEEPQ) && (td->td_flags & TDF_SINTR);
	if (asleep)
		td->td_flags |= TDF_STOPPED;
	mtx_unlock_spin(&sched_lock);
	if (asleep) {
		SIGDELSET(p->p_siglist, sig);
		sig_stop(p, sig);
	}
}

/*
 * Whether a stop signal means nothing: the terminal's, to a group which
 * nobody would continue.
 */
static bool
sig_stop_orphaned(struct proc *p, int sig)
{
	return ((sigprop(sig) & SIGPROP_TTYSTOP) && p->p_pgrp->pg_jobc == 0);
}

/*
 * A signal becomes pending.  Of those that are pending already only the first
 * is remembered; and what has the default action is never asked about.
 */
static void
sig_post(struct proc *p, int sig, sig_t action, struct proc *from, int code)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (action != SIG_DFL && !SIGISMEMBER(p->p_siglist, sig))
		ksiginfo_record(p, sig, from, code);
	SIGADDSET(p->p_siglist, sig);
	KTR_EVENT(KTR_SIGPOST, sig, p->p_pid);
	if (sig_awaited(p, sig))
		wakeup(&p->p_waitset);
}

/*
 * Send a signal that means something to a process, or may do so.
 */
static void __noinline
psignal_meant(struct proc *p, int sig, struct proc *from, int code)
{
	int prop = sigprop(sig);
	sig_t action;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	/* Stop and continue take each other back, whatever is done. */
	if (prop & SIGPROP_CONT)
		SIG_STOPSIGMASK(p->p_siglist);
	if (prop & SIGPROP_STOP)
		SIGDELSET(p->p_siglist, SIGCONT);

	action = sig_action(p, sig);
	if (action == SIG_DFL && (prop & SIGPROP_STOP) &&
	    sig_stop_orphaned(p, sig))
		action = SIG_IGN;
	/* By default SIGCONT has done its work when it has continued. */
	if (action != SIG_IGN && !(action == SIG_DFL && (prop & SIGPROP_CONT)))
		sig_post(p, sig, action, from, code);

	if (prop & SIGPROP_CONT) {
		if (p->p_flag & P_STOPPED_SIG)
			sig_continue(p);
	} else if (sig == SIGKILL && action != SIG_IGN)
		sig_unstop(p);
	if (!SIGISMEMBER(p->p_siglist, sig) || action == SIG_HOLD ||
	    (p->p_flag & P_STOPPED_SIG))
		return;
	if (action == SIG_DFL && (prop & SIGPROP_STOP))
		psignal_stop(p, sig);
	else
		sig_notify(p, sig);
}

/*
 * The receiver is no ordinary process: tell who watches its signals.
 * Whether it takes none.
 */
static bool __noinline
psignal_odd(struct proc *p, int sig)
{
	if (p->p_flag & (P_WEXIT | P_SYSTEM))
		return (true);
	knote_signal(p, sig);
	return (false);
}

/*
 * Send a signal to a process.  It may be in any state; a process on its
 * way out, and one that is the kernel's, take none.
 */
void
psignal_from(struct proc *p, int sig, struct proc *from, int code)
{
	int flag = p->p_flag;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if ((flag & (P_WEXIT | P_SYSTEM | P_WATCHED)) && psignal_odd(p, sig))
		return;
	/* Most that are sent: SIGCHLD to who does not care.  One word. */
	if (data_race(SIGISMEMBER(p->p_sigacts->ps_sigignore, sig)) &&
	    (flag & P_SIGWAIT) == 0 &&
	    (sigprop(sig) & (SIGPROP_STOP | SIGPROP_CONT)) == 0)
		return;
	psignal_meant(p, sig, from, code);
}

/*
 * Send a signal to each process of a group, or with checkctty only to
 * those who have the session's terminal.
 */
void
pgsignal(struct pgrp *pgrp, int sig, int checkctty)
{
	struct proc *p;

	PGRP_LOCK_ASSERT(pgrp, MA_OWNED);
	LIST_FOREACH(p, &pgrp->pg_members, p_pglist) {
		PROC_LOCK(p);
		if (!checkctty || (p->p_flag & P_CONTROLT))
			psignal(p, sig);
		PROC_UNLOCK(p);
	}
}

/*
 * The same by id; a group that is not there gets none.
 */
void
gsignal(int pgid, int sig)
{
	struct pgrp *pgrp;

	if (pgid == 0)
		return;
	sx_slock(&proctree_lock);
	pgrp = pgfind(pgid);
	sx_sunlock(&proctree_lock);
	if (pgrp != NULL) {
		pgsignal(pgrp, sig, 0);
		PGRP_UNLOCK(pgrp);
	}
}

/*
 * Kill a process for a reason of the kernel's, and say so.
 */
void
killproc(struct proc *p, const char *why)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	log(LOG_ERR, "pid %d (%s), uid %u, was killed: %s\n", p->p_pid,
	    p->p_comm, p->p_ucred->cr_uid, why);
	psignal(p, SIGKILL);
}

/* -------------------------------------------------------------- taking */

/*
 * The signals that are pending and may be taken now.  A child of vfork
 * takes no stop before its exec.
 */
static sigset_t
sig_takable(struct proc *p)
{
	sigset_t set = p->p_siglist;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	SIGSETNAND(set, p->p_sigmask);
	if (p->p_flag & P_PPWAIT)
		SIG_STOPSIGMASK(set);
	return (set);
}

/* The signal of a set that goes first. */
static int
sig_first(sigset_t set)
{
	if (SIGISMEMBER(set, SIGKILL))
		return (SIGKILL);
	return (sigset_first(set));
}

/*
 * The signal of that set which is pending and goes first, blocked or not; 0
 * if there is none.
 */
int
sig_pending_in(struct proc *p, sigset_t set)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	SIGSETAND(set, p->p_siglist);
	return (sig_first(set));
}

/*
 * Whether a signal waits that would be acted on: not blocked, not ignored.
 */
bool
sig_deliverable(struct proc *p)
{
	sigset_t set;
	int sig;

	if (!sig_hint(p))
		return (false);
	set = sig_takable(p);
	while ((sig = sig_first(set)) != 0) {
		SIGDELSET(set, sig);
		if (sig_action(p, sig) != SIG_IGN)
			return (true);
	}
	return (false);
}

/*
 * A process takes stops from now on: those that have come already, too.
 */
void
sig_take_stops(struct proc *p)
{
	sigset_t set = sig_takable(p);
	sig_t action;
	int sig;

	while ((sig = sig_first(set)) != 0) {
		SIGDELSET(set, sig);
		action = sig_action(p, sig);
		if ((sigprop(sig) & SIGPROP_STOP) == 0 || action == SIG_IGN)
			continue;
		if (action != SIG_DFL)
			sig_notify(p, sig);
		else if ((p->p_flag & P_STOPPED_SIG) == 0)
			psignal_stop(p, sig);
	}
}

/*
 * Have ast() called before user mode if there is something to be acted
 * on: after signals have been unblocked.
 */
void
signotify(struct thread *td)
{
	PROC_LOCK_ASSERT(td->td_proc, MA_OWNED);
	if (SIGISEMPTY(sig_takable(td->td_proc)))
		return;
	mtx_lock_spin(&sched_lock);
	sched_ast(td);
	mtx_unlock_spin(&sched_lock);
}

/*
 * Act on a signal whose action is the default one.  Whether it ends the
 * process; stops and what is ignored are done with here.
 */
static bool
issignal_default(struct proc *p, int sig)
{
	int prop = sigprop(sig);

	if (prop & SIGPROP_KILL)
		return (true);
	SIGDELSET(p->p_siglist, sig);
	if ((prop & SIGPROP_STOP) && !sig_stop_orphaned(p, sig))
		sig_stop(p, sig);
	return (false);
}

/*
 * The next signal that the current thread has to act on: one with a
 * handler, or one that ends the process; 0 if there is none.  It stays
 * pending.
 *
 * A stopped process stays here until it is continued, unless it is about
 * to sleep in the kernel: then it stays in msleep() when that sleep is over.
 */
int
issignal(struct thread *td)
{
	struct proc *p = td->td_proc;
	sigset_t set;
	sig_t action;
	int sig;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	for (;;) {
		if (p->p_flag & P_STOPPED_SIG) {
			if (td->td_wchan != NULL) {
				mtx_lock_spin(&sched_lock);
				td->td_flags |= TDF_STOPPED;
				mtx_unlock_spin(&sched_lock);
				return (0);
			}
			(void)msleep(&p->p_xstat, &p->p_mtx, PPAUSE, "stop", 0);
			continue;
		}
		set = sig_takable(p);
		sig = sig_first(set);
		if (sig == 0)
			return (0);
		action = sig_action(p, sig);
		if (action == SIG_CATCH)
			return (sig);
		if (action == SIG_IGN)
			SIGDELSET(p->p_siglist, sig);
		else if (issignal_default(p, sig))
			return (sig);
	}
}

/*
 * issignal(), but cheap when nothing is pending.
 */
int
cursig(struct thread *td)
{
	struct proc *p = td->td_proc;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if ((p->p_flag & P_STOPPED_SIG) == 0 && SIGISEMPTY(p->p_siglist))
		return (0);
	return (issignal(td));
}

/*
 * For msleep: see signalvar.h.
 */
int
sig_sleep(struct thread *td, int flags)
{
	struct proc *p = td->td_proc;
	struct sigacts *ps;
	int error = 0, sig;

	PROC_LOCK(p);
	if (flags & PCATCH) {
		sig = cursig(td);
		if (sig != 0) {
			ps = p->p_sigacts;
			mtx_lock(&ps->ps_mtx);
			error = ERESTART;
			if (SIGISMEMBER(ps->ps_sigintr, sig))
				error = EINTR;
			mtx_unlock(&ps->ps_mtx);
		}
	} else if (SIGISMEMBER(p->p_siglist, SIGKILL))
		error = EINTR;
	PROC_UNLOCK(p);
	return (error);
}

/* ---------------------------------------------------------- delivering */

/*
 * Take down what a handler is to be told and what holds while it runs:
 * from now on its mask is in force.
 */
static void
sig_prepare(struct proc *p, int sig, struct sigpost *sp)
{
	struct sigacts *ps = p->p_sigacts;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_assert(&ps->ps_mtx, MA_OWNED);
	sp->sp_handler = ps->ps_sigact[_SIG_IDX(sig)];
	sp->sp_onstack = SIGISMEMBER(ps->ps_sigonstack, sig);
	sp->sp_siginfo = SIGISMEMBER(ps->ps_siginfo, sig);

	/* sigsuspend's mask was for the time of the wait only. */
	if (p->p_flag & P_OLDMASK) {
		sp->sp_mask = p->p_oldsigmask;
		p->p_flag &= ~P_OLDMASK;
	} else
		sp->sp_mask = p->p_sigmask;
	SIGSETOR(p->p_sigmask, ps->ps_catchmask[_SIG_IDX(sig)]);
	if (!SIGISMEMBER(ps->ps_signodefer, sig))
		SIGADDSET(p->p_sigmask, sig);
	if (SIGISMEMBER(ps->ps_sigreset, sig))
		sigacts_default(ps, sig);
}

/*
 * Have the current thread run the handler.  A stack that cannot take the
 * frame ends the process.  The process lock is dropped meanwhile.
 */
static void
sig_send(struct thread *td, const struct sigpost *sp)
{
	struct proc *p = td->td_proc;
	int error;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	PROC_UNLOCK(p);
	KTR_EVENT(KTR_SIGDELIVER, sp->sp_info.si_signo, sp->sp_handler);
	ktrpsig(td, sp->sp_info.si_signo, sp->sp_handler, &sp->sp_mask,
	    sp->sp_info.si_code);
	mtx_lock_spin(&sched_lock);
	p->p_stats->ps_ru.ru_nsignals++;
	mtx_unlock_spin(&sched_lock);
	error = (*p->p_sysent->sv_sendsig)(td, sp);
	PROC_LOCK(p);
	if (error == 0)
		return;
	/* If it was for want of memory, vm_fault() has killed it already. */
	sigexit(td, SIGISMEMBER(p->p_siglist, SIGKILL) ? SIGKILL : SIGILL);
}

/*
 * Act on a signal that issignal() has given.
 */
void
postsig(int sig)
{
	struct thread *td = curthread;
	struct proc *p = td->td_proc;
	struct sigacts *ps;
	struct sigpost sp;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	SIGDELSET(p->p_siglist, sig);
	/* A handler may be for once, and be taken away. */
	ps = sigacts_own(p);
	if (ps == NULL)
		sigexit(td, SIGKILL);
	mtx_lock(&ps->ps_mtx);
	/* Who shares the actions may just have changed this one. */
	if (!SIGISMEMBER(ps->ps_sigcatch, sig)) {
		mtx_unlock(&ps->ps_mtx);
		if (sig_action(p, sig) == SIG_DFL && issignal_default(p, sig))
			sigexit(td, sig);
		return;
	}
	sig_prepare(p, sig, &sp);
	mtx_unlock(&ps->ps_mtx);
	ksiginfo_take(p, sig, &sp.sp_info);
	sig_send(td, &sp);
}

/*
 * The current thread has faulted in user mode.  If that signal has a
 * handler and is not blocked, it is called before anything else is done;
 * else the process ends, even if it ignores or blocks the signal, since
 * it would only fault again.
 */
void
trapsignal(struct thread *td, int sig, int code, vm_offset_t addr)
{
	struct proc *p = td->td_proc;
	struct sigacts *ps;
	struct sigpost sp;

	PROC_LOCK(p);
	p->p_trapsig.sig = sig;
	p->p_trapsig.code = code;
	p->p_trapsig.addr = addr;
	ps = sigacts_own(p);
	if (ps == NULL)
		sigexit(td, SIGKILL);
	mtx_lock(&ps->ps_mtx);
	if (!SIGISMEMBER(ps->ps_sigcatch, sig) ||
	    SIGISMEMBER(p->p_sigmask, sig)) {
		mtx_unlock(&ps->ps_mtx);
		sigexit(td, sig);
	}
	sig_prepare(p, sig, &sp);
	mtx_unlock(&ps->ps_mtx);
	bzero(&sp.sp_info, sizeof(sp.sp_info));
	sp.sp_info.si_signo = sig;
	sp.sp_info.si_code = code;
	sp.sp_info.si_addr = (void *)addr;
	sig_send(td, &sp);
	PROC_UNLOCK(p);
}

static int logsigexit = 1;
SYSCTL_INT(_kern, OID_AUTO, logsigexit, CTLFLAG_RW, &logsigexit, 0,
    "say which processes end by a signal that means a fault");

/*
 * End the current process by a signal.  The process lock is held; does not
 * return.
 */
void
sigexit(struct thread *td, int sig)
{
	struct proc *p = td->td_proc;
	sigset_t mask = p->p_sigmask;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	PROC_UNLOCK(p);
	atomic_set_int(&p->p_acflag, AXSIG);
	ktrpsig(td, sig, SIG_DFL, &mask, 0);
	if ((sigprop(sig) & SIGPROP_CORE) != 0 && READ_ONCE(logsigexit))
		log(LOG_WARNING,
		    "pid %d (%s), uid %u: exited on signal %d (%s)\n", p->p_pid,
		    p->p_comm, td->td_ucred->cr_uid, sig, sig_description(sig));
	exit1(td, W_EXITCODE(0, sig));
}

/* Seconds that a process gets to clean up after each SIGXCPU. */
#define	XCPU_GRACE	5

/*
 * The process has used up its processor time: warn it, and again after
 * some more, but at the hard limit, which comes in time, kill it.
 */
static void
sig_xcpu(struct proc *p)
{
	rlim_t most, next, used;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	most = lim_max(p, RLIMIT_CPU);
	used = proc_runtime(p);
	next = used + XCPU_GRACE * 1000000;
	if (most <= next / 1000000)
		next = most * 1000000;
	mtx_lock_spin(&sched_lock);
	p->p_cpulimit = us_to_cputicks(next);
	mtx_unlock_spin(&sched_lock);
	if (used / 1000000 >= most)
		killproc(p, "exceeded maximum CPU limit");
	else
		psignal(p, SIGXCPU);
}

/*
 * The signals' part of ast(): see signalvar.h.
 */
void
sig_ast(struct thread *td)
{
	struct proc *p = td->td_proc;
	int due, sig;

	if (data_race(p->p_sflag) & PS_OWEUPC)
		addupc_task(td);
	mtx_lock_spin(&sched_lock);
	due = p->p_sflag & (PS_ALRMPEND | PS_PROFPEND | PS_XCPU);
	p->p_sflag &= ~due;
	mtx_unlock_spin(&sched_lock);

	PROC_LOCK(p);
	if (due & PS_ALRMPEND)
		psignal(p, SIGVTALRM);
	if (due & PS_PROFPEND)
		psignal(p, SIGPROF);
	if (due & PS_XCPU)
		sig_xcpu(p);
	do {
		while ((sig = cursig(td)) != 0)
			postsig(sig);
		/* sigsuspend ended by a signal that has no handler now. */
		if ((p->p_flag & P_OLDMASK) == 0)
			break;
		p->p_flag &= ~P_OLDMASK;
		p->p_sigmask = p->p_oldsigmask;
	} while (!SIGISEMPTY(sig_takable(p)));
	PROC_UNLOCK(p);
}
