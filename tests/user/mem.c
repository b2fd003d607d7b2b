/*
 * The memory system calls: what they refuse, and what the memory that they
 * give does when it is used, forked and given back.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lettered.h"
#include "tap.h"

#define	PAGE	4096
#define	RW	(PROT_READ | PROT_WRITE)
#define	ANON	(MAP_ANON | MAP_PRIVATE)
#define	NAME	"/tmp/mem"

static sigjmp_buf env;
static siginfo_t info;

/* ------------------------------------------------------------- the helpers */

static void
take(int sig, siginfo_t *si, void *uc)
{
	(void)uc;
	info = *si;
	siglongjmp(env, sig);
}

/* The handler has a stack of its own: one test has used up the other. */
static void
catch_faults(void)
{
	static char stack[32768];
	stack_t ss;
	struct sigaction sa;

	memset(&ss, 0, sizeof(ss));
	ss.ss_sp = stack;
	ss.ss_size = sizeof(stack);
	sigaltstack(&ss, NULL);
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = take;
	sa.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

/* The signal that reading or writing p gives, or 0. */
static int
touch(volatile char *p, int writing)
{
	int sig;

	memset(&info, 0, sizeof(info));
	sig = sigsetjmp(env, 1);
	if (sig == 0) {
		if (writing)
			*p = 1;
		else
			(void)*p;
	}
	return (sig);
}

/* Whether touching p is this fault, at this very place. */
static int
faults(void *p, int writing, int sig, int code)
{
	return (touch(p, writing) == sig && info.si_code == code &&
	    info.si_addr == p);
}

static int
readable(void *p)
{
	return (touch(p, 0) == 0);
}

static int
writable(void *p)
{
	return (touch(p, 1) == 0);
}

static char *
map(void *addr, size_t len, int prot, int flags, int fd, off_t pos)
{
	errno = 0;
	return (mmap(addr, len, prot, flags, fd, pos));
}

static char *
anon(size_t len)
{
	return (map(NULL, len, RW, ANON, -1, 0));
}

/* The errno of a mapping that must fail; 0 if it does not. */
static int
refused(void *addr, size_t len, int prot, int flags, int fd, off_t pos)
{
	return (map(addr, len, prot, flags, fd, pos) == MAP_FAILED ? errno : 0);
}

static int
all_are(const char *p, int c, size_t len)
{
	while (len-- != 0)
		if (*p++ != c)
			return (0);
	return (1);
}

/* The wait status of a child that runs fn(p) and exits with its value. */
static int
child(int (*fn)(char *), char *p)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(p));
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return (-1);
	return (status);
}

/* --------------------------------------------------------------- anonymous */

static int
write_x(char *p)
{
	*p = 'x';
	return (0);
}

static int
read_it(char *p)
{
	return (*p);
}

static int
touch_it(char *p)
{
	return (touch(p, 0));
}

static void
test_anon(void)
{
	char *p = anon(3 * PAGE), *q;

	ok(p != MAP_FAILED && ((uintptr_t)p & (PAGE - 1)) == 0,
	    "anonymous memory begins with a page");
	ok(all_are(p, 0, 3 * PAGE), "it is zero");
	*p = 'a';
	ok(child(write_x, p) == 0 && *p == 'a', "a child's write is private");
	ok(child(read_it, p) == 'a' << 8, "a child sees what was there");
	ok(munmap(p, 3 * PAGE) == 0, "unmap it");
	ok(faults(p, 0, SIGSEGV, SEGV_MAPERR), "then it is not mapped");
	ok(munmap(p, 3 * PAGE) == 0, "unmapping nothing is no error");

	p = map(NULL, PAGE, RW, MAP_ANON | MAP_SHARED, -1, 0);
	ok(p != MAP_FAILED && *p == 0, "shared anonymous memory");
	ok(child(write_x, p) == 0 && *p == 'x', "a child's write is seen");
	munmap(p, PAGE);

	p = map(NULL, 1, RW, ANON, -1, 0);
	ok(p != MAP_FAILED && writable(p + PAGE - 1),
	    "a length is rounded up to pages");
	munmap(p, PAGE);
	p = map(NULL, PAGE, RW, MAP_ANON, -1, 0);
	ok(p != MAP_FAILED && child(write_x, p) == 0 && *p == 0,
	    "neither shared nor private is private");
	munmap(p, PAGE);
	p = anon(PAGE);
	q = map(p, PAGE, RW, ANON, -1, 0);
	ok(q != MAP_FAILED && q != p, "a taken address is only a hint");
	munmap(p, PAGE);
	munmap(q, PAGE);
	q = map(p + 5, PAGE, RW, ANON, -1, 0);
	ok(q != MAP_FAILED && ((uintptr_t)q & (PAGE - 1)) == 0,
	    "a hint need not be aligned");
	munmap(q, PAGE);
}

