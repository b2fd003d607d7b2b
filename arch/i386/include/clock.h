/*
 * The clocks of the machine.  Owned by arch/i386/clock.c.
 */
#ifndef _MACHINE_CLOCK_H_
#define	_MACHINE_CLOCK_H_

#include <sys/types.h>

#ifdef _KERNEL

#include <machine/cpufunc.h>

#define	i8254_freq	1193182		/* Hz */

extern u_int64_t tsc_freq;		/* Hz, measured at boot; never 0 */

/*
 * The finest clock: tsc_freq of these are a second.
 */
static __inline u_int64_t
cpu_ticks(void)
{
	return (rdtsc());
}

void	clock_calibrate(void);		/* early: DELAY and tsc_freq */
void	cpu_initclocks(void);		/* start the hz ticks */
time_t	rtc_time(void);			/* battery clock, seconds since 1970 */

#endif /* _KERNEL */
#endif /* !_MACHINE_CLOCK_H_ */
