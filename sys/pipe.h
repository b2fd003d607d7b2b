/*
 * Pipes: a ring of bytes with a reading and a writing end.
 *
 * Owned by kern/sys_pipe.c.
 *
 * Lock key
 *	p  pipe_mtx
 *	l  the owner of the I/O lock of that direction
 * "p + l": the mutex or either I/O lock to read, all of them to write.
 */
#ifndef _SYS_PIPE_H_
#define	_SYS_PIPE_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/selinfo.h>
#include <sys/timespec.h>

struct file;
struct thread;
struct uio;
struct vnode;

#define	PIPE_SIZE	16384		/* most bytes of the ring */
#define	PIPE_SMALL	4096		/* what it begins with */

/* pipe_state */
#define	PIPE_WANTR	0x01		/* a reader sleeps */
#define	PIPE_WANTW	0x02		/* a writer sleeps */
#define	PIPE_RLOCK	0x04		/* a read is copying */
#define	PIPE_WLOCK	0x08		/* a write is copying */
#define	PIPE_LWANT	0x10		/* somebody sleeps for one of them */
#define	PIPE_READER	0x20		/* the reading end is open */
#define	PIPE_WRITER	0x40		/* the writing end is open */
#define	PIPE_FRESH	0x80		/* FIFO: nobody has written yet */
#define	PIPE_STUCK	0x100		/* no memory for a larger ring */

struct pipe {
	struct	mtx pipe_mtx;
	u_int	pipe_state;		/* (p) PIPE_* */
	u_int	pipe_cnt;		/* (p) bytes in the ring */
	u_int	pipe_in;		/* (l) where the next one goes */
	u_int	pipe_out;		/* (l) where the next one is */
	u_int	pipe_size;		/* (p + l) bytes of the ring, 2^n */
	char	*pipe_buf;		/* (p + l) the ring */
	struct	selinfo pipe_rsel;
	struct	selinfo pipe_wsel;
	struct	timespec pipe_atime;	/* (p) */
	struct	timespec pipe_mtime;	/* (p) */
	struct	timespec pipe_ctime;	/* constant */
	ino_t	pipe_ino;		/* constant */
	/* of a FIFO */
	struct	vnode *pipe_vnode;	/* constant; it refers to us */
	u_int	pipe_readers;		/* (p) who has it open to read */
	u_int	pipe_writers;		/* (p) and to write */
	u_int	pipe_rgen;		/* (p) opened so often to read */
	u_int	pipe_wgen;		/* (p) and to write */
};

/*
 * For FIFOs: a pipe with both ends (ENFILE, ENOMEM), its end, and word that
 * an end is gone, with the mutex held; and what a file does with a pipe.
 */
int	pipe_create(struct pipe **);
void	pipe_destroy(struct pipe *);
void	pipe_hangup(struct pipe *, u_int ends);
int	pipe_read(struct file *, struct uio *, int, struct thread *);
int	pipe_write(struct file *, struct uio *, int, struct thread *);
int	pipe_ioctl(struct file *, u_long, void *, struct thread *);
int	pipe_poll(struct file *, int, struct thread *);

#endif /* _KERNEL */
#endif /* !_SYS_PIPE_H_ */
