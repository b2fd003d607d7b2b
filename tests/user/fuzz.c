/*
 * System calls with random numbers and random arguments.
 *
 *	fuzz [-v] [-s seed] [-n calls] [-w worker [-f first]]
 *
 * The kernel has to stand whatever a program asks for; whether it does is
 * for the debug kernel and for leaks(1) to say.  Four workers share the
 * calls.  Each call follows from the seed, the worker and the call's number,
 * so -w and -f try some of them again: worker W makes calls from number F
 * on.  -v names each call before it is made.
 *
 * A worker is a keeper, which is root, and one child after the other that
 * makes calls until it has made enough or has died of one.  The child is an
 * unprivileged user with a session of its own; each worker has its own uid,
 * so that the keeper finds all processes that such a child has left behind.
 * Files can be made in one folder only, which is emptied in the end.
 *
 * The calls and the kinds of their arguments come from syscalls.master
 * ("fuzzcalls.h"), so that a new call is tried without a word here.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
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

#define	WORKERS	4
#define	BATCH	200			/* calls of one child */
#define	UID(w)	(60001 + (w))
#define	FOLDER	"/tmp/fuzz"
#define	PAGE	4096
#define	MAXARGS	8
#define	MAXNUMBER 640			/* of a call */
#define	LOGFD	63
#define	NITEMS(x) (sizeof(x) / sizeof((x)[0]))

/* Kinds of arguments, as makesyscalls.py gives them. */
static const struct fuzzcall {
	int	number;
	const char *name;
	const char *kinds;
} calls[] = {
#include "fuzzcalls.h"
};

/* What keepers and children share. */
struct shared {
	volatile int next[WORKERS];	/* the next call's number */
	volatile int children[WORKERS];
	volatile char worked[MAXNUMBER]; /* the call has succeeded */
	volatile char stuck;		/* somebody could not be killed */
};
static struct shared *shared;

static int	verbose;
static unsigned	seed = 1;
static int	worker;
static unsigned	state;			/* of the random numbers */

/*
 * Memory for arguments: 4 pages to read and write, one only to read, one
 * not even that, a hole, and one more.
 */
static char	*arena;
#define	A_RW	(arena)
#define	A_EDGE	(arena + 6 * PAGE)	/* the page below it is accessible */
#define	A_RO	(arena + 4 * PAGE)
#define	A_NONE	(arena + 5 * PAGE)

static pid_t	pids[4];		/* children of the child */
static ucontext_t context;		/* where a signal came */
static char	threadstack[8192] __aligned(16);

static int	one_call(void);

/* ------------------------------------------------------- random numbers */

static unsigned
rnd(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state);
}

static unsigned
below(unsigned n)
{
	return ((rnd() >> 4) % n);
}

/* The numbers of call n. */
static void
rnd_begin(int n)
{
	int i;

	state = (seed * 0x9e3779b1u) ^ ((n + 1) * 0x85ebca77u) ^
	    ((worker + 1) * 0xc2b2ae3du);
	if (state == 0)
		state = 1;
	for (i = 0; i < 4; i++)
		rnd();
}

static pid_t
a_pid(void)
{
	switch (below(8)) {
	case 0:
		return (0);
	case 1:
		return (getpid());
	case 2:
		return (-getpgrp());
	case 3:
		return (below(40) == 0 ? -1 : (pid_t)below(200));
	default:
		return (pids[below(NITEMS(pids))]);
	}
}

/* Any word. */
static long
value(void)
{
	switch (below(10)) {
	case 0:
	case 1:
		return (below(17));
	case 2:
		return (1L << below(32));
	case 3:
		return (-(long)below(17));
	case 4:
		return (rnd());
	case 5:
		return (a_pid());
	case 6:
		return ((long)(A_RW + below(7 * PAGE)));
	case 7:
		return (below(64) * PAGE);
	case 8:
		return ((long)(0x7ffffffe + below(4)));
	default:
		return (0);
	}
}

static size_t
size(void)
{
	switch (below(8)) {
	case 0:
		return (0);
	case 1:
		return (PAGE - 2 + below(5));
	case 2:
		return (below(20) * PAGE);
	case 3:
		return (value());
	default:
		return (1 + below(128));
	}
}

/* 40 random words, of which some may be what a structure needs. */
static void
fill(long *words)
{
	int i, zeros = below(2);

	for (i = 0; i < 40; i++)
		words[i] = zeros && below(4) != 0 ? 0 : value();
}

