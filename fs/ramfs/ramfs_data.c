/*
 * RAM file system: the contents of regular files, which are the pages of
 * their vm_objects.  A page that is absent is a hole: all zeros.
 *
 * vfs_vnops.c keeps reads, writes and changes of the size of one file apart,
 * though they may sleep, or let others run, in the middle.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/uio.h>
#include <sys/vmmeter.h>
#include <sys/vnode.h>
#include <vm/vm.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <fs/ramfs/ramfs.h>

/*
 * Files must leave this share of the memory to programs: one part in
 * ramfs_reserve, so that a full file system is no full machine.
 */
static int ramfs_reserve = 16;
SYSCTL_INT(_vfs, OID_AUTO, ramfs_reserve, CTLFLAG_RW, &ramfs_reserve, 0,
    "files leave one part in this many of the memory free; 0: none");

/*
 * Whether nothing may be added any more, be it contents or names.
 */
bool
ramfs_full(void)
{
	int part = READ_ONCE(ramfs_reserve);

	return (part > 0 &&
	    CNT_GET(v_free_count) < cnt.v_page_count / (u_int)part);
}

/*
 * The page of a file, held, made if it is not there; NULL: no space.
 */
static vm_page_t
ramfs_page(vm_object_t obj, vm_pindex_t pindex)
{
	vm_page_t m;

	m = vm_object_page(obj, pindex, false);
	if (m != NULL)
		return (m);
	if (ramfs_full())
		return (NULL);
	return (vm_object_page(obj, pindex, true));
}

int
ramfs_read_reg(struct ramfs_node *rn, struct uio *uio, int ioflag)
{
	vm_object_t obj = RTOV(rn)->v_object;
	ssize_t next = UIO_BREATHE(uio);
	u_int pgoff;
	vm_page_t m;
	size_t n;
	int error = 0;

	GIANT_REQUIRED;
	if (uio->uio_offset < 0)
		return (EINVAL);
	while (error == 0 && uio->uio_resid > 0 &&
	    uio->uio_offset < rn->rn_size) {
		pgoff = uio->uio_offset & PAGE_MASK;
		n = MIN(PAGE_SIZE - pgoff, (size_t)uio->uio_resid);
		if ((off_t)n > rn->rn_size - uio->uio_offset)
			n = rn->rn_size - uio->uio_offset;
		m = vm_object_page(obj, uio->uio_offset >> PAGE_SHIFT, false);
		if (m == NULL) {
			error = uiomove_zero(n, uio);
		} else {
			error = uiomove((char *)VM_PAGE_TO_KVA(m) + pgoff, n,
			    uio);
			vm_page_unhold(m);
		}
		if (error == 0)
			error = uio_breathe(uio, &next, ioflag & IO_INTR);
	}
	vfs_timestamp(&rn->rn_atime);
	return (error);
}

/*
 * How large the file may become: what the process may write, and what fits.
 * SIGXFSZ goes with the former.  What the kernel writes of its own accord
 * (td is NULL) has the latter only.
 */
static int
ramfs_limit(off_t offset, struct thread *td, off_t *limit)
{
	struct proc *p = td != NULL ? td->td_proc : NULL;
	rlim_t rlim;

	*limit = RAMFS_MAXSIZE;
	rlim = p != NULL ? lim_cur(p, RLIMIT_FSIZE) : RLIM_INFINITY;
	if (rlim < *limit) {
		*limit = rlim;
		if (offset >= rlim) {
			PROC_LOCK(p);
			psignal(p, SIGXFSZ);
			PROC_UNLOCK(p);
		}
	}
	return (offset >= *limit ? EFBIG : 0);
}

/*
 * Write a piece that lies in one page.
 */
static int
ramfs_write_piece(struct ramfs_node *rn, struct uio *uio, size_t n)
{
	vm_object_t obj = RTOV(rn)->v_object;
	u_int pgoff = uio->uio_offset & PAGE_MASK;
	off_t start = uio->uio_offset, end = start + n;
	vm_page_t m;
	int error;

	m = ramfs_page(obj, uio->uio_offset >> PAGE_SHIFT);
	if (m == NULL)
		return (ENOSPC);
	/* Before the bytes are there: growing cleans the last page. */
	if (end > rn->rn_size)
		vm_object_truncate(obj, end);
	error = uiomove((char *)VM_PAGE_TO_KVA(m) + pgoff, n, uio);
	vm_page_unhold(m);
	if (end > rn->rn_size) {
		/* The copy may have stopped early, or not begun. */
		if (uio->uio_offset > start)
			rn->rn_size = MAX(rn->rn_size, uio->uio_offset);
		if (rn->rn_size < end)
			vm_object_truncate(obj, rn->rn_size);
	}
	return (error);
}

int
ramfs_write_reg(struct ramfs_node *rn, struct uio *uio, int ioflag)
{
	ssize_t before = uio->uio_resid, beyond = 0, next;
	struct thread *td = curthread;
	off_t limit;
	size_t n;
	int error;

	GIANT_REQUIRED;
	if (uio->uio_offset < 0)
		return (EINVAL);
	if (uio->uio_resid == 0)
		return (0);
	error = ramfs_limit(uio->uio_offset, uio->uio_td, &limit);
	if (error == 0 && uio->uio_resid > limit - uio->uio_offset) {
		/* as much as fits now; the rest fails the next time */
		beyond = uio->uio_resid - (limit - uio->uio_offset);
		uio->uio_resid -= beyond;
	}
	next = UIO_BREATHE(uio);
	while (error == 0 && uio->uio_resid > 0) {
		n = PAGE_SIZE - (uio->uio_offset & PAGE_MASK);
		n = MIN(n, (size_t)uio->uio_resid);
		error = ramfs_write_piece(rn, uio, n);
		if (error == 0)
			error = uio_breathe(uio, &next, ioflag & IO_INTR);
	}
	uio->uio_resid += beyond;
	if (uio->uio_resid != before) {
		if (td->td_ucred->cr_uid != 0)
			rn->rn_mode &= ~(S_ISUID | S_ISGID);
		ramfs_touch(rn, RAMFS_MTIME | RAMFS_CTIME);
	}
	return (error);
}

/*
 * truncate(2), both ways.
 */
int
ramfs_resize(struct ramfs_node *rn, off_t size)
{
	off_t limit;
	int error;

	GIANT_REQUIRED;
	if (size < 0)
		return (EINVAL);
	if (size > rn->rn_size) {
		error = ramfs_limit(size - 1, curthread, &limit);
		if (error != 0)
			return (error);
	}
	rn->rn_size = size;
	vm_object_truncate(RTOV(rn)->v_object, size);
	ramfs_touch(rn, RAMFS_MTIME | RAMFS_CTIME);
	return (0);
}

/*
 * The memory a file takes.
 */
off_t
ramfs_bytes(struct ramfs_node *rn)
{
	return ((off_t)vm_object_resident(RTOV(rn)->v_object) << PAGE_SHIFT);
}
