/*
 * The console as a terminal, and /dev/tty, which is whatever terminal
 * controls the caller.
 *
 * Interrupt handlers put what they receive into a ring, under a spin
 * mutex; a kernel thread takes it from there and gives it to the line
 * discipline, which needs Giant.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/conf.h>
#include <sys/cons.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kdb.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/tty.h>
#include <sys/ttycom.h>
#include <sys/uio.h>
#include <sys/vnode.h>

/*
 * Input on its way from the interrupt to the thread.
 */
#define	CONSRING	1024		/* a power of two */
#define	CONS_ESCAPE	(']' & 0x1f)
#define	CONS_DEBUGGER	('b' & 0x1f)
static struct mtx cons_mtx;
MTX_SYSINIT(cons_mtx, &cons_mtx, "console input", MTX_SPIN);
static u_char	cons_ring[CONSRING];	/* (cons_mtx) */
static u_int	cons_in, cons_out;	/* (cons_mtx) run freely */
static struct callout cons_callout;
static bool	cons_ready;		/* cons_mtx can be used */

static struct tty cons_tty;		/* (G) */
static struct proc *cons_proc;

/*
 * While there is something in the ring, wake the thread at each tick: it
 * may have missed the interrupt's wakeup, between its look into the ring
 * and its sleep.
 */
static void
cons_kick(void *arg)
{
	bool empty;

	mtx_lock_spin(&cons_mtx);
	empty = cons_in == cons_out;
	mtx_unlock_spin(&cons_mtx);
	if (!empty) {
		wakeup(&cons_ring);
		callout_reset(&cons_callout, 1, cons_kick, NULL);
	}
}

/* A character that the terminal is to have. */
static void
cons_put(int c)
{
	mtx_lock_spin(&cons_mtx);
	if (cons_in - cons_out < CONSRING)
		cons_ring[cons_in++ % CONSRING] = c;
	mtx_unlock_spin(&cons_mtx);
	wakeup(&cons_ring);
	if (!callout_pending(&cons_callout))
		callout_reset(&cons_callout, 1, cons_kick, NULL);
}

/*
 * ^] ^B is for the kernel's debugger, in whatever state the terminal is; so
 * a ^] is kept back until the next character tells what it was.
 */
void
tty_console_input(int c)
{
	static bool kept; /* a ^]; the interrupts' own */
	bool before = kept;

	kept = c == CONS_ESCAPE && !before;
	if (kept)
		return;
	if (before && c == CONS_DEBUGGER) {
		kdb_enter(KDB_ASKED, "from the console");
		return;
	}
	if (!cons_ready)
		return;
	if (before)
		cons_put(CONS_ESCAPE);
	cons_put(c);
}

/* The next character, or -1. */
static int
cons_get(void)
{
	int c = -1;

	mtx_lock_spin(&cons_mtx);
	if (cons_out != cons_in)
		c = cons_ring[cons_out++ % CONSRING];
	mtx_unlock_spin(&cons_mtx);
	return (c);
}

static void
cons_thread(void)
{
	int c;

	for (;;) {
		mtx_lock(&Giant);
		while ((c = cons_get()) != -1)
			tty_input(&cons_tty, c);
		mtx_unlock(&Giant);
		tsleep(&cons_ring, PZERO, "consin", 0);
	}
}

static const struct kproc_desc cons_kproc = {
	"consin", cons_thread, &cons_proc,
};

static void
cons_tty_putc(struct tty *tp, int c)
{
	/* What is typed is shown behind a message, not within. */
	bool ours = console_enter();

	cnputc(c);
	console_leave(ours);
}

static const struct ttyops cons_ops = {
	.to_putc = cons_tty_putc,
	.to_size = UINT_MAX,
	.to_console = true,
};

/*
 * /dev/console.
 */

static int
cons_open(dev_t dev, int fflag, struct thread *td)
{
	return (tty_open(&cons_tty, fflag, td));
}

static int
cons_close(dev_t dev, int fflag, struct thread *td)
{
	return (tty_close(&cons_tty));
}

static int
cons_read(dev_t dev, struct uio *uio, int ioflag)
{
	return (tty_read(&cons_tty, uio, ioflag));
}

static int
cons_write(dev_t dev, struct uio *uio, int ioflag)
{
	return (tty_write(&cons_tty, uio, ioflag));
}

static int
cons_ioctl(dev_t dev, u_long cmd, void *data, int fflag, struct thread *td)
{
	return (tty_ioctl(&cons_tty, cmd, data, fflag, td));
}

