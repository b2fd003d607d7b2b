/*
 * The system calls that work on every kind of descriptor: read and write,
 * ioctl, select and poll.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioccom.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/signalvar.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <machine/atomic.h>
#include <machine/vmparam.h>

MALLOC_DEFINE(M_IOV, "iov", "large iovecs and ioctl arguments");
MALLOC_DEFINE(M_SELECT, "select", "select() and poll() sets");

#define	SMALLIOV	8		/* iovecs kept on the stack */
#define	SMALLIOCTL	128		/* bytes of argument on the stack */
#define	SMALLPOLL	32		/* pollfds on the stack */
#define	SMALLSELECT	256		/* descriptors of a set on the stack */

/*
 * Read and write.
 */

/*
 * Run a transfer on a file.  Whatever has been moved before an error is
 * what the call returns; the error comes back next time.
 */
static __inline int
dofileio(struct thread *td, struct file *fp, struct uio *uio, int flags)
{
	ssize_t want = uio->uio_resid;
	int error;

	if (uio->uio_rw == UIO_READ)
		error = fp->f_ops->fo_read(fp, uio, flags, td);
	else
		error = fp->f_ops->fo_write(fp, uio, flags, td);
	if (error == EPIPE && uio->uio_rw == UIO_WRITE) {
		PROC_LOCK(td->td_proc);
		psignal(td->td_proc, SIGPIPE);
		PROC_UNLOCK(td->td_proc);
	}
	if (uio->uio_resid != want)
		error = 0;
	td->td_retval[0] = want - uio->uio_resid;
	return (error);
}

static int
kern_rw(struct thread *td, int fd, void *buf, size_t nbyte, enum uio_rw rw)
{
	struct iovec iov;
	struct file *fp;
	struct uio uio;
	bool held;
	int error;

	if (nbyte > INT_MAX)
		return (EINVAL);
	fp = fget_borrow(td, fd, rw == UIO_READ ? FREAD : FWRITE, &held);
	if (fp == NULL)
		return (EBADF);
	uio_init(&uio, &iov, buf, nbyte, 0, UIO_USERSPACE, rw, td);
	error = dofileio(td, fp, &uio, 0);
	if (held)
		fdrop(fp, td);
	return (error);
}

/*
 * The file that a read or a write of few bytes may be done on at once: there
 * is one of that descriptor, and the bytes lie in user memory.
 */
static __inline struct file *
file_now(struct thread *td, int fd, const void *buf, size_t nbyte, u_int flag)
{
	if (nbyte - 1 >= FO_NOW_MOST ||
	    (uintptr_t)buf > VM_MAXUSER_ADDRESS - FO_NOW_MOST)
		return (NULL);
	return (fd_alone(td->td_proc->p_fd, fd, flag));
}

int
sys_read(struct thread *td, struct read_args *uap)
{
	struct file *fp;
	int n;

	fp = file_now(td, uap->fd, uap->buf, uap->nbyte, FREAD);
	if (fp != NULL && fp->f_ops->fo_read_now != NULL) {
		n = fp->f_ops->fo_read_now(fp, uap->buf, uap->nbyte);
		if (n >= 0) {
			td->td_retval[0] = n;
			return (0);
		}
	}
	return (kern_rw(td, uap->fd, uap->buf, uap->nbyte, UIO_READ));
}

int
sys_write(struct thread *td, struct write_args *uap)
{
	struct file *fp;
	int n;

	fp = file_now(td, uap->fd, uap->buf, uap->nbyte, FWRITE);
	if (fp != NULL && fp->f_ops->fo_write_now != NULL) {
		n = fp->f_ops->fo_write_now(fp, uap->buf, uap->nbyte);
		if (n >= 0) {
			td->td_retval[0] = n;
			return (0);
		}
	}
	return (kern_rw(td, uap->fd, (void *)(uintptr_t)uap->buf, uap->nbyte,
	    UIO_WRITE));
}

/*
 * pread and pwrite: at an offset of their own.  ESPIPE if the file has
 * none.
 */
static int
kern_prw(struct thread *td, int fd, void *buf, size_t nbyte, off_t offset,
    enum uio_rw rw)
{
	struct iovec iov;
	struct file *fp;
	struct uio uio;
	int error;

	if (nbyte > INT_MAX)
		return (EINVAL);
	error = rw == UIO_READ ? fget_read(td, fd, &fp) :
				 fget_write(td, fd, &fp);
	if (error != 0)
		return (error);
	if (!fp->f_ops->fo_seekable) {
		error = ESPIPE;
	} else if (offset < 0) {
		error = EINVAL;
	} else {
		uio_init(&uio, &iov, buf, nbyte, offset, UIO_USERSPACE, rw, td);
		error = dofileio(td, fp, &uio, FOF_OFFSET);
	}
	fdrop(fp, td);
	return (error);
}

