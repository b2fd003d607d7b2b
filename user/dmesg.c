/*
 * dmesg: what the kernel has printed.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <err.h>
#include <stdio.h>

#include "args.h"
#include "output.h"

int
main(int argc, char **argv)
{
	static char buf[65536];
	size_t len = sizeof(buf) - 1;

	no_arguments(argc, argv);
	if (sysctlbyname("kern.msgbuf", buf, &len, NULL, 0) == -1)
		err(1, "kern.msgbuf");
	fputs(buf, stdout);
	return (finish(0, 1));
}
