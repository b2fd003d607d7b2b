/*
 * System calls on sockets.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sysproto.h>
#include <sys/uio.h>

#define	SEND_FLAGS	(MSG_DONTROUTE | MSG_EOR | MSG_DONTWAIT | MSG_NOSIGNAL)
#define	RECV_FLAGS	(MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT)

/*
 * The socket behind a descriptor; the caller drops the file.  EBADF,
 * ENOTSOCK.
 */
static int
getsock(struct thread *td, int fd, struct file **fpp, struct socket **sop)
{
	int error;

	error = fget(td, fd, fpp);
	if (error != 0)
		return (error);
	if ((*fpp)->f_type != DTYPE_SOCKET) {
		fdrop(*fpp, td);
		return (ENOTSOCK);
	}
	*sop = (*fpp)->f_data;
	return (0);
}

static bool
sock_nowait(struct file *fp, int flags)
{
	return ((fp->f_flag & FNONBLOCK) != 0 || (flags & MSG_DONTWAIT) != 0);
}

/*
 * socketpair(2): of AF_UNIX only.
 */
int
sys_socketpair(struct thread *td, struct socketpair_args *uap)
{
	int error, fds[2];

	if (uap->domain != AF_UNIX)
		return (EAFNOSUPPORT);
	if (uap->protocol != 0 && uap->protocol != AF_UNIX)
		return (EPROTONOSUPPORT);
	if (uap->type != SOCK_STREAM && uap->type != SOCK_DGRAM)
		return (EPROTOTYPE);
	error = so_pair(td, uap->type, fds);
	if (error != 0)
		return (error);
	error = copyout(fds, uap->rsv, sizeof(fds));
	if (error != 0) {
		(void)kern_close(td, fds[0]);
		(void)kern_close(td, fds[1]);
	}
	return (error);
}

int
sys_shutdown(struct thread *td, struct shutdown_args *uap)
{
	struct socket *so;
	struct file *fp;
	int error;

	error = getsock(td, uap->s, &fp, &so);
	if (error != 0)
		return (error);
	error = so_shutdown(so, uap->how);
	fdrop(fp, td);
	return (error);
}

/*
 * getsockopt(2): what there is to be known of a pair.
 */
int
sys_getsockopt(struct thread *td, struct getsockopt_args *uap)
{
	socklen_t len = 0;
	struct socket *so;
	struct file *fp;
	int error, value = 0;

	error = getsock(td, uap->s, &fp, &so);
	if (error != 0)
		return (error);
	if (uap->level != SOL_SOCKET)
		error = ENOPROTOOPT;
	else if (uap->name == SO_TYPE)
		value = so->so_pair->sp_type;
	else if (uap->name == SO_SNDBUF || uap->name == SO_RCVBUF)
		value = SO_HIWAT;
	else if (uap->name != SO_ERROR) /* errors are told when they happen */
		error = ENOPROTOOPT;
	fdrop(fp, td);
	if (error == 0)
		error = copyin(uap->avalsize, &len, sizeof(len));
	if (error != 0)
		return (error);
	len = MIN(len, sizeof(value));
	error = copyout(&value, uap->val, len);
	if (error == 0)
		error = copyout(&len, uap->avalsize, sizeof(len));
	return (error);
}

/*
 * Sending and receiving.
 */

/*
 * Copy in the iovecs of a message; iov is freed by the caller.  A message
 * without any gets an empty one, for those who look at the first.
 */
static int
msg_iov(struct thread *td, const struct msghdr *msg, enum uio_rw rw,
    struct iovec **iov, struct uio *uio)
{
	size_t size;
	ssize_t sum = 0;
	int error, i;

	*iov = NULL;
	if (msg->msg_iovlen < 0 || msg->msg_iovlen > UIO_MAXIOV)
		return (EMSGSIZE);
	size = msg->msg_iovlen * sizeof(**iov);
	*iov = malloc(MAX(size, sizeof(**iov)), M_TEMP, M_NOWAIT);
	if (*iov == NULL)
		return (ENOMEM);
	(*iov)[0] = (struct iovec){ NULL, 0 };
	error = copyin(msg->msg_iov, *iov, size);
	for (i = 0; i < msg->msg_iovlen && error == 0; i++) {
		if ((*iov)[i].iov_len > (size_t)(INT_MAX - sum))
			error = EINVAL;
		sum += (*iov)[i].iov_len;
	}
	uio->uio_iov = *iov;
	uio->uio_iovcnt = MAX(msg->msg_iovlen, 1);
	uio->uio_offset = 0;
	uio->uio_resid = sum;
	uio->uio_segflg = UIO_USERSPACE;
	uio->uio_rw = rw;
	uio->uio_td = td;
	return (error);
}

/*
 * Send, with control data of the user's.  Whatever has been sent before an
 * error is what the call returns.
 */
static int
sock_send(struct thread *td, int fd, struct uio *uio, const void *control,
    u_int len, int flags)
{
	struct so_rights *rights = NULL;
	ssize_t want = uio->uio_resid;
	struct socket *so;
	struct file *fp;
	char buf[SO_MAXCONTROL] __aligned(sizeof(int));
	int error;

	if (flags & ~SEND_FLAGS)
		return (EOPNOTSUPP);
	error = getsock(td, fd, &fp, &so);
	if (error != 0)
		return (error);
	if (control != NULL && len > sizeof(buf))
		error = EINVAL;
	if (error == 0 && control != NULL && len > 0) {
		error = copyin(control, buf, len);
		if (error == 0)
			error = rights_take(td, so_peer(so), buf, len, &rights);
	}
	if (error == 0)
		error = so_send(so, uio, &rights, sock_nowait(fp, flags));
	rights_drop(rights, td);
	if (error == EPIPE && (flags & MSG_NOSIGNAL) == 0) {
		PROC_LOCK(td->td_proc);
		psignal(td->td_proc, SIGPIPE);
		PROC_UNLOCK(td->td_proc);
	}
	fdrop(fp, td);
	if (uio->uio_resid != want)
		error = 0;
	td->td_retval[0] = want - uio->uio_resid;
	return (error);
}

