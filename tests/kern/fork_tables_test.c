/*
 * Fork, field by field, in what a child has copies of: its descriptor table,
 * its signal actions, its address space and an entry of that.  A parent that
 * has not run yet is given something in each field and forks; the child is
 * held against the tables of docs/fork.md.
 */
#include "fork_fields.h"
#include "fork_util.h"
#include "fs_util.h"
#include "vm_util.h"
#include <sys/signalvar.h>
#include <sys/sx.h>

#define	HANDLER	((sig_t)0x1234)

/* References before the fork. */
static u_int	root_refs, file_refs, object_refs;

static vm_map_entry_t
first_entry(struct proc *p)
{
	return (p->p_vmspace->vm_map.header.next);
}

static const char *
place(struct proc *p, const struct fork_field *f)
{
	switch (f->in) {
	case IN_FILEDESC:
		return ((char *)p->p_fd + f->offset);
	case IN_SIGACTS:
		return ((char *)p->p_sigacts + f->offset);
	case IN_VMSPACE:
		return ((char *)p->p_vmspace + f->offset);
	case IN_VM_MAP_ENTRY:
		return ((char *)first_entry(p) + f->offset);
	default:
		return (NULL);
	}
}

/* The same bytes, and not just zeros. */
static bool
is_copied(struct proc *p1, struct proc *p2, const struct fork_field *f)
{
	const char *old = place(p1, f), *new = place(p2, f);
	bool some = false;
	u_int i;

	if (old == NULL || new == NULL)
		return (false);
	for (i = 0; i < f->size; i++)
		some |= old[i] != 0;
	return (some && memcmp(old, new, f->size) == 0);
}

/* ------------------------------------- fields with a value of their own */

