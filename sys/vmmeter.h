/*
 * Counts of what the system has done, and of its pages: sysctl vm.meter.
 */
#ifndef _SYS_VMMETER_H_
#define	_SYS_VMMETER_H_

#include <sys/types.h>

struct vmmeter {
	/* events; each processor counts its own */
	u_int	v_swtch;		/* context switches */
	u_int	v_trap;			/* traps */
	u_int	v_syscall;		/* system calls */
	u_int	v_intr;			/* device interrupts */
	u_int	v_soft;			/* software interrupts */
	u_int	v_vm_faults;		/* page faults */
	u_int	v_cow_faults;		/* copied on write */
	u_int	v_cow_reused;		/* made writable again in place */
	u_int	v_zfod;			/* filled with zeros on demand */
	u_int	v_forks;		/* fork() */
	u_int	v_vforks;		/* vfork() */
	u_int	v_rforks;		/* rfork() */
	u_int	v_kthreads;		/* kernel threads made */
	u_int	v_forkpages;		/* pages of data and stack in forks */
	u_int	v_vforkpages;
	u_int	v_rforkpages;
	u_int	v_kthreadpages;
	/* pages; only the sum over the processors means something */
	u_int	v_free_count;		/* free */
	u_int	v_private_count;	/* private to page tables */
	u_int	v_object_count;		/* in objects */
	u_int	v_pt_count;		/* page tables */
	u_int	v_kmem_count;		/* the kernel's, and directories */
	/* of the whole system */
	u_int	v_page_count;		/* pages */
	u_int	v_zero_count;		/* free ones listed as zero */
	u_int	v_free_reserved;	/* kept for the kernel */
	/* pages above the direct map, which are in none of these counts */
	u_int	v_high_count;		/* in the system */
	u_int	v_high_free;		/* free */
};

#ifdef _KERNEL
/* Those of the whole system, changed by whoever guards them; only these. */
extern struct vmmeter cnt;

/*
 * An event has happened here, or n of them; <sys/pcpu.h>.  What all
 * processors have counted, while they go on counting.
 */
#define	CNT_INC(name)		PCPU_INC(cnt.name)
#define	CNT_ADD(name, n)	PCPU_ADD(cnt.name, (n))
#define	CNT_GET(name)		cnt_sum(offsetof(struct vmmeter, name))
u_int	cnt_sum(size_t offset);
#endif

#endif /* !_SYS_VMMETER_H_ */
