/*
 * fork1(), exit1() and wait4 from inside the kernel, where a child can be
 * looked at before it has run its first instruction.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <sys/unistd.h>
#include <sys/vmmeter.h>
#include <sys/wait.h>
#include <machine/frame.h>
#include <vm/vm.h>
#include <vm/vm_map.h>

#include "fork_util.h"

static void
fork_child_as_made(struct ktest *t)
{
	struct thread *td = curthread;
	struct proc *p1 = td->td_proc, *p2;
	struct trapframe *tf;

	KTEST_EQ(t, fork1(td, STOPPED | RFFDG, &p2), 0);
	KTEST_EQ(t, p2->p_stat, SIDL);
	KTEST_EQ(t, p2->p_acflag, AFORK);
	KTEST_EQ(t, p2->p_sigparent, SIGCHLD);
	KTEST_EQ(t, p2->p_pptr, p1);
	KTEST_EQ(t, p2->p_pgrp, p1->p_pgrp);
	KTEST_EQ(t, p2->p_leader, p2);
	KTEST_ASSERT(t, p2->p_peers == NULL);
	KTEST_ASSERT(t, p2->p_fd != p1->p_fd);
	KTEST_ASSERT(t, p2->p_sigacts != p1->p_sigacts);
	KTEST_ASSERT(t, p2->p_vmspace != p1->p_vmspace);
	KTEST_EQ(t, p2->p_limit, p1->p_limit);
	KTEST_EQ(t, p2->p_ucred, p1->p_ucred);
	KTEST_EQ(t, p2->p_runtime, 0);
	KTEST_EQ(t, p2->p_thread.td_proc, p2);
	tf = p2->p_thread.td_frame;
	KTEST_EQ(t, tf->tf_eax, 0);
	KTEST_EQ(t, tf->tf_edx, 1);
	KTEST_EQ(t, tf->tf_eflags & 1, 0);
	KTEST_EQ(t, pfind(p2->p_pid), p2);
	PROC_UNLOCK(p2);
	finish(t, p2, 0);
}
KTEST(fork, fork_child_as_made);

/*
 * Forking launders no priority.  A tick changes the parent's estcpu, so
 * only a fork between two of them can be looked at.
 */
static void
fork_keeps_estcpu(struct ktest *t)
{
	struct ksegrp *kg = &curproc->p_ksegrp;
	struct proc *p2;
	u_int estcpu, tries = 0;
	bool quiet;

	do {
		mtx_lock_spin(&sched_lock);
		kg->kg_estcpu = 77;
		resetpriority(kg);
		mtx_unlock_spin(&sched_lock);
		KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
		mtx_lock_spin(&sched_lock);
		quiet = kg->kg_estcpu == 77;
		estcpu = p2->p_ksegrp.kg_estcpu;
		mtx_unlock_spin(&sched_lock);
		finish(t, p2, 0);
	} while (!quiet && ++tries < 1000);
	KTEST_ASSERT(t, quiet);
	KTEST_EQ(t, estcpu, 77);
}
KTEST(fork, fork_keeps_estcpu);

static void
fork_peers(struct ktest *t)
{
	struct thread *td = curthread;
	struct proc *a, *b, *p1 = td->td_proc;

	KTEST_EQ(t, fork1(td, STOPPED | RFFDG | RFTHREAD, &a), 0);
	KTEST_EQ(t, fork1(td, STOPPED | RFFDG | RFTHREAD, &b), 0);
	KTEST_EQ(t, a->p_leader, p1);
	KTEST_EQ(t, p1->p_peers, b);
	KTEST_EQ(t, b->p_peers, a);
	finish(t, a, 0);
	KTEST_ASSERT(t, b->p_peers == NULL);
	finish(t, b, 0);
	KTEST_ASSERT(t, p1->p_peers == NULL);
}
KTEST(fork, fork_peers);

static void
fork_exit_signal(struct ktest *t)
{
	struct thread *td = curthread;
	struct proc *p2;
	pid_t pid;

	KTEST_EQ(t, fork1(td, STOPPED | RFFDG | RFLINUXTHPN, &p2), 0);
	KTEST_EQ(t, p2->p_sigparent, SIGUSR1);
	pid = p2->p_pid;
	start(p2, child_exits, NULL);
	/* Not -1: proc0 has other children, which never end. */
	KTEST_EQ(t, wait_for(pid, 0), -ECHILD);
	KTEST_EQ(t, wait_for(-1, WLINUXCLONE), pid);

	KTEST_EQ(t,
	    fork1(td, STOPPED | RFFDG | RFTSIGZMB | RFTSIGFLAGS(SIGUSR2), &p2),
	    0);
	KTEST_EQ(t, p2->p_sigparent, SIGUSR2);
	finish(t, p2, WLINUXCLONE);
}
KTEST(fork, fork_exit_signal);

/*
 * fork1() with other limits than the system's, which nothing may change
 * when they refuse.
 */
