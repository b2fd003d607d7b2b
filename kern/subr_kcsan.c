/*
 * The detector of data races: who watches.
 *
 * The compiler puts a call in front of each access to memory (gcc's
 * -fsanitize=thread).  Of these, about one in debug.kcsan.skip sets a
 * watchpoint, rather where there were few before: it puts its address into a
 * table, waits for debug.kcsan.delay microseconds and goes on.  Every access
 * looks into the table.  If one to the same bytes comes meanwhile, and one of
 * the two writes, nothing kept them apart: that is the race, caught in the
 * act, with both at hand.  If nobody came and the value is another all the
 * same, it was changed by code without the calls.
 *
 * While it waits a processor takes interrupts if it did before.  If it is
 * alone the thread lets others run instead, for a tick at most, where it could
 * be interrupted: what they do then, another processor might have done.
 *
 * Nothing here takes a lock, and this file is compiled without the calls.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <sys/kcsan.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/clock.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/vmparam.h>

/*
 * A watchpoint.  Its state says who may touch the rest: a number that grows
 * with each use, and a phase.  Who finds an address in the table may find
 * another a moment later; only if it can change the state from the one it
 * saw at first was all that it has read of one piece.
 */
#define	PH_FREE		0u
#define	PH_SETUP	1u		/* the watcher fills it */
#define	PH_ARMED	2u
#define	PH_CLAIMED	3u		/* the other fills w_other */
#define	PH_DONE		4u		/* that is filled */
#define	PH_IGNORED	5u		/* by data_race(), or by the watcher */
#define	PH_MASK		7u
#define	PH_NEXT		8u		/* the number's unit */

struct watch {
	volatile u_int w_state;
	volatile uintptr_t w_addr;
	volatile u_int w_size;
	volatile int w_flags;		/* KCSAN_WRITE or 0 */
	struct	thread *volatile w_td;	/* the watcher */
	volatile u_int w_depth;		/* its depth of interrupts */
	struct	kcsan_side w_other;
};

/* What an address is watched by: its granule's slot. */
#define	GRANULE		8u
#define	NWATCH		64u
#define	SLOT(addr)	(&watches[(addr) / GRANULE % NWATCH])
#define	MANY		64u		/* bytes: rather look at every slot */

static struct watch	watches[NWATCH];
static volatile u_int	nwatches;	/* not free; 0 is the usual */

/* What each processor has for itself; no lock, only interrupts nest. */
static struct kcsan_cpu {
	int	kc_left;		/* accesses to the next watchpoint */
	u_int	kc_random;
	int	kc_ignore;		/* in data_race(), or in a report */
} __aligned(64) cpus[MAXCPU];

/*
 * How often each place in the code has watched; a place that shares its
 * number with a busy one has bad luck.  Changes may be lost.
 */
#define	NPLACES		8192u
#define	FEW		8u		/* times that every place may watch */
#define	RETRY		32u		/* accesses to the next try, at most */
static u_int	places[NPLACES];

int	kcsan_skip = 500;
int	kcsan_delay = 20;
static int	kcsan_enable = 1;
static volatile bool	kcsan_on;
static volatile bool	let_run = true;	/* kcsan_let_run() */
static volatile u_int	nset;		/* for debug.kcsan.watchpoints */
volatile u_int	kcsan_watched;

SYSCTL_NODE(_debug, OID_AUTO, kcsan, CTLFLAG_RW, NULL, "data races");
SYSCTL_INT(_debug_kcsan, OID_AUTO, skip, CTLFLAG_RW | CTLFLAG_TUN, &kcsan_skip,
    0, "accesses between two watchpoints of a processor");
SYSCTL_INT(_debug_kcsan, OID_AUTO, delay, CTLFLAG_RW | CTLFLAG_TUN,
    &kcsan_delay, 0, "microseconds that an address is watched");
SYSCTL_INT(_debug_kcsan, OID_AUTO, enable, CTLFLAG_RD | CTLFLAG_TUN,
    &kcsan_enable, 0, "look for data races");
SYSCTL_UINT(_debug_kcsan, OID_AUTO, watchpoints, CTLFLAG_RD, (u_int *)&nset, 0,
    "watchpoints set since boot");

/*
 * Begin when all processors run: in its first steps one has no struct pcpu.
 */
