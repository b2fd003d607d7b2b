/*
 * Hooks: lists of functions that are called at an event.  The fork, exit
 * and exec callouts (at_fork and its like) are three of them.
 * kern/kern_hook.c owns these structures.
 */
#ifndef _SYS_HOOK_H_
#define	_SYS_HOOK_H_

#ifdef _KERNEL

#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/queue.h>

/* Any function; who runs a list knows the true type of what is on it. */
typedef void (*hook_fn)(void);

struct hook;
struct hook_walk;

struct hooklist {
	struct mtx	hl_mtx;
	const char	*hl_name;	/* (b) how it is registered */
	TAILQ_HEAD(, hook) hl_hooks;	/* hl_mtx: in order of registration */
	LIST_HEAD(, hook_walk) hl_walks;	/* hl_mtx: those under way */
	u_int		hl_number;	/* hl_mtx: given to the last hook */
};

/* A list that is ready before the first process is made. */
#define	HOOKLIST(var, name)						\
	static struct hooklist var = { .hl_name = name };		\
	SYSINIT(var, SI_SUB_INTRINSIC, SI_ORDER_ANY, hooklist_init, &var)

void	hooklist_init(void *hooklist);
int	hook_add(struct hooklist *, hook_fn);
int	hook_remove(struct hooklist *, hook_fn);
/* The same, but somebody may be in the function still: may not sleep. */
int	hook_remove_nowait(struct hooklist *, hook_fn);
void	hook_walk(struct hooklist *, void (*call)(hook_fn, void *), void *arg);

/*
 * Call each of them, if there are any: call(fn, arg).  One that is being
 * added at this moment comes too late.  May sleep; no locks held.
 */
static __inline void
hook_run(struct hooklist *hl, void (*call)(hook_fn, void *), void *arg)
{
	if (data_race(!TAILQ_EMPTY(&hl->hl_hooks)))
		hook_walk(hl, call, arg);
}

#endif /* _KERNEL */
#endif /* !_SYS_HOOK_H_ */