/* The answer of a check, or that there is none for this field. */
enum { WRONG, RIGHT, UNKNOWN };
#define	IS(field, cond) do {						\
	if (strcmp(name, #field) == 0)					\
		return ((cond) ? RIGHT : WRONG);			\
} while (0)

/* The parent has the descriptors 0 and 2. */
static int
check_files(const char *name, struct filedesc *old, struct filedesc *new)
{
	IS(fd_refcnt, new->fd_refcnt == 1 && new != old);
	IS(fd_mtx, mtx_initialized(&new->fd_mtx) && !mtx_owned(&new->fd_mtx));
	IS(fd_ofiles,
	    new->fd_ofiles[0] == old->fd_ofiles[0] &&
		new->fd_ofiles[1] == NULL &&new->fd_ofiles[2] ==
		    old->fd_ofiles[2] &&
		old->fd_ofiles[2]->f_count == file_refs + 1);
	IS(fd_ofileflags,
	    new->fd_ofileflags[0] == 0 && new->fd_ofileflags[2] == UF_EXCLOSE);
	IS(fd_nfiles, new->fd_nfiles == NDFILE);
	IS(fd_lastfile, new->fd_lastfile == 2);
	IS(fd_freefile, new->fd_freefile == 1);
	IS(fd_cdir, new->fd_cdir == rootvnode);
	IS(fd_rdir,
	    new->fd_rdir == rootvnode &&
		rootvnode->v_usecount == root_refs + 2);
	IS(fd_dfiles, new->fd_ofiles == new->fd_dfiles);
	IS(fd_dflags, new->fd_ofileflags == new->fd_dflags);
	IS(fd_kqueues, LIST_EMPTY(&new->fd_kqueues));
	return (UNKNOWN);
}

static bool
only_usr1(struct sigacts *ps)
{
	int i, usr1 = _SIG_IDX(SIGUSR1);

	for (i = 0; i < _SIG_MAXSIG; i++)
		if (ps->ps_sigact[i] != (i == usr1 ? HANDLER : SIG_DFL) ||
		    ps->ps_catchmask[i].__bits[0] != (i == usr1 ? 0x77 : 0))
			return (false);
	return (true);
}

static int
check_actions(const char *name, struct sigacts *old, struct sigacts *new)
{
	IS(ps_refcnt, new->ps_refcnt == 1 && new != old);
	IS(ps_mtx, mtx_initialized(&new->ps_mtx) && !mtx_owned(&new->ps_mtx));
	IS(ps_sigact, only_usr1(new));
	IS(ps_catchmask, only_usr1(new));
	return (UNKNOWN);
}

static bool
is_listed(vm_map_entry_t entry)
{
	vm_map_entry_t e;

	TAILQ_FOREACH(e, &entry->object->entries, olink)
		if (e == entry)
			return (true);
	return (false);
}

static int
check_memory(const char *name, struct vmspace *old, struct vmspace *new)
{
	vm_map_t map = &new->vm_map;
	vm_map_entry_t e = map->header.next;

	IS(vm_pmap,
	    new->vm_pmap.pm_pdir != NULL &&new->vm_pmap.pm_pdir !=
		old->vm_pmap.pm_pdir);
	IS(vm_refcnt, new->vm_refcnt == 1 && new != old);
#ifdef INVARIANTS
	IS(vm_link, *new->vm_link.le_prev == new);
#endif
	IS(lock, !sx_xlocked(&map->lock));
	IS(header, map->header.prev == e && e != old->vm_map.header.next);
	IS(nentries, map->nentries == 1 && old->vm_map.nentries == 2);
	IS(size, map->size == 2 * PAGE_SIZE);
	IS(wired, map->wired == 0 && old->vm_map.wired == 2 * PAGE_SIZE);
	IS(hint, map->hint == &map->header);
	IS(pmap, map->pmap == &new->vm_pmap);
	IS(prev, e->prev == &map->header);
	IS(next, e->next == &map->header);
	IS(object,
	    e->object == old->vm_map.header.next->object &&
		e->object->ref_count == object_refs + 1);
	IS(inheritance, e->inheritance == VM_INHERIT_SHARE);
	IS(eflags, e->eflags == MAP_ENTRY_GROWS_DOWN);
	IS(map, e->map == map);
	IS(olink, is_listed(e));
	return (UNKNOWN);
}

static void
check_field(struct ktest *t, const struct fork_field *f, struct proc *p1,
    struct proc *p2)
{
	int answer;

	if (f->word == FORK_BELOW || f->word == FORK_UNTOUCHED)
		return;
	if (f->word == FORK_COPIED)
		answer = is_copied(p1, p2, f) ? RIGHT : WRONG;
	else if (f->in == IN_FILEDESC)
		answer = check_files(f->name, p1->p_fd, p2->p_fd);
	else if (f->in == IN_SIGACTS)
		answer = check_actions(f->name, p1->p_sigacts, p2->p_sigacts);
	else
		answer = check_memory(f->name, p1->p_vmspace, p2->p_vmspace);
	if (answer == WRONG)
		ktest_fail(t, "docs/fork.md", 0, f->name);
	if (answer == UNKNOWN)
		ktest_fail(t, "(this test has no check of it)", 0, f->name);
}

/* ------------------------------------------------------------- the test */

static void
give_files(struct filedesc *fdp)
{
	fdp->fd_ofileflags[2] = UF_EXCLOSE;
	fdp->fd_cmask = 027;
	if (fdp->fd_cdir == NULL) {
		vref(rootvnode);
		fdp->fd_cdir = rootvnode;
	}
	if (fdp->fd_rdir == NULL) {
		vref(rootvnode);
		fdp->fd_rdir = rootvnode;
	}
	file_refs = fdp->fd_ofiles[2]->f_count;
	root_refs = rootvnode->v_usecount;
}

static void
give_actions(struct sigacts *ps)
{
	const int usr1 = _SIG_IDX(SIGUSR1);

	memset(&ps->ps_sets, 0x5a, sizeof(ps->ps_sets));
	SIGEMPTYSET(ps->ps_changed);
	SIGADDSET(ps->ps_changed, SIGUSR1);
	ps->ps_sigact[usr1] = HANDLER;
	ps->ps_catchmask[usr1].__bits[0] = 0x77;
}

/* Two entries, of which the second is not inherited. */
static void
give_memory(struct ktest *t, struct vmspace *vm)
{
	struct vm_map_args args = {
		.object = vm_object_alloc(OBJT_ANON, 8 * PAGE_SIZE),
		.pindex = 3,
		.prot = RW,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_SHARE,
		.eflags = MAP_ENTRY_GROWS_DOWN,
	};

	KTEST_EQ(t,
	    vm_map_fixed(&vm->vm_map, BASE, 2 * PAGE_SIZE, &args, false), 0);
	vm_object_deallocate(args.object);
	KTEST_EQ(t,
	    vm_map_wire(&vm->vm_map, BASE, BASE + 2 * PAGE_SIZE, 2 * PAGE_SIZE),
	    0);
	object_refs = args.object->ref_count;
	args = (struct vm_map_args){ .inherit = VM_INHERIT_NONE };
	KTEST_EQ(t, vm_map_fixed(&vm->vm_map, VA(9), PAGE_SIZE, &args, false),
	    0);
	vm->vm_copied = (struct vmspace_copied){ 1, 2, 3, 4, 5, 6 };
}

static void
tables(struct ktest *t)
{
	const struct fork_field *f;
	struct proc *p1, *p2;
	int fd;

	for (fd = 0; fd < 3; fd++)
		KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), fd);
	t_close(1);
	KTEST_EQ(t, fork1(curthread, STOPPED | RFFDG, &p1), 0);
	give_files(p1->p_fd);
	give_actions(p1->p_sigacts);
	give_memory(t, p1->p_vmspace);

	KTEST_EQ(t, fork1(&p1->p_thread, STOPPED | RFFDG, &p2), 0);
	for (f = fork_fields; f < fork_fields + fork_nfields; f++)
		if (f->in > IN_PSTATS)
			check_field(t, f, p1, p2);

	adopt(p2);
	finish(t, p2, 0);
	finish(t, p1, 0);
}

static void
fork_tables_as_documented(struct ktest *t)
{
	in_own_process(t, tables);
}
KTEST(fork, fork_tables_as_documented);
