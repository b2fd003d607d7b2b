/*
 * The status of a child, as wait4(2) and its relatives hand it out.
 */
#ifndef _SYS_WAIT_H_
#define	_SYS_WAIT_H_

#include <sys/types.h>
#include <sys/signal.h>
#include <sys/resource.h>

/* An exit is code << 8, a death the signal, a stop signal << 8 | 0177. */
#define	_W_INT(i)	(i)
#define	_WSTATUS(x)	(_W_INT(x) & 0177)
#define	_WSTOPPED	0177
#define	_WCONTINUED	0x13		/* SIGCONT, and nothing else */
#define	WCOREFLAG	0200		/* a core file was written */

#define	WIFEXITED(x)	(_WSTATUS(x) == 0)
#define	WEXITSTATUS(x)	((_W_INT(x) >> 8) & 0xff)
#define	WIFSIGNALED(x)	(_WSTATUS(x) != _WSTOPPED && _WSTATUS(x) != 0 && \
			 (x) != _WCONTINUED)
#define	WTERMSIG(x)	(_WSTATUS(x))
#define	WCOREDUMP(x)	(_W_INT(x) & WCOREFLAG)
#define	WIFSTOPPED(x)	(_WSTATUS(x) == _WSTOPPED)
#define	WSTOPSIG(x)	((_W_INT(x) >> 8) & 0xff)
#define	WIFCONTINUED(x)	((x) == _WCONTINUED)

#define	W_EXITCODE(ret, sig)	((ret) << 8 | (sig))
#define	W_STOPCODE(sig)		((sig) << 8 | _WSTOPPED)

/* Options of wait4(2). */
#define	WNOHANG		1		/* do not wait */
#define	WUNTRACED	2		/* report stops too */
#define	WSTOPPED	WUNTRACED
#define	WCONTINUED	4		/* report continues too */
#define	WNOWAIT		8		/* leave the child to be waited for */
#define	WEXITED		16		/* waitid(2): report exits */
#define	WTRAPPED	32		/* waitid(2): report traps */
#define	WLINUXCLONE	0x80000000	/* only children with an exit */
					/* signal other than SIGCHLD */

#define	WAIT_ANY	(-1)		/* any child */
#define	WAIT_MYPGRP	0		/* any child of my group */

#ifndef _P_IDTYPE_DECLARED
#define	_P_IDTYPE_DECLARED
/* Whom waitid(2) and procctl(2) mean. */
typedef enum idtype {
	P_PID,
	P_PPID,
	P_PGID,
	P_SID,
	P_CID,
	P_UID,
	P_GID,
	P_ALL
} idtype_t;
#endif

#ifndef _KERNEL
__BEGIN_DECLS
pid_t	wait(int *);
pid_t	waitpid(pid_t, int *, int);
pid_t	wait3(int *, int, struct rusage *);
pid_t	wait4(pid_t, int *, int, struct rusage *);
int	waitid(idtype_t, id_t, siginfo_t *, int);
__END_DECLS
#endif

#endif /* !_SYS_WAIT_H_ */
