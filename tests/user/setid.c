/*
 * Programs with the set-user-id and set-group-id bits.  This file is copied
 * to /tmp and given an owner; run there with a name, it does one of the
 * things below with the rights it has got.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define	SELF	"/usr/tests/setid"
#define	COPY	"/tmp/setid"
#define	SCRIPT	"/tmp/setid.sh"
#define	USER	1001			/* who runs it */
#define	OWNER	1002			/* whose it is */
#define	GROUP	1003
#define	UGROUP	1004			/* the user's group */

static char	*const noenv[] = { NULL };

/* ------------------------------------------------------------ as the copy */

/* "ids R E S RG EG SG SUGID": is that what we have? */
static int
ids_main(char *argv[])
{
	unsigned id[7], want, i;

	getresuid(&id[0], &id[1], &id[2]);
	getresgid(&id[3], &id[4], &id[5]);
	id[6] = issetugid();
	for (i = 0; i < 7; i++) {
		want = atoi(argv[i]);
		if (id[i] != want) {
			printf("# id %u is %u, not %u\n", i, id[i], want);
			return (1);
		}
	}
	return (0);
}

/* Up and down between the two users, until one is given up for good. */
static int
drop_main(void)
{
	if (seteuid(USER) != 0 || geteuid() != USER)
		return (1);
	if (seteuid(OWNER) != 0 || geteuid() != OWNER)
		return (2);
	if (setuid(USER) != 0 || geteuid() != USER)
		return (3);
	if (seteuid(OWNER) != -1 || errno != EPERM || setuid(OWNER) != -1 ||
	    setreuid(-1, OWNER) != -1)
		return (4);
	return (issetugid() != 1);
}

/* What is at the first descriptors; the argument has 0, 1, 2 for "null". */
static int
files_main(const char *null)
{
	struct stat dev, sb;
	struct rlimit most;
	int fd;

	if (stat("/dev/null", &dev) != 0)
		return (1);
	/* Its caller's limit is no obstacle to it. */
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	for (fd = 0; fd < 3; fd++) {
		if (fstat(fd, &sb) != 0)
			return (2);
		if ((strchr(null, '0' + fd) != NULL) !=
		    (sb.st_rdev == dev.st_rdev && S_ISCHR(sb.st_mode)))
			return (3);
	}
	if (strchr(null, '1') != NULL && write(1, "x", 1) != 1)
		return (4);
	if (strchr(null, '0') != NULL && read(0, &fd, 1) != 0)
		return (5);
	/* Nothing else is open. */
	fd = open("/dev/zero", O_RDONLY);
	return (fd != 3);
}

/*
 * Root now.  Until the child of who has become this program has ended: no
 * signal of its choice may come of that.
 */
static int
mourn_main(void)
{
	if (setuid(0) != 0)
		return (1);
	return (waitpid(-1, NULL, WLINUXCLONE) == -1);
}

static int
copy_main(int argc, char *argv[])
{
	if (strcmp(argv[1], "mourn") == 0)
		return (mourn_main());
	if (strcmp(argv[1], "ids") == 0 && argc == 9)
		return (ids_main(argv + 2));
	if (strcmp(argv[1], "drop") == 0)
		return (drop_main());
	if (strcmp(argv[1], "files") == 0 && argc == 3)
		return (files_main(argv[2]));
	if (strcmp(argv[1], "hop") == 0 && argc > 3) {
		execve(argv[2], argv + 3, noenv);
		return (91);
	}
	if (strcmp(argv[1], "again") == 0) {
		/* A program like any other, from here: the ids stay. */
		execve(SELF,
		    (char *[]){ "setid", "ids", "1001", "1002", "1002", "1004",
			"1004", "1004", "1", NULL },
		    noenv);
		return (60);
	}
	return (61);
}

/* ------------------------------------------------------------ the tests */

/* A copy of this program with that owner, group and mode. */
static void
install(uid_t uid, gid_t gid, mode_t mode)
{
	char buf[4096];
	int in = open(SELF, O_RDONLY);
	int out = open(COPY, O_CREAT | O_TRUNC | O_WRONLY, 0700);
	ssize_t n;

	if (in == -1 || out == -1)
		err(1, COPY);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			err(1, COPY);
	close(in);
	close(out);
	if (chown(COPY, uid, gid) != 0 || chmod(COPY, mode) != 0)
		err(1, COPY);
}

/* To become USER. */
static void
user(void)
{
	gid_t gid = UGROUP;

	if (setgroups(1, &gid) != 0 || setgid(UGROUP) != 0 || setuid(USER) != 0)
		_exit(90);
}

/*
 * Run a program as USER with these arguments: its status.  By way of this
 * program, so that who runs it has not changed any ids itself.
 */
static int
run(char *path, char *const argv[])
{
	char *hop[16] = { "setid", "hop", path };
	pid_t pid = must_fork();
	int i, status;

	if (pid == 0) {
		for (i = 0; i < 12 && argv[i] != NULL; i++)
			hop[3 + i] = argv[i];
		user();
		execve(SELF, hop, noenv);
		_exit(92);
	}
	waitpid(pid, &status, 0);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : 100);
}

#define	IDS(...) ((char *[]){ "setid", "ids", __VA_ARGS__, NULL })

