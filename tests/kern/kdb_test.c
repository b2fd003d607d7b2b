/*
 * The way into a debugger and out of it: a debugger that does what a list
 * says, breakpoints, watchpoints, steps, memory, and failing in safety.
 */
#include <sys/errno.h>
#include <sys/kdb.h>
#include <sys/ktest.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/psl.h>
#include <machine/segments.h>
#include <machine/trap.h>
#include <machine/vmparam.h>

#include "kern_util.h"
#include "smp_util.h"

/* What the debugger has been asked; it answers steps times KDB_STEP. */
static volatile u_int asked, steps, others_running;
static struct kdb_stop last;
static struct thread *volatile watched;	/* whose registers it takes */
static struct db_regs watched_regs;
static const struct kdb_backend *before;

static enum kdb_leave
listen(struct kdb_stop *ks)
{
	u_int cpu;

	asked++;
	last = *ks;
	CPU_FOREACH(cpu)
	if (cpu != ks->ks_cpu && cpu_stopped_frame(cpu) == NULL)
		others_running++;
	if (watched != NULL)
		kdb_registers(watched, &watched_regs);
	if (steps == 0)
		return (KDB_GO);
	steps--;
	return (KDB_STEP);
}

static const struct kdb_backend listener = { "test", listen };

static void
begin(u_int n)
{
	before = kdb_user();
	kdb_use(&listener);
	asked = others_running = 0;
	steps = n;
}

/* Set points count from the next entry on. */
static void
enter(void)
{
	kdb_enter(KDB_ASKED, "a test");
	asked = 0;
}

static void
end(struct ktest *t)
{
	kdb_use(before);
	KTEST_EQ(t, others_running, 0);
	KTEST_EQ(t, kdb_active, false);
}

static __noinline int
twice(volatile int n)
{
	return (2 * n);
}

static volatile int word;

static void
read_bad(void *arg)
{
	word = *(volatile int *)arg;
}

static void
kdb_asked(struct ktest *t)
{
	begin(0);
	kdb_enter(KDB_ASKED, "a test");
	end(t);
	KTEST_EQ(t, asked, 1);
	KTEST_EQ(t, last.ks_why, KDB_ASKED);
	KTEST_EQ(t, strcmp(last.ks_text, "a test"), 0);
	KTEST_EQ(t, last.ks_td, curthread);
}
KTEST(kdb, kdb_asked);

/*
 * Three calls of a function with a breakpoint are three stops there, and the
 * function does what it should.
 */
static void
kdb_breakpoint(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)twice;
	int i, sum = 0;

	begin(0);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), 0);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), 0);
	enter();
	for (i = 1; i <= 3; i++) {
		sum += twice(i);
		KTEST_EQ(t, asked, i);
		KTEST_EQ(t, last.ks_why, KDB_BREAK);
		KTEST_EQ(t, last.ks_addr, at);
	}
	KTEST_EQ(t, sum, 12);
	KTEST_EQ(t, kdb_point_clear(KDB_SOFT, at, 1), 0);
	KTEST_EQ(t, kdb_point_clear(KDB_SOFT, at, 1), ENOENT);
	enter();
	KTEST_EQ(t, twice(7), 14);
	KTEST_EQ(t, asked, 0);
	end(t);
}
KTEST(kdb, kdb_breakpoint);

static void
kdb_hard_breakpoint(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)twice;

	begin(0);
	KTEST_EQ(t, kdb_point_set(KDB_HARD, at, 1), 0);
	enter();
	KTEST_EQ(t, twice(21), 42);
	KTEST_EQ(t, asked, 1);
	KTEST_EQ(t, last.ks_why, KDB_BREAK);
	KTEST_EQ(t, last.ks_addr, at);
	KTEST_EQ(t, kdb_point_clear(KDB_HARD, at, 1), 0);
	enter();
	KTEST_EQ(t, twice(21), 42);
	KTEST_EQ(t, asked, 0);
	end(t);
}
KTEST(kdb, kdb_hard_breakpoint);

/*
 * A write is seen, wherever it comes from; a read only if asked for.
 */
static void
write_word(u_int self __unused)
{
	word = 5;
}

static void
kdb_watchpoint(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)&word;

	begin(0);
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, at, 4), 0);
	enter();
	KTEST_EQ(t, word & 0, 0);
	KTEST_EQ(t, asked, 0);
	word = 3;
	KTEST_EQ(t, asked, 1);
	KTEST_EQ(t, last.ks_why, KDB_WATCH);
	KTEST_EQ(t, last.ks_addr, at);
	together(t, mp_ncpus, write_word);
	KTEST_EQ(t, asked, 1 + mp_ncpus);
	KTEST_EQ(t, kdb_point_clear(KDB_WRITE, at, 4), 0);
	KTEST_EQ(t, kdb_point_set(KDB_ACCESS, at, 4), 0);
	enter();
	KTEST_EQ(t, word, 5);
	KTEST_EQ(t, asked, 1);
	KTEST_EQ(t, kdb_point_clear(KDB_ACCESS, at, 4), 0);
	enter();
	end(t);
}
KTEST(kdb, kdb_watchpoint);

