/*
 * Start of the machine, and its ends.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/time.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <machine/bootinfo.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>
#include <machine/npx.h>
#include <machine/pcb.h>
#include <machine/segments.h>
#include <machine/specialreg.h>
#include <machine/vmparam.h>

#include "machdep.h"

#define	DEBUG_EXIT	0xf4		/* QEMU's isa-debug-exit */
#define	EXIT_ORDERLY	0x10		/* QEMU ends with 2 * code + 1 */
#define	EXIT_PANIC	0x11
#define	EXIT_REBOOT	0x12		/* and to be started again */

#define	KBD_COMMAND	0x64
#define	KBD_RESET	0xfe		/* pulse the reset line */

extern char boot_stack[];		/* start.asm */

#define	DBLFAULT_STACK	(2 * PAGE_SIZE)

static struct pcpu pcpu0 __aligned(CACHE_LINE_SIZE);
static char dblfault_stack[DBLFAULT_STACK] __aligned(16); /* the first's */

/*
 * Per-cpu data and thread0, so that curthread means something: nothing
 * before this may take a lock or ask who runs.  thread0 runs on the stack
 * that the boot code made, twice as large as others: in the upper half are
 * the frames, and the pcb is at the top of the lower half.
 */
static void
thread0_init(void)
{
	struct thread *td = &thread0;

	proc_linkup(&proc0);
	td->td_magic = TD_MAGIC;
	td->td_kstack = (vm_offset_t)boot_stack;
	cpu_thread_setup(td);
	td->td_pcb->pcb_cr3 = rcr3();
	td->td_pcb->pcb_pmap = kernel_pmap;

	pcpu0.pc_prvspace = &pcpu0;
	cpu_pcpu[0] = &pcpu0;
	pcpu0.pc_curthread = td;
	pcpu0.pc_curpcb = td->td_pcb;
	pcpu0.pc_pmap = kernel_pmap;
	pcpu0.pc_dblfault_stack = (vm_offset_t)dblfault_stack + DBLFAULT_STACK;
	gdt_init(&pcpu0);
	pcpu0.pc_common_tss.tss_esp0 = (u_int)td->td_pcb - PCB_TOP_ROOM;
}

/*
 * Leave the boot stack, which has nothing below it to stop an overflow,
 * for one with a guard page, and go on there.  In backtraces from now on this
 * is where it all began.
 */
static void __dead2 __noinline
thread0_start(void)
{
	struct thread *td = &thread0;

	td->td_kstack = kmem_alloc_kstack();
	if (td->td_kstack == 0)
		panic("no memory for the first kernel stack");
	cpu_thread_setup(td);
	bzero(td->td_frame, sizeof(*td->td_frame));
	td->td_pcb->pcb_cr3 = rcr3();
	td->td_pcb->pcb_pmap = kernel_pmap;
	PCPU_SET(curpcb, td->td_pcb);
	PCPU_PTR(common_tss)->tss_esp0 = (u_int)td->td_pcb - PCB_TOP_ROOM;
	/* A double fault switches to the page directory that stays. */
	dblfault_task_init(&pcpu0);
	__asm __volatile("movl %0,%%esp\n\t"
			 "xorl %%ebp,%%ebp\n\t" CFI_OUTERMOST
			 "call mi_startup\n\t"
			 "hlt" /* where it would return to */
			 :
			 : "r"(td->td_frame)
			 : "memory");
	__builtin_unreachable();
}

/*
 * From the boot code: interrupts off, the boot page directory, a zeroed
 * bss.  mbi is physical.  The order is what each step may rely on: first a
 * voice, then exceptions that report, then what can fail.
 */
void
i386_init(vm_paddr_t mbi, u_int magic)
{
	__asm __volatile(CFI_OUTERMOST);
	cninit();
	thread0_init();
	idt_init();
	identify_cpu();
	npxinit();
	i8259_init();
	mutex_init();
	callout_boot();
	malloc_boot();
	bootinfo_init(mbi, magic);
	kern_env_init(bootinfo.cmdline);
	if (kern_getenv("verbose") != NULL)
		bootinfo_print();
	clock_calibrate();
	inittimecounter();

	vm_bootstrap();
	thread0_start();
}

/*
 * Wait for an interrupt.  Called with interrupts off, so that the caller's
 * last look for work and the wait are one; comes back with them on.
 */
void
cpu_idle(void)
{
	__asm __volatile("sti; hlt" : : : "memory");
}

/*
 * End the emulator with a code, if it has the port for that.
 */
void
cpu_halt_exit(int code)
{
	disable_intr();
	uart_drain();
	outl(DEBUG_EXIT, code);
	printf("The machine has stopped; it can be switched off.\n");
	cpu_halt();
}

/*
 * The orderly end.
 */
void
cpu_poweroff(void)
{
	cpu_halt_exit(EXIT_ORDERLY);
}

void
cpu_panic_exit(void)
{
	cpu_halt_exit(EXIT_PANIC);
}

/*
 * Start the machine again.  An emulator with a port for its end is told that
 * by a code of its own, as it cannot tell other resets from a kernel's fault;
 * else by the keyboard controller, and if that does not help by a fault that
 * cannot be delivered.
 */
void
cpu_reset(void)
{
	struct region_descriptor none = { 0, 0 };

	disable_intr();
	uart_drain();
	outl(DEBUG_EXIT, EXIT_REBOOT);
	outb(KBD_COMMAND, KBD_RESET);
	DELAY(100000);
	__asm __volatile("lidt %0; int3" : : "m"(none));
	cpu_halt();
}
