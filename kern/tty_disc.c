/*
 * The line discipline of terminals: what a character that comes in does,
 * and how output looks.  It knows nothing of processes; signals and
 * sleepers are tty.c's.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/signal.h>
#include <sys/tty.h>

#define	TTY_WIDEST	8		/* what a character may become: a tab */

#define	QCHAR(tp, i)	((tp)->t_in.tq_buf[(i) % TTY_QSIZE])

static void	tty_echo(struct tty *tp, int c);
static void	tty_reprint(struct tty *tp);

/*
 * The queue.
 */

static bool
tty_qfull(const struct tty *tp, u_int spare)
{
	return (tp->t_in.tq_tail - tp->t_in.tq_head >= TTY_QSIZE - spare);
}

static void
tty_qput(struct tty *tp, int c)
{
	KASSERT(!tty_qfull(tp, 0), ("tty_qput: queue is full"));
	QCHAR(tp, tp->t_in.tq_tail) = c;
	tp->t_in.tq_tail++;
}

void
tty_flush_input(struct tty *tp)
{
	GIANT_REQUIRED;
	tp->t_in.tq_head = tp->t_in.tq_lines = tp->t_in.tq_tail;
	tp->t_state &= ~TS_LNCH;
}

/*
 * Where that ends which read(2) may have.
 */
static u_int
tty_qend(const struct tty *tp)
{
	return (tp->t_lflag & ICANON ? tp->t_in.tq_lines : tp->t_in.tq_tail);
}

u_int
tty_readable(const struct tty *tp)
{
	GIANT_REQUIRED;
	return (tty_qend(tp) - tp->t_in.tq_head);
}

/*
 * For who can wait with the next character: a full queue loses it, but a
 * line that fills the queue will never be read before it ends.
 */
bool
tty_caninput(const struct tty *tp)
{
	GIANT_REQUIRED;
	return (!tty_qfull(tp, 2) || tty_readable(tp) == 0);
}

int
tty_peekc(const struct tty *tp)
{
	return (tty_readable(tp) == 0 ? -1 : QCHAR(tp, tp->t_in.tq_head));
}

int
tty_getc(struct tty *tp)
{
	int c = tty_peekc(tp);

	if (c == -1)
		return (-1);
	if (tp->t_in.tq_lines == tp->t_in.tq_head)
		tp->t_in.tq_lines++; /* not canonical: no line there */
	tp->t_in.tq_head++;
	return (c);
}

/*
 * The mode changes between characters and lines.  What has come in before
 * counts as a line from now on, so that it can be read at once.
 */
void
tty_setcanon(struct tty *tp, bool canon)
{
	GIANT_REQUIRED;
	if (canon && tp->t_in.tq_tail != tp->t_in.tq_lines) {
		QCHAR(tp, tp->t_in.tq_tail - 1) |= TTYC_END;
		tp->t_in.tq_lines = tp->t_in.tq_tail;
	}
	tp->t_state &= ~TS_LNCH;
}

/*
 * Output.
 */

u_int
tty_queued(const struct tty *tp)
{
	GIANT_REQUIRED;
	return (tp->t_ops->to_queued != NULL ? tp->t_ops->to_queued(tp) : 0);
}

bool
tty_canput(const struct tty *tp)
{
	return ((tp->t_state & TS_TTSTOP) == 0 &&
	    tty_queued(tp) + TTY_WIDEST <= tp->t_ops->to_size);
}

/*
 * Put a character on the terminal; t_column follows the cursor.
 */
void
tty_output(struct tty *tp, int c)
{
	int n;

	GIANT_REQUIRED;
	if (tp->t_oflag & OPOST) {
		if (c == '\t' && (tp->t_oflag & OXTABS) != 0) {
			for (n = 8 - (tp->t_column & 7); n > 0; n--)
				tty_output(tp, ' ');
			return;
		}
		if (c == CTRL('d') && (tp->t_oflag & ONOEOT) != 0)
			return;
		if (c == '\r' && (tp->t_oflag & OCRNL) != 0)
			c = '\n';
		else if (c == '\n' && (tp->t_oflag & ONLCR) != 0)
			tp->t_ops->to_putc(tp, '\r');
		if (c == '\r' && (tp->t_oflag & ONOCR) != 0 &&
		    tp->t_column == 0)
			return;
	}
	switch (c) {
	case '\n':
		if ((tp->t_oflag & (ONLCR | ONLRET)) != 0)
			tp->t_column = 0;
		break;
	case '\r':
		tp->t_column = 0;
		break;
	case '\b':
		if (tp->t_column > 0)
			tp->t_column--;
		break;
	case '\t':
		tp->t_column = (tp->t_column + 8) & ~7;
		break;
	default:
		if (c >= ' ' && c != 0x7f)
			tp->t_column++;
		break;
	}
	tp->t_ops->to_putc(tp, c);
}

static void
tty_puts(struct tty *tp, const char *s)
{
	for (; *s != '\0'; s++)
		tty_output(tp, *s);
}

