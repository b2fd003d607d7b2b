/*
 * Kernel threads: processes without a user half.  See kthread_create(9).
 */
#ifndef _SYS_KTHREAD_H_
#define	_SYS_KTHREAD_H_

#ifdef _KERNEL

#include <sys/types.h>

struct proc;

/* A kernel thread that SYSINIT starts: the argument of kproc_start(). */
struct kproc_desc {
	const char *arg0;		/* its name */
	void	(*func)(void);
	struct	proc **global_procpp;	/* where to note it, or NULL */
};

void	kproc_start(void *);
int	kthread_create(void (*)(void *), void *, struct proc **, int flags,
	    const char *fmt, ...) __printflike(5, 6);
int	kthread_idle(u_int cpu, struct proc **);	/* a processor's */
void	kthread_idle_discard(struct proc *);		/* not wanted */
void	kthread_exit(int status) __dead2;

#endif /* _KERNEL */
#endif /* !_SYS_KTHREAD_H_ */
