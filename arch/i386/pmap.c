/*
 * The i386's page directories and page tables.
 *
 * All RAM is seen at KERNBASE, so a page table is reached by its physical
 * address; there is no window into other address spaces.  The directories
 * of all processes have the same upper quarter: the direct map by 4 MB
 * pages, and the page tables of the kernel map, which are made at boot and
 * stay.  So nothing has to be told to anybody when the kernel maps a page.
 *
 * A page table's vm_page knows how many entries are not empty, and between
 * which two they lie, so that small tables are quickly scanned.  A table
 * without entries is freed; its page is zero then, as the next one that
 * takes it likes it.
 *
 * Fork shares tables: both directories point to the table, without PG_RW,
 * and its page counts them.  In it are private pages and pages of objects
 * that nobody may write.  While it is shared only two things happen to its
 * entries: they lose PG_RW, or an object takes its page back, for all who
 * share the table, and leaves PG_GONE.  Whoever wants to change it in another
 * way, be it by a fault, makes it its own first: takes a copy, or, as the
 * last of those who share it, just sets PG_RW again.
 *
 * Locks: a pmap's pm_mtx guards its directory and tables.  Two pmaps are
 * locked at once only by pmap_fork(), the child's last: nobody else can
 * know it yet.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/pcb.h>
#include <machine/specialreg.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_kern.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>
#include <vm/vm_param.h>

/* More pages than this are flushed by reloading cr3. */
#define	INVLPG_MAX	8

/*
 * The table in which the stack is, with fewer entries, is copied at fork:
 * parent and child are about to write there.
 */
#define	STACK_SHARE_LEAST 64

/* A directory entry that points to a user page table. */
#define	PDE_TABLE	(PG_V | PG_RW | PG_U | PG_A)

struct pmap kernel_pmap_store;
static pt_entry_t pg_global;		/* PG_G if the processor has it */

int	pmap_share = 1;
SYSCTL_INT(_vm, OID_AUTO, pmap_share, CTLFLAG_RW | CTLFLAG_TUN, &pmap_share, 0,
    "fork shares page tables");

/* The table that a directory entry points to. */
#define	PDE_TO_TABLE(pde)	((pt_entry_t *)PHYS_TO_DMAP((pde) & PG_FRAME))
#define	PDE_TO_PAGE(pde)	PHYS_TO_VM_PAGE((pde) & PG_FRAME)
#define	PTE_TO_PAGE(pte)	PHYS_TO_VM_PAGE((pte) & PG_FRAME)
/* The page of the table in which an entry lies. */
#define	PTEP_TO_PAGE(ptep)						\
	KVA_TO_VM_PAGE(trunc_page((vm_offset_t)(ptep)))
#define	PTEP_INDEX(ptep)						\
	(((vm_offset_t)(ptep) & PAGE_MASK) / sizeof(pt_entry_t))

/* Pages that lost their last reference: freed after the TLB is flushed. */
struct page_chain {
	vm_page_t first;
};

static __inline void
chain_unref(struct page_chain *chain, vm_page_t m)
{
	if (vm_page_unref_last(m)) {
		m->next = chain->first;
		chain->first = m;
	}
}

static __inline void
chain_free(struct page_chain *chain)
{
	if (chain->first != NULL)
		vm_page_free_list(chain->first);
}

/*
 * The TLBs.  pm_active has a bit for each processor whose TLB may know the
 * pmap; one that does not has flushed when it loaded something else.  The
 * kernel's is known to all, and has none.
 *
 * A shootdown: who has changed a table sees to it that the change can be
 * seen, then looks at pm_active, and has all that are there flush.  A
 * processor sets its bit before it loads cr3.  So whichever comes first,
 * either the bit is seen here, or the changed table there.  When all have
 * answered nobody uses the old entry any more, and its page may be freed.
 */
struct shootdown {
	pmap_t	pmap;
	vm_offset_t start, end;
};

static __inline bool
pmap_loaded(pmap_t pmap)
{
	return (PCPU_GET(pmap) == pmap);
}

static __inline bool
active_here(pmap_t pmap)
{
	return (pmap == kernel_pmap ||
	    (pmap->pm_active & CPU_MASK(PCPU_GET(cpuid))) != 0);
}

/* Forget a range of the pmap that is loaded, or of the kernel's. */
static void
tlb_flush(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	if (end - start <= INVLPG_MAX * PAGE_SIZE || pmap == kernel_pmap)
		for (; start < end; start += PAGE_SIZE)
			invlpg(start);
	else
		lcr3(pmap->pm_pdirpa);
}

/* On another processor. */
static void
shootdown_serve(void *arg)
{
	struct shootdown *s = arg;

	/* It may have gone on to another meanwhile: that has flushed. */
	if (s->pmap == kernel_pmap || pmap_loaded(s->pmap))
		tlb_flush(s->pmap, s->start, s->end);
}

/*
 * The other processors forget what they know of start to end.
 */
static void
shootdown(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	struct shootdown s = { pmap, start, end };
	cpumask_t others;

	SMP_JITTER();
	mb();
	others = pmap == kernel_pmap ? ~0u : pmap->pm_active;
	others &= ~CPU_MASK(PCPU_GET(cpuid));
	if (others != 0)
		smp_call(others, shootdown_serve, &s);
}