static void
test_refused(void)
{
	int fd = open("/etc/passwd", O_RDONLY), pipes[2], dir;

	ok(refused(NULL, 0, RW, ANON, -1, 0) == EINVAL, "length 0");
	ok(refused(NULL, PAGE, 8, ANON, -1, 0) == EINVAL, "protection 8");
	ok(refused(NULL, PAGE, RW, ANON | 0x8, -1, 0) == EINVAL, "flag 0x8");
	ok(refused(NULL, PAGE, RW, ANON | MAP_SHARED, -1, 0) == EINVAL,
	    "shared and private");
	ok(refused(NULL, PAGE, RW, ANON, fd, 0) == EINVAL,
	    "anonymous with a descriptor");
	ok(refused((void *)5, PAGE, RW, ANON | MAP_FIXED, -1, 0) == EINVAL,
	    "fixed, not aligned");
	ok(refused(NULL, PAGE, RW, ANON | MAP_FIXED, -1, 0) == EINVAL,
	    "fixed at 0");
	ok(refused((void *)0xc0000000, PAGE, RW, ANON | MAP_FIXED, -1, 0) ==
		EINVAL,
	    "fixed in the kernel");
	ok(refused((void *)0xbffff000, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0) ==
		EINVAL,
	    "fixed and into the kernel");
	ok(refused(NULL, 0xc0000000, RW, ANON, -1, 0) == ENOMEM,
	    "more than all addresses");
	ok(refused(NULL, (size_t)-1, RW, ANON, -1, 0) == ENOMEM, "length -1");
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0) == EBADF,
	    "no descriptor");
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0) == EBADF,
	    "a descriptor that is none");
	ok(refused(NULL, PAGE, RW, MAP_SHARED, fd, 0) == EACCES,
	    "shared for writing, open for reading");
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, -PAGE) == EINVAL,
	    "a negative offset");
	close(fd);
	fd = open(NAME, O_WRONLY | O_CREAT, 0600);
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == EACCES,
	    "for reading, open for writing");
	close(fd);
	pipe(pipes);
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0) == ENODEV,
	    "a pipe");
	close(pipes[0]);
	close(pipes[1]);
	dir = open("/tmp", O_RDONLY);
	ok(refused(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0) == ENODEV,
	    "a folder");
	close(dir);
}

static void
test_fixed(void)
{
	char *p = anon(3 * PAGE);

	memset(p, 'x', 3 * PAGE);
	ok(map(p + PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) == p + PAGE &&
		p[PAGE] == 0 && p[PAGE - 1] == 'x' && p[2 * PAGE] == 'x',
	    "fixed replaces what is there, and no more");
	ok(refused(p + PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_EXCL, -1, 0) != 0,
	    "fixed and exclusive does not");
	ok(refused(NULL, PAGE, RW, ANON | MAP_EXCL, -1, 0) == EINVAL,
	    "exclusive without fixed");
	munmap(p + PAGE, PAGE);
	ok(map(p + PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_EXCL, -1, 0) ==
		p + PAGE,
	    "exclusive where nothing is");
	munmap(p, 3 * PAGE);
}

