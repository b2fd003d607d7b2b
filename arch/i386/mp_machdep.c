/*
 * The other processors: how they are started, interrupted and stopped.
 *
 * One after the other is sent INIT and STARTUP, runs mpboot.asm, and meets
 * ap_main() on the stack of its idle thread.  It becomes a processor of
 * the kernel's by its first interrupt: from then on it takes threads off
 * the run queue like any other.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/intr.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/specialreg.h>
#include <machine/trap.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>

#include "apic.h"
#include "machdep.h"
#include "mpconf.h"

#define	MPBOOT_PAGE	0x8000		/* mpboot.asm; below LOW_RESERVED */

#define	INIT_US		10000		/* from INIT to STARTUP */
#define	STARTUP_US	200		/* from one STARTUP to the next */
#define	ANSWER_MS	2000		/* until it is given up */
#define	STOP_SECONDS	2		/* to stop by NMI */

extern const char mpboot_begin[], mpboot_end[]; /* mpboot.asm */

/* ap_state: mpboot.asm knows the first two. */
#define	AP_AWAITED	1
#define	AP_ANSWERED	2		/* it runs on ap_stack */
#define	AP_RUNNING	3		/* it takes interrupts */
#define	AP_GIVEN_UP	4

/*
 * For the one that is being started; written by the first processor before
 * it sends STARTUP.
 */
vm_offset_t ap_stack;
u_int	ap_cr3;
u_int	ap_apicid;
volatile u_int ap_state;		/* atomic: AP_* */
static struct pcpu *ap_pcpu;

/*
 * APIC id of one that is not told to start, and of one that answers and then
 * goes no further: to see what happens.
 */
static int ap_deaf = -1, ap_stuck = -1;
TUNABLE_INT("debug.smp_deaf", &ap_deaf);
TUNABLE_INT("debug.smp_stuck", &ap_stuck);

/*
 * Who has the others stand still: one processor at a time, which may ask for
 * it several times over.  Who is to, and who does, is atomic.
 */
static volatile u_int stop_owner __kdb_data = NOCPU; /* atomic */
static u_int stop_depth __kdb_data;	/* (stop_owner) */
static volatile cpumask_t stop_wanted __kdb_data, stop_done __kdb_data;
volatile bool cpus_stopped __kdb_data;	/* (stop_owner) */
static volatile bool stop_for_good;	/* nobody will go on */

void	ap_main(void) __dead2;		/* for mpboot.asm */

/*
 * The controllers, when they are known: before the first interrupt.
 */
static void
apic_setup(void *arg __unused)
{
	if (!mp_config_known || (cpu_feature & CPUID_APIC) == 0)
		return;
	if (!lapic_map(mp_config.mc_lapic) || !ioapic_init(&mp_config)) {
		lapic_present = false;
		printf("mp: the APICs cannot be used; the 8259s are\n");
		return;
	}
	lapic_init(true);
	PCPU_SET(apicid, lapic_id());
	intr_use(&ioapic_pic);
}
SYSINIT(apic, SI_SUB_CPU, SI_ORDER_SECOND, apic_setup, NULL);

/*
 * A processor's first C: on its idle thread's stack, without %fs.
 */
void
ap_main(void)
{
	struct pcpu *pc = ap_pcpu;

	__asm __volatile(CFI_OUTERMOST);
	while (__predict_false(ap_stuck == (int)ap_apicid))
		cpu_spinwait();
	gdt_init(pc);
	PCPU_PTR(common_tss)->tss_esp0 = (u_int)pc->pc_curpcb - PCB_TOP_ROOM;
	idt_load();
	npxinit();
	lapic_init(false);
	db_points_load();
	*PCPU_PTR(switchtime) = cpu_ticks();
	PCPU_SET(switchticks, ticks);

	atomic_store_rel_int(&ap_state, AP_RUNNING);
	/* mp_start() counts us; from then on we are told what is unmapped. */
	while ((cpus_running & CPU_MASK(PCPU_GET(cpuid))) == 0)
		cpu_spinwait();
	lcr3(pmap_cr3(kernel_pmap));
	if (cpu_feature & CPUID_PGE)
		lcr4(rcr4() | CR4_PGE);
	lapic_timer_start();
	enable_intr();
	sched_idle_loop();
}

/*
 * Memory, idle thread and stacks of processor number cpu; NULL if there is
 * not enough.
 */
static struct pcpu *
ap_prepare(u_int cpu)
{
	struct pcpu *pc;
	struct proc *p;
	vm_offset_t stack;

	CTASSERT(sizeof(struct pcpu) <= PAGE_SIZE);
	pc = (struct pcpu *)kmem_alloc_pages(1, M_ZERO);
	stack = kmem_alloc_kstack();
	if (pc == NULL || stack == 0 || kthread_idle(cpu, &p) != 0) {
		kmem_free_kstack(stack);
		if (pc != NULL)
			kmem_free_pages((vm_offset_t)pc, 1);
		return (NULL);
	}
	pc->pc_prvspace = pc;
	pc->pc_cpuid = cpu;
	pc->pc_dblfault_stack = stack + KSTACK_SIZE;
	pc->pc_pmap = kernel_pmap;
	pc->pc_curthread = pc->pc_idlethread = &p->p_thread;
	pc->pc_curpcb = p->p_thread.td_pcb;
	p->p_thread.td_pcb->pcb_pmap = kernel_pmap;
	p->p_thread.td_pcb->pcb_cr3 = pmap_cr3(kernel_pmap);
	return (pc);
}