/* All of them, this one too. */
static void
pmap_invalidate_range(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	if (mp_ncpus > 1)
		shootdown(pmap, start, end);
	if (pmap == kernel_pmap || pmap_loaded(pmap))
		tlb_flush(pmap, start, end);
}

void
pmap_invalidate_page(pmap_t pmap, vm_offset_t va)
{
	if (mp_ncpus > 1)
		shootdown(pmap, va, va + PAGE_SIZE);
	if (pmap_loaded(pmap))
		invlpg(va);
}

void
pmap_invalidate_all(pmap_t pmap)
{
	pmap_invalidate_range(pmap, 0, VM_MAXUSER_ADDRESS);
}

/*
 * This processor uses another pmap from now on.  Interrupts are off, or
 * nobody else can come between.
 */
void
pmap_switch(pmap_t new)
{
	pmap_t old = PCPU_GET(pmap);
	cpumask_t me;

	if (new == old)
		return;
	me = CPU_MASK(PCPU_GET(cpuid));
	if (new != kernel_pmap)
		atomic_set_int(&new->pm_active, me);
	SMP_JITTER();
	PCPU_SET(pmap, new);
	/* Whoever changes one of the two has to tell us. */
	KASSERT(active_here(new) && active_here(old),
	    ("pmap_switch: %p active on %#x, %p on %#x", new, new->pm_active,
		old, old->pm_active));
	lcr3(new->pm_pdirpa);
	SMP_JITTER();
	/* Until here it may be in use. */
	if (old != kernel_pmap)
		atomic_clear_int(&old->pm_active, me);
}

/*
 * Directories that are not in use keep their upper part, and are empty
 * below: as good as new.  Some are kept for the next fork.
 */
#define	DIR_KEEP	32		/* by each processor */

static struct keep dirs[MAXCPU];

/*
 * The border is one between page tables.
 */
vm_offset_t
pmap_kmap_start(u_int stacks, vm_paddr_t loaded)
{
	vm_size_t dmap = VM_PHYS_END - VM_KMAP_OTHER - stacks * KSTACK_RUN;

	dmap = MAX(trunc_4mpage(dmap), round_4mpage(loaded + DMAP_MIN_SIZE));
	return (KERNBASE + MIN(dmap, DMAP_MAX_SIZE));
}

u_int
pmap_kmap_stacks(vm_offset_t kmap_start)
{
	return ((VM_KMAP_END - VM_KMAP_OTHER - kmap_start) / KSTACK_RUN);
}

/*
 * The kernel's directory, from which all others take their upper part; it
 * has no lower part, and whoever has no user memory runs on it.
 */
void
pmap_bootstrap(void)
{
	pmap_t pmap = kernel_pmap;
	vm_paddr_t pa, end;
	vm_page_t m;
	u_int i;

	if (cpu_feature & CPUID_PGE)
		pg_global = PG_G;
	keep_init(dirs);
	pmap_construct(pmap);
	m = vm_page_alloc(VPT_DIR, VM_ALLOC_ZERO);
	if (m == NULL)
		panic("pmap_bootstrap: no memory");
	pmap->pm_pdir = VM_PAGE_TO_KVA(m);
	pmap->pm_pdirpa = VM_PAGE_TO_PHYS(m);

	end = MIN(round_4mpage(ptoa(vm_page_frames)), DMAP_SIZE);
	for (pa = 0; pa < end; pa += NBPDR)
		pmap->pm_pdir[PDE_INDEX(PHYS_TO_DMAP(pa))] = pa | pg_global |
		    PG_PS | PG_M | PG_A | PG_RW | PG_V;
	for (i = PDE_INDEX(VM_KMAP_START); i < PDE_INDEX(VM_KMAP_END); i++) {
		m = vm_page_alloc(VPT_KERNEL, VM_ALLOC_ZERO);
		if (m == NULL)
			panic("pmap_bootstrap: no memory");
		pmap->pm_pdir[i] = VM_PAGE_TO_PHYS(m) | PG_A | PG_RW | PG_V;
	}
	pmap->pm_active = CPU_MASK(PCPU_GET(cpuid));
	lcr3(pmap->pm_pdirpa);
	if (pg_global)
		lcr4(rcr4() | CR4_PGE);
}

void
pmap_construct(pmap_t pmap)
{
	memset(pmap, 0, sizeof(*pmap));
	mtx_init(&pmap->pm_mtx, "pmap", NULL, MTX_DEF | MTX_DUPOK);
}

int
pmap_pinit(pmap_t pmap)
{
	pd_entry_t *pdir = (pd_entry_t *)keep_get(dirs);
	vm_page_t m;

	KASSERT(pmap->pm_resident == 0 && pmap->pm_tables == 0,
	    ("pmap_pinit: not empty"));
	if (pdir == NULL) {
		m = vm_page_alloc(VPT_DIR, VM_ALLOC_ZERO);
		if (m == NULL)
			return (ENOMEM);
		pdir = VM_PAGE_TO_KVA(m);
		memcpy(&pdir[PDE_KERN], &kernel_pmap->pm_pdir[PDE_KERN],
		    (NPDEPG - PDE_KERN) * sizeof(pd_entry_t));
	}
	pmap->pm_pdir = pdir;
	pmap->pm_pdirpa = DMAP_TO_PHYS((vm_offset_t)pdir);
	return (0);
}

