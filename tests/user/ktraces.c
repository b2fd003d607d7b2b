/*
 * ktrace(2) and utrace(2): the records and their contents, whose trace it
 * is after fork and exec, who may trace whom, and how a trace ends.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/ktrace.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asleep.h"
#include "tap.h"

#define	FILENAME	"/tmp/ktraces.out"
#define	OTHER		"/tmp/ktraces.other"
#define	PROGRAM		"/tmp/ktraces.prog"
#define	ALL		(KTRFAC_SYSCALL | KTRFAC_SYSRET | KTRFAC_NAMEI | \
			 KTRFAC_GENIO | KTRFAC_PSIG | KTRFAC_USER)
#define	USER		1234

static const char *self;
static char	trace[256 * 1024];
static size_t	tracesize;

/* ----------------------------------------------------- reading a trace */

static void
fresh(const char *name)
{
	int fd;

	unlink(name);
	fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0666);
	if (fd == -1 || fchmod(fd, 0666) == -1)
		err(1, "%s", name);
	close(fd);
}

static void
load(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, trace, sizeof(trace));

	if (n == -1 || n == sizeof(trace))
		errx(1, "cannot read %s", name);
	close(fd);
	tracesize = n;
}

/* The record behind this one, or the first; NULL at the end. */
static struct ktr_header *
next(struct ktr_header *kh)
{
	char *at = trace;

	if (kh != NULL)
		at = (char *)(kh + 1) + kh->ktr_len;
	if (at + sizeof(*kh) > trace + tracesize)
		return (NULL);
	return ((struct ktr_header *)(void *)at);
}

/* The next record of that type of that process; 0 means any. */
static void *
find(struct ktr_header **at, int type, pid_t pid)
{
	while ((*at = next(*at)) != NULL)
		if ((type == 0 || (*at)->ktr_type == type) &&
		    (pid == 0 || (*at)->ktr_pid == pid))
			return (*at + 1);
	return (NULL);
}

/* How many records there are of a type and process. */
static int
count(int type, pid_t pid)
{
	struct ktr_header *at = NULL;
	int n = 0;

	while (find(&at, type, pid) != NULL)
		n++;
	return (n);
}

/* How many calls with that number. */
static int
count_calls(int code, pid_t pid)
{
	struct ktr_header *at = NULL;
	struct ktr_syscall *ks;
	int n = 0;

	while ((ks = find(&at, KTR_SYSCALL, pid)) != NULL)
		n += ks->ktr_code == code;
	return (n);
}

/* Unaligned records are not looked at in place. */
static struct ktr_header
copy(const struct ktr_header *at)
{
	struct ktr_header kh;

	memcpy(&kh, at, sizeof(kh));
	return (kh);
}

/*
 * Run fn() in a child that has itself traced; the trace is loaded.  The
 * child's status; *pidp is who it was.
 */
static int
traced(int points, void (*fn)(void), pid_t *pidp)
{
	int status;
	pid_t pid;

	fresh(FILENAME);
	pid = must_fork();
	if (pid == 0) {
		if (ktrace(FILENAME, KTROP_SET, points, getpid()) == -1)
			_exit(99);
		fn();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	load(FILENAME);
	if (pidp != NULL)
		*pidp = pid;
	return (status);
}

/*
 * A call by its number, with an argument on the stack; at another place
 * than the stack's end if stack is not NULL.  Its errno, or 0.
 */
static int
raw_call(int number, int arg, const void *stack)
{
	int result;
	char failed;

	__asm__ volatile("pushl %4\n\tpushl $0\n\tmovl %%esp, %%esi\n\t"
			 "testl %3, %3\n\tjz 1f\n\tmovl %3, %%esp\n"
			 "1:\tint $0x80\n\tsetc %1\n\t"
			 "movl %%esi, %%esp\n\taddl $8, %%esp"
			 : "=a"(result), "=b"(failed)
			 : "a"(number), "D"(stack), "c"(arg)
			 : "esi", "edx", "memory", "cc");
	return (failed ? result : 0);
}

/* --------------------------------------------------------- the records */

static void
some_calls(void)
{
	getpid();
	close(-1);
	lseek(77, 0x123456789LL, SEEK_SET);
	raw_call(SYS_syscall, SYS_getppid, NULL);
	_exit(5);
}

static void
test_calls(void)
{
	struct ktr_header *at = NULL;
	struct ktr_syscall *ks;
	struct ktr_sysret *kr;
	pid_t pid;
	int status;

	ok(sizeof(struct ktr_header) == 44 && sizeof(struct ktr_sysret) == 12 &&
		offsetof(struct ktr_syscall, ktr_args) == 4,
	    "sizes of the records");
	status = traced(ALL, some_calls, &pid);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 5,
	    "a traced program does what it does");

	kr = find(&at, 0, 0);
	ok(kr != NULL && at->ktr_type == KTR_SYSRET &&
		kr->ktr_code == SYS_ktrace && kr->ktr_error == 0,
	    "the trace begins with the return of ktrace");
	ok(at != NULL && at->ktr_pid == pid &&
		strcmp(at->ktr_comm, "ktraces") == 0 &&
		at->ktr_len == sizeof(*kr),
	    "pid, name and length");
	ks = find(&at, 0, 0);
	ok(ks != NULL && at->ktr_type == KTR_SYSCALL &&
		ks->ktr_code == SYS_getpid && ks->ktr_narg == 0 &&
		at->ktr_len == 4,
	    "a call without arguments");
	kr = find(&at, 0, 0);
	ok(kr != NULL && at->ktr_type == KTR_SYSRET &&
		kr->ktr_code == SYS_getpid && kr->ktr_retval == pid &&
		kr->ktr_error == 0,
	    "its result");
	ks = find(&at, 0, 0);
	ok(ks != NULL && ks->ktr_code == SYS_close && ks->ktr_narg == 1 &&
		ks->ktr_args[0] == -1 && at->ktr_len == 8,
	    "a call with an argument");
	kr = find(&at, 0, 0);
	ok(kr != NULL && kr->ktr_code == SYS_close && kr->ktr_error == EBADF,
	    "its error");
	ks = find(&at, 0, 0);
	ok(ks != NULL && ks->ktr_code == SYS_lseek && ks->ktr_narg == 5 &&
		ks->ktr_args[2] == 0x23456789 && ks->ktr_args[3] == 1,
	    "an argument of 64 bits");
	(void)find(&at, 0, 0);
	ks = find(&at, 0, 0);
	ok(ks != NULL && ks->ktr_code == SYS_getppid && ks->ktr_narg == 0,
	    "an indirect call has the number it is about");
	(void)find(&at, 0, 0);
	ks = find(&at, 0, 0);
	ok(ks != NULL && ks->ktr_code == SYS_exit && ks->ktr_args[0] == 5 &&
		find(&at, 0, 0) == NULL,
	    "exit is the last, and does not return");
}

