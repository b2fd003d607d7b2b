/*
 * Waiting for a signal without a handler of the program's own.
 *
 * The signals of the set, which the caller has blocked, get a catcher for
 * the time of the call, and sigsuspend(2) lets them in.  (A signal whose
 * action is to be ignored is thrown away by the kernel as it arrives, even
 * while it is blocked: a program that waits for one has to give it a
 * handler first, which then never runs.)
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>

static siginfo_t caught;

static void
catcher(int sig, siginfo_t *info, void *context)
{
	(void)context;
	caught = *info;
	caught.si_signo = sig;
}

/*
 * Wait for a signal of the set.  Returns 0, or EINTR if one that is not in
 * the set was handled.
 */
static int
wait_for(const sigset_t *set)
{
	struct sigaction old[NSIG], sa = { .sa_flags = SA_SIGINFO };
	sigset_t before, mask;
	int sig;

	sa.sa_sigaction = catcher;
	/* Only one signal is to be taken. */
	(void)sigfillset(&sa.sa_mask);
	(void)sigprocmask(SIG_BLOCK, set, &before);
	mask = before;
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(set, sig) != 1 || sig == SIGKILL ||
		    sig == SIGSTOP)
			continue;
		(void)sigaction(sig, &sa, &old[sig]);
		(void)sigdelset(&mask, sig);
	}
	caught.si_signo = 0;
	(void)sigsuspend(&mask);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1 && sig != SIGKILL &&
		    sig != SIGSTOP)
			(void)sigaction(sig, &old[sig], NULL);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return (caught.si_signo != 0 ? 0 : EINTR);
}

/*
 * sigwait(3): wait for a signal of the set, which goes to *sig.  Returns
 * 0.
 */
int
sigwait(const sigset_t *__restrict set, int *__restrict sig)
{
	int saved = errno;

	while (wait_for(set) != 0)
		;
	errno = saved;
	*sig = caught.si_signo;
	return (0);
}

/*
 * sigwaitinfo(2): the same; what is known about the signal goes to *info
 * unless that is NULL.  Returns the signal, or -1: EINTR (another signal
 * was handled).
 */
int
sigwaitinfo(const sigset_t *__restrict set, siginfo_t *__restrict info)
{
	int error = wait_for(set);

	if (error != 0) {
		errno = error;
		return (-1);
	}
	if (info != NULL)
		*info = caught;
	return (caught.si_signo);
}
