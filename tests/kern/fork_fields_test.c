/*
 * Fork, field by field: a parent in which every field has another value
 * forks, on memory in which every field had yet another, and the child is
 * held against the tables of docs/fork.md.
 *
 * That parent is not the current process, but one that has not run yet: so
 * nothing uses the values that are put into it.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/filedesc.h>
#include <sys/ktest.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysent.h>
#include <sys/time.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <machine/clock.h>
#include <machine/frame.h>
#include <machine/pcb.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>

#include "fork_fields.h"
#include "fork_util.h"

#define	SEED_PARENT	1
#define	SEED_MEMORY	101	/* what was in the child's memory before */

static u_int64_t	before, after;	/* the fork, in cpu_ticks() */

static char *
place(struct proc *p, const struct fork_field *f)
{
	static const u_int start_of[] = {
		[IN_PROC] = 0,
		[IN_THREAD] = offsetof(struct proc, p_thread),
		[IN_KSE] = offsetof(struct proc, p_kse),
		[IN_KSEGRP] = offsetof(struct proc, p_ksegrp),
	};

	if (f->in == IN_PSTATS)
		return ((char *)p->p_stats + f->offset);
	return ((char *)p + start_of[f->in] + f->offset);
}

/* A value that no other field has, and no byte of which is 0. */
static char
pattern(const struct fork_field *f, u_int i, u_int seed)
{
	return ((seed + 3 * (f - fork_fields) + 7 * i) | 1);
}

static void
fill(struct proc *p, enum fork_word word, u_int seed)
{
	const struct fork_field *f;
	u_int i;

	for (f = fork_fields; f < fork_fields + fork_nfields; f++)
		if (f->word == word && f->in <= IN_PSTATS)
			for (i = 0; i < f->size; i++)
				place(p, f)[i] = pattern(f, i, seed);
}

static bool
is_filled(struct proc *p, const struct fork_field *f, u_int seed)
{
	u_int i;

	for (i = 0; i < f->size; i++)
		if (place(p, f)[i] != pattern(f, i, seed))
			return (false);
	return (true);
}

static bool
is_zero(struct proc *p, const struct fork_field *f)
{
	u_int i;

	for (i = 0; i < f->size; i++)
		if (place(p, f)[i] != 0)
			return (false);
	return (true);
}

/*
 * Leave other values in the memory that the next process will get.
 */
static struct proc *
spoil_next(void)
{
	struct proc *p = proc_alloc();

	if (p == NULL)
		return (NULL);
	fill(p, FORK_ZEROED, SEED_MEMORY);
	fill(p, FORK_COPIED, SEED_MEMORY);
	fill(p, FORK_UNTOUCHED, SEED_MEMORY);
	p->p_flag = p->p_sflag = ~0;
	p->p_sigparent = ~0;
	p->p_acflag = ~0;
	p->p_thread.td_base_pri = p->p_thread.td_priority = 0xee;
	p->p_stats->p_start = 0;
	p->p_lock = 0; /* proc_free() looks at it */
	proc_free(p);
	return (p);
}

/* ------------------------------------- fields with a value of their own */

