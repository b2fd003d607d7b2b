/*
 * Sockets: pairs of them, made by socketpair(2).
 */
#ifndef _SYS_SOCKET_H_
#define	_SYS_SOCKET_H_

#include <sys/types.h>
#include <sys/uio.h>

typedef	__uint8_t	sa_family_t;

/* types */
#define	SOCK_STREAM	1		/* bytes, in order */
#define	SOCK_DGRAM	2		/* messages */
#define	SOCK_RAW	3
#define	SOCK_RDM	4
#define	SOCK_SEQPACKET	5

/* families */
#define	AF_UNSPEC	0
#define	AF_UNIX		1		/* of this machine */
#define	AF_LOCAL	AF_UNIX
#define	AF_INET		2
#define	PF_UNSPEC	AF_UNSPEC
#define	PF_UNIX		AF_UNIX
#define	PF_LOCAL	AF_LOCAL

struct sockaddr {
	__uint8_t	sa_len;		/* bytes of it all */
	sa_family_t	sa_family;
	char		sa_data[14];
};

/* getsockopt(2) */
#define	SOL_SOCKET	0xffff
#define	SO_SNDBUF	0x1001		/* bytes that wait to be read */
#define	SO_RCVBUF	0x1002
#define	SO_ERROR	0x1007		/* and clear it */
#define	SO_TYPE		0x1008

/* flags of a message */
#define	MSG_OOB		0x1
#define	MSG_PEEK	0x2		/* leave it there */
#define	MSG_DONTROUTE	0x4
#define	MSG_EOR		0x8
#define	MSG_TRUNC	0x10		/* was longer than the buffer */
#define	MSG_CTRUNC	0x20		/* its control data were */
#define	MSG_WAITALL	0x40		/* until the buffer is full */
#define	MSG_DONTWAIT	0x80
#define	MSG_NOSIGNAL	0x20000		/* EPIPE without SIGPIPE */

struct msghdr {
	void		*msg_name;	/* address, or NULL */
	socklen_t	msg_namelen;
	struct iovec	*msg_iov;	/* the data */
	int		msg_iovlen;	/* iovecs */
	void		*msg_control;	/* cmsghdrs, or NULL */
	socklen_t	msg_controllen;	/* bytes of them */
	int		msg_flags;	/* of a message received */
};

/* One piece of control data; what it is about follows. */
struct cmsghdr {
	socklen_t	cmsg_len;	/* with this header */
	int		cmsg_level;	/* SOL_SOCKET */
	int		cmsg_type;	/* SCM_RIGHTS */
};
#define	SCM_RIGHTS	0x01		/* descriptors */

#define	__CMSG_ALIGN(n)	(((n) + sizeof(int) - 1) & ~(sizeof(int) - 1))
#define	CMSG_LEN(n)	(__CMSG_ALIGN(sizeof(struct cmsghdr)) + (n))
#define	CMSG_SPACE(n)	CMSG_LEN(__CMSG_ALIGN(n))
#define	CMSG_DATA(c)							\
	((unsigned char *)(c) + __CMSG_ALIGN(sizeof(struct cmsghdr)))
#define	CMSG_FIRSTHDR(m)						\
	((m)->msg_controllen >= sizeof(struct cmsghdr) ?		\
	(struct cmsghdr *)(m)->msg_control : (struct cmsghdr *)0)
#define	CMSG_NXTHDR(m, c)						\
	((char *)(c) + __CMSG_ALIGN((c)->cmsg_len) +			\
	sizeof(struct cmsghdr) >					\
	(char *)(m)->msg_control + (m)->msg_controllen ?		\
	(struct cmsghdr *)0 :						\
	(struct cmsghdr *)(void *)((char *)(c) +			\
	__CMSG_ALIGN((c)->cmsg_len)))

#define	SHUT_RD		0		/* shutdown(2) */
#define	SHUT_WR		1
#define	SHUT_RDWR	2

#ifndef _KERNEL
__BEGIN_DECLS
int	getsockopt(int, int, int, void *, socklen_t *);
ssize_t	recv(int, void *, size_t, int);
ssize_t	recvfrom(int, void *, size_t, int, struct sockaddr *, socklen_t *);
ssize_t	recvmsg(int, struct msghdr *, int);
ssize_t	send(int, const void *, size_t, int);
ssize_t	sendmsg(int, const struct msghdr *, int);
ssize_t	sendto(int, const void *, size_t, int, const struct sockaddr *,
	    socklen_t);
int	shutdown(int, int);
int	socketpair(int, int, int, int *);
__END_DECLS
#endif

#endif /* !_SYS_SOCKET_H_ */
