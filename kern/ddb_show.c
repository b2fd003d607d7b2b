/*
 * The monitor on the console: what can be looked at.  Nothing is locked, for
 * nothing else runs; what is read may be broken, see ddb_main.c.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/ddb.h>
#include <sys/kdb.h>
#include <sys/ktr.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sx.h>
#include <sys/ucred.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>
#include <machine/db.h>
#include <machine/vmparam.h>

#define	WORDS_MOST	256		/* of x */
#define	EVENTS		32

struct flag_name {
	int	bit;
	const char *name;
};

static const struct flag_name proc_flags[] = {
	{ P_ADVLOCK, "ADVLOCK" }, { P_CONTROLT, "CONTROLT" },
	{ P_KTHREAD, "KTHREAD" }, { P_PPWAIT, "PPWAIT" },
	{ P_FDLENT, "FDLENT" }, { P_SIGLENT, "SIGLENT" },
	{ P_REAPWAIT, "REAPWAIT" }, { P_SUGID, "SUGID" },
	{ P_SYSTEM, "SYSTEM" }, { P_WATCHED, "WATCHED" },
	{ P_TRACED, "TRACED" }, { P_WAITED, "WAITED" }, { P_WEXIT, "WEXIT" },
	{ P_EXEC, "EXEC" }, { P_CONTINUED, "CONTINUED" },
	{ P_STOPPED_SIG, "STOPPED_SIG" }, { P_SIGWAIT, "SIGWAIT" },
	{ P_OLDMASK, "OLDMASK" }, { P_ALTSTACK, "ALTSTACK" },
	{ P_INEXEC, "INEXEC" }, { P_TELLEXEC, "TELLEXEC" }, { 0, NULL },
};

static const struct flag_name thread_flags[] = {
	{ TDF_NEEDRESCHED, "NEEDRESCHED" }, { TDF_ASTPENDING, "ASTPENDING" },
	{ TDF_TIMEOUT, "TIMEOUT" }, { TDF_SINTR, "SINTR" },
	{ TDF_ONSLEEPQ, "ONSLEEPQ" }, { TDF_ONRUNQ, "ONRUNQ" },
	{ TDF_IDLE, "IDLE" }, { TDF_KILLWAKE, "KILLWAKE" },
	{ TDF_DEAD, "DEAD" }, { TDF_LEAVING, "LEAVING" }, { 0, NULL },
};

static void
print_flags(const char *what, int flags, const struct flag_name *f)
{
	printf("  %s %#x", what, flags);
	for (; f->name != NULL; f++)
		if (flags & f->bit)
			printf(" %s", f->name);
	printf("\n");
}

/* ---------------------------------------------------------------- processes */

static struct proc *
find_proc(u_int value)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	u_int i, magic, n = 0;
	struct proc *p;

	if (value >= KERNBASE) {
		if (kdb_read(NULL, value, &magic, sizeof(magic)) == 0 &&
		    magic == P_MAGIC)
			return ((struct proc *)value);
		printf("0x%08x is no struct proc\n", value);
		return (NULL);
	}
	for (i = 0; i < nitems(lists); i++)
		LIST_FOREACH(p, lists[i], p_list)
			if ((u_int)p->p_pid == value || ++n > (u_int)maxproc)
				return ((u_int)p->p_pid == value ? p : NULL);
	printf("no process %d\n", (int)value);
	return (NULL);
}

struct proc *
ddb_proc(struct ddb_line *dl)
{
	u_int value;

	if (ddb_end(dl))
		return (dl->dl_stop->ks_td->td_proc);
	return (ddb_value(dl, 0, &value) ? find_proc(value) : NULL);
}

void
ddb_ps(struct ddb_line *dl __unused)
{
	ps_dump();
}

void
ddb_tree(struct ddb_line *dl)
{
	struct proc *p = ddb_end(dl) ? &proc0 : ddb_proc(dl);

	if (p != NULL)
		ps_tree(p);
}