/*
 * No processor has come for these.
 */
static void
ap_discard(struct pcpu *pc)
{
	kthread_idle_discard(pc->pc_idlethread->td_proc);
	kmem_free_kstack(pc->pc_dblfault_stack - KSTACK_SIZE);
	kmem_free_pages((vm_offset_t)pc, 1);
}

/*
 * Wait for ap_state to become what.
 */
static bool
ap_wait(u_int what, u_int ms)
{
	u_int i;

	for (i = 0; i < ms * 10; i++) {
		if (ap_state == what)
			return (true);
		watchdog_reset();
		DELAY(100);
	}
	return (ap_state == what);
}

/*
 * INIT and twice STARTUP, as the MP specification's appendix B has it; the
 * second only if the first went unheard.
 */
static bool
ap_start(struct pcpu *pc, u_int apicid)
{
	pc->pc_apicid = apicid;
	ap_pcpu = pc;
	ap_cr3 = pmap_cr3(kernel_pmap);
	ap_stack = (vm_offset_t)pc->pc_idlethread->td_frame;
	ap_apicid = apicid;
	atomic_store_rel_int(&ap_state, AP_AWAITED);
	lapic_send_init(apicid);
	DELAY(INIT_US);
	if ((int)apicid != ap_deaf)
		lapic_send_startup(apicid, MPBOOT_PAGE >> PAGE_SHIFT);
	DELAY(STARTUP_US);
	if ((int)apicid != ap_deaf && ap_state == AP_AWAITED)
		lapic_send_startup(apicid, MPBOOT_PAGE >> PAGE_SHIFT);
	if (ap_wait(AP_RUNNING, ANSWER_MS))
		return (true);
	if (atomic_cmpset_int(&ap_state, AP_AWAITED, AP_GIVEN_UP))
		return (false);
	/* It did come, a moment ago: it may take its time now. */
	return (ap_wait(AP_RUNNING, ANSWER_MS));
}

/*
 * It is one of us from now on.
 */
static void
ap_welcome(struct pcpu *pc)
{
	u_int cpu = pc->pc_cpuid;

	mtx_lock_spin(&sched_lock);
	pc->pc_idlethread->td_lastcpu = cpu;
	cpu_pcpu[cpu] = pc;
	mp_ncpus++;
	mtx_unlock_spin(&sched_lock);
	atomic_set_int(&cpus_running, CPU_MASK(cpu));
}

/*
 * Start all that the firmware lists.  What was made for one that does not
 * answer is for the next.
 */
static void
mp_start(void *arg __unused)
{
	struct pcpu *pc = NULL;
	u_int i, apicid;

	if (!lapic_present || mp_config.mc_ncpus == 1)
		return;
	memcpy((void *)PHYS_TO_DMAP(MPBOOT_PAGE), mpboot_begin,
	    (uintptr_t)mpboot_end - (uintptr_t)mpboot_begin);
	if (!lapic_timer_calibrate()) {
		printf("mp: the local APIC's timer does not run; no other "
		       "processors are started\n");
		return;
	}
	for (i = 0; i < mp_config.mc_ncpus; i++) {
		apicid = mp_config.mc_apicid[i];
		if (apicid == PCPU_GET(apicid))
			continue;
		if (mp_ncpus >= MIN(mp_maxcpus, MAXCPU))
			break;
		if (pc == NULL && (pc = ap_prepare(mp_ncpus)) == NULL) {
			printf("mp: no memory for processor %u\n", mp_ncpus);
			break;
		}
		if (ap_start(pc, apicid)) {
			ap_welcome(pc);
			pc = NULL;
		} else if (ap_state == AP_GIVEN_UP) {
			printf("mp: the processor with APIC id %u does not "
			       "answer; left alone\n",
			    apicid);
		} else {
			/* What it has is its own, whatever it does with it. */
			pc = NULL;
			printf("mp: the processor with APIC id %u answers, "
			       "but does not go on; no more are started\n",
			    apicid);
			break;
		}
	}
	if (pc != NULL)
		ap_discard(pc);
	if (bootverbose)
		printf("mp: %u processors at work\n", mp_ncpus);
}
SYSINIT(mp_start, SI_SUB_SMP, SI_ORDER_FIRST, mp_start, NULL);

/*
 * Interrupts from one processor to another.
 */

static void
ipi_send(cpumask_t who, u_int which)
{
	u_int cpu;

	for (; who != 0; who &= who - 1) {
		cpu = ffs(who) - 1;
		lapic_send(cpu_pcpu[cpu]->pc_apicid, IDT_LOCAL + which);
	}
}

