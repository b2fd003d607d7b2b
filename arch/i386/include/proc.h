/*
 * The machine-dependent part of a thread.  Registers are in the pcb.
 */
#ifndef _MACHINE_PROC_H_
#define	_MACHINE_PROC_H_

#include <sys/types.h>

struct mdthread {
	u_int	md_faults;	/* (k) page faults taken in kernel mode */
};

#endif /* !_MACHINE_PROC_H_ */