static int
cons_poll(dev_t dev, int events, struct thread *td)
{
	return (tty_poll(&cons_tty, events, td));
}

static const struct cdevsw cons_cdevsw = {
	.d_open = cons_open,
	.d_close = cons_close,
	.d_read = cons_read,
	.d_write = cons_write,
	.d_ioctl = cons_ioctl,
	.d_poll = cons_poll,
	.d_name = "console",
	.d_maj = CDEV_CONSOLE,
	.d_flags = D_TTY,
};

/*
 * /dev/tty.
 */

/*
 * The vnode of the caller's controlling terminal, a reference, or NULL.
 */
static struct vnode *
cttyvp(struct proc *p)
{
	struct vnode *vp = NULL;
	struct session *s;

	GIANT_REQUIRED;
	/* Its parent may move it to another group meanwhile. */
	PROC_LOCK(p);
	s = p->p_session;
	if (p->p_flag & P_CONTROLT) {
		SESS_LOCK(s);
		vp = s->s_ttyvp;
		if (vp != NULL)
			vref(vp);
		SESS_UNLOCK(s);
	}
	PROC_UNLOCK(p);
	return (vp);
}

static int
ctty_open(dev_t dev, int fflag, struct thread *td)
{
	struct vnode *vp = cttyvp(td->td_proc);
	int error;

	if (vp == NULL)
		return (ENXIO);
	error = VOP_ACCESS(vp,
	    (fflag & FREAD ? VREAD : 0) | (fflag & FWRITE ? VWRITE : 0),
	    td->td_ucred);
	vrele(vp);
	return (error);
}

static int
ctty_read(dev_t dev, struct uio *uio, int ioflag)
{
	struct vnode *vp = cttyvp(curproc);
	int error;

	if (vp == NULL)
		return (EIO);
	error = VOP_READ(vp, uio, ioflag);
	vrele(vp);
	return (error);
}

static int
ctty_write(dev_t dev, struct uio *uio, int ioflag)
{
	struct vnode *vp = cttyvp(curproc);
	int error;

	if (vp == NULL)
		return (EIO);
	error = VOP_WRITE(vp, uio, ioflag);
	vrele(vp);
	return (error);
}

/*
 * TIOCNOTTY gives the terminal up, but for a session leader.  One that has
 * this terminal cannot want it.
 */
static int
ctty_ioctl(dev_t dev, u_long cmd, void *data, int fflag, struct thread *td)
{
	struct proc *p = td->td_proc;
	struct vnode *vp = cttyvp(p);
	int error = 0;

	if (vp == NULL)
		return (EIO);
	if (cmd == TIOCSCTTY) {
		error = EINVAL;
	} else if (cmd == TIOCNOTTY) {
		PROC_LOCK(p);
		if (SESS_LEADER(p))
			error = EINVAL;
		else
			p->p_flag &= ~P_CONTROLT;
		PROC_UNLOCK(p);
	} else {
		error = VOP_IOCTL(vp, cmd, data, fflag, td);
	}
	vrele(vp);
	return (error);
}

static int
ctty_poll(dev_t dev, int events, struct thread *td)
{
	struct vnode *vp = cttyvp(td->td_proc);
	int revents;

	if (vp == NULL)
		return (POLLHUP);
	revents = VOP_POLL(vp, events, td);
	vrele(vp);
	return (revents);
}

static const struct cdevsw ctty_cdevsw = {
	.d_open = ctty_open,
	.d_read = ctty_read,
	.d_write = ctty_write,
	.d_ioctl = ctty_ioctl,
	.d_poll = ctty_poll,
	.d_name = "ctty",
	.d_maj = CDEV_CTTY,
	.d_flags = D_TTY,
};

static void
cons_init(void *arg)
{
	tty_init(&cons_tty, makedev(CDEV_CONSOLE, 0), &cons_ops);
	cons_tty.t_winsize.ws_row = 25;
	cons_tty.t_winsize.ws_col = 80;
	cdevsw_add(&cons_cdevsw);
	cdevsw_add(&ctty_cdevsw);
	make_dev(makedev(CDEV_CONSOLE, 0), 0, 0, 0600, "console");
	make_dev(makedev(CDEV_CTTY, 0), 0, 0, 0666, "tty");
	callout_init(&cons_callout, 1);
	cons_ready = true;
}
SYSINIT(cons, SI_SUB_DRIVERS, SI_ORDER_FIRST, cons_init, NULL);
SYSINIT(consin, SI_SUB_KTHREAD_PAGE, SI_ORDER_FIRST, kproc_start,
    (void *)(uintptr_t)&cons_kproc);
