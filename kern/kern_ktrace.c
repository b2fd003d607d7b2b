/*
 * ktrace(2) and utrace(2): what a process does, written to a file.
 *
 * Nobody pays for it who is not traced.  A traced process has the twin of
 * its sysentvec, which says that there are no calls in the table, so that
 * each of them comes to syscall_other(), where records are made.  Fork and
 * exit are callouts that are registered while anybody is traced.
 *
 * Records are written by the process that they are about, one at a time
 * under ktrace_lock, which makes their order in the file that of their
 * times.  When one cannot be written the file is marked, which dmesg(8)
 * tells, and each process stops tracing when it comes to its next record.
 *
 * A thread that goes to sleep holds locks, so the record of that is put into
 * a queue, with its time.  Whoever next has ktrace_lock writes what is in the
 * queue before anything else; the thread itself is sure to come by on its way
 * to user mode.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/ktrace.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/signalvar.h>
#include <sys/socket.h>
#include <sys/sx.h>
#include <sys/syscall.h>
#include <sys/sysctl.h>
#include <sys/sysent.h>
#include <sys/sysproto.h>
#include <sys/syslog.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <machine/clock.h>

static MALLOC_DEFINE(M_KTRACE, "ktrace", "open trace files");

#define	KTR_FFLAGS	(FREAD | FWRITE | O_NOFOLLOW)
#define	KTR_GENIO_MAX	PAGE_SIZE	/* bytes kept of a read or write */

/* An open trace file.  One that nobody refers to waits to be closed. */
struct ktr_file {
	u_int	kf_refs;		/* ktrace_lock: processes, ktrace() */
	bool	kf_failed;		/* ktrace_lock: not to be written */
	bool	kf_dropped;		/* sched_lock: the next says KTR_DROP */
	struct	vnode *kf_vp;		/* (b) open with KTR_FFLAGS */
	SLIST_ENTRY(ktr_file) kf_link;	/* ktrace_lock: ktr_closing */
};

static struct sx ktrace_lock;
SX_SYSINIT(ktrace, &ktrace_lock, "ktrace");
static SLIST_HEAD(, ktr_file) ktr_closing; /* ktrace_lock */
static volatile u_int ktr_traced;	/* ktrace_lock: processes */
LEAK_COUNTER(ktraced, &ktr_traced);
static bool	ktr_hooked;		/* ktrace_lock: callouts are there */

/* The record that is being made. */
static struct {
	struct ktr_header head;
	char	body[sizeof(struct ktr_genio) + KTR_GENIO_MAX] __aligned(4);
} ktr_record;				/* ktrace_lock */
CTASSERT(sizeof(struct ktr_header) ==
    offsetof(__typeof__(ktr_record), body));

/* Records of context switches that are to be written: a ring. */
#define	KTR_SWITCHES	128		/* a power of two */
static struct ktr_switch {
	struct	ktr_file *ks_file;
	u_int64_t ks_when;		/* cpu_ticks() */
	struct ktr_switch_record {
		struct	ktr_header head;
		struct	ktr_csw csw;
	} ks_record;
} ktr_switches[KTR_SWITCHES];		/* sched_lock */
static u_int	ktr_put;		/* sched_lock: how many there were */
static u_int	ktr_taken;		/* sched_lock: how many are written */
static u_int	ktr_lost;		/* sched_lock: there was no room for */
SYSCTL_UINT(_debug, OID_AUTO, ktrace_lost, CTLFLAG_RD, &ktr_lost, 0,
    "records of context switches that were lost");

static void	ktr_fork(struct proc *p1, struct proc *p2, int flags);

/* ------------------------------------------------- who is traced, and where */

/*
 * The system calls of a process lead where its p_traceflag says, to the file
 * that is given; and its switches are noted, or not.
 */
static void
ktr_divert(struct proc *p, struct ktr_file *kf)
{
	struct sysentvec *sv = p->p_sysent->sv_plain;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	WRITE_ONCE(p->p_sysent, p->p_traceflag != 0 ? sv->sv_traced : sv);
	mtx_lock_spin(&sched_lock);
	p->p_tracep = kf;
	if (p->p_traceflag & KTRFAC_CSW)
		p->p_thread.td_flags |= TDF_KTRCSW;
	else
		p->p_thread.td_flags &= ~TDF_KTRCSW;
	mtx_unlock_spin(&sched_lock);
}