void
pmap_release(pmap_t pmap)
{
	vm_offset_t pdir = (vm_offset_t)pmap->pm_pdir;

	KASSERT(pmap->pm_active == 0,
	    ("pmap_release: %p is in use, by %#x", pmap, pmap->pm_active));
	KASSERT(pmap->pm_resident == 0 && pmap->pm_tables == 0,
	    ("pmap_release: %u pages, %u tables left", pmap->pm_resident,
		pmap->pm_tables));
	pmap->pm_pdir = NULL;
	pmap->pm_pdirpa = 0;
	if (!keep_put(dirs, pdir, DIR_KEEP))
		vm_page_unref(KVA_TO_VM_PAGE(pdir));
}

u_int
pmap_reclaim(void)
{
	vm_offset_t pdir;
	u_int n;

	for (n = 0; (pdir = keep_get_any(dirs)) != 0; n++)
		vm_page_unref(KVA_TO_VM_PAGE(pdir));
	return (n);
}

u_int
pmap_cached(void)
{
	return (keep_count(dirs));
}

static void
pmap_load(struct thread *td, pmap_t pmap)
{
	u_int ef = intr_disable();

	td->td_pcb->pcb_cr3 = pmap->pm_pdirpa;
	td->td_pcb->pcb_pmap = pmap;
	if (td == curthread)
		pmap_switch(pmap);
	intr_restore(ef);
}

void
pmap_activate(struct thread *td)
{
	pmap_load(td, vmspace_pmap(td->td_proc->p_vmspace));
}

void
pmap_activate_kernel(struct thread *td)
{
	pmap_load(td, kernel_pmap);
}

/*
 * Entries.
 */

static __inline pt_entry_t *
pte_of(pmap_t pmap, vm_offset_t va)
{
	pd_entry_t pde = pmap->pm_pdir[PDE_INDEX(va)];

	return (pde != 0 ? PDE_TO_TABLE(pde) + PTE_INDEX(va) : NULL);
}

pt_entry_t *
pmap_pte(pmap_t pmap, vm_offset_t va)
{
	PMAP_LOCK_ASSERT(pmap, MA_OWNED);
	KASSERT(va < VM_MAXUSER_ADDRESS, ("pmap_pte: address %#x", va));
	return (pte_of(pmap, va));
}

pt_entry_t *
pmap_peek(pmap_t pmap, vm_offset_t va)
{
	return (pte_of(pmap, va));
}

bool
pmap_allows(pmap_t pmap, vm_offset_t va, bool write)
{
	pt_entry_t *pte = pte_of(pmap, va);

	return (pte != NULL && pte_valid(*pte) &&
	    (!write ||
		(pte_writable(*pte) &&
		    (pmap->pm_pdir[PDE_INDEX(va)] & PG_RW) != 0)));
}

/* A new table, all empty. */
static __inline void
table_init(vm_page_t mt)
{
	mt->first = NPTEPG;
	mt->last = 0;
	mt->entries = 0;
	mt->privates = 0;
}

/* Let a directory entry, empty until now, point to a table. */
static __inline void
table_enter(pmap_t pmap, pd_entry_t *pdep, pd_entry_t pde)
{
	u_int i = pdep - pmap->pm_pdir;

	*pdep = pde;
	pmap->pm_used[i / 32] |= 1u << i % 32;
	pmap->pm_used_words |= 1u << i / 32;
	pmap->pm_tables++;
}

/* Whether a table has entries in first to last; or none outside of them. */
static __inline bool
table_has(vm_page_t mt, u_int first, u_int last)
{
	return (mt->entries != 0 && first <= mt->last && last >= mt->first);
}

static __inline bool
table_within(vm_page_t mt, u_int first, u_int last)
{
	return (first <= mt->first && last >= mt->last);
}

/* Empty it. */
static __inline void
table_forget(pmap_t pmap, pd_entry_t *pdep)
{
	u_int i = pdep - pmap->pm_pdir;

	*pdep = 0;
	pmap->pm_used[i / 32] &= ~(1u << i % 32);
	if (pmap->pm_used[i / 32] == 0)
		pmap->pm_used_words &= ~(1u << i / 32);
	pmap->pm_tables--;
}

/* Whether others may point to a table too: they could have gone meanwhile. */
static __inline bool
table_shared(pd_entry_t pde)
{
	return ((pde & PG_RW) == 0);
}

/* Nobody refers to a table: free it, and what it refers to. */
static __noinline void
table_free(vm_page_t mt, struct page_chain *chain)
{
	pt_entry_t *table = VM_PAGE_TO_KVA(mt);
	u_int i;

	for (i = mt->first; i <= mt->last; i++)
		if (table[i] != 0) {
			if (pte_private(table[i]))
				chain_unref(chain, PTE_TO_PAGE(table[i]));
			table[i] = 0;
		}
	mt->flags |= VPF_ZERO;
	mt->next = chain->first;
	chain->first = mt;
}

/* One reference less to a table that is, or was, shared. */
static __inline void
table_unref(vm_page_t mt, struct page_chain *chain)
{
	if (vm_page_unref_last(mt))
		table_free(mt, chain);
}

/*
 * Copy a shared table.  Its private pages are shared by entries from now on:
 * all of them lose the right to write, here and there.  Others may do the
 * same meanwhile, or take pages of objects out: see pmap_fork().
 */
