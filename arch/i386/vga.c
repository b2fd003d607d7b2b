/*
 * The screen: 80 by 25 characters of VGA text, with the few escape
 * sequences that programs of ours send (cursor, erase, bold, colours).
 *
 * The card has room for eight screens and shows the one that begins where
 * its start register says.  Scrolling moves that start by one line, and
 * copies only when the end of the card's memory is reached.
 *
 * The callers in cons.c keep two from using it at once.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>
#include <machine/vmparam.h>

#include "machdep.h"

#define	VGA_MEMORY	0xb8000		/* physical */
#define	VGA_CELLS	16384		/* 32 KB */
#define	CRTC		0x3d4
#define	CRTC_START_HIGH	0x0c
#define	CRTC_START_LOW	0x0d
#define	CRTC_CURSOR_HIGH 0x0e
#define	CRTC_CURSOR_LOW	0x0f

#define	COLS		80
#define	ROWS		25
#define	NORMAL		0x0700		/* grey on black */
#define	BOLD		0x0800
#define	MAXPARAMS	4

static struct vga_state {
	volatile u_short *cells;
	u_int	start;			/* first cell that is shown */
	u_int	row, col;
	u_short	attr;
	enum { PLAIN, ESCAPE, CSI } state;
	u_int	params[MAXPARAMS];
	u_int	nparams;
} vga;

static void
crtc_word(int high, u_int value)
{
	outb(CRTC, high);
	outb(CRTC + 1, value >> 8);
	outb(CRTC, high + 1);
	outb(CRTC + 1, value & 0xff);
}

static void
blank(u_int from, u_int n)
{
	while (n-- > 0)
		vga.cells[vga.start + from++] = NORMAL | ' ';
}

void
vga_init(void)
{
	vga.cells = (volatile u_short *)PHYS_TO_DMAP(VGA_MEMORY);
	vga.attr = NORMAL;
	crtc_word(CRTC_START_HIGH, 0);
	blank(0, COLS * ROWS);
	crtc_word(CRTC_CURSOR_HIGH, 0);
}

static void
scroll(void)
{
	u_int i;

	if (vga.start + COLS * (ROWS + 1) <= VGA_CELLS) {
		vga.start += COLS;
	} else {
		for (i = 0; i < COLS * (ROWS - 1); i++)
			vga.cells[i] = vga.cells[vga.start + COLS + i];
		vga.start = 0;
	}
	blank(COLS * (ROWS - 1), COLS);
	crtc_word(CRTC_START_HIGH, vga.start);
}

static void
put_plain(int c)
{
	switch (c) {
	case '\n':
		vga.row++;
		vga.col = 0;
		break;
	case '\r':
		vga.col = 0;
		break;
	case '\b':
		if (vga.col > 0)
			vga.col--;
		break;
	case '\t':
		vga.col = MIN((vga.col + 8) & ~7, COLS - 1);
		break;
	case '\a':
		break;
	default:
		if (vga.col == COLS) {
			vga.row++;
			vga.col = 0;
		}
		if (vga.row == ROWS) {
			scroll();
			vga.row--;
		}
		vga.cells[vga.start + vga.row * COLS + vga.col++] = vga.attr |
		    (c & 0xff);
		return;
	}
	if (vga.row == ROWS) {
		scroll();
		vga.row--;
	}
}

/*
 * ESC [ numbers m: attributes.  The colours of terminals and of the card
 * have red and blue the other way round.
 */
static void
set_attributes(void)
{
	static const u_char colour[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };
	u_int i, p;

	for (i = 0; i < vga.nparams; i++) {
		p = vga.params[i];
		if (p == 0)
			vga.attr = NORMAL;
		else if (p == 1)
			vga.attr |= BOLD;
		else if (p == 7)
			vga.attr = 0x7000;
		else if (p >= 30 && p <= 37)
			vga.attr = (vga.attr & ~0x0700) | colour[p - 30] << 8;
		else if (p >= 40 && p <= 47)
			vga.attr = (vga.attr & ~0x7000) | colour[p - 40] << 12;
	}
}

static void
escape_end(int c)
{
	u_int n = MAX(vga.params[0], 1);
	u_int here = vga.row * COLS + MIN(vga.col, COLS - 1);

	switch (c) {
	case 'A':
		vga.row -= MIN(n, vga.row);
		break;
	case 'B':
		vga.row = MIN(vga.row + n, ROWS - 1);
		break;
	case 'C':
		vga.col = MIN(vga.col + n, COLS - 1);
		break;
	case 'D':
		vga.col -= MIN(n, vga.col);
		break;
	case 'H':
		vga.row = MIN(n, ROWS) - 1;
		vga.col = MIN(MAX(vga.params[1], 1), COLS) - 1;
		break;
	case 'J':
		if (vga.params[0] == 2)
			blank(0, ROWS * COLS);
		else
			blank(here, ROWS * COLS - here);
		break;
	case 'K':
		blank(here, COLS - here % COLS);
		break;
	case 'm':
		set_attributes();
		break;
	}
}

/*
 * The next character of a sequence.
 */
static void
put_escape(int c)
{
	u_int *p;

	if (vga.state == ESCAPE) {
		vga.state = c == '[' ? CSI : PLAIN;
		vga.nparams = 1;
		bzero(vga.params, sizeof(vga.params));
	} else if (c >= '0' && c <= '9') {
		p = &vga.params[vga.nparams - 1];
		*p = MIN(*p * 10 + c - '0', 999);
	} else if (c == ';') {
		vga.nparams = MIN(vga.nparams + 1, MAXPARAMS);
	} else if (c != '?') {
		escape_end(c);
		vga.state = PLAIN;
	}
}

void
vga_putc(int c)
{
	if (vga.state != PLAIN)
		put_escape(c);
	else if (c == '\033')
		vga.state = ESCAPE;
	else
		put_plain(c);
	crtc_word(CRTC_CURSOR_HIGH,
	    vga.start + vga.row * COLS + MIN(vga.col, COLS - 1));
}