int
sys_pread(struct thread *td, struct pread_args *uap)
{
	return (kern_prw(td, uap->fd, uap->buf, uap->nbyte, uap->offset,
	    UIO_READ));
}

int
sys_pwrite(struct thread *td, struct pwrite_args *uap)
{
	return (kern_prw(td, uap->fd, (void *)(uintptr_t)uap->buf, uap->nbyte,
	    uap->offset, UIO_WRITE));
}

/*
 * Copy the user's iovecs in and add up their lengths.  EINVAL if the sum
 * does not fit into what the call can return.
 */
static int
copyiniov(const struct iovec *uiov, struct iovec *iov, u_int iovcnt,
    ssize_t *resid)
{
	ssize_t sum = 0;
	u_int i;
	int error;

	error = copyin(uiov, iov, iovcnt * sizeof(*iov));
	if (error != 0)
		return (error);
	for (i = 0; i < iovcnt; i++) {
		if (iov[i].iov_len > (size_t)(INT_MAX - sum))
			return (EINVAL);
		sum += iov[i].iov_len;
	}
	*resid = sum;
	return (0);
}

static int
kern_rwv(struct thread *td, int fd, const struct iovec *uiov, u_int iovcnt,
    enum uio_rw rw)
{
	struct iovec small[SMALLIOV], *iov = small;
	struct file *fp;
	struct uio uio;
	int error;

	if (iovcnt == 0 || iovcnt > UIO_MAXIOV)
		return (EINVAL);
	error = rw == UIO_READ ? fget_read(td, fd, &fp) :
				 fget_write(td, fd, &fp);
	if (error != 0)
		return (error);
	if (iovcnt > SMALLIOV)
		iov = malloc(iovcnt * sizeof(*iov), M_IOV, M_NOWAIT);
	if (iov == NULL) {
		fdrop(fp, td);
		return (ENOMEM);
	}
	uio.uio_iov = iov;
	uio.uio_iovcnt = iovcnt;
	uio.uio_offset = 0;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = rw;
	uio.uio_td = td;
	error = copyiniov(uiov, iov, iovcnt, &uio.uio_resid);
	if (error == 0)
		error = dofileio(td, fp, &uio, 0);
	if (iov != small)
		free(iov, M_IOV);
	fdrop(fp, td);
	return (error);
}

int
sys_readv(struct thread *td, struct readv_args *uap)
{
	return (kern_rwv(td, uap->fd, uap->iovp, uap->iovcnt, UIO_READ));
}

int
sys_writev(struct thread *td, struct writev_args *uap)
{
	return (kern_rwv(td, uap->fd, uap->iovp, uap->iovcnt, UIO_WRITE));
}

/*
 * ioctl.
 */

/*
 * The commands that mean the descriptor or the file itself.  true: done,
 * the result is in *error.
 */
static bool
ioctl_generic(struct thread *td, int fd, struct file *fp, u_long com,
    void *data, int *error)
{
	struct filedesc *fdp;

	*error = 0;
	switch (com) {
	case FIOCLEX:
	case FIONCLEX:
		fdp = fdown(td);
		if (fdp == NULL) {
			*error = ENOMEM;
			return (true);
		}
		FILEDESC_LOCK(fdp);
		if (fd < fdp->fd_nfiles && fdp->fd_ofiles[fd] == fp) {
			if (com == FIOCLEX)
				fdp->fd_ofileflags[fd] |= UF_EXCLOSE;
			else
				fdp->fd_ofileflags[fd] &= ~UF_EXCLOSE;
		}
		FILEDESC_UNLOCK(fdp);
		return (true);
	case FIONBIO:
		if (*(int *)data != 0)
			atomic_set_int(&fp->f_flag, FNONBLOCK);
		else
			atomic_clear_int(&fp->f_flag, FNONBLOCK);
		return (true);
	case FIOASYNC:
		/* nobody sends SIGIO */
		if (*(int *)data != 0)
			*error = EINVAL;
		return (true);
	default:
		return (false);
	}
}

/*
 * Carry out a command whose argument, of size bytes, is at data in the
 * kernel now, and copy the answer out.
 */
