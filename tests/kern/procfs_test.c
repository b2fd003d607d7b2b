/*
 * /proc: a pid that has been given to another process, and one that ends
 * while its memory is looked at.
 */
#include "fs_util.h"
#include "fork_util.h"
#include "kern_util.h"
#include "vm_util.h"
#include <fs/procfs/procfs.h>

/*
 * A node of a process that was born at another moment stands for nobody.
 */
static void
procfs_reused_pid(struct ktest *t)
{
	struct procfs_node *pn;
	struct file *fp;
	struct stat sb;
	char path[32], buf[16];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", curproc->p_pid);
	fd = t_open(path, O_RDONLY, 0);
	KTEST_REQUIRE(t, fd >= 0);
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 0), sizeof(buf));
	KTEST_EQ(t, fget(curthread, fd, &fp), 0);
	pn = VTOP((struct vnode *)fp->f_data);
	pn->pn_start--;
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 0), -EIO);
	KTEST_EQ(t, fp->f_ops->fo_stat(fp, &sb, curthread), ENOENT);
	pn->pn_start++;
	KTEST_EQ(t, t_pread(fd, buf, sizeof(buf), 0), sizeof(buf));
	fdrop(fp, curthread);
	t_close(fd);
}
KTEST(procfs, procfs_reused_pid);

/* A map that is locked until somebody says so. */
struct locked_map {
	vm_map_t map;
	volatile bool locked, enough;
};

static void
lock_map(void *arg)
{
	struct locked_map *lm = arg;

	vm_map_lock(lm->map);
	lm->locked = true;
	while (!lm->enough)
		tsleep(lm, PVM, "enough", 1);
	vm_map_unlock(lm->map);
}

/* A file that is read, for what it says of one page. */
struct reading {
	char	path[32];
	const char *page;
	int	n;			/* of read */
	bool	found;
};

static void
read_file(void *arg)
{
	struct reading *r = arg;
	char buf[512];
	int fd = t_open(r->path, O_RDONLY, 0);

	r->n = t_pread(fd, buf, sizeof(buf) - 1, 0);
	buf[MAX(r->n, 0)] = '\0';
	r->found = strncmp(buf, r->page, strlen(r->page)) == 0;
	t_close(fd);
}

static bool
waits_for_map(struct helper *h)
{
	const char *wmesg = KTEST_PEEK(h->p->p_thread.td_wmesg);

	return (KTEST_PEEK(h->p->p_stat) == SSLEEP && wmesg != NULL &&
	    strcmp(wmesg, "vm map") == 0);
}

/*
 * A process of one page is ended and reaped when the reader is about to go
 * through its map, and waits for the lock.
 */
static void
end_under_reader(struct ktest *t, const char *file, const char *page)
{
	const struct vm_map_args args = {
		.prot = RW,
		.max = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
	};
	struct locked_map lm = { .locked = false };
	struct reading r = { .page = page };
	struct helper holder, reader;
	struct vmspace *vm;
	struct proc *p;

	KTEST_REQUIRE(t, fork1(curthread, STOPPED, &p) == 0);
	vm = p->p_vmspace;
	KTEST_EQ(t, vm_map_fixed(&vm->vm_map, BASE, PAGE_SIZE, &args, false),
	    0);
	KTEST_EQ(t, put(vm, 0, 1), 0);
	snprintf(r.path, sizeof(r.path), "/proc/%d/%s", p->p_pid, file);
	lm.map = &vm->vm_map;
	if (helper_start(t, &holder, lock_map, &lm)) {
		KTEST_ASSERT(t, WAIT_UNTIL(lm.locked));
		if (helper_start(t, &reader, read_file, &r))
			KTEST_ASSERT(t, WAIT_UNTIL(waits_for_map(&reader)));
		finish(t, p, 0);
		KTEST_EQ(t, READ_ONCE(vm->vm_refcnt), VM_LOOKER);
		lm.enough = true;
		helper_wait(t, &holder);
		helper_wait(t, &reader);
		KTEST_ASSERT(t, r.n > 0 && r.found);
	}
}

static void
procfs_end_under_reader(struct ktest *t)
{
	end_under_reader(t, "map", "0x10000000 0x10001000 1 1 ");
	end_under_reader(t, "pagemap", "0x10000000 ");
}
KTEST(procfs, procfs_end_under_reader);
