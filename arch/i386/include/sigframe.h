/*
 * What the kernel puts on the stack for a signal handler.  It begins at a
 * multiple of 16, and the handler's return address, which the call in
 * sigcode pushes, lies just below it:
 *
 *	high	sf_si		siginfo_t
 *		sf_uc		ucontext_t
 *		sf_handler	for sigcode
 *		sf_addr		4th argument: faulting address
 *		sf_ucontext	3rd argument: &sf_uc
 *		sf_siginfo	2nd argument: &sf_si, or without SA_SIGINFO
 *				the code
 *	low	sf_signum	1st argument
 */
#ifndef _MACHINE_SIGFRAME_H_
#define	_MACHINE_SIGFRAME_H_

#include <sys/types.h>
#include <sys/ucontext.h>

struct sigframe {
	register_t sf_signum;
	register_t sf_siginfo;
	register_t sf_ucontext;
	register_t sf_addr;
	register_t sf_handler;
	ucontext_t sf_uc;
	siginfo_t sf_si;
};

#endif /* !_MACHINE_SIGFRAME_H_ */
