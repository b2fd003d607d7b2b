/*
 * What each processor has for itself, reached through PCPU_GET() and its
 * kin of <machine/pcpu.h>.
 */
#ifndef _SYS_PCPU_H_
#define	_SYS_PCPU_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/vmmeter.h>
#include <machine/pcpu.h>

struct pcb;
struct thread;

/* Lock key: b constant; j sched_lock; k only this processor. */
struct pcpu {
	struct	thread *pc_curthread;	/* (k) must come first */
	struct	thread *pc_idlethread;	/* (b) */
	struct	thread *pc_fpcurthread;	/* (k) whose state the FPU holds */
	struct	pcb *pc_curpcb;		/* (k) */
	u_int64_t pc_switchtime;	/* (j) cpu_ticks() of last switch */
	int	pc_switchticks;		/* (j) the same in ticks */
	u_int	pc_cpuid;		/* (b) 0, 1, ... */
	struct	vmmeter pc_cnt;		/* (k) its share of the events */
	u_int	pc_jitter;		/* (k) smp_jitter()'s state */
#ifdef WITNESS
	volatile u_int pc_nspins;	/* (k) in pc_spins */
	struct	lock_instance pc_spins[MAXHELD]; /* (k) spin mutexes held */
#endif
	PCPU_MD_FIELDS;
};

#endif /* _KERNEL */
#endif /* !_SYS_PCPU_H_ */