static void *
pointer(void)
{
	long *words = (void *)(A_RW + below(64) * 256);

	switch (below(16)) {
	case 0:
		return (A_EDGE - below(64));
	case 1:
		return (A_NONE - below(64)); /* read-only, then nothing */
	case 2:
		return (A_RO + below(PAGE));
	case 3:
		return (A_NONE + below(3 * PAGE));
	case 4:
		return ((void *)(0xbfc00000 - below(2) * below(4 * PAGE)));
	case 5:
		return (below(2) ? NULL : (void *)(long)rnd());
	case 6:
		return ((void *)(0xc0000000 + below(0x40000000)));
	case 7:
		return (below(8) ? words : (void *)(long)one_call);
	default:
		fill(words);
		return (words);
	}
}

static const char *
path(void)
{
	static const char *const paths[] = { "a", "b", "c", "a/b", "b/c/a",
		"a/", "./b", "../fuzz/c", "..", ".", "/", "", FOLDER,
		FOLDER "/a", "/tmp", "/dev/null", "/dev/zero", "/dev/tty",
		"/dev/console", "/dev/random", "/dev/ptmx", "/dev", "/proc",
		"/proc/curproc", "/proc/self/map", "/proc/1/map", "/bin/true",
		"/bin/true/x", "/bin/su", "/etc/passwd", "/root/x", "/no/such",
		"link", "link/a" };
	char *s;

	switch (below(10)) {
	case 0:
		return (pointer());
	case 1:
		s = A_RW + PAGE * 2;
		memset(s, below(2) ? '/' : 'x', PAGE * 2);
		s[below(PATH_MAX * 2)] = '\0';
		return (s);
	case 2:
		s = A_NONE - PAGE - 3; /* without an end, before read-only */
		memcpy(s, "abc", 3);
		return (s);
	default:
		return (paths[below(NITEMS(paths))]);
	}
}

/* A time that is short, if it is a time. */
static void *
a_time(void)
{
	long *words = (void *)(A_RW + below(64) * 256);
	int i;

	if (below(4) == 0)
		return (pointer());
	for (i = 0; i < 4; i++)
		words[i] = i % 2 == 0 ? 0 : (long)below(2000);
	return (words);
}

static void *
an_iovec(void)
{
	struct iovec *iov = (void *)(A_RW + below(32) * 512);
	int i;

	for (i = 0; i < 8; i++) {
		iov[i].iov_base = below(4) ? A_RW + PAGE : pointer();
		iov[i].iov_len = size();
	}
	return (iov);
}

static void *
a_pollfd(void)
{
	struct pollfd *pfd = (void *)(A_RW + below(32) * 512);
	int i;

	for (i = 0; i < 8; i++) {
		pfd[i].fd = below(16);
		pfd[i].events = rnd();
	}
	return (pfd);
}

/* A name for sysctl, often one that there is. */
static void *
a_mib(void)
{
	int *mib = (void *)(A_RW + below(32) * 512), i;

	for (i = 0; i < 12; i++)
		mib[i] = below(8) ? (int)below(i == 0 ? 9 : 70) : value();
	return (mib);
}

static unsigned long
a_command(void)
{
	static const unsigned long commands[] = { FIONREAD, FIONBIO, FIOASYNC,
		TIOCGPGRP, TIOCSPGRP, TIOCSCTTY, TIOCNOTTY, TIOCGWINSZ,
		TIOCSWINSZ, TIOCGETA, TIOCSETA, TIOCSETAW, TIOCSETAF, TIOCEXCL,
		TIOCNXCL, TIOCFLUSH, TIOCSTI, TIOCOUTQ, TIOCSTOP, TIOCSTART,
		TIOCDRAIN, FIOCLEX, FIONCLEX };

	return (below(8) ? commands[below(NITEMS(commands))] :
			   (unsigned long)value());
}

/* One of the places a signal came to, changed a little or not at all. */
static void *
a_context(void)
{
	ucontext_t *uc = (void *)A_RW;
	int n = below(3);

	*uc = context;
	while (n-- > 0)
		((long *)uc)[below(sizeof(*uc) / sizeof(long))] = value();
	return (uc);
}

