/*
 * Names and files of the root file system, by calls from inside the
 * kernel.  Each test leaves nothing behind; the leak check sees to that.
 */
#include "fs_util.h"
#include "kern_util.h"
#include "sysctl_util.h"
#include <sys/dirent.h>
#include <sys/ucred.h>
#include <sys/vmmeter.h>

#define	DIR	"/tmp/ktest"

static void
begin(struct ktest *t)
{
	KTEST_EQ(t, t_mkdir(DIR, 0777), 0);
}

static void
end(struct ktest *t)
{
	KTEST_EQ(t, t_rmdir(DIR), 0);
}

static void
vfs_create(struct ktest *t)
{
	char buf[16];
	int fd;

	begin(t);
	fd = t_open(DIR "/f", O_CREAT | O_EXCL | O_RDWR, 0644);
	KTEST_ASSERT(t, fd >= 0);
	KTEST_EQ(t, t_write(fd, "hello", 5), 5);
	KTEST_EQ(t, t_read(fd, buf, sizeof(buf)), 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 1), 4);
	KTEST_EQ(t, memcmp(buf, "ello", 4), 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 5), 0);
	KTEST_EQ(t, t_close(fd), 0);
	KTEST_EQ(t, t_close(fd), EBADF);
	KTEST_EQ(t, t_open(DIR "/f", O_CREAT | O_EXCL | O_RDWR, 0644), -EEXIST);
	fd = t_open(DIR "/f", O_RDONLY, 0);
	KTEST_EQ(t, t_write(fd, "x", 1), -EBADF);
	t_close(fd);
	fd = t_open(DIR "/f", O_WRONLY | O_TRUNC, 0);
	KTEST_EQ(t, t_read(fd, buf, 1), -EBADF);
	KTEST_EQ(t, t_pread(fd, buf, 1, 0), -EBADF);
	t_close(fd);
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	end(t);
}
KTEST(vfs, vfs_create);

/* A path of n times "c", with "/" in front. */
static void
longname(char *buf, size_t n)
{
	buf[0] = '/';
	memset(buf + 1, 'c', n);
	buf[n + 1] = '\0';
}

static void
vfs_errors(struct ktest *t)
{
	static char path[MAXPATHLEN + 8];

	begin(t);
	KTEST_EQ(t, t_make(DIR "/f", "text"), 4);
	KTEST_EQ(t, t_open("", O_RDONLY, 0), -ENOENT);
	KTEST_EQ(t, t_open(DIR "/none", O_RDONLY, 0), -ENOENT);
	KTEST_EQ(t, t_open(DIR "/none/f", O_CREAT | O_RDWR, 0), -ENOENT);
	KTEST_EQ(t, t_open(DIR "/f/g", O_RDONLY, 0), -ENOTDIR);
	KTEST_EQ(t, t_open(DIR "/f/", O_RDONLY, 0), -ENOTDIR);
	KTEST_EQ(t, t_open(DIR "/f", O_RDONLY | O_DIRECTORY, 0), -ENOTDIR);
	KTEST_EQ(t, t_open(DIR "/new/", O_CREAT | O_RDWR, 0644), -ENOENT);
	KTEST_EQ(t, t_open(DIR, O_RDWR, 0), -EISDIR);
	KTEST_EQ(t, t_open(DIR, O_CREAT | O_RDWR, 0), -EISDIR);
	KTEST_EQ(t, t_open(DIR, O_RDONLY | O_TRUNC, 0), -EISDIR);
	KTEST_EQ(t, t_open(DIR "/f", O_ACCMODE, 0), -EINVAL);
	longname(path, NAME_MAX);
	KTEST_EQ(t, t_open(path, O_RDONLY, 0), -ENOENT);
	longname(path, NAME_MAX + 1);
	KTEST_EQ(t, t_open(path, O_RDONLY, 0), -ENAMETOOLONG);
	memset(path, '/', MAXPATHLEN);
	path[MAXPATHLEN] = '\0';
	KTEST_EQ(t, t_open(path, O_RDONLY, 0), -ENAMETOOLONG);
	KTEST_EQ(t, t_mkdir(DIR, 0755), EEXIST);
	KTEST_EQ(t, t_mkdir("/", 0755), EEXIST);
	KTEST_EQ(t, t_rmdir("/"), EBUSY);
	KTEST_EQ(t, t_rmdir(DIR), ENOTEMPTY);
	KTEST_EQ(t, t_rmdir(DIR "/f"), ENOTDIR);
	KTEST_EQ(t, t_rmdir(DIR "/."), EINVAL);
	KTEST_EQ(t, t_rmdir(DIR "/.."), EINVAL);
	KTEST_EQ(t, t_unlink(DIR), EPERM);
	KTEST_EQ(t, t_unlink(DIR "/none"), ENOENT);
	KTEST_EQ(t, t_link(DIR, DIR "/d"), EPERM);
	KTEST_EQ(t, t_link(DIR "/f", DIR "/f"), EEXIST);
	KTEST_EQ(t, t_symlink("x", DIR "/f"), EEXIST);
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	end(t);
}
KTEST(vfs, vfs_errors);