/* A call whose arguments cannot be read, and one that there is none of. */
static void
strange_calls(void)
{
	signal(SIGSYS, SIG_IGN);
	if (raw_call(SYS_close, 0, (void *)16) != EFAULT)
		_exit(1);
	if (raw_call(3000, 0, NULL) != ENOSYS)
		_exit(2);
	if (raw_call(-5, 0, NULL) != ENOSYS)
		_exit(3);
}

static void
test_strange(void)
{
	struct ktr_header *at = NULL;
	struct ktr_syscall *ks;
	struct ktr_sysret *kr;

	ok(traced(ALL, strange_calls, NULL) == 0,
	    "strange calls fail as they do untraced");
	do
		ks = find(&at, KTR_SYSCALL, 0);
	while (ks != NULL && ks->ktr_code != SYS_close);
	ok(ks != NULL && ks->ktr_narg == 1 && ks->ktr_args[0] == 0,
	    "arguments that cannot be read are zero");
	kr = find(&at, 0, 0);
	ok(kr != NULL && kr->ktr_code == SYS_close && kr->ktr_error == EFAULT,
	    "and EFAULT");
	ks = find(&at, KTR_SYSCALL, 0);
	kr = find(&at, KTR_SYSRET, 0);
	ok(ks != NULL && ks->ktr_code == 3000 && ks->ktr_narg == 0 &&
		kr != NULL && kr->ktr_code == 3000 && kr->ktr_error == ENOSYS,
	    "a number that is no call's");
}

static void
some_names(void)
{
	struct stat sb;

	(void)access("/tmp/none", R_OK);
	(void)stat("/", &sb);
	(void)rename("/tmp/a", "/tmp/b");
	(void)access((char *)16, R_OK);
}

static void
test_names(void)
{
	static const char *const names[] = { "/tmp/none", "/", "/tmp/a" };
	struct ktr_header *at = NULL;
	char *name;
	size_t i;

	ok(traced(KTRFAC_NAMEI, some_names, NULL) == 0, "path names");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name = find(&at, 0, 0);
		ok(name != NULL && at->ktr_type == KTR_NAMEI &&
			at->ktr_len == (int)strlen(names[i]) &&
			memcmp(name, names[i], at->ktr_len) == 0,
		    "%s", names[i]);
	}
	ok(find(&at, 0, 0) == NULL,
	    "a path that cannot be read is none, nor are other records");
}

static char	bytes[10000];

static void
some_io(void)
{
	struct iovec iov[3] = { { bytes, 3 }, { NULL, 0 }, { bytes + 10, 4 } };
	int fd = open(OTHER, O_RDWR | O_CREAT | O_TRUNC, 0600);

	write(fd, bytes, 26);
	writev(fd, iov, 3);
	pwrite(fd, bytes + 1, 5, 1);
	lseek(fd, 0, SEEK_SET);
	read(fd, bytes + 5000, 100);
	lseek(fd, 24, SEEK_SET);
	readv(fd, iov, 3);
	write(fd, bytes, sizeof(bytes));
	write(-1, bytes, 5);
	read(fd, bytes, 0);
}

/* The next record of I/O, as expected? */
static bool
io_is(struct ktr_header **at, enum uio_rw rw, int fd, const char *text,
    int len)
{
	struct ktr_genio *kg = find(at, 0, 0);

	return (kg != NULL && (*at)->ktr_type == KTR_GENIO &&
	    kg->ktr_rw == rw && kg->ktr_fd == fd &&
	    (*at)->ktr_len == (int)sizeof(*kg) + len &&
	    (text == NULL || memcmp(kg + 1, text, len) == 0));
}

static void
test_io(void)
{
	struct ktr_header *at = NULL;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = 'a' + i % 26;
	ok(traced(KTRFAC_GENIO, some_io, NULL) == 0, "I/O");
	ok(io_is(&at, UIO_WRITE, 3, bytes, 26), "write");
	ok(io_is(&at, UIO_WRITE, 3, "abcklmn", 7), "writev");
	ok(io_is(&at, UIO_WRITE, 3, "bcdef", 5), "pwrite");
	ok(io_is(&at, UIO_READ, 3, "abcdefghijklmnopqrstuvwxyzabcklmn", 33),
	    "read: what has come, not what was asked for");
	ok(io_is(&at, UIO_READ, 3, "yzabckl", 7), "readv");
	ok(io_is(&at, UIO_WRITE, 3, NULL, 4096), "4096 bytes at most");
	ok(io_is(&at, UIO_READ, 3, NULL, 0),
	    "no record of an error; of no bytes");
	ok(find(&at, 0, 0) == NULL, "and nothing else");
	unlink(OTHER);
}