/*
 * Every processor runs into the same breakpoint again and again.
 */
#define	ROUNDS	20

static void
call_twice(u_int self __unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		if (twice(i) != 2 * i)
			others_running++;
}

static void
kdb_breakpoint_by_all(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)twice;

	begin(0);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), 0);
	enter();
	together(t, mp_ncpus, call_twice);
	KTEST_EQ(t, asked, ROUNDS * mp_ncpus);
	KTEST_EQ(t, kdb_point_clear(KDB_SOFT, at, 1), 0);
	enter();
	end(t);
}
KTEST(kdb, kdb_breakpoint_by_all);

/*
 * The registers of a thread that runs on another processor, %gs included,
 * which the kernel does not use and does not save either.
 */
static volatile bool regs_seen;

static void
another_runs(u_int self)
{
	if (self == 1) {
		load_gs(UDSEL);
		watched = curthread;
	}
	meet();
	if (self == 0) {
		kdb_enter(KDB_ASKED, "a test");
		regs_seen = true;
		return;
	}
	while (!regs_seen)
		cpu_spinwait();
	load_gs(0);
}

static void
kdb_registers_of_another(struct ktest *t)
{
	NEED_CPUS(t, 2);
	begin(0);
	regs_seen = false;
	together(t, 2, another_runs);
	watched = NULL;
	end(t);
	KTEST_ASSERT(t, db_is_code(watched_regs.r_eip));
	KTEST_EQ(t, watched_regs.r_gs, UDSEL);
}
KTEST(kdb, kdb_registers_of_another);

/*
 * Steps from an entry: as many stops, and the flags are unharmed by those
 * over the instructions that save and restore them.
 */
static void
kdb_steps(struct ktest *t)
{
	u_int flags;

	begin(40);
	kdb_enter(KDB_ASKED, "a test");
	__asm __volatile("pushfl; popl %0; pushl %0; popfl; nop" : "=r"(flags));
	while (steps > 0)
		twice(1);
	end(t);
	KTEST_EQ(t, asked, 41);
	KTEST_EQ(t, last.ks_why, KDB_STEPPED);
	KTEST_EQ(t, flags & PSL_T, 0);
	KTEST_EQ(t, flags & PSL_I, PSL_I);
	__asm __volatile("pushfl; popl %0" : "=r"(flags));
	KTEST_EQ(t, flags & (PSL_T | PSL_I), PSL_I);
}
KTEST(kdb, kdb_steps);

/*
 * A step of a program's: whatever it was, and if it has faulted instead,
 * interrupts are on behind it, and what it has pushed is as without us.
 */
static void
kdb_steps_of_a_program(struct ktest *t)
{
	static const u_char pushf = 0x9c;
	static const u_char ops[] = { pushf, 0x9d, 0xfa, 0xfb, 0x90 };
	static u_int pushed;
	u_int i;

	for (i = 0; i < nitems(ops) * 2; i++) {
		struct trapframe tf = {
			.tf_cs = UCSEL,
			.tf_eip = (int)&ops[i / 2],
			.tf_esp = (int)&pushed,
			.tf_eflags = PSL_I,
			.tf_trapno = i % 2 == 0 ? T_TRCTRAP : T_PROTFLT,
		};

		KTEST_ASSERT(t, db_step(&tf));
		pushed = tf.tf_eflags;
		db_step_done(&tf);
		KTEST_EQ(t, tf.tf_eflags & (PSL_T | PSL_I), PSL_I);
		if (ops[i / 2] == pushf && tf.tf_trapno == T_TRCTRAP)
			KTEST_EQ(t, pushed & (PSL_T | PSL_I), PSL_I);
	}
}
KTEST(kdb, kdb_steps_of_a_program);

/*
 * Points on what a debugger uses itself while they are out: they stop who
 * else comes there, and nothing more.
 */
static void
kdb_points_on_its_way(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)memcpy;
	vm_offset_t count = (vm_offset_t)&PCPU_PTR(cnt)->v_trap;
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;
	u_int from = 6, to = 0, state;

	begin(0);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), 0);
	KTEST_EQ(t, kdb_point_set(KDB_ACCESS, count, 4), 0);
	state = intr_disable();
	enter();
	(void)(*copy)(&to, &from, sizeof(to));
	KTEST_EQ(t, asked, 1);
	KTEST_EQ(t, to, 6);
	KTEST_EQ(t, kdb_point_clear(KDB_SOFT, at, 1), 0);
	enter();
	KTEST_ASSERT(t, !kdb_try(read_bad, NULL));
	KTEST_EQ(t, asked, 1);
	KTEST_ASSERT(t, last.ks_why == KDB_WATCH && last.ks_addr == count);
	KTEST_EQ(t, kdb_point_clear(KDB_ACCESS, count, 4), 0);
	enter();
	intr_restore(state);
	end(t);
}
KTEST(kdb, kdb_points_on_its_way);

