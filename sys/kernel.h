/*
 * How the kernel's parts start, and its tunables.  A part says
 * SYSINIT(name, subsystem, order, fn, arg), and mi_startup() calls all of
 * these sorted by subsystem and order.
 *
 * Owned by kern/init_main.c and kern/kern_environment.c.
 */
#ifndef _SYS_KERNEL_H_
#define	_SYS_KERNEL_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/linker_set.h>

enum sysinit_sub_id {
	SI_SUB_TUNABLES		= 0x0700000,
	SI_SUB_CONSOLE		= 0x0800000,
	SI_SUB_COPYRIGHT	= 0x0800001,
	SI_SUB_VM		= 0x1000000,
	SI_SUB_KMEM		= 0x1800000,
	SI_SUB_KVM_RSRC		= 0x1A00000,
	SI_SUB_WITNESS		= 0x1A80000,
	SI_SUB_LOCK		= 0x1B00000,
	SI_SUB_EVENTHANDLER	= 0x1C00000,
	SI_SUB_CPU		= 0x2100000,
	SI_SUB_INTRINSIC	= 0x2200000,
	SI_SUB_VM_CONF		= 0x2300000,
	SI_SUB_RUN_QUEUE	= 0x2400000,
	SI_SUB_KTRACE		= 0x2480000,
	SI_SUB_CREATE_INIT	= 0x2500000,
	SI_SUB_SCHED_IDLE	= 0x2600000,
	SI_SUB_INTR		= 0x2800000,
	SI_SUB_SOFTINTR		= 0x2800001,
	SI_SUB_DRIVERS		= 0x3100000,
	SI_SUB_CONFIGURE	= 0x3800000,
	SI_SUB_VFS		= 0x4000000,
	SI_SUB_CLOCKS		= 0x4800000,
	SI_SUB_PSEUDO		= 0x7000000,
	SI_SUB_EXEC		= 0x7400000,
	SI_SUB_KICK_SCHEDULER	= 0xa000000,
	SI_SUB_ROOT_CONF	= 0xb000000,
	SI_SUB_MOUNT_ROOT	= 0xb400000,
	SI_SUB_INTRINSIC_POST	= 0xd000000,
	SI_SUB_SMP		= 0xd800000, /* before tests and init */
	SI_SUB_KTHREAD_INIT	= 0xe000000,
	SI_SUB_KTHREAD_PAGE	= 0xe400000,
	SI_SUB_KTHREAD_VM	= 0xe800000,
	SI_SUB_KTHREAD_UPDATE	= 0xec00000,
	SI_SUB_RUN_SCHEDULER	= 0xfffffff
};

enum sysinit_elem_order {
	SI_ORDER_FIRST		= 0x0000000,
	SI_ORDER_SECOND		= 0x0000001,
	SI_ORDER_THIRD		= 0x0000002,
	SI_ORDER_MIDDLE		= 0x1000000,
	SI_ORDER_ANY		= 0xfffffff
};

struct sysinit {
	enum	sysinit_sub_id subsystem;
	enum	sysinit_elem_order order;
	void	(*func)(void *);
	void	*udata;
	const char *name;
};

#define	SYSINIT(uniq, sub, ord, fn, arg)				\
	static struct sysinit uniq##_sys_init = {			\
		(sub), (ord), (fn), (arg), #uniq			\
	};								\
	DATA_SET(sysinit, uniq##_sys_init)

void	mi_startup(void) __dead2;

/*
 * The kernel's environment: what stood on the command line.
 */
void	kern_env_init(const char *cmdline);
const char *kern_getenv(const char *name);	/* or NULL */
int	getenv_int(const char *name, int *);	/* 1 if it is there */
void	kern_env_decode(char *);		/* %XX, in place */

struct tunable_int {
	const char *path;
	int	*var;
};
void	tunable_int_init(void *);
#define	TUNABLE_INT(path, var)	__TUNABLE_INT(path, var, __LINE__)
#define	__TUNABLE_INT(path, var, line)	___TUNABLE_INT(path, var, line)
#define	___TUNABLE_INT(path, var, line)					\
	static struct tunable_int tunable_##line = { (path), (var) };	\
	SYSINIT(tunable_int_##line, SI_SUB_TUNABLES, SI_ORDER_MIDDLE,	\
	    tunable_int_init, &tunable_##line)

extern int	hz;			/* clock ticks a second */
extern int	tick;			/* microseconds a tick */
extern volatile int ticks;		/* ticks since boot; wraps */
extern int	stathz;
extern int	bootverbose;
extern int	cold;			/* still booting: nobody may sleep */

#endif /* _KERNEL */
#endif /* !_SYS_KERNEL_H_ */
