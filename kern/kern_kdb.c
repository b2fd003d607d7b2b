/*
 * The way into a debugger, and out of it.
 *
 * One processor at a time has the machine: kdb_cpu.  It stops the others by
 * NMI, takes the breakpoints out of the code, asks the debugger, and lets
 * everything go on.  Who comes upon a breakpoint meanwhile waits its turn,
 * standing still like the others; when that comes, the breakpoint may be
 * gone.
 *
 * To go on at a breakpoint, the instruction under it is executed alone: one
 * step with the breakpoints out and all others still stopped.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/vmparam.h>

volatile bool	kdb_active;
volatile u_int	kdb_sessions;

static volatile u_int kdb_cpu __kdb_data = NOCPU; /* atomic: has the machine */
static const struct kdb_backend *volatile backend;

/* The rest belongs to kdb_cpu. */
static enum kdb_why	enter_why;	/* of kdb_enter() */
static const char	*enter_text;	/* the same; NULL: it was not called */
static enum { STEP_NONE, STEP_ASKED, STEP_OVER } stepping;
static struct kdb_stop	*now;		/* of the session; NULL outside */
static vm_offset_t	step_from;	/* STEP_OVER: the breakpoint */
static struct kdb_point	points[KDB_POINTS];

/* Of kdb_try(): the innermost; kept by the processor that reports. */
static struct db_jmp	*volatile try_back;
static volatile u_int	try_cpu = NOCPU;

void
kdb_use(const struct kdb_backend *kb)
{
	backend = kb;
}

const struct kdb_backend *
kdb_user(void)
{
	return (backend);
}

/* ------------------------------------------------------------ breakpoints */

const struct kdb_point *__kdb_text
kdb_point(u_int i)
{
	return (&points[i]);
}

static struct kdb_point *
point_find(enum kdb_kind kind, vm_offset_t va, u_int len)
{
	struct kdb_point *kp;

	for (kp = points; kp < &points[KDB_POINTS]; kp++)
		if (kp->kp_len == len && kp->kp_kind == kind &&
		    kp->kp_addr == va)
			return (kp);
	return (NULL);
}

/* Those that the processor itself watches for. */
static u_int
points_hard(void)
{
	struct kdb_point *kp;
	u_int n = 0;

	for (kp = points; kp < &points[KDB_POINTS]; kp++)
		n += kp->kp_len != 0 && kp->kp_kind != KDB_SOFT;
	return (n);
}

static bool
overlap(vm_offset_t va, u_int len, const char *start, const char *end)
{
	return (va + len > (vm_offset_t)start && va < (vm_offset_t)end);
}

static int
point_check(enum kdb_kind kind, vm_offset_t va, u_int len)
{
	if (overlap(va, len, kdb_text_start, kdb_text_end) ||
	    overlap(va, len, kdb_data_start, kdb_data_end))
		return (EINVAL);
	if (kind == KDB_SOFT)
		return (len != 1	 ? EINVAL :
			!db_is_code(va)	 ? EFAULT :
			db_may_break(va) ? 0 :
					   EINVAL);
	if (len != 1 && (kind == KDB_HARD || (len != 2 && len != 4)))
		return (EINVAL);
	if (va % len != 0)
		return (EINVAL);
	return (points_hard() < DB_HARD_POINTS ? 0 : ENOSPC);
}

int
kdb_point_set(enum kdb_kind kind, vm_offset_t va, u_int len)
{
	struct kdb_point *kp;
	int error;

	if (len != 0 && point_find(kind, va, len) != NULL)
		return (0);
	error = point_check(kind, va, len);
	if (error != 0)
		return (error);
	for (kp = points; kp < &points[KDB_POINTS]; kp++)
		if (kp->kp_len == 0) {
			kp->kp_kind = kind;
			kp->kp_addr = va;
			kp->kp_len = len;
			return (0);
		}
	return (ENOSPC);
}

int
kdb_point_clear(enum kdb_kind kind, vm_offset_t va, u_int len)
{
	struct kdb_point *kp = len == 0 ? NULL : point_find(kind, va, len);

	if (kp == NULL)
		return (ENOENT);
	kp->kp_len = 0;
	return (0);
}

