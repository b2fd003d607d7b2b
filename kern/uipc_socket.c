/*
 * Socket pairs: what is sent at one end is read at the other.
 *
 * Each end has a queue of messages.  Of a stream, a message is some bytes
 * of a write, and a read takes from as many as it can; of datagrams, it is
 * what one call has sent and one call gets.  SS_RLOCK keeps other readers of
 * an end out while bytes are copied without the mutex, SS_WLOCK other
 * writers until a write is all there.
 *
 * Both ends gone, the pair goes.
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
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/selinfo.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/zone.h>
#include <machine/atomic.h>

MALLOC_DEFINE(M_SOCKBUF, "sockbuf", "messages of sockets");

static volatile u_int nsockets;
static int maxsockets = 512;
static volatile u_int socket_lastino;
static zone_t sockpair_zone;

SYSCTL_UINT(_kern, OID_AUTO, sockets, CTLFLAG_RD,
    (void *)(uintptr_t)&nsockets, 0, "pairs of sockets");
SYSCTL_INT(_kern, OID_AUTO, maxsockets, CTLFLAG_RW, &maxsockets, 0,
    "most pairs of sockets");
LEAK_COUNTER(sockets, &nsockets);

static int	soo_read(struct file *, struct uio *, int, struct thread *);
static int	soo_write(struct file *, struct uio *, int, struct thread *);
static int	soo_ioctl(struct file *, u_long, void *, struct thread *);
static int	soo_poll(struct file *, int, struct thread *);
static int	soo_stat(struct file *, struct stat *, struct thread *);
static int	soo_close(struct file *, struct thread *);

const struct fileops socketops = {
	.fo_read = soo_read,
	.fo_write = soo_write,
	.fo_truncate = fo_no_truncate,
	.fo_ioctl = soo_ioctl,
	.fo_poll = soo_poll,
	.fo_stat = soo_stat,
	.fo_close = soo_close,
	.fo_seekable = false,
};

/* Sleep channels of a socket. */
#define	CHAN_READ(so)	(&(so)->so_rcv)		/* data, or the end */
#define	CHAN_WRITE(so)	(&(so)->so_cc)		/* room at the peer's */
#define	CHAN_LOCK(so)	(&(so)->so_state)	/* SS_RLOCK, SS_WLOCK */

#define	SO_LOCK_ASSERT(so) mtx_assert(&(so)->so_pair->sp_mtx, MA_OWNED)

static void
socket_init(void *arg)
{
	sockpair_zone = zone_create("sockpair", sizeof(struct sockpair), NULL,
	    NULL, 0);
}
SYSINIT(socket, SI_SUB_LOCK, SI_ORDER_ANY, socket_init, NULL);

struct socket *
so_peer(struct socket *so)
{
	struct sockpair *sp = so->so_pair;

	return (&sp->sp_so[so == &sp->sp_so[0]]);
}

static struct sockpair *
sockpair_alloc(int type)
{
	struct sockpair *sp;
	int i;

	sp = zone_alloc(sockpair_zone, M_NOWAIT);
	if (sp == NULL)
		return (NULL);
	bzero(sp, sizeof(*sp));
	mtx_init(&sp->sp_mtx, "socket", NULL, MTX_DEF);
	refcount_init(&sp->sp_refs, 2);
	sp->sp_type = type;
	sp->sp_ino = atomic_fetchadd_int(&socket_lastino, 2) + 1;
	sp->sp_ctime = time_second;
	for (i = 0; i < 2; i++) {
		sp->sp_so[i].so_pair = sp;
		STAILQ_INIT(&sp->sp_so[i].so_rcv);
	}
	atomic_add_int(&nsockets, 1);
	return (sp);
}

static void
sockpair_free(struct sockpair *sp)
{
	mtx_destroy(&sp->sp_mtx);
	zone_free(sockpair_zone, sp);
	atomic_subtract_int(&nsockets, 1);
}

/*
 * Two descriptors of a new pair.  ENFILE, EMFILE, ENOMEM.
 */