static void
vfs_dotdot(struct ktest *t)
{
	struct stat a, b;

	begin(t);
	KTEST_EQ(t, t_stat("/", &a), 0);
	KTEST_EQ(t, t_stat("/../..//.././", &b), 0);
	KTEST_EQ(t, a.st_ino, b.st_ino);
	KTEST_EQ(t, t_stat("/tmp", &a), 0);
	KTEST_EQ(t, t_stat(DIR "/..", &b), 0);
	KTEST_EQ(t, a.st_ino, b.st_ino);
	KTEST_EQ(t, t_stat(DIR "/.././ktest/../../tmp/", &b), 0);
	KTEST_EQ(t, a.st_ino, b.st_ino);
	end(t);
}
KTEST(vfs, vfs_dotdot);

static void
vfs_symlinks(struct ktest *t)
{
	char from[32], to[32];
	struct stat sb;
	int i;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/l0", "end"), 3);
	for (i = 1; i <= MAXSYMLINKS + 1; i++) {
		snprintf(to, sizeof(to), "l%d", i - 1);
		snprintf(from, sizeof(from), DIR "/l%d", i);
		KTEST_EQ(t, t_symlink(to, from), 0);
	}
	snprintf(from, sizeof(from), DIR "/l%d", MAXSYMLINKS);
	KTEST_EQ(t, t_stat(from, &sb), 0);
	KTEST_EQ(t, sb.st_size, 3);
	snprintf(from, sizeof(from), DIR "/l%d", MAXSYMLINKS + 1);
	KTEST_EQ(t, t_stat(from, &sb), ELOOP);
	KTEST_EQ(t, t_open(DIR "/l1", O_RDONLY | O_NOFOLLOW, 0), -EMLINK);
	KTEST_EQ(t, CALL(kern_stat(curthread, DIR "/l1", K, NOFOLLOW, &sb)), 0);
	KTEST_ASSERT(t, S_ISLNK(sb.st_mode));
	KTEST_EQ(t, sb.st_size, 2);
	for (i = 0; i <= MAXSYMLINKS + 1; i++) {
		snprintf(from, sizeof(from), DIR "/l%d", i);
		KTEST_EQ(t, t_unlink(from), 0);
	}
	/* one that leads to itself, an absolute one, one through a dir */
	KTEST_EQ(t, t_symlink("self", DIR "/self"), 0);
	KTEST_EQ(t, t_stat(DIR "/self", &sb), ELOOP);
	KTEST_EQ(t, t_unlink(DIR "/self"), 0);
	KTEST_EQ(t, t_symlink("/tmp/", DIR "/abs"), 0);
	KTEST_EQ(t, t_stat(DIR "/abs/ktest/abs/ktest", &sb), 0);
	KTEST_ASSERT(t, S_ISDIR(sb.st_mode));
	KTEST_EQ(t, t_unlink(DIR "/abs"), 0);
	end(t);
}
KTEST(vfs, vfs_symlinks);

/* O_CREAT makes what a dangling link names, but not with O_EXCL. */
static void
vfs_dangling(struct ktest *t)
{
	struct stat sb;

	begin(t);
	KTEST_EQ(t, t_symlink("target", DIR "/link"), 0);
	KTEST_EQ(t, t_open(DIR "/link", O_RDONLY, 0), -ENOENT);
	KTEST_EQ(t, t_open(DIR "/link", O_CREAT | O_EXCL | O_WRONLY, 0644),
	    -EEXIST);
	KTEST_EQ(t, t_make(DIR "/link", "abc"), 3);
	KTEST_EQ(t, t_stat(DIR "/target", &sb), 0);
	KTEST_EQ(t, sb.st_size, 3);
	KTEST_EQ(t, t_unlink(DIR "/target"), 0);
	KTEST_EQ(t, t_unlink(DIR "/link"), 0);
	end(t);
}
KTEST(vfs, vfs_dangling);