/* ------------------------------------------------------------------- files */

static void
test_private_file(void)
{
	int fd = make_file(NAME, 3);
	char *p = map(NULL, 3 * PAGE, RW, MAP_PRIVATE, fd, 0), c = 0;

	ok(p != MAP_FAILED && p[0] == 'a' && p[2 * PAGE] == 'c',
	    "a private file");
	p[0] = 'X';
	ok(pread(fd, &c, 1, 0) == 1 && c == 'a',
	    "a private write is not in the file");
	pwrite(fd, "Y", 1, 1);
	ok(p[1] == 'a', "a page written to is one's own");
	pwrite(fd, "Z", 1, PAGE);
	ok(p[PAGE] == 'Z', "another one shows the file");
	ok(child(write_x, p) == 0 && p[0] == 'X', "a child's write is private");
	munmap(p, 3 * PAGE);
	p = map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE);
	ok(p != MAP_FAILED && *p == 'c', "an offset");
	munmap(p, PAGE);
	p = map(NULL, PAGE - 10, PROT_READ, MAP_PRIVATE, fd, PAGE + 10);
	ok(p != MAP_FAILED && ((uintptr_t)p & (PAGE - 1)) == 10 && *p == 'b' &&
		p[PAGE - 11] == 'b',
	    "an offset within a page gives an address within a page");
	munmap(p - 10, PAGE);
	close(fd);
	fd = open(NAME, O_RDONLY);
	p = map(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	ok(p != MAP_FAILED && writable(p),
	    "private for writing, open for reading");
	munmap(p, PAGE);
	close(fd);
}

static void
test_shared_file(void)
{
	int fd = make_file(NAME, 2), fd2 = open(NAME, O_RDONLY);
	char *p = map(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0), *q, c = 0;

	p[0] = 'X';
	ok(pread(fd2, &c, 1, 0) == 1 && c == 'X', "a shared write is a write");
	pwrite(fd, "Y", 1, 1);
	ok(p[1] == 'Y', "and a write is seen");
	q = map(NULL, PAGE, PROT_READ, MAP_SHARED, fd2, 0);
	ok(q != MAP_FAILED && q[0] == 'X', "mapped twice it is one");
	ok(child(write_x, p + 2) == 0 && q[2] == 'x',
	    "and a child's write is seen in both");
	ok(faults(q, 1, SIGSEGV, SEGV_ACCERR), "one may only be read");
	ok(mprotect(q, PAGE, RW) == -1 && errno == EACCES,
	    "mprotect gives no more than the descriptor");
	close(fd);
	close(fd2);
	ok(p[PAGE] == 'b', "a mapping outlives the descriptor");
	unlink(NAME);
	ok(p[PAGE] == 'b' && writable(p), "and the name");
	ok(msync(p, 2 * PAGE, MS_SYNC) == 0 && msync(p, PAGE, MS_ASYNC) == 0 &&
		msync(p, PAGE, MS_INVALIDATE) == 0 && msync(p, 0, 0) == 0,
	    "msync");
	ok(msync(p + 1, PAGE, 0) == -1 && errno == EINVAL,
	    "msync: not aligned");
	ok(msync(p, PAGE, MS_ASYNC | MS_INVALIDATE) == -1 && errno == EINVAL &&
		msync(p, PAGE, 0x10) == -1 && errno == EINVAL,
	    "msync: bad flags");
	munmap(q, PAGE);
	ok(msync(q, PAGE, 0) == -1 && errno == ENOMEM, "msync: not mapped");
	munmap(p, 2 * PAGE);
}

