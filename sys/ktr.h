/*
 * The trace rings: what the kernel has done of late, as typed events.  Only
 * the debug kernel has them.  See ktr(4), ktr(9) and docs/trace.md.
 *
 * Owned by kern/kern_ktr.c (the rings) and kern/ktr_text.c (as lines).
 */
#ifndef _SYS_KTR_H_
#define	_SYS_KTR_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/param.h>

/*
 * What can be switched on and off, by these names: ktr=fork,exec on the
 * command line, sysctl debug.ktr.mask.
 */
#define	KTR_CLASS_TABLE(X)						\
	X(MARK,		"mark")		/* tests */			\
	X(FORK,		"fork")		/* fork, vfork, rfork */	\
	X(PID,		"pid")		/* the pid allocator */		\
	X(CALLOUT,	"callout")	/* timers and fork's callouts */ \
	X(EXEC,		"exec")						\
	X(EXIT,		"exit")						\
	X(WAIT,		"wait")		/* wait4 and reaping */		\
	X(SWITCH,	"switch")	/* from thread to thread */	\
	X(SLEEP,	"sleep")	/* and wakeup */		\
	X(FAULT,	"fault")	/* page faults */		\
	X(VM,		"vm")		/* copies of pages and tables */ \
	X(PAGES,	"pages")	/* how many are free */		\
	X(LOCK,		"lock")		/* locks that are waited for */	\
	X(SIGNAL,	"signal")					\
	X(SYSCALL,	"syscall")

/*
 * The kinds of events: kind, class, name, and its up to four arguments, each
 * with a letter for how it is printed:
 *
 *	d, u, x	a number: signed, unsigned, hexadecimal
 *	c	the address of a constant string of the kernel
 *	p	the address of a function
 *	s	a string, which takes up all four
 *
 * This table is the only place that says so.  kern/ktr_text.c prints by it,
 * tools/trace reads it from this file.
 */
#define	KTR_KIND_TABLE(X)						\
	X(MARK,		MARK,	"mark",		"a:u b:u c:u d:x")	\
	X(FORK_DECIDE,	FORK,	"fork_decide",	"flags:x")		\
	X(FORK_RESERVE,	FORK,	"fork_reserve",	"step:c")		\
	X(FORK_COMMIT,	FORK,	"fork_commit",	"flags:x")		\
	X(FORK_COMMITTED, FORK,	"fork_committed", "child:d flags:x parent:d") \
	X(FORK_CALLOUTS, FORK,	"fork_callouts", "child:d")		\
	X(FORK_RUNNABLE, FORK,	"fork_runnable", "child:d")		\
	X(FORK_PPWAIT,	FORK,	"fork_ppwait",	"child:d")		\
	X(FORK_DONE,	FORK,	"fork_done",	"child:d error:d")	\
	X(FORK_TRAMPOLINE, FORK, "fork_trampoline", "fn:p")		\
	X(FORK_RETURN,	FORK,	"fork_return",	"code:u")		\
	X(PID_REFILL,	PID,	"pid_refill",	"pid:d checked:d")	\
	X(CALLOUT,	CALLOUT, "callout",	"fn:p arg:x")		\
	X(HOOK,		CALLOUT, "hook",	"list:c fn:p")		\
	X(EXEC,		EXEC,	"exec",		"name:s")		\
	X(EXIT,		EXIT,	"exit",		"status:x")		\
	X(ZOMBIE,	EXIT,	"zombie",	"parent:d")		\
	X(REPARENT,	EXIT,	"reparent",	"child:d parent:d")	\
	X(WAIT,		WAIT,	"wait",		"pid:d options:x")	\
	X(REAP,		WAIT,	"reap",		"child:d status:x")	\
	X(SWITCH,	SWITCH,	"switch",	"to:d")			\
	X(SLEEP,	SLEEP,	"sleep",	"chan:x wmesg:c ticks:d") \
	X(WAKEUP,	SLEEP,	"wakeup",	"chan:x pid:d")		\
	X(FAULT,	FAULT,	"fault",	"va:x write:u how:c error:d") \
	X(UNSHARE,	VM,	"unshare",	"va:x from:x to:x")	\
	X(PAGECOPY,	VM,	"pagecopy",	"va:x from:x to:x")	\
	X(PAGES,	PAGES,	"pages",	"free:u")		\
	X(CONTEND,	LOCK,	"contend",	"lock:c file:c line:u")	\
	X(SIGPOST,	SIGNAL,	"sigpost",	"sig:d to:d")		\
	X(SIGDELIVER,	SIGNAL,	"sigdeliver",	"sig:d handler:x")	\
	X(SYSENTER,	SYSCALL, "sysenter",	"name:c code:u")	\
	X(SYSEXIT,	SYSCALL, "sysexit",	"code:u error:d value:x")