static int
ioctl_data(struct thread *td, struct ioctl_args *uap, struct file *fp,
    void *data, u_int size)
{
	int error;

	if (uap->com & IOC_IN) {
		error = copyin(uap->data, data, size);
		if (error != 0)
			return (error);
	} else {
		/* nothing of the stack may leak to the user */
		bzero(data, size);
	}
	if (!ioctl_generic(td, uap->fd, fp, uap->com, data, &error))
		error = fp->f_ops->fo_ioctl(fp, uap->com, data, td);
	if (error == 0 && (uap->com & IOC_OUT) != 0)
		error = copyout(data, uap->data, size);
	return (error);
}

int
sys_ioctl(struct thread *td, struct ioctl_args *uap)
{
	uint64_t small[SMALLIOCTL / sizeof(uint64_t)];
	void *data = small;
	struct file *fp;
	u_int size = IOCPARM_LEN(uap->com);
	int error;

	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	if (size > IOCPARM_MAX || (uap->com & IOC_DIRMASK) == 0 ||
	    ((uap->com & IOC_INOUT) != 0 && size == 0)) {
		error = ENOTTY;
	} else if (size > sizeof(small) &&
	    (data = malloc(size, M_IOV, M_NOWAIT)) == NULL) {
		error = ENOMEM;
	} else {
		error = ioctl_data(td, uap, fp, data, size);
		if (data != small)
			free(data, M_IOV);
	}
	fdrop(fp, td);
	return (error);
}

/*
 * Waiting for several files.
 *
 * A waiter puts a seltd on its stack, td_selq points to it, and fo_poll
 * calls selrecord() while it holds the lock of the object.  selwakeup(),
 * under the same lock, finds the waiter and marks it woken.  So no change
 * is lost between the scan and the sleep: it sets st_woken, which the
 * waiter checks under sellock before it sleeps.
 */
struct seltd {
	TAILQ_ENTRY(seltd) st_all;	/* all that wait */
	TAILQ_HEAD(, selinfo) st_infos;	/* where this one is recorded */
	bool	st_woken;
	struct	knote *st_note;		/* it is this that is recorded */
};

static struct mtx sellock;
MTX_SYSINIT(sellock, &sellock, "select", MTX_DEF);
static TAILQ_HEAD(, seltd) selwaiters = TAILQ_HEAD_INITIALIZER(selwaiters);

void
selrecord(struct thread *td, struct selinfo *sip)
{
	struct seltd *st = td->td_selq;

	KASSERT(td == curthread && st != NULL, ("selrecord: not polling"));
	if (st->st_note != NULL) {
		knote_hook(st->st_note, sip);
		return;
	}
	mtx_lock(&sellock);
	if (sip->si_td == NULL) {
		sip->si_td = st;
		TAILQ_INSERT_TAIL(&st->st_infos, sip, si_link);
	} else if (sip->si_td != st) {
		sip->si_more |= SI_COLL;
	}
	mtx_unlock(&sellock);
}

static void
sel_wake(struct seltd *st)
{
	mtx_assert(&sellock, MA_OWNED);
	st->st_woken = true;
	wakeup(st);
}

void
selwakeup_all(struct selinfo *sip)
{
	struct seltd *st;

	if (sip->si_more & SI_NOTE)
		knote_wakeup(sip);
	mtx_lock(&sellock);
	if (sip->si_td != NULL) {
		sel_wake(sip->si_td);
		TAILQ_REMOVE(&sip->si_td->st_infos, sip, si_link);
		sip->si_td = NULL;
	}
	if (sip->si_more & SI_COLL) {
		sip->si_more &= ~SI_COLL;
		TAILQ_FOREACH(st, &selwaiters, st_all)
			sel_wake(st);
	}
	mtx_unlock(&sellock);
}

/*
 * Whether there are knotes.  kq_mtx is held, and for the first one the lock
 * of the object too.
 */
void
selnoted(struct selinfo *sip, bool some)
{
	mtx_lock(&sellock);
	if (some)
		sip->si_more |= SI_NOTE;
	else
		sip->si_more &= ~SI_NOTE;
	mtx_unlock(&sellock);
}

/*
 * What fo_poll says; it has the knote recorded, from then on for good.
 */
int
selpoll(struct file *fp, int events, struct knote *kn, struct thread *td)
{
	struct seltd st = { .st_note = kn };
	int revents;

	KASSERT(td->td_selq == NULL, ("selpoll: nested"));
	td->td_selq = &st;
	revents = fp->f_ops->fo_poll(fp, events | POLLRECORD, td);
	td->td_selq = NULL;
	return (revents);
}

static void
sel_begin(struct thread *td, struct seltd *st)
{
	KASSERT(td->td_selq == NULL, ("select: nested"));
	TAILQ_INIT(&st->st_infos);
	st->st_woken = false;
	st->st_note = NULL;
	td->td_selq = st;
	mtx_lock(&sellock);
	TAILQ_INSERT_TAIL(&selwaiters, st, st_all);
	mtx_unlock(&sellock);
}

