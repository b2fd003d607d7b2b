/*
 * Terminals as processes see them: read, write, ioctl, select, and who may
 * do that.
 *
 * A terminal belongs to at most one session, and one of the session's
 * groups is in the foreground.  A process of another group of that session
 * is stopped when it reads, or changes the terminal; if that could hang it
 * for ever, because it ignores the signal, or nobody is left to continue
 * it, it gets EIO instead.  A child of vfork is never stopped so, since
 * its parent could not continue it.
 *
 * All of it runs with Giant.  A group is put into t_pgrp only with
 * proctree_lock held as well, so that it never points to a group that is
 * gone: tty_pgrp_gone() holds that lock.
 *
 * To sleep, or to wait for an sx lock, is to let go of Giant, and all opens
 * of the terminal may end meanwhile.  So each call takes down t_gen when it
 * begins, and compares it before it touches the terminal again.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/cons.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/tty.h>
#include <sys/ttycom.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#define	TTIPRI	(PSOCK | PCATCH)	/* waiting for input or output */
#define	TTY_CHUNK	64		/* bytes of input copied at a time */
#define	TTY_LINE	512		/* a line that goes out in one piece */

/* Sleep channels. */
#define	CHAN_IN(tp)	(&(tp)->t_in)
#define	CHAN_OUT(tp)	(&(tp)->t_state)

static const cc_t ttydefchars[NCCS] = {
	[VEOF] = CEOF, [VEOL] = CEOL, [VEOL2] = CEOL, [VERASE] = CERASE,
	[VWERASE] = CWERASE, [VKILL] = CKILL, [VREPRINT] = CREPRINT,
	[VERASE2] = CERASE2, [VINTR] = CINTR, [VQUIT] = CQUIT,
	[VSUSP] = CSUSP, [VDSUSP] = CDSUSP, [VSTART] = CSTART,
	[VSTOP] = CSTOP, [VLNEXT] = CLNEXT, [VDISCARD] = CDISCARD,
	[VMIN] = CMIN, [VTIME] = CTIME, [VSTATUS] = CSTATUS,
	[19] = _POSIX_VDISABLE,
};

static void
tty_setdefaults(struct tty *tp)
{
	tp->t_iflag = TTYDEF_IFLAG;
	tp->t_oflag = TTYDEF_OFLAG;
	tp->t_cflag = TTYDEF_CFLAG;
	tp->t_lflag = TTYDEF_LFLAG;
	memcpy(tp->t_cc, ttydefchars, sizeof(tp->t_cc));
	tp->t_termios.c_ispeed = tp->t_termios.c_ospeed = TTYDEF_SPEED;
}

void
tty_init(struct tty *tp, dev_t dev, const struct ttyops *ops)
{
	bzero(tp, sizeof(*tp));
	tp->t_dev = dev;
	tp->t_ops = ops;
	tty_setdefaults(tp);
}

int
tty_open(struct tty *tp, int fflag, struct thread *td)
{
	GIANT_REQUIRED;
	if ((tp->t_state & TS_EXCL) != 0 && suser(td) != 0)
		return (EBUSY);
	tp->t_state |= TS_ISOPEN;
	return (0);
}

/*
 * The terminal is no session's any more.
 */
static void
tty_detach(struct tty *tp)
{
	struct session *s = tp->t_session;
	struct vnode *vp;

	if (s == NULL)
		return;
	SESS_LOCK(s);
	vp = s->s_ttyvp;
	s->s_ttyp = NULL;
	s->s_ttyvp = NULL;
	SESS_UNLOCK(s);
	tp->t_session = NULL;
	tp->t_pgrp = NULL;
	if (vp != NULL)
		vrele(vp);
	sess_rele(s);
}

/*
 * The last close, or the end of all opens by revoke(2): its session loses
 * the terminal, and who sleeps here is told.  Who opens it next finds the
 * default modes, and what has been typed.
 */
int
tty_close(struct tty *tp)
{
	GIANT_REQUIRED;
	tty_detach(tp);
	if ((tp->t_lflag & ICANON) == 0)
		tty_setcanon(tp, true);
	tty_setdefaults(tp);
	tp->t_state &= ~(TS_ISOPEN | TS_EXCL | TS_TTSTOP);
	tp->t_gen++;
	tty_wakeup(tp);
	return (0);
}

