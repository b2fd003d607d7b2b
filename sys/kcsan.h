/*
 * The detector of data races, in the kernel of "make KCSAN=1".  See
 * docs/testing.md.
 *
 * A data race: two accesses to the same bytes at the same time, at least one
 * of them a write, and not both marked.  Marked are the operations of
 * <machine/atomic.h>, accesses to what is declared volatile, and READ_ONCE
 * and WRITE_ONCE of <sys/cdefs.h>.
 *
 * Owned by kern/subr_kcsan.c (who watches) and kern/subr_kcsan_report.c (who
 * tells).  Both are compiled without the compiler's calls, as KCSAN_PLAIN.
 */
#ifndef _SYS_KCSAN_H_
#define	_SYS_KCSAN_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/cdefs.h>
#include <machine/stack.h>

/*
 * The value of an expression that may race: it does not matter when, or
 * with what half of a change, it is read.  It must not sleep.  A comment
 * says why that is harmless.
 */
#if defined(KCSAN) && !defined(KCSAN_PLAIN)
#define	data_race(expr) __extension__ ({				\
	kcsan_ignore(1);						\
	__auto_type __raced = (expr);					\
	kcsan_ignore(-1);						\
	__raced;							\
})
/* Of an access that the compiler does not see: in assembly, atomic. */
#define	kcsan_marked(p, size)	kcsan_atomic((p), (size))
#define	kcsan_copied(p, size, write)					\
	kcsan_range((p), (size), (write), __builtin_return_address(0))
#else
#define	data_race(expr)			(expr)
#define	kcsan_marked(p, size)		((void)0)
#define	kcsan_copied(p, size, write)	((void)0)
#endif

/* Of a function that runs before its processor has a struct pcpu. */
#ifdef KCSAN
#define	__no_kcsan	__attribute__((__no_sanitize__("thread")))
#else
#define	__no_kcsan
#endif

#ifdef KCSAN
void	kcsan_ignore(int change);	/* of this processor's accesses */
void	kcsan_atomic(const volatile void *, size_t size);
void	kcsan_range(const volatile void *, size_t size, int write, void *pc);

/* Print the reports that wait for it; now, whoever holds which lock. */
void	kcsan_flush(void);

/*
 * Whether a processor that is alone may let other threads run while it
 * watches.  Not in what is about the order of threads.
 */
void	kcsan_let_run(bool);

/* At each tick of the clock; sched_lock held. */
void	kcsan_tick(void);

/* A slab of a zone, for the names in reports. */
void	kcsan_note_slab(const char *zone, size_t size, size_t stride,
	    vm_offset_t va, vm_offset_t end);

#define	KCSAN_WRITE	0x1
#define	KCSAN_MARKED	0x2

/* One of the two accesses. */
struct kcsan_side {
	uintptr_t ks_addr;
	size_t	ks_size;		/* bytes */
	int	ks_flags;		/* KCSAN_* */
	u_int	ks_cpu;
	u_int	ks_depth;		/* of interrupts; 0 for none */
	pid_t	ks_pid;
	char	ks_comm[20];
	uintptr_t ks_pc;		/* where */
	struct	stack ks_stack;		/* from there on */
};

#define	KCSAN_OBJECT	96
struct kcsan_report {
	struct	kcsan_side kr_watcher;	/* who watched the address */
	struct	kcsan_side kr_other;	/* who came */
	bool	kr_unseen;		/* only its trace: a changed value */
	char	kr_object[KCSAN_OBJECT]; /* what lies there */
};

void	kcsan_report(const struct kcsan_side *, const struct kcsan_side *);
void	kcsan_side_fill(struct kcsan_side *, uintptr_t addr, size_t size,
	    int flags, uintptr_t pc);
void	kcsan_name(uintptr_t addr, char *name, size_t size);

/*
 * For the tests: from now on races at these addresses are counted, and not
 * reported.  How many there were, and the first; with NULL, how many there
 * are as yet.
 */
void	kcsan_expect(const volatile void *, size_t size);
u_int	kcsan_expected(struct kcsan_report *);
bool	kcsan_expects(uintptr_t addr);
extern volatile u_int kcsan_watched;	/* watchpoints there, since boot */

extern int	kcsan_skip, kcsan_delay;	/* see debug.kcsan */

/* Names of fields, made by tools/kcsanfields.py. */
struct kcsan_struct;
struct kcsan_field {
	const char *kf_name;
	size_t	kf_offset;
	size_t	kf_size;
	const struct kcsan_struct *kf_struct;	/* if it is one, or NULL */
};
struct kcsan_struct {
	const char *kt_name;
	size_t	kt_size;
	const struct kcsan_field *kt_fields;
	u_int	kt_nfields;
};
extern const struct kcsan_struct *const kcsan_structs[];
extern const u_int kcsan_nstructs;
#else
#define	kcsan_flush()	((void)0)
#define	kcsan_let_run(v)	((void)0)
#define	kcsan_tick()	((void)0)
#endif /* KCSAN */

#endif /* _KERNEL */
#endif /* !_SYS_KCSAN_H_ */
