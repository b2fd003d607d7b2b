/*
 * Descriptor sets for select(2).
 */
#ifndef _SYS_SELECT_H_
#define	_SYS_SELECT_H_

#include <sys/cdefs.h>

typedef	unsigned long	__fd_mask;
typedef	__fd_mask	fd_mask;

/* A program may define this larger before it includes any header. */
#ifndef FD_SETSIZE
#define	FD_SETSIZE	1024U
#endif

#define	_NFDBITS	(sizeof(__fd_mask) * 8)
#define	NFDBITS		_NFDBITS
#define	_howmany_fds(x)	(((x) + (_NFDBITS - 1)) / _NFDBITS)

typedef struct fd_set {
	__fd_mask	__fds_bits[_howmany_fds(FD_SETSIZE)];
} fd_set;
#define	fds_bits	__fds_bits

#define	__fdset_mask(n)	((__fd_mask)1 << ((unsigned)(n) % _NFDBITS))
#define	__fdset_word(n)	((unsigned)(n) / _NFDBITS)
#define	FD_SET(n, p)							\
	((p)->__fds_bits[__fdset_word(n)] |= __fdset_mask(n))
#define	FD_CLR(n, p)							\
	((p)->__fds_bits[__fdset_word(n)] &= ~__fdset_mask(n))
#define	FD_ISSET(n, p)							\
	(((p)->__fds_bits[__fdset_word(n)] & __fdset_mask(n)) != 0)
#define	FD_COPY(f, t)	(void)(*(t) = *(f))
#define	FD_ZERO(p) do {							\
	fd_set *__p = (p);						\
	unsigned __n = _howmany_fds(FD_SETSIZE);			\
	while (__n > 0)							\
		__p->__fds_bits[--__n] = 0;				\
} while (0)

#ifndef _KERNEL
struct timeval;

__BEGIN_DECLS
int	select(int, fd_set *, fd_set *, fd_set *, struct timeval *);
__END_DECLS
#endif

#endif /* !_SYS_SELECT_H_ */