static void
vfs_links(struct ktest *t)
{
	struct stat a, b;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/a", "one"), 3);
	KTEST_EQ(t, t_link(DIR "/a", DIR "/b"), 0);
	KTEST_EQ(t, t_stat(DIR "/a", &a), 0);
	KTEST_EQ(t, t_stat(DIR "/b", &b), 0);
	KTEST_EQ(t, a.st_ino, b.st_ino);
	KTEST_EQ(t, a.st_nlink, 2);
	/* two names of one file: rename does nothing */
	KTEST_EQ(t, t_rename(DIR "/a", DIR "/b"), 0);
	KTEST_EQ(t, t_stat(DIR "/a", &a), 0);
	KTEST_EQ(t, t_unlink(DIR "/a"), 0);
	KTEST_EQ(t, t_stat(DIR "/b", &b), 0);
	KTEST_EQ(t, b.st_nlink, 1);
	KTEST_EQ(t, t_unlink(DIR "/b"), 0);
	/* directories: one link for the name, one for ".", one a child */
	KTEST_EQ(t, t_mkdir(DIR "/d", 0755), 0);
	KTEST_EQ(t, t_mkdir(DIR "/d/e/", 0755), 0);
	KTEST_EQ(t, t_stat(DIR "/d", &a), 0);
	KTEST_EQ(t, a.st_nlink, 3);
	KTEST_EQ(t, t_rename(DIR "/d/e", DIR "/e"), 0);
	KTEST_EQ(t, t_stat(DIR "/d", &a), 0);
	KTEST_EQ(t, a.st_nlink, 2);
	KTEST_EQ(t, t_stat(DIR, &a), 0);
	KTEST_EQ(t, a.st_nlink, 4);
	KTEST_EQ(t, t_stat(DIR "/e/..", &b), 0);
	KTEST_EQ(t, a.st_ino, b.st_ino);
	KTEST_EQ(t, t_rmdir(DIR "/d"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/e"), 0);
	end(t);
}
KTEST(vfs, vfs_links);

static void
vfs_rename(struct ktest *t)
{
	struct stat sb;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/f", "f"), 1);
	KTEST_EQ(t, t_make(DIR "/g", "gg"), 2);
	KTEST_EQ(t, t_mkdir(DIR "/d", 0755), 0);
	KTEST_EQ(t, t_mkdir(DIR "/d/sub", 0755), 0);
	KTEST_EQ(t, t_mkdir(DIR "/empty", 0755), 0);
	KTEST_EQ(t, t_rename(DIR "/f", DIR "/g"), 0);
	KTEST_EQ(t, t_stat(DIR "/f", &sb), ENOENT);
	KTEST_EQ(t, t_stat(DIR "/g", &sb), 0);
	KTEST_EQ(t, sb.st_size, 1);
	KTEST_EQ(t, t_rename(DIR "/none", DIR "/x"), ENOENT);
	KTEST_EQ(t, t_rename(DIR "/g", DIR "/d"), EISDIR);
	KTEST_EQ(t, t_rename(DIR "/d", DIR "/g"), ENOTDIR);
	KTEST_EQ(t, t_rename(DIR "/g", DIR "/new/"), ENOENT);
	KTEST_EQ(t, t_rename(DIR "/d", DIR "/d/sub/x"), EINVAL);
	KTEST_EQ(t, t_rename(DIR "/d", DIR "/d/x"), EINVAL);
	KTEST_EQ(t, t_rename(DIR "/.", DIR "/x"), EINVAL);
	KTEST_EQ(t, t_rename(DIR "/empty", DIR "/d"), ENOTEMPTY);
	KTEST_EQ(t, t_rename(DIR "/d", DIR "/empty/"), 0);
	KTEST_EQ(t, t_stat(DIR "/empty/sub", &sb), 0);
	KTEST_EQ(t, t_rename(DIR "/empty", DIR "/d/"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/d/sub"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/d"), 0);
	KTEST_EQ(t, t_unlink(DIR "/g"), 0);
	end(t);
}
KTEST(vfs, vfs_rename);

/* A file that has lost its name lives until the last close. */
static void
vfs_unlinked(struct ktest *t)
{
	char buf[8];
	struct stat sb;
	int dfd, fd;

	begin(t);
	fd = t_open(DIR "/f", O_CREAT | O_RDWR, 0600);
	KTEST_EQ(t, t_write(fd, "still", 5), 5);
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 0), 5);
	KTEST_EQ(t, t_write(fd, "!", 1), 1);
	t_close(fd);
	/* the same with a directory: nothing can be made in it */
	KTEST_EQ(t, t_mkdir(DIR "/d", 0755), 0);
	dfd = t_open(DIR "/d", O_RDONLY, 0);
	KTEST_EQ(t, CALL(kern_chdir(curthread, DIR "/d", K)), 0);
	KTEST_EQ(t, t_rmdir(DIR "/d"), 0);
	KTEST_EQ(t, t_open("f", O_CREAT | O_RDWR, 0600), -ENOENT);
	KTEST_EQ(t, t_stat("..", &sb), ENOENT);
	KTEST_EQ(t, CALL(kern_chdir(curthread, "/", K)), 0);
	t_close(dfd);
	end(t);
}
KTEST(vfs, vfs_unlinked);

