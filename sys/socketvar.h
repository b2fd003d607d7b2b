/*
 * The kernel's side of sockets.  The two ends of a pair lie in one
 * structure, under one mutex.
 *
 * Owned by kern/uipc_socket.c; descriptors under way by kern/uipc_usrreq.c.
 *
 * Lock key
 *	p  sp_mtx
 *	r  rights_mtx
 *	n  atomic
 *	b  constant
 */
#ifndef _SYS_SOCKETVAR_H_
#define	_SYS_SOCKETVAR_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/selinfo.h>

struct file;
struct socket;
struct sockpair;
struct thread;
struct uio;

/* so_state */
#define	SS_CLOSED	0x01		/* nobody has this end any more */
#define	SS_CANTSEND	0x02		/* shut down for writing */
#define	SS_CANTRCV	0x04		/* shut down for reading */
#define	SS_RLOCK	0x08		/* a read is under way */
#define	SS_WLOCK	0x10		/* a write is under way */

#define	SO_HIWAT	16384		/* most bytes that wait, with headers */
#define	SO_CHUNK	4096		/* most bytes of one message; stream */
#define	SO_MAXDGRAM	2048		/* of a datagram */
#define	SO_MAXRIGHTS	64		/* descriptors of one message */
#define	SO_MAXCONTROL	1024		/* bytes of control data */

/* Files on their way; owned by the message they are in. */
struct so_rights {
	struct	socket *sr_to;		/* (b) who is to get them */
	u_int	sr_count;		/* (b) files */
	struct	file *sr_files[SO_MAXRIGHTS]; /* (b) a reference each */
};

/* Bytes that wait to be read; all is (b) but the link and m_off. */
struct so_msg {
	STAILQ_ENTRY(so_msg) m_link;	/* (p) */
	struct	so_rights *m_rights;	/* or NULL */
	u_int	m_len;			/* bytes */
	u_int	m_off;			/* (p) of these, read already */
	char	m_data[];
};

struct socket {
	struct	sockpair *so_pair;	/* (b) */
	u_int	so_state;		/* (p) SS_* */
	STAILQ_HEAD(, so_msg) so_rcv;	/* (p) to be read here */
	u_int	so_cc;			/* (p) bytes of it, with headers */
	struct	selinfo so_rsel;	/* who waits to read */
	struct	selinfo so_wsel;	/* who waits to write */
	u_int	so_inflight;		/* (r) on its way so often */
	u_int	so_carries;		/* (r) sockets on their way to here */
};

struct sockpair {
	struct	mtx sp_mtx;
	volatile u_int sp_refs;		/* (n) open ends */
	int	sp_type;		/* (b) SOCK_STREAM, SOCK_DGRAM */
	ino_t	sp_ino;			/* (b) of the first end */
	time_t	sp_ctime;		/* (b) */
	struct	socket sp_so[2];
};

extern const struct fileops socketops;

/*
 * uipc_socket.c
 *
 * Send or receive; nowait: EAGAIN instead of a sleep.  What rights points
 * to is taken over once it is on its way, and set to NULL.  msgflags: what
 * recvmsg(2) answers.  Errors of send(2) and recv(2).
 */
int	so_send(struct socket *, struct uio *, struct so_rights **rights,
	    bool nowait);
int	so_recv(struct socket *, struct uio *, int flags, bool nowait,
	    struct so_rights **rights, int *msgflags);
int	so_shutdown(struct socket *, int how);
int	so_pair(struct thread *, int type, int *fds);
struct	socket *so_peer(struct socket *);

/*
 * uipc_usrreq.c
 *
 * rights_take() makes control data of the user's into files on their way to
 * a socket: EBADF, EINVAL, ENOMEM, ETOOMANYREFS.  rights_give() makes them
 * descriptors of the current process: EMFILE, ENOMEM.  rights_drop() closes
 * them: NULL-safe, sleeps, no locks.
 */
int	rights_take(struct thread *, struct socket *to, const char *control,
	    u_int len, struct so_rights **);
int	rights_give(struct thread *, struct so_rights *, int *fds);
void	rights_drop(struct so_rights *, struct thread *);

#endif /* _KERNEL */
#endif /* !_SYS_SOCKETVAR_H_ */
