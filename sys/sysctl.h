/*
 * sysctl(2): names of the management tree, and the types and flags that a
 * node describes itself with.
 */
#ifndef _SYS_SYSCTL_H_
#define	_SYS_SYSCTL_H_

#include <sys/types.h>

#define	CTL_MAXNAME	24		/* most parts of a name */

/* A node's type: the low four bits of its kind. */
#define	CTLTYPE		0xf
#define	CTLTYPE_NODE	1
#define	CTLTYPE_INT	2
#define	CTLTYPE_STRING	3
#define	CTLTYPE_QUAD	4
#define	CTLTYPE_S64	CTLTYPE_QUAD
#define	CTLTYPE_OPAQUE	5
#define	CTLTYPE_STRUCT	CTLTYPE_OPAQUE
#define	CTLTYPE_UINT	6
#define	CTLTYPE_LONG	7
#define	CTLTYPE_ULONG	8
#define	CTLTYPE_U64	9

#define	CTLFLAG_RD	0x80000000	/* may be read */
#define	CTLFLAG_WR	0x40000000	/* may be written (by root) */
#define	CTLFLAG_RW	(CTLFLAG_RD | CTLFLAG_WR)
#define	CTLFLAG_NOLOCK	0x20000000
#define	CTLFLAG_ANYBODY	0x10000000	/* anyone may write */
#define	CTLFLAG_SECURE	0x08000000
#define	CTLFLAG_PRISON	0x04000000
#define	CTLFLAG_DYN	0x02000000	/* made at run time */
#define	CTLFLAG_SKIP	0x01000000	/* not listed by sysctl -a */
#define	CTLFLAG_TUN	0x00080000	/* set from the command line */
#define	CTLFLAG_RDTUN	(CTLFLAG_RD | CTLFLAG_TUN)
#define	CTLFLAG_RWTUN	(CTLFLAG_RW | CTLFLAG_TUN)
#define	CTLFLAG_MPSAFE	0x00040000	/* the handler needs no Giant */

#define	OID_AUTO	(-1)		/* take the next free number */
#define	CTL_AUTO_START	0x100		/* the first such number */

/*
 * Node 0 answers questions about the tree.  The second part of the name:
 * 1 name of an oid, 2 next oid, 3 oid of a name, 4 format, 5 description.
 */
#define	CTL_UNSPEC	0
#define	CTL_SYSCTL_NAME		1
#define	CTL_SYSCTL_NEXT		2
#define	CTL_SYSCTL_NAME2OID	3
#define	CTL_SYSCTL_OIDFMT	4
#define	CTL_SYSCTL_OIDDESCR	5

/* top level */
#define	CTL_KERN	1		/* the kernel and its limits */
#define	CTL_VM		2		/* virtual memory */
#define	CTL_VFS		3		/* file systems */
#define	CTL_NET		4		/* network */
#define	CTL_DEBUG	5		/* for debugging */
#define	CTL_HW		6		/* the hardware */
#define	CTL_MACHDEP	7		/* machine dependent */
#define	CTL_USER	8		/* limits of user programs */
#define	CTL_P1003_1B	9		/* POSIX real-time */
#define	CTL_MAXID	10

