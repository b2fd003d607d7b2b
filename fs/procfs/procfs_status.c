/*
 * /proc: who a process is (status) and how it was called (cmdline).
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/sx.h>
#include <sys/tty.h>
#include <sys/ucred.h>
#include <sys/user.h>
#include <fs/procfs/procfs.h>

/* What status tells. */
struct procfs_who {
	struct	kinfo_proc pw_ki;
	struct	ucred *pw_cred;		/* a reference, or NULL */
	dev_t	pw_tty;
};

/*
 * All of it at one moment.  EIO if the process is gone.
 */
static int
procfs_look(struct procfs_node *pn, struct procfs_who *pw)
{
	struct proc *p;
	pid_t pgid;

	sx_slock(&proctree_lock);
	p = procfs_proc(pn);
	if (p != NULL) {
		fill_kinfo_proc(p, &pw->pw_ki);
		tty_describe(p->p_session, &pw->pw_tty, &pgid);
		pw->pw_cred = crhold(p->p_ucred);
		PROC_UNLOCK(p);
	}
	sx_sunlock(&proctree_lock);
	return (p != NULL ? 0 : EIO);
}

/*
 * A field that may have any characters in it: what would end it, and a
 * backslash, as a backslash and three octal digits.
 */
static void
procfs_field(struct procfs_text *pt, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || *s == '\\')
			procfs_printf(pt, "\\%03o", (u_char)*s);
		else
			procfs_put(pt, s, 1);
}

/*
 * One line: command pid ppid pgid sid tty flags start user system wchan
 * uid ruid groups jail.  Times are seconds,microseconds.
 */
int
procfs_status(struct procfs_node *pn, struct procfs_text *pt,
    struct thread *td)
{
	struct procfs_who pw;
	const struct kinfo_proc *ki = &pw.pw_ki;
	const char *sep = "";
	int error, i;

	error = procfs_look(pn, &pw);
	if (error != 0)
		return (error);
	procfs_field(pt, ki->ki_comm);
	procfs_printf(pt, " %d %d %d %d ", ki->ki_pid, ki->ki_ppid, ki->ki_pgid,
	    ki->ki_sid);
	if (pw.pw_tty != NODEV)
		procfs_printf(pt, "%d,%d ", major(pw.pw_tty), minor(pw.pw_tty));
	else
		procfs_printf(pt, "-1,-1 ");
	if (ki->ki_flag & P_CONTROLT) {
		procfs_printf(pt, "ctty");
		sep = ",";
	}
	if (ki->ki_sid == ki->ki_pid)
		procfs_printf(pt, "%ssldr", sep);
	else if (*sep == '\0')
		procfs_printf(pt, "noflags");
	procfs_printf(pt, " %d,%d %d,%d %d,%d ", (int)ki->ki_start.tv_sec,
	    (int)ki->ki_start.tv_usec, (int)ki->ki_rusage.ru_utime.tv_sec,
	    (int)ki->ki_rusage.ru_utime.tv_usec,
	    (int)ki->ki_rusage.ru_stime.tv_sec,
	    (int)ki->ki_rusage.ru_stime.tv_usec);
	procfs_field(pt, ki->ki_wmesg[0] != '\0' ? ki->ki_wmesg : "nochan");
	procfs_printf(pt, " %u %u", ki->ki_uid, ki->ki_ruid);
	for (i = 0; i < pw.pw_cred->cr_ngroups; i++)
		procfs_printf(pt, "%c%u", i == 0 ? ' ' : ',',
		    pw.pw_cred->cr_groups[i]);
	procfs_printf(pt, " -\n");
	crfree(pw.pw_cred);
	return (0);
}

/*
 * The arguments, each with its NUL; the program's name if there are none.
 */
int
procfs_cmdline(struct procfs_node *pn, struct procfs_text *pt,
    struct thread *td)
{
	char comm[MAXCOMLEN + 1];
	struct pargs *pa;
	struct proc *p;

	p = procfs_proc(pn);
	if (p == NULL)
		return (EIO);
	pa = p->p_args;
	pargs_hold(pa);
	strlcpy(comm, p->p_comm, sizeof(comm));
	PROC_UNLOCK(p);
	if (pa != NULL)
		procfs_put(pt, pa->ar_args, pa->ar_length);
	else
		procfs_put(pt, comm, strlen(comm) + 1);
	pargs_drop(pa);
	return (0);
}
