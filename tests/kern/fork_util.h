/*
 * What the tests of fork share: children that have not run yet, and a
 * parent that may be spoiled.
 */
#ifndef _FORK_UTIL_H_
#define	_FORK_UTIL_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/unistd.h>
#include <sys/wait.h>

#define	STOPPED	(RFPROC | RFSTOPPED)

static inline void
child_exits(void *arg)
{
	exit1(curthread, W_EXITCODE((int)(intptr_t)arg, 0));
}

/* Let a stopped child run fn(arg). */
static inline void
start(struct proc *p, void (*fn)(void *), void *arg)
{
	cpu_set_fork_handler(&p->p_thread, fn, arg);
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	setrunqueue(&p->p_thread);
	mtx_unlock_spin(&sched_lock);
}

/* wait4(pid, NULL, options, NULL); the pid found, or minus an errno. */
static inline int
wait_for(pid_t pid, int options)
{
	struct wait4_args args = { .pid = pid, .options = options };
	struct thread *td = curthread;
	register_t saved = td->td_retval[0];
	int error, found;

	error = sys_wait4(td, &args);
	found = td->td_retval[0];
	td->td_retval[0] = saved;
	return (error != 0 ? -error : found);
}

/* Have a process waited for here, whoever its parent is. */
static inline void
adopt(struct proc *p)
{
	sx_xlock(&proctree_lock);
	proc_reparent(p, curproc);
	sx_xunlock(&proctree_lock);
}

/* Get rid of a stopped child. */
static inline void
finish(struct ktest *t, struct proc *p, int options)
{
	pid_t pid = p->p_pid;

	start(p, child_exits, NULL);
	KTEST_EQ(t, wait_for(pid, options), pid);
}

/* A test that runs in a process of its own. */
struct own_process {
	void	(*fn)(struct ktest *);
	struct	ktest *t;
};

static inline void
own_process_main(void *arg)
{
	struct own_process *own = arg;

	(*own->fn)(own->t);
	exit1(curthread, 0);
}

/*
 * Run fn(t) in a child with memory, descriptors and signal actions of its
 * own, which it may spoil.
 */
static inline void
in_own_process(struct ktest *t, void (*fn)(struct ktest *))
{
	struct own_process own = { fn, t };
	struct proc *p;
	int error;
	pid_t pid;

	error = fork1(curthread, STOPPED | RFFDG, &p);
	KTEST_EQ(t, error, 0);
	if (error != 0)
		return;
	pid = p->p_pid;
	start(p, own_process_main, &own);
	KTEST_EQ(t, wait_for(pid, 0), pid);
}

#endif /* !_FORK_UTIL_H_ */
