/*
 * Descriptors and open files: the tables of descriptors, how fork and
 * exec treat them, and the system calls that change them.
 *
 * A file counts its references: one from each descriptor, and one from
 * each thread that is using it at the moment (fget).  A descriptor is
 * visible before its file has been opened, so that the number is certain
 * before anything is created on disk; until then the file has
 * badfileops, and nobody but its maker can get at it.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/ktest.h>
#include <sys/lock.h>
#include <sys/lockf.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/pipe.h>
#include <sys/proc.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/syscallsubr.h>
#include <sys/sysproto.h>
#include <sys/ucred.h>
#include <sys/vnode.h>
#include <sys/zone.h>
#include <machine/atomic.h>

MALLOC_DEFINE(M_FILEDESC, "filedesc", "descriptor tables");

volatile u_int openfiles;
int	maxfiles = 8192;
int	maxfilesperproc = 4096;

TUNABLE_INT("kern.maxfiles", &maxfiles);
TUNABLE_INT("kern.maxfilesperproc", &maxfilesperproc);
SYSCTL_UINT(_kern, OID_AUTO, openfiles, CTLFLAG_RD,
    (void *)(uintptr_t)&openfiles, 0,
    "open files");
SYSCTL_INT(_kern, KERN_MAXFILES, maxfiles, CTLFLAG_RW, &maxfiles, 0,
    "most open files");
SYSCTL_INT(_kern, KERN_MAXFILESPERPROC, maxfilesperproc, CTLFLAG_RW,
    &maxfilesperproc, 0, "most descriptors of a process");
LEAK_COUNTER(files, &openfiles);

static zone_t	file_zone;
static zone_t	filedesc_zone;

/*
 * What a file can do before it is open: nothing.  fget() does not hand
 * such a file out, so only fo_close can be called, and has nothing to do.
 */
static int
bad_close(struct file *fp, struct thread *td)
{
	return (0);
}

static int	fget_flag(struct thread *, int, u_int, struct file **);
static int	fd_construct(void *);

static const struct fileops badfileops = {
	.fo_close = bad_close,
};

static void
file_init(void *arg)
{
	file_zone = zone_create("file", sizeof(struct file), NULL, NULL, 0);
	filedesc_zone = zone_create("filedesc", sizeof(struct filedesc),
	    fd_construct, NULL, 0);
}
SYSINIT(file, SI_SUB_LOCK, SI_ORDER_ANY, file_init, NULL);

/*
 * Operations of files that have no use for them.
 */
int
fo_no_rdwr(struct file *fp, struct uio *uio, int flags, struct thread *td)
{
	return (EOPNOTSUPP);
}

int
fo_no_truncate(struct file *fp, off_t length, struct thread *td)
{
	return (EINVAL);
}

int
fo_no_ioctl(struct file *fp, u_long cmd, void *data, struct thread *td)
{
	return (ENOTTY);
}

/*
 * The slots of a table.  All need fd_mtx.
 */

/* The lowest free slot from min on; fd_nfiles if there is none. */
static int
fd_find(struct filedesc *fdp, int min)
{
	int fd;

	FILEDESC_ASSERT(fdp, MA_OWNED);
	for (fd = MAX(min, fdp->fd_freefile); fd < fdp->fd_nfiles; fd++)
		if (fdp->fd_ofiles[fd] == NULL)
			return (fd);
	return (MAX(fd, min));
}

static void
fd_set_slot(struct filedesc *fdp, int fd, struct file *fp, u_char flags)
{
	FILEDESC_ASSERT(fdp, MA_OWNED);
	KASSERT(fd >= 0 && fd < fdp->fd_nfiles, ("fd_set_slot: %d", fd));
	KASSERT(fdp->fd_ofiles[fd] == NULL, ("descriptor %d in use", fd));
	fdp->fd_ofiles[fd] = fp;
	fdp->fd_ofileflags[fd] = flags;
	if (fd > fdp->fd_lastfile)
		fdp->fd_lastfile = fd;
	if (fd == fdp->fd_freefile)
		fdp->fd_freefile = fd + 1;
}

/* Empty a slot; what was in it, and the reference, is the caller's. */
static struct file *
fd_clear_slot(struct filedesc *fdp, int fd)
{
	struct file *fp;

	FILEDESC_ASSERT(fdp, MA_OWNED);
	fp = fdp->fd_ofiles[fd];
	fdp->fd_ofiles[fd] = NULL;
	fdp->fd_ofileflags[fd] = 0;
	if (fd < fdp->fd_freefile)
		fdp->fd_freefile = fd;
	while (fdp->fd_lastfile >= 0 &&
	    fdp->fd_ofiles[fdp->fd_lastfile] == NULL)
		fdp->fd_lastfile--;
	return (fp);
}

