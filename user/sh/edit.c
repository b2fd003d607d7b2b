/*
 * Editing of the line at a terminal's prompt, and the history of lines.
 *
 *	left right ^B ^F   move		^A ^E home end	 to the ends
 *	backspace del ^D   erase one	^W ^U ^K	 erase more
 *	up down ^P ^N	   history	^L		 clear the screen
 *
 * While a line is read the terminal hands on each key and shows nothing.
 * ^C is a key too: a signal could come just before we sleep in read(), and
 * be noticed only with the next key.  The modes are as they were
 * before the line is shown to have ended, so that whatever is typed after
 * that is the command's.
 *
 * The screen is taken to be as wide as the terminal says; the line goes on
 * in the next row by our own newline, on terminals of any kind.  ed.row is
 * the row of the cursor, counted from the prompt's.
 */
#include <sys/ioctl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "sh.h"

#define	HISTORY		200		/* lines that are kept */
#define	COLUMNS		80		/* if the terminal does not know */
#define	KEY(c)		((c) & 0x1f)	/* ^c */
#define	ESC		0x1b
#define	DEL		0x7f

static struct {
	int	fd;
	const char *prompt;		/* its last line */
	struct buf text;		/* the line */
	size_t	pos;			/* of the cursor in it */
	size_t	columns;
	size_t	row;
	struct buf out;			/* not written yet */
	int	browse;			/* shown line of the history */
	char	*unfinished;		/* the new line meanwhile */
} ed;

static char *history[HISTORY];		/* the oldest first */
static int nhistory;

/* ------------------------------------------------------------- showing */

static void
out_flush(void)
{
	if (write(STDERR_FILENO, ed.out.data, ed.out.len) == -1) {
		; /* nowhere to say so */
	}
	ed.out.len = 0;
}

/* ESC [ n LETTER, if n is not 0. */
static void
out_escape(size_t n, int letter)
{
	char text[24];

	snprintf(text, sizeof(text), "\033[%u%c", (unsigned)n, letter);
	if (n > 0)
		buf_puts(&ed.out, text);
}

/* The second and further bytes of a UTF-8 character take no place. */
static bool
is_inner(int c)
{
	return ((c & 0xc0) == 0x80);
}

/* Cells that the prompt and the first bytes of the line take. */
static size_t
cells(size_t bytes)
{
	const char *p;
	size_t n = 0, i;

	for (p = ed.prompt; *p != '\0'; p++)
		n += !is_inner(*p);
	for (i = 0; i < bytes; i++)
		n += !is_inner(ed.text.data[i]);
	return (n);
}

/* Put a byte on the screen; *cell counts. */
static void
out_byte(int c, size_t *cell)
{
	buf_addc(&ed.out, c == '\t' ? ' ' : c);
	if (!is_inner(c) && ++*cell % ed.columns == 0)
		buf_addc(&ed.out, '\n');
}

/* Move from the cell, where the cursor is, to that of ed.pos. */
static void
place_cursor(size_t cell)
{
	size_t want = cells(ed.pos);

	ed.row = want / ed.columns;
	out_escape(cell / ed.columns - ed.row, 'A');
	buf_addc(&ed.out, '\r');
	out_escape(want % ed.columns, 'C');
}

/* Show prompt and line anew. */
static void
redraw(void)
{
	const char *p;
	size_t cell = 0, i;

	out_escape(ed.row, 'A');
	buf_addc(&ed.out, '\r');
	for (p = ed.prompt; *p != '\0'; p++)
		out_byte(*p, &cell);
	for (i = 0; i < ed.text.len; i++)
		out_byte(ed.text.data[i], &cell);
	buf_puts(&ed.out, "\033[J");
	if (ed.pos < ed.text.len)
		place_cursor(cell);
	else
		ed.row = cell / ed.columns;
}

static void
beep(void)
{
	buf_addc(&ed.out, '\a');
}

/* ------------------------------------------------------------- changing */

/* Take the bytes from there to there out; the cursor goes to the gap. */
static void
cut(size_t from, size_t to)
{
	memmove(ed.text.data + from, ed.text.data + to, ed.text.len - to);
	ed.text.len -= to - from;
	ed.pos = from;
	redraw();
}

