/*
 * Pipes.
 *
 * A ring of bytes, small until a writer fills it.  Data is copied without
 * the mutex, since a user's page may have to be faulted in; meanwhile
 * PIPE_RLOCK keeps other readers out, and PIPE_WLOCK other writers.  A
 * reader changes pipe_out and a writer pipe_in, so the two can copy at the
 * same time; pipe_cnt, which tells them how far they may go, changes under
 * the mutex after the bytes are in place.
 *
 * A few bytes that lie in one piece, there and here, and for which nobody
 * has to wait, are copied under the mutex instead, if their page is there.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
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
#include <sys/pipe.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/selinfo.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/zone.h>
#include <machine/atomic.h>

MALLOC_DEFINE(M_PIPE, "pipe", "buffers of pipes");

static volatile u_int npipes;
static int maxpipes = 512;		/* bounds the memory in buffers */
static volatile u_int pipe_lastino;
static zone_t pipe_zone;

TUNABLE_INT("kern.maxpipes", &maxpipes);
SYSCTL_UINT(_kern, OID_AUTO, pipes, CTLFLAG_RD,
    (void *)(uintptr_t)&npipes, 0,
    "pipes in existence");
SYSCTL_INT(_kern, OID_AUTO, maxpipes, CTLFLAG_RW, &maxpipes, 0,
    "most pipes");
LEAK_COUNTER(pipes, &npipes);

static int	pipe_stat(struct file *, struct stat *, struct thread *);
static int	pipe_close(struct file *, struct thread *);
static int	pipe_read_now(struct file *, void *, u_int);
static int	pipe_write_now(struct file *, const void *, u_int);

static const struct fileops pipeops = {
	.fo_read = pipe_read,
	.fo_write = pipe_write,
	.fo_truncate = fo_no_truncate,
	.fo_ioctl = pipe_ioctl,
	.fo_poll = pipe_poll,
	.fo_stat = pipe_stat,
	.fo_close = pipe_close,
	.fo_seekable = false,
	.fo_read_now = pipe_read_now,
	.fo_write_now = pipe_write_now,
};

/* Sleep channels of a pipe. */
#define	CHAN_READ(pi)	(&(pi)->pipe_cnt)	/* data, or no writer */
#define	CHAN_WRITE(pi)	(&(pi)->pipe_in)	/* room, or no reader */
#define	CHAN_LOCK(pi)	(&(pi)->pipe_state)	/* PIPE_RLOCK, PIPE_WLOCK */

static void
pipe_init(void *arg)
{
	pipe_zone = zone_create("pipe", sizeof(struct pipe), NULL, NULL, 0);
}
SYSINIT(pipe, SI_SUB_LOCK, SI_ORDER_ANY, pipe_init, NULL);

/*
 * A pipe with both ends, or ENFILE or ENOMEM.
 */
int
pipe_create(struct pipe **pip)
{
	struct pipe *pi;

	if (atomic_fetchadd_int(&npipes, 1) >= (u_int)READ_ONCE(maxpipes)) {
		atomic_subtract_int(&npipes, 1);
		return (ENFILE);
	}
	pi = zone_alloc(pipe_zone, M_NOWAIT);
	if (pi == NULL) {
		atomic_subtract_int(&npipes, 1);
		return (ENOMEM);
	}
	bzero(pi, sizeof(*pi));
	pi->pipe_size = PIPE_SMALL;
	pi->pipe_buf = malloc(PIPE_SMALL, M_PIPE, M_NOWAIT);
	if (pi->pipe_buf == NULL) {
		zone_free(pipe_zone, pi);
		atomic_subtract_int(&npipes, 1);
		return (ENOMEM);
	}
	mtx_init(&pi->pipe_mtx, "pipe", NULL, MTX_DEF);
	pi->pipe_state = PIPE_READER | PIPE_WRITER;
	pi->pipe_ctime.tv_sec = time_second;
	pi->pipe_atime = pi->pipe_mtime = pi->pipe_ctime;
	pi->pipe_ino = atomic_fetchadd_int(&pipe_lastino, 1) + 1;
	*pip = pi;
	return (0);
}