/*
 * Room for nfiles slots: the files, and behind them the flags.  NULL if
 * there is no memory.
 */
static struct file **
fd_table_alloc(int nfiles)
{
	return (malloc(nfiles * (sizeof(struct file *) + 1), M_FILEDESC,
	    M_NOWAIT | M_ZERO));
}

/*
 * Make the table reach at least up to slot fd.  The lock is let go on the
 * way: another sharer may change anything.  0 or ENOMEM.
 */
static int
fd_grow(struct filedesc *fdp, int fd)
{
	struct file **files, **old;
	int nfiles;

	FILEDESC_ASSERT(fdp, MA_OWNED);
	if (fd < fdp->fd_nfiles)
		return (0);
	nfiles = MAX(2 * fdp->fd_nfiles, fd + 1);
	FILEDESC_UNLOCK(fdp);
	files = fd_table_alloc(nfiles);
	FILEDESC_LOCK(fdp);
	if (files == NULL)
		return (ENOMEM);
	if (nfiles <= fdp->fd_nfiles) {
		/* somebody else was faster */
		FILEDESC_UNLOCK(fdp);
		free(files, M_FILEDESC);
		FILEDESC_LOCK(fdp);
		return (0);
	}
	memcpy(files, fdp->fd_ofiles, fdp->fd_nfiles * sizeof(*files));
	memcpy(files + nfiles, fdp->fd_ofileflags, fdp->fd_nfiles);
	old = fdp->fd_ofiles;
	fdp->fd_ofiles = files;
	fdp->fd_ofileflags = (u_char *)(files + nfiles);
	fdp->fd_nfiles = nfiles;
	if (old == fdp->fd_dfiles) {
		bzero(fdp->fd_dfiles, sizeof(fdp->fd_dfiles));
		bzero(fdp->fd_dflags, sizeof(fdp->fd_dflags));
		return (0);
	}
	FILEDESC_UNLOCK(fdp);
	free(old, M_FILEDESC);
	FILEDESC_LOCK(fdp);
	return (0);
}

/*
 * Most descriptors the process may have now.
 */
int
getmaxfd(struct proc *p)
{
	rlim_t lim = lim_cur(p, RLIMIT_NOFILE);
	int most = READ_ONCE(maxfilesperproc);

	return (lim < most ? (int)lim : most);
}

/*
 * Put a file into the lowest free slot from min on; the table takes over
 * the caller's reference if this succeeds.  0, EMFILE or ENOMEM.
 */
static int
fd_install(struct thread *td, struct file *fp, int min, u_char flags,
    int *result)
{
	struct filedesc *fdp = fdown(td);
	int error, fd, maxfd;

	if (fdp == NULL)
		return (ENOMEM);
	maxfd = getmaxfd(td->td_proc);
	FILEDESC_LOCK(fdp);
	for (;;) {
		fd = fd_find(fdp, min);
		if (fd >= maxfd) {
			error = EMFILE;
			break;
		}
		if (fd < fdp->fd_nfiles) {
			fd_set_slot(fdp, fd, fp, flags);
			*result = fd;
			error = 0;
			break;
		}
		error = fd_grow(fdp, fd);
		if (error != 0)
			break;
	}
	FILEDESC_UNLOCK(fdp);
	return (error);
}

int
fdalloc_slot(struct thread *td, struct file *fp, int flags, int *fd)
{
	return (fd_install(td, fp, 0, flags, fd));
}

/*
 * Files.
 */

/*
 * A new file with a descriptor, both of the calling thread.  The caller
 * gets a reference of its own beside the descriptor's; it opens the file
 * with finit(), or takes the descriptor back with fdclose(), and drops
 * its reference in the end.  0, ENFILE, EMFILE or ENOMEM.
 */
int
falloc(struct thread *td, struct file **fpp, int *fdres)
{
	static struct timeval lastfail;
	static int curfail;
	struct file *fp;
	int error;

	if (atomic_fetchadd_int(&openfiles, 1) >= (u_int)READ_ONCE(maxfiles)) {
		atomic_subtract_int(&openfiles, 1);
		if (ppsratecheck(&lastfail, &curfail, 1))
			printf("kern.maxfiles limit exceeded by uid %u\n",
			    td->td_ucred->cr_uid);
		return (ENFILE);
	}
	fp = zone_alloc(file_zone, M_NOWAIT);
	if (fp == NULL) {
		atomic_subtract_int(&openfiles, 1);
		return (ENOMEM);
	}
	bzero(fp, sizeof(*fp));
	refcount_init(&fp->f_count, 2);
	fp->f_ops = &badfileops;
	fp->f_cred = crhold(td->td_ucred);

	error = fd_install(td, fp, 0, 0, fdres);
	if (error != 0) {
		fdrop(fp, td);
		fdrop(fp, td);
		return (error);
	}
	*fpp = fp;
	return (0);
}

