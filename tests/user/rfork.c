/*
 * rfork(2) as seen from a program: which combinations are refused, and
 * for each flag what parent and child share.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

static int	*shared;		/* a page that every child shares */
static volatile int plain;		/* shared by RFMEM only */

/* The errno of rfork(flags), which must make no process; 0 if it works. */
static int
refused(int flags)
{
	pid_t pid;

	errno = 0;
	pid = rfork(flags);
	if (pid == 0 && (flags & RFPROC))
		_exit(0);
	if (pid > 0) {
		waitpid(pid, NULL, 0);
		return (0);
	}
	return (pid == 0 ? 0 : errno);
}

static void
test_flags(void)
{
	static const struct {
		int flags;
		const char *name;
	} bad[] = {
		{ RFFDG | RFCFDG, "RFFDG|RFCFDG" },
		{ RFPROC | RFFDG | RFCFDG, "RFPROC|RFFDG|RFCFDG" },
		{ RFPROC | RFFDG | RFSTOPPED, "RFSTOPPED" },
		{ RFPROC | RFFDG | RFHIGHPID, "RFHIGHPID" },
		{ RFPROC | RFFDG | (int)RFPPWAIT, "RFPPWAIT with others" },
		{ RFPROC | RFFDG | RFPROCDESC, "RFPROCDESC" },
		{ RFPROC | RFFDG | RFNAMEG, "RFNAMEG" },
		{ RFPROC | RFFDG | RFENVG, "RFENVG" },
		{ RFPROC | RFFDG | RFNOTEG, "RFNOTEG" },
		{ RFPROC | RFFDG | RFCNAMEG, "RFCNAMEG" },
		{ RFPROC | RFFDG | RFCENVG, "RFCENVG" },
		{ RFPROC | RFFDG | 1 << 7, "bit 7" },
		{ RFPROC | RFFDG | 1 << 15, "bit 15" },
		{ RFPROC | RFFDG | 1 << 29, "bit 29" },
		{ RFPROC | RFFDG | RFTSIGFLAGS(SIGUSR2), "signal, no flag" },
		{ RFPROC | RFFDG | RFTSIGZMB | RFTSIGFLAGS(32), "signal 32" },
	};
	static const int harmless[] = { 0, RFMEM, RFNOWAIT, RFTHREAD,
		RFSIGSHARE, RFLINUXTHPN, RFFDG,
		RFNOWAIT | RFSIGSHARE | RFTHREAD | RFLINUXTHPN };
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(refused(bad[i].flags) == EINVAL, "%s is EINVAL",
		    bad[i].name);
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		ok(refused(harmless[i]) == 0, "%#x without RFPROC does nothing",
		    harmless[i]);
	ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "none of them left a child");
}

/* Fork with the flags, run fn in the child, give its exit status. */
static int
run(int flags, int (*fn)(void))
{
	int status;
	pid_t pid;

	pid = rfork(RFPROC | flags);
	if (pid == 0)
		_exit(fn());
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return (-1);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static int	fd;

static int
child_closes(void)
{
	return (close(fd) == 0 ? 0 : 1);
}

static int
child_has_fd(void)
{
	return (fcntl(fd, F_GETFD) != -1);
}

static int
child_opens(void)
{
	return (open("/dev/null", O_RDONLY));
}

static int
child_seeks(void)
{
	return (lseek(fd, 3, SEEK_SET) == 3 ? 0 : 1);
}

static void
test_files(void)
{
	fd = open("/etc/passwd", O_RDONLY);
	ok(fd > 2, "open a file");
	ok(run(RFFDG, child_closes) == 0 && fcntl(fd, F_GETFD) != -1,
	    "RFFDG: the child's close is its own");
	ok(run(RFFDG, child_seeks) == 0 && lseek(fd, 0, SEEK_CUR) == 3,
	    "RFFDG: the offset is shared all the same");
	ok(run(RFCFDG, child_has_fd) == 0, "RFCFDG: the table is empty");
	ok(run(RFCFDG, child_opens) == 0, "RFCFDG: the first open gives 0");
	ok(run(0, child_has_fd) == 1, "neither: the child has the file");
	ok(run(0, child_closes) == 0 && fcntl(fd, F_GETFD) == -1 &&
		errno == EBADF,
	    "neither: the child's close is the parent's");
}

static int
child_writes(void)
{
	plain = 7;
	return (0);
}

static int
thread_main(void *arg)
{
	plain = *(int *)arg;
	return (3);
}

static void
test_memory(void)
{
	static char stack[16384];
	int status, value = 42;
	pid_t pid;

	plain = 1;
	ok(run(RFFDG, child_writes) == 0 && plain == 1,
	    "without RFMEM a write is the child's own");
	pid = rfork_thread(RFPROC | RFMEM | RFFDG, stack + sizeof(stack),
	    thread_main, &value);
	ok(pid > 0 && waitpid(pid, &status, 0) == pid, "rfork_thread");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 3,
	    "its function's value is the exit status");
	ok(plain == 42, "with RFMEM a write is the parent's too");
	errno = 0;
	ok(rfork_thread(RFPROC | RFFDG | RFCFDG, stack + sizeof(stack),
	       thread_main, &value) == -1 &&
		errno == EINVAL,
	    "rfork_thread reports errors");
}

