/*
 * more: show files, or standard input, a screen at a time.
 *
 * On a terminal it stops at each full screen and waits for a key: space for
 * the next screen, newline for one more line, q to end.  Anywhere else it
 * copies, as cat does.
 */
#include <sys/ioctl.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "output.h"

#define	ROWS	24			/* if the terminal does not say */
#define	COLUMNS 80
#define	PROMPT	"--More--"

static int	keys = -1;		/* the terminal, if there is one */
static int	rows, columns;
static int	left;			/* lines until the screen is full */

/*
 * Ask for a key, one that means something, and take it without echo, also if
 * it comes at once.  Returns 'q' at the terminal's end.
 */
static int
key(void)
{
	struct termios old, raw;
	char c;

	if (tcgetattr(keys, &old) == -1)
		return ('q');
	raw = old;
	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(keys, TCSANOW, &raw);
	printf("%s", PROMPT);
	fflush(stdout);
	do {
		if (read(keys, &c, 1) != 1)
			c = 'q';
	} while (c != ' ' && c != '\n' && c != '\r' && c != 'q');
	tcsetattr(keys, TCSANOW, &old);
	printf("\r%*s\r", (int)sizeof(PROMPT) - 1, "");
	return (c);
}

/* Make room for a line: 0 if the reader has seen enough. */
static int
room(void)
{
	int c;

	if (keys == -1 || left-- > 0)
		return (1);
	c = key();
	left = c == ' ' ? rows - 2 : 0;
	return (c != 'q');
}

static int	failed;

/* Show a file; 0 if the reader has seen enough. */
static int
show(FILE *f, const char *name)
{
	int c, column = 0;

	while ((c = getc(f)) != EOF) {
		if (column == 0 && !room())
			return (0);
		putchar(c);
		if (c == '\t')
			column |= 7;
		if (c == '\n' || ++column == columns)
			column = 0;
	}
	if (ferror(f)) {
		warn("%s", name);
		failed = 1;
	}
	return (1);
}

static void
look_at_terminal(void)
{
	struct winsize ws;

	if (!isatty(STDOUT_FILENO))
		return;
	keys = open("/dev/tty", O_RDONLY);
	rows = ROWS;
	columns = COLUMNS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0) {
		rows = ws.ws_row > 2 ? ws.ws_row : ROWS;
		columns = ws.ws_col > 0 ? ws.ws_col : COLUMNS;
	}
	left = rows - 1;
}

int
main(int argc, char **argv)
{
	FILE *f;
	int i, wanted = 1;

	if (getopt(argc, argv, "") != -1) {
		fprintf(stderr, "usage: more [file ...]\n");
		return (2);
	}
	look_at_terminal();
	if (optind == argc)
		show(stdin, "stdin");
	for (i = optind; i < argc && wanted; i++) {
		f = fopen(argv[i], "r");
		if (f == NULL) {
			warn("%s", argv[i]);
			failed = 1;
			continue;
		}
		wanted = show(f, argv[i]);
		fclose(f);
	}
	return (finish(failed, 1));
}
