/*
 * The trace rings: what is in them, in which order, what is lost, what is
 * switched off, and how it reads.
 */
#include "kern_util.h"
#include <sys/critical.h>
#include <sys/ktr.h>
#include <sys/smp.h>
#include <sys/sx.h>
#include "sysctl_util.h"

#ifdef INVARIANTS
#define	SOME	8

/* Nothing but marks from now on; what was on before. */
static u_int
only_marks(void)
{
	u_int mask = ktr_mask;

	ktr_mask = KTR_MARK_MASK;
	ktr_clear();
	return (mask);
}

/* Leave marks first to first + n - 1, all on one processor. */
static void
leave_marks(u_int first, u_int n)
{
	critical_enter();
	while (n-- > 0)
		KTR_EVENT(KTR_MARK, first++, 2, 3, 0xffffffff);
	critical_exit();
}

/*
 * The newest events come out in the order they went in.
 */
static void
ktr_order(struct ktest *t)
{
	u_int i, mask = only_marks(), n;
	struct ktr_event ev[SOME];

	leave_marks(0, SOME + 5);
	n = ktr_copy(ev, SOME);
	KTEST_EQ(t, n, SOME);
	for (i = 0; i < n; i++) {
		KTEST_EQ(t, ev[i].ktr_kind, KTR_MARK);
		KTEST_EQ(t, ev[i].ktr_arg[0], i + 5);
		KTEST_EQ(t, ev[i].ktr_arg[3], 0xffffffff);
		KTEST_EQ(t, ev[i].ktr_pid, curproc->p_pid);
		KTEST_ASSERT(t, i == 0 || ev[i].ktr_tsc >= ev[i - 1].ktr_tsc);
	}
	ktr_clear();
	leave_marks(70, 2);
	KTEST_EQ(t, ktr_copy(ev, SOME), 2);
	KTEST_EQ(t, ev[0].ktr_arg[0], 70);
	KTEST_EQ(t, ev[1].ktr_arg[0], 71);
	ktr_mask = mask;
}
KTEST_ALONE(ktr, ktr_order);

/* Read all that is left: how many; the argument of the first. */
static u_int
read_all(struct ktr_reader *rd, u_int *first)
{
	struct ktr_event e;
	u_int n = 0;

	while (ktr_reader_next(rd, &e))
		if (n++ == 0)
			*first = e.ktr_arg[0];
	return (n);
}

/*
 * What a full ring has lost is counted exactly: before the reader came, and
 * while it read.
 */
static void
ktr_lost(struct ktest *t)
{
	u_int entries = ktr_rings[0].kr_entries, first = 0, mask, n;
	struct ktr_reader rd;

	mask = only_marks();
	leave_marks(100, entries);
	ktr_reader_start(&rd);
	KTEST_EQ(t, rd.rd_lost, 0);
	KTEST_EQ(t, read_all(&rd, &first), entries);
	KTEST_EQ(t, first, 100);

	only_marks();
	critical_enter();
	leave_marks(100, entries + 5);
	ktr_reader_start(&rd);
	KTEST_EQ(t, rd.rd_lost, 5);
	KTEST_EQ(t, ktr_reader_left(&rd), entries);
	leave_marks(0, 10);
	n = read_all(&rd, &first);
	critical_exit();
	KTEST_EQ(t, n, entries - 10);
	KTEST_EQ(t, first, 115);
	KTEST_EQ(t, rd.rd_lost, 15);
	ktr_mask = mask;
}
KTEST_ALONE(ktr, ktr_lost);

static void
leave_mark(void *arg)
{
	KTR_EVENT(KTR_MARK, 77, PCPU_GET(cpuid), *(u_int *)arg);
}

/*
 * What all processors have written comes out by time.
 */
static void
ktr_merges(struct ktest *t)
{
	static struct ktr_event ev[4 * MAXCPU];
	u_int seen[MAXCPU] = { 0 }, i, mask = only_marks(), n, round;

	for (round = 0; round < 4; round++)
		smp_rendezvous(leave_mark, &round);
	n = ktr_copy(ev, nitems(ev));
	KTEST_EQ(t, n, 4 * mp_ncpus);
	for (i = 0; i < n; i++) {
		KTEST_EQ(t, ev[i].ktr_arg[0], 77);
		KTEST_EQ(t, ev[i].ktr_cpu, ev[i].ktr_arg[1]);
		KTEST_EQ(t, ev[i].ktr_arg[2], i / mp_ncpus);
		KTEST_ASSERT(t, i == 0 || ev[i].ktr_tsc >= ev[i - 1].ktr_tsc);
		seen[ev[i].ktr_cpu % MAXCPU]++;
	}
	for (i = 0; i < mp_ncpus; i++)
		KTEST_EQ(t, seen[i], 4);
	ktr_mask = mask;
}
KTEST_ALONE(ktr, ktr_merges);

static int
set_mask(const char *names)
{
	return (k_sysctlbyname("debug.ktr.mask", NULL, NULL, names,
	    strlen(names)));
}

