/*
 * The trace rings, one for each processor.  Writers take a slot by one
 * atomic addition, since an interrupt may come upon a writer, and fill it; a
 * reader merges the rings by time.  One that comes at the wrong moment sees
 * a slot half old, half new, which a trace can bear.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktr.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <machine/atomic.h>
#include <machine/clock.h>

static struct ktr_ring {
	volatile u_int kr_next;		/* events so far */
	struct	ktr_event kr_events[KTR_ENTRIES];
} rings[MAXCPU];

/* A reader: of each ring, how many events there were, and were taken. */
struct ktr_reader {
	u_int	end[MAXCPU];
	u_int	taken[MAXCPU];
};

void
ktr_event(enum ktr_kind kind, u_int a, u_int b, u_int c, u_int d)
{
	u_int cpu = PCPU_GET(cpuid), next;
	struct ktr_event *e;

	next = atomic_fetchadd_int(&rings[cpu].kr_next, 1);
	e = &rings[cpu].kr_events[next % KTR_ENTRIES];
	(void)data_race(e->ktr_tsc = cpu_ticks()); /* two words */
	WRITE_ONCE(e->ktr_kind, kind);
	WRITE_ONCE(e->ktr_cpu, cpu);
	WRITE_ONCE(e->ktr_pid, curproc->p_pid);
	WRITE_ONCE(e->ktr_arg[0], a);
	WRITE_ONCE(e->ktr_arg[1], b);
	WRITE_ONCE(e->ktr_arg[2], c);
	WRITE_ONCE(e->ktr_arg[3], d);
}

static void
reader_start(struct ktr_reader *r)
{
	u_int cpu;

	bzero(r, sizeof(*r));
	CPU_FOREACH(cpu)
	r->end[cpu] = rings[cpu].kr_next;
}

/* The newest event that has not been taken; false if there is none. */
static bool
reader_next(struct ktr_reader *r, struct ktr_event *newest)
{
	u_int best = NOCPU, cpu;
	struct ktr_event e;

	CPU_FOREACH(cpu)
	{
		if (r->taken[cpu] == min(r->end[cpu], KTR_ENTRIES))
			continue;
		e = data_race(rings[cpu]
				  .kr_events[(r->end[cpu] - 1 - r->taken[cpu]) %
				      KTR_ENTRIES]);
		if (best == NOCPU || e.ktr_tsc > newest->ktr_tsc) {
			best = cpu;
			*newest = e;
		}
	}
	if (best == NOCPU)
		return (false);
	r->taken[best]++;
	return (true);
}

/*
 * Copy up to max of the newest events, the oldest of them first.
 */
u_int
ktr_copy(struct ktr_event *to, u_int max)
{
	struct ktr_reader r;
	u_int n = max;

	reader_start(&r);
	while (n > 0 && reader_next(&r, &to[n - 1]))
		n--;
	/* Fewer than there is room for: they lie at the end. */
	memmove(to, to + n, (max - n) * sizeof(*to));
	return (max - n);
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
ktr_dump(void)
{
	static struct ktr_event last[KTR_DUMP];
	struct ktr_event *e;
	u_int n;

	n = ktr_copy(last, KTR_DUMP);
	if (n == 0)
		return;
	printf("the last %u events:\n", n);
	for (e = last; e < &last[n]; e++)
		printf("  %llu cpu %u pid %d %s %u %u %#x %#x\n", e->ktr_tsc,
		    e->ktr_cpu, e->ktr_pid, ktr_kind_name(e->ktr_kind),
		    e->ktr_arg[0], e->ktr_arg[1], e->ktr_arg[2], e->ktr_arg[3]);
}