int
so_pair(struct thread *td, int type, int *fds)
{
	struct file *fp[2];
	struct sockpair *sp;
	int error, i;

	if (nsockets >= (u_int)READ_ONCE(maxsockets))
		return (ENFILE);
	sp = sockpair_alloc(type);
	if (sp == NULL)
		return (ENOMEM);
	error = falloc(td, &fp[0], &fds[0]);
	if (error == 0) {
		error = falloc(td, &fp[1], &fds[1]);
		if (error != 0) {
			fdclose(td->td_proc->p_fd, fp[0], fds[0], td);
			fdrop(fp[0], td);
		}
	}
	if (error != 0) {
		sockpair_free(sp);
		return (error);
	}
	for (i = 0; i < 2; i++) {
		finit(fp[i], FREAD | FWRITE, DTYPE_SOCKET, &sp->sp_so[i],
		    &socketops);
		fdrop(fp[i], td);
	}
	return (0);
}

/*
 * Keep others out of one direction of an end.  EAGAIN, EINTR, ERESTART.
 */
static int
so_lock(struct socket *so, u_int dir, bool nowait)
{
	int error = 0;

	SO_LOCK_ASSERT(so);
	while (error == 0 && (so->so_state & dir) != 0)
		error = nowait ? EAGAIN :
				 msleep(CHAN_LOCK(so), &so->so_pair->sp_mtx,
				     PSOCK | PCATCH, "solock", 0);
	if (error == 0)
		so->so_state |= dir;
	return (error);
}

static void
so_unlock(struct socket *so, u_int dir)
{
	SO_LOCK_ASSERT(so);
	so->so_state &= ~dir;
	wakeup(CHAN_LOCK(so));
}

/*
 * Something has come to an end, or will not come any more.
 */
static void
so_wakereaders(struct socket *so)
{
	SO_LOCK_ASSERT(so);
	wakeup(CHAN_READ(so));
	selwakeup(&so->so_rsel);
}

static void
so_wakewriters(struct socket *so)
{
	SO_LOCK_ASSERT(so);
	wakeup(CHAN_WRITE(so));
	selwakeup(&so->so_wsel);
}

/*
 * Whether nothing can be sent from here, and nothing more will come.
 */
static bool
so_cantsend(struct socket *so)
{
	return ((so->so_state & SS_CANTSEND) != 0 ||
	    (so_peer(so)->so_state & (SS_CLOSED | SS_CANTRCV)) != 0);
}

static bool
so_ended(struct socket *so)
{
	return ((so->so_state & SS_CANTRCV) != 0 ||
	    (so_peer(so)->so_state & (SS_CLOSED | SS_CANTSEND)) != 0);
}

/*
 * The error for who wants to do something with a peer that is gone; a
 * stream has an orderly end.
 */
static int
so_goneerror(struct socket *so, int stream)
{
	return (so->so_pair->sp_type == SOCK_DGRAM &&
		    (so_peer(so)->so_state & SS_CLOSED) != 0 ?
		ECONNRESET :
		stream);
}

/*
 * Sending.
 */

/*
 * How many of so many bytes may be sent now, at least one if there are any:
 * waits for room, but not for a datagram's.
 */
static int
so_room(struct socket *so, u_int want, bool nowait, u_int *n)
{
	struct socket *peer = so_peer(so);
	u_int room;
	int error = 0;

	SO_LOCK_ASSERT(so);
	while (error == 0) {
		if (so_cantsend(so))
			return (so_goneerror(so, EPIPE));
		room = SO_HIWAT -
		    MIN(peer->so_cc + sizeof(struct so_msg), SO_HIWAT);
		*n = MIN(want, MIN(room, SO_CHUNK));
		if (so->so_pair->sp_type == SOCK_DGRAM)
			return (*n < want || room == 0 ? ENOBUFS : 0);
		if (room > 0)
			return (0);
		error = nowait ? EAGAIN :
				 msleep(CHAN_WRITE(so), &so->so_pair->sp_mtx,
				     PSOCK | PCATCH, "sosend", 0);
	}
	return (error);
}

/*
 * Send one message of n bytes.  The mutex is let go of while they are
 * copied.
 */