/*
 * The file is open now.  A sharer of the table may look at it meanwhile, so
 * f_type comes after the f_data that it tells of, f_ops after all that others
 * may look at, and then a fork may copy it.
 */
void
finit(struct file *fp, u_int flag, short type, void *data,
    const struct fileops *ops)
{
	KASSERT(fp->f_ops == &badfileops, ("finit: file is open"));
	fp->f_flag = flag;
	fp->f_data = data;
	wmb();
	WRITE_ONCE(fp->f_type, type);
	atomic_store_rel_ptr((volatile uintptr_t *)(void *)&fp->f_ops,
	    (uintptr_t)ops);
	wmb();
	WRITE_ONCE(fp->f_inherit, type != DTYPE_KQUEUE);
}

void
fhold(struct file *fp)
{
	refcount_acquire(&fp->f_count);
}

/*
 * Drop a reference; the last one closes the file.  No locks held but
 * Giant.  What closing it said, or 0.
 */
int
fdrop(struct file *fp, struct thread *td)
{
	int error;

	if (!refcount_release(&fp->f_count))
		return (0);
	error = fp->f_ops->fo_close(fp, td);
	crfree(fp->f_cred);
	zone_free(file_zone, fp);
	atomic_subtract_int(&openfiles, 1);
	return (error);
}

/*
 * What a descriptor refers to, if it is open, or NULL.  fd_mtx is held, or
 * the table is not shared.
 */
static __inline struct file *
fd_lookup(struct filedesc *fdp, int fd)
{
	struct file *fp;

	if ((u_int)fd >= (u_int)fdp->fd_nfiles)
		return (NULL);
	fp = fdp->fd_ofiles[fd];
	return (fp != NULL && READ_ONCE(fp->f_ops) != &badfileops ? fp : NULL);
}

/*
 * The open file behind a descriptor of the current thread's process, with
 * a reference that the caller drops.  0 or EBADF.
 */
int
fget(struct thread *td, int fd, struct file **fpp)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	bool shared = fd_shared(fdp);
	struct file *fp;

	if (shared)
		FILEDESC_LOCK(fdp);
	fp = fd_lookup(fdp, fd);
	if (fp != NULL)
		fhold(fp);
	if (shared)
		FILEDESC_UNLOCK(fdp);
	*fpp = fp;
	return (fp != NULL ? 0 : EBADF);
}

/*
 * The same for the length of a call that neither closes descriptors nor
 * forks: without a reference if the table is not shared, since nobody can
 * close the file then.  flag: FREAD or FWRITE, which the file must be open
 * for.  NULL if there is none.  *held: fdrop() the file in the end.
 */
struct file *
fget_borrow(struct thread *td, int fd, u_int flag, bool *held)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	struct file *fp;

	*held = fd_shared(fdp);
	if (__predict_false(*held))
		return (fget_flag(td, fd, flag, &fp) == 0 ? fp : NULL);
	fp = fd_lookup(fdp, fd);
	return (fp != NULL && (fp->f_flag & flag) != 0 ? fp : NULL);
}

static int
fget_flag(struct thread *td, int fd, u_int flag, struct file **fpp)
{
	int error;

	error = fget(td, fd, fpp);
	if (error == 0 && ((*fpp)->f_flag & flag) == 0) {
		fdrop(*fpp, td);
		error = EBADF;
	}
	return (error);
}

int
fget_read(struct thread *td, int fd, struct file **fpp)
{
	return (fget_flag(td, fd, FREAD, fpp));
}

int
fget_write(struct thread *td, int fd, struct file **fpp)
{
	return (fget_flag(td, fd, FWRITE, fpp));
}

/*
 * The vnode of an open file.
 */
struct vnode *
file_vnode(struct file *fp)
{
	if (fp->f_type == DTYPE_VNODE)
		return (fp->f_data);
	if (fp->f_type == DTYPE_FIFO)
		return (((struct pipe *)fp->f_data)->pipe_vnode);
	return (NULL);
}

