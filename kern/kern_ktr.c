/*
 * The trace rings, one for each processor.
 *
 * Only a processor itself writes to its ring, with interrupts off, so there
 * is no lock and nothing to wait for: an event may come from anywhere, from
 * under any lock.  Readers, who may be anywhere too, find out by an event's
 * sequence number whether what they have copied is whole and still the one
 * they wanted:
 *
 *	writer	seq = 0, the event, seq = number + 1, kr_next = number + 1
 *	reader	seq?, the event, seq still the same?
 *
 * The first rings are there from the first instruction on; larger ones, that
 * debug.ktr.entries asks for, take their place when there is memory.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/malloc.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpufunc.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_kern.h>

#define	ENTRIES_MIN	64
#define	ENTRIES_MAX	65536
#define	MASK_MAX	256		/* all names of classes, and more */

SYSCTL_NODE(_debug, OID_AUTO, ktr, CTLFLAG_RW, NULL, "trace rings");

static struct ktr_event first_events[MAXCPU][KTR_ENTRIES];
#define	FIRST_RING(cpu)							\
	[cpu] = { .kr_entries = KTR_ENTRIES, .kr_events = first_events[cpu] }
struct ktr_ring	ktr_rings[MAXCPU] = {
	FIRST_RING(0), FIRST_RING(1), FIRST_RING(2), FIRST_RING(3),
	FIRST_RING(4), FIRST_RING(5), FIRST_RING(6), FIRST_RING(7)
};
CTASSERT(MAXCPU == 8);

volatile u_int	ktr_mask = KTR_MASK_ALL;

static u_int	ktr_entries = KTR_ENTRIES; /* constant after boot */
TUNABLE_INT("debug.ktr.entries", (int *)&ktr_entries);
SYSCTL_UINT(_debug_ktr, OID_AUTO, entries, CTLFLAG_RDTUN, &ktr_entries, 0,
    "events in each processor's ring");

/*
 * Record an event of the current process.  From anywhere but an NMI.
 */
void
ktr_event(enum ktr_kind kind, u_int a, u_int b, u_int c, u_int d)
{
	u_int state = intr_disable(), cpu = PCPU_GET(cpuid), next;
	struct ktr_ring *r = &ktr_rings[cpu];
	struct ktr_event *e;

	next = r->kr_next;
	e = &r->kr_events[next & (r->kr_entries - 1)];
	WRITE_ONCE(e->ktr_seq, 0);
	wmb();
	(void)data_race(e->ktr_tsc = cpu_ticks()); /* two words */
	WRITE_ONCE(e->ktr_kind, kind);
	WRITE_ONCE(e->ktr_cpu, cpu);
	WRITE_ONCE(e->ktr_pid, curproc->p_pid);
	WRITE_ONCE(e->ktr_arg[0], a);
	WRITE_ONCE(e->ktr_arg[1], b);
	WRITE_ONCE(e->ktr_arg[2], c);
	WRITE_ONCE(e->ktr_arg[3], d);
	wmb();
	WRITE_ONCE(e->ktr_seq, next + 1);
	r->kr_next = next + 1;
	intr_restore(state);
}

/*
 * The same with a string, which is cut off if it must be.
 */
void
ktr_string(enum ktr_kind kind, const char *string)
{
	union {
		char text[KTR_NAMELEN];
		u_int word[4];
	} u = { .word = { 0 } };

	strlcpy(u.text, string, sizeof(u.text));
	ktr_event(kind, u.word[0], u.word[1], u.word[2], u.word[3]);
}

void
ktr_pages(void)
{
	static u_int before;
	u_int now = CNT_GET(v_free_count);

	if (now == READ_ONCE(before))
		return;
	WRITE_ONCE(before, now);
	ktr_event(KTR_PAGES, now, 0, 0, 0);
}

void
ktr_clear(void)
{
	u_int cpu;

	CPU_FOREACH(cpu)
	ktr_rings[cpu].kr_start = ktr_rings[cpu].kr_next;
}

