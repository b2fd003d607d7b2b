/*
 * execve(2): what a program finds, what it cannot run, and that a failed
 * exec changes nothing.  Runs itself with arguments as the new program.
 */
#include <sys/types.h>
#include <sys/elf.h>
#include <sys/exec.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	FILENAME	"/tmp/execs"
#define	BIG		65536

extern char **environ;
static const char *self;
static char	image[BIG * 4];
static int	imagesize;

static void
write_file(const char *path, const void *data, size_t len, int mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	if (write(fd, data, len) != (ssize_t)len)
		ok(false, "cannot write %s", path);
	close(fd);
	chmod(path, mode);
}

/* The errno of running path; the exit status, negated, if it runs. */
static int
run(const char *path, char *const argv[], char *const envp[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, envp);
		_exit(errno + 100);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		return (1000 + WTERMSIG(status));
	status = WEXITSTATUS(status);
	return (status >= 100 ? status - 100 : -status);
}

static char	*plain[] = { "x", NULL };
static char	*none[] = { NULL };
/* Pointers that the compiler must not know too much of. */
static char	*volatile wild = (char *)4;
static char	*volatile kernel = (char *)0xc0100000;

static void
test_errors(void)
{
	char longname[2000];

	ok(run("/no/such", plain, none) == ENOENT, "ENOENT");
	ok(run("", plain, none) == ENOENT, "an empty name");
	ok(run("/bin", plain, none) == EACCES, "a directory");
	ok(run("/dev/null", plain, none) == EACCES, "a device");
	ok(run("/etc/motd/x", plain, none) == ENOTDIR, "ENOTDIR");
	memset(longname, 'a', sizeof(longname) - 1);
	longname[sizeof(longname) - 1] = '\0';
	ok(run(longname, plain, none) == ENAMETOOLONG, "ENAMETOOLONG");
	write_file(FILENAME, image, imagesize, 0600);
	ok(run(FILENAME, plain, none) == EACCES, "no x bit, even for root");
	write_file(FILENAME, image, 0, 0700);
	ok(run(FILENAME, plain, none) == ENOEXEC, "an empty file");
	write_file(FILENAME, "hello", 5, 0700);
	ok(run(FILENAME, plain, none) == ENOEXEC, "a text");
	ok(run(self, NULL, none) == EFAULT, "no array of arguments");
	ok(run(self, none, none) == EINVAL, "no arguments in it");
	ok(run(wild, plain, none) == EFAULT, "a wild path");
	ok(run(self, (char **)(void *)wild, none) == EFAULT, "a wild array");
	ok(run(self, (char *[]){ "x", wild, NULL }, none) == EFAULT,
	    "a wild argument");
	ok(run(self, (char *[]){ "x", kernel, NULL }, none) == EFAULT,
	    "an argument in the kernel");
	ok(run(self, plain, (char **)(void *)kernel) == EFAULT,
	    "an environment in the kernel");
}

static void
test_busy(void)
{
	int fd, reader;

	write_file(FILENAME, image, imagesize, 0700);
	fd = open(FILENAME, O_WRONLY);
	ok(fd >= 0 && run(FILENAME, plain, none) == ETXTBSY,
	    "open for writing: ETXTBSY");
	close(fd);
	pid_t pid = fork();
	if (pid == 0) {
		execl(FILENAME, "x", "sleep", (char *)NULL);
		_exit(1);
	}
	wait_asleep(pid, "nanslp");
	ok(open(FILENAME, O_WRONLY) == -1 && errno == ETXTBSY,
	    "running: cannot be opened for writing");
	ok(truncate(FILENAME, 0) == -1 && errno == ETXTBSY, "nor truncated");
	reader = open(FILENAME, O_RDONLY);
	ok(reader >= 0, "but read");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fd = open(FILENAME, O_WRONLY);
	ok(fd >= 0, "and written when it has ended, whoever reads it");
	close(fd);
	close(reader);
}