/*
 * The vnode behind a descriptor, with a reference.  flags: FREAD, FWRITE
 * or 0, which the file must be open for.  0, EBADF, or EINVAL if it is
 * something else than a vnode.
 */
int
fgetvp(struct thread *td, int fd, int flags, struct vnode **vpp)
{
	struct file *fp;
	int error;

	error = fget(td, fd, &fp);
	if (error != 0)
		return (error);
	if (flags != 0 && (fp->f_flag & flags) == 0) {
		error = EBADF;
	} else if (file_vnode(fp) == NULL) {
		error = EINVAL;
	} else {
		*vpp = file_vnode(fp);
		vref(*vpp); /* the file's reference keeps it alive */
	}
	fdrop(fp, td);
	return (error);
}

/*
 * Tables.
 */

/* The slots that a table has from the start, all free. */
static void
fd_first_slots(struct filedesc *fdp)
{
	fdp->fd_ofiles = fdp->fd_dfiles;
	fdp->fd_ofileflags = fdp->fd_dflags;
	fdp->fd_nfiles = NDFILE;
}

/* Tables are free as they are made: with all slots empty. */
static int
fd_construct(void *mem)
{
	struct filedesc *fdp = mem;

	mtx_init(&fdp->fd_mtx, "filedesc", NULL, MTX_DEF | MTX_DUPOK);
	fd_first_slots(fdp);
	fdp->fd_lastfile = -1;
	LIST_INIT(&fdp->fd_kqueues);
	return (0);
}

static struct filedesc *
fd_new(void)
{
	struct filedesc *fdp;

	fdp = zone_alloc(filedesc_zone, M_NOWAIT);
	if (fdp == NULL)
		return (NULL);
	KASSERT(fdp->fd_lastfile == -1 && fdp->fd_freefile == 0 &&
		fdp->fd_cdir == NULL && fdp->fd_rdir == NULL &&
		LIST_EMPTY(&fdp->fd_kqueues) &&
		fdp->fd_ofiles == fdp->fd_dfiles && fdp->fd_ofiles[0] == NULL,
	    ("fd_new: not as it was made"));
	refcount_init(&fdp->fd_refcnt, 1);
	fdp->fd_cmask = CMASK;
	return (fdp);
}

/* The slots are empty already. */
static void
fd_destroy(struct filedesc *fdp)
{
	if (fdp->fd_ofiles != fdp->fd_dfiles) {
		free(fdp->fd_ofiles, M_FILEDESC);
		fd_first_slots(fdp);
	}
	fdp->fd_lastfile = -1;
	fdp->fd_freefile = 0;
	fdp->fd_cdir = fdp->fd_rdir = NULL;
	zone_free(filedesc_zone, fdp);
}

/* Take over the directories of a table that is locked. */
static void
fd_inherit(struct filedesc *fdp, struct filedesc *tmpl)
{
	FILEDESC_ASSERT(tmpl, MA_OWNED);
	fdp->fd_cdir = tmpl->fd_cdir;
	fdp->fd_rdir = tmpl->fd_rdir;
	if (fdp->fd_cdir != NULL)
		vref(fdp->fd_cdir);
	if (fdp->fd_rdir != NULL)
		vref(fdp->fd_rdir);
}

/*
 * A table without files.  With a template, the directories are taken from
 * it; without, "/" is meant.  The umask belongs to what was left behind:
 * it is the default again.
 */
struct filedesc *
fdinit(struct filedesc *tmpl)
{
	struct filedesc *fdp;

	fdp = fd_new();
	if (fdp != NULL && tmpl != NULL) {
		FILEDESC_LOCK(tmpl);
		fd_inherit(fdp, tmpl);
		FILEDESC_UNLOCK(tmpl);
	}
	return (fdp);
}

/*
 * Room in a new table, which nobody else sees, for all that another has in
 * use.  The other's lock is held, and let go meanwhile; false without
 * memory.
 */
static bool
fd_fit(struct filedesc *new, struct filedesc *fdp)
{
	struct file **files;
	int nfiles;

	FILEDESC_ASSERT(fdp, MA_OWNED);
	while (fdp->fd_lastfile >= new->fd_nfiles) {
		nfiles = fdp->fd_lastfile + 1;
		FILEDESC_UNLOCK(fdp);
		files = fd_table_alloc(nfiles);
		if (files != NULL) {
			if (new->fd_ofiles != new->fd_dfiles)
				free(new->fd_ofiles, M_FILEDESC);
			new->fd_ofiles = files;
			new->fd_ofileflags = (u_char *)(files + nfiles);
			new->fd_nfiles = nfiles;
		}
		FILEDESC_LOCK(fdp);
		if (files == NULL)
			return (false);
	}
	return (true);
}

