/*
 * Looking up path names.  Owned by kern/vfs_lookup.c.
 *
 *	NDINIT(&nd, LOOKUP, FOLLOW, UIO_USERSPACE, path, td);
 *	if ((error = namei(&nd)) != 0)
 *		return (error);
 *	... nd.ni_vp, a reference ...
 *	NDFREE(&nd);
 *	vrele(nd.ni_vp);
 *
 * Giant is held.  After an error there is nothing to free.
 */
#ifndef _SYS_NAMEI_H_
#define	_SYS_NAMEI_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/uio.h>

struct thread;
struct ucred;
struct vnode;

/* What the name is wanted for. */
#define	LOOKUP		0		/* find it */
#define	CREATE		1		/* make it: may be missing */
#define	DELETE		2		/* remove it */
#define	RENAME		3		/* make or replace it */

/* cn_flags, asked for */
#define	NOFOLLOW	0x0000		/* do not follow a last symlink */
#define	FOLLOW		0x0040
#define	WANTPARENT	0x0010		/* ni_dvp: the parent, a reference */
#define	LOCKPARENT	WANTPARENT	/* there are no vnode locks */
#define	LOCKLEAF	0
#define	SAVENAME	0		/* the name always stays */
#define	WILLBEDIR	0x0080		/* a directory is to be made */
/* answered */
#define	ISSYMLINK	0x4000		/* within namei(): to be followed */
#define	ISLASTCN	0x8000		/* this is the last component */
#define	TRAILINGSLASH	0x10000		/* the name ended in "/" */
#define	ISDOTDOT	0x2000		/* this component is ".." */

struct componentname {
	u_int	cn_nameiop;		/* LOOKUP... */
	u_int	cn_flags;
	struct	thread *cn_thread;
	struct	ucred *cn_cred;		/* of cn_thread */
	char	*cn_pnbuf;		/* the whole path */
	char	*cn_nameptr;		/* this component; not terminated */
	size_t	cn_namelen;		/* its length */
};

struct nameidata {
	const char *ni_dirp;		/* the caller's path */
	enum	uio_seg ni_segflg;	/* where it is */
	struct	vnode *ni_vp;		/* result, or NULL: does not exist */
	struct	vnode *ni_dvp;		/* its parent, with WANTPARENT */
	struct	vnode *ni_rootdir;	/* what "/" is */
	char	*ni_next;		/* behind this component */
	int	ni_loopcnt;		/* symlinks met */
	struct	componentname ni_cnd;
};

void	NDINIT(struct nameidata *, u_int op, u_int flags, enum uio_seg,
	    const char *path, struct thread *);
int	namei(struct nameidata *);
void	NDFREE(struct nameidata *);	/* the name; not the vnodes */
void	NDRELE(struct nameidata *);	/* the name and the vnodes */

#endif /* _KERNEL */
#endif /* !_SYS_NAMEI_H_ */