static void __kdb_text
points_insert(void)
{
	static const u_char code = DB_BREAK_CODE;
	struct kdb_point *kp;

	for (kp = points; kp < &points[KDB_POINTS]; kp++)
		if (kp->kp_len != 0 && kp->kp_kind == KDB_SOFT)
			kp->kp_in = kdb_read(NULL, kp->kp_addr, &kp->kp_saved,
					1) == 0 &&
			    kdb_write(NULL, kp->kp_addr, &code, 1) == 0;
	db_points_load();
}

static void __kdb_text
points_remove(void)
{
	struct kdb_point *kp;

	db_points_off();
	for (kp = points; kp < &points[KDB_POINTS]; kp++)
		if (kp->kp_in) {
			(void)kdb_write(NULL, kp->kp_addr, &kp->kp_saved, 1);
			kp->kp_in = false;
		}
}

/* ---------------------------------------------------------------- sessions */

/*
 * Have the machine to ourselves.  Interrupts are off.  A panic has it until
 * the end; who else comes then stays here.
 */
static void __kdb_text
machine_take(void)
{
	u_int me = PCPU_GET(cpuid);

	if (kdb_cpu == me)
		return;
	/* In a panic nobody else will ever give it back. */
	while (panicstr == NULL && !atomic_cmpset_int(&kdb_cpu, NOCPU, me))
		cpu_spinwait();
	kdb_cpu = me;
	db_points_off();
	cpu_stop_others();
	points_remove();
	kdb_active = true;
	kdb_sessions++;
}

static void __kdb_text
machine_leave(void)
{
	bool goes_on = panicstr == NULL;

	stepping = STEP_NONE;
	kdb_active = false;
	points_insert();
	if (goes_on)
		cpu_resume_others();
	atomic_store_rel_int(&kdb_cpu, NOCPU);
}

/* Ask the debugger, and do what it says. */
static void __kdb_text
session(struct kdb_stop *ks)
{
	enum kdb_leave leave;
	vm_offset_t pc;

	stepping = STEP_NONE;
	now = ks;
	leave = (*backend->kb_main)(ks);
	now = NULL;
	if (leave == KDB_STEP && db_step(ks->ks_frame)) {
		stepping = STEP_ASKED;
		return;
	}
	pc = db_frame_pc(ks->ks_frame);
	if (point_find(KDB_SOFT, pc, 1) != NULL && db_step(ks->ks_frame)) {
		stepping = STEP_OVER;
		step_from = pc;
		return;
	}
	db_frame_resume(ks->ks_frame);
	machine_leave();
}

/*
 * A debug exception while we step: true if there is nothing to ask.
 */
static bool __kdb_text
stepped_over(struct trapframe *frame)
{
	if (stepping == STEP_NONE)
		return (false);
	db_step_done(frame);
	if (stepping != STEP_OVER)
		return (false);
	/* An instruction that repeats itself stops each time. */
	if (db_frame_pc(frame) == step_from && db_step(frame))
		return (true);
	machine_leave();
	return (true);
}

/* Why we are here; false for a breakpoint that is not there any more. */
static bool
why_stopped(struct trapframe *frame, struct kdb_stop *ks)
{
	int hit;

	ks->ks_why = KDB_STEPPED;
	if (db_frame_is_step(frame)) {
		hit = db_points_hit();
		if (hit < 0)
			return (true);
		ks->ks_addr = points[hit].kp_addr;
		ks->ks_why = points[hit].kp_kind == KDB_HARD ? KDB_BREAK :
							       KDB_WATCH;
		return (true);
	}
	if (enter_text != NULL) {
		ks->ks_why = enter_why;
		ks->ks_text = enter_text;
		enter_text = NULL;
		return (true);
	}
	ks->ks_why = KDB_BREAK;
	ks->ks_addr = db_frame_unbreak(frame);
	if (point_find(KDB_SOFT, ks->ks_addr, 1) != NULL)
		return (true);
	/* One in the code itself, which is to be passed. */
	if (db_is_break(ks->ks_addr)) {
		db_frame_pass(frame);
		return (true);
	}
	return (false);
}