static void
table_copy(vm_page_t from, vm_page_t to)
{
	pt_entry_t *sp = VM_PAGE_TO_KVA(from), *dp = VM_PAGE_TO_KVA(to), pte;
	u_int i;

	for (i = from->first; i <= from->last; i++) {
		pte = READ_ONCE(sp[i]);
		if (pte == 0)
			continue;
		if (pte_private(pte)) {
			vm_page_ref(PTE_TO_PAGE(pte));
			pte &= ~PG_RW;
			WRITE_ONCE(sp[i], pte);
		}
		dp[i] = pte;
	}
	to->first = from->first;
	to->last = from->last;
	to->entries = from->entries;
	to->privates = from->privates;
}

/*
 * The table of *pdep, for addresses about va, is to be changed: it must be
 * this pmap's alone.  0 or ENOMEM.
 */
static int
table_own(pmap_t pmap, pd_entry_t *pdep, vm_offset_t va)
{
	struct page_chain chain = { NULL };
	vm_page_t mt = PDE_TO_PAGE(*pdep), own;

	PMAP_LOCK_ASSERT(pmap, MA_OWNED);
	if (!table_shared(*pdep))
		return (0);
	if (atomic_load_acq_int(&mt->ref_count) == 1) {
		KTR_EVENT(KTR_UNSHARE, va, VM_PAGE_TO_PHYS(mt),
		    VM_PAGE_TO_PHYS(mt));
		/* No flush: who still knows less faults once more. */
		*pdep |= PG_RW;
		return (0);
	}
	own = vm_page_alloc(VPT_TABLE, VM_ALLOC_ZERO);
	if (own == NULL)
		return (ENOMEM);
	table_copy(mt, own);
	KTR_EVENT(KTR_UNSHARE, va, VM_PAGE_TO_PHYS(mt), VM_PAGE_TO_PHYS(own));
	*pdep = VM_PAGE_TO_PHYS(own) | PDE_TABLE;
	/* One page will do to have the processors forget the old table. */
	pmap_invalidate_page(pmap, va);
	table_unref(mt, &chain);
	chain_free(&chain);
	return (0);
}

/*
 * Make the tables of a range the pmap's own, but those that lie in it with
 * all they have if "parts" is set: so that what changes in the range next
 * needs no memory.
 */
int
pmap_own(pmap_t pmap, vm_offset_t start, vm_offset_t end, bool parts)
{
	vm_offset_t va, next;
	pd_entry_t *pdep;
	int error = 0;

	PMAP_LOCK(pmap);
	for (va = start; va < end && error == 0; va = next) {
		next = MIN(trunc_4mpage(va) + NBPDR, end);
		pdep = &pmap->pm_pdir[PDE_INDEX(va)];
		if (*pdep == 0 ||
		    (parts &&
			table_within(PDE_TO_PAGE(*pdep), PTE_INDEX(va),
			    PTE_INDEX(next - 1))))
			continue;
		error = table_own(pmap, pdep, va);
	}
	PMAP_UNLOCK(pmap);
	return (error);
}

pt_entry_t *
pmap_pte_alloc(pmap_t pmap, vm_offset_t va)
{
	pd_entry_t *pdep;
	vm_page_t m;

	PMAP_LOCK_ASSERT(pmap, MA_OWNED);
	KASSERT(va < VM_MAXUSER_ADDRESS, ("pmap_pte_alloc: address %#x", va));
	pdep = &pmap->pm_pdir[PDE_INDEX(va)];
	if (__predict_false(*pdep == 0)) {
		m = vm_page_alloc(VPT_TABLE, VM_ALLOC_ZERO);
		if (m == NULL)
			return (NULL);
		table_init(m);
		table_enter(pmap, pdep, VM_PAGE_TO_PHYS(m) | PDE_TABLE);
	} else if (table_own(pmap, pdep, va) != 0)
		return (NULL);
	return (PDE_TO_TABLE(*pdep) + PTE_INDEX(va));
}

/* An entry of table mt, number i, is no longer empty. */
static __inline void
table_add(vm_page_t mt, u_int i)
{
	mt->entries++;
	if (i < mt->first)
		mt->first = i;
	if (i > mt->last)
		mt->last = i;
	KASSERT(mt->entries <= NPTEPG,
	    ("page table with %u entries", mt->entries));
}

/* The table of *pdep is empty: take it away. */
static void
table_drop(pmap_t pmap, pd_entry_t *pdep, struct page_chain *chain)
{
	vm_page_t mt = PDE_TO_PAGE(*pdep);

	KASSERT(mt->type == VPT_TABLE && mt->entries == 0,
	    ("table_drop: %s page, %u entries", vm_page_type_name(mt->type),
		mt->entries));
	table_forget(pmap, pdep);
	mt->flags |= VPF_ZERO;
	chain_unref(chain, mt);
}

/* Give up a shared table, whatever the others do. */
static void
table_leave(pmap_t pmap, pd_entry_t *pdep, struct page_chain *chain)
{
	vm_page_t mt = PDE_TO_PAGE(*pdep);

	pmap->pm_resident -= mt->entries;
	pmap->pm_private -= mt->privates;
	table_forget(pmap, pdep);
	table_unref(mt, chain);
}