/* Where it is entered and left nothing can be set. */
static void
kdb_points_in_its_way(struct ktest *t)
{
	static void *const ways[] = { trap, kdb_trap, kdb_step_faulted,
		kdb_read, kdb_write, kdb_point, db_copy, db_points_load,
		db_points_off, db_frame_ours, cpu_stop_try, cpu_stop_others,
		cpu_resume_others };
	u_int i;

	for (i = 0; i < nitems(ways); i++) {
		vm_offset_t at = (vm_offset_t)ways[i];

		KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), EINVAL);
		KTEST_EQ(t, kdb_point_set(KDB_HARD, at, 1), EINVAL);
	}
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, (vm_offset_t)&cpus_stopped, 1),
	    EINVAL);
}
KTEST(kdb, kdb_points_in_its_way);

static void
kdb_points_refused(struct ktest *t)
{
	vm_offset_t at = (vm_offset_t)&word;
	u_int i;

	KTEST_EQ(t, kdb_point_set(KDB_SOFT, VM_KMAP_END, 1), EFAULT);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, 0x08048000, 1), EFAULT);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, at, 1), EFAULT);
	KTEST_EQ(t, kdb_point_set(KDB_SOFT, (vm_offset_t)twice, 2), EINVAL);
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, at + 1, 4), EINVAL);
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, at, 3), EINVAL);
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, at, 0), EINVAL);
	for (i = 0; i < 4; i++)
		KTEST_EQ(t, kdb_point_set(KDB_HARD, at + i, 1), 0);
	KTEST_EQ(t, kdb_point_set(KDB_WRITE, at, 4), ENOSPC);
	for (i = 0; i < 4; i++)
		KTEST_EQ(t, kdb_point_clear(KDB_HARD, at + i, 1), 0);
}
KTEST(kdb, kdb_points_refused);

static void
kdb_memory(struct ktest *t)
{
	/* Nothing is mapped behind the kernel map, and page 0 never. */
	static const vm_offset_t bad[] = { 0, 4, VM_KMAP_END, VM_KMAP_END - 2,
		0xfffffffc };
	int value = 0;
	u_int i;

	word = 17;
	KTEST_EQ(t, kdb_read(NULL, (vm_offset_t)&word, &value, 4), 0);
	KTEST_EQ(t, value, 17);
	value = 18;
	KTEST_EQ(t, kdb_write(NULL, (vm_offset_t)&word, &value, 4), 0);
	KTEST_EQ(t, word, 18);
	for (i = 0; i < nitems(bad); i++) {
		KTEST_EQ(t, kdb_read(NULL, bad[i], &value, 4), EFAULT);
		KTEST_EQ(t, kdb_write(NULL, bad[i], &value, 4), EFAULT);
	}
	/* The guard page under this stack. */
	KTEST_EQ(t, kdb_read(NULL, curthread->td_kstack - 4, &value, 4),
	    EFAULT);
	KTEST_EQ(t, kdb_read(NULL, curthread->td_kstack - 2, &value, 4),
	    EFAULT);
}
KTEST(kdb, kdb_memory);

/*
 * A thread that sleeps has registers from which one gets on.
 */
static void
kdb_registers_of_a_sleeper(struct ktest *t)
{
	struct db_regs r;

	kdb_registers(&initproc->p_thread, &r);
	KTEST_ASSERT(t, r.r_eip >= KERNBASE && r.r_eip < (u_int)etext);
	KTEST_ASSERT(t, r.r_esp >= initproc->p_thread.td_kstack);
	KTEST_ASSERT(t, r.r_esp < (u_int)initproc->p_thread.td_pcb);
}
KTEST(kdb, kdb_registers_of_a_sleeper);

static void
try_inside(void *arg)
{
	word = kdb_try(read_bad, arg) ? 1 : 2;
	read_bad(arg);
}

static void
add_one(void *arg)
{
	++*(int *)arg;
}

static void
kdb_try_survives(struct ktest *t)
{
	int n = 0;

	KTEST_ASSERT(t, kdb_try(add_one, &n));
	KTEST_EQ(t, n, 1);
	KTEST_ASSERT(t, !kdb_try(read_bad, NULL));
	KTEST_ASSERT(t, !kdb_try(read_bad, (void *)VM_KMAP_END));
	/* The inner one ends, the outer goes on, and may fail then. */
	KTEST_ASSERT(t, !kdb_try(try_inside, NULL));
	KTEST_EQ(t, word, 2);
	KTEST_ASSERT(t, kdb_try(add_one, &n));
}
KTEST_ALONE(kdb, kdb_try_survives);
