/*
 * The watchdog: what does not go on is told of.
 *
 * It hangs on the clock interrupt.  On each processor it counts the ticks in
 * which one thread was found in the kernel without a switch in between; a
 * thread that has been there for debug.watchdog.seconds loops, or waits for
 * something in a loop.  Once a second the first processor's looks at those
 * that sleep: one that no signal and no time-out can wake, for the same time,
 * has missed its wakeup or waits for somebody who has; and those who wait for
 * locks in a circle have come to their end.
 *
 * Only the last is fatal by itself.  The others are reported once, and
 * panic with debug.watchdog.panic=1.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/db.h>

static int	watch_seconds = 5;
static int	watch_panics;

SYSCTL_NODE(_debug, OID_AUTO, watchdog, CTLFLAG_RW, NULL,
    "what does not go on");
SYSCTL_INT(_debug_watchdog, OID_AUTO, seconds, CTLFLAG_RW | CTLFLAG_TUN,
    &watch_seconds, 0, "without a step forward, until it is told; 0: never");
SYSCTL_INT(_debug_watchdog, OID_AUTO, panic, CTLFLAG_RW | CTLFLAG_TUN,
    &watch_panics, 0, "panic then");

/* What each processor was at, at the last tick; its own. */
static struct watch {
	int	w_switch;		/* ticks of the last switch */
	u_int	w_ticks;		/* since then, all in the kernel */
} watches[MAXCPU];

static char	deadlock_text[280];	/* sched_lock, as the next */
static const struct thread *told;	/* who oversleeps, and it was said */

/*
 * From the clock interrupt of each processor.  Ticks that an emulator was
 * late with came all at once, and are one here.
 */
void
watchdog_tick(bool usermode, uintptr_t pc)
{
	struct watch *w = &watches[PCPU_GET(cpuid)];
	struct thread *td = curthread;
	int last = PCPU_GET(switchticks), seconds = READ_ONCE(watch_seconds);
	char text[160];

	if (usermode || last != w->w_switch ||
	    (data_race(td->td_flags) & TDF_IDLE)) {
		w->w_switch = last;
		w->w_ticks = 0;
		return;
	}
	if (++w->w_ticks != (u_int)(seconds * hz) || panicstr != NULL)
		return;
	snprintf(text, sizeof(text),
	    "watchdog: pid %d (%s) has been in the "
	    "kernel for %d s without a switch, now in %s",
	    td->td_proc->p_pid, td->td_proc->p_comm, seconds, db_name(pc));
	if (READ_ONCE(watch_panics))
		panic("%s", text);
	printf("%s\n", text);
	db_backtrace();
	witness_list(td);
}

/*
 * The current thread waits for a device, in a loop, and knows how long that
 * may last.
 */
void
watchdog_reset(void)
{
	WRITE_ONCE(watches[PCPU_GET(cpuid)].w_ticks, 0);
}

/*
 * A sleep that only a wakeup ends, and that lasts.  Kernel threads may wait
 * for work as long as they like, who is stopped for SIGCONT (on p_xstat), and
 * others for a lock whose owner goes on: if it does not, the owner is told of.
 */
static bool
overslept(const struct proc *p, struct waits_seen *seen)
{
	const struct thread *td = &p->p_thread;
	int seconds = READ_ONCE(watch_seconds);

	return (seconds > 0 && p->p_stat == SSLEEP &&
	    td->td_wchan != &p->p_xstat &&
	    (int)p->p_ksegrp.kg_slptime == seconds &&
	    (td->td_flags & (TDF_SINTR | TDF_KILLWAKE)) == 0 &&
	    !callout_pending(&td->td_slpcallout) &&
	    (data_race(p->p_flag) & (P_SYSTEM | P_KTHREAD)) == 0 &&
	    !waits_for_owner(td, seen));
}

/*
 * sched_lock is let go while this is printed: who has the console may want
 * it, in an interrupt.
 */
static void
tell_overslept(struct proc *p)
{
	const struct thread *td = &p->p_thread;
	struct stack st;
	char text[200];

	if (td == told)
		return;
	told = td;
	snprintf(text, sizeof(text),
	    "watchdog: pid %d (%s) has slept on "
	    "\"%s\" (%s) for %d s, and nothing but a wakeup can end that: it "
	    "is missing",
	    p->p_pid, p->p_comm, td->td_wmesg,
	    db_name((vm_offset_t)td->td_wchan), (int)p->p_ksegrp.kg_slptime);
	if (READ_ONCE(watch_panics))
		panic_thread(&p->p_thread, "%s", text);
	stack_save_thread(&st, td);
	mtx_unlock_spin(&sched_lock);
	printf("%s\n", text);
	stack_print(&st);
	mtx_lock_spin(&sched_lock);
}

/*
 * From the clock interrupt of the first processor, once a second.  The list
 * may change while it is walked: a process that leaves it stays a struct
 * proc, and the walk has an end.
 */
void
watchdog_sweep(void)
{
	struct waits_seen seen = { NULL, NULL };
	struct proc *p;
	u_int n = 0;

	if (panicstr != NULL)
		return;
	mtx_lock_spin(&sched_lock);
	for (p = data_race(LIST_FIRST(&allproc));
	     p != NULL && ++n <= (u_int)maxproc + 1;
	     p = data_race(LIST_NEXT(p, p_list))) {
		if (overslept(p, &seen)) {
			tell_overslept(p);
			seen = (struct waits_seen){ NULL, NULL };
		} else if (told == &p->p_thread)
			told = NULL;
		if (p->p_stat != SMTX && p->p_stat != SSLEEP)
			continue;
		if (waits_deadlock(&p->p_thread, &seen, deadlock_text,
			sizeof(deadlock_text)))
			panic_thread(&p->p_thread, "deadlock: %s",
			    deadlock_text);
	}
	mtx_unlock_spin(&sched_lock);
}