/*
 * Giant has been let go of.  When all opens have ended since the call began,
 * with that gen, it begins again, and finds that out.
 */
static int
tty_changed(const struct tty *tp, u_int gen)
{
	GIANT_REQUIRED;
	return (tp->t_gen == gen ? 0 : ERESTART);
}

/*
 * Sleep on one of the terminal's channels.
 */
static int
tty_sleep(struct tty *tp, u_int gen, void *chan, const char *wmesg, int timo)
{
	int error;

	error = tsleep(chan, TTIPRI, wmesg, timo);
	return (tp->t_gen == gen ? error : ERESTART);
}

/*
 * There is input, or output may go on: wake all who wait.
 */
void
tty_wakeup(struct tty *tp)
{
	GIANT_REQUIRED;
	wakeup(CHAN_IN(tp));
	wakeup(CHAN_OUT(tp));
	selwakeup(&tp->t_rsel);
	selwakeup(&tp->t_wsel);
}

/*
 * Send a signal to the foreground group.
 */
void
tty_signal(struct tty *tp, int sig)
{
	GIANT_REQUIRED;
	if (tp->t_pgrp == NULL)
		return;
	PGRP_LOCK(tp->t_pgrp);
	pgsignal(tp->t_pgrp, sig, 1);
	PGRP_UNLOCK(tp->t_pgrp);
}

/*
 * Jobs.
 */

/*
 * Is it the controlling terminal of the current process?
 */
static bool
tty_isctty(struct tty *tp, struct proc *p)
{
	bool isctty;

	PROC_LOCK(p);
	isctty = (p->p_flag & P_CONTROLT) != 0 && p->p_session == tp->t_session;
	PROC_UNLOCK(p);
	return (isctty);
}

/*
 * Does the process not want to be stopped by that signal, or may it not?
 */
static bool
tty_nostop(struct proc *p, int sig)
{
	struct sigacts *ps;
	bool nostop;

	PROC_LOCK(p);
	ps = p->p_sigacts;
	mtx_lock(&ps->ps_mtx);
	nostop = SIGISMEMBER(ps->ps_sigignore, sig) ||
	    SIGISMEMBER(p->p_sigmask, sig) || (p->p_flag & P_PPWAIT) != 0;
	mtx_unlock(&ps->ps_mtx);
	PROC_UNLOCK(p);
	return (nostop);
}

/*
 * Send a signal to the caller's own group.  EIO if the group is orphaned:
 * who stops in it stops for ever.
 */
static int
tty_signal_own(struct proc *p, int sig)
{
	struct pgrp *pgrp;
	int error = 0;

	/* proctree_lock, which keeps the group, comes before Giant */
	DROP_GIANT();
	sx_slock(&proctree_lock);
	pgrp = p->p_pgrp;
	if (pgrp->pg_jobc == 0) {
		error = EIO;
	} else {
		PGRP_LOCK(pgrp);
		pgsignal(pgrp, sig, 1);
		PGRP_UNLOCK(pgrp);
	}
	sx_sunlock(&proctree_lock);
	PICKUP_GIANT();
	return (error);
}

/*
 * The current process wants to use the terminal in a way that sends sig to
 * a background group.  0: go ahead; else the call's error.  Sleeps while
 * it is in the background.
 */
static int
tty_background(struct tty *tp, u_int gen, int sig)
{
	struct proc *p = curproc;
	int error;

	GIANT_REQUIRED;
	while (tty_isctty(tp, p) && p->p_pgrp != tp->t_pgrp) {
		if (tty_nostop(p, sig))
			return (sig == SIGTTIN ? EIO : 0);
		error = tty_signal_own(p, sig);
		if (error != 0)
			return (error);
		/* the sleep is where the process stops */
		error = tty_sleep(tp, gen, &tp->t_pgrp, "ttybg", 1);
		if (error != 0 && error != EWOULDBLOCK)
			return (error);
	}
	return (0);
}

/*
 * Reading.
 */

/*
 * Give the reader what there is: up to the end of a line in canonical
 * mode.  Something is there.
 */
