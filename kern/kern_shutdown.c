/*
 * The end: panic, and the orderly power-off.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>

const char	*panicstr;
static char	panic_message[256];
static volatile u_int panic_cpu = NOCPU;	/* atomic: who reports */
static u_int	panic_depth;		/* by panic_cpu only */
static int	panic_stop;		/* stop, do not leave the emulator */
TUNABLE_INT("kern.panic_stop", &panic_stop);

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
	if (!atomic_cmpset_int(&panic_cpu, NOCPU, me))
		for (;;)
			cpu_spinwait();
	cpu_stop_others();
	panicstr = panic_message;
}

/*
 * The kernel is broken: say what, show where, and stop.  A panic inside a
 * panic says so and shows nothing that could fail again.
 */
void
panic(const char *fmt, ...)
{
	__tine_va_list ap;

	panic_begin();
	__builtin_va_start(ap, fmt);
	vsnprintf(panic_message, sizeof(panic_message), fmt, ap);
	__builtin_va_end(ap);
	printf("\npanic: %s\n", panic_message);
	if (panic_depth++ > 0) {
		printf("(while dealing with another panic)\n");
		cpu_panic_exit();
	}
	if (curthread != NULL && curproc != NULL)
		printf("process %d (%s) on processor %u\n", curproc->p_pid,
		    curproc->p_comm, PCPU_GET(cpuid));
	db_backtrace();
	if (curthread != NULL)
		witness_list(curthread);
	cpu_stopped_backtraces();
	ktr_dump();
	kcsan_flush();
	if (panic_stop) {
		printf("stopped\n");
		cpu_halt();
	}
	cpu_panic_exit();
}

/*
 * reboot(2) and its like; howto is of <sys/reboot.h>.
 */
void
kern_reboot(int howto)
{
	kcsan_flush();
	if (howto & (RB_HALT | RB_POWEROFF))
		cpu_poweroff();
	cpu_reset();
}

static int
sysctl_debug_panic(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL && value != 0)
		panic("debug.panic");
	return (error);
}
SYSCTL_PROC(_debug, OID_AUTO, panic, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_panic, "I", "write 1 to panic");

/*
 * Use up the kernel stack.  The volatile locals keep the compiler from
 * making a loop of it.
 */
static int
overflow(volatile int depth)
{
	volatile char frame[256];

	frame[0] = depth;
	return (depth < 0 ? 0 : overflow(depth + 1) + frame[0]);
}

static int
sysctl_debug_overflow(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL && value != 0)
		printf("%d\n", overflow(1));
	return (error);
}
SYSCTL_PROC(_debug, OID_AUTO, overflow, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_overflow, "I", "write 1 to overflow the kernel stack");