static struct trapframe *
frame_of(struct ddb_line *dl, const struct thread *td)
{
	u_int cpu;

	if (td == dl->dl_stop->ks_td)
		return (dl->dl_stop->ks_frame);
	CPU_FOREACH(cpu)
	if (cpu_pcpu[cpu]->pc_curthread == td)
		return (cpu_stopped_frame(cpu));
	return (NULL);
}

void
ddb_backtrace(struct ddb_line *dl)
{
	struct proc *p = ddb_proc(dl);
	struct trapframe *frame;

	if (p == NULL)
		return;
	printf("pid %d (%s):\n", p->p_pid, p->p_comm);
	frame = frame_of(dl, &p->p_thread);
	if (frame != NULL)
		db_backtrace_trapframe(frame);
	else
		backtrace_thread(&p->p_thread);
}

static void
show_proc(struct ddb_line *dl)
{
	struct proc *p = ddb_proc(dl), *child;
	u_int n = 0;

	if (p == NULL)
		return;
	printf("struct proc %p: pid %d (%s), state %s\n", p, p->p_pid,
	    p->p_comm, proc_state_name(p->p_stat));
	print_flags("p_flag", p->p_flag, proc_flags);
	if (p->p_pptr != NULL)
		printf("  parent %d (%s), holds %u\n", p->p_pptr->p_pid,
		    p->p_pptr->p_comm, p->p_lock);
	if (p->p_pgrp != NULL)
		printf("  process group %d, session %d\n", p->p_pgrp->pg_id,
		    p->p_session->s_sid);
	if (p->p_ucred != NULL)
		printf("  uid %u, real %u, saved %u\n", p->p_ucred->cr_uid,
		    p->p_ucred->cr_ruid, p->p_ucred->cr_svuid);
	printf("  children:");
	TAILQ_FOREACH(child, &p->p_children, p_sibling) {
		if (++n > 32)
			break;
		printf(" %d", child->p_pid);
	}
	printf("%s\n", n == 0 ? " none" : "");
	printf("  vmspace %p, files %p, exit status %#x\n", p->p_vmspace,
	    p->p_fd, p->p_xstat);
	printf("  process lock: %s\n",
	    mtx_owner(&p->p_mtx) == NULL ? "free" : "held");
}

static void
show_thread(struct ddb_line *dl)
{
	struct proc *p = ddb_proc(dl);
	struct thread *td;
	struct db_regs r;

	if (p == NULL)
		return;
	td = &p->p_thread;
	printf("struct thread %p of pid %d (%s), last on processor %u\n", td,
	    p->p_pid, p->p_comm, td->td_lastcpu);
	print_flags("td_flags", td->td_flags, thread_flags);
	printf("  kernel stack 0x%08x to 0x%08x, pcb %p\n", td->td_kstack,
	    td->td_kstack + KSTACK_SIZE, td->td_pcb);
	printf("  priority %u, base %u, spin mutexes %u, locks %u\n",
	    td->td_priority, td->td_base_pri, td->td_spinlocks, td->td_locks);
	if (td->td_flags & TDF_ONSLEEPQ)
		printf("  sleeps on \"%s\", %s\n", td->td_wmesg,
		    db_name((vm_offset_t)td->td_wchan));
	if (td->td_blocked != NULL)
		printf("  waits for mutex %s\n",
		    td->td_blocked->mtx_object.lo_name);
	kdb_registers(td, &r);
	db_print_regs(&r);
	witness_list(td);
}

/* ------------------------------------------------------------------- memory */

static void
show_map(struct ddb_line *dl)
{
	struct proc *p = ddb_proc(dl);

	if (p == NULL || p->p_vmspace == NULL)
		return;
	printf("map of pid %d (%s), %d entries, %u references\n", p->p_pid,
	    p->p_comm, p->p_vmspace->vm_map.nentries, p->p_vmspace->vm_refcnt);
	vm_map_print(&p->p_vmspace->vm_map);
}

/* Where the pages below a table begin is told by the first of them. */
static void
pmap_table(const struct pmap_table *pt, void *arg __unused)
{
	printf("  table %#x: %u entries, %u private; ",
	    (u_int)VM_PAGE_TO_PHYS(pt->pt_page), pt->pt_entries,
	    pt->pt_privates);
	if (pt->pt_page->ref_count > 1)
		printf("shared by %u\n", pt->pt_page->ref_count);
	else
		printf("not shared\n");
}

