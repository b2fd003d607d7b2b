/*
 * The trace ring.  Writers take a slot by one atomic addition and fill it;
 * a reader that comes at the wrong moment, or a writer that takes as long as
 * a whole round of the others, makes a slot half old, half new, which a
 * trace can bear.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktr.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>

static struct ktr_event	ring[KTR_ENTRIES];
static volatile u_int	ktr_next;	/* events so far */

void
ktr_event(enum ktr_kind kind, u_int a, u_int b, u_int c, u_int d)
{
	struct ktr_event *e;

	e = &ring[atomic_fetchadd_int(&ktr_next, 1) % KTR_ENTRIES];
	WRITE_ONCE(e->ktr_tsc, rdtsc());
	WRITE_ONCE(e->ktr_kind, kind);
	WRITE_ONCE(e->ktr_pid, curproc->p_pid);
	WRITE_ONCE(e->ktr_arg[0], a);
	WRITE_ONCE(e->ktr_arg[1], b);
	WRITE_ONCE(e->ktr_arg[2], c);
	WRITE_ONCE(e->ktr_arg[3], d);
}

/*
 * Copy up to max of the newest events, the oldest of them first.
 */
u_int
ktr_copy(struct ktr_event *to, u_int max)
{
	u_int end = ktr_next, i, n;

	n = min(min(end, KTR_ENTRIES), max);
	for (i = 0; i < n; i++)
		to[i] = data_race(ring[(end - n + i) % KTR_ENTRIES]);
	return (n);
}

const char *
ktr_kind_name(u_int kind)
{
	static const char *const names[KTR_KINDS] = { "none", "fork_reserved",
		"fork_committed", "fork_exit", "fork_return", "exec", "exit",
		"wait", "reap", "switch", "fault", "cow", "syscall", "signal" };

	return (kind < KTR_KINDS ? names[kind] : "?");
}

/*
 * Print the last events: for a panic.
 */
void
ktr_dump(u_int last)
{
	u_int end = ktr_next, i, n;
	struct ktr_event *e;

	n = min(min(end, KTR_ENTRIES), last);
	if (n == 0)
		return;
	printf("the last %u events:\n", n);
	for (i = 0; i < n; i++) {
		e = &ring[(end - n + i) % KTR_ENTRIES];
		printf("  %llu pid %d %s %u %u %#x %#x\n", e->ktr_tsc,
		    e->ktr_pid, ktr_kind_name(e->ktr_kind), e->ktr_arg[0],
		    e->ktr_arg[1], e->ktr_arg[2], e->ktr_arg[3]);
	}
}
