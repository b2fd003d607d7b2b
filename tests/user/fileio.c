/*
 * Files as a program sees them: open flags, offsets, vectors, names,
 * directories, permissions of a user who is not root, and mappings that
 * show what is written.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	DIR_	"/tmp/fileio"
#define	F	DIR_ "/f"

/* The errno of a call that must fail; 0 if it did not. */
#define	ERR(call)	((call) == -1 ? errno : 0)

static void
test_open(void)
{
	char buf[16];
	int fd;

	ok((fd = open(F, O_CREAT | O_EXCL | O_RDWR, 0640)) >= 0, "O_EXCL");
	ok(write(fd, "0123456789", 10) == 10, "write");
	ok(lseek(fd, -3, SEEK_END) == 7 && read(fd, buf, 16) == 3 &&
		memcmp(buf, "789", 3) == 0,
	    "SEEK_END");
	ok(ERR(lseek(fd, -1, SEEK_SET)) == EINVAL, "a negative offset");
	ok(ERR(lseek(fd, 0, 9)) == EINVAL, "a whence that is none");
	ok(lseek(fd, 0x123456789LL, SEEK_SET) == 0x123456789LL &&
		lseek(fd, 0, SEEK_CUR) == 0x123456789LL,
	    "64-bit offsets");
	ok(read(fd, buf, 1) == 0, "read beyond the end");
	close(fd);
	ok(ERR(open(F, O_CREAT | O_EXCL, 0)) == EEXIST, "EEXIST");
	ok((fd = open(F, O_WRONLY | O_TRUNC)) >= 0 &&
		lseek(fd, 0, SEEK_END) == 0,
	    "O_TRUNC");
	close(fd);
	fd = open(F, O_RDONLY | O_CLOEXEC);
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "O_CLOEXEC");
	ok(ERR(write(fd, "x", 1)) == EBADF, "write without permission");
	close(fd);
	ok(ERR(open(DIR_, O_WRONLY)) == EISDIR, "EISDIR");
	ok((fd = open(DIR_, O_RDONLY | O_DIRECTORY)) >= 0, "O_DIRECTORY");
	ok(open("/tmp/none", O_RDWR | O_CREAT | O_DIRECTORY, 0600) == -1 &&
		errno == ENOENT && access("/tmp/none", F_OK) == -1 &&
		open("/tmp/none", O_CREAT | O_EXCL | O_DIRECTORY, 0600) == -1 &&
		errno == EINVAL,
	    "O_DIRECTORY creates nothing");
	ok(ERR(read(fd, buf, 1)) == EISDIR, "read of a directory");
	close(fd);
	ok(ERR(open("/dev/console/x", O_RDONLY)) == ENOTDIR, "ENOTDIR");
	umask(027);
	fd = open(DIR_ "/u", O_CREAT | O_RDWR, 0666);
	struct stat sb;
	ok(fstat(fd, &sb) == 0 && (sb.st_mode & 07777) == 0640, "umask");
	umask(022);
	close(fd);
	unlink(DIR_ "/u");
}

static void
test_vectors(void)
{
	char a[3], b[5];
	struct iovec in[3] = { { a, 3 }, { NULL, 0 }, { b, 5 } };
	struct iovec out[2] = { { (void *)"abcd", 4 }, { (void *)"efgh", 4 } };
	struct iovec huge[2] = { { a, 0x7fffffff }, { b, 1 } };
	int fd = open(F, O_CREAT | O_TRUNC | O_RDWR, 0644);

	ok(writev(fd, out, 2) == 8, "writev");
	lseek(fd, 0, SEEK_SET);
	ok(readv(fd, in, 3) == 8 && memcmp(a, "abc", 3) == 0 &&
		memcmp(b, "defgh", 5) == 0,
	    "readv");
	ok(ERR(readv(fd, in, 0)) == EINVAL, "no vector");
	ok(ERR(readv(fd, in, 1025)) == EINVAL, "too many");
	ok(ERR(readv(fd, huge, 2)) == EINVAL, "more than a count can say");
	ok(ERR(read(fd, a, 0x80000000u)) == EINVAL, "a length with a sign");
	ok(pwrite(fd, "XY", 2, 1) == 2 && pread(fd, a, 3, 0) == 3 &&
		memcmp(a, "aXY", 3) == 0,
	    "pwrite and pread");
	ok(lseek(fd, 0, SEEK_CUR) == 8, "leave the offset alone");
	ok(ERR(pread(fd, a, 1, -1)) == EINVAL, "at a negative offset");
	fcntl(fd, F_SETFL, O_APPEND);
	ok(pwrite(fd, "Z", 1, 0) == 1 && pread(fd, a, 3, 6) == 3 &&
		memcmp(a, "ghZ", 3) == 0,
	    "pwrite with O_APPEND: at the end");
	close(fd);
}

