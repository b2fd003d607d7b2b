/*
 * Functions to be called after some ticks of the clock.  They run in the
 * kernel thread "softclock", where they may take mutexes but not sleep; see
 * callout(9).
 *
 * Owned by kern/kern_timeout.c.  All fields are under callout_lock.
 */
#ifndef _SYS_CALLOUT_H_
#define	_SYS_CALLOUT_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>

struct mtx;

#define	CALLOUT_MPSAFE	0x01		/* runs without Giant */
#define	CALLOUT_PENDING	0x02		/* on the wheel */
#define	CALLOUT_ACTIVE	0x04		/* set, and not stopped since */
#define	CALLOUT_DUE	0x08		/* its time has come */

struct callout {
	TAILQ_ENTRY(callout) c_links;	/* slot of the wheel */
	int	c_time;			/* in ticks, when */
	int	c_flags;		/* CALLOUT_* */
	void	(*c_func)(void *);
	void	*c_arg;
	struct	mtx *c_mtx;		/* taken around it, or NULL */
};

void	callout_init(struct callout *, int mpsafe);
void	callout_init_mtx(struct callout *, struct mtx *, int flags);
int	callout_reset(struct callout *, int ticks, void (*)(void *), void *);
int	callout_stop(struct callout *);	/* 1: it will not run; 0 too late */
int	callout_drain(struct callout *); /* also waits while it runs */
#define	callout_pending(c)	(((c)->c_flags & CALLOUT_PENDING) != 0)
#define	callout_active(c)	(((c)->c_flags & CALLOUT_ACTIVE) != 0)
#define	callout_deactivate(c)	((c)->c_flags &= ~CALLOUT_ACTIVE)

void	callout_boot(void);
int	callout_tick(void);		/* a tick has passed; 1: some are due */
void	softclock_wakeup(void);		/* have them run */

#endif /* _KERNEL */
#endif /* !_SYS_CALLOUT_H_ */
