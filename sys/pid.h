/*
 * The pid allocator's interface.  Owned by kern/kern_pid.c, which knows
 * nothing of processes and also builds on the host.
 */
#ifndef _SYS_PID_H_
#define	_SYS_PID_H_

#include <sys/types.h>

#define	PID_MAX		99999		/* never given out itself */
#define	NO_PID		100000		/* no process, no group */

#ifdef _KERNEL
#define	PID_WRAP_MIN	100	/* after a wrap, lower ids are left alone */

/* Why an id is busy. */
#define	PIDK_PROC	0		/* a process, live or zombie */
#define	PIDK_PGRP	1		/* a process group */
#define	PIDK_SESS	2		/* a session */
#define	PIDK_KINDS	3

extern int	lastpid;		/* (allproc_lock) last id given */
extern int	pid_max;		/* one above the last id given */
extern int	randompid;		/* (allproc_lock) modulus, or 0 */

int	pid_alloc(_Bool high, pid_t *);	/* 0 or EAGAIN; allproc_lock held */
void	pid_busy(pid_t, int kind);	/* any lock */
void	pid_free(pid_t, int kind);	/* any lock */
int	pid_clamp_random(int);
#endif

#endif /* !_SYS_PID_H_ */
