/*
 * Several processors: atomic operations, locks, wakeups, callouts, calls
 * from one to another, and the kernel's own mappings, all used by as many
 * threads as there are processors, at the same time.
 */
#include "smp_util.h"
#include <sys/callout.h>
#include <sys/cons.h>
#include <sys/critical.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/sx.h>
#include <sys/time.h>
#include <machine/clock.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_kern.h>

static volatile u_int wrong;		/* atomic: what went wrong */

/* A check that any thread of a team may make. */
#define	CHECK(cond) do {						\
	if (!(cond))							\
		atomic_add_int(&wrong, 1);				\
} while (0)

static void
all_together(struct ktest *t, void (*fn)(u_int))
{
	wrong = 0;
	together(t, mp_ncpus, fn);
	KTEST_EQ(t, wrong, 0);
}

/* ------------------------------------------------------ atomic operations */

#define	OPS	20000

static volatile u_int sum, tickets, bits, chain;
static volatile u_int ticket_sum, swap_in, swap_out;

/* Each sum is exact if no operation is torn by another processor's. */
static void
atomic_run(u_int self)
{
	u_int i, in, mine = 0, old, given = 0, taken = 0;

	for (i = 0; i < OPS; i++) {
		atomic_add_int(&sum, self + 2);
		atomic_subtract_int(&sum, 1);
		mine += atomic_fetchadd_int(&tickets, 1);
		do
			old = chain;
		while (!atomic_cmpset_int(&chain, old, old + 3));
		in = self * OPS + i;
		given += in;
		taken += atomic_swap_int(&swap_out, in);
		atomic_set_int(&bits, 1u << self);
		CHECK(bits & 1u << self);
		atomic_clear_int(&bits, 1u << self);
		CHECK((bits & 1u << self) == 0);
	}
	atomic_add_int(&ticket_sum, mine);
	atomic_add_int(&swap_in, given - taken);
}

static void
smp_atomic_sums(struct ktest *t)
{
	u_int i, n = mp_ncpus, wanted = 0;

	NEED_CPUS(t, 2);
	sum = tickets = bits = chain = ticket_sum = swap_in = swap_out = 0;
	all_together(t, atomic_run);
	for (i = 0; i < n; i++)
		wanted += OPS * (i + 1);
	KTEST_EQ(t, sum, wanted);
	KTEST_EQ(t, tickets, n * OPS);
	wanted = 0;
	for (i = 0; i < n * OPS; i++)
		wanted += i;
	KTEST_EQ(t, ticket_sum, wanted);
	KTEST_EQ(t, chain, 3 * n * OPS);
	KTEST_EQ(t, swap_in, swap_out);
	KTEST_EQ(t, bits, 0);
}
KTEST(smp, smp_atomic_sums);

/* ------------------------------------------------------------------ locks */

#define	HOLDS	3000

static struct mtx sleep_mtx, spin_mtx;
static struct sx sx;
static volatile u_int inside, readers;
static u_int	counter;		/* by the lock under test */

/* Between lock and unlock: alone, or not. */
static void
exclusive(u_int round)
{
	CHECK(atomic_fetchadd_int(&inside, 1) == 0);
	counter++;
	if (round % 16 == 0)
		dawdle(round % 256);
	CHECK(atomic_fetchadd_int(&inside, ~0u) == 1);
}

/* Some rounds there are, if the host is so busy that the time is up now. */
static bool
time_left(u_int round)
{
	return (round % 64 != 0 || round == 0 || ticks - team.start < ENOUGH);
}

static volatile u_int holds;		/* atomic: done in all */

static void
mutex_run(u_int self __unused)
{
	u_int i;

	for (i = 0; i < HOLDS && time_left(i); i++) {
		mtx_lock(&sleep_mtx);
		exclusive(i);
		mtx_unlock(&sleep_mtx);
	}
	atomic_add_int(&holds, i);
}

static void
spin_run(u_int self __unused)
{
	u_int i;

	for (i = 0; i < HOLDS && time_left(i); i++) {
		mtx_lock_spin(&spin_mtx);
		exclusive(i);
		mtx_unlock_spin(&spin_mtx);
	}
	atomic_add_int(&holds, i);
}

