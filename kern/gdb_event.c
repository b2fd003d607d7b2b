/*
 * Forks and execs, told to gdb as reasons to stop.
 *
 * Without a gdb that understands them none of this is called.  What it knows
 * it says when the machine stands still, where no lock can be taken; so the
 * callouts of fork and exec are registered when things go on again: by the
 * thread that had asked for gdb, or after an interrupt by the clock.  They
 * remove themselves when they find that gdb has left.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/gdb.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#define	PATH_LEN	512		/* twice that has to fit a packet */

u_int	gdb_able, gdb_events;		/* who has the machine; else read */
static bool	hooked;			/* events_mtx */
static struct mtx	events_mtx;
static struct callout	later;		/* initialized at boot */

MTX_SYSINIT(gdb_events, &events_mtx, "gdb's events", MTX_DEF);

static void	told_fork(struct proc *, struct proc *, int flags);
static void	told_exec(struct proc *);

/*
 * Register the callouts if they are wanted, remove them if not.  Should
 * there be no memory, gdb hears of nothing.
 */
void
gdb_events_follow(void)
{
	bool wanted;

	mtx_lock(&events_mtx);
	wanted = READ_ONCE(gdb_able) != 0;
	if (wanted && !hooked && at_fork(told_fork) == 0) {
		hooked = at_exec(told_exec) == 0;
		if (!hooked)
			(void)rm_at_fork_nowait(told_fork);
	} else if (!wanted && hooked) {
		(void)rm_at_fork_nowait(told_fork);
		(void)rm_at_exec_nowait(told_exec);
		hooked = false;
	}
	mtx_unlock(&events_mtx);
}

static void
follow_later(void *arg __unused)
{
	gdb_events_follow();
}

void
gdb_events_interrupted(void)
{
	if (READ_ONCE(gdb_able) != 0)
		(void)callout_reset(&later, 1, follow_later, NULL);
}

/* In the parent; the child is complete, and does not run yet. */
static void
told_fork(struct proc *p1 __unused, struct proc *p2, int flags)
{
	bool vforked = (flags & RFPPWAIT) != 0;
	char why[32];

	if (READ_ONCE(gdb_able) == 0)
		gdb_events_follow();
	if ((READ_ONCE(gdb_events) & (vforked ? GDB_VFORK : GDB_FORK)) == 0)
		return;
	snprintf(why, sizeof(why), "%s:p%x.%x", vforked ? "vfork" : "fork",
	    p2->p_pid, p2->p_pid);
	gdb_event(why);
}

/* The old program is still there: have exec call us at its end. */
static void
told_exec(struct proc *p)
{
	if (READ_ONCE(gdb_able) == 0)
		gdb_events_follow();
	if ((READ_ONCE(gdb_events) & GDB_EXEC) == 0)
		return;
	PROC_LOCK(p);
	p->p_flag |= P_TELLEXEC;
	PROC_UNLOCK(p);
}

/*
 * The new program is there.  Its path, or if that cannot be had its name;
 * without memory gdb does not hear of it.
 */
void
gdb_execed(struct proc *p)
{
	static const char digits[] = "0123456789abcdef";
	const char *path = p->p_comm;
	char *why, *buf, *end, *found;

	why = malloc(sizeof("exec:") + 3 * PATH_LEN, M_TEMP, M_NOWAIT);
	if (why == NULL)
		return;
	end = why + strlcpy(why, "exec:", sizeof("exec:"));
	buf = end + 2 * PATH_LEN;
	mtx_lock(&Giant);
	if (vn_fullpath(p->p_textvp, buf, PATH_LEN, &found) == 0)
		path = found;
	mtx_unlock(&Giant);
	for (; *path != '\0'; path++) {
		*end++ = digits[(u_char)*path >> 4];
		*end++ = digits[*path & 15];
	}
	*end = '\0';
	gdb_event(why);
	free(why, M_TEMP);
}

static void
gdb_events_init(void *arg __unused)
{
	callout_init(&later, 1);
}
SYSINIT(gdb_event, SI_SUB_INTRINSIC, SI_ORDER_ANY, gdb_events_init, NULL);
