/*
 * Process descriptors: pdfork(2) makes a child that is known by a
 * descriptor.  It is for who has the descriptor to ask whether the child is
 * alive (poll, kevent, fstat), to signal it, and by closing the descriptor
 * to end it; its parent is not bothered, gets no SIGCHLD and does not find
 * it by wait(2) unless it asks for that very child.
 *
 * The tie between the two, pd_proc and p_procdesc, is under proctree_lock.
 * It ends with the first of these: the child is waited for by its id, or the
 * last descriptor is closed.  A child whose descriptor is closed is one like
 * any other from then on.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/procdesc.h>
#include <sys/selinfo.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/sx.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/unistd.h>
#include <sys/wait.h>
#include <sys/zone.h>
#include <machine/atomic.h>

static MALLOC_DEFINE(M_PROCDESC, "procdesc", "process descriptors");

/*
 * Lock key
 *	b  set when it is made, constant after that
 *	e  proctree_lock
 *	m  pd_mtx
 */
struct procdesc {
	struct	mtx pd_mtx;
	struct	proc *pd_proc;		/* (e) NULL: no longer tied to it */
	pid_t	pd_pid;			/* (b) */
	int	pd_flags;		/* (b) PD_* */
	bool	pd_exited;		/* (m) it is a zombie, or was one */
	int	pd_status;		/* (m) for wait, if it is */
	struct	timespec pd_birth;	/* (b) */
	struct	selinfo pd_sel;		/* (m) who waits for its end */
};

static volatile u_int nprocdescs;
LEAK_COUNTER(procdescs, &nprocdescs);

static int	procdesc_poll(struct file *, int, struct thread *);
static int	procdesc_stat(struct file *, struct stat *, struct thread *);
static int	procdesc_close(struct file *, struct thread *);

static const struct fileops procdesc_ops = {
	.fo_read = fo_no_rdwr,
	.fo_write = fo_no_rdwr,
	.fo_truncate = fo_no_truncate,
	.fo_ioctl = fo_no_ioctl,
	.fo_poll = procdesc_poll,
	.fo_stat = procdesc_stat,
	.fo_close = procdesc_close,
	.fo_seekable = false,
};

/*
 * One that is tied to no process yet, or NULL without memory.
 */
static struct procdesc *
procdesc_alloc(int flags)
{
	struct procdesc *pd;

	pd = malloc(sizeof(*pd), M_PROCDESC, M_NOWAIT | M_ZERO);
	if (pd == NULL)
		return (NULL);
	mtx_init(&pd->pd_mtx, "process descriptor", NULL, MTX_DEF);
	pd->pd_flags = flags;
	pd->pd_birth.tv_sec = time_second;
	atomic_add_int(&nprocdescs, 1);
	return (pd);
}

static void
procdesc_free(struct procdesc *pd)
{
	/* Who sleeps in select has no reference. */
	mtx_lock(&pd->pd_mtx);
	selwakeup(&pd->pd_sel);
	mtx_unlock(&pd->pd_mtx);
	mtx_destroy(&pd->pd_mtx);
	free(pd, M_PROCDESC);
	atomic_subtract_int(&nprocdescs, 1);
}

/*
 * The child is there and has not run: tie it to its descriptor, and let it
 * go.  Its copy of the table does not have the descriptor, whose file was
 * not open at the fork.
 */
static void
procdesc_start(struct procdesc *pd, struct proc *p, struct file *fp)
{
	pd->pd_pid = p->p_pid;
	sx_xlock(&proctree_lock);
	pd->pd_proc = p;
	p->p_procdesc = pd;
	PROC_LOCK(p);
	p->p_flag |= P_WATCHED;
	PROC_UNLOCK(p);
	sx_xunlock(&proctree_lock);
	finit(fp, FREAD | FWRITE, DTYPE_PROCDESC, pd, &procdesc_ops);
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	setrunqueue(&p->p_thread);
	mtx_unlock_spin(&sched_lock);
}

/*
 * pdfork(2).  A child whose descriptor cannot be told (EFAULT) runs all the
 * same, and the descriptor is open.
 */
int
sys_pdfork(struct thread *td, struct pdfork_args *uap)
{
	struct procdesc *pd;
	struct file *fp;
	struct proc *p;
	int error, fd;
	pid_t pid;

	if (uap->flags & ~PD_ALLOWED_AT_FORK)
		return (EINVAL);
	pd = procdesc_alloc(uap->flags);
	if (pd == NULL)
		return (ENOMEM);
	error = falloc(td, &fp, &fd);
	if (error != 0) {
		procdesc_free(pd);
		return (error);
	}
	if (uap->flags & PD_CLOEXEC)
		fd_cloexec(td->td_proc->p_fd, fd, fp);
	error = fork1(td, RFFDG | RFPROC | RFSTOPPED, &p);
	if (error != 0) {
		fdclose(td->td_proc->p_fd, fp, fd, td);
		fdrop(fp, td);
		procdesc_free(pd);
		return (error);
	}
	/* As soon as it runs it may be gone. */
	pid = p->p_pid;
	procdesc_start(pd, p, fp);
	fdrop(fp, td);
	error = copyout(&fd, uap->fdp, sizeof(fd));
	td->td_retval[0] = pid;
	td->td_retval[1] = 0;
	return (error);
}

/*
 * The process descriptor behind a descriptor, with a reference to its file.
 * 0, EBADF or EINVAL.
 */
