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

#ifdef _KERNEL
struct thread;

/* A transfer under way: what is left of it. */
struct uio {
	struct	iovec *uio_iov;		/* the current buffer */
	int	uio_iovcnt;		/* buffers left */
	off_t	uio_offset;		/* in the file */
	ssize_t	uio_resid;		/* bytes left */
	enum	uio_seg uio_segflg;
	enum	uio_rw uio_rw;
	struct	thread *uio_td;		/* whose memory it is; NULL: no one's */
};

/* kern_subr.c: 0 or EFAULT.  They may fault: no mutex but Giant held. */
int	uiomove(void *kbuf, size_t n, struct uio *);
int	uiomove_whole(void *kbuf, size_t n, struct uio *); /* or nothing */
int	uiomove_zero(size_t n, struct uio *);	/* read zeros */
int	uiomove_skip(size_t n, struct uio *);	/* as if moved */

/*
 * In a loop that moves data with Giant: let others have it, and the
 * processor, after each UIO_BREATH bytes.  *next, which begins as
 * UIO_BREATHE(uio), says when.  With intr EINTR for a signal that the thread
 * would act on.  No other locks held.
 */
#define	UIO_BREATH	65536
#define	UIO_BREATHE(uio) ((uio)->uio_resid - UIO_BREATH)
int	uio_breathe_now(struct uio *, ssize_t *next, bool intr);

static __inline int
uio_breathe(struct uio *uio, ssize_t *next, bool intr)
{
	return (__predict_true(uio->uio_resid > *next) ?
		0 :
		uio_breathe_now(uio, next, intr));
}

/*
 * Describe a transfer of one buffer: len bytes at base, at offset off of
 * the file.  The iovec belongs to the caller and must live as long.
 */
static __inline void
uio_init(struct uio *uio, struct iovec *iov, void *base, size_t len,
    off_t off, enum uio_seg segflg, enum uio_rw rw, struct thread *td)
{
	iov->iov_base = base;
	iov->iov_len = len;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_offset = off;
	uio->uio_resid = len;
	uio->uio_segflg = segflg;
	uio->uio_rw = rw;
	uio->uio_td = td;
}
#else
__BEGIN_DECLS
ssize_t	readv(int, const struct iovec *, int);
ssize_t	writev(int, const struct iovec *, int);
__END_DECLS
#endif

#endif /* !_SYS_UIO_H_ */
