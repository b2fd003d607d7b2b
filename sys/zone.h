/*
 * Zones: caches of objects of one size.  An object's constructor runs once,
 * before its first use; what it sets up must be as it left it when the object
 * is freed, so that it need not be done again.
 * Objects are therefore not poisoned while free.
 *
 * Owned by kern/subr_zone.c.
 */
#ifndef _SYS_ZONE_H_
#define	_SYS_ZONE_H_

#ifdef _KERNEL

#include <sys/types.h>

typedef struct zone *zone_t;

/*
 * A zone for objects of "size" bytes at multiples of "align".  init gives
 * 0 or an errno, or is NULL.  Never NULL.  What is constructed stays with
 * the zone: fini, which would undo init, has no use yet and must be NULL.
 */
zone_t	zone_create(const char *name, size_t size, int (*init)(void *),
	    void (*fini)(void *), size_t align);
/*
 * The few objects that each processor has at hand may own more than the
 * others: take, without locks, gives it to one that comes from the zone's
 * list, and returns 0 or an errno; leave takes it from one that goes back
 * there.  Before the first zone_alloc().
 */
void	zone_at_hand(zone_t, int (*take)(void *), void (*leave)(void *));
u_int	zone_kept(zone_t);		/* objects at hand */
void	*zone_alloc(zone_t, int flags);	/* M_ZERO; NULL without memory */
void	zone_free(zone_t, void *);	/* NULL-safe */
u_int	zone_inuse(zone_t);

/*
 * Give back what no object is in, where that can be: slabs of one page, of
 * objects without constructor.  The pages gained.
 */
u_int	zone_reclaim(void);

/* All zones, by number; and the pages they have, in use or not. */
u_int	zone_count(void);
zone_t	zone_number(u_int);
const char *zone_name(zone_t);
u_int	zone_pages(void);

#endif /* _KERNEL */
#endif /* !_SYS_ZONE_H_ */
