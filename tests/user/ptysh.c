/*
 * A session at a terminal, played through a pseudo terminal: the shell's job
 * control as its user sees it.
 *
 * Nothing here depends on time.  What the shell or a program writes is
 * waited for before the next key is typed; where nothing is written, the
 * terminal's foreground group tells who would get the key.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

#define	PROMPT	"PS1: "

static int	master;
static pid_t	shell;
static int	prompter;		/* the group that took the last line */
static int	report[2];		/* the members write to 9 */
static char	screen[16384];		/* what came and was not expected yet */
static size_t	nscreen;

/* Read more of what is shown; false at the end. */
static bool
more(void)
{
	ssize_t n;

	if (nscreen == sizeof(screen) - 1)
		errx(1, "too much output");
	n = read(master, screen + nscreen, sizeof(screen) - 1 - nscreen);
	if (n <= 0)
		return (false);
	nscreen += n;
	screen[nscreen] = '\0';
	return (true);
}

/* Read until the text is there; what stood before it, without the CRs. */
static const char *
until(const char *text)
{
	static char before[sizeof(screen)];
	char *found, *p, *out = before;

	while ((found = strstr(screen, text)) == NULL)
		if (!more())
			errx(1, "\"%s\" did not come: \"%s\"", text, screen);
	for (p = screen; p < found; p++)
		if (*p != '\r')
			*out++ = *p;
	*out = '\0';
	found += strlen(text);
	nscreen -= found - screen;
	memmove(screen, found, nscreen + 1);
	return (before);
}

static void
type(const char *keys)
{
	if (write(master, keys, strlen(keys)) != (ssize_t)strlen(keys))
		err(1, "type");
}

/* The group that has the terminal. */
static int
foreground(void)
{
	int group;

	if (ioctl(master, TIOCGPGRP, &group) == -1)
		err(1, "TIOCGPGRP");
	return (group);
}

/* Type a line and wait for its echo. */
static void
enter(const char *line)
{
	prompter = foreground();
	type(line);
	type("\r");
	until(line);
	until("\n");
}

/* Type a command; what it writes before the next prompt. */
static const char *
command(const char *line)
{
	enter(line);
	return (until(PROMPT));
}

static void
gives(const char *line, const char *output)
{
	const char *got = command(line);

	ok(strcmp(got, output) == 0, "%s: \"%s\"", line, got);
}

/* The same, when it is open at which prompt the shell tells of a job. */
static void
contains(const char *line, const char *output)
{
	const char *got = command(line);

	ok(strstr(got, output) != NULL, "%s: \"%s\"", line, got);
}

/*
 * Until another group than that of the shell that took the line has the
 * terminal.  A job puts itself there when it is ready for the keys.
 */
static void
until_foreground(void)
{
	while (foreground() == prompter || foreground() == 0)
		sched_yield();
}

/* With a TERM of "dumb" the shell leaves editing to the terminal. */
static void
start_shell(char *term, int columns)
{
	static char *const argv[] = { "sh", NULL };
	char *const env[] = { "PATH=/bin:/sbin", "PS1=" PROMPT, term, NULL };
	struct winsize ws = { .ws_row = 24, .ws_col = columns };

	nscreen = 0;
	screen[0] = '\0';
	pipe(report);
	fflush(stdout);
	shell = forkpty(&master, NULL, NULL, &ws);
	if (shell == 0) {
		close(report[0]);
		dup2(report[1], 9);
		if (report[1] != 9)
			close(report[1]);
		execve("/bin/sh", argv, env);
		_exit(127);
	}
	if (shell == -1)
		err(1, "forkpty");
	close(report[1]);
	until(PROMPT);
}

/* What the members have reported, when all of them have ended. */
static const char *
reported(void)
{
	static char text[256];
	size_t len = 0;
	ssize_t n;

	while ((n = read(report[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(report[0]);
	return (text);
}

static void
stop_job(const char *shown)
{
	const char *got;

	type("\032");
	got = until(PROMPT);
	ok(strstr(got, shown) != NULL, "^Z: \"%s\"", got);
}

/* sleep 100, ^Z, bg, jobs, fg, ^C */
static void
test_one_job(void)
{
	enter("sleep 100");
	until_foreground();
	stop_job("\n[1] + Suspended              sleep 100\n");
	gives("echo $?", "146\n");
	gives("bg", "[1] sleep 100\n");
	gives("jobs", "[1] + Running                sleep 100\n");
	enter("fg");
	ok(strcmp(until("\n"), "sleep 100") == 0, "fg tells what it continues");
	until_foreground();
	type("\003");
	until(PROMPT);
	gives("echo $?", "130\n");
	gives("jobs", "");
}

static void
test_background_reader(void)
{
	ok(strncmp(command("cat &"), "[1] ", 4) == 0, "cat &");
	contains("wait %1; echo $?", "149\n");
	gives("jobs", "[1] + Stopped (tty input)    cat\n");
	enter("fg %cat");
	ok(strcmp(until("\n"), "cat") == 0, "fg %%cat");
	enter("hello");
	ok(strcmp(until("hello\r\n"), "") == 0, "it reads in the foreground");
	type("\004");
	until(PROMPT);
	gives("echo $?", "0\n");
	command("stty tostop");
	command("echo text &");
	contains("wait %?text; echo $?", "150\n");
	gives("jobs", "[1] + Stopped (tty output)   echo text\n");
	gives("fg", "echo text\ntext\n");
	command("stty -tostop");
}

static void
test_pipeline(void)
{
	const char *got;

	enter("cat | cat | cat");
	enter("one"); /* has gone through all three */
	until("one\r\n");
	stop_job("\n[1] + Suspended              cat | cat | cat\n");
	got = command("jobs -l");
	strsep((char **)&got, "\n");
	ok(strspn(got, "0123456789 \n") == strlen(got) &&
		strchr(got, ' ') != strrchr(got, ' '),
	    "three members: %s", got);
	command("bg");
	contains("wait %%; echo $?", "149\n");
	enter("fg");
	ok(strcmp(until("\n"), "cat | cat | cat") == 0, "fg");
	enter("two");
	ok(strcmp(until("two\r\n"), "") == 0, "all three have continued");
	type("\003");
	until(PROMPT);
	gives("echo $?", "130\n");
}

static void
test_several(void)
{
	const char *got;

	command("sleep 101 &");
	command("sleep 102 &");
	command("sleep 103 &");
	gives("jobs",
	    "[1]   Running                sleep 101\n"
	    "[2] - Running                sleep 102\n"
	    "[3] + Running                sleep 103\n");
	contains("kill %-; wait %2; echo $?", "143\n");
	command("kill -STOP %1; wait %1");
	gives("jobs %+", "[1] + Suspended (signal)     sleep 101\n");
	gives("fg %4", "sh: fg: %4: no such job\n");
	gives("fg %sleep", "sh: fg: %sleep: ambiguous\n");
	got = command("kill -CONT %1; kill -KILL %1 %3; wait; jobs");
	ok(strcmp(got, "") == 0, "wait for all: \"%s\"", got);
	got = command("(exit 3) & wait $!; echo $?");
	ok(strstr(got, "\n3\n") != NULL, "a subshell in the background");
}

static void
test_others(void)
{
	const char *got;

	gives("sh -c 'trap \"echo bye\" TERM; kill $$'", "bye\n");
	got = command("stty -a");
	ok(strstr(got, "speed 9600 baud;") != NULL &&
		strstr(got, " icanon isig ") != NULL &&
		strstr(got, " -tostop\n") != NULL &&
		strstr(got, " susp = ^Z;") != NULL,
	    "stty -a: %s", got);
	gives("set +m; sleep 0 & wait $!; fg", "sh: fg: no job control\n");
	gives("set -m; echo $-", "ims\n");
	/* Another shell has its own group, and gives the terminal back. */
	enter("PS1='inner: ' sh");
	until("inner: ");
	enter("sleep 100");
	until_foreground();
	type("\003");
	until("inner: ");
	type("exit\r");
	until(PROMPT);
	gives("echo outer", "outer\n");
	/* Inside of $() there are no jobs. */
	gives("echo $(sh -c 'kill -TSTP $$; echo on')", "on\n");
}

/* The numbers from a to b, each on its line, behind some text. */
static const char *
numbers(const char *before, int a, int b)
{
	static char text[256];
	char *p = text + snprintf(text, sizeof(text), "%s", before);

	for (; a <= b; a++)
		p += sprintf(p, "%d\n", a);
	return (text);
}

#define	MORE	"--More--"
#define	BLANK	"        "		/* takes it away */

static void
shows(const char *what, const char *end, const char *expected)
{
	const char *got = until(end);
	bool same = strcmp(got, expected) == 0;

	ok(same, "more: %s%s", what, same ? "" : got);
}

/* more, on 24 rows. */
static void
test_more(void)
{
	const char *got;
	char both[64];

	command("seq 50 >/tmp/ptysh.more");
	enter("more /tmp/ptysh.more");
	shows("a screen but for a row", MORE, numbers("", 1, 23));
	type("x ");
	shows("another, after a key that means nothing", MORE,
	    numbers(BLANK, 24, 46));
	type("\r");
	shows("a line", MORE, numbers(BLANK, 47, 47));
	type(" ");
	shows("the end", PROMPT, numbers(BLANK, 48, 50));
	enter("more /tmp/ptysh.more /tmp/ptysh.more");
	until(MORE);
	type("  ");
	until(MORE);
	snprintf(both, sizeof(both), "%s", numbers(BLANK, 47, 50));
	shows("the next file follows", MORE, numbers(both, 1, 19));
	type("q");
	shows("enough", PROMPT, BLANK);
	gives("seq 23 | more", numbers("", 1, 23));
	enter("seq 24 | more");
	shows("keys are not of the input", MORE, numbers("", 1, 23));
	type(" ");
	shows("its end", PROMPT, "        24\n");
	gives("more /tmp/ptysh.none; echo $?",
	    "more: /tmp/ptysh.none: No such file or directory\n1\n");
	enter("for i in 1 2 3 4 5 6 7 8 9 0 1 2; do printf '%090d\\n' $i; done"
	      " | more");
	got = until(MORE);
	ok(strlen(got) == 11 * 91 + 80, "more: long lines are two (%zu)",
	    strlen(got));
	type("\003");
	until(PROMPT);
	gives("echo $?", "130\n");
	got = command("stty -a");
	ok(strstr(got, " icanon isig ") != NULL &&
		strstr(got, " echo ") != NULL,
	    "more: interrupted, it leaves the terminal as it was");
	unlink("/tmp/ptysh.more");
}

/* exit with a stopped job, and what becomes of that. */
static void
test_exit(void)
{
	int status;

	enter("sh -c 'trap \"echo hangup >&9; exit\" HUP; kill -STOP $$'");
	until(PROMPT);
	ok(strstr(command("exit"), "You have stopped jobs.") != NULL,
	    "the first exit is refused");
	type("exit\r");
	waitpid(shell, &status, 0);
	ok(WIFEXITED(status), "the second is not (%#x)", status);
	ok(strcmp(reported(), "hangup\n") == 0, "the stopped job was told");
	while (more())
		;
	close(master);
}

/* The user goes away. */
static void
test_hangup(void)
{
	int status;

	enter("sh -c 'trap \"echo stopped >&9; exit\" HUP; kill -STOP $$'");
	until(PROMPT);
	enter("sh -c 'trap \"echo foreground >&9; exit\" HUP; echo go; "
	      "while :; do read x; done'");
	until("go\r\n");
	close(master);
	waitpid(shell, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP,
	    "the shell is hung up (%#x)", status);
	ok(strlen(reported()) == strlen("stopped\nforeground\n"),
	    "and with it its jobs");
}

/* ------------------------------------------------------ editing a line */

static const struct {
	const char *what, *keys, *output;
} edits[] = {
	{ "insert", "echo ac\002b", "abc\n" },
	{ "left", "echo ac\033[Db", "abc\n" },
	{ "right", "echo ac\033OD\033OCb", "acb\n" },
	{ "^F", "echo ac\001\006\006\006\006\006\006b", "abc\n" },
	{ "to the start", "cho a\001e", "a\n" },
	{ "to the end", "cho a\001e\005b", "ab\n" },
	{ "home, end", "cho a\033[He\033[Fb", "ab\n" },
	{ "home, end of others", "cho a\033[1~e\033[4~b", "ab\n" },
	{ "no further", "\002\033[D\177echo a\006\033[C\004b", "ab\n" },
	{ "erase", "echo abx\177c", "abc\n" },
	{ "erase inside", "echo abx\002\bc", "acx\n" },
	{ "erase forward", "echo abc\002\002\004", "ac\n" },
	{ "delete", "echo abc\002\002\033[3~", "ac\n" },
	{ "erase a word", "echo a bc  \027d", "a d\n" },
	{ "erase the start", "rm -r x\025echo a", "a\n" },
	{ "erase the end", "echo abc\002\002\013", "a\n" },
	{ "characters of two bytes", "echo \303\244\303\266x\002\177",
	    "\303\244x\n" },
	{ "unknown keys", "echo\007\033[99~\033x a", "a\n" },
	{ "up", "\033[A", "a\n" },
	{ "changed", "\020\002x", "xa\n" },
	{ "twice up", "\020\033[A", "a\n" },
	{ "down", "echo new\020\020\020\016\033[B\016er", "newer\n" },
	{ "not above the first", "\020\020\020\020\020\020\020\020\020\020\020"
	  "\020\020\020\020\020\020\020\020\020\020\020\020\020\020\020",
	    "abc\n" },
	{ "^Z", "echo a\032", "a\n" },
};
#define	NEDITS		(sizeof(edits) / sizeof(edits[0]))

static void
test_edits(void)
{
	const char *got;
	size_t i;

	for (i = 0; i < NEDITS; i++) {
		type(edits[i].keys);
		type("\r");
		until("\r\n");
		got = until(PROMPT);
		ok(strcmp(got, edits[i].output) == 0, "%s: \"%s\"",
		    edits[i].what, got);
	}
	type("never\003");
	until(PROMPT);
	gives("echo $?", "130\n");
	type("echo 'a\r");
	until("> ");
	type("b'\r");
	until("\n");
	ok(strcmp(until(PROMPT), "a\nb\n") == 0, "a line of two");
	ok(strstr(command("history"), " 1  echo abc\n") != NULL, "history");
	ok(strstr(command("stty -a"), " echo ") != NULL,
	    "programs find the modes of old");
}

/* A line of more than one row of 40 cells. */
static void
test_rows(void)
{
	type("echo 67890123456789012345678901234567890");
	until("echo 678901234567890123456789012345\r\n67890");
	ok(true, "the next row begins at once");
	type("\001");
	until("\033[1A\r" PROMPT "echo 67");
	until("67890\033[J\033[1A\r\033[5C");
	ok(true, "the cursor goes up to the prompt");
	type("\005");
	until("\r" PROMPT "echo 67");
	type("\177\177\177\177\177");
	until("012345\r\n\033[J");
	ok(true, "a full row has its cursor in the next");
	type("\177\r");
	until("01234\033[J\r\n");
	ok(strcmp(until(PROMPT), "67890123456789012345678901234\n") == 0,
	    "and the line is whole");
}

static void
test_editing(void)
{
	int status;

	start_shell("TERM=vt100", 40);
	test_edits();
	test_rows();
	enter("cat");
	enter("x"); /* shown by the terminal, as the modes are its own */
	until("x\r\n");
	type("\003");
	until(PROMPT);
	type("\004");
	waitpid(shell, &status, 0);
	ok(status == W_EXITCODE(130, 0), "^D is the end (%#x)", status);
	close(report[0]);
	close(master);
}

int
main(void)
{
	alarm(100);
	start_shell("TERM=dumb", 80);
	test_one_job();
	test_background_reader();
	test_pipeline();
	test_several();
	test_others();
	test_more();
	test_exit();
	start_shell("TERM=dumb", 80);
	test_hangup();
	test_editing();
	return (tap_done());
}
