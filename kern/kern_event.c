/*
 * kqueue(2): queues of events, and the filters that put events there.
 *
 * A knote is one interest: a queue, what it is about (a descriptor, a
 * process, a signal, a timer) and which filter watches it.  It is on a chain
 * of its queue, on the klist of what it watches, and when something has
 * happened on the queue's list of active ones, where kevent(2) finds it.
 *
 * Two locks guard all of that.  kq_sx says which knotes there are: whoever
 * makes one, takes one away or delivers its event holds it.  kq_mtx guards
 * what happens to them: klists, active lists, and what there is to report.
 * Who posts an event needs only the mutex, and may hold the locks of the
 * object meanwhile:
 *
 *	kevent(2)		kq_sx: find, make and remove knotes
 *	  |				kq_mtx: take the active ones
 *	  v
 *	knote on a klist  <----	kq_mtx: psignal, fork, exit, selwakeup,
 *				a callout: something has happened
 *
 * Filters of descriptors are posted by selwakeup(), which only says that
 * the object has changed; what there is to report is asked of the object
 * (fo_poll, fo_ioctl) when the event is about to be delivered.  The others
 * keep what has happened in the knote.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/procdesc.h>
#include <sys/queue.h>
#include <sys/selinfo.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <machine/atomic.h>

MALLOC_DEFINE(M_KQUEUE, "kqueue", "event queues");

#define	KQ_HASH		32		/* chains of a queue, 2^n */
#define	KQ_NEVENTS	8		/* copied at a time */
#define	KQ_NCHANGES	1024		/* made between looks for a signal */
#define	KQ_NTIMERS	128		/* that are due in a tick, on average */

/* kn_status, under kq_mtx */
#define	KN_ACTIVE	0x01		/* something is to be reported */
#define	KN_QUEUED	0x02		/* on kq_active */
#define	KN_DISABLED	0x04		/* by EV_DISABLE or EV_DISPATCH */
#define	KN_ORPHAN	0x08		/* on kq_orphans */

/* The flags that a knote keeps; the others are about one call. */
#define	KN_FLAGS	(EV_ONESHOT | EV_CLEAR | EV_DISPATCH | EV_EOF)

/*
 * Lock key
 *	b  set when it is made, constant after that
 *	q  kq_sx
 *	m  kq_mtx
 * "q + m": one of them to read, both to write.
 */
struct kqueue {
	LIST_HEAD(, knote) kq_hash[KQ_HASH]; /* (q) all knotes, by ident */
	TAILQ_HEAD(, knote) kq_active;	/* (m) those with something to say */
	u_int	kq_count;		/* (m) how many these are */
	struct	selinfo kq_sel;		/* (m) who polls the queue */
	struct	filedesc *kq_fdp;	/* (b) the table its file is in */
	LIST_ENTRY(kqueue) kq_link;	/* (q + fd_mtx) in fd_kqueues */
};

struct knote {
	LIST_ENTRY(knote) kn_link;	/* (q) in kq_hash, or kq_dead */
	LIST_ENTRY(knote) kn_objlink;	/* (m) in the object's klist */
	TAILQ_ENTRY(knote) kn_qlink;	/* (m) in kq_active */
	struct	kqueue *kn_kq;		/* (b) */
	const struct filterops *kn_fop;	/* (b) */
	uintptr_t kn_ident;		/* (b) */
	short	kn_filter;		/* (b) EVFILT_* */
	u_short	kn_flags;		/* (m) KN_FLAGS */
	u_int	kn_status;		/* (m) KN_* */
	void	*kn_udata;		/* (q) */
	u_int	kn_sfflags;		/* (q + m) what is to be reported */
	u_int	kn_fflags;		/* (m) what of it has happened */
	intptr_t kn_sdata;		/* (q) as it was given */
	intptr_t kn_data;		/* (m) as it will be reported */
	struct	file *kn_fp;		/* (b) descriptors: a reference */
	struct	selinfo *kn_sip;	/* (m) descriptors: on its klist */
	struct	proc *kn_proc;		/* (m) on its klist; NULL: it is gone */
	pid_t	kn_parent;		/* (m) NOTE_CHILD is to be told */
	struct	callout kn_callout;	/* timers; kq_mtx is its mutex */
	u_int64_t kn_period;		/* (m) in microseconds; 0: none */
	u_int64_t kn_next;		/* (m) the uptime when it is due */
};

/*
 * A filter.  attach and touch are called with kq_sx, detach with both
 * locks, and also for what attach has failed to attach.
 */
struct filterops {
	bool	f_isfd;			/* ident is a descriptor */
	/* Begin to watch.  0 or an errno. */
	int	(*f_attach)(struct knote *, struct thread *);
	/* No longer post anything to the knote. */
	void	(*f_detach)(struct knote *);
	/*
	 * Whether there is something to report now, which goes into the
	 * knote; called with kq_sx only.  NULL: the knote knows.
	 */
	bool	(*f_check)(struct knote *, struct thread *);
	/* EV_ADD for a knote that is there.  0, or an errno and no change. */
	int	(*f_touch)(struct knote *, const struct kevent *);
};