static void
test_ids(void)
{
	install(OWNER, GROUP, 0755);
	ok(run(COPY,
	       IDS("1001", "1001", "1001", "1004", "1004", "1004", "0")) == 0,
	    "a common program: the user's rights");
	install(OWNER, GROUP, 04755);
	ok(run(COPY,
	       IDS("1001", "1002", "1002", "1004", "1004", "1004", "1")) == 0,
	    "set-user-id");
	ok(run(COPY, (char *[]){ "setid", "again", NULL }) == 0,
	    "the program that it becomes");
	ok(run(COPY, (char *[]){ "setid", "drop", NULL }) == 0,
	    "rights lent, taken back and given up");
	install(OWNER, GROUP, 02755);
	ok(run(COPY,
	       IDS("1001", "1001", "1001", "1004", "1003", "1003", "1")) == 0,
	    "set-group-id");
	install(OWNER, GROUP, 06755);
	ok(run(COPY,
	       IDS("1001", "1002", "1002", "1004", "1003", "1003", "1")) == 0,
	    "both");
	install(USER, UGROUP, 06755);
	ok(run(COPY,
	       IDS("1001", "1001", "1001", "1004", "1004", "1004", "0")) == 0,
	    "the user's own program");
	install(0, 0, 06700);
	ok(run(COPY, (char *[]){ "setid", "drop", NULL }) == 91,
	    "one that the user may not run");
}

/* Not for a script: who runs it could give the interpreter another one. */
static void
test_script(void)
{
	int fd = open(SCRIPT, O_CREAT | O_WRONLY, 0700);
	const char *line = "#!/bin/sh\nexec " SELF
			   " ids 1001 1001 1001 1004 1004 1004 0\n";

	write(fd, line, strlen(line));
	close(fd);
	chown(SCRIPT, OWNER, GROUP);
	chmod(SCRIPT, 06755);
	ok(run(SCRIPT, (char *[]){ "s", NULL }) == 0, "not for a script");
	unlink(SCRIPT);
}

/* The signal that tells of a child's end, to who has become root meanwhile. */
static void
test_exit_signal(void)
{
	pid_t child, pid;
	int status;

	install(0, 0, 04755);
	pid = must_fork();
	if (pid == 0) {
		user();
		child = rfork(RFPROC | RFFDG | RFTSIGZMB |
		    RFTSIGFLAGS(SIGKILL));
		if (child == 0) {
			while (kill(getppid(), 0) == 0)
				usleep(1000);
			_exit(0);
		}
		execve(COPY, (char *[]){ "setid", "mourn", NULL }, noenv);
		_exit(91);
	}
	waitpid(pid, &status, 0);
	ok(status == 0, "a child's end does not kill who is root (%x)", status);
}

/* With some of the first descriptors closed, or to be closed by exec. */
static int
run_files(int closed, int cloexec, int limit, char *expect)
{
	const struct rlimit most = { limit, 20 };
	char *argv[] = { "setid", "files", expect, NULL };
	pid_t pid = must_fork();
	int fd, status;

	if (pid == 0) {
		/* Only these are there, and none is /dev/null. */
		dup2(open("/dev/zero", O_RDWR), 0);
		dup2(0, 1);
		dup2(0, 2);
		for (fd = 3; fd < getdtablesize() && fd < 20; fd++)
			close(fd);
		for (fd = 0; fd < 3; fd++) {
			if (closed & 1 << fd)
				close(fd);
			if (cloexec & 1 << fd)
				fcntl(fd, F_SETFD, FD_CLOEXEC);
		}
		setrlimit(RLIMIT_NOFILE, &most);
		user();
		execve(COPY, argv, noenv);
		_exit(91);
	}
	waitpid(pid, &status, 0);
	return (status);
}

static void
test_files(void)
{
	install(OWNER, GROUP, 04755);
	ok(run_files(0, 0, 20, "") == 0, "its caller's standard files");
	ok(run_files(7, 0, 20, "012") == 0, "/dev/null for what is closed");
	ok(run_files(2, 0, 20, "1") == 0, "one of them");
	ok(run_files(7, 0, 1, "012") == 0, "of more than may be open");
	ok(run_files(0, 7, 20, "012") == 0, "or will be closed by exec");
	ok(run_files(1, 4, 20, "02") == 0, "both");
	install(OWNER, GROUP, 0755);
	ok(run_files(2, 0, 20, "1") != 0, "a common program gets none");
}

/* The parent of a vfork, and who shares its parent's descriptors. */
static void
test_ways(void)
{
	char **argv = IDS("1001", "1002", "1002", "1004", "1004", "1004", "1");
	pid_t child, pid;
	int status;

	install(OWNER, GROUP, 04755);
	pid = must_fork();
	if (pid == 0) {
		user();
		child = vfork();
		if (child == 0) {
			execve(COPY, argv, noenv);
			_exit(91);
		}
		waitpid(child, &status, 0);
		if (status != 0 || geteuid() != USER)
			_exit(1);
		child = rfork(RFPROC);
		if (child == 0) {
			execve(COPY, argv, noenv);
			_exit(91);
		}
		waitpid(child, &status, 0);
		_exit(status != 0 || geteuid() != USER || issetugid() != 1);
	}
	ok(ended_well(pid), "the parent's rights stay as they are");
}

int
main(int argc, char *argv[])
{
	if (argc > 1)
		return (copy_main(argc, argv));
	test_ids();
	test_script();
	test_exit_signal();
	test_files();
	test_ways();
	unlink(COPY);
	return (tap_done());
}
