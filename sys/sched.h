/*
 * The scheduler's own interfaces; what others call is in <sys/proc.h>.
 */
#ifndef _SYS_SCHED_H_
#define	_SYS_SCHED_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/smp.h>

struct proc;
struct thread;

#define	ESTCPU_MAX	255		/* most of kg_estcpu */
#define	RQ_PPQ		4		/* priorities a run queue */

/*
 * Where the debug kernel may switch, or lose time, when a seed asks for it:
 * around each lock.
 */
#ifdef INVARIANTS
#define	SCHED_JITTER() do {						\
	if (__predict_false(sched_seed != 0))				\
		sched_jitter();						\
	SMP_JITTER();							\
} while (0)
#else
#define	SCHED_JITTER()	do { } while (0)
#endif

extern	volatile u_int sched_seed;		/* 0: an ordinary schedule */

/* kern_watchdog.c: from the clock interrupt, at pc; and once a second. */
void	watchdog_tick(bool usermode, uintptr_t pc);
void	watchdog_sweep(void);
void	watchdog_reset(void);	/* in a loop with an end */

void	sched_jitter(void);
int	runq_best(void);		/* sched_lock held */
bool	sched_idle(void);		/* the idle thread's; see there */
bool	sched_idle_work(void);		/* may it do more than wait? */
bool	sched_called(void);		/* its last look before it stops */
void	sched_idle_loop(void) __dead2;	/* what it does */
bool	sched_perturb(void);		/* switch here, for the seed's sake */
void	sched_set_seed(u_int);		/* begin that schedule */
void	sched_alone(void);		/* the other processors stand idle */
void	sched_share(void);		/* they go on */
u_int64_t proc_ran(const struct proc *); /* cpu_ticks(); sched_lock held */
void	sched_prio(struct thread *, u_char pri); /* sched_lock held */
int	sched_cpu(const struct thread *); /* it runs on, or -1 */
void	sched_clock(struct thread *);	/* each tick, for who runs */
void	sched_wakeup(struct thread *);	/* before it becomes runnable */

#endif /* _KERNEL */
#endif /* !_SYS_SCHED_H_ */