/*
 * A copy: the same files under the same numbers, with the same flags, but
 * for event queues, which are not inherited.  Files that are still being
 * opened belong to who opens them and are not copied.
 */
struct filedesc *
fdcopy(struct filedesc *fdp)
{
	struct filedesc *new;
	struct file *fp;
	int fd;

	new = fd_new();
	if (new == NULL)
		return (NULL);
	FILEDESC_LOCK(fdp);
	if (!fd_fit(new, fdp)) {
		FILEDESC_UNLOCK(fdp);
		fd_destroy(new);
		return (NULL);
	}
	fd_inherit(new, fdp);
	new->fd_cmask = fdp->fd_cmask;
	for (fd = 0; fd <= fdp->fd_lastfile; fd++) {
		fp = fdp->fd_ofiles[fd];
		if (fp == NULL || __predict_false(!data_race(fp->f_inherit)))
			continue;
		fhold(fp);
		new->fd_ofiles[fd] = fp;
		new->fd_ofileflags[fd] = fdp->fd_ofileflags[fd];
		new->fd_lastfile = fd;
		if (new->fd_freefile == fd)
			new->fd_freefile = fd + 1;
	}
	FILEDESC_UNLOCK(fdp);
	return (new);
}

struct filedesc *
fdshare(struct filedesc *fdp)
{
	refcount_acquire(&fdp->fd_refcnt);
	return (fdp);
}

/*
 * The current process's table is to be lent to the child of a vfork, for
 * which it will sleep: refused if others share it, who don't.  True: one
 * reference is the child's.
 */
bool
fdlend(struct filedesc *fdp)
{
	if (fd_shared(fdp))
		return (false);
	refcount_acquire(&fdp->fd_refcnt);
	return (true);
}

/*
 * For who looks at another process: its table, which it may let go of
 * meanwhile.  It is no more shared than before.
 */
struct filedesc *
fdhold(struct proc *p)
{
	PROC_LOCK_ASSERT(p, MA_OWNED);
	if (p->p_fd != NULL)
		atomic_add_int(&p->p_fd->fd_refcnt, FD_LOOKER);
	return (p->p_fd);
}

struct file *
fdnext(struct filedesc *fdp, int fd, int *found)
{
	struct file *fp = NULL;

	FILEDESC_LOCK(fdp);
	for (; fd <= fdp->fd_lastfile; fd++) {
		fp = fd_lookup(fdp, fd);
		if (fp != NULL) {
			fhold(fp);
			*found = fd;
			break;
		}
	}
	FILEDESC_UNLOCK(fdp);
	return (fp);
}

/*
 * The last reference to a table is gone: close all its files.  No lock is
 * needed for that, since nobody else can see it.
 */
static void
fd_end(struct filedesc *fdp, struct thread *td)
{
	struct file *fp;
	int fd;

	for (fd = 0; fd <= fdp->fd_lastfile; fd++) {
		fp = fdp->fd_ofiles[fd];
		fdp->fd_ofiles[fd] = NULL;
		fdp->fd_ofileflags[fd] = 0;
		if (fp != NULL)
			fdrop(fp, td);
	}
	if (fdp->fd_cdir != NULL)
		vrele(fdp->fd_cdir);
	if (fdp->fd_rdir != NULL)
		vrele(fdp->fd_rdir);
	fd_destroy(fdp);
}

/* Drop a reference to a table. */
void
fdrelease(struct filedesc *fdp, struct thread *td)
{
	if (fdp != NULL && refcount_release(&fdp->fd_refcnt))
		fd_end(fdp, td);
}

/* The look that began with fdhold() is over. */
void
fdunhold(struct filedesc *fdp, struct thread *td)
{
	if (atomic_fetchadd_int(&fdp->fd_refcnt, -FD_LOOKER) == FD_LOOKER)
		fd_end(fdp, td);
}

/*
 * Give the thread's process another table, or none, and drop the old one.
 */
void
fdreplace(struct thread *td, struct filedesc *new)
{
	struct proc *p = td->td_proc;
	struct filedesc *old;

	PROC_LOCK(p);
	old = p->p_fd;
	p->p_fd = new;
	if (old != new)
		p->p_flag &= ~P_FDLENT;
	PROC_UNLOCK(p);
	fdrelease(old, td);
}

void
fdfree(struct thread *td)
{
	fdreplace(td, NULL);
}

/*
 * The parent of a vfork was killed, and has left its table to the child.
 */