static void
run_damaged(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		alarm(1);
		if (setuid(65534) == 0)
			execl(FILENAME, "x", "true", (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static void
test_malformed(void)
{
	static const struct {
		int offset;
		uint32_t value;
		const char *name;
	} bad[] = {
		{ 4, 0x00010102, "64 bits" },
		{ 16, 0x00030003, "ET_DYN" },
		{ 18, 0x0001003e, "another processor" },
		{ 24, 0, "entry 0" },
		{ 24, 0xc0100000, "entry in the kernel" },
		{ 28, 0xffffffff, "program headers nowhere" },
		{ 42, 0xffff0020, "65,535 program headers" },
		{ 52, PT_INTERP, "an interpreter" },
		{ 56, 0xffffff00, "an offset beyond the file" },
		{ 60, 0xc0000000, "in the kernel" },
		{ 60, 0, "at 0" },
		{ 60, 0xfffff000, "that wraps" },
		{ 68, 0x7fffffff, "longer than the file" },
		{ 72, 0xffffffff, "with all of memory" },
		{ 72, 1, "with less memory than file" },
	};
	char saved[4];
	unsigned i;
	int n;
	bool all = true;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(saved, image + bad[i].offset, 4);
		memcpy(image + bad[i].offset, &bad[i].value, 4);
		write_file(FILENAME, image, imagesize, 0700);
		ok(run(FILENAME, plain, none) == ENOEXEC, "a program %s",
		    bad[i].name);
		memcpy(image + bad[i].offset, saved, 4);
	}
	for (n = 1; n < 200; n += 7) {
		write_file(FILENAME, image, n, 0700);
		all &= run(FILENAME, plain, none) == ENOEXEC;
	}
	ok(all, "programs cut off early");

	/*
	 * Random damage: anything may come of it but harm to the system.
	 * Not as root: what runs may call anything.
	 */
	srandom(1);
	for (n = 0; n < 100; n++) {
		i = random() % 200;
		char old = image[i];
		image[i] = random();
		write_file(FILENAME, image, imagesize, 0755);
		run_damaged();
		image[i] = old;
	}
	ok(true, "a hundred damaged programs");
}

/* Zeroed memory. */
static void *
need(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		err(1, NULL);
	return (p);
}

/* Arguments and environment of that size in all, as the limit counts. */
static int
run_big(int size, int count)
{
	static char string[BIG + 100];
	int left = size - 5 - 2 - (2 + count) * 4 - 4, each = left / count;
	char **argv = need((count + 3) * sizeof(char *));
	char *room = need(left);
	int i, r;

	memset(string, 'y', sizeof(string));
	argv[0] = "x";
	argv[1] = "true";
	for (i = 0; i < count; i++) {
		int len = i == count - 1 ? left - each * i : each;
		argv[2 + i] = room + each * i;
		memcpy(argv[2 + i], string, len);
		argv[2 + i][len - 1] = '\0';
	}
	/* One NULL each for arguments and environment. */
	r = run(self, argv, none);
	free(room);
	free(argv);
	return (r);
}

static void
test_big(void)
{
	ok(run_big(BIG - 4, 1) == 0, "one argument of 64 KB");
	ok(run_big(BIG - 4, 1000) == 0, "a thousand");
	ok(run_big(BIG + 100, 1) == E2BIG, "too long");
	ok(run_big(BIG + 100, 1000) == E2BIG, "too many");
}

static void
test_arguments(void)
{
	char *argv[] = { "x", "args", "", "two words", NULL };
	char *envp[] = { "A=1", "B=", NULL };

	ok(run(self, argv, envp) == -42, "arguments and environment");
	ok(run(self, (char *[]){ "x", "start", NULL }, envp) == -42,
	    "the stack at the start");
}

static void
test_scripts(void)
{
	static const char sh[] = "#!/bin/sh\nexit $#\n";
	static const char arg[] = "#! /tmp/execs.self  script\targ \nxx\n";
	static const char two[] = "#!/tmp/execs\n";
	static const char gone[] = "#!/no/such\n";
	static const char open_end[] = "#!/bin/sh";

	write_file(FILENAME, sh, sizeof(sh) - 1, 0700);
	ok(run(FILENAME, (char *[]){ "x", "1", "2", "3", NULL }, none) == -3,
	    "a script");
	write_file("/tmp/execs.2", two, sizeof(two) - 1, 0700);
	ok(run("/tmp/execs.2", plain, none) == ENOEXEC,
	    "whose interpreter is a script");
	write_file("/tmp/execs.self", image, imagesize, 0700);
	write_file(FILENAME, arg, sizeof(arg) - 1, 0700);
	ok(run(FILENAME, (char *[]){ "x", "last", NULL }, none) == -42,
	    "the interpreter's arguments");
	write_file(FILENAME, gone, sizeof(gone) - 1, 0700);
	ok(run(FILENAME, plain, none) == ENOENT, "no interpreter");
	write_file(FILENAME, open_end, sizeof(open_end) - 1, 0700);
	ok(run(FILENAME, plain, none) == ENOEXEC, "no end of the line");
	unlink("/tmp/execs.2");
	unlink("/tmp/execs.self");
}

static void
test_descriptors(void)
{
	char *argv[] = { "x", "fds", NULL };
	int a = open("/etc/motd", O_RDONLY), b = open("/etc/motd", O_RDONLY);

	fcntl(b, F_SETFD, FD_CLOEXEC);
	dup2(a, 20);
	dup2(b, 21);
	fcntl(21, F_SETFD, FD_CLOEXEC);
	ok(run(self, argv, none) == -42, "close on exec");
	errno = 0;
	execve("/etc/motd", plain, none);
	ok(errno == EACCES && fcntl(21, F_GETFD) == FD_CLOEXEC,
	    "not by an exec that fails");
	close(a);
	close(b);
	close(20);
	close(21);
}

static void
test_setid(void)
{
	int status;

	write_file(FILENAME, image, imagesize, 04755);
	chown(FILENAME, 77, 0);
	chmod(FILENAME, 04755);
	if (fork() == 0) {
		setuid(1234);
		execl(FILENAME, "x", "setid", (char *)NULL);
		_exit(1);
	}
	wait(&status);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 42, "set-user-id");
}

static void
test_many(void)
{
	int i, bad = 0;

	for (i = 0; i < 200; i++)
		bad += run(self, (char *[]){ "x", "true", NULL }, none) != 0;
	ok(bad == 0, "two hundred execs");
}

/* ------------------------------------------------- as the new program */

static int
check_start(char **argv)
{
	static const unsigned wanted = 1U << AT_PHDR | 1U << AT_PHENT |
	    1U << AT_PHNUM | 1U << AT_PAGESZ | 1U << AT_BASE | 1U << AT_FLAGS |
	    1U << AT_ENTRY | 1U << AT_UID | 1U << AT_EUID | 1U << AT_GID |
	    1U << AT_EGID;
	struct ps_strings *ps = (void *)0xbfbffff0;
	uintptr_t *argc = (uintptr_t *)(void *)argv - 1;
	Elf_Auxinfo *aux;
	char **env = environ;
	unsigned seen = 0;

	if (((uintptr_t)argc & 15) != 0 || *argc != 2)
		return (1);
	if (ps->ps_argvstr != argv || ps->ps_nargvstr != 2 ||
	    ps->ps_envstr != environ || ps->ps_nenvstr != 2)
		return (2);
	if (argv + 3 != environ)
		return (3);
	while (*env != NULL)
		env++;
	for (aux = (void *)(env + 1); aux->a_type != AT_NULL; aux++) {
		seen |= 1U << aux->a_type;
		if (aux->a_type == AT_PAGESZ && aux->a_un.a_val != 4096)
			return (4);
		if (aux->a_type == AT_PHDR &&
		    *(int *)aux->a_un.a_ptr != PT_LOAD)
			return (5);
		if (aux->a_type == AT_PHENT && aux->a_un.a_val != 32)
			return (6);
	}
	return (seen == wanted ? 42 : 7);
}

static int
as_program(int argc, char **argv)
{
	const char *what = argv[1];

	if (strcmp(what, "true") == 0)
		return (0);
	if (strcmp(what, "sleep") == 0) {
		sleep(30);
		return (0);
	}
	if (strcmp(what, "args") == 0)
		return (argc == 4 && argv[2][0] == '\0' &&
			    strcmp(argv[3], "two words") == 0 &&
			    argv[4] == NULL && strcmp(environ[0], "A=1") == 0 &&
			    strcmp(environ[1], "B=") == 0 &&
			    environ[2] == NULL ?
			42 :
			1);
	if (strcmp(what, "start") == 0)
		return (check_start(argv));
	if (strcmp(what, "script\targ") == 0)
		return (argc == 4 && strcmp(argv[0], "/tmp/execs.self") == 0 &&
			    strcmp(argv[2], FILENAME) == 0 &&
			    strcmp(argv[3], "last") == 0 ?
			42 :
			1);
	if (strcmp(what, "fds") == 0)
		return (fcntl(20, F_GETFD) == 0 && fcntl(21, F_GETFD) == -1 ?
			42 :
			1);
	if (strcmp(what, "setid") == 0)
		return (getuid() == 1234 && geteuid() == 77 ? 42 : 1);
	return (99);
}

int
main(int argc, char **argv)
{
	int fd;

	if (argc > 1)
		return (as_program(argc, argv));
	self = strchr(argv[0], '/') != NULL ? argv[0] : "/usr/tests/execs";
	fd = open(self, O_RDONLY);
	imagesize = read(fd, image, sizeof(image));
	close(fd);
	if (imagesize <= 0 || imagesize == sizeof(image)) {
		ok(false, "cannot read %s", self);
		return (tap_done());
	}
	test_errors();
	test_busy();
	test_malformed();
	test_big();
	test_arguments();
	test_scripts();
	test_descriptors();
	test_setid();
	test_many();
	unlink(FILENAME);
	return (tap_done());
}
