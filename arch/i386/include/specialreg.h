/*
 * Control registers, what cpuid tells, and model-specific registers.
 */
#ifndef _MACHINE_SPECIALREG_H_
#define	_MACHINE_SPECIALREG_H_

#define	CR0_PE		0x00000001	/* protected mode */
#define	CR0_MP		0x00000002	/* wait traps too if TS */
#define	CR0_EM		0x00000004	/* no FPU: all its instructions trap */
#define	CR0_TS		0x00000008	/* FPU state is another thread's */
#define	CR0_ET		0x00000010
#define	CR0_NE		0x00000020	/* FPU errors by exception 16 */
#define	CR0_WP		0x00010000	/* kernel obeys read-only pages */
#define	CR0_AM		0x00040000	/* EFLAGS.AC counts */
#define	CR0_PG		0x80000000	/* paging */

#define	CR4_TSD		0x00000004	/* rdtsc is privileged */
#define	CR4_DE		0x00000008
#define	CR4_PSE		0x00000010	/* 4 MB pages */
#define	CR4_PAE		0x00000020
#define	CR4_PGE		0x00000080	/* global pages */
#define	CR4_FXSR	0x00000200	/* fxsave and SSE are in use */
#define	CR4_XMM		0x00000400	/* SSE errors by exception 19 */

/* cpuid 1, edx */
#define	CPUID_FPU	0x00000001
#define	CPUID_PSE	0x00000008
#define	CPUID_TSC	0x00000010
#define	CPUID_MSR	0x00000020
#define	CPUID_CX8	0x00000100
#define	CPUID_APIC	0x00000200
#define	CPUID_PGE	0x00002000
#define	CPUID_FXSR	0x01000000
#define	CPUID_SSE	0x02000000
#define	CPUID_SSE2	0x04000000

/* Page fault error code. */
#define	PGEX_P		0x01		/* page was present: protection */
#define	PGEX_W		0x02		/* a write */
#define	PGEX_U		0x04		/* from user mode */
#define	PGEX_RSV	0x08		/* reserved bit set in a table */
#define	PGEX_I		0x10		/* instruction fetch */

#endif /* !_MACHINE_SPECIALREG_H_ */
