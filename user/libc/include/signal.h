/*
 * Signals.
 */
#ifndef _SIGNAL_H_
#define	_SIGNAL_H_

#include <sys/signal.h>
#include <sys/ucontext.h>
#include <sys/timespec.h>

__BEGIN_DECLS
extern const char *const sys_signame[NSIG];
extern const char *const sys_siglist[NSIG];
extern const int sys_nsig;

int	kill(pid_t, int);
int	killpg(pid_t, int);
void	psiginfo(const siginfo_t *, const char *);
void	psignal(int, const char *);
int	raise(int);
int	sigaction(int, const struct sigaction *__restrict,
	    struct sigaction *__restrict);
int	sigaddset(sigset_t *, int);
int	sigaltstack(const stack_t *__restrict, stack_t *__restrict);
int	sigblock(int);
int	sigdelset(sigset_t *, int);
int	sigemptyset(sigset_t *);
int	sigfillset(sigset_t *);
int	sighold(int);
int	sigignore(int);
int	siginterrupt(int, int);
int	sigismember(const sigset_t *, int);
int	sigpause(int);
int	sigpending(sigset_t *);
int	sigprocmask(int, const sigset_t *__restrict, sigset_t *__restrict);
int	sigrelse(int);
sig_t	sigset(int, sig_t);
int	sigsetmask(int);
int	sigsuspend(const sigset_t *);
int	sigtimedwait(const sigset_t *__restrict, siginfo_t *__restrict,
	    const struct timespec *__restrict);
int	sigwait(const sigset_t *__restrict, int *__restrict);
int	sigwaitinfo(const sigset_t *__restrict, siginfo_t *__restrict);
__END_DECLS

#endif /* !_SIGNAL_H_ */