static void
kcsan_start(void *arg __unused)
{
	kcsan_on = kcsan_enable != 0;
}
SYSINIT(kcsan, SI_SUB_SMP, SI_ORDER_ANY, kcsan_start, NULL);

static struct kcsan_cpu *
this_cpu(void)
{
	return (&cpus[PCPU_GET(cpuid)]);
}

/*
 * Nothing of this processor counts for a while: data_race(), and reports.
 * Counted from the start, since kcsan_on may come between the two calls.
 */
void
kcsan_ignore(int change)
{
	this_cpu()->kc_ignore += change;
}

static u_int
next_random(struct kcsan_cpu *kc)
{
	u_int x = kc->kc_random != 0 ? kc->kc_random :
				       (u_int)(kc - cpus + 1) * 2654435769U;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return (kc->kc_random = x);
}

/*
 * What the compiler's access will find.
 */
static u_int64_t
value_at(uintptr_t addr, size_t size)
{
	const volatile void *p = (const volatile void *)addr;

	switch (size) {
	case 1:
		return (*(const volatile u_int8_t *)p);
	case 2:
		return (*(const volatile u_int16_t *)p);
	case 4:
		return (*(const volatile u_int32_t *)p);
	default:
		return (*(const volatile u_int64_t *)p);
	}
}

void
kcsan_let_run(bool value)
{
	let_run = value;
}

/*
 * May the current thread let another one run?  As in sched_jitter(): not
 * with spin mutexes, which nobody could come between either, nor in the midst
 * of a message, which is the processor's.
 */
static bool
may_yield(struct thread *td)
{
	return (let_run && !cold && panicstr == NULL && td->td_spinlocks == 0 &&
	    !console_is_ours() && td->td_intr_nesting_level == 0 &&
	    !(td->td_flags & TDF_IDLE) && td->td_proc->p_stat == SRUN);
}

static void
watch_wait(bool alone, bool intr)
{
	struct thread *td = curthread;
	u_int64_t end;

	if (alone && intr && may_yield(td)) {
		mtx_lock_spin(&sched_lock);
		if (td->td_proc->p_stat == SRUN) {
			setrunqueue(td);
			mi_switch();
		}
		mtx_unlock_spin(&sched_lock);
		return;
	}
	end = rdtsc() + (u_int)kcsan_delay * (tsc_freq / 1000000);
	while (rdtsc() < end)
		cpu_spinwait();
}

/*
 * A tick has passed on a processor that is alone.  Who watches there has let
 * others run instead of looping, and would go on by now: the turn of its
 * priority may come after all that compute, which would keep waiting everybody
 * who waits for its locks.
 */
void
kcsan_tick(void)
{
	struct thread *td;
	u_int i;

	mtx_assert(&sched_lock, MA_OWNED);
	if (mp_ncpus > 1)
		return;
	for (i = 0; i < NWATCH; i++) {
		if ((watches[i].w_state & PH_MASK) < PH_ARMED)
			continue;
		td = watches[i].w_td;
		if ((td->td_flags & TDF_ONRUNQ) && td->td_priority > PUSER)
			sched_prio(td, PUSER);
	}
}

/*
 * The end of a watchpoint: the phase it is in for good.  *other is filled
 * if that is PH_DONE.
 */
static u_int
watch_end(struct watch *w, struct kcsan_side *other)
{
	u_int s;

	for (;;) {
		s = w->w_state;
		if ((s & PH_MASK) == PH_ARMED &&
		    atomic_cmpset_int(&w->w_state, s,
			(s & ~PH_MASK) | PH_SETUP))
			break;
		if ((s & PH_MASK) >= PH_DONE)
			break;
		/* Claimed: the other has interrupts off, and is quick. */
		cpu_spinwait();
		if (panicstr != NULL)
			break;
	}
	if ((s & PH_MASK) == PH_DONE)
		*other = w->w_other;
	w->w_addr = 0;
	atomic_store_rel_int(&w->w_state, (s & ~PH_MASK) + PH_NEXT);
	atomic_subtract_int(&nwatches, 1);
	return (s & PH_MASK);
}

/*
 * Whether the place at pc may watch.  Most accesses are made at a few
 * places, most races are at others: the more often a place has watched, the
 * less likely it does so again.
 */
