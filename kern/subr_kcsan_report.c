/*
 * The detector of data races: who tells.
 *
 * A race may be met in any context, with any lock held, the console's too.
 * So a report is only noted then, and printed within a tenth of a second by
 * a callout, or by whoever ends the machine or a test.  Each pair of places
 * is reported once.
 *
 * Also what lies at an address: a field of a structure that a zone or
 * malloc() gave, or of a page, or a part of a global object.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/kcsan.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/malloc.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <machine/atomic.h>
#include <machine/cpufunc.h>
#include <machine/db.h>
#include <machine/stack.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_page.h>

#define	NREPORTS	16		/* that wait to be printed */
#define	NPAIRS		256		/* of places, that are known */
#define	NSLABS		4096
#define	FRAMES		8		/* printed of a stack */

/* All below: report_enter(). */
static volatile u_int	report_busy;
static struct kcsan_report reports[NREPORTS];
static u_int		nreports;	/* from the first on */
static uintptr_t	pairs[NPAIRS][2];
static u_int		npairs;
static uintptr_t	expect_start, expect_end;
static u_int		nexpected;
static struct kcsan_report expected;

static volatile u_int	nraces;		/* reported since boot */
static int	kcsan_panic;

SYSCTL_DECL(_debug_kcsan);
SYSCTL_UINT(_debug_kcsan, OID_AUTO, reports, CTLFLAG_RD, (u_int *)&nraces, 0,
    "data races reported since boot");
SYSCTL_INT(_debug_kcsan, OID_AUTO, panic, CTLFLAG_RW | CTLFLAG_TUN,
    &kcsan_panic, 0, "panic at the first report");

/* So each report is a failure of the test that was running. */
LEAK_COUNTER(data_races, &nraces);

/*
 * A lock of our own: a mutex would be watched, and ordered.
 */
static u_int
report_enter(void)
{
	u_int ef = intr_disable();

	while (!atomic_cmpset_acq_int(&report_busy, 0, 1) && panicstr == NULL)
		cpu_spinwait();
	return (ef);
}

static void
report_leave(u_int ef)
{
	atomic_store_rel_int(&report_busy, 0);
	intr_restore(ef);
}

/*
 * What is known of an access by the current thread, at pc.
 */
void
kcsan_side_fill(struct kcsan_side *ks, uintptr_t addr, size_t size, int flags,
    uintptr_t pc)
{
	struct thread *td = curthread;
	struct stack *st = &ks->ks_stack;
	u_int ef = intr_disable();
	int i, from;

	kcsan_ignore(1);
	ks->ks_addr = addr;
	ks->ks_size = size;
	ks->ks_flags = flags;
	ks->ks_cpu = PCPU_GET(cpuid);
	ks->ks_depth = td->td_intr_nesting_level;
	ks->ks_pid = td->td_proc->p_pid;
	strlcpy(ks->ks_comm, td->td_proc->p_comm, sizeof(ks->ks_comm));
	ks->ks_pc = pc;
	stack_save(st);
	/* Without the detector's own frames. */
	for (from = 0; from < st->depth && st->pcs[from] != pc; from++)
		;
	for (i = 0; from + i < st->depth; i++)
		st->pcs[i] = st->pcs[from + i];
	st->depth = i;
	kcsan_ignore(-1);
	intr_restore(ef);
}

/*
 * Whether this pair of places is new; from now on it is known.
 */
static bool
new_pair(uintptr_t a, uintptr_t b)
{
	u_int i;

	for (i = 0; i < npairs; i++)
		if ((pairs[i][0] == a && pairs[i][1] == b) ||
		    (pairs[i][0] == b && pairs[i][1] == a))
			return (false);
	if (npairs < NPAIRS) {
		pairs[npairs][0] = a;
		pairs[npairs++][1] = b;
	}
	return (true);
}

/*
 * Note a race; other is NULL if nobody was seen.
 */
void
kcsan_report(const struct kcsan_side *me, const struct kcsan_side *other)
{
	struct kcsan_report *kr = NULL;
	u_int ef = report_enter();

	kcsan_ignore(1);
	if (kcsan_expects(me->ks_addr)) {
		/* Rather one in which the other was seen. */
		if (nexpected == 0 || (expected.kr_unseen && other != NULL))
			kr = &expected;
		nexpected++;
	} else if (new_pair(me->ks_pc, other != NULL ? other->ks_pc : 0)) {
		atomic_add_int(&nraces, 1);
		if (nreports < NREPORTS)
			kr = &reports[nreports++];
	}
	if (kr != NULL) {
		kr->kr_watcher = *me;
		kr->kr_unseen = other == NULL;
		if (other != NULL)
			kr->kr_other = *other;
		kcsan_name(me->ks_addr, kr->kr_object, sizeof(kr->kr_object));
	}
	kcsan_ignore(-1);
	report_leave(ef);
	if (kcsan_panic && kr != NULL && kr != &expected)
		panic("data race");
}

