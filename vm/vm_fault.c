/*
 * Page faults: make an access that the page tables refused possible, or
 * say why it is not.
 *
 * What a private page's entry in a page table may let a process do depends
 * on how many entries share the page: it is written in place by the last
 * one, and copied by everybody before.  ref_count cannot grow behind our
 * back: only a fork of this very address space would raise it, and that
 * needs the pmap's lock, which is held from looking to changing.  It can
 * fall, when another sharer exits; then a copy is made for nothing.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/uio.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

#define	FAULT_AHEAD	7		/* pages mapped after one of a file */

/* A fault being worked on; map locked, at least for reading. */
struct fault {
	pmap_t	pmap;
	struct	vm_map_entry *entry;
	vm_prot_t prot;			/* of the entry, now or soon */
	vm_offset_t va;			/* of the page */
	pt_entry_t *pte;		/* its entry; the pmap is locked */
	bool	write;
	const char *how;		/* it was resolved, for the trace */
};

/*
 * What may be done with a page of an entry that may not be written yet.  The
 * processor can read whatever it can write, so a mapping to be written only
 * is one to be read; without any right left the fault would never end.
 */
static vm_prot_t
prot_unwritten(vm_prot_t prot)
{
	if (prot & VM_PROT_WRITE)
		prot = (prot & ~VM_PROT_WRITE) | VM_PROT_READ;
	return (prot);
}

/*
 * Nothing is there: a page of zeros.  0 or ENOMEM.
 */
static int
fault_zero(struct fault *f)
{
	vm_page_t m;

	m = vm_page_alloc(VPT_PRIVATE, VM_ALLOC_ZERO);
	if (m == NULL)
		return (ENOMEM);
	KTR_SET(f->how, "zero");
	pmap_set(f->pmap, f->pte, f->va, m, f->prot, PMAP_PRIV);
	CNT_INC(v_zfod);
	return (0);
}

/*
 * A write to a page that others see too: go on with a copy of it.
 * 0 or ENOMEM.
 */
static int
fault_copy(struct fault *f, vm_page_t from)
{
	vm_page_t m;

	m = vm_page_alloc(VPT_PRIVATE, 0);
	if (m == NULL)
		return (ENOMEM);
	pmap_copy_page(from, m);
	KTR_SET(f->how, "copy");
	KTR_EVENT(KTR_PAGECOPY, f->va, VM_PAGE_TO_PHYS(from),
	    VM_PAGE_TO_PHYS(m));
	/* Takes our reference to the old page away, if it was private. */
	pmap_set(f->pmap, f->pte, f->va, m, f->prot, PMAP_PRIV);
	CNT_INC(v_cow_faults);
	return (0);
}

/*
 * A private page is there.
 */
static int
fault_private(struct fault *f)
{
	vm_page_t m = PHYS_TO_VM_PAGE(pte_phys(*f->pte));
	vm_prot_t prot = f->prot;

	KASSERT(m->type == VPT_PRIVATE && m->ref_count > 0,
	    ("%#x maps a %s page with %u references", f->va,
		vm_page_type_name(m->type), m->ref_count));
	KTR_SET(f->how, f->write ? "reuse" : "read");
	if (m->ref_count > 1) {
		if (f->write)
			return (fault_copy(f, m));
		prot = prot_unwritten(prot);
	} else if (f->write && !pte_writable(*f->pte))
		CNT_INC(v_cow_reused);
	pmap_set(f->pmap, f->pte, f->va, m, prot, PMAP_PRIV);
	return (0);
}

/*
 * Page i of a file's object has been mapped to be read.  Most likely the next
 * ones are wanted soon, text above all: map those that are there, as far as
 * this page table goes.  A fault costs as much as ten of them.
 */
static void
fault_ahead(struct fault *f, vm_pindex_t i)
{
	vm_prot_t prot = prot_unwritten(f->prot);
	vm_offset_t va = f->va, end;
	pt_entry_t *pte = f->pte;
	vm_page_t m;

	end = MIN(f->entry->end, f->va + (1 + FAULT_AHEAD) * PAGE_SIZE);
	end = MIN(end, trunc_4mpage(f->va) + NBPDR);
	while ((va += PAGE_SIZE) < end && pte_empty(*++pte)) {
		m = vm_object_lookup(f->entry->object, ++i);
		if (m == NULL)
			break;
		pmap_set(f->pmap, pte, va, m, prot, PMAP_OBJECT);
	}
}

