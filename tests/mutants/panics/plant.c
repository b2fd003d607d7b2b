/*
 * Bugs to be looked at: sysctl debug.plant=NAME commits the one of that name.
 * In debug kernels only.  What the panic has to say of each is in panics.txt
 * beside this file; docs/debugging.md follows one of them to its cause.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>
#include <machine/cpu.h>

static volatile int	sink;	/* keeps the compiler from clearing up */
static struct mtx	plant_session, plant_process;
static struct sx	plant_first, plant_second;
static int		plant_event;

static void
plant_init(void *arg __unused)
{
	/* Names that have ranks: a session's comes after a process's. */
	mtx_init(&plant_session, "session", NULL, MTX_DEF);
	mtx_init(&plant_process, "process lock", NULL, MTX_DEF);
	sx_init(&plant_first, "first lock");
	sx_init(&plant_second, "second lock");
}
SYSINIT(plant, SI_SUB_LOCK, SI_ORDER_ANY, plant_init, NULL);

static __noinline void
plant_null(void)
{
	struct proc *volatile nobody = NULL;

	sink = nobody->p_pid;
}

/* A child that has been reaped, by one who kept its address. */
static __noinline void
plant_freed_proc(void)
{
	struct proc *p = proc_alloc();

	proc_free(p);
	PROC_LOCK(p);
}

static __noinline void
plant_double_unlock(void)
{
	mtx_lock(&plant_session);
	mtx_unlock(&plant_session);
	mtx_unlock(&plant_session);
}

static __noinline void
plant_lock_order(void)
{
	mtx_lock(&plant_session);
	mtx_lock(&plant_process);
}

static __noinline void
plant_sleep_locked(void)
{
	mtx_lock(&plant_session);
	tsleep(&plant_event, PZERO, "plant", 1);
}

static __noinline int
plant_deeper(volatile int depth)
{
	volatile char frame[256];

	frame[0] = depth;
	return (depth < 0 ? 0 : plant_deeper(depth + 1) + frame[0]);
}

static __noinline void
plant_stack(void)
{
	sink = plant_deeper(1);
}

/* The page is the next to be given out, and looked at then. */
static __noinline void
plant_freed_page(void)
{
	vm_page_t m = vm_page_alloc(VPT_KERNEL, 0);
	u_int *words;

	if (m == NULL)
		return;
	words = VM_PAGE_TO_KVA(m);
	vm_page_unref(m);
	words[3] = 1;
	(void)vm_page_alloc(VPT_KERNEL, 0);
}

/* A copy-on-write that forgets to give its page back. */
static __noinline void
plant_count(void)
{
	vm_page_t m = pmap_private_page(vmspace_pmap(curproc->p_vmspace),
	    USRSTACK - PAGE_SIZE);

	if (m != NULL)
		vm_page_ref(m);
}

static __noinline void
plant_wakeup(void)
{
	tsleep(&plant_event, PZERO, "plant", 0);
}

static __noinline void
plant_iret(void)
{
	curthread->td_frame->tf_cs = 0x1230;
}

static __noinline void
plant_list(void)
{
	static struct node {
		LIST_ENTRY(node) link;
	} nodes[3];
	LIST_HEAD(, node) list = LIST_HEAD_INITIALIZER(list);
	u_int i;

	for (i = 0; i < nitems(nodes); i++)
		LIST_INSERT_HEAD(&list, &nodes[i], link);
	nodes[1].link.le_prev = NULL;
	LIST_REMOVE(&nodes[2], link);
}

static __noinline void
plant_jump(void)
{
	void (*volatile nothing)(void) = NULL;

	(*nothing)();
	sink = 1;
}

/* ------------------------------------------- more than a single wrong step */

/* Two threads take two locks, each in its own order. */
static void
plant_other_way(void *arg __unused)
{
	sx_xlock(&plant_second);
	tsleep(&plant_event, PZERO, "plant", hz / 5);
	sx_xlock(&plant_first);
}

static __noinline void
plant_deadlock(void)
{
	int error;

	error = kthread_create(plant_other_way, NULL, NULL, 0, "other way");
	KASSERT(error == 0, ("kthread_create: %d", error));
	sx_xlock(&plant_first);
	tsleep(&plant_event, PZERO, "plant", hz / 5);
	sx_xlock(&plant_second);
}

static __noinline void
plant_loop(void)
{
	while (sink != 17)
		sink = 1;
}

static __noinline void
plant_triple(void)
{
	struct region_descriptor none = { 0, 0 };

	__asm __volatile("lidt %0" : : "m"(none));
	plant_null();
}

static const struct plant {
	const char *name;
	void	(*fn)(void);
} plants[] = {
	{ "null", plant_null },
	{ "freed_proc", plant_freed_proc },
	{ "double_unlock", plant_double_unlock },
	{ "lock_order", plant_lock_order },
	{ "sleep_locked", plant_sleep_locked },
	{ "stack", plant_stack },
	{ "freed_page", plant_freed_page },
	{ "count", plant_count },
	{ "wakeup", plant_wakeup },
	{ "iret", plant_iret },
	{ "list", plant_list },
	{ "jump", plant_jump },
	{ "deadlock", plant_deadlock },
	{ "loop", plant_loop },
	{ "triple", plant_triple },
};

static int
sysctl_debug_plant(SYSCTL_HANDLER_ARGS)
{
	char name[24] = "";
	u_int i;
	int error;

	error = sysctl_handle_string(oidp, name, sizeof(name), req);
	if (error != 0 || req->newptr == NULL)
		return (error);
	for (i = 0; i < nitems(plants); i++)
		if (strcmp(plants[i].name, name) == 0) {
			(*plants[i].fn)();
			return (0);
		}
	return (EINVAL);
}
SYSCTL_PROC(_debug, OID_AUTO, plant, CTLTYPE_STRING | CTLFLAG_RW, NULL, 0,
    sysctl_debug_plant, "A", "write a name to commit that bug");