static void
pmap_page(vm_page_t m, vm_offset_t va, pt_entry_t pte, void *arg)
{
	u_int *left = arg;

	if (*left == 0)
		return;
	--*left;
	printf("    0x%08x: page %#x, %u references%s%s%s\n", va,
	    (u_int)VM_PAGE_TO_PHYS(m), m->ref_count,
	    pte_private(pte) ? ", private" : "",
	    pte_writable(pte) ? ", writable" : "",
	    pte_modified(pte) ? ", written" : "");
}

static void
show_pmap(struct ddb_line *dl)
{
	struct proc *p = ddb_proc(dl);
	u_int left = WORDS_MOST;
	pmap_t pm;

	if (p == NULL || p->p_vmspace == NULL)
		return;
	pm = vmspace_pmap(p->p_vmspace);
	printf("pmap of pid %d (%s): directory %#x, %u pages, %u private, "
	       "%u tables\n",
	    p->p_pid, p->p_comm, (u_int)pm->pm_pdirpa, pm->pm_resident,
	    pm->pm_private, pm->pm_tables);
	pmap_walk(pm, pmap_table, pmap_page, &left);
	if (left == 0)
		printf("    ... and more\n");
}

static void
show_page(struct ddb_line *dl)
{
	u_int pa;

	if (ddb_needs(dl, "an address") && ddb_value(dl, 0, &pa))
		vm_page_print(pa);
}

static void
show_address(struct ddb_line *dl)
{
	u_int va;

	if (!ddb_needs(dl, "an address") || !ddb_value(dl, 0, &va))
		return;
	printf("%s\n", db_name(va));
	db_print_address(va);
	if (va < VM_MAXUSER_ADDRESS)
		vm_fault_print(dl->dl_stop->ks_td->td_proc, va, false);
}

/*
 * x ADDRESS [N]: words, with the names of what they point to.
 */
void
ddb_examine(struct ddb_line *dl)
{
	u_int at, i, n, value;

	if (!ddb_needs(dl, "an address") || !ddb_value(dl, 0, &at) ||
	    !ddb_value(dl, 4, &n))
		return;
	for (i = 0; i < n && i < WORDS_MOST; i++, at += 4) {
		if (kdb_read(NULL, at, &value, 4) != 0) {
			printf("0x%08x cannot be read\n", at);
			return;
		}
		printf("0x%08x: 0x%08x %11d  %s\n", at, value, (int)value,
		    value >= KERNBASE ? db_name(value) : "");
	}
}

void
ddb_write(struct ddb_line *dl)
{
	u_int at, value;

	if (!ddb_needs(dl, "an address") || !ddb_value(dl, 0, &at) ||
	    !ddb_needs(dl, "a value") || !ddb_value(dl, 0, &value))
		return;
	if (kdb_write(NULL, at, &value, 4) != 0)
		printf("0x%08x cannot be written\n", at);
}

void
ddb_print(struct ddb_line *dl)
{
	u_int value;

	if (ddb_needs(dl, "an expression") && ddb_value(dl, 0, &value))
		printf("%d, 0x%08x, %s\n", (int)value, value, db_name(value));
}

/* -------------------------------------------------------------------- locks */

