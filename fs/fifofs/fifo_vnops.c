/*
 * FIFOs.  While a FIFO is open its vnode has a pipe, which counts who has it
 * open for reading and for writing; bytes go the same way as in any pipe.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/pipe.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/vnode.h>
#include <fs/fifofs/fifofs.h>

#define	CHAN_OPEN(pi)	(&(pi)->pipe_readers)	/* somebody has opened it */

static int	fifo_truncate(struct file *, off_t, struct thread *);
static int	fifo_stat(struct file *, struct stat *, struct thread *);
static int	fifo_closefile(struct file *, struct thread *);

const struct fileops fifoops = {
	.fo_read = pipe_read,
	.fo_write = pipe_write,
	.fo_truncate = fifo_truncate,
	.fo_ioctl = pipe_ioctl,
	.fo_poll = pipe_poll,
	.fo_stat = fifo_stat,
	.fo_close = fifo_closefile,
	.fo_seekable = false,
};

/*
 * One more has it open, and those who wait for him go on.
 */
static void
fifo_join(struct pipe *pi, int fflag)
{
	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	if (fflag & FREAD) {
		pi->pipe_readers++;
		pi->pipe_rgen++;
		pi->pipe_state |= PIPE_READER;
	}
	if (fflag & FWRITE) {
		pi->pipe_writers++;
		pi->pipe_wgen++;
		pi->pipe_state |= PIPE_WRITER;
		pi->pipe_state &= ~PIPE_FRESH;
	}
	wakeup(CHAN_OPEN(pi));
}

/*
 * One less; nobody: the pipe goes, and what is in it.
 */
static void
fifo_leave(struct vnode *vp, struct pipe *pi, int fflag)
{
	u_int ends = 0, left;

	GIANT_REQUIRED;
	mtx_lock(&pi->pipe_mtx);
	if ((fflag & FREAD) && --pi->pipe_readers == 0)
		ends |= PIPE_READER;
	if ((fflag & FWRITE) && --pi->pipe_writers == 0)
		ends |= PIPE_WRITER;
	if (ends != 0)
		pipe_hangup(pi, ends);
	left = pi->pipe_readers + pi->pipe_writers;
	mtx_unlock(&pi->pipe_mtx);
	if (left == 0) {
		vp->v_fifo = NULL;
		pipe_destroy(pi);
	}
}

/*
 * Wait for the other side.  It may have come and gone again before we run,
 * so its openings are counted.
 */
static int
fifo_wait(struct pipe *pi, int fflag)
{
	bool reads = (fflag & (FREAD | FWRITE)) == FREAD;
	u_int *others = reads ? &pi->pipe_writers : &pi->pipe_readers;
	u_int *gen = reads ? &pi->pipe_wgen : &pi->pipe_rgen;
	u_int seen = *gen;
	int error = 0;

	mtx_assert(&pi->pipe_mtx, MA_OWNED);
	while (error == 0 && *others == 0 && *gen == seen)
		error = msleep(CHAN_OPEN(pi), &pi->pipe_mtx, PSOCK | PCATCH,
		    reads ? "fifor" : "fifow", 0);
	return (error);
}

int
fifo_open(struct vnode *vp, int fflag, struct thread *td)
{
	int error, joined = 0, mode = fflag & (FREAD | FWRITE);
	struct pipe *pi = vp->v_fifo;

	GIANT_REQUIRED;
	if (pi == NULL) {
		error = pipe_create(&pi);
		if (error != 0)
			return (error);
		pi->pipe_state = PIPE_FRESH;
		pi->pipe_vnode = vp;
		vp->v_fifo = pi;
	}
	mtx_lock(&pi->pipe_mtx);
	if (mode == FWRITE && (fflag & FNONBLOCK) != 0 &&
	    pi->pipe_readers == 0) {
		error = ENXIO;
	} else {
		joined = mode;
		fifo_join(pi, mode);
		/* who opens both ends has the other side already */
		error = fflag & FNONBLOCK || mode == (FREAD | FWRITE) ?
		    0 :
		    fifo_wait(pi, mode);
	}
	mtx_unlock(&pi->pipe_mtx);
	if (error != 0)
		fifo_leave(vp, pi, joined);
	return (error);
}

int
fifo_close(struct vnode *vp, int fflag, struct thread *td)
{
	fifo_leave(vp, vp->v_fifo, fflag);
	return (0);
}

static int
fifo_truncate(struct file *fp, off_t length, struct thread *td)
{
	return (EINVAL);
}

static int
fifo_stat(struct file *fp, struct stat *sb, struct thread *td)
{
	struct pipe *pi = fp->f_data;
	int error;

	mtx_lock(&Giant);
	error = vn_stat(pi->pipe_vnode, sb, td);
	mtx_unlock(&Giant);
	mtx_lock(&pi->pipe_mtx);
	sb->st_size = pi->pipe_cnt;
	mtx_unlock(&pi->pipe_mtx);
	return (error);
}

static int
fifo_closefile(struct file *fp, struct thread *td)
{
	struct vnode *vp = ((struct pipe *)fp->f_data)->pipe_vnode;
	int error;

	mtx_lock(&Giant);
	if (fp->f_flag & FHASLOCK)
		lf_flock_drop(fp, vp);
	error = vn_close(vp, fp->f_flag, td);
	mtx_unlock(&Giant);
	return (error);
}