static void
vfs_holes(struct ktest *t)
{
	char buf[64], zero[64];
	struct stat sb;
	int fd, i;

	bzero(zero, sizeof(zero));
	begin(t);
	fd = t_open(DIR "/f", O_CREAT | O_RDWR, 0600);
	KTEST_EQ(t, t_pwrite(fd, "end", 3, 1000000), 3);
	KTEST_EQ(t, t_stat(DIR "/f", &sb), 0);
	KTEST_EQ(t, sb.st_size, 1000003);
	KTEST_ASSERT(t, sb.st_blocks <= 16);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 500000), sizeof(buf));
	KTEST_EQ(t, memcmp(buf, zero, sizeof(buf)), 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 999990), 13);
	KTEST_EQ(t, memcmp(buf, zero, 10), 0);
	KTEST_EQ(t, memcmp(buf + 10, "end", 3), 0);
	/* what has been cut off does not come back */
	memset(buf, 'x', sizeof(buf));
	for (i = 0; i < 200; i++)
		KTEST_EQ(t, t_pwrite(fd, buf, sizeof(buf), i * 64), 64);
	t_fcntl(fd, F_GETFL, 0);
	mtx_lock(&Giant);
	{
		struct file *fp;

		KTEST_EQ(t, fget(curthread, fd, &fp), 0);
		KTEST_EQ(t, fp->f_ops->fo_truncate(fp, 5000, curthread), 0);
		KTEST_EQ(t, fp->f_ops->fo_truncate(fp, 9000, curthread), 0);
		fdrop(fp, curthread);
	}
	mtx_unlock(&Giant);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 4990), sizeof(buf));
	KTEST_EQ(t, buf[9], 'x');
	KTEST_EQ(t, memcmp(buf + 10, zero, sizeof(buf) - 10), 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 8990), 10);
	KTEST_EQ(t, memcmp(buf, zero, 10), 0);
	t_close(fd);
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	end(t);
}
KTEST(vfs, vfs_holes);

static void
vfs_append(struct ktest *t)
{
	char buf[8];
	int a, b;

	begin(t);
	a = t_open(DIR "/f", O_CREAT | O_RDWR | O_APPEND, 0600);
	b = t_open(DIR "/f", O_WRONLY | O_APPEND, 0);
	KTEST_EQ(t, t_write(a, "1", 1), 1);
	KTEST_EQ(t, t_write(b, "2", 1), 1);
	KTEST_EQ(t, t_write(a, "3", 1), 1);
	KTEST_EQ(t, t_pread(a, buf, sizeof(buf), 0), 3);
	KTEST_EQ(t, memcmp(buf, "123", 3), 0);
	t_close(a);
	t_close(b);
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	end(t);
}
KTEST(vfs, vfs_append);

#define	NFILES	300

/*
 * Read a directory in small pieces and remove entries on the way, also
 * those that have been read already: each of the others comes once.
 */
