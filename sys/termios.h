/*
 * Terminal modes.
 */
#ifndef _SYS_TERMIOS_H_
#define	_SYS_TERMIOS_H_

#include <sys/types.h>
#include <sys/ttycom.h>

/* special characters: indices of c_cc */
#define	VEOF		0
#define	VEOL		1
#define	VEOL2		2
#define	VERASE		3
#define	VWERASE		4
#define	VKILL		5
#define	VREPRINT	6
#define	VERASE2		7
#define	VINTR		8
#define	VQUIT		9
#define	VSUSP		10
#define	VDSUSP		11
#define	VSTART		12
#define	VSTOP		13
#define	VLNEXT		14
#define	VDISCARD	15
#define	VMIN		16
#define	VTIME		17
#define	VSTATUS		18
#define	NCCS		20

#define	_POSIX_VDISABLE	0xff		/* the character is switched off */
#define	CCEQ(val, c)	((c) == (val) && (val) != _POSIX_VDISABLE)

/* c_iflag: input */
#define	IGNBRK		0x00000001	/* ignore breaks */
#define	BRKINT		0x00000002	/* a break is an interrupt */
#define	IGNPAR		0x00000004	/* ignore parity errors */
#define	PARMRK		0x00000008	/* mark them */
#define	INPCK		0x00000010	/* check parity */
#define	ISTRIP		0x00000020	/* strip the eighth bit */
#define	INLCR		0x00000040	/* NL becomes CR */
#define	IGNCR		0x00000080	/* ignore CR */
#define	ICRNL		0x00000100	/* CR becomes NL */
#define	IXON		0x00000200	/* ^S and ^Q work */
#define	IXOFF		0x00000400
#define	IXANY		0x00000800	/* any character restarts output */
#define	IMAXBEL		0x00002000	/* bell when the queue is full */

/* c_oflag: output */
#define	OPOST		0x00000001	/* process it at all */
#define	ONLCR		0x00000002	/* NL becomes CR NL */
#define	OXTABS		0x00000004	/* tabs become spaces */
#define	TAB3		OXTABS
#define	ONOEOT		0x00000008	/* drop ^D */
#define	OCRNL		0x00000010	/* CR becomes NL */
#define	ONOCR		0x00000020	/* no CR in column 0 */
#define	ONLRET		0x00000040	/* NL returns the carriage */

/* c_cflag: the line */
#define	CIGNORE		0x00000001	/* ignore these flags */
#define	CSIZE		0x00000300
#define	CS5		0x00000000
#define	CS6		0x00000100
#define	CS7		0x00000200
#define	CS8		0x00000300
#define	CSTOPB		0x00000400	/* two stop bits */
#define	CREAD		0x00000800	/* receive */
#define	PARENB		0x00001000	/* parity */
#define	PARODD		0x00002000
#define	HUPCL		0x00004000	/* hang up on last close */
#define	CLOCAL		0x00008000	/* ignore the modem lines */
#define	CCTS_OFLOW	0x00010000
#define	CRTS_IFLOW	0x00020000
#define	CRTSCTS		(CCTS_OFLOW | CRTS_IFLOW)

/* c_lflag: what people see */
#define	ECHOKE		0x00000001	/* line kill erases the line */
#define	ECHOE		0x00000002	/* erase wipes the character out */
#define	ECHOK		0x00000004	/* NL after line kill */
#define	ECHO		0x00000008
#define	ECHONL		0x00000010	/* echo NL even without ECHO */
#define	ECHOPRT		0x00000020
#define	ECHOCTL		0x00000040	/* control characters as ^X */
#define	ISIG		0x00000080	/* INTR, QUIT, SUSP work */
#define	ICANON		0x00000100	/* input by lines */
#define	ALTWERASE	0x00000200
#define	IEXTEN		0x00000400	/* DISCARD and LNEXT work */
#define	EXTPROC		0x00000800
#define	TOSTOP		0x00400000	/* background output stops */
#define	FLUSHO		0x00800000	/* output is being dropped */
#define	NOKERNINFO	0x02000000	/* no status line on ^T */
#define	PENDIN		0x20000000
#define	NOFLSH		0x80000000	/* no flush after a signal */

typedef	unsigned int	tcflag_t;
typedef	unsigned char	cc_t;
typedef	unsigned int	speed_t;

struct termios {
	tcflag_t	c_iflag;
	tcflag_t	c_oflag;
	tcflag_t	c_cflag;
	tcflag_t	c_lflag;
	cc_t		c_cc[NCCS];
	speed_t		c_ispeed;	/* bits a second */
	speed_t		c_ospeed;
};

/* tcsetattr(3): when */
#define	TCSANOW		0		/* now */
#define	TCSADRAIN	1		/* after the output */
#define	TCSAFLUSH	2		/* and drop the input */
#define	TCSASOFT	0x10		/* leave the line's speed alone */

#define	TCIFLUSH	1		/* tcflush(3) */
#define	TCOFLUSH	2
#define	TCIOFLUSH	3
#define	TCOOFF		1		/* tcflow(3) */
#define	TCOON		2
#define	TCIOFF		3
#define	TCION		4

#define	B0		0
#define	B50		50
#define	B75		75
#define	B110		110
#define	B134		134
#define	B150		150
#define	B200		200
#define	B300		300
#define	B600		600
#define	B1200		1200
#define	B1800		1800
#define	B2400		2400
#define	B4800		4800
#define	B9600		9600
#define	B19200		19200
#define	B38400		38400
#define	B57600		57600
#define	B115200		115200
#define	B230400		230400

/* The default characters and modes. */
#define	CTRL(x)		((x) & 0x1f)
#define	CEOF		CTRL('d')
#define	CEOL		0xff
#define	CERASE		0x7f
#define	CERASE2		CTRL('h')
#define	CINTR		CTRL('c')
#define	CSTATUS		CTRL('t')
#define	CKILL		CTRL('u')
#define	CMIN		1
#define	CQUIT		0x1c		/* ^\ */
#define	CSUSP		CTRL('z')
#define	CTIME		0
#define	CDSUSP		CTRL('y')
#define	CSTART		CTRL('q')
#define	CSTOP		CTRL('s')
#define	CLNEXT		CTRL('v')
#define	CDISCARD	CTRL('o')
#define	CWERASE		CTRL('w')
#define	CREPRINT	CTRL('r')

#define	TTYDEF_IFLAG	(BRKINT | ICRNL | IMAXBEL | IXON | IXANY)
#define	TTYDEF_OFLAG	(OPOST | ONLCR)
#define	TTYDEF_LFLAG	(ECHO | ICANON | ISIG | IEXTEN | ECHOE | ECHOKE | \
			 ECHOCTL)
#define	TTYDEF_CFLAG	(CREAD | CS8 | HUPCL)
#define	TTYDEF_SPEED	B9600

#ifndef _KERNEL
__BEGIN_DECLS
speed_t	cfgetispeed(const struct termios *);
speed_t	cfgetospeed(const struct termios *);
void	cfmakeraw(struct termios *);
int	cfsetispeed(struct termios *, speed_t);
int	cfsetospeed(struct termios *, speed_t);
int	cfsetspeed(struct termios *, speed_t);
int	tcdrain(int);
int	tcflow(int, int);
int	tcflush(int, int);
int	tcgetattr(int, struct termios *);
pid_t	tcgetsid(int);
int	tcsendbreak(int, int);
int	tcsetattr(int, int, const struct termios *);
__END_DECLS
#endif

#endif /* !_SYS_TERMIOS_H_ */
