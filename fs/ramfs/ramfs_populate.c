/*
 * RAM file system: filling it at boot, from an archive and with devices.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <fs/ramfs/ramfs.h>
#include <fs/ustar/ustar.h>

MALLOC_DECLARE(M_RAMFS);

/*
 * Give a new node a name in dir.  0 or ENOSPC, and then there is no node.
 */
static int
populate_enter(struct ramfs_node *dir, const char *name, size_t len,
    struct ramfs_node *rn)
{
	struct ramfs_dirent *de;

	if (rn == NULL)
		return (ENOSPC);
	de = ramfs_dirent_alloc(name, len);
	if (de == NULL) {
		ramfs_node_free(rn);
		return (ENOSPC);
	}
	ramfs_attach(dir, de, rn);
	return (0);
}

/*
 * Go to the directory in which the last component of the path is, and
 * make on the way what is missing.  *dirp: it; *lastp: the component.
 * 0, ENOSPC, or ENOTDIR.
 */
static int
populate_parents(struct mount *mp, const char *path,
    struct ramfs_node **dirp, const char **lastp)
{
	struct ramfs_mount *rm = mp->mnt_data;
	struct ramfs_node *dir = rm->rm_root;
	struct ramfs_dirent *de;
	const char *slash;
	int error;

	while ((slash = strchr(path, '/')) != NULL) {
		if (slash != path) {
			de = ramfs_find(dir, path, slash - path);
			if (de == NULL) {
				error = populate_enter(dir, path, slash - path,
				    ramfs_node_alloc(mp, VDIR, 0755, 0, 0,
					NODEV));
				if (error != 0)
					return (error);
				de = ramfs_find(dir, path, slash - path);
			}
			dir = de->de_node;
			if (RTOV(dir)->v_type != VDIR)
				return (ENOTDIR);
		}
		path = slash + 1;
	}
	*dirp = dir;
	*lastp = path;
	return (0);
}

static enum vtype
mode_to_vtype(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return (VDIR);
	case S_IFLNK:
		return (VLNK);
	case S_IFCHR:
		return (VCHR);
	default:
		return (VREG);
	}
}

/*
 * Make a node of that type (S_IFMT of mode) at path, which is relative to
 * the root.  What is there is replaced, except that a directory stays, and
 * gets the mode and owner.  *rnp: the node.
 */
static int
populate_node(struct mount *mp, const char *path, mode_t mode, uid_t uid,
    gid_t gid, dev_t rdev, struct ramfs_node **rnp)
{
	enum vtype type = mode_to_vtype(mode);
	struct ramfs_node *dir, *rn;
	struct ramfs_dirent *de;
	const char *name;
	int error;

	error = populate_parents(mp, path, &dir, &name);
	if (error != 0)
		return (error);
	rn = dir; /* an empty name is the root */
	de = NULL;
	if (*name != '\0') {
		de = ramfs_find(dir, name, strlen(name));
		rn = de != NULL ? de->de_node : NULL;
	}
	if (rn != NULL && RTOV(rn)->v_type == VDIR) {
		if (type != VDIR)
			return (EISDIR);
		rn->rn_mode = mode & ALLPERMS;
		rn->rn_uid = uid;
		rn->rn_gid = gid;
		*rnp = rn;
		return (0);
	}
	if (rn != NULL) {
		vget(RTOV(rn));
		ramfs_detach(de);
		vrele(RTOV(rn));
	}
	rn = ramfs_node_alloc(mp, type, mode, uid, gid, rdev);
	*rnp = rn;
	return (populate_enter(dir, name, strlen(name), rn));
}

int
ramfs_populate(struct mount *mp, const char *path, mode_t mode, uid_t uid,
    gid_t gid, dev_t rdev)
{
	struct ramfs_node *rn;

	GIANT_REQUIRED;
	return (populate_node(mp, path, mode, uid, gid, rdev, &rn));
}

/*
 * A hard link: another name for a file that has been unpacked.
 */
static int
unpack_hardlink(struct mount *mp, const struct ustar_entry *ue)
{
	struct ramfs_node *dir;
	struct ramfs_dirent *de, *new;
	const char *name;
	int error;

	error = populate_parents(mp, ue->ue_link, &dir, &name);
	if (error != 0)
		return (error);
	de = ramfs_find(dir, name, strlen(name));
	if (de == NULL)
		return (ENOENT);
	if (RTOV(de->de_node)->v_type == VDIR)
		return (EISDIR);
	error = populate_parents(mp, ue->ue_path, &dir, &name);
	if (error != 0)
		return (error);
	if (*name == '\0' || ramfs_find(dir, name, strlen(name)) != NULL)
		return (EEXIST);
	new = ramfs_dirent_alloc(name, strlen(name));
	if (new == NULL)
		return (ENOSPC);
	ramfs_attach(dir, new, de->de_node);
	return (0);
}

static int
unpack_contents(struct ramfs_node *rn, const struct ustar_entry *ue)
{
	struct iovec iov;
	struct uio uio;

	uio_init(&uio, &iov, (void *)(uintptr_t)ue->ue_data, ue->ue_size, 0,
	    UIO_SYSSPACE, UIO_WRITE, curthread);
	return (ramfs_write_reg(rn, &uio, 0));
}

/*
 * Take one entry of the root archive.
 */
int
ramfs_unpack(void *arg, const struct ustar_entry *ue)
{
	struct mount *mp = arg;
	struct ramfs_node *rn;
	int error;

	GIANT_REQUIRED;
	if (ue->ue_hardlink)
		return (unpack_hardlink(mp, ue));
	error = populate_node(mp, ue->ue_path, ue->ue_mode, ue->ue_uid,
	    ue->ue_gid,
	    (ue->ue_mode & S_IFMT) == S_IFCHR ?
		makedev(ue->ue_major, ue->ue_minor) :
		NODEV,
	    &rn);
	if (error != 0)
		return (error);
	if (RTOV(rn)->v_type == VLNK) {
		rn->rn_size = strlen(ue->ue_link);
		rn->rn_target = malloc(rn->rn_size + 1, M_RAMFS, M_NOWAIT);
		if (rn->rn_target == NULL) {
			rn->rn_size = 0;
			return (ENOSPC);
		}
		memcpy(rn->rn_target, ue->ue_link, rn->rn_size + 1);
	} else if (RTOV(rn)->v_type == VREG) {
		error = unpack_contents(rn, ue);
	}
	rn->rn_mtime.tv_sec = ue->ue_mtime;
	rn->rn_mtime.tv_nsec = 0;
	return (error);
}