/*
 * The page is, or will be, one of an object, which is locked.  0, ENOMEM,
 * or EFAULT behind the end of the file.
 */
static int
fault_object(struct fault *f)
{
	vm_map_entry_t e = f->entry;
	vm_object_t obj = e->object;
	vm_prot_t prot = f->prot;
	vm_pindex_t i = e->pindex + atop(f->va - e->start);
	vm_page_t m;

	VM_OBJECT_LOCK_ASSERT(obj);
	KTR_SET(f->how, "object");
	if (obj->type == OBJT_VNODE && (off_t)i << PAGE_SHIFT >= obj->size)
		return (EFAULT);
	if (e->eflags & MAP_ENTRY_COW) {
		m = vm_object_lookup(obj, i);
		if (m == NULL) /* a hole is not filled for this */
			return (fault_zero(f));
		if (f->write)
			return (fault_copy(f, m));
		pmap_set(f->pmap, f->pte, f->va, m, prot_unwritten(prot),
		    PMAP_OBJECT);
		fault_ahead(f, i);
		return (0);
	}
	m = vm_object_grab(obj, i);
	if (m == NULL)
		return (ENOMEM);
	pmap_set(f->pmap, f->pte, f->va, m, prot, PMAP_OBJECT);
	return (0);
}

/*
 * Resolve a fault in an entry that allows the access.  The lock of the
 * entry's object is held from finding the page until it is mapped, so that
 * truncation, which comes through the object, cannot miss it.
 */
static int
fault_entry(struct fault *f)
{
	vm_object_t obj = f->entry->object;
	int error;

	if (obj != NULL)
		VM_OBJECT_LOCK(obj);
	PMAP_LOCK(f->pmap);
	f->pte = pmap_pte_alloc(f->pmap, f->va);
	if (f->pte == NULL)
		error = ENOMEM;
	else if (pte_private(*f->pte))
		error = fault_private(f);
	else if (obj != NULL)
		error = fault_object(f);
	else
		error = fault_zero(f);
	PMAP_UNLOCK(f->pmap);
	if (obj != NULL)
		VM_OBJECT_UNLOCK(obj);
	return (error);
}

/* Whether the current process may extend its stack to va. */
static int
fault_grow(struct vm_map *map, vm_offset_t va)
{
	struct proc *p = curproc;

	if (p->p_vmspace == NULL || map != &p->p_vmspace->vm_map)
		return (EFAULT);
	return (vm_map_growstack(p, map, va));
}

/*
 * No page for the current process: it has to go, and no other, whether the
 * access was its own or a system call's on its behalf.  But init, which cannot
 * go, waits a little: true if the fault is to be tried again.
 */
static bool
fault_no_memory(vm_offset_t va)
{
	struct proc *p = curproc;

	if (p == initproc) {
		(void)tsleep(p, PVM, "nomem", 1);
		return (true);
	}
	if (p->p_flag & P_SYSTEM)
		return (false);
	PROC_LOCK(p);
	psignal(p, SIGKILL);
	PROC_UNLOCK(p);
	printf("out of memory: pid %d (%s) killed at address %#x; %u of %u "
	       "pages free\n",
	    p->p_pid, p->p_comm, va, CNT_GET(v_free_count), cnt.v_page_count);
	return (false);
}

/*
 * What a fault in that map came to, and what memory is left.
 */
static void
fault_trace(const struct fault *f, vm_offset_t va, int error)
{
	KTR_EVENT(KTR_FAULT, va, f->write, f->how, error);
	if (error == 0)
		KTR_FREE_PAGES();
}