static void
show_lock(struct ddb_line *dl)
{
	struct lock_object lo;
	struct thread *owner = NULL;
	struct mtx *m;
	struct sx *sx;
	u_int at;

	if (!ddb_needs(dl, "an address") || !ddb_value(dl, 0, &at))
		return;
	if (kdb_read(NULL, at, &lo, sizeof(lo)) != 0 || lo.lo_class < LC_MTX ||
	    lo.lo_class > LC_SPIN) {
		printf("0x%08x is no lock\n", at);
		return;
	}
	printf("%s \"%s\", rank %d\n",
	    lo.lo_class == LC_SX       ? "sx lock" :
		lo.lo_class == LC_SPIN ? "spin mutex" :
					 "mutex",
	    lo.lo_name, lo.lo_rank);
	m = (struct mtx *)at;
	sx = (struct sx *)at;
	if (lo.lo_class != LC_SX) {
		owner = mtx_owner(m);
		if (m->mtx_file != NULL)
			printf("  taken last at %s:%d\n", m->mtx_file,
			    m->mtx_line);
	} else if (sx->sx_lock & SX_WRITER) {
		owner = (struct thread *)(sx->sx_lock &
		    ~(uintptr_t)(SX_WRITER | SX_WAITERS));
	} else if (sx->sx_lock >= SX_READER) {
		printf("  held by %u readers\n", sx->sx_lock / SX_READER);
		return;
	}
	if (owner == NULL)
		printf("  free\n");
	else
		printf("  held by pid %d (%s)\n", owner->td_proc->p_pid,
		    owner->td_proc->p_comm);
}

/* All that are held, and all who wait. */
static void
show_locks(struct ddb_line *dl __unused)
{
	struct proc *p;
	u_int cpu, n = 0;

	LIST_FOREACH(p, &allproc, p_list) {
		if (++n > (u_int)maxproc)
			break;
		witness_list(&p->p_thread);
	}
	/* Those that idle are on no list. */
	CPU_FOREACH(cpu)
	if (cpu_pcpu[cpu]->pc_idlethread != NULL)
		witness_list(cpu_pcpu[cpu]->pc_idlethread);
	waits_print();
}

static void
show_witness(struct ddb_line *dl __unused)
{
	witness_print();
}

/* --------------------------------------------------------------------- more */

static void
show_registers(struct ddb_line *dl)
{
	db_print_registers(dl->dl_stop->ks_frame);
}

static void
show_cpus(struct ddb_line *dl)
{
	struct thread *td = dl->dl_stop->ks_td;

	printf("processor %u: process %d (%s)\n", dl->dl_stop->ks_cpu,
	    td->td_proc->p_pid, td->td_proc->p_comm);
	db_backtrace_trapframe(dl->dl_stop->ks_frame);
	cpu_stopped_backtraces();
}

static void
show_breaks(struct ddb_line *dl __unused)
{
	static const char *const kinds[] = { "break", "hbreak", "watch",
		"rwatch" };
	const struct kdb_point *kp;
	u_int i;

	for (i = 0; i < KDB_POINTS; i++) {
		kp = kdb_point(i);
		if (kp->kp_len != 0)
			printf("  %-6s %s, length %u\n", kinds[kp->kp_kind],
			    db_name(kp->kp_addr), kp->kp_len);
	}
}

void
ddb_ktr(struct ddb_line *dl)
{
	u_int n;

	if (!ddb_value(dl, EVENTS, &n))
		return;
#ifdef INVARIANTS
	ktr_show(n);
#else
	printf("the release kernel records no events\n");
#endif
}

const struct ddb_command ddb_shows[] = {
	{ "proc", "[PROC]", "a process", show_proc },
	{ "thread", "[PROC]", "its thread, registers, locks", show_thread },
	{ "map", "[PROC]", "its address space's entries", show_map },
	{ "pmap", "[PROC]", "its page tables and pages", show_pmap },
	{ "page", "ADDRESS", "a physical page, and who has it", show_page },
	{ "address", "ADDRESS", "how an address is translated", show_address },
	{ "lock", "ADDRESS", "a mutex or sx lock", show_lock },
	{ "locks", "", "which are held and waited for", show_locks },
	{ "witness", "", "the order of locks", show_witness },
	{ "registers", "", "those of what was stopped", show_registers },
	{ "cpus", "", "what each processor was at", show_cpus },
	{ "breaks", "", "break- and watchpoints", show_breaks },
	{ NULL, NULL, NULL, NULL },
};

void
ddb_show_command(struct ddb_line *dl)
{
	char word[16];

	if (ddb_word(dl, word, sizeof(word)))
		(void)ddb_run(ddb_shows, word, dl);
	else
		printf("show what?  help show lists it\n");
}
