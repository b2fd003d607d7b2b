/*
 * Tests that run inside the kernel at boot (ktest=GLOB), before init, and
 * print KTAP.  See docs/testing.md.
 *
 * Owned by kern/subr_ktest.c.
 */
#ifndef _SYS_KTEST_H_
#define	_SYS_KTEST_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/linker_set.h>
#include <sys/systm.h>

/* A test that is running. */
struct ktest {
	const char *kt_name;
	u_int	kt_failures;
	const char *kt_skip;		/* why it was skipped, or NULL */
};

/* A test in the linker set. */
struct ktest_desc {
	const char *kd_suite;
	const char *kd_name;
	void	(*kd_fn)(struct ktest *);
	bool	kd_alone;		/* the other processors stand idle */
};

/* A count that must be the same before and after each test. */
struct leak_counter {
	const char *lc_name;
	volatile u_int *lc_count;
	u_int	(*lc_read)(void);	/* if not NULL, gives the count */
};

#define	KTEST(suite, fn)						\
	static struct ktest_desc __ktest_##fn = { #suite, #fn, fn, false }; \
	DATA_SET(ktest, __ktest_##fn)

/* What is about the order of threads on one processor. */
#define	KTEST_ALONE(suite, fn)						\
	static struct ktest_desc __ktest_##fn = { #suite, #fn, fn, true }; \
	DATA_SET(ktest, __ktest_##fn)

#define	LEAK_COUNTER(name, count)					\
	static struct leak_counter __leak_##name = { #name, (count),	\
	    NULL };							\
	DATA_SET(leak, __leak_##name)

/* The same with a function that finds the count; it may sleep. */
#define	LEAK_READER(name, fn)						\
	static struct leak_counter __leak_##name = { #name, NULL, (fn) }; \
	DATA_SET(leak, __leak_##name)

#define	KTEST_ASSERT(t, cond) do {					\
	if (!(cond))							\
		ktest_fail((t), __FILE__, __LINE__, #cond);		\
} while (0)

/* What the rest of the test cannot do without; at its top level only. */
#define	KTEST_REQUIRE(t, cond) do {					\
	if (!(cond)) {							\
		ktest_fail((t), __FILE__, __LINE__, #cond);		\
		return;							\
	}								\
} while (0)

/* Of pointers and of integers of any size. */
#define	__KTEST_TYPE(v)							\
	__typeof__(__builtin_choose_expr(				\
	    sizeof(__typeof__(v)) > sizeof(intptr_t), 0LL, (intptr_t)0))
#define	KTEST_EQ(t, a, b) do {						\
	long long __a = (__KTEST_TYPE(a))(a);				\
	long long __b = (__KTEST_TYPE(b))(b);				\
	if (__a != __b)							\
		ktest_fail_eq((t), __FILE__, __LINE__, #a, __a, __b);	\
} while (0)

/* Only at the top level of a test function. */
#define	KTEST_SKIP(t, why) do {						\
	(t)->kt_skip = (why);						\
	return;								\
} while (0)

/* A look at what others change, without its lock: for who waits for it. */
#define	KTEST_PEEK(x)	data_race(READ_ONCE(x))

void	ktest_fail(struct ktest *, const char *file, int line,
	    const char *what);
void	ktest_fail_eq(struct ktest *, const char *file, int line,
	    const char *what, long long is, long long wanted);
#define	ktest_fail_alloc(k)	fail_alloc_at(k)

/*
 * All that is counted (kern/subr_leak.c): the counters above, allocations
 * by type and objects by zone, in an order that stays.
 */
#define	LEAK_NAMELEN	48
u_int	leak_count(void);
u_int	leak_read(u_int i, char *name, size_t size);
void	leak_snapshot(u_int *counts, u_int n);

#endif /* _KERNEL */
#endif /* !_SYS_KTEST_H_ */
