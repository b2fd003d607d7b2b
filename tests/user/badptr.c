/*
 * Bad pointers: every system call on files that takes one says EFAULT for
 * addresses in the kernel, unmapped ones, ones that wrap around, and for
 * answers into memory that cannot be written; and nothing is left open.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

#define	FILENAME "/tmp/badptr"

static char	*readonly;		/* a page */
static char	*edge;			/* the last byte of a page */
static int	fd, dirfd, ends[2];

int	__getcwd(char *, unsigned);
int	__sys_getdirentries(int, char *, unsigned, long *);

/* Which kind of pointer; call n of them. */
static const struct { unsigned long p; const char *name; } bad[] = {
	{ 0, "NULL" },
	{ 0x10, "the first page" },
	{ 0xbfc00000UL, "the end of user memory" },
	{ 0xc0000000UL, "the kernel" },
	{ 0xc0100000UL, "the kernel's text" },
	{ 0xffffffffUL, "the last byte" },
	{ 0xfffffff0UL, "a range that wraps" },
};
#define	NBAD	(sizeof(bad) / sizeof(bad[0]))

/* Calls with a name at p; all must fail with EFAULT. */
static int
names(const char *p)
{
	struct stat sb;
	char buf[16];
	int n = 0;

#define FAULTS(call) (n += (call) != -1 || errno != EFAULT)
	FAULTS(open(p, O_RDONLY));
	FAULTS(open(p, O_CREAT | O_RDWR, 0644));
	FAULTS(link(p, "/tmp/x"));
	FAULTS(link(FILENAME, p));
	FAULTS(unlink(p));
	FAULTS(chdir(p));
	FAULTS(chmod(p, 0644));
	FAULTS(chown(p, 0, 0));
	FAULTS(lchown(p, 0, 0));
	FAULTS(access(p, R_OK));
	FAULTS(symlink(p, "/tmp/x"));
	FAULTS(symlink("x", p));
	FAULTS(readlink(p, buf, sizeof(buf)));
	FAULTS(rename(p, "/tmp/x"));
	FAULTS(rename(FILENAME, p));
	FAULTS(mkdir(p, 0755));
	FAULTS(rmdir(p));
	FAULTS(utimes(p, NULL));
	FAULTS(stat(p, &sb));
	FAULTS(lstat(p, &sb));
	FAULTS(pathconf(p, _PC_NAME_MAX));
	FAULTS(truncate(p, 0));
	return (n);
}

/* Calls that read from p. */
static int
sources(char *p, int zero)
{
	struct iovec iov = { p, 100 };
	struct timeval *tv = (void *)p;
	int n = 0;

	FAULTS(write(fd, p, 100));
	FAULTS(write(ends[1], p, 100));
	FAULTS(pwrite(fd, p, 100, 0));
	FAULTS(writev(fd, &iov, 1));
	FAULTS(writev(fd, (void *)p, 1));
	FAULTS(readv(fd, (void *)p, 1));
	if (!zero) {
		FAULTS(utimes(FILENAME, tv));
		FAULTS(select(1, NULL, NULL, NULL, tv));
		FAULTS(select(1, (void *)p, NULL, NULL, NULL));
	}
	FAULTS(poll((void *)p, 1, 0));
	FAULTS(tcsetattr(0, TCSANOW, (void *)p));
	return (n);
}

/* Calls that write to p. */
static int
targets(char *p, int zero)
{
	struct iovec iov = { p, 100 };
	int n = 0;

	lseek(fd, 0, SEEK_SET);
	FAULTS(read(fd, p, 100));
	write(ends[1], "data", 4);
	FAULTS(read(ends[0], p, 100));
	read(ends[0], readonly - 4096, 4);
	FAULTS(pread(fd, p, 100, 0));
	FAULTS(readv(fd, &iov, 1));
	FAULTS(stat(FILENAME, (void *)p));
	FAULTS(lstat(FILENAME, (void *)p));
	FAULTS(fstat(fd, (void *)p));
	FAULTS(readlink("/tmp/badptr-link", p, 100));
	FAULTS(__getcwd(p, 100));
	lseek(dirfd, 0, SEEK_SET);
	FAULTS(__sys_getdirentries(dirfd, p, 1024, NULL));
	lseek(dirfd, 0, SEEK_SET);
	if (!zero)
		FAULTS(__sys_getdirentries(dirfd, readonly - 4096, 1024,
		    (void *)p));
	FAULTS(ioctl(ends[0], FIONREAD, p));
	FAULTS(tcgetattr(0, (void *)p));
	return (n);
}

int
main(void)
{
	char *mem;
	unsigned i;
	int free0, n;

	mem = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	readonly = mem + 4096;
	mprotect(readonly, 4096, PROT_READ);
	munmap(mem + 2 * 4096, 4096);
	edge = mem + 2 * 4096 - 1;
	fd = open(FILENAME, O_CREAT | O_TRUNC | O_RDWR, 0644);
	write(fd, mem, 4096);
	symlink("target", "/tmp/badptr-link");
	dirfd = open("/", O_RDONLY);
	pipe(ends);
	free0 = dup(0);
	close(free0);

	for (i = 0; i < NBAD; i++) {
		char *p = (char *)bad[i].p;

		n = names(p);
		ok(n == 0, "names at %s", bad[i].name);
		n = sources(p, p == NULL);
		ok(n == 0, "data from %s", bad[i].name);
		n = targets(p, p == NULL);
		ok(n == 0, "answers to %s", bad[i].name);
	}
	ok(targets(readonly, 0) == 0, "answers to read-only memory");
	n = 0;
	FAULTS(fstat(fd, (void *)(edge - 10)));
	ok(n == 0, "an answer that reaches into an unmapped page");
	ok(pread(fd, mem + 4096 - 100, 200, 0) == 100 || errno == EFAULT,
	    "a read that is half good");
	n = dup(0);
	ok(n == free0, "no descriptor is left open");
	unlink(FILENAME);
	unlink("/tmp/badptr-link");
	return (tap_done());
}