void
pipe_destroy(struct pipe *pi)
{
	free(pi->pipe_buf, M_PIPE);
	mtx_destroy(&pi->pipe_mtx);
	zone_free(pipe_zone, pi);
	atomic_subtract_int(&npipes, 1);
}

/*
 * Nobody has these ends any more: tell the other side.
 */
void
pipe_hangup(struct pipe *pi, u_int ends)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	pi->pipe_state &= ~(ends | PIPE_WANTR | PIPE_WANTW);
	wakeup(CHAN_READ(pi));
	wakeup(CHAN_WRITE(pi));
	selwakeup(&pi->pipe_rsel);
	selwakeup(&pi->pipe_wsel);
}

/*
 * Close one end; both gone, the pipe goes.
 */
static void
pipe_closeend(struct pipe *pi, u_int end)
{
	u_int left;

	mtx_lock(&pi->pipe_mtx);
	KASSERT(pi->pipe_state & end, ("pipe: end %#x closed twice", end));
	pipe_hangup(pi, end);
	left = pi->pipe_state & (PIPE_READER | PIPE_WRITER);
	mtx_unlock(&pi->pipe_mtx);
	/* The other end's file is gone too, and with it all who use it. */
	if (left == 0)
		pipe_destroy(pi);
}

/*
 * pipe(2): the reading end in td_retval[0], the writing one in [1].
 */
int
sys_pipe(struct thread *td, struct pipe_args *uap)
{
	struct file *rf, *wf;
	struct pipe *pi;
	int error, rfd, wfd;

	error = pipe_create(&pi);
	if (error != 0)
		return (error);
	error = falloc(td, &rf, &rfd);
	if (error != 0) {
		pipe_destroy(pi);
		return (error);
	}
	error = falloc(td, &wf, &wfd);
	if (error != 0) {
		fdclose(td->td_proc->p_fd, rf, rfd, td);
		fdrop(rf, td);
		pipe_destroy(pi);
		return (error);
	}
	finit(rf, FREAD, DTYPE_PIPE, pi, &pipeops);
	finit(wf, FWRITE, DTYPE_PIPE, pi, &pipeops);
	td->td_retval[0] = rfd;
	td->td_retval[1] = wfd;
	fdrop(rf, td);
	fdrop(wf, td);
	return (0);
}

/*
 * Keep others out of one direction, PIPE_RLOCK or PIPE_WLOCK.  The mutex
 * is held.  0, EINTR or ERESTART.
 */
static int
pipe_lock(struct pipe *pi, u_int dir)
{
	int error;

	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	while (pi->pipe_state & dir) {
		pi->pipe_state |= PIPE_LWANT;
		error = msleep(CHAN_LOCK(pi), &pi->pipe_mtx, PRIBIO | PCATCH,
		    "pipelk", 0);
		if (error != 0)
			return (error);
	}
	pi->pipe_state |= dir;
	return (0);
}

static void
pipe_unlock(struct pipe *pi, u_int dir)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	KASSERT(pi->pipe_state & dir, ("pipe_unlock: %#x not locked", dir));
	pi->pipe_state &= ~dir;
	if (pi->pipe_state & PIPE_LWANT) {
		pi->pipe_state &= ~PIPE_LWANT;
		wakeup(CHAN_LOCK(pi));
	}
}

/*
 * Sleep until the other side has done something.  The direction's lock is
 * let go meanwhile; after an error we do not have it.
 */
static int
pipe_sleep(struct pipe *pi, u_int dir)
{
	int error;

	pipe_unlock(pi, dir);
	if (dir == PIPE_RLOCK) {
		pi->pipe_state |= PIPE_WANTR;
		error = msleep(CHAN_READ(pi), &pi->pipe_mtx, PRIBIO | PCATCH,
		    "piperd", 0);
	} else {
		pi->pipe_state |= PIPE_WANTW;
		error = msleep(CHAN_WRITE(pi), &pi->pipe_mtx, PRIBIO | PCATCH,
		    "pipewr", 0);
	}
	return (error != 0 ? error : pipe_lock(pi, dir));
}

