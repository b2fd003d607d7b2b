/*
 * dmesg: what the kernel has printed.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "args.h"

int
main(int argc, char **argv)
{
	static char buf[65536];
	size_t len = sizeof(buf) - 1;

	no_arguments(argc, argv);
	if (sysctlbyname("kern.msgbuf", buf, &len, NULL, 0) == -1)
		err(1, "kern.msgbuf");
	len = strlen(buf);
	if (fwrite(buf, 1, len, stdout) != len || fflush(stdout) != 0)
		err(1, "stdout");
	return (0);
}
