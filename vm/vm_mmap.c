/*
 * The memory system calls: mmap(2), munmap(2), mprotect(2), msync(2),
 * minherit(2), mlock(2) and brk(2).
 *
 * Errors are those of FreeBSD's manual pages.  Where these are silent and
 * POSIX speaks, POSIX is followed: a range that is partly unmapped is
 * ENOMEM for mprotect.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sysproto.h>
#include <sys/vnode.h>
#include <vm/vm.h>
#include <vm/vm_map.h>
#include <vm/vm_object.h>
#include <vm/vm_param.h>

CTASSERT(PROT_READ == VM_PROT_READ && PROT_WRITE == VM_PROT_WRITE &&
    PROT_EXEC == VM_PROT_EXECUTE);
CTASSERT(INHERIT_SHARE == VM_INHERIT_SHARE &&
    INHERIT_COPY == VM_INHERIT_COPY && INHERIT_NONE == VM_INHERIT_NONE &&
    INHERIT_ZERO == VM_INHERIT_ZERO);

#define	PROT_ALL	(PROT_READ | PROT_WRITE | PROT_EXEC)
#define	MAP_KNOWN	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED |		\
			 MAP_HASSEMAPHORE | MAP_STACK | MAP_NOSYNC |	\
			 MAP_ANON | MAP_EXCL | MAP_NOCORE)

/* The device that is mapped as if it were MAP_ANON. */
#define	ZERO_DEV	makedev(CDEV_MEM, CDEV_MEM_ZERO)

/*
 * The pages that [addr, addr + len) touches.  EINVAL if there are none, or
 * not all of them can be a user's.
 */
static int
page_range(const void *addr, size_t len, vm_offset_t *start,
    vm_offset_t *end)
{
	vm_offset_t a = (vm_offset_t)addr;

	if (len == 0 || a + len < a || a + len > VM_MAXUSER_ADDRESS)
		return (EINVAL);
	*start = trunc_page(a);
	*end = round_page(a + len);
	return (*start < VM_MIN_ADDRESS ? EINVAL : 0);
}

/* What can be told to be wrong without looking at anything else. */
static int
mmap_check(const struct mmap_args *uap)
{
	int flags = uap->flags;

	if (uap->len == 0 || (flags & ~MAP_KNOWN) != 0 ||
	    (uap->prot & ~PROT_ALL) != 0)
		return (EINVAL);
	if ((flags & (MAP_SHARED | MAP_PRIVATE)) == (MAP_SHARED | MAP_PRIVATE))
		return (EINVAL);
	if ((flags & (MAP_FIXED | MAP_EXCL)) == MAP_EXCL)
		return (EINVAL);
	if ((flags & MAP_STACK) &&
	    (uap->fd != -1 || (flags & MAP_SHARED) ||
		(uap->prot & (PROT_READ | PROT_WRITE)) !=
		    (PROT_READ | PROT_WRITE)))
		return (EINVAL);
	if ((flags & MAP_ANON) && uap->fd != -1)
		return (EINVAL);
	return (0);
}

/*
 * Memory without a file.  Shared, it needs an object from the start.
 */
static int
mmap_anon(bool shared, vm_size_t size, struct vm_map_args *args)
{
	args->max = VM_PROT_ALL;
	args->pindex = 0;
	if (!shared)
		return (0);
	args->object = vm_object_alloc(OBJT_ANON, size);
	return (args->object != NULL ? 0 : ENOMEM);
}

/*
 * A file: its object, with a reference, and what may be done with it.
 * The processor cannot let anybody write or execute what he may not read,
 * so any access needs a descriptor that is open for reading.
 */
static int
mmap_vnode(struct file *fp, off_t pos, vm_size_t size, bool shared,
    struct vm_map_args *args)
{
	struct vnode *vp = fp->f_data;

