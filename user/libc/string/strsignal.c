/*
 * Names and descriptions of signals.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const int sys_nsig = NSIG;

const char *const sys_signame[NSIG] = {
	"Signal 0", "hup", "int", "quit", "ill", "trap", "abrt", "emt",
	"fpe", "kill", "bus", "segv", "sys", "pipe", "alrm", "term", "urg",
	"stop", "tstp", "cont", "chld", "ttin", "ttou", "io", "xcpu",
	"xfsz", "vtalrm", "prof", "winch", "info", "usr1", "usr2",
};

const char *const sys_siglist[NSIG] = {
	"Signal 0",
	"Hangup",
	"Interrupt",
	"Quit",
	"Illegal instruction",
	"Trace/BPT trap",
	"Abort trap",
	"EMT trap",
	"Floating point exception",
	"Killed",
	"Bus error",
	"Segmentation fault",
	"Bad system call",
	"Broken pipe",
	"Alarm clock",
	"Terminated",
	"Urgent I/O condition",
	"Suspended (signal)",
	"Suspended",
	"Continued",
	"Child exited",
	"Stopped (tty input)",
	"Stopped (tty output)",
	"I/O possible",
	"Cputime limit exceeded",
	"Filesize limit exceeded",
	"Virtual timer expired",
	"Profiling timer expired",
	"Window size changes",
	"Information request",
	"User defined signal 1",
	"User defined signal 2",
};

/*
 * strsignal(3): the description of a signal.  That of an unknown number is
 * overwritten by the next call.
 */
char *
strsignal(int sig)
{
	static char buf[32];

	if (sig >= 0 && sig < NSIG)
		return ((char *)sys_siglist[sig]);
	snprintf(buf, sizeof(buf), "Unknown signal: %d", sig);
	return (buf);
}

/*
 * psignal(3): write a message and the description of a signal to standard
 * error, as perror(3) does for errors.
 */
void
psignal(int sig, const char *msg)
{
	fflush(stderr);
	if (msg != NULL && *msg != '\0')
		dprintf(STDERR_FILENO, "%s: %s\n", msg, strsignal(sig));
	else
		dprintf(STDERR_FILENO, "%s\n", strsignal(sig));
}

/*
 * psiginfo(3): psignal for the signal that is described by si.
 */
void
psiginfo(const siginfo_t *si, const char *msg)
{
	psignal(si->si_signo, msg);
}
