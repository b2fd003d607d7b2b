/*
 * Locked memory: no access to it faults, whatever is forked, protected or
 * shared.  Faults are counted by the kernel, for each process.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lettered.h"
#include "tap.h"

#define	PAGE	4096
#define	PAGES	8
#define	SIZE	(PAGES * PAGE)
#define	RW	(PROT_READ | PROT_WRITE)
#define	ANON	(MAP_ANON | MAP_PRIVATE)
#define	NAME	"/tmp/mlock"

static struct rusage usage;

/* ------------------------------------------------------------- the helpers */

static char *
map(size_t len, int prot, int flags, int fd)
{
	char *p = mmap(NULL, len, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return (p);
}

static long
faults_until_now(void)
{
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_minflt);
}

/* How many faults it takes to write c to the first of each of n pages. */
static long
write_faults(volatile char *p, int n, char c)
{
	long before;
	int i;

	/* The call's own faults, if any, come with the first one. */
	(void)faults_until_now();
	before = faults_until_now();
	for (i = 0; i < n; i++)
		p[i * PAGE] = c;
	return (faults_until_now() - before);
}

static long
read_faults(volatile char *p, int n)
{
	long before;
	int i;

	(void)faults_until_now();
	before = faults_until_now();
	for (i = 0; i < n; i++)
		(void)p[i * PAGE];
	return (faults_until_now() - before);
}

static bool
all_are(const char *p, int n, char c)
{
	int i;

	for (i = 0; i < n; i++)
		if (p[i * PAGE] != c)
			return (false);
	return (true);
}

static void
limit_locked(rlim_t most)
{
	struct rlimit rl = { most, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &rl) == -1)
		err(1, "setrlimit");
}

/* The errno of locking that must fail. */
static int
refused(const void *p, size_t len)
{
	return (mlock(p, len) == -1 ? errno : 0);
}

/* ------------------------------------------------------------ lock, unlock */

static void
test_lock(void)
{
	char *p = map(SIZE, RW, ANON, -1), *q;

	ok(mlock(p + PAGE + 1, 2 * PAGE - 1) == 0 &&
		write_faults(p + PAGE, 2, 'x') == 0,
	    "new pages, locked, do not fault");
	ok(write_faults(p, 1, 'x') == 1 &&
		write_faults(p + 3 * PAGE, 1, 'x') == 1,
	    "those beside do");
	ok(mlock(p, SIZE) == 0 && all_are(p, 4, 'x') &&
		write_faults(p, PAGES, 'y') == 0,
	    "locked again, and more of them");
	ok(munlock(p, SIZE) == 0 && munlock(p, SIZE) == 0,
	    "unlocked once they are not locked, and no error twice");
	ok(mlock(p, 0) == 0 && munlock(p, 0) == 0 && mlock(NULL, 0) == 0,
	    "no bytes are no error");
	munmap(p, SIZE);

	q = map(SIZE, PROT_READ, ANON, -1);
	ok(mlock(q, SIZE) == 0 && read_faults(q, PAGES) == 0,
	    "memory that is only read");
	munmap(q, SIZE);
	p = map(SIZE, RW, MAP_ANON | MAP_SHARED, -1);
	ok(mlock(p, SIZE) == 0 && write_faults(p, PAGES, 's') == 0,
	    "shared memory");
	munmap(p, SIZE);
}

static void
test_refused(void)
{
	char *p = map(SIZE, RW, ANON, -1);
	int fd;

	munmap(p + 4 * PAGE, PAGE);
	ok(refused(p, SIZE) == ENOMEM && munlock(p, SIZE) == -1 &&
		errno == ENOMEM,
	    "a hole");
	mprotect(p + 2 * PAGE, PAGE, PROT_NONE);
	ok(refused(p, 4 * PAGE) == ENOMEM, "what may not be accessed");
	ok(refused(p, -1) == EINVAL && munlock(p, -1) == -1 && errno == EINVAL,
	    "a range that wraps");
	ok(refused((void *)0xc0000000, PAGE) == ENOMEM, "the kernel's");
	munmap(p, SIZE);
	fd = make_file(NAME, 2);
	p = map(4 * PAGE, RW, MAP_SHARED, fd);
	ok(refused(p, 4 * PAGE) == ENOMEM && mlock(p, 2 * PAGE) == 0,
	    "behind the end of a file");
	munmap(p, 4 * PAGE);
	close(fd);
}

