/*
 * What others are told of processes: sysctl kern.proc, for ps, and the
 * list that a hang or a panic prints.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/tty.h>
#include <sys/ucred.h>
#include <sys/user.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_map.h>

/*
 * The part that the scheduler's lock guards.
 */
static void
fill_kinfo_sched(struct proc *p, struct kinfo_proc *ki)
{
	struct thread *td = &p->p_thread;

	mtx_lock_spin(&sched_lock);
	ki->ki_stat = p->p_flag & P_STOPPED_SIG ? SSTOP : p->p_stat;
	ki->ki_sflag = p->p_sflag;
	ki->ki_tdflags = td->td_flags;
	ki->ki_pri = READ_ONCE(td->td_priority);
	ki->ki_nice = p->p_ksegrp.kg_nice;
	ki->ki_estcpu = p->p_ksegrp.kg_estcpu;
	ki->ki_slptime = p->p_ksegrp.kg_slptime;
	ki->ki_pctcpu = p->p_kse.ke_pctcpu;
	ki->ki_runtime = cputicks_to_us(proc_ran(p));
	ki->ki_rusage = data_race(p->p_stats->ps_ru);
	calcru(p, &ki->ki_rusage.ru_utime, &ki->ki_rusage.ru_stime, NULL);
	ki->ki_oncpu = sched_cpu(td);
	if (td->td_wmesg != NULL) {
		strlcpy(ki->ki_wmesg, td->td_wmesg, sizeof(ki->ki_wmesg));
		ki->ki_wchan = (uintptr_t)td->td_wchan;
	}
	mtx_unlock_spin(&sched_lock);
}

/*
 * Sizes, as they are just now.  The address space of another process stays
 * as long as its lock is held; an exiting one has none any more.
 */
static void
fill_kinfo_vm(struct proc *p, struct kinfo_proc *ki)
{
	struct vmspace *vm = p->p_vmspace;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (vm == NULL)
		return;
	ki->ki_size = data_race(vm->vm_map.size);
	ki->ki_rssize = data_race(pmap_resident_count(&vm->vm_pmap));
	ki->ki_tsize = data_race(vm->vm_tsize);
	ki->ki_dsize = data_race(vm->vm_dsize);
	ki->ki_ssize = data_race(vm->vm_ssize);
}

void
fill_kinfo_proc(struct proc *p, struct kinfo_proc *ki)
{
	struct session *s;
	dev_t dev;

	sx_assert(&proctree_lock, SX_LOCKED);
	PROC_LOCK_ASSERT(p, MA_OWNED);
	bzero(ki, sizeof(*ki));
	ki->ki_structsize = sizeof(*ki);
	ki->ki_pid = p->p_pid;
	ki->ki_ppid = p->p_pptr != NULL ? p->p_pptr->p_pid : 0;
	ki->ki_tpgid = NO_PID;
	if (p->p_pgrp != NULL) {
		s = p->p_session;
		ki->ki_pgid = p->p_pgrp->pg_id;
		ki->ki_sid = s->s_sid;
		tty_describe(s, &dev, &ki->ki_tpgid);
		if (dev != NODEV)
			strlcpy(ki->ki_tty, devtoname(dev), sizeof(ki->ki_tty));
	}
	if (p->p_ucred != NULL) {
		ki->ki_uid = p->p_ucred->cr_uid;
		ki->ki_ruid = p->p_ucred->cr_ruid;
		ki->ki_svuid = p->p_ucred->cr_svuid;
		ki->ki_gid = p->p_ucred->cr_gid;
		ki->ki_rgid = p->p_ucred->cr_rgid;
	}
	ki->ki_flag = p->p_flag;
	ki->ki_acflag = READ_ONCE(p->p_acflag);
	ki->ki_xstat = p->p_xstat;
	uptime_at(p->p_stats->p_start, &ki->ki_start);
	ki->ki_siglist = p->p_siglist;
	ki->ki_sigmask = p->p_sigmask;
	strlcpy(ki->ki_comm, p->p_comm, sizeof(ki->ki_comm));
	fill_kinfo_sched(p, ki);
	fill_kinfo_vm(p, ki);
}

/*
 * Whether the request "kern.proc.what.arg" is about that process.
 */
static bool
kinfo_selects(const struct kinfo_proc *ki, int what, u_int arg)
{
	switch (what) {
	case KERN_PROC_PID:
		return ((u_int)ki->ki_pid == arg);
	case KERN_PROC_PGRP:
		return ((u_int)ki->ki_pgid == arg);
	case KERN_PROC_SESSION:
		return ((u_int)ki->ki_sid == arg);
	case KERN_PROC_UID:
		return (ki->ki_uid == arg);
	case KERN_PROC_RUID:
		return (ki->ki_ruid == arg);
	default:
		return (true);
	}
}

/*
 * kern.proc.all, .pid.N, .pgrp.N, .session.N, .uid.N, .ruid.N: an array of
 * struct kinfo_proc, live processes first.
 */
static int
sysctl_kern_proc(SYSCTL_HANDLER_ARGS)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	int *name = arg1, what = oidp->oid_number, error = 0;
	struct kinfo_proc ki;
	struct proc *p;
	u_int i;

	if (arg2 != (what != KERN_PROC_ALL))
		return (EINVAL);
	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	for (i = 0; i < nitems(lists); i++)
		LIST_FOREACH(p, lists[i], p_list) {
			PROC_LOCK(p);
			fill_kinfo_proc(p, &ki);
			PROC_UNLOCK(p);
			if (!kinfo_selects(&ki, what, arg2 ? *name : 0))
				continue;
			error = SYSCTL_OUT(req, &ki, sizeof(ki));
			if (error != 0)
				goto out;
		}