/* CTL_KERN */
#define	KERN_OSTYPE		1	/* string: system name */
#define	KERN_OSRELEASE		2	/* string: release */
#define	KERN_OSREV		3	/* int: revision */
#define	KERN_VERSION		4	/* string: compile-time version */
#define	KERN_MAXVNODES		5	/* int */
#define	KERN_MAXPROC		6	/* int: most processes */
#define	KERN_MAXFILES		7	/* int: most open files */
#define	KERN_ARGMAX		8	/* int: bytes of exec arguments */
#define	KERN_SECURELVL		9
#define	KERN_HOSTNAME		10	/* string */
#define	KERN_HOSTID		11
#define	KERN_CLOCKRATE		12	/* struct clockinfo */
#define	KERN_VNODE		13
#define	KERN_PROC		14	/* struct kinfo_proc */
#define	KERN_FILE		15
#define	KERN_PROF		16
#define	KERN_POSIX1		17	/* int: POSIX.1 version */
#define	KERN_NGROUPS		18	/* int: supplementary groups */
#define	KERN_JOB_CONTROL	19	/* int: there is job control */
#define	KERN_SAVED_IDS		20	/* int: there are saved ids */
#define	KERN_BOOTTIME		21	/* struct timeval */
#define	KERN_NISDOMAINNAME	22
#define	KERN_UPDATEINTERVAL	23
#define	KERN_OSRELDATE		24	/* int */
#define	KERN_NTP_PLL		25
#define	KERN_BOOTFILE		26	/* string */
#define	KERN_MAXFILESPERPROC	27	/* int */
#define	KERN_MAXPROCPERUID	28	/* int */
#define	KERN_DUMPDEV		29
#define	KERN_IPC		30
#define	KERN_DUMMY		31
#define	KERN_PS_STRINGS		32	/* int: where ps_strings lies */
#define	KERN_USRSTACK		33	/* int: top of the stack */
#define	KERN_LOGSIGEXIT		34
#define	KERN_IOV_MAX		35	/* int */
#define	KERN_HOSTUUID		36
#define	KERN_ARND		37	/* random bytes */

/* CTL_KERN, KERN_PROC: which processes */
#define	KERN_PROC_ALL		0	/* all */
#define	KERN_PROC_PID		1	/* by process id */
#define	KERN_PROC_PGRP		2	/* by process group */
#define	KERN_PROC_SESSION	3	/* by session */
#define	KERN_PROC_TTY		4	/* by controlling terminal */
#define	KERN_PROC_UID		5	/* by effective uid */
#define	KERN_PROC_RUID		6	/* by real uid */
#define	KERN_PROC_ARGS		7	/* arguments of one */
#define	KERN_PROC_PROC		8	/* all, without threads */
#define	KERN_PROC_FILEDESC	33	/* open files of one */

/* CTL_VM */
#define	VM_METER		1	/* struct vmtotal */
#define	VM_LOADAVG		2	/* struct loadavg */

/* CTL_HW */
#define	HW_MACHINE		1	/* string: machine class */
#define	HW_MODEL		2	/* string: processor */
#define	HW_NCPU			3	/* int: processors */
#define	HW_BYTEORDER		4	/* int */
#define	HW_PHYSMEM		5	/* memory in bytes */
#define	HW_USERMEM		6	/* memory not of the kernel */
#define	HW_PAGESIZE		7	/* int */
#define	HW_FLOATINGPT		10	/* int: there is an FPU */
#define	HW_MACHINE_ARCH		11	/* string */

#ifndef _KERNEL
__BEGIN_DECLS
int	sysctl(const int *, u_int, void *, size_t *, const void *, size_t);
int	sysctlbyname(const char *, void *, size_t *, const void *, size_t);
int	sysctlnametomib(const char *, int *, size_t *);
__END_DECLS
#endif

#ifdef _KERNEL
#include <sys/queue.h>
#include <sys/linker_set.h>

/*
 * The kernel's half.  Nodes are declared where what they show is defined,
 * and gathered in a linker set.  Owned by kern/kern_sysctl.c.
 */
struct sysctl_oid;
struct thread;

/* One call of sysctl(2). */
struct sysctl_req {
	struct	thread *td;		/* NULL: from inside the kernel */
	void	*oldptr;		/* user buffer for the value, or NULL */
	size_t	oldlen;			/* its size */
	size_t	oldidx;			/* bytes of the value so far */
	const void *newptr;		/* new value, or NULL */
	size_t	newlen;
	size_t	newidx;
	int	(*oldfunc)(struct sysctl_req *, const void *, size_t);
	int	(*newfunc)(struct sysctl_req *, void *, size_t);
};

#define	SYSCTL_HANDLER_ARGS						\
	struct sysctl_oid *oidp, void *arg1, int arg2,			\
	struct sysctl_req *req