static int
so_sendmsg(struct socket *so, struct uio *uio, u_int n,
    struct so_rights **rights)
{
	struct socket *peer = so_peer(so);
	ssize_t before = uio->uio_resid;
	struct so_msg *m;
	int error = 0;

	SO_LOCK_ASSERT(so);
	mtx_unlock(&so->so_pair->sp_mtx);
	m = malloc(sizeof(*m) + n, M_SOCKBUF, M_NOWAIT);
	if (m != NULL)
		error = uiomove(m->m_data, n, uio);
	mtx_lock(&so->so_pair->sp_mtx);
	if (m == NULL)
		return (ENOBUFS);
	if (error == 0 && so_cantsend(so))
		error = so_goneerror(so, EPIPE);
	if (error != 0) {
		free(m, M_SOCKBUF);
		uio->uio_resid = before; /* nothing of it has been sent */
		return (error);
	}
	m->m_len = n;
	m->m_off = 0;
	m->m_rights = *rights;
	*rights = NULL;
	STAILQ_INSERT_TAIL(&peer->so_rcv, m, m_link);
	peer->so_cc += sizeof(*m) + n;
	so_wakereaders(peer);
	return (0);
}

int
so_send(struct socket *so, struct uio *uio, struct so_rights **rights,
    bool nowait)
{
	bool dgram = so->so_pair->sp_type == SOCK_DGRAM;
	int error;
	u_int n;

	if (dgram && uio->uio_resid > SO_MAXDGRAM)
		return (EMSGSIZE);
	if (!dgram && uio->uio_resid == 0 && *rights == NULL)
		return (0);
	mtx_lock(&so->so_pair->sp_mtx);
	error = so_lock(so, SS_WLOCK, nowait);
	if (error == 0) {
		do {
			error = so_room(so, uio->uio_resid, nowait, &n);
			if (error == 0)
				error = so_sendmsg(so, uio, n, rights);
		} while (error == 0 && uio->uio_resid > 0);
		so_unlock(so, SS_WLOCK);
	}
	mtx_unlock(&so->so_pair->sp_mtx);
	return (error);
}

/*
 * Receiving.
 */

/*
 * Wait for a message.  0 with *mp NULL: none will come.
 */
static int
so_wait(struct socket *so, bool nowait, struct so_msg **mp)
{
	int error = 0;

	SO_LOCK_ASSERT(so);
	while (error == 0) {
		*mp = STAILQ_FIRST(&so->so_rcv);
		if (*mp != NULL)
			return (0);
		if (so_ended(so))
			return (so_goneerror(so, 0));
		error = nowait ? EAGAIN :
				 msleep(CHAN_READ(so), &so->so_pair->sp_mtx,
				     PSOCK | PCATCH, "sorecv", 0);
	}
	return (error);
}

/*
 * Copy from a message what there is room for; it stays, for we have
 * SS_RLOCK.  The mutex is let go of meanwhile.
 */
static int
so_copyout(struct socket *so, struct so_msg *m, struct uio *uio, u_int *n)
{
	ssize_t before = uio->uio_resid;
	int error;

	mtx_unlock(&so->so_pair->sp_mtx);
	error = uiomove(m->m_data + m->m_off,
	    MIN(m->m_len - m->m_off, (u_int)before), uio);
	mtx_lock(&so->so_pair->sp_mtx);
	*n = before - uio->uio_resid;
	return (error);
}

/*
 * n bytes of the first message have been read.  If that was all, or the
 * rest is of no use, it goes; its rights are the caller's.
 */
static void
so_consume(struct socket *so, struct so_msg *m, u_int n, bool all,
    struct so_rights **rights)
{
	SO_LOCK_ASSERT(so);
	if (m->m_rights != NULL) {
		*rights = m->m_rights;
		m->m_rights = NULL;
	}
	m->m_off += n;
	so->so_cc -= n;
	if (all || m->m_off == m->m_len) {
		STAILQ_REMOVE_HEAD(&so->so_rcv, m_link);
		so->so_cc -= sizeof(*m) + (m->m_len - m->m_off);
		free(m, M_SOCKBUF);
	}
	so_wakewriters(so_peer(so));
}