/*
 * Is the character shown as ^X?
 */
static bool
tty_isctl(const struct tty *tp, int c)
{
	return ((tp->t_lflag & ECHOCTL) != 0 &&
	    ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f));
}

static void
tty_echo(struct tty *tp, int c)
{
	c &= TTYC_CHAR;
	if ((tp->t_lflag & ECHO) == 0 &&
	    ((tp->t_lflag & ECHONL) == 0 || c != '\n'))
		return;
	if (tty_isctl(tp, c)) {
		tty_output(tp, '^');
		tty_output(tp, c == 0x7f ? '?' : c + '@');
	} else {
		tty_output(tp, c);
	}
}

/*
 * The column behind the first part of the line being edited, up to upto.
 */
static int
tty_editcol(const struct tty *tp, u_int upto)
{
	int c, col = tp->t_rocol;
	u_int i;

	for (i = tp->t_in.tq_lines; i != upto; i++) {
		c = QCHAR(tp, i) & TTYC_CHAR;
		if (tty_isctl(tp, c))
			col += 2;
		else if (c == '\t')
			col = (col + 8) & ~7;
		else if (c >= ' ')
			col++;
	}
	return (col);
}

/*
 * Editing.
 */

/*
 * Take the last character of the line away, on the screen, too.
 */
static void
tty_rubout(struct tty *tp)
{
	int c, n;

	c = QCHAR(tp, tp->t_in.tq_tail - 1) & TTYC_CHAR;
	tp->t_in.tq_tail--;
	if ((tp->t_lflag & ECHO) == 0)
		return;
	if ((tp->t_lflag & ECHOE) == 0) {
		tty_echo(tp, tp->t_cc[VERASE]);
		return;
	}
	if (c == '\t') {
		n = tp->t_column - tty_editcol(tp, tp->t_in.tq_tail);
		for (n = MAX(MIN(n, 8), 0); n > 0; n--)
			tty_output(tp, '\b');
		return;
	}
	n = tty_isctl(tp, c) ? 2 : c >= ' ' || c == '\n' ? 1 : 0;
	while (n-- > 0)
		tty_puts(tp, "\b \b");
}

static bool
tty_editing(const struct tty *tp)
{
	return (tp->t_in.tq_tail != tp->t_in.tq_lines);
}

static void
tty_killline(struct tty *tp)
{
	if ((tp->t_lflag & (ECHOKE | ECHOE)) == (ECHOKE | ECHOE)) {
		while (tty_editing(tp))
			tty_rubout(tp);
	} else {
		tp->t_in.tq_tail = tp->t_in.tq_lines;
		tty_echo(tp, tp->t_cc[VKILL]);
		if (tp->t_lflag & ECHOK)
			tty_echo(tp, '\n');
	}
}

static bool
tty_isblank(int c)
{
	c &= TTYC_CHAR;
	return (c == ' ' || c == '\t');
}

/*
 * Erase the blanks before the cursor, and the word before them.
 */
static void
tty_killword(struct tty *tp)
{
	while (tty_editing(tp) && tty_isblank(QCHAR(tp, tp->t_in.tq_tail - 1)))
		tty_rubout(tp);
	while (tty_editing(tp) && !tty_isblank(QCHAR(tp, tp->t_in.tq_tail - 1)))
		tty_rubout(tp);
}

/*
 * Show the line again, on a new one.
 */
static void
tty_reprint(struct tty *tp)
{
	u_int i;

	tty_echo(tp, tp->t_cc[VREPRINT]);
	tty_echo(tp, '\n');
	tp->t_rocol = tp->t_column;
	for (i = tp->t_in.tq_lines; i != tp->t_in.tq_tail; i++)
		tty_echo(tp, QCHAR(tp, i));
}

/*
 * Editing characters of canonical mode.  true: it was one.
 */
static bool
tty_edit(struct tty *tp, int c)
{
	const cc_t *cc = tp->t_cc;

	if (CCEQ(cc[VERASE], c) || CCEQ(cc[VERASE2], c)) {
		if (tty_editing(tp))
			tty_rubout(tp);
		return (true);
	}
	if (CCEQ(cc[VKILL], c)) {
		tty_killline(tp);
		return (true);
	}
	if ((tp->t_lflag & IEXTEN) == 0)
		return (false);
	if (CCEQ(cc[VWERASE], c)) {
		tty_killword(tp);
		return (true);
	}
	if (CCEQ(cc[VREPRINT], c)) {
		tty_reprint(tp);
		return (true);
	}
	return (false);
}

/*
 * Input.
 */

static void
tty_start(struct tty *tp)
{
	if (tp->t_state & TS_TTSTOP) {
		tp->t_state &= ~TS_TTSTOP;
		tty_wakeup(tp);
	}
}

/*
 * Characters that send a signal to the foreground.  true: it was one.
 */
