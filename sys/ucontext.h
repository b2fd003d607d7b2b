/*
 * The context of a thread: what sigreturn(2) restores, and the third
 * argument of a handler with SA_SIGINFO.
 */
#ifndef _SYS_UCONTEXT_H_
#define	_SYS_UCONTEXT_H_

#include <sys/signal.h>
#include <machine/ucontext.h>

typedef struct __ucontext {
	sigset_t	uc_sigmask;	/* blocked signals */
	mcontext_t	uc_mcontext;	/* registers */
	struct __ucontext *uc_link;
	stack_t		uc_stack;	/* the stack it runs on */
	int		uc_flags;
	int		__spare__[4];
} ucontext_t;

#ifndef _KERNEL
__BEGIN_DECLS
int	sigreturn(const ucontext_t *);
__END_DECLS
#endif

#endif /* !_SYS_UCONTEXT_H_ */