static int
tty_copyout(struct tty *tp, u_int gen, struct uio *uio)
{
	bool canon = (tp->t_lflag & ICANON) != 0, end = false;
	char buf[TTY_CHUNK];
	int c, error = 0;
	u_int n;

	while (!end && error == 0 && uio->uio_resid > 0) {
		for (n = 0;
		     !end && n < MIN(sizeof(buf), (u_int)uio->uio_resid);) {
			c = tty_getc(tp);
			if (c == -1) {
				end = true;
				break;
			}
			end = canon && (c & TTYC_END) != 0;
			if (!canon || (c & TTYC_EOF) == 0)
				buf[n++] = c;
		}
		if (!end && (u_int)uio->uio_resid == n && canon) {
			/* the reader is full: a ^D here has done its work */
			c = tty_peekc(tp);
			if (c != -1 && (c & TTYC_EOF) != 0)
				tty_getc(tp);
		}
		error = uiomove(buf, n, uio);
		if (error == 0)
			error = tty_changed(tp, gen);
	}
	return (error);
}

/*
 * How long a read in raw mode has to wait still, as VMIN and VTIME say.
 * *timo: ticks, 0 is for ever; false: not at all.
 */
static bool
tty_rawwait(struct tty *tp, struct uio *uio, int *timo)
{
	u_int have = tty_readable(tp), min = tp->t_cc[VMIN];
	u_int tenths = tp->t_cc[VTIME];

	*timo = 0;
	if (min > (u_int)uio->uio_resid)
		min = uio->uio_resid;
	if (min == 0) {
		if (have > 0 || tenths == 0)
			return (false);
	} else if (have >= min) {
		return (false);
	}
	/* with VMIN, the time runs between two characters only */
	if (tenths != 0 && (min == 0 || have > 0))
		*timo = MAX((int)tenths * hz / 10, 1);
	return (true);
}

/*
 * Wait until a read can be satisfied.  0: take what there is, which may
 * be nothing.
 */
static int
tty_waitinput(struct tty *tp, u_int gen, struct uio *uio, int ioflag)
{
	int error, timo;

	for (;;) {
		if (tp->t_state & TS_GONE)
			return (0);
		error = tty_background(tp, gen, SIGTTIN);
		if (error != 0)
			return (error);
		timo = 0;
		if (tp->t_lflag & ICANON) {
			if (tty_readable(tp) > 0)
				return (0);
		} else if (!tty_rawwait(tp, uio, &timo)) {
			return (0);
		}
		if (ioflag & IO_NDELAY)
			return (tty_readable(tp) > 0 ? 0 : EWOULDBLOCK);
		error = tty_sleep(tp, gen, CHAN_IN(tp), "ttyin", timo);
		if (error == EWOULDBLOCK)
			return (0); /* VTIME is over */
		if (error != 0)
			return (error);
	}
}

int
tty_read(struct tty *tp, struct uio *uio, int ioflag)
{
	u_int gen = tp->t_gen;
	int error;

	GIANT_REQUIRED;
	error = tty_waitinput(tp, gen, uio, ioflag);
	if (error != 0)
		return (error);
	error = tty_copyout(tp, gen, uio);
	if (tp->t_ops->to_taken != NULL)
		tp->t_ops->to_taken(tp);
	return (error);
}

/*
 * Writing.
 */

/*
 * Wait until a character may go out.  EIO if none ever will.
 */
static int
tty_waitoutput(struct tty *tp, u_int gen, int ioflag)
{
	int error;

	for (;;) {
		error = tty_changed(tp, gen);
		if (error != 0)
			return (error);
		if (tp->t_state & TS_GONE)
			return (EIO);
		if (tty_canput(tp))
			return (0);
		if (ioflag & IO_NDELAY)
			return (EWOULDBLOCK);
		error = tty_sleep(tp, gen, CHAN_OUT(tp), "ttyout", 0);
		if (error != 0)
			return (error);
	}
}

/*
 * How much of the buffer is to go out in one piece: with more to come, the
 * whole lines, if there is one.
 */
static size_t
tty_piece(const char *buf, size_t have, bool more)
{
	size_t n = have;

	if (more)
		while (n > 0 && buf[n - 1] != '\n')
			n--;
	return (n > 0 ? n : have);
}

/*
 * Put out as much of the buffer as there is room for.  How much that was.
 */
static size_t
tty_put(struct tty *tp, const char *buf, size_t n)
{
	size_t done;
	bool ours = false;

	/* The kernel's messages do not come in between. */
	if (tp->t_ops->to_console)
		ours = console_enter();
	for (done = 0; done < n && tty_canput(tp); done++)
		tty_output(tp, (u_char)buf[done]);
	if (tp->t_ops->to_console)
		console_leave(ours);
	return (done);
}

