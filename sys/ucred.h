/*
 * Credentials: who a process acts for.  A ucred is never changed once it
 * can be seen by more than one holder: to change one, make a new one and
 * put it into p_ucred under the process lock.
 *
 * Owned by kern/kern_prot.c; uidinfo by kern/kern_resource.c.
 */
#ifndef _SYS_UCRED_H_
#define	_SYS_UCRED_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/param.h>

struct proc;
struct thread;
struct uidinfo;

struct ucred {
	volatile u_int	cr_ref;		/* references, atomic */
	uid_t	cr_uid;			/* effective */
	uid_t	cr_ruid;		/* real */
	uid_t	cr_svuid;		/* saved by exec */
	gid_t	cr_rgid;
	gid_t	cr_svgid;
	int	cr_ngroups;		/* at least 1 */
	gid_t	cr_groups[NGROUPS];	/* the first is the effective one */
	struct	uidinfo *cr_uidinfo;	/* a reference, of cr_uid */
	struct	uidinfo *cr_ruidinfo;	/* a reference, of cr_ruid */
};
#define	cr_gid	cr_groups[0]

extern struct ucred *ucred0;		/* proc0's */

void	cred_init(void);
struct	ucred *crget(void);		/* empty, one reference; or NULL */
struct	ucred *crhold(struct ucred *);	/* returns its argument */
/* Two references at once: a process's and its thread's, often the same. */
struct	ucred *crhold2(struct ucred *);
void	crfree2(struct ucred *, struct ucred *);
void	crfree(struct ucred *);		/* NULL-safe */
struct	ucred *crdup(const struct ucred *);	/* a copy, or NULL */
int	groupmember(gid_t, const struct ucred *);
int	suser(struct thread *);		/* 0 or EPERM */
int	suser_cred(const struct ucred *);
int	p_cansee(struct thread *, struct proc *);
int	p_cansignal(struct thread *, struct proc *, int sig);
int	p_candebug(struct thread *, struct proc *);
int	cred_setugid_exec(struct proc *, uid_t, gid_t, int flags);
/* Will a program with that owner have other rights than its caller? */
bool	cred_exec_gains(const struct ucred *, uid_t, gid_t, int flags);
#define	CRSUID	1		/* the program is set-user-id */
#define	CRSGID	2		/* the program is set-group-id */

#endif /* _KERNEL */
#endif /* !_SYS_UCRED_H_ */
