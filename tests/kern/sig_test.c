/*
 * Signals between processes that the kernel makes: children that sleep in
 * the kernel and end there.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <sys/unistd.h>
#include <sys/wait.h>

#include "kern_util.h"

static int	channel;		/* what the children sleep on */
static int	ended;			/* what the last sleep returned */

/* Make a child that begins with fn(pri). */
static struct proc *
child(void (*fn)(void *), int pri)
{
	struct proc *p;

	if (fork1(curthread, RFPROC | RFFDG | RFSTOPPED, &p) != 0)
		return (NULL);
	cpu_set_fork_handler(&p->p_thread, fn, (void *)(intptr_t)pri);
	return (p);
}

static void
start(struct proc *p)
{
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	setrunqueue(&p->p_thread);
	mtx_unlock_spin(&sched_lock);
}

/* Sleep once, then take what signals there are, as on the way to a user. */
static void
child_sleeps(void *arg)
{
	ended = tsleep(&channel, PPAUSE | (int)(intptr_t)arg, "test", 0);
	sig_ast(curthread);
	exit1(curthread, W_EXITCODE(7, 0));
}

/* Let others run until the child sleeps on its channel. */
static bool
wait_asleep(struct proc *p)
{
	return (YIELD_UNTIL(KTEST_PEEK(p->p_thread.td_wchan) == &channel &&
	    KTEST_PEEK(p->p_stat) == SSLEEP));
}

static struct proc *
sleeper(int pri)
{
	struct proc *p = child(child_sleeps, pri);

	ended = -100;
	if (p != NULL) {
		start(p);
		if (!wait_asleep(p))
			return (NULL);
	}
	return (p);
}

static void
send(struct proc *p, int sig)
{
	PROC_LOCK(p);
	psignal(p, sig);
	PROC_UNLOCK(p);
}

static bool
pending(struct proc *p, int sig)
{
	bool is;

	PROC_LOCK(p);
	is = SIGISMEMBER(p->p_siglist, sig);
	PROC_UNLOCK(p);
	return (is);
}

/*
 * Wait for a child: its status, or minus an errno.  There is no user
 * memory here to put the status, so it is taken from the zombie.
 */
static int
collect(struct proc *p)
{
	struct wait4_args args = { .pid = p->p_pid };
	register_t saved = curthread->td_retval[0];
	int error, i, status = -1;

	for (i = 0; i < 1000 && status == -1; i++) {
		sx_slock(&proctree_lock);
		if (KTEST_PEEK(p->p_stat) == SZOMB)
			status = p->p_xstat;
		sx_sunlock(&proctree_lock);
		if (status == -1)
			tsleep(&ended, PPAUSE, "collect", 1);
	}
	if (status == -1)
		return (-ETIMEDOUT);
	error = sys_wait4(curthread, &args);
	curthread->td_retval[0] = saved;
	return (error != 0 ? -error : status);
}

/* wait4 with options, without waiting: the pid, or minus an errno. */
static int
poll_child(struct proc *p, int options)
{
	struct wait4_args args = { .pid = p->p_pid,
		.options = options | WNOHANG };
	register_t saved = curthread->td_retval[0];
	int error, pid;

	error = sys_wait4(curthread, &args);
	pid = curthread->td_retval[0];
	curthread->td_retval[0] = saved;
	return (error != 0 ? -error : pid);
}

static void
sig_ends_sleep(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGTERM);
	KTEST_EQ(t, collect(p), SIGTERM);
	KTEST_ASSERT(t, ended == EINTR || ended == ERESTART);
}
KTEST(sig, sig_ends_sleep);

static void
sig_ignored_is_dropped(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGWINCH);
	send(p, SIGCHLD);
	send(p, SIGCONT);
	KTEST_ASSERT(t, !pending(p, SIGWINCH));
	KTEST_ASSERT(t, !pending(p, SIGCHLD));
	KTEST_ASSERT(t, !pending(p, SIGCONT));
	KTEST_ASSERT(t, wait_asleep(p));
	wakeup(&channel);
	KTEST_EQ(t, collect(p), W_EXITCODE(7, 0));
	KTEST_EQ(t, ended, 0);
}
KTEST(sig, sig_ignored_is_dropped);

static void
sig_blocked_waits(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	PROC_LOCK(p);
	SIGADDSET(p->p_sigmask, SIGUSR1);
	psignal(p, SIGUSR1);
	KTEST_ASSERT(t, SIGISMEMBER(p->p_siglist, SIGUSR1));
	KTEST_ASSERT(t, !sig_deliverable(p));
	SIGDELSET(p->p_sigmask, SIGUSR1);
	KTEST_ASSERT(t, sig_deliverable(p));
	PROC_UNLOCK(p);
	KTEST_ASSERT(t, wait_asleep(p));
	wakeup(&channel);
	KTEST_EQ(t, collect(p), SIGUSR1);
}
KTEST(sig, sig_blocked_waits);