static void
insert(int c)
{
	size_t cell;

	buf_addc(&ed.text, c);
	if (ed.pos + 1 == ed.text.len) {
		/* The usual case: at the end. */
		cell = cells(ed.pos++);
		out_byte(c, &cell);
		ed.row = cell / ed.columns;
		return;
	}
	memmove(ed.text.data + ed.pos + 1, ed.text.data + ed.pos,
	    ed.text.len - ed.pos - 1);
	ed.text.data[ed.pos++] = c;
	redraw();
}

/* Where the character before or behind the cursor begins. */
static size_t
before(void)
{
	size_t i = ed.pos;

	while (i > 0 && is_inner(ed.text.data[--i]))
		;
	return (i);
}

static size_t
behind(void)
{
	size_t i = ed.pos;

	if (i < ed.text.len)
		i++;
	while (i < ed.text.len && is_inner(ed.text.data[i]))
		i++;
	return (i);
}

/* Where the word before the cursor begins. */
static size_t
word_start(void)
{
	size_t i = ed.pos;

	while (i > 0 && ed.text.data[i - 1] == ' ')
		i--;
	while (i > 0 && ed.text.data[i - 1] != ' ')
		i--;
	return (i);
}

static void
move_to(size_t pos)
{
	ed.pos = pos;
	redraw();
}

/* -------------------------------------------------------------- history */

/* Remember a line, unless it is empty or the same again. */
static void
remember(const char *line)
{
	if (*line == '\0' ||
	    (nhistory > 0 && strcmp(history[nhistory - 1], line) == 0))
		return;
	if (nhistory == HISTORY) {
		free(history[0]);
		memmove(history, history + 1,
		    (HISTORY - 1) * sizeof(history[0]));
		nhistory--;
	}
	history[nhistory++] = xstrdup(line);
}

/* Show the history's line that is so much further; behind it the new one. */
static void
browse(int step)
{
	const char *line;
	int i = ed.browse + step;

	if (i < 0 || i > nhistory) {
		beep();
		return;
	}
	if (ed.browse == nhistory) {
		free(ed.unfinished);
		ed.unfinished = xstrdup(buf_str(&ed.text));
	}
	ed.browse = i;
	line = i == nhistory ? ed.unfinished : history[i];
	ed.text.len = 0;
	buf_puts(&ed.text, line);
	move_to(ed.text.len);
}

/* history */
int
bi_history(int argc, char **argv)
{
	int i;

	(void)argc;
	(void)argv;
	for (i = 0; i < nhistory; i++)
		printf("%5d  %s\n", i + 1, history[i]);
	return (0);
}

/* ----------------------------------------------------------------- keys */

enum outcome { GOING_ON, LINE, END_OF_FILE, INTERRUPTED };

/* The next byte; -1 at the end, or when a signal is to end the line. */
static int
read_key(void)
{
	unsigned char c;
	ssize_t n;

	out_flush();
	n = read(ed.fd, &c, 1);
	return (n == 1 ? c : -1);
}

/*
 * A key that sends ESC [ or ESC O, a number perhaps, and a letter.  What is
 * between them, as with control and shift, makes no difference.
 */
static void
escape_key(void)
{
	int c = read_key(), n = 0;

	if (c != '[' && c != 'O')
		return;
	while ((c = read_key()) >= '0' && c <= '9')
		n = n < 100 ? n * 10 + (c - '0') : n;
	while (c >= ' ' && c < '@')
		c = read_key();
	if (c == 'A')
		browse(-1);
	else if (c == 'B')
		browse(1);
	else if (c == 'C')
		move_to(behind());
	else if (c == 'D')
		move_to(before());
	else if (c == 'H' || (c == '~' && (n == 1 || n == 7)))
		move_to(0);
	else if (c == 'F' || (c == '~' && (n == 4 || n == 8)))
		move_to(ed.text.len);
	else if (c == '~' && n == 3)
		cut(ed.pos, behind());
	else
		beep();
}

