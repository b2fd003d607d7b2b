/*
 * Several processors: who there is, and how one has something done by the
 * others.
 *
 * There is one request at a time.  Who makes it holds call_lock, names the
 * processors in call_pending, interrupts them, and waits for the bits to go
 * away.  A processor does the work when the interrupt arrives, or earlier
 * if it is waiting for a spin mutex, with interrupts off: so a request may
 * be made with spin mutexes held, and by several at once, and yet nobody
 * waits for somebody who waits for him.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/critical.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>

/* Seconds after which a processor that does not answer is taken for dead. */
#define	CALL_SECONDS	30

u_int	mp_ncpus = 1;
u_int	mp_maxcpus = MAXCPU;
volatile cpumask_t cpus_running = CPU_MASK(0);
struct pcpu *cpu_pcpu[MAXCPU];
TUNABLE_INT("kern.smp.maxcpus", (int *)&mp_maxcpus);

SYSCTL_NODE(_kern, OID_AUTO, smp, CTLFLAG_RW, NULL, "several processors");
SYSCTL_UINT(_kern_smp, OID_AUTO, cpus, CTLFLAG_RD, &mp_ncpus, 0,
    "processors at work");
SYSCTL_UINT(_kern_smp, OID_AUTO, maxcpus, CTLFLAG_RDTUN, &mp_maxcpus, 0,
    "most processors to be started");
SYSCTL_UINT(_hw, HW_NCPU, ncpu, CTLFLAG_RD, &mp_ncpus, 0,
    "processors at work");

static struct mtx	call_lock;		/* spin: the request */
static void		(*call_fn)(void *);	/* (call_lock) */
static void		*call_arg;		/* (call_lock) */
static volatile cpumask_t call_pending;		/* atomic: who has not done */
MTX_SYSINIT(smp_call, &call_lock, "smp call", MTX_SPIN);

u_int	smp_jitter_seed;
TUNABLE_INT("debug.smp_jitter", (int *)&smp_jitter_seed);
SYSCTL_UINT(_debug, OID_AUTO, smp_jitter, CTLFLAG_RW | CTLFLAG_TUN,
    &smp_jitter_seed, 0, "seed of random delays at locks, 0 for none");

/*
 * The others have been interrupted: wait until the last has answered.
 */
static void
call_wait(void)
{
	u_int64_t end = rdtsc() + CALL_SECONDS * tsc_freq;
	u_int sessions = kdb_sessions;
	cpumask_t left;

	while ((left = atomic_load_acq_int(&call_pending)) != 0) {
		/* Who has panicked has stopped the others. */
		if (panicstr != NULL)
			return;
		cpu_spinwait();
		if (rdtsc() <= end)
			continue;
		if (sessions == kdb_sessions)
			panic("processor %d does not answer", ffs(left) - 1);
		/* They stood still meanwhile, as we did. */
		sessions = kdb_sessions;
		end = rdtsc() + CALL_SECONDS * tsc_freq;
	}
}

void
smp_call(cpumask_t who, void (*fn)(void *), void *arg)
{
	if (mp_ncpus == 1)
		return;
	SMP_JITTER();
	mtx_lock_spin(&call_lock);
	who &= cpus_running & ~CPU_MASK(PCPU_GET(cpuid));
	if (who != 0 && panicstr == NULL) {
		call_fn = fn;
		call_arg = arg;
		SMP_JITTER();
		atomic_store_rel_int(&call_pending, who);
		ipi_call(who);
		call_wait();
	}
	mtx_unlock_spin(&call_lock);
}

void
smp_rendezvous(void (*fn)(void *), void *arg)
{
	critical_enter();
	smp_call(~0u, fn, arg);
	(*fn)(arg);
	critical_exit();
}

/*
 * That the bit is set makes fn and arg valid; when it is clear the next
 * request may overwrite them.  With interrupts on, the interrupt is about to
 * come for it.
 */
void
smp_serve(void)
{
	cpumask_t me = CPU_MASK(PCPU_GET(cpuid));

	if ((atomic_load_acq_int(&call_pending) & me) == 0 ||
	    intr_state_enabled(read_eflags()))
		return;
	SMP_JITTER();
	(*call_fn)(call_arg);
	SMP_JITTER();
	atomic_clear_rel_int(&call_pending, me);
}

/*
 * Lose a little time, often none, now and then much.  Each processor has a
 * sequence of its own, a xorshift that each step mixes the seed into, so
 * that a seed set later counts at once.  What comes of it depends on the
 * host's timing too: a seed makes a failure likely again, not certain.
 */
void
smp_jitter(void)
{
	u_int *state = PCPU_PTR(jitter), rounds, v;

	v = *state ^ READ_ONCE(smp_jitter_seed) * 2654435769U;
	if (v == 0)
		v = PCPU_GET(cpuid) + 1;
	v ^= v << 13;
	v ^= v >> 17;
	v ^= v << 5;
	*state = v;
	if (v % 16 != 0)
		return;
	rounds = (v >> 12) % (v % 4096 == 0 ? 4096 : 64);
	for (; rounds > 0; rounds--)
		cpu_spinwait();
}
