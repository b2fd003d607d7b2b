/*
 * stty: show and set the modes of the terminal on standard input.
 *
 *	stty [-a]		show
 *	stty -g			show, so that stty can read it again
 *	stty [-]MODE ...	MODE on or off: echo icanon isig ...
 *	stty CHAR C ...		intr quit erase kill eof ... to C, ^C or undef
 *	stty min N time N	of raw reads
 *	stty rows N cols N | sane | raw | -raw | cooked | size
 */
#include <sys/ioctl.h>
#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "args.h"
#include "output.h"

enum group { LOCAL, INPUT, OUTPUT, CONTROL, NGROUPS };

static const char *const group_names[NGROUPS] = {
	"lflags", "iflags", "oflags", "cflags"
};

static const struct {
	const char *name;
	enum group group;
	tcflag_t bit;
	bool	sane;
} modes[] = {
	{ "icanon", LOCAL, ICANON, true }, { "isig", LOCAL, ISIG, true },
	{ "iexten", LOCAL, IEXTEN, true }, { "echo", LOCAL, ECHO, true },
	{ "echoe", LOCAL, ECHOE, true }, { "echok", LOCAL, ECHOK, false },
	{ "echoke", LOCAL, ECHOKE, true }, { "echonl", LOCAL, ECHONL, false },
	{ "echoctl", LOCAL, ECHOCTL, true }, { "noflsh", LOCAL, NOFLSH, false },
	{ "tostop", LOCAL, TOSTOP, false },
	{ "istrip", INPUT, ISTRIP, false }, { "icrnl", INPUT, ICRNL, true },
	{ "inlcr", INPUT, INLCR, false }, { "igncr", INPUT, IGNCR, false },
	{ "ixon", INPUT, IXON, true }, { "ixany", INPUT, IXANY, true },
	{ "imaxbel", INPUT, IMAXBEL, true },
	{ "ignbrk", INPUT, IGNBRK, false }, { "brkint", INPUT, BRKINT, true },
	{ "opost", OUTPUT, OPOST, true }, { "onlcr", OUTPUT, ONLCR, true },
	{ "ocrnl", OUTPUT, OCRNL, false }, { "oxtabs", OUTPUT, OXTABS, false },
	{ "onocr", OUTPUT, ONOCR, false }, { "onlret", OUTPUT, ONLRET, false },
	{ "cread", CONTROL, CREAD, true }, { "cs8", CONTROL, CS8, true },
	{ "parenb", CONTROL, PARENB, false }, { "hupcl", CONTROL, HUPCL, true },
	{ "clocal", CONTROL, CLOCAL, false },
};
#define	NMODES		(sizeof(modes) / sizeof(modes[0]))

static const struct {
	const char *name;
	int	index;
	cc_t	sane;
} characters[] = {
	{ "eof", VEOF, CEOF }, { "eol", VEOL, CEOL },
	{ "erase", VERASE, CERASE }, { "erase2", VERASE2, CERASE2 },
	{ "intr", VINTR, CINTR }, { "kill", VKILL, CKILL },
	{ "lnext", VLNEXT, CLNEXT }, { "quit", VQUIT, CQUIT },
	{ "reprint", VREPRINT, CREPRINT }, { "start", VSTART, CSTART },
	{ "status", VSTATUS, CSTATUS }, { "stop", VSTOP, CSTOP },
	{ "susp", VSUSP, CSUSP }, { "werase", VWERASE, CWERASE },
};
#define	NCHARACTERS	(sizeof(characters) / sizeof(characters[0]))

static struct termios tio;
static struct winsize ws;

static tcflag_t *
word_of(enum group group)
{
	switch (group) {
	case INPUT:
		return (&tio.c_iflag);
	case OUTPUT:
		return (&tio.c_oflag);
	case CONTROL:
		return (&tio.c_cflag);
	default:
		return (&tio.c_lflag);
	}
}

static void
show_character(const char *name, cc_t c)
{
	if (c == _POSIX_VDISABLE)
		printf(" %s = <undef>;", name);
	else if (c < ' ' || c == 0177)
		printf(" %s = ^%c;", name, c ^ 0100);
	else
		printf(" %s = %c;", name, c);
}

static void
show(void)
{
	size_t i;
	int group;

	printf("speed %u baud; %u rows; %u columns;\n",
	    (unsigned)cfgetospeed(&tio), ws.ws_row, ws.ws_col);
	for (group = 0; group < NGROUPS; group++) {
		printf("%s:", group_names[group]);
		for (i = 0; i < NMODES; i++)
			if (modes[i].group == (enum group)group)
				printf(" %s%s",
				    *word_of(group) & modes[i].bit ? "" : "-",
				    modes[i].name);
		putchar('\n');
	}
	printf("cchars:");
	for (i = 0; i < NCHARACTERS; i++)
		show_character(characters[i].name,
		    tio.c_cc[characters[i].index]);
	printf(" min = %u; time = %u;\n", tio.c_cc[VMIN], tio.c_cc[VTIME]);
}