SLIST_HEAD(sysctl_oid_list, sysctl_oid);
struct sysctl_oid {
	struct	sysctl_oid_list *oid_parent;
	SLIST_ENTRY(sysctl_oid) oid_link;
	int	oid_number;
	u_int	oid_kind;		/* CTLTYPE_*, CTLFLAG_* */
	void	*oid_arg1;
	int	oid_arg2;
	const char *oid_name;
	int	(*oid_handler)(SYSCTL_HANDLER_ARGS);
	const char *oid_fmt;
	const char *oid_descr;
};

/* Give part of the value out; take part of a new one in.  0 or errno. */
#define	SYSCTL_OUT(r, p, l)	((r)->oldfunc)((r), (p), (l))
#define	SYSCTL_IN(r, p, l)	((r)->newfunc)((r), (p), (l))

int	sysctl_root(const int *name, u_int len, struct sysctl_req *);
int	sysctl_handle_int(SYSCTL_HANDLER_ARGS);
int	sysctl_handle_string(SYSCTL_HANDLER_ARGS);
int	sysctl_handle_opaque(SYSCTL_HANDLER_ARGS);

#define	SYSCTL_OID(parent, nbr, name, kind, a1, a2, handler, fmt, descr) \
	static struct sysctl_oid sysctl__##parent##_##name = {		\
		&sysctl_##parent##_children, { (void *)0 }, (nbr),	\
		(kind), (a1), (a2), #name, (handler), (fmt), (descr)	\
	};								\
	DATA_SET(sysctl, sysctl__##parent##_##name)

#define	SYSCTL_DECL(name)						\
	extern struct sysctl_oid_list sysctl_##name##_children

#define	SYSCTL_NODE(parent, nbr, name, access, handler, descr)		\
	struct sysctl_oid_list sysctl_##parent##_##name##_children;	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_NODE | (access),		\
	    (void *)&sysctl_##parent##_##name##_children, 0, (handler),	\
	    "N", descr)

#define	SYSCTL_STRING(parent, nbr, name, access, arg, len, descr)	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_STRING | (access),	\
	    (void *)(uintptr_t)(arg), (len), sysctl_handle_string, "A",	\
	    descr)

/*
 * An int that the user may write is read with READ_ONCE(): no lock is held
 * while sysctl(8) writes it.
 */
#define	SYSCTL_INT(parent, nbr, name, access, ptr, val, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | (access),		\
	    (ptr), (val), sysctl_handle_int, "I", descr)

#define	SYSCTL_UINT(parent, nbr, name, access, ptr, val, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_UINT | (access),		\
	    (ptr), (val), sysctl_handle_int, "IU", descr)

/* 64 bits; to be read only. */
#define	SYSCTL_UQUAD(parent, nbr, name, access, ptr, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_U64 | (access),		\
	    (ptr), sizeof(u_int64_t), sysctl_handle_opaque, "QU", descr)

#define	SYSCTL_OPAQUE(parent, nbr, name, access, ptr, len, fmt, descr)	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_OPAQUE | (access),	\
	    (ptr), (len), sysctl_handle_opaque, (fmt), descr)

/* access has the type too: its handler gets ptr and arg. */
#define	SYSCTL_PROC(parent, nbr, name, access, ptr, arg, handler, fmt,	\
	    descr)							\
	SYSCTL_OID(parent, nbr, name, (access), (ptr), (arg), (handler), \
	    (fmt), descr)

extern struct sysctl_oid_list sysctl__children;
SYSCTL_DECL(_kern);
SYSCTL_DECL(_vm);
SYSCTL_DECL(_vfs);
SYSCTL_DECL(_debug);
SYSCTL_DECL(_debug_fail);
SYSCTL_DECL(_debug_witness);
SYSCTL_DECL(_hw);
SYSCTL_DECL(_machdep);
SYSCTL_DECL(_kern_proc);
#endif /* _KERNEL */

#endif /* !_SYS_SYSCTL_H_ */
