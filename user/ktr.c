/*
 * ktr: show what the kernel does while a command runs.
 *
 *	ktr [-m classes] command [argument ...]
 *
 * The events come after whatever the command prints, as /dev/ktr has them;
 * tools/trace on the host draws them.  -m chooses what is recorded, as in
 * sysctl debug.ktr.mask.  Only root may, and only the debug kernel can.
 */
#include <sys/types.h>
#include <sys/sysctl.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"
#include "runcmd.h"

#define	MASK	"debug.ktr.mask"
#define	CLEAR	"debug.ktr.clear"

static char	before[256];		/* the mask, to be put back */

static void
usage(void)
{
	fprintf(stderr, "usage: ktr [-m classes] command [argument ...]\n");
	exit(2);
}

static void
set_mask(const char *classes)
{
	if (sysctlbyname(MASK, NULL, NULL, classes, strlen(classes)) == -1)
		err(1,
		    errno == ENOENT ? MASK " (is it a debug kernel?)" : MASK);
}

/* However it ends, once the mask has been changed. */
static void
restore(void)
{
	if (sysctlbyname(MASK, NULL, NULL, before, strlen(before)) == -1)
		warn(MASK);
}

static void
show(int fd)
{
	char buf[4096];
	ssize_t n;

	/* What the command printed may lack the end of its line. */
	if (write(STDOUT_FILENO, "\n", 1) == -1)
		err(1, "standard output");
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (!write_all(STDOUT_FILENO, buf, n))
			err(1, "standard output");
	if (n == -1)
		err(1, "/dev/ktr");
}

int
main(int argc, char **argv)
{
	const char *classes = "all,-mark";
	size_t len = sizeof(before);
	int c, fd, one = 1, status;

	while ((c = getopt(argc, argv, "+m:")) != -1)
		if (c == 'm')
			classes = optarg;
		else
			usage();
	if (optind == argc)
		usage();
	if (sysctlbyname(MASK, before, &len, NULL, 0) == -1)
		err(1,
		    errno == ENOENT ? MASK " (is it a debug kernel?)" : MASK);
	set_mask("none");
	atexit(restore);
	if (sysctlbyname(CLEAR, NULL, NULL, &one, sizeof(one)) == -1)
		err(1, CLEAR);
	set_mask(classes);
	status = shell_status(run_command(argv + optind));
	set_mask("none");
	fd = open("/dev/ktr", O_RDONLY);
	if (fd == -1)
		err(1, "/dev/ktr");
	/* To fail and not to be killed, which would leave the mask. */
	signal(SIGPIPE, SIG_IGN);
	show(fd);
	return (status);
}
