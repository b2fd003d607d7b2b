/*
 * Constants of <unistd.h>, among them the flags of rfork(2).
 */
#ifndef _SYS_UNISTD_H_
#define	_SYS_UNISTD_H_

#include <sys/cdefs.h>

#define	_POSIX_VERSION		200112L
#define	_POSIX_JOB_CONTROL	1
#define	_POSIX_SAVED_IDS	1
#define	_POSIX_FSYNC		200112L
#define	_POSIX_MAPPED_FILES	200112L
#define	_POSIX_MEMORY_PROTECTION 200112L
#define	_POSIX_MONOTONIC_CLOCK	200112L
#define	_POSIX_TIMERS		(-1)
#define	_POSIX_THREADS		(-1)
#define	_POSIX_CHOWN_RESTRICTED	1
#define	_POSIX_NO_TRUNC		1
#ifndef _POSIX_VDISABLE
#define	_POSIX_VDISABLE		0xff
#endif

#define	F_OK		0		/* access(2): it exists */
#define	X_OK		0x01		/* may be executed */
#define	W_OK		0x02		/* may be written */
#define	R_OK		0x04		/* may be read */

#ifndef SEEK_SET
#define	SEEK_SET	0		/* from the start */
#define	SEEK_CUR	1		/* from here */
#define	SEEK_END	2		/* from the end */
#endif
#define	L_SET		SEEK_SET
#define	L_INCR		SEEK_CUR
#define	L_XTND		SEEK_END

/* pathconf(2) */
#define	_PC_LINK_MAX		1
#define	_PC_MAX_CANON		2
#define	_PC_MAX_INPUT		3
#define	_PC_NAME_MAX		4
#define	_PC_PATH_MAX		5
#define	_PC_PIPE_BUF		6
#define	_PC_CHOWN_RESTRICTED	7
#define	_PC_NO_TRUNC		8
#define	_PC_VDISABLE		9
#define	_PC_FILESIZEBITS	12
#define	_PC_SYMLINK_MAX		18

/*
 * rfork(2).  With RFPROC a process is made, else the caller is changed.
 */
#define	RFNAMEG		(1 << 0)	/* Plan 9's; not implemented */
#define	RFENVG		(1 << 1)	/* Plan 9's; not implemented */
#define	RFFDG		(1 << 2)	/* copy the descriptor table */
#define	RFNOTEG		(1 << 3)	/* Plan 9's; not implemented */
#define	RFPROC		(1 << 4)	/* make a process */
#define	RFMEM		(1 << 5)	/* share the address space */
#define	RFNOWAIT	(1 << 6)	/* the child is the reaper's */
#define	RFCNAMEG	(1 << 10)	/* Plan 9's; not implemented */
#define	RFCENVG		(1 << 11)	/* Plan 9's; not implemented */
#define	RFCFDG		(1 << 12)	/* start with no open files */
#define	RFTHREAD	(1 << 13)	/* join the caller's peers */
#define	RFSIGSHARE	(1 << 14)	/* share the signal actions */
#define	RFLINUXTHPN	(1 << 16)	/* exit signal is SIGUSR1 */
#define	RFSTOPPED	(1 << 17)	/* kernel: do not run it yet */
#define	RFHIGHPID	(1 << 18)	/* kernel: pid of 10 or more */
#define	RFTSIGZMB	(1 << 19)	/* exit signal is in bits 20..27 */
#define	RFTSIGSHIFT	20
#define	RFTSIGMASK	0xff
#define	RFTSIGNUM(flags) (((flags) >> RFTSIGSHIFT) & RFTSIGMASK)
#define	RFTSIGFLAGS(signum) ((signum) << RFTSIGSHIFT)
#define	RFPROCDESC	(1 << 28)	/* kernel: make a descriptor */
#define	RFPPWAIT	(1U << 31)	/* kernel: wait for exec or exit */
#define	RFSPAWN		(1U << 31)	/* rfork(2): as vfork, and caught */
					/* signals go back to default */

#define	RFFLAGS		(RFFDG | RFPROC | RFMEM | RFNOWAIT | RFCFDG |	\
			 RFTHREAD | RFSIGSHARE | RFLINUXTHPN |		\
			 RFSTOPPED | RFHIGHPID | RFTSIGZMB |		\
			 RFPROCDESC | RFPPWAIT)
#define	RFKERNELONLY	(RFSTOPPED | RFHIGHPID | RFPROCDESC)

#endif /* !_SYS_UNISTD_H_ */