static int
fault_try(struct vm_map *map, vm_offset_t va, int prot, int *sig, int *code)
{
	struct fault f;
	bool grown = false;
	int error = EFAULT;

	*sig = SIGSEGV;
	*code = SEGV_MAPERR;
	if (va >= vm_map_max(map))
		return (EFAULT);
	f.pmap = map->pmap;
	f.va = trunc_page(va);
	f.write = (prot & VM_PROT_WRITE) != 0;
	KTR_SET(f.how, "refused");
retry:
	vm_map_lock_read(map);
	f.entry = vm_map_lookup(map, f.va);
	if (__predict_false(f.entry == NULL)) {
		vm_map_unlock_read(map);
		error = grown ? EFAULT : fault_grow(map, f.va);
		grown = true;
		if (error == 0)
			goto retry;
		if (error == ENOMEM)
			*sig = SIGKILL;
		fault_trace(&f, va, error);
		return (error);
	}
	f.prot = f.entry->protection;
	/* The processor cannot tell reading from executing, nor can we. */
	if (f.write ? (f.prot & VM_PROT_WRITE) == 0 : f.prot == VM_PROT_NONE)
		*code = SEGV_ACCERR;
	else {
		error = fault_entry(&f);
		*code = BUS_ADRERR;
		*sig = error == ENOMEM ? SIGKILL : SIGBUS;
	}
	vm_map_unlock_read(map);
	fault_trace(&f, va, error);
	return (error);
}

int
vm_fault(struct vm_map *map, vm_offset_t va, int prot, int *sig, int *code)
{
	int error;

	CNT_INC(v_vm_faults);
	do
		error = fault_try(map, va, prot, sig, code);
	while (__predict_false(error == ENOMEM) && fault_no_memory(va));
	return (error);
}

int
vm_fault_wire(struct vm_map *map, struct vm_map_entry *e, vm_prot_t prot)
{
	struct fault f = {
		.pmap = map->pmap,
		.entry = e,
		.prot = prot,
		.write = (prot & VM_PROT_WRITE) != 0,
	};
	int error, behind = 0;

	VM_MAP_ASSERT_LOCKED(map);
	if (prot == VM_PROT_NONE)
		return (0);
	for (f.va = e->start; f.va < e->end; f.va += PAGE_SIZE) {
		error = fault_entry(&f);
		if (error == ENOMEM)
			return (error);
		if (error != 0)
			behind = error;
	}
	return (behind);
}

/*
 * Access to an address space that need not be the current one, and
 * whatever the protection of its pages: exec uses it to fill a new one.
 */

/* The page that is mapped at va, held; NULL if none is. */
static vm_page_t
space_mapped(pmap_t pmap, vm_offset_t va)
{
	vm_page_t m = NULL;
	pt_entry_t *pte;

	PMAP_LOCK(pmap);
	pte = pmap_pte(pmap, va);
	if (pte != NULL && !pte_empty(*pte)) {
		m = PHYS_TO_VM_PAGE(pte_phys(*pte));
		vm_page_ref(m);
	}
	PMAP_UNLOCK(pmap);
	return (m);
}

/*
 * The page at va, there or made, held; to be written or only to be read.
 * The map is locked.  0, EFAULT or ENOMEM.
 */
static int
space_page(struct vmspace *vm, vm_offset_t va, bool write, vm_page_t *mp)
{
	struct vm_map *map = &vm->vm_map;
	struct fault f = { .pmap = map->pmap,
		.va = trunc_page(va),
		.write = write };
	int error = EFAULT;

	*mp = NULL;
	if (va < vm_map_max(map) &&
	    (f.entry = vm_map_lookup(map, f.va)) != NULL) {
		f.prot = f.entry->protection;
		/* To read what is there changes nothing. */
		if (!write)
			*mp = space_mapped(f.pmap, f.va);
		error = *mp != NULL ? 0 : fault_entry(&f);
		if (error == 0 && *mp == NULL)
			*mp = space_mapped(f.pmap, f.va);
		/* Truncated, or swapped for another page, in between? */
		if (error == 0 && *mp == NULL)
			error = EFAULT;
	}
	return (error);
}

/*
 * Copy len bytes between va in vm and the kernel's buffers of uio, page by
 * page.
 */
static int
space_copy(struct vmspace *vm, vm_offset_t va, vm_size_t len, struct uio *uio)
{
	bool write = uio->uio_rw == UIO_WRITE;
	vm_size_t n;
	vm_page_t m;
	char *kva;
	int error = 0;

	if (va + len < va)
		return (EFAULT);
	vm_map_lock_read(&vm->vm_map);
	for (; len > 0; len -= n, va += n) {
		n = MIN(len, PAGE_SIZE - (va & PAGE_MASK));
		error = space_page(vm, va, write, &m);
		if (error != 0)
			break;
		kva = (char *)VM_PAGE_TO_KVA(m) + (va & PAGE_MASK);
		(void)uiomove(kva, n, uio); /* faults not, in here */
		vm_page_unref(m);
	}
	vm_map_unlock_read(&vm->vm_map);
	return (error);
}