static void
with_limits(struct ktest *t, int most, rlim_t own, int wanted)
{
	struct proc *p1 = curproc, *p2 = NULL;
	struct uidinfo *ui = curthread->td_ucred->cr_ruidinfo;
	u_int before = nprocs, count = ui->ui_proccnt;
	rlim_t *limit = &p1->p_limit->pl_rlimit[RLIMIT_NPROC].rlim_cur;
	rlim_t saved = *limit;
	int error, saved_most = maxproc;

	maxproc = most;
	*limit = own;
	error = fork1(curthread, STOPPED | RFFDG, &p2);
	maxproc = saved_most;
	*limit = saved;
	KTEST_EQ(t, error, wanted);
	KTEST_EQ(t, nprocs, before + (error == 0));
	KTEST_EQ(t, ui->ui_proccnt, count + (error == 0));
	if (error == 0)
		finish(t, p2, 0);
	else
		KTEST_ASSERT(t, p2 == NULL);
}

static void
fork_limits_root(struct ktest *t)
{
	u_int n = curthread->td_ucred->cr_ruidinfo->ui_proccnt;

	with_limits(t, nprocs, RLIM_INFINITY, EAGAIN);
	with_limits(t, nprocs + 1, RLIM_INFINITY, 0);
	/* Only the table limits root. */
	with_limits(t, nprocs + 1, 0, 0);
	with_limits(t, nprocs + 1, n, 0);
}
KTEST(fork, fork_limits_root);

/*
 * Somebody else: the last ten places are root's, and the count of his own
 * processes must stay below his limit; 0 is a limit too.
 */
static void
limits_of_user(struct ktest *t)
{
	struct ucred *cred = crdup(curthread->td_ucred), *old;
	struct uidinfo *ui = uifind(1001);
	struct proc *p = curproc;

	KTEST_REQUIRE(t, cred != NULL && ui != NULL);
	old = p->p_ucred;
	uifree(cred->cr_ruidinfo);
	cred->cr_ruidinfo = ui;
	cred->cr_ruid = 1001;
	p->p_ucred = cred;
	curthread->td_ucred = crhold(cred);
	KTEST_ASSERT(t, chgproccnt(ui, 1, RLIM_INFINITY));

	with_limits(t, nprocs + 10, RLIM_INFINITY, EAGAIN);
	with_limits(t, nprocs + 11, RLIM_INFINITY, 0);
	with_limits(t, nprocs + 11, 2, 0);
	with_limits(t, nprocs + 11, 1, EAGAIN);
	with_limits(t, nprocs + 11, 0, EAGAIN);
	with_limits(t, 5, RLIM_INFINITY, EAGAIN);

	(void)chgproccnt(ui, -1, RLIM_INFINITY);
	crfree(curthread->td_ucred);
	crfree(cred);
	p->p_ucred = old;
	curthread->td_ucred = old;
}

static void
fork_limits_user(struct ktest *t)
{
	in_own_process(t, limits_of_user);
}
KTEST(fork, fork_limits_user);

static int	calls[8], ncalls;

static void
callout_a(struct proc *p1 __unused, struct proc *p2, int flags __unused)
{
	if (p2->p_stat == SIDL)
		calls[ncalls++ & 7] = 'a';
}

static void
callout_b(struct proc *p1 __unused, struct proc *p2 __unused,
    int flags __unused)
{
	calls[ncalls++ & 7] = 'b';
}

static void
fork_callouts(struct ktest *t)
{
	struct proc *p2;

	ncalls = 0;
	KTEST_EQ(t, at_fork(callout_a), 0);
	KTEST_EQ(t, at_fork(callout_b), 0);
	KTEST_EQ(t, at_fork(callout_a), EEXIST);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	finish(t, p2, 0);
	KTEST_EQ(t, ncalls, 2);
	KTEST_EQ(t, calls[0], 'a');
	KTEST_EQ(t, calls[1], 'b');
	KTEST_EQ(t, rm_at_fork(callout_a), 1);
	KTEST_EQ(t, rm_at_fork(callout_a), 0);
	KTEST_EQ(t, rm_at_fork(callout_b), 1);
}
KTEST(fork, fork_callouts);

static void
callout_renices(struct proc *p1 __unused, struct proc *p2, int flags __unused)
{
	struct setpriority_args args = { .which = PRIO_PROCESS,
		.who = p2->p_pid,
		.prio = PRIO_MAX };

	(void)sys_setpriority(curthread, &args);
}

static void
callout_kills(struct proc *p1 __unused, struct proc *p2, int flags __unused)
{
	PROC_LOCK(p2);
	psignal(p2, SIGKILL);
	PROC_UNLOCK(p2);
}

/* The child of a fork with that callout. */
static struct proc *
forked_with(struct ktest *t, forklist_fn callout)
{
	struct proc *p2 = NULL;

	KTEST_EQ(t, at_fork(callout), 0);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	KTEST_EQ(t, rm_at_fork(callout), 1);
	return (p2);
}

/*
 * A child can be found before it runs: what is done to its priority then is
 * not undone.
 */
