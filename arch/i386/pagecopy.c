/*
 * Pages copied and cleared through four SSE registers, 16 bytes at a time:
 * half and a quarter of the instructions that words would take.
 *
 * The registers are the running program's, or nobody's (see npx.c).  They
 * are borrowed with interrupts off, so that the thread stays what it is and
 * nobody else borrows them here.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/critical.h>
#include <sys/pcpu.h>
#include <machine/cpufunc.h>
#include <machine/npx.h>
#include <machine/specialreg.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

/* Where the program's registers are while they are borrowed. */
struct loan {
	char	xmm[4][16];
	bool	owned;			/* there is a program */
};

static __inline void
sse_borrow(struct loan *loan)
{
	critical_enter();
	loan->owned = PCPU_GET(fpcurthread) != NULL;
	if (!loan->owned) {
		clts();
		return;
	}
	__asm __volatile("movups %%xmm0,(%1)\n\t"
			 "movups %%xmm1,16(%1)\n\t"
			 "movups %%xmm2,32(%1)\n\t"
			 "movups %%xmm3,48(%1)"
			 : "=m"(loan->xmm)
			 : "r"(loan->xmm));
}

static __inline void
sse_return(const struct loan *loan)
{
	if (loan->owned)
		__asm __volatile("movups (%0),%%xmm0\n\t"
				 "movups 16(%0),%%xmm1\n\t"
				 "movups 32(%0),%%xmm2\n\t"
				 "movups 48(%0),%%xmm3"
				 :
				 : "r"(loan->xmm), "m"(loan->xmm));
	else
		lcr0(rcr0() | CR0_TS);
	critical_exit();
}

#define	COPY_64(at)							\
	"movaps " #at "(%1),%%xmm0\n\t"					\
	"movaps 16+" #at "(%1),%%xmm1\n\t"				\
	"movaps 32+" #at "(%1),%%xmm2\n\t"				\
	"movaps 48+" #at "(%1),%%xmm3\n\t"				\
	"movaps %%xmm0," #at "(%0)\n\t"					\
	"movaps %%xmm1,16+" #at "(%0)\n\t"				\
	"movaps %%xmm2,32+" #at "(%0)\n\t"				\
	"movaps %%xmm3,48+" #at "(%0)\n\t"
#define	ZERO_64(at)							\
	"movaps %%xmm0," #at "(%0)\n\t"					\
	"movaps %%xmm0,16+" #at "(%0)\n\t"				\
	"movaps %%xmm0,32+" #at "(%0)\n\t"				\
	"movaps %%xmm0,48+" #at "(%0)\n\t"
#define	STEP	256			/* bytes a round */

void
pmap_copy_page(vm_page_t from, vm_page_t to)
{
	const char *s = VM_PAGE_TO_KVA(from), *end = s + PAGE_SIZE;
	char *d = VM_PAGE_TO_KVA(to);
	struct loan loan;

	if (!npx_sse) {
		memcpy(d, s, PAGE_SIZE);
		return;
	}
	sse_borrow(&loan);
	for (; s != end; s += STEP, d += STEP)
		__asm __volatile(COPY_64(0) COPY_64(64) COPY_64(128)
				     COPY_64(192)
				 :
				 : "r"(d), "r"(s)
				 : "memory");
	sse_return(&loan);
}

void
pmap_zero_page(vm_page_t m)
{
	char *d = VM_PAGE_TO_KVA(m), *end = d + PAGE_SIZE;
	struct loan loan;

	if (!npx_sse) {
		memset(d, 0, PAGE_SIZE);
		return;
	}
	sse_borrow(&loan);
	__asm __volatile("xorps %xmm0,%xmm0");
	for (; d != end; d += STEP)
		__asm __volatile(ZERO_64(0) ZERO_64(64) ZERO_64(128)
				     ZERO_64(192)
				 :
				 : "r"(d)
				 : "memory");
	sse_return(&loan);
}
