/*
 * acct(2): what the records of processes that have ended say, and when none
 * are written.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/acct.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define	FILENAME	"/tmp/accounts.out"
#define	OTHER		"/tmp/accounts.other"

static struct acct records[64];

static void
fresh(const char *name)
{
	int fd;

	unlink(name);
	fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0644);
	if (fd == -1)
		err(1, "%s", name);
	close(fd);
}

/* How many records there are. */
static int
load(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n;

	memset(records, 0, sizeof(records));
	n = read(fd, records, sizeof(records));
	close(fd);
	return (n % sizeof(records[0]) == 0 ? n / (int)sizeof(records[0]) : -1);
}

static double
seconds(comp_t c)
{
	return ((double)(c & 0x1fff) * (1U << 3 * (c >> 13)) / AHZ);
}

/*
 * Keep account of a child that runs fn(); its record.
 */
static struct acct *
account_of(void (*fn)(void))
{
	pid_t pid;

	fresh(FILENAME);
	if (acct(FILENAME) == -1)
		err(1, "acct");
	pid = must_fork();
	if (pid == 0) {
		fn();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	if (acct(NULL) == -1)
		err(1, "acct");
	if (load(FILENAME) != 1)
		warnx("%d records", load(FILENAME));
	return (&records[0]);
}

static void
nothing(void)
{
}

static void
run_true(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void
be_killed(void)
{
	kill(getpid(), SIGKILL);
}

static void
use_rights(void)
{
	gid_t group = 0;

	(void)setgroups(1, &group);
}

static void
be_a_user(void)
{
	if (setgid(55) == -1 || setuid(77) == -1)
		_exit(1);
	(void)acct(NULL); /* no right that it could have used */
}

static void
take_a_while(void)
{
	usleep(100000);
}

static void
work(void)
{
	while (clock() < CLOCKS_PER_SEC / 20)
		;
}

static void
test_records(void)
{
	time_t before = time(NULL);
	struct acct *a;

	ok(sizeof(*a) == 48, "size of a record (%zu)", sizeof(*a));
	a = account_of(nothing);
	ok(a->ac_flag == AFORK && strcmp(a->ac_comm, "accounts") == 0,
	    "a child of fork");
	ok(a->ac_uid == 0 && a->ac_gid == 0 && a->ac_mem > 0,
	    "its ids and memory");
	ok(a->ac_btime >= before && a->ac_btime <= time(NULL), "when it began");
	ok(seconds(a->ac_utime) + seconds(a->ac_stime) <= 1,
	    "it has done little");
	a = account_of(run_true);
	ok(a->ac_flag == 0 && strcmp(a->ac_comm, "true") == 0,
	    "one that has called exec");
	a = account_of(be_killed);
	ok(a->ac_flag == (AFORK | AXSIG), "one that was killed");
	a = account_of(use_rights);
	ok(a->ac_flag == (AFORK | ASU), "one that has used root's rights");
	a = account_of(be_a_user);
	ok(a->ac_uid == 77 && a->ac_gid == 55 && (a->ac_flag & AXSIG) == 0,
	    "one of a user's");
	a = account_of(take_a_while);
	ok(seconds(a->ac_etime) > 0.09 &&
		seconds(a->ac_utime) + seconds(a->ac_stime) <
		    seconds(a->ac_etime),
	    "one that has slept");
	a = account_of(work);
	ok(seconds(a->ac_utime) + seconds(a->ac_stime) > 0.03,
	    "one that has worked");
}

/* A session with this terminal, or another process's. */
static void
test_terminal(void)
{
	struct acct *a = account_of(nothing);
	struct stat sb;
	int fd = open("/dev/tty", O_RDWR);

	ok(fd == -1 ? a->ac_tty == NODEV :
		      stat("/dev/console", &sb) == 0 && a->ac_tty == sb.st_rdev,
	    "the terminal");
	close(fd);
	a = account_of((void (*)(void))(void *)setsid);
	ok(a->ac_tty == NODEV, "none in a session without one");
}

static void
make_children(int n)
{
	for (; n > 0; n--) {
		pid_t pid = must_fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

static void
test_switch(void)
{
	int i;

	fresh(FILENAME);
	fresh(OTHER);
	ok(acct(FILENAME) == 0, "accounting on");
	make_children(3);
	for (i = 0; i < 4; i++)
		if (must_fork() == 0)
			_exit(0);
	while (wait(NULL) != -1)
		;
	ok(acct(OTHER) == 0 && load(FILENAME) == 7, "a record for each child");
	make_children(2);
	ok(load(FILENAME) == 7 && load(OTHER) == 2, "then in another file");
	ok(acct(OTHER) == 0, "the same again");
	make_children(1);
	ok(acct(NULL) == 0 && load(OTHER) == 3, "appends to it");
	make_children(1);
	ok(load(OTHER) == 3, "accounting off");
	ok(acct(NULL) == 0, "and off again");
	unlink(OTHER);
}

/* Whether the kernel has said it, so many times. */
static int
said(const char *text)
{
	static char log[256 * 1024];
	size_t size = sizeof(log) - 1;
	char *p = log;
	int n = 0;

	if (sysctlbyname("kern.msgbuf", log, &size, NULL, 0) == -1)
		return (-1);
	log[size] = '\0';
	for (; (p = strstr(p, text)) != NULL; p++)
		n++;
	return (n);
}

static void
test_full(void)
{
	const off_t almost = ((off_t)1 << 40) - 20;
	int before = said("accounting is suspended");
	struct stat sb;

	fresh(FILENAME);
	truncate(FILENAME, almost);
	acct(FILENAME);
	make_children(3);
	ok(stat(FILENAME, &sb) == 0 && sb.st_size == almost,
	    "no part of a record in a full file");
	ok(said("accounting is suspended") == before + 1,
	    "the kernel says so, once");
	truncate(FILENAME, 0);
	before = said("accounting goes on");
	make_children(2);
	acct(NULL);
	ok(load(FILENAME) == 2 && said("accounting goes on") == before + 1,
	    "goes on when there is room");

	fresh(FILENAME);
	acct(FILENAME);
	unlink(FILENAME);
	before = said("accounting ends");
	make_children(2);
	ok(said("accounting ends") == before + 1,
	    "a file that is removed is the end");
	ok(acct(NULL) == 0, "which may be asked for still");
}

static void
test_errors(void)
{
	static char longname[2000];
	static const struct {
		const char *name;
		int error;
		const char *why;
	} cases[] = {
		{ "/tmp/none", ENOENT, "no such file" },
		{ "", ENOENT, "no name" },
		{ "/etc/passwd/x", ENOTDIR, "no folder" },
		{ longname, ENAMETOOLONG, "a long name" },
		{ (char *)16, EFAULT, "no memory" },
		{ "/tmp/accounts.loop/x", ELOOP, "a loop" },
		{ "/dev/null", EACCES, "not a file" },
		{ "/tmp", EISDIR, "a folder" },
	};
	int status;
	pid_t pid;
	size_t i;

	memset(longname, 'x', sizeof(longname) - 1);
	symlink("/tmp/accounts.loop", "/tmp/accounts.loop");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		errno = 0;
		ok(acct(cases[i].name) == -1 && errno == cases[i].error,
		    "%s: %s", strerror(cases[i].error), cases[i].why);
	}
	unlink("/tmp/accounts.loop");
	fresh(FILENAME);
	acct(FILENAME);
	pid = must_fork();
	if (pid == 0) {
		setuid(77);
		_exit(acct(NULL) == -1 && errno == EPERM &&
			    acct(FILENAME) == -1 && errno == EPERM ?
			0 :
			1);
	}
	waitpid(pid, &status, 0);
	ok(status == 0, "%s: not root", strerror(EPERM));
	make_children(1);
	acct(NULL);
	ok(load(FILENAME) == 2, "and it is still on");
}

int
main(void)
{
	test_records();
	test_terminal();
	test_switch();
	test_full();
	test_errors();
	unlink(FILENAME);
	return (tap_done());
}
