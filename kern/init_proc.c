/*
 * The first processes: proc0, which is there before anything can be made,
 * and init, which is made like any other and becomes the first user
 * program.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/exec.h>
#include <sys/filedesc.h>
#include <sys/imgact.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/sysent.h>
#include <sys/ucred.h>
#include <sys/unistd.h>
#include <sys/vmmeter.h>
#include <machine/clock.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_param.h>

struct proc		proc0;
static struct session	session0;
static struct pgrp	pgrp0;
static struct pstats	pstats0;

int	maxproc;
int	maxprocperuid;
SYSCTL_INT(_kern, KERN_MAXPROC, maxproc, CTLFLAG_RD, &maxproc, 0,
    "most processes");
SYSCTL_INT(_kern, KERN_MAXPROCPERUID, maxprocperuid, CTLFLAG_RDTUN,
    &maxprocperuid, 0, "most processes of one user");

#define	MAXPROC_LEAST	16		/* the kernel's own, and a few */
#define	MAXPROC_MOST	(PID_MAX / 3)
#define	MAXPROC_DEFAULT	(20 + 16 * 384)

/* The smallest kernel map has room for the default. */
CTASSERT(MAXPROC_DEFAULT * KSTACK_RUN + VM_KMAP_OTHER <=
    VM_PHYS_END - DMAP_MAX_SIZE);
/* And the smallest direct map has room beside the largest kernel map. */
CTASSERT(MAXPROC_MOST * KSTACK_RUN + VM_KMAP_OTHER <=
    VM_PHYS_END - DMAP_MIN_SIZE);

void
maxproc_limit(int least, int most, const char *why)
{
	int asked = maxproc;

	if (asked >= least && asked <= most)
		return;
	maxproc = MIN(MAX(asked, least), most);
	printf("kern.maxproc: %d instead of %d: %s\n", maxproc, asked, why);
}

/*
 * kern.maxproc, if the command line has it; else it stays 0 for the moment.
 * The busy ids must leave the allocator room, and each process may keep
 * three of them busy.
 */
void
maxproc_tune(void)
{
	if (getenv_int("kern.maxproc", &maxproc) == 0)
		return;
	maxproc_limit(MAXPROC_LEAST, INT_MAX, "the kernel needs some itself");
	maxproc_limit(0, MAXPROC_MOST, "one for every three process ids");
}

/*
 * How many processes there may be; by default so many that each finds 48 KB.
 * One that sleeps needs half of that.
 */
static void
proc_limits(void)
{
	int most = cnt.v_page_count / 12;

	if (maxproc == 0)
		maxproc = MAX(MIN(MAXPROC_DEFAULT, most), 64);
	if (maxprocperuid == 0)
		maxprocperuid = maxproc * 9 / 10;
	pid_max = MIN(MAX(pid_max, PID_WRAP_MIN + 3 * maxproc), PID_MAX);
}

static void
proc0_limits(struct plimit *lim)
{
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		lim->pl_rlimit[i].rlim_cur = lim->pl_rlimit[i]
						 .rlim_max = RLIM_INFINITY;
	lim->pl_rlimit[RLIMIT_NOFILE].rlim_max = OPEN_MAX;
	lim->pl_rlimit[RLIMIT_NOFILE].rlim_cur = OPEN_MAX;
	lim->pl_rlimit[RLIMIT_NPROC].rlim_cur = maxproc;
	lim->pl_rlimit[RLIMIT_NPROC].rlim_max = maxproc;
	lim->pl_rlimit[RLIMIT_STACK].rlim_cur = DFLSSIZ;
	lim->pl_rlimit[RLIMIT_STACK].rlim_max = MAXSSIZ;
	lim->pl_rlimit[RLIMIT_DATA].rlim_cur = DFLDSIZ;
	lim->pl_rlimit[RLIMIT_DATA].rlim_max = MAXDSIZ;
}

/*
 * Complete proc0, on whose stack the kernel has booted so far: the parent
 * of all kernel threads and of init.
 */