/* Most read, some write. */
static void
sx_run(u_int self)
{
	u_int i, writes = 0;

	/* Readers let each other in: all of them hold it here. */
	sx_slock(&sx);
	meet();
	sx_sunlock(&sx);
	for (i = 0; i < HOLDS && time_left(i); i++) {
		if ((i + self) % 4 == 0) {
			sx_xlock(&sx);
			CHECK(readers == 0);
			exclusive(i);
			CHECK(readers == 0);
			writes++;
			if (i % 8 == 0) {
				sx_downgrade(&sx);
				CHECK(inside == 0);
				sx_sunlock(&sx);
			} else
				sx_xunlock(&sx);
			continue;
		}
		sx_slock(&sx);
		atomic_add_int(&readers, 1);
		CHECK(inside == 0);
		if (i % 16 == 1)
			dawdle(i % 512);
		CHECK(inside == 0);
		atomic_subtract_int(&readers, 1);
		sx_sunlock(&sx);
	}
	atomic_add_int(&holds, writes);
}

static void
exclusion(struct ktest *t, void (*fn)(u_int))
{
	counter = 0;
	inside = readers = holds = 0;
	all_together(t, fn);
	KTEST_EQ(t, counter, holds);
	KTEST_ASSERT(t, holds > mp_ncpus);
}

static void
smp_mutex_excludes(struct ktest *t)
{
	NEED_CPUS(t, 2);
	mtx_init(&sleep_mtx, "smp test", NULL, MTX_DEF);
	exclusion(t, mutex_run);
	mtx_destroy(&sleep_mtx);
}
KTEST(smp, smp_mutex_excludes);

static void
smp_spin_mutex_excludes(struct ktest *t)
{
	NEED_CPUS(t, 2);
	mtx_init(&spin_mtx, "smp test spin", NULL, MTX_SPIN);
	exclusion(t, spin_run);
	mtx_destroy(&spin_mtx);
}
KTEST(smp, smp_spin_mutex_excludes);

static void
smp_sx_excludes(struct ktest *t)
{
	NEED_CPUS(t, 2);
	sx_init(&sx, "smp test sx");
	exclusion(t, sx_run);
	sx_destroy(&sx);
}
KTEST(smp, smp_sx_excludes);

/* ---------------------------------------------------------------- wakeups */

#define	TURNS	4000

static volatile u_int turn;		/* sleep_mtx, or sched_lock */
static volatile bool over;

static bool
turns_left(u_int self, u_int i)
{
	if (self == 0 && (i >= TURNS || !time_left(i)))
		over = true;
	return (!over);
}

/* Two threads by turns; one that is not woken has no end. */
static void
turns_msleep(u_int self)
{
	u_int i;

	mtx_lock(&sleep_mtx);
	for (i = 0; turns_left(self, i); i++) {
		while (turn != self && !over)
			msleep(&turn, &sleep_mtx, PWAIT, "turn", 0);
		turn = 1 - self;
		wakeup(&turn);
	}
	wakeup(&turn);
	mtx_unlock(&sleep_mtx);
	atomic_add_int(&holds, i);
}

static void
turns_locked(u_int self)
{
	u_int i;

	mtx_lock_spin(&sched_lock);
	for (i = 0; turns_left(self, i); i++) {
		while (turn != self && !over)
			sleepq_wait_locked(&turn, PWAIT, "turn");
		turn = 1 - self;
		wakeup_locked(&turn);
	}
	wakeup_locked(&turn);
	mtx_unlock_spin(&sched_lock);
	atomic_add_int(&holds, i);
}

static void
turns(struct ktest *t, void (*fn)(u_int))
{
	turn = holds = 0;
	over = false;
	mtx_init(&sleep_mtx, "smp test", NULL, MTX_DEF);
	together(t, 2, fn);
	mtx_destroy(&sleep_mtx);
	KTEST_ASSERT(t, holds > 20);
}

static void
smp_wakeup_not_lost(struct ktest *t)
{
	NEED_CPUS(t, 2);
	turns(t, turns_msleep);
}
KTEST(smp, smp_wakeup_not_lost);

static void
smp_wakeup_locked_not_lost(struct ktest *t)
{
	NEED_CPUS(t, 2);
	turns(t, turns_locked);
}
KTEST(smp, smp_wakeup_locked_not_lost);

/*
 * A counting semaphore: thread 0 gives, the others take, and each thing
 * given wakes one.  What was given has been taken in the end.
 */
static u_int	semaphore;		/* sleep_mtx */
static volatile u_int given, taken;