/* The answer of a check, or that there is none for this field. */
enum { WRONG, RIGHT, UNKNOWN };
#define	IS(field, cond) do {						\
	if (strcmp(name, #field) == 0)					\
		return ((cond) ? RIGHT : WRONG);			\
} while (0)

static bool
on_list(struct proc *p, const char *name)
{
	struct proc *q = NULL;

	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	if (strcmp(name, "p_list") == 0) {
		LIST_FOREACH(q, &allproc, p_list)
			if (q == p)
				break;
	} else if (strcmp(name, "p_hash") == 0) {
		LIST_FOREACH(q, PIDHASH(p->p_pid), p_hash)
			if (q == p)
				break;
	} else if (strcmp(name, "p_sibling") == 0) {
		struct proc *child;

		TAILQ_FOREACH(child, &p->p_pptr->p_children, p_sibling)
			q = child; /* the last one */
	} else if (strcmp(name, "p_pglist") == 0) {
		LIST_FOREACH(q, &p->p_pgrp->pg_members, p_pglist)
			if (q == p)
				break;
	}
	sx_sunlock(&allproc_lock);
	sx_sunlock(&proctree_lock);
	return (q == p);
}

static int
check_proc(const char *name, struct proc *p1, struct proc *p2)
{
	IS(p_magic, p2->p_magic == P_MAGIC);
	IS(p_list, on_list(p2, name));
	IS(p_hash, on_list(p2, name));
	IS(p_sibling, on_list(p2, name));
	IS(p_pglist, on_list(p2, name));
	IS(p_pid, p2->p_pid == lastpid && p2->p_pid > p1->p_pid);
	IS(p_stat, p2->p_stat == SIDL);
	IS(p_flag, p2->p_flag == (P_SUGID | P_ALTSTACK));
	IS(p_sflag, p2->p_sflag == (PS_INMEM | PS_PROFIL));
	IS(p_pptr, p2->p_pptr == p1);
	IS(p_children, TAILQ_EMPTY(&p2->p_children));
	IS(p_pgrp, p2->p_pgrp == p1->p_pgrp);
	IS(p_reaper, p2->p_reaper == p1->p_reaper && p2->p_reaper != NULL);
	IS(p_outer, p2->p_outer == NULL);
	IS(p_peers, p2->p_peers == NULL);
	IS(p_leader, p2->p_leader == p2);
	IS(p_mtx, mtx_initialized(&p2->p_mtx) && !mtx_owned(&p2->p_mtx));
	IS(p_ucred, p2->p_ucred == p1->p_thread.td_ucred);
	IS(p_fd, p2->p_fd != p1->p_fd && p2->p_fd->fd_refcnt == 1);
	IS(p_stats, p2->p_stats != p1->p_stats && p2->p_stats != NULL);
	IS(p_limit, p2->p_limit == p1->p_limit);
	IS(p_sigacts,
	    p2->p_sigacts != p1->p_sigacts && p2->p_sigacts->ps_refcnt == 1);
	IS(p_vmspace, p2->p_vmspace != NULL && p2->p_vmspace != p1->p_vmspace);
	IS(p_sysent, p2->p_sysent == p1->p_sysent->sv_plain);
	IS(p_textvp, p2->p_textvp == p1->p_textvp && p2->p_textvp != NULL);
	IS(p_args, p2->p_args == p1->p_args && p2->p_args != NULL);
	IS(p_klist, LIST_EMPTY(&p2->p_klist));
	IS(p_procdesc, p2->p_procdesc == NULL);
	IS(p_itcallout,
	    !callout_active(&p2->p_itcallout) &&
		!callout_pending(&p2->p_itcallout));
	IS(p_sigparent, p2->p_sigparent == SIGCHLD);
	IS(p_acflag, p2->p_acflag == AFORK);
	IS(p_start,
	    p2->p_stats->p_start >= before && p2->p_stats->p_start <= after);
	return (UNKNOWN);
}

static bool
on_stack(struct thread *td, const void *what, size_t size)
{
	vm_offset_t at = (vm_offset_t)what;

	return (at >= td->td_kstack &&
	    at + size <= td->td_kstack + KSTACK_SIZE);
}

/* Whether the priority is what the scheduler makes of the rest. */
static bool
priority_follows(struct ksegrp *kg)
{
	u_char pri = kg->kg_user_pri;

	mtx_lock_spin(&sched_lock);
	resetpriority(kg);
	mtx_unlock_spin(&sched_lock);
	return (kg->kg_user_pri == pri);
}

static int
check_thread(const char *name, struct proc *p1, struct proc *p2)
{
	struct thread *td = &p2->p_thread, *td1 = &p1->p_thread;
	struct kse *ke = &p2->p_kse;
	struct ksegrp *kg = &p2->p_ksegrp;

	IS(td_magic, td->td_magic == TD_MAGIC);
	IS(td_proc, td->td_proc == p2);
	IS(td_ksegrp, td->td_ksegrp == kg);
	IS(td_kse, td->td_kse == ke);
	IS(td_kstack, td->td_kstack != 0 && td->td_kstack != td1->td_kstack);
	IS(td_pcb, on_stack(td, td->td_pcb, sizeof(struct pcb)));
	IS(td_frame, on_stack(td, td->td_frame, sizeof(struct trapframe)));
	IS(td_slpcallout,
	    !callout_active(&td->td_slpcallout) &&
		!callout_pending(&td->td_slpcallout));
	IS(td_contested, LIST_EMPTY(&td->td_contested));
	IS(td_ucred, td->td_ucred == td1->td_ucred);
	IS(td_lastcpu, td->td_lastcpu == curthread->td_lastcpu);
	IS(td_base_pri, td->td_base_pri == kg->kg_user_pri);
	IS(td_priority, td->td_priority == kg->kg_user_pri);
	IS(ke_proc, ke->ke_proc == p2);
	IS(ke_ksegrp, ke->ke_ksegrp == kg);
	IS(ke_thread, ke->ke_thread == td);
	IS(kg_proc, kg->kg_proc == p2);
	IS(kg_user_pri, priority_follows(kg));
	IS(kg_inherited, kg->kg_inherited == kg->kg_estcpu);
	return (UNKNOWN);
}

/* ------------------------------------------------------------- the test */

static void
check_field(struct ktest *t, const struct fork_field *f, struct proc *p1,
    struct proc *p2)
{
	int answer;

	switch (f->word) {
	case FORK_ZEROED:
		answer = is_zero(p2, f) ? RIGHT : WRONG;
		break;
	case FORK_COPIED:
		answer = is_filled(p2, f, SEED_PARENT) ? RIGHT : WRONG;
		break;
	case FORK_UNTOUCHED:
		answer = is_filled(p2, f, SEED_MEMORY) ? RIGHT : WRONG;
		break;
	case FORK_BELOW:
		answer = RIGHT;
		break;
	default:
		answer = check_proc(f->name, p1, p2);
		if (answer == UNKNOWN)
			answer = check_thread(f->name, p1, p2);
	}
	if (answer == WRONG)
		ktest_fail(t, "docs/fork.md", 0, f->name);
	if (answer == UNKNOWN)
		ktest_fail(t, "(this test has no check of it)", 0, f->name);
}

/* Give p what a program has beside what the kernel's processes have. */
static bool
own_references(struct proc *p)
{
	vref(rootvnode);
	p->p_textvp = rootvnode;
	p->p_args = pargs_alloc(8);
	return (p->p_args != NULL);
}

/* Values that nothing could run with, in what fork may look at. */
static void
spoil_parent(struct proc *p)
{
	fill(p, FORK_ZEROED, SEED_PARENT);
	fill(p, FORK_COPIED, SEED_PARENT);
	p->p_sysent = p->p_sysent->sv_traced;
	p->p_reaper = curproc;
	/* A system process's signals are not looked at before a fork. */
	p->p_flag = P_SUGID | P_ALTSTACK | P_SYSTEM | P_KTHREAD | P_CONTROLT |
	    P_EXEC | P_ADVLOCK | P_WAITED | P_CONTINUED | P_OLDMASK;
	p->p_sflag = ~0;
	p->p_acflag = p->p_sigparent = ~AFORK;
	p->p_thread.td_base_pri = p->p_thread.td_priority = 1;
}

/* Make both sane again, so that they can end. */
static void
repair(struct proc *p1, struct proc *p2, const struct proc *image,
    const struct pstats *stats)
{
	p1->p_zero = p2->p_zero = image->p_zero;
	p1->p_copied = p2->p_copied = image->p_copied;
	p1->p_thread.td_critical = image->p_thread.td_critical;
	p2->p_thread.td_critical = image->p_thread.td_critical;
	p1->p_thread.td_zero = p2->p_thread.td_zero = image->p_thread.td_zero;
	p1->p_thread.td_copied = image->p_thread.td_copied;
	p2->p_thread.td_copied = image->p_thread.td_copied;
	p1->p_thread.td_md = p2->p_thread.td_md = image->p_thread.td_md;
	p1->p_kse.ke_zero = image->p_kse.ke_zero;
	p1->p_ksegrp.kg_zero = image->p_ksegrp.kg_zero;
	p1->p_ksegrp.kg_copied = image->p_ksegrp.kg_copied;
	p2->p_ksegrp.kg_copied = image->p_ksegrp.kg_copied;
	p2->p_ksegrp.kg_inherited = image->p_ksegrp.kg_inherited;
	*p1->p_stats = *stats;
	p2->p_stats->p_prof = stats->p_prof;
	p1->p_reaper = p2->p_reaper = image->p_reaper;
	p1->p_flag = image->p_flag;
	p1->p_sflag = p2->p_sflag = image->p_sflag;
}

static void
fields(struct ktest *t)
{
	static struct proc image; /* of the parent, before it is spoilt */
	struct proc *p1, *p2 = NULL, *spoilt;
	const struct fork_field *f;
	struct pstats stats;

	KTEST_ASSERT(t, own_references(curproc));
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p1), 0);
	spoilt = spoil_next();
	bcopy(p1, &image, sizeof(image));
	stats = *p1->p_stats;
	spoil_parent(p1);

	before = cpu_ticks();
	KTEST_EQ(t, fork1(&p1->p_thread, STOPPED | RFFDG, &p2), 0);
	after = cpu_ticks();
	KTEST_EQ(t, p2, spoilt);
	for (f = fork_fields; f < fork_fields + fork_nfields; f++)
		if (f->in <= IN_PSTATS)
			check_field(t, f, p1, p2);

	repair(p1, p2, &image, &stats);
	adopt(p2);
	finish(t, p2, 0);
	finish(t, p1, 0);
}

static void
fork_fields_as_documented(struct ktest *t)
{
	in_own_process(t, fields);
}
KTEST(fork, fork_fields_as_documented);
