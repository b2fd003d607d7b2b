/*
 * The flag table of fork1(), from inside the kernel: all combinations of
 * all flags.  The child is looked at before it has run, and everything
 * that is counted must be as before when it has gone; and when a fork
 * fails, whichever allocation it was that failed.
 *
 * What is expected is written down in expect() from the manual page, flag
 * by flag.  The tests run in a process of their own, which owns something
 * of each kind: memory, files, arguments, a text vnode.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/ktest.h>
#include <sys/malloc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/ucred.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <machine/atomic.h>
#include <machine/frame.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

#include "fork_util.h"
#include "fs_util.h"

#define	NFILES	(NDFILE + 3)		/* more than a table has at first */
#define	BASE	((vm_offset_t)0x10000000)
#define	MAXKINDS 64			/* leak counters */

static const int row_flags[] = { RFPROC, RFFDG, RFCFDG, RFMEM, RFNOWAIT,
	RFTHREAD, RFSIGSHARE, RFLINUXTHPN, RFHIGHPID, (int)RFPPWAIT };
#define	NROWS	(1 << nitems(row_flags))

static const int row_signals[] = { 0, RFTSIGZMB,
	RFTSIGZMB | RFTSIGFLAGS(SIGTERM), RFTSIGZMB | RFTSIGFLAGS(SIGUSR2) };

/* The flags of row n of the table. */
static int
row(u_int n)
{
	int flags = 0;
	u_int i;

	for (i = 0; i < nitems(row_flags); i++)
		if (n & 1U << i)
			flags |= row_flags[i];
	return (flags);
}

/* ---------------------------------------------------- what is promised */

struct promise {
	int	error;
	bool	same_files, no_files;	/* else a copy */
	bool	same_actions, same_memory;
	bool	of_init;		/* child of init */
	bool	in_group;		/* of the caller */
	bool	high;			/* pid of 10 or more; lastpid stays */
	bool	parent_waits;
	bool	no_altstack;
	int	exit_signal;
};

static struct promise
expect(int flags)
{
	struct promise e = { .exit_signal = SIGCHLD };

	if ((flags & RFFDG) && (flags & RFCFDG))
		e.error = EINVAL;
	e.same_files = (flags & RFFDG) == 0 && (flags & RFCFDG) == 0;
	e.no_files = (flags & RFCFDG) != 0;
	e.same_actions = (flags & RFSIGSHARE) != 0;
	e.same_memory = (flags & RFMEM) != 0;
	e.in_group = (flags & RFTHREAD) != 0;
	e.high = (flags & RFHIGHPID) != 0;
	e.parent_waits = (flags & (int)RFPPWAIT) != 0;
	/* On one memory only a parent that sleeps lends its stack. */
	e.no_altstack = e.same_memory && !e.parent_waits;
	if (flags & RFLINUXTHPN)
		e.exit_signal = SIGUSR1;
	if (flags & RFTSIGZMB)
		e.exit_signal = flags >> 20 & 0xff;
	if (flags & RFNOWAIT) {
		e.of_init = true;
		e.exit_signal = SIGCHLD;
	}
	return (e);
}

/* ------------------------------------------------------- what is counted */

/* Everything of the parent's and the system's that a fork may change. */
enum { C_NPROCS, C_USER, C_FILES, C_ACTIONS, C_MEMORY, C_LIMIT, C_CRED,
	C_ARGS, C_TEXT, C_CHILDREN, C_MEMBERS, C_ALL, C_PEERS, C_INIT,
	C_LASTPID, NCOUNTS };
static const char *const count_names[NCOUNTS] = { "nprocs", "ui_proccnt",
	"fd_refcnt", "ps_refcnt", "vm_refcnt", "pl_refcnt", "cr_ref",
	"ar_ref", "v_usecount", "children", "members", "allproc", "peers",
	"init's children", "lastpid" };

struct counts {
	u_int	own[NCOUNTS];
	u_int	kinds[MAXKINDS];	/* leak counters */
};

static u_int
count_children(struct proc *parent)
{
	struct proc *p;
	u_int n = 0;

	TAILQ_FOREACH(p, &parent->p_children, p_sibling)
		n++;
	return (n);
}

