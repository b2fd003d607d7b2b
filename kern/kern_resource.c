/*
 * Resource limits, usage and priorities, and what is counted per user.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <machine/clock.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_map.h>

static MALLOC_DEFINE(M_PLIMIT, "plimit", "resource limits");
static MALLOC_DEFINE(M_UIDINFO, "uidinfo", "per-user counts");

static struct mtx	uihash_lock;
MTX_SYSINIT(uihash, &uihash_lock, "uidinfo hash", MTX_DEF);
static LIST_HEAD(uihashhead, uidinfo) *uihashtbl;	/* uihash_lock */
static u_long	uihash;
#define	UIHASH(uid)	(&uihashtbl[(uid) & uihash])

void
uihashinit(void)
{
	uihashtbl = hashinit(max(maxproc / 16, 16), M_UIDINFO, &uihash);
}

static struct uidinfo *
uilookup(uid_t uid)
{
	struct uidinfo *ui;

	mtx_assert(&uihash_lock, MA_OWNED);
	LIST_FOREACH(ui, UIHASH(uid), ui_hash)
		if (ui->ui_uid == uid) {
			refcount_acquire(&ui->ui_ref);
			return (ui);
		}
	return (NULL);
}

/*
 * The counts of that user, with a reference; NULL without memory.
 */
struct uidinfo *
uifind(uid_t uid)
{
	struct uidinfo *new, *ui;

	mtx_lock(&uihash_lock);
	ui = uilookup(uid);
	mtx_unlock(&uihash_lock);
	if (ui != NULL)
		return (ui);

	new = malloc(sizeof(*new), M_UIDINFO, M_NOWAIT | M_ZERO);
	if (new == NULL)
		return (NULL);
	/* Somebody else may have made it meanwhile. */
	mtx_lock(&uihash_lock);
	ui = uilookup(uid);
	if (ui == NULL) {
		new->ui_uid = uid;
		refcount_init(&new->ui_ref, 1);
		LIST_INSERT_HEAD(UIHASH(uid), new, ui_hash);
		ui = new;
		new = NULL;
	}
	mtx_unlock(&uihash_lock);
	if (new != NULL)
		free(new, M_UIDINFO);
	return (ui);
}

struct uidinfo *
uihold(struct uidinfo *ui)
{
	refcount_acquire(&ui->ui_ref);
	return (ui);
}

/*
 * Drop a reference.  The last one goes under the hash's lock, so that a
 * look-up never revives an entry that is being freed.
 */
void
uifree(struct uidinfo *ui)
{
	bool last;

	if (ui == NULL)
		return;
	mtx_lock(&uihash_lock);
	last = refcount_release(&ui->ui_ref);
	if (last)
		LIST_REMOVE(ui, ui_hash);
	mtx_unlock(&uihash_lock);
	if (!last)
		return;
	KASSERT(ui->ui_proccnt == 0,
	    ("uifree: uid %u has %u processes", ui->ui_uid, ui->ui_proccnt));
	free(ui, M_UIDINFO);
}

/*
 * Change the number of a user's processes.  A growing count that would
 * exceed max is refused: 0 is returned, else 1.  RLIM_INFINITY is no limit;
 * a max of 0 allows none.
 */
int
chgproccnt(struct uidinfo *ui, int diff, rlim_t max)
{
	u_int n;

	if (diff < 0 || max == RLIM_INFINITY) {
		KASSERT(diff > 0 || ui->ui_proccnt >= (u_int)-diff,
		    ("chgproccnt: uid %u below zero", ui->ui_uid));
		atomic_add_int(&ui->ui_proccnt, diff);
		return (1);
	}
	do {
		n = ui->ui_proccnt;
		if ((rlim_t)n + diff > max)
			return (0);
	} while (!atomic_cmpset_int(&ui->ui_proccnt, n, n + diff));
	return (1);
}

struct plimit *
lim_alloc(void)
{
	struct plimit *lim;

	lim = malloc(sizeof(*lim), M_PLIMIT, M_NOWAIT);
	if (lim != NULL)
		refcount_init(&lim->pl_refcnt, 1);
	return (lim);
}

