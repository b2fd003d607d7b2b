; The first instructions of a program.
;
; exec leaves at the stack pointer argc, then argv[] and a null pointer,
; then envp[] and a null pointer, then the auxiliary vector; edx holds a
; function for atexit(3), or zero.  Everything else is done in C, on an
; aligned stack and with a frame pointer of zero, where backtraces end.

bits 32

extern __libc_start
global _start:function

section .text

_start:
	xor	ebp, ebp
	mov	eax, [esp]		; argc
	lea	ecx, [esp + 4]		; argv
	and	esp, -16
	sub	esp, 4			; so that the call is aligned
	push	edx
	push	ecx
	push	eax
	call	__libc_start		; does not return
	hlt

section .note.GNU-stack noalloc noexec nowrite progbits
