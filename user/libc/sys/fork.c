/*
 * fork(2) and sigreturn(2), under the names programs use.
 */
#include <sys/ucontext.h>

#include <unistd.h>

#include "libc.h"

/*
 * fork(2): make a process, which is a copy of the caller.  Returns 0 in
 * the child and its process id in the parent, or -1: EAGAIN, ENOMEM.
 *
 * The heap is locked meanwhile: a process that shares our memory (see
 * rfork(2)) might be changing it, and the child would have half of the
 * change.
 */
pid_t
fork(void)
{
	pid_t pid;

	__malloc_prefork();
	pid = __sys_fork();
	__malloc_postfork();
	return (pid);
}

/*
 * sigreturn(2): go on with a context.  Returns only on errors: -1, EFAULT,
 * EINVAL.
 */
int
sigreturn(const ucontext_t *ucp)
{
	return (__sys_sigreturn(ucp));
}