struct plimit *
lim_hold(struct plimit *lim)
{
	refcount_acquire(&lim->pl_refcnt);
	return (lim);
}

void
lim_free(struct plimit *lim)
{
	if (lim != NULL && refcount_release(&lim->pl_refcnt))
		free(lim, M_PLIMIT);
}

int
sys_getrlimit(struct thread *td, struct getrlimit_args *uap)
{
	struct proc *p = td->td_proc;
	struct rlimit rl;

	if (uap->which >= RLIM_NLIMITS)
		return (EINVAL);
	PROC_LOCK(p);
	rl = p->p_limit->pl_rlimit[uap->which];
	PROC_UNLOCK(p);
	return (copyout(&rl, uap->rlp, sizeof(rl)));
}

/*
 * No limit is above what the system can give.
 */
static rlim_t
lim_clamp(u_int which, rlim_t value)
{
	switch (which) {
	case RLIMIT_DATA:
		return (MIN(value, MAXDSIZ));
	case RLIMIT_STACK:
		return (MIN(value, MAXSSIZ));
	case RLIMIT_NPROC:
		return (MIN(value, maxprocperuid));
	case RLIMIT_NOFILE:
		return (MIN(value, OPEN_MAX));
	default:
		return (value);
	}
}

/*
 * setrlimit(2).  The limits are copied first and put in place of the old
 * ones under the lock, so that whoever shares those sees no change.
 */
int
sys_setrlimit(struct thread *td, struct setrlimit_args *uap)
{
	struct proc *p = td->td_proc;
	struct plimit *new, *old;
	struct rlimit *cur, rl;
	int error;

	if (uap->which >= RLIM_NLIMITS)
		return (EINVAL);
	error = copyin(uap->rlp, &rl, sizeof(rl));
	if (error != 0)
		return (error);
	if (rl.rlim_cur < 0 || rl.rlim_max < 0 || rl.rlim_cur > rl.rlim_max)
		return (EINVAL);
	rl.rlim_cur = lim_clamp(uap->which, rl.rlim_cur);
	rl.rlim_max = lim_clamp(uap->which, rl.rlim_max);

	new = lim_alloc();
	if (new == NULL)
		return (ENOMEM);
	PROC_LOCK(p);
	old = p->p_limit;
	cur = &old->pl_rlimit[uap->which];
	if (rl.rlim_max > cur->rlim_max && suser(td) != 0) {
		PROC_UNLOCK(p);
		lim_free(new);
		return (EPERM);
	}
	bcopy(old->pl_rlimit, new->pl_rlimit, sizeof(new->pl_rlimit));
	new->pl_rlimit[uap->which] = rl;
	p->p_limit = new;
	if (uap->which == RLIMIT_CPU) {
		mtx_lock_spin(&sched_lock);
		p->p_cpulimit = rl.rlim_cur > RLIM_INFINITY / (rlim_t)tsc_freq ?
		    RLIM_INFINITY :
		    rl.rlim_cur * (rlim_t)tsc_freq;
		mtx_unlock_spin(&sched_lock);
	}
	PROC_UNLOCK(p);
	lim_free(old);
	return (0);
}

/*
 * tot * part / total, rounded down.  The product may be too large for 64
 * bits: days of time in microseconds by as many ticks.
 */
static u_int64_t
share_of(u_int64_t tot, u_int64_t part, u_int64_t total)
{
	return (tot / total * part + tot % total * part / total);
}

/*
 * Split time on the processor into user, system and interrupt time by the
 * ticks that found it in each.
 */
static void
runtimes_split(const struct runtimes *rt, struct timeval *up,
    struct timeval *sp, struct timeval *ip)
{
	u_int64_t it = rt->rt_intr, st = rt->rt_sys, ut = rt->rt_user;
	u_int64_t tot = cputicks_to_us(rt->rt_total), total = ut + st + it;