static void
test_limit(void)
{
	char *p = map(SIZE, RW, ANON, -1);
	pid_t pid;

	limit_locked(4 * PAGE);
	ok(refused(p, 5 * PAGE) == ENOMEM && mlock(p, 4 * PAGE) == 0,
	    "RLIMIT_MEMLOCK");
	ok(mlock(p + PAGE, 2 * PAGE) == 0 && refused(p, 5 * PAGE) == ENOMEM,
	    "what is locked already counts once");
	munlock(p + PAGE, PAGE);
	ok(mlock(p + 4 * PAGE, PAGE) == 0 &&
		refused(p + 5 * PAGE, PAGE) == ENOMEM,
	    "what is unlocked counts no more");
	munmap(p + 4 * PAGE, PAGE);
	ok(mlock(p + 5 * PAGE, PAGE) == 0, "nor what is unmapped");
	pid = must_fork();
	if (pid == 0)
		_exit(mlock(p + PAGE, PAGE) != 0 ||
		    mlock(p + 6 * PAGE, 2 * PAGE) != 0 ||
		    refused(p, 3 * PAGE) != ENOMEM);
	ok(ended_well(pid), "nor what the parent has locked");
	munmap(p, SIZE);
	limit_locked(RLIM_INFINITY);
}

/* -------------------------------------------------------------------- fork */

/* A child that has what we have, until it is let go. */
static pid_t
fork_holder(void)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		pause();
		_exit(1);
	}
	return (pid);
}

static void
let_go(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* In a child: it has what was there, and its own; none of it is locked. */
static bool
is_own_copy(char *p, char was)
{
	pid_t pid;
	bool good;

	good = all_are(p, PAGES, was) && write_faults(p, PAGES, 'c') == 0;
	pid = fork_holder();
	/* Copied on write now, as it is not locked. */
	good &= write_faults(p, PAGES, 'd') == PAGES;
	let_go(pid);
	return (good);
}

static void
test_fork(void)
{
	char *p = map(SIZE, RW, ANON, -1), *q = map(SIZE, RW, ANON, -1), go;
	int ends[2];
	pid_t pid;

	memset(p, 'x', SIZE);
	memset(q, 'x', SIZE);
	mlock(p, SIZE);
	if (pipe(ends) == -1)
		err(1, "pipe");
	pid = must_fork();
	if (pid == 0) {
		read(ends[0], &go, 1);
		_exit(is_own_copy(p, 'x') ? 0 : 1);
	}
	ok(write_faults(p, PAGES, 'y') == 0,
	    "after a fork the parent writes without a fault");
	ok(write_faults(q, PAGES, 'z') == PAGES, "but where it is not locked");
	write(ends[1], "", 1);
	close(ends[0]);
	close(ends[1]);
	ok(ended_well(pid), "the child has copies, not locked");
	ok(all_are(p, PAGES, 'y'), "and does not write to its parent's");

	/* Locked only now, while the child shares all. */
	pid = fork_holder();
	ok(mlock(q, SIZE) == 0 && write_faults(q, PAGES, 'w') == 0,
	    "pages shared with a child are copied by locking them");
	let_go(pid);

	minherit(p, PAGE, INHERIT_NONE);
	minherit(p + PAGE, PAGE, INHERIT_ZERO);
	pid = must_fork();
	if (pid == 0)
		_exit(p[PAGE] == 0 && p[2 * PAGE] == 'y' ? 0 : 1);
	ok(write_faults(p, PAGES, 'v') == 0 && ended_well(pid),
	    "minherit's word stands");
	munmap(p, SIZE);
	munmap(q, SIZE);
}

/* A child without its own memory, and a program. */
static void
test_vfork(void)
{
	char *p = map(SIZE, RW, ANON, -1);
	pid_t pid;

	mlock(p, SIZE);
	pid = vfork();
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	ok(ended_well(pid) && write_faults(p, PAGES, 'f') == 0,
	    "vfork and exec leave it locked");
	munmap(p, SIZE);
}

static int
leave_memory(void *arg)
{
	char *p = arg;

	if (rfork(RFFDG) == -1)
		return (1);
	return (is_own_copy(p, 'x') ? 0 : 2);
}

static void
test_rfork(void)
{
	static char stack[16384] __attribute__((__aligned__(16)));
	char *p = map(SIZE, RW, ANON, -1);
	pid_t pid;

	memset(p, 'x', SIZE);
	mlock(p, SIZE);
	pid = rfork_thread(RFPROC | RFMEM | RFFDG, stack + sizeof(stack),
	    leave_memory, p);
	ok(ended_well(pid), "who leaves shared memory leaves its locks");
	ok(all_are(p, PAGES, 'x') && write_faults(p, PAGES, 'y') == 0,
	    "which stay with who remains");
	munmap(p, SIZE);
}

/* ------------------------------------------------------- what may be done */

static sigjmp_buf env;

static void
fault(int sig)
{
	siglongjmp(env, sig);
}

/* False if it faults. */
static bool
writes(volatile char *p)
{
	if (sigsetjmp(env, 1) != 0)
		return (false);
	*p = 'w';
	return (true);
}

/* Locked memory with the rights to read and execute, which it had not. */
static bool
may_not_write(int flags)
{
	char *p = map(SIZE, RW, flags, -1);
	bool good;
	int i;

	signal(SIGSEGV, fault);
	memset(p, 'x', SIZE);
	mlock(p, SIZE);
	good = mprotect(p, SIZE, PROT_READ | PROT_EXEC) == 0;
	for (i = 0; i < PAGES; i++)
		good &= !writes(p + i * PAGE);
	good &= all_are(p, PAGES, 'x') && read_faults(p, PAGES) == 0;
	signal(SIGSEGV, SIG_DFL);
	munmap(p, SIZE);
	return (good);
}

static void
test_protect(void)
{
	char *p = map(SIZE, RW, ANON, -1);
	pid_t pid;

	memset(p, 'x', SIZE);
	mlock(p, SIZE);
	mprotect(p, SIZE, PROT_READ);
	/* Nobody can write: the pages are shared with the child. */
	pid = fork_holder();
	ok(read_faults(p, PAGES) == 0, "read-only, it does not fault either");
	ok(mprotect(p, SIZE, RW) == 0 && write_faults(p, PAGES, 'y') == 0,
	    "nor when it may be written again");
	let_go(pid);
	mprotect(p, SIZE, PROT_NONE);
	ok(mprotect(p, SIZE, PROT_READ) == 0 && read_faults(p, PAGES) == 0 &&
		all_are(p, PAGES, 'y'),
	    "nor after PROT_NONE");
	munmap(p, SIZE);
	ok(may_not_write(ANON) && may_not_write(MAP_ANON | MAP_SHARED),
	    "with a right given and that to write taken, it is not written");

	p = map(SIZE, RW, MAP_ANON | MAP_SHARED, -1);
	mlock(p, SIZE);
	mprotect(p, SIZE, PROT_NONE);
	ok(mprotect(p, SIZE, RW) == 0 && write_faults(p, PAGES, 'z') == 0,
	    "nor shared memory");
	munmap(p, SIZE);
}

static void
test_file(void)
{
	int fd = make_file(NAME, PAGES), i;
	bool good = true;
	char *p, c;

	p = map(SIZE, PROT_READ, MAP_PRIVATE, fd);
	ok(mlock(p, SIZE) == 0 && read_faults(p, PAGES) == 0,
	    "a file, to be read");
	ok(mprotect(p, SIZE, RW) == 0 && write_faults(p + PAGE, 1, 'x') == 0,
	    "then to be written, privately");
	for (i = 0; i < PAGES; i++)
		good &= pread(fd, &c, 1, i * PAGE) == 1 && c == 'a' + i &&
		    p[i * PAGE] == (i == 1 ? 'x' : 'a' + i);
	ok(good, "the copies are right, and the file is not written");
	munmap(p, SIZE);

	p = map(SIZE, RW, MAP_SHARED, fd);
	ok(mlock(p, SIZE) == 0 && write_faults(p, PAGES, 'y') == 0 &&
		pread(fd, &c, 1, 0) == 1 && c == 'y',
	    "a file, shared");
	ok(ftruncate(fd, 3 * PAGE) == 0 && write_faults(p, 3, 'z') == 0,
	    "made shorter, the rest of it is locked");
	munmap(p, SIZE);
	close(fd);
	unlink(NAME);
}

static int
see_write(char *p)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		*p = 'c';
		_exit(0);
	}
	return (ended_well(pid) && *p == 'c');
}