static void
count(struct counts *c)
{
	struct proc *p, *p1 = curproc;

	bzero(c, sizeof(*c));
	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &allproc, p_list)
		c->own[C_ALL]++;
	sx_sunlock(&allproc_lock);
	LIST_FOREACH(p, &p1->p_pgrp->pg_members, p_pglist)
		c->own[C_MEMBERS]++;
	c->own[C_CHILDREN] = count_children(p1);
	c->own[C_INIT] = count_children(initproc);
	sx_sunlock(&proctree_lock);
	for (p = p1->p_peers; p != NULL; p = p->p_peers)
		c->own[C_PEERS]++;
	c->own[C_NPROCS] = nprocs;
	c->own[C_USER] = p1->p_ucred->cr_ruidinfo->ui_proccnt;
	c->own[C_FILES] = p1->p_fd->fd_refcnt;
	c->own[C_ACTIONS] = p1->p_sigacts->ps_refcnt;
	c->own[C_MEMORY] = p1->p_vmspace->vm_refcnt;
	c->own[C_LIMIT] = p1->p_limit->pl_refcnt;
	c->own[C_CRED] = p1->p_ucred->cr_ref;
	c->own[C_ARGS] = p1->p_args->ar_ref;
	c->own[C_TEXT] = p1->p_textvp->v_usecount;
	c->own[C_LASTPID] = lastpid;
	KASSERT(leak_count() <= MAXKINDS, ("too many leak counters"));
	leak_snapshot(c->kinds, leak_count());
}

/*
 * Nothing has changed since "before", but lastpid where a pid was given.
 */
static void
check_counts(struct ktest *t, const struct counts *before, bool pid_given)
{
	static struct counts now;
	u_int i;

	count(&now);
	for (i = 0; i < NCOUNTS; i++) {
		if (now.own[i] == before->own[i] ||
		    (i == C_LASTPID && pid_given))
			continue;
		ktest_fail_eq(t, __FILE__, __LINE__, count_names[i], now.own[i],
		    before->own[i]);
	}
	for (i = 0; i < leak_count(); i++)
		KTEST_EQ(t, now.kinds[i], before->kinds[i]);
}

/* ------------------------------------------------------------ the parent */

/*
 * Make the current process one that has something of everything.
 */
static void
own_everything(struct ktest *t)
{
	static const char args[] = "fork test";
	const struct vm_map_args copied = { .prot = VM_PROT_ALL,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY };
	const struct vm_map_args shared = { .prot = VM_PROT_ALL,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_SHARE };
	struct proc *p = curproc;
	struct vmspace *vm = p->p_vmspace;
	u_int i;

	KTEST_EQ(t,
	    vm_map_fixed(&vm->vm_map, BASE, 3 * PAGE_SIZE, &copied, false), 0);
	KTEST_EQ(t,
	    vm_map_fixed(&vm->vm_map, BASE + 16 * PAGE_SIZE, 3 * PAGE_SIZE,
		&shared, false),
	    0);
	for (i = 0; i < 20; i += i == 2 ? 14 : 1)
		(void)vmspace_write(vm, BASE + i * PAGE_SIZE, &i, sizeof(i));
	for (i = 0; i < NFILES; i++)
		KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), i);
	p->p_args = pargs_alloc(sizeof(args));
	KTEST_ASSERT(t, p->p_args != NULL);
	bcopy(args, p->p_args->ar_args, sizeof(args));
	vref(rootvnode);
	p->p_textvp = rootvnode;

	/* The child's carry flag must be clear, whatever the parent's is. */
	curthread->td_frame->tf_eflags |= 1;
	/* Exit signals stay pending, and a wait is not ended by them. */
	PROC_LOCK(p);
	SIGFILLSET(p->p_sigmask);
	p->p_flag |= P_SUGID | P_ALTSTACK | P_EXEC | P_CONTROLT | P_ADVLOCK;
	p->p_sigstk.ss_sp = (char *)BASE;
	p->p_sigstk.ss_size = PAGE_SIZE;
	p->p_sigstk.ss_flags = 0;
	PROC_UNLOCK(p);
}

/* ------------------------------------------------- a child that is stopped */

