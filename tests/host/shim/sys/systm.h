/*
 * What the kernel's <sys/systm.h> gives to the files that also build on
 * the host.
 */
#ifndef _SHIM_SYS_SYSTM_H_
#define	_SHIM_SYS_SYSTM_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __unused
#define	__unused	__attribute__((__unused__))
#endif
#ifndef __packed
#define	__packed	__attribute__((__packed__))
#endif
#ifndef howmany
#define	howmany(x, y)	(((x) + ((y) - 1)) / (y))
#endif

#define	KASSERT(cond, args) do {					\
	if (!(cond)) {							\
		printf args;						\
		printf("\n");						\
		abort();						\
	}								\
} while (0)

static inline int
max(int a, int b)
{
	return (a > b ? a : b);
}

static inline int
min(int a, int b)
{
	return (a < b ? a : b);
}

/* Where in the kernel a variable lies is no matter here. */
#define	__leads_line(name)
#define	__in_line_of(name)
#define	__read_mostly

#endif /* !_SHIM_SYS_SYSTM_H_ */
