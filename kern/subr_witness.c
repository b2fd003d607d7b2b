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
 * What is held is on a list of the thread's, which goes with it from one
 * processor to another, and which nobody else changes.  An interrupt handler
 * uses the list of the thread it came upon: it has taken its spin mutexes
 * off again when that thread goes on, and what is below them on the list
 * comes before them in the order, too.  sched_lock is handed over at a
 * switch, but stays on both lists: each thread comes back to its own entry.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
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
	"file",
	"sigio",
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
	"uart",
	"console",
	"msgbuf",
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

/*
 * Called before a lock is waited for, so that what would be a deadlock is
 * a report.
 */
void
witness_checkorder(const struct lock_object *lo, const char *file, int line)
{
	struct thread *td = curthread;
	const char *what;
	u_int i;

	if (panicstr != NULL)
		return;
	for (i = 0; i < td->td_locks; i++) {
		what = witness_rule(lo, td->td_held[i].li_lock);
		if (what != NULL) {
			witness_complain(what, lo, file, line, &td->td_held[i]);
			return;
		}
	}
}

void
witness_lock(const struct lock_object *lo, const char *file, int line)
{
	struct thread *td = curthread;
	struct lock_instance *li;
	u_int state;

	if (panicstr != NULL)
		return;
	/* An interrupt handler may take spin mutexes on this thread. */
	state = intr_disable();
	if (td->td_locks == TD_MAXLOCKS)
		panic("more than %d locks held; %s at %s:%d", TD_MAXLOCKS,
		    lo->lo_name, file, line);
	li = &td->td_held[td->td_locks++];
	li->li_lock = lo;
	li->li_file = file;
	li->li_line = line;
	intr_restore(state);
}

void
witness_unlock(const struct lock_object *lo)
{
	struct thread *td = curthread;
	u_int i, state;

	if (panicstr != NULL)
		return;
	state = intr_disable();
	for (i = td->td_locks; i-- > 0;)
		if (td->td_held[i].li_lock == lo)
			break;
	if (i < td->td_locks) {
		td->td_locks--;
		for (; i < td->td_locks; i++)
			td->td_held[i] = td->td_held[i + 1];
	} else
		panic("unlock of %s, which is not held", lo->lo_name);
	intr_restore(state);
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
	bool fatal = READ_ONCE(witness_panics);
	u_int i;

	if (panicstr != NULL)
		return;
	for (i = 0; i < td->td_locks; i++) {
		lo = td->td_held[i].li_lock;
		if (lo == allowed || lo == &Giant.mtx_object ||
		    (lo->lo_class == LC_SX && !stops))
			continue;
		atomic_add_int(&witness_violations, 1);
		if (fatal)
			panic_begin();
		printf("lock order: sleep \"%s\" with %s held, taken at "
		       "%s:%d\n",
		    what, lo->lo_name, td->td_held[i].li_file,
		    td->td_held[i].li_line);
		if (fatal)
			panic("sleep \"%s\" with %s held, taken at %s:%d", what,
			    lo->lo_name, td->td_held[i].li_file,
			    td->td_held[i].li_line);
	}
}

/*
 * A thread goes to user mode or ends: it may hold nothing.
 */
void
witness_exit(struct thread *td)
{
	if (td->td_locks == 0 || panicstr != NULL)
		return;
	witness_list(td);
	panic("pid %d leaves the kernel with %s held", td->td_proc->p_pid,
	    td->td_held[0].li_lock->lo_name);
}

void
witness_list(struct thread *td)
{
	const struct lock_instance *li;
	u_int i;

	for (i = 0; i < td->td_locks && i < TD_MAXLOCKS; i++) {
		li = &td->td_held[i];
		/* It stays on the list of who gave up the processor. */
		if (li->li_lock == &sched_lock.mtx_object &&
		    mtx_owner(&sched_lock) != td)
			continue;
		printf("pid %d holds %s, taken at %s:%d\n", td->td_proc->p_pid,
		    li->li_lock->lo_name, li->li_file, li->li_line);
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