static long
argument(char kind)
{
	switch (kind) {
	case 'f':
		return (below(16) ? (long)below(14) : value());
	case 's':
		return ((long)path());
	case 'b':
		return ((long)pointer());
	case 'n':
		return (size());
	case 'p':
		return (below(16) ? a_pid() : value());
	case 'g':
		return (below(8) ? (long)below(33) : value());
	case 't':
		return ((long)a_time());
	case 'v':
		return ((long)an_iovec());
	case 'l':
		return ((long)a_pollfd());
	case 'u':
		return (below(2) ? 60001 + (long)below(WORKERS) : value());
	case 'o':
		return (below(2) ? (long)size() : value());
	case 'y':
		return ((long)a_mib());
	case 'c':
		return (a_command());
	case 'x':
		return ((long)a_context());
	default:
		return (value());
	}
}

/* ------------------------------------------------------------- the calls */

/* The call with these arguments, past libc: its result, or -errno. */
static long
trap(int number, const long *args)
{
	long result;
	char failed;

	__asm volatile("pushl 28(%3)\n\tpushl 24(%3)\n\tpushl 20(%3)\n\t"
		       "pushl 16(%3)\n\tpushl 12(%3)\n\tpushl 8(%3)\n\t"
		       "pushl 4(%3)\n\tpushl 0(%3)\n\tpushl $0\n\t"
		       "int $0x80\n\tsetc %1\n\taddl $36, %%esp"
		       : "=a"(result), "=b"(failed)
		       : "0"(number), "S"(args)
		       : "ecx", "edx", "memory", "cc");
	return (failed ? -result : result);
}

static void
on_alarm(int sig, siginfo_t *info, void *uc)
{
	(void)sig;
	(void)info;
	context = *(ucontext_t *)uc;
}

/* Let no call wait for long, whatever those before have done to signals. */
static void
guard(void)
{
	static const struct itimerval once = { { 0, 0 }, { 0, 5000 } };
	struct sigaction sa;
	sigset_t set;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = on_alarm;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGALRM, &sa, NULL);
	signal(SIGSYS, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &once, NULL);
}

static void __dead2
descendant(void)
{
	int n = below(6);

	while (n-- > 0)
		one_call();
	_exit(below(3));
}

static int
thread(void *arg)
{
	(void)arg;
	descendant();
}

/* A child by one of the ways; who shares memory gets its own stack. */
static long
fork_somehow(int number)
{
	int flags = below(2) ? (int)value() : RFPROC | RFFDG;
	pid_t pid;

	if (number == SYS_fork)
		pid = fork();
	else if (number == SYS_vfork)
		pid = vfork();
	else if (flags & RFMEM)
		pid = rfork_thread(flags, threadstack + sizeof(threadstack),
		    thread, NULL);
	else
		pid = rfork(flags);
	if (pid == 0 && (number != SYS_rfork || (flags & RFPROC) != 0))
		descendant();
	if (pid > 0)
		pids[below(NITEMS(pids))] = pid;
	return (pid == -1 ? -errno : pid);
}

/* A good command line for execve, which else hardly ever gets one. */
static void
exec_arguments(long *args)
{
	static const char *argv[] = { "sh", "-c", "echo $0", "x", NULL };
	static const char *const programs[] = { "/bin/true", "/bin/sh",
		"/bin/su", "/no/such", "/tmp" };

	args[0] = (long)programs[below(NITEMS(programs))];
	args[1] = (long)argv;
	args[2] = (long)(argv + 4);
}

static const struct fuzzcall *
choose(void)
{
	const struct fuzzcall *c;

	for (;;) {
		c = &calls[below(NITEMS(calls))];
		switch (c->number) {
		case SYS_exit:
		case SYS_fork:
		case SYS_vfork:
		case SYS_rfork:
		case SYS_nanosleep:
		case SYS_sigsuspend:
		case SYS_select:
		case SYS_poll:
		case SYS_sigreturn:
		case SYS_execve:
			if (below(8) != 0)
				continue;
			break;
		default:
			break;
		}
		return (c);
	}
}

static void
log_call(const char *name, const long *args)
{
	char line[160];
	int n;

	n = snprintf(line, sizeof(line),
	    "%d.%d pid %d: %s(%lx, %lx, %lx, %lx, %lx, %lx)\n", worker,
	    shared->next[worker] - 1, getpid(), name, args[0], args[1], args[2],
	    args[3], args[4], args[5]);
	write(LOGFD, line, n);
}

