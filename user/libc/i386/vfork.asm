; pid_t vfork(void): vfork(2).
;
; The child runs in the parent's memory and on the parent's stack while the
; parent waits.  After the call it goes on to call other functions, which
; overwrite the stack from here downwards, so the return address of vfork
; itself would be gone when the parent comes back for it.  It is therefore
; kept in ecx: each process has its own registers, and the system call
; changes only eax, edx and the carry flag.
;
; The caller must not return from the function that called vfork, for the
; same reason, and must leave by _exit(2) or exec.
;
; Result: 0 in the child, the child's process id in the parent, -1 and
; errno on failure.

bits 32

%include "syscall.inc"

extern cerror
global vfork:function

section .text

vfork:
	pop	ecx
	mov	eax, SYS_vfork
	int	0x80
	jc	.failed
	jmp	ecx			; the stack is as after a ret
.failed:
	push	ecx
	jmp	cerror

section .note.GNU-stack noalloc noexec nowrite progbits