static void
sig_stop_and_continue(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	KTEST_EQ(t, poll_child(p, WUNTRACED), 0);
	send(p, SIGSTOP);
	KTEST_ASSERT(t, p->p_flag & P_STOPPED_SIG);
	KTEST_ASSERT(t, !pending(p, SIGSTOP));
	KTEST_EQ(t, p->p_xstat, SIGSTOP);
	KTEST_EQ(t, poll_child(p, 0), 0);
	KTEST_EQ(t, poll_child(p, WUNTRACED), p->p_pid);
	KTEST_EQ(t, poll_child(p, WUNTRACED), 0);

	/* Its event comes while it is stopped: the sleep goes on for it. */
	wakeup(&channel);
	KTEST_ASSERT(t,
	    WAIT_UNTIL(KTEST_PEEK(p->p_stat) == SSLEEP &&
		KTEST_PEEK(p->p_thread.td_wchan) == &p->p_xstat));
	KTEST_EQ(t, ended, -100);

	send(p, SIGCONT);
	KTEST_ASSERT(t, (KTEST_PEEK(p->p_flag) & P_STOPPED_SIG) == 0);
	KTEST_EQ(t, poll_child(p, WCONTINUED), p->p_pid);
	KTEST_EQ(t, collect(p), W_EXITCODE(7, 0));
	KTEST_EQ(t, ended, 0);
}
KTEST(sig, sig_stop_and_continue);

static void
sig_sleep_survives_stop(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGSTOP);
	send(p, SIGCONT);
	tsleep(&ended, PPAUSE, "test", 2);
	KTEST_EQ(t, ended, -100);
	KTEST_ASSERT(t, wait_asleep(p));
	wakeup(&channel);
	KTEST_EQ(t, collect(p), W_EXITCODE(7, 0));
	KTEST_EQ(t, ended, 0);
}
KTEST(sig, sig_sleep_survives_stop);

static void
sig_stopped_keeps_others(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGSTOP);
	send(p, SIGTERM);
	tsleep(&ended, PPAUSE, "test", 2);
	KTEST_ASSERT(t, pending(p, SIGTERM));
	KTEST_EQ(t, ended, -100);
	send(p, SIGCONT);
	KTEST_EQ(t, collect(p), SIGTERM);
}
KTEST(sig, sig_stopped_keeps_others);

static void
sig_kill_ends_stopped(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGSTOP);
	send(p, SIGKILL);
	KTEST_EQ(t, collect(p), SIGKILL);
}
KTEST(sig, sig_kill_ends_stopped);

static void
sig_kill_cannot_be_blocked(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	PROC_LOCK(p);
	SIGFILLSET(p->p_sigmask);
	SIG_CANTMASK(p->p_sigmask);
	psignal(p, SIGTERM);
	PROC_UNLOCK(p);
	KTEST_ASSERT(t, wait_asleep(p));
	send(p, SIGKILL);
	KTEST_EQ(t, collect(p), SIGKILL);
}
KTEST(sig, sig_kill_cannot_be_blocked);

static void
sig_only_kill_ends_pkill(struct ktest *t)
{
	struct proc *p = sleeper(PKILL);

	KTEST_REQUIRE(t, p != NULL);
	send(p, SIGTERM);
	send(p, SIGSTOP);
	KTEST_ASSERT(t, wait_asleep(p));
	KTEST_ASSERT(t, pending(p, SIGTERM));
	KTEST_ASSERT(t, pending(p, SIGSTOP));
	send(p, SIGKILL);
	KTEST_EQ(t, collect(p), SIGKILL);
	KTEST_EQ(t, ended, EINTR);
}
KTEST(sig, sig_only_kill_ends_pkill);

