/*
 * What <sys/signal.h> needs to know about the processor.
 */
#ifndef _MACHINE_SIGNAL_H_
#define	_MACHINE_SIGNAL_H_

typedef	int	sig_atomic_t;	/* read and written by one instruction */

#endif /* !_MACHINE_SIGNAL_H_ */