void
ktr_reader_start(struct ktr_reader *rd)
{
	struct ktr_ring *r;
	u_int cpu, gone;

	rd->rd_lost = 0;
	CPU_FOREACH(cpu)
	{
		r = &ktr_rings[cpu];
		rd->rd_at[cpu] = r->kr_start;
		rd->rd_end[cpu] = r->kr_next;
		if (rd->rd_end[cpu] - rd->rd_at[cpu] <= r->kr_entries)
			continue;
		gone = rd->rd_end[cpu] - rd->rd_at[cpu] - r->kr_entries;
		rd->rd_at[cpu] += gone;
		rd->rd_lost += gone;
	}
}

u_int
ktr_reader_left(const struct ktr_reader *rd)
{
	u_int cpu, left = 0;

	CPU_FOREACH(cpu)
	left += rd->rd_end[cpu] - rd->rd_at[cpu];
	return (left);
}

/* Where event number n of a processor is, if it is there still. */
static struct ktr_event *
slot(u_int cpu, u_int n)
{
	struct ktr_ring *r = &ktr_rings[cpu];

	return (&r->kr_events[n & (r->kr_entries - 1)]);
}

/* Copy event number n; false if it has been overwritten. */
static bool
take(u_int cpu, u_int n, struct ktr_event *e)
{
	struct ktr_event *from = slot(cpu, n);

	if (READ_ONCE(from->ktr_seq) != n + 1)
		return (false);
	rmb();
	*e = data_race(*from);
	rmb();
	return (READ_ONCE(from->ktr_seq) == n + 1);
}

bool
ktr_reader_next(struct ktr_reader *rd, struct ktr_event *e)
{
	u_int64_t best, tsc;
	u_int at, cpu, oldest;

	for (;;) {
		best = 0;
		oldest = NOCPU;
		CPU_FOREACH(cpu)
		{
			at = rd->rd_at[cpu];
			if (at == rd->rd_end[cpu])
				continue;
			/* Overwritten, it only comes too late. */
			tsc = data_race(slot(cpu, at)->ktr_tsc);
			if (oldest == NOCPU || tsc < best) {
				oldest = cpu;
				best = tsc;
			}
		}
		if (oldest == NOCPU)
			return (false);
		if (take(oldest, rd->rd_at[oldest]++, e))
			return (true);
		rd->rd_lost++;
	}
}

u_int
ktr_copy(struct ktr_event *to, u_int max)
{
	struct ktr_reader rd;
	struct ktr_event e;
	u_int n = 0;

	ktr_reader_start(&rd);
	while (ktr_reader_next(&rd, &e))
		if (ktr_reader_left(&rd) < max)
			to[n++] = e;
	return (n);
}

/*
 * Which classes are on.
 */

static const char *const class_names[] = {
#define	CLASS_NAME(class, name)	name,
	KTR_CLASS_TABLE(CLASS_NAME)
};

/*
 * The bits for a list of names: "fork,exec", "all", "none", or "all,-switch"
 * for all but one.  0 or EINVAL.
 */
static int
mask_parse(const char *text, u_int *mask)
{
	char copy[MASK_MAX], *list = copy, *word;
	u_int bits, i;
	bool off;

	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		return (EINVAL);
	*mask = 0;
	while ((word = strsep(&list, ",")) != NULL) {
		off = *word == '-';
		word += off;
		bits = strcmp(word, "all") == 0 ? KTR_MASK_ALL : 0;
		for (i = 0; i < KTR_CLASSES; i++)
			if (strcmp(word, class_names[i]) == 0)
				bits = 1u << i;
		if (bits == 0 && strcmp(word, "none") != 0)
			return (EINVAL);
		*mask = off ? *mask & ~bits : *mask | bits;
	}
	return (0);
}

