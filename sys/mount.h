/*
 * Mounted file systems.  Owned by kern/vfs_init.c; guarded by Giant.
 */
#ifndef _SYS_MOUNT_H_
#define	_SYS_MOUNT_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/queue.h>

struct mount;
struct vnode;

/* What VFS asks a file system as a whole. */
struct vfsops {
	const char *vfs_name;
	int	(*vfs_mount)(struct mount *);	/* sets mnt_data */
	int	(*vfs_root)(struct mount *, struct vnode **); /* a reference */
};

/* mnt_flag */
#define	MNT_RDONLY	0x0001
#define	MNT_ROOTFS	0x4000		/* "/" */

struct mount {
	TAILQ_ENTRY(mount) mnt_list;
	const struct vfsops *mnt_op;
	struct	vnode *mnt_vnodecovered; /* mounted on it, a reference */
	int	mnt_flag;		/* MNT_* */
	dev_t	mnt_dev;		/* st_dev of its files */
	void	*mnt_data;		/* the file system's own */
};

TAILQ_HEAD(mntlist, mount);
extern struct mntlist mountlist;

/* Mount on a directory (its reference is taken over), or NULL for "/". */
int	vfs_mount(const struct vfsops *, struct vnode *covered, int flags,
	    struct mount **);

#endif /* _KERNEL */
#endif /* !_SYS_MOUNT_H_ */
