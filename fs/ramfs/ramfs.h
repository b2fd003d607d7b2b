/*
 * The RAM file system.  A file's vnode lies inside its node and lives as
 * long as the node does: until nobody uses it and no name leads to it.
 * The pages of a regular file are those of its vm_object, so that read and
 * write, mappings and exec all see the same memory.
 *
 * Owned by fs/ramfs; everything is guarded by Giant.
 */
#ifndef _FS_RAMFS_RAMFS_H_
#define	_FS_RAMFS_RAMFS_H_

#include <sys/types.h>
#include <sys/queue.h>
#include <sys/timespec.h>
#include <sys/vnode.h>

struct mount;
struct ramfs_node;
struct ustar_entry;
struct vfsops;

/* A name in a directory. */
struct ramfs_dirent {
	TAILQ_ENTRY(ramfs_dirent) de_link;	/* in rn_entries */
	LIST_ENTRY(ramfs_dirent) de_hash;	/* in the hash of all names */
	struct	ramfs_node *de_dir;		/* the directory */
	struct	ramfs_node *de_node;		/* what it names: a link */
	off_t	de_cookie;			/* its offset for readdir */
	u_int	de_namelen;
	char	de_name[];			/* not terminated */
};

TAILQ_HEAD(ramfs_direntq, ramfs_dirent);

struct ramfs_node {
	struct	vnode rn_vnode;
	ino_t	rn_ino;
	mode_t	rn_mode;		/* permissions */
	nlink_t	rn_nlink;		/* names; 0: free it after use */
	uid_t	rn_uid;
	gid_t	rn_gid;
	off_t	rn_size;
	struct	timespec rn_atime;
	struct	timespec rn_mtime;
	struct	timespec rn_ctime;
	struct	timespec rn_birthtime;
	u_int	rn_gen;
	/* directories */
	struct	ramfs_direntq rn_entries; /* in the order of de_cookie */
	off_t	rn_nextcookie;
	u_int	rn_removals;		/* entries gone; readdir watches it */
	struct	ramfs_node *rn_parent;	/* itself: root; NULL: removed */
	struct	ramfs_dirent *rn_dirent; /* its name in the parent */
	/* symbolic links */
	char	*rn_target;
};
#define	VTOR(vp)	((struct ramfs_node *)(vp)->v_data)
#define	RTOV(rn)	(&(rn)->rn_vnode)

/* One mounted RAM file system. */
struct ramfs_mount {
	struct	ramfs_node *rm_root;
	ino_t	rm_nextino;
};

/* The offsets that readdir knows "." and ".." by; names come after. */
#define	RAMFS_COOKIE_DOT	0
#define	RAMFS_COOKIE_DOTDOT	1
#define	RAMFS_COOKIE_FIRST	2

/* The bytes of a name in getdirentries(2), and in a directory's size. */
#define	RAMFS_DIRSIZ(namelen)						\
	(offsetof(struct dirent, d_name) + roundup2((namelen) + 1, 4))

#define	RAMFS_MAXSIZE	((off_t)1 << 40)	/* of a file, holes included */

extern const struct vfsops ramfs_vfsops;
extern const struct vop_vector ramfs_vnodeops;
extern const struct vop_vector ramfs_specops;
extern const struct vop_vector ramfs_fifoops;

/* ramfs_subr.c: nodes and names */
struct	ramfs_node *ramfs_node_alloc(struct mount *, enum vtype, mode_t,
	    uid_t, gid_t, dev_t rdev);	/* no link yet; or NULL */
void	ramfs_node_free(struct ramfs_node *);	/* no link, not in use */
struct	ramfs_dirent *ramfs_dirent_alloc(const char *name, size_t len);
void	ramfs_dirent_free(struct ramfs_dirent *);
struct	ramfs_dirent *ramfs_find(struct ramfs_node *dir, const char *name,
	    size_t len);
struct	ramfs_dirent *ramfs_find_node(struct ramfs_node *);	/* or NULL */
void	ramfs_attach(struct ramfs_node *dir, struct ramfs_dirent *,
	    struct ramfs_node *);
void	ramfs_detach(struct ramfs_dirent *);	/* undoes it, and frees it */
void	ramfs_touch(struct ramfs_node *, int what);
#define	RAMFS_ATIME	1
#define	RAMFS_MTIME	2
#define	RAMFS_CTIME	4

/* ramfs_data.c: the contents of regular files */
int	ramfs_read_reg(struct ramfs_node *, struct uio *, int ioflag);
int	ramfs_write_reg(struct ramfs_node *, struct uio *, int ioflag);
int	ramfs_resize(struct ramfs_node *, off_t);
off_t	ramfs_bytes(struct ramfs_node *);
bool	ramfs_full(void);		/* ENOSPC for what takes memory */

/* ramfs_populate.c: filling it at boot */
int	ramfs_populate(struct mount *, const char *path, mode_t mode, uid_t,
	    gid_t, dev_t rdev);
int	ramfs_unpack(void *mp, const struct ustar_entry *);

#endif /* !_FS_RAMFS_RAMFS_H_ */