int
sys_sendto(struct thread *td, struct sendto_args *uap)
{
	struct iovec iov;
	struct uio uio;

	if (uap->len > INT_MAX)
		return (EINVAL);
	if (uap->to != NULL)
		return (EISCONN);
	uio_init(&uio, &iov, (void *)(uintptr_t)uap->buf, uap->len, 0,
	    UIO_USERSPACE, UIO_WRITE, td);
	return (sock_send(td, uap->s, &uio, NULL, 0, uap->flags));
}

int
sys_sendmsg(struct thread *td, struct sendmsg_args *uap)
{
	struct iovec *iov = NULL;
	struct msghdr msg;
	struct uio uio;
	int error;

	error = copyin(uap->msg, &msg, sizeof(msg));
	if (error != 0)
		return (error);
	if (msg.msg_name != NULL)
		return (EISCONN);
	error = msg_iov(td, &msg, UIO_WRITE, &iov, &uio);
	if (error == 0)
		error = sock_send(td, uap->s, &uio, msg.msg_control,
		    msg.msg_controllen, uap->flags);
	free(iov, M_TEMP);
	return (error);
}

/*
 * Give the files of a message to the process, and tell it of them in
 * control data.  Those for which there is no room are closed.
 */
static int
sock_rights(struct thread *td, struct so_rights *rights,
    struct msghdr *msg)
{
	struct {
		struct cmsghdr cm;
		int fds[SO_MAXRIGHTS];
	} out;
	u_int i, len = msg->msg_controllen;
	int error;

	msg->msg_controllen = 0;
	if (rights == NULL)
		return (0);
	out.cm.cmsg_len = CMSG_LEN(rights->sr_count * sizeof(int));
	out.cm.cmsg_level = SOL_SOCKET;
	out.cm.cmsg_type = SCM_RIGHTS;
	if (msg->msg_control == NULL || len < out.cm.cmsg_len) {
		msg->msg_flags |= MSG_CTRUNC;
		return (0);
	}
	error = rights_give(td, rights, out.fds);
	if (error != 0)
		return (error == EMFILE ? EMSGSIZE : error);
	error = copyout(&out, msg->msg_control, out.cm.cmsg_len);
	if (error == 0)
		msg->msg_controllen = out.cm.cmsg_len;
	else
		for (i = 0; i < rights->sr_count; i++)
			(void)kern_close(td, out.fds[i]);
	return (error);
}

/*
 * Receive; msg, in the kernel, says where control data go, and gets the
 * answer.
 */
static int
sock_recv(struct thread *td, int fd, struct uio *uio, struct msghdr *msg,
    int flags)
{
	ssize_t want = uio->uio_resid;
	struct so_rights *rights;
	struct socket *so;
	struct file *fp;
	int error;

	if (flags & ~RECV_FLAGS)
		return (EOPNOTSUPP);
	error = getsock(td, fd, &fp, &so);
	if (error != 0)
		return (error);
	msg->msg_flags = 0;
	error = so_recv(so, uio, flags, sock_nowait(fp, flags), &rights,
	    &msg->msg_flags);
	if (uio->uio_resid != want)
		error = 0;
	if (error == 0)
		error = sock_rights(td, rights, msg);
	rights_drop(rights, td);
	fdrop(fp, td);
	td->td_retval[0] = want - uio->uio_resid;
	return (error);
}

int
sys_recvfrom(struct thread *td, struct recvfrom_args *uap)
{
	struct msghdr msg = { .msg_control = NULL };
	struct iovec iov;
	struct uio uio;
	socklen_t none;
	int error = 0;

	if (uap->len > INT_MAX)
		return (EINVAL);
	/* Before anything is received: see that it is there. */
	if (uap->fromlenaddr != NULL)
		error = copyin(uap->fromlenaddr, &none, sizeof(none));
	if (error != 0)
		return (error);
	uio_init(&uio, &iov, uap->buf, uap->len, 0, UIO_USERSPACE, UIO_READ,
	    td);
	none = 0;
	error = sock_recv(td, uap->s, &uio, &msg, uap->flags);
	/* the other end has no name */
	if (error == 0 && uap->fromlenaddr != NULL)
		error = copyout(&none, uap->fromlenaddr, sizeof(none));
	return (error);
}

int
sys_recvmsg(struct thread *td, struct recvmsg_args *uap)
{
	struct iovec *iov = NULL;
	struct msghdr msg;
	struct uio uio;
	int error;

	error = copyin(uap->msg, &msg, sizeof(msg));
	if (error != 0)
		return (error);
	error = msg_iov(td, &msg, UIO_READ, &iov, &uio);
	if (error == 0)
		error = sock_recv(td, uap->s, &uio, &msg, uap->flags);
	free(iov, M_TEMP);
	msg.msg_namelen = 0;
	if (error == 0)
		error = copyout(&msg, uap->msg, sizeof(msg));
	return (error);
}