	/* The ticks are 32 bits wide, and so is each product's half. */
	if (total >> 32 != 0) {
		ut >>= 2;
		it >>= 2;
		total >>= 2;
	}
	/* One that no tick has ever hit has system time only. */
	if (total != 0) {
		ut = share_of(tot, ut, total);
		it = share_of(tot, it, total);
	}
	st = tot - ut - it;
	us_to_timeval(ut, up);
	us_to_timeval(st, sp);
	if (ip != NULL)
		us_to_timeval(it, ip);
}

static void
runtimes_add(struct runtimes *to, const struct runtimes *from)
{
	to->rt_total += from->rt_total;
	to->rt_user += from->rt_user;
	to->rt_sys += from->rt_sys;
	to->rt_intr += from->rt_intr;
}

/* What a process has run itself; "ran" is the whole of it. */
static void
runtimes_of(struct runtimes *rt, const struct proc *p, u_int64_t ran)
{
	rt->rt_total = ran;
	rt->rt_user = p->p_kse.ke_uticks;
	rt->rt_sys = p->p_kse.ke_sticks;
	rt->rt_intr = p->p_kse.ke_iticks;
}

/*
 * User, system and, if asked for, interrupt time of a process up to now.
 */
void
calcru(struct proc *p, struct timeval *up, struct timeval *sp,
    struct timeval *ip)
{
	struct runtimes rt;

	mtx_assert(&sched_lock, MA_OWNED);
	runtimes_of(&rt, p, proc_ran(p));
	runtimes_split(&rt, up, sp, ip);
}

/*
 * Add one usage to another: the peak is the larger, the rest are sums.  Not
 * the times.
 */
static void
ruadd(struct rusage *to, const struct rusage *from)
{
	const long *f = &from->ru_first;
	long *t = &to->ru_first;
	long peak = MAX(to->ru_maxrss, from->ru_maxrss);
	int i;

#pragma GCC unroll 16
	for (i = 0; i <= &to->ru_last - &to->ru_first; i++)
		t[i] += f[i];
	to->ru_maxrss = peak;
}

/*
 * The most memory that a process has had: looked at when a tick hits it and
 * when it asks, so that one of less than a tick may have had none.  It is the
 * current one, and needs no lock; a tick in the midst of this does no harm.
 */
void
usage_rss(struct proc *p)
{
	/* A tick may come while its thread changes that. */
	struct vmspace *vm = READ_ONCE(p->p_vmspace);
	struct rusage *ru = &p->p_stats->ps_ru;
	long kb;

	if (vm == NULL)
		return;
	kb = data_race(pmap_resident_count(&vm->vm_pmap)) * (PAGE_SIZE / 1024);
	if (kb > data_race(ru->ru_maxrss))
		WRITE_ONCE(ru->ru_maxrss, kb);
}

/*
 * Nobody but its reaper has to do with the process any more, whose thread
 * has left its stack: no lock is needed.
 */
void
usage_dead(const struct proc *p, struct rusage *ru)
{
	const struct pstats *ps = p->p_stats;
	struct runtimes rt;

	*ru = ps->ps_ru;
	runtimes_of(&rt, p, p->p_runtime);
	if (ps->ps_reaped) {
		ruadd(ru, &ps->ps_cru);
		runtimes_add(&rt, &ps->ps_crt);
	}
	runtimes_split(&rt, &ru->ru_utime, &ru->ru_stime, NULL);
}

void
usage_reap(struct proc *parent, const struct proc *child)
{
	struct pstats *to = parent->p_stats;
	const struct pstats *from = child->p_stats;
	struct runtimes rt;

	PROC_LOCK_ASSERT(parent, MA_OWNED);
	if (!to->ps_reaped) {
		bzero(&to->ps_cru, sizeof(to->ps_cru));
		bzero(&to->ps_crt, sizeof(to->ps_crt));
		to->ps_reaped = true;
	}
	runtimes_of(&rt, child, child->p_runtime);
	ruadd(&to->ps_cru, &from->ps_ru);
	runtimes_add(&to->ps_crt, &rt);
	if (from->ps_reaped) {
		ruadd(&to->ps_cru, &from->ps_cru);
		runtimes_add(&to->ps_crt, &from->ps_crt);
	}
}