static struct sx kq_sx;
SX_SYSINIT(kq_sx, &kq_sx, "kqueues");
static struct mtx kq_mtx;
MTX_SYSINIT(kq_mtx, &kq_mtx, "kqueue", MTX_DEF);
static LIST_HEAD(, knote) kq_dead;	/* (q) to be freed by kq_unlock() */
static LIST_HEAD(, knote) kq_orphans;	/* (m) to be dropped by it, too */

static zone_t knote_zone;		/* constant after boot */
static volatile u_int nkqueues;
static volatile u_int nknotes;
static u_int maxknotes = 16384;		/* bounds the kernel's memory */
static u_int ntimers;			/* (q) */
static u_int maxtimers = 4096;		/* bounds softclock's work */
LEAK_COUNTER(kqueues, &nkqueues);
LEAK_COUNTER(knotes, &nknotes);
SYSCTL_UINT(_kern, OID_AUTO, kq_calloutmax, CTLFLAG_RW, &maxtimers, 0,
    "most timers of all kqueues");
SYSCTL_UINT(_kern, OID_AUTO, kq_maxknotes, CTLFLAG_RW, &maxknotes, 0,
    "most things that all kqueues watch");

static int	kqueue_poll(struct file *, int, struct thread *);
static int	kqueue_stat(struct file *, struct stat *, struct thread *);
static int	kqueue_close(struct file *, struct thread *);

static void	knote_drop_orphans(void);
static void	filt_timerexpire(void *);

static const struct fileops kqueueops = {
	.fo_read = fo_no_rdwr,
	.fo_write = fo_no_rdwr,
	.fo_truncate = fo_no_truncate,
	.fo_ioctl = fo_no_ioctl,
	.fo_poll = kqueue_poll,
	.fo_stat = kqueue_stat,
	.fo_close = kqueue_close,
	.fo_seekable = false,
};

static void
kqueue_init(void *arg __unused)
{
	knote_zone = zone_create("knote", sizeof(struct knote), NULL, NULL, 0);
}
SYSINIT(kqueue, SI_SUB_LOCK, SI_ORDER_ANY, kqueue_init, NULL);

/* -------------------------------------------------------------- knotes */

/*
 * Let go of kq_sx, and then free what was taken away under it: to drop a
 * file may close it, which takes any time and any lock.
 */
static void
kq_unlock(struct thread *td)
{
	struct knote *kn, *dead;

	sx_assert(&kq_sx, SX_XLOCKED);
	if (__predict_false(!data_race(LIST_EMPTY(&kq_orphans))))
		knote_drop_orphans();
	dead = LIST_FIRST(&kq_dead);
	LIST_INIT(&kq_dead);
	sx_xunlock(&kq_sx);
	while ((kn = dead) != NULL) {
		dead = LIST_NEXT(kn, kn_link);
		if (kn->kn_fp != NULL)
			fdrop(kn->kn_fp, td);
		zone_free(knote_zone, kn);
		atomic_subtract_int(&nknotes, 1);
	}
}

static void
knote_enqueue(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	mtx_assert(&kq_mtx, MA_OWNED);
	if ((kn->kn_status & (KN_ACTIVE | KN_QUEUED | KN_DISABLED)) !=
	    KN_ACTIVE)
		return;
	kn->kn_status |= KN_QUEUED;
	TAILQ_INSERT_TAIL(&kq->kq_active, kn, kn_qlink);
	kq->kq_count++;
	wakeup(kq);
	selwakeup(&kq->kq_sel);
}

static void
knote_dequeue(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	if ((kn->kn_status & KN_QUEUED) == 0)
		return;
	kn->kn_status &= ~KN_QUEUED;
	TAILQ_REMOVE(&kn->kn_kq->kq_active, kn, kn_qlink);
	kn->kn_kq->kq_count--;
}

/*
 * There is something to report.
 */
static void
knote_activate(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	kn->kn_status |= KN_ACTIVE;
	knote_enqueue(kn);
}

static __inline u_int
kq_chain(uintptr_t ident)
{
	return (ident % KQ_HASH);
}

/*
 * A knote on its queue's chain, which watches nothing yet; or NULL without
 * memory, or if there are too many.  With a file it takes a reference.
 */
static struct knote *
knote_alloc(struct kqueue *kq, const struct filterops *fop, short filter,
    uintptr_t ident, struct file *fp)
{
	struct knote *kn;

	sx_assert(&kq_sx, SX_XLOCKED);
	if (nknotes >= READ_ONCE(maxknotes))
		return (NULL);
	kn = zone_alloc(knote_zone, M_NOWAIT);
	if (kn == NULL)
		return (NULL);
	bzero(kn, sizeof(*kn));
	kn->kn_kq = kq;
	kn->kn_fop = fop;
	kn->kn_filter = filter;
	kn->kn_ident = ident;
	if (fp != NULL) {
		fhold(fp);
		kn->kn_fp = fp;
	}
	LIST_INSERT_HEAD(&kq->kq_hash[kq_chain(ident)], kn, kn_link);
	atomic_add_int(&nknotes, 1);
	return (kn);
}

/*
 * Take a knote away.  kq_unlock() frees it.
 */
static void
knote_drop(struct knote *kn)
{
	sx_assert(&kq_sx, SX_XLOCKED);
	mtx_lock(&kq_mtx);
	kn->kn_fop->f_detach(kn);
	knote_dequeue(kn);
	mtx_unlock(&kq_mtx);
	LIST_REMOVE(kn, kn_link);
	LIST_INSERT_HEAD(&kq_dead, kn, kn_link);
}