static void
semaphore_give(void)
{
	u_int i;

	for (i = 0; i < TURNS && time_left(i); i++) {
		mtx_lock(&sleep_mtx);
		semaphore++;
		given++;
		wakeup_one(&semaphore);
		mtx_unlock(&sleep_mtx);
		if (i % 8 == 0)
			dawdle(i % 1024);
	}
	mtx_lock(&sleep_mtx);
	over = true;
	wakeup(&semaphore);
	mtx_unlock(&sleep_mtx);
}

static void
semaphore_take(void)
{
	mtx_lock(&sleep_mtx);
	for (;;) {
		while (semaphore == 0 && !over)
			msleep(&semaphore, &sleep_mtx, PWAIT, "sema", 0);
		if (semaphore == 0)
			break;
		semaphore--;
		taken++;
	}
	mtx_unlock(&sleep_mtx);
}

static void
semaphore_run(u_int self)
{
	if (self == 0)
		semaphore_give();
	else
		semaphore_take();
}

static void
smp_semaphore_counts(struct ktest *t)
{
	NEED_CPUS(t, 2);
	semaphore = 0;
	given = taken = 0;
	over = false;
	mtx_init(&sleep_mtx, "smp test", NULL, MTX_DEF);
	all_together(t, semaphore_run);
	mtx_destroy(&sleep_mtx);
	KTEST_ASSERT(t, given > 20);
	KTEST_EQ(t, taken, given);
	KTEST_EQ(t, semaphore, 0);
}
KTEST(smp, smp_semaphore_counts);

/*
 * wakeup_one() wakes one of those that sleep, and no more.
 */
static volatile u_int sleepers, called, answered;	/* sleep_mtx */

static void
one_call(void)
{
	u_int i;

	for (i = 0; i < TURNS && time_left(i); i++) {
		mtx_lock(&sleep_mtx);
		while (sleepers < team.n - 1) {
			mtx_unlock(&sleep_mtx);
			mtx_lock(&sleep_mtx);
		}
		CHECK(answered == called);
		called++;
		sleepers--;
		wakeup_one(&called);
		mtx_unlock(&sleep_mtx);
	}
	mtx_lock(&sleep_mtx);
	over = true;
	wakeup(&called);
	mtx_unlock(&sleep_mtx);
}

/* On the queue before anybody can see that sleepers has grown. */
static void
one_answer(void)
{
	mtx_lock(&sleep_mtx);
	sleepers++;
	while (!over) {
		msleep(&called, &sleep_mtx, PWAIT, "one", 0);
		answered++;
		sleepers++;
	}
	mtx_unlock(&sleep_mtx);
}

static void
one_run(u_int self)
{
	if (self == 0)
		one_call();
	else
		one_answer();
}

static void
smp_wakeup_one(struct ktest *t)
{
	NEED_CPUS(t, 2);
	sleepers = called = answered = 0;
	over = false;
	mtx_init(&sleep_mtx, "smp test", NULL, MTX_DEF);
	all_together(t, one_run);
	mtx_destroy(&sleep_mtx);
	KTEST_ASSERT(t, called > 20);
}
KTEST(smp, smp_wakeup_one);

/* --------------------------------------------------------------- callouts */

#define	CALLOUTS	30U

static struct callout co;
static volatile bool co_running, co_stopped;
static volatile u_int co_ran;

static void
co_work(void *arg __unused)
{
	co_running = true;
	CHECK(!co_stopped);
	dawdle(20000);
	CHECK(!co_stopped);
	co_ran++;
	co_running = false;
}

/* Spin until something is so; false if it does not come. */
#define	SPIN_UNTIL(cond) __extension__ ({				\
	int __start = ticks;						\
									\
	while (!(cond) && ticks - __start < PATIENCE)			\
		cpu_spinwait();						\
	(cond);								\
})

/*
 * The function runs on another processor, since this one does not let go:
 * callout_drain() waits for its end, callout_stop() says that it is late.
 */
static void
smp_callout_drain(struct ktest *t)
{
	u_int i;

	NEED_CPUS(t, 2);
	wrong = co_ran = 0;
	co_stopped = co_running = false;
	callout_init(&co, 1);
	for (i = 0; i < CALLOUTS; i++) {
		callout_reset(&co, 1, co_work, NULL);
		KTEST_ASSERT(t, SPIN_UNTIL(co_running || co_ran > i));
		if (i % 2)
			KTEST_EQ(t, callout_stop(&co), 0);
		KTEST_EQ(t, callout_drain(&co), 0);
		KTEST_ASSERT(t, !co_running);
		KTEST_EQ(t, co_ran, i + 1);
	}
	KTEST_EQ(t, wrong, 0);
}
KTEST(smp, smp_callout_drain);