static void
usage_children(const struct pstats *ps, struct rusage *ru)
{
	if (!ps->ps_reaped) {
		bzero(ru, sizeof(*ru));
		return;
	}
	*ru = ps->ps_cru;
	runtimes_split(&ps->ps_crt, &ru->ru_utime, &ru->ru_stime, NULL);
}

int
sys_getrusage(struct thread *td, struct getrusage_args *uap)
{
	struct proc *p = td->td_proc;
	struct rusage ru;

	switch (uap->who) {
	case RUSAGE_SELF:
		usage_rss(p);
		mtx_lock_spin(&sched_lock);
		ru = data_race(p->p_stats->ps_ru);
		calcru(p, &ru.ru_utime, &ru.ru_stime, NULL);
		mtx_unlock_spin(&sched_lock);
		break;
	case RUSAGE_CHILDREN:
		PROC_LOCK(p);
		usage_children(p->p_stats, &ru);
		PROC_UNLOCK(p);
		break;
	default:
		return (EINVAL);
	}
	return (copyout(&ru, uap->rusage, sizeof(ru)));
}

/*
 * Call fn for each process that getpriority and setpriority mean, with its
 * lock held.  The number of them is returned.
 */
static int
priority_foreach(struct thread *td, int which, id_t who,
    int (*fn)(struct thread *, struct proc *, void *), void *arg, int *error)
{
	struct proc *p;
	bool match;
	int found = 0;

	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &allproc, p_list) {
		PROC_LOCK(p);
		if (which == PRIO_PROCESS)
			match = who == 0 ? p == td->td_proc :
					   (pid_t)who == p->p_pid;
		else if (which == PRIO_PGRP)
			match = p->p_pgrp ==
				(who == 0 ? td->td_proc->p_pgrp : p->p_pgrp) &&
			    (who == 0 || p->p_pgrp->pg_id == (pid_t)who);
		else
			match = p->p_ucred->cr_uid ==
			    (who == 0 ? td->td_ucred->cr_uid : who);
		if (match && p_cansee(td, p) == 0) {
			found++;
			*error = MAX(*error, fn(td, p, arg));
		}
		PROC_UNLOCK(p);
	}
	sx_sunlock(&allproc_lock);
	sx_sunlock(&proctree_lock);
	return (found);
}

static int
nice_get(struct thread *td __unused, struct proc *p, void *arg)
{
	int *low = arg;

	*low = MIN(*low, p->p_ksegrp.kg_nice);
	return (0);
}

/*
 * EPERM for a process that is neither really nor effectively the caller's,
 * EACCES for one that is to have a better priority; but root may do both.
 */
static int
nice_set(struct thread *td, struct proc *p, void *arg)
{
	const struct ucred *theirs = p->p_ucred;
	uid_t uid = td->td_ucred->cr_uid;
	int n = *(int *)arg;

	if (uid != 0 && uid != theirs->cr_uid && uid != theirs->cr_ruid)
		return (EPERM);
	n = MAX(MIN(n, PRIO_MAX), PRIO_MIN);
	if (n < p->p_ksegrp.kg_nice && suser(td) != 0)
		return (EACCES);
	mtx_lock_spin(&sched_lock);
	p->p_ksegrp.kg_nice = n;
	resetpriority(&p->p_ksegrp);
	mtx_unlock_spin(&sched_lock);
	return (0);
}

int
sys_getpriority(struct thread *td, struct getpriority_args *uap)
{
	int error = 0, low = PRIO_MAX + 1;

	if (uap->which < PRIO_PROCESS || uap->which > PRIO_USER)
		return (EINVAL);
	if (priority_foreach(td, uap->which, uap->who, nice_get, &low,
		&error) == 0)
		return (ESRCH);
	td->td_retval[0] = low;
	return (0);
}

int
sys_setpriority(struct thread *td, struct setpriority_args *uap)
{
	int error = 0, n = uap->prio;

	if (uap->which < PRIO_PROCESS || uap->which > PRIO_USER)
		return (EINVAL);
	if (priority_foreach(td, uap->which, uap->who, nice_set, &n, &error) ==
	    0)
		return (ESRCH);
	return (error);
}
