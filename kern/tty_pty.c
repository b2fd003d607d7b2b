/*
 * Pseudo terminals: NPTY pairs of devices.  /dev/ttypX is a terminal like
 * any other; /dev/ptypX is where its user would sit.  What is written there
 * has been typed, and what is read there is on the screen.
 *
 *	program --write--> tty.c --to_putc--> pt_buf --read--> ptypX
 *	program <--read--- t_in <--tty_disc.c, tty_input() <--write-- ptypX
 *	                             \--echo--> pt_buf
 *
 * A pair begins with the open of ptypX, which only one may have, and is free
 * for the next when both are closed.  ttypX can be opened meanwhile by the
 * user who opened the other side, and by the superuser.
 *
 * All of it is guarded by Giant.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/selinfo.h>
#include <sys/tty.h>
#include <sys/ttycom.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#define	NPTY		16
#define	PTY_QSIZE	1024		/* characters of output; 2^n */
#define	PTY_CHUNK	64		/* bytes copied at a time */
#define	PTYPRI		(PSOCK | PCATCH)

struct pty {
	struct	tty pt_tty;		/* the terminal; first */
	u_char	pt_buf[PTY_QSIZE];	/* a ring: what it has put out */
	u_int	pt_in, pt_out;		/* its indices, which run freely */
	struct	selinfo pt_rsel, pt_wsel;	/* of ptypX */
	uid_t	pt_uid;			/* whose it is */
	bool	pt_open;		/* ptypX is open */
	bool	pt_over;		/* ttypX was open, and is not now */
};

static struct pty ptys[NPTY];		/* (G) */

/* Sleep channels of ptypX. */
#define	CHAN_READ(pt)	(&(pt)->pt_in)
#define	CHAN_WRITE(pt)	(&(pt)->pt_out)

static struct pty *
pty_of(dev_t dev)
{
	KASSERT((u_int)minor(dev) < NPTY, ("pty: device %#x", dev));
	return (&ptys[minor(dev)]);
}

static u_int
pty_queued(const struct pty *pt)
{
	return (pt->pt_in - pt->pt_out);
}

/* There is something to read. */
static void
pty_wake_reader(struct pty *pt)
{
	wakeup(CHAN_READ(pt));
	selwakeup(&pt->pt_rsel);
}

static void
pty_wake_writer(struct pty *pt)
{
	wakeup(CHAN_WRITE(pt));
	selwakeup(&pt->pt_wsel);
}

/*
 * What the terminal does to its user.
 */

/* An echo for which there is no room is lost. */
static void
pty_putc(struct tty *tp, int c)
{
	struct pty *pt = (struct pty *)tp;

	if (pty_queued(pt) == PTY_QSIZE)
		return;
	pt->pt_buf[pt->pt_in++ % PTY_QSIZE] = c;
	/*
	 * A reader sleeps only when there was nothing; but an event queue
	 * may have told of what is there, and is to tell of more.
	 */
	if (pty_queued(pt) == 1)
		pty_wake_reader(pt);
	else
		selwakeup(&pt->pt_rsel);
}

static u_int
pty_tty_queued(const struct tty *tp)
{
	return (pty_queued((const struct pty *)tp));
}

static void
pty_flush(struct tty *tp)
{
	struct pty *pt = (struct pty *)tp;

	pt->pt_out = pt->pt_in;
	tty_wakeup(tp);
}

static void
pty_taken(struct tty *tp)
{
	pty_wake_writer((struct pty *)tp);
}

static const struct ttyops pty_ops = {
	.to_putc = pty_putc,
	.to_queued = pty_tty_queued,
	.to_flush = pty_flush,
	.to_taken = pty_taken,
	.to_size = PTY_QSIZE,
};

/*
 * ttypX.
 */

static int
pts_open(dev_t dev, int fflag, struct thread *td)
{
	struct pty *pt = pty_of(dev);
	int error;

	if (!pt->pt_open)
		return (EIO);
	if (td->td_ucred->cr_uid != pt->pt_uid && suser(td) != 0)
		return (EACCES);
	error = tty_open(&pt->pt_tty, fflag, td);
	if (error == 0)
		pt->pt_over = false;
	return (error);
}

