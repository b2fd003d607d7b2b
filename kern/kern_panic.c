/*
 * Panics: a report from which one can learn what is broken.
 *
 * The report is made of sections.  Each looks at structures of a kernel in
 * which anything may be broken, so each runs under kdb_try(): a fault or
 * another panic ends that section, and the next begins.  Sections take no
 * locks, wait for nothing and follow no list for ever.  The other processors
 * stand still meanwhile.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/reboot.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>

const char	*panicstr;
static char	panic_message[320];
static volatile u_int panic_cpu = NOCPU;	/* who reports */

/* The rest belongs to panic_cpu. */
static u_int		panic_depth;
static struct trapframe	*panic_frame;	/* what was interrupted, or NULL */
static struct db_place	panic_place;	/* else who has called panic() */
static struct thread	*panic_td;	/* whom it is about */

static int	panic_stop;		/* stop, do not leave the emulator */
TUNABLE_INT("kern.panic_stop", &panic_stop);
int	panic_ddb;
SYSCTL_INT(_kern, OID_AUTO, panic_ddb, CTLFLAG_RW | CTLFLAG_TUN, &panic_ddb, 0,
    "enter the debugger when the kernel has panicked");

/*
 * This processor is going to report something fatal: stop the others, so
 * that nothing changes and no line comes between.  If another processor
 * was first, this one goes no further, and appears in that one's report.
 * From now on locks are not waited for: whoever has one stands still.
 */
void
panic_begin(void)
{
	u_int me = PCPU_GET(cpuid);

	disable_intr();
	if (panic_cpu == me)
		return;
	/* They are never resumed, so nobody else comes behind this. */
	cpu_stop_others();
	panic_cpu = me;
	panicstr = panic_message;
}

static void
report_registers(void *arg __unused)
{
	printf("registers:\n");
	if (panic_frame != NULL)
		db_print_registers(panic_frame);
	else
		db_print_place(&panic_place, panic_td);
}

static void
report_fault(void *arg __unused)
{
	if (panic_frame != NULL)
		db_print_trap(panic_frame);
}

static void
report_backtrace(void *arg __unused)
{
	printf("backtrace:\n");
	if (panic_frame != NULL)
		db_backtrace_trapframe(panic_frame);
	else if (panic_td != curthread)
		backtrace_thread(panic_td);
	else
		db_backtrace_place(&panic_place);
}

static void
report_locks(void *arg __unused)
{
	witness_list(panic_td);
	waits_print();
}

static void
report_others(void *arg __unused)
{
	cpu_stopped_backtraces();
}

static void
report_events(void *arg __unused)
{
	ktr_dump();
}

static void
report_family(void *arg __unused)
{
	printf("the family of pid %d:\n", panic_td->td_proc->p_pid);
	ps_family(panic_td->td_proc);
}

static void
report_races(void *arg __unused)
{
	kcsan_flush();
}

static void
report_process(void *arg __unused)
{
	struct timeval up;

	if (curthread == NULL || curproc == NULL)
		return;
	if (panic_td != curthread)
		printf("process %d (%s), which does not run; found by\n",
		    panic_td->td_proc->p_pid, panic_td->td_proc->p_comm);
	printf("process %d (%s) on processor %u\n", curproc->p_pid,
	    curproc->p_comm, PCPU_GET(cpuid));
	microuptime(&up);
	printf("%ld.%06ld s after boot\n", (long)up.tv_sec, up.tv_usec);
}

static void
report(void)
{
	static void (*const sections[])(void *) = {
		report_process,
		report_fault,
		report_registers,
		report_backtrace,
		report_locks,
		report_others,
		report_events,
		report_family,
		report_races,
	};
	u_int i;

	for (i = 0; i < nitems(sections); i++)
		(void)kdb_try(sections[i], NULL);
}

/*
 * A panic in a section is the end of that one only.
 */
static __noinline void
panic_inside(const char *fmt, __tine_va_list ap)
{
	char message[120];

	vsnprintf(message, sizeof(message), fmt, ap);
	kdb_failed(message);
}

static void __dead2
panic_end(void)
{
	if (READ_ONCE(panic_ddb) && kdb_user() != NULL)
		kdb_enter(KDB_PANIC, panic_message);
	if (panic_stop) {
		printf("stopped\n");
		cpu_halt();
	}
	cpu_panic_exit();
}

/*
 * One panic inside another, outside of a section: say so, and show nothing
 * that could fail again.
 */
static void __dead2
vpanic(const char *fmt, __tine_va_list ap)
{
	if (panic_depth++ > 0) {
		printf("\npanic: ");
		vprintf(fmt, ap);
		printf("\n(while dealing with another panic)\n");
		cpu_panic_exit();
	}
	vsnprintf(panic_message, sizeof(panic_message), fmt, ap);
	printf("\npanic: %s\n", panic_message);
	report();
	panic_end();
}

/* What a thread has come to, at a place or with a frame. */
static void __dead2
panic_of(struct thread *td, struct db_place at, struct trapframe *frame,
    const char *fmt, __tine_va_list ap)
{
	if (kdb_trying())
		panic_inside(fmt, ap);
	panic_begin();
	panic_place = at;
	panic_frame = frame;
	panic_td = td;
	vpanic(fmt, ap);
}

void
panic(const char *fmt, ...)
{
	struct db_place at = DB_CALLER();
	__tine_va_list ap;

	__builtin_va_start(ap, fmt);
	panic_of(curthread, at, NULL, fmt, ap);
}

#ifdef INVARIANTS
void
queue_broken(const char *what, const void *elm, const char *file, int line)
{
	panic("list broken: the element %s %p does not point back to it, at "
	      "%s:%d",
	    what, elm, file, line);
}
#endif

void
panic_trap(struct trapframe *frame, const char *fmt, ...)
{
	__tine_va_list ap;

	__builtin_va_start(ap, fmt);
	panic_of(curthread, (struct db_place){ 0 }, frame, fmt, ap);
}

void
panic_thread(struct thread *td, const char *fmt, ...)
{
	struct db_place at = DB_CALLER();
	__tine_va_list ap;

	__builtin_va_start(ap, fmt);
	panic_of(td, at, NULL, fmt, ap);
}
