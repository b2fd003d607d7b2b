/*
 * acct(2): a record of each process that ends, appended to a file.
 *
 * While accounting is on there is an exit callout, so that nobody pays for
 * it at other times.  A file that cannot be written is tried again with the
 * next record; dmesg(8) tells when that begins and ends.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/acct.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sx.h>
#include <sys/syslog.h>
#include <sys/sysproto.h>
#include <sys/time.h>
#include <sys/tty.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <machine/clock.h>
#include <vm/vm.h>
#include <vm/vm_map.h>
#include <vm/pmap.h>

#define	ACCT_FFLAGS	(FWRITE | O_NOFOLLOW)

#define	COMP_BITS	13		/* of a comp_t's value */
#define	COMP_MOST	((1u << COMP_BITS) - 1)

static struct sx acct_lock;
SX_SYSINIT(acct, &acct_lock, "acct");
static struct vnode *acct_vp;		/* acct_lock: open, or NULL */
static bool	acct_suspended;		/* acct_lock: the last write failed */

static void	acct_process(struct proc *p);

/*
 * A number as a comp_t, rounded; one that is too large is the largest.
 */
comp_t
acct_comp(u_int64_t n)
{
	u_int exp = 0;
	bool up = false;

	for (; n > COMP_MOST; n >>= 3, exp++)
		up = (n & 4) != 0;
	if (up && ++n > COMP_MOST) {
		n >>= 3;
		exp++;
	}
	return (exp <= 7 ? exp << COMP_BITS | n : 0xffff);
}

/* Microseconds as a comp_t, in units of 1/AHZ second. */
static comp_t
acct_time(u_int64_t us)
{
	return (acct_comp(us * AHZ / 1000000));
}

static u_int64_t
timeval_to_us(const struct timeval *tv)
{
	return ((u_int64_t)tv->tv_sec * 1000000 + tv->tv_usec);
}

/* The terminal of the current process, or NODEV. */
static dev_t
acct_tty(struct proc *p)
{
	dev_t dev = NODEV;
	pid_t pgid;

	sx_slock(&proctree_lock);
	if (data_race(p->p_flag) & P_CONTROLT)
		tty_describe(p->p_session, &dev, &pgid);
	sx_sunlock(&proctree_lock);
	return (dev);
}

/*
 * What there is to say of the current process.  The memory is that of the
 * end: nobody counts the average.
 */
static void
acct_fill(struct proc *p, struct acct *a)
{
	struct ucred *cr = p->p_thread.td_ucred;
	struct timeval start, elapsed, sys, user;
	u_int64_t us;

	bzero(a, sizeof(*a));
	memcpy(a->ac_comm, p->p_comm, strnlen(p->p_comm, sizeof(a->ac_comm)));
	mtx_lock_spin(&sched_lock);
	calcru(p, &user, &sys, NULL);
	mtx_unlock_spin(&sched_lock);
	a->ac_utime = acct_time(timeval_to_us(&user));
	a->ac_stime = acct_time(timeval_to_us(&sys));
	us = cputicks_to_us(cpu_ticks() - p->p_stats->p_start);
	a->ac_etime = acct_time(us);
	us_to_timeval(us, &elapsed);
	microtime(&start);
	timevalsub(&start, &elapsed);
	a->ac_btime = start.tv_sec;
	a->ac_uid = cr->cr_ruid;
	a->ac_gid = cr->cr_rgid;
	a->ac_mem = MIN(pmap_resident_count(vmspace_pmap(p->p_vmspace)) *
		(PAGE_SIZE / 1024),
	    0xffffu);
	a->ac_io = acct_comp(0); /* there is no disk */
	a->ac_tty = acct_tty(p);
	a->ac_flag = READ_ONCE(p->p_acflag);
}

/*
 * How writing a record went.
 */
static void
acct_outcome(int error)
{
	sx_assert(&acct_lock, SX_XLOCKED);
	if (error == ENOENT)
		log(LOG_NOTICE, "acct: the file is gone, accounting ends\n");
	else if (error != 0 && !acct_suspended)
		log(LOG_NOTICE, "acct: error %d, accounting is suspended\n",
		    error);
	else if (error == 0 && acct_suspended)
		log(LOG_NOTICE, "acct: accounting goes on\n");
	acct_suspended = error != 0;
}

/*
 * Write to that file from now on, or with NULL nowhere.  0, and *oldp is the
 * file before, to be closed; or ENOMEM.
 */
static int
acct_switch(struct vnode *vp, struct vnode **oldp)
{
	int error = 0;

	sx_assert(&acct_lock, SX_XLOCKED);
	if (vp != NULL && acct_vp == NULL)
		error = at_exit(acct_process);
	else if (vp == NULL && acct_vp != NULL)
		(void)rm_at_exit_nowait(acct_process);
	if (error != 0)
		return (error);
	*oldp = acct_vp;
	acct_vp = vp;
	acct_suspended = false;
	return (0);
}

/*
 * The exit callout: write the record of the current process.
 */
static void
acct_process(struct proc *p)
{
	struct vnode *gone = NULL;
	struct acct a;
	int error;

	acct_fill(p, &a);
	mtx_lock(&Giant);
	sx_xlock(&acct_lock);
	if (acct_vp != NULL) {
		error = vn_append(acct_vp, &a, sizeof(a));
		acct_outcome(error);
		if (error == ENOENT)
			(void)acct_switch(NULL, &gone);
	}
	sx_xunlock(&acct_lock);
	if (gone != NULL)
		(void)vn_close(gone, ACCT_FFLAGS, curthread);
	mtx_unlock(&Giant);
}

/*
 * Open a regular file for records.
 */
static int
acct_open(struct thread *td, const char *path, struct vnode **vpp)
{
	int error, fflags = ACCT_FFLAGS;
	struct nameidata nd;

	NDINIT(&nd, LOOKUP, NOFOLLOW, UIO_USERSPACE, path, td);
	error = vn_open(&nd, &fflags, 0);
	if (error != 0)
		return (error);
	NDFREE(&nd);
	if (nd.ni_vp->v_type != VREG) {
		(void)vn_close(nd.ni_vp, fflags, td);
		return (EACCES);
	}
	*vpp = nd.ni_vp;
	return (0);
}

/*
 * acct(2): write to that file from now on, or with NULL nowhere.  EPERM,
 * EACCES for what is no regular file, ENOMEM, or what open(2) says.
 */
int
sys_acct(struct thread *td, struct acct_args *uap)
{
	struct vnode *old, *vp = NULL;
	int error;

	GIANT_REQUIRED;
	error = suser(td);
	if (error == 0 && uap->path != NULL)
		error = acct_open(td, uap->path, &vp);
	if (error != 0)
		return (error);
	sx_xlock(&acct_lock);
	old = vp;
	error = acct_switch(vp, &old);
	sx_xunlock(&acct_lock);
	if (old != NULL)
		(void)vn_close(old, ACCT_FFLAGS, td);
	return (error);
}
