/*
 * What the tests of the kernel's foundation share: threads to play with.
 */
#ifndef _KERN_UTIL_H_
#define	_KERN_UTIL_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysproto.h>
#include <sys/unistd.h>

#define	PATIENCE	(10 * hz)	/* ticks until a wait is given up */

/* A process of the kernel's that runs fn(arg) and ends. */
struct helper {
	void	(*fn)(void *);
	void	*arg;
	struct	proc *p;
	pid_t	pid;
};

static void
helper_main(void *arg)
{
	struct helper *h = arg;

	(*h->fn)(h->arg);
	exit1(curthread, 0);
}

/* Make one that is not runnable yet. */
static inline bool
helper_make(struct ktest *t, struct helper *h, void (*fn)(void *), void *arg)
{
	int error;

	h->fn = fn;
	h->arg = arg;
	h->pid = 0;
	error = fork1(curthread, RFPROC | RFMEM | RFFDG | RFSTOPPED, &h->p);
	KTEST_EQ(t, error, 0);
	if (error != 0)
		return (false);
	h->pid = h->p->p_pid;
	cpu_set_fork_handler(&h->p->p_thread, helper_main, h);
	return (true);
}

/* Make it runnable; pri 0: at the priority that fork gave it. */
static inline void
helper_go(struct helper *h, int pri)
{
	struct thread *td = &h->p->p_thread;

	mtx_lock_spin(&sched_lock);
	if (pri != 0) {
		td->td_base_pri = pri;
		td->td_priority = pri;
	}
	h->p->p_stat = SRUN;
	setrunqueue(td);
	mtx_unlock_spin(&sched_lock);
}

static inline bool
helper_start(struct ktest *t, struct helper *h, void (*fn)(void *), void *arg)
{
	if (!helper_make(t, h, fn, arg))
		return (false);
	helper_go(h, 0);
	return (true);
}

/* Wait for its end. */
static inline void
helper_wait(struct ktest *t, struct helper *h)
{
	struct wait4_args args = { .pid = h->pid };
	struct thread *td = curthread;
	register_t saved = td->td_retval[0];

	if (h->pid == 0)
		return;
	KTEST_EQ(t, sys_wait4(td, &args), 0);
	KTEST_EQ(t, td->td_retval[0], h->pid);
	td->td_retval[0] = saved;
}

/* Let everybody run until all of them wait. */
static inline void
settle(void)
{
	static int chan;

	tsleep(&chan, PVM, "settle", 2);
}

/* Sleep until something is so; false if it does not come. */
#define	WAIT_UNTIL(cond) __extension__ ({				\
	int __start = ticks;						\
									\
	while (!(cond) && ticks - __start < PATIENCE)			\
		settle();						\
	(cond);								\
})

/*
 * The same without sleeping, for a caller that holds a mutex: it yields,
 * at a priority that gets worse the longer it takes.
 */
#define	YIELD_UNTIL(cond) __extension__ ({				\
	int __start = ticks;						\
									\
	while (!(cond) && ticks - __start < PATIENCE)			\
		yield();						\
	(cond);								\
})

/* Asleep on that channel; a look without the lock is enough here. */
static inline bool
asleep_on(const struct helper *h, const void *chan)
{
	return (KTEST_PEEK(h->p->p_stat) == SSLEEP &&
	    KTEST_PEEK(h->p->p_thread.td_wchan) == chan);
}

#endif /* !_KERN_UTIL_H_ */