/* The other way, into MASK_MAX bytes. */
static void
mask_print(u_int mask, char *text)
{
	size_t len = 0;
	u_int i;

	strlcpy(text, mask == KTR_MASK_ALL ? "all" : "none", MASK_MAX);
	for (i = 0; i < KTR_CLASSES && mask != KTR_MASK_ALL; i++)
		if (mask & 1u << i)
			len += snprintf(text + len, MASK_MAX - len, "%s%s",
			    len > 0 ? "," : "", class_names[i]);
}

static int
sysctl_debug_ktr_mask(SYSCTL_HANDLER_ARGS)
{
	char text[MASK_MAX];
	u_int mask;
	int error;

	mask_print(ktr_mask, text);
	error = sysctl_handle_string(oidp, text, sizeof(text), req);
	if (error == 0 && req->newptr != NULL) {
		error = mask_parse(text, &mask);
		if (error == 0)
			ktr_mask = mask;
	}
	return (error);
}
SYSCTL_PROC(_debug_ktr, OID_AUTO, mask, CTLTYPE_STRING | CTLFLAG_RW, NULL, 0,
    sysctl_debug_ktr_mask, "A", "what is traced");

static int
sysctl_debug_ktr_clear(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && req->newptr != NULL && value != 0)
		ktr_clear();
	return (error);
}
SYSCTL_PROC(_debug_ktr, OID_AUTO, clear, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_debug_ktr_clear, "I", "write 1 to forget the events so far");

/* Events since the last clear that have been overwritten. */
static int
sysctl_debug_ktr_lost(SYSCTL_HANDLER_ARGS)
{
	struct ktr_reader rd;

	ktr_reader_start(&rd);
	return (SYSCTL_OUT(req, &rd.rd_lost, sizeof(rd.rd_lost)));
}
SYSCTL_PROC(_debug_ktr, OID_AUTO, lost, CTLTYPE_UINT | CTLFLAG_RD, NULL, 0,
    sysctl_debug_ktr_lost, "IU", "events that were overwritten");

static void
ktr_mask_init(void *arg __unused)
{
	const char *text = kern_getenv("ktr");
	u_int mask;

	if (text == NULL)
		return;
	if (mask_parse(text, &mask) == 0)
		ktr_mask = mask;
	else
		printf("ktr=%s: no such class of events\n", text);
}
SYSINIT(ktr_mask, SI_SUB_TUNABLES, SI_ORDER_MIDDLE, ktr_mask_init, NULL);

/*
 * Each processor changes its ring itself.  What was in the old one is
 * forgotten, and nobody reads yet.
 */
static void
ring_replace(void *arg)
{
	u_int cpu = PCPU_GET(cpuid), state = intr_disable();
	struct ktr_ring *r = &ktr_rings[cpu];

	r->kr_events = ((struct ktr_event **)arg)[cpu];
	r->kr_entries = ktr_entries;
	r->kr_start = r->kr_next;
	intr_restore(state);
}

/*
 * Make the rings that debug.ktr.entries asks for.
 */
static void
ktr_rings_init(void *arg __unused)
{
	u_int cpu, entries = ENTRIES_MIN, pages;
	vm_offset_t va[MAXCPU] = { 0 };

	while (entries < ENTRIES_MAX && entries < ktr_entries)
		entries *= 2;
	ktr_entries = KTR_ENTRIES;
	if (entries == KTR_ENTRIES)
		return;
	pages = howmany(entries * sizeof(struct ktr_event), PAGE_SIZE);
	CPU_FOREACH(cpu)
	{
		va[cpu] = kmem_alloc_pages(pages, M_ZERO);
		if (va[cpu] != 0)
			continue;
		printf("ktr: no memory for rings of %u events\n", entries);
		while (cpu-- > 0)
			kmem_free_pages(va[cpu], pages);
		return;
	}
	ktr_entries = entries;
	smp_rendezvous(ring_replace, va);
}
SYSINIT(ktr_rings, SI_SUB_SMP, SI_ORDER_ANY, ktr_rings_init, NULL);
