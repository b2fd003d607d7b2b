/*
 * RAM file system: nodes, the names that lead to them, and mounting.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <vm/vm.h>
#include <vm/vm_object.h>
#include <machine/atomic.h>
#include <fs/ramfs/ramfs.h>

MALLOC_DEFINE(M_RAMFS, "ramfs", "names and links of the RAM file system");

/*
 * All names of all RAM file systems, by directory and text, so that a
 * look-up costs the same in a directory of ten thousand.
 */
#define	RAMFS_HASHSIZE	1024
static LIST_HEAD(, ramfs_dirent) ramfs_hash[RAMFS_HASHSIZE];
static zone_t	ramfs_zone;
static volatile u_int ramfs_nodes;
LEAK_COUNTER(ramfs_nodes, &ramfs_nodes);

static void
ramfs_init(void *arg)
{
	u_int i;

	for (i = 0; i < RAMFS_HASHSIZE; i++)
		LIST_INIT(&ramfs_hash[i]);
	ramfs_zone = zone_create("ramfs node", sizeof(struct ramfs_node), NULL,
	    NULL, 0);
}
SYSINIT(ramfs, SI_SUB_VFS, SI_ORDER_MIDDLE, ramfs_init, NULL);

/*
 * Set times of a node to now.
 */
void
ramfs_touch(struct ramfs_node *rn, int what)
{
	struct timespec now;

	vfs_timestamp(&now);
	if (what & RAMFS_ATIME)
		rn->rn_atime = now;
	if (what & RAMFS_MTIME)
		rn->rn_mtime = now;
	if (what & RAMFS_CTIME)
		rn->rn_ctime = now;
}

/*
 * A node that no name leads to yet, or NULL if there is no memory.  It is
 * freed by ramfs_node_free(), or, once it has had a name or a reference,
 * by itself.
 */
struct ramfs_node *
ramfs_node_alloc(struct mount *mp, enum vtype type, mode_t mode, uid_t uid,
    gid_t gid, dev_t rdev)
{
	struct ramfs_mount *rm = mp->mnt_data;
	struct ramfs_node *rn;

	GIANT_REQUIRED;
	rn = zone_alloc(ramfs_zone, M_NOWAIT);
	if (rn == NULL)
		return (NULL);
	bzero(rn, sizeof(*rn));
	vnode_init(RTOV(rn), type,
	    type == VCHR      ? &ramfs_specops :
		type == VFIFO ? &ramfs_fifoops :
				&ramfs_vnodeops,
	    mp, rn);
	RTOV(rn)->v_rdev = rdev;
	if (type == VREG) {
		RTOV(rn)->v_object = vm_object_alloc(OBJT_VNODE, 0);
		if (RTOV(rn)->v_object == NULL) {
			zone_free(ramfs_zone, rn);
			return (NULL);
		}
	}
	rn->rn_ino = rm->rm_nextino++;
	rn->rn_mode = mode & ALLPERMS;
	rn->rn_uid = uid;
	rn->rn_gid = gid;
	rn->rn_gen = rn->rn_ino;
	TAILQ_INIT(&rn->rn_entries);
	rn->rn_nextcookie = RAMFS_COOKIE_FIRST;
	vfs_timestamp(&rn->rn_birthtime);
	rn->rn_atime = rn->rn_mtime = rn->rn_ctime = rn->rn_birthtime;
	atomic_add_int(&ramfs_nodes, 1);
	return (rn);
}

void
ramfs_node_free(struct ramfs_node *rn)
{
	GIANT_REQUIRED;
	KASSERT(RTOV(rn)->v_usecount == 0, ("ramfs: freeing a node in use"));
	KASSERT(rn->rn_nlink == 0,
	    ("ramfs: freeing a node with %u links", rn->rn_nlink));
	KASSERT(TAILQ_EMPTY(&rn->rn_entries), ("ramfs: directory not empty"));
	KASSERT(RTOV(rn)->v_fifo == NULL, ("ramfs: freeing an open FIFO"));
	if (RTOV(rn)->v_object != NULL)
		vm_object_disown(RTOV(rn)->v_object);
	if (rn->rn_target != NULL)
		free(rn->rn_target, M_RAMFS);
	zone_free(ramfs_zone, rn);
	atomic_subtract_int(&ramfs_nodes, 1);
}

/*
 * Names.
 */

static u_int
ramfs_hashval(const struct ramfs_node *dir, const char *name, size_t len)
{
	u_int h = (uintptr_t)dir >> 4;
	size_t i;

	for (i = 0; i < len; i++)
		h = h * 31 + (u_char)name[i];
	return ((h ^ h >> 10) % RAMFS_HASHSIZE);
}

struct ramfs_dirent *
ramfs_dirent_alloc(const char *name, size_t len)
{
	struct ramfs_dirent *de;

	de = malloc(sizeof(*de) + len, M_RAMFS, M_NOWAIT);
	if (de != NULL) {
		bzero(de, sizeof(*de));
		memcpy(de->de_name, name, len);
		de->de_namelen = len;
	}
	return (de);
}

