/*
 * Scatter and gather I/O.
 */
#ifndef _SYS_UIO_H_
#define	_SYS_UIO_H_

#include <sys/types.h>

struct iovec {
	void	*iov_base;	/* start */
	size_t	iov_len;	/* bytes */
};

/* The direction of a transfer, and where its buffers are. */
enum uio_rw { UIO_READ, UIO_WRITE };
enum uio_seg {
	UIO_USERSPACE,		/* in the user's memory */
	UIO_SYSSPACE,		/* in the kernel's */
	UIO_NOCOPY		/* nowhere: do not copy */
};

#define	UIO_MAXIOV	1024	/* most iovecs of one call */

#ifndef _KERNEL
__BEGIN_DECLS
ssize_t	readv(int, const struct iovec *, int);
ssize_t	writev(int, const struct iovec *, int);
__END_DECLS
#endif

#endif /* !_SYS_UIO_H_ */