static void
ktr_unref(struct ktr_file *kf)
{
	sx_assert(&ktrace_lock, SX_XLOCKED);
	KASSERT(kf->kf_refs > 0, ("ktr_unref: nobody has it"));
	if (--kf->kf_refs == 0)
		SLIST_INSERT_HEAD(&ktr_closing, kf, kf_link);
}

/*
 * Trace p to that file, with these flags and those it has.
 */
static void
ktr_attach(struct proc *p, struct ktr_file *kf, int flags)
{
	sx_assert(&ktrace_lock, SX_XLOCKED);
	PROC_LOCK_ASSERT(p, MA_OWNED);
	kf->kf_refs++;
	if (p->p_traceflag != 0)
		ktr_unref(p->p_tracep);
	else
		ktr_traced++;
	WRITE_ONCE(p->p_traceflag, p->p_traceflag | flags);
	ktr_divert(p, kf);
}

/* Trace p no longer. */
static void
ktr_detach(struct proc *p)
{
	sx_assert(&ktrace_lock, SX_XLOCKED);
	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (p->p_traceflag != 0) {
		WRITE_ONCE(p->p_traceflag, 0);
		ktr_unref(p->p_tracep);
		ktr_traced--;
	}
	ktr_divert(p, NULL);
}

/*
 * Have the callouts registered before anybody is traced.  0 or ENOMEM.
 */
static int
ktr_hook(void)
{
	int error;

	sx_assert(&ktrace_lock, SX_XLOCKED);
	if (ktr_hooked)
		return (0);
	error = at_exit(ktrstop);
	if (error != 0)
		return (error);
	error = at_fork(ktr_fork);
	if (error != 0)
		(void)rm_at_exit_nowait(ktrstop);
	ktr_hooked = error == 0;
	return (error);
}

/*
 * Write a record.  An error is the end of the trace, not of the process.
 */
static void
ktr_write(struct ktr_file *kf, struct ktr_header *kh)
{
	int error;

	sx_assert(&ktrace_lock, SX_XLOCKED);
	if (kf->kf_failed)
		return;
	error = vn_append(kf->kf_vp, kh, sizeof(*kh) + kh->ktr_len);
	if (error == 0)
		return;
	kf->kf_failed = true;
	log(LOG_NOTICE, "ktrace: pid %d (%s): error %d, the trace ends\n",
	    kh->ktr_pid, kh->ktr_comm, error);
}

/*
 * Write what is in the queue.  Returns the time, in cpu_ticks(), at which it
 * was empty: what is put into it later is younger.
 */
static u_int64_t
ktr_flush(void)
{
	struct ktr_switch ks;
	u_int64_t now;

	sx_assert(&ktrace_lock, SX_XLOCKED);
	for (;;) {
		mtx_lock_spin(&sched_lock);
		if (ktr_taken == ktr_put)
			break;
		ks = ktr_switches[ktr_taken++ % KTR_SWITCHES];
		mtx_unlock_spin(&sched_lock);
		microtime_at(ks.ks_when, &ks.ks_record.head.ktr_time);
		ktr_write(ks.ks_file, &ks.ks_record.head);
	}
	now = cpu_ticks();
	mtx_unlock_spin(&sched_lock);
	return (now);
}

/* Sleeps for the sake of the trace are not noted. */
static void
ktr_busy(struct thread *td, bool busy)
{
	mtx_lock_spin(&sched_lock);
	if (busy)
		td->td_flags |= TDF_INKTRACE;
	else
		td->td_flags &= ~TDF_INKTRACE;
	mtx_unlock_spin(&sched_lock);
}

static void
ktr_lock(struct thread *td)
{
	ktr_busy(td, true);
	mtx_lock(&Giant);
	sx_xlock(&ktrace_lock);
}

/*
 * Give the lock back, and what nobody needs any more.  The callouts may be
 * running elsewhere, and wait for the lock: they find nothing to do.
 */
static void
ktr_unlock(struct thread *td)
{
	SLIST_HEAD(, ktr_file) closing;
	struct ktr_file *kf;

	if (ktr_traced == 0 && ktr_hooked) {
		(void)rm_at_fork_nowait(ktr_fork);
		(void)rm_at_exit_nowait(ktrstop);
		ktr_hooked = false;
	}
	/* Before a file is closed: nobody can put records of it there now. */
	(void)ktr_flush();
	SLIST_FIRST(&closing) = SLIST_FIRST(&ktr_closing);
	SLIST_INIT(&ktr_closing);
	sx_xunlock(&ktrace_lock);
	while ((kf = SLIST_FIRST(&closing)) != NULL) {
		SLIST_REMOVE_HEAD(&closing, kf_link);
		(void)vn_close(kf->kf_vp, KTR_FFLAGS, td);
		free(kf, M_KTRACE);
	}
	mtx_unlock(&Giant);
	ktr_busy(td, false);
}

