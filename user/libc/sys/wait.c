/*
 * The relatives of wait4(2).
 */
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * wait(2): wait for any child to end.  Its status goes to *status unless
 * that is NULL.  Returns its process id, or -1: ECHILD, EINTR.
 */
pid_t
wait(int *status)
{
	return (wait4(WAIT_ANY, status, 0, NULL));
}

/*
 * waitpid(2): wait for some child, with options.  Returns its process id,
 * 0 (WNOHANG, and nothing to report), or -1: ECHILD, EINTR, EINVAL.
 */
pid_t
waitpid(pid_t pid, int *status, int options)
{
	return (wait4(pid, status, options, NULL));
}

/*
 * wait3(2): wait for any child, with options, and get its resource usage.
 */
pid_t
wait3(int *status, int options, struct rusage *ru)
{
	return (wait4(WAIT_ANY, status, options, ru));
}

/*
 * Describe a status as the SIGCHLD for it would.
 */
static void
describe(siginfo_t *info, pid_t pid, int status)
{
	info->si_signo = SIGCHLD;
	info->si_pid = pid;
	info->si_uid = getuid();
	if (WIFEXITED(status)) {
		info->si_code = CLD_EXITED;
		info->si_status = WEXITSTATUS(status);
	} else if (WIFSTOPPED(status)) {
		info->si_code = CLD_STOPPED;
		info->si_status = WSTOPSIG(status);
	} else if (WIFCONTINUED(status)) {
		info->si_code = CLD_CONTINUED;
		info->si_status = SIGCONT;
	} else {
		info->si_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
		info->si_status = WTERMSIG(status);
	}
}

/*
 * waitid(2): wait for a child, those of a group or any; what happened goes
 * to *info unless that is NULL.  It is done by wait4(2), which always
 * reports exits and always takes the child away, so that options must have
 * WEXITED and cannot have WNOWAIT.  si_uid is that of the caller.
 * Returns 0 (also for WNOHANG with nothing to report: then si_signo and
 * si_pid are 0), or -1: ECHILD, EINTR, EINVAL.
 */
int
waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	siginfo_t dummy;
	pid_t pid;
	int status;

	if ((options & ~(WEXITED | WSTOPPED | WCONTINUED | WNOHANG)) != 0 ||
	    (options & WEXITED) == 0) {
		errno = EINVAL;
		return (-1);
	}
	if (type == P_ALL)
		pid = WAIT_ANY;
	else if (type == P_PID && (pid_t)id > 0)
		pid = (pid_t)id;
	else if (type == P_PGID && (pid_t)id == 1 && getpgrp() != 1) {
		/* To wait4() that would be any child. */
		errno = ECHILD;
		return (-1);
	} else if (type == P_PGID && (pid_t)id >= 0)
		pid = id <= 1 ? WAIT_MYPGRP : -(pid_t)id;
	else {
		errno = EINVAL;
		return (-1);
	}
	pid = wait4(pid, &status, options & ~WEXITED, NULL);
	if (pid == -1)
		return (-1);
	if (info == NULL)
		info = &dummy;
	memset(info, 0, sizeof(*info));
	if (pid != 0)
		describe(info, pid, status);
	return (0);
}