/*
 * With a mutex of its own: what callout_stop() under the mutex says is so,
 * and the function does not begin behind it.
 */
static void
smp_callout_stop(struct ktest *t)
{
	u_int i, late = 0;
	int stopped, tick_then;

	NEED_CPUS(t, 2);
	wrong = 0;
	mtx_init(&sleep_mtx, "smp test", NULL, MTX_DEF);
	callout_init_mtx(&co, &sleep_mtx, 0);
	for (i = 0; i < CALLOUTS; i++) {
		mtx_lock(&sleep_mtx);
		co_stopped = false;
		co_ran = 0;
		tick_then = ticks;
		callout_reset(&co, 1, co_work, NULL);
		mtx_unlock(&sleep_mtx);
		/* It is about to begin, or has. */
		KTEST_ASSERT(t, SPIN_UNTIL(ticks != tick_then));
		dawdle(i * 64);
		mtx_lock(&sleep_mtx);
		stopped = callout_stop(&co);
		co_stopped = true;
		KTEST_EQ(t, co_ran, stopped ? 0 : 1);
		late += !stopped;
		mtx_unlock(&sleep_mtx);
		dawdle(1000);
		KTEST_EQ(t, co_ran, stopped ? 0 : 1);
	}
	callout_drain(&co);
	mtx_destroy(&sleep_mtx);
	KTEST_EQ(t, wrong, 0);
	printf("    # too late %u times in %u\n", late, CALLOUTS);
}
KTEST(smp, smp_callout_stop);

/* ------------------------------------------------------------------ calls */

#define	CALLS	1000

/* What each processor has been called for, by each caller. */
static struct call {
	volatile u_int seen[MAXCPU];
	u_int	stamp;
} call_of[MAXCPU];

static void
call_answer(void *arg)
{
	struct call *c = arg;
	u_int stamp = c->stamp;

	/* The caller must wait for us, and not go on before. */
	dawdle(stamp % 8 * 200);
	c->seen[PCPU_GET(cpuid)] = stamp;
}

/* Each processor is called once, and has done it when the call returns. */
static void
call_run(u_int self)
{
	struct call *c = &call_of[self];
	u_int cpu, i, me, stamp = 0;

	for (i = 0; i < CALLS && ticks - team.start < ENOUGH; i++) {
		c->stamp = ++stamp;
		if (i % 3 == 0)
			mtx_lock_spin(&spin_mtx);
		smp_rendezvous(call_answer, c);
		CPU_FOREACH(cpu)
		CHECK(c->seen[cpu] == stamp);
		c->stamp = ++stamp;
		critical_enter();
		me = PCPU_GET(cpuid);
		smp_call(~0u & ~CPU_MASK((me + 1) % mp_ncpus), call_answer, c);
		CPU_FOREACH(cpu)
		CHECK(c->seen[cpu] ==
		    (cpu == me || cpu == (me + 1) % mp_ncpus ? stamp - 1 :
							       stamp));
		critical_exit();
		if (i % 3 == 0)
			mtx_unlock_spin(&spin_mtx);
	}
}

/*
 * All call all at once, some with a spin mutex held for which others wait
 * with interrupts off.
 */
static void
smp_calls_cross(struct ktest *t)
{
	NEED_CPUS(t, 2);
	mtx_init(&spin_mtx, "smp test spin", NULL, MTX_SPIN);
	bzero(call_of, sizeof(call_of));
	all_together(t, call_run);
	mtx_destroy(&spin_mtx);
}
KTEST(smp, smp_calls_cross);

static u_int	counts[MAXCPU];		/* only its own processor's */

static void
count_here(void *arg __unused)
{
	counts[PCPU_GET(cpuid)]++;
}

/* Also with one processor. */
static void
smp_rendezvous_once(struct ktest *t)
{
	u_int cpu, i;

	bzero(counts, sizeof(counts));
	for (i = 1; i <= CALLS; i++) {
		smp_rendezvous(count_here, NULL);
		CPU_FOREACH(cpu)
		KTEST_EQ(t, counts[cpu], i);
	}
}
KTEST(smp, smp_rendezvous_once);

