/*
 * For assembly sources: entries with call frame information, so that a
 * debugger walks through them.
 */
#ifndef _MACHINE_ASM_H_
#define	_MACHINE_ASM_H_

#ifdef _LOCORE

/* For debuggers only: not loaded. */
	.cfi_sections .debug_frame

/* A function that C may call; ends with END(name). */
#define	ENTRY(name)							\
	.text; .p2align 4,0x90; .globl name; .type name,@function;	\
	name: .cfi_startproc
#define	END(name)							\
	.cfi_endproc; .size name, . - name
/* A name inside a function. */
#define	LABEL(name)							\
	.globl name; name:

#endif /* _LOCORE */
#endif /* !_MACHINE_ASM_H_ */
