/*
 * Access to the data of this processor: %fs points to its struct pcpu while
 * in the kernel.  One instruction reads or writes a field, so an interrupt
 * between two accesses is the only thing to think of; in one access there
 * is nothing to lock.  A thread moves to another processor only where it
 * gives up this one: at a sleep, a contested mutex, a preemption point.
 *
 * <sys/pcpu.h> defines the structure; its first field is pc_curthread.
 */
#ifndef _MACHINE_PCPU_H_
#define	_MACHINE_PCPU_H_

#include <sys/types.h>
#include <machine/segments.h>

#ifdef _KERNEL

struct pcpu;
struct pmap;
struct thread;
struct trapframe;

/* The machine's fields of struct pcpu. */
#define	PCPU_MD_FIELDS							\
	struct	pcpu *pc_prvspace;	/* (b) its own address */	\
	struct	i386tss pc_common_tss;	/* (k) esp0: top of stack */	\
	struct	i386tss pc_dblfault_tss; /* (b) */			\
	struct	segment_descriptor pc_gdt[NGDT] __aligned(8); /* (b) */	\
	struct	pmap *pc_pmap;		/* (k) what cr3 belongs to */	\
	vm_offset_t pc_dblfault_stack;	/* (b) its upper end */		\
	u_int	pc_apicid;		/* (b) of its local APIC */	\
	struct	trapframe *pc_stop_frame; /* (k) where it was stopped */ \
	u_int	pc_stop_gs		/* (k) its %gs then */

/*
 * Fields of 1, 2 and 4 bytes by one instruction; larger ones by PCPU_PTR.
 * The names are pasted here, before "curthread" could be expanded.
 */
extern struct pcpu __pcpu_shape;	/* never defined: for its types */
#define	__pcpu_type(field)	__typeof__(__pcpu_shape.field)

/* Where it is; of a negative size what is not good for it. */
#define	__pcpu_place(field, good)					\
	(__offsetof(struct pcpu, field) + 0 * sizeof(char[(good) ? 1 : -1]))
#define	__pcpu_size(field)	sizeof(__pcpu_type(field))
#define	__pcpu_whole(field)	__pcpu_place(field,			\
	    __pcpu_size(field) <= 4 && __pcpu_size(field) != 3)
#define	__pcpu_counter(field)	__pcpu_place(field, __pcpu_size(field) == 4)

#define	PCPU_GET(name) __extension__ ({					\
	__pcpu_type(pc_##name) __res;					\
	__asm __volatile("mov %%fs:%c1,%0" : "=q" (__res)		\
	    : "i" (__pcpu_whole(pc_##name)));				\
	__res;								\
})
#define	PCPU_SET(name, val) do {					\
	__pcpu_type(pc_##name) __val = (val);				\
	__asm __volatile("mov %0,%%fs:%c1" : : "q" (__val),		\
	    "i" (__pcpu_whole(pc_##name)) : "memory");			\
} while (0)
/* Of counters; whole even if an interrupt counts too. */
#define	PCPU_INC(name)							\
	__asm __volatile("incl %%fs:%c0" : :				\
	    "i" (__pcpu_counter(pc_##name)) : "memory", "cc")
#define	PCPU_ADD(name, n)						\
	__asm __volatile("addl %0,%%fs:%c1" : : "ir" (n),		\
	    "i" (__pcpu_counter(pc_##name)) : "memory", "cc")
#define	PCPU_PTR(name) __extension__ ({					\
	struct pcpu *__pc;						\
	__asm __volatile("movl %%fs:%c1,%0" : "=r" (__pc)		\
	    : "i" (__offsetof(struct pcpu, pc_prvspace)));		\
	&__pc->pc_##name;						\
})

/*
 * The running thread.  Not volatile: for the code that asks, it does not
 * change, though the processor may.
 */
static __inline __pure2 struct thread *
__curthread(void)
{
	struct thread *td;

	__asm("movl %%fs:0,%0" : "=r" (td));
	return (td);
}
#define	curthread	(__curthread())
#define	curproc		(curthread->td_proc)
#define	curpcb		(curthread->td_pcb)

#endif /* _KERNEL */
#endif /* !_MACHINE_PCPU_H_ */
