/*
 * stty: show and set the modes of the terminal on standard input.
 *
 *	stty [-a]		show
 *	stty [-]MODE ...	MODE on or off: echo icanon isig ...
 *	stty CHAR C ...		intr quit erase kill eof susp to C, ^C or undef
 *	stty rows N cols N | sane | raw | -raw | size
 */
#include <sys/ioctl.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum group { INPUT, OUTPUT, LOCAL };

static const struct {
	const char *name;
	enum group group;
	tcflag_t bit;
	bool	sane;
} modes[] = {
	{ "icrnl", INPUT, ICRNL, true }, { "inlcr", INPUT, INLCR, false },
	{ "igncr", INPUT, IGNCR, false }, { "ixon", INPUT, IXON, true },
	{ "opost", OUTPUT, OPOST, true }, { "onlcr", OUTPUT, ONLCR, true },
	{ "echo", LOCAL, ECHO, true }, { "echoe", LOCAL, ECHOE, true },
	{ "echok", LOCAL, ECHOK, true }, { "echonl", LOCAL, ECHONL, false },
	{ "icanon", LOCAL, ICANON, true }, { "isig", LOCAL, ISIG, true },
	{ "iexten", LOCAL, IEXTEN, true }, { "noflsh", LOCAL, NOFLSH, false },
	{ "tostop", LOCAL, TOSTOP, false },
};
#define	NMODES		(sizeof(modes) / sizeof(modes[0]))

static const struct {
	const char *name;
	int	index;
	cc_t	sane;
} characters[] = {
	{ "intr", VINTR, 'C' & 037 }, { "quit", VQUIT, '\\' & 037 },
	{ "erase", VERASE, 0177 }, { "kill", VKILL, 'U' & 037 },
	{ "eof", VEOF, 'D' & 037 }, { "susp", VSUSP, 'Z' & 037 },
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
	default:
		return (&tio.c_lflag);
	}
}

static void
show(void)
{
	size_t i;
	cc_t c;

	printf("rows %u; cols %u;\n", ws.ws_row, ws.ws_col);
	for (i = 0; i < NCHARACTERS; i++) {
		c = tio.c_cc[characters[i].index];
		if (c == _POSIX_VDISABLE)
			printf("%s undef; ", characters[i].name);
		else if (c < ' ' || c == 0177)
			printf("%s ^%c; ", characters[i].name, c ^ 0100);
		else
			printf("%s %c; ", characters[i].name, c);
	}
	putchar('\n');
	for (i = 0; i < NMODES; i++)
		printf("%s%s%c",
		    *word_of(modes[i].group) & modes[i].bit ? "" : "-",
		    modes[i].name, i + 1 < NMODES ? ' ' : '\n');
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
}

static void
set_all(char **argv)
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "sane") == 0 || strcmp(*argv, "-raw") == 0)
			set_sane();
		else if (strcmp(*argv, "raw") == 0)
			cfmakeraw(&tio);
		else if (strcmp(*argv, "rows") == 0 && argv[1] != NULL)
			ws.ws_row = atoi(*++argv);
		else if (strncmp(*argv, "col", 3) == 0 && argv[1] != NULL)
			ws.ws_col = atoi(*++argv);
		else if (set_character(*argv, argv[1]))
			argv++;
		else if (!set_mode(*argv))
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
	else if (argc == 2 && strcmp(argv[1], "size") == 0)
		printf("%u %u\n", ws.ws_row, ws.ws_col);
	else
		set_all(argv + 1);
	return (0);
}