void
ipi_call(cpumask_t who)
{
	ipi_send(who, LOCAL_CALL);
}

void
ipi_resched(u_int cpu)
{
	SMP_JITTER();
	ipi_send(CPU_MASK(cpu), LOCAL_RESCHED);
}

/*
 * One has arrived.  LOCAL_RESCHED has nothing to do here: what matters is
 * that doreti and the idle loop look again.
 */
void
local_intr(u_int which, struct trapframe *frame)
{
	struct thread *td = curthread;

	if (which >= LOCAL_COUNT)
		return; /* a vector that nobody uses, or a spurious one */
	lapic_eoi();
	td->td_intr_nesting_level++;
	if (which == LOCAL_TIMER)
		hardclock_cpu(TRAPF_USERMODE(frame), TRAPF_PC(frame));
	else if (which == LOCAL_CALL)
		smp_serve();
	td->td_intr_nesting_level--;
}

/*
 * Stand still.  An NMI gets through where interrupts are off; it comes
 * unasked too, as the question "what is going on", so the mask tells.
 */
bool __kdb_text
cpu_stop_nmi(struct trapframe *frame)
{
	cpumask_t me = CPU_MASK(PCPU_GET(cpuid));

	if ((stop_wanted & me) == 0)
		return (false);
	db_points_off();
	PCPU_SET(stop_frame, frame);
	PCPU_SET(stop_gs, rgs());
	lapic_hear_nmi(false);
	atomic_set_int(&stop_done, me);
	while (stop_wanted & me) {
		if (stop_for_good)
			for (;;)
				halt();
		cpu_spinwait();
	}
	lapic_hear_nmi(PCPU_GET(cpuid) == 0);
	db_points_load();
	atomic_clear_int(&stop_done, me);
	return (true);
}

/*
 * This processor has become the owner.  It is the one that can be asked what
 * is going on from here on: those that stand still do so in an NMI, and no
 * other comes through.
 */
static void __kdb_text
stop_all(void)
{
	cpumask_t who = cpus_running & ~CPU_MASK(PCPU_GET(cpuid)), left;
	u_int64_t end;
	u_int cpu;

	stop_depth = 1;
	lapic_hear_nmi(true);
	if (!lapic_present)
		who = 0;
	atomic_store_rel_int(&stop_wanted, who);
	CPU_FOREACH(cpu)
	if (who & CPU_MASK(cpu))
		lapic_send_nmi(cpu_pcpu[cpu]->pc_apicid);
	end = rdtsc() + STOP_SECONDS * tsc_freq;
	while (stop_done != who && rdtsc() < end)
		cpu_spinwait();
	left = who & ~stop_done;
	cpus_stopped = true;
	CPU_FOREACH(cpu)
	if (left & CPU_MASK(cpu))
		printf("processor %u does not stop\n", cpu);
}

bool __kdb_text
cpu_stop_try(void)
{
	if (!atomic_cmpset_int(&stop_owner, NOCPU, PCPU_GET(cpuid)))
		return (false);
	stop_all();
	return (true);
}

void __kdb_text
cpu_stop_others(void)
{
	if (stop_owner == PCPU_GET(cpuid)) {
		stop_depth++;
		return;
	}
	/* The owner's NMI comes meanwhile: we stand still in it. */
	while (!cpu_stop_try())
		cpu_spinwait();
}

/*
 * The machine does nothing any more, and its processors cost nothing.
 */
void
cpu_halt(void)
{
	disable_intr();
	cpu_stop_others();
	stop_for_good = true;
	for (;;)
		halt();
}

void __kdb_text
cpu_resume_others(void)
{
	if (--stop_depth > 0)
		return;
	cpus_stopped = false;
	atomic_store_rel_int(&stop_wanted, 0);
	while (stop_done != 0)
		cpu_spinwait();
	lapic_hear_nmi(PCPU_GET(cpuid) == 0);
	atomic_store_rel_int(&stop_owner, NOCPU);
}

struct trapframe *
cpu_stopped_frame(u_int cpu)
{
	return (stop_done & CPU_MASK(cpu) ? cpu_pcpu[cpu]->pc_stop_frame :
					    NULL);
}

bool
cpu_stopped_regs(u_int cpu, struct db_regs *r)
{
	struct trapframe *frame = cpu_stopped_frame(cpu);

	if (frame == NULL)
		return (false);
	db_regs_frame(frame, r);
	r->r_gs = cpu_pcpu[cpu]->pc_stop_gs;
	return (true);
}

/*
 * What those that stand still were doing.
 */
void
cpu_stopped_backtraces(void)
{
	struct pcpu *pc;
	u_int cpu;

	CPU_FOREACH(cpu)
	{
		if ((stop_done & CPU_MASK(cpu)) == 0)
			continue;
		pc = cpu_pcpu[cpu];
		printf("processor %u: process %d (%s)\n", cpu,
		    pc->pc_curthread->td_proc->p_pid,
		    pc->pc_curthread->td_proc->p_comm);
		db_backtrace_trapframe(pc->pc_stop_frame);
		witness_list(pc->pc_curthread);
	}
}
