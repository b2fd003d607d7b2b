/*
 * malloc(9): kernel memory of any size, counted by type.
 *
 * Owned by kern/kern_malloc.c.
 */
#ifndef _SYS_MALLOC_H_
#define	_SYS_MALLOC_H_

#include <sys/types.h>

/* malloc flags */
#define	M_NOWAIT	0x0001		/* NULL when there is no memory */
#define	M_WAITOK	0x0002		/* panic when there is none: only
					   for what the boot needs */
#define	M_ZERO		0x0100		/* cleared */

#define	MALLOC_NAMELEN	16

/* What sysctl kern.malloc gives: one a type. */
struct malloc_stat {
	char	ms_name[MALLOC_NAMELEN];
	u_int	ms_inuse;		/* pieces */
	u_int	ms_memuse;		/* bytes, as allotted */
	u_int	ms_maxuse;		/* most bytes ever */
	u_int	ms_calls;		/* allocations */
};

#ifdef _KERNEL

#include <sys/queue.h>
#include <sys/linker_set.h>

/* All counts are atomic. */
struct malloc_type {
	const char *ks_shortdesc;
	const char *ks_longdesc;
	volatile u_int ks_inuse;
	volatile u_int ks_memuse;
	volatile u_int ks_maxuse;
	volatile u_int ks_calls;
};

#define	MALLOC_DEFINE(type, shortdesc, longdesc)			\
	struct malloc_type type[1] = {					\
		{ .ks_shortdesc = (shortdesc), .ks_longdesc = (longdesc) } \
	};								\
	DATA_SET(malloc, type)
#define	MALLOC_DECLARE(type)	extern struct malloc_type type[1]

MALLOC_DECLARE(M_TEMP);			/* for a short time */
MALLOC_DECLARE(M_DEVBUF);		/* drivers */

void	malloc_boot(void);
void	*malloc(size_t, struct malloc_type *, int flags);
void	*realloc(void *, size_t, struct malloc_type *, int flags);
void	free(void *, struct malloc_type *);	/* NULL-safe */
#ifdef KCSAN
/* For reports: the piece around an address and its type's name. */
bool	malloc_find(vm_offset_t addr, vm_offset_t *mem, const char **type);
#endif
u_int	malloc_pages(void);	/* cut into pieces, in use or not */

/*
 * Fault injection (INVARIANTS): the current thread's k-th allocation from
 * now on fails; 0 switches it off.  fail_point() is asked by each
 * allocator: malloc, zones, pages.
 */
#ifdef INVARIANTS
#define	FAIL_POINTS	1
bool	fail_point(void);
#else
#define	FAIL_POINTS	0
#define	fail_point()	false
#endif
void	fail_alloc_at(u_int k);

#endif /* _KERNEL */
#endif /* !_SYS_MALLOC_H_ */