static bool
tty_sigchar(struct tty *tp, int c)
{
	const cc_t *cc = tp->t_cc;
	int sig;

	if ((tp->t_lflag & ISIG) == 0)
		return (false);
	if (CCEQ(cc[VINTR], c))
		sig = SIGINT;
	else if (CCEQ(cc[VQUIT], c))
		sig = SIGQUIT;
	else if (CCEQ(cc[VSUSP], c))
		sig = SIGTSTP;
	else if (CCEQ(cc[VSTATUS], c) && (tp->t_lflag & ICANON) != 0 &&
	    (tp->t_lflag & IEXTEN) != 0)
		sig = SIGINFO;
	else
		return (false);
	if (sig != SIGINFO) {
		tty_start(tp);
		if ((tp->t_lflag & NOFLSH) == 0)
			tty_flush_input(tp);
	}
	tty_echo(tp, c);
	tty_signal(tp, sig);
	return (true);
}

/*
 * ^S and ^Q.  true: it was one.
 */
static bool
tty_flowchar(struct tty *tp, int c)
{
	const cc_t *cc = tp->t_cc;

	if ((tp->t_iflag & IXON) == 0)
		return (false);
	if (CCEQ(cc[VSTOP], c) &&
	    ((tp->t_state & TS_TTSTOP) == 0 || !CCEQ(cc[VSTART], c))) {
		tp->t_state |= TS_TTSTOP;
		return (true);
	}
	if (CCEQ(cc[VSTART], c)) {
		tty_start(tp);
		return (true);
	}
	return (false);
}

/*
 * What has a meaning in every mode, and CR and NL.  -1: that was all of
 * it; else the character to go on with.
 */
static int
tty_special(struct tty *tp, int c)
{
	if (tp->t_state & TS_LNCH) {
		tp->t_state &= ~TS_LNCH;
		return (c | TTYC_QUOTE);
	}
	if ((tp->t_lflag & (IEXTEN | ICANON)) == (IEXTEN | ICANON) &&
	    CCEQ(tp->t_cc[VLNEXT], c)) {
		tp->t_state |= TS_LNCH;
		if ((tp->t_lflag & (ECHO | ECHOE)) == (ECHO | ECHOE))
			tty_puts(tp, "^\b");
		return (-1);
	}
	if (tty_sigchar(tp, c) || tty_flowchar(tp, c))
		return (-1);
	if (tp->t_iflag & IXANY)
		tty_start(tp);
	if (c == '\r') {
		if (tp->t_iflag & IGNCR)
			return (-1);
		if (tp->t_iflag & ICRNL)
			c = '\n';
	} else if (c == '\n' && (tp->t_iflag & INLCR) != 0) {
		c = '\r';
	}
	return (c);
}

static void
tty_beep(struct tty *tp)
{
	if (tp->t_iflag & IMAXBEL)
		tty_output(tp, CTRL('g'));
}

/*
 * How a character ends the line: TTYC_END, with TTYC_EOF, or 0.
 */
static int
tty_linebreak(const struct tty *tp, int c)
{
	if (c & TTYC_QUOTE)
		return (0);
	if (CCEQ(tp->t_cc[VEOF], c))
		return (TTYC_END | TTYC_EOF);
	if (c == '\n' || CCEQ(tp->t_cc[VEOL], c) || CCEQ(tp->t_cc[VEOL2], c))
		return (TTYC_END);
	return (0);
}

/*
 * A character for the line that is being edited.
 */
static void
tty_canonical(struct tty *tp, int c)
{
	int end;

	if ((c & TTYC_QUOTE) == 0 && tty_edit(tp, c))
		return;
	end = tty_linebreak(tp, c);
	/* a full queue still takes what ends the line, so it can be read */
	if (tty_qfull(tp, end ? 0 : 1)) {
		tty_beep(tp);
		return;
	}
	if (!tty_editing(tp))
		tp->t_rocol = tp->t_column;
	tty_qput(tp, c | end);
	if (end & TTYC_EOF) {
		if ((tp->t_lflag & (ECHO | ECHOCTL)) == (ECHO | ECHOCTL)) {
			tty_echo(tp, c);
			tty_puts(tp, "\b\b");
		}
	} else {
		tty_echo(tp, c);
	}
	if (end) {
		tp->t_in.tq_lines = tp->t_in.tq_tail;
		tty_wakeup(tp);
	}
}

/*
 * A character has come from the terminal.
 */
void
tty_input(struct tty *tp, int c)
{
	GIANT_REQUIRED;
	c &= TTYC_CHAR;
	if (tp->t_iflag & ISTRIP)
		c &= 0x7f;
	c = tty_special(tp, c);
	if (c == -1)
		return;
	if (tp->t_lflag & ICANON) {
		tty_canonical(tp, c);
		return;
	}
	if (tty_qfull(tp, 0)) {
		tty_beep(tp);
		return;
	}
	tty_qput(tp, c);
	tty_echo(tp, c);
	tty_wakeup(tp);
}
