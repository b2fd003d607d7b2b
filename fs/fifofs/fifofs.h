/*
 * FIFOs: pipes with a name.  The operations that a file system gives to its
 * nodes of type VFIFO, and those of the files that are opened of them.
 * Owned by fs/fifofs/fifo_vnops.c.
 */
#ifndef _FS_FIFOFS_FIFOFS_H_
#define	_FS_FIFOFS_FIFOFS_H_

#include <sys/types.h>

struct thread;
struct vnode;

/*
 * open(2) waits for the other side here, unless fflag has FNONBLOCK: EINTR,
 * ERESTART; ENXIO: a writer that does not wait, and nobody reads; ENFILE,
 * ENOMEM: no pipe.  Giant is held, and let go of meanwhile.
 */
int	fifo_open(struct vnode *, int fflag, struct thread *);
int	fifo_close(struct vnode *, int fflag, struct thread *);

#endif /* !_FS_FIFOFS_FIFOFS_H_ */
