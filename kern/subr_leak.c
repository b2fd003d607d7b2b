/*
 * What is in use, by kind: the counters of the linker set, allocations by
 * type, objects by zone.  What a test leaves behind shows as a difference.
 * kern.leaks lists them, kern.quiet waits until they stand still.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/zone.h>

#define	QUIET_SECONDS	10		/* then kern.quiet gives up */

SET_DECLARE(leak, struct leak_counter);
SET_DECLARE(malloc, struct malloc_type);

/*
 * How many counters there are.  A zone that is made later comes at the
 * end, so the numbers of the others stay.
 */
u_int
leak_count(void)
{
	return (SET_COUNT(leak) + SET_COUNT(malloc) + zone_count());
}

/*
 * What counter i counts, and its name.
 */
u_int
leak_read(u_int i, char *name, size_t size)
{
	struct malloc_type *type;
	struct leak_counter *lc;
	zone_t zone;

	if (i < (u_int)SET_COUNT(leak)) {
		lc = SET_BEGIN(leak)[i];
		strlcpy(name, lc->lc_name, size);
		return (lc->lc_read != NULL ? (*lc->lc_read)() : *lc->lc_count);
	}
	i -= SET_COUNT(leak);
	if (i < (u_int)SET_COUNT(malloc)) {
		type = SET_BEGIN(malloc)[i];
		snprintf(name, size, "malloc: %s", type->ks_shortdesc);
		return (type->ks_inuse);
	}
	zone = zone_number(i - SET_COUNT(malloc));
	snprintf(name, size, "zone: %s", zone_name(zone));
	return (zone_inuse(zone));
}

void
leak_snapshot(u_int *counts, u_int n)
{
	char name[LEAK_NAMELEN];
	u_int i;

	for (i = 0; i < n; i++)
		counts[i] = leak_read(i, name, sizeof(name));
}

/*
 * kern.leaks: each counter as a line "name<tab>count".
 */
static int
sysctl_kern_leaks(SYSCTL_HANDLER_ARGS)
{
	char name[LEAK_NAMELEN], line[LEAK_NAMELEN + 16];
	int error = 0;
	u_int i, n;

	for (i = 0; i < leak_count() && error == 0; i++) {
		n = leak_read(i, name, sizeof(name));
		snprintf(line, sizeof(line), "%s\t%u\n", name, n);
		error = SYSCTL_OUT(req, line, strlen(line));
	}
	return (error != 0 ? error : SYSCTL_OUT(req, "", 1));
}
SYSCTL_PROC(_kern, OID_AUTO, leaks, CTLTYPE_STRING | CTLFLAG_RD, NULL, 0,
    sysctl_kern_leaks, "A", "things in use, by kind");

/*
 * Holds on processes: nobody keeps one beyond a call, and a forgotten one
 * would let the process never be freed.
 */
static u_int
proc_holds(void)
{
	struct proclist *lists[] = { &allproc, &zombproc };
	struct proc *p;
	u_int i, n = 0;

	sx_slock(&allproc_lock);
	for (i = 0; i < nitems(lists); i++)
		LIST_FOREACH(p, lists[i], p_list) {
			PROC_LOCK(p);
			n += p->p_lock;
			PROC_UNLOCK(p);
		}
	sx_sunlock(&allproc_lock);
	return (n);
}
LEAK_READER(proc_holds, proc_holds);

/*
 * What a process still has to do without being asked, or NULL.  One that
 * sleeps waits for somebody else, and if nobody runs it sleeps on; unless
 * it has been killed, or is in the middle of its exit.
 */
static const char *
unfinished(struct proc *p)
{
	int stat;

	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (p == curproc || (p->p_flag & P_SYSTEM) != 0)
		return (NULL);
	mtx_lock_spin(&sched_lock);
	stat = p->p_stat;
	mtx_unlock_spin(&sched_lock);
	if (p->p_flag & P_WEXIT)
		return ("exits");
	if (SIGISMEMBER(p->p_siglist, SIGKILL))
		return ("has been killed");
	if (stat != SSLEEP && stat != SSTOP)
		return (stat == SIDL ? "is being made" : "runs");
	return (NULL);
}

/*
 * The first process that is not quiet, with what it does; or NULL.  Of
 * zombies only init's count: it reaps them as soon as it runs, and those
 * of others may stay as long as their parent likes.
 */
static const char *
not_quiet(pid_t *pid, char *comm, size_t size)
{
	const char *what = NULL;
	struct proc *p;

	sx_slock(&proctree_lock);
	sx_slock(&allproc_lock);
	LIST_FOREACH(p, &zombproc, p_list)
		if (p->p_pptr == initproc) {
			what = "is to be reaped";
			break;
		}
	if (what == NULL)
		LIST_FOREACH(p, &allproc, p_list) {
			PROC_LOCK(p);
			what = unfinished(p);
			PROC_UNLOCK(p);
			if (what != NULL)
				break;
		}
	if (what != NULL) {
		*pid = p->p_pid;
		strlcpy(comm, p->p_comm, size);
	}
	sx_sunlock(&allproc_lock);
	sx_sunlock(&proctree_lock);
	return (what);
}

/*
 * kern.quiet: returns when every process but the caller sleeps and nobody
 * is on his way out, so that what is in use now stays in use.  There is no
 * one event that ends all that, so this looks at every tick.  The value is
 * 1, or 0 if it took too long; then the console says who was busy.
 */
static int
sysctl_kern_quiet(SYSCTL_HANDLER_ARGS)
{
	int error = 0, quiet = 1, left = QUIET_SECONDS * hz;
	char comm[MAXCOMLEN + 1];
	const char *what;
	pid_t pid;

	while ((what = not_quiet(&pid, comm, sizeof(comm))) != NULL) {
		if (left-- == 0) {
			printf("kern.quiet: pid %d (%s) %s\n", pid, comm, what);
			quiet = 0;
			break;
		}
		error = tsleep(&quiet, PWAIT | PCATCH, "quiet", 1);
		if (error != 0 && error != EWOULDBLOCK)
			return (error);
	}
	return (SYSCTL_OUT(req, &quiet, sizeof(quiet)));
}
SYSCTL_PROC(_kern, OID_AUTO, quiet, CTLTYPE_INT | CTLFLAG_RD, NULL, 0,
    sysctl_kern_quiet, "I", "wait until no other process has work to do");