static void
test_inherit(void)
{
	char *p = map(SIZE, RW, ANON, -1);

	memset(p, 'x', SIZE);
	mlock(p, SIZE);
	ok(minherit(p, SIZE, INHERIT_SHARE) == 0 &&
		read_faults(p, PAGES) == 0 && all_are(p, PAGES, 'x') &&
		write_faults(p, PAGES, 'y') == 0,
	    "shared from now on, it is locked");
	ok(see_write(p) && write_faults(p, PAGES, 'z') == 0,
	    "after a fork, too");
	munmap(p, SIZE);
}

/* The stack, with its lowest page locked, grows; what it gets is not. */
static void
test_stack(void)
{
	char *here = (char *)&here, *low;
	int n;
	pid_t pid = must_fork();

	if (pid == 0) {
		low = (char *)((uintptr_t)here & ~(uintptr_t)(PAGE - 1));
		/* As far down as the stack is now. */
		for (n = 0; mlock(low - PAGE, PAGE) == 0; n++)
			low -= PAGE;
		*(volatile char *)(low - 1) = 1;
		if (munlock(low - PAGE, PAGE) != 0)
			_exit(1); /* it is not there */
		limit_locked(n * PAGE);
		_exit(mlock(low, PAGE) == 0 && /* as it is already */
			    refused(low - PAGE, PAGE) == ENOMEM ?
			0 :
			2);
	}
	ok(ended_well(pid), "a locked stack grows");
}

int
main(void)
{
	test_lock();
	test_refused();
	test_limit();
	test_fork();
	test_vfork();
	test_rfork();
	test_protect();
	test_file();
	test_inherit();
	test_stack();
	return (tap_done());
}