static void
vfs_readdir(struct ktest *t)
{
	static u_char seen[NFILES];
	static char buf[sizeof(struct dirent)]; /* a few at a time */
	struct dirent *d;
	char path[40];
	struct iovec iov;
	struct vnode *vp;
	struct uio uio;
	off_t off = 0;
	bool eof = false;
	int fd, i, n;

	bzero(seen, sizeof(seen));
	begin(t);
	for (i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), DIR "/file%d", i);
		KTEST_EQ(t, t_make(path, ""), 0);
	}
	fd = t_open(DIR, O_RDONLY, 0);
	KTEST_EQ(t, fgetvp(curthread, fd, FREAD, &vp), 0);
	while (!eof) {
		uio_init(&uio, &iov, buf, sizeof(buf), off, K, UIO_READ,
		    curthread);
		KTEST_EQ(t, CALL(VOP_READDIR(vp, &uio, &eof)), 0);
		off = uio.uio_offset;
		n = sizeof(buf) - uio.uio_resid;
		for (i = 0; i < n; i += d->d_reclen) {
			d = (struct dirent *)(void *)(buf + i);
			if (d->d_name[0] == '.')
				continue;
			KTEST_EQ(t, d->d_type, DT_REG);
			snprintf(path, sizeof(path), DIR "/%s", d->d_name);
			seen[strtoul(d->d_name + 4, NULL, 10)]++;
			KTEST_EQ(t, t_unlink(path), 0);
		}
	}
	for (i = 0; i < NFILES; i++)
		KTEST_EQ(t, seen[i], 1);
	CALL((vrele(vp), 0));
	t_close(fd);
	end(t);
}
KTEST(vfs, vfs_readdir);

/* Run as another user for a while. */
static struct ucred *
become(uid_t uid)
{
	struct thread *td = curthread;
	struct ucred *old = td->td_ucred, *cred = crdup(old);

	if (cred == NULL)
		panic("become: no memory");
	cred->cr_uid = cred->cr_ruid = uid;
	cred->cr_gid = cred->cr_rgid = uid;
	cred->cr_ngroups = 1;
	td->td_ucred = cred;
	return (old);
}

static void
unbecome(struct ucred *old)
{
	struct thread *td = curthread;

	crfree(td->td_ucred);
	td->td_ucred = old;
}

static void
vfs_permissions(struct ktest *t)
{
	struct ucred *root;
	struct stat sb;
	int fd;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/secret", "s"), 1);
	KTEST_EQ(t, t_mkdir(DIR "/closed", 0700), 0);
	KTEST_EQ(t, t_mkdir(DIR "/read", 0755), 0);
	root = become(1001);
	KTEST_EQ(t, t_open(DIR "/secret", O_WRONLY, 0), -EACCES);
	fd = t_open(DIR "/secret", O_RDONLY, 0);
	KTEST_ASSERT(t, fd >= 0);
	t_close(fd);
	KTEST_EQ(t, t_open(DIR "/closed/x", O_RDONLY, 0), -EACCES);
	KTEST_EQ(t, t_open(DIR "/read/x", O_CREAT | O_RDWR, 0644), -EACCES);
	KTEST_EQ(t, t_mkdir(DIR "/read/x", 0755), EACCES);
	KTEST_EQ(t, t_rmdir(DIR "/read/"), EACCES);
	KTEST_EQ(t, t_stat("/tmp", &sb), 0);
	KTEST_ASSERT(t, sb.st_mode & S_ISTXT);
	/* /tmp is sticky: what is not ours stays */
	KTEST_EQ(t, t_rmdir(DIR), EPERM);
	KTEST_EQ(t, t_rename(DIR, "/tmp/other"), EPERM);
	/* no permission, but it is one's own */
	fd = t_open("/tmp/ktest-own", O_CREAT | O_RDWR, 0);
	KTEST_ASSERT(t, fd >= 0);
	KTEST_EQ(t, t_write(fd, "x", 1), 1);
	t_close(fd);
	KTEST_EQ(t, t_open("/tmp/ktest-own", O_RDONLY, 0), -EACCES);
	KTEST_EQ(t, t_unlink("/tmp/ktest-own"), 0);
	unbecome(root);
	KTEST_EQ(t, t_unlink(DIR "/secret"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/closed"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/read"), 0);
	end(t);
}
KTEST(vfs, vfs_permissions);

