/*
 * vmstat: counts of events and pages (-s), kernel memory by type (-m) and
 * caches of objects (-z).
 */
#include <sys/types.h>
#include <sys/malloc.h>
#include <sys/sysctl.h>
#include <sys/vmmeter.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"

static void
show_counts(void)
{
	struct vmmeter vm;
	size_t len = sizeof(vm);

	if (sysctlbyname("vm.meter", &vm, &len, NULL, 0) == -1)
		err(1, "vm.meter");
	printf("%10u pages\n", vm.v_page_count);
	printf("%10u pages free\n", vm.v_free_count);
	printf("%10u of these known to be zero\n", vm.v_zero_count);
	printf("%10u pages private to programs\n", vm.v_private_count);
	printf("%10u pages in objects\n", vm.v_object_count);
	printf("%10u page tables and directories\n", vm.v_pt_count);
	printf("%10u pages of the kernel's memory\n", vm.v_kmem_count);
	printf("%10u high pages, for kernel stacks\n", vm.v_high_count);
	printf("%10u of these free\n", vm.v_high_free);
	printf("%10u context switches\n", vm.v_swtch);
	printf("%10u traps\n", vm.v_trap);
	printf("%10u system calls\n", vm.v_syscall);
	printf("%10u device interrupts\n", vm.v_intr);
	printf("%10u page faults\n", vm.v_vm_faults);
	printf("%10u pages copied on write\n", vm.v_cow_faults);
	printf("%10u pages made writable again\n", vm.v_cow_reused);
	printf("%10u pages zeroed on demand\n", vm.v_zfod);
	printf("%10u fork() calls\n", vm.v_forks);
	printf("%10u vfork() calls\n", vm.v_vforks);
	printf("%10u rfork() calls\n", vm.v_rforks);
	printf("%10u kernel threads made\n", vm.v_kthreads);
}

static void
show_malloc(void)
{
	static struct malloc_stat ms[128];
	size_t i, len = sizeof(ms);

	if (sysctlbyname("kern.malloc", ms, &len, NULL, 0) == -1)
		err(1, "kern.malloc");
	printf("%-16s %8s %10s %10s %10s\n", "TYPE", "IN USE", "BYTES", "MOST",
	    "CALLS");
	for (i = 0; i < len / sizeof(ms[0]); i++)
		if (ms[i].ms_calls != 0)
			printf("%-16s %8u %10u %10u %10u\n", ms[i].ms_name,
			    ms[i].ms_inuse, ms[i].ms_memuse, ms[i].ms_maxuse,
			    ms[i].ms_calls);
}

static void
show_zones(void)
{
	static char buf[8192];
	size_t len = sizeof(buf) - 1;

	if (sysctlbyname("kern.zones", buf, &len, NULL, 0) == -1)
		err(1, "kern.zones");
	printf("%s", buf);
}

static void __dead2
usage(void)
{
	fprintf(stderr, "usage: vmstat [-msz]\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	int c, shown = 0;

	while ((c = getopt(argc, argv, "msz")) != -1) {
		shown = 1;
		switch (c) {
		case 'm':
			show_malloc();
			break;
		case 's':
			show_counts();
			break;
		case 'z':
			show_zones();
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
	if (!shown)
		show_counts();
	return (finish(0, 1));
}
