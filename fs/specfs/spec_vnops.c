/*
 * Device files: from the vnode to the driver that its device number
 * names.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/tty.h>
#include <sys/ttycom.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vnode.h>
#include <fs/specfs/specfs.h>

int
spec_open(struct vnode *vp, int fflag, struct thread *td)
{
	GIANT_REQUIRED;
	return (dev_open(vp->v_rdev, fflag, td));
}

int
spec_close(struct vnode *vp, int fflag, struct thread *td)
{
	GIANT_REQUIRED;
	return (dev_close(vp->v_rdev, fflag, td));
}

int
spec_read(struct vnode *vp, struct uio *uio, int ioflag)
{
	const struct cdevsw *sw = devsw(vp->v_rdev);

	GIANT_REQUIRED;
	if (sw == NULL)
		return (ENXIO);
	if (sw->d_read == NULL)
		return (ENODEV);
	return (uio->uio_resid == 0 ? 0 : sw->d_read(vp->v_rdev, uio, ioflag));
}

int
spec_write(struct vnode *vp, struct uio *uio, int ioflag)
{
	const struct cdevsw *sw = devsw(vp->v_rdev);

	GIANT_REQUIRED;
	if (sw == NULL)
		return (ENXIO);
	if (sw->d_write == NULL)
		return (ENODEV);
	return (uio->uio_resid == 0 ? 0 : sw->d_write(vp->v_rdev, uio, ioflag));
}

int
spec_ioctl(struct vnode *vp, u_long cmd, void *data, int fflag,
    struct thread *td)
{
	const struct cdevsw *sw = devsw(vp->v_rdev);
	int error;

	GIANT_REQUIRED;
	if (sw == NULL)
		return (ENXIO);
	if (sw->d_ioctl == NULL)
		return (ENOTTY);
	error = sw->d_ioctl(vp->v_rdev, cmd, data, fflag, td);
	if (error == 0 && cmd == TIOCSCTTY && (sw->d_flags & D_TTY) != 0)
		tty_set_vnode(td, vp);
	return (error);
}

int
spec_poll(struct vnode *vp, int events, struct thread *td)
{
	const struct cdevsw *sw = devsw(vp->v_rdev);

	GIANT_REQUIRED;
	if (sw == NULL)
		return (POLLHUP);
	if (sw->d_poll == NULL)
		return (events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM));
	return (sw->d_poll(vp->v_rdev, events, td));
}

int
spec_pathconf(struct vnode *vp, int name, register_t *result)
{
	switch (name) {
	case _PC_LINK_MAX:
		*result = LINK_MAX;
		return (0);
	case _PC_MAX_CANON:
		*result = MAX_CANON;
		return (0);
	case _PC_MAX_INPUT:
		*result = MAX_INPUT;
		return (0);
	case _PC_PIPE_BUF:
		*result = PIPE_BUF;
		return (0);
	case _PC_VDISABLE:
		*result = _POSIX_VDISABLE;
		return (0);
	case _PC_CHOWN_RESTRICTED:
		*result = 1;
		return (0);
	default:
		return (EINVAL);
	}
}

/*
 * Is it a terminal?
 */
bool
vn_isatty(struct vnode *vp)
{
	const struct cdevsw *sw;

	if (vp->v_type != VCHR)
		return (false);
	sw = devsw(vp->v_rdev);
	return (sw != NULL && (sw->d_flags & D_TTY) != 0);
}