static void
vfs_access_classes(struct ktest *t)
{
	struct ucred *root = become(7);
	const struct ucred *cred = curthread->td_ucred;

	/* only the first class that fits counts */
	KTEST_EQ(t, vaccess(VREG, 0077, 7, 0, VREAD, cred), EACCES);
	KTEST_EQ(t, vaccess(VREG, 0707, 1, 7, VREAD, cred), EACCES);
	KTEST_EQ(t, vaccess(VREG, 0770, 1, 1, VREAD, cred), EACCES);
	KTEST_EQ(t, vaccess(VREG, 0400, 7, 0, VREAD, cred), 0);
	KTEST_EQ(t, vaccess(VREG, 0040, 1, 7, VREAD, cred), 0);
	KTEST_EQ(t, vaccess(VREG, 0004, 1, 1, VREAD, cred), 0);
	KTEST_EQ(t, vaccess(VREG, 0500, 7, 7, VREAD | VWRITE, cred), EACCES);
	unbecome(root);
	KTEST_EQ(t,
	    vaccess(VREG, 0000, 7, 7, VREAD | VWRITE, curthread->td_ucred), 0);
	KTEST_EQ(t, vaccess(VREG, 0666, 7, 7, VEXEC, curthread->td_ucred),
	    EACCES);
	KTEST_EQ(t, vaccess(VREG, 0001, 7, 7, VEXEC, curthread->td_ucred), 0);
	KTEST_EQ(t, vaccess(VDIR, 0000, 7, 7, VEXEC, curthread->td_ucred), 0);
}
KTEST(vfs, vfs_access_classes);

/* A program that runs is not written, and what is written does not run. */
static void
vfs_textbusy(struct ktest *t)
{
	struct nameidata nd;
	int fd;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/prog", "#!"), 2);
	fd = t_open(DIR "/prog", O_RDWR, 0);
	NDINIT(&nd, LOOKUP, FOLLOW, K, DIR "/prog", curthread);
	KTEST_EQ(t, CALL(namei(&nd)), 0);
	NDFREE(&nd);
	KTEST_EQ(t, CALL(vn_text(nd.ni_vp)), ETXTBSY);
	t_close(fd);
	KTEST_EQ(t, CALL(vn_text(nd.ni_vp)), 0);
	KTEST_EQ(t, t_open(DIR "/prog", O_WRONLY, 0), -ETXTBSY);
	KTEST_EQ(t, t_open(DIR "/prog", O_RDONLY | O_TRUNC, 0), -ETXTBSY);
	vn_text_share(nd.ni_vp);
	vn_text_end(nd.ni_vp);
	KTEST_EQ(t, t_open(DIR "/prog", O_WRONLY, 0), -ETXTBSY);
	CALL((vref(nd.ni_vp), 0));
	vn_text_end(nd.ni_vp);
	fd = t_open(DIR "/prog", O_WRONLY, 0);
	CALL((vrele(nd.ni_vp), 0));
	KTEST_ASSERT(t, fd >= 0);
	t_close(fd);
	KTEST_EQ(t, t_unlink(DIR "/prog"), 0);
	end(t);
}
KTEST(vfs, vfs_textbusy);

/*
 * A file that somebody seems to read or write for as long as we like, and
 * another process that wants to do something with it.
 */
static struct vnode *
busy_vnode(struct ktest *t)
{
	struct nameidata nd;

	NDINIT(&nd, LOOKUP, FOLLOW, K, DIR "/f", curthread);
	KTEST_EQ(t, CALL(namei(&nd)), 0);
	NDFREE(&nd);
	CALL((nd.ni_vp->v_vflag |= VV_IOBUSY));
	return (nd.ni_vp);
}

static void
busy_end(struct vnode *vp)
{
	mtx_lock(&Giant);
	vp->v_vflag &= ~(VV_IOBUSY | VV_IOWANT);
	wakeup(&vp->v_vflag);
	mtx_unlock(&Giant);
}

static void
cut_by_open(void *arg)
{
	t_close(t_open(DIR "/f", O_RDWR | *(int *)arg, 0));
}

static void
cut_by_fd(void *arg)
{
	struct file *fp;

	if (fget(curthread, *(int *)arg, &fp) == 0) {
		(void)fp->f_ops->fo_truncate(fp, 0, curthread);
		fdrop(fp, curthread);
	}
}

