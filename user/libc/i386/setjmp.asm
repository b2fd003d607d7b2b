; setjmp(3) and its relatives.
;
; A jmp_buf is twelve words: eip, ebx, esp, ebp, esi, edi, the x87 control
; word, the signal mask (four words) and a flag that says whether there is
; one.  esp is that of the caller after the return.
;
; int setjmp(jmp_buf)			mask saved
; int sigsetjmp(sigjmp_buf, int save)	mask saved if save is not zero
; int _setjmp(jmp_buf)			no mask
;	0; or what longjmp was given when it comes back from there
; void longjmp(jmp_buf, int val)	restores the mask if it was saved
; void siglongjmp(sigjmp_buf, int val)	the same
; void _longjmp(jmp_buf, int val)	the same (there was none to save)
;	does not return; a val of 0 becomes 1

bits 32

extern sigprocmask
global setjmp:function
global sigsetjmp:function
global _setjmp:function
global longjmp:function
global siglongjmp:function
global _longjmp:function

SIG_BLOCK	equ	1
SIG_SETMASK	equ	3

JB_EIP		equ	0
JB_EBX		equ	4
JB_ESP		equ	8
JB_EBP		equ	12
JB_ESI		equ	16
JB_EDI		equ	20
JB_FPCW		equ	24
JB_MASK		equ	28
JB_FLAG		equ	44

section .text

setjmp:
	mov	edx, 1
	jmp	save
_setjmp:
	xor	edx, edx
	jmp	save
sigsetjmp:
	mov	edx, [esp + 8]
save:
	mov	ecx, [esp + 4]
	mov	[ecx + JB_FLAG], edx
	mov	eax, [esp]
	mov	[ecx + JB_EIP], eax
	mov	[ecx + JB_EBX], ebx
	lea	eax, [esp + 4]
	mov	[ecx + JB_ESP], eax
	mov	[ecx + JB_EBP], ebp
	mov	[ecx + JB_ESI], esi
	mov	[ecx + JB_EDI], edi
	fnstcw	[ecx + JB_FPCW]
	test	edx, edx
	jz	.done
	lea	eax, [ecx + JB_MASK]
	push	eax			; where the mask goes
	push	0			; no change
	push	SIG_BLOCK
	call	sigprocmask
	add	esp, 12
.done:
	xor	eax, eax
	ret

longjmp:
siglongjmp:
_longjmp:
	mov	ecx, [esp + 4]
	cmp	dword [ecx + JB_FLAG], 0
	je	.registers
	lea	eax, [ecx + JB_MASK]
	push	0
	push	eax
	push	SIG_SETMASK
	call	sigprocmask
	add	esp, 12
.registers:
	mov	ecx, [esp + 4]
	mov	eax, [esp + 8]
	test	eax, eax
	jnz	.go
	inc	eax
.go:
	fninit				; drops what was on the x87 stack
	fldcw	[ecx + JB_FPCW]
	mov	edx, [ecx + JB_EIP]
	mov	ebx, [ecx + JB_EBX]
	mov	ebp, [ecx + JB_EBP]
	mov	esi, [ecx + JB_ESI]
	mov	edi, [ecx + JB_EDI]
	mov	esp, [ecx + JB_ESP]
	jmp	edx

section .note.GNU-stack noalloc noexec nowrite progbits
