/*
 * The oracle, of the debug kernel: a recount of every reference to a page
 * from the page tables and objects themselves; and of the references to
 * objects and address spaces from map entries, vnodes and processes.
 *
 * Each one's recount is set to 0, raised for every reference that is found,
 * and compared with ref_count.  This is done alone, at a moment when no lock
 * of memory's is held and so nobody is in the middle of changing it.  It takes
 * no locks itself, and does not sleep.
 */
#ifdef INVARIANTS
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>

#define	MAXREPORTS	20		/* errors to be printed */
#define	LOOKS		50		/* ticks that a hold may last */

static int	oracle_errors;

/* Objects and address spaces with references that were not found. */
struct holds {
	bool	allowed;		/* they are not complained of */
	u_int	found;
};

static void
complain(vm_page_t m, const char *what, u_int is, u_int wanted)
{
	if (oracle_errors++ < MAXREPORTS)
		printf("oracle: page %#x (%s): %s %u, should be %u\n",
		    (u_int)VM_PAGE_TO_PHYS(m), vm_page_type_name(m->type), what,
		    is, wanted);
}

/* Whose an address space is; 0: nobody's, or not yet. */
static pid_t
vmspace_pid(const struct vmspace *vm)
{
	struct proc *p;

	LIST_FOREACH(p, &allproc, p_list)
		if (p->p_vmspace == vm)
			return (p->p_pid);
	return (0);
}

/* The same of a page that is mapped at va. */
static void
complain_at(struct vmspace *vm, vm_offset_t va, vm_page_t m, const char *what,
    u_int is, u_int wanted)
{
	if (oracle_errors < MAXREPORTS)
		printf("oracle: pid %d, address %#x:\n", vmspace_pid(vm), va);
	complain(m, what, is, wanted);
}

/*
 * Compare the references of an object or an address space with what was
 * found.  More may be somebody's who is in the midst of a call.
 */
static void
compare_holds(const char *what, const void *it, u_int is, u_int wanted,
    struct holds *h)
{
	if (is == wanted)
		return;
	if (is > wanted)
		h->found++;
	if (is > wanted && h->allowed)
		return;
	if (oracle_errors++ < MAXREPORTS)
		printf("oracle: %s %p: references %u, should be %u\n", what, it,
		    is, wanted);
}

/* What a walk of one pmap counts. */
struct tally {
	struct	vmspace *vm;
	u_int	resident;
	u_int	private;
	u_int	tables;
	bool	known;			/* the table: from another pmap */
	bool	writable;		/* what is below the table */
};

static void
see_table(const struct pmap_table *pt, void *arg)
{
	vm_page_t m = pt->pt_page;
	struct tally *t = arg;

	t->tables++;
	t->resident += pt->pt_entries;
	t->known = m->recount++ > 0;
	t->writable = pt->pt_writable;
	if (m->type != VPT_TABLE)
		complain(m, "used as a page table, type", m->type, VPT_TABLE);
	else if (m->entries != pt->pt_entries)
		complain(m, "entries", m->entries, pt->pt_entries);
	else if (m->privates != pt->pt_privates)
		complain(m, "private entries", m->privates, pt->pt_privates);
	if (pt->pt_writable && m->ref_count != 1)
		complain_at(t->vm, pt->pt_va, m,
		    "may be written below; references", m->ref_count, 1);
}

static void
see_page(vm_page_t m, vm_offset_t va, pt_entry_t pte, void *arg)
{
	bool priv = pte_private(pte);
	u_int type = priv ? VPT_PRIVATE : VPT_OBJECT;
	struct tally *t = arg;

	if (priv) {
		t->private ++;
		m->recount += !t->known;
		if (pte_writable(pte) && m->ref_count != 1)
			complain_at(t->vm, va, m, "may be written; references",
			    m->ref_count, 1);
	}
	if (m->type != type)
		complain_at(t->vm, va, m, "type", m->type, type);
	else if (!priv && pte_writable(pte) && !t->writable)
		complain_at(t->vm, va, m, "may be written below a shared table",
		    1, 0);
	else if (!priv && m->object == NULL)
		complain_at(t->vm, va, m, "is in no object; references",
		    m->ref_count, 0);
}

/*
 * No access to a wired entry may fault; a file may have become shorter.
 */
static void
see_wired(struct vmspace *vm, vm_map_entry_t e)
{
	bool write = (e->protection & VM_PROT_WRITE) != 0;
	vm_offset_t va;

	if (e->object != NULL && e->object->type == OBJT_VNODE)
		return;
	for (va = e->start; va < e->end; va += PAGE_SIZE)
		if (!pmap_allows(&vm->vm_pmap, va, write) &&
		    oracle_errors++ < MAXREPORTS)
			printf("oracle: pid %d, address %#x: wired, but may "
			       "not be %s\n",
			    vmspace_pid(vm), va, write ? "written" : "read");
}