int
tty_write(struct tty *tp, struct uio *uio, int ioflag)
{
	char buf[TTY_LINE];
	size_t have = 0, n;
	u_int gen = tp->t_gen;
	int error = 0;

	GIANT_REQUIRED;
	if (tp->t_lflag & TOSTOP)
		error = tty_background(tp, gen, SIGTTOU);
	while (error == 0 && (uio->uio_resid > 0 || have > 0)) {
		n = MIN(sizeof(buf) - have, (size_t)uio->uio_resid);
		error = uiomove_whole(buf + have, n, uio);
		if (error != 0)
			break;
		have += n;
		error = tty_waitoutput(tp, gen, ioflag);
		if (error != 0)
			break;
		n = tty_put(tp, buf, tty_piece(buf, have, uio->uio_resid > 0));
		have -= n;
		memmove(buf, buf + n, have);
		if (uio->uio_resid > 0)
			error = breathe(true);
	}
	uio->uio_resid += have; /* taken, but not put out */
	return (error);
}

int
tty_poll(struct tty *tp, int events, struct thread *td)
{
	int revents = 0;

	GIANT_REQUIRED;
	if (tp->t_state & TS_GONE)
		return (POLLHUP | (events & (POLLIN | POLLRDNORM)));
	if (tty_readable(tp) > 0)
		revents |= events & (POLLIN | POLLRDNORM);
	if (tty_canput(tp))
		revents |= events & (POLLOUT | POLLWRNORM);
	/* Who asks for nothing waits for POLLHUP. */
	if (selneeded(events, revents, POLLIN))
		selrecord(td, &tp->t_rsel);
	if ((events & (POLLOUT | POLLWRNORM)) != 0 &&
	    selneeded(events, revents, POLLOUT))
		selrecord(td, &tp->t_wsel);
	return (revents);
}

/*
 * Sessions and groups.
 */

/*
 * TIOCSCTTY: a session leader without a terminal takes this one, unless the
 * line is cut: EIO.
 */
