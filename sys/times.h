/*
 * Process times in clock ticks, times(3).
 */
#ifndef _SYS_TIMES_H_
#define	_SYS_TIMES_H_

#include <sys/types.h>

struct tms {
	clock_t	tms_utime;	/* user time */
	clock_t	tms_stime;	/* system time */
	clock_t	tms_cutime;	/* user time of waited-for children */
	clock_t	tms_cstime;	/* their system time */
};

#ifndef _KERNEL
__BEGIN_DECLS
clock_t	times(struct tms *);
__END_DECLS
#endif

#endif /* !_SYS_TIMES_H_ */
