/*
 * Waiting for a signal without a handler.
 */
#include <errno.h>
#include <signal.h>

#include "libc.h"

/*
 * sigwait(3): wait for a signal of the set, which goes to *sig and is no
 * longer pending.  Returns 0, or EFAULT.  That another signal was handled
 * meanwhile does not end the wait.
 */
int
sigwait(const sigset_t *__restrict set, int *__restrict sig)
{
	int error;

	do
		error = __sys_sigwait(set, sig);
	while (error == EINTR);
	return (error);
}
