; pid_t rfork_thread(int flags, void *stack, int (*func)(void *), void *arg):
; rfork_thread(3).
;
; With RFMEM parent and child share all memory, the stack too: the first of
; them to return would destroy the frame of the other.  rfork(2) can thus
; not be called from C with RFMEM.  Here the child gets a stack of its own,
; of which "stack" is the upper end, before it runs any C:
;
;	stack, aligned ->  +-----------+
;	                   |  8 bytes  |
;	                   |   func    |
;	     esp, esi ->   |   arg     |  func's argument, 16-byte aligned
;	                   +-----------+
;
; The child is told from the parent by edx (not by eax, which a call
; without RFPROC leaves at zero too).  It calls func(arg) with a frame
; pointer of zero, so that backtraces end there, and leaves by _exit(2)
; with the result.
;
; Result: the child's process id (0 if RFPROC was not asked for), -1 and
; errno on failure.  The child does not return.

bits 32

%include "syscall.inc"

RFMEM	equ	0x20

extern cerror
extern __memory_shared
global rfork_thread:function

section .text

rfork_thread:
	push	ebp
	mov	ebp, esp
	push	esi

	mov	esi, [ebp + 12]		; the new stack
	and	esi, -16
	sub	esi, 16
	mov	eax, [ebp + 20]
	mov	[esi], eax		; arg
	mov	eax, [ebp + 16]
	mov	[esi + 4], eax		; func

	test	dword [ebp + 8], RFMEM
	jz	.call
	mov	dword [__memory_shared], 1	; fork(2) has to know
.call:
	push	dword [ebp + 8]		; flags
	push	eax			; in the place of a return address
	xor	edx, edx
	mov	eax, SYS_rfork
	int	0x80
	jc	.failed
	test	edx, edx
	jnz	.child

	lea	esp, [ebp - 4]
	pop	esi
	pop	ebp
	ret

.failed:
	lea	esp, [ebp - 4]
	pop	esi
	pop	ebp
	jmp	cerror

.child:
	mov	esp, esi
	xor	ebp, ebp
	call	[esi + 4]
	push	eax			; _exit's argument
	push	eax			; in the place of a return address
	mov	eax, SYS_exit
	int	0x80
	hlt

section .note.GNU-stack noalloc noexec nowrite progbits