void
ramfs_dirent_free(struct ramfs_dirent *de)
{
	free(de, M_RAMFS);
}

/*
 * The entry of a directory with that name (not "." and ".."), or NULL.
 */
struct ramfs_dirent *
ramfs_find(struct ramfs_node *dir, const char *name, size_t len)
{
	struct ramfs_dirent *de;

	GIANT_REQUIRED;
	LIST_FOREACH(de, &ramfs_hash[ramfs_hashval(dir, name, len)], de_hash)
		if (de->de_dir == dir && de->de_namelen == len &&
		    memcmp(de->de_name, name, len) == 0)
			return (de);
	return (NULL);
}

/*
 * A name of a node that is no directory, or NULL if it has none left: for
 * who wants to tell people which file it is.
 */
struct ramfs_dirent *
ramfs_find_node(struct ramfs_node *rn)
{
	struct ramfs_dirent *de;
	u_int i;

	GIANT_REQUIRED;
	for (i = 0; i < RAMFS_HASHSIZE; i++)
		LIST_FOREACH(de, &ramfs_hash[i], de_hash)
			if (de->de_node == rn)
				return (de);
	return (NULL);
}

/*
 * Give a node a name: the entry, which is not in use, becomes one of dir.
 * Counts the links; a directory learns its parent.
 */
void
ramfs_attach(struct ramfs_node *dir, struct ramfs_dirent *de,
    struct ramfs_node *rn)
{
	u_int slot;

	GIANT_REQUIRED;
	KASSERT(RTOV(dir)->v_type == VDIR, ("ramfs_attach: no directory"));
	KASSERT(de->de_dir == NULL, ("ramfs_attach: entry in use"));
	de->de_dir = dir;
	de->de_node = rn;
	de->de_cookie = dir->rn_nextcookie++;
	TAILQ_INSERT_TAIL(&dir->rn_entries, de, de_link);
	slot = ramfs_hashval(dir, de->de_name, de->de_namelen);
	LIST_INSERT_HEAD(&ramfs_hash[slot], de, de_hash);
	rn->rn_nlink++;
	if (RTOV(rn)->v_type == VDIR) {
		rn->rn_nlink++; /* its own "." */
		rn->rn_parent = dir;
		rn->rn_dirent = de;
		dir->rn_nlink++; /* its ".." */
	}
	dir->rn_size += RAMFS_DIRSIZ(de->de_namelen);
	ramfs_touch(rn, RAMFS_CTIME);
	ramfs_touch(dir, RAMFS_MTIME | RAMFS_CTIME);
}

/*
 * Take a name away, and free the entry.  The node stays: the caller has a
 * reference to its vnode, which decides in ramfs_inactive().
 */
void
ramfs_detach(struct ramfs_dirent *de)
{
	struct ramfs_node *dir = de->de_dir, *rn = de->de_node;

	GIANT_REQUIRED;
	LIST_REMOVE(de, de_hash);
	TAILQ_REMOVE(&dir->rn_entries, de, de_link);
	dir->rn_removals++;
	rn->rn_nlink--;
	if (RTOV(rn)->v_type == VDIR) {
		rn->rn_nlink--;
		rn->rn_parent = NULL;
		rn->rn_dirent = NULL;
		dir->rn_nlink--;
	}
	dir->rn_size -= RAMFS_DIRSIZ(de->de_namelen);
	ramfs_touch(rn, RAMFS_CTIME);
	ramfs_touch(dir, RAMFS_MTIME | RAMFS_CTIME);
	ramfs_dirent_free(de);
}

/*
 * Mounting.
 */

static int
ramfs_mount_fs(struct mount *mp)
{
	struct ramfs_mount *rm;
	struct ramfs_node *root;

	rm = malloc(sizeof(*rm), M_RAMFS, M_NOWAIT | M_ZERO);
	if (rm == NULL)
		return (ENOMEM);
	rm->rm_nextino = 2; /* of the root, as in UFS */
	mp->mnt_data = rm;
	root = ramfs_node_alloc(mp, VDIR, 0755, 0, 0, NODEV);
	if (root == NULL) {
		free(rm, M_RAMFS);
		return (ENOMEM);
	}
	root->rn_nlink = 2;
	root->rn_parent = root;
	RTOV(root)->v_vflag |= VV_ROOT;
	rm->rm_root = root;
	return (0);
}

static int
ramfs_root(struct mount *mp, struct vnode **vpp)
{
	struct ramfs_mount *rm = mp->mnt_data;

	*vpp = RTOV(rm->rm_root);
	vget(*vpp);
	return (0);
}

const struct vfsops ramfs_vfsops = {
	.vfs_name = "ramfs",
	.vfs_mount = ramfs_mount_fs,
	.vfs_root = ramfs_root,
};
