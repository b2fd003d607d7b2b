/*
 * /proc: nodes, the processes they stand for, texts, and mounting.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/vm_extern.h>
#include <fs/procfs/procfs.h>

#define	PROCFS_LINE	256		/* bytes of one procfs_printf() */

static zone_t	procfs_zone;

static void
procfs_init(void *arg)
{
	procfs_zone = zone_create("procfs node", sizeof(struct procfs_node),
	    NULL, NULL, 0);
}
SYSINIT(procfs, SI_SUB_VFS, SI_ORDER_MIDDLE, procfs_init, NULL);

int
procfs_node_alloc(struct mount *mp, const struct procfs_kind *kind,
    struct proc *p, int fd, struct vnode **vpp)
{
	struct procfs_node *pn;

	pn = zone_alloc(procfs_zone, M_NOWAIT);
	if (pn == NULL)
		return (ENOMEM);
	vnode_init(PTOV(pn), kind->pk_type, &procfs_vnodeops, mp, pn);
	PTOV(pn)->v_vflag |= VV_NOLOCK; /* there may be others of it */
	pn->pn_kind = kind;
	pn->pn_pid = NO_PID;
	pn->pn_start = 0;
	pn->pn_fd = fd;
	pn->pn_text = NULL;
	if (p != NULL) {
		PROC_LOCK_ASSERT(p, MA_OWNED);
		pn->pn_pid = p->p_pid;
		pn->pn_start = p->p_stats->p_start;
	}
	*vpp = PTOV(pn);
	vget(*vpp);
	return (0);
}

void
procfs_node_free(struct procfs_node *pn)
{
	free(pn->pn_text, M_TEMP);
	zone_free(procfs_zone, pn);
}

/*
 * The process that a node stands for.  While it is locked it may exit, but
 * it is not reaped.
 */
struct proc *
procfs_proc(struct procfs_node *pn)
{
	struct proc *p;

	p = pfind(pn->pn_pid);
	if (p != NULL && p->p_stats->p_start != pn->pn_start) {
		PROC_UNLOCK(p);
		p = NULL;
	}
	return (p);
}

int
procfs_vmspace(struct procfs_node *pn, struct thread *td,
    struct vmspace **vmp)
{
	struct proc *p;
	int error;

	*vmp = NULL;
	p = procfs_proc(pn);
	if (p == NULL)
		return (EIO);
	error = p_candebug(td, p);
	if (error == 0 && p->p_vmspace != NULL)
		*vmp = vmspace_look(p->p_vmspace);
	PROC_UNLOCK(p);
	return (error);
}

/*
 * Texts.
 */

void
procfs_put(struct procfs_text *pt, const char *s, size_t len)
{
	off_t from = MAX(pt->pt_pos, pt->pt_from);
	off_t to = MIN(pt->pt_pos + (off_t)len,
	    pt->pt_from + (off_t)pt->pt_size);

	if (from < to)
		memcpy(pt->pt_buf + (from - pt->pt_from),
		    s + (from - pt->pt_pos), to - from);
	pt->pt_pos += len;
}

void
procfs_printf(struct procfs_text *pt, const char *fmt, ...)
{
	char line[PROCFS_LINE];
	__tine_va_list ap;
	int n;

	__builtin_va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	__builtin_va_end(ap);
	procfs_put(pt, line, MIN(n, PROCFS_LINE - 1));
}

bool
procfs_full(const struct procfs_text *pt)
{
	return (pt->pt_pos >= pt->pt_from + (off_t)pt->pt_size);
}

/*
 * Whether the next len bytes lie before what is wanted; counts them then.
 */
bool
procfs_skip(struct procfs_text *pt, size_t len)
{
	if (pt->pt_pos + (off_t)len > pt->pt_from)
		return (false);
	pt->pt_pos += len;
	return (true);
}

/*
 * Mounting.  The root's node stays for ever.
 */

static int
procfs_mount_fs(struct mount *mp)
{
	struct vnode *vp;
	int error;

	error = procfs_node_alloc(mp, &procfs_root_kind, NULL, -1, &vp);
	if (error == 0) {
		vp->v_vflag |= VV_ROOT;
		mp->mnt_data = vp;
	}
	return (error);
}

static int
procfs_root(struct mount *mp, struct vnode **vpp)
{
	*vpp = mp->mnt_data;
	vref(*vpp);
	return (0);
}

const struct vfsops procfs_vfsops = {
	.vfs_name = "procfs",
	.vfs_mount = procfs_mount_fs,
	.vfs_root = procfs_root,
};

/*
 * Over the directory /proc, if the root has one.
 */
static void
procfs_mount_proc(void *arg)
{
	struct nameidata nd;
	struct mount *mp;
	int error;

	mtx_lock(&Giant);
	NDINIT(&nd, LOOKUP, NOFOLLOW, UIO_SYSSPACE, "/proc", curthread);
	error = namei(&nd);
	if (error == 0) {
		NDFREE(&nd);
		error = nd.ni_vp->v_type != VDIR ?
		    ENOTDIR :
		    vfs_mount(&procfs_vfsops, nd.ni_vp, MNT_RDONLY, &mp);
		if (error != 0)
			vrele(nd.ni_vp);
	}
	mtx_unlock(&Giant);
	if (error != 0)
		printf("procfs: cannot be mounted on /proc: error %d\n", error);
}
SYSINIT(procfs_mount, SI_SUB_MOUNT_ROOT, SI_ORDER_SECOND, procfs_mount_proc,
    NULL);
