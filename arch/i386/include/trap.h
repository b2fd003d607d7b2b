/*
 * Exceptions: tf_trapno is the processor's own vector number.
 */
#ifndef _MACHINE_TRAP_H_
#define	_MACHINE_TRAP_H_

#define	T_DIVIDE	0		/* integer divide */
#define	T_TRCTRAP	1		/* single step, debug registers */
#define	T_NMI		2		/* non-maskable interrupt */
#define	T_BPTFLT	3		/* int3 */
#define	T_OFLOW		4		/* into */
#define	T_BOUND		5		/* bound */
#define	T_PRIVINFLT	6		/* invalid opcode */
#define	T_DNA		7		/* FPU not available */
#define	T_DOUBLEFLT	8		/* double fault */
#define	T_FPOPFLT	9		/* FPU operand fetch (80386) */
#define	T_TSSFLT	10		/* invalid task state segment */
#define	T_SEGNPFLT	11		/* segment not present */
#define	T_STKFLT	12		/* stack segment */
#define	T_PROTFLT	13		/* general protection */
#define	T_PAGEFLT	14		/* page fault */
#define	T_RESERVED	15
#define	T_ARITHTRAP	16		/* FPU error */
#define	T_ALIGNFLT	17		/* alignment */
#define	T_MCHK		18		/* machine check */
#define	T_XMMFLT	19		/* SSE error */
#define	T_NEXCEPTIONS	32

#define	T_SYSCALL	0x80		/* int $0x80 */
#define	T_INTERRUPT	0x100		/* + irq: a device's interrupt */
#define	T_LOCAL		0x200		/* + LOCAL_*: this processor's own */

#endif /* !_MACHINE_TRAP_H_ */