static void
some_messages(void)
{
	struct iovec iov[2] = { { bytes, 3 }, { bytes + 10, 4 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	sendmsg(s[0], &msg, 0);
	send(s[0], bytes + 20, 5, 0);
	iov[0].iov_len = 1;
	iov[0].iov_base = bytes + 5000;
	iov[1].iov_base = bytes + 6000;
	recvmsg(s[1], &msg, 0);
	recv(s[1], bytes + 7000, 100, MSG_PEEK);
	recv(s[1], bytes + 8000, 100, 0);
	recvmsg(s[1], &msg, MSG_DONTWAIT);
	msg.msg_iovlen = 0;
	sendmsg(s[0], &msg, 0);
	pread(open(self, O_RDONLY), bytes + 9000, 4, 0);
}

/* A message that is another one when it has been sent. */
enum { LATER_VECTORS = 2000, LATER_BYTES = 40000 };
static struct later {
	struct msghdr msg;
	struct iovec iov[LATER_VECTORS];
	char data[LATER_BYTES];
} *later;

static void
change_message(pid_t pid, int s)
{
	static char buf[LATER_BYTES];
	size_t got = 0;

	wait_asleep(pid, "sosend");
	later->iov[0].iov_len = 0;
	later->iov[LATER_VECTORS - 1] = (struct iovec){ later->data, 5 };
	later->msg.msg_iovlen = LATER_VECTORS;
	while (got < LATER_BYTES)
		got += read(s, buf, sizeof(buf));
}

static void
changed_message(void)
{
	pid_t pid = getpid();
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	later->iov[0] = (struct iovec){ later->data, LATER_BYTES };
	later->msg.msg_iov = later->iov;
	later->msg.msg_iovlen = 1;
	if (fork() == 0) {
		change_message(pid, s[1]);
		_exit(0);
	}
	if (sendmsg(s[0], &later->msg, 0) != LATER_BYTES)
		_exit(98);
	wait(NULL);
}

static void
test_changed_message(void)
{
	struct ktr_header *at = NULL;

	later = mmap(NULL, sizeof(*later), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANON, -1, 0);
	ok(later != MAP_FAILED &&
		traced(KTRFAC_GENIO, changed_message, NULL) == 0,
	    "a message that changes");
	ok(io_is(&at, UIO_WRITE, 3, "", 0), "no more vectors than a call has");
	munmap(later, sizeof(*later));
}

static void
test_messages(void)
{
	struct ktr_header *at = NULL;

	ok(traced(KTRFAC_GENIO, some_messages, NULL) == 0, "messages");
	ok(io_is(&at, UIO_WRITE, 3, "abcklmn", 7), "sendmsg");
	ok(io_is(&at, UIO_WRITE, 3, "uvwxy", 5), "send");
	ok(io_is(&at, UIO_READ, 4, "abckl", 5), "recvmsg");
	ok(io_is(&at, UIO_READ, 4, "mnuvwxy", 7), "recv, what is only shown");
	ok(io_is(&at, UIO_READ, 4, "mnuvwxy", 7), "and what is taken");
	ok(io_is(&at, UIO_WRITE, 3, "", 0), "no error's, but one of nothing");
	ok(io_is(&at, UIO_READ, 5, "\177ELF", 4), "pread");
	ok(find(&at, 0, 0) == NULL, "and nothing else");
}

static void
handler(int sig __unused)
{
}

static void
some_signals(void)
{
	sigset_t set;

	signal(SIGUSR1, handler);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR2);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGTERM);
}

static void
test_signals(void)
{
	struct ktr_header *at = NULL;
	struct ktr_psig *kp;
	int status = traced(KTRFAC_PSIG, some_signals, NULL);

	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	    "killed while traced");
	kp = find(&at, 0, 0);
	ok(kp != NULL && at->ktr_type == KTR_PSIG && kp->signo == SIGUSR1 &&
		kp->action == handler && sigismember(&kp->mask, SIGHUP) &&
		!sigismember(&kp->mask, SIGUSR1) && at->ktr_len == sizeof(*kp),
	    "a signal with a handler; none for one that is ignored");
	kp = find(&at, 0, 0);
	ok(kp != NULL && kp->signo == SIGTERM && kp->action == SIG_DFL &&
		find(&at, 0, 0) == NULL,
	    "the signal that kills");
}

static void
some_words(void)
{
	if (utrace("hello", 5) == -1 || utrace(NULL, 0) == -1)
		_exit(1);
	if (utrace(bytes, KTR_USER_MAXLEN + 1) != -1 || errno != EINVAL)
		_exit(2);
	if (utrace((void *)16, 10) != -1 || errno != EFAULT)
		_exit(3);
	if (utrace(bytes, KTR_USER_MAXLEN) == -1)
		_exit(4);
}

static void
test_utrace(void)
{
	struct ktr_header *at = NULL;
	char *text;

	ok(utrace("x", 1) == 0 && utrace((void *)16, 1 << 30) == 0,
	    "utrace without a trace");
	ok(traced(KTRFAC_USER, some_words, NULL) == 0, "utrace");
	text = find(&at, 0, 0);
	ok(text != NULL && at->ktr_type == KTR_USER && at->ktr_len == 5 &&
		memcmp(text, "hello", 5) == 0,
	    "what the program says");
	(void)find(&at, 0, 0);
	ok(at != NULL && at->ktr_len == 0, "nothing");
	(void)find(&at, 0, 0);
	ok(at != NULL && at->ktr_len == KTR_USER_MAXLEN &&
		find(&at, 0, 0) == NULL,
	    "and the most");
}