static void
check_shared(struct ktest *t, struct proc *p1, struct proc *p2,
    const struct promise *e, const struct counts *before)
{
	const u_int *refs = before->own;

	KTEST_EQ(t, p2->p_fd == p1->p_fd, e->same_files);
	KTEST_EQ(t, p1->p_fd->fd_refcnt, refs[C_FILES] + e->same_files);
	KTEST_EQ(t, fdtofilecount(p2->p_fd), e->no_files ? 0 : NFILES);
	KTEST_EQ(t, p2->p_sigacts == p1->p_sigacts, e->same_actions);
	KTEST_EQ(t, p1->p_sigacts->ps_refcnt,
	    refs[C_ACTIONS] + e->same_actions);
	KTEST_EQ(t, p2->p_vmspace == p1->p_vmspace, e->same_memory);
	KTEST_EQ(t, p1->p_vmspace->vm_refcnt, refs[C_MEMORY] + e->same_memory);
	KTEST_EQ(t, p2->p_limit, p1->p_limit);
	KTEST_EQ(t, p1->p_limit->pl_refcnt, refs[C_LIMIT] + 1);
	KTEST_EQ(t, p2->p_ucred, p1->p_ucred);
	KTEST_EQ(t, p2->p_thread.td_ucred, p1->p_ucred);
	KTEST_EQ(t, p1->p_ucred->cr_ref, refs[C_CRED] + 2);
	KTEST_EQ(t, p2->p_args, p1->p_args);
	KTEST_EQ(t, p1->p_args->ar_ref, refs[C_ARGS] + 1);
	KTEST_EQ(t, p2->p_textvp, p1->p_textvp);
	/* The root is also the directories of a table of its own. */
	KTEST_ASSERT(t, p1->p_textvp->v_usecount > refs[C_TEXT]);
	KTEST_EQ(t, nprocs, refs[C_NPROCS] + 1);
	KTEST_EQ(t, p1->p_ucred->cr_ruidinfo->ui_proccnt, refs[C_USER] + 1);
}

static void
check_relatives(struct ktest *t, struct proc *p1, struct proc *p2,
    const struct promise *e, const struct counts *before)
{
	struct proc *p;
	int found = 0;

	KTEST_EQ(t, p2->p_pptr, e->of_init ? initproc : p1);
	TAILQ_FOREACH(p, &p2->p_pptr->p_children, p_sibling)
		found += p == p2;
	KTEST_EQ(t, found, 1);
	KTEST_EQ(t, count_children(p1), before->own[C_CHILDREN] + !e->of_init);
	KTEST_EQ(t, p2->p_pgrp, p1->p_pgrp);
	LIST_FOREACH(p, &p1->p_pgrp->pg_members, p_pglist)
		found += p == p2;
	KTEST_EQ(t, found, 2);
	KTEST_EQ(t, p2->p_leader, e->in_group ? p1 : p2);
	KTEST_EQ(t, p1->p_peers, e->in_group ? p2 : NULL);
	KTEST_ASSERT(t, p2->p_peers == NULL);
	KTEST_EQ(t, pfind(p2->p_pid), p2);
	PROC_UNLOCK(p2);
	if (e->high) {
		KTEST_ASSERT(t, p2->p_pid >= 10);
		KTEST_EQ(t, lastpid, before->own[C_LASTPID]);
	} else
		KTEST_EQ(t, lastpid, p2->p_pid);
}

static void
check_fields(struct ktest *t, struct proc *p1, struct proc *p2,
    const struct promise *e)
{
	int flag = P_SUGID;

	if (!e->no_altstack)
		flag |= P_ALTSTACK;
	if (e->parent_waits)
		flag |= P_PPWAIT;
	/* No P_CONTROLT: the session has no terminal. */
	KTEST_EQ(t, p2->p_flag, flag);
	KTEST_EQ(t, p2->p_sigstk.ss_sp, e->no_altstack ? 0 : BASE);
	KTEST_EQ(t, p2->p_sigstk.ss_flags, e->no_altstack ? SS_DISABLE : 0);
	KTEST_EQ(t, p2->p_sigparent, e->exit_signal);
	KTEST_EQ(t, p2->p_stat, SIDL);
	KTEST_EQ(t, p2->p_acflag, AFORK);
	KTEST_EQ(t, p2->p_thread.td_frame->tf_eax, 0);
	KTEST_EQ(t, p2->p_thread.td_frame->tf_edx, 1);
	KTEST_EQ(t, p2->p_thread.td_frame->tf_eflags & 1, 0);
}