static int
procdesc_get(struct thread *td, int fd, struct file **fpp)
{
	int error;

	error = fget(td, fd, fpp);
	if (error != 0)
		return (error);
	if ((*fpp)->f_type == DTYPE_PROCDESC)
		return (0);
	fdrop(*fpp, td);
	return (EINVAL);
}

/*
 * pdgetpid(2).
 */
int
sys_pdgetpid(struct thread *td, struct pdgetpid_args *uap)
{
	struct file *fp;
	pid_t pid;
	int error;

	error = procdesc_get(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	pid = ((struct procdesc *)fp->f_data)->pd_pid;
	fdrop(fp, td);
	return (copyout(&pid, uap->pidp, sizeof(pid)));
}

/*
 * pdkill(2).  A zombie takes signals, and nothing comes of it.
 */
int
sys_pdkill(struct thread *td, struct pdkill_args *uap)
{
	struct procdesc *pd;
	struct file *fp;
	struct proc *p;
	int error;

	if (uap->signum != 0 && !_SIG_VALID(uap->signum))
		return (EINVAL);
	error = procdesc_get(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	pd = fp->f_data;
	sx_slock(&proctree_lock);
	p = pd->pd_proc;
	if (p == NULL) {
		error = ESRCH;
	} else {
		PROC_LOCK(p);
		error = p_cansignal(td, p, uap->signum);
		if (error == 0 && uap->signum != 0)
			psignal(p, uap->signum);
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	fdrop(fp, td);
	return (error);
}

/*
 * The end of a process that has a descriptor: tell who waits for it.  The
 * parent's lock is held, too.
 */
void
procdesc_exit(struct proc *p)
{
	struct procdesc *pd = p->p_procdesc;

	sx_assert(&proctree_lock, SX_XLOCKED);
	mtx_lock(&pd->pd_mtx);
	pd->pd_exited = true;
	pd->pd_status = p->p_xstat;
	selwakeup(&pd->pd_sel);
	mtx_unlock(&pd->pd_mtx);
}

/*
 * Part a process and its descriptor; the one that is left may be gone soon.
 */
void
procdesc_untie(struct proc *p)
{
	sx_assert(&proctree_lock, SX_XLOCKED);
	p->p_procdesc->pd_proc = NULL;
	p->p_procdesc = NULL;
}

/*
 * The status of a process that has ended, as wait gives it.
 */
int
procdesc_status(struct file *fp)
{
	struct procdesc *pd = fp->f_data;
	int status;

	mtx_lock(&pd->pd_mtx);
	status = pd->pd_status;
	mtx_unlock(&pd->pd_mtx);
	return (status);
}

/*
 * POLLHUP when the process has ended.
 */
static int
procdesc_poll(struct file *fp, int events, struct thread *td)
{
	struct procdesc *pd = fp->f_data;
	int revents;

	mtx_lock(&pd->pd_mtx);
	revents = pd->pd_exited ? POLLHUP : 0;
	if (revents == 0 || (events & POLLRECORD) != 0)
		selrecord(td, &pd->pd_sel);
	mtx_unlock(&pd->pd_mtx);
	return (revents);
}

/*
 * The owner's permissions are there as long as the process lives.
 */
static int
procdesc_stat(struct file *fp, struct stat *sb, struct thread *td __unused)
{
	struct procdesc *pd = fp->f_data;

	mtx_lock(&pd->pd_mtx);
	sb->st_mode = S_IFREG | (pd->pd_exited ? 0 : S_IRWXU);
	mtx_unlock(&pd->pd_mtx);
	sb->st_atim = sb->st_mtim = sb->st_ctim = sb->st_birthtim =
	    pd->pd_birth;
	sb->st_ino = pd->pd_pid;
	sb->st_uid = fp->f_cred->cr_uid;
	sb->st_gid = fp->f_cred->cr_gid;
	return (0);
}

static void
procdesc_kill(struct proc *p)
{
	PROC_LOCK(p);
	psignal(p, SIGKILL);
	PROC_UNLOCK(p);
}

/*
 * The last descriptor is closed: kill the child, and have its end be
 * somebody's business again.  If the parent closes it that is the reaper's,
 * and a zombie is waited for on the spot: the parent has chosen not to.
 * Another process cannot take a child away from its parent, which may be
 * waiting for just this one: it is an ordinary child from now on.
 */
static int
procdesc_close(struct file *fp, struct thread *td)
{
	struct procdesc *pd = fp->f_data;
	struct wait4_args args = { .pid = pd->pd_pid, .options = WNOHANG };
	register_t retval = td->td_retval[0];
	bool ours, wait = false;
	struct proc *p;

	sx_xlock(&proctree_lock);
	p = pd->pd_proc;
	if (p != NULL) {
		procdesc_untie(p);
		ours = p->p_pptr == td->td_proc;
		if (PROC_IS_ZOMBIE(p)) {
			wait = ours;
			if (!ours)
				zombie_announce(p, p->p_pptr);
		} else {
			if (ours)
				proc_reparent(p, proc_reaper(td->td_proc));
			if ((pd->pd_flags & PD_DAEMON) == 0)
				procdesc_kill(p);
		}
	}
	sx_xunlock(&proctree_lock);
	if (wait)
		(void)sys_wait4(td, &args);
	td->td_retval[0] = retval;
	procdesc_free(pd);
	return (0);
}