/*
 * One datagram; what does not fit is lost.  If the memory for it is not all
 * there, it stays.
 */
static int
so_recv_dgram(struct socket *so, struct uio *uio, int flags, bool nowait,
    struct so_rights **rights, int *msgflags)
{
	ssize_t before = uio->uio_resid;
	struct so_msg *m;
	int error;
	u_int n;

	error = so_wait(so, nowait, &m);
	if (error != 0 || m == NULL)
		return (error);
	if ((u_int)uio->uio_resid < m->m_len)
		*msgflags |= MSG_TRUNC;
	error = so_copyout(so, m, uio, &n);
	if (error != 0)
		uio->uio_resid = before;
	else if ((flags & MSG_PEEK) == 0)
		so_consume(so, m, n, true, rights);
	return (error);
}

/*
 * Bytes of a stream, as many as there are and as fit, up to the next
 * descriptors: those come with the first byte that was sent with them.
 */
static int
so_recv_stream(struct socket *so, struct uio *uio, int flags, bool nowait,
    struct so_rights **rights)
{
	bool peek = (flags & MSG_PEEK) != 0, first = true;
	struct so_msg *m;
	int error;
	u_int n;

	error = so_wait(so, nowait, &m);
	while (error == 0 && m != NULL &&
	    (first || (m->m_rights == NULL && *rights == NULL))) {
		first = false;
		error = so_copyout(so, m, uio, &n);
		if (error != 0 && n == 0)
			break;
		if (peek) {
			m = STAILQ_NEXT(m, m_link);
		} else {
			so_consume(so, m, n, false, rights);
			m = STAILQ_FIRST(&so->so_rcv);
		}
		if (uio->uio_resid == 0)
			break;
		if (error == 0 && m == NULL && *rights == NULL &&
		    (flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL)
			error = so_wait(so, nowait, &m);
	}
	return (error);
}

int
so_recv(struct socket *so, struct uio *uio, int flags, bool nowait,
    struct so_rights **rights, int *msgflags)
{
	bool dgram = so->so_pair->sp_type == SOCK_DGRAM;
	int error;