void
pmap_set(pmap_t pmap, pt_entry_t *pte, vm_offset_t va, vm_page_t m,
    vm_prot_t prot, int kind)
{
	pt_entry_t new, old = *pte;

	PMAP_LOCK_ASSERT(pmap, MA_OWNED);
	KASSERT(m->type == (kind == PMAP_PRIV ? VPT_PRIVATE : VPT_OBJECT) &&
		m->ref_count > 0,
	    ("pmap_set: %s page, %u references", vm_page_type_name(m->type),
		m->ref_count));
	new = VM_PAGE_TO_PHYS(m) | PG_A | PG_U;
	if (prot != VM_PROT_NONE)
		new |= PG_V;
	if (prot & VM_PROT_WRITE)
		new |= PG_RW | PG_M;
	if (kind == PMAP_PRIV)
		new |= PG_PRIVATE;
	/*
	 * Nobody may find the new page while another processor still knows the
	 * old one: its thread would write to the one and read the other.  Nor
	 * may anybody go on writing to a page that is only to be read.
	 */
	if (pte_valid(old) &&
	    (pte_phys(old) != pte_phys(new) ||
		(pte_writable(old) && !pte_writable(new)))) {
		*pte = old & ~PG_V;
		pmap_invalidate_page(pmap, va);
	}
	*pte = new;
	if (old == 0) {
		pmap->pm_resident++;
		table_add(PTEP_TO_PAGE(pte), PTEP_INDEX(pte));
	}
	if (pte_private(new) && !pte_private(old)) {
		pmap->pm_private++;
		PTEP_TO_PAGE(pte)->privates++;
	}
	if (old == 0)
		return;
	KASSERT(pte_private(new) || !pte_private(old),
	    ("pmap_set: private page at %#x displaced by an object's", va));
	if (pte_phys(old) == pte_phys(new))
		return; /* only rights have changed */
	if (pte_private(old))
		vm_page_unref(PTE_TO_PAGE(old));
}

/*
 * Ranges.
 */

/* What to do with the entries of a range, one table at a time. */
enum range_op {
	RANGE_REMOVE,
	RANGE_REMOVE_OBJECT,
	RANGE_PROTECT,
	RANGE_FORBID		/* as with no right left, shared tables too */
};

/*
 * Empty entry i of a table, whose page is mt.
 */
static __inline void
entry_remove(pmap_t pmap, vm_page_t mt, pt_entry_t *pte,
    struct page_chain *chain)
{
	pt_entry_t old = *pte;

	*pte = 0;
	mt->entries--;
	pmap->pm_resident--;
	if (pte_private(old)) {
		mt->privates--;
		pmap->pm_private--;
		chain_unref(chain, PTE_TO_PAGE(old));
	}
}

/*
 * Take rights away from an entry.  A private page that must not even be
 * read stays, behind an entry that is not valid; a page of an object can
 * be found again.
 */
static bool
entry_protect(pmap_t pmap, vm_page_t mt, pt_entry_t *pte, vm_prot_t prot,
    struct page_chain *chain)
{
	pt_entry_t old = *pte;

	if (prot == VM_PROT_NONE) {
		if (pte_private(old))
			*pte = old & ~(PG_V | PG_RW);
		else
			entry_remove(pmap, mt, pte, chain);
	} else if ((prot & VM_PROT_WRITE) == 0)
		*pte = old & ~PG_RW;
	return (*pte != old);
}

/*
 * An object takes its pages back out of a shared table, for all who share
 * it.  It comes to each of them, to have what they know forgotten; so this
 * may be the second time.  Bounds and counts stay as they are.
 */
static void
table_take_object(pt_entry_t *table, u_int first, u_int last)
{
	pt_entry_t pte;
	u_int i;

	for (i = first; i <= last; i++) {
		pte = READ_ONCE(table[i]);
		if (!pte_empty(pte) && !pte_private(pte))
			WRITE_ONCE(table[i], PG_GONE);
	}
}

/*
 * Entries first to last of the table of *pdep.  True if anything that the
 * TLB may know has changed.
 */
static bool
table_range(pmap_t pmap, pd_entry_t *pdep, u_int first, u_int last,
    enum range_op op, vm_prot_t prot, struct page_chain *chain)
{
	pt_entry_t *table = PDE_TO_TABLE(*pdep);
	vm_page_t mt = PDE_TO_PAGE(*pdep);
	bool changed = false;
	u_int i;

	if (first < mt->first)
		first = mt->first;
	if (last > mt->last)
		last = mt->last;
	if (table_shared(*pdep)) {
		if (op == RANGE_REMOVE_OBJECT)
			table_take_object(table, first, last);
		else {
			KASSERT(op != RANGE_PROTECT &&
				table_within(mt, first, last),
			    ("pmap: change of a shared page table"));
			if (op == RANGE_FORBID)
				*pdep &= ~PG_V;
			else
				table_leave(pmap, pdep, chain);
		}
		return (true);
	}
	for (i = first; i <= last && mt->entries > 0; i++) {
		if (table[i] == 0)
			continue;
		if (op == RANGE_PROTECT || op == RANGE_FORBID)
			changed |= entry_protect(pmap, mt, &table[i], prot,
			    chain);
		else if (op == RANGE_REMOVE || !pte_private(table[i])) {
			entry_remove(pmap, mt, &table[i], chain);
			changed = true;
		}
	}
	if (mt->entries == 0)
		table_drop(pmap, pdep, chain);
	return (changed);
}

