/*
 * Spin mutexes: who has to wait loops, and interrupts are off on this
 * processor from the first that a thread takes to the last it gives back.
 *
 * Who waits answers the requests of other processors meanwhile (smp_serve):
 * the owner may be waiting for just that answer.  A wait that lasts for
 * debug.spin_seconds is a broken kernel, and ends in a panic that tells who
 * has the mutex, and where.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/critical.h>
#include <sys/errno.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>

CTASSERT(offsetof(struct thread, td_critical) == 0);

#define	SPIN_LOOK	1024	/* rounds between two looks at the clock */

/*
 * Longer than smp_call() waits for its answers: it does so with a spin mutex
 * held, and knows better who is to blame.
 */
static int	spin_seconds = 35;
SYSCTL_INT(_debug, OID_AUTO, spin_seconds, CTLFLAG_RW | CTLFLAG_TUN,
    &spin_seconds, 0, "longest wait for a spin mutex");

/*
 * The time is up.  The owner of a spin mutex runs, so it is there to be
 * asked for its name; if it has let go just now the wait begins anew.  The
 * panic prints the stacks of all processors, and so the owner's.
 */
static void
mtx_spin_lost(const struct mtx *m, const char *file, int line)
{
	const struct thread *owner = mtx_owner(m);
	const struct proc *p;
	u_int cpu;

	if (owner == NULL)
		return;
	CPU_FOREACH(cpu)
	if (READ_ONCE(cpu_pcpu[cpu]->pc_curthread) == owner) {
		p = owner->td_proc;
		panic("spin mutex %s held too long by process %d (%s) on "
		      "processor %u, taken at %s:%d; wanted at %s:%d",
		    m->mtx_object.lo_name, p->p_pid, p->p_comm, cpu,
		    m->mtx_file, m->mtx_line, file, line);
	}
	if (mtx_owner(m) == owner)
		panic("spin mutex %s held by thread %p, which does not run, "
		      "taken at %s:%d; wanted at %s:%d",
		    m->mtx_object.lo_name, owner, m->mtx_file, m->mtx_line,
		    file, line);
}

/*
 * Take a spin mutex that is somebody else's.  Of several that wait any may
 * be next: nobody holds one for long.
 */
static __noinline void
mtx_lock_spin_hard(struct mtx *m, const char *file, int line)
{
	u_int64_t length = imax(READ_ONCE(spin_seconds), 1) * tsc_freq;
	u_int64_t start = rdtsc(), since = start;
	u_int rounds = 0, sessions = kdb_sessions;

	KTR_EVENT(KTR_CONTEND, m->mtx_object.lo_name, file, line);
	while (!atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED, curthread)) {
		while (m->mtx_lock != MTX_UNOWNED) {
			if (panicstr != NULL)
				return; /* whoever has it has stopped */
			cpu_spinwait();
			smp_serve();
			if (++rounds % SPIN_LOOK != 0 ||
			    rdtsc() - start < length)
				continue;
			/* A debugger may have had the machine meanwhile. */
			if (sessions == kdb_sessions)
				mtx_spin_lost(m, file, line);
			sessions = kdb_sessions;
			start = rdtsc();
		}
	}
	LOCKSTAT_TAKEN(&m->mtx_object, false, since, file, line);
}

void
_mtx_lock_spin(struct mtx *m, const char *file, int line)
{
	KASSERT(m->mtx_object.lo_class == LC_SPIN,
	    ("mtx_lock_spin of %s at %s:%d", m->mtx_object.lo_name, file,
		line));
	critical_enter();
	KASSERT(!mtx_owned(m) || panicstr != NULL,
	    ("spin mutex %s taken again at %s:%d, first at %s:%d",
		m->mtx_object.lo_name, file, line, m->mtx_file, m->mtx_line));
	witness_checkorder(&m->mtx_object, file, line);
	SMP_JITTER();
	if (__predict_true(atomic_cmpset_acq_ptr(&m->mtx_lock, MTX_UNOWNED,
		curthread)))
		LOCKSTAT_TAKEN(&m->mtx_object, false, 0, file, line);
	else
		mtx_lock_spin_hard(m, file, line);
	m->mtx_file = file;
	m->mtx_line = line;
	witness_lock(&m->mtx_object, file, line);
}

void
_mtx_unlock_spin(struct mtx *m, const char *file __unused, int line __unused)
{
	KASSERT(mtx_owned(m) || panicstr != NULL,
	    ("mtx_unlock_spin of %s, not owned, at %s:%d",
		m->mtx_object.lo_name, file, line));
	witness_unlock(&m->mtx_object);
	LOCKSTAT_GIVEN(&m->mtx_object, false);
	atomic_store_rel_ptr(&m->mtx_lock, MTX_UNOWNED);
	critical_exit();
}

/*
 * The thread that has just been switched to owns the sched_lock that the
 * one before it took.  fork_exit() calls this for a thread that has never
 * run: it begins with one spin mutex and, once that is given back, with
 * interrupts on.
 */
void
mtx_adopt_sched_lock(struct thread *td)
{
	sched_lock.mtx_lock = (uintptr_t)td;
	if (td->td_spinlocks == 0) {
		td->td_spinlocks = 1;
		td->td_saveintr = intr_state_on();
	}
}

#ifdef INVARIANTS
/*
 * debug.spin_hang=1: take a spin mutex and never give it back.  The second
 * who does so, on another processor, waits until it has been long enough.
 */
static struct mtx	hang_lock;
MTX_SYSINIT(spin_hang, &hang_lock, "spin hang", MTX_SPIN);

static int
sysctl_debug_spin_hang(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error != 0 || req->newptr == NULL || value == 0)
		return (error);
	if (mp_ncpus == 1)
		return (ENXIO); /* nobody would see it */
	mtx_lock_spin(&hang_lock);
	for (;;) {
		cpu_spinwait();
		smp_serve();
	}
}
SYSCTL_PROC(_debug, OID_AUTO, spin_hang, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_spin_hang, "I", "write 1 to hang with a spin mutex");
#endif
