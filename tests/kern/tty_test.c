/*
 * The line discipline: a terminal that types what it is told, and whose
 * screen is a buffer.
 */
#include "fs_util.h"
#include "kern_util.h"
#include <sys/sx.h>
#include <sys/filio.h>
#include <sys/tty.h>
#include <sys/ttycom.h>

static struct tty tt;
static char	screen[512];
static u_int	nscreen;

static void
tt_putc(struct tty *tp, int c)
{
	if (nscreen < sizeof(screen) - 1)
		screen[nscreen++] = c;
	screen[nscreen] = '\0';
}

static const struct ttyops tt_ops = {
	.to_putc = tt_putc,
	.to_size = UINT_MAX,
};

static void
tt_init(void)
{
	tty_init(&tt, NODEV, &tt_ops);
	nscreen = 0;
	screen[0] = '\0';
}

/* Type; what comes on the screen is forgotten first. */
static void
type(const char *s)
{
	nscreen = 0;
	screen[0] = '\0';
	mtx_lock(&Giant);
	for (; *s != '\0'; s++)
		tty_input(&tt, (u_char)*s);
	mtx_unlock(&Giant);
}

/* Read without waiting: what has come, as a string, or "-EWOULDBLOCK". */
static const char *
take(size_t max)
{
	static char buf[128];
	struct iovec iov;
	struct uio uio;
	int error;

	max = MIN(max, sizeof(buf) - 1);
	uio_init(&uio, &iov, buf, max, 0, K, UIO_READ, curthread);
	error = CALL(tty_read(&tt, &uio, IO_NDELAY));
	if (error != 0)
		return (error == EWOULDBLOCK ? "-EWOULDBLOCK" : "-error");
	buf[max - uio.uio_resid] = '\0';
	return (buf);
}

#define	TAKES(t, max, text)	KTEST_EQ(t, strcmp(take(max), (text)), 0)
#define	SHOWS(t, text)		KTEST_EQ(t, strcmp(screen, (text)), 0)

static void
tty_lines(struct ktest *t)
{
	tt_init();
	type("abc");
	SHOWS(t, "abc");
	TAKES(t, 10, "-EWOULDBLOCK");
	type("\r");
	SHOWS(t, "\r\n");
	type("two\nthree");
	TAKES(t, 10, "abc\n");
	TAKES(t, 2, "tw");
	TAKES(t, 10, "o\n");
	TAKES(t, 10, "-EWOULDBLOCK");
}
KTEST(tty, tty_lines);

static void
tty_erase(struct ktest *t)
{
	tt_init();
	type("ab\x7f");
	SHOWS(t, "ab\b \b");
	type("\b\b\b"); /* no more than there is */
	SHOWS(t, "\b \b");
	type("\x01\x7f"); /* ^A is two wide */
	SHOWS(t, "^A\b \b\b \b");
	type("x\ty\x7f\x7f");
	SHOWS(t, "x\ty\b \b\b\b\b\b\b\b\b");
	type("z\n");
	TAKES(t, 10, "xz\n");
}
KTEST(tty, tty_erase);

static void
tty_kill(struct ktest *t)
{
	tt_init();
	type("one two  \x17"); /* ^W */
	SHOWS(t, "one two  \b \b\b \b\b \b\b \b\b \b");
	type("x\n");
	TAKES(t, 20, "one x\n");
	type("done\nabc\x15"); /* ^U leaves the line before alone */
	type("d\n");
	TAKES(t, 20, "done\n");
	TAKES(t, 20, "d\n");
	type("ab\x12"); /* ^R */
	SHOWS(t, "ab^R\r\nab");
	type("\n");
	TAKES(t, 20, "ab\n");
}
KTEST(tty, tty_kill);

static void
tty_eof(struct ktest *t)
{
	tt_init();
	type("\x04");
	SHOWS(t, "^D\b\b");
	TAKES(t, 10, ""); /* the end, once */
	TAKES(t, 10, "-EWOULDBLOCK");
	type("abc\x04");
	TAKES(t, 10, "abc");
	TAKES(t, 10, "-EWOULDBLOCK");
	/* a read that just fits does not leave an end behind */
	type("abc\x04");
	TAKES(t, 3, "abc");
	TAKES(t, 10, "-EWOULDBLOCK");
	type("abc\x04");
	TAKES(t, 2, "ab");
	TAKES(t, 10, "c");
	TAKES(t, 10, "-EWOULDBLOCK");
}
KTEST(tty, tty_eof);