int
vmspace_writev(struct vmspace *vm, vm_offset_t va, struct iovec *iov, int n)
{
	struct uio uio = {
		.uio_iov = iov,
		.uio_iovcnt = n,
		.uio_segflg = UIO_SYSSPACE,
		.uio_rw = UIO_WRITE,
	};
	int i;

	for (i = 0; i < n; i++)
		uio.uio_resid += iov[i].iov_len;
	return (space_copy(vm, va, uio.uio_resid, &uio));
}

int
vmspace_write(struct vmspace *vm, vm_offset_t va, const void *from,
    vm_size_t len)
{
	struct iovec iov = { (void *)(uintptr_t)from, len };

	return (vmspace_writev(vm, va, &iov, 1));
}

int
vmspace_read(struct vmspace *vm, vm_offset_t va, void *to, vm_size_t len)
{
	struct iovec iov;
	struct uio uio;

	uio_init(&uio, &iov, to, len, 0, UIO_SYSSPACE, UIO_READ, NULL);
	return (space_copy(vm, va, len, &uio));
}

/*
 * The page in which the file's part of a segment ends, at va: what is before
 * it, and zeros.  A page of zeros to begin with is cheaper than to copy all
 * of the file's and clear the rest.  0 or ENOMEM.
 */
static int
file_end(struct vmspace *vm, vm_offset_t va)
{
	struct vm_map *map = &vm->vm_map;
	vm_page_t from, m = vm_page_alloc(VPT_PRIVATE, VM_ALLOC_ZERO);
	struct vm_map_entry *e;
	pt_entry_t *pte;

	if (m == NULL)
		return (ENOMEM);
	VM_MAP_ASSERT_LOCKED(map);
	e = vm_map_lookup(map, va);
	VM_OBJECT_LOCK(e->object);
	from = vm_object_lookup(e->object, e->pindex + atop(va - e->start));
	if (from != NULL)
		memcpy(VM_PAGE_TO_KVA(m), VM_PAGE_TO_KVA(from), va & PAGE_MASK);
	VM_OBJECT_UNLOCK(e->object);
	PMAP_LOCK(map->pmap);
	pte = pmap_pte_alloc(map->pmap, va);
	if (pte != NULL)
		pmap_set(map->pmap, pte, trunc_page(va), m, e->protection,
		    PMAP_PRIV);
	PMAP_UNLOCK(map->pmap);
	if (pte == NULL)
		vm_page_unref(m);
	return (pte != NULL ? 0 : ENOMEM);
}

/*
 * A segment of a program:
 *
 *	trunc(va)      va           va + filesz         va + memsz
 *	|  file's own  |   file      |  zeros to the    |  anonymous
 *	|              |             |  page's end      |  zeros
 *
 * The rest of the file's last page is zero wherever somebody may write to it,
 * also behind va + memsz: the heap begins there.
 */
int
vm_map_file(struct vmspace *vm, struct vnode *vp, off_t foff,
    vm_offset_t va, vm_size_t filesz, vm_size_t memsz, int prot)
{
	struct vm_map_args args = {
		.object = vp->v_object,
		.pindex = (vm_pindex_t)(foff >> PAGE_SHIFT),
		.prot = prot,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.eflags = MAP_ENTRY_COW,
	};
	vm_offset_t start = trunc_page(va), fileend, end;
	int error = 0;

	if (((foff ^ va) & PAGE_MASK) != 0 || foff < 0 || filesz > memsz ||
	    memsz == 0 || va + memsz < va || va + memsz > VM_MAXUSER_ADDRESS ||
	    vp->v_object == NULL)
		return (EINVAL);
	end = round_page(va + memsz);
	fileend = filesz > 0 ? round_page(va + filesz) : start;
	vm_map_lock(&vm->vm_map);
	if (fileend > start)
		error = vm_map_insert(&vm->vm_map, start, fileend, &args);
	args.object = NULL;
	args.pindex = 0;
	args.eflags = 0;
	if (error == 0 && end > fileend)
		error = vm_map_insert(&vm->vm_map, fileend, end, &args);
	if (error == 0 && va + filesz < fileend &&
	    (memsz > filesz || (prot & VM_PROT_WRITE) != 0))
		error = file_end(vm, va + filesz);
	vm_map_unlock(&vm->vm_map);
	return (error);
}