static void
test_truncate(void)
{
	struct rlimit rl;
	struct stat sb;
	char buf[8];
	int fd = open(F, O_CREAT | O_TRUNC | O_RDWR, 0644);

	write(fd, "abcdefgh", 8);
	ok(ftruncate(fd, 3) == 0 && ftruncate(fd, 6) == 0 &&
		pread(fd, buf, 8, 0) == 6 && memcmp(buf, "abc\0\0\0", 6) == 0,
	    "cut and grow");
	ok(truncate(F, 1 << 20) == 0 && stat(F, &sb) == 0 &&
		sb.st_size == 1 << 20 && sb.st_blocks <= 8,
	    "holes are free");
	ok(ERR(ftruncate(fd, -1)) == EINVAL, "a negative length");
	ok(ERR(truncate(DIR_, 0)) == EISDIR, "of a directory");
	ok(ftruncate(fd, 0) == 0 &&
		ERR(pwrite(fd, (void *)8, 10, 5000)) == EFAULT &&
		ERR(pwrite(fd, (void *)8, 10, 1LL << 39)) == EFAULT &&
		fstat(fd, &sb) == 0 && sb.st_size == 0,
	    "no byte written: the file does not grow");
	getrlimit(RLIMIT_FSIZE, &rl);
	rl.rlim_cur = 100;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &rl);
	ok(pwrite(fd, buf, 8, 96) == 4, "up to the limit on files");
	ok(ERR(pwrite(fd, buf, 8, 100)) == EFBIG, "and no further");
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_FSIZE, &rl);
	close(fd);
	unlink(F);
}

static void
tick(int sig)
{
}

/* A transfer that takes long ends early for a signal. */
static void
long_read(int fd, const char *what)
{
	enum { PIECE = 1 << 20, PIECES = 1000 };
	static char piece[PIECE];
	static struct iovec iov[PIECES];
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, off = { 0 };
	ssize_t n;
	int i;

	for (i = 0; i < PIECES; i++)
		iov[i] = (struct iovec){ piece, PIECE };
	signal(SIGALRM, tick);
	setitimer(ITIMER_REAL, &often, NULL);
	n = readv(fd, iov, PIECES);
	setitimer(ITIMER_REAL, &off, NULL);
	ok(n > 0 && n < (ssize_t)PIECE * PIECES, "a long read of %s: %zd", what,
	    n);
	close(fd);
}

static void
test_long(void)
{
	int fd = open(F, O_CREAT | O_TRUNC | O_RDWR, 0644);

	ftruncate(fd, 1 << 30);
	long_read(fd, "a hole");
	unlink(F);
	long_read(open("/dev/zero", O_RDONLY), "/dev/zero");
	long_read(open("/dev/urandom", O_RDONLY), "/dev/urandom");
}