/* Forget what the last scan has recorded. */
static void
sel_forget(struct seltd *st)
{
	struct selinfo *sip;

	mtx_assert(&sellock, MA_OWNED);
	while ((sip = TAILQ_FIRST(&st->st_infos)) != NULL) {
		TAILQ_REMOVE(&st->st_infos, sip, si_link);
		sip->si_td = NULL;
	}
}

static void
sel_end(struct thread *td, struct seltd *st)
{
	mtx_lock(&sellock);
	sel_forget(st);
	TAILQ_REMOVE(&selwaiters, st, st_all);
	mtx_unlock(&sellock);
	td->td_selq = NULL;
}

/*
 * How long it is until then, for msleep; 0 if the time is over.
 */
int
sel_timo(const struct timeval *deadline)
{
	struct timeval now, left;

	microuptime(&now);
	if (!timevalcmp(&now, deadline, <))
		return (0);
	left = *deadline;
	timevalsub(&left, &now);
	return (tvtohz(&left));
}

/*
 * Sleep until something is worth another scan.  deadline: in uptime, or
 * NULL for ever.  0: scan again; EWOULDBLOCK: the time is over; EINTR.
 */
static int
sel_wait(struct seltd *st, const struct timeval *deadline)
{
	int error = 0, timo = 0;

	if (deadline != NULL) {
		timo = sel_timo(deadline);
		if (timo == 0)
			return (EWOULDBLOCK);
	}
	mtx_lock(&sellock);
	if (!st->st_woken)
		error = msleep(st, &sellock, PSOCK | PCATCH, "select", timo);
	sel_forget(st);
	st->st_woken = false;
	mtx_unlock(&sellock);
	if (error == EWOULDBLOCK)
		error = 0; /* one more look, then sel_wait says so */
	return (error == ERESTART ? EINTR : error);
}

/*
 * When a relative time is over, in uptime.
 */
void
sel_deadline(const struct timeval *rel, struct timeval *deadline)
{
	microuptime(deadline);
	/* a time that does not fit is for ever, or near enough */
	if (rel->tv_sec > INT_MAX - deadline->tv_sec - 1) {
		deadline->tv_sec = INT_MAX;
		deadline->tv_usec = 0;
	} else {
		timevaladd(deadline, rel);
	}
}

/* The sets of one select(): asked for and answered. */
struct selsets {
	fd_mask	*in[3];			/* NULL: not asked */
	fd_mask	*out[3];
	int	nd;
};

static const int selevents[3] = {
	POLLIN | POLLRDNORM | POLLHUP | POLLERR,
	POLLOUT | POLLHUP | POLLERR,
	POLLPRI | POLLRDBAND,
};

/*
 * One descriptor of a scan.  0 with the answer added, or EBADF.
 */
static int
select_fd(struct thread *td, struct selsets *ss, int fd)
{
	fd_mask bit = (fd_mask)1 << (fd % NFDBITS);
	int word = fd / NFDBITS, error, i, asked = 0, got;
	struct file *fp;

	for (i = 0; i < 3; i++)
		if (ss->in[i] != NULL && (ss->in[i][word] & bit) != 0)
			asked |= selevents[i];
	if (asked == 0)
		return (0);
	error = fget(td, fd, &fp);
	if (error != 0)
		return (error);
	got = fp->f_ops->fo_poll(fp, asked, td);
	fdrop(fp, td);
	for (i = 0; i < 3; i++) {
		if (ss->in[i] != NULL && (ss->in[i][word] & bit) != 0 &&
		    (got & selevents[i]) != 0) {
			ss->out[i][word] |= bit;
			td->td_retval[0]++;
		}
	}
	return (0);
}

static int
select_scan(struct thread *td, struct selsets *ss)
{
	int error, fd;

	td->td_retval[0] = 0;
	for (fd = 0; fd < ss->nd; fd++) {
		error = select_fd(td, ss, fd);
		if (error != 0)
			return (error);
	}
	return (0);
}

/*
 * Scan and sleep until something is ready, which td_retval counts, or the
 * time is over.
 */
static int
select_loop(struct thread *td, struct selsets *ss,
    const struct timeval *deadline)
{
	struct seltd st;
	int error;

	sel_begin(td, &st);
	do {
		error = select_scan(td, ss);
		if (error != 0 || td->td_retval[0] != 0)
			break;
		error = sel_wait(&st, deadline);
	} while (error == 0);
	sel_end(td, &st);
	return (error == EWOULDBLOCK ? 0 : error);
}

