/*
 * Statistics of memory, and the oracle: a recount of every reference from
 * the page tables and objects themselves.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>

struct vmmeter cnt;

/*
 * The sum of one count of events, which all begin the structure.
 */
u_int
cnt_sum(size_t offset)
{
	u_int cpu, sum = 0;

	CPU_FOREACH(cpu)
	sum += READ_ONCE(*(u_int *)(void *)((char *)&cpu_pcpu[cpu]->pc_cnt +
	    offset));
	return (sum);
}

static int
sysctl_vm_meter(SYSCTL_HANDLER_ARGS)
{
	struct vmmeter all = cnt;
	size_t offset;

	for (offset = 0; offset < offsetof(struct vmmeter, v_page_count);
	     offset += sizeof(u_int))
		*(u_int *)(void *)((char *)&all + offset) = cnt_sum(offset);
	return (SYSCTL_OUT(req, &all, sizeof(all)));
}
SYSCTL_PROC(_vm, VM_METER, meter, CTLTYPE_OPAQUE | CTLFLAG_RD, NULL, 0,
    sysctl_vm_meter, "S,vmmeter", "counts of events and pages");

static int
sysctl_vm_event(SYSCTL_HANDLER_ARGS)
{
	u_int sum = cnt_sum(arg2);

	return (SYSCTL_OUT(req, &sum, sizeof(sum)));
}

/* One by one, for scripts; all of them together are vm.meter. */
#define	EVENT(name, descr)						\
	SYSCTL_PROC(_vm, OID_AUTO, name, CTLTYPE_UINT | CTLFLAG_RD, NULL, \
	    offsetof(struct vmmeter, name), sysctl_vm_event, "IU", descr)
#define	STAT(name, descr)						\
	SYSCTL_UINT(_vm, OID_AUTO, name, CTLFLAG_RD, &cnt.name, 0, descr)

EVENT(v_vm_faults, "page faults");
EVENT(v_cow_faults, "pages copied on write");
EVENT(v_cow_reused, "pages written in place by the last sharer");
EVENT(v_zfod, "pages filled with zeros on demand");
STAT(v_page_count, "pages in the system");
STAT(v_free_count, "free pages");
STAT(v_zero_count, "free pages that are zero");
STAT(v_free_reserved, "free pages kept for the kernel");
STAT(v_private_count, "pages that page tables own");
STAT(v_object_count, "pages of files and shared memory");
STAT(v_pt_count, "page tables");
STAT(v_kmem_count, "pages of the kernel");
STAT(v_high_count, "pages above these, for the kernel map only");
STAT(v_high_free, "free pages of those");

void
vm_print_free(void)
{
	printf("memory: %u pages: %u free (%u zero), %u private, %u of "
	       "objects, %u page tables, %u of the kernel; "
	       "%u high pages: %u free\n",
	    cnt.v_page_count, cnt.v_free_count, cnt.v_zero_count,
	    cnt.v_private_count, cnt.v_object_count, cnt.v_pt_count,
	    cnt.v_kmem_count, cnt.v_high_count, cnt.v_high_free);
}

#ifdef INVARIANTS
/*
 * The oracle.  Each page's recount is set to 0, raised for every reference
 * that is found, and compared with ref_count.  It runs alone, so that no
 * other thread is in the middle of changing memory, and does not sleep.
 */
static int	oracle_errors;

static void
complain(vm_page_t m, const char *what, u_int is, u_int wanted)
{
	if (oracle_errors++ < 20)
		printf("oracle: page %#x (%s): %s %u, should be %u\n",
		    (u_int)VM_PAGE_TO_PHYS(m), vm_page_type_name(m->type), what,
		    is, wanted);
}

/* What a walk of one pmap counts. */
struct tally {
	u_int	resident;
	u_int	private;
	u_int	tables;
	bool	known;			/* the table: from another pmap */
};