/* ------------------------------------------------------- fork and exec */

static volatile pid_t child;
static int	how;			/* SYS_fork, SYS_vfork, SYS_rfork */

static void
make_child(void)
{
	pid_t pid;

	pid = how == SYS_vfork ? vfork() :
	    how == SYS_rfork   ? rfork(RFPROC | RFFDG) :
				 fork();
	if (pid == 0) {
		getppid();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

/* The first record of whoever is not pid. */
static struct ktr_sysret *
first_of_other(struct ktr_header **at, pid_t pid)
{
	void *record;

	while ((record = find(at, 0, 0)) != NULL)
		if ((*at)->ktr_pid != pid)
			break;
	return (record);
}

static void
test_fork(int call, const char *name)
{
	struct ktr_header *at = NULL;
	struct ktr_sysret *kr;
	pid_t other, pid;

	how = call;
	(void)traced(ALL, make_child, &pid);
	ok(first_of_other(&at, pid) == NULL && count_calls(call, pid) == 1,
	    "%s: the child is not traced", name);

	at = NULL;
	(void)traced(ALL | KTRFAC_INHERIT, make_child, &pid);
	kr = first_of_other(&at, pid);
	ok(kr != NULL && at->ktr_type == KTR_SYSRET && kr->ktr_code == call &&
		kr->ktr_error == 0 && kr->ktr_retval == 0,
	    "%s: with KTRFAC_INHERIT it is, from its return on", name);
	other = kr != NULL ? at->ktr_pid : 0;
	ok(count_calls(SYS_getppid, other) == 1 &&
		count_calls(SYS_exit, other) == 1 &&
		count(KTR_SYSRET, other) == 2,
	    "%s: and then until its end", name);
}

static void
run_true(void)
{
	execl("/bin/true", "true", (char *)NULL);
	_exit(1);
}

static void
test_exec(void)
{
	struct ktr_header *at = NULL;
	struct ktr_sysret *kr;
	bool before = false, after = false;

	ok(traced(ALL, run_true, NULL) == 0, "exec while traced");
	while ((kr = find(&at, 0, 0)) != NULL) {
		if (at->ktr_type == KTR_SYSCALL && kr->ktr_code == SYS_execve)
			before = strcmp(at->ktr_comm, "ktraces") == 0;
		if (at->ktr_type == KTR_SYSRET && kr->ktr_code == SYS_execve)
			after = strcmp(at->ktr_comm, "true") == 0;
	}
	ok(before && after && count_calls(SYS_exit, 0) == 1,
	    "goes on in the new program");
}

/* The times never go back, whoever writes. */
static void
make_children(void)
{
	int i, n;

	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			for (n = 0; n < 50; n++)
				getppid();
			_exit(0);
		}
	while (wait(NULL) != -1)
		;
}

static void
test_order(void)
{
	struct ktr_header *at = NULL, kh;
	struct timeval last = { 0, 0 };
	int back = 0;

	(void)traced(ALL | KTRFAC_INHERIT, make_children, NULL);
	while (find(&at, 0, 0) != NULL) {
		kh = copy(at);
		back += timercmp(&kh.ktr_time, &last, <);
		last = kh.ktr_time;
	}
	ok(count_calls(SYS_getppid, 0) == 200 && back == 0,
	    "records of five processes are in order");
}

/* ------------------------------------------------------ context switches */

/* The next switch of a process: 1 out, 0 in, -1 none; user is as wanted. */
static int
find_switch(struct ktr_header **at, pid_t pid, int user)
{
	struct ktr_csw *kc;

	while ((kc = find(at, KTR_CSW, pid)) != NULL)
		if (kc->user == user)
			return (kc->out);
	return (-1);
}

static int	wake[2];

static void
doze(void)
{
	char c;

	read(wake[0], &c, 1);
}

/* A child that sleeps until it is certain that it does. */
static void
test_sleep(void)
{
	struct timeval woken, last = { 0, 0 };
	struct ktr_header *at = NULL, kh;
	struct ktr_syscall *ks;
	struct ktr_sysret *kr;
	pid_t pid;

	fresh(FILENAME);
	pipe(wake);
	pid = must_fork();
	if (pid == 0) {
		ktrace(FILENAME, KTROP_SET,
		    KTRFAC_SYSCALL | KTRFAC_SYSRET | KTRFAC_CSW, getpid());
		doze();
		_exit(0);
	}
	wait_asleep(pid, "piperd");
	gettimeofday(&woken, NULL);
	write(wake[1], "", 1);
	waitpid(pid, NULL, 0);
	load(FILENAME);
	do
		ks = find(&at, KTR_SYSCALL, 0);
	while (ks != NULL && ks->ktr_code != SYS_read);
	if (ks == NULL || find_switch(&at, 0, 0) != 1)
		errx(1, "no record of a sleep");
	kh = copy(at);
	ok(kh.ktr_len == sizeof(struct ktr_csw) &&
		timercmp(&kh.ktr_time, &woken, <=),
	    "a sleep: off the processor");
	while ((kr = find(&at, 0, 0)) != NULL && at->ktr_type == KTR_CSW)
		last = copy(at).ktr_time;
	ok(timercmp(&last, &woken, >=), "on it again, when it was woken");
	ok(kr != NULL && kr->ktr_code == SYS_read, "the call's end");
	write(wake[1], "", 1);
	(void)traced(ALL, doze, NULL);
	ok(count(KTR_CSW, 0) == 0, "only if it is asked for");
	close(wake[0]);
	close(wake[1]);
}

/* Two processes that wait for each other. */
static void
ping_pong(void)
{
	int i, there[2], back[2];
	char c = 0;
	pid_t pid;

	pipe(there);
	pipe(back);
	pid = fork();
	for (i = 0; i < 50; i++) {
		if (pid != 0)
			write(there[1], &c, 1);
		read(pid != 0 ? back[0] : there[0], &c, 1);
		if (pid == 0)
			write(back[1], &c, 1);
	}
	if (pid == 0)
		_exit(0);
	wait(NULL);
}

/*
 * Each process goes and comes, in turns; all times are in order, the others'
 * records among them.
 */
static void
test_turns(void)
{
	struct ktr_header *at = NULL, kh;
	struct timeval last = { 0, 0 };
	int back = 0, odd = 0, gone[2] = { 0, 0 }, who;
	struct ktr_csw *kc;
	pid_t pid;

	(void)traced(KTRFAC_GENIO | KTRFAC_CSW | KTRFAC_INHERIT, ping_pong,
	    &pid);
	while ((kc = find(&at, 0, 0)) != NULL) {
		kh = copy(at);
		back += timercmp(&kh.ktr_time, &last, <);
		last = kh.ktr_time;
		if (kh.ktr_type != KTR_CSW)
			continue;
		who = kh.ktr_pid != pid;
		odd += kc->out == gone[who];
		gone[who] = kc->out;
	}
	ok(count(KTR_CSW, pid) >= 2 && count(KTR_CSW, 0) > count(KTR_CSW, pid),
	    "a child's switches are recorded, too");
	ok(odd == 0, "each goes, comes, goes, comes");
	ok(back == 0, "all records are in order");
}

static volatile int *shared;

#define	ROUNDS	3

/*
 * More processes than processors, each in its turn, of which none sleeps or
 * calls the kernel: whoever does not run gets its turn if another is
 * interrupted.  That is so more than once: the detector of races lets others
 * run too, on one processor, but in the kernel.
 */
static void
spin_together(void)
{
	int turn, i, n = sysconf(_SC_NPROCESSORS_ONLN);

	shared[0] = 0;
	for (i = 0; i < n; i++)
		if (fork() == 0)
			break;
	for (turn = i; turn < ROUNDS * (n + 1); turn += n + 1) {
		while (shared[0] != turn)
			;
		shared[0]++;
	}
	if (i < n)
		_exit(0);
	while (wait(NULL) != -1)
		;
}

static void
test_preempted(void)
{
	struct ktr_header *at = NULL, *out;
	int result;

	(void)traced(KTRFAC_CSW | KTRFAC_INHERIT, spin_together, NULL);
	result = find_switch(&at, 0, 1);
	ok(result == 1, "somebody gives way in user mode");
	out = at;
	ok(result == 1 && find_switch(&at, out->ktr_pid, 1) == 0,
	    "and has its turn again");
}

#define	NAPS	100

/* One call that has to wait often, for a reader who knows that it does. */
static void
write_much(void)
{
	static char much[16384 + NAPS * 512 + 4096];
	struct rusage before, after;
	int fds[2], i, status;
	char buf[4096];
	pid_t parent = getpid();

	pipe(fds);
	if (fork() == 0) {
		close(fds[1]);
		for (i = 0; i < NAPS && wait_asleep(parent, "pipewr"); i++)
			read(fds[0], buf, 512);
		while (read(fds[0], buf, sizeof(buf)) > 0)
			;
		_exit(i == NAPS ? 0 : 1);
	}
	close(fds[0]);
	getrusage(RUSAGE_SELF, &before);
	write(fds[1], much, sizeof(much));
	getrusage(RUSAGE_SELF, &after);
	utrace((void *)8, 4);
	utrace("x", 1);
	close(fds[1]);
	wait(&status);
	shared[1] = after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw -
	    before.ru_nivcsw;
	_exit(status == 0 ? 0 : 1);
}

static u_int
number(const char *name)
{
	size_t size = sizeof(u_int);
	u_int n = 0;

	sysctlbyname(name, &n, &size, NULL, 0);
	return (n);
}

static void
test_dropped(void)
{
	struct ktr_header *at = NULL;
	u_int lost = number("debug.ktrace_lost");
	struct ktr_sysret *kr;
	int drops = 0, status;

	status = traced(KTRFAC_CSW | KTRFAC_SYSRET, write_much, NULL);
	lost = number("debug.ktrace_lost") - lost;
	ok(status == 0 && shared[1] >= NAPS && lost > 0,
	    "more switches than there is room for");
	while ((kr = find(&at, 0, 0)) != NULL)
		if (copy(at).ktr_type & KTR_DROP)
			drops += kr->ktr_code == SYS_write ? 1 : 100;
	ok(drops == 1, "the first record after that says so");
	ok(system("! kdump -f " FILENAME " | grep UNKNOWN") == 0,
	    "and kdump shows what it says besides");
	ok(count(KTR_CSW, 0) + lost >= 2U * shared[1],
	    "each switch is there, or is counted as lost");

	(void)traced(KTRFAC_CSW | KTRFAC_USER, write_much, NULL);
	drops = 0;
	for (at = NULL; (at = next(at)) != NULL;)
		if (copy(at).ktr_type & KTR_DROP)
			drops += copy(at).ktr_type ==
			    (short)(KTR_USER | KTR_DROP);
	ok(drops == 1, "also behind a record that could not be read");
}

static void
test_switches(void)
{
	shared = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
	    MAP_ANON | MAP_SHARED, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	test_sleep();
	test_turns();
	test_preempted();
	test_dropped();
}

/* -------------------------------------------------- beginning and ending */

/*
 * A child that calls getppid() each time it is told to, and waits.
 */
static int	tell[2], told[2];

static pid_t
make_servant(void)
{
	pid_t pid;
	char c;

	if (pipe(tell) == -1 || pipe(told) == -1)
		err(1, "pipe");
	pid = must_fork();
	if (pid == 0) {
		close(tell[1]);
		close(told[0]);
		while (read(tell[0], &c, 1) == 1) {
			if (c == 'f')
				how = SYS_fork, make_child();
			else
				getppid();
			write(told[1], &c, 1);
		}
		_exit(0);
	}
	close(tell[0]);
	close(told[1]);
	return (pid);
}

static void
serve(char c)
{
	write(tell[1], &c, 1);
	read(told[0], &c, 1);
}

/* The same, once it sleeps: so it is switched away from, and back to. */
static void
serve_asleep(pid_t pid, char c)
{
	wait_asleep(pid, "piperd");
	serve(c);
}

static void
end_servant(pid_t pid)
{
	close(tell[1]);
	close(told[0]);
	waitpid(pid, NULL, 0);
}

static int
calls_in(const char *file, pid_t pid)
{
	load(file);
	return (count_calls(SYS_getppid, pid));
}

static void
test_clear(void)
{
	pid_t pid = make_servant();

	fresh(FILENAME);
	fresh(OTHER);
	ok(ktrace(FILENAME, KTROP_SET, ALL, pid) == 0, "another process");
	serve('1');
	ok(calls_in(FILENAME, pid) == 1, "is traced");
	ok(ktrace(NULL, KTROP_CLEAR, KTRFAC_SYSRET, pid) == 0,
	    "without one kind of records");
	serve('2');
	load(FILENAME);
	ok(count_calls(SYS_getppid, pid) == 2, "it still is");
	ok(ktrace(NULL, KTROP_CLEAR, ALL, pid) == 0, "without all");
	serve('3');
	ok(calls_in(FILENAME, pid) == 2, "it is not");

	ktrace(FILENAME, KTROP_SET, KTRFAC_SYSCALL | KTRFAC_CSW, pid);
	ktrace(NULL, KTROP_CLEAR, KTRFAC_CSW, pid);
	ok(ktrace(OTHER, KTROP_SET, KTRFAC_SYSRET, pid) == 0, "another file");
	serve('4');
	ok(calls_in(FILENAME, pid) == 2 && calls_in(OTHER, pid) == 1,
	    "takes the records, of both kinds");
	ok(count(KTR_CSW, 0) == 0, "and none of what is cleared");
	ok(ktrace(FILENAME, KTROP_CLEARFILE, 0, 0) == 0 &&
		(serve('5'), calls_in(OTHER, pid)) == 2,
	    "the first one is of no interest any more");
	ok(ktrace(OTHER, KTROP_CLEARFILE, 0, 0) == 0 &&
		(serve('6'), calls_in(OTHER, pid)) == 2,
	    "the second one is");
	end_servant(pid);
	unlink(OTHER);
}

/* Nothing else is recorded, and nobody else traced. */
static void
test_queue(void)
{
	pid_t pid = make_servant();

	fresh(FILENAME);
	ktrace(FILENAME, KTROP_SET, KTRFAC_CSW, pid);
	serve_asleep(pid, '1');
	serve_asleep(pid, '2');
	load(FILENAME);
	ok(count(KTR_CSW, pid) >= 2,
	    "switches are written on the way to user mode");
	end_servant(pid);
}

/* Who makes no other records finds out on its way to user mode. */
static void
test_queue_removed(void)
{
	pid_t pid = make_servant();
	u_int before;

	fresh(FILENAME);
	ktrace(FILENAME, KTROP_SET, KTRFAC_CSW, pid);
	unlink(FILENAME);
	before = number("vfs.activevnodes");
	serve_asleep(pid, '1');
	serve_asleep(pid, '2');
	ok(number("vfs.activevnodes") == before - 1,
	    "a trace whose file is removed does not keep it");
	end_servant(pid);
}

static void
test_descend(void)
{
	int status;
	pid_t parent, pid;

	fresh(FILENAME);
	parent = must_fork();
	if (parent == 0) {
		setpgid(0, 0);
		pid = make_servant();
		if (ktrace(FILENAME, KTROP_SET, ALL, getpid()) == -1)
			_exit(1);
		serve('1');
		if (calls_in(FILENAME, pid) != 0)
			_exit(2);
		if (ktrace(FILENAME, KTROP_SET | KTRFLAG_DESCEND, ALL,
			getpid()) == -1)
			_exit(3);
		serve('2');
		if (calls_in(FILENAME, pid) != 1)
			_exit(4);
		if (ktrace(NULL, KTROP_CLEAR | KTRFLAG_DESCEND, ALL,
			getpid()) == -1)
			_exit(5);
		serve('3');
		if (calls_in(FILENAME, pid) != 1)
			_exit(6);
		if (ktrace(FILENAME, KTROP_SET, ALL, -getpid()) == -1)
			_exit(7);
		serve('4');
		if (calls_in(FILENAME, pid) != 2)
			_exit(8);
		if (ktrace(NULL, KTROP_CLEAR, ALL, -getpid()) == -1)
			_exit(9);
		serve('5');
		if (calls_in(FILENAME, pid) != 2)
			_exit(10);
		end_servant(pid);
		_exit(0);
	}
	waitpid(parent, &status, 0);
	ok(status == 0, "descendants, and groups (%d)", status >> 8);
}

/* Whether the kernel has said it. */
static bool
said(const char *text)
{
	static char log[256 * 1024];
	size_t size = sizeof(log) - 1;

	if (sysctlbyname("kern.msgbuf", log, &size, NULL, 0) == -1)
		return (false);
	log[size] = '\0';
	return (strstr(log, text) != NULL);
}

static void
remove_file(void)
{
	getpid();
	unlink(FILENAME);
	getppid();
	if (fork() == 0) {
		getppid();
		_exit(7);
	}
	wait(&how);
	_exit(how == 7 << 8 ? 8 : 1);
}

static void
test_removed(void)
{
	char text[64];
	int status;
	pid_t pid;

	fresh(FILENAME);
	link(FILENAME, OTHER);
	unlink(OTHER);
	pid = must_fork();
	if (pid == 0) {
		if (ktrace(FILENAME, KTROP_SET, ALL | KTRFAC_INHERIT,
			getpid()) == -1)
			_exit(1);
		remove_file();
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 8,
	    "a program does not notice that the file is removed");
	snprintf(text, sizeof(text), "pid %d (ktraces): error 2, the trace",
	    pid);
	ok(said(text), "the kernel says that the trace ends");
}

/* No room in the file, but for half a record. */
static void
test_full(void)
{
	const off_t almost = ((off_t)1 << 40) - 20;
	struct stat sb;
	char text[64];
	int status;
	pid_t pid;

	fresh(FILENAME);
	if (truncate(FILENAME, almost) == -1)
		err(1, "%s", FILENAME);
	pid = must_fork();
	if (pid == 0) {
		if (ktrace(FILENAME, KTROP_SET, ALL, getpid()) == -1)
			_exit(1);
		_exit(getppid() == 1 ? 2 : 0);
	}
	waitpid(pid, &status, 0);
	ok(status == 0, "a program does not notice that the file is full");
	snprintf(text, sizeof(text), "pid %d (ktraces): error 5, the trace",
	    pid);
	ok(said(text), "the kernel says so");
	ok(stat(FILENAME, &sb) == 0 && sb.st_size == almost,
	    "and the file has whole records");
}

static void
limited(void)
{
	struct rlimit none = { 0, 0 };
	int fd;

	if (setrlimit(RLIMIT_FSIZE, &none) == -1)
		_exit(1);
	getppid();
	signal(SIGXFSZ, SIG_IGN);
	fd = open(OTHER, O_CREAT | O_WRONLY, 0600);
	_exit(write(fd, "x", 1) == -1 && errno == EFBIG ? 0 : 2);
}

static void
test_limit(void)
{
	ok(traced(ALL, limited, NULL) == 0 &&
		count_calls(SYS_getppid, 0) == 1 &&
		count_calls(SYS_exit, 0) == 1,
	    "the limit of a file's size is not one for its trace");
	unlink(OTHER);
}

/* -------------------------------------------------------- who may do it */

/* Run this program as a user; its exit status. */
static int
as_user(const char *program, const char *what, const char *arg)
{
	int status;
	pid_t pid = must_fork();

	if (pid == 0) {
		gid_t group = USER;

		if (setgroups(1, &group) == -1 || setgid(USER) == -1 ||
		    setuid(USER) == -1)
			_exit(98);
		execl(program, program, what, arg, (char *)NULL);
		_exit(97);
	}
	waitpid(pid, &status, 0);
	return (WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void
copy_self(void)
{
	static char image[512 * 1024];
	int fd = open(self, O_RDONLY), out;
	ssize_t n = read(fd, image, sizeof(image));

	unlink(PROGRAM);
	out = open(PROGRAM, O_CREAT | O_WRONLY, 0755);
	if (n <= 0 || write(out, image, n) != n || fchown(out, 77, 0) == -1 ||
	    fchmod(out, 04755) == -1)
		errx(1, "cannot make %s", PROGRAM);
	close(fd);
	close(out);
}

static void
test_permission(void)
{
	char pid[16];
	pid_t servant = make_servant();

	snprintf(pid, sizeof(pid), "%d", servant);
	fresh(FILENAME);
	ok(as_user(self, "self", NULL) == 0, "a user may trace itself");
	fresh(FILENAME);
	ok(as_user(self, "other", pid) == EPERM, "but not a process of root's");
	ok(ktrace(FILENAME, KTROP_SET, ALL, servant) == 0 &&
		as_user(self, "clearfile", NULL) == EPERM,
	    "nor stop a trace of one");
	serve('1');
	ok(calls_in(FILENAME, servant) == 1, "which goes on");
	end_servant(servant);
	ok(as_user(self, "init", NULL) == EPERM, "nor any of init");
	chmod(FILENAME, 0600);
	ok(as_user(self, "self", NULL) == EACCES,
	    "nor write to what it may not write to");
}

/* Root traces a user's process: the user can neither stop nor steal it. */
static void
test_roots(void)
{
	int status;
	pid_t pid;

	fresh(FILENAME);
	pid = must_fork();
	if (pid == 0) {
		ktrace(FILENAME, KTROP_SET, ALL, getpid());
		_exit(as_user(self, "stop", NULL) == 0 ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	pid = must_fork();
	if (pid == 0) {
		ktrace(FILENAME, KTROP_SET, ALL | KTRFAC_INHERIT, getpid());
		_exit(as_user(self, "stop", NULL) == EPERM ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	ok(status == 0, "what root traces a user does not stop");
}

static void
test_setid(void)
{
	pid_t pid;
	int status;

	copy_self();
	fresh(FILENAME);
	ok(as_user(self, "setid", PROGRAM) == 0,
	    "a set-id program runs while traced");
	load(FILENAME);
	ok(count_calls(SYS_execve, 0) == 1 && count_calls(SYS_getppid, 0) == 0,
	    "but its user's trace ends there");
	fresh(FILENAME);
	pid = must_fork();
	if (pid == 0) {
		ktrace(FILENAME, KTROP_SET, ALL | KTRFAC_INHERIT, getpid());
		_exit(as_user(PROGRAM, "marked", NULL));
	}
	waitpid(pid, &status, 0);
	load(FILENAME);
	ok(status == 0 && count_calls(SYS_getppid, 0) == 1, "root's does not");
	unlink(PROGRAM);
}

/* As the new program: 0, or the errno. */
static int
as_program(char **argv)
{
	const char *what = argv[1];
	int error = 0, op = KTROP_SET, points = ALL;
	pid_t pid = getpid();

	if (strcmp(what, "marked") == 0)
		return (getppid() > 0 && geteuid() == 77 ? 0 : 1);
	if (strcmp(what, "other") == 0)
		pid = atoi(argv[2]);
	if (strcmp(what, "init") == 0)
		pid = 1;
	if (strcmp(what, "stop") == 0)
		op = KTROP_CLEAR;
	if (strcmp(what, "clearfile") == 0)
		op = KTROP_CLEARFILE;
	if (ktrace(FILENAME, op, points, pid) == -1)
		error = errno;
	if (strcmp(what, "setid") == 0 && error == 0)
		execl(argv[2], argv[2], "marked", (char *)NULL);
	return (error);
}

/* -------------------------------------------------------------- errors */

static void
test_errors(void)
{
	static char longname[2000];
	static const struct {
		const char *name;
		int ops, points;
		pid_t pid;
		int error;
		const char *why;
	} cases[] = {
		{ "/tmp/none", KTROP_SET, ALL, 0, ENOENT, "no such file" },
		{ "/etc/passwd/x", KTROP_SET, ALL, 0, ENOTDIR, "no folder" },
		{ longname, KTROP_SET, ALL, 0, ENAMETOOLONG, "a long name" },
		{ (char *)16, KTROP_SET, ALL, 0, EFAULT, "no name at all" },
		{ NULL, KTROP_SET, ALL, 0, EFAULT, "a null pointer" },
		{ "/tmp/ktraces.loop/x", KTROP_SET, ALL, 0, ELOOP, "a loop" },
		{ "/dev/null", KTROP_SET, ALL, 0, EACCES, "not a file" },
		{ "/tmp", KTROP_SET, ALL, 0, EISDIR, "a folder" },
		{ "/tmp/ktraces.loop", KTROP_SET, ALL, 0, EMLINK, "a link" },
		{ FILENAME, KTROP_SET, 0, 0, EINVAL, "no records" },
		{ NULL, KTROP_CLEAR, 0, 0, EINVAL, "none to clear" },
		{ FILENAME, 3, ALL, 0, EINVAL, "no operation" },
		{ FILENAME, KTROP_SET, ALL, 99999, ESRCH, "no process" },
		{ FILENAME, KTROP_SET, ALL, -99999, ESRCH, "no group" },
		{ NULL, KTROP_CLEAR, ALL, 99999, ESRCH, "none to clear" },
		{ "/tmp/none", KTROP_CLEARFILE, 0, 0, ENOENT, "no file" },
	};
	size_t i;

	memset(longname, 'x', sizeof(longname) - 1);
	symlink("/tmp/ktraces.loop", "/tmp/ktraces.loop");
	fresh(FILENAME);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		errno = 0;
		ok(ktrace(cases[i].name, cases[i].ops, cases[i].points,
		       cases[i].pid != 0 ? cases[i].pid : getpid()) == -1 &&
			errno == cases[i].error,
		    "%s: %s", strerror(cases[i].error), cases[i].why);
	}
	ok(ktrace(FILENAME, KTROP_SET, ALL, 0) == -1 && errno == EPERM,
	    "%s: a process of the kernel's", strerror(EPERM));
	unlink("/tmp/ktraces.loop");
}

/*
 * Traces begin and end while those who are traced fork, exec and exit.
 */
static void
test_turmoil(void)
{
	pid_t pids[3];
	int i, n, status;

	fresh(FILENAME);
	fresh(OTHER);
	for (i = 0; i < 3; i++) {
		pids[i] = must_fork();
		if (pids[i] == 0)
			for (;;) {
				pid_t pid = i == 0 ? vfork() : fork();

				if (pid == 0 && i == 2)
					_exit(0);
				if (pid == 0)
					execl("/bin/true", "true", NULL);
				waitpid(pid, NULL, 0);
			}
	}
	for (n = 0; n < 30; n++)
		for (i = 0; i < 3; i++) {
			ktrace(n % 2 ? FILENAME : OTHER,
			    KTROP_SET | KTRFLAG_DESCEND,
			    KTRFAC_SYSRET | KTRFAC_INHERIT, pids[i]);
			ktrace(NULL, KTROP_CLEAR | KTRFLAG_DESCEND, ALL,
			    pids[(i + n) % 3]);
		}
	for (i = n = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		n += waitpid(pids[i], &status, 0) == pids[i] &&
		    WIFSIGNALED(status);
	}
	ok(n == 3, "traces come and go while processes do");
	unlink(OTHER);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return (as_program(argv));
	self = strchr(argv[0], '/') != NULL ? argv[0] : "/usr/tests/ktraces";
	test_calls();
	test_strange();
	test_names();
	test_io();
	test_messages();
	test_changed_message();
	test_signals();
	test_utrace();
	test_fork(SYS_fork, "fork");
	test_fork(SYS_vfork, "vfork");
	test_fork(SYS_rfork, "rfork");
	test_exec();
	test_order();
	test_switches();
	test_clear();
	test_queue();
	test_queue_removed();
	test_descend();
	test_removed();
	test_full();
	test_limit();
	test_permission();
	test_roots();
	test_setid();
	test_errors();
	test_turmoil();
	unlink(FILENAME);
	return (tap_done());
}
