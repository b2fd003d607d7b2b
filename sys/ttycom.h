/*
 * ioctl(2) commands of terminals.
 */
#ifndef _SYS_TTYCOM_H_
#define	_SYS_TTYCOM_H_

#include <sys/ioccom.h>

/* Size of the window; it is kept by the kernel and used by programs. */
struct winsize {
	unsigned short	ws_row;		/* characters */
	unsigned short	ws_col;
	unsigned short	ws_xpixel;	/* pixels */
	unsigned short	ws_ypixel;
};

/* The commands that carry a termios need <sys/termios.h> beside this. */
#define	TIOCEXCL	_IO('t', 13)		/* exclusive use */
#define	TIOCNXCL	_IO('t', 14)
#define	TIOCFLUSH	_IOW('t', 16, int)	/* drop input, output */
#define	TIOCGETA	_IOR('t', 19, struct termios)
#define	TIOCSETA	_IOW('t', 20, struct termios)
#define	TIOCSETAW	_IOW('t', 21, struct termios)	/* after output */
#define	TIOCSETAF	_IOW('t', 22, struct termios)	/* and drop input */
#define	TIOCGETD	_IOR('t', 26, int)	/* line discipline */
#define	TIOCSETD	_IOW('t', 27, int)
#define	TIOCPTMASTER	_IO('t', 28)		/* is it a pty's master? */
#define	TIOCDRAIN	_IO('t', 94)		/* wait for the output */
#define	TIOCSCTTY	_IO('t', 97)		/* my controlling terminal */
#define	TIOCCONS	_IOW('t', 98, int)	/* become the console */
#define	TIOCGSID	_IOR('t', 99, int)	/* session id */
#define	TIOCSTAT	_IO('t', 101)		/* status line, as ^T */
#define	TIOCSWINSZ	_IOW('t', 103, struct winsize)
#define	TIOCGWINSZ	_IOR('t', 104, struct winsize)
#define	TIOCMGET	_IOR('t', 106, int)	/* modem lines */
#define	TIOCSTART	_IO('t', 110)		/* as ^Q */
#define	TIOCSTOP	_IO('t', 111)		/* as ^S */
#define	TIOCNOTTY	_IO('t', 113)		/* give up the terminal */
#define	TIOCSTI		_IOW('t', 114, char)	/* simulate input */
#define	TIOCOUTQ	_IOR('t', 115, int)	/* bytes of output waiting */
#define	TIOCSPGRP	_IOW('t', 118, int)	/* foreground group */
#define	TIOCGPGRP	_IOR('t', 119, int)
#define	TIOCCDTR	_IO('t', 120)
#define	TIOCSDTR	_IO('t', 121)
#define	TIOCCBRK	_IO('t', 122)
#define	TIOCSBRK	_IO('t', 123)

#define	TTYDISC		0			/* the only discipline */

#endif /* !_SYS_TTYCOM_H_ */