/*
 * Those whose process has ended, which have nothing to say.
 */
static void
knote_drop_orphans(void)
{
	struct knote *kn;

	for (;;) {
		mtx_lock(&kq_mtx);
		kn = LIST_FIRST(&kq_orphans);
		mtx_unlock(&kq_mtx);
		if (kn == NULL)
			break;
		knote_drop(kn);
	}
}

/*
 * Have the filter look, if it is one that can: what it has to report may be
 * true already.
 */
static void
knote_look(struct knote *kn, struct thread *td)
{
	sx_assert(&kq_sx, SX_XLOCKED);
	if (kn->kn_fop->f_check == NULL || !kn->kn_fop->f_check(kn, td))
		return;
	mtx_lock(&kq_mtx);
	knote_activate(kn);
	mtx_unlock(&kq_mtx);
}

/* ------------------------------ EVFILT_READ and WRITE, EVFILT_PROCDESC */

/*
 * The first look (f_check) hooks the knote to what it watches.
 */
static int
filt_fileattach(struct knote *kn, struct thread *td __unused)
{
	short type = kn->kn_fp->f_type;

	/* A chain of queues that watch queues would have no end. */
	if (type == DTYPE_KQUEUE || type == DTYPE_PROCDESC)
		return (EINVAL);
	return (0);
}

static void
filt_filedetach(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	if (kn->kn_sip == NULL)
		return;
	LIST_REMOVE(kn, kn_objlink);
	selnoted(kn->kn_sip, !LIST_EMPTY(&kn->kn_sip->si_note));
	kn->kn_sip = NULL;
}

/*
 * selrecord()'s other half: what the knote watches is posted through sip.
 * The lock of the object is held.
 */
void
knote_hook(struct knote *kn, struct selinfo *sip)
{
	mtx_lock(&kq_mtx);
	if (kn->kn_sip == NULL) {
		kn->kn_sip = sip;
		LIST_INSERT_HEAD(&sip->si_note, kn, kn_objlink);
		selnoted(sip, true);
	}
	mtx_unlock(&kq_mtx);
}

/*
 * selwakeup()'s other half: something of the object has changed, perhaps
 * what they watch.  The lock of the object is held.
 */
void
knote_wakeup(struct selinfo *sip)
{
	struct knote *kn;

	mtx_lock(&kq_mtx);
	LIST_FOREACH(kn, &sip->si_note, kn_objlink)
		knote_activate(kn);
	mtx_unlock(&kq_mtx);
}

/*
 * Whether a file is one of those that poll(2) calls readable at their end,
 * where kevent(2) says nothing.
 */
static bool
filt_atend(struct file *fp, int n)
{
	return (n == 0 && fp->f_type == DTYPE_VNODE &&
	    ((struct vnode *)fp->f_data)->v_type == VREG);
}

static bool
filt_filecheck(struct knote *kn, struct thread *td)
{
	bool rd = kn->kn_filter == EVFILT_READ;
	struct file *fp = kn->kn_fp;
	int n = 0, revents;

	revents = selpoll(fp, (rd ? POLLIN : POLLOUT) | POLLEND, kn, td);
	/* Who cannot tell how much there is reports none. */
	if (fp->f_ops->fo_ioctl(fp, rd ? FIONREAD : FIONSPACE, &n, td) != 0)
		n = 0;
	else if (rd && filt_atend(fp, n))
		revents &= ~POLLIN;
	mtx_lock(&kq_mtx);
	kn->kn_data = n;
	if (revents & POLLHUP)
		kn->kn_flags |= EV_EOF;
	else
		kn->kn_flags &= ~EV_EOF;
	mtx_unlock(&kq_mtx);
	return (revents != 0);
}

static int
filt_procdescattach(struct knote *kn, struct thread *td __unused)
{
	if (kn->kn_fp->f_type != DTYPE_PROCDESC)
		return (EINVAL);
	kn->kn_flags |= EV_CLEAR;
	return (0);
}

static bool
filt_procdesccheck(struct knote *kn, struct thread *td)
{
	int status;

	if (selpoll(kn->kn_fp, 0, kn, td) == 0)
		return (false);
	status = procdesc_status(kn->kn_fp);
	mtx_lock(&kq_mtx);
	kn->kn_flags |= EV_EOF | EV_ONESHOT;
	if (kn->kn_sfflags & NOTE_EXIT) {
		kn->kn_fflags |= NOTE_EXIT;
		kn->kn_data = status;
	}
	mtx_unlock(&kq_mtx);
	return (true);
}

static const struct filterops file_filtops = {
	.f_isfd = true,
	.f_attach = filt_fileattach,
	.f_detach = filt_filedetach,
	.f_check = filt_filecheck,
};

static const struct filterops procdesc_filtops = {
	.f_isfd = true,
	.f_attach = filt_procdescattach,
	.f_detach = filt_filedetach,
	.f_check = filt_procdesccheck,
};

/* ---------------------------------------------------------- EVFILT_PROC */

/*
 * Put a knote on the klist of a process that is no zombie.  P_WATCHED tells
 * fork, exec, exit and psignal() that there may be some; it stays set.
 */