static void
tty_literal(struct ktest *t)
{
	tt_init();
	type("\x16\x04\x16\x7f\x16\x03"); /* ^V ^D, ^V ^?, ^V ^C */
	SHOWS(t, "^\b^D^\b^?^\b^C");
	type("\n");
	TAKES(t, 10, "\x04\x7f\x03\n");
}
KTEST(tty, tty_literal);

/* ^C and ^\ throw away what has been typed. */
static void
tty_signals(struct ktest *t)
{
	tt_init();
	type("abc\x03");
	SHOWS(t, "abc^C");
	type("d\n");
	TAKES(t, 10, "d\n");
	tt.t_lflag |= NOFLSH;
	type("abc\x1a");
	SHOWS(t, "abc^Z");
	type("d\n");
	TAKES(t, 10, "abcd\n");
	tt.t_lflag &= ~ISIG;
	type("\x03\n");
	TAKES(t, 10, "\x03\n");
}
KTEST(tty, tty_signals);

static void
tty_flow(struct ktest *t)
{
	tt_init();
	type("\x13");
	KTEST_ASSERT(t, tt.t_state & TS_TTSTOP);
	type("\x11");
	KTEST_ASSERT(t, (tt.t_state & TS_TTSTOP) == 0);
	type("\x13"
	     "a"); /* IXANY */
	KTEST_ASSERT(t, (tt.t_state & TS_TTSTOP) == 0);
	tt.t_iflag &= ~IXON;
	type("\x13\n");
	KTEST_ASSERT(t, (tt.t_state & TS_TTSTOP) == 0);
	TAKES(t, 10, "a\x13\n");
}
KTEST(tty, tty_flow);

static void
tty_raw(struct ktest *t)
{
	struct termios tio;

	tt_init();
	type("left");
	tio = tt.t_termios;
	tio.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	tio.c_iflag &= ~(ICRNL | IXON);
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCSETA, &tio, FREAD, curthread)), 0);
	TAKES(t, 10, "left");
	TAKES(t, 10, "-EWOULDBLOCK");
	type("a\r\x03\x04\x7f");
	SHOWS(t, "");
	TAKES(t, 2, "a\r");
	TAKES(t, 10, "\x03\x04\x7f");
	tt.t_cc[VMIN] = 0;
	TAKES(t, 10, "");
	/* back to lines: what is there can be read at once */
	type("xy");
	tio.c_lflag |= ICANON;
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCSETA, &tio, FREAD, curthread)), 0);
	TAKES(t, 10, "xy");
}
KTEST(tty, tty_raw);

static void
tty_output_modes(struct ktest *t)
{
	struct iovec iov;
	struct uio uio;

	tt_init();
	tt.t_oflag |= OXTABS;
	uio_init(&uio, &iov, (void *)(uintptr_t) "ab\tc\n", 5, 0, K, UIO_WRITE,
	    curthread);
	KTEST_EQ(t, CALL(tty_write(&tt, &uio, 0)), 0);
	SHOWS(t, "ab      c\r\n");
	KTEST_EQ(t, tt.t_column, 0);
	tt.t_oflag &= ~OPOST;
	nscreen = 0;
	uio_init(&uio, &iov, (void *)(uintptr_t) "a\n", 2, 0, K, UIO_WRITE,
	    curthread);
	KTEST_EQ(t, CALL(tty_write(&tt, &uio, 0)), 0);
	SHOWS(t, "a\n");
}
KTEST(tty, tty_output_modes);

/* A line longer than the queue: no byte is lost but those that beeped. */
static void
tty_overflow(struct ktest *t)
{
	int i, n = 0;

	tt_init();
	for (i = 0; i < TTY_QSIZE + 100; i++)
		type("x");
	SHOWS(t, "\a");
	type("\n");
	SHOWS(t, "\r\n");
	KTEST_EQ(t, CALL((int)tty_readable(&tt)), TTY_QSIZE);
	for (i = 0; i < TTY_QSIZE; i += 64)
		n += strlen(take(64));
	KTEST_EQ(t, n, TTY_QSIZE);
	TAKES(t, 10, "-EWOULDBLOCK");
}
KTEST(tty, tty_overflow);

