/*
 * The PS/2 keyboard: scan code set 1 (as the 8042 translates it), US
 * layout, shift, control, alt as a prefix of ESC, caps lock.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cons.h>
#include <machine/cpufunc.h>
#include <machine/intr.h>

#include "machdep.h"

#define	KBD_DATA	0x60
#define	KBD_STATUS	0x64
#define	KBD_IRQ		1
#define	KBS_DIB		0x01		/* data to be read */
#define	KBS_AUX		0x20		/* from the mouse */
#define	KBD_BREAK	0x80		/* key released */

/* Keys that change others. */
#define	SC_CTRL		0x1d
#define	SC_LSHIFT	0x2a
#define	SC_RSHIFT	0x36
#define	SC_ALT		0x38
#define	SC_CAPS		0x3a
#define	SC_EXTENDED	0xe0

static const char plain[128] =
    "\0\0331234567890-=\177\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*"
    "\0 \0\0\0\0\0\0\0\0\0\0\0\0\000789-456+1230.";
static const char shifted[128] =
    "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*"
    "\0 \0\0\0\0\0\0\0\0\0\0\0\0\000789-456+1230.";

/* Used only by the one who reads the data port. */
static bool shift, ctrl, alt, caps, extended;

/* Characters that a key stands for and that nobody has taken yet. */
static const char *queued = "";
static char onechar[3];

/*
 * The sequence that a key of the extended set sends.
 */
static const char *
extended_key(int code)
{
	switch (code) {
	case 0x48:
		return ("\033[A");
	case 0x50:
		return ("\033[B");
	case 0x4d:
		return ("\033[C");
	case 0x4b:
		return ("\033[D");
	case 0x47:
		return ("\033[H");
	case 0x4f:
		return ("\033[F");
	case 0x53:
		return ("\033[3~");
	case 0x1c:
		return ("\n");
	case 0x35:
		return ("/");
	default:
		return ("");
	}
}

/*
 * A key that changes others: remember it.
 */
static bool
modifier(int code, bool down)
{
	switch (code) {
	case SC_LSHIFT:
	case SC_RSHIFT:
		/* With 0xe0 before it, the keyboard made it up. */
		if (!extended)
			shift = down;
		return (true);
	case SC_CTRL:
		ctrl = down;
		return (true);
	case SC_ALT:
		alt = down;
		return (true);
	case SC_CAPS:
		if (down)
			caps = !caps;
		return (true);
	default:
		return (false);
	}
}

/*
 * What one scan code means: a string, mostly empty or one character.
 */
static const char *
decode(int code)
{
	bool down = (code & KBD_BREAK) == 0;
	int c;
	u_int n = 0;

	if (code == SC_EXTENDED) {
		extended = true;
		return ("");
	}
	code &= ~KBD_BREAK;
	if (modifier(code, down) || !down) {
		extended = false;
		return ("");
	}
	if (extended) {
		extended = false;
		return (extended_key(code));
	}
	c = shift ? shifted[code] : plain[code];
	if (caps && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
		c ^= 0x20;
	if (c == 0)
		return ("");
	if (ctrl) {
		if (c == ' ')
			c = '@';
		if (c >= '@' && c != '\177')
			c &= 0x1f;
	}
	if (alt)
		onechar[n++] = '\033';
	onechar[n++] = c;
	onechar[n] = '\0';
	/* ^@ is a character too, but no string: it is not sent. */
	return (onechar);
}

/*
 * The next character, or -1.  From the interrupt handler, or polled with
 * interrupts off.
 */
int
kbd_poll_getc(void)
{
	u_int status;
	int code;

	while (*queued == '\0') {
		status = inb(KBD_STATUS);
		/* 0xff: there is no controller at all. */
		if (status == 0xff || (status & KBS_DIB) == 0)
			return (-1);
		code = inb(KBD_DATA);
		if ((status & KBS_AUX) == 0)
			queued = decode(code);
	}
	return (*queued++ & 0xff);
}

static void
kbd_intr(void *arg __unused, struct trapframe *frame __unused)
{
	int c;

	while ((c = kbd_poll_getc()) != -1)
		tty_console_input(c);
}

/*
 * Input by interrupt from now on.  The firmware has set the controller up.
 */
void
kbd_init(void)
{
	int i;

	/* A key pressed before would keep the irq line up for ever. */
	for (i = 0; i < 32 && (inb(KBD_STATUS) & KBS_DIB); i++)
		(void)inb(KBD_DATA);
	(void)intr_register(KBD_IRQ, kbd_intr, NULL);
}
