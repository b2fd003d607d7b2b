/*
 * Descriptor tables.
 */
#include "fs_util.h"
#include <sys/resourcevar.h>

static rlim_t	nofile;

/* Give the test an empty table and a high limit; returns the old one. */
static struct filedesc *
fresh_table(struct ktest *t)
{
	struct proc *p = curproc;
	struct filedesc *old = p->p_fd;

	fdshare(old); /* fdreplace() drops one reference */
	fdreplace(curthread, fdinit(old));
	KTEST_ASSERT(t, p->p_fd != NULL && p->p_fd != old);
	nofile = p->p_limit->pl_rlimit[RLIMIT_NOFILE].rlim_cur;
	p->p_limit->pl_rlimit[RLIMIT_NOFILE].rlim_cur = 1024;
	return (old);
}

static void
restore_table(struct filedesc *old)
{
	struct proc *p = curproc;

	fdfree(curthread);
	p->p_fd = old;
	p->p_limit->pl_rlimit[RLIMIT_NOFILE].rlim_cur = nofile;
}

static void
fd_lowest(struct ktest *t)
{
	struct filedesc *old = fresh_table(t);

	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 1);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), 2);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 10), 10);
	KTEST_EQ(t, t_close(1), 0);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), 1);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), 3);
	KTEST_EQ(t, curproc->p_fd->fd_lastfile, 10);
	KTEST_EQ(t, t_close(10), 0);
	KTEST_EQ(t, curproc->p_fd->fd_lastfile, 3);
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 4);
	restore_table(old);
}
KTEST(fd, fd_lowest);

static void
fd_grow(struct ktest *t)
{
	struct filedesc *old = fresh_table(t), *copy;
	int fd, i;

	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	for (i = 1; i < 200; i++)
		KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), i);
	copy = fdcopy(curproc->p_fd);
	KTEST_REQUIRE(t, copy != NULL);
	KTEST_EQ(t, copy->fd_lastfile, 199);
	KTEST_EQ(t, copy->fd_freefile, 200);
	for (i = 0; i < 200; i++)
		KTEST_EQ(t, copy->fd_ofiles[i], curproc->p_fd->fd_ofiles[i]);
	KTEST_EQ(t, copy->fd_ofiles[0]->f_count, 400);
	fdfree(curthread);
	curproc->p_fd = copy;
	for (i = 0; i < 200; i += 2)
		KTEST_EQ(t, t_close(i), 0);
	for (i = 0; i < 200; i += 2) {
		fd = t_fcntl(1, F_DUPFD, 0);
		KTEST_EQ(t, fd, i);
	}
	restore_table(old);
}
KTEST(fd, fd_grow);

static void
fd_limit(struct ktest *t)
{
	struct filedesc *old = fresh_table(t);
	int fd, max = getmaxfd(curproc), saved = maxfilesperproc;

	KTEST_ASSERT(t, max > 30);
	maxfilesperproc = 30;
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	while ((fd = t_fcntl(0, F_DUPFD, 0)) >= 0)
		continue;
	KTEST_EQ(t, fd, -EMFILE);
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 30);
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), -EMFILE);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 30), -EINVAL);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, -1), -EINVAL);
	KTEST_EQ(t, t_fcntl(0, F_DUP2FD, 30), -EBADF);
	/* pipe() needs two, and takes none if there is but one */
	KTEST_EQ(t, t_close(29), 0);
	KTEST_EQ(t, sys_pipe(curthread, NULL), EMFILE);
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 29);
	maxfilesperproc = saved;
	restore_table(old);
}
KTEST(fd, fd_limit);

static void
fd_dup2(struct ktest *t)
{
	struct filedesc *old = fresh_table(t);
	struct filedesc *fdp = curproc->p_fd;

	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	KTEST_EQ(t, t_open("/dev/zero", O_RDWR | O_CLOEXEC, 0), 1);
	KTEST_EQ(t, fdp->fd_ofileflags[1], UF_EXCLOSE);
	/* onto itself: nothing, and the flags stay */
	KTEST_EQ(t, t_fcntl(1, F_DUP2FD, 1), 1);
	KTEST_EQ(t, t_fcntl(1, F_GETFD, 0), FD_CLOEXEC);
	/* the copy does not inherit close-on-exec */
	KTEST_EQ(t, t_fcntl(1, F_DUP2FD, 50), 50);
	KTEST_EQ(t, t_fcntl(50, F_GETFD, 0), 0);
	KTEST_EQ(t, fdp->fd_ofiles[1], fdp->fd_ofiles[50]);
	/* what was there is closed */
	KTEST_EQ(t, fdp->fd_ofiles[1]->f_count, 2);
	KTEST_EQ(t, t_fcntl(0, F_DUP2FD, 50), 50);
	KTEST_EQ(t, fdp->fd_ofiles[1]->f_count, 1);
	KTEST_EQ(t, t_fcntl(0, F_DUP2FD_CLOEXEC, 2), 2);
	KTEST_EQ(t, t_fcntl(2, F_GETFD, 0), FD_CLOEXEC);
	KTEST_EQ(t, t_fcntl(0, F_DUP2FD, -1), -EBADF);
	KTEST_EQ(t, t_fcntl(7, F_DUP2FD, 8), -EBADF);
	restore_table(old);
}
KTEST(fd, fd_dup2);

