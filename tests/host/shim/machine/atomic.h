/*
 * What of <machine/atomic.h> the kernel's printf() asks for.
 */
#ifndef _SHIM_MACHINE_ATOMIC_H_
#define	_SHIM_MACHINE_ATOMIC_H_

#define	atomic_cmpset_acq_int(p, expect, new)				\
	__sync_bool_compare_and_swap((p), (expect), (new))
#define	atomic_store_rel_int(p, v)					\
	__atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif /* !_SHIM_MACHINE_ATOMIC_H_ */
