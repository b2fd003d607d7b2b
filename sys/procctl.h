/*
 * procctl(2): control of processes, reapers above all.
 */
#ifndef _SYS_PROCCTL_H_
#define	_SYS_PROCCTL_H_

#include <sys/types.h>
#include <sys/wait.h>

#define	PROC_SPROTECT		1
#define	PROC_REAP_ACQUIRE	2	/* become a reaper */
#define	PROC_REAP_RELEASE	3	/* no longer be one */
#define	PROC_REAP_STATUS	4	/* ask for the state */
#define	PROC_REAP_GETPIDS	5	/* list the descendants */
#define	PROC_REAP_KILL		6	/* signal them */
#define	PROC_TRACE_CTL		7	/* may it be traced */
#define	PROC_TRACE_STATUS	8
#define	PROC_PDEATHSIG_CTL	11	/* signal when the parent dies */
#define	PROC_PDEATHSIG_STATUS	12

struct procctl_reaper_status {
	u_int	rs_flags;		/* REAPER_STATUS_* */
	u_int	rs_children;		/* children of the reaper */
	u_int	rs_descendants;		/* all descendants */
	pid_t	rs_reaper;
	pid_t	rs_pid;			/* one child, or -1 */
	u_int	rs_pad0[15];
};
#define	REAPER_STATUS_OWNED	0x00000001	/* it is a reaper */
#define	REAPER_STATUS_REALINIT	0x00000002	/* it is init */

struct procctl_reaper_pidinfo {
	pid_t	pi_pid;
	pid_t	pi_subtree;		/* the reaper's child above it */
	u_int	pi_flags;		/* REAPER_PIDINFO_* */
	u_int	pi_pad0[15];
};
#define	REAPER_PIDINFO_VALID	0x00000001
#define	REAPER_PIDINFO_CHILD	0x00000002
#define	REAPER_PIDINFO_REAPER	0x00000004

struct procctl_reaper_pids {
	u_int	rp_count;		/* room in the array */
	u_int	rp_pad0[15];
	struct procctl_reaper_pidinfo *rp_pids;
};

struct procctl_reaper_kill {
	int	rk_sig;			/* in: signal */
	u_int	rk_flags;		/* in: REAPER_KILL_* */
	pid_t	rk_subtree;		/* in: which subtree */
	u_int	rk_killed;		/* out: processes signalled */
	pid_t	rk_fpid;		/* out: first that failed */
	u_int	rk_pad0[15];
};
#define	REAPER_KILL_CHILDREN	0x00000001
#define	REAPER_KILL_SUBTREE	0x00000002

#ifndef _KERNEL
__BEGIN_DECLS
int	procctl(idtype_t, id_t, int, void *);
__END_DECLS
#endif

#endif /* !_SYS_PROCCTL_H_ */