static void
cut(struct ktest *t, void (*fn)(void *), int arg)
{
	struct helper h;
	struct vnode *vp;
	struct stat sb;

	KTEST_EQ(t, t_make(DIR "/f", "contents"), 8);
	vp = busy_vnode(t);
	if (fn == cut_by_fd)
		arg = t_open(DIR "/f", O_RDWR, 0);
	helper_start(t, &h, fn, &arg);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &vp->v_vflag)));
	KTEST_EQ(t, t_stat(DIR "/f", &sb), 0);
	KTEST_EQ(t, sb.st_size, 8);
	busy_end(vp);
	helper_wait(t, &h);
	KTEST_EQ(t, t_stat(DIR "/f", &sb), 0);
	KTEST_EQ(t, sb.st_size, 0);
	if (fn == cut_by_fd)
		t_close(arg);
	CALL((vrele(vp), 0));
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
}

/* Who cuts a file waits for the read or write under way. */
static void
vfs_cut_busy(struct ktest *t)
{
	begin(t);
	cut(t, cut_by_fd, 0);
	cut(t, cut_by_open, O_TRUNC);
	cut(t, cut_by_open, O_TRUNC | O_EXLOCK);
	end(t);
}
KTEST(vfs, vfs_cut_busy);

static void
append(void *arg)
{
	CALL(vn_append(arg, (void *)(uintptr_t) "more", 4));
}

/* What a failed append takes back is its own only. */
static void
vfs_append_busy(struct ktest *t)
{
	int old, most = 1;
	size_t len = sizeof(old);
	struct helper h;
	struct vnode *vp;
	struct vattr va;
	struct stat sb;

	begin(t);
	KTEST_EQ(t, t_make(DIR "/f", "contents"), 8);
	vp = busy_vnode(t);
	helper_start(t, &h, append, vp);
	KTEST_ASSERT(t, WAIT_UNTIL(asleep_on(&h, &vp->v_vflag)));
	VATTR_NULL(&va);
	va.va_size = PAGE_SIZE;
	KTEST_EQ(t, CALL(VOP_SETATTR(vp, &va, curthread)), 0);
	KTEST_EQ(t,
	    k_sysctlbyname("vfs.ramfs_reserve", &old, &len, &most,
		sizeof(most)),
	    0);
	busy_end(vp);
	helper_wait(t, &h);
	KTEST_EQ(t,
	    k_sysctlbyname("vfs.ramfs_reserve", NULL, NULL, &old, sizeof(old)),
	    0);
	KTEST_EQ(t, t_stat(DIR "/f", &sb), 0);
	KTEST_EQ(t, sb.st_size, PAGE_SIZE);
	CALL((vrele(vp), 0));
	KTEST_EQ(t, t_unlink(DIR "/f"), 0);
	end(t);
}
KTEST(vfs, vfs_append_busy);