static void
tty_ioctls(struct ktest *t)
{
	struct winsize ws = { 30, 100, 0, 0 }, got = { 0 };
	int n = 0;

	tt_init();
	type("abc\nde");
	KTEST_EQ(t, CALL(tty_ioctl(&tt, FIONREAD, &n, FREAD, curthread)), 0);
	KTEST_EQ(t, n, 4);
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCSWINSZ, &ws, FREAD, curthread)), 0);
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCGWINSZ, &got, FREAD, curthread)),
	    0);
	KTEST_EQ(t, got.ws_col, 100);
	/* not the caller's own terminal */
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCGPGRP, &n, FREAD, curthread)),
	    ENOTTY);
	n = 1;
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCSPGRP, &n, FREAD, curthread)),
	    ENOTTY);
	KTEST_EQ(t, CALL(tty_ioctl(&tt, 12345, &n, FREAD, curthread)), ENOTTY);
	n = 0;
	KTEST_EQ(t, CALL(tty_ioctl(&tt, TIOCFLUSH, &n, FREAD, curthread)), 0);
	TAKES(t, 10, "-EWOULDBLOCK");
}
KTEST(tty, tty_ioctls);

/*
 * A long write goes out in pieces, between which the kernel's messages may
 * come.  A new piece has begun when more of the write has been taken.
 */
static struct uio long_uio;
static ssize_t	long_left;		/* of it, at the last character */
static u_int	long_parted;		/* pieces that began within a line */
static int	long_last;		/* the last character */

static void
long_putc(struct tty *tp, int c)
{
	if (long_left != long_uio.uio_resid && long_last != '\n')
		long_parted++;
	long_left = long_uio.uio_resid;
	long_last = c;
}

static const struct ttyops long_ops = {
	.to_putc = long_putc,
	.to_size = UINT_MAX,
	.to_console = true,
};

static void
tty_long_lines(struct ktest *t)
{
	static char text[4000];
	struct iovec iov;
	u_int i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = i % 500 == 499 ? '\n' : 'x';
	tt_init();
	tt.t_ops = &long_ops;
	uio_init(&long_uio, &iov, text, sizeof(text), 0, K, UIO_WRITE,
	    curthread);
	long_parted = 0;
	long_last = '\n';
	long_left = long_uio.uio_resid;
	KTEST_EQ(t, CALL(tty_write(&tt, &long_uio, 0)), 0);
	KTEST_EQ(t, long_uio.uio_resid, 0);
	KTEST_EQ(t, long_parted, 0);
}
KTEST(tty, tty_long_lines);

/*
 * All opens of a terminal end while it is written to: as if revoke(2) had
 * come when the writer had let go of Giant.
 */
static void
closing_putc(struct tty *tp, int c)
{
	if (nscreen == 0)
		tty_close(tp);
	tt_putc(tp, c);
}

static const struct ttyops closing_ops = {
	.to_putc = closing_putc,
	.to_size = UINT_MAX,
};

static void
tty_write_revoked(struct ktest *t)
{
	static char text[4000];
	struct iovec iov;
	struct uio uio;

	memset(text, 'x', sizeof(text));
	tt_init();
	tt.t_ops = &closing_ops;
	uio_init(&uio, &iov, text, sizeof(text), 0, K, UIO_WRITE, curthread);
	KTEST_EQ(t, CALL(tty_write(&tt, &uio, 0)), ERESTART);
	KTEST_ASSERT(t, uio.uio_resid > 0);
}
KTEST(tty, tty_write_revoked);

static volatile int ctty_error;

static void
takes_ctty(void *arg)
{
	ctty_error = CALL(tty_ioctl(&tt, TIOCSCTTY, NULL, 0, curthread));
}

/* They end while somebody waits to take it for his session. */
static void
tty_ctty_revoked(struct ktest *t)
{
	struct helper h;

	tt_init();
	ctty_error = -1;
	if (!helper_make(t, &h, takes_ctty, NULL))
		return;
	sx_xlock(&proctree_lock);
	helper_go(&h, 0);
	KTEST_ASSERT(t, WAIT_UNTIL(KTEST_PEEK(h.p->p_thread.td_wchan) != NULL));
	CALL((tty_close(&tt), 0));
	sx_xunlock(&proctree_lock);
	helper_wait(t, &h);
	KTEST_EQ(t, ctty_error, ERESTART);
	KTEST_ASSERT(t, tt.t_session == NULL);
}
KTEST(tty, tty_ctty_revoked);
