/*
 * Access to the memory of programs.
 *
 * A user address is checked to lie below VM_MAXUSER_ADDRESS, its end too,
 * and the sum not to wrap.  Then it is simply used: a page that is not
 * there comes through the page fault handler like any other.  If that
 * fails, the fault handler goes on at the address in td_onfault instead of
 * at the faulting instruction, and the function returns EFAULT (or -1).
 * Only faults on user addresses are treated so: a bad kernel address is a
 * bug and panics.
 *
 * All of these may sleep, but for copy_now().
 */
#include <machine/asm.h>
#include "assym.h"

#define	SET_ONFAULT(label)						\
	movl %fs:PC_CURTHREAD,%edx;					\
	movl $label,TD_ONFAULT(%edx)

#define	CLEAR_ONFAULT							\
	movl %fs:PC_CURTHREAD,%edx;					\
	movl $0,TD_ONFAULT(%edx)

#define	COPY_ENTRY(name)						\
	ENTRY(name);							\
	pushl %esi; .cfi_adjust_cfa_offset 4; .cfi_rel_offset esi,0;	\
	pushl %edi; .cfi_adjust_cfa_offset 4; .cfi_rel_offset edi,0;	\
	movl %eax,%esi;							\
	movl %edx,%edi
#define	COPY_RETURN							\
	popl %edi; .cfi_adjust_cfa_offset -4; .cfi_restore edi;		\
	popl %esi; .cfi_adjust_cfa_offset -4; .cfi_restore esi;		\
	ret

/*
 * copyin(const void *udaddr, void *kaddr, size_t len): 0 or EFAULT.
 */
COPY_ENTRY(copyin)
	jmp	copy_common
END(copyin)

/*
 * copyout(const void *kaddr, void *udaddr, size_t len): 0 or EFAULT.
 */
COPY_ENTRY(copyout)
	movl	%edx,%eax

	/* From esi to edi, ecx bytes; eax is the user's of the two. */
copy_common:
	addl	%ecx,%eax
	jc	copy_bad
	cmpl	$MAXUSER,%eax
	ja	copy_bad
	SET_ONFAULT(copy_fault)
	movl	%ecx,%eax
	shrl	$2,%ecx
	rep
	movsl
	andl	$3,%eax
	jz	copy_done
	movl	%eax,%ecx
	rep
	movsb
	xorl	%eax,%eax
copy_done:
	movl	$0,TD_ONFAULT(%edx)
	.cfi_remember_state
	COPY_RETURN
	.cfi_restore_state
copy_fault:
	movl	$0,TD_ONFAULT(%edx)
copy_bad:
	movl	$EFAULT,%eax
	COPY_RETURN
END(copyout)

/*
 * copy_now(const void *from, void *to, size_t len): copyin or copyout of
 * bytes that the caller knows to lie below VM_MAXUSER_ADDRESS, if it can be
 * done without a page fault; whether it could.  Does not sleep, so it may be
 * called with a mutex held.
 */
COPY_ENTRY(copy_now)
	SET_ONFAULT(copy_now_fault)
	movl	%ecx,%eax
	shrl	$2,%ecx
	rep
	movsl
	andl	$3,%eax
	movl	%eax,%ecx
	rep
	movsb
	movl	$0,TD_ONFAULT(%edx)
	movb	$1,%al
	.cfi_remember_state
	COPY_RETURN
	.cfi_restore_state
	/* From kernel_pagefault(), which has looked for nothing. */
	.globl	copy_now_fault
copy_now_fault:
	movl	$0,TD_ONFAULT(%edx)
	xorl	%eax,%eax
	COPY_RETURN
END(copy_now)

/*
 * copyinstr(const void *udaddr, void *kaddr, size_t max, size_t *done)
 * copies a string with its NUL: 0, EFAULT, or ENAMETOOLONG if there is no
 * NUL in max bytes.  *done (which may be NULL) is the bytes copied, 0 with
 * EFAULT.
 */
