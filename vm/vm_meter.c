/*
 * Statistics of memory.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>

struct vmmeter cnt;

/*
 * The sum of one of the counts that each processor has, which all begin the
 * structure.
 */
u_int
cnt_sum(size_t offset)
{
	u_int cpu, sum = 0;

	CPU_FOREACH(cpu)
	sum += READ_ONCE(*(u_int *)(void *)((char *)&cpu_pcpu[cpu]->pc_cnt +
	    offset));
	return (sum);
}

static int
sysctl_vm_meter(SYSCTL_HANDLER_ARGS)
{
	struct vmmeter all = data_race(cnt);
	size_t offset;

	for (offset = 0; offset < offsetof(struct vmmeter, v_page_count);
	     offset += sizeof(u_int))
		*(u_int *)(void *)((char *)&all + offset) = cnt_sum(offset);
	return (SYSCTL_OUT(req, &all, sizeof(all)));
}
SYSCTL_PROC(_vm, VM_METER, meter, CTLTYPE_OPAQUE | CTLFLAG_RD, NULL, 0,
    sysctl_vm_meter, "S,vmmeter", "counts of events and pages");

static int
sysctl_vm_sum(SYSCTL_HANDLER_ARGS)
{
	u_int sum = cnt_sum(arg2);

	return (SYSCTL_OUT(req, &sum, sizeof(sum)));
}

/* One by one, for scripts; all of them together are vm.meter. */
#define	SUM(name, descr)						\
	SYSCTL_PROC(_vm, OID_AUTO, name, CTLTYPE_UINT | CTLFLAG_RD, NULL, \
	    offsetof(struct vmmeter, name), sysctl_vm_sum, "IU", descr)
#define	STAT(name, descr)						\
	SYSCTL_UINT(_vm, OID_AUTO, name, CTLFLAG_RD, &cnt.name, 0, descr)

SUM(v_vm_faults, "page faults");
SUM(v_cow_faults, "pages copied on write");
SUM(v_cow_reused, "pages written in place by the last sharer");
SUM(v_zfod, "pages filled with zeros on demand");
STAT(v_page_count, "pages in the system");
SUM(v_free_count, "free pages");
STAT(v_zero_count, "free pages that are zero");
STAT(v_free_reserved, "free pages kept for the kernel");
SUM(v_private_count, "pages that page tables own");
SUM(v_object_count, "pages of files and shared memory");
SUM(v_pt_count, "page tables");
SUM(v_kmem_count, "pages of the kernel");
STAT(v_high_count, "pages above these, for the kernel map only");
STAT(v_high_free, "free pages of those");

/*
 * vm.pagemap.PID.ADDRESS: the physical address of the page that the process
 * sees there; 0 if its page tables have none that may be used.
 */
static int
sysctl_vm_pagemap(SYSCTL_HANDLER_ARGS)
{
	u_int pa = 0, *name = arg1;
	struct proc *p;
	int error;

	if (arg2 != 2 || name[1] >= VM_MAXUSER_ADDRESS)
		return (EINVAL);
	p = pfind(name[0]);
	if (p == NULL)
		return (ESRCH);
	error = p_cansee(req->td, p);
	if (error == 0 && p->p_vmspace != NULL)
		pa = pmap_extract(vmspace_pmap(p->p_vmspace),
		    trunc_page(name[1]));
	PROC_UNLOCK(p);
	return (error != 0 ? error : SYSCTL_OUT(req, &pa, sizeof(pa)));
}
SYSCTL_NODE(_vm, OID_AUTO, pagemap, CTLFLAG_RD, sysctl_vm_pagemap,
    "where a page of a process is");

void
vm_print_free(void)
{
	printf("memory: %u pages: %u free (%u zero), %u private, %u of "
	       "objects, %u page tables, %u of the kernel; "
	       "%u high pages: %u free\n",
	    cnt.v_page_count, CNT_GET(v_free_count), cnt.v_zero_count,
	    CNT_GET(v_private_count), CNT_GET(v_object_count),
	    CNT_GET(v_pt_count), CNT_GET(v_kmem_count), cnt.v_high_count,
	    cnt.v_high_free);
}
