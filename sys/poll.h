/*
 * poll(2).
 */
#ifndef _SYS_POLL_H_
#define	_SYS_POLL_H_

#include <sys/cdefs.h>

typedef	unsigned int	nfds_t;

struct pollfd {
	int	fd;		/* descriptor; negative ones are skipped */
	short	events;		/* asked for */
	short	revents;	/* true now */
};

#define	POLLIN		0x0001	/* readable */
#define	POLLPRI		0x0002	/* urgent data */
#define	POLLOUT		0x0004	/* writable */
#define	POLLRDNORM	0x0040
#define	POLLWRNORM	POLLOUT
#define	POLLRDBAND	0x0080
#define	POLLWRBAND	0x0100
#define	POLLINIGNEOF	0x2000	/* as POLLIN, but not at end of file */

/* always reported */
#define	POLLERR		0x0008
#define	POLLHUP		0x0010
#define	POLLNVAL	0x0020

#define	POLLSTANDARD	(POLLIN | POLLPRI | POLLOUT | POLLRDNORM |	\
			 POLLRDBAND | POLLWRBAND | POLLERR | POLLHUP |	\
			 POLLNVAL)
#define	INFTIM		(-1)	/* wait for ever */

#ifdef _KERNEL
/* Of kevent's, for fo_poll: POLLHUP also if there will be no more this way. */
#define	POLLEND		0x10000
#else
__BEGIN_DECLS
int	poll(struct pollfd *, nfds_t, int);
__END_DECLS
#endif

#endif /* !_SYS_POLL_H_ */
