/*
 * Each argument of each call wrong in each way: the errno is the one of the
 * manual page.  The cases are in errnos.def, which is held against the pages'
 * ERRORS sections by tools/check-man.
 *
 * Each case runs in a process of its own, in a folder that has
 *
 *	file		a regular file with six bytes
 *	prog		a program that anybody may run
 *	link		a symbolic link to file
 *	loop		one to itself
 *	dir		an empty folder
 *	full/x		a folder with a file
 *	locked/x	the same, which only root may search
 *	readonly	a folder of root's that others cannot write, with a
 *			file x and a folder sub
 *	sticky		the same, in which only owners remove names
 *	secret		a file of root's that others cannot use
 *	popular		one that gets as many names as it may have
 *	new, moved, none	are not there
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <sys/ktrace.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/procctl.h>
#include <sys/procdesc.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "tap.h"

#define	FOLDER	"/tmp/errnos"
#define	BAD	((void *)0xc0100000)	/* the kernel's */
#define	STUDENT 1001
#define	CLOSED	77			/* a descriptor that is not open */
#define	SIGNALED(status) (1000 + (status)) /* in place of an errno */
#define	KILLED	SIGNALED(SIGKILL)

int	__sys_break(void *);
int	__sys_sigreturn(const struct __ucontext *);

/* What the cases use. */
static char	data[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static int	file;			/* open since before the child */
static char	longname[300], longpath[1100];

/* More pieces than the kernel has a list for, of no bytes. */
#define	PIECES	9
static const struct iovec pieces[PIECES];

/* A descriptor of a file, opened so. */
static int
in(const char *path, int flags)
{
	int fd = open(path, flags, 0644);

	if (fd == -1)
		err(99, "%s", path);
	return (fd);
}

/* One end of a pipe: 0 or 1.  The other is open, too. */
static int
end(int which)
{
	int ends[2];

	if (pipe(ends) == -1)
		err(99, "pipe");
	return (ends[which]);
}

/* One end of a pair of sockets; the other is open, too. */
static int
sock(int type)
{
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) == -1)
		err(99, "socketpair");
	return (ends[0]);
}

/* One whose other end is closed. */
static int
widow(int type)
{
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) == -1)
		err(99, "socketpair");
	close(ends[1]);
	return (ends[0]);
}

/* One with something to be received. */
static int
with_data(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1 ||
	    send(ends[1], data, 1, 0) != 1)
		err(99, "socketpair");
	return (ends[0]);
}
#define	MSG(...)	(&(struct msghdr){ __VA_ARGS__ })

/* Pass a descriptor through a socket. */
static int
pass(int fd)
{
	struct {
		struct cmsghdr head;
		int fd;
	} control = { { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS }, fd };

	return (sendmsg(sock(SOCK_STREAM),
	    MSG(.msg_control = &control,
		.msg_controllen = CMSG_LEN(sizeof(int))),
	    0));
}

static int
unblocked(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return (fd);
}

static char *
three_pages(void)
{
	char *three = mmap(NULL, 3 * PAGE_SIZE, PROT_READ, MAP_ANON, -1, 0);

	if (three == MAP_FAILED)
		err(99, "mmap");
	return (three);
}

/* The writing end of a pipe that is full. */
static int
full_pipe(void)
{
	int fd = unblocked(end(1));

	while (write(fd, data, sizeof(data)) > 0)
		;
	fcntl(fd, F_SETFL, 0);
	return (fd);
}

/* The writing end of a pipe that nobody reads. */
static int
widowed(void)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) == -1)
		err(99, "pipe");
	close(ends[0]);
	return (ends[1]);
}

/* A child that sleeps until its parent ends; it is killed by its group. */
static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return (pid);
}

/* A descriptor of a process that sleeps. */
static int
process(void)
{
	int fd;
	pid_t pid = pdfork(&fd, 0);

	if (pid == -1)
		err(99, "pdfork");
	if (pid == 0) {
		pause();
		_exit(0);
	}
	return (fd);
}