/*
 * Let it end and be waited for here, whoever its parent is.
 */
static void
dispose(struct ktest *t, struct proc *p2, const struct promise *e)
{
	struct proc *p1 = curproc;

	adopt(p2);
	finish(t, p2, e->exit_signal == SIGCHLD ? 0 : WLINUXCLONE);
	PROC_LOCK(p1);
	if (e->exit_signal != SIGCHLD && e->exit_signal != 0)
		KTEST_ASSERT(t, SIGISMEMBER(p1->p_siglist, e->exit_signal));
	SIGEMPTYSET(p1->p_siglist);
	ksiginfo_drop(p1);
	PROC_UNLOCK(p1);
}

static void
say_flags(struct ktest *t, u_int failures, int flags)
{
	if (t->kt_failures != failures && failures < 4)
		printf("    # with the flags %#x\n", flags);
}

static void
stopped_child(struct ktest *t, int flags)
{
	static struct counts before;
	struct promise e = expect(flags);
	struct proc *p1 = curproc, *p2 = NULL;
	u_int failures = t->kt_failures;
	int error;

	count(&before);
	error = fork1(curthread, flags | RFSTOPPED, &p2);
	KTEST_EQ(t, error, e.error);
	if (error == 0) {
		check_shared(t, p1, p2, &e, &before);
		check_relatives(t, p1, p2, &e, &before);
		check_fields(t, p1, p2, &e);
		dispose(t, p2, &e);
	} else
		KTEST_ASSERT(t, p2 == NULL);
	check_counts(t, &before, error == 0 && !e.high);
	say_flags(t, failures, flags);
}

static void
stopped_children(struct ktest *t)
{
	u_int i, n;

	own_everything(t);
	for (n = 0; n < NROWS; n++)
		if (row(n) & RFPROC)
			for (i = 0; i < nitems(row_signals); i++)
				stopped_child(t, row(n) | row_signals[i]);
}

static void
fork_flags_stopped(struct ktest *t)
{
	in_own_process(t, stopped_children);
}
KTEST(fork, fork_flags_stopped);

/* ---------------------------------------------------- a child that runs */

static volatile u_int	child_ran;
static struct proc	*expected_parent;
static int		expected_flags;
static u_int		callouts, bad_callouts;

static void
child_notes(void *arg __unused)
{
	/* A parent that does not wait would be first. */
	yield();
	atomic_add_int(&child_ran, 1);
	exit1(curthread, 0);
}

/* A fork callout: children of the test do not go to user mode. */
static void
divert(struct proc *p1, struct proc *p2, int flags)
{
	if (p1 != expected_parent)
		return;
	callouts++;
	if (p2->p_stat != SIDL || flags != expected_flags ||
	    p2->p_vmspace == NULL || p2->p_pid == NO_PID)
		bad_callouts++;
	/* init is not there yet to wait for its children. */
	adopt(p2);
	cpu_set_fork_handler(&p2->p_thread, child_notes, NULL);
}

static u_int
forks_counted(int flags)
{
	if (flags == (RFPROC | RFFDG))
		return (CNT_GET(v_forks));
	if (flags == (RFPROC | RFFDG | RFMEM | (int)RFPPWAIT))
		return (CNT_GET(v_vforks));
	return (CNT_GET(v_rforks));
}

