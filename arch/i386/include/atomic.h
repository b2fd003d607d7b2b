/*
 * Atomic operations and memory barriers.
 *
 * Without a suffix an operation is atomic and orders nothing (the compiler
 * included); _acq: later accesses stay behind it; _rel: earlier accesses
 * stay before it.  A locked instruction is a full barrier on this processor
 * and stores are not reordered with older loads and stores, so on the i386
 * most forms are the same code; they differ in what they promise.
 */
#ifndef _MACHINE_ATOMIC_H_
#define	_MACHINE_ATOMIC_H_

#include <sys/types.h>

#ifdef _KERNEL

#include <sys/kcsan.h>

/* Full barrier: nothing crosses it. */
static __inline void
mb(void)
{
	__asm __volatile("lock; addl $0,(%%esp)" : : : "memory", "cc");
}

/* Loads stay in order, stores stay in order: the compiler is the danger. */
#define	rmb()	__asm __volatile("" : : : "memory")
#define	wmb()	__asm __volatile("" : : : "memory")
#define	__compiler_membar() __asm __volatile("" : : : "memory")

/* *p is read, modified and written by one locked instruction. */
#define	__ATOMIC_OP(name, insn, operand)				\
static __inline void							\
atomic_##name##_int(volatile u_int *p, u_int v)				\
{									\
	kcsan_marked(p, sizeof(*p));					\
	__asm __volatile("lock; " insn " %1,%0"				\
	    : "+m" (*p) : "ir" (operand) : "memory", "cc");		\
}									\
static __inline void							\
atomic_##name##_acq_int(volatile u_int *p, u_int v)			\
{									\
	atomic_##name##_int(p, v);					\
}									\
static __inline void							\
atomic_##name##_rel_int(volatile u_int *p, u_int v)			\
{									\
	atomic_##name##_int(p, v);					\
}

__ATOMIC_OP(set, "orl", v)
__ATOMIC_OP(clear, "andl", ~v)
__ATOMIC_OP(add, "addl", v)
__ATOMIC_OP(subtract, "subl", v)
#undef __ATOMIC_OP

/* If *dst is expect, make it src and return 1; else return 0. */
static __inline int
atomic_cmpset_int(volatile u_int *dst, u_int expect, u_int src)
{
	int res;

	kcsan_marked(dst, sizeof(*dst));
	/* The result is the zero flag: the compiler jumps by it. */
	__asm __volatile("lock; cmpxchgl %3,%1"
	    : "=@ccz" (res), "+m" (*dst), "+a" (expect)
	    : "r" (src) : "memory");
	return (res);
}
#define	atomic_cmpset_acq_int	atomic_cmpset_int
#define	atomic_cmpset_rel_int	atomic_cmpset_int

/* Add and return the value before. */
static __inline u_int
atomic_fetchadd_int(volatile u_int *p, u_int v)
{
	kcsan_marked(p, sizeof(*p));
	__asm __volatile("lock; xaddl %0,%1"
	    : "+r" (v), "+m" (*p) : : "memory", "cc");
	return (v);
}

/* Subtract 1; whether that makes 0. */
static __inline int
atomic_dectest_int(volatile u_int *p)
{
	int zero;

	kcsan_marked(p, sizeof(*p));
	__asm __volatile("lock; decl %1"
	    : "=@ccz" (zero), "+m" (*p) : : "memory");
	return (zero);
}

/* Store and return the value before. */
static __inline u_int
atomic_swap_int(volatile u_int *p, u_int v)
{
	kcsan_marked(p, sizeof(*p));
	__asm __volatile("xchgl %0,%1" : "+r" (v), "+m" (*p) : : "memory");
	return (v);
}
#define	atomic_readandclear_int(p)	atomic_swap_int((p), 0)

static __inline u_int
atomic_load_acq_int(const volatile u_int *p)
{
	u_int v;

	v = *p;
	__compiler_membar();
	return (v);
}

static __inline void
atomic_store_rel_int(volatile u_int *p, u_int v)
{
	__compiler_membar();
	*p = v;
}

/* Longs and pointers are words here; any pointer to one may be given. */
#define	__au(p)	((volatile u_int *)(p))
#define	atomic_set_long(p, v)		atomic_set_int(__au(p), (v))
#define	atomic_clear_long(p, v)		atomic_clear_int(__au(p), (v))
#define	atomic_add_long(p, v)		atomic_add_int(__au(p), (v))
#define	atomic_subtract_long(p, v)	atomic_subtract_int(__au(p), (v))
#define	atomic_set_ptr(p, v)		atomic_set_int(__au(p), (v))
#define	atomic_clear_ptr(p, v)		atomic_clear_int(__au(p), (v))
#define	atomic_cmpset_ptr(p, e, s)					\
	atomic_cmpset_int(__au(p), (u_int)(e), (u_int)(s))
#define	atomic_cmpset_acq_ptr	atomic_cmpset_ptr
#define	atomic_cmpset_rel_ptr	atomic_cmpset_ptr
#define	atomic_swap_ptr(p, v)	atomic_swap_int(__au(p), (u_int)(v))
#define	atomic_load_acq_ptr(p)						\
	((uintptr_t)atomic_load_acq_int((const volatile u_int *)(p)))
#define	atomic_store_rel_ptr(p, v)					\
	atomic_store_rel_int(__au(p), (u_int)(v))

#endif /* _KERNEL */
#endif /* !_MACHINE_ATOMIC_H_ */
