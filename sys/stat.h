/*
 * What stat(2) answers, and the mode bits of files.
 */
#ifndef _SYS_STAT_H_
#define	_SYS_STAT_H_

#include <sys/types.h>
#include <sys/timespec.h>

struct stat {
	dev_t		st_dev;		/* device the file is on */
	ino_t		st_ino;		/* inode number */
	mode_t		st_mode;	/* type and permissions */
	nlink_t		st_nlink;	/* hard links */
	uid_t		st_uid;
	gid_t		st_gid;
	dev_t		st_rdev;	/* device it is, if it is one */
	struct timespec	st_atim;	/* last access */
	struct timespec	st_mtim;	/* last change of the data */
	struct timespec	st_ctim;	/* last change of the inode */
	off_t		st_size;	/* bytes */
	blkcnt_t	st_blocks;	/* blocks of 512 bytes in use */
	blksize_t	st_blksize;	/* good size for I/O */
	fflags_t	st_flags;	/* user and system flags */
	uint32_t	st_gen;		/* generation of the inode */
	int32_t		st_lspare;
	struct timespec	st_birthtim;	/* creation */
	int32_t		st_spare[2];
};

#define	st_atime	st_atim.tv_sec
#define	st_mtime	st_mtim.tv_sec
#define	st_ctime	st_ctim.tv_sec
#define	st_birthtime	st_birthtim.tv_sec
#define	st_atimespec	st_atim
#define	st_mtimespec	st_mtim
#define	st_ctimespec	st_ctim
#define	st_birthtimespec st_birthtim

_Static_assert(sizeof(struct stat) == 96, "struct stat is part of the ABI");

#define	S_ISUID	0004000			/* set user id on execution */
#define	S_ISGID	0002000			/* set group id on execution */
#define	S_ISTXT	0001000			/* sticky bit */
#define	S_ISVTX	S_ISTXT

#define	S_IRWXU	0000700
#define	S_IRUSR	0000400
#define	S_IWUSR	0000200
#define	S_IXUSR	0000100
#define	S_IREAD	S_IRUSR
#define	S_IWRITE S_IWUSR
#define	S_IEXEC	S_IXUSR
#define	S_IRWXG	0000070
#define	S_IRGRP	0000040
#define	S_IWGRP	0000020
#define	S_IXGRP	0000010
#define	S_IRWXO	0000007
#define	S_IROTH	0000004
#define	S_IWOTH	0000002
#define	S_IXOTH	0000001

#define	S_IFMT	 0170000
#define	S_IFIFO	 0010000
#define	S_IFCHR	 0020000
#define	S_IFDIR	 0040000
#define	S_IFBLK	 0060000
#define	S_IFREG	 0100000
#define	S_IFLNK	 0120000
#define	S_IFSOCK 0140000
#define	S_IFWHT  0160000

#define	S_ISDIR(m)	(((m) & S_IFMT) == S_IFDIR)
#define	S_ISCHR(m)	(((m) & S_IFMT) == S_IFCHR)
#define	S_ISBLK(m)	(((m) & S_IFMT) == S_IFBLK)
#define	S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define	S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define	S_ISLNK(m)	(((m) & S_IFMT) == S_IFLNK)
#define	S_ISSOCK(m)	(((m) & S_IFMT) == S_IFSOCK)

#define	ACCESSPERMS	(S_IRWXU | S_IRWXG | S_IRWXO)
#define	ALLPERMS	(S_ISUID | S_ISGID | S_ISTXT | ACCESSPERMS)
#define	DEFFILEMODE	(S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP |	\
			 S_IROTH | S_IWOTH)

#define	S_BLKSIZE	512		/* the unit of st_blocks */

/* st_flags */
#define	UF_SETTABLE	0x0000ffff	/* owner may change these */
#define	UF_NODUMP	0x00000001
#define	UF_IMMUTABLE	0x00000002
#define	UF_APPEND	0x00000004
#define	UF_OPAQUE	0x00000008
#define	UF_NOUNLINK	0x00000010
#define	SF_SETTABLE	0xffff0000	/* only root may change these */
#define	SF_ARCHIVED	0x00010000
#define	SF_IMMUTABLE	0x00020000
#define	SF_APPEND	0x00040000
#define	SF_NOUNLINK	0x00100000

#ifndef _KERNEL
__BEGIN_DECLS
int	chmod(const char *, mode_t);
int	fchmod(int, mode_t);
int	fstat(int, struct stat *);
int	lstat(const char *, struct stat *);
int	mkdir(const char *, mode_t);
int	mkfifo(const char *, mode_t);
int	mknod(const char *, mode_t, dev_t);
int	stat(const char *, struct stat *);
mode_t	umask(mode_t);
__END_DECLS
#endif

#endif /* !_SYS_STAT_H_ */