static void
fd_inherited(struct proc *p)
{
	PROC_LOCK(p);
	p->p_flag &= ~P_FDLENT;
	PROC_UNLOCK(p);
}

/*
 * A table of its own for the process, with the same files.  With a count of
 * 1 nobody shares it: only the current process could make somebody do so.
 */
int
fdunshare(struct thread *td)
{
	struct proc *p = td->td_proc;
	struct filedesc *new;

	if (!fd_shared(p->p_fd)) {
		if (data_race(p->p_flag) & P_FDLENT)
			fd_inherited(p);
		return (0);
	}
	new = fdcopy(p->p_fd);
	if (new == NULL)
		return (ENOMEM);
	fdreplace(td, new);
	return (0);
}

/*
 * The current process's table, for changing it.  One that is lent is
 * copied first.  That is the copy which vfork has put off, so without memory
 * it's as with a page: NULL, and the process does not get back to user mode.
 */
struct filedesc *
fdown(struct thread *td)
{
	struct proc *p = td->td_proc;

	if (__predict_false(data_race(p->p_flag) & P_FDLENT) &&
	    fdunshare(td) != 0) {
		PROC_LOCK(p);
		killproc(p, "no memory for its descriptors");
		PROC_UNLOCK(p);
		return (NULL);
	}
	return (p->p_fd);
}

/*
 * A descriptor of the current process is closed: so are its record locks on
 * that file, whichever descriptor they were made by.
 */
static int
closef(struct file *fp, struct thread *td)
{
	struct proc *p = td->td_proc;
	struct vnode *vp = file_vnode(fp);

	if (vp != NULL &&
	    (fd_shared(p->p_fd) ||
		(data_race(p->p_leader->p_flag) & P_ADVLOCK) != 0))
		lf_closed(td, vp);
	return (fdrop(fp, td));
}

/*
 * A descriptor has just been cleared, which the event queues of the table
 * may know.  Who registers it at this moment looks at it again afterwards,
 * so without the lock none is missed.  No locks held.
 */
static __inline void
fd_forget(struct filedesc *fdp, int fd, struct file *fp)
{
	if (__predict_false(data_race(!LIST_EMPTY(&fdp->fd_kqueues))))
		knote_fdclose(fdp, fd, fp);
}

/*
 * Whether the descriptor refers to that file.
 */
bool
fd_is(struct filedesc *fdp, int fd, struct file *fp)
{
	bool is;

	FILEDESC_LOCK(fdp);
	is = fd_lookup(fdp, fd) == fp;
	FILEDESC_UNLOCK(fdp);
	return (is);
}

/*
 * Have exec close the descriptor, if it still refers to that file, which
 * may be about to be opened.
 */
void
fd_cloexec(struct filedesc *fdp, int fd, struct file *fp)
{
	FILEDESC_LOCK(fdp);
	if (fd < fdp->fd_nfiles && fdp->fd_ofiles[fd] == fp)
		fdp->fd_ofileflags[fd] |= UF_EXCLOSE;
	FILEDESC_UNLOCK(fdp);
}

/*
 * Close the descriptors that exec is to close.
 */
void
fdcloseexec(struct thread *td)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	struct file *fp;
	int fd;

	FILEDESC_LOCK(fdp);
	for (fd = 0; fd <= fdp->fd_lastfile; fd++) {
		if (fdp->fd_ofiles[fd] == NULL ||
		    (fdp->fd_ofileflags[fd] & UF_EXCLOSE) == 0)
			continue;
		fp = fd_clear_slot(fdp, fd);
		FILEDESC_UNLOCK(fdp);
		fd_forget(fdp, fd, fp);
		closef(fp, td);
		FILEDESC_LOCK(fdp);
	}
	FILEDESC_UNLOCK(fdp);
}

int
fdtofilecount(struct filedesc *fdp)
{
	int fd, n = 0;

	FILEDESC_LOCK(fdp);
	for (fd = 0; fd <= fdp->fd_lastfile; fd++)
		if (fdp->fd_ofiles[fd] != NULL)
			n++;
	FILEDESC_UNLOCK(fdp);
	return (n);
}

/*
 * Take back a descriptor whose file could not be opened.  A sharer of the
 * table may have put another file there by dup2; that one stays.
 */
void
fdclose(struct filedesc *fdp, struct file *fp, int fd, struct thread *td)
{
	FILEDESC_LOCK(fdp);
	if (fdp->fd_ofiles[fd] == fp) {
		fd_clear_slot(fdp, fd);
		FILEDESC_UNLOCK(fdp);
		fdrop(fp, td);
	} else {
		FILEDESC_UNLOCK(fdp);
	}
}