/* ------------------------------------------------- the kernel's mappings */

#define	REMAPS	3000
#define	VIEWS	2			/* pages that take turns */

static volatile u_int *view;		/* where they are mapped */
static vm_paddr_t view_pa[VIEWS];
static volatile u_int shown;

/*
 * Thread 0 maps another page at one address, the others read there: each
 * sees the new page, and none the old one.
 */
static void
remap_run(u_int self)
{
	u_int i, now;

	for (i = 0; team_goes_on(self, i, REMAPS); i++) {
		now = i % VIEWS;
		if (self == 0) {
			pmap_kremove((vm_offset_t)view, 1);
			pmap_kenter((vm_offset_t)view, view_pa[now]);
			shown = now;
		}
		meet();
		CHECK(shown == now && *view == now);
	}
}

static void
smp_kernel_remap(struct ktest *t)
{
	vm_offset_t va;
	u_int i;

	NEED_CPUS(t, 2);
	va = kmem_alloc_pages(VIEWS, 0);
	KTEST_REQUIRE(t, va != 0);
	for (i = 0; i < VIEWS; i++) {
		*(volatile u_int *)(va + ptoa(i)) = VIEWS - 1 - i;
		view_pa[VIEWS - 1 - i] = pmap_kextract(va + ptoa(i));
	}
	view = (volatile u_int *)va;
	all_together(t, remap_run);
	/* As it was, for who gives the pages back. */
	pmap_kremove(va, 1);
	pmap_kenter(va, view_pa[VIEWS - 1]);
	kmem_free_pages(va, VIEWS);
}
KTEST(smp, smp_kernel_remap);

/*
 * Who stops the others leaves the upper half of the command, the receiver, as
 * it was: an NMI may do so while its processor is about to send an interrupt.
 */
#define	LAPIC		0xfee00000	/* where QEMU has them */
#define	LAPIC_RECEIVER	(0x310 / 4)

static void
smp_receiver_kept(struct ktest *t)
{
	static volatile u_int *lapic;
	u_int state, before;

	NEED_CPUS(t, 2);
	/* For good: there is no unmapping a device. */
	if (lapic == NULL)
		lapic = kmem_map_device(LAPIC, PAGE_SIZE);
	KTEST_ASSERT(t, lapic != NULL);
	state = intr_disable();
	before = lapic[LAPIC_RECEIVER];
	lapic[LAPIC_RECEIVER] = 5u << 24;
	cpu_stop_others();
	cpu_resume_others();
	KTEST_EQ(t, lapic[LAPIC_RECEIVER], 5u << 24);
	lapic[LAPIC_RECEIVER] = before;
	intr_restore(state);
}
KTEST(smp, smp_receiver_kept);

/*
 * All want the others to stand still, at the same time: each has its turn,
 * with all others still, until it has resumed as often as it has asked.
 */
static volatile u_int stop_inside, stop_wrong;

static void
stop_in_turns(u_int self)
{
	u_int round, state, cpu;

	for (round = 0; team_goes_on(self, round, 200); round++) {
		state = intr_disable();
		cpu_stop_others();
		stop_wrong += stop_inside++ != 0;
		cpu_stop_others();
		stop_wrong += cpu_stop_try();
		cpu_resume_others();
		CPU_FOREACH(cpu)
		if (cpu != PCPU_GET(cpuid))
			stop_wrong += cpu_stopped_frame(cpu) == NULL;
		stop_inside--;
		cpu_resume_others();
		intr_restore(state);
	}
}

static void
smp_stop_in_turns(struct ktest *t)
{
	NEED_CPUS(t, 2);
	stop_inside = stop_wrong = 0;
	together(t, mp_ncpus, stop_in_turns);
	KTEST_EQ(t, stop_wrong, 0);
}
KTEST(smp, smp_stop_in_turns);

/*
 * Who has stopped a processor in the midst of a message does not wait for the
 * end of that.  Of some tries the shortest tells: the host may be busy.
 */
static volatile bool console_done;
static u_int64_t console_wait;