	*rights = NULL;
	if (!dgram && uio->uio_resid == 0)
		return (0);
	mtx_lock(&so->so_pair->sp_mtx);
	error = so_lock(so, SS_RLOCK, nowait);
	if (error == 0) {
		error = dgram ?
		    so_recv_dgram(so, uio, flags, nowait, rights, msgflags) :
		    so_recv_stream(so, uio, flags, nowait, rights);
		so_unlock(so, SS_RLOCK);
	}
	mtx_unlock(&so->so_pair->sp_mtx);
	return (error);
}

/*
 * shutdown(2).
 */
int
so_shutdown(struct socket *so, int how)
{
	struct socket *peer = so_peer(so);

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return (EINVAL);
	mtx_lock(&so->so_pair->sp_mtx);
	if (how != SHUT_WR)
		so->so_state |= SS_CANTRCV;
	if (how != SHUT_RD)
		so->so_state |= SS_CANTSEND;
	so_wakereaders(so);
	so_wakewriters(so);
	so_wakereaders(peer);
	so_wakewriters(peer);
	mtx_unlock(&so->so_pair->sp_mtx);
	return (0);
}

/*
 * What a descriptor can do.
 */

static int
soo_read(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct so_rights *rights;
	int error, msgflags = 0;

	error = so_recv(fp->f_data, uio, 0, (fp->f_flag & FNONBLOCK) != 0,
	    &rights, &msgflags);
	rights_drop(rights, td);
	return (error);
}

static int
soo_write(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	struct so_rights *rights = NULL;

	return (so_send(fp->f_data, uio, &rights,
	    (fp->f_flag & FNONBLOCK) != 0));
}

/* The bytes that a read gets: all, or of one datagram. */
static u_int
so_readable(struct socket *so)
{
	struct so_msg *m;
	u_int n = 0;

	SO_LOCK_ASSERT(so);
	STAILQ_FOREACH(m, &so->so_rcv, m_link) {
		n += m->m_len - m->m_off;
		if (so->so_pair->sp_type == SOCK_DGRAM)
			break;
	}
	return (n);
}

static int
soo_ioctl(struct file *fp, u_long cmd, void *data, struct thread *td)
{
	struct socket *so = fp->f_data;

	if (cmd != FIONREAD)
		return (ENOTTY);
	mtx_lock(&so->so_pair->sp_mtx);
	*(int *)data = so_readable(so);
	mtx_unlock(&so->so_pair->sp_mtx);
	return (0);
}

static int
soo_poll(struct file *fp, int events, struct thread *td)
{
	struct socket *so = fp->f_data, *peer = so_peer(so);
	int revents = 0;

	mtx_lock(&so->so_pair->sp_mtx);
	if (!STAILQ_EMPTY(&so->so_rcv) || so_ended(so))
		revents |= events & (POLLIN | POLLRDNORM);
	if (so_cantsend(so) ||
	    peer->so_cc + sizeof(struct so_msg) + SO_MAXDGRAM <= SO_HIWAT)
		revents |= events & (POLLOUT | POLLWRNORM);
	if ((peer->so_state & SS_CLOSED) != 0 ||
	    (so_ended(so) && so_cantsend(so)))
		revents |= POLLHUP;
	/* One filter asks for one of them. */
	if ((events & POLLEND) != 0 &&
	    ((events & POLLIN) != 0 ? so_ended(so) : so_cantsend(so)))
		revents |= POLLHUP;
	if (selneeded(events, revents, POLLIN))
		selrecord(td, &so->so_rsel);
	if (selneeded(events, revents, POLLOUT))
		selrecord(td, &so->so_wsel);
	mtx_unlock(&so->so_pair->sp_mtx);
	return (revents);
}

static int
soo_stat(struct file *fp, struct stat *sb, struct thread *td)
{
	struct socket *so = fp->f_data;
	struct sockpair *sp = so->so_pair;

	sb->st_mode = S_IFSOCK | S_IRUSR | S_IWUSR;
	sb->st_ino = sp->sp_ino + (so == &sp->sp_so[1]);
	sb->st_nlink = 1;
	sb->st_uid = fp->f_cred->cr_uid;
	sb->st_gid = fp->f_cred->cr_gid;
	sb->st_blksize = SO_CHUNK;
	sb->st_ctim.tv_sec = sp->sp_ctime;
	sb->st_atim = sb->st_mtim = sb->st_birthtim = sb->st_ctim;
	mtx_lock(&sp->sp_mtx);
	sb->st_size = so_readable(so);
	mtx_unlock(&sp->sp_mtx);
	return (0);
}

/*
 * What has not been read is thrown away, and with it the files that were on
 * their way: closing them may close another socket, but not one with
 * sockets on their way to it (rights_take), so this goes no deeper.
 */
static int
soo_close(struct file *fp, struct thread *td)
{
	struct socket *so = fp->f_data, *peer = so_peer(so);
	struct sockpair *sp = so->so_pair;
	STAILQ_HEAD(, so_msg) left = STAILQ_HEAD_INITIALIZER(left);
	struct so_msg *m;

	mtx_lock(&sp->sp_mtx);
	so->so_state |= SS_CLOSED;
	while ((m = STAILQ_FIRST(&so->so_rcv)) != NULL) {
		STAILQ_REMOVE_HEAD(&so->so_rcv, m_link);
		STAILQ_INSERT_TAIL(&left, m, m_link);
	}
	so->so_cc = 0;
	selwakeup(&so->so_rsel);
	selwakeup(&so->so_wsel);
	so_wakereaders(peer);
	so_wakewriters(peer);
	mtx_unlock(&sp->sp_mtx);
	while ((m = STAILQ_FIRST(&left)) != NULL) {
		STAILQ_REMOVE_HEAD(&left, m_link);
		rights_drop(m->m_rights, td);
		free(m, M_SOCKBUF);
	}
	if (refcount_release(&sp->sp_refs))
		sockpair_free(sp);
	return (0);
}