/*
 * Names and bits; a list with a name that is none changes nothing; what is
 * off is not recorded.
 */
static void
ktr_masks(struct ktest *t)
{
	u_int mask = ktr_mask;
	struct ktr_event e;
	char text[256];
	size_t len = sizeof(text);

	KTEST_EQ(t, set_mask("fork,exec"), 0);
	KTEST_EQ(t, ktr_mask, KTR_FORK_DONE_MASK | KTR_EXEC_MASK);
	KTEST_EQ(t, k_sysctlbyname("debug.ktr.mask", text, &len, NULL, 0), 0);
	KTEST_EQ(t, strcmp(text, "fork,exec"), 0);
	KTEST_EQ(t, set_mask("fork,pids"), EINVAL);
	KTEST_EQ(t, set_mask(""), EINVAL);
	KTEST_EQ(t, ktr_mask, KTR_FORK_DONE_MASK | KTR_EXEC_MASK);
	KTEST_EQ(t, set_mask("all,-switch"), 0);
	KTEST_EQ(t, ktr_mask, KTR_MASK_ALL & ~KTR_SWITCH_MASK);
	KTEST_EQ(t, set_mask("none"), 0);
	KTEST_EQ(t, ktr_mask, 0);
	ktr_clear();
	leave_marks(0, 1);
	KTEST_EQ(t, ktr_copy(&e, 1), 0);
	KTEST_EQ(t, set_mask("mark"), 0);
	leave_marks(0, 1);
	KTEST_EQ(t, ktr_copy(&e, 1), 1);
	ktr_mask = mask;
}
KTEST_ALONE(ktr, ktr_masks);

static bool
reads(const struct ktr_event *e, const char *want)
{
	char line[KTR_LINE];

	return (ktr_format(e, line) == strlen(line) && strcmp(line, want) == 0);
}

/*
 * Each letter of the table, and what no event should be but may.
 */
static void
ktr_reads(struct ktest *t)
{
	struct ktr_event e = { .ktr_tsc = 1ULL << 40,
		.ktr_cpu = 1,
		.ktr_pid = 7,
		.ktr_kind = KTR_MARK,
		.ktr_arg = { 1, 2, 0xffffffff, 0x10 } };

	KTEST_ASSERT(t,
	    reads(&e,
		"ktr: 1099511627776 1 7 mark a=1 b=2 c=4294967295 d=0x10\n"));
	e.ktr_kind = KTR_WAIT;
	e.ktr_arg[0] = (u_int)-1;
	KTEST_ASSERT(t,
	    reads(&e, "ktr: 1099511627776 1 7 wait pid=-1 options=0x2\n"));
	e.ktr_kind = KTR_HOOK;
	e.ktr_arg[0] = (u_int)(uintptr_t) "a \"b\"\n";
	e.ktr_arg[1] = (u_int)(uintptr_t)ktr_clear;
	KTEST_ASSERT(t,
	    reads(&e,
		"ktr: 1099511627776 1 7 hook "
		"list=\"a \\042b\\042\\012\" fn=ktr_clear\n"));
	e.ktr_arg[0] = 0xfffffffe;
	e.ktr_arg[1] = 5;
	KTEST_ASSERT(t,
	    reads(&e,
		"ktr: 1099511627776 1 7 hook "
		"list=\"\" fn=0x5\n"));
	e.ktr_kind = KTR_EXEC;
	memcpy(e.ktr_arg, "sixteen-letters!", 16);
	KTEST_ASSERT(t,
	    reads(&e,
		"ktr: 1099511627776 1 7 exec "
		"name=\"sixteen-letters!\"\n"));
	e.ktr_kind = KTR_KINDS;
	KTEST_ASSERT(t, reads(&e, "ktr: 1099511627776 1 7 ?\n"));
}
KTEST(ktr, ktr_reads);

/*
 * How many events of that kind, of this process or a child; the place of the
 * last one, counted from 1.
 */
static u_int
count_kind(const struct ktr_event *ev, u_int n, pid_t child, u_int kind,
    u_int *place)
{
	u_int i, found = 0;

	for (i = 0; i < n; i++)
		if (ev[i].ktr_kind == kind &&
		    (ev[i].ktr_pid == child ||
			ev[i].ktr_pid == curproc->p_pid)) {
			found++;
			*place = i + 1;
		}
	return (found);
}

static void
do_nothing(void *arg)
{
}

/*
 * A fork, an exit and a wait: each phase is there once, in its order.
 */
