/*
 * Pipes.
 */
#include "fs_util.h"
#include "kern_util.h"
#include <sys/filio.h>
#include <sys/pipe.h>
#include <sys/poll.h>
#include <sys/unistd.h>
#include <sys/wait.h>

static char	big[3 * PIPE_SIZE], back[3 * PIPE_SIZE];

static void
fill(void)
{
	u_int i;

	for (i = 0; i < sizeof(big); i++)
		big[i] = i * 7 + i / 251;
	bzero(back, sizeof(back));
}

static void
pipe_bytes(struct ktest *t)
{
	int fds[2], i;
	char c;

	KTEST_EQ(t, t_pipe(fds), 0);
	/* far enough to go round the ring several times */
	for (i = 0; i < 3 * PIPE_SMALL; i += 3) {
		KTEST_EQ(t, t_write(fds[1], "xyz", 3), 3);
		KTEST_EQ(t, t_read(fds[0], &c, 1), 1);
		KTEST_EQ(t, c, 'x');
		KTEST_EQ(t, t_read(fds[0], back, 8), 2);
		KTEST_EQ(t, memcmp(back, "yz", 2), 0);
	}
	KTEST_EQ(t, t_write(fds[0], "x", 1), -EBADF);
	KTEST_EQ(t, t_read(fds[1], &c, 1), -EBADF);
	KTEST_EQ(t, t_read(fds[0], &c, 0), 0);
	t_close(fds[0]);
	t_close(fds[1]);
}
KTEST(pipe, pipe_bytes);

static void
pipe_eof(struct ktest *t)
{
	int fds[2];
	char c;

	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, t_write(fds[1], "last", 4), 4);
	t_close(fds[1]);
	KTEST_EQ(t, t_read(fds[0], back, 2), 2);
	KTEST_EQ(t, t_read(fds[0], back, 8), 2);
	KTEST_EQ(t, t_read(fds[0], &c, 1), 0);
	KTEST_EQ(t, t_read(fds[0], &c, 1), 0);
	t_close(fds[0]);
}
KTEST(pipe, pipe_eof);

static void
pipe_epipe(struct ktest *t)
{
	int fds[2];

	KTEST_EQ(t, t_pipe(fds), 0);
	t_close(fds[0]);
	KTEST_EQ(t, t_write(fds[1], "x", 1), -EPIPE);
	KTEST_EQ(t, t_poll(fds[1], POLLOUT | POLLHUP), POLLHUP);
	t_close(fds[1]);
}
KTEST(pipe, pipe_epipe);

/*
 * Without waiting: it takes PIPE_SIZE bytes, and what is no more than
 * PIPE_BUF in one piece or not at all.
 */