static void
see_vmspace(struct vmspace *vm, void *arg __unused)
{
	struct tally t = { .vm = vm };
	struct pmap *pmap = &vm->vm_pmap;
	vm_map_entry_t e;

	VM_MAP_FOREACH(e, &vm->vm_map)
	{
		if (e->object != NULL)
			e->object->recount++;
		/* At its end a space loses its pages first. */
		if ((e->eflags & MAP_ENTRY_WIRED) && vm->vm_refcnt > 0 &&
		    e->protection != VM_PROT_NONE)
			see_wired(vm, e);
	}
	pmap_walk(pmap, see_table, see_page, &t);
	if (t.resident != pmap->pm_resident || t.private != pmap->pm_private ||
	    t.tables != pmap->pm_tables) {
		oracle_errors++;
		printf("oracle: pid %d: %u pages, %u private, %u tables; "
		       "counted %u, %u, %u\n",
		    vmspace_pid(vm), pmap->pm_resident, pmap->pm_private,
		    pmap->pm_tables, t.resident, t.private, t.tables);
	}
}

static void
see_object_page(vm_page_t m, void *arg)
{
	u_int *n = arg;

	(*n)++;
	m->recount++;
	if (m->type != VPT_OBJECT)
		complain(m, "in an object, type", m->type, VPT_OBJECT);
}

static void
see_object(vm_object_t obj, void *arg)
{
	u_int n = 0;

	compare_holds("object", obj, obj->ref_count, obj->recount, arg);
	vm_object_walk(obj, see_object_page, &n);
	if (n != obj->resident) {
		oracle_errors++;
		printf("oracle: object %p: %u pages, counted %u\n", obj,
		    obj->resident, n);
	}
}

/* Compare what was counted with what the pages say. */
static void
compare_page(vm_page_t m)
{
	switch (m->type) {
	case VPT_PRIVATE:
	case VPT_TABLE:
		if (m->ref_count != m->recount)
			complain(m, "references", m->ref_count, m->recount);
		break;
	case VPT_OBJECT:
		/* It may be held, but not forgotten. */
		if (m->recount > 1 || m->ref_count < MAX(m->recount, 1))
			complain(m, "references", m->ref_count, m->recount);
		break;
	case VPT_FREE:
	case VPT_RESERVED:
		if (m->ref_count != 0 || m->recount != 0)
			complain(m, "references", m->ref_count, m->recount);
		break;
	default:
		if (m->ref_count != 1 || m->recount != 0)
			complain(m, "references", m->ref_count, 1);
	}
}

/* The sums that the page allocator keeps. */
static void
compare_sums(const u_int *types)
{
	const struct {
		const char *name;
		u_int is, wanted;
	} sums[] = {
		{ "free", CNT_GET(v_free_count) + cnt.v_high_free,
		    types[VPT_FREE] },
		{ "private", CNT_GET(v_private_count), types[VPT_PRIVATE] },
		{ "object", CNT_GET(v_object_count), types[VPT_OBJECT] },
		{ "page table", CNT_GET(v_pt_count), types[VPT_TABLE] },
		{ "kernel", CNT_GET(v_kmem_count),
		    types[VPT_KERNEL] + types[VPT_DIR] },
		{ "high kernel", cnt.v_high_count - cnt.v_high_free,
		    types[VPT_HIGH] },
	};
	u_int dirty, zeroed, high, i;

	for (i = 0; i < nitems(sums); i++)
		if (sums[i].is != sums[i].wanted) {
			oracle_errors++;
			printf("oracle: %u %s pages, counted %u\n", sums[i].is,
			    sums[i].name, sums[i].wanted);
		}
	/* The idle thread of this processor may have one in its hands. */
	vm_page_count_free(&dirty, &zeroed, &high);
	if (zeroed != cnt.v_zero_count || high != cnt.v_high_free ||
	    dirty + zeroed > CNT_GET(v_free_count) ||
	    dirty + zeroed + 1 < CNT_GET(v_free_count)) {
		oracle_errors++;
		printf("oracle: free lists of %u, %u and %u pages; %u free, "
		       "%u zero, %u high\n",
		    dirty, zeroed, high, CNT_GET(v_free_count),
		    cnt.v_zero_count, cnt.v_high_free);
	}
}

static void
reset_object(vm_object_t obj, void *arg __unused)
{
	obj->recount = obj->owned;
}

static void
reset_vmspace(struct vmspace *vm, void *arg __unused)
{
	vm->vm_recount = 0;
}

static void
compare_vmspace(struct vmspace *vm, void *arg)
{
	compare_holds("address space", vm, vm->vm_refcnt, vm->vm_recount, arg);
}