static void
running_child(struct ktest *t, int flags)
{
	static struct counts before;
	struct promise e = expect(flags);
	struct thread *td = curthread;
	u_int counted = forks_counted(flags), failures = t->kt_failures;
	int error;
	pid_t pid;

	count(&before);
	callouts = child_ran = 0;
	expected_flags = flags;
	td->td_retval[0] = td->td_retval[1] = -1;
	error = fork1(td, flags, NULL);
	if (e.parent_waits && error == 0)
		KTEST_EQ(t, child_ran, 1);
	KTEST_EQ(t, error, e.error);
	KTEST_EQ(t, callouts, e.error == 0);
	KTEST_EQ(t, forks_counted(flags), counted + (error == 0));
	if (error == 0) {
		pid = td->td_retval[0];
		KTEST_EQ(t, td->td_retval[1], 0);
		KTEST_ASSERT(t, e.high ? pid >= 10 : pid == lastpid);
		KTEST_EQ(t,
		    wait_for(pid, e.exit_signal == SIGCHLD ? 0 : WLINUXCLONE),
		    pid);
		KTEST_EQ(t, child_ran, 1);
	}
	PROC_LOCK(td->td_proc);
	SIGEMPTYSET(td->td_proc->p_siglist);
	ksiginfo_drop(td->td_proc);
	PROC_UNLOCK(td->td_proc);
	check_counts(t, &before, error == 0 && !e.high);
	say_flags(t, failures, flags);
}

static void
running_children(struct ktest *t)
{
	u_int n;

	own_everything(t);
	expected_parent = curproc;
	bad_callouts = 0;
	KTEST_EQ(t, at_fork(divert), 0);
	for (n = 0; n < NROWS; n++)
		if (row(n) & RFPROC)
			running_child(t, row(n));
	KTEST_EQ(t, rm_at_fork(divert), 1);
	KTEST_EQ(t, bad_callouts, 0);
}

static void
fork_flags_running(struct ktest *t)
{
	in_own_process(t, running_children);
}
KTEST(fork, fork_flags_running);

/* ---------------------------------------------------------- no child */

/*
 * Without RFPROC: part the caller from a sharer, who must keep what it
 * has.  Errors leave the caller as it was; with k the k-th allocation
 * fails.  The errno.
 */
static int
divorce(struct ktest *t, int flags, u_int k)
{
	struct promise e = expect(flags);
	struct proc *p1 = curproc, *p2 = NULL, *sharer;
	struct thread *td = curthread;
	u_int failures = t->kt_failures;
	int error;

	KTEST_EQ(t, fork1(td, STOPPED | RFMEM | RFSIGSHARE, &sharer), 0);
	td->td_retval[0] = td->td_retval[1] = -1;
	ktest_fail_alloc(k);
	error = fork1(td, flags, &p2);
	ktest_fail_alloc(0);
	KTEST_ASSERT(t, p2 == NULL);
	if (error == 0) {
		KTEST_EQ(t, td->td_retval[0], 0);
		KTEST_EQ(t, td->td_retval[1], 0);
		KTEST_EQ(t, p1->p_fd == sharer->p_fd, e.same_files);
		KTEST_EQ(t, fdtofilecount(p1->p_fd), e.no_files ? 0 : NFILES);
		KTEST_EQ(t, p1->p_vmspace == sharer->p_vmspace, e.same_memory);
	} else {
		KTEST_EQ(t, p1->p_fd, sharer->p_fd);
		KTEST_EQ(t, p1->p_vmspace, sharer->p_vmspace);
	}
	KTEST_EQ(t, fdtofilecount(sharer->p_fd), NFILES);
	KTEST_EQ(t, p1->p_sigacts, sharer->p_sigacts);
	KTEST_EQ(t, p1->p_leader, p1);
	KTEST_EQ(t, sharer->p_fd->fd_refcnt, 1 + (p1->p_fd == sharer->p_fd));
	KTEST_EQ(t, sharer->p_vmspace->vm_refcnt,
	    1 + (p1->p_vmspace == sharer->p_vmspace));
	/* Take the sharer's table back for the next round. */
	if (p1->p_fd != sharer->p_fd) {
		fdfree(td);
		p1->p_fd = fdshare(sharer->p_fd);
	}
	finish(t, sharer, 0);
	say_flags(t, failures, flags);
	return (error);
}

static void
divorces(struct ktest *t)
{
	static struct counts before;
	u_int i, n;
	int flags;

	own_everything(t);
	for (n = 0; n < NROWS; n++) {
		if (row(n) & RFPROC)
			continue;
		for (i = 0; i < nitems(row_signals); i++) {
			flags = row(n) | row_signals[i];
			count(&before);
			KTEST_EQ(t, divorce(t, flags, 0), expect(flags).error);
			check_counts(t, &before, true);
		}
	}
}

