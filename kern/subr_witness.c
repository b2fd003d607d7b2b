/*
 * WITNESS: the order of locks, checked as they are taken.
 *
 * Locks that are ever held together have a place in one table.  Taking a
 * lock is wrong while one further down is held.  Beside that:
 *	- no sleeping lock while a spin mutex is held;
 *	- no sx lock, which may sleep, while a mutex is held;
 *	- no sleep while a mutex is held, nor, if the process can be stopped
 *	  in it (PCATCH), an sx lock.
 * Giant is left out of the last two: it is dropped over every sleep.
 *
 * What sleeps is on a list of the thread that holds it, which goes with it
 * from one processor to another.  Spin mutexes are on a list of the processor:
 * an interrupt handler takes and gives back its own whatever the thread has,
 * and sched_lock, which is handed over at a switch, stays where it is.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

volatile u_int	witness_violations;
int	witness_panics = 1;

SYSCTL_NODE(_debug, OID_AUTO, witness, CTLFLAG_RW, NULL, "lock order");
SYSCTL_INT(_debug_witness, OID_AUTO, panic, CTLFLAG_RW | CTLFLAG_TUN,
    &witness_panics, 0, "panic when locks are taken in a wrong order");
SYSCTL_UINT(_debug_witness, OID_AUTO, violations, CTLFLAG_RD,
    (u_int *)&witness_violations, 0, "wrong orders seen");

#ifdef WITNESS

/* First to last.  docs/locking.md says why they stand where they do. */
static const char *const ranks[] = {
	"kqueues",
	"proctree",
	"allproc",
	"Giant",
	"ktrace",
	"acct",
	"sysctl strings",
	"vm map",
	"gdb's events",
	"hooks",
	"ppeers",
	"filedesc",
	"pipe",
	"lockf",
	"socket",
	"rights",
	"process group",
	"process lock",
	"session",
	"sigacts",
	"process descriptor",
	"kqueue",
	"select",
	"uidinfo hash",
	"vm object",
	"pmap",
	"zone",
	"malloc",
	/* spin mutexes */
	"kept memory",
	"kernel map",
	"vm page",
	"vm pages at hand",
	"clock",
	"sched lock",
	"callout",
	"console input",
	"smp call",
};

void
witness_init(struct lock_object *lo)
{
	u_int i;

	lo->lo_rank = 0;
	for (i = 0; i < nitems(ranks); i++)
		if (strcmp(ranks[i], lo->lo_name) == 0)
			lo->lo_rank = i + 1;
}

/*
 * Report, and panic unless told not to.
 */
static void
witness_complain(const char *what, const struct lock_object *lo,
    const char *file, int line, const struct lock_instance *held)
{
	bool fatal = READ_ONCE(witness_panics) && panicstr == NULL;

	atomic_add_int(&witness_violations, 1);
	if (fatal)
		panic_begin();
	printf("lock order: %s: %s at %s:%d\n", what, lo->lo_name, file, line);
	printf("  while holding %s, taken at %s:%d\n", held->li_lock->lo_name,
	    held->li_file, held->li_line);
	if (fatal)
		panic("lock order: %s %s, then %s", what,
		    held->li_lock->lo_name, lo->lo_name);
}

/* What is wrong with taking lo while "held" is held; NULL if nothing is. */
static const char *
witness_rule(const struct lock_object *lo, const struct lock_object *held)
{
	bool giant = held == &Giant.mtx_object;

	if (held->lo_class == LC_SPIN && lo->lo_class != LC_SPIN)
		return ("sleeping lock with a spin mutex held");
	if (lo->lo_class == LC_SX)
		return (giant			 ? NULL :
			held->lo_class == LC_MTX ? "sx lock with a mutex held" :
			held->lo_rank > lo->lo_rank && lo->lo_rank != 0 ?
						   "wrong order" :
						   NULL);
	if (lo->lo_rank == 0 || held->lo_rank == 0)
		return (NULL);
	if (held->lo_rank > lo->lo_rank)
		return ("wrong order");
	if (held->lo_rank == lo->lo_rank && !(lo->lo_flags & LO_DUPOK))
		return ("two of the same kind");
	return (NULL);
}

/* Whether lo may be taken while these are held. */
static bool
witness_check(const struct lock_instance *held, u_int n,
    const struct lock_object *lo, const char *file, int line)
{
	const char *what;
	u_int i;

	for (i = 0; i < n; i++) {
		what = witness_rule(lo, held[i].li_lock);
		if (what != NULL) {
			witness_complain(what, lo, file, line, &held[i]);
			return (false);
		}
	}
	return (true);
}

/*
 * Called before a lock is waited for, so that what would be a deadlock is
 * a report.  A spin mutex may be taken whatever others are held; and these
 * may be changing just now, under an interrupt, which takes nothing else.
 */