static void
pmap_range(pmap_t pmap, vm_offset_t start, vm_offset_t end, enum range_op op,
    vm_prot_t prot)
{
	struct page_chain chain = { NULL };
	vm_offset_t va, next;
	bool changed = false;
	pd_entry_t *pdep;

	KASSERT(start <= end && end <= VM_MAXUSER_ADDRESS &&
		((start | end) & PAGE_MASK) == 0,
	    ("pmap_range: %#x to %#x", start, end));
	PMAP_LOCK(pmap);
	for (va = start; va < end; va = next) {
		next = MIN(trunc_4mpage(va) + NBPDR, end);
		pdep = &pmap->pm_pdir[PDE_INDEX(va)];
		if (*pdep != 0)
			changed |= table_range(pmap, pdep, PTE_INDEX(va),
			    PTE_INDEX(next - 1), op, prot, &chain);
	}
	if (changed)
		pmap_invalidate_range(pmap, start, end);
	PMAP_UNLOCK(pmap);
	chain_free(&chain);
}

void
pmap_remove(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	pmap_range(pmap, start, end, RANGE_REMOVE, VM_PROT_NONE);
}

void
pmap_forbid(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	pmap_range(pmap, start, end, RANGE_FORBID, VM_PROT_NONE);
}

/* Pages of objects only: the object loses them. */
void
pmap_remove_object(pmap_t pmap, vm_offset_t start, vm_offset_t end)
{
	pmap_range(pmap, start, end, RANGE_REMOVE_OBJECT, VM_PROT_NONE);
}

void
pmap_protect(pmap_t pmap, vm_offset_t start, vm_offset_t end, vm_prot_t prot)
{
	if ((prot & VM_PROT_WRITE) == 0)
		pmap_range(pmap, start, end, RANGE_PROTECT, prot);
}

/*
 * Leave the shared tables of the 32 directory entries from pdep on, of which
 * those in "used" point to one.
 */
static __inline void
word_leave(pmap_t pmap, pd_entry_t *pdep, u_int used, struct page_chain *chain)
{
	u_int own = 0, w = (pdep - pmap->pm_pdir) / 32, bits, i;
	vm_page_t mt;

	for (bits = used; bits != 0; bits &= bits - 1) {
		i = __builtin_ctz(bits);
		if (!table_shared(pdep[i])) {
			own |= 1u << i;
			continue;
		}
		mt = PDE_TO_PAGE(pdep[i]);
		pdep[i] = 0;
#ifdef INVARIANTS
		pmap->pm_resident -= mt->entries;
		pmap->pm_private -= mt->privates;
		pmap->pm_tables--;
#endif
		table_unref(mt, chain);
	}
	pmap->pm_used[w] = own;
	if (own == 0)
		pmap->pm_used_words &= ~(1u << w);
}

/*
 * Nobody uses the address space any more: no TLB knows it.
 */
void
pmap_remove_all(pmap_t pmap)
{
	struct page_chain chain = { NULL };
	pd_entry_t *pdep;
	u_int w, used;

	KASSERT(pmap->pm_active == 0,
	    ("pmap_remove_all: %p is in use, by %#x", pmap, pmap->pm_active));
	PMAP_LOCK(pmap);
	while (pmap->pm_used_words != 0) {
		w = __builtin_ctz(pmap->pm_used_words);
		pdep = &pmap->pm_pdir[w * 32];
		word_leave(pmap, pdep, pmap->pm_used[w], &chain);
		while ((used = pmap->pm_used[w]) != 0)
			(void)table_range(pmap, &pdep[__builtin_ctz(used)], 0,
			    NPTEPG - 1, RANGE_REMOVE, VM_PROT_NONE, &chain);
	}
	KASSERT(pmap->pm_resident == 0 && pmap->pm_private == 0 &&
		pmap->pm_tables == 0,
	    ("pmap_remove_all: %u pages, %u private, "
	     "%u tables left",
		pmap->pm_resident, pmap->pm_private, pmap->pm_tables));
	/* Not counted down but in the debug kernel: see word_leave(). */
	pmap->pm_resident = pmap->pm_private = pmap->pm_tables = 0;
	PMAP_UNLOCK(pmap);
	chain_free(&chain);
}

/*
 * Fork.
 */

void
pmap_fork_apart(struct pmap_fork *pf, vm_offset_t start, vm_offset_t end)
{
	u_int i;

	for (i = PDE_INDEX(start); i <= PDE_INDEX(end - 1); i++)
		pf->pf_apart[i / 32] |= 1u << i % 32;
}

/*
 * The child's own copy of a page that both are about to write: two faults
 * less.  False if there is no memory; then it is shared like others.
 */
static bool
entry_copy(pt_entry_t pte, pt_entry_t *dp)
{
	vm_page_t m = vm_page_alloc(VPT_PRIVATE, 0);

	if (m == NULL)
		return (false);
	pmap_copy_page(PTE_TO_PAGE(pte), m);
	KTR_EVENT(KTR_PAGECOPY, 0, pte_phys(pte), VM_PAGE_TO_PHYS(m));
	*dp = (pte & ~PG_FRAME) | VM_PAGE_TO_PHYS(m);
	return (true);
}