/*
 * System calls.
 */

int
kern_close(struct thread *td, int fd)
{
	struct filedesc *fdp = fdown(td);
	struct file *fp;

	if (fdp == NULL)
		return (ENOMEM);
	FILEDESC_LOCK(fdp);
	if (fd_lookup(fdp, fd) == NULL) {
		FILEDESC_UNLOCK(fdp);
		return (EBADF);
	}
	fp = fd_clear_slot(fdp, fd);
	FILEDESC_UNLOCK(fdp);
	fd_forget(fdp, fd, fp);
	return (closef(fp, td));
}

int
sys_close(struct thread *td, struct close_args *uap)
{
	return (kern_close(td, uap->fd));
}

int
sys_getdtablesize(struct thread *td, struct getdtablesize_args *uap)
{
	td->td_retval[0] = getmaxfd(td->td_proc);
	return (0);
}

/*
 * Duplicate a descriptor to the lowest free one from min on.
 */
static int
dup_lowest(struct thread *td, int old, int min, u_char flags)
{
	struct file *fp;
	int error, fd;

	error = fget(td, old, &fp);
	if (error != 0)
		return (error);
	error = fd_install(td, fp, min, flags, &fd);
	if (error != 0)
		fdrop(fp, td);
	else
		td->td_retval[0] = fd;
	return (error);
}

/*
 * Duplicate a descriptor to exactly that number; what was there is closed.
 * If a sharer of the table is opening a file there right now, the number
 * is taken from it: its fdclose() sees that the slot holds another file.
 */
static int
dup_onto(struct thread *td, struct filedesc *fdp, int old, int new,
    u_char flags)
{
	struct file *fp, *delfp = NULL;
	int error;

	error = fget(td, old, &fp);
	if (error != 0)
		return (error);
	FILEDESC_LOCK(fdp);
	while (new >= fdp->fd_nfiles) {
		error = fd_grow(fdp, new);
		if (error != 0) {
			FILEDESC_UNLOCK(fdp);
			fdrop(fp, td);
			return (error);
		}
	}
	td->td_retval[0] = new;
	if (old == new) {
		/* dup2 leaves the flags alone, F_DUP2FD_CLOEXEC does not */
		if (fdp->fd_ofiles[new] == fp)
			fdp->fd_ofileflags[new] |= flags;
		FILEDESC_UNLOCK(fdp);
		fdrop(fp, td);
		return (0);
	}
	if (fdp->fd_ofiles[new] != NULL)
		delfp = fd_clear_slot(fdp, new);
	fd_set_slot(fdp, new, fp, flags);
	FILEDESC_UNLOCK(fdp);
	if (delfp != NULL) {
		fd_forget(fdp, new, delfp);
		closef(delfp, td);
	}
	return (0);
}

/* The same within the limit of files. */
static int
dup_to(struct thread *td, int old, int new, u_char flags)
{
	struct filedesc *fdp = fdown(td);

	if (fdp == NULL)
		return (ENOMEM);
	if ((u_int) new >= (u_int)getmaxfd(td->td_proc))
		return (EBADF);
	return (dup_onto(td, fdp, old, new, flags));
}

/*
 * See filedesc.h.
 */
int
fdopen_null(struct thread *td, int *fd)
{
	int error;

	mtx_lock(&Giant);
	error = kern_open(td, "/dev/null", UIO_SYSSPACE, O_RDWR | O_CLOEXEC, 0);
	mtx_unlock(&Giant);
	if (error == 0)
		*fd = td->td_retval[0];
	return (error);
}

void
fdstandard(struct thread *td, int nullfd)
{
	struct filedesc *fdp = td->td_proc->p_fd;
	bool missing;
	int fd;

	for (fd = 0; fd < 3; fd++) {
		FILEDESC_LOCK(fdp);
		missing = fdp->fd_ofiles[fd] == NULL ||
		    (fdp->fd_ofileflags[fd] & UF_EXCLOSE) != 0;
		if (fd == nullfd)
			fdp->fd_ofileflags[fd] &= ~UF_EXCLOSE;
		FILEDESC_UNLOCK(fdp);
		/* These three are there in every table, so it cannot fail. */
		if (missing && fd != nullfd)
			(void)dup_onto(td, fdp, nullfd, fd, 0);
	}
}

int
sys_dup(struct thread *td, struct dup_args *uap)
{
	return (dup_lowest(td, uap->fd, 0, 0));
}

int
sys_dup2(struct thread *td, struct dup2_args *uap)
{
	return (dup_to(td, uap->from, uap->to, 0));
}

