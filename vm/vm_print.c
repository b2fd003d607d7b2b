/*
 * Pages and address maps in words, for panics and for the debugger.  No
 * locks: the machine stands still.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/lock.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>

#define	OWNERS		8		/* printed of a page */

/* A search for who maps a page. */
struct owners {
	vm_page_t page;
	const struct proc *p;		/* whose tables are looked at */
	u_int	found;
};

static void
owners_table(const struct pmap_table *pt, void *arg)
{
	struct owners *o = arg;

	if (pt->pt_page == o->page && o->found++ < OWNERS)
		printf("    a page table of pid %d (%s)\n", o->p->p_pid,
		    o->p->p_comm);
}

static void
owners_page(vm_page_t m, vm_offset_t va, pt_entry_t pte, void *arg)
{
	struct owners *o = arg;

	if (m == o->page && o->found++ < OWNERS)
		printf("    pid %d (%s) has it at 0x%08x, %s\n", o->p->p_pid,
		    o->p->p_comm, va,
		    pte_writable(pte) ? "writable" : "read-only");
}

void
vm_page_print(vm_paddr_t pa)
{
	struct owners o = { .page = NULL };
	u_int n = 0;
	struct proc *p;

	printf("  ");
	vm_page_describe(pa);
	if (pa >> PAGE_SHIFT >= vm_page_frames)
		return;
	o.page = PHYS_TO_VM_PAGE(pa);
	LIST_FOREACH(p, &allproc, p_list) {
		if (++n > (u_int)maxproc)
			break;
		o.p = p;
		if (p->p_vmspace != NULL)
			pmap_walk(vmspace_pmap(p->p_vmspace), owners_table,
			    owners_page, &o);
	}
	if (o.found > OWNERS)
		printf("    and %u more\n", o.found - OWNERS);
	else if (o.found == 0)
		printf("    no process has it\n");
}

void
vm_map_entry_print(const struct vm_map_entry *e)
{
	static const char *const how[] = { "share", "copy", "none", "zero" };

	printf("0x%08x-0x%08x %c%c%c, fork: %s,%s%s%s\n", e->start, e->end,
	    e->protection & VM_PROT_READ ? 'r' : '-',
	    e->protection & VM_PROT_WRITE ? 'w' : '-',
	    e->protection & VM_PROT_EXECUTE ? 'x' : '-',
	    how[e->inheritance & 3],
	    e->object == NULL		  ? " private" :
		e->eflags & MAP_ENTRY_COW ? " private copy of a file" :
					    " shared",
	    e->eflags & MAP_ENTRY_GROWS_DOWN ? " stack" : "",
	    e->eflags & MAP_ENTRY_WIRED ? " wired" : "");
}

/* The entry of a map that holds va.  The map may be broken, too. */
static vm_map_entry_t
entry_at(vm_map_t map, vm_offset_t va)
{
	vm_map_entry_t e;
	int n = 0;

	VM_MAP_FOREACH(e, map)
	if (++n > map->nentries)
		break;
	else if (va >= e->start && va < e->end)
		return (e);
	return (NULL);
}

/*
 * What vm_fault() does with an access to an entry.
 */
static const char *
fault_plan(struct proc *p, vm_map_entry_t e, vm_offset_t va, bool write)
{
	pt_entry_t *pte = NULL;
	vm_page_t m;

	if ((e->protection & (write ? VM_PROT_WRITE : VM_PROT_READ)) == 0)
		return ("refuse it: EFAULT, SIGSEGV");
	if (vmspace_pmap(p->p_vmspace)->pm_pdir != NULL)
		pte = pmap_peek(vmspace_pmap(p->p_vmspace), va);
	if (pte == NULL || pte_empty(*pte))
		return (e->object == NULL ? "map a new page of zeros" :
					    "map the page of the file");
	if (!pte_private(*pte))
		return (write && (e->eflags & MAP_ENTRY_COW) ?
			"copy the page of the file" :
			"map the page of the file");
	m = PHYS_TO_VM_PAGE(pte_phys(*pte));
	if (m->ref_count > 1 && write)
		return ("copy the page, which others share");
	return (write ? "let it be written in place: nobody shares it" :
			"map it to be read");
}

void
vm_fault_print(struct proc *p, vm_offset_t va, bool write)
{
	vm_map_entry_t e;

	if (p->p_vmspace == NULL) {
		printf("  pid %d has no address space\n", p->p_pid);
		return;
	}
	e = entry_at(&p->p_vmspace->vm_map, trunc_page(va));
	if (e == NULL) {
		printf("  no entry of the map of pid %d (%s) is there: the "
		       "handler would refuse it: EFAULT, SIGSEGV\n",
		    p->p_pid, p->p_comm);
		return;
	}
	printf("  map entry of pid %d (%s): ", p->p_pid, p->p_comm);
	vm_map_entry_print(e);
	printf("  the handler would %s\n",
	    fault_plan(p, e, trunc_page(va), write));
}
