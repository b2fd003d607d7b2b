/*
 * /proc: the memory of a process: its map, and which pages are behind it.
 *
 * The address space is held by a reference, so it may be looked at while
 * its process exits; whoever drops it last takes it apart.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/vnode.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <fs/procfs/procfs.h>

/* What pagemap says of a page; all lines have this length. */
#define	PAGEMAP_LINE	45

/*
 * The pages behind an entry: those that are there, and of these the private
 * ones.
 */
static void
map_count(vm_map_entry_t e, u_int *resident, u_int *private)
{
	pmap_t pmap = e->map->pmap;
	vm_offset_t va;
	pt_entry_t *pte;

	*resident = *private = 0;
	PMAP_LOCK(pmap);
	for (va = e->start; va < e->end; va += PAGE_SIZE) {
		pte = pmap_pte(pmap, va);
		if (pte == NULL) {
			va = rounddown2(va, NBPDR) + NBPDR - PAGE_SIZE;
			continue;
		}
		if (pte_empty(*pte))
			continue;
		*resident += 1;
		*private += pte_private(*pte);
	}
	PMAP_UNLOCK(pmap);
}

/*
 * start end resident private object protection references shadows flags
 * copy-on-write needs-copy type path: the fields of procfs(5).  text, at
 * path, is the file that the process runs.
 */
static void
map_entry(vm_map_entry_t e, vm_object_t text, const char *path,
    struct procfs_text *pt)
{
	bool cow = (e->eflags & MAP_ENTRY_COW) != 0 || e->object == NULL;
	u_int resident, private;

	map_count(e, &resident, &private);
	procfs_printf(pt, "0x%x 0x%x %u %u %p %c%c%c %u 0 0x%x %s %s %s ",
	    e->start, e->end, resident, private, e->object,
	    e->protection & VM_PROT_READ ? 'r' : '-',
	    e->protection & VM_PROT_WRITE ? 'w' : '-',
	    e->protection & VM_PROT_EXECUTE ? 'x' : '-',
	    e->object != NULL ? e->object->ref_count : 1, e->eflags,
	    cow ? "COW" : "NCOW", "NNC",
	    e->object == NULL		      ? "none" :
		e->object->type == OBJT_VNODE ? "vnode" :
						"default");
	/* It may be longer than procfs_printf() has room for. */
	if (e->object == NULL || e->object != text)
		path = "-";
	procfs_put(pt, path, strlen(path));
	procfs_put(pt, "\n", 1);
}

/*
 * The file a process runs, a reference, or NULL.
 */
static struct vnode *
map_textvp(struct procfs_node *pn)
{
	struct vnode *vp = NULL;
	struct proc *p;

	p = procfs_proc(pn);
	if (p == NULL)
		return (NULL);
	if (p->p_textvp != NULL) {
		vp = p->p_textvp;
		vref(vp);
	}
	PROC_UNLOCK(p);
	return (vp);
}

int
procfs_map(struct procfs_node *pn, struct procfs_text *pt,
    struct thread *td)
{
	char *buf, *path = NULL;
	struct vmspace *vm;
	struct vnode *vp;
	vm_map_entry_t e;
	int error;

	error = procfs_vmspace(pn, td, &vm);
	if (error != 0 || vm == NULL)
		return (error);
	buf = malloc(MAXPATHLEN, M_TEMP, M_NOWAIT);
	vp = map_textvp(pn);
	if (buf == NULL || vp == NULL ||
	    vn_fullpath(vp, buf, MAXPATHLEN, &path) != 0)
		path = "-";
	vm_map_lock_read(&vm->vm_map);
	VM_MAP_FOREACH(e, &vm->vm_map)
	{
		if (procfs_full(pt))
			break;
		map_entry(e, vp != NULL ? vp->v_object : NULL, path, pt);
	}
	vm_map_unlock_read(&vm->vm_map);
	if (vp != NULL)
		vrele(vp);
	free(buf, M_TEMP);
	vmspace_unlook(vm);
	return (0);
}

/*
 * address frame access kind references tables used/modified: a page that
 * is there.  References are the page table entries that map a private page,
 * tables the page directories that share the page table.
 */
static void
pagemap_line(vm_offset_t va, pt_entry_t *pte, struct procfs_text *pt)
{
	vm_page_t m = PHYS_TO_VM_PAGE(pte_phys(*pte));
	char line[PAGEMAP_LINE + 1];
	int n __unused;

	n = snprintf(line, sizeof(line),
	    "0x%08x 0x%05x %c%c %-7s %5u %5u %c%c\n", va,
	    pte_phys(*pte) >> PAGE_SHIFT, pte_valid(*pte) ? 'r' : '-',
	    pte_valid(*pte) && pte_writable(*pte) ? 'w' : '-',
	    pte_private(*pte) ? "private" : "object", m->ref_count,
	    KVA_TO_VM_PAGE(trunc_page((vm_offset_t)pte))->ref_count,
	    pte_used(*pte) ? 'A' : '-', pte_modified(*pte) ? 'M' : '-');
	KASSERT(n == PAGEMAP_LINE, ("pagemap: a line of %d bytes", n));
	procfs_put(pt, line, PAGEMAP_LINE);
}

static void
pagemap_entry(vm_map_entry_t e, struct procfs_text *pt)
{
	pmap_t pmap = e->map->pmap;
	vm_offset_t va;
	pt_entry_t *pte;

	PMAP_LOCK(pmap);
	for (va = e->start; va < e->end && !procfs_full(pt); va += PAGE_SIZE) {
		pte = pmap_pte(pmap, va);
		if (pte == NULL) {
			va = rounddown2(va, NBPDR) + NBPDR - PAGE_SIZE;
			continue;
		}
		if (!pte_empty(*pte) && !procfs_skip(pt, PAGEMAP_LINE))
			pagemap_line(va, pte, pt);
	}
	PMAP_UNLOCK(pmap);
}

int
procfs_pagemap(struct procfs_node *pn, struct procfs_text *pt,
    struct thread *td)
{
	struct vmspace *vm;
	vm_map_entry_t e;
	int error;

	error = procfs_vmspace(pn, td, &vm);
	if (error != 0 || vm == NULL)
		return (error);
	vm_map_lock_read(&vm->vm_map);
	VM_MAP_FOREACH(e, &vm->vm_map)
	{
		if (procfs_full(pt))
			break;
		pagemap_entry(e, pt);
	}
	vm_map_unlock_read(&vm->vm_map);
	vmspace_unlook(vm);
	return (0);
}