static void
proc0_init(void *arg __unused)
{
	struct proc *p = &proc0;
	struct thread *td = &thread0;

	proc_limits();
	procinit();
	uihashinit();
	cred_init();
	sigacts_init();

	p->p_magic = P_MAGIC;
	mtx_init(&p->p_mtx, "process lock", NULL, MTX_DEF | MTX_DUPOK);
	TAILQ_INIT(&p->p_children);
	callout_init_mtx(&p->p_itcallout, &p->p_mtx, 0);
	callout_init(&td->td_slpcallout, 1);
	p->p_stats = &pstats0;
	p->p_leader = p;
	p->p_flag = P_SYSTEM;
	p->p_sflag = PS_INMEM;
	p->p_stat = SRUN;
	p->p_sysent = &elf_tine_sysvec;
	p->p_cpulimit = RLIM_INFINITY;
	strlcpy(p->p_comm, "swapper", sizeof(p->p_comm));
	p->p_ucred = crhold(ucred0);
	td->td_ucred = crhold(ucred0);
	p->p_limit = lim_alloc();
	p->p_sigacts = sigacts_alloc();
	p->p_fd = fdinit(NULL);
	p->p_vmspace = vmspace_alloc();
	if (p->p_limit == NULL || p->p_sigacts == NULL || p->p_fd == NULL ||
	    p->p_vmspace == NULL)
		panic("proc0_init: no memory");
	proc0_limits(p->p_limit);
	siginit(p);
	pmap_activate(td);
	(void)chgproccnt(ucred0->cr_ruidinfo, 1, RLIM_INFINITY);

	sx_xlock(&proctree_lock);
	sx_xlock(&allproc_lock);
	LIST_INSERT_HEAD(&allproc, p, p_list);
	LIST_INSERT_HEAD(PIDHASH(0), p, p_hash);
	pid_busy(0, PIDK_PROC);
	pgrp_init0(&pgrp0, &session0, p);
	sx_xunlock(&allproc_lock);
	sx_xunlock(&proctree_lock);
}
SYSINIT(proc0, SI_SUB_INTRINSIC, SI_ORDER_FIRST, proc0_init, NULL);

/*
 * Now that the clock runs: proc0's birth.
 */
static void
proc0_post(void *arg __unused)
{
	proc0.p_stats->p_start = cpu_ticks();
	*PCPU_PTR(switchtime) = cpu_ticks();
	PCPU_SET(switchticks, ticks);
}
SYSINIT(proc0post, SI_SUB_INTRINSIC_POST, SI_ORDER_FIRST, proc0_post, NULL);

static void	start_init(void *arg);

/*
 * What the boot has cost.  The counter starts with the machine, so the
 * firmware's part is in it; under an emulator that counts instructions
 * they are these.
 */
static u_int64_t boot_ticks;
SYSCTL_UQUAD(_debug, OID_AUTO, boot_ticks, CTLFLAG_RD, &boot_ticks,
    "cpu_ticks() from reset to init's program");

/*
 * Make process 1: the first fork without RFHIGHPID.  It waits, complete
 * but not runnable, until the root file system is there.
 */
static void
create_init(void *arg __unused)
{
	int error;

	error = fork1(&thread0, RFFDG | RFPROC | RFSTOPPED, &initproc);
	if (error != 0)
		panic("cannot make init: error %d", error);
	KASSERT(initproc->p_pid == 1, ("init has pid %d", initproc->p_pid));
	PROC_LOCK(initproc);
	initproc->p_flag |= P_SYSTEM;
	PROC_UNLOCK(initproc);
	strlcpy(initproc->p_comm, "init", sizeof(initproc->p_comm));
	cpu_set_fork_handler(&initproc->p_thread, start_init, NULL);
}
SYSINIT(init, SI_SUB_CREATE_INIT, SI_ORDER_FIRST, create_init, NULL);

static void
kick_init(void *arg __unused)
{
	mtx_lock_spin(&sched_lock);
	initproc->p_stat = SRUN;
	setrunqueue(&initproc->p_thread);
	mtx_unlock_spin(&sched_lock);
}
SYSINIT(kickinit, SI_SUB_KTHREAD_INIT, SI_ORDER_MIDDLE, kick_init, NULL);

/*
 * What is wrong with a file that should have been init.
 */
static const char *
why_not(int error)
{
	switch (error) {
	case ENOENT:
		return ("the root archive has no such file");
	case EACCES:
		return ("it is not an executable file");
	case ENOEXEC:
		return ("it is not a program, or is damaged");
	default:
		return ("it cannot be loaded");
	}
}

/*
 * init's first steps: become a program and return, which through
 * fork_exit and the trampoline goes to user mode.  exec=COMMAND on the
 * kernel's command line becomes the arguments -x COMMAND; init=PATH names
 * another program.  login=1 becomes -l.
 */
static void
start_init(void *arg __unused)
{
	static char command[4096];
	struct thread *td = curthread;
	char *argv[4] = { NULL };
	char *envv[] = { NULL };
	const char *path, *s;
	int error, login = 0;

	path = kern_getenv("init");
	if (path == NULL)
		path = "/sbin/init";
	argv[0] = __DECONST(char *, path);
	s = kern_getenv("exec");
	if (s == NULL && getenv_int("login", &login) != 0 && login != 0)
		argv[1] = __DECONST(char *, "-l");
	if (s != NULL) {
		if (strlcpy(command, s, sizeof(command)) >= sizeof(command))
			panic("exec=: longer than %zu bytes", sizeof(command));
		kern_env_decode(command);
		argv[1] = __DECONST(char *, "-x");
		argv[2] = command;
	}
	PROC_LOCK(td->td_proc);
	td->td_proc->p_flag &= ~P_SYSTEM;
	PROC_UNLOCK(td->td_proc);
	error = exec_run(td, path, argv, envv);
	if (error != 0)
		panic("cannot run %s: %s (error %d)", path, why_not(error),
		    error);
	boot_ticks = cpu_ticks();
}