static void
vfs_fullpath(struct ktest *t)
{
	char buf[64] = "", *path = buf;
	struct nameidata nd;

	begin(t);
	KTEST_EQ(t, t_mkdir(DIR "/deep", 0755), 0);
	NDINIT(&nd, LOOKUP, FOLLOW, K, DIR "/deep", curthread);
	KTEST_EQ(t, CALL(namei(&nd)), 0);
	NDFREE(&nd);
	KTEST_EQ(t, CALL(vn_fullpath(nd.ni_vp, buf, sizeof(buf), &path)), 0);
	KTEST_EQ(t, strcmp(path, DIR "/deep"), 0);
	KTEST_EQ(t,
	    CALL(vn_fullpath(nd.ni_vp, buf, sizeof(DIR "/deep"), &path)), 0);
	KTEST_EQ(t,
	    CALL(vn_fullpath(nd.ni_vp, buf, sizeof(DIR "/deep") - 1, &path)),
	    ERANGE);
	KTEST_EQ(t, CALL(vn_fullpath(rootvnode, buf, 2, &path)), 0);
	KTEST_EQ(t, strcmp(path, "/"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/deep"), 0);
	KTEST_EQ(t, CALL(vn_fullpath(nd.ni_vp, buf, sizeof(buf), &path)),
	    ENOENT);
	CALL((vrele(nd.ni_vp), 0));
	end(t);
}
KTEST(vfs, vfs_fullpath);

static void
vfs_devices(struct ktest *t)
{
	char a[64], b[64];
	int fd;

	fd = t_open("/dev/null", O_RDWR, 0);
	KTEST_ASSERT(t, fd >= 0);
	KTEST_EQ(t, t_write(fd, a, sizeof(a)), sizeof(a));
	KTEST_EQ(t, t_read(fd, a, sizeof(a)), 0);
	t_close(fd);
	fd = t_open("/dev/zero", O_RDONLY, 0);
	memset(a, 'x', sizeof(a));
	bzero(b, sizeof(b));
	KTEST_EQ(t, t_read(fd, a, sizeof(a)), sizeof(a));
	KTEST_EQ(t, memcmp(a, b, sizeof(a)), 0);
	t_close(fd);
	fd = t_open("/dev/random", O_RDONLY, 0);
	KTEST_EQ(t, t_read(fd, a, sizeof(a)), sizeof(a));
	KTEST_EQ(t, t_read(fd, b, sizeof(b)), sizeof(b));
	KTEST_ASSERT(t, memcmp(a, b, sizeof(a)) != 0);
	t_close(fd);
}
KTEST(vfs, vfs_devices);

/*
 * What is left is for programs: no more names, but a file may get another
 * one, or lose it.
 */
static void
vfs_full(struct ktest *t)
{
	int most = 1, old;
	size_t len = sizeof(old);

	begin(t);
	KTEST_EQ(t, t_make(DIR "/f", "text"), 4);
	KTEST_EQ(t,
	    k_sysctlbyname("vfs.ramfs_reserve", &old, &len, &most,
		sizeof(most)),
	    0);
	KTEST_EQ(t, t_open(DIR "/g", O_CREAT | O_RDWR, 0600), -ENOSPC);
	KTEST_EQ(t, t_symlink("text", DIR "/g"), ENOSPC);
	KTEST_EQ(t, t_link(DIR "/f", DIR "/g"), ENOSPC);
	KTEST_EQ(t, t_rename(DIR "/f", DIR "/g"), 0);
	KTEST_EQ(t, t_unlink(DIR "/g"), 0);
	KTEST_EQ(t,
	    k_sysctlbyname("vfs.ramfs_reserve", NULL, NULL, &old, sizeof(old)),
	    0);
	end(t);
}
KTEST(vfs, vfs_full);

/*
 * Every allocation of these fails once.  Nothing is left behind, and the
 * error is one the manual pages name.
 */
static void
vfs_nomem(struct ktest *t)
{
	int error, fd = -1, k;

#ifndef INVARIANTS
	KTEST_SKIP(t, "needs fault injection");
#endif
	begin(t);
	for (k = 1; k < 50; k++) {
		ktest_fail_alloc(k);
		fd = t_open(DIR "/f", O_CREAT | O_RDWR, 0600);
		ktest_fail_alloc(0);
		if (fd >= 0)
			break;
		KTEST_ASSERT(t, fd == -ENOMEM || fd == -ENOSPC);
	}
	KTEST_ASSERT(t, k > 1 && fd >= 0);
	for (k = 1; k < 50; k++) {
		ktest_fail_alloc(k);
		error = t_write(fd, "data", 4);
		ktest_fail_alloc(0);
		if (error == 4)
			break;
		KTEST_EQ(t, error, -ENOSPC);
	}
	t_close(fd);
	for (k = 1, error = -1; k < 50 && error != 0; k++) {
		ktest_fail_alloc(k);
		error = t_rename(DIR "/f", DIR "/g");
		ktest_fail_alloc(0);
		KTEST_ASSERT(t,
		    error == 0 || error == ENOMEM || error == ENOSPC);
	}
	for (k = 1, error = -1; k < 50 && error != 0; k++) {
		ktest_fail_alloc(k);
		error = t_mkdir(DIR "/d", 0755);
		ktest_fail_alloc(0);
	}
	KTEST_ASSERT(t, k > 2 && error == 0);
	for (k = 1, error = -1; k < 50 && error != 0; k++) {
		ktest_fail_alloc(k);
		error = t_symlink("target", DIR "/s");
		ktest_fail_alloc(0);
	}
	KTEST_ASSERT(t, k > 2 && error == 0);
	KTEST_EQ(t, t_unlink(DIR "/s"), 0);
	KTEST_EQ(t, t_unlink(DIR "/g"), 0);
	KTEST_EQ(t, t_rmdir(DIR "/d"), 0);
	end(t);
}
KTEST(vfs, vfs_nomem);
