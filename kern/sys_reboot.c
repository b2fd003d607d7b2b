/*
 * reboot(2).  What it does is in kern_shutdown.c.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/reboot.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>

/* What this kernel can do, and what needs no doing. */
#define	RB_KNOWN	(RB_HALT | RB_POWEROFF | RB_NOSYNC | RB_SINGLE | \
	RB_VERBOSE)

/*
 * Root's only.  EPERM, EINVAL, or it does not return.
 */
int
sys_reboot(struct thread *td, struct reboot_args *uap)
{
	int error;

	error = suser(td);
	if (error != 0)
		return (error);
	if (uap->opt & ~RB_KNOWN)
		return (EINVAL);
	kern_reboot(uap->opt);
}
