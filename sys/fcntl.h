/*
 * Flags of open(2), commands of fcntl(2).
 */
#ifndef _SYS_FCNTL_H_
#define	_SYS_FCNTL_H_

#include <sys/types.h>

#define	O_RDONLY	0x0000
#define	O_WRONLY	0x0001
#define	O_RDWR		0x0002
#define	O_ACCMODE	0x0003
#define	O_NONBLOCK	0x0004		/* do not wait for data or room */
#define	O_NDELAY	O_NONBLOCK
#define	O_APPEND	0x0008		/* write at the end */
#define	O_SHLOCK	0x0010		/* open with a shared lock */
#define	O_EXLOCK	0x0020		/* open with an exclusive lock */
#define	O_ASYNC		0x0040		/* SIGIO when data is there */
#define	O_FSYNC		0x0080		/* synchronous writes */
#define	O_SYNC		O_FSYNC
#define	O_NOFOLLOW	0x0100		/* refuse a symbolic link */
#define	O_CREAT		0x0200		/* create it if it is not there */
#define	O_TRUNC		0x0400		/* cut it to length zero */
#define	O_EXCL		0x0800		/* fail if it is there */
#define	O_NOCTTY	0x8000		/* not as controlling terminal */
#define	O_DIRECT	0x00010000
#define	O_DIRECTORY	0x00020000	/* fail if it is no directory */
#define	O_EXEC		0x00040000	/* for execution only */
#define	O_TTY_INIT	0x00080000
#define	O_CLOEXEC	0x00100000	/* set FD_CLOEXEC */

/* Flags in an open file, which F_SETFL may change. */
#define	FREAD		0x0001		/* O_RDONLY + 1 has this bit */
#define	FWRITE		0x0002
#define	FAPPEND		O_APPEND
#define	FASYNC		O_ASYNC
#define	FFSYNC		O_FSYNC
#define	FNONBLOCK	O_NONBLOCK
#define	FNDELAY		O_NONBLOCK
#define	FHASLOCK	0x4000		/* has had a lock of flock(2) */

#define	F_DUPFD		0		/* duplicate to the lowest >= arg */
#define	F_GETFD		1		/* descriptor flags */
#define	F_SETFD		2
#define	F_GETFL		3		/* file status flags */
#define	F_SETFL		4
#define	F_GETOWN	5		/* process or -group for SIGIO */
#define	F_SETOWN	6
#define	F_GETLK		7		/* record locks */
#define	F_SETLK		8
#define	F_SETLKW	9
#define	F_DUP2FD	10		/* duplicate to arg */
#define	F_DUPFD_CLOEXEC	17
#define	F_DUP2FD_CLOEXEC 18

#define	FD_CLOEXEC	1		/* close on exec */

#define	F_RDLCK		1		/* shared lock */
#define	F_UNLCK		2		/* unlock */
#define	F_WRLCK		3		/* exclusive lock */

struct flock {
	off_t	l_start;		/* first byte, from l_whence */
	off_t	l_len;			/* bytes; 0: to the end */
	pid_t	l_pid;			/* lock owner (F_GETLK) */
	short	l_type;			/* F_RDLCK... */
	short	l_whence;		/* SEEK_SET... */
};

#define	LOCK_SH		0x01		/* flock(2): shared */
#define	LOCK_EX		0x02		/* exclusive */
#define	LOCK_NB		0x04		/* do not wait */
#define	LOCK_UN		0x08		/* unlock */

#ifdef _KERNEL
/* Between the flags of open(2) and the FREAD and FWRITE of a file. */
#define	FFLAGS(oflags)	((oflags) + 1)
#define	OFLAGS(fflags)	((fflags) - 1)
/* What of them stays in the file, and what F_SETFL may change. */
#define	FMASK		(FREAD | FWRITE | FAPPEND | FASYNC | FFSYNC |	\
			 FNONBLOCK)
#define	FCNTLFLAGS	(FAPPEND | FASYNC | FFSYNC | FNONBLOCK)
#else
__BEGIN_DECLS
int	open(const char *, int, ...);
int	creat(const char *, mode_t);
int	fcntl(int, int, ...);
int	flock(int, int);
__END_DECLS
#endif

#endif /* !_SYS_FCNTL_H_ */