/*
 * A fork callout: the child of who is traced with KTRFAC_INHERIT is traced
 * too, from its return from the call on.
 */
static void
ktr_fork(struct proc *p1, struct proc *p2, int flags __unused)
{
	ktr_lock(curthread);
	PROC_LOCK(p2);
	PROC_LOCK(p1);
	/* Somebody may have found the child already, and traced it. */
	if (p2->p_traceflag == 0 && (p1->p_traceflag & KTRFAC_INHERIT))
		ktr_attach(p2, p1->p_tracep, p1->p_traceflag);
	PROC_UNLOCK(p1);
	if (p2->p_traceflag & KTRFAC_SYSRET)
		cpu_set_fork_handler(&p2->p_thread, ktr_fork_return,
		    &p2->p_thread);
	PROC_UNLOCK(p2);
	ktr_unlock(curthread);
}

/*
 * Also an exit callout, when P_WEXIT is set already, so that nobody begins
 * another trace.
 */
void
ktrstop(struct proc *p)
{
	if (READ_ONCE(p->p_traceflag) == 0)
		return;
	ktr_lock(curthread);
	PROC_LOCK(p);
	ktr_detach(p);
	PROC_UNLOCK(p);
	ktr_unlock(curthread);
}

/* ------------------------------------------------------------- the records */

/* Who the thread is, and that is what of it: all but the time. */
static void
ktr_head(struct thread *td, struct ktr_header *kh, int type, int len)
{
	struct proc *p = td->td_proc;
	struct ktr_file *kf = p->p_tracep;

	mtx_assert(&sched_lock, MA_OWNED);
	kh->ktr_len = len;
	kh->ktr_type = type | (kf->kf_dropped ? KTR_DROP : 0);
	kf->kf_dropped = false;
	kh->ktr_pid = p->p_pid;
	strlcpy(kh->ktr_comm, p->p_comm, sizeof(kh->ktr_comm));
	kh->ktr_tid = p->p_pid; /* its one thread */
}

/*
 * Begin a record of the current process: where its contents go, or NULL if
 * such records are not wanted.  What is not NULL has to be ended.
 */
static void *
ktr_begin(struct thread *td, int type)
{
	struct ktr_header *kh = &ktr_record.head;

	if (!KTRPOINT(td, type))
		return (NULL);
	ktr_lock(td);
	/* It may have been told to stop while it waited. */
	if (!KTRPOINT(td, type)) {
		ktr_unlock(td);
		return (NULL);
	}
	microtime_at(ktr_flush(), &kh->ktr_time);
	mtx_lock_spin(&sched_lock);
	ktr_head(td, kh, type, 0);
	mtx_unlock_spin(&sched_lock);
	return (ktr_record.body);
}

/*
 * There are no contents after all.  What the record would have said of others
 * that are lost, the next one says.
 */
static void
ktr_cancel(struct thread *td)
{
	mtx_lock_spin(&sched_lock);
	if (ktr_record.head.ktr_type & KTR_DROP)
		td->td_proc->p_tracep->kf_dropped = true;
	mtx_unlock_spin(&sched_lock);
	ktr_unlock(td);
}

/* Who finds that its file cannot be written any more is traced no more. */
static void
ktr_check(struct proc *p)
{
	if (p->p_tracep == NULL || !p->p_tracep->kf_failed)
		return;
	PROC_LOCK(p);
	ktr_detach(p);
	PROC_UNLOCK(p);
}

/*
 * The record has len bytes of contents: write it.
 */
static void
ktr_end(struct thread *td, size_t len)
{
	struct proc *p = td->td_proc;

	KASSERT(len <= sizeof(ktr_record.body), ("ktr_end: %zu bytes", len));
	ktr_record.head.ktr_len = len;
	ktr_write(p->p_tracep, &ktr_record.head);
	ktr_check(p);
	ktr_unlock(td);
}

/*
 * The current thread leaves the processor, or is back.  It has TDF_KTRCSW, so
 * there is a p_tracep.
 */
