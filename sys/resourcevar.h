/*
 * Limits, statistics and the per-user counts.  Owned by
 * kern/kern_resource.c.
 */
#ifndef _SYS_RESOURCEVAR_H_
#define	_SYS_RESOURCEVAR_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/time.h>

struct proc;
struct thread;

/*
 * Limits are shared over fork and copied when changed: a plimit with more
 * than one reference is never written.
 */
struct plimit {
	volatile u_int	pl_refcnt;
	struct	rlimit pl_rlimit[RLIM_NLIMITS];
};

/*
 * Time on the processor as it is counted; calcru() makes of it what users
 * see, when they ask.
 */
struct runtimes {
	u_int64_t rt_total;		/* cpu_ticks() */
	u_int	rt_user, rt_sys, rt_intr; /* statclock's hits */
};

/* Statistics of one process.  The times in ru and cru are not used. */
struct pstats {
	struct pstats_zero {		/* cleared by fork */
		struct	rusage ru;	/* (j) its own; ru_maxrss and */
					/* ru_minflt (k) */
		bool	reaped;		/* (c) it has waited for children */
		struct	itimerval timer[3]; /* (j) virtual and prof timers */
	} p_zero;
	struct uprof {			/* (j) copied by fork: profil(2) */
		caddr_t	pr_base;
		u_long	pr_size;
		u_long	pr_off;
		u_long	pr_scale;
	} p_prof;
	u_int64_t p_start;		/* birth, in cpu_ticks() */
	/* Nothing, unless PS_OWEUPC. */
	uintptr_t ps_profpc;		/* (j) where the program was */
	u_int	ps_proftick;		/* (j) ticks that are to be counted */
	/* Nothing, unless ps_reaped. */
	struct	rusage ps_cru;		/* (c) of children waited for */
	struct	runtimes ps_crt;	/* (c) the same */
};
#define	ps_ru		p_zero.ru
#define	ps_reaped	p_zero.reaped
#define	ps_timer	p_zero.timer

/* What is counted for each user. */
struct uidinfo {
	LIST_ENTRY(uidinfo) ui_hash;	/* uihash_lock */
	uid_t	ui_uid;			/* constant */
	volatile u_int	ui_ref;		/* references */
	volatile u_int	ui_proccnt;	/* processes, zombies included */
};

void	limits_init(void);
struct	plimit *lim_alloc(void);	/* or NULL */
struct	plimit *lim_hold(struct plimit *);
void	lim_free(struct plimit *);	/* NULL-safe */
/* The current (soft) and the highest (hard) value of a process's limit. */
#define	lim_cur(p, which) ((p)->p_limit->pl_rlimit[which].rlim_cur)
#define	lim_max(p, which) ((p)->p_limit->pl_rlimit[which].rlim_max)
void	calcru(struct proc *, struct timeval *user, struct timeval *sys,
	    struct timeval *intr);	/* sched_lock held */
/* Of a child that has ended: what it has used, and its children, ... */
void	usage_dead(const struct proc *, struct rusage *);
/* ... and add that to what its parent's children have used; (c) parent. */
void	usage_reap(struct proc *parent, const struct proc *child);
void	usage_rss(struct proc *);	/* see its comment; no locks */
/* kern_prof.c; sched_lock held, but for addupc_task() */
void	startprofclock(struct proc *);
void	stopprofclock(struct proc *);
void	addupc_intr(struct thread *, uintptr_t pc);	/* a tick */
void	addupc_task(struct thread *);			/* what is owed */
u_int64_t proc_runtime(struct proc *);	/* microseconds, up to now */
void	uihashinit(void);
struct	uidinfo *uifind(uid_t);		/* a reference, or NULL */
struct	uidinfo *uihold(struct uidinfo *);
void	uifree(struct uidinfo *);	/* NULL-safe */
int	chgproccnt(struct uidinfo *, int diff, rlim_t max);

#endif /* _KERNEL */
#endif /* !_SYS_RESOURCEVAR_H_ */