static void
early_child(struct ktest *t)
{
	struct proc *p2 = forked_with(t, callout_renices);

	if (p2 == NULL)
		return;
	KTEST_EQ(t, p2->p_ksegrp.kg_nice, PRIO_MAX);
	KTEST_ASSERT(t, p2->p_thread.td_priority > PUSER);
	finish(t, p2, 0);

	mtx_lock_spin(&sched_lock);
	curproc->p_ksegrp.kg_nice = PRIO_MAX;
	resetpriority(&curproc->p_ksegrp);
	mtx_unlock_spin(&sched_lock);
	p2 = forked_with(t, callout_kills);
	if (p2 == NULL)
		return;
	KTEST_EQ(t, p2->p_ksegrp.kg_nice, 0);
	KTEST_EQ(t, p2->p_thread.td_priority, PUSER);
	finish(t, p2, 0);
}

static void
fork_early_child(struct ktest *t)
{
	in_own_process(t, early_child);
}
KTEST(fork, fork_early_child);

static void
pid_order(struct ktest *t)
{
	struct proc *p2, *p3;
	int last;

	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	last = lastpid;
	KTEST_EQ(t, p2->p_pid, last);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG | RFHIGHPID, &p3), 0);
	KTEST_ASSERT(t, p3->p_pid >= 10);
	KTEST_EQ(t, lastpid, last);
	finish(t, p2, 0);
	finish(t, p3, 0);
}
KTEST(pid, pid_order);

/*
 * An id is not given again while anybody bears it: a zombie, a group, a
 * session.
 */
static void
pid_borne(struct ktest *t)
{
	struct proc *high, *p, *zombie;
	pid_t pid;
	u_int i;

	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &zombie), 0);
	pid = zombie->p_pid;
	start(zombie, child_exits, (void *)7);
	for (i = 0; i < 1000 && KTEST_PEEK(zombie->p_stat) != SZOMB; i++)
		tsleep(&lastpid, PVM, "zombie", 1);
	KTEST_EQ(t, KTEST_PEEK(zombie->p_stat), SZOMB);
	KTEST_EQ(t, zombie->p_xstat, W_EXITCODE(7, 0));

	/* The next to be given would be the zombie's. */
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG | RFHIGHPID, &high), 0);
	lastpid = pid - 1;
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p), 0);
	KTEST_ASSERT(t, p->p_pid > pid);
	KTEST_EQ(t, wait_for(pid, 0), pid);
	finish(t, high, 0);
	finish(t, p, 0);

	/* Now it is free. */
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG | RFHIGHPID, &high), 0);
	lastpid = pid - 1;
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p), 0);
	KTEST_EQ(t, p->p_pid, pid == high->p_pid ? pid + 1 : pid);
	finish(t, high, 0);
	finish(t, p, 0);
}
KTEST(pid, pid_borne);

/*
 * A leader goes on with its exit only when its peers are gone.
 */
static volatile u_int	peer_left;

static void
slow_peer(void *arg __unused)
{
	struct proc *p = curproc;
	int i;

	for (;;) {
		PROC_LOCK(p);
		if (SIGISMEMBER(p->p_siglist, SIGKILL))
			break;
		PROC_UNLOCK(p);
		tsleep(&peer_left, PVM, "peer", 1);
	}
	PROC_UNLOCK(p);
	for (i = 0; i < 3; i++)
		tsleep(&peer_left, PVM, "peer", 1);
	peer_left = 1;
	exit1(curthread, 0);
}

static void
exit_leader_last(struct ktest *t)
{
	struct proc *leader, *peer;
	pid_t pid;

	peer_left = 0;
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &leader), 0);
	KTEST_EQ(t, fork1(&leader->p_thread, STOPPED | RFFDG | RFTHREAD, &peer),
	    0);
	KTEST_EQ(t, peer->p_leader, leader);
	adopt(peer);
	pid = peer->p_pid;
	start(peer, slow_peer, NULL);
	finish(t, leader, 0);
	KTEST_EQ(t, peer_left, 1);
	KTEST_EQ(t, wait_for(pid, 0), pid);
}
KTEST(exit, exit_leader_last);

static void
wait_order(struct ktest *t)
{
	struct proc *p[3];
	pid_t pid;
	int i;

	for (i = 0; i < 3; i++)
		KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p[i]), 0);
	KTEST_EQ(t, wait_for(-1, WNOHANG), 0);
	pid = p[1]->p_pid;
	start(p[1], child_exits, NULL);
	KTEST_EQ(t, wait_for(-1, 0), pid);
	KTEST_EQ(t, wait_for(p[0]->p_pid, WNOHANG), 0);
	KTEST_EQ(t, wait_for(p[0]->p_pid, 1 << 20), -EINVAL);
	finish(t, p[0], 0);
	pid = p[2]->p_pid;
	finish(t, p[2], 0);
	KTEST_EQ(t, wait_for(pid, WNOHANG), -ECHILD);
}
KTEST(wait, wait_order);