static int
sharer(void *arg)
{
	plain = 5;
	if (rfork(0) != 0) /* part from the parent's memory */
		return (1);
	plain = 6;
	*(volatile int *)arg = 1;
	return (plain == 6 ? 0 : 2);
}

static void
test_divorce(void)
{
	static char stack[16384];
	int status;
	pid_t pid;

	*shared = 0;
	pid = rfork_thread(RFPROC | RFMEM | RFFDG, stack + sizeof(stack),
	    sharer, shared);
	waitpid(pid, &status, 0);
	ok(pid > 0 && status == 0 && *shared == 1 && plain == 5,
	    "rfork(0) un-shares the address space");
}

static void
handler(int sig)
{
	(void)sig;
}

static int
child_sets_handler(void)
{
	return (signal(SIGUSR1, handler) == SIG_ERR);
}

static bool
handler_is(sig_t what)
{
	struct sigaction sa;

	return (sigaction(SIGUSR1, NULL, &sa) == 0 && sa.sa_handler == what);
}

static void
test_signals(void)
{
	signal(SIGUSR1, SIG_DFL);
	ok(run(RFFDG, child_sets_handler) == 0 && handler_is(SIG_DFL),
	    "without RFSIGSHARE an action is the child's own");
	ok(run(RFFDG | RFSIGSHARE, child_sets_handler) == 0 &&
		handler_is(handler),
	    "with it the parent has it too");
	signal(SIGUSR1, SIG_DFL);
}

static int
child_ppid(void)
{
	return (getppid() == 1);
}

static int
child_orphan(void)
{
	*shared = getppid() == 1 ? 1 : 2;
	return (0);
}

static void
test_parent(void)
{
	int status;
	pid_t pid;

	*shared = 0;
	pid = rfork(RFPROC | RFFDG | RFNOWAIT);
	if (pid == 0)
		_exit(child_orphan());
	ok(pid > 0, "RFNOWAIT returns the pid");
	errno = 0;
	ok(waitpid(pid, NULL, 0) == -1 && errno == ECHILD,
	    "RFNOWAIT: there is nobody to wait for");
	while (*shared == 0)
		usleep(1000);
	ok(*shared == 1, "RFNOWAIT: the child's parent is init");
	ok(run(RFFDG, child_ppid) == 0, "else it is the caller");

	pid = rfork(RFPROC | RFFDG | RFLINUXTHPN);
	if (pid == 0)
		_exit(9);
	signal(SIGUSR1, SIG_IGN);
	errno = 0;
	ok(waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	    "RFLINUXTHPN: plain wait does not see the child");
	ok(waitpid(pid, &status, (int)WLINUXCLONE) == pid &&
		WEXITSTATUS(status) == 9,
	    "WLINUXCLONE sees it");
	signal(SIGUSR1, SIG_DFL);
}

static volatile sig_atomic_t got;

static void
count(int sig)
{
	got = sig;
}

static void
test_exit_signal(void)
{
	pid_t pid;

	got = 0;
	signal(SIGUSR2, count);
	signal(SIGCHLD, count);
	pid = rfork(RFPROC | RFFDG | RFTSIGZMB | RFTSIGFLAGS(SIGUSR2));
	if (pid == 0)
		_exit(0);
	while (waitpid(pid, NULL, (int)WLINUXCLONE) == -1 && errno == EINTR)
		;
	ok(got == SIGUSR2, "RFTSIGZMB: the exit signal is the one asked for");
	got = 0;
	pid = rfork(RFPROC | RFFDG | RFTSIGZMB);
	if (pid == 0)
		_exit(0);
	while (waitpid(pid, NULL, (int)WLINUXCLONE) == -1 && errno == EINTR)
		;
	ok(got == 0, "RFTSIGZMB with 0: no signal at all");
	signal(SIGUSR2, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
}

static int
leader(void)
{
	int i;

	for (i = 0; i < 3; i++)
		if (rfork(RFPROC | RFFDG | RFTHREAD) == 0) {
			signal(SIGTERM, SIG_IGN);
			for (;;)
				pause();
		}
	return (4);
}

static void
test_peers(void)
{
	int ends[2], status;
	pid_t pid;
	char c;

	pipe(ends);
	pid = fork();
	if (pid == 0)
		_exit(leader());
	ok(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 4,
	    "a leader with peers exits");
	/* Each peer, now init's child or gone, held the pipe's other end. */
	close(ends[1]);
	ok(read(ends[0], &c, 1) == 0, "and takes all of them along");
	close(ends[0]);
}

int
main(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	if (shared == MAP_FAILED)
		return (1);
	test_flags();
	test_files();
	test_memory();
	test_divorce();
	test_signals();
	test_parent();
	test_exit_signal();
	test_peers();
	return (tap_done());
}
