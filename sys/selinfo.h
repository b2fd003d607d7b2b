/*
 * Who waits in select(2) or poll(2) for an object: a selinfo lies in
 * everything that can be waited for, zeroed at first.  One waiter is
 * recorded; when there are more, all of select's sleepers are woken and look
 * again.  Knotes of kqueue(2) hang on to it as well.
 *
 * Owned by kern/sys_generic.c; guarded by its sellock.
 */
#ifndef _SYS_SELINFO_H_
#define	_SYS_SELINFO_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/event.h>
#include <sys/queue.h>

struct file;
struct knote;
struct seltd;
struct thread;
struct timeval;

/* si_more */
#define	SI_COLL		0x01		/* there were more waiters */
#define	SI_NOTE		0x02		/* there are knotes */

struct selinfo {
	TAILQ_ENTRY(selinfo) si_link;	/* in the waiter's list */
	struct	seltd *si_td;		/* the waiter, or NULL */
	u_int	si_more;		/* SI_* */
	struct	klist si_note;		/* kq_mtx: knotes */
};

/*
 * To fo_poll, by selpoll(): call selrecord() even if there is no need to
 * wait, but only for what is asked.
 */
#define	POLLRECORD	0x10000

/* Whether fo_poll, which has found revents, is to record who waits for what. */
static __inline bool
selneeded(int events, int revents, int what)
{
	if (__predict_false((events & POLLRECORD) != 0))
		return ((events & what) != 0);
	return (revents == 0);
}

/* fo_poll found nothing: remember who is to be woken. */
void	selrecord(struct thread *, struct selinfo *);
void	selwakeup_all(struct selinfo *);	/* there are some */

/* For kqueue(2): poll a file, and have the knote recorded. */
int	selpoll(struct file *, int events, struct knote *, struct thread *);
void	selnoted(struct selinfo *, bool some);	/* si_note has some now */

/* When a relative time is over, in uptime; and the ticks to there, or 0. */
void	sel_deadline(const struct timeval *rel, struct timeval *deadline);
int	sel_timo(const struct timeval *deadline);

/*
 * Something has changed; also before the object goes away.  The object's
 * lock is held, so nobody can be recorded while we look.
 */
static __inline void
selwakeup(struct selinfo *sip)
{
	if (__predict_false(((uintptr_t)sip->si_td | sip->si_more) != 0))
		selwakeup_all(sip);
}

#endif /* _KERNEL */
#endif /* !_SYS_SELINFO_H_ */