static void
side_print(const struct kcsan_side *ks)
{
	struct stack st = ks->ks_stack;

	printf("  %s%s of %zu byte%s at 0x%08x on processor %u by pid %d "
	       "(%s)%s\n",
	    ks->ks_flags & KCSAN_MARKED ? "marked " : "",
	    ks->ks_flags & KCSAN_WRITE ? "write" : "read", ks->ks_size,
	    ks->ks_size == 1 ? "" : "s", ks->ks_addr, ks->ks_cpu, ks->ks_pid,
	    ks->ks_comm, ks->ks_depth != 0 ? ", in an interrupt" : "");
	st.depth = imin(st.depth, FRAMES);
	stack_print(&st);
}

static const char *
function_at(uintptr_t pc)
{
	vm_offset_t offset;
	const char *name = db_symbol(pc - 1, &offset);

	return (name != NULL ? name : "?");
}

static void
report_print(const struct kcsan_report *kr)
{
	printf("data race: %s: %s and %s\n", kr->kr_object,
	    function_at(kr->kr_watcher.ks_pc),
	    kr->kr_unseen ? "code that is not watched" :
			    function_at(kr->kr_other.ks_pc));
	side_print(&kr->kr_watcher);
	if (kr->kr_unseen)
		printf("  its value changed meanwhile\n");
	else
		side_print(&kr->kr_other);
}

void
kcsan_flush(void)
{
	static struct kcsan_report copy; /* not on a stack; one prints */
	static volatile u_int printing;
	u_int ef;

	if (nreports == 0 || !atomic_cmpset_acq_int(&printing, 0, 1))
		return;
	while (nreports != 0) {
		ef = report_enter();
		copy = reports[0];
		nreports--;
		memmove(&reports[0], &reports[1], nreports * sizeof(copy));
		report_leave(ef);
		report_print(&copy);
	}
	atomic_store_rel_int(&printing, 0);
}

static struct callout	flush_callout;

static void
flush_tick(void *arg __unused)
{
	kcsan_flush();
	callout_reset(&flush_callout, hz / 10, flush_tick, NULL);
}

static void
flush_start(void *arg __unused)
{
	callout_init(&flush_callout, CALLOUT_MPSAFE);
	callout_reset(&flush_callout, hz / 10, flush_tick, NULL);
}
SYSINIT(kcsan_flush, SI_SUB_PSEUDO, SI_ORDER_SECOND, flush_start, NULL);

void
kcsan_expect(const volatile void *p, size_t size)
{
	u_int ef = report_enter();

	expect_start = (uintptr_t)p;
	expect_end = expect_start + size;
	nexpected = 0;
	report_leave(ef);
}

u_int
kcsan_expected(struct kcsan_report *kr)
{
	u_int ef = report_enter(), n = nexpected;

	if (n != 0 && kr != NULL)
		*kr = expected;
	report_leave(ef);
	return (n);
}

bool
kcsan_expects(uintptr_t addr)
{
	return (addr >= expect_start && addr < expect_end);
}

/*
 * What lies where.  All of this reads without locks what may be changing;
 * the worst that can come of it is a wrong name.
 */
static struct slab {
	uintptr_t start, end;
	const char *zone;
	size_t	size, stride;
} slabs[NSLABS];
static volatile u_int	nslabs;

void
kcsan_note_slab(const char *zone, size_t size, size_t stride, vm_offset_t va,
    vm_offset_t end)
{
	u_int i = atomic_fetchadd_int(&nslabs, 1);

	if (i >= NSLABS)
		return;
	slabs[i] = (struct slab){ va, 0, zone, size, stride };
	wmb();
	slabs[i].end = end;
}

/* Zones and types of malloc() have a blank where structures have a "_". */
static bool
same_name(const char *struct_name, const char *name)
{
	while (*name != '\0' &&
	    (*name == *struct_name || (*name == ' ' && *struct_name == '_'))) {
		name++;
		struct_name++;
	}
	return (*name == *struct_name);
}

static const struct kcsan_struct *
struct_named(const char *name)
{
	u_int i;

	for (i = 0; i < kcsan_nstructs; i++)
		if (same_name(kcsan_structs[i]->kt_name, name))
			return (kcsan_structs[i]);
	return (NULL);
}

/* The field that an offset lies in; NULL between fields. */
static const struct kcsan_field *
field_at(const struct kcsan_struct *kt, size_t offset)
{
	u_int i;

	for (i = 0; i < kt->kt_nfields; i++)
		if (offset - kt->kt_fields[i].kf_offset <
		    kt->kt_fields[i].kf_size)
			return (&kt->kt_fields[i]);
	return (NULL);
}

/*
 * "field", "field.inner" or "field+0x12" of a structure, into the buffer.
 */
