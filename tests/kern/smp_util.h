/*
 * What the tests of several processors share: threads that run at the same
 * time, each on a processor of its own.
 *
 * The kernel is not preempted, so a thread that spins at meet() stays where
 * it is; when all have met each has its processor, until it sleeps.
 */
#ifndef _SMP_UTIL_H_
#define	_SMP_UTIL_H_

#include "kern_util.h"
#include <sys/smp.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

#define	ENOUGH		(hz / 3)	/* ticks for one test's rounds */

static struct {
	void	(*fn)(u_int self);
	u_int	n;			/* threads */
	volatile u_int met;		/* atomic: who came to meet() */
	volatile cpumask_t cpus;	/* atomic: where they were */
	volatile u_int ended;		/* atomic */
	volatile bool go;		/* written by thread 0 */
	int	start;			/* ticks */
} team;

/* Wait until all threads of the team are here. */
static inline void
meet(void)
{
	u_int ticket = atomic_fetchadd_int(&team.met, 1);
	u_int until = (ticket / team.n + 1) * team.n;

	/* Without cpu_spinwait(): to go on together, not to be polite. */
	while ((int)(team.met - until) < 0)
		continue;
}

/*
 * Whether the team does another round, up to max and as long as there is
 * time, but one in any case: the same answer for all of them.
 */
static inline bool
team_goes_on(u_int self, u_int round, u_int max)
{
	meet();
	if (self == 0)
		team.go = round < max &&
		    (round == 0 || ticks - team.start < ENOUGH);
	meet();
	return (team.go);
}

static void
team_member(void *arg)
{
	u_int self = (u_int)(uintptr_t)arg;

	atomic_set_int(&team.cpus, CPU_MASK(PCPU_GET(cpuid)));
	meet();
	(*team.fn)(self);
	if (atomic_fetchadd_int(&team.ended, 1) == team.n - 1)
		wakeup(&team);
}

/*
 * Run fn on n processors at once, and wait for all.  A thread that does not
 * end has been forgotten by somebody: that is the end of the kernel, and
 * the panic shows where each is.
 */
static inline void
together(struct ktest *t, u_int n, void (*fn)(u_int))
{
	static struct helper h[MAXCPU];
	u_int i, made;
	int start;

	KTEST_ASSERT(t, n <= mp_ncpus);
	team.fn = fn;
	team.met = team.cpus = team.ended = 0;
	for (made = 0; made < n; made++)
		if (!helper_make(t, &h[made], team_member,
			(void *)(uintptr_t)made))
			break;
	team.n = made;
	start = team.start = ticks;
	for (i = 0; i < made; i++)
		helper_go(&h[i], 0);
	while (team.ended < made) {
		if (ticks - start > 3 * PATIENCE)
			panic("%s: %u of %u threads have no end", t->kt_name,
			    made - team.ended, made);
		tsleep(&team, PWAIT, "team", hz);
	}
	for (i = 0; i < made; i++)
		helper_wait(t, &h[i]);
	KTEST_EQ(t, __builtin_popcount(team.cpus), n);
}

/* Lose a little time, differently each time. */
static inline void
dawdle(u_int rounds)
{
	volatile u_int i;

	for (i = 0; i < rounds; i++)
		continue;
}

#define	NEED_CPUS(t, n) do {						\
	if (mp_ncpus < (n))						\
		KTEST_SKIP((t), "needs " #n " processors");		\
} while (0)

#endif /* !_SMP_UTIL_H_ */
