/*
 * Several processors.  Each has a number: 0 booted the kernel, the others
 * follow in the order in which they were started.  See docs/smp.md.
 *
 * Owned by kern/subr_smp.c; the machine starts the processors and carries
 * the interrupts between them.
 */
#ifndef _SYS_SMP_H_
#define	_SYS_SMP_H_

#ifdef _KERNEL

#include <sys/types.h>

struct db_regs;
struct pcpu;

typedef	u_int	cpumask_t;		/* a bit for each processor */
#define	CPU_MASK(cpu)	(1u << (cpu))
#define	NOCPU		(~0u)

/*
 * Only the first processor writes these, while it starts the others; after
 * that they are constant.  A processor counts once it can be interrupted.
 */
extern u_int mp_ncpus;			/* at work, at least 1 */
extern u_int mp_maxcpus;		/* tunable kern.smp.maxcpus */
extern volatile cpumask_t cpus_running;
extern struct pcpu *cpu_pcpu[];		/* by number */

#define	CPU_FOREACH(cpu)						\
	for ((cpu) = 0; (cpu) < mp_ncpus; (cpu)++)

/*
 * Have fn(arg) called on each of the processors named, other than this
 * one, and wait until all have done it.  fn runs in an interrupt, perhaps
 * of a thread that holds spin mutexes: it may take no lock.  Spin mutexes
 * may be held by the caller, unless fn's processors wait for them in
 * another way than by mtx_lock_spin().
 */
void	smp_call(cpumask_t who, void (*fn)(void *), void *arg);
/* The same on all processors, this one included. */
void	smp_rendezvous(void (*fn)(void *), void *arg);
/* From the interrupt, and while waiting: do what was asked of us. */
void	smp_serve(void);

/*
 * The debug kernel with debug.smp_jitter=SEED loses time at random, where
 * another processor may come between.
 */
#ifdef INVARIANTS
#define	SMP_JITTER() do {						\
	if (__predict_false(READ_ONCE(smp_jitter_seed) != 0))		\
		smp_jitter();						\
} while (0)
#else
#define	SMP_JITTER()	do { } while (0)
#endif
extern u_int smp_jitter_seed;
void	smp_jitter(void);

/* The machine's part. */
void	ipi_call(cpumask_t who);	/* they call smp_serve() */
void	ipi_resched(u_int cpu);		/* it looks at its thread's flags */

/*
 * Stop the other processors where they are, for a panic or a report;
 * locks stay as they are.  Those that do not answer in time are named.
 * Interrupts are off.  Who comes while another has them stopped stands still
 * with the rest, and has its turn then; who has them may ask again, and
 * resumes as often.
 */
void	cpu_stop_others(void);
void	cpu_resume_others(void);
bool	cpu_stop_try(void);		/* false: one has, perhaps this one */
extern volatile bool cpus_stopped;	/* all but one stand still */
void	cpu_stopped_backtraces(void);	/* print who was doing what */
/* Where another processor was stopped; NULL if it was not. */
struct	trapframe *cpu_stopped_frame(u_int cpu);
bool	cpu_stopped_regs(u_int cpu, struct db_regs *); /* false: the same */

#endif /* _KERNEL */
#endif /* !_SYS_SMP_H_ */