static void
stop_a_printer(u_int self)
{
	u_int state = intr_disable(), tries;
	bool ours = self == 1 ? console_enter() : false;
	u_int64_t start;

	meet();
	if (self == 0) {
		cpu_stop_others();
		for (tries = 0; tries < 3; tries++) {
			start = rdtsc();
			ours = console_enter();
			console_wait = MIN(console_wait, rdtsc() - start);
		}
		cpu_resume_others();
		console_done = true;
	}
	while (!console_done)
		cpu_spinwait();
	console_leave(ours);
	intr_restore(state);
}

static void
smp_stopped_printer(struct ktest *t)
{
	NEED_CPUS(t, 2);
	console_done = false;
	console_wait = ~0ull;
	together(t, 2, stop_a_printer);
	KTEST_ASSERT(t, console_wait < tsc_freq / 100);
}
KTEST(smp, smp_stopped_printer);

static void
do_nothing(void *arg __unused)
{
}

static void
call_a_printer(u_int self)
{
	u_int state = 0;
	bool ours = self == 1 ? console_enter() : false;

	if (self == 0)
		state = intr_disable();
	meet();
	if (self == 1)
		smp_call(~0u, do_nothing, NULL);
	else
		ours = console_enter();
	CHECK(ours);
	console_leave(ours);
	if (self == 0)
		intr_restore(state);
}

/*
 * Who waits for the console with interrupts off gives answers meanwhile: he
 * who has it may need one, in an interrupt.
 */
static void
smp_printer_answers(struct ktest *t)
{
	NEED_CPUS(t, 2);
	wrong = 0;
	together(t, 2, call_a_printer);
	KTEST_EQ(t, wrong, 0);
}
KTEST(smp, smp_printer_answers);

/* Threads that are told to give way, of those that run elsewhere. */
static u_int
told_to_go(void)
{
	const struct thread *td;
	u_int cpu, n = 0;

	CPU_FOREACH(cpu)
	{
		td = cpu_pcpu[cpu]->pc_curthread;
		n += td != curthread && (td->td_flags & TDF_NEEDRESCHED) != 0;
	}
	return (n);
}

static volatile bool	sent;

static void
send_away(u_int self)
{
	static struct thread better = { .td_priority = PRI_MIN };
	u_int cpu, n;

	mtx_lock_spin(&sched_lock);
	sched_prio(curthread, self == 0 ? PRI_MIN + 1 : PRI_MAX);
	mtx_unlock_spin(&sched_lock);
	meet();
	if (self == 0) {
		mtx_lock_spin(&sched_lock);
		CPU_FOREACH(cpu)
		cpu_pcpu[cpu]->pc_curthread->td_flags &= ~TDF_NEEDRESCHED;
		for (n = 1; n < mp_ncpus; n++) {
			maybe_resched(&better);
			CHECK(told_to_go() == n);
		}
		CHECK((curthread->td_flags & TDF_NEEDRESCHED) == 0);
		maybe_resched(&better);
		CHECK((curthread->td_flags & TDF_NEEDRESCHED) != 0);
		mtx_unlock_spin(&sched_lock);
		sent = true;
	}
	while (!sent)
		cpu_spinwait();
}

/*
 * Of several that become runnable at once, and are better than all that run,
 * each has somebody give way: first the worst, and each only once.
 */
static void
smp_each_makes_room(struct ktest *t)
{
	NEED_CPUS(t, 2);
	sent = false;
	all_together(t, send_away);
}
KTEST(smp, smp_each_makes_room);

static u_int64_t
idle_ticks(u_int cpu)
{
	struct kse *ke = cpu_pcpu[cpu]->pc_idlethread->td_kse;
	u_int64_t n;

	mtx_lock_spin(&sched_lock);
	n = ke->ke_sticks + ke->ke_iticks;
	mtx_unlock_spin(&sched_lock);
	return (n);
}

/*
 * Each processor has a clock of its own: while all are idle, each charges its
 * idle thread.
 */
static void
smp_clock_each(struct ktest *t)
{
	u_int64_t before[MAXCPU];
	u_int cpu, tries;
	int chan;

	NEED_CPUS(t, 2);
	CPU_FOREACH(cpu)
	before[cpu] = idle_ticks(cpu);
	CPU_FOREACH(cpu)
	for (tries = 0; tries < 100 && idle_ticks(cpu) == before[cpu]; tries++)
		tsleep(&chan, PZERO, "idle", 2);
	CPU_FOREACH(cpu)
	KTEST_ASSERT(t, idle_ticks(cpu) > before[cpu]);
}
KTEST(smp, smp_clock_each);
