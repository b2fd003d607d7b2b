/*
 * Instructions that C cannot say.
 */
#ifndef _MACHINE_CPUFUNC_H_
#define	_MACHINE_CPUFUNC_H_

#include <sys/types.h>

#ifdef _KERNEL

static __inline void
breakpoint(void)
{
	__asm __volatile("int3");
}

/* Clear n words from to on. */
static __inline void
zero_words(void *to, size_t n)
{
	__asm __volatile("rep stosl" : "+D" (to), "+c" (n) : "a" (0)
	    : "memory");
}

static __inline u_int
read_eflags(void)
{
	u_int ef;

	__asm __volatile("pushfl; popl %0" : "=r" (ef));
	return (ef);
}

static __inline void
write_eflags(u_int ef)
{
	__asm __volatile("pushl %0; popfl" : : "r" (ef) : "memory", "cc");
}

static __inline void
disable_intr(void)
{
	__asm __volatile("cli" : : : "memory");
}

static __inline void
enable_intr(void)
{
	__asm __volatile("sti" : : : "memory");
}

/* Interrupts off; returns the state for intr_restore(). */
static __inline u_int
intr_disable(void)
{
	u_int ef;

	ef = read_eflags();
	disable_intr();
	return (ef);
}

static __inline void
intr_restore(u_int ef)
{
	write_eflags(ef);
}

/* Whether that state has interrupts on. */
static __inline int
intr_state_enabled(u_int ef)
{
	return ((ef & 0x200) != 0);		/* PSL_I */
}

/* For intr_restore(): now, but with interrupts on. */
static __inline u_int
intr_state_on(void)
{
	return (read_eflags() | 0x200);		/* PSL_I */
}

static __inline void
cpu_spinwait(void)
{
	__asm __volatile("rep; nop" : : : "memory");
}

static __inline void
halt(void)
{
	__asm __volatile("hlt" : : : "memory");
}

static __inline u_char
inb(u_int port)
{
	u_char data;

	__asm __volatile("inb %w1,%0" : "=a" (data) : "Nd" (port));
	return (data);
}

static __inline u_short
inw(u_int port)
{
	u_short data;

	__asm __volatile("inw %w1,%0" : "=a" (data) : "Nd" (port));
	return (data);
}

static __inline u_int
inl(u_int port)
{
	u_int data;

	__asm __volatile("inl %w1,%0" : "=a" (data) : "Nd" (port));
	return (data);
}

static __inline void
outb(u_int port, u_char data)
{
	__asm __volatile("outb %0,%w1" : : "a" (data), "Nd" (port));
}

static __inline void
outw(u_int port, u_short data)
{
	__asm __volatile("outw %0,%w1" : : "a" (data), "Nd" (port));
}

static __inline void
outl(u_int port, u_int data)
{
	__asm __volatile("outl %0,%w1" : : "a" (data), "Nd" (port));
}

static __inline u_int
rcr0(void)
{
	u_int data;

	__asm __volatile("movl %%cr0,%0" : "=r" (data));
	return (data);
}

static __inline void
lcr0(u_int data)
{
	__asm __volatile("movl %0,%%cr0" : : "r" (data) : "memory");
}

/* The address of the last page fault. */
static __inline u_int
rcr2(void)
{
	u_int data;

	__asm __volatile("movl %%cr2,%0" : "=r" (data));
	return (data);
}

static __inline u_int
rcr3(void)
{
	u_int data;

	__asm __volatile("movl %%cr3,%0" : "=r" (data));
	return (data);
}

/* Load the page directory; flushes all but global translations. */
static __inline void
lcr3(u_int data)
{
	__asm __volatile("movl %0,%%cr3" : : "r" (data) : "memory");
}

static __inline u_int
rcr4(void)
{
	u_int data;

	__asm __volatile("movl %%cr4,%0" : "=r" (data));
	return (data);
}

static __inline void
lcr4(u_int data)
{
	__asm __volatile("movl %0,%%cr4" : : "r" (data) : "memory");
}

static __inline u_int
rdr6(void)
{
	u_int data;

	__asm __volatile("movl %%dr6,%0" : "=r" (data));
	return (data);
}

static __inline void
load_dr6(u_int data)
{
	__asm __volatile("movl %0,%%dr6" : : "r" (data));
}

static __inline void
invlpg(vm_offset_t va)
{
	__asm __volatile("invlpg %0" : : "m" (*(char *)va) : "memory");
}

static __inline u_int64_t
rdtsc(void)
{
	u_int64_t rv;

	__asm __volatile("rdtsc" : "=A" (rv));
	return (rv);
}

static __inline void
do_cpuid(u_int ax, u_int *p)
{
	__asm __volatile("cpuid"
	    : "=a" (p[0]), "=b" (p[1]), "=c" (p[2]), "=d" (p[3])
	    : "0" (ax), "2" (0));
}

static __inline void
clts(void)
{
	__asm __volatile("clts");
}

static __inline u_short
rgs(void)
{
	u_short sel;

	__asm __volatile("movw %%gs,%0" : "=rm" (sel));
	return (sel);
}

/* Faults if the selector is none of the table's. */
static __inline void
load_gs(u_short sel)
{
	__asm __volatile("movw %0,%%gs" : : "rm" (sel));
}

/* Index of the highest and the lowest bit set; 0 if there is none, + 1. */
static __inline int
fls(int mask)
{
	return (mask == 0 ? 0 : 32 - __builtin_clz((u_int)mask));
}

static __inline int
ffs(int mask)
{
	return (__builtin_ffs(mask));
}

#endif /* _KERNEL */
#endif /* !_MACHINE_CPUFUNC_H_ */
