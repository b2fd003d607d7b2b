/*
 * Hooks: order, removal and registration from inside, waiting for who is
 * inside; and the exit and exec callouts, which are lists of them.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/unistd.h>
#include <sys/wait.h>

#include "kern_util.h"

HOOKLIST(list, "hook test");

static char	calls[16];		/* one letter a call */
static u_int	ncalls;
static int	result;			/* of what the hook did */

static void
note(char c)
{
	calls[ncalls++ % sizeof(calls)] = c;
}

static void	hook_a(void);
static void	hook_b(void);
static void	hook_c(void);

static void
hook_a(void)
{
	note('a');
}

static void
hook_b(void)
{
	note('b');
}

static void
hook_c(void)
{
	note('c');
}

static void
hook_removes_self(void)
{
	note('s');
	result += hook_remove(&list, hook_removes_self);
}

static void
hook_removes_next(void)
{
	note('n');
	result += hook_remove(&list, hook_b);
}

static void
hook_removes_previous(void)
{
	note('p');
	result += hook_remove(&list, hook_a);
}

static void
hook_adds(void)
{
	note('+');
	result += hook_add(&list, hook_c);
}

static void
call_it(hook_fn fn, void *arg __unused)
{
	(*fn)();
}

/* Walk over the list; which hooks ran? */
static const char *
walk(void)
{
	bzero(calls, sizeof(calls));
	ncalls = 0;
	result = 0;
	hook_run(&list, call_it, NULL);
	return (calls);
}

static void
hook_order(struct ktest *t)
{
	KTEST_EQ(t, strcmp(walk(), ""), 0);
	KTEST_EQ(t, hook_add(&list, hook_b), 0);
	KTEST_EQ(t, hook_add(&list, hook_a), 0);
	KTEST_EQ(t, hook_add(&list, hook_c), 0);
	KTEST_EQ(t, hook_add(&list, hook_a), EEXIST);
	KTEST_EQ(t, strcmp(walk(), "bac"), 0);
	KTEST_EQ(t, hook_remove(&list, hook_a), 1);
	KTEST_EQ(t, hook_remove(&list, hook_a), 0);
	KTEST_EQ(t, strcmp(walk(), "bc"), 0);
	KTEST_EQ(t, hook_remove(&list, hook_c), 1);
	KTEST_EQ(t, hook_remove(&list, hook_b), 1);
}
KTEST(hook, hook_order);

static void
hook_removal_inside(struct ktest *t)
{
	KTEST_EQ(t, hook_add(&list, hook_removes_self), 0);
	KTEST_EQ(t, hook_add(&list, hook_a), 0);
	KTEST_EQ(t, hook_add(&list, hook_removes_previous), 0);
	KTEST_EQ(t, hook_add(&list, hook_removes_next), 0);
	KTEST_EQ(t, hook_add(&list, hook_b), 0);
	KTEST_EQ(t, hook_add(&list, hook_c), 0);
	KTEST_EQ(t, strcmp(walk(), "sapnc"), 0);
	KTEST_EQ(t, result, 3);
	KTEST_EQ(t, strcmp(walk(), "pnc"), 0);
	KTEST_EQ(t, result, 0);
	KTEST_EQ(t, hook_remove(&list, hook_removes_self), 0);
	KTEST_EQ(t, hook_remove(&list, hook_removes_previous), 1);
	KTEST_EQ(t, hook_remove(&list, hook_removes_next), 1);
	KTEST_EQ(t, hook_remove(&list, hook_c), 1);
}
KTEST(hook, hook_removal_inside);

static void
hook_added_inside(struct ktest *t)
{
	KTEST_EQ(t, hook_add(&list, hook_adds), 0);
	KTEST_EQ(t, hook_add(&list, hook_a), 0);
	KTEST_EQ(t, strcmp(walk(), "+a"), 0);
	KTEST_EQ(t, result, 0);
	KTEST_EQ(t, hook_remove(&list, hook_adds), 1);
	KTEST_EQ(t, strcmp(walk(), "ac"), 0);
	KTEST_EQ(t, hook_remove(&list, hook_a), 1);
	KTEST_EQ(t, hook_remove(&list, hook_c), 1);
}
KTEST(hook, hook_added_inside);

static volatile bool	inside, may_leave;

static void
hook_sleeps(void)
{
	inside = true;
	wakeup((const void *)&inside);
	while (!may_leave)
		tsleep((const void *)&may_leave, PWAIT, "hooked", 0);
	inside = false;
}

static void
walker(void *arg __unused)
{
	hook_run(&list, call_it, NULL);
}

static void
opener(void *arg __unused)
{
	tsleep(&calls, PWAIT, "opener", 3);
	may_leave = true;
	wakeup((const void *)&may_leave);
}

/*
 * Who removes a hook from outside has its word that nobody is inside.
 */
static void
hook_removal_waits(struct ktest *t)
{
	struct helper h, o;

	inside = may_leave = false;
	KTEST_EQ(t, hook_add(&list, hook_sleeps), 0);
	helper_start(t, &h, walker, NULL);
	while (!inside)
		tsleep((const void *)&inside, PWAIT, "inside", 1);
	helper_start(t, &o, opener, NULL);
	KTEST_EQ(t, hook_remove(&list, hook_sleeps), 1);
	KTEST_ASSERT(t, !inside);
	helper_wait(t, &h);
	helper_wait(t, &o);
}
KTEST(hook, hook_removal_waits);

static void
hook_no_memory(struct ktest *t)
{
#ifndef INVARIANTS
	KTEST_SKIP(t, "no fault injection in this kernel");
#endif
	ktest_fail_alloc(1);
	KTEST_EQ(t, hook_add(&list, hook_a), ENOMEM);
	ktest_fail_alloc(0);
	KTEST_EQ(t, strcmp(walk(), ""), 0);
}
KTEST(hook, hook_no_memory);

static struct	proc *exited;
static u_int	nexits;
static bool	complete;

static void
exit_hook(struct proc *p)
{
	exited = p;
	nexits++;
	complete = (p->p_flag & P_WEXIT) && p == curproc && p->p_fd != NULL &&
	    p->p_xstat == W_EXITCODE(7, 0);
}

static void
leave_with_7(void *arg __unused)
{
	exit1(curthread, W_EXITCODE(7, 0));
}

/*
 * at_exit: once for each process, in that process, before it has given
 * anything up.
 */
static void
hook_at_exit(struct ktest *t)
{
	struct helper h;
	struct proc *p;

	nexits = 0;
	KTEST_EQ(t, at_exit(exit_hook), 0);
	KTEST_EQ(t, at_exit(exit_hook), EEXIST);
	helper_start(t, &h, leave_with_7, NULL);
	p = h.p;
	helper_wait(t, &h);
	KTEST_EQ(t, nexits, 1);
	KTEST_ASSERT(t, exited == p);
	KTEST_ASSERT(t, complete);
	KTEST_EQ(t, rm_at_exit(exit_hook), 1);
	KTEST_EQ(t, rm_at_exit(exit_hook), 0);
}
KTEST(hook, hook_at_exit);
