/*
 * time: run a command and say how long it took.  -p in POSIX's form, which
 * is also the default; -l says what else the kernel counted.
 */
#include <sys/time.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "runcmd.h"

static void
print_time(const char *name, const struct timeval *tv)
{
	fprintf(stderr, "%s %ld.%02ld\n", name, (long)tv->tv_sec,
	    (long)tv->tv_usec / 10000);
}

static void
print_usage(const struct rusage *ru)
{
	const struct {
		long n;
		const char *name;
	} rows[] = {
		{ ru->ru_maxrss, "maximum resident set size (KB)" },
		{ ru->ru_minflt, "page faults without input" },
		{ ru->ru_majflt, "page faults with input" },
		{ ru->ru_nsignals, "signals" },
		{ ru->ru_nvcsw, "voluntary context switches" },
		{ ru->ru_nivcsw, "involuntary context switches" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		fprintf(stderr, "%10ld  %s\n", rows[i].n, rows[i].name);
}

int
main(int argc, char **argv)
{
	struct timeval before, after, real;
	struct rusage ru;
	int c, status, more = 0;
	pid_t pid;

	while ((c = getopt(argc, argv, "+lp")) != -1) {
		if (c == '?')
			argc = 0;
		more |= c == 'l';
	}
	if (optind >= argc) {
		fprintf(stderr, "usage: time [-lp] command [argument ...]\n");
		return (2);
	}
	gettimeofday(&before, NULL);
	pid = start_command(argv + optind);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	while (wait4(pid, &status, 0, &ru) == -1)
		if (errno != EINTR)
			err(1, "wait4");
	gettimeofday(&after, NULL);
	timersub(&after, &before, &real);
	print_time("real", &real);
	print_time("user", &ru.ru_utime);
	print_time("sys", &ru.ru_stime);
	if (more)
		print_usage(&ru);
	if (WIFSIGNALED(status)) {
		warnx("killed by signal %d", WTERMSIG(status));
		return (128 + WTERMSIG(status));
	}
	return (WEXITSTATUS(status));
}
