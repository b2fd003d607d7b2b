/*
 * The descriptor tables.  Each processor has its own GDT and task state
 * segment in its struct pcpu; the IDT is one for all, constant after boot.
 *
 * The only task in use is the one whose esp0 tells the processor where the
 * kernel stack is.  A second one runs when a double fault happens: whatever
 * the stack looked like, that task has one of its own.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/pcpu.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/pmap.h>
#include <machine/psl.h>
#include <machine/segments.h>
#include <machine/trap.h>

#include "apic.h"
#include "machdep.h"

static struct gate_descriptor idt[NIDT] __aligned(8);

extern inthand_t Xdivide, Xdebug, Xnmi, Xbreakpoint, Xoverflow, Xbound,
    Xinvalid, Xdna, Xfpusegm, Xtss, Xmissing, Xstack, Xprot, Xpage,
    Xreserved, Xfpu, Xalign, Xmchk, Xxmm, Xunused, Xint0x80_syscall;
extern inthand_t Xintr0, Xintr1, Xintr2, Xintr3, Xintr4, Xintr5, Xintr6,
    Xintr7, Xintr8, Xintr9, Xintr10, Xintr11, Xintr12, Xintr13, Xintr14,
    Xintr15;
extern inthand_t Xlocal0, Xlocal1, Xlocal2;

/* By vector; NULL: double faults have their task gate. */
static inthand_t *const exceptions[] = {
	Xdivide, Xdebug, Xnmi, Xbreakpoint, Xoverflow, Xbound, Xinvalid,
	Xdna, NULL, Xfpusegm, Xtss, Xmissing, Xstack, Xprot, Xpage,
	Xreserved, Xfpu, Xalign, Xmchk, Xxmm
};
static inthand_t *const interrupts[] = {
	Xintr0, Xintr1, Xintr2, Xintr3, Xintr4, Xintr5, Xintr6, Xintr7,
	Xintr8, Xintr9, Xintr10, Xintr11, Xintr12, Xintr13, Xintr14, Xintr15
};
static inthand_t *const locals[LOCAL_COUNT] = { Xlocal0, Xlocal1, Xlocal2 };

static void
set_segment(struct segment_descriptor *sd, u_int base, u_int limit, int type,
    int dpl)
{
	bool memory = (type & 0x10) != 0;
	bool pages = limit > 0xfffff;

	if (pages)
		limit >>= PAGE_SHIFT;
	sd->sd_lolimit = limit & 0xffff;
	sd->sd_hilimit = limit >> 16;
	sd->sd_lobase = base & 0xffffff;
	sd->sd_hibase = base >> 24;
	sd->sd_type = type;
	sd->sd_dpl = dpl;
	sd->sd_p = 1;
	sd->sd_xx = 0;
	sd->sd_def32 = memory;
	sd->sd_gran = pages;
}

/* Neither of the two tasks is under way. */
static void
set_tasks(struct pcpu *pc)
{
	set_segment(&pc->pc_gdt[GPROC0_SEL], (u_int)&pc->pc_common_tss,
	    sizeof(struct i386tss) - 1, SDT_SYS386TSS, SEL_KPL);
	set_segment(&pc->pc_gdt[GDBLFLT_SEL], (u_int)&pc->pc_dblfault_tss,
	    sizeof(struct i386tss) - 1, SDT_SYS386TSS, SEL_KPL);
}

static void
use_task(u_int index)
{
	__asm __volatile("ltr %w0" : : "r"(GSEL(index, SEL_KPL)));
}

/*
 * Make this processor's GDT and tasks, and use them: from here on %fs finds
 * its struct pcpu.
 */
void
gdt_init(struct pcpu *pc)
{
	struct segment_descriptor *gdt = pc->pc_gdt;
	struct i386tss *tss = &pc->pc_common_tss;
	struct region_descriptor rd;

	set_segment(&gdt[GCODE_SEL], 0, ~0U, SDT_MEMERA, SEL_KPL);
	set_segment(&gdt[GDATA_SEL], 0, ~0U, SDT_MEMRWA, SEL_KPL);
	set_segment(&gdt[GPRIV_SEL], (u_int)pc, sizeof(*pc) - 1, SDT_MEMRWA,
	    SEL_KPL);
	set_segment(&gdt[GUCODE_SEL], 0, ~0U, SDT_MEMERA, SEL_UPL);
	set_segment(&gdt[GUDATA_SEL], 0, ~0U, SDT_MEMRWA, SEL_UPL);
	set_tasks(pc);

	rd.rd_limit = sizeof(pc->pc_gdt) - 1;
	rd.rd_base = (u_int)gdt;
	__asm __volatile("lgdt %0\n\t"
			 "ljmp %1,$1f\n"
			 "1:\t"
			 "movl %2,%%ds\n\t"
			 "movl %2,%%es\n\t"
			 "movl %2,%%ss\n\t"
			 "movl %3,%%fs\n\t"
			 "movl %4,%%gs"
			 :
			 : "m"(rd), "i"(KCSEL), "r"(KDSEL), "r"(KPSEL), "r"(0)
			 : "memory");

	bzero(tss, sizeof(*tss));
	tss->tss_ss0 = KDSEL;
	tss->tss_ioopt = sizeof(*tss) << 16; /* no I/O from user mode */
	use_task(GPROC0_SEL);
	dblfault_task_init(pc);
}

