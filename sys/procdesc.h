/*
 * Process descriptors, pdfork(2).
 */
#ifndef _SYS_PROCDESC_H_
#define	_SYS_PROCDESC_H_

#include <sys/types.h>

#define	PD_DAEMON	0x00000001	/* closing does not kill */
#define	PD_CLOEXEC	0x00000002	/* close on exec */
#define	PD_ALLOWED_AT_FORK (PD_DAEMON | PD_CLOEXEC)

#ifndef _KERNEL
__BEGIN_DECLS
pid_t	pdfork(int *, int);
int	pdkill(int, int);
int	pdgetpid(int, pid_t *);
__END_DECLS
#endif

#endif /* !_SYS_PROCDESC_H_ */