/* -g: all of it, as numbers that belong to one word. */
static void
show_saved(void)
{
	int i;

	printf("%x:%x:%x:%x", tio.c_iflag, tio.c_oflag, tio.c_cflag,
	    tio.c_lflag);
	for (i = 0; i < NCCS; i++)
		printf(":%x", tio.c_cc[i]);
	putchar('\n');
}

/* Take over what -g has printed; false if it is something else. */
static bool
restore_saved(const char *s)
{
	struct termios saved = tio;
	tcflag_t *const words[] = { &saved.c_iflag, &saved.c_oflag,
		&saved.c_cflag, &saved.c_lflag };
	const int last = 3 + NCCS;
	char *end;
	int i;

	for (i = 0; i <= last; i++, s = end + 1) {
		unsigned long n = strtoul(s, &end, 16);

		if (end == s || *end != (i < last ? ':' : '\0'))
			return (false);
		if (i < 4)
			*words[i] = n;
		else
			saved.c_cc[i - 4] = n;
	}
	tio = saved;
	return (true);
}

static bool
set_mode(const char *name)
{
	bool off = *name == '-';
	size_t i;

	for (i = 0; i < NMODES; i++)
		if (strcmp(modes[i].name, name + off) == 0) {
			if (off)
				*word_of(modes[i].group) &= ~modes[i].bit;
			else
				*word_of(modes[i].group) |= modes[i].bit;
			return (true);
		}
	return (false);
}

static bool
set_character(const char *name, const char *value)
{
	size_t i;
	int c;

	for (i = 0; i < NCHARACTERS; i++)
		if (strcmp(characters[i].name, name) == 0)
			break;
	if (i == NCHARACTERS || value == NULL)
		return (false);
	if (strcmp(value, "undef") == 0 || strcmp(value, "^-") == 0)
		c = _POSIX_VDISABLE;
	else if (value[0] == '^' && value[1] != '\0')
		c = value[1] == '?' ? 0177 : value[1] & 037;
	else
		c = (unsigned char)value[0];
	tio.c_cc[characters[i].index] = c;
	return (true);
}

static void
set_sane(void)
{
	size_t i;

	for (i = 0; i < NMODES; i++) {
		if (modes[i].sane)
			*word_of(modes[i].group) |= modes[i].bit;
		else
			*word_of(modes[i].group) &= ~modes[i].bit;
	}
	for (i = 0; i < NCHARACTERS; i++)
		tio.c_cc[characters[i].index] = characters[i].sane;
	tio.c_cc[VMIN] = 1;
	tio.c_cc[VTIME] = 0;
}

static void
set_all(char **argv)
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "sane") == 0 || strcmp(*argv, "-raw") == 0 ||
		    strcmp(*argv, "cooked") == 0)
			set_sane();
		else if (strcmp(*argv, "raw") == 0)
			cfmakeraw(&tio);
		else if (strcmp(*argv, "rows") == 0 && argv[1] != NULL)
			ws.ws_row = number(*++argv, 10, 0, USHRT_MAX);
		else if (strncmp(*argv, "col", 3) == 0 && argv[1] != NULL)
			ws.ws_col = number(*++argv, 10, 0, USHRT_MAX);
		else if (strcmp(*argv, "min") == 0 && argv[1] != NULL)
			tio.c_cc[VMIN] = number(*++argv, 10, 0, UCHAR_MAX);
		else if (strcmp(*argv, "time") == 0 && argv[1] != NULL)
			tio.c_cc[VTIME] = number(*++argv, 10, 0, UCHAR_MAX);
		else if (set_character(*argv, argv[1]))
			argv++;
		else if (!restore_saved(*argv) && !set_mode(*argv))
			errx(2, "%s: bad mode", *argv);
	}
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &tio) == -1)
		err(1, "tcsetattr");
	if (ioctl(STDIN_FILENO, TIOCSWINSZ, &ws) == -1)
		err(1, "TIOCSWINSZ");
}

int
main(int argc, char **argv)
{
	if (tcgetattr(STDIN_FILENO, &tio) == -1)
		err(1, "standard input");
	ioctl(STDIN_FILENO, TIOCGWINSZ, &ws);
	if (argc == 1 || (argc == 2 && strcmp(argv[1], "-a") == 0))
		show();
	else if (argc == 2 && strcmp(argv[1], "-g") == 0)
		show_saved();
	else if (argc == 2 && strcmp(argv[1], "size") == 0)
		printf("%u %u\n", ws.ws_row, ws.ws_col);
	else
		set_all(argv + 1);
	return (finish(0, 1));
}
