/*
 * Resource limits, each of them, and what getrusage(2) counts.  More about
 * those of memory is in mem.c.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	FILENAME "/tmp/limits"

static volatile int hits;

static void
count(int sig)
{
	(void)sig;
	hits++;
}

static int
limit(int which, rlim_t cur, rlim_t max)
{
	struct rlimit rl = { cur, max };

	return (setrlimit(which, &rl));
}

static int
is(int which, rlim_t cur, rlim_t max)
{
	struct rlimit rl;

	return (getrlimit(which, &rl) == 0 && rl.rlim_cur == cur &&
	    rl.rlim_max == max);
}

/* Run fn in a child; its status. */
static int
child(int (*fn)(void))
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0)
		_exit(fn());
	waitpid(pid, &status, 0);
	return (status);
}

/* --------------------------------------------------------- get and set */

static int
as_user(void)
{
	if (limit(RLIMIT_CORE, 1000, 2000) != 0 || setuid(1000) != 0)
		return (1);
	if (limit(RLIMIT_CORE, 2000, 2000) != 0 ||
	    limit(RLIMIT_CORE, 0, 1500) != 0 || !is(RLIMIT_CORE, 0, 1500))
		return (2);
	if (limit(RLIMIT_CORE, 0, 1501) != -1 || errno != EPERM ||
	    !is(RLIMIT_CORE, 0, 1500))
		return (3);
	return (0);
}

static int
inherited(void)
{
	pid_t pid;

	limit(RLIMIT_CORE, 77, 88);
	pid = must_fork();
	if (pid == 0) {
		if (!is(RLIMIT_CORE, 77, 88) || limit(RLIMIT_CORE, 1, 2) != 0)
			_exit(1);
		execl("/bin/sh", "sh", "-c", "[ $(ulimit -c) = 0 ]",
		    (char *)NULL);
		_exit(127);
	}
	return (ended_well(pid) && is(RLIMIT_CORE, 77, 88) ? 0 : 1);
}

static void
test_set(void)
{
	struct rlimit rl = { 0, 0 };
	void *bad = (void *)0xc0100000;
	int all = 1, i, n;

	/* The first time it may become what the system can give. */
	for (i = 0; i < 2 * RLIM_NLIMITS; i++) {
		n = i % RLIM_NLIMITS;
		all &= getrlimit(n, &rl) == 0 && setrlimit(n, &rl) == 0;
		if (i >= RLIM_NLIMITS)
			all &= is(n, rl.rlim_cur, rl.rlim_max);
	}
	ok(all, "each limit can be read and set");
	ok(getrlimit(RLIM_NLIMITS, &rl) == -1 && errno == EINVAL &&
		getrlimit(-1, &rl) == -1 && errno == EINVAL &&
		setrlimit(RLIM_NLIMITS, &rl) == -1 && errno == EINVAL,
	    "no such limit: EINVAL");
	ok(getrlimit(RLIMIT_CPU, bad) == -1 && errno == EFAULT &&
		setrlimit(RLIMIT_CPU, bad) == -1 && errno == EFAULT,
	    "a bad pointer: EFAULT");
	ok(limit(RLIMIT_CORE, 2, 1) == -1 && errno == EINVAL,
	    "above its own maximum: EINVAL");
	ok(child(as_user) == 0, "a maximum is lowered for good: EPERM");
	ok(child(inherited) == 0, "limits are inherited, and then one's own");
	n = getdtablesize();
	getrlimit(RLIMIT_NOFILE, &rl);
	limit(RLIMIT_NOFILE, RLIM_INFINITY, RLIM_INFINITY);
	ok(getdtablesize() >= n &&
		!is(RLIMIT_NOFILE, RLIM_INFINITY, RLIM_INFINITY),
	    "no limit is above what the system can give");
	setrlimit(RLIMIT_NOFILE, &rl);
}

/* ----------------------------------------------------- files, processes */

