/*
 * Signals: sets, and what is built from sigaction(2) and sigprocmask(2).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Signals for which siginterrupt(3) wants no restart. */
static sigset_t sigintr;

/*
 * sigemptyset(3), sigfillset(3), sigaddset(3), sigdelset(3),
 * sigismember(3): sets of signals.  Return 0 (sigismember: 0 or 1), or -1:
 * EINVAL (no such signal).
 */
int
sigemptyset(sigset_t *set)
{
	memset(set, 0, sizeof(*set));
	return (0);
}

int
sigfillset(sigset_t *set)
{
	memset(set, 0xff, sizeof(*set));
	return (0);
}

static int
valid(int sig)
{
	if (_SIG_VALID(sig))
		return (1);
	errno = EINVAL;
	return (0);
}

int
sigaddset(sigset_t *set, int sig)
{
	if (!valid(sig))
		return (-1);
	set->__bits[_SIG_WORD(sig)] |= _SIG_BIT(sig);
	return (0);
}

int
sigdelset(sigset_t *set, int sig)
{
	if (!valid(sig))
		return (-1);
	set->__bits[_SIG_WORD(sig)] &= ~_SIG_BIT(sig);
	return (0);
}

int
sigismember(const sigset_t *set, int sig)
{
	if (!valid(sig))
		return (-1);
	return ((set->__bits[_SIG_WORD(sig)] & _SIG_BIT(sig)) != 0);
}

/*
 * signal(3): handle a signal, with BSD's semantics: the handler stays, the
 * signal is blocked while it runs, and interrupted system calls are
 * restarted.  Returns the previous handler, or SIG_ERR: EINVAL.
 */
sig_t
signal(int sig, sig_t handler)
{
	struct sigaction sa = { .sa_flags = 0 }, old;

	sa.sa_handler = handler;
	if (_SIG_VALID(sig) && sigismember(&sigintr, sig) == 0)
		sa.sa_flags = SA_RESTART;
	if (sigaction(sig, &sa, &old) == -1)
		return (SIG_ERR);
	return (old.sa_handler);
}

/*
 * siginterrupt(3): whether a signal interrupts system calls (flag not
 * zero) or has them restarted.  Returns 0, or -1: EINVAL.
 */
int
siginterrupt(int sig, int flag)
{
	struct sigaction sa;

	if (sigaction(sig, NULL, &sa) == -1)
		return (-1);
	if (flag) {
		(void)sigaddset(&sigintr, sig);
		sa.sa_flags &= ~SA_RESTART;
	} else {
		(void)sigdelset(&sigintr, sig);
		sa.sa_flags |= SA_RESTART;
	}
	return (sigaction(sig, &sa, NULL));
}

/*
 * raise(3): send a signal to oneself.  killpg(3): to a process group (0:
 * the own one).  Return 0, or -1: EINVAL, ESRCH, EPERM.
 */
int
raise(int sig)
{
	return (kill(getpid(), sig));
}

int
killpg(pid_t pgrp, int sig)
{
	if (pgrp == 1 || pgrp < 0) {
		errno = ESRCH;
		return (-1);
	}
	return (kill(-pgrp, sig));
}

/*
 * sigblock(3), sigsetmask(3): 4.2BSD's masks of the first 32 signals.
 * Return the previous mask.
 */
static int
change_mask(int how, int mask)
{
	sigset_t set, old;

	(void)sigemptyset(&set);
	set.__bits[0] = (unsigned)mask;
	if (sigprocmask(how, &set, &old) == -1)
		return (-1);
	return ((int)old.__bits[0]);
}

int
sigblock(int mask)
{
	return (change_mask(SIG_BLOCK, mask));
}

int
sigsetmask(int mask)
{
	return (change_mask(SIG_SETMASK, mask));
}

/*
 * sighold(3), sigrelse(3), sigignore(3), sigpause(3), sigset(3): System
 * V's calls, with a signal number.  Return 0, or -1: EINVAL.  sigpause
 * waits for signals with sig not blocked: -1, EINTR.
 */
static int
change_one(int how, int sig)
{
	sigset_t set;

	(void)sigemptyset(&set);
	if (sigaddset(&set, sig) == -1)
		return (-1);
	return (sigprocmask(how, &set, NULL));
}

int
sighold(int sig)
{
	return (change_one(SIG_BLOCK, sig));
}

int
sigrelse(int sig)
{
	return (change_one(SIG_UNBLOCK, sig));
}

int
sigignore(int sig)
{
	struct sigaction sa = { .sa_flags = 0 };

	sa.sa_handler = SIG_IGN;
	return (sigaction(sig, &sa, NULL));
}

int
sigpause(int sig)
{
	sigset_t set;

	if (sigprocmask(SIG_BLOCK, NULL, &set) == -1 ||
	    sigdelset(&set, sig) == -1)
		return (-1);
	return (sigsuspend(&set));
}

/*
 * sigset(3): SIG_HOLD blocks the signal; anything else is its new action
 * and unblocks it.  Returns SIG_HOLD if it was blocked, else the previous
 * action, or SIG_ERR.
 */
sig_t
sigset(int sig, sig_t action)
{
	struct sigaction sa = { .sa_flags = 0 }, old;
	sigset_t set, before;

	(void)sigemptyset(&set);
	if (sigaddset(&set, sig) == -1 ||
	    sigprocmask(SIG_BLOCK, NULL, &before) == -1)
		return (SIG_ERR);
	sa.sa_handler = action;
	if (sigaction(sig, action == SIG_HOLD ? NULL : &sa, &old) == -1 ||
	    sigprocmask(action == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, &set,
		NULL) == -1)
		return (SIG_ERR);
	return (sigismember(&before, sig) == 1 ? SIG_HOLD : old.sa_handler);
}

/*
 * pause(3): wait for a signal to be handled.  Returns -1: EINTR.
 */
int
pause(void)
{
	sigset_t set;

	if (sigprocmask(SIG_BLOCK, NULL, &set) == -1)
		return (-1);
	return (sigsuspend(&set));
}