	if (fp->f_type != DTYPE_VNODE)
		return (ENODEV);
	if (vp->v_type == VCHR && vp->v_rdev == ZERO_DEV)
		return (mmap_anon(shared, size, args));
	if (vp->v_type != VREG || vp->v_object == NULL)
		return (ENODEV);
	if (pos < 0 || ((u_int64_t)pos + size) >> PAGE_SHIFT > (vm_pindex_t)-1)
		return (EINVAL);
	args->max = VM_PROT_NONE;
	if (fp->f_flag & FREAD)
		args->max = VM_PROT_ALL;
	if (shared && (fp->f_flag & FWRITE) == 0)
		args->max &= ~VM_PROT_WRITE;
	if ((args->prot & ~args->max) != 0)
		return (EACCES);
	args->object = vm_object_reference(vp->v_object);
	args->pindex = pos >> PAGE_SHIFT;
	if (!shared)
		args->eflags = MAP_ENTRY_COW;
	else if (args->max & VM_PROT_WRITE)
		WRITE_ONCE(args->object->stored, true);
	return (0);
}

/*
 * Where to look for room: behind what the heap may become, unless the
 * caller names a place outside of that.
 */
static vm_offset_t
mmap_from(struct proc *p, vm_offset_t addr)
{
	struct vmspace *vm = p->p_vmspace;
	vm_offset_t heap = MIN(lim_max(p, RLIMIT_DATA), (rlim_t)MAXDSIZ);

	heap = round_page(vm->vm_daddr + heap);
	if (addr == 0 || (addr >= trunc_page(vm->vm_taddr) && addr < heap))
		return (heap);
	return (MIN(addr, trunc_page(VM_MAXUSER_ADDRESS - 1)));
}

/* Enter it into the map; *addr is where it is wanted, and where it is. */
static int
mmap_enter(struct proc *p, vm_offset_t *addr, vm_size_t size, int flags,
    const struct vm_map_args *args)
{
	vm_map_t map = &p->p_vmspace->vm_map;

	if (flags & MAP_FIXED) {
		if ((*addr & PAGE_MASK) != 0 || *addr < VM_MIN_ADDRESS ||
		    *addr + size < *addr || *addr + size > VM_MAXUSER_ADDRESS)
			return (EINVAL);
		return (vm_map_fixed(map, *addr, size, args,
		    (flags & MAP_EXCL) == 0));
	}
	*addr = mmap_from(p, trunc_page(*addr));
	return (vm_map_find(map, addr, size, args));
}

int
sys_mmap(struct thread *td, struct mmap_args *uap)
{
	bool anon = (uap->flags & (MAP_ANON | MAP_STACK)) != 0;
	bool shared = (uap->flags & MAP_SHARED) != 0;
	off_t pos = uap->pos;
	vm_size_t offset = anon ? 0 : pos & PAGE_MASK;
	vm_size_t size = round_page(uap->len + offset);
	vm_offset_t addr = (vm_offset_t)uap->addr - offset;
	struct vm_map_args args = {
		.prot = uap->prot,
		.inherit = shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
		/* Nothing fits into 1 either. */
		.most = MAX(lim_cur(td->td_proc, RLIMIT_VMEM), 1),
	};
	struct file *fp;
	int error;

	error = mmap_check(uap);
	if (error != 0)
		return (error);
	if (size < uap->len)
		return (ENOMEM); /* more than there are addresses */
	if (anon)
		error = mmap_anon(shared, size, &args);
	else {
		error = fget(td, uap->fd, &fp);
		if (error != 0)
			return (error);
		error = mmap_vnode(fp, pos - offset, size, shared, &args);
		(void)fdrop(fp, td);
	}
	if (error != 0)
		return (error);
	if ((uap->flags & MAP_FIXED) == 0)
		addr = (vm_offset_t)uap->addr;
	error = mmap_enter(td->td_proc, &addr, size, uap->flags, &args);
	vm_object_deallocate(args.object); /* the entry has its own */
	if (error == 0)
		td->td_retval[0] = addr + offset;
	return (error);
}

int
sys_munmap(struct thread *td, struct munmap_args *uap)
{
	vm_offset_t start, end;

	if (((vm_offset_t)uap->addr & PAGE_MASK) != 0 ||
	    page_range(uap->addr, uap->len, &start, &end) != 0)
		return (EINVAL);
	return (vm_map_remove(&td->td_proc->p_vmspace->vm_map, start, end));
}