static void
pipe_nonblock(struct ktest *t)
{
	int fds[2];

	fill();
	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, t_fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	KTEST_EQ(t, t_fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	KTEST_EQ(t, t_read(fds[0], back, 1), -EAGAIN);
	KTEST_EQ(t, t_write(fds[1], big, sizeof(big)), PIPE_SIZE);
	KTEST_EQ(t, t_write(fds[1], "x", 1), -EAGAIN);
	KTEST_EQ(t, t_read(fds[0], back, PIPE_BUF - 1), PIPE_BUF - 1);
	KTEST_EQ(t, t_write(fds[1], big, PIPE_BUF), -EAGAIN);
	KTEST_EQ(t, t_read(fds[0], back + PIPE_BUF - 1, 1), 1);
	KTEST_EQ(t, t_write(fds[1], big, PIPE_BUF), PIPE_BUF);
	KTEST_EQ(t, t_read(fds[0], back + PIPE_BUF, PIPE_SIZE), PIPE_SIZE);
	KTEST_EQ(t, memcmp(back, big, PIPE_SIZE), 0);
	KTEST_EQ(t, memcmp(back + PIPE_SIZE, big, PIPE_BUF), 0);
	t_close(fds[0]);
	t_close(fds[1]);
}
KTEST(pipe, pipe_nonblock);

/* The bytes that there is room for, which poll goes by, too. */
static int
room(int fd)
{
	struct file *fp;
	int n = -1;

	if (fget(curthread, fd, &fp) == 0) {
		(void)fp->f_ops->fo_ioctl(fp, FIONSPACE, &n, curthread);
		fdrop(fp, curthread);
	}
	return (n);
}

/*
 * Without memory the ring stays small, and promises no room that a write did
 * not get.
 */
static void
pipe_small(struct ktest *t)
{
	int fds[2];

#ifndef INVARIANTS
	KTEST_SKIP(t, "needs fault injection");
#endif
	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, t_fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	KTEST_EQ(t, t_write(fds[1], big, PIPE_SMALL), PIPE_SMALL);
	KTEST_EQ(t, room(fds[1]), PIPE_SIZE - PIPE_SMALL);
	ktest_fail_alloc(1);
	KTEST_EQ(t, t_write(fds[1], big, PIPE_BUF), -EAGAIN);
	ktest_fail_alloc(0);
	KTEST_EQ(t, room(fds[1]), 0);
	KTEST_EQ(t, t_read(fds[0], back, PIPE_BUF), PIPE_BUF);
	KTEST_EQ(t, t_poll(fds[1], POLLOUT), POLLOUT);
	KTEST_EQ(t, t_write(fds[1], big, sizeof(big)),
	    PIPE_SIZE - PIPE_SMALL + PIPE_BUF);
	KTEST_EQ(t, room(fds[1]), 0);
	KTEST_EQ(t, t_read(fds[0], back, 1), 1);
	KTEST_EQ(t, room(fds[1]), 1);
	t_close(fds[0]);
	t_close(fds[1]);
}
KTEST(pipe, pipe_small);

static void
pipe_polls(struct ktest *t)
{
	int fds[2];

	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, t_write(fds[1], "x", 1), 1);
	KTEST_EQ(t, t_poll(fds[0], POLLIN), POLLIN);
	KTEST_EQ(t, t_poll(fds[1], POLLOUT), POLLOUT);
	t_close(fds[1]);
	KTEST_EQ(t, t_poll(fds[0], POLLIN), POLLIN | POLLHUP);
	t_close(fds[0]);
}
KTEST(pipe, pipe_polls);

/* A child process, without descriptors, at the other end. */
struct other {
	struct	file *fp;
	int	want;			/* bytes to move */
	int	done;			/* moved; -1: still at it */
	pid_t	pid;
};

static int
move(struct file *fp, char *buf, size_t len, enum uio_rw rw)
{
	struct thread *td = curthread;
	struct iovec iov;
	struct uio uio;
	int error;

	uio_init(&uio, &iov, buf, len, 0, K, rw, td);
	error = rw == UIO_READ ? fp->f_ops->fo_read(fp, &uio, 0, td) :
				 fp->f_ops->fo_write(fp, &uio, 0, td);
	return (error != 0 && (size_t)uio.uio_resid == len ?
		-error :
		(int)(len - uio.uio_resid));
}

static void
writer(void *arg)
{
	struct other *o = arg;
	int n;

	n = move(o->fp, big, o->want, UIO_WRITE);
	fdrop(o->fp, curthread);
	o->done = n;
	exit1(curthread, W_EXITCODE(0, 0));
}

static void
start_other(struct ktest *t, struct other *o, void (*fn)(void *))
{
	struct proc *p;

	KTEST_EQ(t, fork1(curthread, RFPROC | RFCFDG | RFSTOPPED, &p), 0);
	o->pid = p->p_pid;
	cpu_set_fork_handler(&p->p_thread, fn, o);
	mtx_lock_spin(&sched_lock);
	p->p_stat = SRUN;
	setrunqueue(&p->p_thread);
	mtx_unlock_spin(&sched_lock);
}

static void
wait_other(struct other *o)
{
	struct wait4_args args = { .pid = o->pid };

	sys_wait4(curthread, &args);
}

/*
 * A writer of more than the pipe holds sleeps until all is read; nothing
 * is lost or torn.
 */