static void
sig_stop_takes_back_cont(struct ktest *t)
{
	struct proc *p = child(child_sleeps, PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	PROC_LOCK(p);
	SIGADDSET(p->p_sigmask, SIGCONT);
	SIGADDSET(p->p_sigmask, SIGTSTP);
	psignal(p, SIGCONT);
	KTEST_ASSERT(t, SIGISMEMBER(p->p_siglist, SIGCONT));
	psignal(p, SIGTSTP);
	KTEST_ASSERT(t, !SIGISMEMBER(p->p_siglist, SIGCONT));
	KTEST_ASSERT(t, SIGISMEMBER(p->p_siglist, SIGTSTP));
	psignal(p, SIGCONT);
	KTEST_ASSERT(t, !SIGISMEMBER(p->p_siglist, SIGTSTP));
	psignal(p, SIGKILL);
	PROC_UNLOCK(p);
	start(p);
	KTEST_EQ(t, collect(p), SIGKILL);
}
KTEST(sig, sig_stop_takes_back_cont);

static void
sig_orphans_ignore_tty_stops(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	/* proc0's group has nobody to continue it. */
	KTEST_EQ(t, p->p_pgrp->pg_jobc, 0);
	send(p, SIGTSTP);
	send(p, SIGTTIN);
	send(p, SIGTTOU);
	KTEST_ASSERT(t, (p->p_flag & P_STOPPED_SIG) == 0);
	KTEST_ASSERT(t, !pending(p, SIGTSTP));
	wakeup(&channel);
	KTEST_EQ(t, collect(p), W_EXITCODE(7, 0));
}
KTEST(sig, sig_orphans_ignore_tty_stops);

static void
sig_vfork_child_takes_no_stop(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	PROC_LOCK(p);
	p->p_flag |= P_PPWAIT;
	psignal(p, SIGSTOP);
	KTEST_ASSERT(t, (p->p_flag & P_STOPPED_SIG) == 0);
	KTEST_ASSERT(t, SIGISMEMBER(p->p_siglist, SIGSTOP));
	KTEST_ASSERT(t, !sig_deliverable(p));
	PROC_UNLOCK(p);
	wakeup(&channel);
	KTEST_EQ(t, collect(p), W_EXITCODE(7, 0));
	KTEST_EQ(t, ended, 0);
}
KTEST(sig, sig_vfork_child_takes_no_stop);

static void
sig_group_reaches_all(struct ktest *t)
{
	struct proc *p, *q;
	struct pgrp *pgrp;

	p = sleeper(PCATCH);
	q = sleeper(PCATCH);
	KTEST_REQUIRE(t, p != NULL && q != NULL && wait_asleep(p));
	pgrp = p->p_pgrp;
	PGRP_LOCK(pgrp);
	pgsignal(pgrp, SIGHUP, 1); /* none has a terminal */
	KTEST_ASSERT(t, !pending(p, SIGHUP) && !pending(q, SIGHUP));
	pgsignal(pgrp, SIGHUP, 0);
	PGRP_UNLOCK(pgrp);
	KTEST_EQ(t, collect(p), SIGHUP);
	KTEST_EQ(t, collect(q), SIGHUP);
}
KTEST(sig, sig_group_reaches_all);

static int
kill_errno(int pid, int sig)
{
	struct kill_args args = { .pid = pid, .signum = sig };

	return (sys_kill(curthread, &args));
}

static void
sig_kill_errors(struct ktest *t)
{
	struct proc *p = sleeper(PCATCH);

	KTEST_REQUIRE(t, p != NULL);
	KTEST_EQ(t, kill_errno(p->p_pid, -1), EINVAL);
	KTEST_EQ(t, kill_errno(p->p_pid, NSIG), EINVAL);
	KTEST_EQ(t, kill_errno(PID_MAX + 5, SIGTERM), ESRCH);
	KTEST_EQ(t, kill_errno(-PID_MAX, SIGTERM), ESRCH);
	KTEST_EQ(t, kill_errno((int)0x80000000, SIGTERM), ESRCH);
	KTEST_EQ(t, kill_errno(p->p_pid, 0), 0);
	KTEST_ASSERT(t, wait_asleep(p));
	KTEST_EQ(t, kill_errno(p->p_pid, SIGTERM), 0);
	while (KTEST_PEEK(p->p_stat) != SZOMB)
		tsleep(&ended, PPAUSE, "test", 1);
	/* A zombie takes signals, and stays what it is. */
	KTEST_EQ(t, kill_errno(p->p_pid, 0), 0);
	KTEST_EQ(t, kill_errno(p->p_pid, SIGKILL), 0);
	KTEST_EQ(t, collect(p), SIGTERM);
	KTEST_EQ(t, kill_errno(p->p_pid, 0), ESRCH);
}
KTEST(sig, sig_kill_errors);

/* The words of one action, as sigaction(2) sets them. */
static void
set_action(struct sigacts *ps, int sig, sig_t handler)
{
	ps->ps_sigact[_SIG_IDX(sig)] = handler;
	SIGADDSET(ps->ps_changed, sig);
}

static void
sigacts_life(struct ktest *t)
{
	struct sigacts *a = sigacts_alloc(), *b = sigacts_alloc();
	sig_t handler = (sig_t)0x1000;

	KTEST_REQUIRE(t, a != NULL && b != NULL);
	KTEST_ASSERT(t, !sigacts_shared(a));
	KTEST_ASSERT(t, SIGISMEMBER(a->ps_sigignore, SIGCHLD));
	KTEST_ASSERT(t, !SIGISMEMBER(a->ps_sigignore, SIGCONT));
	KTEST_ASSERT(t, !SIGISMEMBER(a->ps_sigignore, SIGHUP));
	KTEST_EQ(t, sigacts_hold(a), a);
	KTEST_ASSERT(t, sigacts_shared(a));
	sigacts_free(a);
	KTEST_ASSERT(t, !sigacts_shared(a));
	set_action(a, SIGUSR1, handler);
	SIGADDSET(a->ps_catchmask[_SIG_IDX(SIGUSR1)], SIGUSR2);
	SIGADDSET(a->ps_sigcatch, SIGUSR1);
	a->ps_flag = PS_NOCLDSTOP;
	sigacts_copy(b, a);
	KTEST_EQ(t, b->ps_sigact[_SIG_IDX(SIGUSR1)], handler);
	KTEST_ASSERT(t,
	    SIGISMEMBER(b->ps_catchmask[_SIG_IDX(SIGUSR1)], SIGUSR2));
	KTEST_ASSERT(t, SIGISMEMBER(b->ps_sigcatch, SIGUSR1));
	KTEST_EQ(t, b->ps_flag, PS_NOCLDSTOP);
	KTEST_EQ(t, b->ps_refcnt, 1);
	sigacts_free(a);
	sigacts_free(b);
	sigacts_free(NULL);
}
KTEST(sig, sigacts_life);

static void
sig_exec_resets(struct ktest *t)
{
	struct proc *p = child(child_sleeps, PCATCH);
	struct sigacts *ps;
	sig_t handler = (sig_t)0x1000;

	KTEST_REQUIRE(t, p != NULL);
	ps = p->p_sigacts;
	SIGADDSET(ps->ps_sigcatch, SIGUSR1);
	set_action(ps, SIGUSR1, handler);
	SIGADDSET(ps->ps_sigcatch, SIGWINCH);
	SIGDELSET(ps->ps_sigignore, SIGWINCH);
	set_action(ps, SIGWINCH, handler);
	SIGADDSET(ps->ps_sigignore, SIGINT);
	set_action(ps, SIGINT, SIG_IGN);
	set_action(ps, SIGCHLD, SIG_IGN);
	ps->ps_flag = PS_CLDSIGIGN | PS_NOCLDWAIT;

	PROC_LOCK(p);
	KTEST_ASSERT(t, sig_nocldwait(p));
	SIGADDSET(p->p_siglist, SIGUSR1);
	SIGADDSET(p->p_siglist, SIGWINCH);
	p->p_flag |= P_ALTSTACK;
	execsigs(p);
	KTEST_EQ(t, ps->ps_sigact[_SIG_IDX(SIGUSR1)], SIG_DFL);
	KTEST_ASSERT(t, SIGISEMPTY(ps->ps_sigcatch));
	KTEST_EQ(t, ps->ps_sigact[_SIG_IDX(SIGINT)], SIG_IGN);
	KTEST_ASSERT(t, SIGISMEMBER(ps->ps_sigignore, SIGINT));
	KTEST_EQ(t, ps->ps_sigact[_SIG_IDX(SIGCHLD)], SIG_DFL);
	KTEST_ASSERT(t, SIGISMEMBER(p->p_siglist, SIGUSR1));
	KTEST_ASSERT(t, !SIGISMEMBER(p->p_siglist, SIGWINCH));
	KTEST_ASSERT(t, (p->p_flag & P_ALTSTACK) == 0);
	KTEST_EQ(t, p->p_sigstk.ss_flags, SS_DISABLE);
	KTEST_ASSERT(t, !sig_nocldwait(p));
	PROC_UNLOCK(p);

	start(p);
	KTEST_EQ(t, collect(p), SIGUSR1);
}
KTEST(sig, sig_exec_resets);

static void
sig_kernel_takes_none(struct ktest *t)
{
	PROC_LOCK(curproc);
	psignal(curproc, SIGKILL);
	psignal(curproc, SIGSTOP);
	KTEST_ASSERT(t, SIGISEMPTY(curproc->p_siglist));
	KTEST_ASSERT(t, (curproc->p_flag & P_STOPPED_SIG) == 0);
	PROC_UNLOCK(curproc);
}
KTEST(sig, sig_kernel_takes_none);
