; Where a failed system call goes: the kernel has set the carry flag and
; left the error number in eax.  The result is -1, in 32 or 64 bits.
;
; errno is one word of the address space; processes that share it by
; rfork(RFMEM) share errno too.

bits 32

global cerror:function
global errno:data 4

section .text

cerror:
	mov	[errno], eax
	mov	eax, -1
	mov	edx, -1
	ret

section .bss
	align	4
errno:	resd	1

section .note.GNU-stack noalloc noexec nowrite progbits
