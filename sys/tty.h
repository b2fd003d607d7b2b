/*
 * Terminals and their line discipline.
 *
 * Owned by kern/tty.c.  All of it is guarded by Giant, which every entry
 * asserts; t_session and t_pgrp stay valid under it, because a session or
 * group that goes away takes Giant to clear them.
 */
#ifndef _SYS_TTY_H_
#define	_SYS_TTY_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/selinfo.h>
#include <sys/termios.h>

struct pgrp;
struct proc;
struct session;
struct thread;
struct tty;
struct uio;
struct vnode;

#define	TTY_QSIZE	1024		/* characters of input; 2^n */

/*
 * A queue of input, a ring whose indices run freely (mod TTY_QSIZE).  In
 * canonical mode complete lines lie from tq_head to tq_lines, and what is
 * still being edited from there to tq_tail.
 */
struct ttyq {
	u_int	tq_head;		/* the next to be read */
	u_int	tq_lines;		/* behind the last complete line */
	u_int	tq_tail;		/* behind the last one */
	u_short	tq_buf[TTY_QSIZE];	/* characters and TTYC_* */
};
#define	TTYC_CHAR	0x00ff
#define	TTYC_END	0x0100		/* a line ends with it */
#define	TTYC_EOF	0x0200		/* ^D: not part of the line */
#define	TTYC_QUOTE	0x0400		/* literal (^V): no editing */

/* t_state */
#define	TS_ISOPEN	0x0001
#define	TS_TTSTOP	0x0002		/* output stopped by ^S */
#define	TS_LNCH		0x0004		/* the next character is literal */
#define	TS_EXCL		0x0008		/* TIOCEXCL: no more opens */
#define	TS_GONE		0x0010		/* the line is cut: tty_hangup() */

/*
 * What is at the other end of the line; the functions have Giant.  A
 * console takes each character at once and has to_putc only.
 */
struct ttyops {
	void	(*to_putc)(struct tty *, int c);
	u_int	(*to_queued)(const struct tty *); /* not taken yet */
	void	(*to_flush)(struct tty *);	/* forget them */
	void	(*to_taken)(struct tty *);	/* input has been read */
	u_int	to_size;		/* most that can be queued */
	bool	to_console;		/* the kernel's messages go there too */
};

struct tty {
	struct	ttyq t_in;
	struct	termios t_termios;
	struct	winsize t_winsize;
	int	t_state;		/* TS_* */
	u_int	t_gen;			/* last closes so far */
	int	t_column;		/* of the cursor */
	int	t_rocol;		/* where the line being edited began */
	dev_t	t_dev;
	struct	session *t_session;	/* it controls, a reference; or NULL */
	struct	pgrp *t_pgrp;		/* in the foreground, or NULL */
	struct	selinfo t_rsel;
	struct	selinfo t_wsel;
	const struct ttyops *t_ops;	/* constant */
};
#define	t_iflag	t_termios.c_iflag
#define	t_oflag	t_termios.c_oflag
#define	t_cflag	t_termios.c_cflag
#define	t_lflag	t_termios.c_lflag
#define	t_cc	t_termios.c_cc

/* tty.c */
void	tty_init(struct tty *, dev_t, const struct ttyops *);
int	tty_open(struct tty *, int fflag, struct thread *);
int	tty_close(struct tty *);
int	tty_read(struct tty *, struct uio *, int ioflag);
int	tty_write(struct tty *, struct uio *, int ioflag);
int	tty_ioctl(struct tty *, u_long cmd, void *data, int fflag,
	    struct thread *);
int	tty_poll(struct tty *, int events, struct thread *);
int	tty_ioctl_modes(struct tty *, u_long cmd, void *data, int fflag,
	    struct thread *);		/* without job control */
void	tty_hangup(struct tty *);	/* the other end is gone for good */
void	tty_wakeup(struct tty *);	/* input, or output may go on */
void	tty_signal(struct tty *, int sig);	/* to the foreground */
void	tty_set_vnode(struct thread *, struct vnode *);	/* TIOCSCTTY */

/* tty_disc.c: the line discipline */
void	tty_input(struct tty *, int c);	/* a character has come */
void	tty_output(struct tty *, int c);	/* write one, with OPOST */
void	tty_flush_input(struct tty *);
u_int	tty_readable(const struct tty *);	/* bytes for read(2) now */
u_int	tty_queued(const struct tty *);	/* characters put out, not taken */
bool	tty_canput(const struct tty *);	/* room for a character's output */
bool	tty_caninput(const struct tty *);	/* of no use to wait */
int	tty_getc(struct tty *);		/* take one, with TTYC_*; or -1 */
int	tty_peekc(const struct tty *);	/* look at it; or -1 */
void	tty_setcanon(struct tty *, bool);	/* ICANON changes to that */

/* A session leader exits: hang up its terminal.  Giant held. */
void	tty_session_exit(struct session *);
/* A group is about to be freed.  proctree_lock held; takes Giant. */
void	tty_pgrp_gone(struct pgrp *);
/* Device and foreground group of a session's terminal.  proctree_lock. */
void	tty_describe(struct session *, dev_t *, pid_t *);

#endif /* _KERNEL */
#endif /* !_SYS_TTY_H_ */