static bool
its_turn(struct kcsan_cpu *kc, uintptr_t pc)
{
	u_int *times = &places[pc * 2654435769U / (~0U / NPLACES + 1)];

	if (next_random(kc) % (*times + 1) >= FEW) {
		kc->kc_left = 1 + next_random(kc) % RETRY;
		return (false);
	}
	++*times;
	kc->kc_left = kcsan_skip / 2 + next_random(kc) % max(kcsan_skip, 1);
	return (true);
}

/*
 * Of a larger piece watch any of its words, of what lies across two
 * granules the first part.
 */
static void
choose_part(struct kcsan_cpu *kc, uintptr_t *addr, size_t *size)
{
	size_t room;

	if (*size > GRANULE) {
		*addr += next_random(kc) % *size & ~3u;
		*size = 1;
	}
	room = GRANULE - *addr % GRANULE;
	while (*size > room || (*size & (*size - 1)) != 0)
		*size = *size > room ? room : *size - 1;
}

/*
 * Watch an address, and report who else comes.
 */
static void
watch(uintptr_t addr, size_t size, int flags, uintptr_t pc)
{
	bool alone = mp_ncpus == 1, intr = intr_state_enabled(read_eflags()),
	     changed;
	struct kcsan_cpu *kc = this_cpu();
	struct kcsan_side me, other;
	u_int64_t before;
	struct watch *w;
	u_int phase, s;

	if (kc->kc_ignore != 0 || panicstr != NULL || (alone && !intr) ||
	    !its_turn(kc, pc))
		return;
	choose_part(kc, &addr, &size);
	w = SLOT(addr);
	s = w->w_state;
	if ((s & PH_MASK) != PH_FREE ||
	    !atomic_cmpset_int(&w->w_state, s, s | PH_SETUP))
		return;
	atomic_add_int(&nwatches, 1);
	atomic_add_int(&nset, 1);
	if (kcsan_expects(addr))
		atomic_add_int(&kcsan_watched, 1);
	w->w_size = size;
	w->w_flags = flags;
	w->w_td = curthread;
	w->w_depth = curthread->td_intr_nesting_level;
	w->w_addr = addr;
	before = value_at(addr, size);
	atomic_store_rel_int(&w->w_state, s | PH_ARMED);
	mb();
	watch_wait(alone, intr);
	changed = value_at(addr, size) != before;
	phase = watch_end(w, &other);
	if (phase != PH_DONE && !(phase == PH_ARMED && changed))
		return;
	kcsan_side_fill(&me, addr, size, flags, pc);
	kcsan_report(&me, phase == PH_DONE ? &other : NULL);
}

/*
 * An access that the watchpoint w may be waiting for.
 */
static void
meet(struct watch *w, uintptr_t addr, size_t size, int flags, uintptr_t pc)
{
	u_int ef, s = atomic_load_acq_int(&w->w_state);
	struct thread *td = curthread;
	bool own;

	if ((s & PH_MASK) != PH_ARMED ||
	    ((flags | w->w_flags) & KCSAN_WRITE) == 0)
		return;
	if (w->w_addr >= addr + size || addr >= w->w_addr + w->w_size)
		return;
	/* On its own way through the scheduler, or on the way to a handler. */
	own = w->w_td == td && w->w_depth == td->td_intr_nesting_level;
	/* Nothing may come between until w_other is filled. */
	ef = intr_disable();
	if (own || this_cpu()->kc_ignore != 0)
		atomic_cmpset_int(&w->w_state, s, (s & ~PH_MASK) | PH_IGNORED);
	else if (atomic_cmpset_int(&w->w_state, s,
		     (s & ~PH_MASK) | PH_CLAIMED)) {
		kcsan_side_fill(&w->w_other, addr, size, flags, pc);
		atomic_store_rel_int(&w->w_state, (s & ~PH_MASK) | PH_DONE);
	}
	intr_restore(ef);
}

static void
look(uintptr_t addr, size_t size, int flags, uintptr_t pc)
{
	uintptr_t at;
	u_int i;

	if (size > MANY) {
		for (i = 0; i < NWATCH; i++)
			if (watches[i].w_addr != 0)
				meet(&watches[i], addr, size, flags, pc);
		return;
	}
	for (at = addr & ~(GRANULE - 1); at < addr + size; at += GRANULE)
		if (SLOT(at)->w_addr != 0)
			meet(SLOT(at), addr, size, flags, pc);
}