static void
fork_flags_no_child(struct ktest *t)
{
	in_own_process(t, divorces);
}
KTEST(fork, fork_flags_no_child);

/* --------------------------------------------------------- what is refused */

static void
refusals(struct ktest *t)
{
	static const int refused[] = { RFNAMEG, RFENVG, RFNOTEG, 1 << 7, 1 << 8,
		1 << 9, RFCNAMEG, RFCENVG, 1 << 15, RFPROCDESC, 1 << 30,
		RFTSIGFLAGS(1), RFTSIGFLAGS(SIGUSR2), RFTSIGFLAGS(32),
		RFTSIGFLAGS(255), RFTSIGZMB | RFTSIGFLAGS(32),
		RFTSIGZMB | RFTSIGFLAGS(64), RFTSIGZMB | RFTSIGFLAGS(255) };
	static struct counts before;
	struct proc *p2 = NULL;
	u_int i, n;

	own_everything(t);
	count(&before);
	for (n = 0; n < NROWS; n++) {
		for (i = 0; i < nitems(refused); i++) {
			KTEST_EQ(t,
			    fork1(curthread, row(n) | refused[i] | RFSTOPPED,
				&p2),
			    EINVAL);
			KTEST_ASSERT(t, p2 == NULL);
		}
	}
	check_counts(t, &before, false);
}

static void
fork_flags_refused(struct ktest *t)
{
	in_own_process(t, refusals);
}
KTEST(fork, fork_flags_refused);

/* --------------------------------------------------------- no memory */

static u_int	calls;

static void
count_calls(struct proc *p1 __unused, struct proc *p2 __unused,
    int flags __unused)
{
	calls++;
}

/*
 * The k-th allocation of this fork fails, for k = 1, 2, ... until none
 * does.  Each time nothing must have changed; then the child is complete.
 */
static void
failing_fork(struct ktest *t, int flags)
{
	static struct counts before;
	struct promise e = expect(flags);
	u_int failures = t->kt_failures, k;
	struct proc *p2 = NULL;
	int error = ENOMEM;

	calls = 0;
	for (k = 1; k < 1000; k++) {
		count(&before);
		ktest_fail_alloc(k);
		error = fork1(curthread, flags | RFSTOPPED, &p2);
		ktest_fail_alloc(0);
		if (error == 0)
			break;
		KTEST_EQ(t, calls, 0);
		KTEST_EQ(t, error, ENOMEM);
		KTEST_ASSERT(t, p2 == NULL);
		check_counts(t, &before, false);
	}
	/* A process at least, and what is not shared. */
	KTEST_ASSERT(t,
	    error == 0 &&
		k > 1U + !e.same_files + !e.same_actions + !e.same_memory);
	if (error == 0) {
		check_shared(t, curproc, p2, &e, &before);
		dispose(t, p2, &e);
	}
	say_flags(t, failures, flags);
}

static void
failing_divorce(struct ktest *t, int flags)
{
	static struct counts before;
	int error = ENOMEM;
	u_int k;

	for (k = 1; k < 1000 && error != 0; k++) {
		count(&before);
		error = divorce(t, flags, k);
		if (error != 0)
			KTEST_EQ(t, error, ENOMEM);
		check_counts(t, &before, true);
	}
	KTEST_EQ(t, error, 0);
}

static void
failures(struct ktest *t)
{
	u_int n;
	int flags;

	own_everything(t);
	KTEST_EQ(t, at_fork(count_calls), 0);
	for (n = 0; n < NROWS; n++) {
		flags = row(n);
		/* The exit signal needs no memory. */
		if (expect(flags).error != 0 || (flags & RFLINUXTHPN))
			continue;
		if (flags & RFPROC)
			failing_fork(t, flags);
		else if ((flags & ~(RFFDG | RFCFDG | RFMEM)) == 0)
			failing_divorce(t, flags);
	}
	KTEST_EQ(t, rm_at_fork(count_calls), 1);
}

static void
fork_flags_no_memory(struct ktest *t)
{
	if (!FAIL_POINTS)
		KTEST_SKIP(t, "no fault injection in the release kernel");
	in_own_process(t, failures);
}
KTEST(fork, fork_flags_no_memory);

