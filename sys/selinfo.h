/*
 * Who waits in select(2) or poll(2) for an object: a selinfo lies in
 * everything that can be waited for.  One waiter is recorded; when there
 * are more, all of select's sleepers are woken and look again.
 *
 * Owned by kern/sys_generic.c; guarded by its sellock.
 */
#ifndef _SYS_SELINFO_H_
#define	_SYS_SELINFO_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>

struct seltd;
struct thread;

struct selinfo {
	TAILQ_ENTRY(selinfo) si_link;	/* in the waiter's list */
	struct	seltd *si_td;		/* the waiter, or NULL */
	bool	si_coll;		/* there were more */
};

/* fo_poll found nothing: remember who is to be woken. */
void	selrecord(struct thread *, struct selinfo *);
void	selwakeup_all(struct selinfo *);	/* there are some */

/*
 * Something has changed; also before the object goes away.  The object's
 * lock is held, so nobody can be recorded while we look.
 */
static __inline void
selwakeup(struct selinfo *sip)
{
	if (__predict_false(sip->si_td != NULL || sip->si_coll))
		selwakeup_all(sip);
}

#endif /* _KERNEL */
#endif /* !_SYS_SELINFO_H_ */