static void
test_file_end(void)
{
	int fd = make_file(NAME, 1);
	char *p, c = 1;

	ftruncate(fd, PAGE + 100);
	p = map(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	ok(readable(p + PAGE) && all_are(p + PAGE, 0, PAGE),
	    "zeros up to the end of the last page");
	p[PAGE + 200] = 'x';
	ok(pread(fd, &c, 1, PAGE + 200) == 0, "what is there is no file");
	ok(faults(p + 2 * PAGE, 0, SIGBUS, BUS_ADRERR) &&
		faults(p + 2 * PAGE, 1, SIGBUS, BUS_ADRERR),
	    "a page behind the end");
	ftruncate(fd, 3 * PAGE);
	ok(readable(p + 2 * PAGE), "the file grows: the page is there");
	ok(pread(fd, &c, 1, PAGE + 200) == 1 && c == 0,
	    "a hole is zero, whatever was written behind the end");
	ftruncate(fd, 10);
	ok(faults(p + PAGE, 0, SIGBUS, BUS_ADRERR), "it shrinks: gone");
	ok(p[9] == 'a' && p[10] == 0, "behind the new end are zeros");
	ok(write(1, p + 2 * PAGE, 1) == -1 && errno == EFAULT,
	    "a system call gets EFAULT");
	munmap(p, 3 * PAGE);
	p = map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 5 * PAGE);
	ok(p != MAP_FAILED && faults(p, 0, SIGBUS, BUS_ADRERR),
	    "all of it behind the end");
	munmap(p, PAGE);
	close(fd);
	unlink(NAME);
	fd = open("/dev/zero", O_RDWR);
	p = map(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	ok(p != MAP_FAILED && *p == 0 && writable(p), "/dev/zero");
	munmap(p, PAGE);
	close(fd);
}

/* -------------------------------------------------------- munmap, mprotect */

static void
test_munmap(void)
{
	char *p = anon(5 * PAGE);

	memset(p, 'x', 5 * PAGE);
	ok(munmap(p + PAGE, PAGE) == 0 && readable(p) &&
		faults(p + PAGE, 0, SIGSEGV, SEGV_MAPERR) && p[2 * PAGE] == 'x',
	    "a hole");
	ok(munmap(p + 4 * PAGE, 1) == 0 && !readable(p + 4 * PAGE) &&
		readable(p + 3 * PAGE),
	    "one byte is a page");
	ok(munmap(p + 1, PAGE) == -1 && errno == EINVAL, "not aligned");
	ok(munmap(p, 0) == -1 && errno == EINVAL, "length 0");
	ok(munmap(p, (size_t)-PAGE) == -1 && errno == EINVAL, "too long");
	ok(munmap((void *)0xc0000000, PAGE) == -1 && errno == EINVAL,
	    "the kernel");
	ok(munmap(p, 5 * PAGE) == 0 && !readable(p) && !readable(p + 3 * PAGE),
	    "over holes");
}

/* A function of these bytes: mov eax, 42; ret. */
static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

static void
test_mprotect(void)
{
	char *p = anon(4 * PAGE);

	memset(p, 'x', 4 * PAGE);
	ok(mprotect(p + PAGE, PAGE, PROT_READ) == 0 && writable(p) &&
		faults(p + PAGE, 1, SIGSEGV, SEGV_ACCERR) &&
		writable(p + 2 * PAGE),
	    "one page in the middle");
	ok(mprotect(p + 2 * PAGE, PAGE, PROT_NONE) == 0 &&
		faults(p + 2 * PAGE, 0, SIGSEGV, SEGV_ACCERR) &&
		faults(p + 2 * PAGE, 1, SIGSEGV, SEGV_ACCERR),
	    "no access");
	ok(read(open("/dev/zero", O_RDONLY), p + PAGE, 1) == -1 &&
		errno == EFAULT,
	    "nor for a system call");
	ok(mprotect(p, 4 * PAGE, RW) == 0 && p[2 * PAGE + 5] == 'x' &&
		writable(p + PAGE) && writable(p + 2 * PAGE),
	    "all back, nothing lost");
	ok(mprotect(p, PAGE, 8) == -1 && errno == EINVAL, "protection 8");
	ok(mprotect(p, 0, PROT_NONE) == 0 && writable(p) &&
		minherit(p, 0, INHERIT_NONE) == 0,
	    "of no bytes");
	munmap(p + PAGE, PAGE);
	ok(mprotect(p, 4 * PAGE, PROT_READ) == -1 && errno == ENOMEM,
	    "over a hole");
	ok(mprotect((void *)0xc0000000, PAGE, PROT_READ) == -1, "the kernel");
	memcpy(p, code, sizeof(code));
	ok(mprotect(p, PAGE, PROT_READ | PROT_EXEC) == 0 &&
		((int (*)(void))(uintptr_t)p)() == 42,
	    "memory as a program");
	ok(mprotect(p, PAGE, PROT_NONE) == 0 &&
		child(touch_it, p) == SIGSEGV << 8,
	    "a child inherits the protection");
	munmap(p, 4 * PAGE);
}

/* To be written only: read all the same, whoever else has the page. */
static int
still_w(char *p)
{
	return (*(volatile char *)p == 'w' ? 0 : 1);
}

static void
test_write_only(void)
{
	char *p = anon(PAGE);
	int fd = open(NAME, O_CREAT | O_TRUNC | O_RDWR, 0600);

	*p = 'w';
	mprotect(p, PAGE, PROT_WRITE);
	ok(child(still_w, p) == 0 && still_w(p) == 0,
	    "a page to be written only is read, shared with a child");
	munmap(p, PAGE);
	write(fd, "w", 1);
	p = mmap(NULL, PAGE, PROT_WRITE, MAP_PRIVATE, fd, 0);
	ok(still_w(p) == 0, "and one of a file");
	munmap(p, PAGE);
	close(fd);
}

/* The program's own text. */
static int
change_text(char *p)
{
	char *page = (char *)((uintptr_t)p & ~(PAGE - 1));
	char before = *p;

	if (mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
		return (1);
	*p = before + 1;
	return (*p == (char)(before + 1) ? 0 : 2);
}

static void
test_text(void)
{
	char *p = (char *)(uintptr_t)test_munmap, before = *p;

	ok(faults(p, 1, SIGSEGV, SEGV_ACCERR), "text is not written to");
	ok(child(change_text, p) == 0, "made writable it is");
	ok(*p == before, "by the child for itself");
}

/* ---------------------------------------------------------------- minherit */

/* What a child of the child finds where that has written. */
static int
write_and_fork(char *p)
{
	*p = 'w';
	return (child(read_it, p) >> 8);
}

static void
test_minherit(void)
{
	char *p = anon(4 * PAGE);

	memset(p, 'x', 4 * PAGE);
	ok(minherit(p, PAGE, INHERIT_SHARE) == 0 && *p == 'x' &&
		child(read_it, p) == 'x' << 8,
	    "INHERIT_SHARE keeps what is there");
	*p = 'y';
	ok(child(write_x, p) == 0 && *p == 'x', "and shares it");
	ok(minherit(p + PAGE, PAGE, INHERIT_NONE) == 0 && p[PAGE] == 'x' &&
		child(touch_it, p + PAGE) == SIGSEGV << 8,
	    "INHERIT_NONE: the child does not have it");
	ok(minherit(p + 2 * PAGE, PAGE, INHERIT_ZERO) == 0 &&
		p[2 * PAGE] == 'x' && child(read_it, p + 2 * PAGE) == 0,
	    "INHERIT_ZERO: the child has zeros");
	ok(child(write_and_fork, p + 2 * PAGE) == 0,
	    "and so has the grandchild");
	ok(child(write_x, p + 3 * PAGE) == 0 && p[3 * PAGE] == 'x',
	    "the page beside is still copied");
	ok(minherit(p, 2 * PAGE, INHERIT_COPY) == 0, "INHERIT_COPY");
	*p = 'z';
	ok(child(write_x, p) == 0 && *p == 'z', "undoes INHERIT_SHARE");
	ok(child(read_it, p + PAGE) == 'x' << 8, "and INHERIT_NONE");
	ok(minherit(p, PAGE, 4) == -1 && errno == EINVAL &&
		minherit(p, PAGE, -1) == -1 && errno == EINVAL,
	    "another number");
	munmap(p, 4 * PAGE);
	p = map(NULL, PAGE, RW, MAP_ANON | MAP_SHARED, -1, 0);
	*p = 's';
	ok(minherit(p, PAGE, INHERIT_COPY) == 0 && child(write_x, p) == 0 &&
		*p == 's' && child(read_it, p) == 's' << 8,
	    "shared memory, inherited as a copy");
	munmap(p, PAGE);
}

/* ---------------------------------------------------------------- the heap */

static int
shrunk_limit(char *p)
{
	struct rlimit rl = { 4 << 20, 4 << 20 };
	void *before = sbrk(0);

	(void)p;
	if (setrlimit(RLIMIT_DATA, &rl) != 0)
		return (1);
	if (sbrk(8 << 20) != (void *)-1 || errno != ENOMEM)
		return (2);
	if (sbrk(0) != before)
		return (3);
	return (sbrk(PAGE) == before ? 0 : 4);
}

static int
heap_meets_mapping(char *p)
{
	char *end = (char *)(((uintptr_t)sbrk(0) + PAGE - 1) &
	    ~(uintptr_t)(PAGE - 1));

	(void)p;
	if (map(end + 4 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) ==
	    MAP_FAILED)
		return (1);
	if (sbrk(64 * PAGE) != (void *)-1 || errno != ENOMEM)
		return (2);
	return (sbrk(2 * PAGE) == (void *)-1 ? 3 : 0);
}

static void
test_heap(void)
{
	char *start = sbrk(0), *p;

	p = sbrk(3 * PAGE);
	ok(p == start && sbrk(0) == start + 3 * PAGE, "sbrk gives the old end");
	ok(all_are(p, 0, 3 * PAGE), "the new memory is zero");
	memset(p, 'x', 3 * PAGE);
	ok(child(write_x, p) == 0 && *p == 'x', "it is private");
	ok(brk(start) == 0 && sbrk(0) == start, "brk takes it away");
	p = (char *)(((uintptr_t)start + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
	ok(faults(p, 1, SIGSEGV, SEGV_MAPERR), "then it is not mapped");
	ok(brk(start + 3 * PAGE) == 0 && all_are(p, 0, 2 * PAGE),
	    "grown again it is zero");
	ok(sbrk(-3 * PAGE) == start + 3 * PAGE && sbrk(0) == start,
	    "a negative sbrk");
	ok(sbrk(0x7fffffff) == (void *)-1 && errno == ENOMEM &&
		sbrk(0) == start,
	    "too much: ENOMEM, and the end stays");
	ok(brk((void *)0xc0001000) == -1 && errno == ENOMEM, "into the kernel");
	ok(child(shrunk_limit, NULL) == 0, "RLIMIT_DATA");
	ok(child(heap_meets_mapping, NULL) == 0,
	    "the heap stops where something is mapped");
}

/* --------------------------------------------------------------- the stack */

static int
deepen(volatile char *above, int kilobytes)
{
	volatile char frame[1024];

	frame[0] = *above;
	if (kilobytes <= 1)
		return (frame[0]);
	return (deepen(frame, kilobytes - 1) + frame[0]);
}

/* How many megabytes the stack can have until SIGSEGV. */
static int
stack_size(char *p)
{
	volatile char *q = (volatile char *)&p;
	char *top = (char *)&p;

	if (sigsetjmp(env, 1) == 0)
		for (;;) {
			q -= PAGE;
			*q = 1;
		}
	if (info.si_code != SEGV_MAPERR && info.si_code != SEGV_ACCERR)
		return (255);
	return ((top - (char *)info.si_addr + (512 << 10)) >> 20);
}

static int
limited_stack(char *p)
{
	struct rlimit rl = { 2 << 20, 8 << 20 };

	if (setrlimit(RLIMIT_STACK, &rl) != 0)
		return (254);
	return (stack_size(p));
}

static int
deep_calls(char *p)
{
	char one = 0;

	(void)p;
	return (deepen(&one, 6 << 10));
}

/* Below the stack pointer by far, but within the limit: BSD allows it. */
static int
far_below(char *p)
{
	return (touch((char *)((uintptr_t)&p - (1 << 20)), 1));
}

static int
overflow_kills(char *p)
{
	signal(SIGSEGV, SIG_DFL);
	return (stack_size(p));
}

static void
test_stack(void)
{
	struct rlimit rl;
	int s;

	getrlimit(RLIMIT_STACK, &rl);
	ok(child(deep_calls, NULL) == 0, "six megabytes of calls");
	s = child(stack_size, NULL);
	ok(s == (int)(rl.rlim_cur >> 20) << 8,
	    "the stack grows to RLIMIT_STACK (%d MB)", s >> 8);
	s = child(limited_stack, NULL);
	ok(s == 2 << 8, "a lower limit holds at once (%d MB)", s >> 8);
	ok(child(far_below, NULL) == 0, "a far write within the limit");
	s = child(overflow_kills, NULL);
	ok(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV,
	    "without a handler it kills");
}

/* --------------------------------------------------------------- too much */

static int
address_limit(char *p)
{
	struct rlimit rl = { 32 << 20, 32 << 20 };

	(void)p;
	if (setrlimit(RLIMIT_VMEM, &rl) != 0)
		return (1);
	if (refused(NULL, 64 << 20, RW, ANON, -1, 0) != ENOMEM)
		return (2);
	return (anon(8 << 20) == MAP_FAILED ? 3 : 0);
}

/* Use more than there is: whatever happens, it is to this process. */
static int
use_all(char *p)
{
	unsigned n, pages = 0;
	size_t size = sizeof(pages);

	(void)p;
	if (sysctlbyname("vm.v_page_count", &pages, &size, NULL, 0) != 0)
		return (1);
	for (n = 0; n <= pages / 256; n++) {
		p = anon(1 << 20);
		if (p == MAP_FAILED)
			return (errno == ENOMEM ? 2 : 3);
		memset(p, 1, 1 << 20);
	}
	return (4);
}

static int
fork_too_much(char *p)
{
	pid_t pid;
	int status;

	(void)p;
	pid = fork();
	if (pid == 0)
		_exit(use_all(NULL));
	waitpid(pid, &status, 0);
	return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 1);
}

static void
test_too_much(void)
{
	char *p, *q;
	int s;

	ok(child(address_limit, NULL) == 0, "RLIMIT_VMEM");
	s = child(use_all, NULL);
	ok((WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL) || s == 2 << 8,
	    "more than the machine has: killed, or ENOMEM");
	ok(child(fork_too_much, NULL) == 0, "a parent outlives that");
	p = anon(256 * PAGE);
	ok(p != MAP_FAILED && (memset(p, 1, 256 * PAGE), 1),
	    "and there is memory again");
	munmap(p, 256 * PAGE);
	/* Addresses are given back as well. */
	p = anon(1 << 30);
	ok(p != MAP_FAILED && munmap(p, 1 << 30) == 0,
	    "a gigabyte of addresses");
	q = anon(1 << 30);
	ok(q == p, "again, at the same place");
	munmap(q, 1 << 30);
}

int
main(void)
{
	catch_faults();
	test_anon();
	test_refused();
	test_fixed();
	test_private_file();
	test_shared_file();
	test_file_end();
	test_munmap();
	test_mprotect();
	test_write_only();
	test_text();
	test_minherit();
	test_heap();
	test_stack();
	test_too_much();
	unlink(NAME);
	return (tap_done());
}
