; int pipe(int fildes[2]): pipe(2).
;
; The kernel returns the reading end in eax and the writing end in edx.

bits 32

%include "syscall.inc"

extern cerror
global pipe:function

section .text

pipe:
	mov	eax, SYS_pipe
	int	0x80
	jc	cerror
	mov	ecx, [esp + 4]
	mov	[ecx], eax
	mov	[ecx + 4], edx
	xor	eax, eax
	ret

section .note.GNU-stack noalloc noexec nowrite progbits
