; How another processor comes to C.
;
; Told to start, a processor begins in real mode at the page that the
; message named: mp_machdep.c has copied mpboot_begin .. mpboot_end to
; MPBOOT_PAGE.  There it does what start.asm did for the first one, with the
; page directory of that time, whose first 4 MB lie where this code runs;
; then it is at home in the kernel, and takes the stack laid out for it.

KERNBASE	equ	0xC0000000
MPBOOT_PAGE	equ	0x8000		; mp_machdep.c copies it there
CR0_PE		equ	0x00000001
CR0_WP		equ	0x00010000
CR0_CACHE_OFF	equ	0x60000000	; CD and NW, set by the reset
CR0_PG		equ	0x80000000
CR4_PSE		equ	0x00000010
CODE		equ	8
DATA		equ	16
ANSWERED	equ	2		; AP_ANSWERED in mp_machdep.c

%define AT(label) (MPBOOT_PAGE + (label) - mpboot_begin)

extern	boot_pd, ap_stack, ap_cr3, ap_apicid, ap_state, ap_main
global	mpboot_begin, mpboot_end

section .rodata
align 16
mpboot_begin:
bits 16
	cli
	cld
	mov	ax, cs
	mov	ds, ax
o32	lgdt	[gdtr - mpboot_begin]
	mov	eax, CR0_PE
	mov	cr0, eax
	jmp	dword CODE:AT(protected)

bits 32
protected:
	mov	eax, DATA
	mov	ds, eax
	mov	es, eax
	mov	ss, eax
	mov	eax, cr4
	or	eax, CR4_PSE
	mov	cr4, eax
	mov	eax, boot_pd - KERNBASE
	mov	cr3, eax
	mov	eax, cr0
	and	eax, ~CR0_CACHE_OFF
	or	eax, CR0_PG | CR0_WP
	mov	cr0, eax
	mov	eax, mpboot_high
	jmp	eax

align 8
gdt:	dq	0
	dq	0x00CF9A000000FFFF	; code, all of memory
	dq	0x00CF92000000FFFF	; data
gdtr:	dw	gdtr - gdt - 1
	dd	AT(gdt)
mpboot_end:

section .text
mpboot_high:
	; Only the one that is awaited, and only while it is: one that was
	; given up and comes late would run on somebody else's stack.
	mov	eax, 1
	cpuid
	shr	ebx, 24			; its APIC id
	cmp	ebx, [ap_apicid]
	jne	.late
	mov	eax, 1			; AP_AWAITED
	mov	ecx, ANSWERED
	lock cmpxchg [ap_state], ecx
	jne	.late
	; The boot directory knows nothing of the kernel map, nor of stacks.
	mov	eax, [ap_cr3]
	mov	cr3, eax
	mov	esp, [ap_stack]
	xor	ebp, ebp
	push	ebp			; the outermost frame
	jmp	ap_main
.late:	hlt
	jmp	.late
