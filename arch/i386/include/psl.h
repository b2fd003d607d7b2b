/*
 * The bits of the flags register.
 */
#ifndef _MACHINE_PSL_H_
#define	_MACHINE_PSL_H_

#define	PSL_C		0x00000001	/* carry */
#define	PSL_MBO		0x00000002	/* must be one */
#define	PSL_PF		0x00000004	/* parity */
#define	PSL_AF		0x00000010	/* half carry */
#define	PSL_Z		0x00000040	/* zero */
#define	PSL_N		0x00000080	/* negative */
#define	PSL_T		0x00000100	/* single step */
#define	PSL_I		0x00000200	/* interrupts enabled */
#define	PSL_D		0x00000400	/* string instructions go down */
#define	PSL_V		0x00000800	/* overflow */
#define	PSL_IOPL	0x00003000	/* privilege needed for I/O */
#define	PSL_NT		0x00004000	/* nested task */
#define	PSL_RF		0x00010000	/* no debug fault on this instruction */
#define	PSL_VM		0x00020000	/* virtual 8086 mode */
#define	PSL_AC		0x00040000	/* check alignment */
#define	PSL_VIF		0x00080000
#define	PSL_VIP		0x00100000
#define	PSL_ID		0x00200000	/* cpuid exists if it can be changed */

/* Of a program that starts. */
#define	PSL_USER	(PSL_MBO | PSL_I)
#define	PSL_KERNEL	PSL_MBO

/* What a program may change, by popf or through sigreturn(2). */
#define	PSL_USERCHANGE	(PSL_C | PSL_PF | PSL_AF | PSL_Z | PSL_N | PSL_T | \
	PSL_D | PSL_V | PSL_NT | PSL_AC | PSL_ID)

#endif /* !_MACHINE_PSL_H_ */