static void
test_names(void)
{
	char buf[300], cwd[64];
	struct stat sb;

	memset(buf, 'n', 256);
	buf[256] = '\0';
	ok(ERR(mkdir(buf, 0755)) == ENAMETOOLONG, "a name of 256");
	memmove(buf + sizeof(DIR_), buf, 257);
	memcpy(buf, DIR_ "/", sizeof(DIR_));
	ok(ERR(stat(buf, &sb)) == ENAMETOOLONG &&
		ERR(stat(buf, &sb)) == ENAMETOOLONG && stat(DIR_, &sb) == 0 &&
		S_ISDIR(sb.st_mode),
	    "in a directory, which stays");
	ok(symlink("loop", DIR_ "/loop") == 0 &&
		ERR(stat(DIR_ "/loop", &sb)) == ELOOP,
	    "ELOOP");
	ok(readlink(DIR_ "/loop", buf, 2) == 2 && memcmp(buf, "lo", 2) == 0,
	    "readlink cuts");
	ok(lstat(DIR_ "/loop", &sb) == 0 && S_ISLNK(sb.st_mode), "lstat");
	unlink(DIR_ "/loop");
	ok(mkdir(DIR_ "/d", 0755) == 0 && chdir(DIR_ "/d") == 0 &&
		getcwd(cwd, sizeof(cwd)) == cwd && strcmp(cwd, DIR_ "/d") == 0,
	    "getcwd");
	ok(ERR(rename("../d", "../d/e")) == EINVAL, "a dir below itself");
	ok(rename("../d", "../e") == 0 && getcwd(cwd, sizeof(cwd)) == cwd &&
		strcmp(cwd, DIR_ "/e") == 0,
	    "the working directory moves");
	ok(rmdir("../e") == 0 && getcwd(cwd, sizeof(cwd)) == NULL &&
		errno == ENOENT,
	    "and goes");
	chdir("/");
	ok(getcwd(cwd, sizeof(cwd)) == cwd && strcmp(cwd, "/") == 0, "/");
	ok(ERR(access(DIR_, 64)) == EINVAL, "access: unknown bits");
	ok(pathconf("/", _PC_NAME_MAX) == 255, "pathconf");
}

static void
test_directory(void)
{
	int i, seen = 0, dots = 0;
	struct dirent *de;
	char name[300];
	DIR *dp;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), DIR_ "/%d", i);
		close(open(name, O_CREAT | O_WRONLY, 0644));
	}
	dp = opendir(DIR_);
	while ((de = readdir(dp)) != NULL) {
		if (de->d_name[0] == '.')
			dots++;
		else if (de->d_type == DT_REG)
			seen++;
		snprintf(name, sizeof(name), DIR_ "/%s", de->d_name);
		unlink(name);
	}
	closedir(dp);
	ok(dots == 2 && seen == 100, "all entries, removed on the way");
	ok(ERR(unlink(DIR_)) == EPERM, "unlink of a directory");
}

static void
test_mapped(void)
{
	int fd = open(F, O_CREAT | O_TRUNC | O_RDWR, 0644);
	char *p;

	ftruncate(fd, 8192);
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok(p != MAP_FAILED, "map a file");
	pwrite(fd, "written", 7, 4096);
	ok(memcmp(p + 4096, "written", 7) == 0, "a write shows in the mapping");
	strcpy(p + 100, "stored");
	char buf[8];
	ok(pread(fd, buf, 6, 100) == 6 && memcmp(buf, "stored", 6) == 0,
	    "a store shows in a read");
	ok(pwrite(fd, p, 8192, 0) == 8192 && memcmp(p + 100, "stored", 6) == 0,
	    "a file written from its own mapping");
	munmap(p, 8192);
	close(fd);
	unlink(F);
}

/* As another user, in a child. */
static void
test_user(void)
{
	int fd, status;

	fd = open(F, O_CREAT | O_TRUNC | O_RDWR, 0600);
	close(fd);
	if (fork() == 0) {
		int n = 0;

		setgid(1001);
		setuid(1001);
		n += ERR(open(F, O_RDONLY)) != EACCES;
		n += ERR(chmod(F, 0777)) != EPERM;
		n += ERR(chown(F, 1001, 1001)) != EPERM;
		n += ERR(unlink(F)) != EACCES;
		n += ERR(open(DIR_ "/n", O_CREAT | O_RDWR, 0600)) != EACCES;
		n += ERR(rmdir(DIR_)) != EPERM; /* /tmp is sticky */
		n += ERR(utimes(F, NULL)) != EACCES;
		n += ERR(access(F, R_OK)) != EACCES;
		n += access("/", R_OK | X_OK) != 0;
		_exit(n);
	}
	wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "another user may not");
	unlink(F);
}

int
main(void)
{
	mkdir(DIR_, 0755);
	test_open();
	test_vectors();
	test_truncate();
	test_long();
	test_names();
	test_directory();
	test_mapped();
	test_user();
	ok(rmdir(DIR_) == 0, "nothing is left");
	return (tap_done());
}