/*
 * What the child gets for the parent's private page: the same page, which
 * neither may write.
 */
static __inline pt_entry_t
entry_fork(pt_entry_t *sp, pt_entry_t pte, struct pmap_fork *pf)
{
	vm_page_ref(PTE_TO_PAGE(pte));
	if (pte_writable(pte)) {
		pte &= ~PG_RW;
		WRITE_ONCE(*sp, pte);
		pf->pf_protected = true;
	}
	return (pte);
}

/*
 * The entries of one table from va to next; dst has a table for them.
 */
static void
table_fork(pmap_t src, pmap_t dst, vm_offset_t va, vm_offset_t next,
    struct pmap_fork *pf)
{
	pd_entry_t spde = src->pm_pdir[PDE_INDEX(va)];
	pd_entry_t dpde = dst->pm_pdir[PDE_INDEX(va)];
	pt_entry_t *sp = PDE_TO_TABLE(spde), *dp = PDE_TO_TABLE(dpde), pte;
	vm_page_t ms = PDE_TO_PAGE(spde), md = PDE_TO_PAGE(dpde);
	u_int first = MAX(PTE_INDEX(va), ms->first), i, n = 0, priv = 0;
	u_int last = MIN(PTE_INDEX(next - 1), ms->last), copy = NPTEPG;

	/* A shared table's pages are shared, whatever their entries say. */
	if (pf->pf_stack >= va && pf->pf_stack < next && !table_shared(spde))
		copy = PTE_INDEX(pf->pf_stack);
	for (i = first; i <= last; i++) {
		pte = READ_ONCE(sp[i]);
		if (pte == 0)
			continue;
		KASSERT(dp[i] == 0, ("pmap_fork: entry %u is in use", i));
		if (pte_private(pte)) {
			if (i != copy || !pte_writable(pte) ||
			    !entry_copy(pte, &dp[i]))
				dp[i] = entry_fork(&sp[i], pte, pf);
			priv++;
		} else
			dp[i] = pte;
		n++;
	}
	/* At most so far; the bounds need not be close. */
	md->first = MIN(md->first, first);
	md->last = MAX(md->last, last);
	md->entries += n;
	md->privates += priv;
	dst->pm_resident += n;
	dst->pm_private += priv;
}

/*
 * Of 32 directory entries those in "used" become the child's as they are;
 * dp has none there yet.  Whether the parent has lost a right by that.  Not
 * inline: here each instruction counts, for each 4 MB.
 */
static __noinline bool
word_share(pd_entry_t *sp, pd_entry_t *dp, u_int used)
{
	bool protected = false;
	pd_entry_t pde;
	u_int i;

	for (; used != 0; used &= used - 1) {
		i = __builtin_ctz(used);
		pde = sp[i];
		vm_page_ref(PDE_TO_PAGE(pde));
		if (!table_shared(pde)) {
			pde &= ~PG_RW;
			sp[i] = pde;
			protected = true;
		}
		dp[i] = pde;
	}
	return (protected);
}

/*
 * Of the 32 directory entries from number "first" on, those in "apart" are
 * not shared: what the child gets of them is counted when it does.
 */
static void
word_apart(pmap_t src, pmap_t dst, u_int first, u_int apart)
{
	vm_page_t mt;

	for (; apart != 0; apart &= apart - 1) {
		mt = PDE_TO_PAGE(src->pm_pdir[first + __builtin_ctz(apart)]);
		dst->pm_resident -= mt->entries;
		dst->pm_private -= mt->privates;
		dst->pm_tables--;
	}
}

/*
 * The tables that can be the child's as they are, and so all that is counted
 * in them.  The rest is left to pmap_fork(), and stays in pf_apart.
 */
static void
pmap_fork_tables(pmap_t src, pmap_t dst, struct pmap_fork *pf)
{
	pd_entry_t stack = src->pm_pdir[PDE_INDEX(pf->pf_stack)];
	u_int words, used, w;

	if (stack != 0 && PDE_TO_PAGE(stack)->entries < STACK_SHARE_LEAST)
		pmap_fork_apart(pf, pf->pf_stack, pf->pf_stack + PAGE_SIZE);
	dst->pm_resident += src->pm_resident;
	dst->pm_private += src->pm_private;
	dst->pm_tables += src->pm_tables;
	for (words = src->pm_used_words; words != 0; words &= words - 1) {
		w = __builtin_ctz(words);
		if (READ_ONCE(pmap_share) == 0)
			pf->pf_apart[w] = src->pm_used[w];
		word_apart(src, dst, w * 32, src->pm_used[w] & pf->pf_apart[w]);
		used = src->pm_used[w] & ~pf->pf_apart[w];
		if (used == 0)
			continue;
		if (word_share(&src->pm_pdir[w * 32], &dst->pm_pdir[w * 32],
			used))
			pf->pf_protected = true;
		dst->pm_used[w] |= used;
		dst->pm_used_words |= 1u << w;
	}
}

/*
 * An object that loses pages comes to the parent first, since the child is
 * behind it in the object's list.  So whatever this takes over of a page
 * that the object has just taken away is taken from the child afterwards.
 */
void
pmap_fork_begin(pmap_t src, pmap_t dst, struct pmap_fork *pf)
{
	PMAP_LOCK(src);
	PMAP_LOCK(dst);
	pmap_fork_tables(src, dst, pf);
}

