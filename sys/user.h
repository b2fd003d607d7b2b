/*
 * What sysctl kern.proc tells of a process: one kinfo_proc each.
 */
#ifndef _SYS_USER_H_
#define	_SYS_USER_H_

#include <sys/types.h>
#include <sys/param.h>
#include <sys/time.h>
#include <sys/resource.h>
#include <sys/signal.h>

#define	KI_WMESGLEN	8
#define	KI_TTYLEN	8

struct kinfo_proc {
	int	ki_structsize;		/* sizeof(struct kinfo_proc) */
	pid_t	ki_pid;
	pid_t	ki_ppid;		/* parent */
	pid_t	ki_pgid;		/* process group */
	pid_t	ki_sid;			/* session */
	pid_t	ki_tpgid;		/* its terminal's foreground group */
	uid_t	ki_uid;			/* effective */
	uid_t	ki_ruid;		/* real */
	uid_t	ki_svuid;		/* saved */
	gid_t	ki_gid;			/* effective */
	gid_t	ki_rgid;		/* real */
	int	ki_stat;		/* SIDL ... of sys/proc.h */
	int	ki_flag;		/* P_* */
	int	ki_sflag;		/* PS_* */
	int	ki_tdflags;		/* TDF_* */
	int	ki_acflag;		/* AFORK ... */
	int	ki_xstat;		/* status of a zombie */
	int	ki_nice;
	int	ki_pri;			/* priority, 0 best */
	int	ki_oncpu;		/* processor it runs on, or -1 */
	u_int	ki_estcpu;		/* recent use, unscaled */
	fixpt_t	ki_pctcpu;		/* share of a processor, FSCALE = 1 */
	u_int	ki_slptime;		/* seconds asleep */
	u_int64_t ki_runtime;		/* microseconds run */
	struct timeval ki_start;	/* born, since boot */
	struct rusage ki_rusage;	/* its own */
	u_int	ki_size;		/* bytes mapped */
	u_int	ki_rssize;		/* pages resident */
	u_int	ki_tsize;		/* pages of text */
	u_int	ki_dsize;		/* pages of data */
	u_int	ki_ssize;		/* pages of stack */
	u_int	ki_wchan;		/* address slept on */
	sigset_t ki_siglist;		/* pending */
	sigset_t ki_sigmask;		/* blocked */
	char	ki_wmesg[KI_WMESGLEN + 1];	/* why it sleeps */
	char	ki_tty[KI_TTYLEN + 1];	/* terminal's name, or "" */
	char	ki_comm[MAXCOMLEN + 1];	/* program */
};

/*
 * What sysctl kern.proc.filedesc tells of an open file.  The records are as
 * long as their kf_structsize says, which is enough for the path.
 */
struct kinfo_file {
	int	kf_structsize;		/* bytes of this record */
	int	kf_fd;			/* descriptor, or KF_FD_TYPE_* */
	int	kf_type;		/* KF_TYPE_* */
	int	kf_flags;		/* FREAD, FWRITE... of fcntl.h */
	u_int	kf_ref_count;		/* who has the file open */
	mode_t	kf_mode;		/* as stat(2) has it, as the next */
	dev_t	kf_dev;
	dev_t	kf_rdev;
	ino_t	kf_ino;
	off_t	kf_size;
	off_t	kf_offset;		/* where the next read begins */
	char	kf_path[MAXPATHLEN];	/* or TYPE:[NUMBER] */
};

/* kf_fd of what is no descriptor */
#define	KF_FD_TYPE_CWD	(-1)		/* current directory */
#define	KF_FD_TYPE_ROOT	(-2)		/* root directory */
#define	KF_FD_TYPE_TEXT	(-5)		/* program */

/* kf_type */
#define	KF_TYPE_VNODE	1
#define	KF_TYPE_PIPE	2
#define	KF_TYPE_FIFO	10
#define	KF_TYPE_SOCKET	11

#ifdef _KERNEL
struct file;
struct proc;

/* kern_kinfo.c: proctree_lock and the process are locked. */
void	fill_kinfo_proc(struct proc *, struct kinfo_proc *);
/* kern_kfile.c */
void	kinfo_file_name(struct file *, char *buf, size_t size, char **name);
#endif

#endif /* !_SYS_USER_H_ */
