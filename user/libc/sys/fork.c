/*
 * fork(2), pdfork(2) and sigreturn(2), under the names programs use.
 */
#include <sys/procdesc.h>
#include <sys/ucontext.h>

#include <unistd.h>

#include "libc.h"

int	__memory_shared;	/* rfork_thread(3) has been asked for RFMEM */

/*
 * fork(2): make a process, which is a copy of the caller.  Returns 0 in
 * the child and its process id in the parent, or -1: EAGAIN, ENOMEM.
 *
 * The heap is locked meanwhile if memory has ever been shared: a process
 * that shares ours (see rfork_thread(3)) might be changing it, and the child
 * would have half of the change.  Else it is left alone: to lock it would
 * be to write, in the parent and in the child, to a page that they share.
 * With the lock fork is not for signal handlers: one that has interrupted
 * malloc would wait for itself.
 */
pid_t
fork(void)
{
	pid_t pid;

	if (!__memory_shared)
		return (__sys_fork());
	__malloc_prefork();
	pid = __sys_fork();
	__malloc_postfork();
	return (pid);
}

/*
 * pdfork(2): the same, and *fdp is a descriptor of the child, which has none
 * of itself; flags are PD_*.  Returns as fork(2) does; -1 with EINVAL for
 * flags that do not exist, EFAULT with a child, EMFILE, ENFILE.
 */
pid_t
pdfork(int *fdp, int flags)
{
	pid_t pid;

	if (!__memory_shared)
		return (__sys_pdfork(fdp, flags));
	__malloc_prefork();
	pid = __sys_pdfork(fdp, flags);
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