/*
 * Each access.  User memory is none of ours, and on its own stack a thread
 * is mostly alone: it looks whether somebody watches, but does not watch.
 */
static __inline __always_inline void
check(const volatile void *p, size_t size, int flags, void *pc)
{
	uintptr_t addr = (uintptr_t)p;

	if (!kcsan_on || addr < VM_MIN_KERNEL_ADDRESS)
		return;
	if (__predict_false(nwatches != 0))
		look(addr, size, flags, (uintptr_t)pc);
	if ((flags & KCSAN_MARKED) || --this_cpu()->kc_left > 0 ||
	    addr - curthread->td_kstack < KSTACK_SIZE)
		return;
	watch(addr, size, flags, (uintptr_t)pc);
}

/* By an atomic operation: it reads and writes. */
void
kcsan_atomic(const volatile void *p, size_t size)
{
	check(p, size, KCSAN_WRITE | KCSAN_MARKED, __builtin_return_address(0));
}

/* By memcpy() and memset(), called from pc. */
void
kcsan_range(const volatile void *p, size_t size, int write, void *pc)
{
	if (size != 0)
		check(p, size, write ? KCSAN_WRITE : 0, pc);
}

/*
 * The compiler's calls, by the names that it gives them.
 */
void	__tsan_init(void);
void	__tsan_read_range(void *, size_t);
void	__tsan_write_range(void *, size_t);
u_int32_t __tsan_atomic32_load(const volatile u_int32_t *, int order);
u_int32_t __tsan_atomic32_fetch_or(volatile u_int32_t *, u_int32_t, int order);
u_int32_t __tsan_atomic32_fetch_and(volatile u_int32_t *, u_int32_t, int order);

#define	TSAN_CALL(name, size, flags)					\
void	__tsan_##name(void *);						\
void									\
__tsan_##name(void *p)							\
{									\
	check(p, (size), (flags), __builtin_return_address(0));		\
}
#define	TSAN_CALLS(size)						\
	TSAN_CALL(read##size, size, 0)					\
	TSAN_CALL(write##size, size, KCSAN_WRITE)			\
	TSAN_CALL(unaligned_read##size, size, 0)			\
	TSAN_CALL(unaligned_write##size, size, KCSAN_WRITE)		\
	TSAN_CALL(volatile_read##size, size, KCSAN_MARKED)		\
	TSAN_CALL(volatile_write##size, size, KCSAN_WRITE | KCSAN_MARKED) \
	TSAN_CALL(unaligned_volatile_read##size, size, KCSAN_MARKED)	\
	TSAN_CALL(unaligned_volatile_write##size, size,			\
	    KCSAN_WRITE | KCSAN_MARKED)

TSAN_CALLS(1)
TSAN_CALLS(2)
TSAN_CALLS(4)
TSAN_CALLS(8)
TSAN_CALLS(16)

/* Of the constructors that linker.ld leaves out. */
void
__tsan_init(void)
{
}

void
__tsan_read_range(void *p, size_t size)
{
	check(p, size, 0, __builtin_return_address(0));
}

void
__tsan_write_range(void *p, size_t size)
{
	check(p, size, KCSAN_WRITE, __builtin_return_address(0));
}

/*
 * The compiler's own atomic operations become calls that have to do them.
 * Each is a full barrier here, whatever order was asked for.
 */
u_int32_t
__tsan_atomic32_load(const volatile u_int32_t *p, int order __unused)
{
	check(p, 4, KCSAN_MARKED, __builtin_return_address(0));
	return (__atomic_load_n(p, __ATOMIC_SEQ_CST));
}

u_int32_t
__tsan_atomic32_fetch_or(volatile u_int32_t *p, u_int32_t v, int order __unused)
{
	check(p, 4, KCSAN_WRITE | KCSAN_MARKED, __builtin_return_address(0));
	return (__atomic_fetch_or(p, v, __ATOMIC_SEQ_CST));
}

u_int32_t
__tsan_atomic32_fetch_and(volatile u_int32_t *p, u_int32_t v,
    int order __unused)
{
	check(p, 4, KCSAN_WRITE | KCSAN_MARKED, __builtin_return_address(0));
	return (__atomic_fetch_and(p, v, __ATOMIC_SEQ_CST));
}