void
ktrcsw(struct thread *td, bool out, bool user)
{
	struct ktr_switch *ks = &ktr_switches[ktr_put % KTR_SWITCHES];

	mtx_assert(&sched_lock, MA_OWNED);
	if (td->td_flags & TDF_INKTRACE)
		return;
	/* Who has been preempted in ast() sees to it that it is written. */
	if (!user)
		td->td_flags |= TDF_ASTPENDING;
	if (ktr_put - ktr_taken == KTR_SWITCHES) {
		td->td_proc->p_tracep->kf_dropped = true;
		ktr_lost++;
		return;
	}
	ktr_put++;
	ks->ks_file = td->td_proc->p_tracep;
	ks->ks_when = cpu_ticks();
	ktr_head(td, &ks->ks_record.head, KTR_CSW, sizeof(struct ktr_csw));
	ks->ks_record.csw.out = out;
	ks->ks_record.csw.user = user;
}

void
ktrast(struct thread *td)
{
	if (data_race(ktr_taken == ktr_put))
		return;
	ktr_lock(td);
	(void)ktr_flush();
	ktr_check(td->td_proc);
	ktr_unlock(td);
}

void
ktrsyscall(struct thread *td, int code, int narg, const register_t *args)
{
	struct ktr_syscall *ks = ktr_begin(td, KTR_SYSCALL);

	if (ks == NULL)
		return;
	ks->ktr_code = code;
	ks->ktr_narg = narg;
	memcpy(ks->ktr_args, args, narg * sizeof(*args));
	ktr_end(td,
	    offsetof(struct ktr_syscall, ktr_args) + narg * sizeof(*args));
}

void
ktrsysret(struct thread *td, int code, int error, register_t retval)
{
	struct ktr_sysret *kr = ktr_begin(td, KTR_SYSRET);

	if (kr == NULL)
		return;
	bzero(kr, sizeof(*kr));
	kr->ktr_code = code;
	kr->ktr_error = error;
	kr->ktr_retval = retval;
	ktr_end(td, sizeof(*kr));
}

/*
 * What a traced child does first, in fork_return()'s place: its part of the
 * call that made it, whichever that was, returns 0.
 */
void
ktr_fork_return(void *arg)
{
	struct thread *td = arg;

	ktrsysret(td, td->td_syscall, 0, 0);
	fork_return(td, td->td_frame);
}

void
ktrnamei(struct thread *td, const char *path)
{
	char *text = ktr_begin(td, KTR_NAMEI);

	if (text != NULL)
		ktr_end(td, strlcpy(text, path, sizeof(ktr_record.body)));
}

void
ktrpsig(struct thread *td, int sig, sig_t action, const sigset_t *mask,
    int code)
{
	struct ktr_psig *kp = ktr_begin(td, KTR_PSIG);

	if (kp == NULL)
		return;
	kp->signo = sig;
	kp->action = action;
	kp->code = code;
	kp->mask = *mask;
	ktr_end(td, sizeof(*kp));
}

/*
 * Copy the beginning of what was moved, at most n bytes, from the buffers
 * of the program into the record.  How many bytes.
 */
static size_t
ktr_data(char *data, const struct iovec *uiov, u_int iovcnt, size_t n)
{
	struct iovec iov;
	size_t done, piece;

	/* A message may have been changed since the call looked at it. */
	iovcnt = MIN(iovcnt, UIO_MAXIOV);
	for (done = 0; done < n && iovcnt > 0; iovcnt--, uiov++) {
		if (copyin(uiov, &iov, sizeof(iov)) != 0)
			break;
		piece = MIN(iov.iov_len, n - done);
		if (copyin(iov.iov_base, data + done, piece) != 0)
			break;
		done += piece;
	}
	return (done);
}

/*
 * The calls that read and write, and how they say where: by an address, or
 * by iovecs, or by a message that has these.
 */
static const struct ktr_io {
	short	code;
	short	rw;			/* UIO_* */
	enum { KTR_BUFFER, KTR_VECTOR, KTR_MESSAGE } where;
} ktr_ios[] = {
	{ SYS_read, UIO_READ, KTR_BUFFER },
	{ SYS_pread, UIO_READ, KTR_BUFFER },
	{ SYS_recvfrom, UIO_READ, KTR_BUFFER },
	{ SYS_readv, UIO_READ, KTR_VECTOR },
	{ SYS_recvmsg, UIO_READ, KTR_MESSAGE },
	{ SYS_write, UIO_WRITE, KTR_BUFFER },
	{ SYS_pwrite, UIO_WRITE, KTR_BUFFER },
	{ SYS_sendto, UIO_WRITE, KTR_BUFFER },
	{ SYS_writev, UIO_WRITE, KTR_VECTOR },
	{ SYS_sendmsg, UIO_WRITE, KTR_MESSAGE },
};

