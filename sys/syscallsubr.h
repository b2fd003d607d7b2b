/*
 * System calls for use from within the kernel: as the calls themselves,
 * but path names and buffers may lie in the kernel (segflg).  Giant is
 * held.  Owned by kern/vfs_syscalls.c.
 */
#ifndef _SYS_SYSCALLSUBR_H_
#define	_SYS_SYSCALLSUBR_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/uio.h>

struct stat;
struct thread;

int	kern_open(struct thread *, const char *path, enum uio_seg, int flags,
	    int mode);			/* descriptor in td_retval[0] */
int	kern_link(struct thread *, const char *path, const char *link,
	    enum uio_seg);
int	kern_symlink(struct thread *, const char *target, const char *link,
	    enum uio_seg);
int	kern_unlink(struct thread *, const char *path, enum uio_seg);
int	kern_mkdir(struct thread *, const char *path, enum uio_seg, int mode);
int	kern_mknod(struct thread *, const char *path, enum uio_seg,
	    int mode, dev_t);	/* S_IFIFO, S_IFCHR; no rights checked */
int	kern_rmdir(struct thread *, const char *path, enum uio_seg);
int	kern_rename(struct thread *, const char *from, const char *to,
	    enum uio_seg);
int	kern_chdir(struct thread *, const char *path, enum uio_seg);
/* sb is in the kernel; follow: FOLLOW or NOFOLLOW */
int	kern_stat(struct thread *, const char *path, enum uio_seg,
	    u_int follow, struct stat *sb);

#endif /* _KERNEL */
#endif /* !_SYS_SYSCALLSUBR_H_ */
