/*
 * Processes made by rfork(2), after the call: what exec, exit, limits and
 * task groups do to what they share.  What each combination of flags
 * shares is rforktest's to find out.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	STACK_SIZE	16384
#define	SHARER		(RFPROC | RFMEM | RFSIGSHARE)

/* A page that every child shares. */
static struct page {
	volatile int pid[3];
	volatile int n, told;
} *page;

static char	stack[STACK_SIZE];
static char	*none[] = { NULL };

/* Poll until something is so; false if that takes too long. */
#define	WAIT_UNTIL(cond) __extension__ ({				\
	int __i;							\
									\
	for (__i = 0; !(cond) && __i < 500; __i++)			\
		usleep(1000);						\
	(cond);								\
})

static bool
gone(pid_t pid)
{
	return (kill(pid, 0) == -1 && errno == ESRCH);
}

static bool
exits_with(pid_t pid, int code)
{
	int status;

	return (pid > 0 && waitpid(pid, &status, 0) == pid &&
	    WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static int
execs(void *arg __unused)
{
	char *argv[] = { "sh", "-c", "exit 3", NULL };

	execve("/bin/sh", argv, none);
	return (99);
}

static void
catch(int sig __unused)
{
}

/*
 * Exec parts its process from all that it shares with others.
 */
static void
test_exec_parts(void)
{
	static char more[STACK_SIZE];
	struct sigaction sa;
	int fd;

	fd = open("/etc/passwd", O_RDONLY);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	signal(SIGUSR1, catch);
	ok(exits_with(rfork_thread(SHARER, stack + STACK_SIZE, execs, NULL), 3),
	    "a process that shares everything execs");
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC,
	    "close on exec does not close the other's descriptor");
	ok(sigaction(SIGUSR1, NULL, &sa) == 0 && sa.sa_handler == catch,
	    "nor does it lose its handlers");
	memset(more, 1, sizeof(more));
	ok(more[STACK_SIZE - 1] == 1, "nor its memory");
	signal(SIGUSR1, SIG_DFL);
	close(fd);
}

static int
grows(void *arg)
{
	char *p, **where = arg;

	p = sbrk(4096);
	p[0] = 'b';
	where[0] = p;
	where[1] = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	where[1][0] = 'm';
	return (0);
}

static void
test_memory(void)
{
	static char *where[2];
	char *before = sbrk(0);

	ok(exits_with(rfork_thread(RFPROC | RFMEM | RFFDG, stack + STACK_SIZE,
			  grows, where),
	       0),
	    "a sharer of memory grows it");
	ok((char *)sbrk(0) == before + 4096 && where[0][0] == 'b',
	    "its break is the other's");
	ok(where[1][0] == 'm', "its mapping too, and outlives it");
	munmap(where[1], 4096);
}

static volatile int heap_done;

static int
allocates(void *arg __unused)
{
	void *p;

	while (!heap_done) {
		p = malloc(100);
		if (p == NULL)
			return (1);
		free(p);
	}
	return (0);
}

/*
 * A fork comes while a sharer of memory has the heap in its hands: the child
 * must have a heap that is whole, and not locked by somebody who is not.
 */
static void
test_heap(void)
{
	int i, whole = 0;
	pid_t pid, sharer;
	void *volatile p; /* or it would not be allocated at all */

	heap_done = 0;
	sharer = rfork_thread(RFPROC | RFMEM | RFFDG, stack + STACK_SIZE,
	    allocates, NULL);
	for (i = 0; i < 200 && whole == i; i++) {
		pid = fork();
		if (pid == 0) {
			alarm(5);
			p = malloc(5000);
			free(p);
			_exit(p == NULL);
		}
		whole += exits_with(pid, 0);
	}
	heap_done = 1;
	ok(whole == 200 && exits_with(sharer, 0),
	    "a child's heap is whole, whatever a sharer does meanwhile");
}

static int
limits_itself(void *arg __unused)
{
	struct rlimit lim = { 17, 17 };

	return (setrlimit(RLIMIT_NOFILE, &lim) == 0 ? 0 : 1);
}

static void
test_limits(void)
{
	struct rlimit lim;

	ok(exits_with(rfork_thread(SHARER, stack + STACK_SIZE, limits_itself,
			  NULL),
	       0),
	    "a process that shares everything sets a limit");
	ok(getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur != 17,
	    "it is its own");
}

static void
test_exit_signal(void)
{
	int status;
	pid_t pid;

	/* It may end at once. */
	signal(SIGUSR1, SIG_IGN);
	pid = rfork(RFPROC | RFFDG | RFLINUXTHPN);
	if (pid == 0)
		_exit(9);
	errno = 0;
	ok(waitpid(-1, NULL, 0) == -1 && errno == ECHILD,
	    "plain wait does not see a child with another exit signal");
	ok(waitpid(-1, &status, (int)WLINUXCLONE) == pid &&
		WEXITSTATUS(status) == 9,
	    "WLINUXCLONE gives its status");
	signal(SIGUSR1, SIG_DFL);

	/* init waits for plain children only. */
	page->pid[0] = 0;
	pid = fork();
	if (pid == 0) {
		pid = rfork(RFPROC | RFFDG | RFTSIGZMB);
		if (pid == 0)
			(void)WAIT_UNTIL(getppid() == 1);
		else
			page->pid[0] = pid;
		_exit(0);
	}
	ok(exits_with(pid, 0) && WAIT_UNTIL(gone(page->pid[0])),
	    "an orphan without an exit signal is reaped by init");
}

static void
on_signal(int sig __unused)
{
}

/*
 * A zombie that its parent leaves behind is news for init, which sleeps.
 */
static void
test_zombie_left(void)
{
	pid_t pid;

	page->pid[0] = 0;
	pid = fork();
	if (pid == 0) {
		sigset_t chld, old;

		signal(SIGCHLD, on_signal);
		sigemptyset(&chld);
		sigaddset(&chld, SIGCHLD);
		sigprocmask(SIG_BLOCK, &chld, &old);
		pid = fork();
		if (pid == 0)
			_exit(0);
		page->pid[0] = pid;
		sigsuspend(&old);
		_exit(0);
	}
	ok(exits_with(pid, 0) && WAIT_UNTIL(gone(page->pid[0])),
	    "a zombie whose parent ends is reaped by init");
}

/* Microseconds that were used. */
static long
used(int who)
{
	struct rusage ru;

	getrusage(who, &ru);
	return ((ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000L +
	    ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
}

static void
test_usage(void)
{
	long before = used(RUSAGE_CHILDREN);
	pid_t pid;

	pid = rfork(RFPROC | RFFDG | RFNOWAIT);
	if (pid == 0) {
		while (used(RUSAGE_SELF) < 50000)
			;
		_exit(0);
	}
	ok(WAIT_UNTIL(gone(pid)) && used(RUSAGE_CHILDREN) == before,
	    "what init's child used is not counted here");
	pid = fork();
	if (pid == 0) {
		while (used(RUSAGE_SELF) < 50000)
			;
		_exit(0);
	}
	ok(exits_with(pid, 0) && used(RUSAGE_CHILDREN) >= before + 50000,
	    "what a child used is, when it has been waited for");
}

/*
 * A peer of the caller, number i, that runs fn(i) and whose pid is noted.
 */
static void
make_peer(int i, void (*fn)(int))
{
	pid_t pid;

	pid = rfork(RFPROC | RFFDG | RFTHREAD);
	if (pid == 0)
		fn(i);
	page->pid[i] = pid;
}

static void
stubborn(int i __unused)
{
	signal(SIGTERM, SIG_IGN);
	__atomic_fetch_add(&page->n, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

/* It ends when it is told to. */
static void
obedient(int i)
{
	while (page->told != i + 1)
		usleep(1000);
	_exit(30 + i);
}

static void
sleeps(int i __unused)
{
	char *argv[] = { "sleep", "100", NULL };

	execve("/bin/sleep", argv, none);
	_exit(1);
}

/* Three peers that ignore what can be ignored; then code, or exec. */
static pid_t
leader(bool program)
{
	char *argv[] = { "sh", "-c", "exit 5", NULL };
	pid_t me;
	int i;

	memset(page, 0, sizeof(*page));
	me = fork();
	if (me != 0)
		return (me);
	for (i = 0; i < 3; i++)
		make_peer(i, stubborn);
	WAIT_UNTIL(page->n == 3);
	if (program)
		execve("/bin/sh", argv, none);
	_exit(4);
}

static bool
all_gone(void)
{
	return (gone(page->pid[0]) && gone(page->pid[1]) && gone(page->pid[2]));
}

static void
test_leader(void)
{
	pid_t pid;
	int i;

	ok(exits_with(leader(false), 4), "a leader with peers exits");
	ok(WAIT_UNTIL(all_gone()), "and takes all of them along");
	ok(exits_with(leader(true), 5), "one that has exec'ed too");
	ok(WAIT_UNTIL(all_gone()), "takes them along");

	/* A peer's exit harms nobody, and the rest still hang on the leader. */
	page->n = page->told = 0;
	pid = fork();
	if (pid == 0) {
		for (i = 0; i < 3; i++)
			make_peer(i, obedient);
		page->told = 2;
		ok(exits_with(page->pid[1], 31), "a peer exits");
		ok(!gone(page->pid[0]) && !gone(page->pid[2]),
		    "without the others");
		page->told = 3;
		ok(exits_with(page->pid[2], 32), "another, and not the last");
		exit(0);
	}
	/* These three lines were printed by the child. */
	tap_tests += 3;
	ok(exits_with(pid, 0) && WAIT_UNTIL(gone(page->pid[0])),
	    "the last one is taken along by the leader");
}

/*
 * Exec takes a peer out of its group: it outlives the leader.
 */
static void
test_peer_execs(void)
{
	pid_t pid;

	page->pid[0] = 0;
	pid = fork();
	if (pid == 0) {
		int ends[2];
		char c;

		pipe(ends);
		fcntl(ends[1], F_SETFD, FD_CLOEXEC);
		make_peer(0, sleeps);
		close(ends[1]);
		read(ends[0], &c, 1); /* until exec has closed it */
		_exit(6);
	}
	ok(exits_with(pid, 6), "a leader ends whose peer has exec'ed");
	usleep(20000);
	ok(kill(page->pid[0], 0) == 0, "the peer lives on");
	kill(page->pid[0], SIGKILL);
	ok(WAIT_UNTIL(gone(page->pid[0])), "until it is killed");
}

/*
 * Have a child look at something of ours as long as fn() goes on, which does
 * 2000 rforks that are to change nothing: true if none did.
 */
static bool
unchanged_while(void (*look)(pid_t), bool (*same)(void), int flags)
{
	pid_t us = getpid(), pid = must_fork();
	bool good = true;
	int i;

	if (pid == 0)
		for (;;)
			look(us);
	for (i = 0; i < 2000 && good; i++)
		good = rfork(flags) == 0 && same();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return (good);
}

static void
look_at_files(pid_t pid)
{
	int name[4] = { CTL_KERN, KERN_PROC, KERN_PROC_FILEDESC, pid };
	static char buf[65536];
	size_t size = sizeof(buf);

	sysctl(name, 4, buf, &size, NULL, 0);
}

static void
look_at_map(pid_t pid)
{
	static char buf[4096];
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "/proc/%d/map", pid);
	fd = open(name, O_RDONLY);
	read(fd, buf, sizeof(buf));
	close(fd);
}

static int	queue;
static char	*once;		/* a page that a copy does not have */

static bool
has_queue(void)
{
	return (fcntl(queue, F_GETFD) == 0);
}

static bool
has_page(void)
{
	return (mprotect(once, 4096, PROT_READ | PROT_WRITE) == 0 &&
	    *once == 'x');
}

/*
 * Without RFPROC what is shared with nobody stays as it is, also while
 * somebody looks at it: a copy would have no event queues, and not all pages.
 */
static void
test_looked_at(void)
{
	queue = kqueue();
	ok(unchanged_while(look_at_files, has_queue, RFFDG),
	    "files that others look at are not shared");
	close(queue);
	once = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE,
	    -1, 0);
	*once = 'x';
	minherit(once, 4096, INHERIT_NONE);
	ok(unchanged_while(look_at_map, has_page, 0),
	    "nor is memory that others look at");
	munmap(once, 4096);
}

int
main(void)
{
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (page == MAP_FAILED)
		return (1);
	test_exec_parts();
	test_memory();
	test_heap();
	test_limits();
	test_exit_signal();
	test_zombie_left();
	test_usage();
	test_leader();
	test_peer_execs();
	test_looked_at();
	return (tap_done());
}
