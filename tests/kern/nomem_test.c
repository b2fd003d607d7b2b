/*
 * Each allocation of a call fails in turn, the first, the second and so
 * on, until the call succeeds: kthread_create and open.  fork, exec, pipe
 * and the address space have theirs beside their other tests.  The runner
 * sees whether anything is lost on the way.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/ktest.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/sysproto.h>
#include <sys/wait.h>

#include "fork_util.h"
#include "fs_util.h"
#include "kern_util.h"
#include "vm_util.h"

#define	ATTEMPTS	100		/* more than any of them allocates */

/* Not kthread_exit(): init, which reaps those, does not run yet. */
static void
nomem_thread(void *arg)
{
	*(u_int *)arg = 1;
	PRELE(curproc);
	exit1(curthread, W_EXITCODE(0, 0));
}

static void
nomem_kthread(struct ktest *t)
{
	struct helper h = { .pid = 0 };
	volatile u_int ran = 0;
	int error = -1;
	u_int k;

	if (!FAIL_POINTS)
		KTEST_SKIP(t, "needs fault injection");
	for (k = 1; k < ATTEMPTS && error != 0; k++) {
		ktest_fail_alloc(k);
		error = kthread_create(nomem_thread, __DEVOLATILE(void *, &ran),
		    &h.p, RFSTOPPED, "nomem");
		ktest_fail_alloc(0);
		KTEST_ASSERT(t, error == 0 || error == ENOMEM);
		KTEST_EQ(t, ran, 0);
	}
	KTEST_EQ(t, error, 0);
	KTEST_ASSERT(t, k > 3);
	if (error != 0)
		return;
	h.pid = h.p->p_pid;
	helper_go(&h, 0);
	helper_wait(t, &h);
	KTEST_EQ(t, ran, 1);
}
KTEST(nomem, nomem_kthread);

static void
nomem_open(struct ktest *t)
{
	int fd = -1;
	u_int k;

	if (!FAIL_POINTS)
		KTEST_SKIP(t, "needs fault injection");
	for (k = 1; k < ATTEMPTS && fd < 0; k++) {
		ktest_fail_alloc(k);
		fd = t_open("/dev/null", O_RDWR, 0);
		ktest_fail_alloc(0);
		KTEST_ASSERT(t, fd >= 0 || fd == -ENOMEM);
	}
	KTEST_ASSERT(t, k > 2 && fd >= 0);
	t_close(fd);
}
KTEST(nomem, nomem_open);

/*
 * The copies that a vfork put off.  Without memory for them the process that
 * needs one is to die, and what was lent is as it was.
 */
static struct lent_result {
	int	closed;			/* what close() said */
	bool	files_kept, actions, killed;
} lent;
static struct proc *lender;

static void
lent_child(void *arg __unused)
{
	struct proc *p = curproc;
	struct filedesc *fdp = p->p_fd;

	ktest_fail_alloc(1);
	lent.closed = t_close(0);
	ktest_fail_alloc(0);
	lent.files_kept = p->p_fd == fdp && fdp == lender->p_fd;

	PROC_LOCK(p);
	lent.killed = SIGISMEMBER(p->p_siglist, SIGKILL);
	ktest_fail_alloc(1);
	lent.actions = sigacts_own(p) != NULL;
	ktest_fail_alloc(0);
	PROC_UNLOCK(p);
	exit1(curthread, 0);
}

static void
lent_divert(struct proc *p1, struct proc *p2, int flags __unused)
{
	if (p1 == lender)
		cpu_set_fork_handler(&p2->p_thread, lent_child, NULL);
}

static void
lend(struct ktest *t)
{
	struct filedesc *fdp = curproc->p_fd;
	int files = fdtofilecount(fdp);

	lender = curproc;
	KTEST_EQ(t, at_fork(lent_divert), 0);
	KTEST_EQ(t,
	    fork1(curthread, RFPROC | RFFDG | RFMEM | (int)RFPPWAIT, NULL), 0);
	KTEST_EQ(t, rm_at_fork(lent_divert), 1);
	KTEST_EQ(t, lent.closed, ENOMEM);
	KTEST_ASSERT(t, lent.files_kept && lent.killed && !lent.actions);
	KTEST_EQ(t, fdtofilecount(fdp), files);
	KTEST_EQ(t, fdp->fd_refcnt, 1);
	KTEST_ASSERT(t, wait_for(curthread->td_retval[0], 0) > 0);
	KTEST_EQ(t, curproc->p_sigacts->ps_refcnt, 1);
}

static void
nomem_lent(struct ktest *t)
{
	if (!FAIL_POINTS)
		KTEST_SKIP(t, "needs fault injection");
	in_own_process(t, lend);
}
KTEST(nomem, nomem_lent);

/*
 * All pages but the reserve are taken: a fault kills, but for init, which
 * gets one of the last, or waits for one.
 */
static vm_page_t taken;

static void
take_all(int flags)
{
	vm_page_t m;

	while ((m = vm_page_alloc(VPT_KERNEL, flags)) != NULL) {
		m->next = taken;
		taken = m;
	}
}

static void
give_back(void *arg __unused)
{
	vm_page_t m;

	while ((m = taken) != NULL) {
		taken = m->next;
		vm_page_unref(m);
	}
}

static void
nomem_init(struct ktest *t)
{
	struct vmspace *vm = space(t, 4);
	struct proc *init = initproc;
	struct callout c;
	int code, sig[3];

	callout_init(&c, 1);
	KTEST_EQ(t, put(vm, 0, 1), 0); /* it has its page table */
	take_all(0);
	sig[0] = fault(vm, VA(1), VM_PROT_WRITE, &code);
	initproc = curproc;
	sig[1] = fault(vm, VA(1), VM_PROT_WRITE, &code);
	take_all(VM_ALLOC_SYSTEM);
	callout_reset(&c, 3, give_back, NULL);
	sig[2] = fault(vm, VA(2), VM_PROT_WRITE, &code);
	initproc = init;
	callout_drain(&c);
	give_back(NULL);
	KTEST_EQ(t, sig[0], SIGKILL);
	KTEST_EQ(t, sig[1], 0);
	KTEST_EQ(t, sig[2], 0);
	vmspace_free(vm);
}
KTEST_ALONE(nomem, nomem_init);