static void
pipe_blocking(struct ktest *t)
{
	struct other o = { NULL, sizeof(big), -1, 0 };
	int fds[2], got = 0, n = 0, step = 1;

	fill();
	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, fget(curthread, fds[1], &o.fp), 0);
	t_close(fds[1]);
	start_other(t, &o, writer);
	while (got < (int)sizeof(back)) {
		n = t_read(fds[0], back + got,
		    MIN(step, (int)sizeof(back) - got));
		if (n <= 0)
			break;
		got += n;
		step = step * 5 % 4999 + 1;
	}
	KTEST_EQ(t, got, sizeof(big));
	KTEST_EQ(t, memcmp(big, back, sizeof(big)), 0);
	wait_other(&o);
	KTEST_EQ(t, o.done, sizeof(big));
	KTEST_EQ(t, t_read(fds[0], back, 1), 0);
	t_close(fds[0]);
}
KTEST(pipe, pipe_blocking);

/* The reader goes while a writer sleeps: it gets what it has written. */
static void
pipe_reader_gone(struct ktest *t)
{
	struct other o = { NULL, sizeof(big), -1, 0 };
	int fds[2];

	fill();
	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, fget(curthread, fds[1], &o.fp), 0);
	t_close(fds[1]);
	start_other(t, &o, writer);
	KTEST_EQ(t, t_read(fds[0], back, 1), 1);
	tsleep(&o, PWAIT, "ktpipe", 2);
	KTEST_EQ(t, o.done, -1);
	t_close(fds[0]);
	wait_other(&o);
	KTEST_ASSERT(t, o.done >= PIPE_SIZE && o.done < (int)sizeof(big));
}
KTEST(pipe, pipe_reader_gone);

#define	FIFO		"/ktest.fifo"

static void
opener(void *arg)
{
	struct other *o = arg;
	int fd = t_open(FIFO, O_RDONLY, 0);

	o->done = fd >= 0;
	t_close(fd);
	exit1(curthread, W_EXITCODE(0, 0));
}

/*
 * A writer that comes and goes while a reader waits in open() lets it go on.
 * Giant keeps the reader from looking until the writer has gone.
 */
static void
pipe_short_writer(struct ktest *t)
{
	struct other o = { NULL, 0, -1, 0 };
	int fd, give_up;

	KTEST_EQ(t, CALL(kern_mknod(curthread, FIFO, K, S_IFIFO | 0600, NODEV)),
	    0);
	start_other(t, &o, opener);
	do {
		yield();
		mtx_lock(&Giant);
		fd = t_open(FIFO, O_WRONLY | O_NONBLOCK, 0);
		if (fd >= 0)
			t_close(fd);
		mtx_unlock(&Giant);
	} while (fd == -ENXIO);
	KTEST_ASSERT(t, fd >= 0);
	for (give_up = ticks + 5 * hz;
	     READ_ONCE(o.done) == -1 && ticks - give_up < 0;)
		yield();
	KTEST_EQ(t, o.done, 1);
	/* Whatever became of it, let it end. */
	fd = t_open(FIFO, O_RDWR, 0);
	wait_other(&o);
	t_close(fd);
	KTEST_EQ(t, t_unlink(FIFO), 0);
}
KTEST(pipe, pipe_short_writer);

/*
 * A writer that found the ring full and could not make it larger, for
 * somebody was copying from it, is told when it could.
 */
static void
pipe_grows_later(struct ktest *t)
{
	struct other o = { NULL, 1, -1, 0 };
	struct pipe *pi;
	int fds[2];

	fill();
	KTEST_EQ(t, t_pipe(fds), 0);
	KTEST_EQ(t, t_write(fds[1], big, PIPE_SMALL), PIPE_SMALL);
	KTEST_EQ(t, fget(curthread, fds[1], &o.fp), 0);
	pi = o.fp->f_data;
	mtx_lock(&pi->pipe_mtx);
	pi->pipe_state |= PIPE_RLOCK;
	mtx_unlock(&pi->pipe_mtx);
	start_other(t, &o, writer);
	KTEST_ASSERT(t, WAIT_UNTIL(KTEST_PEEK(pi->pipe_state) & PIPE_WANTW));
	mtx_lock(&pi->pipe_mtx);
	pi->pipe_state &= ~PIPE_RLOCK;
	mtx_unlock(&pi->pipe_mtx);
	KTEST_EQ(t, t_read(fds[0], back, 100), 100);
	KTEST_ASSERT(t, WAIT_UNTIL(READ_ONCE(o.done) != -1));
	t_close(fds[0]);
	wait_other(&o);
	KTEST_EQ(t, o.done, 1);
	t_close(fds[1]);
}
KTEST(pipe, pipe_grows_later);
