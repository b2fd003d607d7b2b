/*
 * /proc: a pid that has been given to another process.
 */
#include "fs_util.h"
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