void
witness_checkorder(const struct lock_object *lo, const char *file, int line)
{
	struct thread *td = curthread;

	if (panicstr != NULL)
		return;
	if (lo->lo_class == LC_SPIN ||
	    witness_check(td->td_held, td->td_locks, lo, file, line))
		(void)witness_check(*PCPU_PTR(spins), PCPU_GET(nspins), lo,
		    file, line);
}

/*
 * The list on which a lock is while it is held, and how many are there.
 * Nobody else changes it meanwhile: with a spin mutex no interrupt comes.
 */
static struct lock_instance *
witness_held(const struct lock_object *lo, volatile u_int **n)
{
	if (lo->lo_class == LC_SPIN) {
		*n = PCPU_PTR(nspins);
		return (*PCPU_PTR(spins));
	}
	*n = &curthread->td_locks;
	return (curthread->td_held);
}

void
witness_lock(const struct lock_object *lo, const char *file, int line)
{
	struct lock_instance *li;
	volatile u_int *n;

	if (panicstr != NULL)
		return;
	li = witness_held(lo, &n);
	if (*n == MAXHELD)
		panic("more than %d locks held; %s at %s:%d", MAXHELD,
		    lo->lo_name, file, line);
	li[*n].li_lock = lo;
	li[*n].li_file = file;
	li[*n].li_line = line;
	++*n;
}

void
witness_unlock(const struct lock_object *lo)
{
	struct lock_instance *li;
	volatile u_int *n;
	u_int i;

	if (panicstr != NULL)
		return;
	li = witness_held(lo, &n);
	for (i = *n; i-- > 0;)
		if (li[i].li_lock == lo)
			break;
	if (i >= *n)
		panic("unlock of %s, which is not held", lo->lo_name);
	for (; i + 1 < *n; i++)
		li[i] = li[i + 1];
	--*n;
}

/* A sleep with a lock that it may not have. */
static void
witness_sleeper(const struct lock_instance *li, const char *what)
{
	bool fatal = READ_ONCE(witness_panics);

	atomic_add_int(&witness_violations, 1);
	if (fatal)
		panic_begin();
	printf("lock order: sleep \"%s\" with %s held, taken at %s:%d\n", what,
	    li->li_lock->lo_name, li->li_file, li->li_line);
	if (fatal)
		panic("sleep \"%s\" with %s held, taken at %s:%d", what,
		    li->li_lock->lo_name, li->li_file, li->li_line);
}

/*
 * The current thread is about to sleep with only "allowed" (which the
 * sleep lets go of) and Giant; and with sx locks, if it cannot be stopped in
 * that sleep: nobody knows for how long.
 */
void
witness_sleep(const struct lock_object *allowed, bool stops, const char *what)
{
	struct thread *td = curthread;
	const struct lock_object *lo;
	u_int i;

	if (panicstr != NULL)
		return;
	if (PCPU_GET(nspins) != 0)
		witness_sleeper(*PCPU_PTR(spins), what);
	for (i = 0; i < td->td_locks; i++) {
		lo = td->td_held[i].li_lock;
		if (lo != allowed && lo != &Giant.mtx_object &&
		    (lo->lo_class != LC_SX || stops))
			witness_sleeper(&td->td_held[i], what);
	}
}

/*
 * A thread goes to user mode or ends: it may hold nothing.
 */
void
witness_exit(struct thread *td)
{
	const struct lock_instance *li = td->td_held;

	if ((td->td_locks == 0 && PCPU_GET(nspins) == 0) || panicstr != NULL)
		return;
	if (td->td_locks == 0)
		li = *PCPU_PTR(spins);
	witness_list(td);
	panic("pid %d leaves the kernel with %s held", td->td_proc->p_pid,
	    li->li_lock->lo_name);
}

/* They may be changing, under an interrupt or on another processor. */
static void
witness_print_held(const struct thread *td, const struct lock_instance *list,
    u_int n)
{
	struct lock_instance li;

	for (; n > 0 && n <= MAXHELD; n--, list++) {
		li = data_race(*list);
		printf("pid %d holds %s, taken at %s:%d\n", td->td_proc->p_pid,
		    li.li_lock->lo_name, li.li_file, li.li_line);
	}
}

void
witness_list(struct thread *td)
{
	const struct pcpu *pc;
	u_int cpu;

	witness_print_held(td, td->td_held, td->td_locks);
	CPU_FOREACH(cpu)
	{
		pc = cpu_pcpu[cpu];
		if (READ_ONCE(pc->pc_curthread) == td)
			witness_print_held(td, pc->pc_spins, pc->pc_nspins);
	}
}

void
witness_print(void)
{
	u_int i;

	for (i = 0; i < nitems(ranks); i++)
		printf("  %2u %s\n", i + 1, ranks[i]);
	printf("%u wrong orders seen\n", witness_violations);
}

#else

void
witness_print(void)
{
	printf("this kernel has no WITNESS\n");
}

void
witness_list(struct thread *td __unused)
{
}

#endif /* WITNESS */
