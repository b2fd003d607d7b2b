/*
 * Moving data between the kernel and whoever asked for it: struct uio.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/uio.h>

/*
 * Copy one piece, which lies in one buffer, in the direction of the
 * transfer.
 */
static __inline int
uio_copy(void *kbuf, size_t n, struct iovec *iov, struct uio *uio)
{
	switch (uio->uio_segflg) {
	case UIO_USERSPACE:
		if (uio->uio_rw == UIO_READ)
			return (copyout(kbuf, iov->iov_base, n));
		return (copyin(iov->iov_base, kbuf, n));
	case UIO_SYSSPACE:
		if (uio->uio_rw == UIO_READ)
			memcpy(iov->iov_base, kbuf, n);
		else
			memcpy(kbuf, iov->iov_base, n);
		return (0);
	case UIO_NOCOPY:
		return (0);
	}
	panic("uiomove: segment flag %d", uio->uio_segflg);
}

/*
 * The piece of at most n bytes that comes next, or 0 when the transfer is
 * complete.  Steps over buffers that are used up.
 */
static size_t
uio_piece(struct uio *uio, size_t n)
{
	if (n > (size_t)uio->uio_resid)
		n = uio->uio_resid;
	if (n == 0)
		return (0);
	while (uio->uio_iov->iov_len == 0) {
		uio->uio_iov++;
		uio->uio_iovcnt--;
		KASSERT(uio->uio_iovcnt > 0,
		    ("uio: %zd bytes, no buffer", uio->uio_resid));
	}
	return (n < uio->uio_iov->iov_len ? n : uio->uio_iov->iov_len);
}

static void
uio_advance(struct uio *uio, size_t n)
{
	struct iovec *iov = uio->uio_iov;

	iov->iov_base = (char *)iov->iov_base + n;
	iov->iov_len -= n;
	uio->uio_resid -= n;
	uio->uio_offset += n;
}

/*
 * Move n bytes, or as many as the transfer still wants, between kbuf and
 * the transfer's buffers; the direction is the transfer's.  After EFAULT
 * uio_resid says what has been moved in whole pieces.
 */
int
uiomove(void *kbuf, size_t n, struct uio *uio)
{
	char *p = kbuf;
	size_t piece;
	int error;

	KASSERT(uio->uio_segflg != UIO_USERSPACE || uio->uio_td == curthread,
	    ("uiomove: memory of another thread"));
	if (n > (size_t)uio->uio_resid)
		n = uio->uio_resid;
	if (n <= uio->uio_iov->iov_len) {
		/* the common case: all of it in one piece */
		error = uio_copy(p, n, uio->uio_iov, uio);
		if (error == 0)
			uio_advance(uio, n);
		return (error);
	}
	while ((piece = uio_piece(uio, n)) > 0) {
		error = uio_copy(p, piece, uio->uio_iov, uio);
		if (error != 0)
			return (error);
		uio_advance(uio, piece);
		p += piece;
		n -= piece;
	}
	return (0);
}

/*
 * The same for what is of no use in part: after an error the transfer wants
 * as much as before, and must not go on.
 */
int
uiomove_whole(void *kbuf, size_t n, struct uio *uio)
{
	ssize_t before = uio->uio_resid;
	int error;

	error = uiomove(kbuf, n, uio);
	if (error != 0)
		uio->uio_resid = before;
	return (error);
}

/*
 * Give the reader n zeros.
 */
int
uiomove_zero(size_t n, struct uio *uio)
{
	static char zeros[512];
	size_t piece;
	int error;

	KASSERT(uio->uio_rw == UIO_READ, ("uiomove_zero: not a read"));
	while (n > 0 && uio->uio_resid > 0) {
		piece = MIN(n, sizeof(zeros));
		/* a read does not change what it copies from */
		error = uiomove(zeros, piece, uio);
		if (error != 0)
			return (error);
		n -= piece;
	}
	return (0);
}

/*
 * Count n bytes as moved without touching any memory.
 */
int
uiomove_skip(size_t n, struct uio *uio)
{
	size_t piece;

	while ((piece = uio_piece(uio, n)) > 0) {
		uio_advance(uio, piece);
		n -= piece;
	}
	return (0);
}

/*
 * See uio.h.
 */
int
uio_breathe_now(struct uio *uio, ssize_t *next, bool intr)
{
	GIANT_REQUIRED;
	if (uio->uio_resid == 0)
		return (0);
	*next = UIO_BREATHE(uio);
	return (breathe(intr));
}

/*
 * Copy a string within the kernel: at most len bytes with its NUL.
 * *done, if wanted: the bytes copied.  0 or ENAMETOOLONG.
 */
int
copystr(const void *from, void *to, size_t len, size_t *done)
{
	const char *nul = memchr(from, '\0', len);
	size_t n = len;

	if (nul != NULL)
		n = nul + 1 - (const char *)from;
	memcpy(to, from, n);
	if (done != NULL)
		*done = n;
	return (nul != NULL ? 0 : ENAMETOOLONG);
}