/*
 * The bytes that there is room for, or will be when somebody writes them:
 * the ring grows, unless it was seen that it cannot.
 */
static u_int
pipe_room(const struct pipe *pi)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	return ((pi->pipe_state & PIPE_STUCK ? pi->pipe_size : PIPE_SIZE) -
	    pi->pipe_cnt);
}

/*
 * There is room: tell the writers, if it is enough for every write that
 * must not be torn, or would be if they made the ring larger.
 */
static void
pipe_wakewriters(struct pipe *pi)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	if (pipe_room(pi) < PIPE_BUF)
		return;
	if (pi->pipe_state & PIPE_WANTW) {
		pi->pipe_state &= ~PIPE_WANTW;
		wakeup(CHAN_WRITE(pi));
	}
	selwakeup(&pi->pipe_wsel);
}

static void
pipe_wakereaders(struct pipe *pi)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	if (pi->pipe_state & PIPE_WANTR) {
		pi->pipe_state &= ~PIPE_WANTR;
		wakeup(CHAN_READ(pi));
	}
	selwakeup(&pi->pipe_rsel);
}

/*
 * Copy what there is, up to the end of the ring.  Called with, and
 * returns with, the mutex and PIPE_RLOCK.
 */
static int
pipe_copyout(struct pipe *pi, struct uio *uio)
{
	ssize_t before = uio->uio_resid;
	u_int n;
	int error;

	n = MIN(pi->pipe_cnt, pi->pipe_size - pi->pipe_out);
	mtx_unlock(&pi->pipe_mtx);
	error = uiomove(pi->pipe_buf + pi->pipe_out, n, uio);
	mtx_lock(&pi->pipe_mtx);
	n = before - uio->uio_resid;
	pi->pipe_out = (pi->pipe_out + n) & (pi->pipe_size - 1);
	pi->pipe_cnt -= n;
	return (error);
}

/*
 * Wait for something to read, then give what there is, at least one byte.
 * No writer: 0 bytes, the end of the file.
 */
int
pipe_read(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct pipe *pi = fp->f_data;
	ssize_t want = uio->uio_resid;
	int error;

	if (want == 0)
		return (0);
	mtx_lock(&pi->pipe_mtx);
	error = pipe_lock(pi, PIPE_RLOCK);
	if (error != 0)
		goto out;
	while (pi->pipe_cnt == 0 && (pi->pipe_state & PIPE_WRITER) != 0) {
		if (fp->f_flag & FNONBLOCK) {
			error = EAGAIN;
			pipe_unlock(pi, PIPE_RLOCK);
			goto out;
		}
		error = pipe_sleep(pi, PIPE_RLOCK);
		if (error != 0)
			goto out;
	}
	while (error == 0 && pi->pipe_cnt > 0 && uio->uio_resid > 0)
		error = pipe_copyout(pi, uio);
	if (uio->uio_resid != want)
		pi->pipe_atime.tv_sec = time_second;
	pipe_unlock(pi, PIPE_RLOCK);
	/* Nobody could make the ring larger while we copied from it. */
	pipe_wakewriters(pi);
out:
	mtx_unlock(&pi->pipe_mtx);
	return (error);
}

/* The same for few bytes, if it can be done at once. */
static int
pipe_read_now(struct file *fp, void *buf, u_int n)
{
	struct pipe *pi = fp->f_data;
	u_int at;
	int moved = -1;

	mtx_lock(&pi->pipe_mtx);
	n = MIN(n, pi->pipe_cnt);
	at = pi->pipe_out;
	if (n > 0 && (pi->pipe_state & PIPE_RLOCK) == 0 &&
	    at + n <= pi->pipe_size && copy_now(pi->pipe_buf + at, buf, n)) {
		pi->pipe_out = (at + n) & (pi->pipe_size - 1);
		pi->pipe_cnt -= n;
		pi->pipe_atime.tv_sec = time_second;
		pipe_wakewriters(pi);
		moved = n;
	}
	mtx_unlock(&pi->pipe_mtx);
	return (moved);
}

