/*
 * Hooks: functions to call at an event, in the order of registration.
 *
 * No lock is held while a hook runs.  It may sleep, fork, and add and
 * remove hooks, itself included.  What a lock held over the whole walk
 * would give is had by telling the list who walks it: a removal moves the
 * walks on that were about to come to the hook, and the memory stays as
 * long as somebody is inside the function.
 *
 *	hl_hooks   [a] -> [b] -> [c] -> [d]
 *	                   ^      ^
 *	walk 1: current ---+      |	b runs, and c is next;
 *	        next -------------+	removing c makes it d
 *
 * A hook that is added during a walk runs from the next walk on.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/kernel.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/syslog.h>

MALLOC_DEFINE(M_HOOK, "hook", "fork, exit and exec callouts");

struct hook {
	hook_fn		h_fn;		/* (b) */
	u_int		h_number;	/* (b) of all that were registered */
	u_int		h_inside;	/* hl_mtx: who keeps this memory */
	bool		h_removed;	/* hl_mtx: off the list */
	TAILQ_ENTRY(hook) h_link;	/* hl_mtx */
};

/* One walk over a list, on the stack of who walks. */
struct hook_walk {
	struct	thread *hw_td;		/* (b) */
	struct	hook *hw_next;		/* hl_mtx */
	LIST_ENTRY(hook_walk) hw_link;	/* hl_mtx */
};

void
hooklist_init(void *hooklist)
{
	struct hooklist *hl = hooklist;

	mtx_init(&hl->hl_mtx, "hooks", NULL, MTX_DEF);
	TAILQ_INIT(&hl->hl_hooks);
	LIST_INIT(&hl->hl_walks);
}

static struct hook *
hook_find(struct hooklist *hl, hook_fn fn)
{
	struct hook *h;

	mtx_assert(&hl->hl_mtx, MA_OWNED);
	TAILQ_FOREACH(h, &hl->hl_hooks, h_link)
		if (h->h_fn == fn)
			break;
	return (h);
}

/*
 * Have fn called at each event from now on, after those that are on the
 * list already.  0, EEXIST if it is one of them, or ENOMEM.
 */
int
hook_add(struct hooklist *hl, hook_fn fn)
{
	struct hook *new;
	bool known;

	new = malloc(sizeof(*new), M_HOOK, M_NOWAIT | M_ZERO);
	if (new == NULL)
		return (ENOMEM);
	new->h_fn = fn;

	mtx_lock(&hl->hl_mtx);
	known = hook_find(hl, fn) != NULL;
	if (!known) {
		new->h_number = ++hl->hl_number;
		TAILQ_INSERT_TAIL(&hl->hl_hooks, new, h_link);
	}
	mtx_unlock(&hl->hl_mtx);
	if (!known)
		return (0);
	log(LOG_WARNING, "%s: callout %p is registered already\n", hl->hl_name,
	    fn);
	free(new, M_HOOK);
	return (EEXIST);
}

/*
 * Somebody has left the function, or has waited long enough.  The last one
 * takes a removed hook away; before that, who waits in hook_remove() looks.
 */
static void
hook_leave(struct hooklist *hl, struct hook *h)
{
	mtx_assert(&hl->hl_mtx, MA_OWNED);
	KASSERT(h->h_inside > 0, ("hook_leave: %p has nobody inside", h));
	h->h_inside--;
	if (!h->h_removed)
		return;
	if (h->h_inside == 0)
		free(h, M_HOOK);
	else
		wakeup(h);
}

/* Whether the current thread has been called by a walk of this list. */
static bool
hook_walking(struct hooklist *hl)
{
	struct hook_walk *w;

	mtx_assert(&hl->hl_mtx, MA_OWNED);
	LIST_FOREACH(w, &hl->hl_walks, hw_link)
		if (w->hw_td == curthread)
			return (true);
	return (false);
}

/*
 * Take fn off the list; how many entries that were, 0 or 1.  With wait, not
 * before nobody runs it any more.
 */
static int
hook_unlink(struct hooklist *hl, hook_fn fn, bool wait)
{
	struct hook_walk *w;
	struct hook *h;

	mtx_lock(&hl->hl_mtx);
	h = hook_find(hl, fn);
	if (h == NULL) {
		mtx_unlock(&hl->hl_mtx);
		return (0);
	}
	LIST_FOREACH(w, &hl->hl_walks, hw_link)
		if (w->hw_next == h)
			w->hw_next = TAILQ_NEXT(h, h_link);
	TAILQ_REMOVE(&hl->hl_hooks, h, h_link);

	/* One of those who keep it, so that it is there to be looked at. */
	h->h_inside++;
	h->h_removed = true;
	if (wait && !hook_walking(hl))
		while (h->h_inside > 1)
			msleep(h, &hl->hl_mtx, PWAIT, "hook", 0);
	hook_leave(hl, h);
	mtx_unlock(&hl->hl_mtx);
	return (1);
}

/*
 * Take fn off the list; how many entries that were, 0 or 1.  When this
 * returns nobody runs fn or will, so that its code may go away; may sleep
 * until that is so.  Only from inside a hook of the same list there is no
 * waiting: those who run fn at this moment, the caller perhaps among them,
 * finish it.
 */
int
hook_remove(struct hooklist *hl, hook_fn fn)
{
	return (hook_unlink(hl, fn, true));
}

/*
 * The same without the promise, for who holds a lock that fn waits for.
 */
int
hook_remove_nowait(struct hooklist *hl, hook_fn fn)
{
	return (hook_unlink(hl, fn, false));
}

/*
 * Call every hook, by way of call(fn, arg), which knows what type fn truly
 * has and what it is to be given.  No locks held; may sleep.
 */
void
hook_walk(struct hooklist *hl, void (*call)(hook_fn, void *), void *arg)
{
	struct hook_walk w;
	struct hook *h;
	u_int last;

	w.hw_td = curthread;
	mtx_lock(&hl->hl_mtx);
	last = hl->hl_number;
	w.hw_next = TAILQ_FIRST(&hl->hl_hooks);
	LIST_INSERT_HEAD(&hl->hl_walks, &w, hw_link);
	while ((h = w.hw_next) != NULL && h->h_number <= last) {
		w.hw_next = TAILQ_NEXT(h, h_link);
		h->h_inside++;
		mtx_unlock(&hl->hl_mtx);
		KTR_EVENT(KTR_HOOK, hl->hl_name, h->h_fn);
		(*call)(h->h_fn, arg);
		mtx_lock(&hl->hl_mtx);
		hook_leave(hl, h);
	}
	LIST_REMOVE(&w, hw_link);
	mtx_unlock(&hl->hl_mtx);
}