COPY_ENTRY(copyinstr)
	pushl	%edx
	.cfi_adjust_cfa_offset 4
	SET_ONFAULT(copyinstr_fault)
	/* Not beyond the end of user memory: there it is EFAULT. */
	movl	$MAXUSER,%eax
	subl	%esi,%eax
	jbe	copyinstr_fault
	cmpl	%ecx,%eax
	jae	1f
	movl	%eax,%ecx
1:	testl	%ecx,%ecx
	jz	3f
	movl	%esi,%edi
	xorl	%eax,%eax
	repne
	scasb
	setne	%al
	movl	%edi,%ecx
	subl	%esi,%ecx		/* bytes, with the NUL */
	movl	(%esp),%edi
	rep
	movsb
	testl	%eax,%eax
	jnz	3f
	/* Who shares the memory may have overwritten it in the meantime. */
	movb	$0,-1(%edi)
	jmp	5f
3:	movl	$ENAMETOOLONG,%eax
	cmpl	$MAXUSER,%esi
	jb	5f
copyinstr_fault:
	movl	$EFAULT,%eax
	movl	(%esp),%edi
5:	CLEAR_ONFAULT
	popl	%edx			/* kaddr */
	.cfi_adjust_cfa_offset -4
	movl	12(%esp),%ecx		/* done, the fourth argument */
	testl	%ecx,%ecx
	jz	6f
	subl	%edx,%edi		/* bytes stored */
	movl	%edi,(%ecx)
6:	COPY_RETURN
END(copyinstr)

/*
 * fuword(const void *), fubyte(const void *): the value, or -1.  A word of
 * -1 cannot be told from an error; who cares uses copyin.
 */
ENTRY(fuword)
	cmpl	$MAXUSER-4,%eax
	ja	1f
	SET_ONFAULT(fusu_fault)
	movl	(%eax),%eax
	movl	$0,TD_ONFAULT(%edx)
	ret
1:	movl	$-1,%eax
	ret
END(fuword)

ENTRY(fubyte)
	cmpl	$MAXUSER-1,%eax
	ja	1f
	SET_ONFAULT(fusu_fault)
	movzbl	(%eax),%eax
	movl	$0,TD_ONFAULT(%edx)
	ret
1:	movl	$-1,%eax
	ret
END(fubyte)

/*
 * suword(void *, int), subyte(void *, int): 0 or -1.
 */
ENTRY(suword)
	movl	%edx,%ecx
	cmpl	$MAXUSER-4,%eax
	ja	1f
	SET_ONFAULT(fusu_fault)
	movl	%ecx,(%eax)
	xorl	%eax,%eax
	movl	%eax,TD_ONFAULT(%edx)
	ret
1:	movl	$-1,%eax
	ret
END(suword)

ENTRY(subyte)
	movl	%edx,%ecx
	cmpl	$MAXUSER-1,%eax
	ja	1f
	SET_ONFAULT(fusu_fault)
	movb	%cl,(%eax)
	xorl	%eax,%eax
	movl	%eax,TD_ONFAULT(%edx)
	ret
1:	movl	$-1,%eax
	ret
END(subyte)

/* The four above have nothing on the stack. */
ENTRY(fusu_fault)
	CLEAR_ONFAULT
	movl	$-1,%eax
	ret
END(fusu_fault)

/*
 * db_setjmp(struct db_jmp *): 0, and 1 when db_longjmp() comes back to it.
 */
ENTRY(db_setjmp)
	movl	(%esp),%ecx
	movl	%ecx,(%eax)
	movl	%esp,4(%eax)
	movl	%ebp,8(%eax)
	movl	%ebx,12(%eax)
	movl	%esi,16(%eax)
	movl	%edi,20(%eax)
	xorl	%eax,%eax
	ret
END(db_setjmp)

ENTRY(db_longjmp)
	movl	(%eax),%ecx
	movl	4(%eax),%esp
	movl	8(%eax),%ebp
	movl	12(%eax),%ebx
	movl	16(%eax),%esi
	movl	20(%eax),%edi
	movl	%ecx,(%esp)
	movl	$1,%eax
	ret
END(db_longjmp)

	.section .note.GNU-stack,"",@progbits
