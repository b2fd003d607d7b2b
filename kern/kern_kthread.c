/*
 * Kernel threads, made by the same fork1() as everybody.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/unistd.h>
#include <sys/wait.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>

/*
 * Make a thread that runs fn(arg), named by the format.  With RFSTOPPED in
 * flags the caller starts it.  *newp, if not NULL, is the process.
 * Returns 0 or fork1()'s error.  See kthread_create(9).
 */
int
kthread_create(void (*fn)(void *), void *arg, struct proc **newp, int flags,
    const char *fmt, ...)
{
	__tine_va_list ap;
	struct proc *p;
	int error;

	if (proc0.p_stats == NULL)
		panic("kthread_create: called too soon");
	error = fork1(&thread0, RFMEM | RFFDG | RFPROC | RFSTOPPED | flags, &p);
	if (error != 0)
		return (error);
	PROC_LOCK(p);
	p->p_flag |= P_SYSTEM | P_KTHREAD;
	_PHOLD(p);
	PROC_UNLOCK(p);
	mtx_lock(&p->p_sigacts->ps_mtx);
	WRITE_ONCE(p->p_sigacts->ps_flag, PS_NOCLDWAIT);
	mtx_unlock(&p->p_sigacts->ps_mtx);
	__builtin_va_start(ap, fmt);
	vsnprintf(p->p_comm, sizeof(p->p_comm), fmt, ap);
	__builtin_va_end(ap);
	cpu_set_fork_handler(&p->p_thread, fn, arg);
	if (newp != NULL)
		*newp = p;
	if ((flags & RFSTOPPED) == 0) {
		mtx_lock_spin(&sched_lock);
		p->p_stat = SRUN;
		p->p_thread.td_base_pri = PVM;
		p->p_thread.td_priority = PVM;
		setrunqueue(&p->p_thread);
		mtx_unlock_spin(&sched_lock);
	}
	return (0);
}

/*
 * End the current kernel thread; init reaps it.
 */
void
kthread_exit(int code)
{
	struct proc *p = curproc;

	sx_xlock(&proctree_lock);
	if (initproc != NULL)
		proc_reparent(p, initproc);
	PROC_LOCK(p);
	_PRELE(p);
	PROC_UNLOCK(p);
	sx_xunlock(&proctree_lock);
	exit1(curthread, W_EXITCODE(code, 0));
}

static void
kproc_main(void *arg)
{
	void (*fn)(void) = (void (*)(void))(uintptr_t)arg;

	(*fn)();
}

/*
 * SYSINIT's way to start one.
 */
void
kproc_start(void *arg)
{
	const struct kproc_desc *kp = arg;
	int error;

	error = kthread_create(kproc_main, (void *)(uintptr_t)kp->func,
	    kp->global_procpp, RFHIGHPID, "%s", kp->arg0);
	if (error != 0)
		panic("kproc_start: %s: error %d", kp->arg0, error);
}

/*
 * A processor's idle thread: runs when nothing else can, clears pages while
 * there are some to clear, and otherwise waits for an interrupt.
 */
void
sched_idle_loop(void)
{
	for (;;) {
		if (!sched_idle())
			continue;
		if (sched_idle_work() && vm_pagezero_idle())
			continue;
		/* An interrupt between the look and the halt must count. */
		disable_intr();
		SMP_JITTER();
		if (!sched_called())
			cpu_idle();
		enable_intr();
	}
}

static void
idle_main(void *arg __unused)
{
	sched_idle_loop();
}

/*
 * Make the idle thread of a processor.  It is on no run queue; the first
 * processor's starts like any other, the others are started on theirs, which
 * sets td_lastcpu.
 * Returns 0 or fork1()'s error.
 */
int
kthread_idle(u_int cpu, struct proc **newp)
{
	struct proc *p;
	int error;

	error = kthread_create(idle_main, NULL, &p, RFSTOPPED | RFHIGHPID,
	    "idle: cpu%u", cpu);
	if (error != 0)
		return (error);
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	p->p_thread.td_flags |= TDF_IDLE;
	p->p_thread.td_base_pri = PRI_MAX;
	p->p_thread.td_priority = PRI_MAX;
	mtx_unlock_spin(&sched_lock);
	*newp = p;
	return (0);
}

static void
idle_discarded(void *arg __unused)
{
	kthread_exit(0);
}

/*
 * Give up an idle thread that has never run: it ends as another thread does.
 */
void
kthread_idle_discard(struct proc *p)
{
	struct thread *td = &p->p_thread;

	cpu_set_fork_handler(td, idle_discarded, NULL);
	mtx_lock_spin(&sched_lock);
	td->td_flags &= ~TDF_IDLE;
	td->td_base_pri = PVM;
	td->td_priority = PVM;
	setrunqueue(td);
	mtx_unlock_spin(&sched_lock);
}

static void
idle_setup(void *arg __unused)
{
	struct proc *p;
	int error;

	error = kthread_idle(0, &p);
	if (error != 0)
		panic("idle_setup: error %d", error);
	PCPU_SET(idlethread, &p->p_thread);
}
SYSINIT(idle, SI_SUB_SCHED_IDLE, SI_ORDER_FIRST, idle_setup, NULL);