/*
 * The double fault task.  Again when the kernel's own page directory is
 * known: this task switch loads cr3.
 */
void
dblfault_task_init(struct pcpu *pc)
{
	struct i386tss *tss = &pc->pc_dblfault_tss;

	bzero(tss, sizeof(*tss));
	tss->tss_esp = tss->tss_esp0 = pc->pc_dblfault_stack;
	tss->tss_ss = tss->tss_ss0 = tss->tss_ds = tss->tss_es = KDSEL;
	tss->tss_cs = KCSEL;
	tss->tss_fs = KPSEL;
	tss->tss_eip = (u_int)dblfault_handler;
	tss->tss_eflags = PSL_KERNEL;
	tss->tss_cr3 = rcr3();
	tss->tss_ioopt = sizeof(*tss) << 16;
}

/*
 * Be in the ordinary task again, where the double fault has happened, but
 * still on the other one's stack: the caller is about to leave that.  What
 * the switch of tasks has changed is as it was, for who goes on, and so that
 * the next double fault finds the task at its beginning.
 */
void
dblfault_task_leave(void)
{
	struct pcpu *pc = PCPU_GET(prvspace);

	__asm __volatile("pushfl; andl %0,(%%esp); popfl"
			 :
			 : "i"(~PSL_NT)
			 : "cc", "memory");
	set_tasks(pc);
	use_task(GPROC0_SEL);
	dblfault_task_init(pc); /* with the cr3 that the task has */
	lcr3(pmap_cr3(pc->pc_pmap));
	load_gs(pc->pc_common_tss.tss_gs);
	if (pc->pc_fpcurthread == pc->pc_curthread)
		clts();
}

void
idt_set(int vector, inthand_t *func, int type, int dpl)
{
	struct gate_descriptor *gd = &idt[vector];

	gd->gd_looffset = (u_int)func & 0xffff;
	gd->gd_hioffset = (u_int)func >> 16;
	gd->gd_selector = KCSEL;
	gd->gd_xx = 0;
	gd->gd_type = type;
	gd->gd_dpl = dpl;
	gd->gd_p = 1;
}

/*
 * Exceptions and interrupts come with interrupts off; trap() switches them
 * on again when it has read what the next one could change.  Programs may
 * ask for breakpoints, overflow and system calls themselves.
 */
void
idt_init(void)
{
	int i;

	for (i = 0; i < NIDT; i++)
		idt_set(i, Xunused, SDT_SYS386IGT, SEL_KPL);
	for (i = 0; i < T_NEXCEPTIONS; i++)
		idt_set(i, Xreserved, SDT_SYS386IGT, SEL_KPL);
	for (i = 0; i < (int)nitems(exceptions); i++)
		if (exceptions[i] != NULL)
			idt_set(i, exceptions[i], SDT_SYS386IGT, SEL_KPL);
	idt_set(T_BPTFLT, Xbreakpoint, SDT_SYS386IGT, SEL_UPL);
	idt_set(T_OFLOW, Xoverflow, SDT_SYS386IGT, SEL_UPL);
	for (i = 0; i < (int)nitems(interrupts); i++)
		idt_set(IDT_IO_INTS + i, interrupts[i], SDT_SYS386IGT, SEL_KPL);
	for (i = 0; i < LOCAL_COUNT; i++)
		idt_set(IDT_LOCAL + i, locals[i], SDT_SYS386IGT, SEL_KPL);
	idt_set(IDT_SYSCALL, Xint0x80_syscall, SDT_SYS386TGT, SEL_UPL);

	idt_set(T_DOUBLEFLT, NULL, SDT_SYSTASKGT, SEL_KPL);
	idt[T_DOUBLEFLT].gd_selector = GSEL(GDBLFLT_SEL, SEL_KPL);
	idt_load();
}

void
idt_load(void)
{
	struct region_descriptor rd;

	rd.rd_limit = sizeof(idt) - 1;
	rd.rd_base = (u_int)idt;
	__asm __volatile("lidt %0" : : "m"(rd));
}