/*
 * select() with the sets in the kernel's memory at bits: six of them.
 */
static int
select_sets(struct thread *td, struct select_args *uap, fd_mask *bits,
    const struct timeval *deadline)
{
	struct fd_set *user[3] = { uap->in, uap->ou, uap->ex };
	size_t words = howmany(uap->nd, NFDBITS);
	struct selsets ss;
	int error, i;

	ss.nd = uap->nd;
	bzero(bits, 6 * words * sizeof(fd_mask));
	for (i = 0; i < 3; i++) {
		ss.in[i] = NULL;
		ss.out[i] = bits + (3 + i) * words;
		if (user[i] == NULL)
			continue;
		ss.in[i] = bits + i * words;
		error = copyin(user[i], ss.in[i], words * sizeof(fd_mask));
		if (error != 0)
			return (error);
	}
	error = select_loop(td, &ss, deadline);
	for (i = 0; i < 3 && error == 0; i++)
		if (user[i] != NULL)
			error = copyout(ss.out[i], user[i],
			    words * sizeof(fd_mask));
	return (error);
}

/* Descriptors that one call may ask about. */
static int
most_asked(void)
{
	return (imax(READ_ONCE(maxfilesperproc), (int)FD_SETSIZE));
}

int
sys_select(struct thread *td, struct select_args *uap)
{
	fd_mask small[6 * SMALLSELECT / NFDBITS], *bits = small;
	struct timeval tv, deadline;
	int error;

	if (uap->nd < 0 || uap->nd > most_asked())
		return (EINVAL);
	if (uap->tv != NULL) {
		error = copyin(uap->tv, &tv, sizeof(tv));
		if (error != 0)
			return (error);
		if (tv.tv_sec < 0 || tv.tv_usec < 0 || tv.tv_usec >= 1000000)
			return (EINVAL);
		sel_deadline(&tv, &deadline);
	}
	if (uap->nd > SMALLSELECT)
		bits = malloc(6 * howmany(uap->nd, NFDBITS) * sizeof(fd_mask),
		    M_SELECT, M_NOWAIT);
	if (bits == NULL)
		return (ENOMEM);
	error = select_sets(td, uap, bits, uap->tv != NULL ? &deadline : NULL);
	if (bits != small)
		free(bits, M_SELECT);
	return (error);
}

static void
poll_scan(struct thread *td, struct pollfd *fds, u_int nfds)
{
	struct file *fp;
	u_int i;

	td->td_retval[0] = 0;
	for (i = 0; i < nfds; i++) {
		fds[i].revents = 0;
		if (fds[i].fd < 0)
			continue;
		if (fget(td, fds[i].fd, &fp) != 0) {
			fds[i].revents = POLLNVAL;
		} else {
			fds[i].revents = fp->f_ops->fo_poll(fp,
			    (u_short)fds[i].events | POLLERR | POLLHUP, td);
			fdrop(fp, td);
		}
		if (fds[i].revents != 0)
			td->td_retval[0]++;
	}
}

static int
poll_loop(struct thread *td, struct pollfd *fds, u_int nfds,
    const struct timeval *deadline)
{
	struct seltd st;
	int error = 0;

	sel_begin(td, &st);
	do {
		poll_scan(td, fds, nfds);
		if (td->td_retval[0] != 0)
			break;
		error = sel_wait(&st, deadline);
	} while (error == 0);
	sel_end(td, &st);
	return (error == EWOULDBLOCK ? 0 : error);
}

int
sys_poll(struct thread *td, struct poll_args *uap)
{
	struct pollfd small[SMALLPOLL], *fds = small;
	struct timeval tv, deadline;
	size_t size;
	int error;

	if (uap->nfds > (u_int)most_asked())
		return (EINVAL);
	if (uap->timeout >= 0) {
		tv.tv_sec = uap->timeout / 1000;
		tv.tv_usec = uap->timeout % 1000 * 1000;
		sel_deadline(&tv, &deadline);
	}
	size = uap->nfds * sizeof(*fds);
	if (size > sizeof(small))
		fds = malloc(size, M_SELECT, M_NOWAIT);
	if (fds == NULL)
		return (ENOMEM);
	error = copyin(uap->fds, fds, size);
	if (error == 0)
		error = poll_loop(td, fds, uap->nfds,
		    uap->timeout >= 0 ? &deadline : NULL);
	if (error == 0)
		error = copyout(fds, uap->fds, size);
	if (fds != small)
		free(fds, M_SELECT);
	return (error);
}