static void
fd_flags(struct ktest *t)
{
	struct filedesc *old = fresh_table(t);

	KTEST_EQ(t, t_open("/dev/null", O_RDWR | O_NONBLOCK, 0), 0);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), 1);
	KTEST_EQ(t, t_fcntl(0, F_GETFL, 0), O_RDWR | O_NONBLOCK);
	/* status flags are the file's: both descriptors see the change */
	KTEST_EQ(t, t_fcntl(0, F_SETFL, O_APPEND | O_WRONLY), 0);
	KTEST_EQ(t, t_fcntl(1, F_GETFL, 0), O_RDWR | O_APPEND);
	/* descriptor flags are not */
	KTEST_EQ(t, t_fcntl(0, F_SETFD, FD_CLOEXEC), 0);
	KTEST_EQ(t, t_fcntl(1, F_GETFD, 0), 0);
	KTEST_EQ(t, t_fcntl(0, F_GETLK, 0), -EFAULT);
	KTEST_EQ(t, t_fcntl(0, 99, 0), -EINVAL);
	KTEST_EQ(t, t_fcntl(9, F_GETFL, 0), -EBADF);
	KTEST_EQ(t, t_fcntl(9, 99, 0), -EBADF);
	KTEST_EQ(t, t_fcntl(-1, F_GETFD, 0), -EBADF);
	/* exec closes the marked ones only */
	fdcloseexec(curthread);
	KTEST_EQ(t, t_close(0), EBADF);
	KTEST_EQ(t, t_close(1), 0);
	restore_table(old);
}
KTEST(fd, fd_flags);

/* Sharing as rfork does it: one table, until somebody unshares. */
static void
fd_share(struct ktest *t)
{
	struct filedesc *old = fresh_table(t), *shared;

	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	shared = fdshare(curproc->p_fd);
	KTEST_EQ(t, shared, curproc->p_fd);
	KTEST_EQ(t, shared->fd_refcnt, 2);
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 1);
	KTEST_EQ(t, fdtofilecount(shared), 2);
	KTEST_EQ(t, fdunshare(curthread), 0);
	KTEST_ASSERT(t, shared != curproc->p_fd);
	KTEST_EQ(t, shared->fd_refcnt, 1);
	KTEST_EQ(t, fdunshare(curthread), 0);
	KTEST_EQ(t, t_close(0), 0);
	KTEST_EQ(t, fdtofilecount(shared), 2);
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 1);
	/* back to the shared one, and then to an empty one */
	fdfree(curthread);
	curproc->p_fd = shared;
	fdreplace(curthread, fdinit(shared));
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 0);
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	restore_table(old);
}
KTEST(fd, fd_share);

/* Who looks at a table does not make it shared, and may be the last. */
static void
fd_look(struct ktest *t)
{
	struct filedesc *old = fresh_table(t), *looked;

	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	PROC_LOCK(curproc);
	looked = fdhold(curproc);
	PROC_UNLOCK(curproc);
	KTEST_EQ(t, looked, curproc->p_fd);
	KTEST_EQ(t, fdunshare(curthread), 0);
	KTEST_EQ(t, looked, curproc->p_fd);
	restore_table(old);
	KTEST_EQ(t, fdtofilecount(looked), 1);
	fdunhold(looked, curthread);
}
KTEST(fd, fd_look);

static void
fd_offset(struct ktest *t)
{
	struct filedesc *old = fresh_table(t);
	char buf[4];

	KTEST_EQ(t, t_make("/tmp/ktest-fd", "abcdef"), 6);
	KTEST_EQ(t, t_open("/tmp/ktest-fd", O_RDONLY, 0), 0);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 0), 1);
	KTEST_EQ(t, t_open("/tmp/ktest-fd", O_RDONLY, 0), 2);
	KTEST_EQ(t, t_read(0, buf, 2), 2);
	KTEST_EQ(t, t_read(1, buf, 2), 2);
	KTEST_EQ(t, memcmp(buf, "cd", 2), 0);
	KTEST_EQ(t, t_read(2, buf, 2), 2);
	KTEST_EQ(t, memcmp(buf, "ab", 2), 0);
	restore_table(old);
	KTEST_EQ(t, t_unlink("/tmp/ktest-fd"), 0);
}
KTEST(fd, fd_offset);

static void
fd_nomem(struct ktest *t)
{
	struct filedesc *old = fresh_table(t), *copy = NULL;
	int error = -1, k;

#ifndef INVARIANTS
	restore_table(old);
	KTEST_SKIP(t, "needs fault injection");
#endif
	KTEST_EQ(t, t_open("/dev/null", O_RDWR, 0), 0);
	KTEST_EQ(t, t_fcntl(0, F_DUPFD, 100), 100);
	for (k = 1; k < 10 && copy == NULL; k++) {
		ktest_fail_alloc(k);
		copy = fdcopy(curproc->p_fd);
		ktest_fail_alloc(0);
	}
	KTEST_EQ(t, k, 4); /* the table, its slots, success */
	fdfree(curthread);
	curproc->p_fd = copy;
	for (k = 1; k < 10 && error != 0; k++) {
		ktest_fail_alloc(k);
		error = sys_pipe(curthread, NULL);
		ktest_fail_alloc(0);
		KTEST_ASSERT(t, error == 0 || error == ENOMEM);
	}
	KTEST_ASSERT(t, k > 4 && error == 0);
	KTEST_EQ(t, fdtofilecount(curproc->p_fd), 4);
	restore_table(old);
}
KTEST(fd, fd_nomem);