static int
pts_close(dev_t dev, int fflag, struct thread *td)
{
	struct pty *pt = pty_of(dev);

	pt->pt_over = true;
	tty_flush_input(&pt->pt_tty);
	pty_wake_reader(pt);
	pty_wake_writer(pt);
	return (tty_close(&pt->pt_tty));
}

static int
pts_read(dev_t dev, struct uio *uio, int ioflag)
{
	return (tty_read(&pty_of(dev)->pt_tty, uio, ioflag));
}

static int
pts_write(dev_t dev, struct uio *uio, int ioflag)
{
	return (tty_write(&pty_of(dev)->pt_tty, uio, ioflag));
}

static int
pts_ioctl(dev_t dev, u_long cmd, void *data, int fflag, struct thread *td)
{
	return (tty_ioctl(&pty_of(dev)->pt_tty, cmd, data, fflag, td));
}

static int
pts_poll(dev_t dev, int events, struct thread *td)
{
	return (tty_poll(&pty_of(dev)->pt_tty, events, td));
}

static const struct cdevsw pts_cdevsw = {
	.d_open = pts_open,
	.d_close = pts_close,
	.d_read = pts_read,
	.d_write = pts_write,
	.d_ioctl = pts_ioctl,
	.d_poll = pts_poll,
	.d_name = "pts",
	.d_maj = CDEV_PTS,
	.d_flags = D_TTY,
};

/*
 * ptypX.
 */

static int
ptc_open(dev_t dev, int fflag, struct thread *td)
{
	struct pty *pt = pty_of(dev);
	struct tty *tp = &pt->pt_tty;

	if (pt->pt_open || (tp->t_state & TS_ISOPEN) != 0)
		return (EIO);
	KASSERT(tp->t_session == NULL, ("ptc_open: has a session"));
	pt->pt_open = true;
	pt->pt_over = false;
	pt->pt_uid = td->td_ucred->cr_ruid;
	pt->pt_in = pt->pt_out = 0;
	tp->t_state = 0;
	tp->t_column = 0;
	bzero(&tp->t_winsize, sizeof(tp->t_winsize));
	tty_flush_input(tp);
	return (0);
}

static int
ptc_close(dev_t dev, int fflag, struct thread *td)
{
	struct pty *pt = pty_of(dev);

	pt->pt_open = false;
	if (pt->pt_tty.t_state & TS_ISOPEN)
		tty_hangup(&pt->pt_tty);
	else
		tty_close(&pt->pt_tty); /* its modes may have been set */
	return (0);
}

/*
 * Take up to n characters of output.  How many there were.
 */
static u_int
pty_take(struct pty *pt, u_char *buf, u_int n)
{
	u_int i;

	for (i = 0; i < n && pty_queued(pt) > 0; i++)
		buf[i] = pt->pt_buf[pt->pt_out++ % PTY_QSIZE];
	return (i);
}

/*
 * What the terminal has put out; then the end of the file, if nobody has it
 * open any more.
 */
static int
ptc_read(dev_t dev, struct uio *uio, int ioflag)
{
	struct pty *pt = pty_of(dev);
	u_char buf[PTY_CHUNK];
	int error = 0;
	u_int n;

	while (pty_queued(pt) == 0) {
		if (pt->pt_over)
			return (0);
		if (ioflag & IO_NDELAY)
			return (EWOULDBLOCK);
		error = tsleep(CHAN_READ(pt), PTYPRI, "ptcin", 0);
		if (error != 0)
			return (error);
	}
	while (error == 0 && uio->uio_resid > 0 && pty_queued(pt) > 0) {
		n = pty_take(pt, buf, MIN(sizeof(buf), (u_int)uio->uio_resid));
		error = uiomove(buf, n, uio);
	}
	tty_wakeup(&pt->pt_tty);
	return (error);
}

/*
 * Wait until a character can be typed.
 */