static void
knote_watch(struct knote *kn, struct proc *p)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	p->p_flag |= P_WATCHED;
	mtx_lock(&kq_mtx);
	kn->kn_proc = p;
	LIST_INSERT_HEAD(&p->p_klist, kn, kn_objlink);
	mtx_unlock(&kq_mtx);
}

static void
filt_procdetach(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	if (kn->kn_proc != NULL || (kn->kn_status & KN_ORPHAN) != 0)
		LIST_REMOVE(kn, kn_objlink);
	kn->kn_status &= ~KN_ORPHAN;
	kn->kn_proc = NULL;
}

/*
 * The process has ended: the last that is heard of it.  A knote that was
 * not to report that only goes away.
 */
static void
filt_procgone(struct knote *kn, int status)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	kn->kn_flags |= EV_EOF | EV_ONESHOT;
	if (kn->kn_sfflags & NOTE_EXIT) {
		kn->kn_fflags |= NOTE_EXIT;
		kn->kn_data = status;
	}
	knote_activate(kn);
}

/*
 * proctree_lock keeps the process from becoming a zombie between the look
 * and the insertion: exit takes the knotes off under it.  To be told of the
 * exit of a zombie is not too late.
 */
static int
filt_procattach(struct knote *kn, struct thread *td __unused)
{
	pid_t pid = kn->kn_ident;
	struct proc *p;
	int error = 0;

	kn->kn_flags |= EV_CLEAR;
	sx_slock(&proctree_lock);
	p = pfind(pid);
	if (p != NULL) {
		knote_watch(kn, p);
		PROC_UNLOCK(p);
	} else if ((kn->kn_sfflags & NOTE_EXIT) == 0 ||
	    (p = zpfind(pid)) == NULL) {
		error = ESRCH;
	} else {
		mtx_lock(&kq_mtx);
		filt_procgone(kn, p->p_xstat);
		mtx_unlock(&kq_mtx);
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	return (error);
}

static const struct filterops proc_filtops = {
	.f_attach = filt_procattach,
	.f_detach = filt_procdetach,
};

/*
 * A knote of a process has NOTE_TRACK: make one like it for the child.  Its
 * first event is NOTE_CHILD with the parent's id.  false if that cannot be.
 */
static bool
knote_track(struct knote *kn, pid_t parent, struct proc *child)
{
	struct knote *new;

	new = knote_alloc(kn->kn_kq, kn->kn_fop, kn->kn_filter, child->p_pid,
	    NULL);
	if (new == NULL)
		return (false);
	new->kn_udata = kn->kn_udata;
	new->kn_sdata = kn->kn_sdata;
	new->kn_sfflags = kn->kn_sfflags;
	PROC_LOCK(child);
	knote_watch(new, child);
	mtx_lock(&kq_mtx);
	new->kn_flags = kn->kn_flags;
	new->kn_parent = parent;
	knote_activate(new);
	mtx_unlock(&kq_mtx);
	PROC_UNLOCK(child);
	return (true);
}

/*
 * The current process has made a child, which has not run yet.  Its list
 * stays as it is meanwhile: who adds or removes needs kq_sx, and exit, which
 * does not, would be its own.  No locks held; sleeps.
 */
void
knote_fork(struct proc *p, struct proc *child)
{
	struct thread *td = curthread;
	struct knote *kn, *next;
	u_int happened;

	sx_xlock(&kq_sx);
	LIST_FOREACH_SAFE(kn, &p->p_klist, kn_objlink, next) {
		if (kn->kn_filter != EVFILT_PROC)
			continue;
		happened = kn->kn_sfflags & NOTE_FORK;
		if ((kn->kn_sfflags & NOTE_TRACK) &&
		    !knote_track(kn, p->p_pid, child))
			happened |= NOTE_TRACKERR;
		if (happened == 0)
			continue;
		mtx_lock(&kq_mtx);
		kn->kn_fflags |= happened;
		knote_activate(kn);
		mtx_unlock(&kq_mtx);
	}
	kq_unlock(td);
}

/*
 * A process runs another program.  It is locked.
 */
void
knote_exec(struct proc *p)
{
	struct knote *kn;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_lock(&kq_mtx);
	LIST_FOREACH(kn, &p->p_klist, kn_objlink)
		if (kn->kn_filter == EVFILT_PROC &&
		    (kn->kn_sfflags & NOTE_EXEC)) {
			kn->kn_fflags |= NOTE_EXEC;
			knote_activate(kn);
		}
	mtx_unlock(&kq_mtx);
}

/*
 * The process whose signals a knote counted has ended.  What it has counted
 * is still told, once; else it is of no use to anybody, in a queue that may
 * live on with those who share it.
 */
static void
filt_siggone(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	kn->kn_flags |= EV_ONESHOT;
	if ((kn->kn_status & KN_QUEUED) == 0) {
		kn->kn_status |= KN_ORPHAN;
		LIST_INSERT_HEAD(&kq_orphans, kn, kn_objlink);
	}
}

/*
 * A process is about to become a zombie: nothing watches it any more.
 * proctree_lock is held, and a process lock may be.
 */
void
knote_exit(struct proc *p)
{
	struct knote *kn;

	sx_assert(&proctree_lock, SX_XLOCKED);
	mtx_lock(&kq_mtx);
	while ((kn = LIST_FIRST(&p->p_klist)) != NULL) {
		LIST_REMOVE(kn, kn_objlink);
		kn->kn_proc = NULL;
		if (kn->kn_filter == EVFILT_PROC)
			filt_procgone(kn, p->p_xstat);
		else
			filt_siggone(kn);
	}
	mtx_unlock(&kq_mtx);
}

/* -------------------------------------------------------- EVFILT_SIGNAL */

/*
 * Signals to the current process.
 */
static int
filt_sigattach(struct knote *kn, struct thread *td)
{
	if (!_SIG_VALID(kn->kn_ident))
		return (EINVAL);
	kn->kn_flags |= EV_CLEAR;
	PROC_LOCK(td->td_proc);
	knote_watch(kn, td->td_proc);
	PROC_UNLOCK(td->td_proc);
	return (0);
}

/*
 * A signal has been sent to a process, which may ignore or block it.  It is
 * locked.
 */
void
knote_signal(struct proc *p, int sig)
{
	struct knote *kn;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	mtx_lock(&kq_mtx);
	LIST_FOREACH(kn, &p->p_klist, kn_objlink)
		if (kn->kn_filter == EVFILT_SIGNAL &&
		    kn->kn_ident == (uintptr_t)sig) {
			kn->kn_data++;
			knote_activate(kn);
		}
	mtx_unlock(&kq_mtx);
}

static const struct filterops sig_filtops = {
	.f_attach = filt_sigattach,
	.f_detach = filt_procdetach,
};

/* --------------------------------------------------------- EVFILT_TIMER */

/* Microseconds since boot. */
static u_int64_t
kq_uptime(void)
{
	struct timeval tv;

	microuptime(&tv);
	return ((u_int64_t)tv.tv_sec * 1000000 + tv.tv_usec);
}

/*
 * The period in microseconds, at least one; EINVAL if it is none.
 */
static int
filt_timerperiod(u_int unit, int64_t us, u_int64_t *period)
{
	if (us < 0)
		return (EINVAL);
	switch (unit) {
	case NOTE_SECONDS:
		us *= 1000000;
		break;
	case 0:
	case NOTE_MSECONDS:
		us *= 1000;
		break;
	case NOTE_USECONDS:
		break;
	case NOTE_NSECONDS:
		us = howmany(us, 1000);
		break;
	default:
		return (EINVAL);
	}
	*period = MAX(us, 1);
	return (0);
}

/*
 * Have softclock call when the timer is due; with many timers later, if that
 * is soon, so that it does not do nothing else.
 */
static void
filt_timerset(struct knote *kn, u_int64_t now)
{
	u_int64_t left = howmany((kn->kn_next - now) * hz, 1000000);

	mtx_assert(&kq_mtx, MA_OWNED);
	left = MAX(left, data_race(ntimers) / KQ_NTIMERS);
	(void)callout_reset(&kn->kn_callout, MIN(left, INT_MAX / 2),
	    filt_timerexpire, kn);
}

/*
 * softclock's call, with kq_mtx.  The clock of the ticks may be behind the
 * time, or the call be late: what counts is the time, by which periods are
 * told, and none is lost.
 */
static void
filt_timerexpire(void *arg)
{
	struct knote *kn = arg;
	u_int64_t now = kq_uptime(), n;

	mtx_assert(&kq_mtx, MA_OWNED);
	if (now >= kn->kn_next) {
		n = (now - kn->kn_next) / kn->kn_period + 1;
		if (kn->kn_flags & EV_ONESHOT)
			n = 1;
		kn->kn_next += n * kn->kn_period;
		kn->kn_data = MIN(kn->kn_data + n, INT_MAX);
		knote_activate(kn);
		if (kn->kn_flags & EV_ONESHOT)
			return;
	}
	filt_timerset(kn, now);
}

static void
filt_timerstart(struct knote *kn, u_int64_t period)
{
	u_int64_t now = kq_uptime();

	mtx_assert(&kq_mtx, MA_OWNED);
	kn->kn_period = period;
	kn->kn_next = now + period;
	kn->kn_data = 0;
	filt_timerset(kn, now);
}

static int
filt_timerattach(struct knote *kn, struct thread *td __unused)
{
	u_int64_t period;
	int error;

	sx_assert(&kq_sx, SX_XLOCKED);
	if (ntimers >= READ_ONCE(maxtimers))
		return (ENOMEM);
	error = filt_timerperiod(kn->kn_sfflags, kn->kn_sdata, &period);
	if (error != 0)
		return (error);
	ntimers++;
	callout_init_mtx(&kn->kn_callout, &kq_mtx, 0);
	mtx_lock(&kq_mtx);
	kn->kn_flags |= EV_CLEAR;
	filt_timerstart(kn, period);
	mtx_unlock(&kq_mtx);
	return (0);
}

/* Set going anew; what has not been seen of the old time is forgotten. */
static int
filt_timertouch(struct knote *kn, const struct kevent *kev)
{
	u_int64_t period;
	int error;

	error = filt_timerperiod(kev->fflags, kev->data, &period);
	if (error != 0)
		return (error);
	mtx_lock(&kq_mtx);
	(void)callout_stop(&kn->kn_callout);
	kn->kn_status &= ~KN_ACTIVE;
	knote_dequeue(kn);
	filt_timerstart(kn, period);
	mtx_unlock(&kq_mtx);
	return (0);
}

static void
filt_timerdetach(struct knote *kn)
{
	mtx_assert(&kq_mtx, MA_OWNED);
	if (kn->kn_period == 0)
		return;
	(void)callout_stop(&kn->kn_callout);
	kn->kn_period = 0;
	ntimers--;
}

static const struct filterops timer_filtops = {
	.f_attach = filt_timerattach,
	.f_detach = filt_timerdetach,
	.f_touch = filt_timertouch,
};

/* ------------------------------------------------------------- changes */

static const struct filterops *const filters[EVFILT_SYSCOUNT] = {
	[~EVFILT_READ] = &file_filtops,
	[~EVFILT_WRITE] = &file_filtops,
	[~EVFILT_PROC] = &proc_filtops,
	[~EVFILT_SIGNAL] = &sig_filtops,
	[~EVFILT_TIMER] = &timer_filtops,
	[~EVFILT_PROCDESC] = &procdesc_filtops,
};

/*
 * The knote that a change is about, or NULL.  A descriptor may be another
 * file by now, whose knote is about to go.  Signals are those of the caller,
 * also in a queue that another process uses too.
 */
static struct knote *
knote_find(struct kqueue *kq, const struct kevent *kev, struct file *fp,
    struct thread *td)
{
	struct knote *kn;

	sx_assert(&kq_sx, SX_XLOCKED);
	LIST_FOREACH(kn, &kq->kq_hash[kq_chain(kev->ident)], kn_link)
		if (kn->kn_ident == kev->ident &&
		    kn->kn_filter == kev->filter && kn->kn_fp == fp &&
		    (kn->kn_filter != EVFILT_SIGNAL ||
			kn->kn_proc == td->td_proc))
			break;
	return (kn);
}

/*
 * EV_ADD of something new.  A descriptor may have been closed since it was
 * looked at: who does that clears it first, then looks for knotes.
 */
static int
knote_add(struct kqueue *kq, const struct kevent *kev,
    const struct filterops *fop, struct file *fp, struct thread *td)
{
	struct knote *kn;
	int error;

	kn = knote_alloc(kq, fop, kev->filter, kev->ident, fp);
	if (kn == NULL)
		return (ENOMEM);
	kn->kn_flags = kev->flags & KN_FLAGS & ~EV_EOF;
	kn->kn_udata = kev->udata;
	kn->kn_sfflags = kev->fflags;
	kn->kn_sdata = kev->data;
	if (kev->flags & EV_DISABLE)
		kn->kn_status = KN_DISABLED;
	error = fop->f_attach(kn, td);
	if (error == 0 && fp != NULL && !fd_is(kq->kq_fdp, kev->ident, fp))
		error = EBADF;
	if (error != 0)
		knote_drop(kn);
	else
		knote_look(kn, td);
	return (error);
}

/*
 * EV_ADD, EV_ENABLE or EV_DISABLE of one that is there.
 */
static int
knote_change(struct knote *kn, const struct kevent *kev, struct thread *td)
{
	int error = 0;

	if ((kev->flags & EV_ADD) && kn->kn_fop->f_touch != NULL)
		error = kn->kn_fop->f_touch(kn, kev);
	if (error != 0)
		return (error);
	if (kev->flags & EV_ADD) {
		kn->kn_udata = kev->udata;
		mtx_lock(&kq_mtx);
		kn->kn_sfflags = kev->fflags;
		kn->kn_sdata = kev->data;
		mtx_unlock(&kq_mtx);
	}
	mtx_lock(&kq_mtx);
	if (kev->flags & EV_DISABLE) {
		kn->kn_status |= KN_DISABLED;
		knote_dequeue(kn);
	} else if (kev->flags & (EV_ADD | EV_ENABLE)) {
		kn->kn_status &= ~KN_DISABLED;
		knote_enqueue(kn);
	}
	mtx_unlock(&kq_mtx);
	knote_look(kn, td);
	return (0);
}

/*
 * One change of kevent(2)'s list.  0, EINVAL (no such filter), EBADF,
 * ENOENT, ENOMEM, ESRCH.
 */
static int
kqueue_register(struct kqueue *kq, const struct kevent *kev, struct thread *td)
{
	const struct filterops *fop = NULL;
	struct file *fp = NULL;
	struct knote *kn;
	int error = 0;

	if (kev->filter < 0 && kev->filter >= -EVFILT_SYSCOUNT)
		fop = filters[~kev->filter];
	if (fop == NULL)
		return (EINVAL);
	if (fop->f_isfd) {
		error = fget(td, kev->ident, &fp);
		if (error != 0)
			return (error);
	}
	sx_xlock(&kq_sx);
	kn = knote_find(kq, kev, fp, td);
	if (kn != NULL && (kev->flags & EV_DELETE))
		knote_drop(kn);
	else if (kn != NULL)
		error = knote_change(kn, kev, td);
	else if (kev->flags & EV_ADD)
		error = knote_add(kq, kev, fop, fp, td);
	else
		error = ENOENT;
	kq_unlock(td);
	if (fp != NULL)
		fdrop(fp, td);
	return (error);
}

/*
 * A descriptor has been closed, whose file was fp: nobody asks about it any
 * more.  The caller has a reference to the file.  No locks held.
 */
void
knote_fdclose(struct filedesc *fdp, int fd, struct file *fp)
{
	struct knote *kn, *next;
	struct kqueue *kq;

	sx_xlock(&kq_sx);
	LIST_FOREACH(kq, &fdp->fd_kqueues, kq_link)
		LIST_FOREACH_SAFE(kn, &kq->kq_hash[kq_chain(fd)], kn_link, next)
			if (kn->kn_fp == fp && kn->kn_ident == (uintptr_t)fd)
				knote_drop(kn);
	kq_unlock(curthread);
}

/* -------------------------------------------------------------- events */

/*
 * What a knote that was active has to report.  false: nothing after all.
 * NOTE_CHILD comes alone, and what else there is comes after it.  A knote
 * that goes away with its event is dropped here.
 */
static bool
knote_report(struct knote *kn, struct kevent *kev, struct thread *td)
{
	bool drop, good = true, child;

	sx_assert(&kq_sx, SX_XLOCKED);
	if (kn->kn_fop->f_check != NULL && !kn->kn_fop->f_check(kn, td))
		return (false);
	mtx_lock(&kq_mtx);
	EV_SET(kev, kn->kn_ident, kn->kn_filter, kn->kn_flags, kn->kn_fflags,
	    kn->kn_data, kn->kn_udata);
	child = kn->kn_parent != 0;
	if (child) {
		kev->flags &= ~(EV_EOF | EV_ONESHOT);
		kev->fflags = NOTE_CHILD;
		kev->data = kn->kn_parent;
		kn->kn_parent = 0;
		if (kn->kn_fflags != 0 || (kn->kn_flags & EV_EOF))
			knote_activate(kn);
	} else {
		/* The end of a process, to somebody who did not ask. */
		good = kn->kn_fflags != 0 ||
		    (kn->kn_filter != EVFILT_PROC &&
			kn->kn_filter != EVFILT_PROCDESC);
		if (kn->kn_flags & EV_DISPATCH)
			kn->kn_status |= KN_DISABLED;
		if (kn->kn_flags & (EV_CLEAR | EV_DISPATCH)) {
			kn->kn_data = 0;
			kn->kn_fflags = 0;
		} else
			knote_activate(kn);
	}
	drop = !child && (kn->kn_flags & EV_ONESHOT) != 0;
	mtx_unlock(&kq_mtx);
	if (drop)
		knote_drop(kn);
	return (good);
}

/*
 * Collect the events of up to *left active knotes, at most n.  How many.
 * What stays active goes behind the others, and is not met again before
 * *left is used up.
 */
static int
kqueue_collect(struct kqueue *kq, struct kevent *kev, int n, u_int *left,
    struct thread *td)
{
	struct knote *kn;
	int got = 0;

	sx_xlock(&kq_sx);
	while (*left != 0 && got < n) {
		mtx_lock(&kq_mtx);
		kn = TAILQ_FIRST(&kq->kq_active);
		if (kn != NULL) {
			knote_dequeue(kn);
			/* What comes from here on makes it active again. */
			kn->kn_status &= ~KN_ACTIVE;
		}
		mtx_unlock(&kq_mtx);
		if (kn == NULL)
			break;
		--*left;
		if (knote_report(kn, &kev[got], td))
			got++;
	}
	kq_unlock(td);
	return (got);
}

/*
 * Sleep until something is active.  0: look again; EWOULDBLOCK: the time is
 * over; EINTR.
 */
static int
kqueue_sleep(struct kqueue *kq, const struct timeval *deadline)
{
	int error = 0, timo = 0;

	if (deadline != NULL) {
		timo = sel_timo(deadline);
		if (timo == 0)
			return (EWOULDBLOCK);
	}
	mtx_lock(&kq_mtx);
	if (kq->kq_count == 0)
		error = msleep(kq, &kq_mtx, PSOCK | PCATCH, "kqread", timo);
	mtx_unlock(&kq_mtx);
	if (error == EWOULDBLOCK)
		error = 0; /* one more look, then sel_timo() says so */
	return (error == ERESTART ? EINTR : error);
}

/*
 * Wait for events and copy them out; td_retval says how many.
 */
static int
kqueue_events(struct kqueue *kq, struct kevent *ulist, int nevents,
    const struct timeval *deadline, struct thread *td)
{
	struct kevent kev[KQ_NEVENTS];
	int error = 0, got = 0, n;
	u_int left;

	while (error == 0 && got == 0 && nevents > 0) {
		mtx_lock(&kq_mtx);
		left = kq->kq_count;
		mtx_unlock(&kq_mtx);
		while (error == 0 && left > 0 && got < nevents) {
			n = kqueue_collect(kq, kev,
			    MIN(nevents - got, KQ_NEVENTS), &left, td);
			error = copyout(kev, ulist + got, n * sizeof(*kev));
			got += n;
		}
		if (error == 0 && got == 0)
			error = kqueue_sleep(kq, deadline);
	}
	td->td_retval[0] = got;
	return (error == EWOULDBLOCK ? 0 : error);
}

/*
 * Make the changes.  An error goes to the list of events, if there is room
 * in it, and ends the call if not; *answers counts those, and the answers
 * that EV_RECEIPT asks for.
 */
static int
kqueue_changes(struct kqueue *kq, struct kevent_args *uap, int *answers,
    struct thread *td)
{
	struct kevent kev[KQ_NEVENTS];
	int error, i, n, done = 0;

	for (*answers = 0; done < uap->nchanges; done += n) {
		error = done == 0 ? 0 : breathe(done % KQ_NCHANGES == 0);
		if (error != 0)
			return (error);
		n = MIN(uap->nchanges - done, KQ_NEVENTS);
		error = copyin(uap->changelist + done, kev, n * sizeof(*kev));
		if (error != 0)
			return (error);
		for (i = 0; i < n; i++) {
			error = kqueue_register(kq, &kev[i], td);
			if (error == 0 && (kev[i].flags & EV_RECEIPT) == 0)
				continue;
			if (*answers == uap->nevents) {
				if (error != 0)
					return (error);
				continue;
			}
			kev[i].flags = EV_ERROR;
			kev[i].data = error;
			error = copyout(&kev[i], uap->eventlist + *answers,
			    sizeof(kev[i]));
			if (error != 0)
				return (error);
			++*answers;
		}
	}
	return (0);
}

/* -------------------------------------------------------------- queues */

/*
 * kqueue(2).
 */
int
sys_kqueue(struct thread *td, struct kqueue_args *uap __unused)
{
	struct filedesc *fdp;
	struct kqueue *kq;
	struct file *fp;
	int error, fd;

	kq = malloc(sizeof(*kq), M_KQUEUE, M_NOWAIT | M_ZERO);
	if (kq == NULL)
		return (ENOMEM);
	error = falloc(td, &fp, &fd);
	if (error != 0) {
		free(kq, M_KQUEUE);
		return (error);
	}
	TAILQ_INIT(&kq->kq_active);
	kq->kq_fdp = fdp = td->td_proc->p_fd;
	atomic_add_int(&nkqueues, 1);
	/* Before anybody can close it. */
	sx_xlock(&kq_sx);
	FILEDESC_LOCK(fdp);
	LIST_INSERT_HEAD(&fdp->fd_kqueues, kq, kq_link);
	FILEDESC_UNLOCK(fdp);
	kq_unlock(td);
	finit(fp, FREAD | FWRITE, DTYPE_KQUEUE, kq, &kqueueops);
	td->td_retval[0] = fd;
	fdrop(fp, td);
	return (0);
}

/*
 * kevent(2).
 */
int
sys_kevent(struct thread *td, struct kevent_args *uap)
{
	struct timeval tv, deadline;
	struct timespec ts;
	struct file *fp;
	int answers, error;

	if (uap->nchanges < 0 || uap->nevents < 0)
		return (EINVAL);
	if (uap->timeout != NULL) {
		error = copyin(uap->timeout, &ts, sizeof(ts));
		if (error != 0)
			return (error);
		if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= 1000000000)
			return (EINVAL);
		tv.tv_sec = ts.tv_sec;
		tv.tv_usec = ts.tv_nsec / 1000;
		sel_deadline(&tv, &deadline);
	}
	/* A table that is lent has to be copied: that has no queues. */
	if (fdown(td) == NULL)
		return (ENOMEM);
	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if (fp->f_type != DTYPE_KQUEUE) {
		fdrop(fp, td);
		return (EBADF);
	}
	error = kqueue_changes(fp->f_data, uap, &answers, td);
	if (error == 0 && answers > 0)
		td->td_retval[0] = answers;
	else if (error == 0)
		error = kqueue_events(fp->f_data, uap->eventlist, uap->nevents,
		    uap->timeout != NULL ? &deadline : NULL, td);
	fdrop(fp, td);
	return (error);
}

