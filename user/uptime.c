/*
 * uptime: how long the system has run, and how busy it is.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#include <err.h>
#include <stdio.h>
#include <time.h>

#include "args.h"
#include "output.h"

int
main(int argc, char **argv)
{
	struct timespec up;
	unsigned load[3];
	size_t i, len = sizeof(load);
	time_t now;

	no_arguments(argc, argv);
	if (clock_gettime(CLOCK_MONOTONIC, &up) == -1)
		err(1, "clock_gettime");
	if (sysctlbyname("vm.loadavg", load, &len, NULL, 0) == -1)
		err(1, "vm.loadavg");
	now = time(NULL);
	printf("%.5s  up %u:%02u:%02u, load averages:", ctime(&now) + 11,
	    (unsigned)up.tv_sec / 3600, (unsigned)up.tv_sec / 60 % 60,
	    (unsigned)up.tv_sec % 60);
	for (i = 0; i < 3; i++)
		printf(" %.2f", (double)load[i] / FSCALE);
	printf("\n");
	return (finish(0, 1));
}