int
sys_mprotect(struct thread *td, struct mprotect_args *uap)
{
	vm_offset_t start, end;

	if ((uap->prot & ~PROT_ALL) != 0)
		return (EINVAL);
	if (uap->len == 0)
		return (0);
	if (page_range(uap->addr, uap->len, &start, &end) != 0)
		return (EINVAL);
	return (vm_map_protect(&td->td_proc->p_vmspace->vm_map, start, end,
	    uap->prot, false));
}

int
sys_msync(struct thread *td, struct msync_args *uap)
{
	vm_offset_t addr = (vm_offset_t)uap->addr;
	int flags = uap->flags;

	if ((addr & PAGE_MASK) != 0 ||
	    (flags & ~(MS_ASYNC | MS_INVALIDATE)) != 0 ||
	    (flags & (MS_ASYNC | MS_INVALIDATE)) ==
		(MS_ASYNC | MS_INVALIDATE) ||
	    addr + uap->len < addr)
		return (EINVAL);
	if (uap->len == 0)
		return (0);
	if (addr + uap->len > VM_MAXUSER_ADDRESS)
		return (ENOMEM);
	return (vm_map_sync(&td->td_proc->p_vmspace->vm_map, addr,
	    round_page(addr + uap->len)));
}

int
sys_minherit(struct thread *td, struct minherit_args *uap)
{
	vm_offset_t start, end;

	if (uap->inherit < INHERIT_SHARE || uap->inherit > INHERIT_ZERO)
		return (EINVAL);
	if (uap->len == 0)
		return (0);
	if (page_range(uap->addr, uap->len, &start, &end) != 0)
		return (EINVAL);
	return (vm_map_inherit(&td->td_proc->p_vmspace->vm_map, start, end,
	    uap->inherit));
}

/*
 * The pages of a range that is to be locked, or no longer.  EINVAL if it
 * wraps; without a length there are none.
 */
static int
lock_range(const void *addr, size_t len, vm_offset_t *start, vm_offset_t *end)
{
	vm_offset_t a = (vm_offset_t)addr;

	*start = trunc_page(a);
	*end = round_page(a + len);
	return (a + len < a || *end < *start ? EINVAL : 0);
}

int
sys_mlock(struct thread *td, struct mlock_args *uap)
{
	struct proc *p = td->td_proc;
	vm_offset_t start, end;

	if (lock_range(uap->addr, uap->len, &start, &end) != 0)
		return (EINVAL);
	if (uap->len == 0)
		return (0);
	return (vm_map_wire(&p->p_vmspace->vm_map, start, end,
	    lim_cur(p, RLIMIT_MEMLOCK)));
}

int
sys_munlock(struct thread *td, struct munlock_args *uap)
{
	vm_offset_t start, end;

	if (lock_range(uap->addr, uap->len, &start, &end) != 0)
		return (EINVAL);
	if (uap->len == 0)
		return (0);
	return (vm_map_unwire(&td->td_proc->p_vmspace->vm_map, start, end));
}

/*
 * Set the end of the heap.  vm_dsize counts data, bss and heap, so it is
 * also where the heap ends now.
 */
int
sys_break(struct thread *td, struct break_args *uap)
{
	struct proc *p = td->td_proc;
	struct vmspace *vm = p->p_vmspace;
	vm_map_t map = &vm->vm_map;
	const struct vm_map_args args = {
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
	};
	vm_offset_t base, new, old, wanted = (vm_offset_t)uap->nsize;
	int error = 0;

	vm_map_lock(map);
	base = round_page(vm->vm_daddr);
	old = base + ctob(vm->vm_dsize);
	new = round_page(wanted);
	if (wanted < base)
		error = EINVAL;
	else if (new < wanted || new > VM_MAXUSER_ADDRESS)
		error = ENOMEM;
	else if (new > old) {
		if ((rlim_t)(new - base) > lim_cur(p, RLIMIT_DATA) ||
		    vm_map_room(map, new - old, lim_cur(p, RLIMIT_VMEM)) != 0)
			error = ENOMEM;
		else
			error = vm_map_insert(map, old, new, &args);
	} else if (new < old)
		error = vm_map_delete(map, new, old);
	if (error == 0)
		vm->vm_dsize = atop(new - base);
	vm_map_unlock(map);
	return (error);
}