/* ------------------------------------------------------------ the corners */

/* A controlling terminal is inherited where the session has one. */
static void
corner_terminal(struct ktest *t)
{
	struct promise e = { .exit_signal = SIGCHLD };
	struct session *s = curproc->p_session;
	struct proc *p2;

	s->s_ttyvp = rootvnode;
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	s->s_ttyvp = NULL;
	KTEST_ASSERT(t, p2->p_flag & P_CONTROLT);
	p2->p_flag &= ~P_CONTROLT;
	dispose(t, p2, &e);
}

/* A peer that comes when its leader goes is killed. */
static void
corner_late_peer(struct ktest *t)
{
	struct promise e = { .exit_signal = SIGCHLD };
	struct proc *p1 = curproc, *p2;

	p1->p_flag |= P_WEXIT;
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG | RFTHREAD, &p2), 0);
	KTEST_ASSERT(t, SIGISMEMBER(p2->p_siglist, SIGKILL));
	KTEST_EQ(t, p1->p_peers, p2);
	dispose(t, p2, &e);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	p1->p_flag &= ~P_WEXIT;
	KTEST_ASSERT(t, !SIGISMEMBER(p2->p_siglist, SIGKILL));
	dispose(t, p2, &e);
}

/* A peer's peer has the same leader. */
static void
corner_peer_of_peer(struct ktest *t)
{
	struct promise e = { .exit_signal = SIGCHLD };
	struct proc *p1 = curproc, *p2, *p3;

	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG | RFTHREAD, &p2), 0);
	KTEST_EQ(t, fork1(&p2->p_thread, STOPPED | RFFDG | RFTHREAD, &p3), 0);
	KTEST_EQ(t, p3->p_leader, p1);
	KTEST_EQ(t, p3->p_pptr, p2);
	KTEST_EQ(t, p1->p_peers, p2);
	KTEST_EQ(t, p2->p_peers, p3);
	dispose(t, p3, &e);
	dispose(t, p2, &e);
	KTEST_ASSERT(t, p1->p_peers == NULL);
}

/* The oldest child stands first. */
static void
corner_order(struct ktest *t)
{
	struct promise e = { .exit_signal = SIGCHLD };
	struct proc *p2, *p3;

	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), 0);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p3), 0);
	KTEST_EQ(t, TAILQ_FIRST(&curproc->p_children), p2);
	KTEST_EQ(t, TAILQ_NEXT(p2, p_sibling), p3);
	dispose(t, p2, &e);
	dispose(t, p3, &e);
}

/* A signal to be acted on comes first. */
static void
corner_signal(struct ktest *t)
{
	struct proc *p1 = curproc, *p2 = NULL;

	PROC_LOCK(p1);
	SIGDELSET(p1->p_sigmask, SIGTERM);
	SIGADDSET(p1->p_siglist, SIGTERM);
	PROC_UNLOCK(p1);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p2), ERESTART);
	KTEST_ASSERT(t, p2 == NULL);
	PROC_LOCK(p1);
	SIGDELSET(p1->p_siglist, SIGTERM);
	SIGFILLSET(p1->p_sigmask);
	PROC_UNLOCK(p1);
}

/* What is private already stays as it is. */
static void
corner_private(struct ktest *t)
{
	struct proc *p1 = curproc;
	struct filedesc *fdp = p1->p_fd;
	struct vmspace *vm = p1->p_vmspace;

	KTEST_EQ(t, fork1(curthread, RFFDG, NULL), 0);
	KTEST_EQ(t, p1->p_fd, fdp);
	KTEST_EQ(t, p1->p_vmspace, vm);
}

static void
corners(struct ktest *t)
{
	static struct counts before;

	own_everything(t);
	count(&before);
	corner_terminal(t);
	corner_late_peer(t);
	corner_peer_of_peer(t);
	corner_order(t);
	corner_signal(t);
	corner_private(t);
	check_counts(t, &before, true);
}

static void
fork_flags_corners(struct ktest *t)
{
	in_own_process(t, corners);
}
KTEST(fork, fork_flags_corners);