/* What is called so in the folder of /proc of a process that has ended. */
static int
gone(const char *name)
{
	pid_t pid = sleeper();
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d%s", pid, name);
	fd = in(path, O_RDONLY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return (fd);
}

/* A pseudo terminal: its master, and its terminal, called tty_name. */
static int	master;
static char	tty_name[32];

static int
tty(void)
{
	int slave;

	if (openpty(&master, &slave, tty_name, NULL, NULL) == -1)
		err(99, "openpty");
	return (slave);
}

/* A terminal whose master is closed. */
static int
hung_up(void)
{
	int fd = tty();

	close(master);
	return (fd);
}

/* A terminal that takes no more. */
static int
full_tty(void)
{
	int fd = unblocked(tty());

	while (write(fd, data, sizeof(data)) > 0)
		;
	fcntl(fd, F_SETFL, 0);
	return (fd);
}

/*
 * What a call does to the terminal of a session whose leader is in the
 * background; his group is orphaned, since nobody of another is above him.
 */
static int
orphaned(int (*call)(int))
{
	int fd, status;
	pid_t child, pid = must_fork();

	if (pid == 0) {
		setsid();
		fd = tty();
		ioctl(fd, TIOCSCTTY);
		child = sleeper();
		setpgid(child, child);
		ioctl(fd, TIOCSPGRP, &child);
		status = call(fd) == -1 ? errno : 0;
		kill(child, SIGKILL);
		_exit(status);
	}
	waitpid(pid, &status, 0);
	errno = WEXITSTATUS(status);
	return (-1);
}

static int
set_size(int fd)
{
	return (ioctl(fd, TIOCSWINSZ, data));
}

static int
write_tostop(int fd)
{
	struct termios t;

	tcgetattr(fd, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(master, TCSANOW, &t);
	return (write(fd, data, 1));
}

/* A socket that takes no more. */
static int
full_socket(void)
{
	int fd = sock(SOCK_STREAM);

	while (send(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	return (fd);
}

/* One change of a queue of events; of a new one. */
static int
watch_by(int kq, uintptr_t ident, int filter, int flags, unsigned fflags,
    intptr_t n)
{
	struct kevent kev;

	EV_SET(&kev, ident, filter, flags, fflags, n, NULL);
	return (kevent(kq, &kev, 1, NULL, 0, NULL));
}

static int
watch(uintptr_t ident, int filter, int flags, unsigned fflags, intptr_t n)
{
	return (watch_by(kqueue(), ident, filter, flags, fflags, n));
}

static void
caught(int sig)
{
}

/* From now on a signal comes again and again, and its handler returns. */
static void
ticks(void)
{
	const struct itimerval often = { { 0, 10000 }, { 0, 10000 } };
	struct sigaction sa = { .sa_handler = caught };

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* A handler that runs on the alternate stack, and would give it up. */
static volatile int left_stack;

static void
leave_stack(int sig)
{
	left_stack = sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL) ==
		-1 ?
	    errno :
	    0;
}

/* Set the most there may be of something; what it was is returned. */
static int
most(const char *name, int n)
{
	int old;
	size_t size = sizeof(old);

	if (sysctlbyname(name, &old, &size, &n, sizeof(n)) == -1)
		err(99, "%s", name);
	return (old);
}

/* An expression while there may be none of something. */
#define	FEW(name, expr)							\
	({								\
		int old_ = most(name, 0);				\
		long n_ = (long)(expr);					\
		int e_ = errno;						\
		most(name, old_);					\
		errno = e_;						\
		n_;							\
	})

/* An expression while what memory is left is for programs. */
#define	FULL(expr)							\
	({								\
		int old_ = most("vfs.ramfs_reserve", 1);		\
		long n_ = (long)(expr);					\
		int e_ = errno;						\
		most("vfs.ramfs_reserve", old_);			\
		errno = e_;						\
		n_;							\
	})

/* An expression to which that error is as good as no error. */
#define	BUT(error, expr)						\
	({								\
		long n_ = (long)(expr);					\
		n_ == -1 && errno == (error) ? 0 : n_;			\
	})

/* The slots that a table of descriptors has from the start; take them all. */
#define	SLOTS	20

static void
fill_slots(void)
{
	int fd;

	for (fd = 0; fd < SLOTS; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			dup2(0, fd);
}

/*
 * A folder in which things are made until that fails, and which stays; a name
 * in it that is not there.
 */
static const char *
crowd(const char *folder, int (*make)(const char *))
{
	static char name[32];
	int i;

	if (mkdir(folder, 0777) == 0)
		for (i = 0;; i++) {
			snprintf(name, sizeof(name), "%s/%d", folder, i);
			if (make(name) == -1)
				break;
		}
	snprintf(name, sizeof(name), "%s/new", folder);
	return (name);
}

/* What crowd() has made goes; rm reads the folder anew for each name. */
static void
disperse(const char *folder)
{
	char name[32];
	int i;

	for (i = 0;; i++) {
		snprintf(name, sizeof(name), "%s/%d", folder, i);
		if (unlink(name) == -1 && rmdir(name) == -1)
			break;
	}
}

static int
new_folder(const char *name)
{
	return (mkdir(name, 0777));
}

static int
name_popular(const char *name)
{
	return (link("popular", name));
}

/* A struct flock about all of a file. */
#define	all_of(type)	((struct flock){ .l_type = (type) })

/*
 * A child has the file locked and sleeps: what fd has open by fcntl, or by
 * flock if fd is -1.
 */
static void
held_by_child(int fd, int how)
{
	int ends[2];
	char c;

	if (pipe(ends) == -1)
		err(99, "pipe");
	if (must_fork() == 0) {
		if (fd == -1)
			flock(in("file", O_RDWR), how);
		else
			fcntl(fd, F_SETLK, &all_of(F_WRLCK));
		write(ends[1], "x", 1);
		pause();
		_exit(0);
	}
	read(ends[0], &c, 1);
}

static void
limit(int which, rlim_t value)
{
	const struct rlimit rl = { value, value };

	if (setrlimit(which, &rl) == -1)
		err(99, "setrlimit");
}

static void
become_student(void)
{
	const gid_t group = STUDENT;

	if (setgroups(1, &group) == -1 || setgid(STUDENT) == -1 ||
	    setuid(STUDENT) == -1)
		err(99, "setuid");
}

/* What a call of a child's says that is another user's. */
static int
as_student(int (*call)(void))
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0) {
		become_student();
		_exit(call() == -1 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	errno = WEXITSTATUS(status);
	return (-1);
}

/* A program that runs with other rights than its caller's. */
static int
run_su(void)
{
	return (execl("/usr/bin/su", "su", NULL));
}

/* Ask something about a process, by a name of n numbers. */
static int
about(int what, pid_t pid, int n)
{
	const int name[] = { CTL_KERN, KERN_PROC, what, pid };
	size_t size = sizeof(data);

	return (sysctl(name, n, data, &size, NULL, 0));
}

/* What getlogin_r() says in a session that is called so: as errno. */
static int
login_r(const char *name, int size)
{
	char buf[MAXLOGNAME];
	int status;
	pid_t pid = must_fork();

	if (pid == 0) {
		setsid();
		setlogin(name);
		_exit(getlogin_r(buf, size));
	}
	waitpid(pid, &status, 0);
	errno = WEXITSTATUS(status);
	return (-1);
}

/* The k-th allocation from now on fails; -1: not this kernel's. */
static int
fail_alloc(unsigned k)
{
	return (sysctlbyname("debug.fail.alloc", NULL, NULL, &k, sizeof(k)));
}

/* From here on the one whose turn it is is to fail. */
static unsigned turn;

static void
arm(void)
{
	fail_alloc(turn);
}

/* Whether the k-th allocation has been asked for. */
static int
has_failed(void)
{
	unsigned k = 1;
	size_t size = sizeof(k);

	return (sysctlbyname("debug.fail.alloc", &k, &size, NULL, 0) == 0 &&
	    k == 0);
}

/* A call by its number; the error, or 0. */
static int
by_number(int door, int number)
{
	int result;
	char failed;

	signal(SIGSYS, SIG_IGN);
	__asm __volatile("push $0; push $0; push %3; push $0; int $0x80;"
			 "lea 16(%%esp), %%esp; setc %1"
			 : "=a"(result), "=q"(failed)
			 : "a"(door), "r"(number)
			 : "edx", "memory", "cc");
	errno = failed ? result : 0;
	return (failed ? -1 : result);
}

/* One whose arguments cannot be got at; the kernel has its own stack. */
static int
without_stack(int door)
{
	int result;
	char failed;

	__asm __volatile("mov %%esp, %%ecx; mov $8, %%esp; int $0x80;"
			 "mov %%ecx, %%esp; setc %1"
			 : "=a"(result), "=q"(failed)
			 : "a"(door)
			 : "ecx", "edx", "memory", "cc");
	errno = failed ? result : 0;
	return (failed ? -1 : result);
}

/*
 * The table.  Each case becomes a function, and then a line of cases[].
 */
enum kind { AS_ROOT, AS_USER, PATH, MEMORY };

#define	CASE2(line)	case_##line
#define	CASE1(line)	CASE2(line)
#define	CASE		CASE1(__LINE__)

#define	ROW(call, error, what, expr)					\
	static long CASE(const char *p) { return ((long)(expr)); }
#define	USER		ROW
#define	NOMEM(call, error, what, expr)					\
	static long CASE(const char *p) { arm(); return ((long)(expr)); }
#define	NOMEM_AFTER(call, error, what, first, expr)			\
	static long CASE(const char *p)					\
	{ first; arm(); return ((long)(expr)); }
#define	PATHS(call, expr)						\
	static long CASE(const char *p) { return ((long)(expr)); }
#define	SEEN(call, error, file, name)
#include "errnos.def"
#undef ROW
#undef USER
#undef NOMEM
#undef NOMEM_AFTER
#undef PATHS

static const struct acase {
	const char *call;
	int	error;
	enum kind kind;
	const char *what;
	long	(*fn)(const char *);
} cases[] = {
#define	ROW(call, error, what, expr)	{ #call, error, AS_ROOT, what, CASE },
#define	USER(call, error, what, expr)	{ #call, error, AS_USER, what, CASE },
#define	NOMEM(call, error, what, expr)	{ #call, error, MEMORY, what, CASE },
#define	NOMEM_AFTER(call, error, what, first, expr)			\
	{ #call, error, MEMORY, what, CASE },
#define	PATHS(call, expr)		{ #call, 0, PATH, "paths", CASE },
#include "errnos.def"
};
#define	NCASES	(sizeof(cases) / sizeof(cases[0]))

static const struct {
	const char *path;
	int	error;
	enum kind kind;
} paths[] = {
	{ BAD, EFAULT, AS_ROOT },
	{ NULL, EFAULT, AS_ROOT },
	{ "", ENOENT, AS_ROOT },
	{ FOLDER "/none/x", ENOENT, AS_ROOT },
	{ FOLDER "/file/x", ENOTDIR, AS_ROOT },
	{ longname, ENAMETOOLONG, AS_ROOT },
	{ longpath, ENAMETOOLONG, AS_ROOT },
	{ FOLDER "/loop/x", ELOOP, AS_ROOT },
	{ FOLDER "/locked/x", EACCES, AS_USER },
};

/*
 * Run a case in a child.  The errno it ended with; 0 if it has succeeded.  A
 * path that does not exist and is looked for without memory is as good as one
 * that does.
 */
static int
run(const struct acase *c, enum kind kind, const char *path, unsigned k)
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0) {
		setpgid(0, 0);
		if (kind == AS_USER)
			become_student();
		/* Pages that the call writes are the child's own by now. */
		memset(data, 0, sizeof(data));
		errno = 0;
		turn = k;
		if (kind == MEMORY && path != NULL)
			arm();
		if (c->fn(path) != -1 ||
		    (kind == MEMORY && path != NULL && errno == ENOENT))
			errno = 0;
		if (kind == MEMORY && errno == 0 && has_failed())
			errno = EAGAIN; /* it was asked for, and not missed */
		_exit(errno);
	}
	waitpid(pid, &status, 0);
	kill(-pid, SIGKILL);
	/* Whom it has left behind holds locks until the end. */
	while (kill(-pid, 0) == 0)
		usleep(1000);
	if (unlink("new") == -1)
		rmdir("new");
	unlink("moved");
	return (WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALED(status));
}

static int
expect(const struct acase *c, const char *what, int wanted, int got)
{
	if (wanted == got)
		return (0);
	printf("# %s: %s: error %d (%s), expected %d (%s)\n", c->call, what,
	    got, strerror(got), wanted, strerror(wanted));
	return (1);
}

/*
 * Fail each allocation of the call in turn, until there are no more.  One
 * that a page of the child's needs behind the call kills the child.
 */
static int
run_memory(const struct acase *c, const char *path, int error)
{
	int got, found = 0;
	unsigned k;

	if (fail_alloc(0) == -1)
		return (0);
	for (k = 1; k < 64; k++) {
		got = run(c, MEMORY, path, k);
		if (got == error)
			found = 1;
		else if (got != EAGAIN)
			break;
	}
	if (got == KILLED)
		got = 0;
	return (expect(c, c->what, 0, got) ||
	    expect(c, c->what, error, found ? error : 0));
}

static int
run_case(const struct acase *c)
{
	size_t i;
	int failures = 0;

	if (c->kind == MEMORY)
		return (run_memory(c, NULL, c->error));
	if (c->kind != PATH)
		return (expect(c, c->what, c->error, run(c, c->kind, NULL, 0)));
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		failures += expect(c, i < 2 ? "a bad pointer" : paths[i].path,
		    paths[i].error, run(c, paths[i].kind, paths[i].path, 0));
	return (failures + run_memory(c, FOLDER "/none/x", ENOMEM));
}

static void
put(const char *path, mode_t mode)
{
	int fd = in(path, O_CREAT | O_RDWR | O_TRUNC);

	if (write(fd, "hello\n", 6) != 6 || fchmod(fd, mode) == -1)
		err(1, "%s", path);
	close(fd);
}

static void
prepare(void)
{
	size_t i;

	umask(0);
	if (mkdir(FOLDER, 0777) == -1 || chdir(FOLDER) == -1 ||
	    mkdir("dir", 0777) == -1 || mkdir("full", 0777) == -1 ||
	    mkdir("locked", 0700) == -1 || mkdir("readonly", 0755) == -1 ||
	    mkdir("sticky", 01777) == -1 || mkdir("readonly/sub", 0777) == -1 ||
	    mkdir("sticky/sub", 0777) == -1 || symlink("file", "link") == -1 ||
	    symlink("loop", "loop") == -1)
		err(1, FOLDER);
	put("file", 0666);
	put("secret", 0600);
	put("popular", 0600);
	put("full/x", 0666);
	put("locked/x", 0666);
	put("readonly/x", 0666);
	put("sticky/x", 0666);
	if (link("/bin/true", "prog") == -1)
		err(1, "prog");
	memset(longname, 'n', sizeof(longname) - 1);
	for (i = 0; i + 1 < sizeof(longpath); i += 2)
		memcpy(longpath + i, "./", 2);
}

int
main(void)
{
	size_t i, k;
	int failures, rows;

	prepare();
	file = in("file", O_RDWR);
	for (i = 0; i < NCASES; i++) {
		for (k = 0; strcmp(cases[k].call, cases[i].call) != 0; k++)
			;
		if (k < i)
			continue;
		failures = rows = 0;
		for (k = i; k < NCASES; k++) {
			if (strcmp(cases[k].call, cases[i].call) == 0) {
				failures += run_case(&cases[k]);
				rows++;
			}
		}
		ok(failures == 0, "%s: %d cases", cases[i].call, rows);
	}
	close(file);
	disperse("names");
	disperse("folders");
	chdir("/");
	system("rm -r " FOLDER);
	return (tap_done());
}
