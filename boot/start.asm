; From the boot loader to C.
;
; A Multiboot (version 1) loader, GRUB or "qemu -kernel", has put the kernel
; at 1 MB and jumps to start with paging off, flat segments, eax = a magic
; number and ebx = the physical address of its information.  Here paging is
; switched on and i386_init() called at its true address.

KERNBASE	equ	0xC0000000
BOOT_STACK	equ	16384		; bytes
DMAP_ENTRIES	equ	896 / 4		; 4 MB pages of the direct map

CR0_WP		equ	0x00010000
CR0_PG		equ	0x80000000
CR4_PSE		equ	0x00000010
CPUID_NEEDED	equ	0x00008118	; PSE, TSC, CMPXCHG8B, CMOV
EFLAGS_ID	equ	0x00200000
PDE_4M		equ	0x00000083	; present, writable, 4 MB
COM1		equ	0x3f8

; ---------------------------------------------------------------- header
MB_MAGIC	equ	0x1BADB002
MB_FLAGS	equ	0x00000003	; modules on pages, memory information

section .multiboot progbits alloc noexec nowrite align=4
	dd	MB_MAGIC
	dd	MB_FLAGS
	dd	-(MB_MAGIC + MB_FLAGS)

; ------------------------------------------------- before paging, at 1 MB
section .boot progbits alloc exec nowrite align=16
bits 32
extern	i386_init
global	start
start:
	cli
	cld
	mov	esp, boot_stack_top - KERNBASE
	xor	ebp, ebp		; debuggers: nothing called us
	mov	esi, eax		; the loader's magic number
	mov	edi, ebx		; its information

	; Is this processor new enough?
	pushfd
	pop	eax
	mov	ecx, eax
	xor	eax, EFLAGS_ID
	push	eax
	popfd
	pushfd
	pop	eax
	xor	eax, ecx
	test	eax, EFLAGS_ID
	jz	too_old			; no cpuid instruction
	mov	eax, 1
	cpuid
	and	edx, CPUID_NEEDED
	cmp	edx, CPUID_NEEDED
	jne	too_old

	; The boot page directory: RAM from KERNBASE up, and its first 4 MB
	; also where this code runs now.  vm_bootstrap() makes a better one.
	mov	ebx, boot_pd - KERNBASE
	mov	dword [ebx], PDE_4M
	mov	eax, PDE_4M
	xor	ecx, ecx
.fill:	mov	[ebx + (KERNBASE >> 20) + ecx * 4], eax
	add	eax, 0x400000
	inc	ecx
	cmp	ecx, DMAP_ENTRIES
	jb	.fill

	mov	eax, cr4
	or	eax, CR4_PSE
	mov	cr4, eax
	mov	cr3, ebx
	mov	eax, cr0
	or	eax, CR0_PG | CR0_WP
	mov	cr0, eax
	mov	eax, start_high
	jmp	eax

; Say why nothing happens, on the serial port and on the screen.
too_old:
	mov	esi, too_old_text
	mov	edi, 0xb8000
	mov	ah, 0x4f		; white on red
.next:	lodsb
	test	al, al
	jz	.stop
	stosw
	mov	bl, al
.wait:	mov	dx, COM1 + 5
	in	al, dx
	test	al, 0x20
	jz	.wait
	mov	dx, COM1
	mov	al, bl
	out	dx, al
	jmp	.next
.stop:	hlt
	jmp	.stop

too_old_text:
	db	"Tine needs a processor with cpuid, 4 MB pages, TSC, "
	db	"cmpxchg8b and cmov (a Pentium Pro).", 0

; ------------------------------------------------ with paging, high half
section .text
start_high:
	mov	esp, boot_stack_top
	mov	eax, edi		; information, physical
	mov	edx, esi		; magic
	push	0			; no return address: the outermost frame
	jmp	i386_init

section .bss align=4096
global	boot_pd, boot_stack, boot_stack_top
boot_pd:
	resb	4096
boot_stack:				; thread0's, see machdep.c
	resb	BOOT_STACK
boot_stack_top:
