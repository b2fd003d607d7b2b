/*
 * The table of signal names, which builds for the host too.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "signames.h"

static const struct {
	int	number;
	const char *name;
} signals[] = {
	{ SIGHUP, "HUP" }, { SIGINT, "INT" }, { SIGQUIT, "QUIT" },
	{ SIGILL, "ILL" }, { SIGTRAP, "TRAP" }, { SIGABRT, "ABRT" },
	{ SIGFPE, "FPE" }, { SIGKILL, "KILL" }, { SIGBUS, "BUS" },
	{ SIGSEGV, "SEGV" }, { SIGSYS, "SYS" }, { SIGPIPE, "PIPE" },
	{ SIGALRM, "ALRM" }, { SIGTERM, "TERM" }, { SIGURG, "URG" },
	{ SIGSTOP, "STOP" }, { SIGTSTP, "TSTP" }, { SIGCONT, "CONT" },
	{ SIGCHLD, "CHLD" }, { SIGTTIN, "TTIN" }, { SIGTTOU, "TTOU" },
	{ SIGIO, "IO" }, { SIGXCPU, "XCPU" }, { SIGXFSZ, "XFSZ" },
	{ SIGVTALRM, "VTALRM" }, { SIGPROF, "PROF" }, { SIGWINCH, "WINCH" },
	{ SIGUSR1, "USR1" }, { SIGUSR2, "USR2" },
#ifdef __TINE__ /* the shell is built for Linux too, which lacks these */
	{ SIGEMT, "EMT" }, { SIGINFO, "INFO" },
#endif
};
#define	NSIGNALS	(sizeof(signals) / sizeof(signals[0]))

const char *
signal_name(int number)
{
	size_t i;

	for (i = 0; i < NSIGNALS; i++)
		if (signals[i].number == number)
			return (signals[i].name);
	return (NULL);
}

int
signal_number(const char *s)
{
	char *end;
	long n;
	size_t i;

	if (*s >= '0' && *s <= '9') {
		n = strtol(s, &end, 10);
		return (*end == '\0' && n < NSIG ? (int)n : -1);
	}
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	for (i = 0; i < NSIGNALS; i++)
		if (strcasecmp(signals[i].name, s) == 0)
			return (signals[i].number);
	return (-1);
}