static int
few_files(void)
{
	int fd, last = -1;

	if (limit(RLIMIT_NOFILE, 10, 10) != 0 || getdtablesize() != 10)
		return (1);
	while ((fd = open("/dev/null", O_RDONLY)) != -1)
		last = fd;
	if (last != 9 || errno != EMFILE)
		return (2);
	if (dup(0) != -1 || errno != EMFILE)
		return (3);
	if (dup2(0, 10) != -1 || errno != EBADF || dup2(0, 9) != 9)
		return (4);
	if (fcntl(0, F_DUPFD, 10) != -1 || errno != EINVAL)
		return (5);
	/* One that is open above a new limit stays. */
	if (limit(RLIMIT_NOFILE, 5, 10) != 0 || read(9, &fd, 0) != 0)
		return (6);
	return (0);
}

static int
few_processes(void)
{
	char c;
	int fds[2], n = 0;
	pid_t pid;

	pipe(fds);
	if (limit(RLIMIT_NPROC, 4, 4) != 0 || setuid(4321) != 0)
		return (1);
	while ((pid = fork()) > 0)
		n++;
	if (pid == 0) {
		close(fds[1]);
		_exit(read(fds[0], &c, 1) == 0 ? 0 : 1);
	}
	if (errno != EAGAIN || n != 3)
		return (2);
	if (vfork() != -1 || errno != EAGAIN)
		return (3);
	close(fds[1]);
	while (wait(NULL) != -1)
		continue;
	return (0);
}

static int
root_processes(void)
{
	pid_t pid;

	limit(RLIMIT_NPROC, 1, 1);
	pid = must_fork();
	if (pid == 0)
		_exit(0);
	return (ended_well(pid) ? 0 : 1);
}

/* ---------------------------------------------------------------- memory */

static int
little_memory(void)
{
	void *p = sbrk(0);

	/* Both in bytes; what is there already counts. */
	if (limit(RLIMIT_DATA, 1 << 20, 1 << 20) != 0)
		return (1);
	if (sbrk(2 << 20) != (void *)-1 || errno != ENOMEM || sbrk(0) != p ||
	    sbrk(4096) == (void *)-1)
		return (2);
	if (limit(RLIMIT_AS, 1 << 20, 1 << 20) != 0)
		return (3);
	p = mmap(NULL, 2 << 20, PROT_READ, MAP_ANON | MAP_PRIVATE, -1, 0);
	return (p == MAP_FAILED && errno == ENOMEM ? 0 : 4);
}

static int
deepen(volatile char *above, int kilobytes)
{
	volatile char frame[1024];

	frame[0] = *above;
	if (kilobytes <= 1)
		return (frame[0]);
	return (deepen(frame, kilobytes - 1) + frame[0]);
}

static int
low_stack(void)
{
	char zero = 0;

	limit(RLIMIT_STACK, 256 << 10, 256 << 10);
	if (deepen(&zero, 100) != 0)
		return (1);
	return (deepen(&zero, 400));
}

static void
test_what(void)
{
	int status;

	ok(child(few_files) == 0, "RLIMIT_NOFILE");
	ok(child(few_processes) == 0, "RLIMIT_NPROC, of the real user");
	ok(child(root_processes) == 0, "which does not bind root");
	ok(child(little_memory) == 0, "RLIMIT_DATA and RLIMIT_AS");
	status = child(low_stack);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "RLIMIT_STACK");
}

/* ------------------------------------------------------------ file size */

static int
no_signal(void)
{
	int fd = open(FILENAME, O_RDWR | O_CREAT | O_TRUNC, 0644), fds[2];
	char buf[200] = "";

	signal(SIGXFSZ, count);
	limit(RLIMIT_FSIZE, 100, RLIM_INFINITY);
	if (write(fd, buf, 200) != 100 || hits != 0)
		return (1);
	if (write(fd, buf, 1) != -1 || errno != EFBIG || hits != 1)
		return (2);
	if (pwrite(fd, buf, 200, 50) != 50 || hits != 1)
		return (3);
	if (ftruncate(fd, 101) != -1 || errno != EFBIG || hits != 2)
		return (4);
	if (truncate(FILENAME, 101) != -1 || errno != EFBIG || hits != 3)
		return (5);
	if (ftruncate(fd, 100) != 0 || ftruncate(fd, 10) != 0 || hits != 3)
		return (6);
	/* What is longer already may be changed, and made shorter. */
	limit(RLIMIT_FSIZE, 5, RLIM_INFINITY);
	if (pwrite(fd, buf, 5, 0) != 5 || ftruncate(fd, 8) != 0 || hits != 3)
		return (7);
	/* It is about files only. */
	limit(RLIMIT_FSIZE, 0, RLIM_INFINITY);
	if (pipe(fds) != 0 || write(fds[1], buf, 10) != 10 ||
	    write(open("/dev/null", O_WRONLY), buf, 10) != 10 || hits != 3)
		return (8);
	return (0);
}