static void
see_table(vm_page_t m, u_int entries, u_int privates, void *arg)
{
	struct tally *t = arg;

	t->tables++;
	t->resident += entries;
	t->known = m->recount++ > 0;
	if (m->type != VPT_TABLE)
		complain(m, "used as a page table, type", m->type, VPT_TABLE);
	else if (m->entries != entries)
		complain(m, "entries", m->entries, entries);
	else if (m->privates != privates)
		complain(m, "private entries", m->privates, privates);
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
		if (pte_writable(pte) && m->ref_count != 1) {
			printf("oracle: may be written at %#x: ", va);
			complain(m, "references", m->ref_count, 1);
		}
	}
	if (m->type != type) {
		printf("oracle: mapped at %#x: ", va);
		complain(m, "type", m->type, type);
	} else if (!priv && m->object == NULL) {
		printf("oracle: mapped at %#x: ", va);
		complain(m, "is in no object; references", m->ref_count, 0);
	}
}

static void
see_vmspace(struct vmspace *vm, void *arg)
{
	struct tally t = { 0, 0, 0, false };
	struct pmap *pmap = &vm->vm_pmap;

	PMAP_LOCK(pmap);
	pmap_walk(pmap, see_table, see_page, &t);
	if (t.resident != pmap->pm_resident || t.private != pmap->pm_private ||
	    t.tables != pmap->pm_tables) {
		oracle_errors++;
		printf("oracle: vmspace %p: %u pages, %u private, %u tables; "
		       "counted %u, %u, %u\n",
		    vm, pmap->pm_resident, pmap->pm_private, pmap->pm_tables,
		    t.resident, t.private, t.tables);
	}
	PMAP_UNLOCK(pmap);
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

	VM_OBJECT_LOCK(obj);
	vm_object_walk(obj, see_object_page, &n);
	if (n != obj->resident) {
		oracle_errors++;
		printf("oracle: object %p: %u pages, counted %u\n", obj,
		    obj->resident, n);
	}
	VM_OBJECT_UNLOCK(obj);
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
		{ "free", cnt.v_free_count + cnt.v_high_free, types[VPT_FREE] },
		{ "private", cnt.v_private_count, types[VPT_PRIVATE] },
		{ "object", cnt.v_object_count, types[VPT_OBJECT] },
		{ "page table", cnt.v_pt_count, types[VPT_TABLE] },
		{ "kernel", cnt.v_kmem_count,
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
	    dirty + zeroed > cnt.v_free_count ||
	    dirty + zeroed + 1 < cnt.v_free_count) {
		oracle_errors++;
		printf("oracle: free lists of %u, %u and %u pages; %u free, "
		       "%u zero, %u high\n",
		    dirty, zeroed, high, cnt.v_free_count, cnt.v_zero_count,
		    cnt.v_high_free);
	}
}

static void
recount(void)
{
	u_int types[VPT_TYPES] = { 0 };
	vm_page_t m, end = &vm_page_array[vm_page_frames];

	oracle_errors = 0;
	for (m = vm_page_array; m < end; m++)
		m->recount = 0;
	vmspace_foreach(see_vmspace, NULL);
	vm_object_foreach(see_object, NULL);
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

int
vm_oracle_check(void)
{
	int errors;

	sched_alone();
	recount();
	errors = oracle_errors;
	sched_share();
	return (errors);
}

/*
 * debug.vm_oracle: writing anything but 0 runs it; reading gives what it
 * has found last.
 */
static int
sysctl_vm_oracle(SYSCTL_HANDLER_ARGS)
{
	int error, value = oracle_errors;

	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error != 0 || req->newptr == NULL || value == 0)
		return (error);
	return (vm_oracle_check() == 0 ? 0 : EDOOFUS);
}
SYSCTL_PROC(_debug, OID_AUTO, vm_oracle, CTLTYPE_INT | CTLFLAG_RW, NULL, 0,
    sysctl_vm_oracle, "I", "recount all pages' references");
#endif