out:
	sx_sunlock(&allproc_lock);
	sx_sunlock(&proctree_lock);
	return (error);
}

/*
 * kern.proc.args.N: the command line of a process, each argument with its
 * NUL; empty for a kernel thread.
 */
static int
sysctl_kern_proc_args(SYSCTL_HANDLER_ARGS)
{
	int *name = arg1, error = 0;
	struct pargs *pa;
	struct proc *p;

	if (arg2 != 1)
		return (EINVAL);
	p = pfind(*name);
	if (p == NULL)
		return (ESRCH);
	pa = p->p_args;
	pargs_hold(pa);
	PROC_UNLOCK(p);
	if (pa != NULL)
		error = SYSCTL_OUT(req, pa->ar_args, pa->ar_length);
	pargs_drop(pa);
	return (error);
}

SYSCTL_NODE(_kern, KERN_PROC, proc, CTLFLAG_RD, NULL, "processes");
SYSCTL_NODE(_kern_proc, KERN_PROC_ALL, all, CTLFLAG_RD, sysctl_kern_proc,
    "all processes");
SYSCTL_NODE(_kern_proc, KERN_PROC_PID, pid, CTLFLAG_RD, sysctl_kern_proc,
    "by process id");
SYSCTL_NODE(_kern_proc, KERN_PROC_PGRP, pgrp, CTLFLAG_RD, sysctl_kern_proc,
    "by process group");
SYSCTL_NODE(_kern_proc, KERN_PROC_SESSION, session, CTLFLAG_RD,
    sysctl_kern_proc, "by session");
SYSCTL_NODE(_kern_proc, KERN_PROC_UID, uid, CTLFLAG_RD, sysctl_kern_proc,
    "by effective user");
SYSCTL_NODE(_kern_proc, KERN_PROC_RUID, ruid, CTLFLAG_RD, sysctl_kern_proc,
    "by real user");
SYSCTL_NODE(_kern_proc, KERN_PROC_ARGS, args, CTLFLAG_RD,
    sysctl_kern_proc_args, "command line of a process");

/* A process's state, in a word. */
const char *
proc_state_name(int stat)
{
	static const char *const names[] = { "?", "new", "run", "sleep", "stop",
		"zombie", "wait", "mutex" };

	return (stat > 0 && stat < (int)nitems(names) ? names[stat] : "?");
}

/*
 * List the processes on the console: for a hang or a panic, so without any
 * lock, which may be held by what has gone wrong.
 */
void
ps_dump(void)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	struct proc *p;
	u_int i, n;

	printf("  pid  ppid  pgid   uid state   wmesg    command\n");
	for (i = 0; i < nitems(lists); i++) {
		n = 0;
		LIST_FOREACH(p, lists[i], p_list) {
			if (++n > (u_int)maxproc + 1) {
				printf("more than there can be; list "
				       "broken\n");
				break;
			}
			if (p->p_magic != P_MAGIC) {
				printf("%p is no process; list broken\n", p);
				break;
			}
			printf("%5d %5d %5d %5d %-7s %-8s %s%s\n", p->p_pid,
			    p->p_pptr != NULL ? p->p_pptr->p_pid : 0,
			    p->p_pgrp != NULL ? p->p_pgrp->pg_id : 0,
			    p->p_ucred != NULL ? (int)p->p_ucred->cr_ruid : 0,
			    proc_state_name(p->p_stat),
			    p->p_thread.td_wmesg != NULL ?
				p->p_thread.td_wmesg :
				"-",
			    p->p_comm,
			    &p->p_thread == curthread ? " (current)" : "");
		}
	}
}

/*
 * Trees of processes, drawn by indentation.  For reports, too: p_children may
 * be broken, so there is an end to depth and length.
 */
#define	TREE_DEPTH	16
#define	TREE_LINES	100

static void
tree_line(const struct proc *p, u_int depth)
{
	printf("  %*s%d %s (%s%s%s)%s\n", depth * 2, "", p->p_pid, p->p_comm,
	    proc_state_name(p->p_stat),
	    p->p_thread.td_wmesg != NULL ? " on " : "",
	    p->p_thread.td_wmesg != NULL ? p->p_thread.td_wmesg : "",
	    p == curproc ? " <- current" : "");
}

static void
tree_below(struct proc *p, u_int depth, u_int *lines)
{
	struct proc *child;

	tree_line(p, depth);
	if (p->p_magic != P_MAGIC) {
		printf("  %*s%p is no process; list broken\n", depth * 2, "",
		    p);
		*lines = TREE_LINES;
		return;
	}
	TAILQ_FOREACH(child, &p->p_children, p_sibling) {
		if (depth == TREE_DEPTH || ++*lines >= TREE_LINES)
			return;
		tree_below(child, depth + 1, lines);
	}
}

void
ps_tree(struct proc *p)
{
	u_int lines = 0;

	tree_below(p, 0, &lines);
	if (lines >= TREE_LINES)
		printf("  ... and more\n");
}

/*
 * The ancestors of p down to the one below init, and what hangs from that.
 */
void
ps_family(struct proc *p)
{
	u_int n;

	for (n = 0; n < TREE_DEPTH && p->p_pptr != NULL &&
	     p->p_pptr != initproc && p->p_pptr != &proc0;
	     n++)
		p = p->p_pptr;
	if (p->p_pptr != NULL)
		tree_line(p->p_pptr, 0);
	ps_tree(p);
}
