/*
 * What the file tests share: system calls on the kernel's own memory, by
 * the thread that runs the tests.  Results are descriptors or counts, or
 * minus an errno.
 */
#ifndef _FS_UTIL_H_
#define	_FS_UTIL_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/syscallsubr.h>
#include <sys/sysproto.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#define	K	UIO_SYSSPACE

/* Run a call with Giant, as the system-call entry does. */
#define	CALL(call) __extension__ ({					\
	int __error;							\
	mtx_lock(&Giant);						\
	__error = (call);						\
	mtx_unlock(&Giant);						\
	__error;							\
})

static inline int
t_open(const char *path, int flags, int mode)
{
	struct thread *td = curthread;
	int error = CALL(kern_open(td, path, K, flags, mode));

	return (error != 0 ? -error : (int)td->td_retval[0]);
}

static inline int
t_close(int fd)
{
	return (kern_close(curthread, fd));
}

static inline int
t_rw(int fd, void *buf, size_t len, off_t off, enum uio_rw rw)
{
	struct thread *td = curthread;
	struct iovec iov;
	struct file *fp;
	struct uio uio;
	int error, flags = off >= 0 ? FOF_OFFSET : 0;

	error = rw == UIO_READ ? fget_read(td, fd, &fp) :
	    fget_write(td, fd, &fp);
	if (error != 0)
		return (-error);
	uio_init(&uio, &iov, buf, len, off >= 0 ? off : 0, K, rw, td);
	error = rw == UIO_READ ? fp->f_ops->fo_read(fp, &uio, flags, td) :
	    fp->f_ops->fo_write(fp, &uio, flags, td);
	fdrop(fp, td);
	if (error != 0 && (size_t)uio.uio_resid == len)
		return (-error);
	return (len - uio.uio_resid);
}

static inline int
t_read(int fd, void *buf, size_t len)
{
	return (t_rw(fd, buf, len, -1, UIO_READ));
}

static inline int
t_write(int fd, const void *buf, size_t len)
{
	return (t_rw(fd, (void *)(uintptr_t)buf, len, -1, UIO_WRITE));
}

static inline int
t_pread(int fd, void *buf, size_t len, off_t off)
{
	return (t_rw(fd, buf, len, off, UIO_READ));
}

static inline int
t_pwrite(int fd, const void *buf, size_t len, off_t off)
{
	return (t_rw(fd, (void *)(uintptr_t)buf, len, off, UIO_WRITE));
}

/* Make a file with that text. */
static inline int
t_make(const char *path, const char *text)
{
	int fd = t_open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	int n;

	if (fd < 0)
		return (fd);
	n = t_write(fd, text, strlen(text));
	t_close(fd);
	return (n);
}

static inline int
t_stat(const char *path, struct stat *sb)
{
	return (CALL(kern_stat(curthread, path, K, FOLLOW, sb)));
}

static inline int
t_unlink(const char *path)
{
	return (CALL(kern_unlink(curthread, path, K)));
}

static inline int
t_mkdir(const char *path, int mode)
{
	return (CALL(kern_mkdir(curthread, path, K, mode)));
}

static inline int
t_rmdir(const char *path)
{
	return (CALL(kern_rmdir(curthread, path, K)));
}

static inline int
t_rename(const char *from, const char *to)
{
	return (CALL(kern_rename(curthread, from, to, K)));
}

static inline int
t_link(const char *path, const char *name)
{
	return (CALL(kern_link(curthread, path, name, K)));
}

static inline int
t_symlink(const char *target, const char *name)
{
	return (CALL(kern_symlink(curthread, target, name, K)));
}

static inline int
t_fcntl(int fd, int cmd, long arg)
{
	struct fcntl_args args = { .fd = fd, .cmd = cmd, .arg = arg };
	struct thread *td = curthread;
	int error;

	td->td_retval[0] = 0;
	error = CALL(sys_fcntl(td, &args));
	return (error != 0 ? -error : (int)td->td_retval[0]);
}

/* pipe(2): 0 or an errno. */
static inline int
t_pipe(int fds[2])
{
	struct thread *td = curthread;
	int error = sys_pipe(td, NULL);

	fds[0] = td->td_retval[0];
	fds[1] = td->td_retval[1];
	return (error);
}

static inline int
t_poll(int fd, int events)
{
	struct thread *td = curthread;
	struct file *fp;
	int revents;

	if (fget(td, fd, &fp) != 0)
		return (-EBADF);
	revents = fp->f_ops->fo_poll(fp, events, td);
	fdrop(fp, td);
	return (revents);
}

#endif /* !_FS_UTIL_H_ */