static void
ktr_phases(struct ktest *t)
{
	static const u_int phases[] = { KTR_FORK_DECIDE, KTR_FORK_COMMIT,
		KTR_FORK_COMMITTED, KTR_FORK_CALLOUTS, KTR_FORK_DONE,
		KTR_FORK_TRAMPOLINE, KTR_EXIT, KTR_ZOMBIE, KTR_REAP };
	static struct ktr_event ev[64];
	u_int before = 0, i, mask = ktr_mask, n, place = 0;
	struct helper h;

	ktr_mask = KTR_FORK_DECIDE_MASK | KTR_EXIT_MASK | KTR_REAP_MASK;
	ktr_clear();
	if (!helper_make(t, &h, do_nothing, NULL))
		return;
	helper_go(&h, 0);
	helper_wait(t, &h);
	n = ktr_copy(ev, nitems(ev));
	ktr_mask = mask;
	for (i = 0; i < nitems(phases); i++) {
		KTEST_EQ(t, count_kind(ev, n, h.pid, phases[i], &place), 1);
		KTEST_ASSERT(t, place > before);
		before = place;
	}
	KTEST_EQ(t, count_kind(ev, n, h.pid, KTR_FORK_RESERVE, &place), 6);
}
KTEST_ALONE(ktr, ktr_phases);

static void
at_fork_nothing(struct proc *p1, struct proc *p2, int flags)
{
}

struct holder {
	struct	sx lock;
	volatile bool held, wanted;
};

static void
hold_lock(void *arg)
{
	struct holder *h = arg;

	sx_xlock(&h->lock);
	h->held = true;
	while (!h->wanted)
		settle();
	sx_xunlock(&h->lock);
}

static void
want_lock(void *arg)
{
	struct holder *h = arg;

	sx_xlock(&h->lock);
	sx_xunlock(&h->lock);
}

/* The only event of that kind with that argument; NULL if not just one. */
static const struct ktr_event *
only_event(const struct ktr_event *ev, u_int n, u_int kind, u_int arg,
    const void *value)
{
	const struct ktr_event *found = NULL;

	for (; n-- > 0; ev++)
		if (ev->ktr_kind == kind &&
		    ev->ktr_arg[arg] == (u_int)(uintptr_t)value) {
			if (found != NULL)
				return (NULL);
			found = ev;
		}
	return (found);
}

/*
 * A fork callout, and a lock that is waited for: each is named.
 */
static void
ktr_named(struct ktest *t)
{
	static struct ktr_event ev[16];
	static const char name[] = "ktr test";
	struct helper holds, wants;
	const struct ktr_event *e;
	struct holder h = { .held = false };
	u_int mask = ktr_mask, n;

	sx_init(&h.lock, name);
	KTEST_EQ(t, at_fork(at_fork_nothing), 0);
	ktr_mask = KTR_HOOK_MASK | KTR_CONTEND_MASK;
	ktr_clear();
	if (!helper_start(t, &holds, hold_lock, &h))
		return;
	KTEST_EQ(t, rm_at_fork(at_fork_nothing), 1);
	KTEST_ASSERT(t, WAIT_UNTIL(h.held));
	if (!helper_start(t, &wants, want_lock, &h))
		return;
	KTEST_ASSERT(t,
	    WAIT_UNTIL(KTEST_PEEK(wants.p->p_thread.td_wchan) != NULL));
	h.wanted = true;
	helper_wait(t, &holds);
	helper_wait(t, &wants);
	n = ktr_copy(ev, nitems(ev));
	ktr_mask = mask;
	e = only_event(ev, n, KTR_HOOK, 1, at_fork_nothing);
	KTEST_ASSERT(t, e != NULL && e->ktr_pid == curproc->p_pid);
	e = only_event(ev, n, KTR_CONTEND, 0, name);
	KTEST_ASSERT(t, e != NULL && e->ktr_pid == wants.pid);
	sx_destroy(&h.lock);
}
KTEST_ALONE(ktr, ktr_named);

/*
 * A sleep, and the timer that ends it; and ids are looked for once in 256
 * forks, not for each.
 */
static void
ktr_rare(struct ktest *t)
{
	static struct ktr_event ev[16];
	const struct ktr_event *e;
	struct helper h;
	u_int i, mask = ktr_mask, n;

	ktr_mask = KTR_SLEEP_MASK | KTR_CALLOUT_MASK;
	ktr_clear();
	tsleep(&h, PVM, "ktr", 1);
	n = ktr_copy(ev, nitems(ev));
	e = only_event(ev, n, KTR_SLEEP, 0, &h);
	KTEST_ASSERT(t, e != NULL && e->ktr_arg[2] == 1);
	e = only_event(ev, n, KTR_CALLOUT, 1, curthread);
	KTEST_ASSERT(t, e != NULL && e->ktr_pid != curproc->p_pid);

	ktr_mask = KTR_PID_REFILL_MASK;
	ktr_clear();
	for (i = 0; i < 260; i++) {
		if (!helper_start(t, &h, do_nothing, NULL))
			return;
		helper_wait(t, &h);
	}
	n = ktr_copy(ev, nitems(ev));
	ktr_mask = mask;
	KTEST_ASSERT(t, n >= 1 && n <= 3);
	KTEST_EQ(t, ev[0].ktr_kind, KTR_PID_REFILL);
	KTEST_ASSERT(t, ev[0].ktr_arg[1] > ev[0].ktr_arg[0]);
}
KTEST_ALONE(ktr, ktr_rare);
#endif
