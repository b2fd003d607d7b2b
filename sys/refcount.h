/*
 * Reference counts that need no lock.
 */
#ifndef _SYS_REFCOUNT_H_
#define	_SYS_REFCOUNT_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/systm.h>
#include <machine/atomic.h>

static __inline void
refcount_init(volatile u_int *count, u_int value)
{
	*count = value;
}

/* One more: by somebody who is sure that there is one already. */
static __inline void
refcount_acquire(volatile u_int *count)
{
	u_int old __unused = atomic_fetchadd_int(count, 1);

	KASSERT(old > 0 && old < 0x7fffffff,
	    ("refcount_acquire: count %u", old));
}

/* One less; 1 if that was the last one, 0 otherwise. */
static __inline int
refcount_release(volatile u_int *count)
{
	KASSERT(READ_ONCE(*count) - 1 < 0x7ffffffe,
	    ("refcount_release: count %u", READ_ONCE(*count)));
	return (atomic_dectest_int(count));
}

/* One less, unless that would be the last one: 0 then, and nothing is done. */
static __inline int
refcount_release_if_not_last(volatile u_int *count)
{
	u_int old;

	do {
		old = *count;
		KASSERT(old > 0 && old < 0x7fffffff,
		    ("refcount_release_if_not_last: count %u", old));
		if (old == 1)
			return (0);
	} while (!atomic_cmpset_rel_int(count, old, old - 1));
	return (1);
}

#endif /* _KERNEL */
#endif /* !_SYS_REFCOUNT_H_ */