/*
 * F_GETFD, F_SETFD: the flags of the descriptor, not of the file.
 */
static int
fcntl_fdflags(struct thread *td, int fd, int cmd, long arg)
{
	struct filedesc *fdp = cmd == F_GETFD ? td->td_proc->p_fd : fdown(td);
	int error = 0;

	if (fdp == NULL)
		return (ENOMEM);
	FILEDESC_LOCK(fdp);
	if (fd_lookup(fdp, fd) == NULL)
		error = EBADF;
	else if (cmd == F_GETFD)
		td->td_retval[0] = fdp->fd_ofileflags[fd] & UF_EXCLOSE ?
		    FD_CLOEXEC :
		    0;
	else if (arg & FD_CLOEXEC)
		fdp->fd_ofileflags[fd] |= UF_EXCLOSE;
	else
		fdp->fd_ofileflags[fd] &= ~UF_EXCLOSE;
	FILEDESC_UNLOCK(fdp);
	return (error);
}

/*
 * F_GETFL, F_SETFL.  SIGIO is not sent by anything here, so asking for it
 * is refused; other flags that cannot change are ignored.
 */
static int
fcntl_flflags(struct thread *td, int fd, int cmd, long arg)
{
	struct file *fp;
	u_int flags;
	int error;

	error = fget(td, fd, &fp);
	if (error != 0)
		return (error);
	if (cmd == F_GETFL) {
		td->td_retval[0] = OFLAGS(fp->f_flag & FMASK);
	} else if (arg & O_ASYNC) {
		error = EINVAL;
	} else {
		flags = arg & FCNTLFLAGS;
		atomic_set_int(&fp->f_flag, flags);
		atomic_clear_int(&fp->f_flag, FCNTLFLAGS & ~flags);
	}
	fdrop(fp, td);
	return (error);
}

/*
 * F_GETLK, F_SETLK, F_SETLKW.
 */
static int
fcntl_lock(struct thread *td, int fd, int cmd, struct flock *ufl)
{
	struct flock fl;
	int error;

	error = copyin(ufl, &fl, sizeof(fl));
	if (error == 0)
		error = lf_fcntl(td, fd, cmd, &fl);
	if (error == 0 && cmd == F_GETLK)
		error = copyout(&fl, ufl, sizeof(fl));
	return (error);
}

/*
 * fcntl(2).  There is no SIGIO.
 */
int
sys_fcntl(struct thread *td, struct fcntl_args *uap)
{
	struct file *fp;
	u_char flags = 0;
	int error;

	switch (uap->cmd) {
	case F_DUPFD_CLOEXEC:
		flags = UF_EXCLOSE;
		/* FALLTHROUGH */
	case F_DUPFD:
		if (uap->arg < 0 || uap->arg >= getmaxfd(td->td_proc))
			return (EINVAL);
		return (dup_lowest(td, uap->fd, uap->arg, flags));
	case F_DUP2FD_CLOEXEC:
		flags = UF_EXCLOSE;
		/* FALLTHROUGH */
	case F_DUP2FD:
		return (dup_to(td, uap->fd, uap->arg, flags));
	case F_GETFD:
	case F_SETFD:
		return (fcntl_fdflags(td, uap->fd, uap->cmd, uap->arg));
	case F_GETFL:
	case F_SETFL:
		return (fcntl_flflags(td, uap->fd, uap->cmd, uap->arg));
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return (fcntl_lock(td, uap->fd, uap->cmd,
		    (struct flock *)uap->arg));
	default:
		error = fget(td, uap->fd, &fp);
		if (error != 0)
			return (error);
		fdrop(fp, td);
		return (EINVAL);
	}
}

int
sys_fstat(struct thread *td, struct fstat_args *uap)
{
	struct file *fp;
	struct stat sb;
	int error;

	error = fget(td, uap->fd, &fp);
	if (error != 0)
		return (error);
	bzero(&sb, sizeof(sb));
	error = fp->f_ops->fo_stat(fp, &sb, td);
	fdrop(fp, td);
	if (error == 0)
		error = copyout(&sb, uap->sb, sizeof(sb));
	return (error);
}

int
sys_umask(struct thread *td, struct umask_args *uap)
{
	struct filedesc *fdp = fdown(td);

	if (fdp == NULL)
		return (ENOMEM);
	FILEDESC_LOCK(fdp);
	td->td_retval[0] = fdp->fd_cmask;
	fdp->fd_cmask = uap->newmask & ALLPERMS;
	FILEDESC_UNLOCK(fdp);
	return (0);
}