/*
 * The same for each of them: n bytes at most.
 */
static size_t
ktr_data_of(const struct ktr_io *io, const register_t *args, char *data,
    size_t n)
{
	const void *where = (const void *)args[1];
	struct msghdr msg;

	n = MIN(n, KTR_GENIO_MAX);
	switch (io->where) {
	case KTR_BUFFER:
		return (copyin(where, data, n) == 0 ? n : 0);
	case KTR_VECTOR:
		return (ktr_data(data, where, args[2], n));
	case KTR_MESSAGE:
		if (copyin(where, &msg, sizeof(msg)) != 0)
			return (0);
		return (ktr_data(data, msg.msg_iov, msg.msg_iovlen, n));
	}
	return (0);
}

/*
 * A call has moved n bytes: of those that read and write, keep the data.
 */
void
ktrgenio(struct thread *td, int code, const register_t *args, size_t n)
{
	const struct ktr_io *io = ktr_ios;
	struct ktr_genio *kg;

	while (io->code != code)
		if (++io == ktr_ios + nitems(ktr_ios))
			return;
	kg = ktr_begin(td, KTR_GENIO);
	if (kg == NULL)
		return;
	kg->ktr_fd = args[0];
	kg->ktr_rw = io->rw;
	n = ktr_data_of(io, args, (char *)(kg + 1), n);
	ktr_end(td, sizeof(*kg) + n);
}

/* -------------------------------------------------------- the system calls */

/*
 * utrace(2).  What a program that is not traced says goes nowhere.
 */
int
sys_utrace(struct thread *td, struct utrace_args *uap)
{
	void *body;
	size_t len = uap->len;
	int error;

	if (!KTRPOINT(td, KTR_USER))
		return (0);
	if (len > KTR_USER_MAXLEN)
		return (EINVAL);
	body = ktr_begin(td, KTR_USER);
	if (body == NULL)
		return (0);
	error = copyin(uap->addr, body, len);
	if (error == 0)
		ktr_end(td, len);
	else
		ktr_cancel(td);
	return (error);
}

/*
 * Open a trace file, with the caller's rights: it exists, and is a regular
 * file.  One reference in *kfp, or errno.
 */
static int
ktr_open(struct thread *td, const char *path, struct ktr_file **kfp)
{
	int error, fflags = KTR_FFLAGS;
	struct nameidata nd;
	struct ktr_file *kf;

	kf = malloc(sizeof(*kf), M_KTRACE, M_NOWAIT | M_ZERO);
	if (kf == NULL)
		return (ENOMEM);
	mtx_lock(&Giant);
	NDINIT(&nd, LOOKUP, NOFOLLOW, UIO_USERSPACE, path, td);
	error = vn_open(&nd, &fflags, 0);
	if (error == 0) {
		NDFREE(&nd);
		if (nd.ni_vp->v_type != VREG) {
			(void)vn_close(nd.ni_vp, fflags, td);
			error = EACCES;
		}
	}
	mtx_unlock(&Giant);
	if (error != 0) {
		free(kf, M_KTRACE);
		return (error);
	}
	kf->kf_vp = nd.ni_vp;
	kf->kf_refs = 1;
	*kfp = kf;
	return (0);
}

/*
 * Whether td may change how p is traced: it could debug p, and what root
 * has set is root's to change.
 */
static bool
ktr_may(struct thread *td, struct proc *p)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	if ((p->p_flag & (P_SYSTEM | P_WEXIT)) != 0)
		return (false);
	if ((p->p_traceflag & KTRFAC_ROOT) && suser_cred(td->td_ucred) != 0)
		return (false);
	return (p_candebug(td, p) == 0);
}

/* What a ktrace() is to do to each process. */
struct ktr_change {
	struct	thread *kc_td;		/* who asks */
	struct	ktr_file *kc_file;	/* trace to it; NULL: do not trace */
	int	kc_facs;		/* KTRFAC_* */
	bool	kc_done;		/* some process let itself be changed */
};