/* One random call. */
static int
one_call(void)
{
	static const struct fuzzcall any = { 0, "?", "" };
	const struct fuzzcall *c = below(25) ? choose() : &any;
	int i, number = c == &any ? (int)below(MAXNUMBER) : c->number;
	int kinds = strlen(c->kinds);
	long args[MAXARGS], result;

	/* Without a number there is no telling how it would return. */
	if (c == &any && below(4) == 0)
		number = value();
	for (i = 0; i < MAXARGS; i++)
		args[i] = i < kinds && below(20) ? argument(c->kinds[i]) :
						   value();
	if (number == SYS_execve && below(2))
		exec_arguments(args);
	if (verbose)
		log_call(c->name, args);
	guard();
	if (number == SYS_fork || number == SYS_vfork || number == SYS_rfork)
		result = fork_somehow(number);
	else
		result = trap(number, args);
	if (result >= 0 && number >= 0 && number < MAXNUMBER)
		shared->worked[number] = 1;
	return (0);
}

/* -------------------------------------------------------------- a child */

static void
set_limit(int which, rlim_t most)
{
	struct rlimit rl = { most, most };

	if (setrlimit(which, &rl) == -1)
		err(1, "setrlimit");
}

/* What a child has open: pipe, files, folder, devices. */
static void
child_files(void)
{
	int ends[2];

	if (chdir(FOLDER) == -1)
		err(1, FOLDER);
	if (verbose)
		dup2(1, LOGFD);
	dup2(open("/dev/null", O_RDWR), 0);
	dup2(0, 1);
	dup2(0, 2);
	pipe(ends);
	open("a", O_CREAT | O_RDWR, 0600);
	open("/bin/true", O_RDONLY);
	open(".", O_RDONLY);
	open("/dev/zero", O_RDWR);
}

static void __dead2
child(int end)
{
	gid_t gid = UID(worker);
	int n;

	setsid();
	set_limit(RLIMIT_NPROC, 12);
	set_limit(RLIMIT_NOFILE, 64);
	set_limit(RLIMIT_FSIZE, 16 * PAGE);
	set_limit(RLIMIT_CPU, 10);
	if (setgroups(1, &gid) == -1 || setgid(gid) == -1 ||
	    setuid(UID(worker)) == -1)
		err(1, "setuid");
	child_files();
	while ((n = shared->next[worker]++) < end) {
		rnd_begin(n);
		one_call();
	}
	_exit(0);
}

/* ------------------------------------------------------------- a keeper */