static int
tty_setctty(struct tty *tp, struct thread *td)
{
	struct proc *p = td->td_proc;
	u_int gen = tp->t_gen;
	struct session *s;
	int error = 0;

	/* proctree_lock comes before Giant */
	DROP_GIANT();
	sx_slock(&proctree_lock);
	PICKUP_GIANT();
	s = p->p_session;
	if (tp->t_gen != gen) {
		/* The session would get what is not open any more. */
		error = ERESTART;
	} else if (tp->t_state & TS_GONE) {
		error = EIO;
	} else if (s->s_leader != p ||
	    (tp->t_session != NULL && tp->t_session != s) ||
	    (s->s_ttyp != NULL && s->s_ttyp != tp)) {
		error = EPERM;
	} else if (tp->t_session == NULL) {
		sess_hold(s);
		tp->t_session = s;
		tp->t_pgrp = p->p_pgrp;
		SESS_LOCK(s);
		s->s_ttyp = tp;
		SESS_UNLOCK(s);
		PROC_LOCK(p);
		p->p_flag |= P_CONTROLT;
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	return (error);
}

/*
 * TIOCSCTTY has been done on that vnode: the session keeps it, for those
 * who open /dev/tty.
 */
void
tty_set_vnode(struct thread *td, struct vnode *vp)
{
	struct session *s = td->td_proc->p_session;

	GIANT_REQUIRED;
	SESS_LOCK(s);
	if (s->s_ttyp != NULL && s->s_ttyvp == NULL) {
		vref(vp);
		s->s_ttyvp = vp;
	}
	SESS_UNLOCK(s);
}

/*
 * TIOCSPGRP: put a group of the session into the foreground.
 */
static int
tty_setpgrp(struct tty *tp, struct thread *td, pid_t pgid)
{
	struct proc *p = td->td_proc;
	struct pgrp *pgrp;
	int error = 0;

	if (pgid <= 0)
		return (EINVAL);
	DROP_GIANT();
	sx_slock(&proctree_lock);
	PICKUP_GIANT();
	if (!tty_isctty(tp, p)) {
		error = ENOTTY;
	} else {
		pgrp = pgfind(pgid);
		if (pgrp != NULL)
			PGRP_UNLOCK(pgrp);
		if (pgrp == NULL || pgrp->pg_session != p->p_session) {
			error = EPERM;
		} else {
			tp->t_pgrp = pgrp;
			wakeup(CHAN_IN(tp));
		}
	}
	sx_sunlock(&proctree_lock);
	return (error);
}

/*
 * A session leader exits: its foreground group is hung up, and the
 * terminal is taken from all who have it open, which makes it free for the
 * next session.
 */
void
tty_session_exit(struct session *s)
{
	struct vnode *vp;
	struct tty *tp;

	GIANT_REQUIRED;
	SESS_LOCK(s);
	tp = s->s_ttyp;
	vp = s->s_ttyvp;
	if (vp != NULL)
		vref(vp);
	SESS_UNLOCK(s);
	if (tp == NULL)
		return;
	KASSERT(tp->t_session == s && vp != NULL,
	    ("tty_session_exit: session %d", s->s_sid));
	tty_signal(tp, SIGHUP);
	vn_revoke(vp, curthread);
	vrele(vp);
}

/*
 * The line is cut: from now on reads find the end of the file, and writes
 * an error.  The session's leader is told, and may end its session.
 */
void
tty_hangup(struct tty *tp)
{
	struct session *s = tp->t_session;
	struct proc *p;

	GIANT_REQUIRED;
	tp->t_state = (tp->t_state | TS_GONE) & ~TS_TTSTOP;
	tty_flush_input(tp);
	tty_wakeup(tp);
	if (s == NULL)
		return;
	sess_hold(s);
	DROP_GIANT(); /* proctree_lock, which keeps the leader, comes first */
	sx_slock(&proctree_lock);
	p = s->s_leader;
	if (p != NULL) {
		PROC_LOCK(p);
		psignal(p, SIGHUP);
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	PICKUP_GIANT();
	sess_rele(s);
}

/*
 * A group is about to go.  Since proctree_lock is held exclusively, nobody
 * can put it into the foreground now, so a look without Giant will do
 * unless it is there.
 */
void
tty_pgrp_gone(struct pgrp *pgrp)
{
	struct session *s = pgrp->pg_session;
	struct tty *tp;

	sx_assert(&proctree_lock, SX_XLOCKED);
	SESS_LOCK(s);
	tp = s->s_ttyp;
	SESS_UNLOCK(s);
	if (tp == NULL || tp->t_pgrp != pgrp)
		return;
	mtx_lock(&Giant);
	if (tp->t_pgrp == pgrp)
		tp->t_pgrp = NULL;
	mtx_unlock(&Giant);
}

/*
 * For ps: the device of a session's terminal and its foreground group;
 * NODEV and NO_PID without one.  The groups stay, by proctree_lock.
 */
void
tty_describe(struct session *s, dev_t *dev, pid_t *pgid)
{
	struct pgrp *pgrp;

	sx_assert(&proctree_lock, SX_LOCKED);
	*dev = NODEV;
	*pgid = NO_PID;
	SESS_LOCK(s);
	if (s->s_ttyp != NULL) {
		*dev = s->s_ttyp->t_dev;
		pgrp = s->s_ttyp->t_pgrp;
		if (pgrp != NULL)
			*pgid = pgrp->pg_id;
	}
	SESS_UNLOCK(s);
}

/*
 * ioctl.
 */

/*
 * Commands that a background process may not use at will.
 */
static bool
tty_ioctl_changes(u_long cmd)
{
	switch (cmd) {
	case TIOCDRAIN:
	case TIOCFLUSH:
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
	case TIOCSETD:
	case TIOCSPGRP:
	case TIOCSTI:
	case TIOCSTART:
	case TIOCSTOP:
	case TIOCSWINSZ:
		return (true);
	default:
		return (false);
	}
}

/*
 * Wait until the other end has taken all output.
 */
static int
tty_drain(struct tty *tp)
{
	u_int gen = tp->t_gen;
	int error;

	while (tty_queued(tp) > 0 && (tp->t_state & TS_GONE) == 0) {
		error = tty_sleep(tp, gen, CHAN_OUT(tp), "ttydrain", 0);
		if (error != 0)
			return (error);
	}
	return (0);
}

static void
tty_flush(struct tty *tp, int which)
{
	if (which & FREAD) {
		tty_flush_input(tp);
		if (tp->t_ops->to_taken != NULL)
			tp->t_ops->to_taken(tp);
	}
	if ((which & FWRITE) != 0 && tp->t_ops->to_flush != NULL)
		tp->t_ops->to_flush(tp);
}

/*
 * TIOCSETA: at once; TIOCSETAW: after the output; TIOCSETAF: and without
 * the input.
 */
static int
tty_setmodes(struct tty *tp, u_long cmd, const struct termios *t)
{
	tcflag_t old;
	int error;

	if (cmd != TIOCSETA) {
		error = tty_drain(tp);
		if (error != 0)
			return (error);
	}
	if (cmd == TIOCSETAF)
		tty_flush(tp, FREAD);
	old = tp->t_lflag;
	tp->t_termios = *t;
	if (t->c_ispeed == 0)
		tp->t_termios.c_ispeed = t->c_ospeed;
	if ((old ^ tp->t_lflag) & ICANON)
		tty_setcanon(tp, (tp->t_lflag & ICANON) != 0);
	if ((tp->t_iflag & IXON) == 0)
		tp->t_state &= ~TS_TTSTOP;
	tty_wakeup(tp);
	return (0);
}

/* TIOCSTI: as if it had been typed; only into one's own terminal. */
static int
tty_sti(struct tty *tp, struct thread *td, int fflag, u_char c)
{
	if (suser(td) != 0) {
		if ((fflag & FREAD) == 0)
			return (EPERM);
		if (!tty_isctty(tp, td->td_proc))
			return (EACCES);
	}
	tty_input(tp, c);
	return (0);
}

/*
 * The commands about modes, queues and size.
 */
int
tty_ioctl_modes(struct tty *tp, u_long cmd, void *data, int fflag,
    struct thread *td)
{
	switch (cmd) {
	case FIONREAD:
		*(int *)data = tty_readable(tp);
		return (0);
	case TIOCOUTQ:
		*(int *)data = tty_queued(tp);
		return (0);
	case TIOCGETD:
		*(int *)data = TTYDISC;
		return (0);
	case TIOCDRAIN:
		return (tty_drain(tp));
	case TIOCSETD:
		return (*(int *)data == TTYDISC ? 0 : ENXIO);
	case TIOCGETA:
		*(struct termios *)data = tp->t_termios;
		return (0);
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
		return (tty_setmodes(tp, cmd, data));
	case TIOCFLUSH:
		tty_flush(tp,
		    *(int *)data == 0 ? FREAD | FWRITE : *(int *)data);
		return (0);
	case TIOCSTART:
		tp->t_state &= ~TS_TTSTOP;
		tty_wakeup(tp);
		return (0);
	case TIOCSTOP:
		tp->t_state |= TS_TTSTOP;
		return (0);
	case TIOCSTI:
		return (tty_sti(tp, td, fflag, *(u_char *)data));
	case TIOCGWINSZ:
		*(struct winsize *)data = tp->t_winsize;
		return (0);
	case TIOCSWINSZ:
		if (memcmp(&tp->t_winsize, data, sizeof(struct winsize)) != 0) {
			tp->t_winsize = *(struct winsize *)data;
			tty_signal(tp, SIGWINCH);
		}
		return (0);
	case TIOCEXCL:
		tp->t_state |= TS_EXCL;
		return (0);
	case TIOCNXCL:
		tp->t_state &= ~TS_EXCL;
		return (0);
	default:
		return (ENOTTY);
	}
}

/*
 * ioctl(2) on a terminal; the commands about sessions and groups are here.
 */
int
tty_ioctl(struct tty *tp, u_long cmd, void *data, int fflag,
    struct thread *td)
{
	struct proc *p = td->td_proc;
	int error;

	GIANT_REQUIRED;
	if (tty_ioctl_changes(cmd)) {
		error = tty_background(tp, tp->t_gen, SIGTTOU);
		if (error != 0)
			return (error);
	}
	switch (cmd) {
	case TIOCSCTTY:
		return (tty_setctty(tp, td));
	case TIOCSPGRP:
		return (tty_setpgrp(tp, td, *(int *)data));
	case TIOCGPGRP:
		if (!tty_isctty(tp, p))
			return (ENOTTY);
		*(int *)data = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : NO_PID;
		return (0);
	case TIOCGSID:
		if (!tty_isctty(tp, p))
			return (ENOTTY);
		*(int *)data = tp->t_session->s_sid;
		return (0);
	default:
		return (tty_ioctl_modes(tp, cmd, data, fflag, td));
	}
}