static void
control_key(int c)
{
	switch (c) {
	case KEY('A'):
		move_to(0);
		break;
	case KEY('B'):
		move_to(before());
		break;
	case KEY('D'):
		cut(ed.pos, behind());
		break;
	case KEY('E'):
		move_to(ed.text.len);
		break;
	case KEY('F'):
		move_to(behind());
		break;
	case KEY('H'):
	case DEL:
		cut(before(), ed.pos);
		break;
	case KEY('K'):
		cut(ed.pos, ed.text.len);
		break;
	case KEY('L'):
		buf_puts(&ed.out, "\033[H\033[2J");
		ed.row = 0;
		redraw();
		break;
	case KEY('N'):
		browse(1);
		break;
	case KEY('P'):
		browse(-1);
		break;
	case KEY('U'):
		cut(0, ed.pos);
		break;
	case KEY('W'):
		cut(word_start(), ed.pos);
		break;
	case ESC:
		escape_key();
		break;
	default:
		beep();
		break;
	}
}

/* Read a key and do what it says. */
static enum outcome
one_key(void)
{
	int c = read_key();

	if (c == -1)
		return (errno == EINTR ? INTERRUPTED : END_OF_FILE);
	if (c == '\n' || c == '\r')
		return (LINE);
	if (c == KEY('C')) {
		sh.interrupted = 1;
		return (INTERRUPTED);
	}
	if (c == KEY('D') && ed.text.len == 0)
		return (END_OF_FILE);
	if (c == '\t' || (c >= ' ' && c != DEL))
		insert(c);
	else
		control_key(c);
	return (GOING_ON);
}

/* ------------------------------------------------------------- the line */

/* Whether lines from there can be edited. */
bool
edit_possible(int fd)
{
	const char *term = var_get("TERM");

	return (term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
	    isatty(fd));
}

static void
start_line(const char *prompt)
{
	struct winsize ws;
	const char *last = strrchr(prompt, '\n'), *p;
	size_t cell = 0;

	ed.columns = COLUMNS;
	if (ioctl(ed.fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 1)
		ed.columns = ws.ws_col;
	ed.prompt = last == NULL ? prompt : last + 1;
	ed.text.len = ed.pos = ed.row = 0;
	ed.browse = nhistory;
	/* Behind what stands on the line, as a command may have left it. */
	buf_add(&ed.out, prompt, ed.prompt - prompt);
	for (p = ed.prompt; *p != '\0'; p++)
		out_byte(*p, &cell);
	ed.row = cell / ed.columns;
}

/* Keys until one ends the line.  A signal's trap is run in between. */
static enum outcome
edit_keys(const struct termios *cooked, const struct termios *raw)
{
	enum outcome outcome;

	do {
		errno = 0;
		outcome = one_key();
		if (outcome != INTERRUPTED || sh.interrupted)
			continue;
		tcsetattr(ed.fd, TCSANOW, cooked);
		traps_run();
		fflush(stdout);
		tcsetattr(ed.fd, TCSANOW, raw);
		if (sh.unwind == U_NONE) {
			outcome = GOING_ON;
			ed.row = 0;
			redraw();
		}
	} while (outcome == GOING_ON);
	return (outcome);
}

/*
 * Read a line from a terminal.  Returns its length with the newline, and
 * the line in *line, which the caller frees; 0 at the end of the file; -1
 * after ^C or a trap that ends what is being done.
 */
int
edit_line(int fd, const char *prompt, char **line)
{
	struct termios cooked, raw;
	enum outcome outcome;

	*line = NULL;
	ed.fd = fd;
	if (tcgetattr(fd, &cooked) == -1)
		return (0);
	raw = cooked;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSANOW, &raw);
	start_line(prompt);
	outcome = edit_keys(&cooked, &raw);
	tcsetattr(fd, TCSANOW, &cooked);
	if (outcome == INTERRUPTED) {
		buf_puts(&ed.out, "^C");
		out_flush();
		return (-1);
	}
	if (outcome == END_OF_FILE)
		return (0);
	if (ed.pos < ed.text.len)
		move_to(ed.text.len);
	buf_addc(&ed.out, '\n');
	out_flush();
	remember(buf_str(&ed.text));
	buf_addc(&ed.text, '\n');
	*line = xstrdup(buf_str(&ed.text));
	return (ed.text.len);
}