int
pmap_fork(pmap_t src, pmap_t dst, vm_offset_t start, vm_offset_t end,
    struct pmap_fork *pf)
{
	vm_offset_t va, next;
	vm_page_t ms;
	u_int i;

	PMAP_LOCK_ASSERT(dst, MA_OWNED);
	for (va = start; va < end; va = next) {
		i = PDE_INDEX(va);
		if (pf->pf_apart[i / 32] == 0) {
			next = (va & ~(32 * NBPDR - 1)) + 32 * NBPDR;
			continue;
		}
		next = MIN(trunc_4mpage(va) + NBPDR, end);
		if (src->pm_pdir[i] == 0 ||
		    (pf->pf_apart[i / 32] & 1u << i % 32) == 0)
			continue;
		ms = PDE_TO_PAGE(src->pm_pdir[i]);
		if (!table_has(ms, PTE_INDEX(va), PTE_INDEX(next - 1)))
			continue;
		if (pmap_pte_alloc(dst, va) == NULL)
			return (ENOMEM);
		table_fork(src, dst, va, next, pf);
	}
	return (0);
}

void
pmap_fork_end(pmap_t src, pmap_t dst, struct pmap_fork *pf)
{
	PMAP_UNLOCK(dst);
	PMAP_UNLOCK(src);
	if (pf->pf_protected)
		pmap_invalidate_all(src);
}

/*
 * What is where.
 */

vm_paddr_t
pmap_extract(pmap_t pmap, vm_offset_t va)
{
	pt_entry_t *pte;
	vm_paddr_t pa = 0;

	PMAP_LOCK(pmap);
	pte = pmap_pte(pmap, va);
	if (pte != NULL && pte_valid(*pte))
		pa = pte_phys(*pte) | (va & PAGE_MASK);
	PMAP_UNLOCK(pmap);
	return (pa);
}

vm_page_t
pmap_private_page(pmap_t pmap, vm_offset_t va)
{
	vm_page_t m = NULL;
	pt_entry_t *pte;

	PMAP_LOCK(pmap);
	pte = pmap_pte(pmap, va);
	if (pte != NULL && pte_private(*pte))
		m = PTE_TO_PAGE(*pte);
	PMAP_UNLOCK(pmap);
	return (m);
}

void
pmap_walk(pmap_t pmap, void (*table)(const struct pmap_table *, void *),
    void (*page)(vm_page_t, vm_offset_t, pt_entry_t, void *), void *arg)
{
	struct pmap_table pt;
	pd_entry_t pde;
	pt_entry_t *pte;
	u_int i, j;

	for (i = 0; i < PDE_USER; i++) {
		pde = pmap->pm_pdir[i];
		if (pde == 0)
			continue;
		pte = PDE_TO_TABLE(pde);
		pt.pt_page = PDE_TO_PAGE(pde);
		pt.pt_va = i << PDRSHIFT;
		pt.pt_writable = !table_shared(pde);
		pt.pt_entries = pt.pt_privates = 0;
		for (j = 0; j < NPTEPG; j++) {
			pt.pt_entries += pte[j] != 0;
			pt.pt_privates += pte_private(pte[j]);
		}
		table(&pt, arg);
		for (j = 0; j < NPTEPG; j++, pte++)
			if (!pte_empty(*pte))
				page(PTE_TO_PAGE(*pte),
				    i << PDRSHIFT | j << PAGE_SHIFT, *pte, arg);
	}
}

/*
 * The kernel's part.
 */

static pt_entry_t *
pmap_kpte(vm_offset_t va)
{
	KASSERT(va >= VM_KMAP_START && va < VM_KMAP_END,
	    ("pmap_kpte: %#x is not in the kernel map", va));
	return (PDE_TO_TABLE(kernel_pmap->pm_pdir[PDE_INDEX(va)]) +
	    PTE_INDEX(va));
}

vm_paddr_t
pmap_kextract(vm_offset_t va)
{
	pt_entry_t pte;

	if (va < VM_KMAP_START)
		return (DMAP_TO_PHYS(va));
	pte = *pmap_kpte(va);
	KASSERT(pte_valid(pte), ("pmap_kextract: nothing at %#x", va));
	return (pte_phys(pte) | (va & PAGE_MASK));
}

static void
kenter(vm_offset_t va, vm_paddr_t pa, u_int how)
{
	pt_entry_t *pte = pmap_kpte(va);

	KASSERT(*pte == 0, ("pmap_kenter: %#x is mapped: %#x", va, *pte));
	*pte = pa | pg_global | PG_M | PG_A | PG_RW | PG_V | how;
}

void
pmap_kenter(vm_offset_t va, vm_paddr_t pa)
{
	kenter(va, pa, 0);
}

void
pmap_kenter_device(vm_offset_t va, vm_paddr_t pa)
{
	kenter(va, pa, PG_NC_PCD | PG_NC_PWT);
}

/*
 * Unmap n pages; all processors are told before it returns.
 */
void
pmap_kremove(vm_offset_t va, u_int n)
{
	u_int i;

	for (i = 0; i < n; i++)
		*pmap_kpte(va + ptoa(i)) = 0;
	pmap_invalidate_range(kernel_pmap, va, va + ptoa(n));
}