static int
pty_waitinput(struct pty *pt, int ioflag)
{
	int error;

	for (;;) {
		if (pt->pt_over)
			return (EIO);
		if (tty_caninput(&pt->pt_tty))
			return (0);
		if (ioflag & IO_NDELAY)
			return (EWOULDBLOCK);
		error = tsleep(CHAN_WRITE(pt), PTYPRI, "ptcout", 0);
		if (error != 0)
			return (error);
	}
}

static int
ptc_write(dev_t dev, struct uio *uio, int ioflag)
{
	struct pty *pt = pty_of(dev);
	u_char buf[PTY_CHUNK];
	int error = 0;
	u_int i, n;

	while (error == 0 && uio->uio_resid > 0) {
		n = MIN(sizeof(buf), (u_int)uio->uio_resid);
		error = uiomove_whole(buf, n, uio);
		for (i = 0; error == 0 && i < n; i++) {
			error = pty_waitinput(pt, ioflag);
			if (error != 0)
				uio->uio_resid += n - i;
			else
				tty_input(&pt->pt_tty, buf[i]);
		}
		if (error == 0 && uio->uio_resid > 0)
			error = breathe(true);
	}
	return (error);
}

/*
 * Modes, window size and queues are the terminal's; whoever holds this side
 * may change them, and is in no group of it.
 */
static int
ptc_ioctl(dev_t dev, u_long cmd, void *data, int fflag, struct thread *td)
{
	struct pty *pt = pty_of(dev);
	struct tty *tp = &pt->pt_tty;

	switch (cmd) {
	case TIOCPTMASTER:
		return (0);
	case FIONREAD:
		*(int *)data = pty_queued(pt);
		return (0);
	case TIOCGPGRP:
		*(int *)data = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : 0;
		return (0);
	case TIOCSTI:
		return (ENOTTY);
	default:
		return (tty_ioctl_modes(tp, cmd, data, fflag, td));
	}
}

static int
ptc_poll(dev_t dev, int events, struct thread *td)
{
	struct pty *pt = pty_of(dev);
	int revents = 0;

	if (pt->pt_over)
		revents = POLLHUP;
	if (pty_queued(pt) > 0 || pt->pt_over)
		revents |= events & (POLLIN | POLLRDNORM);
	if (tty_caninput(&pt->pt_tty) || pt->pt_over)
		revents |= events & (POLLOUT | POLLWRNORM);
	/* Who asks for nothing waits for POLLHUP. */
	if (selneeded(events, revents, POLLIN))
		selrecord(td, &pt->pt_rsel);
	if ((events & (POLLOUT | POLLWRNORM)) != 0 &&
	    selneeded(events, revents, POLLOUT))
		selrecord(td, &pt->pt_wsel);
	return (revents);
}

static const struct cdevsw ptc_cdevsw = {
	.d_open = ptc_open,
	.d_close = ptc_close,
	.d_read = ptc_read,
	.d_write = ptc_write,
	.d_ioctl = ptc_ioctl,
	.d_poll = ptc_poll,
	.d_name = "ptc",
	.d_maj = CDEV_PTC,
};

static void
pty_init(void *arg)
{
	static const char digits[] = "0123456789abcdef";
	static char names[NPTY][2][sizeof("ttypX")];
	int i;

	CTASSERT(sizeof(digits) == NPTY + 1);
	cdevsw_add(&pts_cdevsw);
	cdevsw_add(&ptc_cdevsw);
	for (i = 0; i < NPTY; i++) {
		tty_init(&ptys[i].pt_tty, makedev(CDEV_PTS, i), &pty_ops);
		snprintf(names[i][0], sizeof(names[i][0]), "ttyp%c", digits[i]);
		snprintf(names[i][1], sizeof(names[i][1]), "ptyp%c", digits[i]);
		make_dev(makedev(CDEV_PTS, i), 0, 0, 0666, names[i][0]);
		make_dev(makedev(CDEV_PTC, i), 0, 0, 0666, names[i][1]);
	}
}
SYSINIT(pty, SI_SUB_DRIVERS, SI_ORDER_MIDDLE, pty_init, NULL);
