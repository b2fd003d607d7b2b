/*
 * Device files: the operations that a file system gives to its nodes of
 * type VCHR, so that they reach the driver.  Owned by
 * fs/specfs/spec_vnops.c.
 */
#ifndef _FS_SPECFS_SPECFS_H_
#define	_FS_SPECFS_SPECFS_H_

#include <sys/types.h>

struct thread;
struct uio;
struct vnode;

int	spec_open(struct vnode *, int fflag, struct thread *);
int	spec_close(struct vnode *, int fflag, struct thread *);
int	spec_read(struct vnode *, struct uio *, int ioflag);
int	spec_write(struct vnode *, struct uio *, int ioflag);
int	spec_ioctl(struct vnode *, u_long cmd, void *data, int fflag,
	    struct thread *);
int	spec_poll(struct vnode *, int events, struct thread *);
int	spec_pathconf(struct vnode *, int name, register_t *);

#endif /* !_FS_SPECFS_SPECFS_H_ */
