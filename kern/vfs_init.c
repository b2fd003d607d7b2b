/*
 * Mounted file systems, the root among them.
 *
 * The root is a RAM file system, filled from the ustar archive that the
 * boot loader has put into memory beside the kernel.  The devices that
 * drivers have registered get their names in its /dev.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <machine/bootinfo.h>
#include <machine/vmparam.h>
#include <vm/vm.h>
#include <vm/vm_page.h>
#include <fs/ramfs/ramfs.h>
#include <fs/ustar/ustar.h>

MALLOC_DEFINE(M_MOUNT, "mount", "mounted file systems");

struct vnode *rootvnode;
struct mntlist mountlist = TAILQ_HEAD_INITIALIZER(mountlist);

/*
 * Mount a file system on a directory, whose reference is taken over, or,
 * with covered NULL, as the root.
 */
int
vfs_mount(const struct vfsops *ops, struct vnode *covered, int flags,
    struct mount **mpp)
{
	static dev_t nextdev = 1; /* (G) */
	struct mount *mp;
	int error;

	GIANT_REQUIRED;
	mp = malloc(sizeof(*mp), M_MOUNT, M_NOWAIT | M_ZERO);
	if (mp == NULL)
		return (ENOMEM);
	mp->mnt_op = ops;
	mp->mnt_flag = flags;
	mp->mnt_dev = makedev(255, nextdev++);
	mp->mnt_vnodecovered = covered;
	error = ops->vfs_mount(mp);
	if (error != 0) {
		free(mp, M_MOUNT);
		return (error);
	}
	TAILQ_INSERT_TAIL(&mountlist, mp, mnt_list);
	if (covered != NULL)
		covered->v_mountedhere = mp;
	*mpp = mp;
	return (0);
}

/*
 * The root.
 */

/*
 * Unpack the archive, or die with an explanation: without a root there is
 * nothing to run.
 */
static void
mountroot_fill(struct mount *mp)
{
	const struct bi_module *bm;
	struct ustar_error ue;
	int error;

	if (bootinfo.nmodules == 0 && bootinfo.nrefused > 0)
		panic("the root archive does not lie in memory, or lies over "
		      "the kernel: is there too little memory?");
	if (bootinfo.nmodules == 0)
		panic("no root file system: boot with a ustar archive as "
		      "first module (GRUB: module /boot/root.tar; QEMU: "
		      "-initrd root.tar)");
	bm = &bootinfo.modules[0];
	if (bm->end < bm->start || bm->end > DMAP_SIZE)
		panic("root archive lies at %#x..%#x, out of the kernel's "
		      "reach",
		    (u_int)bm->start, (u_int)bm->end);
	error = ustar_unpack((const char *)PHYS_TO_DMAP(bm->start),
	    bm->end - bm->start, ramfs_unpack, mp, &ue);
	if (error != 0)
		panic("root archive (%u bytes) is no good: at byte %u%s%s: "
		      "%s",
		    (u_int)(bm->end - bm->start), (u_int)ue.ue_offset,
		    ue.ue_name[0] != '\0' ? ", " : "", ue.ue_name, ue.ue_what);
	/* Every file has its own copy now. */
	vm_page_release(bm->start, bm->end);
	if (bootverbose)
		printf("root: %u entries from module \"%s\"\n", ue.ue_entries,
		    bm->string);
}

/*
 * Make the node of a device in the root file system.
 */
static void
mountroot_dev(dev_t dev, uid_t uid, gid_t gid, mode_t mode, const char *name)
{
	char path[64];
	int error;

	snprintf(path, sizeof(path), "dev/%s", name);
	error = ramfs_populate(rootvnode->v_mount, path, S_IFCHR | mode, uid,
	    gid, dev);
	if (error != 0)
		panic("/%s cannot be made: error %d", path, error);
}

static void
vfs_mountroot(void *arg)
{
	struct mount *mp;
	int error;

	mtx_lock(&Giant);
	error = vfs_mount(&ramfs_vfsops, NULL, MNT_ROOTFS, &mp);
	if (error == 0)
		error = mp->mnt_op->vfs_root(mp, &rootvnode);
	if (error != 0)
		panic("no memory for the root file system");
	mountroot_fill(mp);
	devs_show(mountroot_dev);
	mtx_unlock(&Giant);
}
SYSINIT(mountroot, SI_SUB_MOUNT_ROOT, SI_ORDER_FIRST, vfs_mountroot, NULL);
