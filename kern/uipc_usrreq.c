/*
 * Descriptors on their way through a socket (SCM_RIGHTS).
 *
 * A file in a message is referred to by the message.  If sockets could be
 * sent through sockets at will, two that carry each other would refer to
 * each other for ever, when no process has them any more; and closing one
 * that carries one that carries one... would use up the kernel's stack.  So
 * a socket is refused if
 *	- it is on its way to itself,
 *	- others are on their way to it, or
 *	- it would go to one that is on its way itself.
 * Then those that carry are never carried, and no circle can be.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/socketvar.h>

MALLOC_DEFINE(M_RIGHTS, "rights", "descriptors on their way");

static struct mtx rights_mtx;
MTX_SYSINIT(rights, &rights_mtx, "rights", MTX_DEF);

/*
 * Count a file that is a socket as on its way, or as arrived.  False: it is
 * refused.
 */
static bool
rights_enter(struct socket *to, struct file *fp)
{
	struct socket *so = fp->f_data;
	bool fits;

	if (fp->f_type != DTYPE_SOCKET)
		return (true);
	mtx_lock(&rights_mtx);
	fits = so != to && so->so_carries == 0 && to->so_inflight == 0;
	if (fits) {
		so->so_inflight++;
		to->so_carries++;
	}
	mtx_unlock(&rights_mtx);
	return (fits);
}

static void
rights_leave(struct socket *to, struct file *fp)
{
	struct socket *so = fp->f_data;

	if (fp->f_type != DTYPE_SOCKET)
		return;
	mtx_lock(&rights_mtx);
	KASSERT(so->so_inflight > 0 && to->so_carries > 0,
	    ("rights: a socket has arrived twice"));
	so->so_inflight--;
	to->so_carries--;
	mtx_unlock(&rights_mtx);
}

void
rights_drop(struct so_rights *sr, struct thread *td)
{
	u_int i;

	if (sr == NULL)
		return;
	for (i = 0; i < sr->sr_count; i++) {
		rights_leave(sr->sr_to, sr->sr_files[i]);
		fdrop(sr->sr_files[i], td);
	}
	free(sr, M_RIGHTS);
}

/*
 * The descriptors that control data name, at most SO_MAXRIGHTS.  EINVAL if
 * it is anything but one piece of SCM_RIGHTS.
 */
static int
rights_parse(const char *control, u_int len, const int **fds, u_int *count)
{
	const struct cmsghdr *cm = (const void *)control;

	if (len < CMSG_LEN(0) || cm->cmsg_len < CMSG_LEN(0) ||
	    cm->cmsg_len > len || __CMSG_ALIGN(cm->cmsg_len) < len ||
	    cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
		return (EINVAL);
	*count = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	*fds = (const void *)(control + CMSG_LEN(0));
	if ((cm->cmsg_len - CMSG_LEN(0)) % sizeof(int) != 0 ||
	    *count > SO_MAXRIGHTS)
		return (EINVAL);
	return (0);
}

int
rights_take(struct thread *td, struct socket *to, const char *control,
    u_int len, struct so_rights **result)
{
	struct so_rights *sr;
	const int *fds;
	struct file *fp;
	u_int count, i;
	int error;

	*result = NULL;
	error = rights_parse(control, len, &fds, &count);
	if (error != 0 || count == 0)
		return (error);
	sr = malloc(sizeof(*sr), M_RIGHTS, M_NOWAIT);
	if (sr == NULL)
		return (ENOMEM);
	sr->sr_to = to;
	sr->sr_count = 0;
	for (i = 0; i < count && error == 0; i++) {
		error = fget(td, fds[i], &fp);
		if (error != 0)
			break;
		if (fp->f_type == DTYPE_KQUEUE) {
			/* It belongs to the table it was made in. */
			fdrop(fp, td);
			error = EOPNOTSUPP;
		} else if (rights_enter(to, fp)) {
			sr->sr_files[sr->sr_count++] = fp;
		} else {
			fdrop(fp, td);
			error = ETOOMANYREFS;
		}
	}
	if (error != 0)
		rights_drop(sr, td);
	else
		*result = sr;
	return (error);
}

/*
 * After an error none of them is a descriptor.
 */
int
rights_give(struct thread *td, struct so_rights *sr, int *fds)
{
	int error = 0;
	u_int i;

	for (i = 0; i < sr->sr_count && error == 0; i++) {
		fhold(sr->sr_files[i]);
		error = fdalloc_slot(td, sr->sr_files[i], 0, &fds[i]);
		if (error != 0)
			fdrop(sr->sr_files[i], td);
	}
	if (error != 0)
		for (i--; i-- > 0;)
			(void)kern_close(td, fds[i]);
	return (error);
}
