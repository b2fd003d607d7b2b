/*
 * The trace rings: what the kernel has done of late, as typed events.
 *
 * Owned by kern/kern_ktr.c.
 */
#ifndef _SYS_KTR_H_
#define	_SYS_KTR_H_

#include <sys/types.h>

/* Kinds of events, and what the four values are. */
enum ktr_kind {
	KTR_NONE,
	KTR_FORK_RESERVED,	/* parent, flags */
	KTR_FORK_COMMITTED,	/* parent, child, flags */
	KTR_FORK_EXIT,		/* child */
	KTR_FORK_RETURN,	/* child, system call */
	KTR_EXEC,		/* pid */
	KTR_EXIT,		/* pid, status */
	KTR_WAIT,		/* pid, child */
	KTR_REAP,		/* parent, child, status */
	KTR_SWITCH,		/* from, to */
	KTR_FAULT,		/* pid, address, access, result */
	KTR_COW,		/* pid, address, old page, new page */
	KTR_SYSC,		/* pid, number */
	KTR_SIGNAL,		/* pid, signal */
	KTR_KINDS
};

struct ktr_event {
	u_int64_t ktr_tsc;		/* when */
	u_short	ktr_kind;		/* enum ktr_kind */
	u_short	ktr_cpu;		/* where */
	pid_t	ktr_pid;		/* current process */
	u_int	ktr_arg[4];
};

#ifdef _KERNEL
#define	KTR_ENTRIES	512		/* of each processor; a power of two */
#define	KTR_DUMP	16		/* printed by a panic */

void	ktr_event(enum ktr_kind, u_int, u_int, u_int, u_int);
u_int	ktr_copy(struct ktr_event *, u_int max);	/* oldest first */
void	ktr_dump(void);			/* print the last ones */
const char *ktr_kind_name(u_int);

#ifdef INVARIANTS
#define	KTR_EVENT(kind, a, b, c, d)					\
	ktr_event((kind), (u_int)(a), (u_int)(b), (u_int)(c), (u_int)(d))
#else
#define	KTR_EVENT(kind, a, b, c, d)	((void)0)
#endif
#endif /* _KERNEL */
#endif /* !_SYS_KTR_H_ */
