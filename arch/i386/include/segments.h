/*
 * Segments: descriptors, selectors, the task state segment.
 * Owned by arch/i386/segments.c.
 */
#ifndef _MACHINE_SEGMENTS_H_
#define	_MACHINE_SEGMENTS_H_

#define	SEL_KPL		0		/* privilege of the kernel */
#define	SEL_UPL		3		/* of programs */
#define	SEL_RPL_MASK	3
#define	ISPL(sel)	((sel) & SEL_RPL_MASK)
#define	GSEL(index, rpl) (((index) << 3) | (rpl))

/* Entries of the global descriptor table; each processor has its own. */
#define	GNULL_SEL	0
#define	GCODE_SEL	1		/* kernel text */
#define	GDATA_SEL	2		/* kernel data, all of memory */
#define	GPRIV_SEL	3		/* %fs in the kernel: struct pcpu */
#define	GUCODE_SEL	4		/* user text */
#define	GUDATA_SEL	5		/* user data */
#define	GPROC0_SEL	6		/* task: the processor's only one */
#define	GDBLFLT_SEL	7		/* task: double faults */
#define	NGDT		8

/* The selectors themselves, also for assembly. */
#define	KCSEL		0x08
#define	KDSEL		0x10
#define	KPSEL		0x18
#define	UCSEL		0x23
#define	UDSEL		0x2b

/* Types of system descriptors. */
#define	SDT_SYS386TSS	9		/* available task */
#define	SDT_SYSTASKGT	5		/* task gate */
#define	SDT_SYS386IGT	14		/* interrupt gate: interrupts off */
#define	SDT_SYS386TGT	15		/* trap gate: interrupts unchanged */
/* Types of memory descriptors. */
#define	SDT_MEMRWA	19		/* read, write, accessed */
#define	SDT_MEMERA	27		/* execute, read, accessed */

#define	NIDT		256
#define	IDT_SYSCALL	0x80		/* int $0x80 */
#define	IDT_IO_INTS	0x20		/* irq 0 comes here */

#ifndef _LOCORE
#include <sys/types.h>

/* A descriptor of the global table, as the processor reads it. */
struct segment_descriptor {
	u_int	sd_lolimit:16;
	u_int	sd_lobase:24;
	u_int	sd_type:5;
	u_int	sd_dpl:2;
	u_int	sd_p:1;
	u_int	sd_hilimit:4;
	u_int	sd_xx:2;
	u_int	sd_def32:1;
	u_int	sd_gran:1;		/* limit counts pages */
	u_int	sd_hibase:8;
} __packed;

/* A descriptor of the interrupt table. */
struct gate_descriptor {
	u_int	gd_looffset:16;
	u_int	gd_selector:16;
	u_int	gd_xx:8;
	u_int	gd_type:5;
	u_int	gd_dpl:2;
	u_int	gd_p:1;
	u_int	gd_hioffset:16;
} __packed;

/* Operand of lgdt and lidt. */
struct region_descriptor {
	u_int	rd_limit:16;
	u_int	rd_base:32;
} __packed;

/* The task state segment. */
struct i386tss {
	u_int	tss_link;
	u_int	tss_esp0;		/* stack for entries from user mode */
	u_int	tss_ss0;
	u_int	tss_esp1;
	u_int	tss_ss1;
	u_int	tss_esp2;
	u_int	tss_ss2;
	u_int	tss_cr3;
	u_int	tss_eip;
	u_int	tss_eflags;
	u_int	tss_eax;
	u_int	tss_ecx;
	u_int	tss_edx;
	u_int	tss_ebx;
	u_int	tss_esp;
	u_int	tss_ebp;
	u_int	tss_esi;
	u_int	tss_edi;
	u_int	tss_es;
	u_int	tss_cs;
	u_int	tss_ss;
	u_int	tss_ds;
	u_int	tss_fs;
	u_int	tss_gs;
	u_int	tss_ldt;
	u_int	tss_ioopt;		/* upper half: offset of the I/O map */
};

#ifdef _KERNEL
struct pcpu;

typedef	void inthand_t(void);

void	gdt_init(struct pcpu *);	/* this processor's table and tasks */
void	idt_init(void);			/* make the one table */
void	idt_load(void);
void	idt_set(int vector, inthand_t *func, int type, int dpl);
#endif
#endif /* !_LOCORE */

#endif /* !_MACHINE_SEGMENTS_H_ */
