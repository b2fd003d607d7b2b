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
struct uio;

#define	TTY_QSIZE	1024		/* bytes of an input queue; 2^n */

/*
 * A queue of input.  In canonical mode the lines that are complete come
 * first; bytes behind tq_lines are still being edited.  tq_quote marks
 * bytes that the line editor must take as they are.
 */
struct ttyq {
	u_int	tq_head;		/* index of the first byte, mod size */
	u_int	tq_tail;		/* behind the last byte */
	u_int	tq_lines;		/* behind the last complete line */
	u_char	tq_buf[TTY_QSIZE];
	u_char	tq_mark[TTY_QSIZE / 8];	/* ends of lines */
	u_char	tq_quote[TTY_QSIZE / 8];
};

/* t_state */
#define	TS_ISOPEN	0x0001
#define	TS_TTSTOP	0x0002		/* output stopped by ^S */
#define	TS_LNCH		0x0004		/* next character is literal */
#define	TS_GONE		0x0008		/* hung up */
#define	TS_EXCL		0x0010		/* TIOCEXCL */

struct tty {
	struct	ttyq t_in;
	struct	termios t_termios;
	struct	winsize t_winsize;
	int	t_state;		/* TS_* */
	int	t_column;		/* of the cursor */
	int	t_rocol;		/* column where the input line began */
	dev_t	t_dev;
	struct	session *t_session;	/* it controls, a reference; or NULL */
	struct	pgrp *t_pgrp;		/* in the foreground, or NULL */
	struct	selinfo t_rsel;
	struct	selinfo t_wsel;
	u_int	t_gen;			/* counts changes of the session */
	void	(*t_putc)(struct tty *, int c);
};
#define	t_iflag	t_termios.c_iflag
#define	t_oflag	t_termios.c_oflag
#define	t_cflag	t_termios.c_cflag
#define	t_lflag	t_termios.c_lflag
#define	t_cc	t_termios.c_cc

void	tty_init(struct tty *, dev_t, void (*)(struct tty *, int));
int	tty_open(struct tty *, int fflag, struct thread *);
int	tty_close(struct tty *);
int	tty_read(struct tty *, struct uio *, int ioflag);
int	tty_write(struct tty *, struct uio *, int ioflag);
int	tty_ioctl(struct tty *, u_long cmd, void *data, int fflag,
	    struct thread *);
int	tty_poll(struct tty *, int events, struct thread *);
void	tty_input(struct tty *, int c);	/* a character has come */

/* A session leader exits: hang up its terminal.  Giant held. */
void	tty_session_exit(struct session *);
/* A group is about to be freed.  proctree_lock held; takes Giant. */
void	tty_pgrp_gone(struct pgrp *);

#endif /* _KERNEL */
#endif /* !_SYS_TTY_H_ */