static int
killed_by_size(void)
{
	int fd = open(FILENAME, O_RDWR);

	limit(RLIMIT_FSIZE, 0, 0);
	write(fd, "", 1);
	return (1);
}

/* ------------------------------------------------------- processor time */

static void
burn(long ms)
{
	struct timespec ts;

	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	while (ts.tv_sec * 1000 + ts.tv_nsec / 1000000 < ms);
}

static int
killed_by_time(void)
{
	signal(SIGXCPU, count);
	/* At once a warning, and the end after a second. */
	limit(RLIMIT_CPU, 0, 1);
	while (hits == 0)
		continue;
	burn(900);
	if (hits != 1)
		return (1);
	burn(4000);
	return (2);
}

static void
test_signals(void)
{
	int status;

	status = child(no_signal);
	ok(status == 0, "RLIMIT_FSIZE: EFBIG and SIGXFSZ (%#x)", status);
	status = child(killed_by_size);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ,
	    "SIGXFSZ kills by default");
	unlink(FILENAME);
	status = child(killed_by_time);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "RLIMIT_CPU: SIGXCPU, then SIGKILL at the maximum (%#x)", status);
}

/* --------------------------------------------------------------- getrusage */

static long
microseconds(const struct timeval *tv)
{
	return (tv->tv_sec * 1000000L + tv->tv_usec);
}

static int
uses_memory(void)
{
	volatile char *p = malloc(1 << 20);
	struct rusage ru;
	int i;

	if (p == NULL)
		return (1);
	for (i = 0; i < 1 << 20; i += 4096)
		p[i] = 1;
	burn(30);
	/* The peak is looked at by ticks, and whenever it is asked for. */
	getrusage(RUSAGE_SELF, &ru);
	free((char *)p);
	usleep(15000);
	raise(SIGURG);
	signal(SIGURG, count);
	raise(SIGURG);
	return (getrusage(RUSAGE_SELF, &ru) == 0 && ru.ru_maxrss >= 1024 &&
		    ru.ru_minflt >= 256 && ru.ru_majflt == 0 &&
		    ru.ru_nvcsw >= 1 && ru.ru_nsignals == 1 &&
		    ru.ru_nswap == 0 &&
		    microseconds(&ru.ru_utime) + microseconds(&ru.ru_stime) >=
			29000 ?
		0 :
		1);
}

static void
test_usage(void)
{
	struct rusage a, b;

	getrusage(RUSAGE_CHILDREN, &a);
	ok(child(uses_memory) == 0, "what a process has used");
	getrusage(RUSAGE_CHILDREN, &b);
	ok(b.ru_maxrss >= 1024 && b.ru_minflt - a.ru_minflt >= 256 &&
		b.ru_nsignals - a.ru_nsignals == 1 &&
		microseconds(&b.ru_utime) + microseconds(&b.ru_stime) -
			microseconds(&a.ru_utime) - microseconds(&a.ru_stime) >=
		    29000,
	    "what its parent's children have, when it has been waited for");
	ok(getrusage(1, &a) == -1 && errno == EINVAL, "of nobody: EINVAL");
	ok(getrusage(RUSAGE_SELF, (void *)0xc0100000) == -1 && errno == EFAULT,
	    "a bad pointer: EFAULT");
}

int
main(void)
{
	test_set();
	test_what();
	test_signals();
	test_usage();
	return (tap_done());
}