/*
 * Copy n bytes into the ring, which has room for them: in two pieces if
 * they go around its end.  whole: if the user's memory ends in the middle,
 * nothing is written.  Called with, and returns with, the mutex and
 * PIPE_WLOCK.
 */
static int
pipe_copyin(struct pipe *pi, struct uio *uio, u_int n, bool whole)
{
	ssize_t before = uio->uio_resid;
	u_int first;
	int error;

	first = MIN(n, pi->pipe_size - pi->pipe_in);
	mtx_unlock(&pi->pipe_mtx);
	error = uiomove(pi->pipe_buf + pi->pipe_in, first, uio);
	if (error == 0 && first < n)
		error = uiomove(pi->pipe_buf, n - first, uio);
	mtx_lock(&pi->pipe_mtx);
	if (error != 0 && whole)
		uio->uio_resid = before;
	n = before - uio->uio_resid;
	pi->pipe_in = (pi->pipe_in + n) & (pi->pipe_size - 1);
	pi->pipe_cnt += n;
	if (n > 0) {
		pi->pipe_mtime.tv_sec = time_second;
		pipe_wakereaders(pi);
	}
	return (error);
}

/*
 * Try to give a full pipe its full size.  The mutex and PIPE_WLOCK are
 * held, and no reader is copying.  Without memory the pipe stays small.
 */
static bool
pipe_grow(struct pipe *pi)
{
	u_int first;
	char *buf;

	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	if (pi->pipe_size == PIPE_SIZE || (pi->pipe_state & PIPE_RLOCK) != 0)
		return (false);
	buf = malloc(PIPE_SIZE, M_PIPE, M_NOWAIT);
	if (buf == NULL) {
		pi->pipe_state |= PIPE_STUCK;
		return (false);
	}
	pi->pipe_state &= ~PIPE_STUCK;
	first = MIN(pi->pipe_cnt, pi->pipe_size - pi->pipe_out);
	memcpy(buf, pi->pipe_buf + pi->pipe_out, first);
	memcpy(buf + first, pi->pipe_buf, pi->pipe_cnt - first);
	free(pi->pipe_buf, M_PIPE);
	pi->pipe_buf = buf;
	pi->pipe_size = PIPE_SIZE;
	pi->pipe_out = 0;
	pi->pipe_in = pi->pipe_cnt;
	return (true);
}

/*
 * Write all of it, in one piece if it is no more than PIPE_BUF.  The
 * SIGPIPE that belongs to EPIPE is sent by the system call.
 */
int
pipe_write(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct pipe *pi = fp->f_data;
	bool whole = uio->uio_resid <= PIPE_BUF;
	u_int room;
	int error;

	mtx_lock(&pi->pipe_mtx);
	error = pipe_lock(pi, PIPE_WLOCK);
	if (error != 0)
		goto out;
	if ((pi->pipe_state & PIPE_READER) == 0)
		error = EPIPE;
	while (error == 0 && uio->uio_resid > 0) {
		room = MIN(pi->pipe_size - pi->pipe_cnt, (u_int)uio->uio_resid);
		if (room < (u_int)uio->uio_resid && pipe_grow(pi))
			continue;
		if (whole && room < (u_int)uio->uio_resid)
			room = 0;
		if (room > 0) {
			error = pipe_copyin(pi, uio, room, whole);
		} else if (fp->f_flag & FNONBLOCK) {
			error = EAGAIN;
		} else {
			error = pipe_sleep(pi, PIPE_WLOCK);
			if (error != 0)
				goto out;
		}
		if (error == 0 && (pi->pipe_state & PIPE_READER) == 0 &&
		    uio->uio_resid > 0)
			error = EPIPE;
	}
	pipe_unlock(pi, PIPE_WLOCK);
out:
	mtx_unlock(&pi->pipe_mtx);
	return (error);
}