bool __kdb_text
kdb_trap(struct trapframe *frame)
{
	struct kdb_stop ks = {
		.ks_text = "",
		.ks_frame = frame,
		.ks_td = curthread,
		.ks_cpu = PCPU_GET(cpuid),
	};

	if (kdb_active && kdb_cpu == ks.ks_cpu && stepping == STEP_NONE &&
	    enter_text == NULL)
		return (true); /* in the debugger's own code */
	if (!db_frame_ours(frame,
		kdb_cpu == ks.ks_cpu && stepping != STEP_NONE))
		return (false);
	machine_take();
	if (stepped_over(frame))
		return (true);
	if (!why_stopped(frame, &ks))
		machine_leave();
	else if (backend == NULL) {
		printf("breakpoint in the kernel\n");
		db_backtrace_trapframe(frame);
		db_frame_resume(frame);
		machine_leave();
	} else
		session(&ks);
	return (true);
}

void __kdb_text
kdb_step_faulted(struct trapframe *frame)
{
	bool asked;

	if (kdb_cpu != PCPU_GET(cpuid) || stepping == STEP_NONE)
		return;
	asked = stepping == STEP_ASKED;
	db_step_done(frame);
	if (asked)
		db_frame_trace(frame);
	machine_leave();
}

void
kdb_enter(enum kdb_why why, const char *text)
{
	u_int state = intr_disable();

	if (kdb_active && kdb_cpu == PCPU_GET(cpuid)) {
		intr_restore(state);
		return;
	}
	machine_take();
	enter_why = why;
	enter_text = text;
	breakpoint();
	intr_restore(state);
}

/* --------------------------------------------------------- what is stopped */

void
kdb_registers(struct thread *td, struct db_regs *r)
{
	u_int cpu;

	CPU_FOREACH(cpu)
	if (cpu_pcpu[cpu] != NULL && cpu_pcpu[cpu]->pc_curthread == td &&
	    cpu_stopped_regs(cpu, r))
		return;
	if (now != NULL && td == now->ks_td)
		db_regs_frame(now->ks_frame, r);
	else if (td->td_pcb != NULL)
		db_regs_pcb(td->td_pcb, r);
	else
		bzero(r, sizeof(*r));
}

static int __kdb_text
copy_memory(struct proc *p, vm_offset_t va, char *buf, size_t n, bool write)
{
	size_t part;

	for (; n > 0; n -= part, va += part, buf += part) {
		part = MIN(n, PAGE_SIZE - (va & PAGE_MASK));
		if (!db_copy(p, va, buf, part, write))
			return (EFAULT);
	}
	return (0);
}

int __kdb_text
kdb_read(struct proc *p, vm_offset_t va, void *buf, size_t n)
{
	return (copy_memory(p, va, buf, n, false));
}

int __kdb_text
kdb_write(struct proc *p, vm_offset_t va, const void *buf, size_t n)
{
	return (copy_memory(p, va, __DECONST(char *, buf), n, true));
}

/* --------------------------------------------------------------- what fails */

bool
kdb_try(void (*fn)(void *), void *arg)
{
	struct db_jmp here, *volatile outer = try_back;
	struct thread *td = curthread;
	volatile caddr_t onfault = td->td_onfault;
	volatile bool done = false;

	/* A fault on a user address must not be served. */
	td->td_onfault = NULL;
	if (db_setjmp(&here) == 0) {
		try_back = &here;
		try_cpu = PCPU_GET(cpuid);
		(*fn)(arg);
		done = true;
	}
	try_back = outer;
	td->td_onfault = onfault;
	return (done);
}

bool
kdb_trying(void)
{
	return (try_back != NULL && try_cpu == PCPU_GET(cpuid));
}

void
kdb_failed(const char *what)
{
	if (!kdb_trying())
		return;
	printf("  (this part ends here: %s)\n", what);
	db_longjmp(try_back);
}

static int
sysctl_debug_kdb_enter(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL && value != 0)
		kdb_enter(KDB_ASKED, "sysctl debug.kdb.enter");
	return (error);
}
SYSCTL_NODE(_debug, OID_AUTO, kdb, CTLFLAG_RW, NULL, "kernel debuggers");
SYSCTL_PROC(_debug_kdb, OID_AUTO, enter, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_kdb_enter, "I", "write 1 to enter the debugger");