/* Kill all that belongs to the child's user. */
static void
kill_rest(void)
{
	pid_t pid = must_fork();

	if (pid == 0) {
		if (setuid(UID(worker)) == -1)
			err(1, "setuid");
		while (kill(-1, SIGKILL) == 0)
			sched_yield();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void
on_late(int sig)
{
	(void)sig;
}

/* Who does not die of SIGKILL, in what state, and since when. */
static void __dead2
say_stuck(pid_t pid, const struct timespec *since)
{
	int name[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };
	struct kinfo_proc ki;
	size_t size = sizeof(ki);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("# worker %d: pid %d lives %d s after its calls began", worker,
	    pid, (int)(now.tv_sec - since->tv_sec));
	if (sysctl(name, 4, &ki, &size, NULL, 0) == 0 && size == sizeof(ki))
		printf(": state %d, waits for \"%s\", p_flag %#x, sflag %#x",
		    ki.ki_stat, ki.ki_wmesg, (unsigned)ki.ki_flag,
		    (unsigned)ki.ki_sflag);
	printf("; call %d\n", shared->next[worker] - 1);
	fflush(stdout);
	shared->stuck = 1;
	_exit(1);
}

/* Wait for the child, which may stop, or never end by itself. */
static void
wait_child(pid_t pid)
{
	static const struct itimerval wait = { { 0, 500000 }, { 1, 0 } };
	static const struct itimerval none;
	int late = 0, status, stops = 0;
	struct timespec since;
	pid_t ended;

	clock_gettime(CLOCK_MONOTONIC, &since);
	setitimer(ITIMER_REAL, &wait, NULL);
	for (;;) {
		ended = waitpid(pid, &status, WUNTRACED);
		if (ended == -1) {
			if (errno != EINTR)
				err(1, "waitpid");
			kill(pid, SIGKILL);
			/* It has to die of it, if only by and by. */
			if (++late > 40)
				say_stuck(pid, &since);
		} else if (WIFSTOPPED(status)) {
			kill(pid, ++stops < 4 ? SIGCONT : SIGKILL);
		} else {
			break;
		}
	}
	setitimer(ITIMER_REAL, &none, NULL);
}

static int
keeper(int first, int end)
{
	struct sigaction sa;
	int begin, next;
	pid_t pid;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_late;
	sigaction(SIGALRM, &sa, NULL);
	for (begin = first; begin < end; begin = next) {
		shared->next[worker] = begin;
		pid = must_fork();
		if (pid == 0)
			child(begin + BATCH < end ? begin + BATCH : end);
		wait_child(pid);
		kill_rest();
		shared->children[worker]++;
		next = shared->next[worker];
		/* A call may have written there, too. */
		if (next <= begin || next > begin + BATCH)
			next = begin + BATCH;
	}
	return (0);
}

/* ------------------------------------------------------------------ main */

/* Remove all in a folder. */
static void
clean(const char *dir)
{
	char name[PATH_MAX];
	struct dirent *de;
	struct stat sb;
	DIR *d = opendir(dir);

	if (d == NULL)
		return;
	while ((de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", dir, de->d_name);
		if (lstat(name, &sb) == -1)
			continue;
		if (S_ISDIR(sb.st_mode)) {
			clean(name);
			rmdir(name);
		} else {
			unlink(name);
		}
	}
	closedir(d);
}

/* The faults of the children need not be told of; the old value. */
static int
say_faults(int yes)
{
	size_t len = sizeof(yes);
	int old = yes;

	if (sysctlbyname("kern.logsigexit", &old, &len, &yes, len) == -1)
		err(1, "kern.logsigexit");
	return (old);
}

static void
prepare(void)
{
	shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_ANON | MAP_SHARED,
	    -1, 0);
	arena = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_PRIVATE, -1, 0);
	if (shared == MAP_FAILED || arena == MAP_FAILED)
		err(1, "mmap");
	memset(arena, 'a', 8 * PAGE);
	mprotect(A_RO, PAGE, PROT_READ);
	mprotect(A_NONE, PAGE, PROT_NONE);
	munmap(A_EDGE, PAGE);
	/* There is no other place where users may make files. */
	chmod("/tmp", 0755);
	mkdir(FOLDER, 0755);
	chmod(FOLDER, 01777);
	symlink("b", FOLDER "/link");
}

/* One worker's part, or all of theirs. */
static int
run(int only, int first, int n)
{
	pid_t pid[WORKERS];
	int failed = 0, w;

	for (w = 0; w < WORKERS; w++) {
		if (only != -1 && w != only)
			continue;
		pid[w] = must_fork();
		if (pid[w] == 0) {
			worker = w;
			_exit(keeper(first,
			    first + (only == -1 ? n / WORKERS : n)));
		}
	}
	for (w = 0; w < WORKERS; w++)
		if ((only == -1 || w == only) && !ended_well(pid[w]))
			failed++;
	return (failed);
}

static int
report(int failed, int n)
{
	int children = 0, i, worked = 0;

	for (i = 0; i < WORKERS; i++)
		children += shared->children[i];
	for (i = 0; i < (int)NITEMS(calls); i++)
		worked += shared->worked[calls[i].number];
	printf("# %d calls by %d children; of %d system calls %d worked\n", n,
	    children, (int)NITEMS(calls), worked);
	if (verbose)
		for (i = 0; i < (int)NITEMS(calls); i++)
			if (!shared->worked[calls[i].number])
				printf("# %s never worked\n", calls[i].name);
	ok(failed == 0, "all calls were made");
	ok(!shared->stuck, "every process could be killed");
	return (tap_done());
}

int
main(int argc, char *argv[])
{
	int c, failed, first = 0, n = 10000, only = -1, said;

	while ((c = getopt(argc, argv, "f:n:s:vw:")) != -1)
		switch (c) {
		case 'f':
			first = atoi(optarg);
			break;
		case 'n':
			n = atoi(optarg);
			break;
		case 's':
			seed = strtoul(optarg, NULL, 10);
			break;
		case 'v':
			verbose = 1;
			break;
		case 'w':
			only = atoi(optarg);
			break;
		default:
			fprintf(stderr,
			    "usage: fuzz [-v] [-s seed] [-n calls] "
			    "[-w worker [-f first]]\n");
			return (2);
		}
	if (geteuid() != 0 || only >= WORKERS)
		errx(2, "only for root; workers are 0 to %d", WORKERS - 1);
	printf("# fuzz -s %u -n %d\n", seed, n);
	said = say_faults(verbose);
	prepare();
	failed = run(only, first, n);
	say_faults(said);
	clean(FOLDER);
	rmdir(FOLDER);
	chmod("/tmp", 01777);
	return (report(failed, n));
}