static void
ktr_change(struct ktr_change *kc, struct proc *p)
{
	int root = kc->kc_td->td_ucred->cr_uid == 0 ? KTRFAC_ROOT : 0;

	sx_assert(&ktrace_lock, SX_XLOCKED);
	PROC_LOCK(p);
	if (ktr_may(kc->kc_td, p)) {
		kc->kc_done = true;
		if (kc->kc_file != NULL)
			ktr_attach(p, kc->kc_file, kc->kc_facs | root);
		else if ((p->p_traceflag & ~kc->kc_facs & KTRFAC_MASK) == 0)
			ktr_detach(p);
		else {
			WRITE_ONCE(p->p_traceflag,
			    p->p_traceflag & ~kc->kc_facs);
			ktr_divert(p, p->p_tracep);
		}
	}
	PROC_UNLOCK(p);
}

/*
 * The same for all descendants, depth first.
 */
static void
ktr_change_tree(struct ktr_change *kc, struct proc *top)
{
	struct proc *next, *p = top;

	sx_assert(&proctree_lock, SX_LOCKED);
	for (;;) {
		ktr_change(kc, p);
		next = TAILQ_FIRST(&p->p_children);
		while (next == NULL && p != top) {
			next = TAILQ_NEXT(p, p_sibling);
			if (next == NULL)
				p = p->p_pptr;
		}
		if (next == NULL)
			return;
		p = next;
	}
}

static void
ktr_change_one(struct ktr_change *kc, struct proc *p, bool descend)
{
	if (descend)
		ktr_change_tree(kc, p);
	else
		ktr_change(kc, p);
}

/*
 * Change a process, or the group -pid.  0, ESRCH, EPERM or ENOMEM.  While
 * proctree_lock is held nobody is reaped, or leaves its group.
 */
static int
ktr_target(struct ktr_change *kc, pid_t pid, bool descend)
{
	struct pgrp *pgrp = NULL;
	struct proc *p = NULL;
	int error;

	sx_slock(&proctree_lock);
	if (pid < 0) {
		pgrp = pgfind(-pid);
		if (pgrp != NULL)
			PGRP_UNLOCK(pgrp);
	} else {
		p = pfind(pid);
		if (p != NULL)
			PROC_UNLOCK(p);
	}
	ktr_lock(kc->kc_td);
	error = pgrp == NULL && p == NULL ? ESRCH : ktr_hook();
	if (error == 0) {
		if (pgrp == NULL)
			ktr_change_one(kc, p, descend);
		else
			LIST_FOREACH(p, &pgrp->pg_members, p_pglist)
				ktr_change_one(kc, p, descend);
		error = kc->kc_done ? 0 : EPERM;
	}
	sx_sunlock(&proctree_lock);
	ktr_unlock(kc->kc_td);
	return (error);
}

/*
 * Stop every trace to that file.  EPERM if there are some that the caller
 * may not stop.
 */
static int
ktr_clearfile(struct thread *td, struct vnode *vp)
{
	struct proc *p;
	int error = 0;

	sx_slock(&allproc_lock);
	ktr_lock(td);
	LIST_FOREACH(p, &allproc, p_list) {
		PROC_LOCK(p);
		if (p->p_traceflag != 0 && p->p_tracep->kf_vp == vp) {
			if (ktr_may(td, p))
				ktr_detach(p);
			else
				error = EPERM;
		}
		PROC_UNLOCK(p);
	}
	sx_sunlock(&allproc_lock);
	ktr_unlock(td);
	return (error);
}

/*
 * ktrace(2).
 */
int
sys_ktrace(struct thread *td, struct ktrace_args *uap)
{
	struct ktr_change kc = { .kc_td = td };
	bool traced = READ_ONCE(td->td_proc->p_traceflag) != 0;
	struct ktr_file *kf = NULL;
	int error;

	kc.kc_facs = uap->trpoints & (KTRFAC_MASK | KTRFAC_INHERIT);
	if (KTROP(uap->ops) > KTROP_CLEARFILE)
		return (EINVAL);
	if (KTROP(uap->ops) != KTROP_CLEAR) {
		error = ktr_open(td, uap->fname, &kf);
		if (error != 0)
			return (error);
	}
	if (KTROP(uap->ops) == KTROP_CLEARFILE) {
		error = ktr_clearfile(td, kf->kf_vp);
	} else if (kc.kc_facs == 0) {
		error = EINVAL;
	} else {
		kc.kc_file = kf;
		error = ktr_target(&kc, uap->pid,
		    (uap->ops & KTRFLAG_DESCEND) != 0);
	}
	if (kf != NULL) {
		ktr_lock(td);
		ktr_unref(kf);
		ktr_unlock(td);
	}
	/* The trace of who has begun its own shows where. */
	if (error == 0 && !traced)
		ktrsysret(td, SYS_ktrace, 0, 0);
	return (error);
}
