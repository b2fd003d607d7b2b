/*
 * Process descriptors, pdfork(2).
 *
 * Owned by kern/sys_procdesc.c.
 */
#ifndef _SYS_PROCDESC_H_
#define	_SYS_PROCDESC_H_

#include <sys/types.h>

#define	PD_DAEMON	0x00000001	/* closing does not kill */
#define	PD_CLOEXEC	0x00000002	/* close on exec */
#define	PD_ALLOWED_AT_FORK (PD_DAEMON | PD_CLOEXEC)

#ifdef _KERNEL
struct file;
struct proc;

/* Of a process with p_procdesc; proctree_lock is held exclusively. */
void	procdesc_exit(struct proc *);	/* it becomes a zombie */
void	procdesc_untie(struct proc *);	/* it is waited for */
int	procdesc_status(struct file *);	/* of one that has exited */
#else
__BEGIN_DECLS
pid_t	pdfork(int *, int);
int	pdkill(int, int);
int	pdgetpid(int, pid_t *);
__END_DECLS
#endif

#endif /* !_SYS_PROCDESC_H_ */