static int
kqueue_poll(struct file *fp, int events, struct thread *td)
{
	struct kqueue *kq = fp->f_data;
	int revents = 0;

	mtx_lock(&kq_mtx);
	if (kq->kq_count > 0)
		revents = events & (POLLIN | POLLRDNORM);
	else if (events & (POLLIN | POLLRDNORM))
		selrecord(td, &kq->kq_sel);
	mtx_unlock(&kq_mtx);
	return (revents);
}

static int
kqueue_stat(struct file *fp, struct stat *sb, struct thread *td __unused)
{
	struct kqueue *kq = fp->f_data;

	sb->st_mode = S_IFIFO;
	sb->st_blksize = sizeof(struct kevent);
	mtx_lock(&kq_mtx);
	sb->st_size = kq->kq_count;
	mtx_unlock(&kq_mtx);
	return (0);
}

/*
 * The last reference is gone: nobody sleeps here or polls.
 */
static int
kqueue_close(struct file *fp, struct thread *td)
{
	struct kqueue *kq = fp->f_data;
	struct knote *kn;
	u_int i;

	sx_xlock(&kq_sx);
	for (i = 0; i < KQ_HASH; i++)
		while ((kn = LIST_FIRST(&kq->kq_hash[i])) != NULL)
			knote_drop(kn);
	FILEDESC_LOCK(kq->kq_fdp);
	LIST_REMOVE(kq, kq_link);
	FILEDESC_UNLOCK(kq->kq_fdp);
	kq_unlock(td);
	/* Who sleeps in select has no reference. */
	mtx_lock(&kq_mtx);
	selwakeup(&kq->kq_sel);
	mtx_unlock(&kq_mtx);
	free(kq, M_KQUEUE);
	atomic_subtract_int(&nkqueues, 1);
	return (0);
}
