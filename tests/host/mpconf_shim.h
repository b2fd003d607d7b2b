/*
 * What the readers of the firmware's tables take from the kernel; put in
 * front of each of their files.
 */
#ifndef _MPCONF_SHIM_H_
#define	_MPCONF_SHIM_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/param.h>

#define	CTASSERT(exp)	_Static_assert(exp, #exp)
#define	nitems(x)	(sizeof(x) / sizeof((x)[0]))
#define	__packed	__attribute__((__packed__))

typedef	u_int32_t	vm_paddr_t;

int	kprintf(const char *, ...) __attribute__((__format__(printf, 1, 2)));
#define	printf		kprintf

#endif /* !_MPCONF_SHIM_H_ */