/* The same for few bytes, if it can be done at once. */
static int
pipe_write_now(struct file *fp, const void *buf, u_int n)
{
	struct pipe *pi = fp->f_data;
	u_int at;
	int moved = -1;

	mtx_lock(&pi->pipe_mtx);
	at = pi->pipe_in;
	if ((pi->pipe_state & (PIPE_WLOCK | PIPE_READER)) == PIPE_READER &&
	    n <= pi->pipe_size - pi->pipe_cnt && at + n <= pi->pipe_size &&
	    copy_now(buf, pi->pipe_buf + at, n)) {
		pi->pipe_in = (at + n) & (pi->pipe_size - 1);
		pi->pipe_cnt += n;
		pi->pipe_mtime.tv_sec = time_second;
		pipe_wakereaders(pi);
		moved = n;
	}
	mtx_unlock(&pi->pipe_mtx);
	return (moved);
}

int
pipe_ioctl(struct file *fp, u_long cmd, void *data, struct thread *td)
{
	struct pipe *pi = fp->f_data;

	if (cmd != FIONREAD && cmd != FIONSPACE)
		return (ENOTTY);
	mtx_lock(&pi->pipe_mtx);
	if (cmd == FIONREAD)
		*(int *)data = fp->f_flag & FREAD ? pi->pipe_cnt : 0;
	else
		*(int *)data = fp->f_flag & FWRITE ? pipe_room(pi) : 0;
	mtx_unlock(&pi->pipe_mtx);
	return (0);
}

int
pipe_poll(struct file *fp, int events, struct thread *td)
{
	struct pipe *pi = fp->f_data;
	int revents = 0;

	mtx_lock(&pi->pipe_mtx);
	if (fp->f_flag & FREAD) {
		if ((pi->pipe_state & (PIPE_WRITER | PIPE_FRESH)) == 0)
			revents |= POLLHUP | (events & (POLLIN | POLLRDNORM));
		else if (pi->pipe_cnt > 0)
			revents |= events & (POLLIN | POLLRDNORM);
	}
	if (fp->f_flag & FWRITE) {
		if ((pi->pipe_state & PIPE_READER) == 0)
			revents |= POLLHUP;
		else if (pipe_room(pi) >= PIPE_BUF)
			revents |= events & (POLLOUT | POLLWRNORM);
	}
	if ((fp->f_flag & FREAD) && selneeded(events, revents, POLLIN))
		selrecord(td, &pi->pipe_rsel);
	if ((fp->f_flag & FWRITE) && selneeded(events, revents, POLLOUT))
		selrecord(td, &pi->pipe_wsel);
	mtx_unlock(&pi->pipe_mtx);
	return (revents);
}

static int
pipe_stat(struct file *fp, struct stat *sb, struct thread *td)
{
	struct pipe *pi = fp->f_data;

	mtx_lock(&pi->pipe_mtx);
	sb->st_mode = S_IFIFO | S_IRUSR | S_IWUSR;
	sb->st_ino = pi->pipe_ino;
	sb->st_nlink = 1;
	sb->st_uid = fp->f_cred->cr_uid;
	sb->st_gid = fp->f_cred->cr_gid;
	sb->st_size = pi->pipe_cnt;
	sb->st_blksize = PIPE_SIZE;
	sb->st_blocks = howmany(pi->pipe_cnt, S_BLKSIZE);
	sb->st_atim = pi->pipe_atime;
	sb->st_mtim = pi->pipe_mtime;
	sb->st_ctim = sb->st_birthtim = pi->pipe_ctime;
	mtx_unlock(&pi->pipe_mtx);
	return (0);
}

static int
pipe_close(struct file *fp, struct thread *td)
{
	pipe_closeend(fp->f_data,
	    fp->f_flag & FREAD ? PIPE_READER : PIPE_WRITER);
	return (0);
}