static void
field_name(const struct kcsan_struct *kt, size_t offset, char *buf, size_t size)
{
	const struct kcsan_field *kf;
	size_t len;

	buf[0] = '\0';
	while (kt != NULL && (kf = field_at(kt, offset)) != NULL) {
		len = strlen(buf);
		snprintf(buf + len, size - len, "%s%s", len != 0 ? "." : "",
		    kf->kf_name);
		offset -= kf->kf_offset;
		kt = kf->kf_struct;
	}
	if (buf[0] == '\0' || offset != 0) {
		len = strlen(buf);
		snprintf(buf + len, size - len, "+0x%zx", offset);
	}
}

/* A process, or what the zone has behind it for the same one. */
static bool
name_proc(uintptr_t base, size_t offset, char *buf, size_t size)
{
	const struct proc *p = (const struct proc *)base;
	const struct kcsan_struct *kt = struct_named("proc");
	char field[KCSAN_OBJECT];

	if (p->p_magic != P_MAGIC)
		return (false);
	if (offset >= sizeof(*p)) {
		kt = struct_named("pstats");
		offset = base + offset - (uintptr_t)p->p_stats;
	}
	field_name(kt, offset, field, sizeof(field));
	snprintf(buf, size, "%s of pid %d (%s)", field, p->p_pid, p->p_comm);
	return (true);
}

/*
 * An object that begins at base: a structure if we know one of that name.
 */
static void
name_object(const char *kind, uintptr_t base, size_t offset, char *buf,
    size_t size)
{
	const struct kcsan_struct *kt = struct_named(kind);
	char field[KCSAN_OBJECT];

	if (strcmp(kind, "proc") == 0 && name_proc(base, offset, buf, size))
		return;
	if (kt != NULL && offset >= kt->kt_size)
		kt = NULL;
	field_name(kt, offset, field, sizeof(field));
	snprintf(buf, size, "%s of %s 0x%08x", field, kind, base);
}

static bool
name_in_slab(uintptr_t addr, char *buf, size_t size)
{
	u_int i, n = min(nslabs, NSLABS);
	const struct slab *s;
	size_t offset;

	for (i = 0; i < n; i++) {
		s = &slabs[i];
		if (addr < s->start || addr >= s->end)
			continue;
		offset = (addr - s->start) % s->stride;
		if (offset >= s->size)
			return (false);
		name_object(s->zone, addr - offset, offset, buf, size);
		return (true);
	}
	return (false);
}

static bool
name_in_malloc(uintptr_t addr, char *buf, size_t size)
{
	const char *type;
	vm_offset_t base;

	if (!malloc_find(addr, &base, &type))
		return (false);
	name_object(type, base, addr - base, buf, size);
	return (true);
}

static bool
name_page(uintptr_t addr, char *buf, size_t size)
{
	uintptr_t offset = addr - (uintptr_t)vm_page_array;
	char field[KCSAN_OBJECT];

	if (offset >= vm_page_frames * sizeof(struct vm_page))
		return (false);
	field_name(struct_named("vm_page"), offset % sizeof(struct vm_page),
	    field, sizeof(field));
	snprintf(buf, size, "%s of page %#zx", field,
	    offset / sizeof(struct vm_page) << PAGE_SHIFT);
	return (true);
}

/* Global objects whose fields have names. */
static const struct {
	const char *symbol, *type;
} globals[] = {
	{ "proc0", "proc" },
	{ "cnt", "vmmeter" },
	{ "Giant", "mtx" },
	{ "sched_lock", "mtx" },
	{ "allproc_lock", "sx" },
	{ "proctree_lock", "sx" },
};

static bool
name_global(uintptr_t addr, char *buf, size_t size)
{
	const struct kcsan_struct *kt = NULL;
	char field[KCSAN_OBJECT];
	const char *name;
	vm_offset_t offset;
	u_int i;

	name = db_symbol(addr, &offset);
	if (name == NULL)
		return (false);
	for (i = 0; i < nitems(globals) && kt == NULL; i++)
		if (strcmp(globals[i].symbol, name) == 0)
			kt = struct_named(globals[i].type);
	if (kt == NULL && offset == 0)
		strlcpy(buf, name, size);
	else if (kt == NULL)
		snprintf(buf, size, "%s+0x%x", name, offset);
	else {
		field_name(kt, offset, field, sizeof(field));
		snprintf(buf, size, "%s of %s", field, name);
	}
	return (true);
}

/*
 * A name for what lies at an address.
 */
void
kcsan_name(uintptr_t addr, char *buf, size_t size)
{
	if (!name_global(addr, buf, size) && !name_page(addr, buf, size) &&
	    !name_in_slab(addr, buf, size) && !name_in_malloc(addr, buf, size))
		snprintf(buf, size, "memory at 0x%08x", addr);
}
