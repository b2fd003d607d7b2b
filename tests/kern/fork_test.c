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
	u_int estcpu;
	bool quiet;
	int start;

	do {
		mtx_lock_spin(&sched_lock);
		start = ticks;
		kg->kg_estcpu = 77;
		mtx_unlock_spin(&sched_lock);
		KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
		quiet = ticks == start;
		estcpu = p2->p_ksegrp.kg_estcpu;
		finish(t, p2, 0);
	} while (!quiet);
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

static void
fork_table_full(struct ktest *t)
{
	struct thread *td = curthread;
	struct uidinfo *ui = td->td_ucred->cr_ruidinfo;
	u_int before = nprocs, count = ui->ui_proccnt;
	int saved = maxproc;
	struct proc *p2 = NULL;

	maxproc = nprocs;
	KTEST_EQ(t, fork1(td, STOPPED | RFFDG, &p2), EAGAIN);
	KTEST_ASSERT(t, p2 == NULL);
	KTEST_EQ(t, nprocs, before);
	KTEST_EQ(t, ui->ui_proccnt, count);
	maxproc = saved;
}
KTEST(fork, fork_table_full);

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
