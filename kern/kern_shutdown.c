/*
 * The orderly end; and ends by request, for those who test the others.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <sys/reboot.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/cpu.h>

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

static void
panic_on(void *arg)
{
	if (PCPU_GET(cpuid) == *(u_int *)arg)
		panic("debug.panic_on");
}

static int
sysctl_debug_panic_on(SYSCTL_HANDLER_ARGS)
{
	u_int cpu = NOCPU;
	int error;

	error = sysctl_handle_int(oidp, &cpu, 0, req);
	if (error != 0 || req->newptr == NULL)
		return (error);
	if (cpu >= mp_ncpus)
		return (EINVAL);
	smp_rendezvous(panic_on, &cpu);
	return (0);
}
SYSCTL_PROC(_debug, OID_AUTO, panic_on, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_panic_on, "I",
    "write a processor's number to panic on it, in an interrupt");

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