#define	_KTR_CLASS(class, name)	KTRC_##class,
#define	_KTR_KIND(kind, class, name, args)	KTR_##kind,
#define	_KTR_MASK(kind, class, name, args)				\
	KTR_##kind##_MASK = 1 << KTRC_##class,

enum ktr_class { KTR_CLASS_TABLE(_KTR_CLASS) KTR_CLASSES };
enum ktr_kind { KTR_KIND_TABLE(_KTR_KIND) KTR_KINDS };
enum { KTR_KIND_TABLE(_KTR_MASK) KTR_MASK_ALL = (1 << KTR_CLASSES) - 1 };

/*
 * One event.  While it is written its sequence number is 0.
 */
struct ktr_event {
	u_int64_t ktr_tsc;		/* when, by cpu_ticks() */
	u_int	ktr_seq;		/* events of this ring, with it */
	u_short	ktr_kind;		/* enum ktr_kind */
	u_short	ktr_cpu;		/* where */
	pid_t	ktr_pid;		/* current process */
	u_int	ktr_arg[4];
};

#define	KTR_NAMELEN	(sizeof(((struct ktr_event *)0)->ktr_arg))

/*
 * A processor's ring.  Event number n, from 0, is in kr_events[n modulo
 * kr_entries] until it is overwritten.  Only its own processor writes, with
 * interrupts off.
 */
struct ktr_ring {
	volatile u_int kr_next;		/* events so far */
	volatile u_int kr_start;	/* those before it were cleared */
	u_int	kr_entries;		/* power of two; constant after boot */
	struct	ktr_event *kr_events;	/* constant after boot */
};

#ifdef INVARIANTS

#define	KTR_ENTRIES	512		/* of each processor by default */
#define	KTR_DUMP	32		/* printed by a panic */
#define	KTR_LINE	192		/* the longest line of text */

extern struct ktr_ring ktr_rings[];	/* of each processor */
extern volatile u_int ktr_mask;		/* bits 1 << KTRC_* that are on */

/* Where a reader is in each ring, and what was gone when it came there. */
struct ktr_reader {
	u_int	rd_at[MAXCPU];
	u_int	rd_end[MAXCPU];
	u_int	rd_lost;
};

void	ktr_event(enum ktr_kind, u_int, u_int, u_int, u_int);
void	ktr_string(enum ktr_kind, const char *);
void	ktr_pages(void);		/* how many are free, if changed */
void	ktr_clear(void);		/* forget all events so far */
/* Oldest first, up to what there is at the start; no locks. */
void	ktr_reader_start(struct ktr_reader *);
u_int	ktr_reader_left(const struct ktr_reader *);	/* at most */
bool	ktr_reader_next(struct ktr_reader *, struct ktr_event *);
/* The newest ones, up to max, oldest first; how many. */
u_int	ktr_copy(struct ktr_event *, u_int max);

const char *ktr_kind_name(u_int);
/* One event as a line of text, '\n' included; its length. */
u_int	ktr_format(const struct ktr_event *, char buf[KTR_LINE]);
void	ktr_show(u_int max);		/* print the newest ones */
#define	ktr_dump()	ktr_show(KTR_DUMP)

/*
 * KTR_EVENT(kind, arguments...): this has happened, if somebody wants to
 * know.  KTR_NAMED(kind, string) is for those with a string.
 */
#define	KTR_ON(kind)	__predict_false((ktr_mask & kind##_MASK) != 0)
#define	_KTR_EVENT(kind, a, b, c, d, ...)				\
	ktr_event((kind), (u_int)(a), (u_int)(b), (u_int)(c), (u_int)(d))
#define	KTR_EVENT(kind, ...) do {					\
	if (KTR_ON(kind))						\
		_KTR_EVENT(kind, __VA_ARGS__, 0, 0, 0, 0);		\
} while (0)
#define	KTR_NAMED(kind, string) do {					\
	if (KTR_ON(kind))						\
		ktr_string((kind), (string));				\
} while (0)
#define	KTR_FREE_PAGES() do {						\
	if (KTR_ON(KTR_PAGES))						\
		ktr_pages();						\
} while (0)
/* What is there for an event only. */
#define	KTR_SET(var, value)	((var) = (value))

#else /* !INVARIANTS */

#define	KTR_EVENT(kind, ...)	((void)0)
#define	KTR_NAMED(kind, string)	((void)0)
#define	KTR_FREE_PAGES()	((void)0)
#define	KTR_SET(var, value)	((void)0)
#define	ktr_dump()		((void)0)

#endif /* INVARIANTS */
#endif /* _KERNEL */
#endif /* !_SYS_KTR_H_ */