static void
recount(struct holds *h)
{
	u_int types[VPT_TYPES] = { 0 };
	vm_page_t m, end = &vm_page_array[vm_page_frames];
	struct proc *p;

	oracle_errors = 0;
	h->found = 0;
	for (m = vm_page_array; m < end; m++)
		m->recount = 0;
	vm_object_foreach(reset_object, NULL);
	vmspace_foreach(reset_vmspace, NULL);
	LIST_FOREACH(p, &allproc, p_list)
		if (p->p_vmspace != NULL)
			p->p_vmspace->vm_recount++;
	vmspace_foreach(compare_vmspace, h);
	vmspace_foreach(see_vmspace, NULL);
	vm_object_foreach(see_object, h);
	for (m = vm_page_array; m < end; m++) {
		if (m->type >= VPT_TYPES) {
			complain(m, "type", m->type, 0);
			continue;
		}
		types[m->type]++;
		compare_page(m);
	}
	compare_sums(types);
}

/* Whether somebody has a lock of memory's. */
static void
look_vmspace(struct vmspace *vm, void *arg)
{
	bool *busy = arg;

	*busy |= sx_locked(&vm->vm_map.lock) ||
	    mtx_owner(&vm->vm_pmap.pm_mtx) != NULL;
}

static void
look_object(vm_object_t obj, void *arg)
{
	bool *busy = arg;

	*busy |= mtx_owner(&obj->mtx) != NULL;
}

static bool
memory_busy(void)
{
	bool busy = false;

	return (!vmspace_foreach(look_vmspace, &busy) ||
	    !vm_object_foreach(look_object, &busy) || busy);
}

/*
 * Be alone, at a moment when nobody is in the middle of something.  Whoever
 * is waits for a lock, or in his turn for a processor, and will be through
 * soon; no one event says so, so this looks at every tick.
 */
static void
oracle_begin(void)
{
	sched_alone();
	while (memory_busy()) {
		sched_share();
		tsleep(&oracle_errors, PWAIT, "oracle", 1);
		sched_alone();
	}
}

static int
oracle_count(struct holds *h)
{
	int errors;

	oracle_begin();
	recount(h);
	errors = oracle_errors;
	sched_share();
	return (errors);
}

int
vm_oracle_check(void)
{
	struct holds h = { .allowed = true };

	return (oracle_count(&h));
}

int
vm_oracle_quiet(void)
{
	struct holds h = { .allowed = true };
	int errors, looks;

	for (looks = 0; looks < LOOKS; looks++) {
		errors = oracle_count(&h);
		if (errors != 0 || h.found == 0)
			return (errors);
		tsleep(&oracle_errors, PWAIT, "oracle", 1);
	}
	h.allowed = false;
	return (oracle_count(&h));
}

/*
 * debug.vm_oracle=N: count after every N-th system call, of all processes
 * together.  What has happened since the last count, so also in the user
 * mode of others, in calls that do not return, and on other processors, is
 * what can be to blame.
 */
static u_int	oracle_every;
static volatile u_int	oracle_calls;
static const char *oracle_last = "boot";	/* the last count's, alone */
static pid_t	oracle_last_pid;

SYSCTL_UINT(_debug, OID_AUTO, vm_oracle, CTLFLAG_RW | CTLFLAG_TUN,
    &oracle_every, 0, "system calls from one recount of pages to the next");

void
vm_oracle_syscall(const char *call)
{
	u_int every = READ_ONCE(oracle_every);
	struct holds h = { .allowed = true };
	struct proc *p = curproc;

	if (every == 0 ||
	    (atomic_fetchadd_int(&oracle_calls, 1) + 1) % every != 0)
		return;
	oracle_begin();
	recount(&h);
	if (oracle_errors != 0)
		panic("oracle: %d errors after %s by pid %d (%s); the last "
		      "count was after %s by pid %d",
		    oracle_errors, call, p->p_pid, p->p_comm, oracle_last,
		    oracle_last_pid);
	oracle_last = call;
	oracle_last_pid = p->p_pid;
	sched_share();
}

/*
 * debug.vm_recount: reading it counts, now; the value is how many errors
 * there are.
 */
static int
sysctl_vm_recount(SYSCTL_HANDLER_ARGS)
{
	int errors = vm_oracle_quiet();

	return (SYSCTL_OUT(req, &errors, sizeof(errors)));
}
SYSCTL_PROC(_debug, OID_AUTO, vm_recount, CTLTYPE_INT | CTLFLAG_RD, NULL, 0,
    sysctl_vm_recount, "I", "errors in the references of all pages, now");

/*
 * debug.vm_miscount=1: something for the oracle to find, a reference too
 * many to the page on top of the caller's stack.
 */
static int
sysctl_vm_miscount(SYSCTL_HANDLER_ARGS)
{
	int error, value = 0;
	vm_page_t m;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error != 0 || req->newptr == NULL || value == 0)
		return (error);
	m = pmap_private_page(vmspace_pmap(curproc->p_vmspace),
	    USRSTACK - PAGE_SIZE);
	if (m == NULL)
		return (ENXIO);
	vm_page_ref(m);
	return (0);
}
SYSCTL_PROC(_debug, OID_AUTO, vm_miscount, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_vm_miscount, "I", "write 1 to count a page of yours wrongly");
#endif
