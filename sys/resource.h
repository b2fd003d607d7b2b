/*
 * Priorities, resource usage and limits.
 */
#ifndef _SYS_RESOURCE_H_
#define	_SYS_RESOURCE_H_

#include <sys/types.h>
#include <sys/time.h>

#define	PRIO_MIN	(-20)
#define	PRIO_MAX	20
#define	PRIO_PROCESS	0
#define	PRIO_PGRP	1
#define	PRIO_USER	2

#define	RUSAGE_SELF	0
#define	RUSAGE_CHILDREN	(-1)

struct rusage {
	struct timeval ru_utime;	/* user time */
	struct timeval ru_stime;	/* system time */
	long	ru_maxrss;		/* largest resident set, kilobytes */
#define	ru_first	ru_ixrss
	long	ru_ixrss;		/* shared memory, integral */
	long	ru_idrss;		/* unshared data, integral */
	long	ru_isrss;		/* unshared stack, integral */
	long	ru_minflt;		/* faults without I/O */
	long	ru_majflt;		/* faults with I/O */
	long	ru_nswap;		/* swaps */
	long	ru_inblock;		/* block input operations */
	long	ru_oublock;		/* block output operations */
	long	ru_msgsnd;		/* messages sent */
	long	ru_msgrcv;		/* messages received */
	long	ru_nsignals;		/* signals received */
	long	ru_nvcsw;		/* voluntary context switches */
	long	ru_nivcsw;		/* involuntary context switches */
#define	ru_last		ru_nivcsw
};

#define	RLIMIT_CPU	0		/* processor time, seconds */
#define	RLIMIT_FSIZE	1		/* largest file, bytes */
#define	RLIMIT_DATA	2		/* data segment, bytes */
#define	RLIMIT_STACK	3		/* stack, bytes */
#define	RLIMIT_CORE	4		/* core file, bytes */
#define	RLIMIT_RSS	5		/* resident set, bytes */
#define	RLIMIT_MEMLOCK	6		/* locked memory, bytes */
#define	RLIMIT_NPROC	7		/* processes of the real user */
#define	RLIMIT_NOFILE	8		/* open files */
#define	RLIMIT_SBSIZE	9		/* socket buffers, bytes */
#define	RLIMIT_VMEM	10		/* address space, bytes */
#define	RLIMIT_AS	RLIMIT_VMEM
#define	RLIM_NLIMITS	11

#define	RLIM_INFINITY	((rlim_t)0x7fffffffffffffffLL)
#define	RLIM_SAVED_MAX	RLIM_INFINITY
#define	RLIM_SAVED_CUR	RLIM_INFINITY

/* The names of the limits, for who prints them. */
#ifdef _RLIMIT_IDENT
static const char *rlimit_ident[RLIM_NLIMITS] = {
	"cpu", "fsize", "data", "stack", "core", "rss", "memlock",
	"nproc", "nofile", "sbsize", "vmem",
};
#endif

struct rlimit {
	rlim_t	rlim_cur;		/* soft limit */
	rlim_t	rlim_max;		/* hard limit */
};

/* What the sysctl vm.loadavg answers. */
struct loadavg {
	fixpt_t	ldavg[3];		/* over 1, 5 and 15 minutes */
	long	fscale;			/* the number that means 1.0 */
};

/* Where processor time goes: kern.cp_time. */
#define	CP_USER		0
#define	CP_NICE		1
#define	CP_SYS		2
#define	CP_INTR		3
#define	CP_IDLE		4
#define	CPUSTATES	5

#ifndef _KERNEL
__BEGIN_DECLS
int	getpriority(int, int);
int	setpriority(int, int, int);
int	getrlimit(int, struct rlimit *);
int	setrlimit(int, const struct rlimit *);
int	getrusage(int, struct rusage *);
__END_DECLS
#endif

#endif /* !_SYS_RESOURCE_H_ */
